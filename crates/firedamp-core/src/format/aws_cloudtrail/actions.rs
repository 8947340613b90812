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
    match name {
        "GetServiceQuota"
        | "ListServiceQuotas"
        | "GetAWSDefaultServiceQuota"
        | "DescribeAccountAttributes"
        | "DescribeAccountLimits"
        | "DescribeInstanceTypeOfferings"
        | "DescribeInstanceTypes"
        | "DescribeSpotPriceHistory"
        | "GetSendQuota"
        | "DescribeRegions" => Action::ReadQuota,
        "RequestServiceQuotaIncrease" => Action::RaiseQuota,
        "CreateCase" if service.starts_with("support.") => Action::RaiseQuota,
        "EnableRegion" | "CreateServiceLinkedRole" => Action::EnableService,
        "CreateUser"
        | "CreateRole"
        | "CreateGroup"
        | "CreateInstanceProfile"
        | "CreateSAMLProvider"
        | "CreateOpenIDConnectProvider" => Action::CreatePrincipal,
        "CreateAccessKey"
        | "CreateLoginProfile"
        | "UpdateLoginProfile"
        | "GetFederationToken"
        | "CreateServiceSpecificCredential" => Action::CreateCredential,
        "AttachUserPolicy"
        | "AttachRolePolicy"
        | "AttachGroupPolicy"
        | "PutUserPolicy"
        | "PutRolePolicy"
        | "PutGroupPolicy"
        | "AddUserToGroup"
        | "UpdateAssumeRolePolicy"
        | "AddRoleToInstanceProfile" => Action::GrantAccess,
        "StopLogging"
        | "DeleteTrail"
        | "PutEventSelectors"
        | "DeleteFlowLogs"
        | "DeleteDetector"
        | "UpdateDetector"
        | "DeleteBudget"
        | "DeleteAlarms"
        | "DisableAlarmActions"
        | "StopConfigurationRecorder"
        | "DeleteConfigurationRecorder"
        | "DisableSecurityHub"
        | "DeleteAnomalyMonitor"
        | "DeleteAnomalySubscription"
        | "DeleteNotification"
        | "CreateFilter"
        | "DeleteResolverQueryLogConfig" => Action::Blind,
        "ModifyInstanceAttribute" => Action::Protect,
        "CreateKeyPair"
        | "ImportKeyPair"
        | "CreateSecurityGroup"
        | "CreateVpc"
        | "CreateSubnet"
        | "CreateDefaultVpc"
        | "AuthorizeSecurityGroupIngress"
        | "CreateInternetGateway"
        | "CreateLaunchTemplate"
        | "CreateLaunchTemplateVersion"
        | "CreateLaunchConfiguration"
        | "CreateRepository" => Action::CreateGround,
        "TerminateInstances"
        | "StopInstances"
        | "DeleteAutoScalingGroup"
        | "CancelSpotFleetRequests"
        | "DeleteFleets"
        | "StopTask"
        | "DeleteNotebookInstance"
        | "DeleteNodegroup" => Action::DeleteCompute,
        "SendCommand" | "StartSession" | "ExecuteCommand" => Action::RunScript,
        "ConsoleLogin" => Action::SignIn,
        "CreateAccount" | "CreateGovCloudAccount" | "CreateAccountResult" => Action::CreateAccount,
        "LeaveOrganization"
        | "InviteAccountToOrganization"
        | "AcceptHandshake"
        | "RemoveAccountFromOrganization"
        | "MoveAccount" => Action::MoveAccount,
        _ if name.starts_with("AddPermission") && service.starts_with("lambda.") => {
            Action::OpenDoor
        }
        _ if name.starts_with("CreateFunctionUrlConfig") => Action::OpenDoor,
        _ => Action::Other,
    }
}

/// Whether what the call asked for and got is worth parsing.
pub(super) fn is_looked_into(action: Action, name: &str) -> bool {
    let made = matches!(
        action,
        Action::CreateCompute | Action::DeleteCompute | Action::Protect | Action::RunScript
    );
    made || matches!(action, Action::OpenDoor | Action::CreateAccount)
        || matches!(name, "CreateLaunchTemplate" | "CreateLaunchConfiguration")
        || matches!(name, "CreateFilter" | "UpdateDetector" | "PutEventSelectors")
}

/// The action of a call whose meaning hangs on what it asked for.
pub(super) fn refined(action: Action, name: &str, request: &Value) -> Action {
    let text = || request.to_string();
    let keeps = match (action, name) {
        (Action::Protect, _) => is_set(request, "disableApiTermination"),
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

/// `{"disableApiTermination": {"value": true}}`, or the flag itself.
fn is_set(request: &Value, name: &str) -> bool {
    let flag = request.get(name).map(|value| value.get("value").unwrap_or(value));
    flag.is_some_and(|flag| flag == &Value::Bool(true) || flag.as_str() == Some("true"))
}
