//! Letters on their way to customers, through the mail server of a receiver in the book.

use std::{collections::BTreeSet, time::Instant};

use firedamp_core::time::Time;
use serde_json::Value;

use crate::{
    channel::{Failure, Message},
    delivery::{Book, SLOW},
    notice::Rendered,
    store::{Letter, Result, Sending, Store},
};

/// Attempts before a letter is given up: an hour and a half with the waits below.
const ATTEMPTS_MAX: u32 = 8;
const WAIT_SECONDS: i64 = 20;

/// Sends the letters that are due; how many were tried. Where a server hangs, the other letters of its
/// receiver wait. Who dies on the way sends again with the same
/// key, by which mail programs know a repeat.
///
/// # Errors
/// When the store can't be used.
pub async fn carry(store: &dyn Store, book: &Book, now: Time) -> Result<usize> {
    let letters = store.letters(now).await?;
    let (began, mut stuck, mut tried) = (Instant::now(), BTreeSet::new(), 0);
    let later = || now.plus_seconds(i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX));
    for letter in &letters {
        if stuck.contains(&letter.way) {
            continue;
        }
        let begins = Instant::now();
        let sent = match book.receiver(&letter.way, now) {
            None => Err(refused(format!("there is no receiver `{}` in the settings", letter.way))),
            Some(_) if letter.to.is_empty() => {
                Err(refused("no mail address of the customer is known".to_string()))
            }
            Some(receiver) => receiver.channel.send_to(&letter.to, &message(letter)).await,
        };
        if sent.is_err() && begins.elapsed() >= SLOW {
            stuck.insert(&letter.way);
        }
        tried += 1;
        store.sent(letter.id, &ending(letter, sent, later()), later()).await?;
    }
    Ok(tried)
}

fn refused(why: String) -> Failure {
    Failure::Refused { why }
}

fn ending(letter: &Letter, sent: std::result::Result<(), Failure>, now: Time) -> Sending {
    match sent {
        Ok(()) => Sending::Sent,
        Err(Failure::Retry { why, .. }) if letter.attempts + 1 < ATTEMPTS_MAX => {
            Sending::Again { at: now.plus_seconds(WAIT_SECONDS << letter.attempts), why }
        }
        Err(Failure::Retry { why, .. } | Failure::Refused { why }) => Sending::Failed { why },
    }
}

fn message(letter: &Letter) -> Message {
    Message {
        key: format!("letter-{}", letter.id),
        kind: "letter".to_string(),
        at: letter.at,
        account: None,
        case: Some(letter.case),
        severity: "medium".to_string(),
        rendered: Rendered { subject: letter.subject.clone(), text: letter.body.clone() },
        link: String::new(),
        data: Value::Null,
    }
}
