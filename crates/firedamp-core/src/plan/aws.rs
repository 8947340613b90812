//! Amazon's tool, `aws`. Options take their values behind an equals sign, so that a name never becomes
//! an option; regions that no record names are looked up first.

use serde_json::json;

use super::{
    Command, Hand, Kind, Measure, Target, Word,
    builder::{Builder, Cloud, Recipe, words},
    name,
    script::AWS_REGION,
};
use crate::{
    grant::{Grant, Holder},
    judged::Done,
    time::Time,
};

/// The processes of a group that make machines; the one that ends them goes on.
pub const LAUNCHING: [&str; 5] =
    ["Launch", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions"];
/// What policies that the plan adds are called.
pub const DENY_POLICY: &str = "firedamp-deny";
/// The same for the one that ends sessions.
pub const SESSIONS_POLICY: &str = "firedamp-end-sessions";

pub(super) fn plan(builder: &mut Builder<'_>) {
    let cloud = Aws { account: builder.account().to_string(), now: builder.now };
    builder.all(&cloud);
}

/// A policy that takes every right.
#[must_use]
pub fn deny_policy() -> String {
    let statement = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    json!({"Version": "2012-10-17", "Statement": statement}).to_string()
}

/// A policy that takes every right from sessions that began before `now`.
#[must_use]
pub fn sessions_policy(now: Time) -> String {
    let older = json!({"DateLessThan": {"aws:TokenIssueTime": now.to_string()}});
    let statement = json!([{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older}]);
    json!({"Version": "2012-10-17", "Statement": statement}).to_string()
}

/// The name at the end of an ARN of this account, behind `user/`, `role/` or the like.
#[must_use]
pub fn name_of<'a>(arn: &'a str, account: &str, kind: &str) -> Option<&'a str> {
    let (head, path) = arn.split_once(kind)?;
    head.ends_with(&format!(":{account}:")).then(|| path.rsplit('/').next())?
}

struct Aws {
    account: String,
    now: Time,
}

/// A command that changes something.
fn change(texts: &[&str]) -> Command {
    Command { words: words(texts), keeps: false, changes: true }
}

impl Cloud for Aws {
    fn kind(&self, id: &str, done: Option<&Done>) -> Kind {
        let operation = done.map_or("", |done| done.operation.as_str());
        match id {
            _ if id.starts_with("i-") => Kind::Machine,
            _ if id.contains(":user/") => Kind::User,
            _ if id.contains(":role/") => Kind::Role,
            _ if operation.contains("AutoScalingGroup") || operation == "SetDesiredCapacity" => {
                Kind::Group
            }
            _ if id.starts_with("arn:aws:ecs:") => Kind::Container,
            _ => Kind::Other,
        }
    }

    fn recipe(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        match (measure, target.kind) {
            (Measure::AskOwner | Measure::Decide | Measure::Watch, _) => Err(Hand::Judgement),
            (Measure::CloseDoor, _) => close_door(target),
            (Measure::DropGrant, _) => drop_grant(target),
            (Measure::Remove, Kind::Key) => remove_key(target),
            (Measure::Remove, Kind::User) => self.remove_principal(target, "user"),
            (Measure::Remove, Kind::Role) => self.remove_principal(target, "role"),
            (Measure::DropLogin, _) => self.drop_login(target),
            (Measure::CutKey, _) => cut_key(target),
            (Measure::CutPrincipal, Kind::User) => self.deny(target, "user"),
            (Measure::CutPrincipal, Kind::Role) => self.deny(target, "role"),
            (Measure::EndSessions, Kind::Role) => self.end_sessions(target),
            (_, Kind::Machine) if name::is_instance(&target.name) => machine(measure, target),
            (_, Kind::Group) if name::is_aws(&target.name) => group(measure, target),
            (_, Kind::Container) => self.service(measure, target),
            (_, Kind::Machine | Kind::Group) => Err(Hand::StrangeName),
            (Measure::EndSessions, _) => Err(Hand::Judgement),
            _ => Err(Hand::NoCommand),
        }
    }
}

/// The option that says where, and the command that finds it out.
struct Where {
    find: Option<Command>,
    region: Word,
}

impl Where {
    fn of(target: &Target) -> Result<Self, Hand> {
        match &target.place {
            Some(place) if name::is_place(place) => {
                Ok(Self { find: None, region: Word::Text(place.clone()) })
            }
            Some(_) => Err(Hand::StrangeName),
            None if target.kind == Kind::Machine => {
                let words = words(&[AWS_REGION, &target.name]);
                let find = Command { words, keeps: true, changes: false };
                Ok(Self { find: Some(find), region: Word::Kept(0) })
            }
            None => Err(Hand::Judgement),
        }
    }

    /// `aws SERVICE OPERATION --region …` and what follows.
    fn call(&self, service: &str, operation: &str, rest: Vec<Word>) -> Command {
        let mut all = words(&["aws", service, operation, "--region"]);
        all.push(self.region.clone());
        all.extend(rest);
        Command { words: all, keeps: false, changes: true }
    }

    /// A function of the script's for what is here.
    fn function(&self, name: &str, target: &Target) -> Command {
        let mut all = words(&[name]);
        all.push(self.region.clone());
        all.extend(words(&[&target.name]));
        Command { words: all, keeps: false, changes: true }
    }

    fn recipe(self, commands: Vec<Command>, undo: Vec<Command>) -> Recipe {
        let with = |commands: Vec<Command>| match (&self.find, commands.is_empty()) {
            (Some(find), false) => std::iter::once(find.clone()).chain(commands).collect(),
            _ => commands,
        };
        Recipe { commands: with(commands), undo: with(undo) }
    }
}

fn machine(measure: Measure, target: &Target) -> Result<Recipe, Hand> {
    let place = Where::of(target)?;
    let id = format!("--instance-id={}", target.name);
    let ids = format!("--instance-ids={}", target.name);
    let call = |operation: &str, rest: &[&str]| place.call("ec2", operation, words(rest));
    let (commands, undo) = match measure {
        Measure::Snapshot => {
            let which = format!("--instance-specification=InstanceId={}", target.name);
            let why = "--description=kept by Firedamp as evidence";
            (vec![call("create-snapshots", &[&which, why])], vec![])
        }
        Measure::LiftProtection => {
            let set = |flag: &str| call("modify-instance-attribute", &[&id, flag]);
            let off = vec![set("--no-disable-api-termination"), set("--no-disable-api-stop")];
            (off, vec![set("--disable-api-termination"), set("--disable-api-stop")])
        }
        Measure::Stop => {
            (vec![call("stop-instances", &[&ids])], vec![call("start-instances", &[&ids])])
        }
        Measure::Remove => (vec![call("terminate-instances", &[&ids])], vec![]),
        Measure::Isolate => return Ok(isolate(place, target)),
        _ => return Err(Hand::NoCommand),
    };
    Ok(place.recipe(commands, undo))
}

/// A group of its own that lets nothing through: others' groups, subnets and lists stay as they are. The
/// groups that it had are printed by the run; a person puts them back.
fn isolate(place: Where, target: &Target) -> Recipe {
    let shut = place.function("firedamp_isolate", target);
    place.recipe(vec![shut], vec![])
}

fn group(measure: Measure, target: &Target) -> Result<Recipe, Hand> {
    let place = Where::of(target)?;
    let name = format!("--auto-scaling-group-name={}", target.name);
    let call = |operation: &str, rest: &[&str]| {
        let all: Vec<&str> = std::iter::once(name.as_str()).chain(rest.iter().copied()).collect();
        place.call("autoscaling", operation, words(&all))
    };
    let launching: Vec<&str> = std::iter::once("--scaling-processes").chain(LAUNCHING).collect();
    let (commands, undo) = match measure {
        Measure::Snapshot => (vec![place.function("firedamp_keep_group", target)], vec![]),
        Measure::HoldGroup => (
            vec![call("suspend-processes", &launching)],
            vec![call("resume-processes", &launching)],
        ),
        Measure::EmptyGroup => {
            let none = ["--min-size=0", "--max-size=0", "--desired-capacity=0"];
            (vec![call("update-auto-scaling-group", &none)], vec![])
        }
        Measure::Remove => (vec![call("delete-auto-scaling-group", &["--force-delete"])], vec![]),
        _ => return Err(Hand::NoCommand),
    };
    Ok(place.recipe(commands, undo))
}

/// A service of ECS in its ARN: region, cluster, name.
#[must_use]
pub fn service_of<'a>(arn: &'a str, account: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let rest = arn.strip_prefix("arn:aws:ecs:")?;
    let (region, rest) = rest.split_once(':')?;
    let rest = rest.strip_prefix(account)?.strip_prefix(":service/")?;
    let (cluster, service) = rest.split_once('/')?;
    let fits = name::is_place(region) && name::is_aws(cluster) && name::is_aws(service);
    fits.then_some((region, cluster, service))
}

/// The options that name a key and whose it is.
fn key_options(target: &Target) -> Result<(String, String), Hand> {
    let user = target.parent.as_deref().filter(|user| name::is_aws(user)).ok_or(Hand::Judgement)?;
    if !name::is_access_key(&target.name) {
        return Err(Hand::StrangeName);
    }
    Ok((format!("--user-name={user}"), format!("--access-key-id={}", target.name)))
}

fn remove_key(target: &Target) -> Result<Recipe, Hand> {
    let (user, key) = key_options(target)?;
    let delete = change(&["aws", "iam", "delete-access-key", &user, &key]);
    Ok(Recipe { commands: vec![delete], undo: vec![] })
}

/// Takes back a right that the record names whole.
fn drop_grant(target: &Target) -> Result<Recipe, Hand> {
    let call = |operation: &str, options: [&str; 2]| {
        change(&["aws", "iam", operation, options[0], options[1]])
    };
    let both = |take: &str, give: &str, options: [&str; 2]| -> Result<Recipe, Hand> {
        Ok(Recipe { commands: vec![call(take, options)], undo: vec![call(give, options)] })
    };
    match Grant::read(&target.name).ok_or(Hand::StrangeName)? {
        Grant::Policy(arn, holder) => {
            let (kind, name) = holder.parts();
            let (name, arn) = (format!("--{kind}-name={name}"), format!("--policy-arn={arn}"));
            let (take, give) = (format!("detach-{kind}-policy"), format!("attach-{kind}-policy"));
            both(&take, &give, [&name, &arn])
        }
        Grant::Inline(policy, holder) => Ok(drop_inline(policy, holder)),
        Grant::Member(group, user) => {
            let (user, group) = (format!("--user-name={user}"), format!("--group-name={group}"));
            both("remove-user-from-group", "add-user-to-group", [&user, &group])
        }
        Grant::Profile(role, profile) => {
            let profile = format!("--instance-profile-name={profile}");
            let role = format!("--role-name={role}");
            let (take, give) =
                ("remove-role-from-instance-profile", "add-role-to-instance-profile");
            both(take, give, [&profile, &role])
        }
        _ => Err(Hand::Judgement),
    }
}

/// The run prints the policy's text before it goes; a person puts it back.
fn drop_inline(policy: &str, holder: Holder<'_>) -> Recipe {
    let (kind, name) = holder.parts();
    Recipe { commands: vec![change(&["firedamp_drop_inline", kind, name, policy])], undo: vec![] }
}

/// Closes what was opened, where the record names it whole; what a trust was before no record says.
fn close_door(target: &Target) -> Result<Recipe, Hand> {
    let grant = Grant::read(&target.name).ok_or(Hand::Judgement)?;
    let region = target.place.as_deref().filter(|place| name::is_place(place));
    let call = |operation: &str, options: &[&str]| -> Result<Recipe, Hand> {
        let region = region.ok_or(Hand::Judgement)?;
        let head = ["aws", "lambda", operation, "--region", region];
        let all: Vec<&str> = head.into_iter().chain(options.iter().copied()).collect();
        Ok(Recipe { commands: vec![change(&all)], undo: vec![] })
    };
    match grant {
        Grant::Statement(id, function) => {
            let (function, id) =
                (format!("--function-name={function}"), format!("--statement-id={id}"));
            call("remove-permission", &[&function, &id])
        }
        Grant::Url(function) => {
            call("delete-function-url-config", &[&format!("--function-name={function}")])
        }
        _ => Err(Hand::Judgement),
    }
}

fn cut_key(target: &Target) -> Result<Recipe, Hand> {
    let (user, key) = key_options(target)?;
    let set = |status: &str| change(&["aws", "iam", "update-access-key", &user, &key, status]);
    Ok(Recipe { commands: vec![set("--status=Inactive")], undo: vec![set("--status=Active")] })
}

impl Aws {
    /// The name of a user or a role: by itself, or in an ARN of this account.
    fn own<'a>(&self, target: &'a Target, kind: &str) -> Result<&'a str, Hand> {
        if target.name.ends_with(":root") {
            return Err(Hand::Judgement);
        }
        if ["role/aws-service-role/", "AWSReservedSSO_"].iter().any(|own| target.name.contains(own))
        {
            return Err(Hand::NoCommand);
        }
        let name = match target.name.starts_with("arn:") {
            true => name_of(&target.name, &self.account, kind).ok_or(Hand::Elsewhere)?,
            false => &target.name,
        };
        if name::is_aws(name) { Ok(name) } else { Err(Hand::StrangeName) }
    }

    fn deny(&self, target: &Target, kind: &str) -> Result<Recipe, Hand> {
        let own = self.own(target, &format!("{kind}/"))?;
        let name = format!("--{kind}-name={own}");
        let policy = format!("--policy-name={DENY_POLICY}");
        let document = format!("--policy-document={}", deny_policy());
        let (put, delete) = (format!("put-{kind}-policy"), format!("delete-{kind}-policy"));
        let put = change(&["aws", "iam", &put, &name, &policy, &document]);
        let undo = change(&["aws", "iam", &delete, &name, &policy]);
        Ok(Recipe { commands: vec![put], undo: vec![undo] })
    }

    /// With all that it has, or AWS does not let it go.
    fn remove_principal(&self, target: &Target, kind: &str) -> Result<Recipe, Hand> {
        let own = self.own(target, &format!("{kind}/"))?;
        let function = format!("firedamp_remove_{kind}");
        Ok(Recipe { commands: vec![change(&[&function, own])], undo: vec![] })
    }

    /// A password that somebody has lost is set anew by an administrator; keys stay as they are.
    fn drop_login(&self, target: &Target) -> Result<Recipe, Hand> {
        let user = format!("--user-name={}", self.own(target, "user/")?);
        let delete = change(&["aws", "iam", "delete-login-profile", &user]);
        Ok(Recipe { commands: vec![delete], undo: vec![] })
    }

    /// Whoever has a right to the role takes it up again; stolen sessions are worth nothing.
    fn end_sessions(&self, target: &Target) -> Result<Recipe, Hand> {
        let role = format!("--role-name={}", self.own(target, "role/")?);
        let policy = format!("--policy-name={SESSIONS_POLICY}");
        let document = format!("--policy-document={}", sessions_policy(self.now));
        let put = change(&["aws", "iam", "put-role-policy", &role, &policy, &document]);
        let undo = change(&["aws", "iam", "delete-role-policy", &role, &policy]);
        Ok(Recipe { commands: vec![put], undo: vec![undo] })
    }

    fn service(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        let own = service_of(&target.name, &self.account);
        let (region, cluster, service) = own.ok_or(Hand::NoCommand)?;
        let (cluster, service) = (format!("--cluster={cluster}"), format!("--service={service}"));
        let call = |operation: &str, last: &str| {
            change(&["aws", "ecs", operation, "--region", region, &cluster, &service, last])
        };
        match measure {
            Measure::Stop => Ok(Recipe {
                commands: vec![call("update-service", "--desired-count=0")],
                undo: vec![],
            }),
            Measure::Remove => {
                Ok(Recipe { commands: vec![call("delete-service", "--force")], undo: vec![] })
            }
            _ => Err(Hand::NoCommand),
        }
    }
}
