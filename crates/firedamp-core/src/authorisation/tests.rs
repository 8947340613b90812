use super::*;
use crate::id::Provider;

const DAY: i64 = 86_400;

fn at(hour: i64) -> Time {
    Time::from_seconds(1_772_323_200 + hour * 3600)
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_string()).collect()
}

fn trace(resource: &str, pool: &str, hours: (i64, i64)) -> Trace {
    Trace {
        detector: "pool_contact".to_string(),
        resource: resource.to_string(),
        is_of_account: false,
        aliases: names(&["eni-0abc"]),
        parts: Vec::new(),
        span: Span::between(at(hours.0), at(hours.1)),
        grain_seconds: 0,
        endpoints: BTreeSet::from([Endpoint(names(&[pool, "203.0.113.9"]))]),
        wallets: BTreeSet::new(),
        regions: BTreeSet::new(),
        run_seconds: None,
    }
}

fn seen(traces: Vec<Trace>) -> Seen {
    Seen {
        account: "aws:111122223333".to_string(),
        provider: Provider::Aws,
        created: None,
        probability: 0.95,
        severity: crate::case::Grade::Low,
        is_active: true,
        first_observed: at(0),
        last_observed: at(1),
        usd_per_day: Some(30.0),
        traces,
        is_cut: false,
    }
}

/// From the beginning of day one to the beginning of day four.
fn authorisation(number: i64) -> Authorisation {
    Authorisation {
        number,
        customer: "contoso".to_string(),
        asked_by: "a researcher".to_string(),
        approved_by: "the head of security".to_string(),
        approval: None,
        purpose: Purpose::SecurityResearch,
        covers: Covers::Customer,
        scope: Scope::default(),
        limits: Limits::default(),
        start: at(0),
        end: at(72),
    }
}

fn with_scope(number: i64, scope: Scope) -> Authorisation {
    Authorisation { scope, ..authorisation(number) }
}

fn with_limits(number: i64, limits: Limits) -> Authorisation {
    Authorisation { limits, ..authorisation(number) }
}

fn breaches(seen: &Seen, all: &[Authorisation]) -> Vec<Breach> {
    match judge(seen, all, Rule::PaidOnly) {
        Verdict::Outside { breaches, .. } => breaches,
        Verdict::Within { .. } | Verdict::Silent => Vec::new(),
    }
}

fn is_within(seen: &Seen, all: &[Authorisation]) -> bool {
    matches!(judge(seen, all, Rule::PaidOnly), Verdict::Within { .. })
}

#[test]
fn nothing_on_file_says_nothing() {
    let one = seen(vec![trace("i-0abc", "eu.pool.example", (1, 2))]);
    assert_eq!(judge(&one, &[], Rule::PaidOnly), Verdict::Silent);
    assert_eq!(judge(&seen(Vec::new()), &[authorisation(1)], Rule::PaidOnly), Verdict::Silent);
}

#[test]
fn each_part_of_a_scope_holds_or_is_left() {
    let one = seen(vec![trace("i-0abc", "eu.pool.example", (1, 2))]);
    let scope = |accounts: &[&str], resources: &[&str], pools: &[&str]| {
        let (accounts, resources, pools) = (names(accounts), names(resources), names(pools));
        [with_scope(7, Scope { accounts, resources, pools, wallets: BTreeSet::new() })]
    };
    for inside in [
        scope(&[], &[], &[]),
        scope(&["aws:111122223333"], &["i-0abc"], &["pool.example"]),
        scope(&[], &["eni-0abc"], &["EU.pool.example."]),
        scope(&[], &[], &["203.0.113.9"]),
    ] {
        assert!(is_within(&one, &inside), "{inside:?}");
    }
    for (outside, dimension) in [
        (scope(&["aws:444455556666"], &[], &[]), Dimension::Account),
        (scope(&[], &["i-0ab", "i-0abcd"], &[]), Dimension::Resource),
        (scope(&[], &[], &["ol.example", "example.pool"]), Dimension::Pool),
    ] {
        let found = breaches(&one, &outside);
        let is_it = |breach: &Breach| matches!(breach, Breach::Scope { number: 7, dimension: own, .. } if *own == dimension);
        assert!(found.iter().all(is_it) && found.len() == 1, "{dimension:?}: {found:?}");
    }
}

#[test]
fn a_wallet_that_is_not_named_and_a_word_on_the_whole_account_leave_the_scope() {
    let mut paid = trace("i-0abc", "pool.example", (1, 2));
    paid.wallets = names(&["wallet-a", "wallet-b"]);
    let wallets = names(&["wallet-a"]);
    let one = [with_scope(7, Scope { wallets, ..Scope::default() })];
    let found = breaches(&seen(vec![paid]), &one);
    assert!(
        matches!(&found[0], Breach::Scope { dimension: Dimension::Wallet, seen, .. }
        if seen == "wallet-b"),
        "{found:?}"
    );
    let mut of_account = trace("111122223333", "pool.example", (1, 2));
    of_account.is_of_account = true;
    let resources = names(&["i-0abc"]);
    let one = [with_scope(7, Scope { resources, ..Scope::default() })];
    let found = breaches(&seen(vec![of_account]), &one);
    assert!(matches!(found[0], Breach::Scope { dimension: Dimension::WholeAccount, .. }));
}

#[test]
fn what_is_held_against_several_resources_lies_within_a_scope_that_names_them_all() {
    let mut step = trace("111122223333", "pool.example", (1, 2));
    step.parts = vec![names(&["i-0abc", "eni-0abc"]), names(&["i-0def"])];
    let case = seen(vec![trace("i-0abc", "pool.example", (1, 2)), step]);
    let of = |list: &[&str]| [with_scope(7, Scope { resources: names(list), ..Scope::default() })];
    assert!(is_within(&case, &of(&["i-0abc", "i-0def"])));
    assert!(is_within(&case, &of(&["eni-0abc", "i-0def"])));
    let found = breaches(&case, &of(&["i-0abc"]));
    assert!(
        matches!(&found[..], [Breach::Scope { dimension: Dimension::Resource, seen, .. }]
        if seen == "i-0def"),
        "{found:?}"
    );
}

#[test]
fn a_path_covers_what_is_below_it_in_the_way_of_its_cloud() {
    let machine = "/subscriptions/s/resourceGroups/LAB/providers/microsoft.compute/vm-1";
    let mut one = seen(vec![trace(machine, "pool.example", (1, 2))]);
    let of = |path: &str| {
        let resources = names(&[path]);
        [with_scope(7, Scope { resources, ..Scope::default() })]
    };
    assert!(!is_within(&one, &of("/subscriptions/s/resourcegroups/lab/")));
    one.provider = Provider::Azure;
    let approved = |path: &str| {
        let [mut one] = of(path);
        let document = Some("0".repeat(64));
        one.approval = Some(Approval { reference: "TR-1".to_string(), document });
        [one]
    };
    assert!(is_within(&one, &approved("/subscriptions/S/resourcegroups/lab/")));
    assert!(!is_within(&one, &approved("/subscriptions/S/resourcegroups/la")));
}

#[test]
fn what_was_seen_in_force_stays_covered_and_what_comes_later_is_not() {
    let one = [authorisation(7)];
    let on = |hours| breaches(&seen(vec![trace("i-0abc", "pool.example", hours)]), &one);
    assert_eq!(on((0, 71)), [], "whenever it is judged");
    for (hours, uncovered) in [((60, 80), (72, 80)), ((-5, 10), (-5, 10)), ((100, 110), (100, 110))]
    {
        let uncovered = Span::between(at(uncovered.0), at(uncovered.1));
        assert_eq!(on(hours), [Breach::Term { seen: "i-0abc".to_string(), uncovered }]);
    }
}

#[test]
fn one_that_follows_another_covers_what_goes_over_both() {
    let next = Authorisation { start: at(72), end: at(144), ..authorisation(8) };
    let late = Authorisation { start: at(73), ..next.clone() };
    let over = seen(vec![trace("i-0abc", "pool.example", (10, 100))]);
    assert!(is_within(&over, &[authorisation(7), next]));
    let found = breaches(&over, &[authorisation(7), late]);
    assert!(matches!(found[..], [Breach::Term { .. }]), "an hour is missing: {found:?}");
}

#[test]
fn of_several_limits_the_stricter_counts_and_is_named() {
    let limit = |number, dollars| {
        with_limits(number, Limits { usd_per_day: Some(dollars), ..Limits::default() })
    };
    let one = seen(vec![trace("i-0abc", "pool.example", (1, 2))]);
    let Verdict::Outside { breaches, notes } =
        judge(&one, &[limit(7, 100.0), limit(8, 20.0)], Rule::PaidOnly)
    else {
        panic!("20 dollars are less than 30");
    };
    assert_eq!(breaches, [Breach::Spend { number: 8, limit: 20.0, seen: 30.0 }]);
    assert_eq!(notes, [Note::Stricter { number: 8, of: 2 }].into());
    assert!(is_within(&one, &[limit(7, 100.0), limit(8, 30.0)]));
    let unknown = Seen { usd_per_day: None, ..one };
    let verdict = judge(&unknown, &[limit(7, 1.0)], Rule::PaidOnly);
    let notes = [Note::Unchecked { limit: "spend" }].into();
    assert_eq!(verdict, Verdict::Within { by: [7].into(), notes });
}

#[test]
fn regions_that_contradict_each_other_allow_none() {
    let limit = |number, region| {
        with_limits(number, Limits { regions: names(&[region]), ..Limits::default() })
    };
    let mut one = trace("i-0abc", "pool.example", (1, 2));
    one.regions = names(&["westeurope"]);
    let one = seen(vec![one]);
    assert!(is_within(&one, &[limit(7, "WestEurope")]));
    let verdict = judge(&one, &[limit(7, "westeurope"), limit(8, "northeurope")], Rule::PaidOnly);
    let Verdict::Outside { breaches, notes } = verdict else { panic!("{verdict:?}") };
    assert_eq!(breaches, [Breach::Region { number: 8, seen: "westeurope".to_string() }]);
    assert!(notes.contains(&Note::Contradiction));
}

#[test]
fn hours_are_kept_as_far_as_the_findings_tell() {
    let hours = |from, to| {
        [with_limits(7, Limits { hours: Some(Hours { from, to }), ..Limits::default() })]
    };
    // The epoch of these tests is midnight.
    for (window, span, is_kept) in [
        ((8, 18), (9, 17), true),
        ((8, 18), (7, 17), false),
        ((8, 18), (9, 19), false),
        ((8, 18), (9, 32), false),
        ((8, 18), (9, 34), true),
        ((22, 6), (23, 29), true),
        ((22, 6), (23, 31), false),
        ((22, 6), (20, 23), false),
        ((0, 24), (3, 20), true),
    ] {
        let one = seen(vec![trace("i-0abc", "pool.example", span)]);
        assert_eq!(is_within(&one, &hours(window.0, window.1)), is_kept, "{window:?} {span:?}");
    }
    let mut long = trace("i-0abc", "pool.example", (9, 34));
    long.run_seconds = Some(25 * 3600);
    assert!(!is_within(&seen(vec![long]), &hours(8, 18)), "a run that goes through the night");
}

/// What a bill tells of whole days, from the beginning of the first to that of the last.
fn billed(days: (i64, i64)) -> Trace {
    let mut step = trace("111122223333", "pool.example", (24 * days.0, 24 * days.1));
    step.detector = "spend_step".to_string();
    step.endpoints.clear();
    step.grain_seconds = DAY;
    step
}

#[test]
fn a_day_of_a_bill_is_outside_a_term_only_when_all_of_it_is() {
    let term = |number, start, end| Authorisation {
        start: at(start),
        end: at(end),
        ..authorisation(number)
    };
    for (days, terms, uncovered) in [
        ((0, 0), vec![(18, 72)], None),
        ((0, 1), vec![(18, 36)], None),
        ((0, 1), vec![(18, 24)], Some((24, 24))),
        ((0, 1), vec![(24, 72)], Some((0, 24))),
        ((1, 1), vec![(0, 24)], Some((24, 24))),
        ((0, 2), vec![(0, 30), (40, 72)], None),
        ((0, 2), vec![(0, 30), (48, 72)], None),
        ((0, 3), vec![(0, 30), (72, 96)], Some((48, 72))),
    ] {
        let filed: Vec<Authorisation> = terms
            .iter()
            .zip(7..)
            .map(|((start, end), number)| term(number, *start, *end))
            .collect();
        let found = breaches(&seen(vec![billed(days)]), &filed);
        let wanted: Vec<Breach> = uncovered
            .map(|(first, last)| Breach::Term {
                seen: "111122223333".to_string(),
                uncovered: Span::between(at(first), at(last)),
            })
            .into_iter()
            .collect();
        assert_eq!(found, wanted, "{days:?} {terms:?}");
    }
    let mut made = billed((0, 0));
    made.span = Span::at(at(18));
    let filed = [term(7, 0, 18)];
    assert_eq!(breaches(&seen(vec![made.clone()]), &filed).len(), 1, "it was made too late");
    assert!(is_within(&seen(vec![made]), &[term(7, 0, 19)]));
}

#[test]
fn a_day_of_a_bill_tells_no_hours_unless_it_is_flat() {
    let hours = |from, to| {
        [with_limits(7, Limits { hours: Some(Hours { from, to }), ..Limits::default() })]
    };
    let verdict = judge(&seen(vec![billed((0, 1))]), &hours(8, 18), Rule::PaidOnly);
    let notes = [Note::Unchecked { limit: "hours" }].into();
    assert_eq!(verdict, Verdict::Within { by: [7].into(), notes });
    let mut flat = billed((0, 1));
    flat.run_seconds = Some(DAY);
    let found = breaches(&seen(vec![flat.clone()]), &hours(8, 18));
    assert!(matches!(&found[..], [Breach::Hours { number: 7, .. }]), "{found:?}");
    assert!(is_within(&seen(vec![flat]), &hours(0, 24)));
}

#[test]
fn on_the_day_of_a_new_limit_the_old_one_counts() {
    let limit = |number, usd_per_day, (start, end)| Authorisation {
        limits: Limits { usd_per_day: Some(usd_per_day), ..Limits::default() },
        start: at(start),
        end: at(end),
        ..authorisation(number)
    };
    let filed = [limit(7, 50.0, (0, 36)), limit(8, 20.0, (36, 72))];
    assert!(is_within(&seen(vec![billed((0, 1))]), &filed));
    let found = breaches(&seen(vec![billed((0, 2))]), &filed);
    assert_eq!(found, [Breach::Spend { number: 8, limit: 20.0, seen: 30.0 }]);
    let begun_late = [limit(9, 20.0, (36, 72))];
    assert_eq!(breaches(&seen(vec![billed((1, 1))]), &begun_late).len(), 1);
}

#[test]
fn a_machine_runs_where_it_was_made() {
    let mut one = crate::life::tests::case(0.95, 1);
    let limit = [with_limits(7, Limits { regions: names(&["eastus"]), ..Limits::default() })];
    let judged = |case: &crate::case::Case| judge(&Seen::of(case), &limit, Rule::PaidOnly);
    let covering = |case: &mut crate::case::Case| {
        case.findings[0].span = Span::between(at(1), at(2));
    };
    covering(&mut one);
    let Verdict::Within { notes, .. } = judged(&one) else { panic!("where it runs is not known") };
    assert_eq!(notes, [Note::Unchecked { limit: "regions" }].into());
    one.details.regions.insert("i-0abc".to_string(), names(&["eastus"]));
    assert_eq!(judged(&one), Verdict::Within { by: [7].into(), notes: BTreeSet::new() });
    one.details.regions.insert("i-0abc".to_string(), names(&["westeurope"]));
    let Verdict::Outside { breaches, .. } = judged(&one) else { panic!("it runs elsewhere") };
    assert_eq!(breaches, [Breach::Region { number: 7, seen: "westeurope".to_string() }]);
    // What is held against several runs where each of them does.
    one.findings[0].resource = "111122223333".to_string();
    one.findings[0].scope = crate::finding::Scope::Resources(names(&["i-0abc"]));
    assert!(matches!(judged(&one), Verdict::Outside { .. }));
}

#[test]
fn a_customers_word_is_not_enough_where_the_provider_wants_to_be_asked() {
    let document = Some("0".repeat(64));
    let whole = Approval { reference: "TR-1".to_string(), document };
    let letter = Approval { document: None, ..whole.clone() };
    let of = |approval: Option<Approval>, purpose| Authorisation {
        approval,
        purpose,
        ..authorisation(7)
    };
    let missing = |one: &Authorisation, provider, rule| one.missing(provider, rule);
    let research = Purpose::SecurityResearch;
    let azure = |one: &Authorisation| missing(one, Provider::Azure, Rule::WrittenApproval);
    assert_eq!(azure(&of(None, research)), [Missing::Approval]);
    assert_eq!(azure(&of(Some(letter), research)), [Missing::Document]);
    assert_eq!(azure(&of(Some(whole.clone()), research)), []);
    assert_eq!(azure(&of(Some(whole), Purpose::Business)), [Missing::Purpose]);
    let bare = of(None, Purpose::Business);
    assert_eq!(missing(&bare, Provider::Aws, Rule::PaidOnly), []);
    assert_eq!(missing(&bare, Provider::Aws, Rule::Banned), [Missing::Approval]);
    assert_eq!(missing(&bare, Provider::Oci, Rule::Unknown), [Missing::Approval]);
    assert_eq!(missing(&bare, Provider::Unknown, Rule::Unknown), [], "nobody to ask");
    let one = seen(vec![trace("i-0abc", "pool.example", (1, 2))]);
    let verdict = judge(&one, &[of(None, research)], Rule::WrittenApproval);
    let Verdict::Outside { breaches, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(breaches, [Breach::Incomplete { number: 7, missing: Missing::Approval }]);
}

#[test]
fn more_than_can_be_looked_at_is_never_wholly_covered() {
    let one = Seen { is_cut: true, ..seen(vec![trace("i-0abc", "pool.example", (1, 2))]) };
    assert_eq!(breaches(&one, &[authorisation(7)]), [Breach::TooMuch]);
}

#[test]
fn what_is_written_wrongly_is_refused_in_words() {
    let whole = authorisation(0);
    assert_eq!(whole.check(), Ok(()));
    let with = |change: fn(&mut Authorisation)| {
        let mut one = whole.clone();
        change(&mut one);
        one.check().expect_err("a mistake")
    };
    assert_eq!(with(|one| one.approved_by = " ".to_string()), Mistake::Empty("approved_by"));
    assert_eq!(with(|one| one.end = one.start), Mistake::Term);
    assert_eq!(with(|one| one.end = one.start.plus_seconds(800 * DAY)), Mistake::Term);
    assert_eq!(with(|one| one.limits.usd_per_day = Some(f64::NAN)), Mistake::Money);
    assert_eq!(with(|one| one.limits.hours = Some(Hours { from: 3, to: 3 })), Mistake::Hours);
    let pools = with(|one| one.scope.pools = names(&["a\nb"]));
    assert_eq!(pools, Mistake::Names("pools"));
    let mars = with(|one| one.scope.accounts = names(&["mars"]));
    assert_eq!(mars, Mistake::Account("mars".to_string()));
    let document = with(|one| {
        let document = Some("ABC".to_string());
        one.approval = Some(Approval { reference: "TR-1".to_string(), document });
    });
    assert_eq!(document, Mistake::Document);
}

#[test]
fn it_is_read_from_a_file_and_written_back() {
    let text = r#"
        customer = "contoso"
        asked_by = "a researcher"
        approved_by = "the head of security"
        purpose = "security_research"
        start = "2026-03-01T00:00:00Z"
        end = "2026-03-31T00:00:00Z"
        [scope]
        resources = ["i-0abc"]
        [limits]
        usd_per_day = 20.0
        hours = { from = 22, to = 6 }
    "#;
    let one: Authorisation = toml::from_str(text).expect("an authorisation");
    assert_eq!(one.check(), Ok(()));
    let again = serde_json::to_string(&one).expect("plain values");
    assert_eq!(serde_json::from_str::<Authorisation>(&again).expect("the same"), one);
    assert!(toml::from_str::<Authorisation>(&text.replace("customer", "colour")).is_err());
}
