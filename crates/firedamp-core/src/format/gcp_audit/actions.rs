//! What the methods of Google's services mean.

use serde_json::Value;

use crate::{
    event::{Action, ComputeKind},
    format::audit,
};

/// The action of a method, and what kind of compute it makes where it makes some. The ends of methods
/// are compared, because versions stand in front of them.
pub(super) fn of(method: &str) -> (Action, Option<ComputeKind>) {
    let ends = |end: &str| {
        method.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if let Some((_, kind)) = MAKERS.iter().find(|(end, _)| ends(end)) {
        return (Action::CreateCompute, Some(*kind));
    }
    let known = ACTIONS.iter().find(|(end, _)| ends(end));
    (known.map_or(Action::Other, |(_, action)| *action), None)
}

/// Whether what the method asked for is worth parsing.
pub(super) fn is_looked_into(action: Action, method: &str) -> bool {
    matches!(action, Action::CreateCompute | Action::RunScript | Action::Protect)
        || action == Action::Blind && method.ends_with(UPDATE_SINK)
}

/// The action of a method whose meaning hangs on what it asked for: protection is taken away with
/// the same method that gives it, and a sink is changed for many reasons.
pub(super) fn refined(action: Action, method: &str, request: &Value) -> Action {
    let keeps = match action {
        Action::Protect => audit::has_flag(request, "deletionProtection", true),
        Action::Blind if method.ends_with(UPDATE_SINK) => is_closed(request),
        _ => true,
    };
    if keeps { action } else { Action::Other }
}

/// Whether a sink is switched off, or lets audit logs pass by.
fn is_closed(request: &Value) -> bool {
    let sink = request.get("sink").unwrap_or(request);
    let is_off = |rule: &Value| audit::has_flag(rule, "disabled", true);
    let filter = |rule: &Value| rule.get("filter").and_then(Value::as_str).map(spaceless);
    let exclusions = sink.get("exclusions").and_then(Value::as_array).into_iter().flatten();
    let mut excluded = exclusions.filter(|rule| !is_off(rule)).filter_map(filter);
    sink.get("disabled").is_some_and(|flag| flag == &Value::Bool(true))
        || excluded.any(|filter| filter.contains(ACTIVITY))
        || filter(sink).is_some_and(|filter| leaves_out_activity(&filter))
}

/// Whether a filter names the log of what was changed only to leave it out.
fn leaves_out_activity(filter: &str) -> bool {
    let Some((before, _)) = filter.split_once(ACTIVITY) else {
        return false;
    };
    // The comparison that names the log, from the word or the sign before it on.
    let start = before.rfind("logname").or_else(|| before.rfind("log_id")).unwrap_or(before.len());
    let (ahead, comparison) = before.split_at(start);
    ahead.ends_with("not") || ahead.ends_with('-') || comparison.contains("!=")
}

/// In small letters, without spaces and brackets, with plain slashes.
fn spaceless(filter: &str) -> String {
    let filter = filter.to_ascii_lowercase().replace("%2f", "/");
    filter.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '(' | ')')).collect()
}

/// The log of what was changed, as filters name it.
const ACTIVITY: &str = "cloudaudit.googleapis.com/activity";
const UPDATE_SINK: &str = "ConfigServiceV2.UpdateSink";

const MAKERS: [(&str, ComputeKind); 24] = [
    ("compute.instances.insert", ComputeKind::Machine),
    ("compute.instances.start", ComputeKind::Machine),
    ("compute.instances.bulkInsert", ComputeKind::Fleet),
    ("compute.regionInstances.bulkInsert", ComputeKind::Fleet),
    ("compute.instanceGroupManagers.insert", ComputeKind::Fleet),
    ("compute.instanceGroupManagers.resize", ComputeKind::Fleet),
    ("compute.regionInstanceGroupManagers.insert", ComputeKind::Fleet),
    ("compute.regionInstanceGroupManagers.resize", ComputeKind::Fleet),
    ("ClusterManager.CreateCluster", ComputeKind::Cluster),
    ("ClusterManager.CreateNodePool", ComputeKind::Cluster),
    ("ClusterManager.SetNodePoolSize", ComputeKind::Cluster),
    ("ClusterController.CreateCluster", ComputeKind::Cluster),
    ("NotebookService.CreateInstance", ComputeKind::MachineLearning),
    ("NotebookService.CreateRuntime", ComputeKind::MachineLearning),
    ("JobService.CreateCustomJob", ComputeKind::MachineLearning),
    ("tpu.v2.Tpu.CreateNode", ComputeKind::MachineLearning),
    ("Services.CreateService", ComputeKind::Container),
    ("Jobs.RunJob", ComputeKind::Container),
    ("Jobs.CreateJob", ComputeKind::Container),
    ("BatchService.CreateJob", ComputeKind::Batch),
    ("dataflow.jobs.create", ComputeKind::Batch),
    ("CloudBuild.CreateBuild", ComputeKind::Build),
    ("FunctionService.CreateFunction", ComputeKind::Function),
    ("CloudFunctionsService.CreateFunction", ComputeKind::Function),
];

const ACTIONS: [(&str, Action); 35] = [
    ("compute.regions.list", Action::ReadQuota),
    ("compute.regions.get", Action::ReadQuota),
    ("compute.machineTypes.list", Action::ReadQuota),
    ("compute.machineTypes.aggregatedList", Action::ReadQuota),
    ("compute.acceleratorTypes.aggregatedList", Action::ReadQuota),
    ("CloudQuotas.ListQuotaInfos", Action::ReadQuota),
    ("CloudQuotas.GetQuotaInfo", Action::ReadQuota),
    ("ListConsumerQuotaMetrics", Action::ReadQuota),
    ("CloudQuotas.CreateQuotaPreference", Action::RaiseQuota),
    ("CloudQuotas.UpdateQuotaPreference", Action::RaiseQuota),
    ("CreateConsumerOverride", Action::RaiseQuota),
    ("ServiceUsage.EnableService", Action::EnableService),
    ("ServiceUsage.BatchEnableServices", Action::EnableService),
    ("ServiceManager.ActivateServices", Action::EnableService),
    ("CreateServiceAccountKey", Action::CreateCredential),
    ("UploadServiceAccountKey", Action::CreateCredential),
    ("CreateServiceAccount", Action::CreatePrincipal),
    ("SetIamPolicy", Action::GrantAccess),
    ("SetOrgPolicy", Action::GrantAccess),
    ("CreateProject", Action::CreateAccount),
    ("MoveProject", Action::MoveAccount),
    ("AssignResourceToBillingAccount", Action::MoveAccount),
    ("UpdateProjectBillingInfo", Action::MoveAccount),
    ("ConfigServiceV2.DeleteSink", Action::Blind),
    (UPDATE_SINK, Action::Blind),
    ("ConfigServiceV2.CreateExclusion", Action::Blind),
    ("AlertPolicyService.DeleteAlertPolicy", Action::Blind),
    ("BudgetService.DeleteBudget", Action::Blind),
    ("SecurityCenter.CreateMuteConfig", Action::Blind),
    ("compute.instances.setDeletionProtection", Action::Protect),
    ("compute.instances.setMetadata", Action::RunScript),
    ("compute.networks.insert", Action::CreateGround),
    ("compute.firewalls.insert", Action::CreateGround),
    ("compute.instances.delete", Action::DeleteCompute),
    ("compute.instances.stop", Action::DeleteCompute),
];
