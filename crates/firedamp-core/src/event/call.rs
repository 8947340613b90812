//! Calls to a provider's control plane, in one vocabulary for all clouds.

use std::{borrow::Cow, net::IpAddr};

use super::Resource;
use crate::{id::AccountRef, time::Time};

/// Somebody called the control plane of an account.
#[derive(Clone, Debug)]
pub struct ApiCall<'a> {
    /// Whose resources.
    pub account: AccountRef<'a>,
    /// The record's own id; copies of one record share it. Where start and end of one operation
    /// are logged apart, the id of the operation.
    pub id: Cow<'a, str>,
    /// When.
    pub time: Time,
    /// The service as the provider calls it: `ec2.amazonaws.com`, `Microsoft.Compute`,
    /// `compute.googleapis.com`.
    pub service: Cow<'a, str>,
    /// The operation as the provider calls it: `RunInstances`,
    /// `Microsoft.Compute/virtualMachines/write`, `v1.compute.instances.insert`.
    pub operation: Cow<'a, str>,
    /// What it means.
    pub action: Action,
    /// How it ended.
    pub outcome: CallOutcome,
    /// Who called.
    pub caller: Caller<'a>,
    /// The region it was about, lower case; empty for global services.
    pub region: Cow<'a, str>,
    /// The resources that it made, changed or removed; may be empty.
    pub resources: Vec<Resource<'a>>,
    /// The compute that it asked for, when `action` is [`Action::CreateCompute`].
    pub compute: Option<Compute<'a>>,
    /// What it would run, decoded: scripts, user data, command lines, image names.
    pub texts: Vec<Cow<'a, str>>,
}

/// What a call means. The steps of known hijacks; everything else is `Other`.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Removes logs, alerts, budgets, detectors.
    Blind,
    /// Makes an account: a subscription, a project, a member of an organisation.
    CreateAccount,
    /// Makes, starts or grows compute of any kind.
    CreateCompute,
    /// Makes a key, a secret, a password, a login profile.
    CreateCredential,
    /// Makes networks, security groups, key pairs, resource groups: the ground for machines.
    CreateGround,
    /// Makes a user, a role, an application, a service account.
    CreatePrincipal,
    /// Removes or stops compute.
    DeleteCompute,
    /// Takes rights over everything (`elevateAccess`), or becomes root.
    ElevateAccess,
    /// Switches a service, a provider namespace or a region on.
    EnableService,
    /// Gives rights to a principal.
    GrantAccess,
    /// Moves the account to another tenant, organisation or billing account.
    MoveAccount,
    /// Opens a door for anybody (a function that all principals may invoke, a public key).
    OpenDoor,
    /// Something else.
    Other,
    /// Protects resources from removal: termination protection, locks, deny assignments.
    Protect,
    /// Asks for more quota, by an API or a support ticket.
    RaiseQuota,
    /// Reads quotas, usages, offers of machine sizes.
    ReadQuota,
    /// Runs a script on a machine that is there already (`runCommand`, extensions, `SendCommand`).
    RunScript,
    /// Signs in.
    SignIn,
}

/// How a call ended.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// The caller may not.
    Denied,
    /// It would have worked, and was only a try (`DryRun`).
    DryRun,
    /// Any other failure.
    Failed,
    /// The account's quota or the region's capacity is used up.
    OverQuota,
    /// It worked, or was accepted.
    Succeeded,
}

/// Who called.
#[derive(Clone, Debug, Default)]
pub struct Caller<'a> {
    /// The principal: ARN (of the role, not of its one-hour session), object id, service account.
    /// Empty when the record has none.
    pub principal: Cow<'a, str>,
    /// A name for people, where the record has one besides the principal.
    pub name: Option<Cow<'a, str>>,
    /// What kind of principal.
    pub kind: CallerKind,
    /// The application that called for the principal: an app id, an access key's id, a service.
    pub application: Option<Cow<'a, str>>,
    /// From where, when it was no service of the provider.
    pub address: Option<IpAddr>,
    /// The program that called.
    pub user_agent: Option<Cow<'a, str>>,
    /// Whether a second factor was used; `None` when the record does not say.
    pub mfa: Option<bool>,
}

/// What kind of principal called.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    serde::Deserialize,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// An application with rights of its own, a service account, a managed identity, a role that a
    /// machine holds.
    Application,
    /// Somebody of another tenant or account: a guest, a delegated administrator.
    Foreign,
    /// A user.
    Person,
    /// A service of the provider itself (autoscaling, backup).
    Provider,
    /// The account's root or global owner.
    Root,
    /// The record does not say.
    #[default]
    Unknown,
}

/// Compute that was asked for.
#[derive(Clone, Debug)]
pub struct Compute<'a> {
    /// What kind.
    pub kind: ComputeKind,
    /// The provider's name of the size: `p4d.24xlarge`, `Standard_NC24ads_A100_v4`,
    /// `a2-highgpu-8g`.
    pub size: Option<Cow<'a, str>>,
    /// How many, at the most asked for; at least 1.
    pub count: u64,
    /// The image that it runs: a machine image, a container image.
    pub image: Option<Cow<'a, str>>,
    /// Whether it is cheap because it can be taken back (spot, preemptible).
    pub spot: bool,
    /// Whether the record says that it was there before: some clouds have one operation for making
    /// something and for changing it.
    pub is_there: bool,
}

impl Compute<'_> {
    /// One of `kind`, and nothing more known.
    #[must_use]
    pub const fn new(kind: ComputeKind) -> Self {
        Self { kind, size: None, count: 1, image: None, spot: false, is_there: false }
    }
}

/// What kind of compute.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ComputeKind {
    /// Batch pools and jobs.
    Batch,
    /// Build and hosting services (`CodeBuild`, Amplify, Cloud Build, pipelines).
    Build,
    /// Managed Kubernetes clusters and their node pools.
    Cluster,
    /// Containers run by the provider (ECS, Fargate, ACI, Cloud Run, Container Apps).
    Container,
    /// Scale sets, auto-scaling groups, instance groups, fleets.
    Fleet,
    /// Functions.
    Function,
    /// Notebooks, training jobs, machine-learning compute.
    MachineLearning,
    /// Single machines.
    Machine,
}
