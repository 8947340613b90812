//! The task that carries notices to their receivers: leased from the store, sent, and tried again
//! with longer and longer waits until they are there or given up. Whoever dies on the way delivers
//! again with the same key; nothing is lost.

mod book;
mod letters;
mod message;
pub mod when;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
pub use book::{Book, Receiver, Rotation};
use firedamp_core::time::Time;
use futures_util::future::join_all;
use message::{Post, digest_key};
use rand::{Rng, RngExt};
use tokio::sync::watch;
pub use when::Heard;
use when::{Way, heard_since, way};

use crate::{
    casework,
    channel::{
        Channel, Failure, Message,
        doorbell::{Bell, FRAUD_EVENT},
    },
    observe,
    partner::write_back::{self, WriteBack},
    store::{Delivery, Ending, Registration, Result, Store},
};

/// How often the store is asked what is due.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is asked whose patience and which deadline is over.
const LOOK_SECONDS: i64 = 15;
/// A failure that took so long is a receiver that hangs: what else is for it waits so many seconds, and
/// others are not kept waiting.
pub(crate) const SLOW: Duration = Duration::from_secs(5);
const STUCK_SECONDS: i64 = 15;
/// How long a delivery is nobody else's; longer than any channel may take.
const LEASE_SECONDS: i64 = 300;
/// How many deliveries are taken at once.
const LEASED_MAX: u32 = 500;
/// Attempts before a delivery is given up: with the waits below, most of a day.
const ATTEMPTS_MAX: u32 = 24;
/// The longest first wait, and the longest of all.
const WAIT_SECONDS: u64 = 15;
const WAIT_SECONDS_MAX: u64 = 3600;

/// Carries notices from a store to the receivers in a book.
pub struct Carrier<R> {
    store: Arc<dyn Store>,
    book: Arc<Book>,
    random: R,
    /// The latest notice that has its deliveries, and how the tree was when they were made.
    addressed: Option<(i64, i64)>,
    /// Programs of partners that are rung.
    bells: Vec<Receiver>,
    /// Microsoft, where it is told what was decided about its alerts.
    told: Vec<(Arc<WriteBack>, Receiver)>,
    /// When it was looked last for whom nobody answered, and for deadlines.
    looked: Option<Time>,
}

/// How one message ended: what was in it, and what became of it.
struct Outcome {
    deliveries: Vec<Delivery>,
    /// The key that it was sent with.
    key: String,
    end: End,
}

enum End {
    Sent(Sent),
    /// Not tried: its receiver has heard enough for this hour, or hangs.
    Held(Time),
}

type Sent = std::result::Result<(), Failure>;

/// What is held back, and messages: deliveries, with the key of a digest.
type Plan = (Vec<Outcome>, Vec<(Vec<Delivery>, Option<String>)>);

impl Outcome {
    fn has_failed(&self) -> bool {
        matches!(&self.end, End::Sent(Err(_)))
    }
}

fn held(deliveries: Vec<Delivery>, until: Time) -> Outcome {
    Outcome { deliveries, key: String::new(), end: End::Held(until) }
}

impl<R: Rng + Send> Carrier<R> {
    /// A carrier; `random` spreads attempts, so that receivers that come back are not overrun.
    pub const fn new(store: Arc<dyn Store>, book: Arc<Book>, random: R) -> Self {
        let bells = Vec::new();
        Self { store, book, random, addressed: None, bells, told: Vec::new(), looked: None }
    }

    /// Tells these, too, what was decided about their alerts.
    #[must_use]
    pub fn with_write_back(mut self, sides: Vec<WriteBack>) -> Self {
        let receiver = |side: WriteBack| {
            let side = Arc::new(side);
            let channel = Box::new(Shared(side.clone()));
            (side.clone(), Receiver::program(side.name.clone(), "write_back", None, channel))
        };
        self.told = sides.into_iter().map(receiver).collect();
        self
    }

    /// Whether nobody is told anything.
    fn is_alone(&self) -> bool {
        self.book.is_empty() && self.bells.is_empty() && self.told.is_empty()
    }

    /// Carries what is due, again and again, until it is told to stop.
    pub async fn run(mut self, clock: fn() -> Time, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.turn(clock()).await {
                Ok(0) => {}
                Ok(tried) => tracing::info!(tried, "notices on their way"),
                Err(error) => tracing::error!("{error}; notices wait"),
            }
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Tries everything that is due at `now`; how many deliveries.
    ///
    /// # Errors
    /// When the store can't be used. What was sent and not noted is sent again.
    pub async fn turn(&mut self, now: Time) -> Result<usize> {
        self.bells = self.registered(now).await?;
        self.ask(now).await?;
        let (store, book) = (self.store.clone(), self.book.clone());
        // A mail server that hangs keeps letters waiting, and nobody else.
        let letters = casework::carry(&*store, &book, now);
        let (letters, notices) = tokio::join!(letters, self.carry_notices(now));
        Ok(letters? + notices?)
    }

    /// Tries every notice that is due.
    async fn carry_notices(&mut self, now: Time) -> Result<usize> {
        if self.is_alone() {
            return Ok(0);
        }
        let mut tried = 0;
        let due = self.store.lease(now, LEASE_SECONDS, LEASED_MAX).await?;
        let mut by_receiver: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
        for delivery in due {
            by_receiver.entry(delivery.recipient.clone()).or_default().push(delivery);
        }
        let all = by_receiver.into_values().map(|own| self.carry(own, now));
        for outcomes in join_all(all).await {
            for outcome in outcomes? {
                tried += self.note(&outcome, now).await?;
            }
        }
        Ok(tried)
    }

    /// Writes the letters that are due, and gives notices their deliveries.
    async fn ask(&mut self, now: Time) -> Result<()> {
        let looks = now.is_due(self.looked, LOOK_SECONDS);
        if looks {
            self.store.remind(now).await?;
            letters::remind(&*self.store, now).await?;
            letters::summarise(&*self.store, &self.book, now).await?;
            let sides: Vec<_> = self.told.iter().map(|(side, _)| side.clone()).collect();
            write_back::ask(&*self.store, &sides, now).await?;
        }
        if !(self.book.is_empty() && self.bells.is_empty()) {
            // By number: whoever folds for minutes writes with the time at which it began. And again when
            // the tree has changed: a notice may concern a customer that it did not before.
            let latest = self.store.latest_notice().await?;
            let latest = latest.zip(Some(self.store.tree_revision().await?));
            if latest > self.addressed {
                let bells = self.bells.iter().map(|bell| bell.addressee(now));
                let all: Vec<_> =
                    self.book.addressees(now, false).into_iter().chain(bells).collect();
                self.store.address(&all, now).await?;
                self.addressed = latest;
            }
            if looks {
                self.store.address(&self.book.addressees(now, true), now).await?;
            }
        }
        if looks {
            self.looked = Some(now);
        }
        Ok(())
    }

    /// Programs of partners that want to be rung for cases, as receivers.
    async fn registered(&self, now: Time) -> Result<Vec<Receiver>> {
        let Some(doorbell) = self.book.doorbell() else {
            return Ok(Vec::new());
        };
        let mut registered = self.store.registrations(now).await?;
        registered.retain(|one| one.events.iter().any(|event| event == FRAUD_EVENT));
        let bell = |to: Registration| {
            let (name, customer) = (format!("webhook {}", to.subscriber), to.scope.clone());
            let channel = Box::new(Bell { doorbell: doorbell.clone(), to });
            Receiver::program(name, "doorbell", customer, channel)
        };
        Ok(registered.into_iter().map(bell).collect())
    }

    fn receiver(&self, name: &str, now: Time) -> Option<&Receiver> {
        let bell = || self.bells.iter().find(|bell| bell.name == name);
        let told = || self.told.iter().map(|(_, side)| side).find(|side| side.name == name);
        self.book.receiver(name, now).or_else(bell).or_else(told)
    }

    /// Sends deliveries of one receiver: each by itself, or many as one; or holds them back.
    async fn carry(&self, due: Vec<Delivery>, now: Time) -> Result<Vec<Outcome>> {
        let receiver = due.first().and_then(|first| self.receiver(&first.recipient, now));
        let (Some(receiver), Some(first)) = (receiver, due.first()) else {
            let why = "no such receiver in the settings any more".to_string();
            let end = End::Sent(Err(Failure::Refused { why }));
            return Ok(vec![Outcome { deliveries: due, key: String::new(), end }]);
        };
        let post = Post { book: &self.book, receiver, recipient: first.recipient.clone() };
        let (mut outcomes, messages) = self.plan(&post, due, now).await?;
        let mut is_stuck = false;
        for (deliveries, digest) in messages {
            if is_stuck {
                outcomes.push(held(deliveries, now.plus_seconds(STUCK_SECONDS)));
                continue;
            }
            let began = Instant::now();
            let outcome = post.send(deliveries, digest).await;
            is_stuck = outcome.has_failed() && began.elapsed() >= SLOW;
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// What is held back, and what goes out: which deliveries together, and with which key.
    async fn plan(&self, post: &Post<'_>, due: Vec<Delivery>, now: Time) -> Result<Plan> {
        let mut heard = self.store.told(&post.recipient, heard_since(now)).await?;
        let (mut outcomes, mut messages) = (Vec::new(), Vec::new());
        for group in message::groups(due) {
            let is_high = group.iter().any(message::is_high);
            let bound = group.first().and_then(|first| first.bound.clone());
            match way(group.len(), is_high, heard, post.receiver.hourly_max, now) {
                Way::Wait(until) => outcomes.push(held(group, until)),
                Way::Single if bound.is_none() => {
                    for delivery in group {
                        messages.push((vec![delivery], None));
                        heard = more(heard, now);
                    }
                }
                // What is bound stays together, whatever there is room for.
                Way::Single | Way::Digest => {
                    let key = match bound {
                        Some(key) => key,
                        None => self.bind(&group).await?,
                    };
                    messages.push((group, Some(key)));
                    heard = more(heard, now);
                }
            }
        }
        Ok((outcomes, messages))
    }

    /// Binds deliveries to one digest before it goes out, so that a repeat is the same one.
    async fn bind(&self, group: &[Delivery]) -> Result<String> {
        let key = digest_key(group);
        let ids: Vec<i64> = group.iter().map(|one| one.id).collect();
        self.store.bind(&ids, &key).await?;
        Ok(key)
    }

    /// Writes down how a message ended; how many deliveries were tried in it.
    async fn note(&mut self, outcome: &Outcome, now: Time) -> Result<usize> {
        let Some(first) = outcome.deliveries.first() else { return Ok(0) };
        let (ending, tried) = match &outcome.end {
            End::Held(until) => (Ending::Held { until: *until }, 0),
            End::Sent(sent) => {
                for _delivery in &outcome.deliveries {
                    observe::carried(sent.is_ok());
                }
                (self.ending(first, &outcome.key, sent, now), outcome.deliveries.len())
            }
        };
        let ids: Vec<i64> = outcome.deliveries.iter().map(|one| one.id).collect();
        self.store.deliver(&ids, &ending, now).await?;
        Ok(tried)
    }

    fn ending(&mut self, delivery: &Delivery, key: &str, sent: &Sent, now: Time) -> Ending {
        match sent {
            Ok(()) => Ending::Delivered { message: key.to_string() },
            Err(Failure::Refused { why }) => dead(delivery, why.clone()),
            Err(Failure::Retry { why, .. }) if delivery.attempts + 1 >= ATTEMPTS_MAX => {
                dead(delivery, format!("{why}; given up after {ATTEMPTS_MAX} attempts"))
            }
            Err(Failure::Retry { after, why }) => {
                let wait = self.wait(delivery.attempts).max(after.unwrap_or_default());
                let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
                Ending::Again { at: now.plus_seconds(seconds), why: why.clone() }
            }
        }
    }

    /// Full jitter around a wait that doubles (Brooker, "Exponential backoff and jitter", 2015).
    fn wait(&mut self, attempts: u32) -> Duration {
        let most = WAIT_SECONDS.saturating_mul(1 << attempts.min(20)).min(WAIT_SECONDS_MAX);
        Duration::from_secs(self.random.random_range(1..=most))
    }
}

/// One of several owners of a way.
struct Shared(Arc<WriteBack>);

#[async_trait]
impl Channel for Shared {
    async fn send(&self, message: &Message) -> Sent {
        Channel::send(&*self.0, message).await
    }
}

/// One more message, whether it arrived or not.
fn more(heard: Heard, now: Time) -> Heard {
    let first = heard.first.or(Some(now));
    Heard { messages: heard.messages.saturating_add(1), first, last: Some(now) }
}

fn dead(delivery: &Delivery, why: String) -> Ending {
    let (to, notice) = (&delivery.recipient, &delivery.notice.key);
    tracing::warn!(to, notice, why, "a notice was given up");
    Ending::Dead { why }
}
