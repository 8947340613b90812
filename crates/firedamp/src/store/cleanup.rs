//! Clean-ups and the requests that follow them, as the store keeps them.

use async_trait::async_trait;
use firedamp_core::{
    id::ObjectId,
    plan::{
        Kind, Measure, Plan, Step,
        back::{self, Former, Stays},
    },
    redact::redact,
    time::Time,
};
use serde::{Serialize, Serializer, ser::Error as _};
use utoipa::ToSchema;

use super::Result;

/// Letters kept of what a cloud answered.
pub(super) const ANSWER_MAX: usize = 2000;
/// Letters of a provider's number of a request.
pub const REFERENCE_MAX: usize = 200;

/// Where a clean-up stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = CleanupProgress)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Somebody asked for it; the dry run is to come.
    Asked,
    /// The dry run went well; somebody else has to approve.
    Tried,
    /// It is being done.
    Approved,
    /// It is done.
    Done,
    /// Something answered as nobody expected.
    Stopped,
    /// Somebody does not want it any more.
    Withdrawn,
}

impl Progress {
    const ALL: [Self; 6] =
        [Self::Asked, Self::Tried, Self::Approved, Self::Done, Self::Stopped, Self::Withdrawn];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Tried => "tried",
            Self::Approved => "approved",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The one with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.id() == id)
    }

    /// Whether somebody or something has still to act.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Tried | Self::Approved)
    }
}

/// How a step went.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct StepNote {
    /// Its number in the plan.
    pub number: u32,
    /// Of the dry run.
    pub is_dry: bool,
    /// `begun`, `done`, `by_hand` or `failed`.
    pub state: String,
    /// When.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// What the cloud answered.
    pub answer: String,
}

impl StepNote {
    /// Whether the program may have changed something: it began at least.
    pub(super) fn may_have_changed(&self) -> bool {
        !self.is_dry && self.state != "by_hand"
    }
}

/// Whether a step is about something that computes.
pub(super) const fn computes(step: &Step) -> bool {
    matches!(step.target.kind, Kind::Machine | Kind::Group | Kind::Container)
}

/// What a proof counts from: the clean-up or, without one, what was `observed` last; later, where an undo
/// went back. What was read before something was started again proves nothing of the time after.
#[must_use]
pub fn proven_since(
    cleaned: Option<Time>,
    observed: Option<Time>,
    runs: &[Cleanup],
) -> Option<Time> {
    cleaned.or(observed).max(runs.iter().filter_map(Cleanup::went_back_at).max())
}

/// How it was before a step.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct FormerNote {
    /// The step's number in the plan.
    pub number: u32,
    /// What it goes back to: `kind` is `there`, `names`, `sizes` or `text`; or it is `never`, and
    /// `value` says why. What looks like a secret is told to nobody.
    #[serde(serialize_with = "without_secrets")]
    #[schema(value_type = Object)]
    pub former: Former,
}

/// Policies, notes and descriptions are texts of the account: a secret may stand in them.
fn without_secrets<S: Serializer>(
    former: &Former,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(former).map_err(S::Error::custom)?;
    let _hidden = redact(&mut value);
    value.serialize(serializer)
}

/// A clean-up.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Cleanup {
    /// Its number.
    pub id: i64,
    /// The case.
    pub case: i64,
    /// The run that this one undoes; its steps have the numbers that they have there.
    pub undoes: Option<i64>,
    /// Where it stands.
    pub progress: Progress,
    /// What is done.
    #[schema(value_type = Object)]
    pub plan: Plan,
    /// The hash of the plan.
    pub digest: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Time,
    /// Who approved or withdrew it.
    pub decided_by: Option<String>,
    /// Why it stopped.
    pub why: Option<String>,
    /// How its steps went, by number, the dry run first.
    pub steps: Vec<StepNote>,
    /// How it was before its steps; of an undo, what it goes back to.
    pub formers: Vec<FormerNote>,
}

impl Cleanup {
    /// How a step went.
    #[must_use]
    pub fn step(&self, number: u32, is_dry: bool) -> Option<&StepNote> {
        self.steps.iter().find(|note| note.number == number && note.is_dry == is_dry)
    }

    /// How it was before a step.
    #[must_use]
    pub fn former(&self, number: u32) -> Option<&Former> {
        self.formers.iter().find(|note| note.number == number).map(|note| &note.former)
    }

    /// Whether a step was done, and not only tried.
    #[must_use]
    pub fn has_done(&self, number: u32) -> bool {
        self.step(number, false).is_some_and(|note| note.state == "done")
    }

    /// When this run last began to go back with something that computes, which may run again since then:
    /// also where that failed half-way, or nobody wrote how it ended.
    fn went_back_at(&self) -> Option<Time> {
        let is_of_undo = self.undoes.is_some();
        let notes = self.steps.iter().filter(|note| is_of_undo && note.may_have_changed());
        let about = |note: &&StepNote| {
            let mut steps = self.plan.steps.iter();
            steps.any(|step| step.number == note.number && computes(step))
        };
        notes.filter(about).map(|note| note.at).max()
    }

    /// Whether anything was begun that may have changed something.
    #[must_use]
    pub fn is_executed(&self) -> bool {
        self.undoes.is_none() && self.steps.iter().any(|note| !note.is_dry)
    }

    /// Why a step of this run stays as it is; nothing where it can be undone. `runs` are all of the case.
    #[must_use]
    pub fn stays(&self, step: &Step, runs: &[Self]) -> Option<Stays> {
        let Some(note) = self.step(step.number, false) else { return Some(Stays::NotDone) };
        if note.state == "by_hand" {
            return Some(Stays::ByHand);
        }
        if let Some(stays) = back::foreseen(step) {
            return Some(stays);
        }
        // What was only begun, or failed half-way, may have changed something all the same.
        match self.former(step.number) {
            None => Some(Stays::Unrecorded),
            Some(Former::Never(stays)) => Some(*stays),
            Some(_) if self.is_undone(step.number, runs) => Some(Stays::Undone),
            Some(_) if self.is_removed(step, runs) => Some(Stays::RemovedSince),
            Some(_) if self.is_done_again(step, runs) => Some(Stays::DoneAgain),
            Some(_) => None,
        }
    }

    /// Whether an undo of this run did its part of a step.
    #[must_use]
    pub fn is_undone(&self, number: u32, runs: &[Self]) -> bool {
        runs.iter().filter(|run| run.undoes == Some(self.id)).any(|run| run.has_done(number))
    }

    /// Whether a run after this one took the same measure anew, and that was not undone: somebody wanted it
    /// after it was no more so, and goes back from there.
    fn is_done_again(&self, step: &Step, runs: &[Self]) -> bool {
        let again = |run: &Self, one: &Step| {
            one.measure == step.measure
                && one.target == step.target
                && run.step(one.number, false).is_some_and(StepNote::may_have_changed)
                && !matches!(run.former(one.number), None | Some(Former::Never(_)))
                && !run.is_undone(one.number, runs)
        };
        let mut later = runs.iter().filter(|run| run.undoes.is_none() && run.id > self.id);
        later.any(|run| run.plan.steps.iter().any(|one| again(run, one)))
    }

    /// Whether this run, or one after it, removed what a step is about.
    fn is_removed(&self, step: &Step, runs: &[Self]) -> bool {
        let removes = |run: &Self, one: &Step| {
            one.measure == Measure::Remove && one.target == step.target && run.has_done(one.number)
        };
        let mut later = runs.iter().filter(|run| run.undoes.is_none() && run.id >= self.id);
        later.any(|run| run.plan.steps.iter().any(|one| removes(run, one)))
    }
}

/// What the provider was asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = ProviderRequest)]
pub struct RequestRow {
    /// The case.
    pub case: i64,
    /// Which incident of the case it is about: when that one began, RFC 3339. Another incident has
    /// requests of its own.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub incident: Time,
    /// `report` or `credit`.
    pub kind: String,
    /// `asked` (to be filed by the program), `failed`, `filed`, `answered`, `granted`, `refused` or
    /// `withdrawn`.
    pub state: String,
    /// The provider's number of it.
    pub reference: String,
    /// Who asked.
    pub by: String,
    /// When.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Time,
    /// Why a credit is asked for though no rule is known by which the provider gives one.
    pub why: String,
}

/// The kinds of requests.
pub const REQUEST_KINDS: [&str; 2] = ["report", "credit"];
/// Where requests stand.
pub const REQUEST_STATES: [&str; 7] =
    ["asked", "failed", "filed", "answered", "granted", "refused", "withdrawn"];

/// What is kept of clean-ups.
#[async_trait]
pub trait Cleanups: Send + Sync {
    /// Somebody asks for a plan to be carried out; its number. A case has one under way.
    async fn ask_cleanup(&self, case: i64, plan: &Plan, by: &str, at: Time) -> Result<i64>;
    /// The clean-ups of a case, newest first.
    async fn cleanups(&self, case: i64) -> Result<Vec<Cleanup>>;
    /// Clean-ups that the program has to go on with: the dry run or the run itself.
    async fn waiting_cleanups(&self) -> Result<Vec<Cleanup>>;
    /// Somebody approves the plan with this digest, or withdraws it. Who asked can't approve.
    async fn decide_cleanup(
        &self,
        id: i64,
        approved: Option<&str>,
        by: &str,
        at: Time,
    ) -> Result<()>;
    /// Somebody asks for the undo of a run, or of one step of it: its number. It is tried dry, approved
    /// and carried out as a clean-up is, and what can't be undone is left out.
    async fn ask_undo(&self, run: i64, step: Option<u32>, by: &str, at: Time) -> Result<i64>;
    /// Keeps how it was before a step of a run that is carried out. What is kept already stays.
    async fn keep_former(&self, id: i64, number: u32, former: &Former) -> Result<()>;
    /// How a step went; for good it is written into the activity.
    async fn note_step(&self, id: i64, note: &StepNote) -> Result<()>;
    /// The dry run, or the run, has come to an end.
    async fn end_cleanup(&self, id: i64, progress: Progress, why: &str, at: Time) -> Result<()>;
    /// Somebody cleaned a case up by hand.
    async fn note_cleaned(&self, case: i64, by: &str, at: Time) -> Result<()>;
    /// When a case was cleaned up, and by whom.
    async fn cleaned(&self, case: i64) -> Result<Option<(Time, String)>>;
    /// What the provider was asked for in a case, in all its incidents, the first of them first.
    async fn requests(&self, case: i64) -> Result<Vec<RequestRow>>;
    /// Requests that somebody wants the program to file.
    async fn asked_requests(&self) -> Result<Vec<RequestRow>>;
    /// Notes that the provider was asked, or how that request stands now. Of an incident before the
    /// present one only what was asked for then has a new standing.
    async fn note_request(&self, request: &RequestRow, at: Time) -> Result<()>;
    /// Whether a credit was asked for before for the customer of this case, in another case or in an
    /// incident before the present one.
    async fn credit_before(&self, case: i64) -> Result<bool>;
    /// Where the bytes of these objects can be read again, of those that are not forgotten.
    async fn object_paths(&self, ids: &[ObjectId]) -> Result<Vec<(ObjectId, String)>>;
}
