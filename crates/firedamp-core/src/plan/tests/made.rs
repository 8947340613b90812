//! What a robbed principal made before the hijack, and what the hijackers made.

use super::*;

const KEY: &str = "AKIAI44QH8DHBEXAMPLE";

/// The hijack, and what the same user made at this time: a user, a role and a key.
fn with_made(at: &str) -> Value {
    let mut case = hijack();
    let made = |action: &str, operation: &str, resources: &[&str]| {
        json!({"at": at, "action": action, "operation": operation, "principal": USER,
            "kind": "person", "resources": resources})
    };
    case["deeds"].as_array_mut().expect("a list").extend([
        made("create_principal", "CreateUser", &["carol"]),
        made("create_principal", "CreateRole", &["ci"]),
        made("create_credential", "CreateAccessKey", &[KEY, "carol"]),
    ]);
    case
}

/// Whether a script removes a name; a person does otherwise.
fn goes(plan: &Plan, name: &str) -> bool {
    let is_it = |step: &&Step| step.measure == Measure::Remove && step.target.name == name;
    let step = plan.steps.iter().find(is_it).unwrap_or_else(|| panic!("{name} stays"));
    let hand = step.commands.is_empty().then_some(Hand::Judgement);
    assert_eq!(step.hand, hand, "{name}");
    hand.is_none()
}

#[test]
fn what_was_made_before_the_first_sign_of_a_hijack_is_removed_by_nobody_but_a_person() {
    for (at, expected) in [
        ("2026-02-27T09:00:00Z", false),
        ("2026-03-01T08:59:59Z", false),
        ("2026-03-01T09:00:00Z", true),
        ("2026-03-01T09:30:00Z", true),
    ] {
        let plan = plan(&with_made(at));
        for name in ["carol", "ci", KEY] {
            assert_eq!(goes(&plan, name), expected, "{name} at {at}");
        }
        assert!(goes(&plan, "user-x1x2") && goes(&plan, "AKIAIOSFODNN7EXAMPLE"), "{at}");
    }
}

/// The case begins at ten.
#[test]
fn without_a_first_sign_the_case_says_when_a_hijack_began() {
    for (at, expected) in [("2026-03-01T09:59:59Z", false), ("2026-03-01T10:00:00Z", true)] {
        let mut case = with_made(at);
        case["findings"][0]["first_observed"] = Value::Null;
        assert_eq!(goes(&plan(&case), "carol"), expected, "{at}");
        case["first_observed"] = Value::Null;
        assert!(!goes(&plan(&case), "carol"), "no time is known: {at}");
    }
}

#[test]
fn a_name_that_was_there_before_stays_though_hijackers_made_it_anew() {
    let mut case = with_made("2026-02-27T09:00:00Z");
    let mut again = case["deeds"][0].clone();
    again["resources"] = json!(["carol"]);
    case["deeds"].as_array_mut().expect("a list").push(again);
    assert!(!goes(&plan(&case), "carol"));
}

/// A weak hijack is no first sign, nor is that of somebody else.
#[test]
fn only_the_hijack_that_names_a_principal_dates_what_it_made() {
    let early = |llr: f64, who: &str| {
        let mut case = with_made("2026-02-27T09:00:00Z");
        let found = json!({"detector": "hijack_sequence", "llr": llr,
            "first_observed": "2026-02-27T08:00:00Z", "evidence": {"principals": [who]}});
        case["findings"].as_array_mut().expect("a list").push(found);
        goes(&plan(&case), "carol")
    };
    assert!(!early(3.5, USER) && !early(10.0, "arn:aws:iam::111122223333:user/eve"));
    assert!(early(10.0, USER));
}
