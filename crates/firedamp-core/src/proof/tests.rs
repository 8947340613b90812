use serde_json::json;

use super::*;

const CLEANED: &str = "2026-03-03T12:00:00Z";

/// A machine that mined from the first of March to noon on the third, and was stopped then.
fn judged(change: impl FnOnce(&mut serde_json::Value)) -> Judged {
    let mut case = json!({
        "id": "aws:111122223333", "provider": "aws", "account": "111122223333",
        "first_observed": "2026-03-01T00:00:00Z", "last_observed": CLEANED,
        "resources": [{"id": "i-0abc"}],
        "findings": [{
            "detector": "pool_contact", "group": "network", "resource": "i-0abc", "llr": 9.0,
            "last_observed": CLEANED, "evidence": {"remote": "203.0.113.9"},
        }],
        "coverage": [
            {"signal": "flow", "first_observed": "2026-03-01T00:00:00Z", "last_observed": "2026-03-03T20:00:00Z"},
            {"signal": "control_plane", "first_observed": "2026-03-01T00:00:00Z", "last_observed": "2026-03-03T20:00:00Z"},
            {"signal": "billing", "first_observed": "2026-03-01T00:00:00Z", "last_observed": "2026-03-06T00:00:00Z"},
        ],
        "deeds": [
            {"at": "2026-03-01T00:00:00Z", "action": "create_compute", "resources": ["i-0abc"]},
            {"at": CLEANED, "action": "delete_compute", "resources": ["i-0abc"]},
        ],
        "charges": [{
            "resource": "i-0abc", "currency": "USD",
            "days": {"2026-03-01": 90.0, "2026-03-02": 90.0, "2026-03-03": 45.0, "2026-03-04": 0.4},
        }],
    });
    change(&mut case);
    Judged::read(&case.to_string()).expect("a judgement")
}

fn proof(change: impl FnOnce(&mut serde_json::Value)) -> Proof {
    of(&judged(change), Time::parse(CLEANED))
}

fn says(proof: &Proof) -> Vec<Says> {
    proof.parts.iter().map(|part| part.says).collect()
}

#[test]
fn what_ended_everywhere_has_stopped() {
    let proof = proof(|_| {});
    assert_eq!(says(&proof), [Says::Ended; 3]);
    assert_eq!(proof.verdict, Verdict::Stopped);
}

#[test]
fn whoever_is_blind_has_proven_nothing() {
    let proof = proof(|case| {
        for covered in case["coverage"].as_array_mut().expect("an array") {
            covered["last_observed"] = json!(CLEANED);
        }
    });
    assert_eq!(says(&proof), [Says::TooLittle; 3]);
    assert_eq!(proof.verdict, Verdict::NotKnown);
}

/// A bill by the day, read until then: three dollars on the day after, of 75 before.
fn billed_until(until: &str, change: impl FnOnce(&mut serde_json::Value)) -> Proof {
    proof(|case| {
        case["coverage"][2]["last_observed"] = json!(until);
        case["charges"][0]["days"]["2026-03-04"] = json!(3.0);
        change(case);
    })
}

#[test]
fn a_day_that_is_billed_in_part_is_no_proof() {
    // The line of the day ends at midnight, with one hour of it billed.
    let partly = billed_until("2026-03-05T00:00:00Z", |_| {});
    assert_eq!(says(&partly), [Says::Ended, Says::TooLittle, Says::Ended]);
    assert_eq!(partly.parts[1].enough_from, Time::parse("2026-03-06T00:00:00Z"));
    for until in ["2026-03-05T01:00:00Z", "2026-03-06T00:00:00Z"] {
        assert_eq!(billed_until(until, |_| {}).parts[1].says, Says::Ended, "{until}");
    }
    let dear = billed_until("2026-03-05T00:00:00Z", |case| {
        case["charges"][0]["days"]["2026-03-04"] = json!(60.0);
    });
    assert_eq!(dear.parts[1].says, Says::GoesOn, "however little is billed of the day");
}

#[test]
fn spend_alone_is_believed_after_two_days() {
    let alone = |until: &str, second: f64| {
        billed_until(until, |case| {
            (case["findings"], case["deeds"]) = (json!([]), json!([]));
            let bills = case["coverage"][2].take();
            case["coverage"] = json!([bills]);
            case["charges"][0]["days"]["2026-03-05"] = json!(second);
        })
    };
    let verdict = |until: &str, second: f64| alone(until, second).verdict;
    assert_eq!(verdict("2026-03-06T00:00:00Z", 3.0), Verdict::NotKnown);
    assert_eq!(verdict("2026-03-07T00:00:00Z", 3.0), Verdict::Stopped);
    assert_eq!(verdict("2026-03-07T00:00:00Z", 80.0), Verdict::Runs);
}

#[test]
fn money_given_back_hides_what_was_used() {
    let refunded = proof(|case| case["charges"][0]["days"]["2026-03-04"] = json!(-90.0));
    assert_eq!(refunded.parts[1].says, Says::TooLittle);
}

#[test]
fn a_feed_that_fell_silent_is_no_proof() {
    let proof = proof(|case| {
        let silence = json!([{"from": "2026-03-03T13:00:00Z", "to": "2026-03-03T19:00:00Z"}]);
        case["coverage"][0]["silent"] = silence;
    });
    assert_eq!(proof.parts[0].says, Says::TooLittle);
}

#[test]
fn one_of_three_does_not_outweigh_what_is_still_to_come() {
    let proof = proof(|case| {
        case["coverage"][1]["last_observed"] = json!(CLEANED);
        case["coverage"][2]["last_observed"] = json!(CLEANED);
    });
    assert_eq!(says(&proof), [Says::Ended, Says::TooLittle, Says::TooLittle]);
    assert_eq!(proof.verdict, Verdict::NotKnown);
}

#[test]
fn where_there_is_but_one_kind_of_telemetry_it_is_enough() {
    let proof = proof(|case| {
        case["coverage"].as_array_mut().expect("an array").truncate(1);
        case["charges"] = json!([]);
        case["deeds"] = json!([]);
    });
    assert_eq!(says(&proof), [Says::Ended, Says::Nothing, Says::Nothing]);
    assert_eq!(proof.verdict, Verdict::Stopped);
}

#[test]
fn a_machine_that_came_in_its_place_speaks_against_it() {
    let proof = proof(|case| {
        // The case names the group that makes it: what else a provider's service makes is the
        // account's own work.
        let group = json!({
            "at": "2026-03-01T00:00:00Z", "action": "create_compute", "kind": "person",
            "compute": "fleet", "resources": ["miners"],
        });
        let gone = json!({"at": CLEANED, "action": "delete_compute", "resources": ["miners"]});
        let again = json!({
            "at": "2026-03-03T13:00:00Z", "action": "create_compute", "kind": "provider",
            "resources": ["i-0def"],
        });
        case["resources"] = json!([{"id": "i-0abc"}, {"id": "miners"}]);
        case["deeds"].as_array_mut().expect("an array").extend([group, gone, again]);
    });
    assert_eq!(proof.parts[2].against, ["i-0def"]);
    assert_eq!(proof.verdict, Verdict::Runs);
}

#[test]
fn what_the_account_makes_for_itself_does_not_speak_against_it() {
    for (kind, principal) in [
        ("provider", "arn:aws:iam::111122223333:role/aws-service-role/autoscaling"),
        ("application", "arn:aws:iam::111122223333:role/ci"),
    ] {
        let proof = proof(|case| {
            case["resources"][0]["created"] = json!({"by": "arn:aws:iam::111122223333:role/ci"});
            let web = json!({
                "at": "2026-03-03T12:40:00Z", "action": "create_compute", "kind": kind,
                "principal": principal, "compute": "machine", "resources": ["i-0web"],
            });
            case["deeds"].as_array_mut().expect("an array").push(web);
        });
        assert_eq!(proof.verdict, Verdict::Stopped, "{kind}");
    }
    let hijacker = proof(|case| {
        let found = json!({"detector": "hijack_sequence", "llr": 10.2, "group": "control_plane",
            "evidence": {"principals": ["thief"]}});
        case["findings"].as_array_mut().expect("an array").push(found);
        let web = json!({"at": "2026-03-03T12:40:00Z", "action": "create_compute",
            "kind": "person", "principal": "thief", "resources": ["i-0def"]});
        case["deeds"].as_array_mut().expect("an array").push(web);
    });
    assert_eq!(hijacker.verdict, Verdict::Runs);
}

#[test]
fn flows_prove_no_end_of_what_they_never_showed() {
    let alone = |case: &mut serde_json::Value| {
        case["coverage"].as_array_mut().expect("an array").truncate(1);
        (case["charges"], case["deeds"]) = (json!([]), json!([]));
    };
    for group in ["runtime", "dns"] {
        let proof = proof(|case| {
            alone(case);
            case["findings"][0]["group"] = json!(group);
        });
        assert_eq!(proof.parts[0].says, Says::Nothing, "{group}");
        assert_eq!(proof.verdict, Verdict::NotKnown, "{group}");
    }
    let partly = proof(|case| {
        alone(case);
        let other = json!({"detector": "miner_process", "group": "runtime", "resource": "i-0def",
            "llr": 13.0, "last_observed": CLEANED});
        case["findings"].as_array_mut().expect("an array").push(other);
    });
    assert_eq!((partly.parts[0].says, partly.verdict), (Says::TooLittle, Verdict::NotKnown));
    assert_eq!(partly.parts[0].against, ["i-0def"]);
}

#[test]
fn flows_that_go_on_and_spend_that_stays_speak_against_it() {
    let flows = proof(|case| case["findings"][0]["last_observed"] = json!("2026-03-03T18:00:00Z"));
    assert_eq!((flows.verdict, flows.parts[0].says), (Verdict::Runs, Says::GoesOn));
    let spend = proof(|case| case["charges"][0]["days"]["2026-03-04"] = json!(80.0));
    assert_eq!((spend.verdict, spend.parts[1].says), (Verdict::Runs, Says::GoesOn));
    let falling = proof(|case| case["charges"][0]["days"]["2026-03-04"] = json!(20.0));
    assert_eq!(falling.parts[1].says, Says::TooLittle);
}

#[test]
fn without_evidence_of_traffic_its_absence_says_nothing() {
    let proof = proof(|case| case["findings"] = json!([]));
    assert_eq!(proof.parts[0].says, Says::Nothing);
    let nothing = of(&Judged::default(), None);
    assert_eq!(nothing.verdict, Verdict::NotKnown);
}

/// A second machine of a hijack, which nothing but the bill and the log tells of: it costs so much on
/// the day after the clean-up, and was stopped then or not.
fn with_second(left: f64, is_stopped: bool) -> Proof {
    proof(|case| {
        let hijack = json!({"detector": "hijack_sequence", "llr": 10.2, "group": "control_plane",
            "first_observed": "2026-03-01T00:00:00Z", "evidence": {"principals": ["thief"]}});
        case["findings"].as_array_mut().expect("an array").push(hijack);
        let second = json!({"id": "i-0def", "first_observed": "2026-03-01T01:00:00Z"});
        case["resources"].as_array_mut().expect("an array").push(second);
        let deed = |at: &str, action: &str| {
            json!({"at": at, "action": action, "operation": "RunInstances", "principal": "thief",
                "kind": "person", "compute": "machine", "resources": ["i-0def"]})
        };
        let deeds = case["deeds"].as_array_mut().expect("an array");
        deeds.push(deed("2026-03-01T00:30:00Z", "create_compute"));
        if is_stopped {
            deeds.push(deed(CLEANED, "delete_compute"));
        }
        let cost = json!({"resource": "i-0def", "currency": "USD", "days": {
            "2026-03-01": 5.0, "2026-03-02": 5.0, "2026-03-03": 5.0, "2026-03-04": left}});
        case["charges"].as_array_mut().expect("an array").push(cost);
    })
}

fn unproven(proof: &Proof) -> Vec<&str> {
    proof.unproven().map(|one| one.resource.as_str()).collect()
}

#[test]
fn what_ended_in_sum_is_no_proof_for_each() {
    let goes_on = with_second(5.0, false);
    assert_eq!(says(&goes_on), [Says::Ended, Says::Ended, Says::TooLittle], "95 a day, then 5.4");
    assert_eq!((goes_on.verdict, unproven(&goes_on)), (Verdict::Runs, vec!["i-0def"]));
    let second = &goes_on.resources[1];
    assert_eq!(
        (second.flows, second.spend, second.control_plane),
        (Says::Nothing, Says::GoesOn, Says::TooLittle)
    );
    assert_eq!(goes_on.resources[0].verdict, Verdict::Stopped);
    let unclear = with_second(1.0, false);
    assert_eq!((unclear.verdict, unproven(&unclear)), (Verdict::NotKnown, vec!["i-0def"]));
    let stopped = with_second(0.0, true);
    assert_eq!((stopped.verdict, unproven(&stopped)), (Verdict::Stopped, vec![]));
}

/// It is cut off and runs on, as a plan has it; an address is named by no call.
#[test]
fn what_the_customer_works_with_is_proven_by_its_flows() {
    for (own, last, expected) in [
        (
            json!({"id": "i-0own", "created": {"at": "2025-01-01T00:00:00Z", "by": "bob"}}),
            CLEANED,
            Verdict::Stopped,
        ),
        (json!({"id": "10.0.0.4"}), CLEANED, Verdict::Stopped),
        (json!({"id": "10.0.0.4"}), "2026-03-03T18:00:00Z", Verdict::Runs),
    ] {
        let id = own["id"].clone();
        let proof = proof(|case| {
            case["resources"].as_array_mut().expect("an array").push(own);
            let found = json!({"detector": "pool_contact", "group": "network", "resource": id,
                "llr": 9.0, "last_observed": last});
            case["findings"].as_array_mut().expect("an array").push(found);
            let cost = json!({"resource": id, "currency": "USD",
                "days": {"2026-03-01": 5.0, "2026-03-02": 5.0, "2026-03-04": 5.0}});
            case["charges"].as_array_mut().expect("an array").push(cost);
        });
        assert_eq!((proof.verdict, proof.resources[1].verdict), (expected, expected), "{id}");
        assert_eq!(proof.resources[1].spend, Says::Nothing, "{id}");
    }
}

#[test]
fn a_case_of_more_resources_than_a_proof_holds_is_for_people() {
    for (count, verdict) in
        [(RESOURCES_MAX, Verdict::Stopped), (RESOURCES_MAX + 1, Verdict::NotKnown)]
    {
        let ids: Vec<String> = (0..count).map(|number| format!("i-{number:08x}")).collect();
        let proof = proof(|case| {
            case["resources"] = ids.iter().map(|id| json!({"id": id})).collect();
            let found = |id: &String| {
                json!({"detector": "pool_contact", "group": "network",
                "resource": id, "llr": 9.0, "last_observed": CLEANED})
            };
            case["findings"] = ids.iter().map(found).collect();
        });
        assert_eq!((proof.resources.len(), proof.is_cut), (RESOURCES_MAX, count > RESOURCES_MAX));
        assert_eq!(proof.verdict, verdict, "{count}");
    }
}
