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
