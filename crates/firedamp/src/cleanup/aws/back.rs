//! The way back from each measure: how it was before, read from the interfaces, and the calls that go back
//! to it. What somebody changed since a step was done is left alone; what is there already stays.

use firedamp_core::{
    plan::{
        Kind, Measure, Step, Target,
        aws::{DENY_POLICY, LAUNCHING, SESSIONS_POLICY, deny_policy, sessions_policy},
        back::{self, Former, Stays},
    },
    time::Time,
};
use serde_json::{Value, json};

use super::{
    super::{AS_BEFORE, changed_since, no_way_back},
    Aws, EC2, SCALING, Trouble,
    isolate::{groups_of, isolation},
    measure::{self, GONE, ecs, find, group_said, key_status, region, set_key, state},
    rights, xml,
};

type Done = Result<String, Trouble>;

/// The flags that keep a machine from being removed or stopped: as they are asked for, and as they are set.
const FLAGS: [(&str, &str); 2] = [
    ("disableApiTermination", "DisableApiTermination.Value"),
    ("disableApiStop", "DisableApiStop.Value"),
];
/// What is told of a machine that is being stopped; it is started when it has stopped.
const STOPPING: &str = "it is still stopping";

/// How it is before a step.
pub(super) async fn former(aws: &Aws, step: &Step) -> Result<Former, Trouble> {
    let target = &step.target;
    if let Some(stays) = back::foreseen(step) {
        return Ok(Former::Never(stays));
    }
    match (step.measure, target.kind) {
        (_, Kind::Machine) => machine(aws, step.measure, target).await,
        (Measure::HoldGroup, Kind::Group) => processes(aws, target).await,
        (_, Kind::Group) => sizes(aws, target).await,
        (_, Kind::Container) => {
            let service = service(aws, target).await?;
            Ok(service.map_or(Former::Never(Stays::Same), |count| Former::size(Some(count))))
        }
        (_, Kind::Key) => Ok(Former::there(key_status(aws, target).await? == "Active")),
        (_, Kind::Grant) => rights::former(aws, target).await,
        (Measure::EndSessions, _) => policy(aws, target, SESSIONS_POLICY).await,
        (_, Kind::User | Kind::Role) => policy(aws, target, DENY_POLICY).await,
        _ => Ok(Former::Never(Stays::Unrecorded)),
    }
}

/// Goes back to how it was before a step.
pub(super) async fn back(aws: &Aws, step: &Step, former: &Former, is_dry: bool) -> Done {
    let target = &step.target;
    match (step.measure, target.kind, former) {
        (_, _, Former::Never(_)) => Err(no_way_back()),
        (Measure::Stop, Kind::Machine, Former::There) => start(aws, target, is_dry).await,
        (Measure::Isolate, Kind::Machine, Former::Names(groups)) => {
            rejoin(aws, target, groups, is_dry).await
        }
        (Measure::LiftProtection, Kind::Machine, Former::Names(flags)) => {
            protect(aws, target, flags, is_dry).await
        }
        (Measure::HoldGroup, Kind::Group, Former::Names(processes)) => {
            resume(aws, target, processes, is_dry).await
        }
        (Measure::EmptyGroup, Kind::Group, Former::Sizes(sizes)) => {
            fill(aws, target, sizes, is_dry).await
        }
        (Measure::Stop, Kind::Container, Former::Sizes(sizes)) => {
            scale(aws, target, sizes, is_dry).await
        }
        (Measure::CutKey, Kind::Key, Former::There) => switch_on(aws, target, is_dry).await,
        (Measure::DropGrant, Kind::Grant, former) => {
            rights::give_back(aws, target, former, is_dry).await
        }
        (Measure::EndSessions, _, former) => {
            without_policy(aws, target, SESSIONS_POLICY, former, is_dry).await
        }
        (Measure::CutPrincipal, _, former) => {
            without_policy(aws, target, DENY_POLICY, former, is_dry).await
        }
        _ => Err(no_way_back()),
    }
}

async fn machine(aws: &Aws, measure: Measure, target: &Target) -> Result<Former, Trouble> {
    let Some((region, said)) = find_alive(aws, target).await? else {
        return Ok(Former::Never(Stays::Same));
    };
    match measure {
        Measure::Stop => Ok(Former::there(matches!(state(&said), "running" | "pending"))),
        Measure::Isolate => {
            let groups = groups_of(&said);
            let is_cut = groups.iter().any(|(_, name)| *name == isolation(&target.name));
            let ids = groups.into_iter().map(|(id, _)| id.to_string()).collect();
            Ok(if is_cut { Former::Never(Stays::Same) } else { Former::names(ids) })
        }
        Measure::LiftProtection => Ok(Former::names(flags(aws, &region, target).await?)),
        _ => Ok(Former::Never(Stays::Unrecorded)),
    }
}

/// The flags that are set.
async fn flags(aws: &Aws, region: &str, target: &Target) -> Result<Vec<String>, Trouble> {
    let mut set = Vec::new();
    for (name, _) in FLAGS {
        let which = [("InstanceId", target.name.as_str()), ("Attribute", name)];
        let said = aws.ask(EC2, region, "DescribeInstanceAttribute", &which).await?;
        if xml::text(&said, "value") == Some("true") {
            set.push(name.to_string());
        }
    }
    Ok(set)
}

async fn protect(aws: &Aws, target: &Target, wanted: &[String], is_dry: bool) -> Done {
    let Some((region, said)) = find_alive(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let set = flags(aws, &region, target).await?;
    let missing =
        |name: &str| wanted.iter().any(|one| one == name) && !set.iter().any(|one| one == name);
    if is_dry {
        return Ok(format!("{} in {region}", state(&said)));
    }
    for (name, parameter) in FLAGS {
        if missing(name) {
            let parameters = [("InstanceId", target.name.as_str()), (parameter, "true")];
            aws.ask(EC2, &region, "ModifyInstanceAttribute", &parameters).await?;
        }
    }
    Ok(format!("protected again in {region}"))
}

/// A machine that was not removed.
async fn find_alive(aws: &Aws, target: &Target) -> Result<Option<(String, String)>, Trouble> {
    let found = find(aws, target).await?;
    Ok(found.filter(|(_, said)| !matches!(state(said), "terminated" | "shutting-down")))
}

async fn start(aws: &Aws, target: &Target, is_dry: bool) -> Done {
    let Some((region, said)) = find_alive(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    match state(&said) {
        "running" | "pending" => return Ok(AS_BEFORE.to_string()),
        "stopping" if !is_dry => return Err(Trouble::Later(None, STOPPING.to_string())),
        _ => {}
    }
    if is_dry {
        let which = ("InstanceId.1", target.name.as_str());
        measure::try_out(aws, &region, "StartInstances", which).await?;
        return Ok(format!("{} in {region}", state(&said)));
    }
    let which = [("InstanceId.1", target.name.as_str())];
    aws.ask(EC2, &region, "StartInstances", &which).await?;
    Ok(format!("asked for in {region}"))
}

/// Puts a machine into its groups again, where nobody chose others since.
async fn rejoin(aws: &Aws, target: &Target, wanted: &[String], is_dry: bool) -> Done {
    let Some((region, said)) = find_alive(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let present = groups_of(&said);
    let is_as_before = present.len() == wanted.len()
        && present.iter().all(|(id, _)| wanted.iter().any(|one| one == id));
    if is_as_before {
        return Ok(AS_BEFORE.to_string());
    }
    if present.iter().any(|(_, name)| *name != isolation(&target.name)) {
        return Err(changed_since());
    }
    if is_dry {
        return Ok(format!("{} in {region}", state(&said)));
    }
    let names: Vec<String> = (1..=wanted.len()).map(|at| format!("GroupId.{at}")).collect();
    let groups = names.iter().map(String::as_str).zip(wanted.iter().map(String::as_str));
    let parameters: Vec<(&str, &str)> =
        std::iter::once(("InstanceId", target.name.as_str())).chain(groups).collect();
    aws.ask(EC2, &region, "ModifyInstanceAttribute", &parameters).await?;
    Ok(format!("put back: {}", wanted.join(", ")))
}

/// The processes that make machines and go on.
async fn processes(aws: &Aws, target: &Target) -> Result<Former, Trouble> {
    let Some(said) = group_said(aws, target).await? else {
        return Ok(Former::Never(Stays::Same));
    };
    let held: Vec<&str> = xml::all(&said, "ProcessName").collect();
    let going = LAUNCHING.into_iter().filter(|process| !held.contains(process));
    Ok(Former::names(going.map(str::to_string).collect()))
}

async fn resume(aws: &Aws, target: &Target, wanted: &[String], is_dry: bool) -> Done {
    let Some(said) = group_said(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let held: Vec<&str> = xml::all(&said, "ProcessName").collect();
    if !wanted.iter().any(|process| held.contains(&process.as_str())) {
        return Ok(AS_BEFORE.to_string());
    }
    if is_dry {
        return Ok("there".to_string());
    }
    let names: Vec<String> =
        (1..=wanted.len()).map(|at| format!("ScalingProcesses.member.{at}")).collect();
    let processes = names.iter().map(String::as_str).zip(wanted.iter().map(String::as_str));
    let group = ("AutoScalingGroupName", target.name.as_str());
    let parameters: Vec<(&str, &str)> = std::iter::once(group).chain(processes).collect();
    aws.ask(SCALING, region(target)?, "ResumeProcesses", &parameters).await?;
    Ok(format!("put back: {}", wanted.join(", ")))
}

/// Least, most and wanted.
fn sizes_of(said: &str) -> Option<Vec<u32>> {
    let size = |name: &&str| -> Option<u32> { xml::text(said, name)?.parse().ok() };
    ["MinSize", "MaxSize", "DesiredCapacity"].iter().map(size).collect()
}

async fn sizes(aws: &Aws, target: &Target) -> Result<Former, Trouble> {
    let Some(said) = group_said(aws, target).await? else {
        return Ok(Former::Never(Stays::Same));
    };
    Ok(match sizes_of(&said) {
        None => Former::Never(Stays::Unrecorded),
        Some(sizes) if sizes.iter().all(|size| *size == 0) => Former::Never(Stays::Same),
        Some(sizes) => Former::Sizes(sizes),
    })
}

async fn fill(aws: &Aws, target: &Target, wanted: &[u32], is_dry: bool) -> Done {
    let Some(said) = group_said(aws, target).await? else {
        return Ok(GONE.to_string());
    };
    let &[least, most, desired] = wanted else { return Err(no_way_back()) };
    let Some(present) = sizes_of(&said) else { return Err(changed_since()) };
    if present == wanted {
        return Ok(AS_BEFORE.to_string());
    }
    if present.iter().any(|size| *size != 0) {
        return Err(changed_since());
    }
    let told = format!("at least {least}, at most {most}, {desired} wanted");
    if is_dry {
        return measure::group_sizes(aws, target).await;
    }
    let (least, most, desired) = (least.to_string(), most.to_string(), desired.to_string());
    let parameters = [
        ("AutoScalingGroupName", target.name.as_str()),
        ("MinSize", least.as_str()),
        ("MaxSize", most.as_str()),
        ("DesiredCapacity", desired.as_str()),
    ];
    aws.ask(SCALING, region(target)?, "UpdateAutoScalingGroup", &parameters).await?;
    Ok(format!("put back: {told}"))
}

/// How many tasks of a service are wanted; nothing when it is no more.
async fn service(aws: &Aws, target: &Target) -> Result<Option<u32>, Trouble> {
    let (region, cluster, service) = measure::service_parts(aws, target)?;
    let body = json!({"cluster": cluster, "services": [service]});
    let said = ecs(aws, region, "DescribeServices", body).await?;
    let value: Value = serde_json::from_str(&said).unwrap_or_default();
    let first = value.pointer("/services/0");
    let alive = first.filter(|one| one.get("status").and_then(Value::as_str) != Some("INACTIVE"));
    Ok(alive.map(|one| {
        let count = one.get("desiredCount").and_then(Value::as_u64).unwrap_or_default();
        u32::try_from(count).unwrap_or(u32::MAX)
    }))
}

async fn scale(aws: &Aws, target: &Target, wanted: &[u32], is_dry: bool) -> Done {
    let &[wanted] = wanted else { return Err(no_way_back()) };
    match service(aws, target).await? {
        None => return Ok(GONE.to_string()),
        Some(present) if present == wanted => return Ok(AS_BEFORE.to_string()),
        Some(0) => {}
        Some(_) => return Err(changed_since()),
    }
    if is_dry {
        return measure::service_count(aws, target).await;
    }
    let (region, cluster, service) = measure::service_parts(aws, target)?;
    let body = json!({"cluster": cluster, "service": service, "desiredCount": wanted});
    ecs(aws, region, "UpdateService", body).await?;
    Ok(format!("put back: {wanted}"))
}

async fn switch_on(aws: &Aws, target: &Target, is_dry: bool) -> Done {
    let status = key_status(aws, target).await?;
    match status.as_str() {
        GONE => Ok(GONE.to_string()),
        "Active" => Ok(AS_BEFORE.to_string()),
        _ if is_dry => Ok("there".to_string()),
        _ => {
            set_key(aws, target, "Active").await?;
            Ok("switched on".to_string())
        }
    }
}

const fn kind_of(target: &Target) -> &'static str {
    match target.kind {
        Kind::User => "user",
        _ => "role",
    }
}

/// What a policy of this name says that is there before the step puts its own.
async fn policy(aws: &Aws, target: &Target, name: &str) -> Result<Former, Trouble> {
    if measure::principal(aws, target, kind_of(target)).await? == GONE {
        return Ok(Former::Never(Stays::Same));
    }
    Ok(match rights::own_policy(aws, target, kind_of(target), name).await? {
        None => Former::There,
        Some(text) if name == DENY_POLICY && is_same(&text, &deny_policy()) => {
            Former::Never(Stays::Same)
        }
        Some(text) => Former::Text(text),
    })
}

/// Takes the step's policy away again, or puts back what had its name.
async fn without_policy(
    aws: &Aws,
    target: &Target,
    name: &str,
    former: &Former,
    is_dry: bool,
) -> Done {
    let kind = kind_of(target);
    if measure::principal(aws, target, kind).await? == GONE {
        return Ok(GONE.to_string());
    }
    let present = rights::own_policy(aws, target, kind, name).await?;
    match (former, present) {
        (Former::There, None) => Ok(AS_BEFORE.to_string()),
        (Former::Text(text), Some(present)) if is_same(text, &present) => Ok(AS_BEFORE.to_string()),
        (_, Some(present)) if !is_of_step(name, &present) => Err(changed_since()),
        (Former::There | Former::Text(_), Some(_)) if is_dry => Ok("there".to_string()),
        (Former::There, Some(_)) => {
            rights::delete_policy(aws, target, kind, name).await?;
            Ok(format!("policy {name} taken away"))
        }
        (Former::Text(text), Some(_)) => measure::put(aws, target, kind, (name, text)).await,
        (Former::Text(_), None) => Err(changed_since()),
        _ => Err(no_way_back()),
    }
}

/// Whether a policy is the one that the step put: that of sessions names the moment when it was done.
fn is_of_step(name: &str, text: &str) -> bool {
    const MOMENT: &str = "/Statement/0/Condition/DateLessThan/aws:TokenIssueTime";
    if name == DENY_POLICY {
        return is_same(text, &deny_policy());
    }
    let timeless = |text: &str| {
        let mut policy: Value = serde_json::from_str(text).ok()?;
        *policy.pointer_mut(MOMENT)? = Value::Null;
        Some(policy)
    };
    let own = timeless(&sessions_policy(Time::from_seconds(0)));
    own.is_some() && own == timeless(text)
}

/// Whether two policies say the same: interfaces write them as they please.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    one == other || read(one).is_some_and(|one| read(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_whole_or_not_at_all() {
        let said = "<MinSize>2</MinSize><MaxSize>9</MaxSize><DesiredCapacity>3</DesiredCapacity>";
        assert_eq!(sizes_of(said), Some(vec![2, 9, 3]));
        assert_eq!(sizes_of("<MinSize>2</MinSize><MaxSize>9</MaxSize>"), None);
        assert_eq!(sizes_of(&said.replace('9', "-1")), None);
    }

    #[test]
    fn the_policy_of_a_step_is_told_from_others_of_its_name() {
        let of_sessions = sessions_policy(Time::from_seconds(1_775_000_000));
        for (name, text, wanted) in [
            (DENY_POLICY, deny_policy(), true),
            (DENY_POLICY, of_sessions.clone(), false),
            (SESSIONS_POLICY, of_sessions.clone(), true),
            (SESSIONS_POLICY, of_sessions.replace("Deny", "Allow"), false),
            (SESSIONS_POLICY, deny_policy(), false),
            (SESSIONS_POLICY, String::new(), false),
        ] {
            assert_eq!(is_of_step(name, &text), wanted, "{name}: {text}");
        }
    }

    #[test]
    fn policies_are_the_same_however_they_are_written() {
        assert!(is_same(r#"{"a": 1, "b": 2}"#, r#"{"b":2,"a":1}"#));
        assert!(is_same("no json", "no json"));
        assert!(!is_same("no json", "{}") && !is_same("{}", "no json"));
        assert!(!is_same(r#"{"Effect":"Deny"}"#, r#"{"Effect":"Allow"}"#));
    }
}
