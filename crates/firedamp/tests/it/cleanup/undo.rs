//! The way back: what was carried out is undone in the same way, and what somebody changed since is left
//! alone.

use std::{sync::Arc, time::Duration};

use firedamp::{
    cleanup::{Cleaner, Clouds},
    store::{Cleanup, Error, FormerNote, Judgement, Progress, StepNote, Store},
};
use firedamp_core::{
    event::Action,
    id::Provider,
    plan::{
        Measure, Phase, Plan, Step,
        back::{Former, Stays},
    },
};
use serde_json::json;

use super::{
    ACCOUNT, NOW,
    clouds::{Recorded, SUBSCRIPTION, aws_settings, azure_settings, google_settings},
    deed, hijack,
    moto::{Moto, between, case_of, intrude},
    plan_of,
    recorded::azure_hijack,
    store_with,
};
use crate::program::Folder;

/// A run that contained a case, at a cloud of the tests.
struct Contained {
    _folder: Folder,
    settings: String,
    store: Arc<dyn Store>,
    case: i64,
    run: Cleanup,
}

impl Contained {
    /// Everything that the plan does to contain it is done.
    async fn of(judgement: &Judgement, settings: impl Fn(&Folder) -> String) -> Self {
        let (folder, store, case) = store_with(judgement).await;
        let settings = settings(&folder);
        let mut plan = plan_of(judgement);
        plan.steps.retain(|step| step.phase == Phase::Contain);
        store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
        let run = to_the_end(&store, case, || cleaner(&store, &settings)).await;
        assert_eq!(run.progress, Progress::Done, "{:?} {:#?}", run.why, run.steps);
        Self { _folder: folder, settings, store, case, run }
    }

    /// The undo of it, or of a step, to its end.
    async fn undone(&self, step: Option<u32>) -> Cleanup {
        self.store.ask_undo(self.run.id, step, "alice", NOW).await.expect("asked");
        to_the_end(&self.store, self.case, || cleaner(&self.store, &self.settings)).await
    }

    fn step(&self, measure: Measure, name: &str) -> &Step {
        let mut steps = self.run.plan.steps.iter();
        let found = steps.find(|step| step.measure == measure && step.target.name == name);
        found.unwrap_or_else(|| panic!("no {measure} of {name} in {:#?}", self.run.plan.steps))
    }
}

fn cleaner(store: &Arc<dyn Store>, settings: &str) -> Cleaner {
    let clouds = Clouds::parse(settings).expect("settings");
    Cleaner::new(store.clone(), clouds, || NOW).with_patience(Duration::from_millis(1))
}

/// Dry run, approval, run; how it ended.
async fn to_the_end(store: &Arc<dyn Store>, case: i64, cleaner: impl Fn() -> Cleaner) -> Cleanup {
    cleaner().turn().await.expect("tried");
    let tried = store.cleanups(case).await.expect("runs").remove(0);
    if tried.progress != Progress::Tried {
        return tried;
    }
    store.decide_cleanup(tried.id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    cleaner().turn().await.expect("done");
    store.cleanups(case).await.expect("runs").remove(0)
}

/// How the steps of a run went, for good: their numbers in order and what was answered.
fn answers(run: &Cleanup) -> Vec<(u32, &str)> {
    let done = run.steps.iter().filter(|note| !note.is_dry && note.state == "done");
    done.map(|note| (note.number, note.answer.as_str())).collect()
}

#[tokio::test]
async fn a_subscription_goes_back_to_how_it_was() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let contained = Contained::of(&judgement, |folder| azure_settings(folder, &cloud.url())).await;
    assert!(contained.store.cleaned(contained.case).await.expect("cleaned").is_some());
    let before = cloud.changes().len();
    let undo = contained.undone(None).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    assert_eq!(undo.undoes, Some(contained.run.id));
    let wanted = [
        ("POST", "virtualmachines/v/start?"),
        ("PATCH", "virtualmachinescalesets/s?"),
        ("PATCH", "autoscaleSettings/grow?"),
        ("PUT", "locks/keep?"),
        ("PUT", "roleassignments/g?"),
    ];
    let changes = cloud.changes().split_off(before);
    assert_eq!(changes.len(), wanted.len(), "{changes:#?}");
    for (change, (method, mark)) in changes.iter().zip(wanted) {
        assert!(change.starts_with(method) && change.contains(mark), "{mark}: {changes:#?}");
    }
    // What was stopped may run again: nothing proves that it ended.
    assert_eq!(contained.store.cleaned(contained.case).await.expect("none"), None);
    let again = contained.store.ask_undo(contained.run.id, None, "alice", NOW).await;
    assert!(matches!(again, Err(Error::Refused(_))), "nothing is left: {again:?}");
    assert_eq!(contained.store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn a_project_goes_back_to_how_it_was() {
    let cloud = Recorded::google().await;
    let mail = "intruder@lab-1.iam.gserviceaccount.com";
    let mut judgement = hijack(Provider::Gcp, "lab-1", &["vm-1", "miners"]);
    judgement.case.details.deeds = vec![
        deed(-600, Action::CreateCompute, "v1.compute.instances.insert", &["vm-1"]),
        deed(-500, Action::CreateCompute, "v1.compute.instanceGroupManagers.insert", &["miners"]),
        deed(-400, Action::Protect, "v1.compute.instances.setDeletionProtection", &["vm-1"]),
    ];
    let regions = ["us-central1", "europe-west1", "us-central1"];
    for (deed, region) in judgement.case.details.deeds.iter_mut().zip(regions) {
        (deed.region, deed.principal) = (region.to_string(), mail.to_string());
    }
    for finding in &mut judgement.case.findings {
        if let Some(principals) = finding.evidence.get_mut("principals") {
            *principals = json!([mail]);
        }
    }
    let contained = Contained::of(&judgement, |folder| google_settings(folder, &cloud.url())).await;
    let before = cloud.changes().len();
    let undo = contained.undone(None).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    assert_eq!(
        cloud.changes().split_off(before),
        [
            "POST /compute/v1/projects/lab-1/zones/us-central1-a/instances/vm-1/start",
            "POST /compute/v1/projects/lab-1/zones/us-central1-a/instances/vm-1/setDeletionProtection?deletionProtection=true",
            "POST /compute/v1/projects/lab-1/zones/europe-west1-b/instanceGroupManagers/miners/resize?size=40",
            "PATCH /compute/v1/projects/lab-1/zones/europe-west1-b/autoscalers?autoscaler=grow",
            "POST /v1/projects/lab-1/serviceAccounts/intruder%40lab-1.iam.gserviceaccount.com:enable",
        ]
    );
}

const POLICY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";

/// What the intruder gave to bob, whom the customer has long had, before the run.
async fn give(moto: &Moto) {
    for query in [
        "Action=CreateUser&UserName=bob",
        "Action=CreateGroup&GroupName=admins",
        &format!("Action=CreatePolicy&PolicyName=all&PolicyDocument={POLICY}"),
        "Action=AttachUserPolicy&UserName=bob&PolicyArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fall",
        &format!("Action=PutUserPolicy&UserName=bob&PolicyName=own&PolicyDocument={POLICY}"),
        "Action=AddUserToGroup&UserName=bob&GroupName=admins",
        "Action=CreateLoginProfile&UserName=bob&Password=x",
    ] {
        let said = moto.call("iam", "2010-05-08", query).await;
        assert!(!said.contains("<Error>"), "{query}: {said}");
    }
}

/// What is looked at before and after: it is the same, whatever was done and undone between.
async fn looked_at(moto: &Moto, key: &str, machine: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let ec2 = |query: String| async move { moto.call("ec2", "2016-11-15", &query).await };
    let described = ec2(format!("Action=DescribeInstances&InstanceId.1={machine}")).await;
    seen.push(between(&described, "<instanceState>", "</instanceState>").to_string());
    for flag in ["disableApiTermination", "disableApiStop"] {
        let asked =
            format!("Action=DescribeInstanceAttribute&InstanceId={machine}&Attribute={flag}");
        seen.push(between(&ec2(asked).await, "<value>", "</value>").to_string());
    }
    let query = "Action=DescribeAutoScalingGroups&AutoScalingGroupNames.member.1=miners";
    let group = moto.call("autoscaling", "2011-01-01", query).await;
    for size in ["MinSize", "MaxSize", "DesiredCapacity"] {
        let (open, close) = (format!("<{size}>"), format!("</{size}>"));
        seen.push(between(&group, &open, &close).to_string());
    }
    seen.push(group.contains("<ProcessName>").to_string());
    let service = moto.ecs("DescribeServices", r#"{"cluster": "c", "services": ["s"]}"#).await;
    let service: serde_json::Value = serde_json::from_str(&service).expect("a service");
    seen.push(service["services"][0]["desiredCount"].to_string());
    for query in [
        "Action=ListAccessKeys&UserName=user-x1x2",
        "Action=ListUserPolicies&UserName=user-x1x2",
        "Action=ListUserPolicies&UserName=intruder",
        "Action=ListUserPolicies&UserName=bob",
        "Action=ListAttachedUserPolicies&UserName=bob",
        "Action=ListGroupsForUser&UserName=bob",
        "Action=GetUserPolicy&UserName=bob&PolicyName=own",
    ] {
        let said = moto.call("iam", "2010-05-08", query).await;
        seen.push(said.split("<ResponseMetadata>").next().unwrap_or_default().to_string());
    }
    assert!(seen.iter().any(|seen| seen.contains(key)), "{seen:#?}");
    seen
}

#[tokio::test]
async fn an_account_goes_back_to_how_it_was() {
    let Some(moto) = Moto::start() else { return };
    let loot = intrude(&moto).await;
    give(&moto).await;
    let mut judgement = case_of(&loot);
    let policy = "policy arn:aws:iam::111122223333:policy/all -> user bob";
    judgement.case.details.deeds.extend([
        deed(-350, Action::GrantAccess, "AttachUserPolicy", &[policy]),
        deed(-340, Action::GrantAccess, "PutUserPolicy", &["inline own -> user bob"]),
        deed(-330, Action::GrantAccess, "AddUserToGroup", &["group admins -> user bob"]),
        deed(-320, Action::CreateCredential, "CreateLoginProfile", &["bob"]),
    ]);
    let before = looked_at(&moto, &loot.key, &loot.machine).await;
    assert_eq!(before[1..8], ["true", "false", "2", "9", "2", "false", "10"], "{before:#?}");
    let contained = Contained::of(&judgement, |folder| aws_settings(folder, &moto.url)).await;
    let during = looked_at(&moto, &loot.key, &loot.machine).await;
    assert_eq!(during[1..8], ["false", "false", "0", "0", "0", "true", "0"], "{during:#?}");
    let same = before.iter().zip(&during).filter(|(before, after)| before == after).count();
    assert_eq!(same, 1, "all but the flag that was never set: {during:#?}");

    let former =
        |measure: Measure, name: &str| contained.run.former(contained.step(measure, name).number);
    let flag = "disableApiTermination".to_string();
    assert_eq!(former(Measure::EmptyGroup, "miners"), Some(&Former::Sizes(vec![2, 9, 2])));
    assert_eq!(former(Measure::Stop, &loot.service), Some(&Former::Sizes(vec![10])));
    assert_eq!(former(Measure::Stop, &loot.machine), Some(&Former::There));
    let protection = former(Measure::LiftProtection, &loot.machine);
    assert_eq!(protection, Some(&Former::Names(vec![flag])));
    let login = contained.step(Measure::DropLogin, "bob");
    let runs = contained.store.cleanups(contained.case).await.expect("runs");
    assert_eq!(contained.run.stays(login, &runs), Some(Stays::Password));

    // One step first, then the rest.
    let machine = contained.step(Measure::Stop, &loot.machine).number;
    let undo = contained.undone(Some(machine)).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    assert_eq!(answers(&undo), [(machine, "asked for in us-east-1")]);
    let undo = contained.undone(None).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    assert!(answers(&undo).iter().all(|(number, _)| *number != machine), "it was undone before");
    let after = looked_at(&moto, &loot.key, &loot.machine).await;
    assert_eq!(after, before);
}

/// The customer's own machine, cut off and let in again; then somebody chooses other groups.
#[tokio::test]
async fn a_machine_is_put_into_its_groups_again_unless_somebody_chose_others() {
    let Some(moto) = Moto::start() else { return };
    let loot = intrude(&moto).await;
    let describe = format!("Action=DescribeInstances&InstanceId.1={}", loot.machine);
    let described = moto.ec2(&describe).await;
    let had = between(&described, "<groupId>", "</groupId>").to_string();
    let vpc = between(&described, "<vpcId>", "</vpcId>");
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &[&loot.machine]);
    judgement.case.details.deeds.clear();
    let contained = Contained::of(&judgement, |folder| aws_settings(folder, &moto.url)).await;
    let cut = contained.step(Measure::Isolate, &loot.machine).number;
    assert_eq!(contained.run.former(cut), Some(&Former::Names(vec![had.clone()])));

    let make = format!("Action=CreateSecurityGroup&GroupName=x&GroupDescription=x&VpcId={vpc}");
    let made = moto.ec2(&make).await;
    let other = between(&made, "<groupId>", "</groupId>");
    let isolated = format!("firedamp-isolated-{}", loot.machine);
    let filter = format!(
        "Action=DescribeSecurityGroups&Filter.1.Name=group-name&Filter.1.Value.1={isolated}"
    );
    let isolated = moto.ec2(&filter).await;
    let isolated = between(&isolated, "<groupId>", "</groupId>");
    let choose = |group: String| {
        format!("Action=ModifyInstanceAttribute&InstanceId={}&GroupId.1={group}", loot.machine)
    };
    moto.ec2(&choose(other.to_string())).await;
    let undo = contained.undone(Some(cut)).await;
    assert_eq!(undo.progress, Progress::Stopped, "{undo:?}");
    assert!(undo.why.is_some_and(|why| why.contains("somebody has changed it since")));

    moto.ec2(&choose(isolated.to_string())).await;
    let undo = contained.undone(Some(cut)).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    assert_eq!(answers(&undo), [(cut, format!("put back: {had}").as_str())]);
}

/// The first machine is started once; the second was asked again, which does no harm.
#[tokio::test]
async fn an_undo_that_is_killed_goes_on_where_it_was() {
    let cloud = Recorded::azure().await;
    let judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("a"), &cloud.vm("b")]);
    let contained = Contained::of(&judgement, |folder| azure_settings(folder, &cloud.url())).await;
    let Contained { store, case, run, settings, .. } = &contained;
    let id = store.ask_undo(run.id, None, "alice", NOW).await.expect("asked");
    let before = cloud.changes().len();
    cleaner(store, settings).turn().await.expect("tried");
    assert_eq!(cloud.changes().len(), before, "a dry run changes nothing");
    let digest = store.cleanups(*case).await.expect("runs")[0].digest.clone();
    store.decide_cleanup(id, Some(&digest), "bob", NOW).await.expect("approved");
    cloud.hang_on("virtualmachines/a/start");
    let one = cleaner(store, settings);
    let killed = tokio::time::timeout(Duration::from_millis(1500), one.turn()).await;
    assert!(killed.is_err(), "it hangs at what was stopped first");
    cloud.answer_again();
    cleaner(store, settings).turn().await.expect("done");
    let undo = store.cleanups(*case).await.expect("runs").remove(0);
    assert_eq!((undo.id, undo.progress), (id, Progress::Done), "{undo:?}");
    let of = |name: &str| {
        let end = format!("virtualmachines/{name}/start");
        cloud.changes().iter().filter(|change| change.contains(&end)).count()
    };
    assert_eq!((of("b"), of("a")), (1, 2));
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

/// Killed after the set was emptied and before that was written down: it is looked at no second time.
#[tokio::test]
async fn what_was_kept_before_a_kill_is_what_an_undo_goes_back_to() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == Measure::EmptyGroup);
    let step = plan.steps[0].clone();
    let (folder, store, case) = store_with(&judgement).await;
    let settings = azure_settings(&folder, &cloud.url());
    let id = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    cleaner(&store, &settings).turn().await.expect("tried");
    let tried = store.cleanups(case).await.expect("runs").remove(0);
    assert!(tried.formers.is_empty(), "a dry run keeps nothing: {tried:?}");
    store.decide_cleanup(id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    let before = Former::Sizes(vec![9]);
    store.keep_former(id, step.number, &before).await.expect("kept");
    store.note_step(id, &note(step.number, "begun")).await.expect("begun");
    cloud.write(&step.target.name, "capacity", json!(0));
    cleaner(&store, &settings).turn().await.expect("done");
    let run = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!((run.progress, run.former(step.number)), (Progress::Done, Some(&before)));
    let contained = Contained { _folder: folder, settings, store, case, run };
    let undo = contained.undone(None).await;
    assert_eq!(answers(&undo), [(step.number, "put back: 9")], "{undo:?}");
}

#[tokio::test]
async fn what_somebody_changed_since_is_left_alone() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let contained = Contained::of(&judgement, |folder| azure_settings(folder, &cloud.url())).await;
    let mut steps = contained.run.plan.steps.iter();
    let empty = steps.find(|step| step.measure == Measure::EmptyGroup).expect("a step");
    cloud.write(&empty.target.name, "capacity", json!(3));
    let before = cloud.changes().len();
    let undo = contained.undone(Some(empty.number)).await;
    assert_eq!(undo.progress, Progress::Stopped, "{undo:?}");
    assert!(undo.why.is_some_and(|why| why.contains("somebody has changed it since")));
    cloud.write(&empty.target.name, "capacity", json!(9));
    let undo = contained.undone(Some(empty.number)).await;
    assert_eq!(answers(&undo), [(empty.number, "as before already")], "{undo:?}");
    assert_eq!(cloud.changes().len(), before, "nothing was changed either time");
}

/// A set that has another size: it keeps that, and what makes it grow stays off; the rest goes back.
#[tokio::test]
async fn what_does_not_depend_on_what_somebody_changed_goes_back() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let contained = Contained::of(&judgement, |folder| azure_settings(folder, &cloud.url())).await;
    let of = |measure: Measure| {
        let mut steps = contained.run.plan.steps.iter();
        steps.find(|step| step.measure == measure).expect("a step")
    };
    let (empty, hold) = (of(Measure::EmptyGroup), of(Measure::HoldGroup));
    cloud.write(&empty.target.name, "capacity", json!(3));
    let before = cloud.changes().len();
    let undo = contained.undone(None).await;
    assert_eq!(undo.progress, Progress::Done, "{:?} {:#?}", undo.why, undo.steps);
    let changes = cloud.changes().split_off(before);
    let wanted = ["virtualmachines/v/start?", "locks/keep?", "roleassignments/g?"];
    assert_eq!(changes.len(), wanted.len(), "{changes:#?}");
    assert!(changes.iter().zip(wanted).all(|(change, mark)| change.contains(mark)), "{changes:#?}");
    let left = |step: &Step, is_dry: bool| {
        let note = undo.step(step.number, is_dry).expect("a note");
        (note.state.as_str(), note.answer.clone())
    };
    let number = empty.number;
    for is_dry in [true, false] {
        let why = "somebody has changed it since: look at it, and go back by hand";
        assert_eq!(left(empty, is_dry), ("by_hand", why.to_string()));
        let why = format!("left alone, as step {number} was: look at it, and go back by hand");
        assert_eq!(left(hold, is_dry), ("by_hand", why));
    }

    // Nobody undid these two: they are what is left.
    cloud.write(&empty.target.name, "capacity", json!(0));
    let undo = contained.undone(None).await;
    let done: Vec<u32> = answers(&undo).into_iter().map(|(number, _)| number).collect();
    assert_eq!(done, [hold.number, empty.number], "by number: {undo:?}");
}

/// What the dry run could do, and what somebody changed before the run, is left alone by the run.
#[tokio::test]
async fn what_somebody_changes_after_the_dry_run_is_left_alone_too() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let contained = Contained::of(&judgement, |folder| azure_settings(folder, &cloud.url())).await;
    let Contained { store, case, run, settings, .. } = &contained;
    let id = store.ask_undo(run.id, None, "alice", NOW).await.expect("asked");
    cleaner(store, settings).turn().await.expect("tried");
    let tried = store.cleanups(*case).await.expect("runs").remove(0);
    assert!(tried.steps.iter().all(|note| note.state == "done"), "{tried:#?}");
    store.decide_cleanup(id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    let mut steps = run.plan.steps.iter();
    let empty = steps.find(|step| step.measure == Measure::EmptyGroup).expect("a step");
    cloud.write(&empty.target.name, "capacity", json!(3));
    cleaner(store, settings).turn().await.expect("done");
    let undo = store.cleanups(*case).await.expect("runs").remove(0);
    assert_eq!(undo.progress, Progress::Done, "{undo:#?}");
    let left = undo.steps.iter().filter(|note| !note.is_dry && note.state == "by_hand").count();
    assert_eq!((left, answers(&undo).len()), (2, 3), "{undo:#?}");
}

fn note(number: u32, state: &str) -> StepNote {
    StepNote { number, is_dry: false, state: state.to_string(), at: NOW, answer: String::new() }
}

/// A run of a plan with these notes.
fn run_of(plan: &Plan, id: i64, undoes: Option<i64>, steps: Vec<StepNote>) -> Cleanup {
    Cleanup {
        id,
        case: 1,
        undoes,
        progress: Progress::Done,
        plan: plan.clone(),
        digest: String::new(),
        asked_by: "alice".to_string(),
        asked_at: NOW,
        decided_by: None,
        why: None,
        steps,
        formers: Vec::new(),
    }
}

#[test]
fn each_step_can_be_undone_or_says_why_not() {
    let plan = plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"]));
    let of =
        |measure: Measure| plan.steps.iter().find(|step| step.measure == measure).expect("a step");
    let (stop, remove) = (of(Measure::Stop), of(Measure::Remove));
    let kept = |former: &Former| Some(former.clone());
    let same = Former::Never(Stays::Same);
    for (measure, state, former, wanted) in [
        (Measure::Stop, "", None, Some(Stays::NotDone)),
        (Measure::Stop, "by_hand", None, Some(Stays::ByHand)),
        (Measure::Stop, "done", None, Some(Stays::Unrecorded)),
        (Measure::Stop, "done", kept(&same), Some(Stays::Same)),
        (Measure::Stop, "done", kept(&Former::There), None),
        (Measure::Stop, "begun", kept(&Former::There), None),
        (Measure::Stop, "failed", kept(&Former::There), None),
        (Measure::CutPrincipal, "done", kept(&Former::There), None),
        (Measure::Snapshot, "done", None, Some(Stays::Copy)),
        (Measure::Remove, "done", None, Some(Stays::Removed)),
        (Measure::Remove, "", None, Some(Stays::NotDone)),
    ] {
        let step = of(measure);
        let notes = if state.is_empty() { vec![] } else { vec![note(step.number, state)] };
        let mut run = run_of(&plan, 1, None, notes);
        let former = former.map(|former| FormerNote { number: step.number, former });
        run.formers.extend(former);
        let told = run.stays(step, std::slice::from_ref(&run));
        assert_eq!(told, wanted, "{measure} {state}: {:?}", run.formers);
    }
    let mut run = run_of(&plan, 2, None, vec![note(stop.number, "done")]);
    run.formers.push(FormerNote { number: stop.number, former: Former::There });
    let other =
        |id, undoes, step: &Step, state| run_of(&plan, id, undoes, vec![note(step.number, state)]);
    for (runs, wanted) in [
        (vec![other(3, Some(2), stop, "done")], Some(Stays::Undone)),
        (vec![other(3, Some(2), stop, "failed")], None),
        (vec![other(3, Some(1), stop, "done")], None),
        (vec![other(3, None, remove, "done")], Some(Stays::RemovedSince)),
        (vec![other(3, None, remove, "failed")], None),
        (vec![other(1, None, remove, "done")], None),
    ] {
        assert_eq!(run.stays(stop, &runs), wanted, "{runs:#?}");
    }
}

#[tokio::test]
async fn an_undo_needs_somebody_else_and_what_is_kept_stays() {
    let judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let (_folder, store, case) = store_with(&judgement).await;
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| matches!(step.measure, Measure::Stop | Measure::Snapshot));
    let (copy, stop) = (plan.steps[0].number, plan.steps[1].number);
    let run = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    let early = store.keep_former(run, stop, &Former::There).await;
    assert!(matches!(early, Err(Error::Refused(_))), "before it is approved: {early:?}");
    let open = store.ask_undo(run, None, "alice", NOW).await;
    assert!(matches!(open, Err(Error::Refused(_))), "nothing is done yet: {open:?}");
    store.end_cleanup(run, Progress::Tried, "", NOW).await.expect("tried");
    let digest = store.cleanups(case).await.expect("runs")[0].digest.clone();
    store.decide_cleanup(run, Some(&digest), "bob", NOW).await.expect("approved");
    for (number, former) in [
        (copy, Former::Never(Stays::Copy)),
        (stop, Former::There),
        (stop, Former::Never(Stays::Same)),
    ] {
        store.keep_former(run, number, &former).await.expect("kept");
        store.note_step(run, &note(number, "done")).await.expect("noted");
    }
    let open = store.ask_undo(run, None, "alice", NOW).await;
    assert!(matches!(open, Err(Error::Refused(_))), "it is still under way: {open:?}");
    store.end_cleanup(run, Progress::Done, "", NOW).await.expect("done");
    let kept = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(kept.former(stop), Some(&Former::There), "the first that was kept");

    let none = store.ask_undo(run, Some(copy), "alice", NOW).await;
    assert!(matches!(none, Err(Error::Refused(_))), "a copy stays: {none:?}");
    for (run, step) in [(run, 99), (99, stop)] {
        let missing = store.ask_undo(run, Some(step), "alice", NOW).await;
        assert!(matches!(missing, Err(Error::Missing(_))), "{run} {step}: {missing:?}");
    }
    let undo = store.ask_undo(run, None, "alice", NOW).await.expect("asked");
    let asked = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!((asked.id, asked.undoes), (undo, Some(run)));
    assert_eq!(asked.plan.steps.iter().map(|step| step.number).collect::<Vec<_>>(), [stop]);
    assert_eq!(asked.former(stop), Some(&Former::There), "what it goes back to");
    assert_ne!(asked.digest, digest);
    store.end_cleanup(undo, Progress::Tried, "", NOW).await.expect("tried");
    for (by, seen) in [("alice", asked.digest.as_str()), ("bob", digest.as_str())] {
        let refused = store.decide_cleanup(undo, Some(seen), by, NOW).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{by}: {refused:?}");
    }
    store.decide_cleanup(undo, Some(&asked.digest), "bob", NOW).await.expect("approved");
    store.note_step(undo, &note(stop, "done")).await.expect("noted");
    store.end_cleanup(undo, Progress::Done, "", NOW).await.expect("done");
    for (run, step) in [(run, None), (run, Some(stop)), (undo, None)] {
        let refused = store.ask_undo(run, step, "alice", NOW).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{run} {step:?}: {refused:?}");
    }
    let log = store.activity(case).await.expect("entries");
    let of_undo = log.iter().filter(|entry| entry.kind.starts_with("undo_"));
    let told: Vec<(&str, &str)> =
        of_undo.map(|entry| (entry.kind.as_str(), entry.actor.as_str())).collect();
    let wanted = [
        ("undo_asked", "alice"),
        ("undo_tried", "firedamp"),
        ("undo_approved", "bob"),
        ("undo_step", "firedamp"),
        ("undo_done", "firedamp"),
    ];
    assert_eq!(told, wanted);
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

/// Stopped, started again by somebody, and stopped by a second run: the undo of the first is no way around it.
#[test]
fn what_a_later_run_did_again_is_undone_there_first() {
    let plan = plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"]));
    let mut steps = plan.steps.iter();
    let stop = steps.find(|step| step.measure == Measure::Stop).expect("a step").number;
    let with = |id, undoes, state: &str, former: Former| {
        let mut run = run_of(&plan, id, undoes, vec![note(stop, state)]);
        run.formers.push(FormerNote { number: stop, former });
        run
    };
    let first = with(1, None, "done", Former::There);
    let step = plan.steps.iter().find(|step| step.number == stop).expect("a step");
    let again = |state, former| with(2, None, state, former);
    let undone = with(3, Some(2), "done", Former::There);
    for (others, wanted) in [
        (vec![again("done", Former::There)], Some(Stays::DoneAgain)),
        (vec![again("begun", Former::There)], Some(Stays::DoneAgain)),
        (vec![again("done", Former::Never(Stays::Same))], None),
        (vec![again("by_hand", Former::There)], None),
        (vec![again("done", Former::There), undone], None),
        (vec![with(2, Some(7), "done", Former::There)], None),
    ] {
        let runs: Vec<Cleanup> = std::iter::once(first.clone()).chain(others).collect();
        assert_eq!(first.stays(step, &runs), wanted, "{runs:#?}");
    }
    let second = again("done", Former::There);
    let runs = [second.clone(), first];
    assert_eq!(second.stays(step, &runs), None, "the last one can be undone");
}
