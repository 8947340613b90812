//! What the methods of Google's services mean.

use crate::event::{Action, ComputeKind};

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
pub(super) const fn is_looked_into(action: Action) -> bool {
    matches!(action, Action::CreateCompute | Action::RunScript)
}

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
    ("ConfigServiceV2.UpdateSink", Action::Blind),
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
