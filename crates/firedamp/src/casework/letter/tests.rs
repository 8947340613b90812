use std::collections::BTreeSet;

use firedamp_core::{authorisation::Missing, checklist, id::Provider, life::Status};

use super::{next::Next, *};
use crate::store::CaseRow;

const NOW: Time = Time::from_seconds(1_775_000_000);

fn file() -> CaseFile {
    let json = serde_json::json!({
        "cost": {"spent": 12.5, "per_day": 30.0, "forecast": 900.0, "currency": "EUR"},
        "resources": [{
            "id": "vm-1\u{1b}c", "first_observed": "2026-03-01T10:00:00Z",
            "last_observed": "2026-03-01T16:00:00Z",
            "created": {"at": "2026-03-01T09:55:00Z", "by": "an-id", "name": "alice"},
        }],
        "findings": [{"summary": "Shares a clock with azure:somebody-elses", "group": "fleet"}],
    });
    CaseFile {
        row: CaseRow {
            id: 1,
            account: "azure:an-account".to_string(),
            customer: None,
            customer_name: None,
            provider: "azure".to_string(),
            status: Status::Active,
            reason: None,
            probability: 0.95,
            severity: "medium".to_string(),
            is_active: true,
            loss: 0.0,
            per_day: None,
            currency: None,
            first_observed: NOW,
            last_observed: NOW,
            opened_at: NOW,
            begun_at: NOW,
            changed_at: NOW,
            answer_due: None,
            answer_due_to: None,
            assignee: None,
            snoozed_until: None,
            revision: 1,
            labels: BTreeSet::new(),
        },
        json: json.to_string(),
        html: String::new(),
    }
}

#[test]
fn a_letter_says_what_was_seen_what_holds_and_what_is_asked() {
    for (language, words) in [
        (
            Language::English,
            [
                "not necessarily fraudulent",
                "created by alice",
                "written approval beforehand",
                "30.00",
            ],
        ),
        (
            Language::French,
            ["pas forcément frauduleux", "créée par alice", "l’accord écrit préalable", "30,00"],
        ),
        (
            Language::German,
            [
                "nicht unbedingt missbräuchlich",
                "angelegt von alice",
                "vorherige schriftliche",
                "30,00",
            ],
        ),
    ] {
        let draft = draft(&file(), None, language, NOW, &Offers::default());
        for word in words {
            assert!(draft.body.contains(word), "{language}: {word}: {}", draft.body);
        }
        assert!(!draft.body.contains('[') && !draft.body.contains('{'), "{}", draft.body);
        assert!(!draft.body.contains("somebody-elses"), "nothing of others: {}", draft.body);
        assert!(!draft.body.contains('\u{1b}') && !draft.subject.contains('\n'));
    }
}

#[test]
fn every_letter_says_what_is_missing_in_its_language_and_no_note_of_editors() {
    let offers = Offers::default();
    let first = Time::parse("2026-03-30T08:00:00Z").expect("a time");
    for (language, day, approval, reminder) in [
        (
            Language::English,
            "30 March 2026",
            "written approval, with its reference",
            "no answer yet",
        ),
        (
            Language::French,
            "30 mars 2026",
            "l’accord écrit du fournisseur, avec",
            "le temps presse",
        ),
        (
            Language::German,
            "30.03.2026",
            "schriftliche Zustimmung des Anbieters mit",
            "noch keine Antwort",
        ),
    ] {
        let (file, lacks) = (file(), [Missing::Approval, Missing::Document]);
        let about = About {
            file: &file,
            customer: None,
            language,
            now: NOW,
            offers: &offers,
            lacks: &lacks,
        };
        let missing = about.draft(Next::Missing).expect("a letter");
        assert!(missing.kind == Kind::Missing && missing.body.contains(approval), "{missing:?}");
        let asked = about.draft(Next::Reminder { first, said_ours: false }).expect("a letter");
        assert!(asked.body.contains(day) && asked.body.contains(reminder), "{asked:?}");
        let again = about.draft(Next::Reminder { first, said_ours: true }).expect("a letter");
        assert!(again.body.contains(day) && again.body.contains(approval), "{again:?}");
        assert_eq!(about.draft(Next::First), None);
        let complete = About { lacks: &[], ..about };
        assert_eq!(complete.draft(Next::Missing), None);
    }
}

#[test]
fn what_a_desk_notes_of_its_sources_is_not_written_to_customers() {
    let mut file = file();
    for provider in Provider::ALL {
        file.row.provider = provider.id().to_string();
        for language in Language::ALL {
            let body = draft(&file, None, language, NOW, &Offers::default()).body;
            for note in
                ["not found by us", "have not seen", "We found", "trouvée", "isez les", "esen Sie"]
            {
                assert!(!body.contains(note), "{provider:?} {language}: {note}: {body}");
            }
            assert!(!body.contains("2026-03-"), "one form of a day: {body}");
        }
    }
}

#[test]
fn what_a_credit_pays_is_worth_something_and_costs_nothing() {
    let paid = r#""currency":"EUR""#;
    let listed = CaseFile {
        json: file().json.replace(paid, r#""currency":"EUR","estimated":true"#),
        ..file()
    };
    for (language, words) in [
        (Language::English, "worth about"),
        (Language::French, "vaut environ"),
        (Language::German, "nach Listenpreisen"),
    ] {
        let body = draft(&listed, None, language, NOW, &Offers::default()).body;
        assert!(body.contains(words), "{language}: {body}");
        let body = draft(&file(), None, language, NOW, &Offers::default()).body;
        assert!(!body.contains(words), "{language}: {body}");
    }
}

#[test]
fn an_answer_is_due_when_the_provider_wants_one() {
    let hours = |hours: i64| NOW.plus_seconds(hours * 3600);
    assert_eq!(due(&file(), NOW), hours(20), "before the partner answers");
    assert_eq!(due(&file(), hours(6)), hours(20), "however late the letter is");
    assert_eq!(due(&file(), hours(30)), hours(54), "the partner is late already");
    let mut noticed = file();
    noticed.row.answer_due = Some(hours(12));
    assert_eq!(due(&noticed, NOW), hours(8));
    noticed.row.answer_due = Some(hours(40));
    assert_eq!(due(&noticed, NOW), hours(24), "a notice that came later than the opening counts");
    let mut other = file();
    other.row.provider = "oci".to_string();
    assert_eq!(due(&other, NOW), NOW.plus_seconds(72 * 3600));
}

#[test]
fn a_notice_of_an_earlier_incident_sets_no_time_for_the_answer() {
    let hours = |hours: i64| NOW.plus_seconds(hours * 3600);
    let mut again = file();
    again.row.opened_at = hours(-2000);
    again.row.answer_due = Some(hours(-1900));
    assert_eq!(due(&again, NOW), hours(20), "counted from the opening");
    again.row.answer_due = Some(hours(12));
    assert_eq!(due(&again, NOW), hours(8), "a notice of this one");
}

#[test]
fn every_step_and_policy_has_its_sentence_in_every_language() {
    for language in Language::ALL {
        let say = Sentences::of(language);
        let steps = checklist::ids().map(|id| format!("step-{id}"));
        let policies = policy::all().iter().map(|policy| format!("policy-{}", policy.id));
        for id in steps.chain(policies) {
            assert!(!say.say(&id, &[]).starts_with('['), "{language}: {id}");
        }
    }
    let english = Sentences::of(Language::English);
    for policy in policy::all() {
        assert_eq!(english.say(&format!("policy-{}", policy.id), &[]), policy.says);
    }
}
