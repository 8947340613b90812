mod made;
mod rights;

use serde_json::{Value, json};

use super::*;

const SUBSCRIPTION: &str = "00001111-2222-3333-4444-555566667777";
const SERVICE: &str = "arn:aws:ecs:us-east-1:111122223333:service/web/shop";
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
            "first_observed": "2026-03-01T09:00:00Z",
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
            (M::Snapshot, "miners"),
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
            (M::Remove, "AKIAIOSFODNN7EXAMPLE"),
            (M::Remove, "user-x1x2"),
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

/// The case of a hijack with this deed on this resource in place of all others.
fn with(operation: &str, resource: &str) -> Value {
    let mut case = hijack();
    case["resources"] = json!([{"id": resource, "first_observed": "2026-03-01T10:00:00Z"}]);
    case["deeds"] = json!([{
        "at": "2026-03-01T09:03:00Z", "action": "create_compute", "operation": operation,
        "region": "us-east-1", "principal": USER, "kind": "person", "compute": "machine",
        "resources": [resource],
    }]);
    case
}

fn measures(plan: &Plan, name: &str) -> Vec<Measure> {
    let own = plan.steps.iter().filter(|step| step.target.name == name);
    own.map(|step| step.measure).collect()
}

#[test]
fn what_was_only_started_or_grown_was_there_and_is_not_removed() {
    use Measure as M;
    for (operation, resource, expected) in [
        ("StartInstances", "i-0def", vec![M::Snapshot, M::Stop]),
        ("SetDesiredCapacity", "web-asg", vec![M::Decide]),
        ("UpdateAutoScalingGroup", "web-asg", vec![M::Decide]),
        ("UpdateService", SERVICE, vec![M::Decide]),
        ("CreateService", SERVICE, vec![M::Stop, M::Remove]),
        ("Microsoft.Compute/virtualMachines/start/action", "i-0def", vec![M::Snapshot, M::Stop]),
        ("RunInstances", "i-0abc", vec![M::Snapshot, M::Stop, M::Remove]),
    ] {
        let plan = plan(&with(operation, resource));
        assert_eq!(measures(&plan, resource), expected, "{operation}");
        let is_left = plan.left.iter().any(|left| left.name == resource);
        assert_eq!(is_left, !expected.contains(&M::Remove), "{operation}");
    }
}

#[test]
fn whatever_tells_of_a_time_before_keeps_a_resource_from_being_removed() {
    let removed = |change: fn(&mut Value)| {
        let mut case = with("RunInstances", "i-0abc");
        change(&mut case);
        measures(&plan(&case), "i-0abc").contains(&Measure::Remove)
    };
    assert!(removed(|_| {}));
    assert!(!removed(|case| {
        case["resources"][0]["created"] =
            json!({"at": "2025-01-01T00:00:00Z", "by": USER, "kind": "person"});
    }));
    assert!(!removed(|case| {
        case["resources"][0]["created"] = json!({"at": "2026-03-01T08:00:00Z", "by": "arn:aws:iam::111122223333:user/bob", "kind": "person"});
    }));
    assert!(!removed(|case| {
        let found = json!({"detector": "flat_compute", "group": "compute", "resource": "i-0abc",
            "llr": 1.0, "first_observed": "2026-02-27T00:00:00Z"});
        case["findings"].as_array_mut().expect("an array").push(found);
    }));
    assert!(!removed(|case| {
        case["charges"] = json!([{"resource": "i-0abc", "since": "2026-02-01T00:00:00Z"}]);
    }));
    assert!(
        removed(|case| {
            case["charges"] = json!([{"resource": "i-0abc", "since": "2026-03-01T00:00:00Z"}]);
        }),
        "the day of a daily bill"
    );
}

#[test]
fn one_machine_of_a_scale_set_is_dealt_with_and_not_the_set() {
    let of = |set: &str| {
        let group = format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/rg");
        format!("{group}/providers/microsoft.compute/virtualmachinescalesets/{set}")
    };
    let (set, node) = (of("web"), format!("{}/virtualmachines/3", of("web")));
    let case = |created: Value, deeds: Value| {
        json!({
            "provider": "azure", "account": SUBSCRIPTION, "deeds": deeds,
            "findings": [{"detector": "hijack_sequence", "llr": 10.0, "evidence": {"principals": ["thief"]},
                "first_observed": "2026-03-01T08:00:00Z"}],
            "resources": [{"id": node, "first_observed": "2026-03-01T10:00:00Z", "created": created}],
        })
    };
    let old = plan(&case(Value::Null, json!([])));
    assert_eq!(measures(&old, &node), [Measure::Snapshot, Measure::Isolate]);
    let scaled = json!({"at": "2026-03-01T08:00:00Z", "by": "autoscale", "kind": "provider"});
    let scaled = plan(&case(scaled, json!([])));
    assert_eq!(measures(&scaled, &node), [Measure::Snapshot, Measure::Isolate]);
    let own = json!({"at": "2026-03-01T08:00:00Z", "by": "thief", "kind": "person"});
    let own = plan(&case(own, json!([])));
    assert_eq!(measures(&own, &node), [Measure::Snapshot, Measure::Stop, Measure::Remove]);
    let touches_set = |step: &Step| {
        let words = step.commands.iter().flat_map(|command| &command.words);
        words
            .into_iter()
            .any(|word| matches!(word, Word::Text(text) if text == "scale" || text == "delete"))
    };
    for plan in [&old, &scaled, &own] {
        assert!(!plan.steps.iter().any(touches_set), "{plan:?}");
    }
    // A set that was made for it goes, and its machines with it.
    let made = json!([{"at": "2026-03-01T09:00:00Z", "action": "create_compute", "kind": "person",
        "operation": "Microsoft.Compute/virtualMachineScaleSets/write", "principal": "thief",
        "compute": "fleet", "resources": [set]}]);
    let mut whole = case(Value::Null, made);
    let own = json!({"id": set, "first_observed": "2026-03-01T10:00:00Z"});
    whole["resources"].as_array_mut().expect("an array").push(own);
    let whole = plan(&whole);
    let all = [Measure::Snapshot, Measure::HoldGroup, Measure::EmptyGroup, Measure::Remove];
    assert_eq!(measures(&whole, &set), all);
    assert_eq!(measures(&whole, &node), []);
    let hold = whole.steps.iter().find(|step| step.measure == Measure::HoldGroup);
    let commands = &hold.expect("a step").commands;
    // The script compares without regard to case: this name is in lower case, the set's may not be.
    assert_eq!(commands[0].words, words(&["firedamp_hold", SUBSCRIPTION, "rg", "web", "false"]));
}

#[test]
fn a_hijack_that_makes_no_case_by_itself_cuts_nobody_off() {
    let mut case = hijack();
    case["findings"][0]["llr"] = json!(3.5);
    case["findings"][0]["evidence"]["full"] = json!(false);
    let weak = plan(&case);
    let cuts = [
        Measure::CutPrincipal,
        Measure::CutKey,
        Measure::EndSessions,
        Measure::DropLock,
        Measure::Remove,
    ];
    assert!(weak.steps.iter().all(|step| !cuts.contains(&step.measure)), "{weak:?}");
    case["findings"][0]["evidence"]["full"] = json!(true);
    assert!(plan(&case).steps.iter().any(|step| step.measure == Measure::CutPrincipal));
}

#[test]
fn a_name_of_unknown_kind_is_no_machine_of_googles() {
    let case = |group: &str| {
        json!({
            "provider": "gcp", "account": "lab-1",
            "resources": [{"id": "web", "first_observed": "2026-03-01T10:00:00Z"}],
            "findings": [{"detector": "x", "group": group, "resource": "web", "llr": 9.0}],
        })
    };
    let alert = plan(&case("provider_alert"));
    assert!(alert.steps.iter().all(|step| step.commands.is_empty()), "{alert:?}");
    let traffic = plan(&case("network"));
    assert!(measures(&traffic, "web").contains(&Measure::Isolate), "{traffic:?}");
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

fn words(texts: &[&str]) -> Vec<Word> {
    texts.iter().map(|text| Word::Text((*text).to_string())).collect()
}

/// Whichever account somebody has chosen in their shell, a command goes to the plan's.
#[test]
fn every_command_names_its_account() {
    let group = format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers");
    let vm = format!("{group}/microsoft.compute/virtualmachines/v");
    let set = format!("{group}/microsoft.compute/virtualmachinescalesets/s");
    let user = "99991111-2222-3333-4444-555566667777";
    let case = |provider: &str, account: &str, principal: &str, names: [&str; 2]| {
        let made = |name: &str, operation: &str| {
            json!({"at": "2026-03-01T09:00:00Z", "action": "create_compute", "kind": "person",
                "operation": operation, "principal": principal, "resources": [name]})
        };
        json!({
            "provider": provider, "account": account,
            "resources": names.map(|id| json!({"id": id, "first_observed": "2026-03-01T10:00:00Z"})),
            "findings": [{"detector": "hijack_sequence", "llr": 10.0, "evidence": {"principals": [principal]},
                "first_observed": "2026-03-01T09:00:00Z"}],
            "deeds": [
                made(names[0], "v1.compute.instances.insert"),
                made(names[1], "v1.compute.instanceGroupManagers.insert"),
            ],
        })
    };
    let azure = plan(&case("azure", SUBSCRIPTION, user, [vm.as_str(), set.as_str()]));
    let robot = "runner@lab-1.iam.gserviceaccount.com";
    let google = plan(&case("gcp", "lab-1", robot, ["vm-1", "miners"]));
    for (plan, account) in [(&azure, SUBSCRIPTION), (&google, "lab-1")] {
        let all = plan.steps.iter().flat_map(|step| step.commands.iter().chain(&step.undo));
        let mut count = 0;
        for command in all {
            let word = |text: String| command.words.contains(&Word::Text(text));
            let is_named = word(account.to_string()) || word(format!("--project={account}"));
            assert!(is_named, "{command:?}");
            count += 1;
        }
        assert!(count > 8, "{count} commands");
    }
}

/// A name of a group is one's own within a region alone.
#[test]
fn a_group_of_one_name_is_dealt_with_in_every_region() {
    let regions = ["ap-south-1", "eu-west-1", "us-east-1"];
    let mut case = hijack();
    let made = |(hour, region): (usize, &str)| {
        json!({"at": format!("2026-03-01T{:02}:00:00Z", 9 + 2 * hour), "action": "create_compute",
            "operation": "CreateAutoScalingGroup", "region": region, "principal": USER,
            "kind": "person", "resources": ["miners"]})
    };
    case["deeds"] = regions.into_iter().enumerate().map(made).collect::<Vec<_>>().into();
    let removed_in = |case: &Value| {
        let plan = plan(case);
        let removed = plan.steps.iter().filter(|step| step.measure == Measure::Remove);
        let own = removed.filter(|step| step.target.name == "miners");
        own.filter_map(|step| step.target.place.clone()).collect::<Vec<_>>()
    };
    assert_eq!(removed_in(&case), regions);
    case["resources"].as_array_mut().expect("a list").retain(|one| one["id"] != "miners");
    assert_eq!(removed_in(&case), regions, "no finding names them");
}

#[test]
fn doors_that_hijackers_left_open_are_steps() {
    let mut case = hijack();
    let done = |action: &str, operation: &str, resources: &[&str]| {
        json!({"at": "2026-03-01T09:06:00Z", "action": action, "operation": operation,
            "principal": USER, "kind": "person", "resources": resources})
    };
    case["deeds"].as_array_mut().expect("a list").extend([
        done("create_credential", "CreateLoginProfile", &["bob"]),
        done("grant_access", "UpdateAssumeRolePolicy", &[]),
        done("open_door", "AddPermission20150331v2", &["miner"]),
    ]);
    let plan = plan(&case);
    let login = plan.steps.iter().find(|step| step.measure == Measure::DropLogin);
    let login = &login.expect("a step").commands;
    assert_eq!(login[0].words, words(&["aws", "iam", "delete-login-profile", "--user-name=bob"]));
    for name in ["UpdateAssumeRolePolicy", "AddPermission20150331v2: miner"] {
        assert_eq!(measures(&plan, name), [Measure::CloseDoor]);
        let step = plan.steps.iter().find(|step| step.target.name == name).expect("a step");
        assert!(step.hand == Some(Hand::Judgement) && step.commands.is_empty());
    }
}

/// The commands of the one step that is about this, and what undoes them, as lines.
fn lines(plan: &Plan, measure: Measure, name: &str) -> [Vec<String>; 2] {
    let is_it = |step: &&Step| step.measure == measure && step.target.name == name;
    let step = plan.steps.iter().find(is_it).unwrap_or_else(|| panic!("no {measure} of {name}"));
    let line = |command: &Command| {
        let texts = command.words.iter().map(|word| match word {
            Word::Text(text) => text.as_str(),
            Word::Kept(_) => "?",
        });
        texts.collect::<Vec<_>>().join(" ")
    };
    [&step.commands, &step.undo].map(|commands| commands.iter().map(line).collect())
}

#[test]
fn a_right_whose_record_names_it_is_taken_back_and_can_be_given_again() {
    let mut case = hijack();
    let given = |action: &str, operation: &str, name: &str| {
        json!({"at": "2026-03-01T09:06:00Z", "action": action, "operation": operation,
            "region": "us-east-1", "principal": USER, "kind": "person", "resources": [name]})
    };
    let admin = "policy arn:aws:iam::aws:policy/AdministratorAccess -> user bob";
    let hostile = "group admins -> user --x";
    case["deeds"].as_array_mut().expect("a list").extend([
        given("grant_access", "AttachUserPolicy", admin),
        given("grant_access", "PutRolePolicy", "inline all -> role ci"),
        given("grant_access", "AddUserToGroup", hostile),
        given("grant_access", "UpdateAssumeRolePolicy", "trust -> role ci"),
        given("open_door", "AddPermission20150331v2", "statement s1 -> function f"),
    ]);
    let plan = plan(&case);
    let option = "--user-name=bob --policy-arn=arn:aws:iam::aws:policy/AdministratorAccess";
    assert_eq!(
        lines(&plan, Measure::DropGrant, admin),
        ["detach", "attach"].map(|verb| vec![format!("aws iam {verb}-user-policy {option}")])
    );
    let [inline, back] = lines(&plan, Measure::DropGrant, "inline all -> role ci");
    assert_eq!((inline, back), (vec!["firedamp_drop_inline role ci all".to_string()], vec![]));
    let [door, _] = lines(&plan, Measure::CloseDoor, "statement s1 -> function f");
    let remove =
        "aws lambda remove-permission --region us-east-1 --function-name=f --statement-id=s1";
    assert_eq!(door, [remove]);
    for (name, measure, hand) in [
        (hostile, Measure::DropGrant, Hand::StrangeName),
        ("trust -> role ci", Measure::CloseDoor, Hand::Judgement),
    ] {
        assert_eq!(measures(&plan, name), [measure]);
        let step = plan.steps.iter().find(|step| step.target.name == name).expect("a step");
        assert!(step.hand == Some(hand) && step.commands.is_empty(), "{step:?}");
    }
    let key = "AKIAIOSFODNN7EXAMPLE";
    let [gone, back] = lines(&plan, Measure::Remove, key);
    let delete = format!("aws iam delete-access-key --user-name=user-x1x2 --access-key-id={key}");
    assert_eq!((gone, back), (vec![delete], vec![]));
    let [gone, _] = lines(&plan, Measure::Remove, "user-x1x2");
    assert_eq!(gone, ["firedamp_remove_user user-x1x2"]);
}
