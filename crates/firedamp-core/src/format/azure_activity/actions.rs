//! What the operations of Azure's resource providers mean.

use serde_json::Value;

use crate::{
    event::{Action, ComputeKind},
    format::audit,
    memo::Memo,
};

/// The action of an operation, and what kind of compute it makes where it makes some.
pub(super) fn of(operation: &str) -> (Action, Option<ComputeKind>) {
    thread_local! {
        static ACTIONS_OF: Memo<1, (Action, Option<ComputeKind>)> = const { Memo::new() };
    }
    ACTIONS_OF.with(|memo| memo.answer([operation], || action_of(operation)))
}

fn action_of(operation: &str) -> (Action, Option<ComputeKind>) {
    let operation = operation.to_ascii_lowercase();
    let made = MAKERS.iter().find(|(end, _)| operation.ends_with(end));
    if let Some((_, kind)) = made {
        return (Action::CreateCompute, Some(*kind));
    }
    let known = ACTIONS.iter().find(|(mark, _)| fits(&operation, mark));
    (known.map_or(Action::Other, |(_, action)| *action), None)
}

/// A mark that ends with `*` is a beginning, one that begins with `*` an end.
fn fits(operation: &str, mark: &str) -> bool {
    match (mark.strip_suffix('*'), mark.strip_prefix('*')) {
        (Some(beginning), _) => operation.starts_with(beginning),
        (_, Some(end)) => operation.ends_with(end),
        _ => operation == mark,
    }
}

/// Whether what the operation asked for is worth parsing.
pub(super) fn is_looked_into(action: Action, operation: &str) -> bool {
    matches!(action, Action::CreateCompute | Action::RunScript | Action::RaiseQuota)
        || action == Action::Blind && Switch::of(operation).is_some()
}

/// What protects when it is set one way, and blinds when it is set the other.
#[derive(Clone, Copy)]
enum Switch {
    /// Rules that add to alerts, or hold them back.
    AlertRule,
    /// Defender's plans, paid or free: free is off.
    Plan,
    /// Rules that dismiss Defender's alerts.
    Suppression,
}

impl Switch {
    fn of(operation: &str) -> Option<Self> {
        let is = |name: &str| operation.eq_ignore_ascii_case(name);
        match () {
            () if is(PLAN) => Some(Self::Plan),
            () if is(ALERT_RULE) => Some(Self::AlertRule),
            () if is(SUPPRESSION) => Some(Self::Suppression),
            () => None,
        }
    }

    /// Whether a body sets it so that it blinds.
    fn blinds(self, body: &Value) -> bool {
        let says = |name, value: &str| {
            audit::find_text(body, name).is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        match self {
            Self::AlertRule => holds_back(body) && !audit::has_flag(body, "enabled", false),
            Self::Plan => says("pricingTier", "Free"),
            Self::Suppression => says("state", "Enabled"),
        }
    }
}

/// Whether a rule takes action groups away; the first version of these rules called it suppression.
fn holds_back(rule: &Value) -> bool {
    let text = rule.to_string().to_ascii_lowercase();
    ["\"removeallactiongroups\"", "\"type\":\"suppression\""].iter().any(|mark| text.contains(mark))
}

/// The action of an operation whose meaning hangs on what it asked for. Of one that ended the body
/// may be gone: what began it tells.
pub(super) fn refined(action: Action, operation: &str, body: &Value) -> Action {
    match Switch::of(operation).filter(|_| action == Action::Blind) {
        Some(switch) if !switch.blinds(body) => Action::Other,
        _ => action,
    }
}

const MAKERS: [(&str, ComputeKind); 22] = [
    ("microsoft.compute/virtualmachines/write", ComputeKind::Machine),
    ("microsoft.compute/virtualmachines/start/action", ComputeKind::Machine),
    ("microsoft.compute/virtualmachinescalesets/write", ComputeKind::Fleet),
    ("microsoft.compute/virtualmachinescalesets/start/action", ComputeKind::Fleet),
    ("microsoft.azurefleet/fleets/write", ComputeKind::Fleet),
    ("microsoft.batch/batchaccounts/write", ComputeKind::Batch),
    ("microsoft.batch/batchaccounts/pools/write", ComputeKind::Batch),
    ("microsoft.machinelearningservices/workspaces/write", ComputeKind::MachineLearning),
    ("microsoft.machinelearningservices/workspaces/computes/write", ComputeKind::MachineLearning),
    ("microsoft.databricks/workspaces/write", ComputeKind::MachineLearning),
    ("microsoft.containerinstance/containergroups/write", ComputeKind::Container),
    ("microsoft.app/containerapps/write", ComputeKind::Container),
    ("microsoft.app/jobs/write", ComputeKind::Container),
    ("microsoft.app/managedenvironments/write", ComputeKind::Container),
    ("microsoft.containerservice/managedclusters/write", ComputeKind::Cluster),
    ("microsoft.containerservice/managedclusters/agentpools/write", ComputeKind::Cluster),
    ("microsoft.hdinsight/clusters/write", ComputeKind::Cluster),
    ("microsoft.web/sites/write", ComputeKind::Function),
    ("microsoft.automation/automationaccounts/jobs/write", ComputeKind::Function),
    ("microsoft.logic/workflows/write", ComputeKind::Function),
    ("microsoft.devopsinfrastructure/pools/write", ComputeKind::Build),
    ("microsoft.containerregistry/registries/tasks/write", ComputeKind::Build),
];

const ALERT_RULE: &str = "microsoft.alertsmanagement/actionrules/write";
const PLAN: &str = "microsoft.security/pricings/write";
const SUPPRESSION: &str = "microsoft.security/alertssuppressionrules/write";

const ACTIONS: [(&str, Action); 46] = [
    ("*/usages/read", Action::ReadQuota),
    ("*/skus/read", Action::ReadQuota),
    ("*/vmsizes/read", Action::ReadQuota),
    ("microsoft.quota/quotas/read", Action::ReadQuota),
    ("microsoft.quota/quotas/write", Action::RaiseQuota),
    ("microsoft.quota/quotarequests/write", Action::RaiseQuota),
    ("*/servicelimits/write", Action::RaiseQuota),
    ("microsoft.support/supporttickets/write", Action::RaiseQuota),
    ("*/register/action", Action::EnableService),
    ("microsoft.authorization/elevateaccess/action", Action::ElevateAccess),
    ("microsoft.authorization/roleassignments/write", Action::GrantAccess),
    ("microsoft.authorization/roleeligibilityschedulerequests/write", Action::GrantAccess),
    ("microsoft.authorization/roleassignmentschedulerequests/write", Action::GrantAccess),
    ("microsoft.managedidentity/userassignedidentities/write", Action::CreatePrincipal),
    ("microsoft.subscription/aliases/write", Action::CreateAccount),
    ("microsoft.subscription/createsubscription/action", Action::CreateAccount),
    ("microsoft.subscription/rename/action", Action::MoveAccount),
    ("microsoft.subscription/enable/action", Action::MoveAccount),
    ("microsoft.subscription/cancel/action", Action::MoveAccount),
    ("microsoft.subscription/changetenantrequest*", Action::MoveAccount),
    ("microsoft.subscription/acceptownership/action", Action::MoveAccount),
    ("microsoft.billing/billingaccounts/billingsubscriptions/move/action", Action::MoveAccount),
    ("microsoft.authorization/locks/write", Action::Protect),
    ("microsoft.authorization/denyassignments/write", Action::Protect),
    ("*/diagnosticsettings/delete", Action::Blind),
    ("microsoft.insights/activitylogalerts/delete", Action::Blind),
    ("microsoft.insights/metricalerts/delete", Action::Blind),
    ("microsoft.insights/logprofiles/delete", Action::Blind),
    (ALERT_RULE, Action::Blind),
    ("microsoft.consumption/budgets/delete", Action::Blind),
    ("microsoft.costmanagement/alerts/write", Action::Blind),
    (PLAN, Action::Blind),
    ("microsoft.security/pricings/delete", Action::Blind),
    (SUPPRESSION, Action::Blind),
    ("microsoft.network/networkwatchers/flowlogs/delete", Action::Blind),
    ("*/extensions/write", Action::RunScript),
    ("*/runcommand/action", Action::RunScript),
    ("*/runcommands/write", Action::RunScript),
    ("microsoft.resources/subscriptions/resourcegroups/write", Action::CreateGround),
    ("microsoft.network/virtualnetworks/write", Action::CreateGround),
    ("microsoft.network/networksecuritygroups/write", Action::CreateGround),
    ("microsoft.network/publicipaddresses/write", Action::CreateGround),
    ("microsoft.network/networkinterfaces/write", Action::CreateGround),
    ("microsoft.compute/virtualmachines/delete", Action::DeleteCompute),
    ("microsoft.compute/virtualmachines/deallocate/action", Action::DeleteCompute),
    ("microsoft.compute/virtualmachinescalesets/delete", Action::DeleteCompute),
];
