//! Each measure as calls. Done twice it is the same as done once: what is gone is gone, what is stopped
//! stays stopped, a copy that is there is not made again.

use firedamp_core::plan::{
    Kind, Measure, SNAPSHOTS_MAX, Step, Target,
    aws::{
        DENY_POLICY, LAUNCHING, SESSIONS_POLICY, deny_policy, name_of, service_of, sessions_policy,
    },
};
use serde_json::{Value, json};

use super::{
    Aws, EC2, HOME, IAM, SCALING, Trouble, explained, isolate::isolate, now_seconds, rights, xml,
};

/// Regions that are looked through for a machine.
const REGIONS_MAX: usize = 64;
/// The tag of copies that were made as evidence: the machine that they are of.
const TAG: &str = "firedamp-evidence";

type Done = Result<String, Trouble>;

pub(super) async fn look(aws: &Aws, step: &Step) -> Done {
    let target = &step.target;
    match target.kind {
        Kind::Machine => look_at_machine(aws, step.measure, target).await,
        Kind::Group => group_sizes(aws, target).await,
        Kind::Container => service_count(aws, target).await,
        Kind::Key => key_status(aws, target).await,
        Kind::Grant => rights::look(aws, target).await,
        Kind::User if step.measure == Measure::DropLogin => {
            rights::look_at_login(aws, target).await
        }
        Kind::User => principal(aws, target, "user").await,
        _ => principal(aws, target, "role").await,
    }
}

pub(super) async fn act(aws: &Aws, step: &Step) -> Done {
    let target = &step.target;
    match (step.measure, target.kind) {
        (_, Kind::Machine) => machine(aws, step.measure, target).await,
        (_, Kind::Group) => group(aws, step.measure, target).await,
        (_, Kind::Container) => service(aws, step.measure, target).await,
        (_, Kind::Key) => cut_key(aws, target).await,
        (_, Kind::Grant) => rights::drop_grant(aws, target).await,
        (Measure::DropLogin, _) => rights::drop_login(aws, target).await,
        (Measure::EndSessions, _) => end_sessions(aws, target).await,
        (_, Kind::User) => deny(aws, target, "user").await,
        _ => deny(aws, target, "role").await,
    }
}

/// Where a machine is, and what is said of it there; `None` when it is nowhere.
pub(super) async fn find(aws: &Aws, target: &Target) -> Result<Option<(String, String)>, Trouble> {
    let regions = match &target.place {
        Some(place) => vec![place.clone()],
        None => {
            let said = aws.ask(EC2, HOME, "DescribeRegions", &[]).await?;
            xml::all(&said, "regionName").take(REGIONS_MAX).map(str::to_string).collect()
        }
    };
    for region in regions {
        let which = [("InstanceId.1", target.name.as_str())];
        match aws.call(EC2, &region, "DescribeInstances", &which).await? {
            Ok(said) if said.contains(&format!("<instanceId>{}</instanceId>", target.name)) => {
                return Ok(Some((region, said)));
            }
            Ok(_) => {}
            Err((code, _)) if code == "InvalidInstanceID.NotFound" => {}
            Err((code, message)) => {
                let why = format!("DescribeInstances in {region}: {code}: {message}");
                return Err(Trouble::Unexpected(why + explained(&code)));
            }
        }
    }
    Ok(None)
}

pub(super) fn state(said: &str) -> &str {
    let state = said.split_once("<instanceState>").map_or("", |(_, after)| after);
    xml::text(state, "name").unwrap_or("of unknown state")
}

pub(super) const GONE: &str = "gone already";

async fn look_at_machine(aws: &Aws, measure: Measure, target: &Target) -> Done {
    let Some((region, said)) = find(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let state = state(&said);
    if let Some((action, which)) = simple(measure) {
        try_out(aws, &region, action, (which, target.name.as_str())).await?;
    }
    Ok(format!("{state} in {region}"))
}

/// The provider's own try without effect: it checks the rights.
pub(super) async fn try_out(
    aws: &Aws,
    region: &str,
    action: &str,
    which: (&str, &str),
) -> Result<(), Trouble> {
    match aws.call(EC2, region, action, &[which, ("DryRun", "true")]).await? {
        Err((code, _)) if code == "DryRunOperation" => Ok(()),
        Ok(_) => Ok(()),
        Err((code, message)) => {
            let why = format!("{action}, tried without effect: {code}: {message}");
            Err(Trouble::Unexpected(why + explained(&code)))
        }
    }
}

/// Measures that are one call with the machine's id.
const fn simple(measure: Measure) -> Option<(&'static str, &'static str)> {
    match measure {
        Measure::Stop => Some(("StopInstances", "InstanceId.1")),
        Measure::Remove => Some(("TerminateInstances", "InstanceId.1")),
        _ => None,
    }
}

async fn machine(aws: &Aws, measure: Measure, target: &Target) -> Done {
    let Some((region, said)) = find(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let id = target.name.as_str();
    if matches!(state(&said), "terminated" | "shutting-down") {
        return Ok(GONE.to_string());
    }
    if let Some((action, which)) = simple(measure) {
        aws.ask(EC2, &region, action, &[(which, id)]).await?;
        return Ok(format!("asked for in {region}"));
    }
    match measure {
        Measure::Snapshot => snapshot(aws, &region, id).await,
        Measure::LiftProtection => {
            for flag in ["DisableApiTermination.Value", "DisableApiStop.Value"] {
                let parameters = [("InstanceId", id), (flag, "false")];
                aws.ask(EC2, &region, "ModifyInstanceAttribute", &parameters).await?;
            }
            Ok(format!("not protected any more in {region}"))
        }
        Measure::Isolate => isolate(aws, &region, id, &said).await,
        _ => Err(Trouble::Unexpected("no interface takes this".to_string())),
    }
}

/// Copies the disks, unless they were copied for this machine before.
async fn snapshot(aws: &Aws, region: &str, id: &str) -> Done {
    let own = format!("tag:{TAG}");
    let filter = [("Filter.1.Name", own.as_str()), ("Filter.1.Value.1", id)];
    let said = aws.ask(EC2, region, "DescribeSnapshots", &filter).await?;
    if let Some(known) = xml::text(&said, "snapshotId") {
        return Ok(format!("kept before as {known}"));
    }
    let parameters = [
        ("InstanceSpecification.InstanceId", id),
        ("Description", "kept by Firedamp as evidence"),
        ("TagSpecification.1.ResourceType", "snapshot"),
        ("TagSpecification.1.Tag.1.Key", TAG),
        ("TagSpecification.1.Tag.1.Value", id),
    ];
    let said = aws.ask(EC2, region, "CreateSnapshots", &parameters).await?;
    let made: Vec<&str> = xml::all(&said, "snapshotId").collect();
    Ok(format!("kept as {}", made.join(", ")))
}

pub(super) fn region(target: &Target) -> Result<&str, Trouble> {
    let unknown = || Trouble::Unexpected("its region is not known".to_string());
    target.place.as_deref().ok_or_else(unknown)
}

/// What is said of a group; `None` when there is none.
pub(super) async fn group_said(aws: &Aws, target: &Target) -> Result<Option<String>, Trouble> {
    let name = [("AutoScalingGroupNames.member.1", target.name.as_str())];
    let said = aws.ask(SCALING, region(target)?, "DescribeAutoScalingGroups", &name).await?;
    Ok(Some(said).filter(|said| said.contains("<AutoScalingGroupName>")))
}

pub(super) async fn group_sizes(aws: &Aws, target: &Target) -> Done {
    let Some(said) = group_said(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let size = |name| xml::text(&said, name).unwrap_or("?");
    let (least, most) = (size("MinSize"), size("MaxSize"));
    Ok(format!("at least {least}, at most {most}, {} wanted", size("DesiredCapacity")))
}

async fn group(aws: &Aws, measure: Measure, target: &Target) -> Done {
    let sizes = group_sizes(aws, target).await?;
    if sizes == GONE {
        return Ok(sizes);
    }
    if measure == Measure::Snapshot {
        return keep_group(aws, target).await;
    }
    let name = ("AutoScalingGroupName", target.name.as_str());
    let (action, mut parameters) = match measure {
        Measure::HoldGroup => ("SuspendProcesses", vec![name]),
        Measure::EmptyGroup => {
            let none = [("MinSize", "0"), ("MaxSize", "0"), ("DesiredCapacity", "0")];
            ("UpdateAutoScalingGroup", std::iter::once(name).chain(none).collect())
        }
        _ => ("DeleteAutoScalingGroup", vec![name, ("ForceDelete", "true")]),
    };
    let names: Vec<String> =
        (1..=LAUNCHING.len()).map(|at| format!("ScalingProcesses.member.{at}")).collect();
    if measure == Measure::HoldGroup {
        parameters.extend(names.iter().map(String::as_str).zip(LAUNCHING));
    }
    aws.ask(SCALING, region(target)?, action, &parameters).await?;
    Ok(format!("was {sizes}"))
}

/// Copies the disks of the first machines of a group: those of one group are alike.
async fn keep_group(aws: &Aws, target: &Target) -> Done {
    let region = region(target)?;
    let name = [("AutoScalingGroupNames.member.1", target.name.as_str())];
    let said = aws.ask(SCALING, region, "DescribeAutoScalingGroups", &name).await?;
    let mut kept = Vec::new();
    for id in xml::all(&said, "InstanceId").take(SNAPSHOTS_MAX) {
        kept.push(snapshot(aws, region, id).await?);
    }
    Ok(if kept.is_empty() { "there are no machines in it".to_string() } else { kept.join("; ") })
}

pub(super) fn service_parts<'a>(
    aws: &Aws,
    target: &'a Target,
) -> Result<(&'a str, &'a str, &'a str), Trouble> {
    let none = || Trouble::Unexpected("this is no service of this account".to_string());
    service_of(&target.name, &aws.account).ok_or_else(none)
}

pub(super) async fn ecs(aws: &Aws, region: &str, action: &str, body: Value) -> Done {
    let said = aws.call_ecs(region, action, body.to_string()).await?;
    said.map_err(|(code, message)| {
        Trouble::Unexpected(format!("{action}: {code}: {message}{}", explained(&code)))
    })
}

pub(super) async fn service_count(aws: &Aws, target: &Target) -> Done {
    let (region, cluster, service) = service_parts(aws, target)?;
    let body = json!({"cluster": cluster, "services": [service]});
    let said = ecs(aws, region, "DescribeServices", body).await?;
    let value: Value = serde_json::from_str(&said).unwrap_or_default();
    let Some(first) = value.pointer("/services/0") else {
        return Ok(GONE.to_string());
    };
    let number = |name: &str| first.get(name).and_then(Value::as_i64).unwrap_or_default();
    Ok(format!("{} wanted, {} running", number("desiredCount"), number("runningCount")))
}

async fn service(aws: &Aws, measure: Measure, target: &Target) -> Done {
    let (region, cluster, service) = service_parts(aws, target)?;
    let count = service_count(aws, target).await?;
    if count == GONE {
        return Ok(count);
    }
    match measure {
        Measure::Stop => {
            let body = json!({"cluster": cluster, "service": service, "desiredCount": 0});
            ecs(aws, region, "UpdateService", body).await?;
        }
        _ => {
            let body = json!({"cluster": cluster, "service": service, "force": true});
            ecs(aws, region, "DeleteService", body).await?;
        }
    }
    Ok(format!("was {count}"))
}

fn user(target: &Target) -> &str {
    target.parent.as_deref().unwrap_or_default()
}

pub(super) async fn key_status(aws: &Aws, target: &Target) -> Done {
    let said = aws.ask(IAM, HOME, "ListAccessKeys", &[("UserName", user(target))]).await?;
    let member = xml::all(&said, "member").find(|member| member.contains(&target.name));
    let status = member.and_then(|member| xml::text(member, "Status"));
    Ok(status.unwrap_or(GONE).to_string())
}

async fn cut_key(aws: &Aws, target: &Target) -> Done {
    if key_status(aws, target).await? == GONE {
        return Ok(GONE.to_string());
    }
    set_key(aws, target, "Inactive").await?;
    Ok("switched off".to_string())
}

pub(super) async fn set_key(aws: &Aws, target: &Target, status: &str) -> Result<(), Trouble> {
    let parameters =
        [("UserName", user(target)), ("AccessKeyId", target.name.as_str()), ("Status", status)];
    aws.ask(IAM, HOME, "UpdateAccessKey", &parameters).await.map(|_| ())
}

pub(super) fn own<'a>(aws: &Aws, target: &'a Target, kind: &str) -> &'a str {
    name_of(&target.name, &aws.account, &format!("{kind}/")).unwrap_or(&target.name)
}

/// The call and the parameter that name a principal of a kind.
const fn naming(kind: &str) -> (&'static str, &'static str, &'static str) {
    match kind.as_bytes() {
        b"user" => ("GetUser", "UserName", "PutUserPolicy"),
        _ => ("GetRole", "RoleName", "PutRolePolicy"),
    }
}

pub(super) async fn principal(aws: &Aws, target: &Target, kind: &str) -> Done {
    let (get, name, _) = naming(kind);
    match aws.call(IAM, HOME, get, &[(name, own(aws, target, kind))]).await? {
        Ok(_) => Ok("there".to_string()),
        Err((code, _)) if code == "NoSuchEntity" => Ok(GONE.to_string()),
        Err((code, message)) => {
            let why = format!("{get}: {code}: {message}");
            Err(Trouble::Unexpected(why + explained(&code)))
        }
    }
}

pub(super) async fn put(aws: &Aws, target: &Target, kind: &str, policy: (&str, &str)) -> Done {
    if principal(aws, target, kind).await? == GONE {
        return Ok(GONE.to_string());
    }
    let (_, name, put) = naming(kind);
    let parameters =
        [(name, own(aws, target, kind)), ("PolicyName", policy.0), ("PolicyDocument", policy.1)];
    aws.ask(IAM, HOME, put, &parameters).await?;
    Ok(format!("policy {} added", policy.0))
}

async fn deny(aws: &Aws, target: &Target, kind: &str) -> Done {
    put(aws, target, kind, (DENY_POLICY, &deny_policy())).await
}

async fn end_sessions(aws: &Aws, target: &Target) -> Done {
    let now = firedamp_core::time::Time::from_seconds(now_seconds());
    put(aws, target, "role", (SESSIONS_POLICY, &sessions_policy(now))).await
}
