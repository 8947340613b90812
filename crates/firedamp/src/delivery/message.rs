//! What is due to one receiver, put into messages: which notices go together, and what they say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    End, Outcome,
    book::{Book, Receiver},
};
use crate::{
    channel::Message,
    notice::{self, Facts, Rendered, letter},
    partner::write_back,
    store::{Delivery, Notice},
};

/// What a notice is about decides what it may stand together with.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Family {
    /// A case.
    Case,
    /// A deadline of a case.
    Deadline,
    /// By itself: a summary, a test, a source that fell silent.
    Own,
}

fn family(notice: &Notice) -> Family {
    match notice.kind.as_str() {
        "deadline_near" => Family::Deadline,
        "daily_summary" | "feed_silent" | "test" | write_back::KIND => Family::Own,
        _ => Family::Case,
    }
}

/// Notices that may go together: what is bound already, then what is about the same kind of thing.
pub(super) fn groups(due: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let key = |one: &Delivery| {
        let family = family(&one.notice);
        let own = if family == Family::Own { one.id } else { 0 };
        match &one.bound {
            Some(bound) => (Some(bound.clone()), Family::Case, 0),
            None => (None, family, own),
        }
    };
    let mut groups: BTreeMap<_, Vec<Delivery>> = BTreeMap::new();
    for one in due {
        groups.entry(key(&one)).or_default().push(one);
    }
    groups.into_values().collect()
}

/// Whether a notice must not wait long: a high case, or a deadline.
pub(super) fn is_high(delivery: &Delivery) -> bool {
    family(&delivery.notice) == Family::Deadline || facts(delivery).severity == "high"
}

/// The key of a digest that is made now: what is in it, which can't be in another one.
pub(super) fn digest_key(group: &[Delivery]) -> String {
    let ids = group.iter().map(|one| one.notice.id);
    let (first, last) = (ids.clone().min().unwrap_or_default(), ids.max().unwrap_or_default());
    let first_delivery = group.iter().map(|one| one.id).min().unwrap_or_default();
    format!("digest-{first}-{last}-{}-{first_delivery}", group.len())
}

pub(super) fn facts(delivery: &Delivery) -> Facts {
    let notice = &delivery.notice;
    Facts::of(&notice.body).belonging_to(notice.customer.clone())
}

/// The way to one receiver.
pub(super) struct Post<'a> {
    pub(super) book: &'a Book,
    pub(super) receiver: &'a Receiver,
    /// The name that deliveries know it by: its own, or that of a rotation.
    pub(super) recipient: String,
}

impl Post<'_> {
    /// Sends one notice, or those of a digest with this key.
    pub(super) async fn send(&self, deliveries: Vec<Delivery>, digest: Option<String>) -> Outcome {
        let message = match (&digest, deliveries.as_slice()) {
            (None, [delivery]) => self.single(delivery),
            (key, many) => self.digest(many, key.clone().unwrap_or_else(|| digest_key(many))),
        };
        let sent = self.receiver.channel.send(&message).await;
        Outcome { deliveries, key: message.key, end: End::Sent(sent) }
    }

    fn single(&self, delivery: &Delivery) -> Message {
        let notice = &delivery.notice;
        let facts = facts(delivery);
        let link = match notice.kind.as_str() {
            "feed_silent" => self.book.page("sources"),
            _ => self.book.link(notice.case),
        };
        let language = self.receiver.language;
        let data: Value = serde_json::from_str(&notice.body).unwrap_or_default();
        let rendered = match notice.kind.as_str() {
            "daily_summary" => letter::of_day(&notice.body, |case| self.book.link(case), language),
            "deadline_near" => {
                letter::of_deadline(&letter::Deadline::of(&notice.body), &facts, &link, language)
            }
            "feed_silent" => notice::of_feed(&notice.body, &link, language),
            "test" => {
                let person = data.get("person").and_then(Value::as_str).unwrap_or_default();
                letter::of_test(person, language)
            }
            // Programs read what it is about, not words.
            write_back::KIND => Rendered { subject: String::new(), text: String::new() },
            kind => notice::of_case(kind, &facts, &link, language),
        };
        let patience = self.book.patience(&self.recipient);
        let rendered = match patience.filter(|_| family(notice) != Family::Own) {
            Some(minutes) => letter::escalated(rendered, minutes, language),
            None => rendered,
        };
        let is_case = family(notice) != Family::Own;
        let severity = match notice.kind.as_str() {
            _ if is_case => facts.severity,
            "feed_silent" => "medium".to_string(),
            _ => "low".to_string(),
        };
        Message {
            key: notice.key.clone(),
            kind: notice.kind.clone(),
            at: notice.asked_at,
            account: is_case.then_some(facts.account),
            case: notice.case,
            severity,
            rendered,
            link,
            data,
        }
    }

    fn digest(&self, due: &[Delivery], key: String) -> Message {
        let told = |one: &Delivery| (facts(one), self.book.link(one.notice.case));
        let cases: Vec<(Facts, String)> = due.iter().map(told).collect();
        let worst = ["high", "medium", "low"]
            .into_iter()
            .find(|grade| cases.iter().any(|(facts, _)| facts.severity == *grade));
        let language = self.receiver.language;
        let is_about_deadlines =
            due.first().is_some_and(|first| family(&first.notice) == Family::Deadline);
        let (kind, rendered) = if is_about_deadlines {
            let deadlines = due.iter().zip(&cases).map(|(one, (facts, link))| {
                (letter::Deadline::of(&one.notice.body), facts.clone(), link.clone())
            });
            ("deadlines", letter::of_deadlines(&deadlines.collect::<Vec<_>>(), language))
        } else {
            ("digest", notice::of_many(&cases, language))
        };
        Message {
            key,
            kind: kind.to_string(),
            at: due.iter().map(|one| one.notice.asked_at).max().unwrap_or_default(),
            account: None,
            case: None,
            severity: worst.unwrap_or("low").to_string(),
            rendered,
            link: self.book.link(None),
            data: Value::Null,
        }
    }
}
