//! Azure, Google and Partner Center as their documents show them, and as they are on bad days.

use std::{sync::Arc, time::Duration};

use firedamp::{
    cleanup::{Cleaner, Clouds},
    store::{Act, Action as CaseAction, Cleanup, Judgement, Progress, RequestRow, Store},
};
use firedamp_core::{
    event::Action,
    id::Provider,
    plan::{Measure, Plan},
};
use serde_json::json;

use super::{
    ACCOUNT, NOW,
    clouds::{
        DATA_DISK, DISK, Odd, Recorded, SUBSCRIPTION, aws_settings, azure_settings,
        google_settings, partner_center_settings,
    },
    deed, hijack, plan_of, store_with,
};

fn cleaner(store: &Arc<dyn Store>, settings: &str) -> Cleaner {
    let clouds = Clouds::parse(settings).expect("settings");
    Cleaner::new(store.clone(), clouds, || NOW).with_patience(Duration::from_millis(1))
}

/// Dry run, approval, run; how it ended.
async fn carried_out(
    judgement: &Judgement,
    plan: &Plan,
    settings: impl Fn(&crate::program::Folder) -> String,
) -> Cleanup {
    let (folder, store, case) = store_with(judgement).await;
    let settings = settings(&folder);
    let id = store.ask_cleanup(case, plan, "alice", NOW).await.expect("asked");
    cleaner(&store, &settings).turn().await.expect("tried");
    let tried = store.cleanups(case).await.expect("runs").remove(0);
    if tried.progress != Progress::Tried {
        return tried;
    }
    store.decide_cleanup(id, Some(&tried.digest), "bob", NOW).await.expect("approved");
    cleaner(&store, &settings).turn().await.expect("done");
    store.cleanups(case).await.expect("runs").remove(0)
}

/// A machine and a scale set that grows by itself, a lock and a grant.
pub(super) fn azure_hijack(cloud: &Recorded) -> Judgement {
    let set = format!(
        "/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/s"
    );
    let vm = cloud.vm("v");
    let mut judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&vm, &set]);
    let deeds = &mut judgement.case.details.deeds;
    let lock = format!("{vm}/providers/microsoft.authorization/locks/keep");
    let grant = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/microsoft.authorization/roleassignments/g"
    );
    deeds.push(deed(-300, Action::Protect, "Microsoft.Authorization/locks/write", &[&lock]));
    deeds.push(deed(
        -200,
        Action::GrantAccess,
        "Microsoft.Authorization/roleAssignments/write",
        &[&grant],
    ));
    judgement
}

#[tokio::test]
async fn a_subscription_is_cleaned_up_through_resource_manager() {
    let cloud = Recorded::azure().await;
    let judgement = azure_hijack(&cloud);
    let run = carried_out(&judgement, &plan_of(&judgement), |folder| {
        azure_settings(folder, &cloud.url())
    })
    .await;
    assert_eq!(run.progress, Progress::Done, "{run:?}");
    let changes = cloud.changes();
    let place = |mark: &str| {
        let found = changes.iter().position(|change| change.contains(mark));
        found.unwrap_or_else(|| panic!("no {mark} in {changes:#?}"))
    };
    let copy = |disk: &str| {
        format!(
            "PUT /subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/snapshots/firedamp-{disk}"
        )
    };
    let (disk, data_disk) = (copy(DISK), copy(DATA_DISK));
    let order = [
        disk.as_str(),
        data_disk.as_str(),
        "roleassignments/g?",
        "locks/keep?",
        "autoscaleSettings/grow?",
        "PATCH /subscriptions/00001111-2222-3333-4444-555566667777/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/s?",
        "virtualmachines/v/deallocate?",
        "DELETE /subscriptions/00001111-2222-3333-4444-555566667777/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/s?",
        "DELETE /subscriptions/00001111-2222-3333-4444-555566667777/resourcegroups/rg/providers/microsoft.compute/virtualmachines/v?",
    ];
    let places: Vec<usize> = order.iter().map(|mark| place(mark)).collect();
    assert!(places.is_sorted(), "{places:?} of {changes:#?}");
    let hand = run.steps.iter().filter(|note| !note.is_dry && note.state == "by_hand").count();
    assert!(hand > 0, "people have something left to do");
}

#[tokio::test]
async fn answers_that_nobody_expected_end_a_run_and_say_what_to_do() {
    let vm = "virtualmachines/v/deallocate";
    let error = |code: &str| json!({"error": {"code": code, "message": "no"}});
    for (mark, odd, wanted, told) in [
        (
            vm,
            Odd::Say(409, error("ScopeLocked"), 99),
            Progress::Stopped,
            "A lock that the evidence",
        ),
        (
            vm,
            Odd::Say(403, error("AuthorizationFailed"), 99),
            Progress::Stopped,
            "lacks this right",
        ),
        (vm, Odd::Say(200, json!("whatever"), 99), Progress::Done, ""),
        (vm, Odd::Say(302, json!({}), 99), Progress::Stopped, "answered 302"),
        (vm, Odd::Say(503, json!({}), 2), Progress::Done, ""),
        (vm, Odd::Say(503, json!({}), 99), Progress::Stopped, "tried 6 times"),
        (vm, Odd::Busy, Progress::Done, ""),
        (
            "GET /operation",
            Odd::Say(200, json!({"status": "Failed", "error": {"code": "X"}}), 99),
            Progress::Stopped,
            "X",
        ),
    ] {
        let cloud = Recorded::azure().await;
        let judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("v"), &cloud.vm("w")]);
        let mut plan = plan_of(&judgement);
        plan.steps.retain(|step| step.measure == Measure::Stop);
        cloud.odd(mark, odd.clone());
        let run =
            carried_out(&judgement, &plan, |folder| azure_settings(folder, &cloud.url())).await;
        assert_eq!(run.progress, wanted, "{odd:?}: {run:?}");
        let why = run.why.unwrap_or_default();
        assert!(why.contains(told), "{odd:?}: {why}");
        if wanted == Progress::Stopped && mark == vm {
            let after = cloud.changes().iter().any(|change| change.contains("machines/w/"));
            assert!(!after, "nothing is done after it");
        }
    }
}

#[tokio::test]
async fn a_project_is_cleaned_up_through_compute_engine() {
    let cloud = Recorded::google().await;
    let mut judgement = hijack(Provider::Gcp, "lab-1", &["vm-1", "miners"]);
    judgement.case.details.deeds = vec![
        deed(-600, Action::CreateCompute, "v1.compute.instances.insert", &["vm-1"]),
        deed(-500, Action::CreateCompute, "v1.compute.instanceGroupManagers.insert", &["miners"]),
        deed(-400, Action::Protect, "v1.compute.instances.setDeletionProtection", &["vm-1"]),
    ];
    for (deed, region) in
        judgement.case.details.deeds.iter_mut().zip(["us-central1", "europe-west1", "us-central1"])
    {
        deed.region = region.to_string();
    }
    let run = carried_out(&judgement, &plan_of(&judgement), |folder| {
        google_settings(folder, &cloud.url())
    })
    .await;
    assert_eq!(run.progress, Progress::Done, "{run:?}");
    assert_eq!(
        cloud.changes(),
        [
            "POST /compute/v1/projects/lab-1/zones/us-central1-a/disks/vm-1/createSnapshot",
            "PATCH /compute/v1/projects/lab-1/zones/europe-west1-b/autoscalers?autoscaler=grow",
            "POST /compute/v1/projects/lab-1/zones/europe-west1-b/instanceGroupManagers/miners/resize?size=0",
            "POST /compute/v1/projects/lab-1/zones/us-central1-a/instances/vm-1/setDeletionProtection?deletionProtection=false",
            "POST /compute/v1/projects/lab-1/zones/us-central1-a/instances/vm-1/stop",
            "DELETE /compute/v1/projects/lab-1/zones/europe-west1-b/instanceGroupManagers/miners",
            "DELETE /compute/v1/projects/lab-1/zones/us-central1-a/instances/vm-1",
        ]
    );
}

/// One machine of a project, removed as the plan says; its maker worked in this region, where the log
/// says so, and these zones have machines of its name.
async fn removed(region: &str, zones: &[&str]) -> (Cleanup, Vec<String>) {
    let cloud = Recorded::google().await;
    let mut judgement = hijack(Provider::Gcp, "lab-1", &["web-1"]);
    let mut made = deed(-600, Action::CreateCompute, "v1.compute.instances.insert", &["web-1"]);
    made.region = region.to_string();
    judgement.case.details.deeds = vec![made];
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == Measure::Remove);
    let machine = json!({"instances": [{"name": "web-1", "status": "RUNNING"}]});
    let items: serde_json::Map<String, serde_json::Value> =
        zones.iter().map(|zone| (format!("zones/{zone}"), machine.clone())).collect();
    cloud.odd("/aggregated/instances?", Odd::Say(200, json!({"items": items}), 99));
    let settings = |folder: &crate::program::Folder| google_settings(folder, &cloud.url());
    let run = carried_out(&judgement, &plan, settings).await;
    (run, cloud.changes())
}

#[tokio::test]
async fn a_machine_is_removed_where_it_was_made_and_not_its_namesake() {
    let zones = ["europe-west1-b", "us-west4-b", "us-west41-b"];
    let (run, changes) = removed("us-west4", &zones).await;
    assert_eq!(run.progress, Progress::Done, "{run:?}");
    let own = "DELETE /compute/v1/projects/lab-1/zones/us-west4-b/instances/web-1";
    assert_eq!(changes, [own]);
    let (run, changes) = removed("us-west4", &zones[..1]).await;
    assert_eq!((run.progress, changes.len()), (Progress::Done, 0), "gone already: {run:?}");
    for (region, zones) in [("", &zones[..2]), ("us-west4", &["us-west4-a", "us-west4-b"][..])] {
        let (run, changes) = removed(region, zones).await;
        assert_eq!((run.progress, changes.len()), (Progress::Stopped, 0), "{run:?}");
        let why = run.why.unwrap_or_default();
        assert!(why.contains("2 are called so: in zones/"), "{why}");
    }
}

/// A machine of an old name has another disk, and the copy of the old one is no copy of it.
#[tokio::test]
async fn a_copy_is_of_the_disk_that_it_is_wanted_of_or_nothing_is_removed() {
    let google = |id: &str| json!({"name": "firedamp-77", "sourceDiskId": id});
    let azure = |id: &str| json!({"properties": {"creationData": {"sourceUniqueId": id}}});
    for (is_azure, said, wanted) in [
        (false, google("77"), Progress::Done),
        (false, google("12"), Progress::Stopped),
        (true, azure(DISK), Progress::Done),
        (true, azure("cccc1111-2222-3333-4444-555566667777"), Progress::Stopped),
    ] {
        let cloud = if is_azure { Recorded::azure().await } else { Recorded::google().await };
        cloud.odd("snapshots/firedamp-", Odd::Say(200, said.clone(), 1));
        let judgement = match is_azure {
            true => hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("v")]),
            false => hijack(Provider::Gcp, "lab-1", &["vm-1"]),
        };
        let mut plan = plan_of(&judgement);
        plan.steps.retain(|step| matches!(step.measure, Measure::Snapshot | Measure::Remove));
        for step in &mut plan.steps {
            step.target.place = None;
        }
        let run = carried_out(&judgement, &plan, |folder| match is_azure {
            true => azure_settings(folder, &cloud.url()),
            false => google_settings(folder, &cloud.url()),
        })
        .await;
        assert_eq!(run.progress, wanted, "{said}: {run:?}");
        let removed = cloud.changes().iter().any(|change| change.starts_with("DELETE "));
        assert_eq!(removed, wanted == Progress::Done, "{:?}", cloud.changes());
    }
}

/// The customer's own machine, in a network with IPv6, and a group that somebody made before.
#[tokio::test]
async fn a_machine_is_cut_off_by_a_group_without_any_rule() {
    let judgement = {
        let mut judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
        judgement.case.details.deeds.clear();
        judgement
    };
    let mut plan = plan_of(&judgement);
    plan.steps.retain(|step| step.measure == Measure::Isolate);
    assert_eq!(plan.steps.len(), 1);
    for stays in [None, Some("SecurityGroupRuleId.1=sgr-6")] {
        let cloud = Recorded::aws().await;
        if let Some(stays) = stays {
            cloud.odd(stays, Odd::Say(200, json!(""), 99));
        }
        let run = carried_out(&judgement, &plan, |folder| aws_settings(folder, &cloud.url())).await;
        let changes = cloud.changes();
        let asked = |text: &str| changes.iter().any(|change| change.contains(text));
        for rule in ["Egress&Version=2016-11-15&GroupId=sg-9&SecurityGroupRuleId.1=sgr-4", "sgr-in"]
        {
            assert!(asked(rule), "{rule}: {changes:#?}");
        }
        let is_cut = asked("Action=ModifyInstanceAttribute");
        let wanted = if stays.is_none() { Progress::Done } else { Progress::Stopped };
        assert_eq!((run.progress, is_cut), (wanted, stays.is_none()), "{run:?}");
    }
}

#[tokio::test]
async fn a_key_of_another_place_does_nothing() {
    let cloud = Recorded::azure().await;
    cloud.odd(
        "GET /subscriptions/00001111-2222-3333-4444-555566667777?",
        Odd::Say(404, json!({}), 99),
    );
    let judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("v")]);
    let run = carried_out(&judgement, &plan_of(&judgement), |folder| {
        azure_settings(folder, &cloud.url())
    })
    .await;
    assert_eq!(run.progress, Progress::Stopped);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_request_is_filed_once_and_its_refusal_is_explained() {
    let cloud = Recorded::partner_center().await;
    let judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("v")]);
    let (folder, store, case) = store_with(&judgement).await;
    let asked = RequestRow {
        case,
        incident: NOW,
        kind: "credit".to_string(),
        state: "asked".to_string(),
        reference: String::new(),
        by: "alice".to_string(),
        filed_at: NOW,
        why: String::new(),
    };
    for token in ["of-an-application", "a-token", "a-token"] {
        store.note_request(&asked, NOW).await.expect("asked");
        let settings = partner_center_settings(&folder, &cloud.url(), token);
        cleaner(&store, &settings).turn().await.expect("filed");
        let request = store.requests(case).await.expect("requests").remove(0);
        match token {
            "a-token" => {
                assert_eq!((&*request.state, &*request.reference), ("filed", "616122292874570"));
            }
            _ => assert!(request.reference.contains("a person signs in"), "{request:?}"),
        }
    }
}

/// Asked for in an incident that is over before the program comes to it: its form would tell of the next.
#[tokio::test]
async fn a_request_of_an_incident_that_is_over_is_not_filed() {
    let cloud = Recorded::partner_center().await;
    let mut judgement = hijack(Provider::Azure, SUBSCRIPTION, &[&cloud.vm("v")]);
    let (folder, store, case) = store_with(&judgement).await;
    let asked = RequestRow {
        case,
        incident: NOW,
        kind: "report".to_string(),
        state: "asked".to_string(),
        reference: String::new(),
        by: "alice".to_string(),
        filed_at: NOW,
        why: String::new(),
    };
    store.note_request(&asked, NOW).await.expect("asked");
    let action = CaseAction::ResolveAnyway("the customer removed it".to_string());
    let resolve =
        Act { case, revision: None, actor: "alice".to_string(), at: super::at(90), action };
    store.act(&resolve).await.expect("resolved");
    judgement.case.last_observed = super::at(90_000);
    store.judge(&judgement, super::at(90_000)).await.expect("judged");
    let settings = partner_center_settings(&folder, &cloud.url(), "a-token");
    cleaner(&store, &settings).turn().await.expect("a turn");
    let request = store.requests(case).await.expect("requests").remove(0);
    assert_eq!((&*request.state, request.incident), ("failed", NOW));
    assert!(request.reference.contains("another incident began"), "{request:?}");
    assert_eq!(cloud.changes(), Vec::<String>::new(), "nothing was filed");
}
