//! Notices of abuse that providers mail: one mail (RFC 5322) with Google's notice of a compromised
//! project, an AWS abuse notice, or one of `OVHcloud`.
//!
//! They are written for people, change their words, and name machines by address, number or id
//! somewhere in a sentence. Read is what all of them have: whose project, which machines, which
//! address they talked to, and by when an answer is due. Google gives times of day as "Pacific Time":
//! read as standard time, so that a summer's window is an hour off.
//!
//! Anybody can write a mail, and its headers say what its writer wanted. So an event of a mail is of
//! low confidence, and its title says that nobody verified it. Nothing in it is followed or fetched.
//!
//! A notice that somebody forwarded as an attachment is read as the notice itself, with its own date and
//! id, so that it is the same alert as the mail that the provider sent. It is verified even less: the
//! signature and the `Authentication-Results` of the outer mail speak of whoever forwarded it, the
//! partner's own staff, and those that stand within the attached one are text like the rest of it, which
//! no server added on the way of this copy. Neither is looked at.

mod attached;
mod hijack;
mod mining;
mod notice;
mod words;

use mail_parser::Message;

use super::{
    Doc, DocumentFormat, Example, NO_TIME,
    alert::{self, Draft},
};
use crate::{
    event::{AlertKind, Level},
    policy,
    sink::{Reason, Sink},
    text,
    time::{Span, Time},
};
use notice::Notice;

/// The format.
pub struct AbuseMail;

static DOC: Doc = Doc {
    id: "abuse_mail",
    title: "Mails about abuse",
    reads: "One mail each: Google's notice of a compromised project, AWS abuse notices, OVHcloud's; \
            also forwarded as attachments. A sender is never verified: confidence is low, and the title says so.",
    specification: "https://www.rfc-editor.org/rfc/rfc5322",
    rejects: &[NOT_MAIL, NOT_ABUSE, NO_TIME, NOT_MINING],
    examples: &[
        Example {
            title: "Google's notice of a compromised project",
            input: concat!(
                "From: Google Cloud <no-reply@cloud.example>\r\n",
                "Subject: Your project may have been compromised\r\n",
                "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n",
                "Message-ID: <g1@cloud.example>\r\n\r\n",
                "Dear developer, we have recently detected that your Google Cloud project\r\n",
                "a shop (id: a-shop) may have been compromised and used for cryptocurrency\r\n",
                "mining. This activity was detected as originating from IP 198.51.100.7 and VM ID\r\n",
                "4242:us-central1-a to destination IP 203.0.113.9 on remote port 3333 between\r\n",
                "2026-03-01 01:00 and 2026-03-01 03:00 (Pacific Time), though it may go on.\r\n",
                "Please fix it within 72 hours.\r\n",
            ),
            events: &["alert gcp:a-shop abuse_mail g1@cloud.example \
                 abuse notice of Google Cloud Mining Low 2026-03-01T09:00:00Z..2026-03-01T11:00:00Z \
                 updated 2026-03-01T12:00:00Z Open on 4242 on 198.51.100.7 to 203.0.113.9 \
                 \"Your project may have been compromised (a mail that nobody verified; answer due \
                 by 2026-03-04T12:00:00Z)\""],
        },
        Example {
            title: "an AWS abuse notice",
            input: concat!(
                "From: <abuse@aws.example>\r\n",
                "Subject: Your Amazon EC2 Abuse Report\r\n",
                "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n",
                "Message-ID: <a1@aws.example>\r\n\r\n",
                "Hello, AWS has received a report that your resources take part in cryptomining.\r\n",
                "AWS Account ID: 111122223333\r\nInstance Id: i-0abc0abc0abc0abc0\r\n",
                "Remote: 203.0.113.9:3333\r\n",
                "Please reply within 24 hours.\r\n",
            ),
            events: &["alert aws:111122223333 abuse_mail a1@aws.example \
                 abuse notice of AWS Mining Low 2026-03-01T12:00:00Z \
                 updated 2026-03-01T12:00:00Z Open on i-0abc0abc0abc0abc0 to 203.0.113.9 \
                 \"Your Amazon EC2 Abuse Report (a mail that nobody verified; answer due by \
                 2026-03-02T12:00:00Z)\""],
        },
    ],
};

/// The reason for what is no mail.
const NOT_MAIL: Reason = "no mail";
/// The reason for a mail that tells of no account of a provider.
const NOT_ABUSE: Reason = "no abuse notice of a provider that is known here";

/// The reason for a notice about neither mining nor a hijack: people look at it, for nothing here does.
const NOT_MINING: Reason = "a provider's mail about an account, and not about mining";

/// Headers by which the beginning of a mail is told; so many of them are there.
const HEADERS: [&str; 10] = [
    "authentication-results",
    "content-type",
    "date",
    "delivered-to",
    "from",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "subject",
];
const HEADERS_MIN: usize = 3;
/// Lines of a header that are looked at.
const HEADER_LINES_MAX: usize = 400;
/// Letters of subject and bodies that are read.
const TEXT_BYTES_MAX: usize = 256 << 10;
/// Bodies of one mail that are read.
const BODIES_MAX: usize = 16;
/// Bytes of a subject.
const SUBJECT_BYTES_MAX: usize = 200;

impl DocumentFormat for AbuseMail {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let mut seen = [false; HEADERS.len()];
        for line in head.split(|byte| *byte == b'\n').take(HEADER_LINES_MAX) {
            let line = line.trim_ascii_end();
            if line.is_empty() {
                break;
            }
            let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
            let Some(colon) = line.iter().position(|byte| *byte == b':') else {
                if is_folded || line.starts_with(b"From ") {
                    continue;
                }
                return false;
            };
            let name = line.get(..colon).unwrap_or_default();
            let known = HEADERS.iter().position(|one| name.eq_ignore_ascii_case(one.as_bytes()));
            if let Some(seen) = known.and_then(|at| seen.get_mut(at)) {
                *seen = true;
            }
        }
        seen.iter().filter(|seen| **seen).count() >= HEADERS_MIN
    }

    fn decode(&self, document: &[u8], sink: &mut dyn Sink) -> Result<(), Reason> {
        notices(document)?.iter().for_each(|notice| notice.send(1, sink));
        Ok(())
    }
}

/// The notices of a mail and of those that lie in it.
fn notices(document: &[u8]) -> Result<Vec<Draft>, Reason> {
    let mut mails: Vec<(usize, Result<Draft, Reason>)> = Vec::new();
    attached::each(document, &mut |message, depth| {
        mails.push((depth, read(message, depth > 0)));
    });
    let is_kept: Vec<bool> = (0..mails.len()).map(|at| !is_around(&mails, at)).collect();
    // That a notice can't be read says more than that the words around it are none.
    let reasons = mails.iter().filter_map(|(_, mail)| mail.as_ref().err().copied());
    let why = reasons.min_by_key(|reason| *reason == NOT_ABUSE).unwrap_or(NOT_MAIL);
    let kept = mails.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept);
    let found: Vec<Draft> = kept.filter_map(|((_, mail), _)| mail.ok()).collect();
    if found.is_empty() { Err(why) } else { Ok(found) }
}

/// Whether a mail lies around a notice about the same account: whoever forwards one may name it, and the
/// notice itself counts.
fn is_around(mails: &[(usize, Result<Draft, Reason>)], at: usize) -> bool {
    let Some(((depth, Ok(outer)), after)) = mails.get(at..).and_then(<[_]>::split_first) else {
        return false;
    };
    let inner = after.iter().take_while(|(inner, _)| inner > depth);
    inner.filter_map(|(_, mail)| mail.as_ref().ok()).any(|inner| is_of_same(inner, outer))
}

fn is_of_same(one: &Draft, other: &Draft) -> bool {
    one.provider == other.provider && one.account == other.account
}

fn read(message: &Message<'_>, is_forwarded: bool) -> Result<Draft, Reason> {
    let text = words_of(message);
    let notice = notice::read(&text).ok_or(NOT_ABUSE)?;
    draft(message, &text, notice, is_forwarded)
}

/// Subject and bodies, with single spaces, so that line breaks and markup part no sentence. The subject
/// is a sentence of its own: "Policy violation" is no word of the one after it.
fn words_of(message: &Message<'_>) -> String {
    let subject = message.subject().unwrap_or_default().to_string();
    let bodies = (0..message.text_body_count().max(message.html_body_count()).min(BODIES_MAX))
        .filter_map(|at| message.body_text(at));
    let mut all = subject;
    for body in bodies {
        all.push_str(". ");
        all.push_str(text::truncated(&body, TEXT_BYTES_MAX.saturating_sub(all.len())));
    }
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A hijack is kept though the notice says nothing of mining; the rest is left to people.
fn kind_of(text: &str) -> Option<AlertKind> {
    if mining::is_named(text) {
        return Some(AlertKind::Mining);
    }
    hijack::is_told(text).then_some(AlertKind::Other)
}

fn draft(
    message: &Message<'_>,
    text: &str,
    notice: Notice,
    is_forwarded: bool,
) -> Result<Draft, Reason> {
    let written = message.date().map(|date| Time::from_seconds(date.to_timestamp()));
    let written = written.filter(|time| *time >= alert::EARLIEST).ok_or(NO_TIME)?;
    let kind = kind_of(text).ok_or(NOT_MINING)?;
    let span = notice.span.filter(|span| span.last <= written).unwrap_or(Span::at(written));
    let subject = message.subject().unwrap_or("no subject");
    let subject = text::truncated(subject, SUBJECT_BYTES_MAX);
    let mail = if is_forwarded { "a forwarded mail" } else { "a mail" };
    let said = words::due(text, written);
    let until = said.map(|due| format!("; answer due by {due}")).unwrap_or_default();
    // Its own words go before what the provider says of all its notices.
    let due = said.or_else(|| policy::answer_due(notice.provider, written));
    Ok(Draft {
        account: notice.account,
        id: message.message_id().unwrap_or_default().to_string(),
        type_name: format!("abuse notice of {}", notice.sender),
        title: format!("{subject} ({mail} that nobody verified{until})"),
        kind,
        confidence: Level::Low,
        updated: written,
        due,
        resources: notice.resources,
        remotes: notice.remotes,
        ..Draft::new(notice.provider, "abuse_mail", span)
    })
}

#[cfg(test)]
mod tests;
