//! AWS, as moto plays it: machines, groups, services and users made by an intruder, and gone after a
//! run. The same requests go to Amazon.

use std::{process::Command, time::Duration};

use firedamp::{
    cleanup::{
        Cleaner, Clouds,
        sigv4::{Keys, Request, Scope, authorization},
    },
    store::{Cleanup, Progress, Store},
};
use firedamp_core::{
    event::Action,
    id::Provider,
    plan::{Measure, Plan},
    time::Time,
};
use reqwest::Client;

use super::{ACCOUNT, HIJACKER, NOW, clouds::aws_settings, deed, hijack, plan_of, store_with};
use crate::outside::{Server, free_port, python};

/// An account at moto, asked as the intruder asks.
pub(crate) struct Moto {
    _server: Server,
    pub(crate) url: String,
    client: Client,
}

impl Moto {
    pub(crate) fn start() -> Option<Self> {
        let program = python("moto_server")?;
        let port = free_port();
        let mut command = Command::new(program);
        command.env("MOTO_ACCOUNT_ID", ACCOUNT).args(["--port", &port.to_string()]);
        let server = Server::start(&mut command, port);
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().expect("a client");
        Some(Self { _server: server, url: format!("http://127.0.0.1:{port}"), client })
    }

    /// A call of the Query protocol.
    pub(super) async fn call(&self, service: &str, version: &str, query: &str) -> String {
        let body = format!("Version={version}&{query}");
        self.send(service, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    pub(crate) async fn ec2(&self, query: &str) -> String {
        self.call("ec2", "2016-11-15", query).await
    }

    pub(super) async fn ecs(&self, action: &str, body: &str) -> String {
        let target = format!("AmazonEC2ContainerServiceV20141113.{action}");
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", &*target)];
        self.send("ecs", &headers, body.to_string()).await
    }

    async fn send(&self, service: &str, own: &[(&str, &str)], body: String) -> String {
        let seconds = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
        let at = Time::from_seconds(i64::try_from(seconds).expect("a time"));
        let scope = Scope { at, region: "us-east-1", service };
        let host = self.url.trim_start_matches("http://");
        let stamp = scope.stamp();
        let mut headers = own.to_vec();
        headers.extend([("host", host), ("x-amz-date", &stamp)]);
        headers.sort_unstable();
        let request =
            Request { method: "POST", path: "/", query: "", headers: &headers, body: &body };
        let keys = Keys { access: "testing", secret: "testing" };
        let signed = authorization(keys, &request, scope);
        let mut sent = self.client.post(&self.url).header("authorization", signed);
        for (name, value) in headers {
            sent = sent.header(name, value);
        }
        sent.body(body).send().await.expect("an answer").text().await.expect("text")
    }
}

pub(super) fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let after = text.split_once(open).unwrap_or_else(|| panic!("no {open} in {text}")).1;
    after.split_once(close).expect("an end").0
}

/// What the intruder makes: a machine, protected; a group that grows; a service; a user with a key.
pub(crate) struct Loot {
    pub(crate) machine: String,
    pub(crate) key: String,
    pub(crate) service: String,
}

pub(crate) async fn intrude(moto: &Moto) -> Loot {
    let images = moto.ec2("Action=DescribeImages").await;
    let image = between(&images, "<imageId>", "</imageId>").to_string();
    let run =
        format!("Action=RunInstances&ImageId={image}&MinCount=1&MaxCount=1&InstanceType=c5.large");
    let ran = moto.ec2(&run).await;
    let machine = between(&ran, "<instanceId>", "</instanceId>").to_string();
    moto.ec2(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={machine}&DisableApiTermination.Value=true"
    ))
    .await;
    let scaling =
        |query: String| async move { moto.call("autoscaling", "2011-01-01", &query).await };
    scaling(format!(
        "Action=CreateLaunchConfiguration&LaunchConfigurationName=lc&ImageId={image}&InstanceType=c5.large"
    ))
    .await;
    scaling(
        "Action=CreateAutoScalingGroup&AutoScalingGroupName=miners&LaunchConfigurationName=lc\
         &MinSize=2&MaxSize=9&DesiredCapacity=2&AvailabilityZones.member.1=us-east-1a"
            .to_string(),
    )
    .await;
    for name in ["intruder", "user-x1x2"] {
        moto.call("iam", "2010-05-08", &format!("Action=CreateUser&UserName={name}")).await;
    }
    let made = moto.call("iam", "2010-05-08", "Action=CreateAccessKey&UserName=user-x1x2").await;
    let key = between(&made, "<AccessKeyId>", "</AccessKeyId>").to_string();
    moto.ecs("CreateCluster", r#"{"clusterName": "c"}"#).await;
    let container = r#"[{"name": "x", "image": "x", "memory": 64}]"#;
    let task = format!(r#"{{"family": "f", "containerDefinitions": {container}}}"#);
    moto.ecs("RegisterTaskDefinition", &task).await;
    let service =
        r#"{"cluster": "c", "serviceName": "s", "taskDefinition": "f", "desiredCount": 10}"#;
    moto.ecs("CreateService", service).await;
    let service = format!("arn:aws:ecs:us-east-1:{ACCOUNT}:service/c/s");
    Loot { machine, key, service }
}

/// The case that `CloudTrail` would make of it.
pub(super) fn case_of(loot: &Loot) -> firedamp::store::Judgement {
    let named = [&*loot.machine, "miners", &*loot.service];
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &named);
    judgement.case.details.deeds = vec![
        deed(-900, Action::CreatePrincipal, "CreateUser", &["user-x1x2"]),
        deed(-800, Action::CreateCredential, "CreateAccessKey", &[&loot.key, "user-x1x2"]),
        deed(-700, Action::CreateCompute, "CreateAutoScalingGroup", &["miners"]),
        deed(-600, Action::CreateCompute, "RunInstances", &[&loot.machine]),
        deed(-500, Action::CreateCompute, "CreateService", &[&loot.service]),
        deed(-400, Action::Protect, "ModifyInstanceAttribute", &[&loot.machine]),
    ];
    judgement
}

#[tokio::test]
async fn a_hijacked_account_is_cleaned_up_through_the_query_protocol() {
    let Some(moto) = Moto::start() else { return };
    let loot = intrude(&moto).await;
    let judgement = case_of(&loot);
    let (folder, store, case) = store_with(&judgement).await;
    let settings = aws_settings(&folder, &moto.url);
    let cleaner = || {
        let clouds = Clouds::parse(&settings).expect("settings");
        Cleaner::new(store.clone(), clouds, || NOW).with_patience(Duration::from_millis(1))
    };
    let plan = plan_of(&judgement);
    let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    cleaner().turn().await.expect("tried");
    let tried = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(tried.progress, Progress::Tried, "{:?} {:#?}", tried.why, tried.steps);
    let running =
        moto.ec2(&format!("Action=DescribeInstances&InstanceId.1={}", loot.machine)).await;
    assert!(running.contains("<name>running</name>"), "the dry run stopped nothing: {running}");
    store.decide_cleanup(id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    cleaner().turn().await.expect("done");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Done, "{:?} {:#?}", run.why, run.steps);
    let gone = moto.ec2(&format!("Action=DescribeInstances&InstanceId.1={}", loot.machine)).await;
    assert!(gone.contains("<name>terminated</name>"), "{gone}");
    let kept = format!(
        "Action=DescribeSnapshots&Filter.1.Name=tag:firedamp-evidence&Filter.1.Value.1={}",
        loot.machine
    );
    let copies = moto.ec2(&kept).await;
    assert!(copies.contains("<snapshotId>"), "the disk was kept: {copies}");
    let groups = moto.call("autoscaling", "2011-01-01", "Action=DescribeAutoScalingGroups").await;
    assert!(!groups.contains("<AutoScalingGroupName>miners"), "{groups}");
    let kept = plan
        .steps
        .iter()
        .find(|step| step.measure == Measure::Snapshot && step.target.name == "miners");
    let kept = kept.expect("a step").number;
    let note = run.steps.iter().find(|note| note.number == kept && !note.is_dry);
    assert!(note.is_some_and(|note| note.state == "done" && note.answer.contains("kept as snap-")));
    let keys = moto.call("iam", "2010-05-08", "Action=ListAccessKeys&UserName=user-x1x2").await;
    assert!(keys.contains("<Status>Inactive</Status>"), "{keys}");
    let name = HIJACKER.rsplit('/').next().expect("a name");
    let query = format!("Action=ListUserPolicies&UserName={name}");
    let policies = moto.call("iam", "2010-05-08", &query).await;
    assert!(policies.contains("firedamp-deny"), "{policies}");
    let services = moto.ecs("DescribeServices", r#"{"cluster": "c", "services": ["s"]}"#).await;
    assert!(!services.contains("\"status\": \"ACTIVE\""), "{services}");
    // Done twice it is the same as done once: a killed run may repeat any step.
    carry_out(&*store, case, &plan, cleaner).await;
}

/// Tries a plan, has it approved and carries it out, which must succeed.
async fn carry_out(
    store: &dyn Store,
    case: i64,
    plan: &Plan,
    cleaner: impl Fn() -> Cleaner,
) -> Cleanup {
    let id = store.ask_cleanup(case, plan, "alice", NOW).await.expect("asked");
    cleaner().turn().await.expect("tried");
    let tried = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(tried.progress, Progress::Tried, "{:?} {:#?}", tried.why, tried.steps);
    store.decide_cleanup(id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    cleaner().turn().await.expect("done");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Done, "{:?} {:#?}", run.why, run.steps);
    run
}

/// What the intruder gave to bob, whom the customer has long had, and the password that it set for him.
#[tokio::test]
async fn rights_and_passwords_that_an_intruder_gave_are_taken_back() {
    let Some(moto) = Moto::start() else { return };
    let iam = |query: &'static str| moto.call("iam", "2010-05-08", query);
    for query in [
        "Action=CreateUser&UserName=intruder",
        "Action=CreateUser&UserName=bob",
        "Action=CreateGroup&GroupName=admins",
        "Action=CreatePolicy&PolicyName=all&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
        "Action=AttachUserPolicy&UserName=bob&PolicyArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fall",
        "Action=PutUserPolicy&UserName=bob&PolicyName=own&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
        "Action=AddUserToGroup&UserName=bob&GroupName=admins",
        "Action=CreateLoginProfile&UserName=bob&Password=x",
    ] {
        let said = iam(query).await;
        assert!(!said.contains("<Error>"), "{query}: {said}");
    }
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &[]);
    judgement.case.findings[0].span.first = super::at(-900);
    let policy = "policy arn:aws:iam::111122223333:policy/all -> user bob";
    judgement.case.details.deeds = vec![
        deed(-900, Action::GrantAccess, "AttachUserPolicy", &[policy]),
        deed(-800, Action::GrantAccess, "PutUserPolicy", &["inline own -> user bob"]),
        deed(-700, Action::GrantAccess, "AddUserToGroup", &["group admins -> user bob"]),
        deed(-600, Action::CreateCredential, "CreateLoginProfile", &["bob"]),
    ];
    let (folder, store, case) = store_with(&judgement).await;
    let settings = aws_settings(&folder, &moto.url);
    let cleaner = || Cleaner::new(store.clone(), Clouds::parse(&settings).expect("set"), || NOW);
    let plan = plan_of(&judgement);
    // The second run finds nothing left to take back.
    for _ in 0..2 {
        let run = carry_out(&*store, case, &plan, cleaner).await;
        let taken = plan
            .steps
            .iter()
            .filter(|step| matches!(step.measure, Measure::DropGrant | Measure::DropLogin));
        let notes: Vec<_> = taken
            .filter_map(|step| {
                run.steps.iter().find(|note| note.number == step.number && !note.is_dry)
            })
            .collect();
        assert!(notes.len() == 4 && notes.iter().all(|note| note.state == "done"), "{notes:?}");
    }
    for (query, mark) in [
        ("Action=ListAttachedUserPolicies&UserName=bob", "<PolicyArn>"),
        ("Action=ListUserPolicies&UserName=bob", "<member>"),
        ("Action=ListGroupsForUser&UserName=bob", "<GroupName>"),
    ] {
        let said = iam(query).await;
        assert!(!said.contains(mark), "{query}: {said}");
    }
    let login = iam("Action=GetLoginProfile&UserName=bob").await;
    assert!(login.contains("NoSuchEntity"), "{login}");
}

/// The customer's own machine; somebody made the group of its isolation before, wide open.
#[tokio::test]
async fn a_customers_machine_is_cut_off_whatever_its_group_let_through() {
    let Some(moto) = Moto::start() else { return };
    let loot = intrude(&moto).await;
    let describe = format!("Action=DescribeInstances&InstanceId.1={}", loot.machine);
    let described = moto.ec2(&describe).await;
    let vpc = between(&described, "<vpcId>", "</vpcId>");
    let name = format!("firedamp-isolated-{}", loot.machine);
    let make =
        format!("Action=CreateSecurityGroup&GroupName={name}&GroupDescription=x&VpcId={vpc}");
    let made = moto.ec2(&make).await;
    let group = between(&made, "<groupId>", "</groupId>");
    for (way, rule) in [
        ("Egress", "IpProtocol=-1&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=%3A%3A%2F0"),
        (
            "Ingress",
            "IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22\
             &IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0",
        ),
    ] {
        let open =
            format!("Action=AuthorizeSecurityGroup{way}&GroupId={group}&IpPermissions.1.{rule}");
        moto.ec2(&open).await;
    }
    let rules = format!(
        "Action=DescribeSecurityGroupRules&Filter.1.Name=group-id&Filter.1.Value.1={group}"
    );
    assert_eq!(moto.ec2(&rules).await.matches("<securityGroupRuleId>").count(), 3);
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &[&loot.machine]);
    judgement.case.details.deeds.clear();
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == Measure::Isolate);
    let (folder, store, case) = store_with(&judgement).await;
    let settings = aws_settings(&folder, &moto.url);
    let cleaner = || Cleaner::new(store.clone(), Clouds::parse(&settings).expect("set"), || NOW);
    carry_out(&*store, case, &plan, cleaner).await;
    let left = moto.ec2(&rules).await;
    assert!(!left.contains("<securityGroupRuleId>"), "{left}");
    let described = moto.ec2(&describe).await;
    assert!(between(&described, "<groupSet>", "</groupSet>").contains(group), "{described}");
}

#[tokio::test]
async fn keys_of_another_account_do_nothing() {
    let Some(moto) = Moto::start() else { return };
    let judgement = hijack(Provider::Aws, "444455556666", &["i-0abc"]);
    let (folder, store, case) = store_with(&judgement).await;
    let settings = aws_settings(&folder, &moto.url).replace(ACCOUNT, "444455556666");
    store.ask_cleanup(case, &plan_of(&judgement), "alice", NOW).await.expect("asked");
    let clouds = Clouds::parse(&settings).expect("settings");
    Cleaner::new(store.clone(), clouds, || NOW).turn().await.expect("a turn");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(run.progress, Progress::Stopped);
    assert!(run.why.is_some_and(|why| why.contains("not of this one")));
}
