//! What is printed to connect a cloud: templates that give no more than reading, and what is off.

use std::{io::Write, process::Stdio};

use serde_json::{Value, json};

use crate::program::{Run, command, firedamp};

fn checked(cloud: &str, answers: &[Value]) -> Run {
    let mut child = command()
        .args(["connect", cloud, "--bucket", "logs", "--check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let text: String = answers.iter().map(|answer| format!("{answer:#}\n")).collect();
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    child.wait_with_output().expect("an end").into()
}

#[test]
fn templates_give_no_more_than_reading() {
    let run = firedamp(&["connect", "aws", "--reader", "111122223333", "--bucket", "logs"]);
    let role: Value = serde_json::from_str(&run.out).expect("a template");
    let reader = &role["Resources"]["Reader"]["Properties"];
    let asked = &reader["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(asked["sts:ExternalId"]["Ref"], "ExternalId");
    assert_eq!(role["Parameters"]["ExternalId"]["Default"].as_str().map(str::len), Some(32));
    let again = firedamp(&["connect", "aws"]);
    assert_ne!(again.out, run.out, "each customer's external id is its own");
    let allowed: Vec<String> = reader["Policies"][0]["PolicyDocument"]["Statement"]
        .as_array()
        .expect("statements")
        .iter()
        .map(|one| one["Action"].to_string())
        .collect();
    let wanted = [
        r#""s3:ListBucket""#,
        r#""s3:GetObject""#,
        r#"["sqs:ReceiveMessage","sqs:DeleteMessage"]"#,
    ];
    assert_eq!(allowed, wanted);
    let run = firedamp(&["connect", "azure", "--reader", "tenant", "--principal", "group"]);
    let template: Value = serde_json::from_str(&run.out).expect("a template");
    let given = &template["resources"][0]["properties"]["authorizations"];
    // Monitoring Reader, among Azure's built-in roles.
    assert_eq!(given[0]["roleDefinitionId"], "43d0d8ad-25c7-4714-9337-8ba259a9fe05");
    assert_eq!(given.as_array().map(Vec::len), Some(1));
    let run = firedamp(&["connect", "gcp", "--reader", "desk", "--bucket", "logs"]);
    let roles: Vec<&str> = run.out.split("--role=").skip(1).map(|rest| rest.trim_end()).collect();
    let roles: Vec<&str> = roles.iter().filter_map(|rest| rest.lines().next()).collect();
    assert_eq!(roles, ["roles/storage.objectViewer", "roles/pubsub.subscriber"], "{}", run.out);
    let subscriber = "subscriptions add-iam-policy-binding firedamp --project=desk";
    assert!(run.out.contains(subscriber), "on the subscription, not the project: {}", run.out);
    assert!(run.out.contains("notifications create gs://logs"), "{}", run.out);
    assert!(run.out.contains("--queue pubsub://desk/firedamp\n"), "{}", run.out);
}

#[test]
fn what_is_off_is_told_with_the_command_that_turns_it_on() {
    let run = checked(
        "aws",
        &[
            json!({"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"},
                            {"VpcId": "vpc-2", "OwnerId": "111122223333"}]}),
            json!({"FlowLogs": [{"ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL"},
                                {"ResourceId": "vpc-2", "FlowLogStatus": "ACTIVE", "TrafficType": "REJECT"}]}),
            json!({"trailList": []}),
        ],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("on   aws:111122223333  flow log of vpc-1\n"), "{}", run.out);
    assert!(run.out.contains("OFF  aws:111122223333  flow log of vpc-2\n"), "{}", run.out);
    assert!(run.out.contains("--resource-ids vpc-2 --traffic-type ALL"), "{}", run.out);
    assert!(run.out.contains("OFF  aws:111122223333  audit log"), "{}", run.out);
    assert!(!run.out.contains("DNS"), "what nobody told of is not guessed: {}", run.out);
}

#[test]
fn azure_and_google_tell_by_subscription_and_project() {
    let id = "00000000-0000-0000-0000-000000000001";
    let network = format!(
        "/subscriptions/{id}/resourceGroups/a/providers/Microsoft.Network/virtualNetworks/net"
    );
    let setting = format!("/subscriptions/{id}/providers/microsoft.insights/diagnosticSettings/x");
    let run = checked(
        "azure",
        &[
            json!([{"id": network, "type": "Microsoft.Network/virtualNetworks", "location": "westeurope"}]),
            json!({"value": [{"id": setting, "storageAccountId": "/s",
                              "logs": [{"category": "Administrative", "enabled": true}]}]}),
        ],
    );
    assert!(run.out.contains(&format!("OFF  azure:{id}  flow log of net")), "{}", run.out);
    assert!(run.out.contains(&format!("on   azure:{id}  audit log")), "{}", run.out);
    let base = "https://www.googleapis.com/compute/v1/projects/shop";
    let run = checked(
        "gcp",
        &[json!([
            {"kind": "compute#subnetwork", "name": "a", "region": format!("{base}/regions/r1"),
             "selfLink": format!("{base}/regions/r1/subnetworks/a"), "enableFlowLogs": true},
            {"kind": "compute#subnetwork", "name": "b", "region": format!("{base}/regions/r1"),
             "selfLink": format!("{base}/regions/r1/subnetworks/b")},
        ])],
    );
    assert!(run.out.contains("on   gcp:shop  flow log of r1/a\n"), "{}", run.out);
    assert!(run.out.contains("OFF  gcp:shop  flow log of r1/b\n"), "{}", run.out);
}

#[test]
fn names_in_answers_start_no_commands_of_their_own() {
    let evil = "vpc-1; rm -rf ~ $(x) 'y' \u{1b}[31m";
    let run = checked(
        "aws",
        &[json!({"Vpcs": [{"VpcId": evil, "OwnerId": "111122223333"}]}), json!({"FlowLogs": []})],
    );
    assert!(run.out.contains(r"--resource-ids 'vpc-1; rm -rf ~ $(x) '\''y'\'' "), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "{}", run.out);
    for answers in ["{", "[1", "{}"] {
        let mut child = command()
            .args(["connect", "gcp", "--check", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        child.stdin.take().expect("a pipe").write_all(answers.as_bytes()).expect("it reads");
        let run: Run = child.wait_with_output().expect("an end").into();
        assert_eq!(run.code, 2, "{answers}: {}", run.out);
    }
}
