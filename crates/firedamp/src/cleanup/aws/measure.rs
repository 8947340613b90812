//! Each measure as calls. Done twice it is the same as done once: what is gone is gone, what is stopped
//! stays stopped, a copy that is there is not made again.

use firedamp_core::plan::{
    Kind, Measure, SNAPSHOTS_MAX, Step, Target,
    aws::{
        DENY_POLICY, LAUNCHING, SESSIONS_POLICY, deny_policy, name_of, service_of, sessions_policy,
    },
};
use serde_json::{Value, json};

use super::{Aws, EC2, HOME, IAM, SCALING, Trouble, explained, now_seconds, rights, xml};

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
async fn find(aws: &Aws, target: &Target) -> Result<Option<(String, String)>, Trouble> {
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

fn state(said: &str) -> &str {
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
        // The provider's own try without effect: it checks the rights.
        let parameters = [(which, target.name.as_str()), ("DryRun", "true")];
        match aws.call(EC2, &region, action, &parameters).await? {
            Err((code, _)) if code == "DryRunOperation" => {}
            Ok(_) => {}
            Err((code, message)) => {
                let why = format!("{action}, tried without effect: {code}: {message}");
                return Err(Trouble::Unexpected(why + explained(&code)));
            }
        }
    }
    Ok(format!("{state} in {region}"))
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

/// A security group of the machine's own that lets nothing through.
async fn isolate(aws: &Aws, region: &str, id: &str, said: &str) -> Done {
    let vpc = xml::text(said, "vpcId").unwrap_or_default().to_string();
    if vpc.is_empty() {
        return Err(Trouble::Unexpected("the machine is in no network".to_string()));
    }
    let groups = said.split_once("<groupSet>").map_or("", |(_, after)| after);
    let groups = groups.split_once("</groupSet>").map_or("", |(before, _)| before);
    let had: Vec<&str> = xml::all(groups, "groupId").collect();
    let name = format!("firedamp-isolated-{id}");
    let filter = [
        ("Filter.1.Name", "group-name"),
        ("Filter.1.Value.1", name.as_str()),
        ("Filter.2.Name", "vpc-id"),
        ("Filter.2.Value.1", vpc.as_str()),
    ];
    let known = aws.ask(EC2, region, "DescribeSecurityGroups", &filter).await?;
    let group = match xml::text(&known, "groupId") {
        Some(group) => group.to_string(),
        None => {
            let parameters = [
                ("GroupName", name.as_str()),
                ("GroupDescription", "lets nothing through"),
                ("VpcId", vpc.as_str()),
            ];
            let made = aws.ask(EC2, region, "CreateSecurityGroup", &parameters).await?;
            xml::text(&made, "groupId").unwrap_or_default().to_string()
        }
    };
    close(aws, region, &group).await?;
    let parameters = [("InstanceId", id), ("GroupId.1", group.as_str())];
    aws.ask(EC2, region, "ModifyInstanceAttribute", &parameters).await?;
    let had = had.join(", ");
    Ok(format!("in {group}; before in {had}; connections that are open already may last"))
}

/// What a new group lets out; by IPv6 where its network has that.
const EVERYWHERE: [(&str, &str); 2] = [
    ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
];

/// Takes every rule of a group away, whoever made it: one of the name may have been there before.
async fn close(aws: &Aws, region: &str, group: &str) -> Result<(), Trouble> {
    // Not from the list alone, which may not have them yet.
    for range in EVERYWHERE {
        let parameters = [("GroupId", group), ("IpPermissions.1.IpProtocol", "-1"), range];
        match aws.call(EC2, region, "RevokeSecurityGroupEgress", &parameters).await? {
            Ok(_) => {}
            Err((code, _)) if code == "InvalidPermission.NotFound" => {}
            Err((code, message)) => return Err(Trouble::Unexpected(format!("{code}: {message}"))),
        }
    }
    for (rule, is_egress) in rules(aws, region, group).await? {
        let action = match is_egress {
            true => "RevokeSecurityGroupEgress",
            false => "RevokeSecurityGroupIngress",
        };
        let parameters = [("GroupId", group), ("SecurityGroupRuleId.1", rule.as_str())];
        aws.ask(EC2, region, action, &parameters).await?;
    }
    match rules(aws, region, group).await?.len() {
        0 => Ok(()),
        left => Err(Trouble::Unexpected(format!("{left} rules of {group} stay: look at it"))),
    }
}

/// The rules of a security group, and whether they are of what goes out.
async fn rules(aws: &Aws, region: &str, group: &str) -> Result<Vec<(String, bool)>, Trouble> {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
    let said = aws.ask(EC2, region, "DescribeSecurityGroupRules", &filter).await?;
    let ways = xml::all(&said, "isEgress").map(|way| way == "true");
    let ids = xml::all(&said, "securityGroupRuleId").map(str::to_string);
    Ok(ids.zip(ways).collect())
}

fn region(target: &Target) -> Result<&str, Trouble> {
    let unknown = || Trouble::Unexpected("its region is not known".to_string());
    target.place.as_deref().ok_or_else(unknown)
}

async fn group_sizes(aws: &Aws, target: &Target) -> Done {
    let name = [("AutoScalingGroupNames.member.1", target.name.as_str())];
    let said = aws.ask(SCALING, region(target)?, "DescribeAutoScalingGroups", &name).await?;
    if !said.contains("<AutoScalingGroupName>") {
        return Ok(GONE.to_string());
    }
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

fn service_parts<'a>(
    aws: &Aws,
    target: &'a Target,
) -> Result<(&'a str, &'a str, &'a str), Trouble> {
    let none = || Trouble::Unexpected("this is no service of this account".to_string());
    service_of(&target.name, &aws.account).ok_or_else(none)
}

async fn ecs(aws: &Aws, region: &str, action: &str, body: Value) -> Done {
    let said = aws.call_ecs(region, action, body.to_string()).await?;
    said.map_err(|(code, message)| {
        Trouble::Unexpected(format!("{action}: {code}: {message}{}", explained(&code)))
    })
}

async fn service_count(aws: &Aws, target: &Target) -> Done {
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

async fn key_status(aws: &Aws, target: &Target) -> Done {
    let said = aws.ask(IAM, HOME, "ListAccessKeys", &[("UserName", user(target))]).await?;
    let member = xml::all(&said, "member").find(|member| member.contains(&target.name));
    let status = member.and_then(|member| xml::text(member, "Status"));
    Ok(status.unwrap_or(GONE).to_string())
}

async fn cut_key(aws: &Aws, target: &Target) -> Done {
    if key_status(aws, target).await? == GONE {
        return Ok(GONE.to_string());
    }
    let parameters =
        [("UserName", user(target)), ("AccessKeyId", target.name.as_str()), ("Status", "Inactive")];
    aws.ask(IAM, HOME, "UpdateAccessKey", &parameters).await?;
    Ok("switched off".to_string())
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

async fn principal(aws: &Aws, target: &Target, kind: &str) -> Done {
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

async fn put(aws: &Aws, target: &Target, kind: &str, policy: (&str, &str)) -> Done {
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
