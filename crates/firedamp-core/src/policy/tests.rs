use super::*;
use crate::standing::Fact;

fn time(day: &str) -> Time {
    Time::parse(&format!("{day}T12:00:00Z")).expect("a time")
}

fn azure(created: Option<&str>, day: &str) -> InForce<'static> {
    at(Subscription::new(Provider::Azure, created.map(time)), time(day))
}

#[test]
fn every_policy_says_where_it_stands() {
    let mut ids = BTreeSet::new();
    for policy in all() {
        assert!(ids.insert(&policy.id), "two are called {}", policy.id);
        assert!(!policy.says.is_empty() && !policy.source.is_empty(), "{policy:?}");
        assert!(["low", "medium", "high"].contains(&policy.confidence.as_str()), "{policy:?}");
        assert_eq!(policy.since.is_some(), policy.since().is_some(), "{policy:?}");
        assert!(policy.offer.is_none() || policy.only.is_some(), "in words, too: {policy:?}");
    }
}

#[test]
fn every_cloud_of_the_table_has_its_word() {
    for provider in
        ["alibaba", "aws", "azure", "digitalocean", "gcp", "hetzner", "oci", "ovh", "scaleway"]
    {
        let own = all().iter().find(|policy| policy.provider == provider);
        assert!(own.is_some_and(|policy| policy.rule != Rule::Unknown), "{provider}");
    }
    for provider in ["akamai", "huawei", "ibm", "tencent", "vultr"] {
        let own = all().iter().find(|policy| policy.provider == provider);
        assert!(own.is_some_and(|policy| policy.rule == Rule::Unknown), "{provider}");
    }
}

#[test]
fn microsofts_rule_of_2022_came_to_older_subscriptions_at_their_renewal() {
    assert_eq!(azure(None, "2022-11-30").rule, Rule::Unknown);
    assert_eq!(azure(Some("2023-01-15"), "2023-02-01").rule, Rule::WrittenApproval);
    let old = azure(Some("2022-06-01"), "2023-02-01");
    assert_eq!(old.rule, Rule::Unknown);
    assert!(old.pending.is_some_and(|(_, by)| by < time("2026-02-01")));
    assert_eq!(azure(Some("2022-06-01"), "2026-03-02").rule, Rule::WrittenApproval);
    assert_eq!(azure(None, "2026-03-02").pending, None);
    assert!(azure(None, "2026-03-02").reaches_users());
}

#[test]
fn what_hangs_on_a_condition_is_told_and_decides_when_it_is_known() {
    let aws = |is: &[Offer], is_not: &[Offer]| {
        let (is, is_not) = (is.iter().copied().collect(), is_not.iter().copied().collect());
        let offers = Offers { is, is_not, created: None };
        let subscription =
            Subscription { offers: &offers, ..Subscription::new(Provider::Aws, None) };
        let found = at(subscription, time("2026-03-02"));
        (found.rule, found.conditional.len())
    };
    assert_eq!(aws(&[], &[]), (Rule::PaidOnly, 3));
    assert_eq!(aws(&[Offer::FreeTier], &[]), (Rule::Banned, 2));
    assert_eq!(aws(&[], &[Offer::FreeTier, Offer::Credits]), (Rule::PaidOnly, 1));
    assert_eq!(aws(&[Offer::China], &[Offer::China]), (Rule::Banned, 2), "the stricter counts");
    let nobody = Subscription::new(Provider::Unknown, None);
    assert_eq!(at(nobody, time("2026-03-02")).rule, Rule::Unknown);
}

#[test]
fn china_is_known_by_its_regions_and_endpoints() {
    let seen = |name: &str| {
        let mut offers = Offers::default();
        offers.note_places(["us-east-1", name]);
        offers.is.contains(&Offer::China)
    };
    for name in [
        "cn-north-1",
        "cn-northwest-1",
        "China East 2",
        "chinanorth3",
        "arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-0abc",
        "https://management.chinacloudapi.cn/subscriptions/s",
        "ec2.cn-north-1.amazonaws.com.cn",
    ] {
        assert!(seen(name), "{name}");
    }
    for name in ["cn-proxy", "arn:aws:ec2", "azure.cn.example", "notazure.cnn", "ap-east-1"] {
        assert!(!seen(name), "{name}");
    }
    let mut offers = Offers::default();
    offers.note_places(["cn-north-1"]);
    let account = Subscription { offers: &offers, ..Subscription::new(Provider::Aws, None) };
    assert_eq!(at(account, time("2026-03-02")).rule, Rule::Banned);
}

#[test]
fn an_imported_day_of_creation_is_a_subscriptions_age() {
    let fact = |account: Option<&str>, day: &str| Fact {
        party: "contoso".to_string(),
        account: account.map(str::to_string),
        part: "created".to_string(),
        value: day.to_string(),
        source: "Partner Center".to_string(),
        observed_at: time("2026-03-02"),
    };
    let rule = |facts: &[Fact]| {
        let offers = Offers::of(facts, "azure:s");
        let made = Subscription { offers: &offers, ..Subscription::new(Provider::Azure, None) };
        at(made, time("2023-03-02")).rule
    };
    // Of 2023-02 and so under the terms of 2022-12 at once; older ones at their renewal.
    assert_eq!(rule(&[fact(Some("azure:s"), "2023-02-01")]), Rule::WrittenApproval);
    assert_eq!(rule(&[fact(Some("azure:s"), "2021-02-01")]), Rule::Unknown);
    assert_eq!(rule(&[fact(None, "2023-02-01")]), Rule::Unknown, "the customer's own age");
    assert_eq!(rule(&[fact(Some("azure:t"), "2023-02-01")]), Rule::Unknown, "another's");
}

#[test]
fn accounts_of_clouds_whose_logs_are_not_read_have_their_policy_too() {
    for (account, rule) in [
        ("hetzner:k0815", Rule::Banned),
        ("scaleway:0aaa0aaa", Rule::Conditional),
        ("alibaba:1234567890123456", Rule::Conditional),
    ] {
        let account = crate::id::Account::parse(account).expect("an account");
        let held = at(Subscription::new(account.provider, None), time("2026-03-02"));
        assert_eq!(held.rule, rule, "{account}");
    }
}

#[test]
fn of_sources_that_differ_both_are_kept_and_the_stricter_applies() {
    let google = at(Subscription::new(Provider::Gcp, None), time("2026-03-02"));
    assert!(google.is_disputed());
    assert_eq!(google.rule, Rule::Banned);
    let rules: BTreeSet<Rule> = google.policies.iter().map(|policy| policy.rule).collect();
    assert_eq!(rules, [Rule::WrittenApproval, Rule::Banned].into());
    assert!(!azure(None, "2026-03-02").is_disputed());
}

#[test]
fn a_policy_of_a_later_day_is_told_and_does_not_hold_yet() {
    let table: Table = toml::from_str(
        r#"
        claim = []
        [[policy]]
        id = "later"
        provider = "aws"
        product = "all"
        rule = "banned"
        since = "2027-01-01"
        says = "No."
        source = "a notice"
        confidence = "high"
        "#,
    )
    .expect("a table");
    let on = |day| table.at(Subscription::new(Provider::Aws, None), time(day));
    let (before, after) = (on("2026-12-31"), on("2027-01-01"));
    assert_eq!((before.rule, before.coming.len()), (Rule::Unknown, 1));
    assert_eq!((after.rule, after.coming.len()), (Rule::Banned, 0));
}

#[test]
fn money_is_asked_back_in_time() {
    let both = deadlines(Provider::Azure, &moments(None));
    let days: Vec<String> = both.iter().map(|one| one.by.to_string()).collect();
    assert_eq!(days, ["2026-03-11T12:00:00Z", "2026-04-30T12:00:00Z"]);
    assert_eq!(deadlines(Provider::Oci, &moments(None)), []);
}

fn moments(answer_due: Option<&str>) -> Moments {
    let (first, opened) = (time("2026-03-01"), time("2026-03-10"));
    Moments { first, opened, answer_due: answer_due.map(time) }
}

#[test]
fn a_duty_has_one_clock_and_a_notice_goes_before_our_opening() {
    let told = |provider, answer_due| {
        let all = deadlines(provider, &moments(answer_due));
        all.iter().map(|one| (one.id, one.from, one.by)).collect::<Vec<_>>()
    };
    let credit = |day| ("credit", Counted::FirstUse, time(day));
    let noticed = ("answer", Counted::Notice, time("2026-03-05"));
    // Detected six days before the case was opened here.
    assert_eq!(told(Provider::Azure, Some("2026-03-05")), [noticed, credit("2026-04-30")]);
    let opened = ("answer", Counted::Opened, time("2026-03-11"));
    assert_eq!(told(Provider::Azure, None), [opened, credit("2026-04-30")]);
    assert_eq!(told(Provider::Gcp, Some("2026-03-05")), [noticed, credit("2026-03-31")]);
    assert_eq!(told(Provider::Gcp, None), [credit("2026-03-31")]);
    assert_eq!(told(Provider::Ovh, Some("2026-03-05")), [noticed], "no table says so; its notice");
}

#[test]
fn a_notice_is_answered_in_the_time_that_its_provider_gives() {
    let due = |provider| answer_due(provider, time("2026-03-01"));
    assert_eq!(due(Provider::Azure), Some(time("2026-03-02")));
    assert_eq!(due(Provider::Aws), Some(time("2026-03-06")));
    assert_eq!(due(Provider::Gcp), None);
}
