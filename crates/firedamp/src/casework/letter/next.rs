//! The letters after the first one: what a customer's "yes" still lacks, and a reminder where no answer
//! came. Which one is next follows from what was written and answered in the present incident.

use firedamp_core::{authorisation::Missing, policy::Offers, time::Time};
use serde_json::Value;

use super::{Clock, Draft, Kind, due, enveloped, questions, rules};
use crate::{
    language::{Language, Sentences},
    store::{Answer, CaseFile, Contact, CustomerRow},
};

/// What comes next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    /// The question.
    First,
    /// What the customer's "yes" still lacks.
    Missing,
    /// A reminder of what was first written at that time, to a customer who said yes before or did not.
    Reminder { first: Time, said_ours: bool },
}

/// The next letter after these, the newest first; those of an earlier incident do not count.
pub(crate) fn next(contacts: &[Contact], begun: Time) -> Next {
    let of_incident =
        || contacts.iter().filter(move |one| one.asked.at >= begun && one.state != "failed");
    let answers = of_incident().filter_map(|one| one.answered.as_ref());
    let last = answers.max_by_key(|answer| answer.noted.at);
    let said_ours = last.is_some_and(|answer| answer.answer == Answer::Ours);
    let is_open = |one: &&Contact| {
        one.answered.is_none() && last.is_none_or(|answer| answer.noted.at < one.asked.at)
    };
    match of_incident().filter(is_open).map(|one| one.asked.at).min() {
        Some(first) => Next::Reminder { first, said_ours },
        None if said_ours => Next::Missing,
        None => Next::First,
    }
}

/// What a letter is about.
pub(crate) struct About<'a> {
    pub(crate) file: &'a CaseFile,
    pub(crate) customer: Option<&'a CustomerRow>,
    pub(crate) language: Language,
    pub(crate) now: Time,
    pub(crate) offers: &'a Offers,
    /// What the policy in force wants on file, and is not there.
    pub(crate) lacks: &'a [Missing],
}

impl About<'_> {
    /// Drafts the letter that comes next; `None` where that is the first one.
    pub(crate) fn draft(&self, next: Next) -> Option<Draft> {
        let say = Sentences::of(self.language);
        let clock = Clock::of(self.language, self.customer);
        let account = crate::report::shown(&self.file.row.account);
        let account = [("account", &*account)];
        match next {
            Next::Missing if !self.lacks.is_empty() => {
                let thanks = say.say("contact-missing", &account);
                let body = [thanks, self.rules(&say), self.wanted(&say, &clock)];
                let subject = say.say("contact-missing-subject", &account);
                Some(enveloped(&say, self.customer, Kind::Missing, subject, body))
            }
            Next::Reminder { first, said_ours } => {
                let day = clock.day(first);
                let blanks = [account[0], ("day", &*day)];
                let (opening, asked) = match said_ours && !self.lacks.is_empty() {
                    true => ("contact-reminder.missing", self.wanted(&say, &clock)),
                    false => {
                        let due = due(self.file, self.now);
                        ("contact-reminder", questions(&say, &clock, due))
                    }
                };
                let body = [say.say(opening, &blanks), asked];
                let subject = say.say("contact-reminder-subject", &account);
                Some(enveloped(&say, self.customer, Kind::Reminder, subject, body))
            }
            Next::First | Next::Missing => None,
        }
    }

    fn rules(&self, say: &Sentences) -> String {
        let judgement: Value = serde_json::from_str(&self.file.json).unwrap_or_default();
        rules(say, self.file, &judgement, self.offers)
    }

    /// What is still missing, a line each, and by when.
    fn wanted(&self, say: &Sentences, clock: &Clock) -> String {
        let due = clock.minute(due(self.file, self.now));
        let mut lines = vec![say.say("contact-wanted", &[("due", &due), ("zone", &clock.name)])];
        lines.extend(self.lacks.iter().map(|one| {
            let id = match one {
                Missing::Approval => "contact-wanted.approval",
                Missing::Document => "contact-wanted.document",
                Missing::Purpose => "contact-wanted.purpose",
            };
            format!("- {}", say.say(id, &[]))
        }));
        lines.push(say.say("contact-wanted.until", &[]));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Answered, By};

    fn by(hour: i64) -> By {
        By { who: "alice".to_string(), at: Time::from_seconds(hour * 3600) }
    }

    fn letter(asked: i64, answered: Option<(Answer, i64)>) -> Contact {
        Contact {
            id: asked,
            language: "en".to_string(),
            subject: String::new(),
            body: String::new(),
            way: "copied".to_string(),
            state: "sent".to_string(),
            error: None,
            asked: by(asked),
            due: by(asked + 24).at,
            answered: answered.map(|(answer, noted)| Answered {
                answer,
                text: String::new(),
                who: String::new(),
                noted: by(noted),
            }),
        }
    }

    #[test]
    fn the_next_letter_follows_from_those_before() {
        let begun = by(10).at;
        let reminder = |hour, said_ours| Next::Reminder { first: by(hour).at, said_ours };
        let failed = Contact { state: "failed".to_string(), ..letter(11, None) };
        for (contacts, wanted) in [
            (vec![], Next::First),
            (vec![letter(9, None)], Next::First),
            (vec![failed], Next::First),
            (vec![letter(11, None)], reminder(11, false)),
            (vec![letter(20, None), letter(11, None)], reminder(11, false)),
            (vec![letter(11, Some((Answer::NotOurs, 12)))], Next::First),
            (vec![letter(11, Some((Answer::Ours, 12)))], Next::Missing),
            (vec![letter(20, None), letter(11, Some((Answer::Ours, 21)))], Next::Missing),
            (vec![letter(20, None), letter(11, Some((Answer::Ours, 12)))], reminder(20, true)),
        ] {
            assert_eq!(next(&contacts, begun), wanted, "{contacts:?}");
        }
    }
}
