//! Clean-ups carried out: a plan that somebody asked for is tried dry, approved by somebody else, and
//! done step by step through the clouds' own interfaces.
//!
//! The state of every step is in the store before and after it, so that a program that is killed goes
//! on where it was: each step, done twice, is the same as done once. What answers as nobody expected
//! ends the run, and a person looks. Steps that no interface takes are left to people and said so.
//!
//! How it was before a step is kept before the step is done, once. What undoes a run goes back to that,
//! in the same way: asked for, tried dry, approved by somebody else, step by step. What somebody changed since
//! is left to people, and the other steps go on.

mod aws;
mod azure;
mod google;
mod left;
mod rest;
mod settings;
pub mod sigv4;

pub use settings::Clouds;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use firedamp_core::{
    plan::{
        Plan, Step,
        back::{Former, Stays},
    },
    time::Time,
};
use tokio::sync::watch;

use crate::{
    channel::Failure,
    language::Language,
    pack::Dossier,
    request::{self, Kind},
    store::{Cleanup, Error, Progress, REFERENCE_MAX, RequestRow, Result, StepNote, Store},
};

use left::{Came, Left};

/// How often the store is asked for what is to be done.
const PAUSE: Duration = Duration::from_secs(2);
/// Attempts at a step that a cloud has no time for.
const ATTEMPTS_MAX: u32 = 6;
/// The longest wait between two of them.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// What a cloud does for a plan.
#[async_trait]
trait Cloud: Send + Sync {
    /// Whether the keys are those of the plan's account; a sentence that says so.
    async fn is_ours(&self, plan: &Plan) -> std::result::Result<String, Trouble>;
    /// Whether there is an interface for a step.
    fn takes(&self, step: &Step) -> bool;
    /// Looks whether a step would work, and changes nothing.
    async fn look(&self, step: &Step) -> std::result::Result<String, Trouble>;
    /// Does a step. Done twice it is the same as done once.
    async fn act(&self, step: &Step) -> std::result::Result<String, Trouble>;
    /// How it is before a step, as far as going back needs it; changes nothing.
    async fn former(&self, step: &Step) -> std::result::Result<Former, Trouble>;
    /// Goes back to how it was before a step, or only looks whether that would work. Done twice it is the
    /// same as done once; what somebody changed since the step is left alone.
    async fn back(
        &self,
        step: &Step,
        former: &Former,
        is_dry: bool,
    ) -> std::result::Result<String, Trouble>;
}

/// What a step is left to that somebody changed after it.
fn changed_since() -> Trouble {
    let why = "somebody has changed it since: look at it, and go back by hand";
    Trouble::Left(why.to_string())
}

/// A former that tells no way back for this step.
fn no_way_back() -> Trouble {
    Trouble::Unexpected("nothing tells how it was before".to_string())
}

/// What is there already.
const AS_BEFORE: &str = "as before already";

/// Why a step was not done.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Trouble {
    /// It may work later.
    Later(Option<Duration>, String),
    /// Somebody changed since what an undo would go back from.
    Left(String),
    /// Nobody expected that.
    Unexpected(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Retry { after, why } => Self::Later(after, why),
            Failure::Refused { why } => Self::Unexpected(why),
        }
    }
}

/// Carries clean-ups out.
pub struct Cleaner {
    store: Arc<dyn Store>,
    clouds: Clouds,
    clock: fn() -> Time,
    /// The first wait between attempts.
    patience: Duration,
}

impl Cleaner {
    /// One that has these keys.
    #[must_use]
    pub const fn new(store: Arc<dyn Store>, clouds: Clouds, clock: fn() -> Time) -> Self {
        Self { store, clouds, clock, patience: Duration::from_secs(2) }
    }

    /// The same with another first wait between attempts.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Goes on with what there is to be done, again and again, until it is told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let done = tokio::select! {
                done = self.turn() => done,
                // Killed within a step: it is done again.
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(error) = done {
                tracing::error!("{error}; clean-ups wait");
            }
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Goes on with every clean-up that waits for the program; how many.
    ///
    /// # Errors
    /// When the store can't be used.
    pub async fn turn(&self) -> Result<usize> {
        let waiting = self.store.waiting_cleanups().await?;
        for cleanup in &waiting {
            let is_dry = cleanup.progress == Progress::Asked;
            let ended = match self.carry_out(cleanup, is_dry).await {
                // Somebody withdrew it between two steps.
                Err(Error::Refused(why)) => Err(why),
                ended => ended?,
            };
            let (progress, why) = match ended {
                Ok(()) if is_dry => (Progress::Tried, String::new()),
                Ok(()) => (Progress::Done, String::new()),
                Err(why) => (Progress::Stopped, why),
            };
            tracing::info!(cleanup = cleanup.id, progress = progress.id(), %why, "clean-up");
            self.store.end_cleanup(cleanup.id, progress, &why, (self.clock)()).await?;
        }
        Ok(waiting.len() + self.file_requests().await?)
    }

    /// Files the requests that somebody wants filed; how many.
    async fn file_requests(&self) -> Result<usize> {
        let asked = self.store.asked_requests().await?;
        for request in &asked {
            let filed = self.file(request).await?;
            let (state, reference) = match filed {
                Ok(number) => ("filed", number),
                Err(why) => ("failed", why),
            };
            let reference: String =
                crate::report::shown(&reference).chars().take(REFERENCE_MAX).collect();
            // What somebody said when they asked stays with the request.
            let (state, why) = (state.to_string(), String::new());
            let noted = RequestRow { state, reference, why, ..request.clone() };
            self.store.note_request(&noted, (self.clock)()).await?;
        }
        Ok(asked.len())
    }

    async fn file(&self, request: &RequestRow) -> Result<std::result::Result<String, String>> {
        let Some((partner_center, outside)) = self.clouds.partner_center() else {
            return Ok(Err("Partner Center is not in the settings of clouds".to_string()));
        };
        let kind = Kind::from_id(&request.kind).unwrap_or(Kind::Report);
        let store = &*self.store;
        let dossier = Dossier::read(store, request.case, None, (self.clock)()).await?;
        if dossier.file.row.begun_at != request.incident {
            // The form would tell of the wrong one.
            return Ok(Err("another incident began before it was filed".to_string()));
        }
        let form = request::form(&dossier, kind, Language::English, &request.by);
        let once = request::once(&dossier.file.row.account, kind, request.filed_at);
        let filing =
            || async { partner_center.file(outside, &form, &once).await.map_err(Trouble::from) };
        Ok(self.patiently(filing).await)
    }

    /// Every step in order; inside, why it went no further.
    async fn carry_out(
        &self,
        cleanup: &Cleanup,
        is_dry: bool,
    ) -> Result<std::result::Result<(), String>> {
        let plan = &cleanup.plan;
        let Some(cloud) = self.clouds.of(plan.provider, &plan.account) else {
            let account = format!("{}:{}", plan.provider, plan.account);
            return Ok(Err(format!("no keys for {account} are in the settings of clouds")));
        };
        if let Err(why) = self.patiently(|| cloud.is_ours(plan)).await {
            return Ok(Err(why));
        }
        let mut left = Left::default();
        for step in &plan.steps {
            match cleanup.step(step.number, is_dry) {
                Some(note) if note.state == "done" => continue,
                Some(note) if note.state == "by_hand" => {
                    left.add(step, &note.answer);
                    continue;
                }
                _ => {}
            }
            if step.hand.is_some() || !cloud.takes(step) {
                self.note(cleanup, step, is_dry, "by_hand", "").await?;
                continue;
            }
            let came = match cleanup.undoes {
                None => self.go_on(cloud, cleanup, step, is_dry).await?.map(Came::Done),
                Some(_) => match left.why(cleanup, step) {
                    Some(why) => Ok(Came::Left(why)),
                    None => self.go_back(cloud, cleanup, step, is_dry).await?,
                },
            };
            match came {
                Ok(Came::Done(answer)) => self.note(cleanup, step, is_dry, "done", &answer).await?,
                Ok(Came::Left(why)) => {
                    self.note(cleanup, step, is_dry, "by_hand", &why).await?;
                    left.add(step, &why);
                }
                Err(why) => {
                    self.note(cleanup, step, is_dry, "failed", &why).await?;
                    return Ok(Err(format!("step {}: {why}", step.number)));
                }
            }
        }
        Ok(left.end(plan.steps.len()))
    }

    /// One step, or a look at it.
    async fn go_on(
        &self,
        cloud: &dyn Cloud,
        cleanup: &Cleanup,
        step: &Step,
        is_dry: bool,
    ) -> Result<std::result::Result<String, String>> {
        if is_dry {
            self.note(cleanup, step, is_dry, "begun", "").await?;
            let look = || async {
                let told = cloud.look(step).await?;
                // Whether it can be read is part of whether the step would work.
                cloud.former(step).await.map(|_| told)
            };
            return Ok(self.patiently(look).await);
        }
        if let Err(why) = self.remember(cloud, cleanup, step).await? {
            return Ok(Err(why));
        }
        self.note(cleanup, step, is_dry, "begun", "").await?;
        let act = || async {
            self.check_wanted(cleanup).await?;
            cloud.act(step).await
        };
        Ok(self.patiently(act).await)
    }

    /// Keeps how it was before a step, while that can still be told: a step that was begun may be done.
    async fn remember(
        &self,
        cloud: &dyn Cloud,
        cleanup: &Cleanup,
        step: &Step,
    ) -> Result<std::result::Result<(), String>> {
        if cleanup.former(step.number).is_some() {
            return Ok(Ok(()));
        }
        let former = match cleanup.step(step.number, false) {
            // Begun by a program that kept nothing.
            Some(_) => Former::Never(Stays::Unrecorded),
            None => match self.patiently(|| cloud.former(step)).await {
                Ok(former) => former.bounded(),
                Err(why) => return Ok(Err(why)),
            },
        };
        self.store.keep_former(cleanup.id, step.number, &former).await?;
        Ok(Ok(()))
    }

    /// The way back from one step, or a look at it.
    async fn go_back(
        &self,
        cloud: &dyn Cloud,
        cleanup: &Cleanup,
        step: &Step,
        is_dry: bool,
    ) -> Result<std::result::Result<Came, String>> {
        let may_have_changed = !is_dry && cleanup.step(step.number, false).is_some();
        let may_have_changed = AtomicBool::new(may_have_changed);
        self.note(cleanup, step, is_dry, "begun", "").await?;
        let back = || async {
            if !is_dry {
                self.check_wanted(cleanup).await?;
            }
            let former = cleanup.former(step.number).ok_or_else(no_way_back)?;
            let is_again = may_have_changed.swap(!is_dry, Ordering::Relaxed);
            match cloud.back(step, former, is_dry).await {
                // What was tried before may be what changed it: that ends the run.
                Err(Trouble::Left(why)) if !is_again => Ok(Came::Left(why)),
                came => came.map(Came::Done),
            }
        };
        Ok(self.patiently(back).await)
    }

    /// Before each attempt at what can't be undone: somebody may have withdrawn it while it waited.
    async fn check_wanted(&self, cleanup: &Cleanup) -> std::result::Result<(), Trouble> {
        let known = self.store.cleanups(cleanup.case).await;
        let known = known.map_err(|error| Trouble::Later(None, error.to_string()))?;
        let own = known.iter().find(|known| known.id == cleanup.id);
        match own.is_some_and(|own| own.progress == Progress::Approved) {
            true => Ok(()),
            false => Err(Trouble::Unexpected("somebody withdrew it: not tried again".to_string())),
        }
    }

    async fn note(
        &self,
        cleanup: &Cleanup,
        step: &Step,
        is_dry: bool,
        state: &str,
        answer: &str,
    ) -> Result<()> {
        let note = StepNote {
            number: step.number,
            is_dry,
            state: state.to_string(),
            at: (self.clock)(),
            answer: crate::report::shown(answer),
        };
        self.store.note_step(cleanup.id, &note).await
    }

    /// Tries until it works, is refused, or was tried often enough.
    async fn patiently<F, T>(&self, attempt: impl Fn() -> F) -> std::result::Result<T, String>
    where
        F: Future<Output = std::result::Result<T, Trouble>>,
    {
        let mut wait = self.patience;
        for number in 1.. {
            match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Left(why) | Trouble::Unexpected(why)) => return Err(why),
                Err(Trouble::Later(_, why)) if number >= ATTEMPTS_MAX => {
                    return Err(format!("tried {number} times: {why}"));
                }
                Err(Trouble::Later(asked, _)) => {
                    // Who says how long is believed, up to a bound.
                    tokio::time::sleep(asked.unwrap_or(wait).min(WAIT_MAX)).await;
                    wait = (wait * 2).min(WAIT_MAX);
                }
            }
        }
        Err("never tried".to_string())
    }
}
