//! What the calls of AWS's APIs mean.

use serde_json::Value;

use crate::event::{Action, ComputeKind};

/// The action of a call, and what kind of compute it makes where it makes some.
pub(super) fn of(service: &str, name: &str) -> (Action, Option<ComputeKind>) {
    if let Some(kind) = compute(service, name) {
        return (Action::CreateCompute, Some(kind));
    }
    (other(service, name), None)
}

fn compute(service: &str, name: &str) -> Option<ComputeKind> {
    let kind = match name {
        "RunInstances" | "StartInstances" | "CreateInstances" | "RequestSpotInstances" => {
            ComputeKind::Machine
        }
        "CreateFleet"
        | "RequestSpotFleet"
        | "CreateAutoScalingGroup"
        | "UpdateAutoScalingGroup"
        | "SetDesiredCapacity"
        | "ModifySpotFleetRequest" => ComputeKind::Fleet,
        "RunTask" | "CreateService" | "UpdateService" | "RegisterTaskDefinition" => {
            ComputeKind::Container
        }
        "CreateComputeEnvironment" | "UpdateComputeEnvironment" | "SubmitJob" => ComputeKind::Batch,
        "CreateNotebookInstance"
        | "StartNotebookInstance"
        | "CreateTrainingJob"
        | "CreateProcessingJob"
        | "CreateEndpointConfig" => ComputeKind::MachineLearning,
        "StartBuild"
        | "StartBuildBatch"
        | "CreateProject"
        | "StartJob"
        | "CreateApp"
        | "CreateImagePipeline"
        | "StartImagePipelineExecution" => ComputeKind::Build,
        "CreateNodegroup" | "UpdateNodegroupConfig" | "RunJobFlow" | "CreateCluster" => {
            ComputeKind::Cluster
        }
        _ if name.starts_with("CreateFunction2") || name == "CreateFunction" => {
            ComputeKind::Function
        }
        _ => return None,
    };
    let services = services(kind);
    services.iter().any(|own| service.starts_with(own)).then_some(kind)
}

/// The services whose calls make compute of a kind; other services have calls of the same names.
const fn services(kind: ComputeKind) -> &'static [&'static str] {
    match kind {
        ComputeKind::Batch => &["batch."],
        ComputeKind::Build => &["codebuild.", "amplify.", "imagebuilder."],
        ComputeKind::Cluster => &["eks.", "elasticmapreduce.", "ecs."],
        ComputeKind::Container => &["ecs."],
        ComputeKind::Fleet => &["ec2.", "autoscaling."],
        ComputeKind::Function => &["lambda."],
        ComputeKind::Machine => &["ec2.", "lightsail."],
        ComputeKind::MachineLearning => &["sagemaker."],
    }
}

fn other(service: &str, name: &str) -> Action {
    let known = ACTIONS.binary_search_by(|(own, _)| (*own).cmp(name));
    match known.ok().and_then(|at| ACTIONS.get(at)) {
        Some((_, action)) => *action,
        None if name == "CreateCase" && service.starts_with("support.") => Action::RaiseQuota,
        None if name.starts_with("AddPermission") && service.starts_with("lambda.") => {
            Action::OpenDoor
        }
        None if name.starts_with("CreateFunctionUrlConfig") => Action::OpenDoor,
        None => Action::Other,
    }
}

/// Calls by name, sorted.
const ACTIONS: [(&str, Action); 83] = [
    ("AcceptHandshake", Action::MoveAccount),
    ("AddRoleToInstanceProfile", Action::GrantAccess),
    ("AddUserToGroup", Action::GrantAccess),
    ("AttachGroupPolicy", Action::GrantAccess),
    ("AttachRolePolicy", Action::GrantAccess),
    ("AttachUserPolicy", Action::GrantAccess),
    ("AuthorizeSecurityGroupIngress", Action::CreateGround),
    ("CancelSpotFleetRequests", Action::DeleteCompute),
    ("ConsoleLogin", Action::SignIn),
    ("CreateAccessKey", Action::CreateCredential),
    ("CreateAccount", Action::CreateAccount),
    ("CreateAccountResult", Action::CreateAccount),
    ("CreateDefaultVpc", Action::CreateGround),
    ("CreateFilter", Action::Blind),
    ("CreateGovCloudAccount", Action::CreateAccount),
    ("CreateGroup", Action::CreatePrincipal),
    ("CreateInstanceProfile", Action::CreatePrincipal),
    ("CreateInternetGateway", Action::CreateGround),
    ("CreateKeyPair", Action::CreateGround),
    ("CreateLaunchConfiguration", Action::CreateGround),
    ("CreateLaunchTemplate", Action::CreateGround),
    ("CreateLaunchTemplateVersion", Action::CreateGround),
    ("CreateLoginProfile", Action::CreateCredential),
    ("CreateOpenIDConnectProvider", Action::CreatePrincipal),
    ("CreateRepository", Action::CreateGround),
    ("CreateRole", Action::CreatePrincipal),
    ("CreateSAMLProvider", Action::CreatePrincipal),
    ("CreateSecurityGroup", Action::CreateGround),
    ("CreateServiceLinkedRole", Action::EnableService),
    ("CreateServiceSpecificCredential", Action::CreateCredential),
    ("CreateSubnet", Action::CreateGround),
    ("CreateUser", Action::CreatePrincipal),
    ("CreateVpc", Action::CreateGround),
    ("DeleteAlarms", Action::Blind),
    ("DeleteAnomalyMonitor", Action::Blind),
    ("DeleteAnomalySubscription", Action::Blind),
    ("DeleteAutoScalingGroup", Action::DeleteCompute),
    ("DeleteBudget", Action::Blind),
    ("DeleteConfigurationRecorder", Action::Blind),
    ("DeleteDetector", Action::Blind),
    ("DeleteFleets", Action::DeleteCompute),
    ("DeleteFlowLogs", Action::Blind),
    ("DeleteNodegroup", Action::DeleteCompute),
    ("DeleteNotebookInstance", Action::DeleteCompute),
    ("DeleteNotification", Action::Blind),
    ("DeleteResolverQueryLogConfig", Action::Blind),
    ("DeleteTrail", Action::Blind),
    ("DescribeAccountAttributes", Action::ReadQuota),
    ("DescribeAccountLimits", Action::ReadQuota),
    ("DescribeInstanceTypeOfferings", Action::ReadQuota),
    ("DescribeInstanceTypes", Action::ReadQuota),
    ("DescribeRegions", Action::ReadQuota),
    ("DescribeSpotPriceHistory", Action::ReadQuota),
    ("DisableAlarmActions", Action::Blind),
    ("DisableSecurityHub", Action::Blind),
    ("EnableRegion", Action::EnableService),
    ("ExecuteCommand", Action::RunScript),
    ("GetAWSDefaultServiceQuota", Action::ReadQuota),
    ("GetFederationToken", Action::CreateCredential),
    ("GetSendQuota", Action::ReadQuota),
    ("GetServiceQuota", Action::ReadQuota),
    ("ImportKeyPair", Action::CreateGround),
    ("InviteAccountToOrganization", Action::MoveAccount),
    ("LeaveOrganization", Action::MoveAccount),
    ("ListServiceQuotas", Action::ReadQuota),
    ("ModifyInstanceAttribute", Action::Protect),
    ("MoveAccount", Action::MoveAccount),
    ("PutEventSelectors", Action::Blind),
    ("PutGroupPolicy", Action::GrantAccess),
    ("PutRolePolicy", Action::GrantAccess),
    ("PutUserPolicy", Action::GrantAccess),
    ("RemoveAccountFromOrganization", Action::MoveAccount),
    ("RequestServiceQuotaIncrease", Action::RaiseQuota),
    ("SendCommand", Action::RunScript),
    ("StartSession", Action::RunScript),
    ("StopConfigurationRecorder", Action::Blind),
    ("StopInstances", Action::DeleteCompute),
    ("StopLogging", Action::Blind),
    ("StopTask", Action::DeleteCompute),
    ("TerminateInstances", Action::DeleteCompute),
    ("UpdateAssumeRolePolicy", Action::GrantAccess),
    ("UpdateDetector", Action::Blind),
    ("UpdateLoginProfile", Action::CreateCredential),
];

/// Whether what the call asked for and got is worth parsing.
pub(super) fn is_looked_into(action: Action, name: &str) -> bool {
    let made = matches!(
        action,
        Action::CreateCompute | Action::DeleteCompute | Action::Protect | Action::RunScript
    );
    let identity = matches!(action, Action::CreateCredential | Action::CreatePrincipal);
    made || identity
        || matches!(action, Action::OpenDoor | Action::CreateAccount | Action::GrantAccess)
        || action == Action::RaiseQuota
        || matches!(name, "CreateLaunchTemplate" | "CreateLaunchConfiguration")
        || matches!(name, "CreateFilter" | "UpdateDetector" | "PutEventSelectors")
}

/// The action of a call whose meaning hangs on what it asked for.
pub(super) fn refined(action: Action, name: &str, request: &Value) -> Action {
    let text = || request.to_string();
    let keeps = match (action, name) {
        (Action::Protect, _) => is_protected(request),
        (Action::OpenDoor, "CreateFunctionUrlConfig") => text().contains("\"NONE\""),
        (Action::OpenDoor, _) => text().contains("\"*\""),
        (Action::Blind, "CreateFilter") => text().contains("\"ARCHIVE\""),
        (Action::Blind, "UpdateDetector") => text().contains("\"enable\":false"),
        (Action::Blind, "PutEventSelectors") => {
            text().contains("\"includeManagementEvents\":false")
        }
        _ => true,
    };
    if keeps { action } else { Action::Other }
}

/// Whether a call keeps machines from being removed or stopped.
pub(super) fn is_protected(request: &Value) -> bool {
    ["disableApiTermination", "disableApiStop"].iter().any(|flag| is_set(request, flag))
}

/// `{"disableApiTermination": {"value": true}}`, or the flag itself.
fn is_set(request: &Value, name: &str) -> bool {
    let flag = request.get(name).map(|value| value.get("value").unwrap_or(value));
    flag.is_some_and(|flag| flag == &Value::Bool(true) || flag.as_str() == Some("true"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_flags_protect_however_they_are_written() {
        for request in [
            json!({"disableApiTermination": {"value": true}}),
            json!({"disableApiTermination": true}),
            json!({"disableApiStop": {"value": "true"}}),
            json!({"disableApiTermination": false, "disableApiStop": true}),
        ] {
            assert!(is_protected(&request), "{request}");
        }
        for request in [json!({"disableApiStop": {"value": false}}), json!({}), Value::Null] {
            assert!(!is_protected(&request), "{request}");
        }
    }

    #[test]
    fn calls_are_sorted_to_be_found() {
        assert!(ACTIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(of("cloudtrail.amazonaws.com", "StopLogging").0, Action::Blind);
        assert_eq!(of("ec2.amazonaws.com", "DescribeInstances").0, Action::Other);
    }
}
