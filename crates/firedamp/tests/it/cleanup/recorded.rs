//! Azure, Google and Partner Center as their documents show them, and as they are on bad days.

use std::{sync::Arc, time::Duration};

use firedamp::{
    cleanup::{Cleaner, Clouds},
    store::{Cleanup, Judgement, Progress, RequestRow, Store},
};
use firedamp_core::{
    event::Action,
    id::Provider,
    plan::{Measure, Plan},
};
use serde_json::json;

use super::{
    NOW,
    clouds::{
        Odd, Recorded, SUBSCRIPTION, azure_settings, google_settings, partner_center_settings,
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
fn azure_hijack(cloud: &Recorded) -> Judgement {
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
    let order = [
        "PUT /subscriptions/00001111-2222-3333-4444-555566667777/resourceGroups/rg/providers/Microsoft.Compute/snapshots/firedamp-v",
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
        kind: "credit".to_string(),
        state: "asked".to_string(),
        reference: String::new(),
        by: "alice".to_string(),
        filed_at: NOW,
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
