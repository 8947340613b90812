//! The task that carries notices to their receivers: leased from the store, sent, and tried again
//! with longer and longer waits until they are there or given up. Whoever dies on the way delivers
//! again with the same key; nothing is lost.

mod book;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use book::{Book, Receiver};
use firedamp_core::time::Time;
use futures_util::future::join_all;
use rand::{Rng, RngExt};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    channel::{Failure, Message},
    notice::{self, Facts},
    observe,
    store::{Delivery, Ending, NoticeFilter, Result, Store},
};

/// How often the store is asked what is due.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a delivery is nobody else's; longer than any channel may take.
const LEASE_SECONDS: i64 = 300;
/// How many deliveries are taken at once.
const LEASED_MAX: u32 = 500;
/// More to one receiver at once are one digest.
const SINGLE_MAX: usize = 10;
/// Attempts before a delivery is given up: with the waits below, most of a day.
const ATTEMPTS_MAX: u32 = 24;
/// The longest first wait, and the longest of all.
const WAIT_SECONDS: u64 = 15;
const WAIT_SECONDS_MAX: u64 = 3600;

/// Carries notices from a store to the receivers in a book.
pub struct Carrier<R> {
    store: Arc<dyn Store>,
    book: Book,
    random: R,
    /// The latest notice that has its deliveries.
    addressed: Option<i64>,
}

impl<R: Rng + Send> Carrier<R> {
    /// A carrier; `random` spreads attempts, so that receivers that come back are not overrun.
    pub const fn new(store: Arc<dyn Store>, book: Book, random: R) -> Self {
        Self { store, book, random, addressed: None }
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
        if self.book.is_empty() {
            return Ok(0);
        }
        let newest = NoticeFilter { limit: 1, ..NoticeFilter::default() };
        let latest = self.store.notices(&newest).await?.first().map(|notice| notice.id);
        if latest > self.addressed {
            self.store.address(&self.book.addressees(), now).await?;
            self.addressed = latest;
        }
        let due = self.store.lease(now, LEASE_SECONDS, LEASED_MAX).await?;
        let mut by_receiver: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
        for delivery in due {
            by_receiver.entry(delivery.recipient.clone()).or_default().push(delivery);
        }
        let all = by_receiver.into_values().map(|own| self.carry(own));
        let ends: Vec<_> = join_all(all).await.into_iter().flatten().collect();
        for (delivery, sent) in &ends {
            observe::carried(sent.is_ok());
            let ending = self.ending(delivery, sent, now);
            self.store.deliver(delivery.id, &ending, now).await?;
        }
        Ok(ends.len())
    }

    /// Sends deliveries of one receiver: each by itself, or a storm as one.
    async fn carry(&self, due: Vec<Delivery>) -> Vec<(Delivery, Sent)> {
        let receiver = due.first().and_then(|first| self.book.receiver(&first.recipient));
        let Some(receiver) = receiver else {
            let why = "no such receiver in the settings any more".to_string();
            let gone = Err(Failure::Refused { why });
            return due.into_iter().map(|delivery| (delivery, gone.clone())).collect();
        };
        let (feeds, mut due): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|delivery| delivery.notice.kind == "feed_silent");
        let mut ends = Vec::new();
        if due.len() > SINGLE_MAX {
            let sent = receiver.channel.send(&self.digest(receiver, &due)).await;
            ends.extend(due.drain(..).map(|delivery| (delivery, sent.clone())));
        }
        for delivery in due {
            let sent = receiver.channel.send(&self.single(receiver, &delivery)).await;
            ends.push((delivery, sent));
        }
        for delivery in feeds {
            let sent = receiver.channel.send(&self.silence(receiver, &delivery)).await;
            ends.push((delivery, sent));
        }
        ends
    }

    /// A source fell silent.
    fn silence(&self, receiver: &Receiver, delivery: &Delivery) -> Message {
        let notice = &delivery.notice;
        let link = self.book.page("sources");
        Message {
            key: notice.key.clone(),
            kind: notice.kind.clone(),
            at: notice.asked_at,
            account: None,
            case: None,
            severity: "medium".to_string(),
            rendered: notice::of_feed(&notice.body, &link, receiver.language),
            link,
            data: serde_json::from_str(&notice.body).unwrap_or_default(),
        }
    }

    fn single(&self, receiver: &Receiver, delivery: &Delivery) -> Message {
        let notice = &delivery.notice;
        let facts = facts(delivery);
        let link = self.book.link(notice.case);
        Message {
            key: notice.key.clone(),
            kind: notice.kind.clone(),
            at: notice.asked_at,
            account: Some(facts.account.clone()),
            case: notice.case,
            severity: facts.severity.clone(),
            rendered: notice::of_case(&notice.kind, &facts, &link, receiver.language),
            link,
            data: serde_json::from_str(&notice.body).unwrap_or_default(),
        }
    }

    fn digest(&self, receiver: &Receiver, due: &[Delivery]) -> Message {
        let told = |one: &Delivery| (facts(one), self.book.link(one.notice.case));
        let cases: Vec<(Facts, String)> = due.iter().map(told).collect();
        let worst = ["high", "medium", "low"]
            .into_iter()
            .find(|grade| cases.iter().any(|(facts, _)| facts.severity == *grade));
        let last = due.iter().map(|one| one.notice.asked_at).max().unwrap_or_default();
        let ids = due.iter().map(|one| one.notice.id);
        let (first, end) = (ids.clone().min().unwrap_or_default(), ids.max().unwrap_or_default());
        Message {
            key: format!("digest-{first}-{end}-{}", due.len()),
            kind: "digest".to_string(),
            at: last,
            account: None,
            case: None,
            severity: worst.unwrap_or("low").to_string(),
            rendered: notice::of_many(&cases, receiver.language),
            link: self.book.link(None),
            data: Value::Null,
        }
    }

    fn ending(&mut self, delivery: &Delivery, sent: &Sent, now: Time) -> Ending {
        match sent {
            Ok(()) => Ending::Delivered,
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

fn facts(delivery: &Delivery) -> Facts {
    let notice = &delivery.notice;
    Facts::of(&notice.body).belonging_to(notice.customer.clone())
}

type Sent = std::result::Result<(), Failure>;

fn dead(delivery: &Delivery, why: String) -> Ending {
    let (to, notice) = (&delivery.recipient, &delivery.notice.key);
    tracing::warn!(to, notice, why, "a notice was given up");
    Ending::Dead { why }
}
