//! Known hijacks, and honest days that look alike.

use super::*;

const MANY: [&str; 16] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
];

fn served(minutes: i64, service: &'static str, kind: ComputeKind) -> ApiCall<'static> {
    let compute = Some(Compute::new(kind));
    let id = format!("{service}{minutes}").into();
    ApiCall { service: service.into(), compute, id, ..call(Action::CreateCompute, minutes) }
}

fn batched(calls: &[ApiCall<'static>]) -> (f64, String) {
    let findings = judged(&folded(calls));
    let strongest = findings.iter().max_by(|one, other| one.llr.total_cmp(&other.llr));
    strongest.map_or((0.0, String::new()), |finding| (finding.llr, finding.summary.clone()))
}

#[test]
fn many_services_in_sixteen_regions() {
    let mut calls = past();
    calls.extend([Action::CreatePrincipal, Action::GrantAccess].map(|what| call(what, 0)));
    for (at, region) in MANY.into_iter().enumerate() {
        let services = [
            ("amplify", ComputeKind::Build),
            ("codebuild", ComputeKind::Build),
            ("ecs", ComputeKind::Container),
            ("sagemaker", ComputeKind::MachineLearning),
        ];
        let made = services.map(|(service, kind)| served(2 + at as i64, service, kind));
        calls.extend(made.into_iter().map(|call| within(call, region)));
    }
    // Without the trail stopped it is a case to look at …
    let (open, said) = batched(&calls);
    assert!((7.1..9.1).contains(&open), "{open} {said}");
    // … and with it a hijack.
    calls.push(call(Action::Blind, 40));
    let (llr, said) = batched(&calls);
    assert!(llr >= 10.1, "{llr} {said}");
    assert!(said.contains("four services in sixteen regions"), "{said}");
}

#[test]
fn tickets_for_batch_pools() {
    let mut calls: Vec<ApiCall<'_>> = (0..4).map(|at| call(Action::RaiseQuota, at)).collect();
    calls.push(call(Action::EnableService, 5));
    let pool = Compute {
        size: Some("STANDARD_F72s_v2".into()),
        count: 40,
        ..Compute::new(ComputeKind::Batch)
    };
    let made = ApiCall { compute: Some(pool), ..call(Action::CreateCompute, 9) };
    calls.extend(REGIONS.map(|region| within(made.clone(), region)));
    calls.push(call(Action::Protect, 20));
    let (llr, said) = batched(&calls);
    assert!(llr >= 10.1, "{llr} {said}");
    assert!(said.contains("asked four times for more quota"), "{said}");
}

#[test]
fn rights_a_secret_and_machines_in_three_regions() {
    let mut calls = past();
    calls.push(call(Action::ElevateAccess, 0));
    calls.push(call(Action::CreateCredential, 5));
    let made =
        |at: usize| within(machines(9 + at as i64, "Standard_NC24ads_A100_v4", 5), REGIONS[at]);
    calls.extend((1..4).map(made));
    let (llr, said) = batched(&calls);
    assert!((4.0..5.1).contains(&llr), "{llr} {said}");
    // Nobody probed; without logs it is a case to look at.
    calls.push(call(Action::Blind, 30));
    let (llr, said) = batched(&calls);
    assert!((7.1..9.1).contains(&llr), "{llr} {said}");
    assert!(said.contains("took rights over everything (ElevateAccess) and made a key"), "{said}");
}

#[test]
fn refused_here_and_there() {
    let mut calls = past();
    let refused = |region| {
        let call = within(machines(1, "a2-highgpu-8g", 1), region);
        ApiCall { outcome: CallOutcome::OverQuota, ..call }
    };
    calls.extend(REGIONS.map(refused));
    calls.extend((5..20).map(|at| within(machines(at, "g2-standard-96", 1), REGIONS[1])));
    let (llr, said) = batched(&calls);
    assert!((4.5..9.1).contains(&llr), "{llr} {said}");
    assert!(said.contains("was refused machines in six regions"), "{said}");
}

#[test]
fn a_scheduler_fills_the_night_and_closes_the_month() {
    let night = |day: i64, count| {
        of(machines(-1440 * day, "c6a.24xlarge", count), "scheduler", "198.51.100.20")
    };
    let mut calls: Vec<ApiCall<'_>> = (1..15).map(|day| night(day, 300)).collect();
    calls.push(night(0, 1500));
    calls.extend((1..6).map(|at| {
        let dry = ApiCall { outcome: CallOutcome::DryRun, ..machines(at, "c6a.24xlarge", 1) };
        of(dry, "scheduler", "198.51.100.20")
    }));
    let (llr, said) = batched(&calls);
    assert!(llr < 2.1, "{llr} {said}");
}

#[test]
fn the_providers_services_make_what_they_were_told_to() {
    let scaled = |at| {
        let mut call = machines(at, "g5.12xlarge", 4);
        call.caller.kind = CallerKind::Provider;
        call
    };
    assert_eq!(batched(&(0..600).map(scaled).collect::<Vec<_>>()).0, 0.0);
    // What they make for a hijacker's fleet is named with it.
    let mut calls = hijack();
    let fleet = Compute { count: 999, ..Compute::new(ComputeKind::Fleet) };
    calls.push(ApiCall { compute: Some(fleet), ..call(Action::CreateCompute, 9) });
    let machine = Resource { instance: Some("i-0fleet"), ..Resource::default() };
    calls.push(ApiCall { resources: vec![machine], ..scaled(11) });
    let findings = judged(&folded(&calls));
    let Scope::Resources(named) = &findings[0].scope else { panic!("{findings:?}") };
    assert!(named.contains("i-0fleet"), "{named:?}");
}

#[test]
fn what_is_gone_again_does_not_run() {
    let mut calls = hijack();
    let machine = vec![Resource { instance: Some("i-0abc"), ..Resource::default() }];
    calls.push(ApiCall { resources: machine, ..call(Action::DeleteCompute, 90) });
    assert!(!judged(&folded(&calls))[0].ongoing);
}

#[test]
fn weak_bursts_are_told_once_and_strong_ones_each() {
    let later = |days: i64| {
        hijack().into_iter().map(move |call| ApiCall {
            time: call.time.plus_seconds(86_400 * days),
            id: format!("{}{days}", call.id).into(),
            ..call
        })
    };
    let calls: Vec<ApiCall<'_>> = hijack().into_iter().chain(later(3)).collect();
    assert_eq!(judged(&folded(&calls)).len(), 2);
    let weak = calls.into_iter().filter(|call| call.action != Action::Blind);
    let weak: Vec<ApiCall<'_>> = weak.filter(|call| call.action != Action::Protect).collect();
    assert_eq!(judged(&folded(&weak)).len(), 1);
}

#[test]
fn where_the_robbed_one_works_is_told_apart_from_where_a_hijack_comes() {
    let usual = |calls: &[ApiCall<'static>]| {
        let findings = judged(&folded(calls));
        findings[0].evidence.get("usual_addresses").cloned()
    };
    let mut calls = past();
    calls.extend(hijack());
    assert_eq!(usual(&calls), None, "all comes from one place");
    calls.push(of(machines(45, "t3.small", 1), THIEF, "198.51.100.7"));
    assert_eq!(usual(&calls), Some(json!(["198.51.100.7"])));
    let at_home: Vec<ApiCall<'_>> =
        calls.into_iter().map(|call| of(call, PIPELINE, "198.51.100.7")).collect();
    assert_eq!(usual(&at_home), None, "nothing is new");
}

/// A thousand calls from the office, and one from another place that is as well known.
#[test]
fn an_address_with_many_calls_hides_no_other_one() {
    let mut calls = past();
    calls.extend((1..15).map(|day| of(call(Action::Other, -1440 * day), PIPELINE, "198.51.100.8")));
    calls.extend(hijack());
    let office = |number: i64| {
        let made = of(machines(45, "t3.small", 1), THIEF, "198.51.100.7");
        ApiCall { id: format!("office{number}").into(), ..made }
    };
    calls.extend((0..1010).map(office));
    calls.push(of(machines(46, "t3.small", 1), THIEF, "198.51.100.8"));
    let findings = judged(&folded(&calls));
    let usual = findings[0].evidence.get("usual_addresses").cloned();
    assert_eq!(usual, Some(json!(["198.51.100.7", "198.51.100.8"])));
}

#[test]
fn where_the_robbed_one_worked_before_is_usual_though_nothing_of_the_hijack_came_from_there() {
    let usual = |calls: &[ApiCall<'static>]| {
        let findings = judged(&folded(calls));
        findings[0].evidence.get("usual_addresses").cloned()
    };
    let hijacked = [past(), hijack()].concat();
    for (day, from, expected) in [
        (-9, "198.51.100.7", Some(json!(["198.51.100.7"]))),
        (2, "198.51.100.7", Some(json!(["198.51.100.7"]))),
        // Where the hijackers are is not usual a week later.
        (8, "203.0.113.9", None),
    ] {
        let mut calls = hijacked.clone();
        calls.push(of(machines(1440 * day, "t3.small", 1), THIEF, from));
        assert_eq!(usual(&calls), expected, "{day} {from}");
    }
}
