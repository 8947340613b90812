use super::*;

fn about(provider: Provider) -> About {
    About {
        provider: Some(provider),
        account: "111122223333".to_string(),
        resources: vec!["i-0abc".to_string(), "/subscriptions/s/vm".to_string()],
        principals: vec!["alice@contoso.example".to_string()],
        remotes: vec!["203.0.113.9".to_string()],
        regions: vec!["westeurope".to_string()],
        groups: BTreeSet::from([Group::Network]),
        rule: Some(Rule::PaidOnly),
        since: Time::from_seconds(1_772_359_200),
        until: Time::from_seconds(1_772_380_800),
        ..About::default()
    }
}

fn ids_of(about: &About) -> Vec<&'static str> {
    steps(about).iter().map(|step| step.id).collect()
}

fn commands(about: &About) -> Vec<String> {
    steps(about).into_iter().flat_map(|step| step.commands).map(|one| one.run).collect()
}

#[test]
fn the_steps_of_the_first_notice_are_all_there_in_every_cloud() {
    for provider in Provider::ALL {
        let steps = steps(&About { rule: Some(Rule::WrittenApproval), ..about(provider) });
        let seeds: Vec<&str> =
            steps.iter().filter(|step| step.is_seed).map(|step| step.id).collect();
        for id in [
            "standing",
            "usage",
            "ask",
            "approval",
            "resources",
            "how-created",
            "account-creator",
            "stop",
            "budgets",
            "support",
            "report-back",
        ] {
            assert!(seeds.contains(&id), "{provider}: {id}");
        }
        let phases: Vec<Phase> = steps.iter().map(|step| step.phase).collect();
        assert!(phases.is_sorted(), "in the order in which they are taken");
    }
}

#[test]
fn the_list_follows_the_case() {
    let aws = about(Provider::Aws);
    assert!(!ids_of(&aws).contains(&"approval"), "what is paid for may mine there");
    assert!(!ids_of(&aws).contains(&"risky-users") && !ids_of(&aws).contains(&"genuine"));
    let alerted =
        About { groups: BTreeSet::from([Group::ProviderAlert]), ..about(Provider::Azure) };
    assert!(ids_of(&alerted).contains(&"genuine") && ids_of(&alerted).contains(&"risky-users"));
    assert!(!ids_of(&alerted).contains(&"pool-traffic"));
}

#[test]
fn commands_are_filled_with_what_is_known_and_left_out_where_it_is_not() {
    let all = commands(&about(Provider::Aws));
    let instance = "aws ec2 describe-instances --instance-ids i-0abc ";
    assert!(all.iter().any(|run| run.starts_with(instance)), "{all:?}");
    assert!(all.iter().all(|run| !run.contains("/subscriptions/s/vm")), "not its kind");
    let kql = commands(&about(Provider::Azure));
    let sign_ins = kql.iter().find(|run| run.starts_with("SigninLogs")).expect("a query");
    assert!(sign_ins.contains("UserPrincipalName =~ \"alice@contoso.example\""));
    assert!(sign_ins.contains("datetime(2026-02-26T10:00:00Z)"), "three days before: {sign_ins}");
    let nobody = About { principals: Vec::new(), ..about(Provider::Azure) };
    assert!(commands(&nobody).iter().all(|run| !run.starts_with("SigninLogs")));
    for provider in Provider::ALL {
        for run in commands(&about(provider)) {
            let has_blank = |blank: &str| run.contains(blank);
            assert!(!["{account}", "{resource}", "{since}"].into_iter().any(has_blank), "{run}");
        }
    }
}

#[test]
fn no_blank_stands_inside_quotes() {
    for template in LIST.step.iter().flat_map(|step| &step.command) {
        let mut open: Option<char> = None;
        for (at, letter) in template.run.char_indices() {
            match (open, letter) {
                (None, '\'' | '"') => open = Some(letter),
                (Some(quote), letter) if quote == letter => open = None,
                (Some(_), '{') => {
                    let tail = &template.run[at..];
                    let end = tail.find('}').map_or(tail.len(), |end| end + 1);
                    assert!(!is_blank(&tail[..end]), "{}", template.run);
                }
                _ => {}
            }
        }
        assert_eq!(open, None, "{}", template.run);
    }
}

#[test]
fn a_name_stays_one_word() {
    let sh = |text| quoted(Tool::Sh, text);
    assert_eq!(sh("i-0abc").as_deref(), Some("i-0abc"));
    assert_eq!(sh("a b").as_deref(), Some("'a b'"));
    assert_eq!(sh("$(reboot)").as_deref(), Some("'$(reboot)'"));
    assert_eq!(sh("a'b; rm -rf ~").as_deref(), Some(r"'a'\''b; rm -rf ~'"));
    for refused in ["", "-rf", "a\nb", "a\0b", "a\u{202e}b", "a\u{200b}b", &"x".repeat(1025)] {
        assert_eq!(sh(refused), None, "{refused:?}");
    }
    let kql = |text| quoted(Tool::Kql, text).expect("a string");
    assert_eq!(kql(r#"a" or 1 == 1 // \"#), r#""a\" or 1 == 1 // \\""#);
}

#[test]
fn what_is_filled_in_is_never_filled_again() {
    let hostile = About { account: "{resource}{until}".to_string(), ..about(Provider::Azure) };
    let all = commands(&hostile);
    assert!(all.iter().any(|run| run.contains("'{resource}{until}'")), "{all:?}");
    let control = About { account: "a\u{7}".to_string(), ..about(Provider::Azure) };
    assert!(commands(&control).iter().all(|run| !run.contains('\u{7}')));
}

#[test]
fn many_resources_make_no_endless_list() {
    let resources = (0..5000).map(|number| format!("i-{number}")).collect();
    let many = commands(&About { resources, ..about(Provider::Aws) });
    assert!(many.len() < 100, "{}", many.len());
}
