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

const OFFICE: &str = "198.51.100.7";

/// The hijack, and a machine that this call made, from this address.
fn with_machine(at: &str, kind: &str, from: Option<&str>) -> Value {
    let mut case = hijack();
    case["findings"][0]["evidence"]["usual_addresses"] = json!([OFFICE]);
    let made = json!({"at": at, "action": "create_compute", "operation": "RunInstances",
        "region": "us-east-1", "principal": if kind == "person" { USER } else { "autoscaling" },
        "kind": kind, "compute": "machine", "address": from, "resources": ["i-0123"]});
    case["deeds"].as_array_mut().expect("a list").push(made);
    case
}

/// The same where this machine mines from this time on.
fn that_mines(mut case: Value, since: &str) -> Value {
    let own = json!({"id": "i-0123", "first_observed": since});
    case["resources"].as_array_mut().expect("a list").push(own);
    case
}

const GOES: [Measure; 3] = [Measure::Snapshot, Measure::Stop, Measure::Remove];
const STAYS: [Measure; 2] = [Measure::Snapshot, Measure::Isolate];

#[test]
fn a_machine_that_the_robbed_one_made_before_or_beside_the_hijack_is_only_asked_about() {
    let thief = Some("203.0.113.9");
    for (at, from, is_asked) in [
        ("2026-02-27T09:00:00Z", None, true),
        ("2026-02-27T09:00:00Z", thief, true),
        ("2026-03-01T08:59:59Z", thief, true),
        ("2026-03-01T09:30:00Z", Some(OFFICE), true),
        ("2026-03-01T09:30:00Z", thief, false),
        ("2026-03-01T09:30:00Z", None, false),
    ] {
        let plan = plan(&with_machine(at, "person", from));
        let expected: &[Measure] = if is_asked { &[Measure::Decide] } else { &GOES };
        assert_eq!(measures(&plan, "i-0123"), expected, "{at} {from:?}");
        assert_eq!(measures(&plan, "i-0abc").last(), Some(&Measure::Remove), "{at} {from:?}");
        let own = plan.steps.iter().find(|step| step.target.name == "i-0123").expect("a step");
        assert_eq!(own.commands.is_empty(), is_asked && own.hand == Some(Hand::Judgement));
        assert_eq!(terraform::locals(&plan).contains("i-0123"), !is_asked, "{at} {from:?}");
    }
}

/// On Azure a change is logged as a machine's making is.
#[test]
fn what_others_worked_with_before_is_not_of_the_hijack_though_hijackers_wrote_it_anew() {
    let case = with_machine("2026-03-01T09:30:00Z", "person", None);
    let mut bobs = case["deeds"].as_array().expect("a list").last().expect("a call").clone();
    bobs["principal"] = "arn:aws:iam::111122223333:user/bob".into();
    for (at, expected) in
        [("2026-03-01T09:10:00Z", &[Measure::Decide][..]), ("2026-03-01T09:40:00Z", &GOES[..])]
    {
        bobs["at"] = at.into();
        let mut both = case.clone();
        both["deeds"].as_array_mut().expect("a list").push(bobs.clone());
        assert_eq!(measures(&plan(&both), "i-0123"), expected, "{at}");
    }
}

#[test]
fn a_machine_from_before_the_hijack_that_mines_only_since_then_is_cut_off_and_stays() {
    let own = |made: &str, from: Option<&str>, mines: &str| {
        let mut case = that_mines(with_machine(made, "person", from), mines);
        let created = json!({"at": made, "by": USER, "kind": "person"});
        let last = case["resources"].as_array_mut().expect("a list").last_mut();
        last.expect("a machine")["created"] = created;
        measures(&plan(&case), "i-0123")
    };
    assert_eq!(own("2026-02-27T09:00:00Z", None, "2026-03-01T10:00:00Z"), STAYS);
    assert_eq!(own("2026-03-01T08:50:00Z", None, "2026-03-01T08:55:00Z"), STAYS, "clocks differ");
    assert_eq!(own("2026-03-01T09:30:00Z", Some(OFFICE), "2026-03-01T10:00:00Z"), STAYS);
    assert_eq!(own("2026-03-01T09:30:00Z", None, "2026-03-01T10:00:00Z"), GOES);
    // It mined long before the first sign: it was made for that.
    assert_eq!(own("2026-02-27T09:00:00Z", None, "2026-02-27T09:30:00Z"), GOES);
}

/// The hijackers' group makes machines; the customer's made some before.
#[test]
fn what_a_service_made_before_the_hijack_is_not_the_hijackers() {
    for (at, expected) in
        [("2026-02-28T09:00:00Z", &STAYS[..]), ("2026-03-01T09:30:00Z", &GOES[..])]
    {
        let case = that_mines(with_machine(at, "provider", None), "2026-03-01T10:00:00Z");
        assert_eq!(measures(&plan(&case), "i-0123"), expected, "{at}");
    }
    // A group from before the hijack is not what hijackers set up.
    let mut case = with_machine("2026-03-01T09:30:00Z", "provider", None);
    case["deeds"][2]["at"] = "2026-02-27T09:00:00Z".into();
    case["deeds"][3]["compute"] = "machine".into();
    let case = that_mines(case, "2026-03-01T10:00:00Z");
    assert_eq!(measures(&plan(&case), "i-0123"), STAYS);
}

#[test]
fn questions_leave_room_for_what_is_done() {
    let mut case = with_machine("2026-02-27T09:00:00Z", "person", None);
    let names: Vec<String> = (0..150).map(|number| format!("i-1{number:07x}")).collect();
    let last = case["deeds"].as_array_mut().expect("a list").last_mut().expect("a call");
    last["resources"] = json!(names);
    let plan = plan(&case);
    let asked = plan.steps.iter().filter(|step| step.measure == Measure::Decide).count();
    assert_eq!((asked, plan.is_cut), (100, true));
    assert_eq!(measures(&plan, "i-0abc").last(), Some(&Measure::Remove));
}

#[test]
fn what_was_given_before_the_hijack_a_person_takes_back() {
    let name = "policy arn:aws:iam::aws:policy/AdministratorAccess -> user bob";
    for (at, hand) in
        [("2026-02-27T09:00:00Z", Some(Hand::Judgement)), ("2026-03-01T09:06:00Z", None)]
    {
        let mut case = hijack();
        let given = json!({"at": at, "action": "grant_access", "operation": "AttachUserPolicy",
            "region": "us-east-1", "principal": USER, "kind": "person", "resources": [name]});
        case["deeds"].as_array_mut().expect("a list").push(given);
        let plan = plan(&case);
        assert_eq!(measures(&plan, name), [Measure::DropGrant]);
        let step = plan.steps.iter().find(|step| step.target.name == name).expect("a step");
        assert_eq!((step.hand, step.commands.is_empty()), (hand, hand.is_some()), "{at}");
    }
}

/// Nobody knows the password that a colleague had.
#[test]
fn a_password_and_a_door_from_before_the_hijack_are_left_to_a_person() {
    let door = "statement s1 -> function f";
    for (at, from, hand) in [
        ("2026-02-27T09:00:00Z", None, Some(Hand::Judgement)),
        ("2026-03-01T09:06:00Z", Some(OFFICE), Some(Hand::Judgement)),
        ("2026-03-01T09:06:00Z", None, None),
    ] {
        let mut case = hijack();
        case["findings"][0]["evidence"]["usual_addresses"] = json!([OFFICE]);
        let done = |action: &str, operation: &str, name: &str| {
            json!({"at": at, "action": action, "operation": operation, "region": "us-east-1",
                "principal": USER, "kind": "person", "address": from, "resources": [name]})
        };
        case["deeds"].as_array_mut().expect("a list").extend([
            done("create_credential", "CreateLoginProfile", "bob"),
            done("open_door", "AddPermission20150331v2", door),
        ]);
        let first = plan(&case);
        for (measure, name) in [(Measure::DropLogin, "bob"), (Measure::CloseDoor, door)] {
            assert_eq!(measures(&first, name), [measure]);
            let step = first.steps.iter().find(|step| step.target.name == name).expect("a step");
            let is_left = (step.hand, step.commands.is_empty());
            assert_eq!(is_left, (hand, hand.is_some()), "{name} at {at} from {from:?}");
        }
        // The hijackers set another one: that is theirs.
        let mut again = done("create_credential", "UpdateLoginProfile", "bob");
        (again["at"], again["address"]) = ("2026-03-01T09:07:00Z".into(), Value::Null);
        case["deeds"].as_array_mut().expect("a list").push(again);
        let second = plan(&case);
        let login = second.steps.iter().find(|step| step.measure == Measure::DropLogin);
        assert_eq!(login.expect("a step").hand, None, "{at} from {from:?}");
    }
}
