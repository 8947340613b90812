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
                    assert!(!blank::is_blank(&tail[..end]), "{}", template.run);
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

/// A case in which everything is known that commands are made of.
fn known(provider: Provider) -> About {
    let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-1";
    let resources = ["i-0abc", vm, "vm-1"].map(str::to_string);
    let groups = [Group::Network, Group::Runtime, Group::ProviderAlert];
    About {
        resources: resources.into(),
        regions: vec!["eu-west-1".to_string()],
        groups: groups.into(),
        rule: Some(Rule::WrittenApproval),
        ..about(provider)
    }
}

#[test]
fn every_step_has_a_command_or_a_reason_in_every_large_cloud() {
    for provider in [Provider::Azure, Provider::Aws, Provider::Gcp] {
        let about = known(provider);
        let steps = steps(&about);
        let wanted = LIST.step.iter().filter(|step| is_of(&step.providers, &about)).count();
        assert_eq!(steps.len(), wanted, "{provider}: every one of its steps");
        for step in steps {
            let is_told = !step.commands.is_empty()
                || step.by_hand.is_some_and(|why| ["console", "desk", "person"].contains(&why));
            assert!(is_told, "{provider}: {}: {:?}", step.id, step.by_hand);
            assert!(step.commands.is_empty() || step.by_hand.is_none(), "{}", step.id);
        }
    }
}

#[test]
fn what_needs_a_thing_that_is_not_known_says_so() {
    let nothing = About { resources: Vec::new(), ..known(Provider::Gcp) };
    let process = steps(&nothing).into_iter().find(|step| step.id == "process").expect("a step");
    assert_eq!((process.commands.len(), process.by_hand), (0, Some("unnamed")));
}

#[test]
fn amazons_tool_is_told_the_region_or_sent_through_all() {
    let regional = ["ec2", "ssm", "autoscaling", "cloudtrail", "lambda", "events", "logs"];
    let says = |run: &str| {
        regional.iter().all(|service| {
            let name = format!("aws {service} ");
            run.split(&name).skip(1).all(|call| {
                call.split([';', ')']).next().is_some_and(|call| call.contains("--region "))
            })
        })
    };
    let near = "1a".repeat(4);
    let places = BTreeMap::from([(
        "i-0abc".to_string(),
        BTreeSet::from(["eu-west-1".to_string(), "us-east-1".to_string()]),
    )]);
    let aws = About { places, ..known(Provider::Aws) };
    let aws = About { resources: vec!["i-0abc".to_string(), format!("i-{near}")], ..aws };
    let all = commands(&aws);
    assert!(all.iter().all(|run| says(run)), "{all:?}");
    let shown = |machine: &str, region: &str| {
        let run = format!(
            "aws ec2 create-snapshots --region {region} --instance-specification \
             InstanceId={machine} --description firedamp-evidence"
        );
        all.contains(&run)
    };
    assert!(shown("i-0abc", "eu-west-1") && shown("i-0abc", "us-east-1"), "{all:?}");
    let near = format!("i-{near}");
    assert!(shown(&near, "eu-west-1") && !shown(&near, "us-east-1"), "the case's own region");

    let nowhere = About { regions: Vec::new(), ..known(Provider::Aws) };
    let all = commands(&nowhere);
    let looped = "for region in $(aws ec2 describe-regions --region us-east-1 --query \
                  'Regions[].RegionName' --output text); do echo \"$region\"; aws ec2 \
                  describe-instances --instance-ids i-0abc --region \"$region\" ";
    assert!(all.iter().any(|run| run.starts_with(looped)), "{all:?}");
    assert!(all.iter().all(|run| says(run)), "{all:?}");
}

#[test]
fn a_program_is_run_on_machines_alone() {
    let group = "/subscriptions/s/resourceGroups/g/providers/";
    let card = format!("{group}Microsoft.Network/networkInterfaces/nic-1");
    let addition = format!("{group}Microsoft.Compute/virtualMachines/vm-1/extensions/e");
    let one = format!("{group}Microsoft.Compute/virtualMachineScaleSets/v/virtualMachines/0");
    let vm = format!("{group}microsoft.compute/virtualmachines/vm-1");
    let resources = vec![card, addition, one, vm.clone()];
    let all = commands(&About { resources, ..known(Provider::Azure) });
    let invoked: Vec<&String> = all.iter().filter(|run| run.contains("run-command")).collect();
    assert_eq!(invoked.len(), 1, "{invoked:?}");
    assert!(invoked[0].contains(&vm), "{invoked:?}");
}

#[test]
fn a_name_does_not_end_the_string_of_a_filter() {
    let named = |name: &str| {
        let principals = vec![name.to_string()];
        let all = commands(&About { principals, ..known(Provider::Gcp) });
        all.into_iter().find(|run| run.contains("principalEmail=\""))
    };
    let run = named("alice@contoso.example").expect("a command");
    assert!(run.contains("principalEmail=\"'alice@contoso.example'\" AND"), "{run}");
    assert_eq!(named("a\" OR severity=\"ERROR"), None);
}
