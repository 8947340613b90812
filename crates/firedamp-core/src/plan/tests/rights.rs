//! Rights, keys and quotas that hijackers leave behind in Azure and Google Cloud.

use super::*;

/// What `elevateAccess` gave is at no subscription, so that no other step takes it back.
#[test]
fn rights_over_everything_are_taken_back_at_the_root() {
    let thief = "99991111-2222-3333-4444-555566667777";
    let case = |provider: &str, principal: &str, kind: &str| {
        json!({
            "provider": provider, "account": SUBSCRIPTION,
            "findings": [{"detector": "hijack_sequence", "llr": 10.0, "evidence": {"principals": [principal]}}],
            "deeds": [{"at": "2026-03-01T09:00:00Z", "action": "elevate_access", "kind": kind,
                "operation": "Microsoft.Authorization/elevateAccess/action", "principal": principal}],
        })
    };
    let at_root = "--role User Access Administrator --scope /";
    let own = format!("--subscription {SUBSCRIPTION}");
    for (kind, called) in [("person", "User"), ("application", "ServicePrincipal")] {
        let plan = plan(&case("azure", thief, kind));
        let [taken, back] = lines(&plan, Measure::DropElevation, thief);
        let list = format!("list {at_root} --assignee {thief} --query [0].id --output tsv {own}");
        let delete = format!("delete --ids ? {own}");
        assert_eq!(taken, [list, delete].map(|rest| format!("az role assignment {rest}")));
        let who = format!("--assignee-object-id {thief} --assignee-principal-type {called}");
        assert_eq!(back, [format!("az role assignment create {at_root} {who} {own}")]);
        let step = plan.steps.iter().find(|step| step.measure == Measure::DropElevation);
        let commands = &step.expect("a step").commands;
        assert!(commands[0].keeps && !commands[0].changes && commands[1].changes);
    }
    // A name that Entra does not give is a person's; what others call so ends by itself.
    let strange = plan(&case("azure", "x@y.example", "person"));
    let step = strange.steps.iter().find(|step| step.measure == Measure::DropElevation);
    assert_eq!(step.expect("a step").hand, Some(Hand::Judgement));
    let is_dropped = |step: &Step| step.measure == Measure::DropElevation;
    assert!(!plan(&case("aws", USER, "person")).steps.iter().any(is_dropped));
}

#[test]
fn keys_and_roles_that_hijackers_of_google_gave_are_taken_back() {
    let robot = "runner@lab-1.iam.gserviceaccount.com";
    let key =
        format!("projects/-/serviceAccounts/{robot}/keys/0123456789abcdef0123456789abcdef01234567");
    let owner = "roles/owner -> user:x@y.example on lab-1";
    let dated = "roles/owner -> user:x@y.example on lab-1 (conditional)";
    let elsewhere = "roles/owner -> user:x@y.example on lab-2";
    let hostile = "roles/owner -> user:--x on lab-1";
    let everybodys =
        "projects/lab-1/serviceAccounts/1-compute@developer.gserviceaccount.com/keys/0";
    let done = |action: &str, operation: &str, resources: &[&str]| {
        json!({"at": "2026-03-01T09:00:00Z", "action": action, "operation": operation,
            "principal": "thief@y.example", "kind": "person", "resources": resources})
    };
    let plan = plan(&json!({
        "provider": "gcp", "account": "lab-1",
        "first_observed": "2026-03-01T09:00:00Z",
        "findings": [{"detector": "hijack_sequence", "llr": 10.0,
            "evidence": {"principals": ["thief@y.example"]}}],
        "deeds": [
            done("create_credential", "google.iam.admin.v1.CreateServiceAccountKey", &[key.as_str(), everybodys]),
            done("grant_access", "SetIamPolicy", &[owner, dated, elsewhere, hostile]),
        ],
    }));
    let own = "--quiet --project=lab-1";
    let number = "0123456789abcdef0123456789abcdef01234567";
    let keys = |verb: &str| {
        format!("gcloud iam service-accounts keys {verb} {number} --iam-account={robot} {own}")
    };
    assert_eq!(
        lines(&plan, Measure::CutKey, &key),
        ["disable", "enable"].map(|verb| vec![keys(verb)])
    );
    assert_eq!(lines(&plan, Measure::Remove, &key), [vec![keys("delete")], vec![]]);
    let options = "lab-1 --member=user:x@y.example --role=roles/owner --condition=None";
    let binding = |verb: &str| format!("gcloud projects {verb}-iam-policy-binding {options} {own}");
    assert_eq!(
        lines(&plan, Measure::DropGrant, owner),
        ["remove", "add"].map(|verb| vec![binding(verb)])
    );
    for (name, hand) in
        [(dated, Hand::Judgement), (elsewhere, Hand::Elsewhere), (hostile, Hand::StrangeName)]
    {
        assert_eq!(measures(&plan, name), [Measure::DropGrant]);
        let step = plan.steps.iter().find(|step| step.target.name == name).expect("a step");
        assert!(step.hand == Some(hand) && step.commands.is_empty(), "{step:?}");
    }
}

/// A record of use names the key with the service before it.
#[test]
fn the_key_that_machines_of_google_were_made_with_is_switched_off() {
    let robot = "runner@lab-1.iam.gserviceaccount.com";
    let key = format!("projects/lab-1/serviceAccounts/{robot}/keys/0123456789abcdef0123");
    let plan = plan(&json!({
        "provider": "gcp", "account": "lab-1",
        "resources": [{"id": "vm-1", "first_observed": "2026-03-01T10:00:00Z",
            "created": {"at": "2026-03-01T09:00:00Z", "by": robot, "kind": "application",
                "application": format!("//iam.googleapis.com/{key}")}}],
        "findings": [{"detector": "hijack_sequence", "llr": 10.0, "evidence": {"principals": [robot]}}],
    }));
    assert_eq!(measures(&plan, &key), [Measure::CutKey], "it was there before: switched off alone");
    assert_eq!(lines(&plan, Measure::CutKey, &key).map(|lines| lines.len()), [1, 1]);
}

/// Nobody notices a quota that stays high: what was raised, and where, is a step by hand.
#[test]
fn quotas_that_hijackers_raised_are_not_forgotten() {
    let quota = format!("/subscriptions/{SUBSCRIPTION}/providers/microsoft.quota/quotas/q");
    let placed = format!("{quota}, us-east-1");
    for (provider, account, named, shown, hand) in [
        ("aws", "111122223333", "ec2 L-1216C47A", "ec2 L-1216C47A, us-east-1", Hand::NoCommand),
        ("azure", SUBSCRIPTION, quota.as_str(), placed.as_str(), Hand::Judgement),
        ("gcp", "lab-1", "", "Raise, us-east-1", Hand::Judgement),
    ] {
        let raised = |principal: &str| {
            let resources: Vec<&str> =
                [named].into_iter().filter(|name| !name.is_empty()).collect();
            json!({"at": "2026-03-01T09:00:00Z", "action": "raise_quota", "operation": "Raise",
                "region": "us-east-1", "principal": principal, "kind": "person",
                "resources": resources})
        };
        let case = |principal: &str| {
            json!({
                "provider": provider, "account": account,
                "findings": [{"detector": "hijack_sequence", "llr": 10.0, "evidence": {"principals": ["thief"]}}],
                "deeds": [raised(principal), raised(principal)],
            })
        };
        let stolen = plan(&case("thief"));
        assert_eq!(measures(&stolen, shown), [Measure::LowerQuota], "once: {stolen:?}");
        let step = stolen.steps.iter().find(|step| step.target.name == shown).expect("a step");
        assert_eq!((step.phase, step.hand), (Phase::Harden, Some(hand)), "{provider}");
        assert!(step.commands.is_empty() && step.target.kind == Kind::Quota);
        assert_eq!(measures(&plan(&case("alice")), shown), [], "the customer's own");
    }
}
