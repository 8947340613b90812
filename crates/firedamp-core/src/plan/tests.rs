use serde_json::{Value, json};

use super::*;

const SUBSCRIPTION: &str = "00001111-2222-3333-4444-555566667777";
const USER: &str = "arn:aws:iam::111122223333:user/alice";

fn now() -> Time {
    Time::parse("2026-03-02T00:00:00Z").expect("a time")
}

/// A hijack as `CloudTrail` tells of it: a user made another one and its key, a group and a machine,
/// and protected the machine. A machine of the customer's own mines too.
fn hijack() -> Value {
    let done = |at: &str, action: &str, operation: &str, resources: &[&str]| {
        json!({
            "at": at, "action": action, "operation": operation, "region": "us-east-1",
            "principal": USER, "kind": "person", "resources": resources,
        })
    };
    json!({
        "provider": "aws", "account": "111122223333",
        "first_observed": "2026-03-01T10:00:00Z", "last_observed": "2026-03-01T16:00:00Z",
        "resources": [
            {"id": "miners", "first_observed": "2026-03-01T10:00:00Z"},
            {"id": "i-0abc", "first_observed": "2026-03-01T10:00:00Z"},
            {"id": "i-0def", "first_observed": "2026-03-01T10:00:00Z",
             "created": {"at": "2025-01-01T00:00:00Z", "by": "arn:aws:iam::111122223333:user/bob", "kind": "person"}},
            {"id": "10.0.0.4", "first_observed": "2026-03-01T10:00:00Z"},
        ],
        "findings": [{
            "detector": "hijack_sequence", "group": "control_plane", "llr": 10.0,
            "evidence": {"principals": [USER], "routine": false},
        }],
        "deeds": [
            done("2026-03-01T09:00:00Z", "create_principal", "CreateUser", &["user-x1x2"]),
            done("2026-03-01T09:01:00Z", "create_credential", "CreateAccessKey",
                 &["AKIAIOSFODNN7EXAMPLE", "user-x1x2"]),
            done("2026-03-01T09:02:00Z", "create_compute", "CreateAutoScalingGroup", &["miners"]),
            done("2026-03-01T09:03:00Z", "create_compute", "RunInstances", &["i-0abc"]),
            done("2026-03-01T09:04:00Z", "protect", "ModifyInstanceAttribute", &["i-0abc"]),
            done("2026-03-01T09:05:00Z", "blind", "StopLogging", &[]),
        ],
    })
}

fn plan(case: &Value) -> Plan {
    of(&Judged::read(&case.to_string()).expect("a judgement"), now())
}

fn told(plan: &Plan) -> Vec<(Measure, &str)> {
    plan.steps.iter().map(|step| (step.measure, step.target.name.as_str())).collect()
}

#[test]
fn evidence_is_kept_first_then_who_then_groups_then_machines() {
    let plan = plan(&hijack());
    use Measure as M;
    assert_eq!(
        told(&plan),
        [
            (M::Snapshot, "i-0abc"),
            (M::Snapshot, "i-0def"),
            (M::CutKey, "AKIAIOSFODNN7EXAMPLE"),
            (M::CutPrincipal, USER),
            (M::AskOwner, "arn:aws:iam::111122223333:user/bob"),
            (M::CutPrincipal, "user-x1x2"),
            (M::HoldGroup, "miners"),
            (M::EmptyGroup, "miners"),
            (M::LiftProtection, "i-0abc"),
            (M::Stop, "i-0abc"),
            (M::Isolate, "i-0def"),
            (M::Remove, "miners"),
            (M::Remove, "i-0abc"),
            (M::RestoreLog, "StopLogging"),
            (M::Watch, "111122223333"),
        ]
    );
    let phases: Vec<Phase> = plan.steps.iter().map(|step| step.phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
}

/// A group makes machines anew as long as it is there, whether or not a finding names it.
#[test]
fn what_hijackers_made_is_dealt_with_though_no_finding_names_it() {
    let mut case = hijack();
    let resources = case["resources"].as_array_mut().expect("a list");
    resources.retain(|one| one["id"] != "miners");
    let unnamed = plan(&case);
    let whole = plan(&hijack());
    let sorted = |plan: &Plan| {
        let mut steps: Vec<String> =
            told(plan).iter().map(|(measure, name)| format!("{measure} {name}")).collect();
        steps.sort();
        steps
    };
    assert_eq!(sorted(&unnamed), sorted(&whole));
    case["deeds"][2]["principal"] = "arn:aws:iam::111122223333:user/bob".into();
    assert!(told(&plan(&case)).iter().all(|(_, name)| *name != "miners"), "bob is no hijacker");
}

#[test]
fn what_the_customer_works_with_is_isolated_and_never_removed() {
    let plan = plan(&hijack());
    let left =
        |name: &str| plan.left.iter().find(|left| left.name == name).map(|left| left.because);
    assert_eq!(left("i-0def"), Some(Because::CustomersOwn));
    assert_eq!(left("10.0.0.4"), Some(Because::AddressAlone));
    let removed = plan.steps.iter().filter(|step| step.measure == Measure::Remove);
    assert!(removed.into_iter().all(|step| step.target.name != "i-0def"));
}

#[test]
fn a_device_that_passes_others_traffic_on_is_not_touched() {
    let mut case = hijack();
    case["findings"][0]["evidence"]["transit"] = json!(["i-0def"]);
    let plan = plan(&case);
    assert!(plan.steps.iter().all(|step| step.target.name != "i-0def"), "{plan:?}");
    assert!(plan.left.contains(&Left { name: "i-0def".to_string(), because: Because::PassesOn }));
}

#[test]
fn who_has_long_been_there_is_asked_and_not_cut_off() {
    let mut case = hijack();
    case["findings"][0]["evidence"]["routine"] = json!(true);
    let plan = plan(&case);
    let cuts = [Measure::CutPrincipal, Measure::CutKey, Measure::EndSessions, Measure::DropLock];
    assert!(plan.steps.iter().all(|step| !cuts.contains(&step.measure)), "{plan:?}");
}

#[test]
fn a_name_that_its_cloud_does_not_give_is_left_to_a_person() {
    for hostile in ["i-0abc; rm -rf /", "i-$(id)", "--profile=x", "i-\n", "file:///etc/passwd"] {
        let mut case = hijack();
        case["resources"] = json!([{"id": hostile, "first_observed": "2026-03-01T10:00:00Z"}]);
        let plan = plan(&case);
        let own = plan.steps.iter().filter(|step| step.target.name == hostile);
        for step in own {
            assert!(step.commands.is_empty() && step.hand.is_some(), "{step:?}");
        }
    }
}

#[test]
fn another_subscription_is_none_of_ours() {
    let vm = |subscription: &str| {
        let group = format!("/subscriptions/{subscription}/resourcegroups/rg");
        format!("{group}/providers/microsoft.compute/virtualmachines/v")
    };
    for (id, hand) in [
        (vm(SUBSCRIPTION), None),
        (vm("99991111-2222-3333-4444-555566667777"), Some(Hand::Elsewhere)),
    ] {
        let case = json!({
            "provider": "azure", "account": SUBSCRIPTION,
            "resources": [{"id": id, "first_observed": "2026-03-01T10:00:00Z"}],
        });
        let plan = plan(&case);
        let isolate = plan.steps.iter().find(|step| step.measure == Measure::Isolate);
        assert_eq!(isolate.expect("a step").hand, hand, "{id}");
    }
}

#[test]
fn a_machine_without_a_region_is_looked_for_first() {
    let case = json!({
        "provider": "aws", "account": "111122223333",
        "resources": [{"id": "i-0abc", "first_observed": "2026-03-01T10:00:00Z",
            "created": {"at": "2026-03-01T09:00:00Z", "by": USER, "kind": "person"}}],
    });
    let plan = plan(&case);
    let stop = plan.steps.iter().find(|step| step.measure == Measure::Stop).expect("a step");
    assert!(stop.commands[0].keeps && !stop.commands[0].changes);
    assert!(stop.commands[1].words.contains(&Word::Kept(0)));
    assert_eq!(stop.undo.len(), 2);
}

#[test]
fn a_plan_holds_so_many_steps_and_says_when_there_is_more() {
    let mut case = hijack();
    let many: Vec<Value> = (0..STEPS_MAX)
        .map(|number| json!({"id": format!("i-{number:08x}"), "first_observed": "2026-03-01T10:00:00Z"}))
        .collect();
    case["resources"] = many.into();
    let plan = plan(&case);
    assert!(plan.is_cut && plan.steps.len() == STEPS_MAX);
}

#[test]
fn lists_for_terraform_hold_no_template() {
    assert_eq!(terraform::quoted("a\"b\\${x}%{y}$5\n"), r#""a\"b\\$${x}%%{y}$5?""#);
    let locals = terraform::locals(&plan(&hijack()));
    assert!(locals.contains("firedamp_aws_instance = [\n    \"i-0abc\",\n    \"i-0def\",\n  ]"));
}

#[test]
fn a_plan_is_stored_and_read_again() {
    let plan = plan(&hijack());
    let text = serde_json::to_string(&plan).expect("text");
    assert_eq!(serde_json::from_str::<Plan>(&text).expect("a plan"), plan);
}
