//! Google's tool, `gcloud`. Logs name machines without their zone, so that it is looked up.

use std::collections::BTreeSet;

use super::{
    Command, Hand, Kind, Measure, Target, Word,
    builder::{Builder, Cloud, Recipe, words},
    name,
};
use crate::{
    grant::{CONDITIONAL, Grant},
    judged::Done,
};

/// The tag of isolated machines: rules of the script's hold for it.
pub const ISOLATED: &str = "firedamp-isolated";

pub(super) fn plan(builder: &mut Builder<'_>) {
    // Traffic, names and load are told of machines alone.
    let machines = builder.named_in(&["compute", "dns", "fleet", "network"]);
    let cloud = Google { project: builder.account().to_string(), machines };
    builder.all(&cloud);
}

struct Google {
    project: String,
    /// What is known to be a machine without a call that made it.
    machines: BTreeSet<String>,
}

impl Cloud for Google {
    fn kind(&self, id: &str, done: Option<&Done>) -> Kind {
        let operation = done.map_or("", |done| done.operation.as_str());
        match () {
            () if id.ends_with(".gserviceaccount.com") => Kind::Application,
            () if id.contains('@') => Kind::User,
            () if operation.contains("nstanceGroupManagers") => Kind::Group,
            () if operation.contains("nstances") => Kind::Machine,
            // A cluster or a service may go by the name of a machine that has nothing to do with it.
            () if operation.is_empty() && self.machines.contains(id) => Kind::Machine,
            () => Kind::Other,
        }
    }

    fn recipe(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        match (measure, target.kind) {
            (Measure::AskOwner | Measure::CloseDoor | Measure::Decide | Measure::Watch, _) => {
                return Err(Hand::Judgement);
            }
            // No record says how much it was before.
            (_, Kind::Quota) => return Err(Hand::Judgement),
            // Workspace's own, which no tool of the cloud reaches.
            (_, Kind::User) => return Err(Hand::NoCommand),
            (_, Kind::Application) => return self.service_account(measure, &target.name),
            (_, Kind::Key) => return self.key(measure, &target.name),
            (Measure::DropGrant, _) => return self.drop_grant(&target.name),
            _ => {}
        }
        if !name::is_google(&target.name) || !name::is_project(&self.project) {
            return Err(Hand::StrangeName);
        }
        match target.kind {
            Kind::Machine => self.machine(measure, target),
            Kind::Group => self.group(measure, target),
            _ => Err(Hand::NoCommand),
        }
    }
}

impl Google {
    /// `gcloud compute` and what follows; `{0}` is what the first command of the step found.
    fn change(&self, rest: &[&str]) -> Command {
        let mut all = words(&["gcloud", "compute"]);
        all.extend(rest.iter().map(|text| match *text {
            "{0}" => Word::Kept(0),
            text => Word::Text(text.to_string()),
        }));
        all.extend(words(&["--quiet", &format!("--project={}", self.project)]));
        Command { words: all, keeps: false, changes: true }
    }

    /// Finds out where a target is, within what the evidence says of its place; `listed` is how such
    /// things are listed.
    fn find(&self, target: &Target, listed: &[&str]) -> Result<Command, Hand> {
        let known = target.place.as_deref().filter(|place| *place != "global").unwrap_or_default();
        if !known.is_empty() && !name::is_place(known) {
            return Err(Hand::StrangeName);
        }
        let mut all = words(&["firedamp_where", &self.project, &target.name, known]);
        all.extend(words(listed));
        Ok(Command { words: all, keeps: true, changes: false })
    }

    /// A function of the script's for what the first command of the step found.
    fn function(&self, name: &str, own: &str) -> Command {
        let mut all = words(&[name, &self.project, own]);
        all.push(Word::Kept(0));
        Command { words: all, keeps: false, changes: true }
    }

    /// Only those of this project: the one that machines have anyway is everybody's.
    fn service_account(&self, measure: Measure, mail: &str) -> Result<Recipe, Hand> {
        if !name::is_service_account(mail, &self.project) {
            return Err(Hand::Elsewhere);
        }
        if measure != Measure::CutPrincipal {
            return Err(Hand::NoCommand);
        }
        let set = |operation: &str| self.identity(&["iam", "service-accounts", operation, mail]);
        Ok(Recipe { commands: vec![set("disable")], undo: vec![set("enable")] })
    }

    /// `gcloud` and what follows, of accounts and rights.
    fn identity(&self, rest: &[&str]) -> Command {
        let mut all = words(&["gcloud"]);
        all.extend(words(rest));
        all.extend(words(&["--quiet", &format!("--project={}", self.project)]));
        Command { words: all, keeps: false, changes: true }
    }

    /// A key of one of this project's accounts: switched off first, and removed when all is done.
    fn key(&self, measure: Measure, name: &str) -> Result<Recipe, Hand> {
        let known = name::service_account_key(name, &self.project);
        let (mail, key) = known.ok_or(Hand::Elsewhere)?;
        let account = format!("--iam-account={mail}");
        let keys = |operation: &str| {
            self.identity(&["iam", "service-accounts", "keys", operation, key, &account])
        };
        match measure {
            Measure::CutKey => {
                Ok(Recipe { commands: vec![keys("disable")], undo: vec![keys("enable")] })
            }
            Measure::Remove => Ok(Recipe { commands: vec![keys("delete")], undo: vec![] }),
            _ => Err(Hand::NoCommand),
        }
    }

    /// Takes a role of this project from whom the record names.
    fn drop_grant(&self, name: &str) -> Result<Recipe, Hand> {
        if name.ends_with(CONDITIONAL) {
            return Err(Hand::Judgement);
        }
        let Some(Grant::Binding { role, member, project }) = Grant::read(name) else {
            return Err(Hand::StrangeName);
        };
        if project != self.project {
            return Err(Hand::Elsewhere);
        }
        let (role, member) = (format!("--role={role}"), format!("--member={member}"));
        let binding = |operation: &str| {
            let unconditional = "--condition=None";
            self.identity(&["projects", operation, project, &member, &role, unconditional])
        };
        Ok(Recipe {
            commands: vec![binding("remove-iam-policy-binding")],
            undo: vec![binding("add-iam-policy-binding")],
        })
    }

    fn machine(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        let vm = target.name.as_str();
        let at = self.find(target, &["instances"])?;
        let on = |operation: &str| self.change(&["instances", operation, vm, "{0}"]);
        let flag = |flag: &str| self.change(&["instances", "update", vm, flag, "{0}"]);
        let tags = format!("--tags={ISOLATED}");
        let (commands, undo) = match measure {
            Measure::Snapshot => (vec![self.function("firedamp_keep", vm)], vec![]),
            Measure::LiftProtection => {
                (vec![flag("--no-deletion-protection")], vec![flag("--deletion-protection")])
            }
            Measure::Stop => (vec![on("stop")], vec![on("start")]),
            Measure::Remove => (vec![on("delete")], vec![]),
            Measure::Isolate => (
                vec![self.function("firedamp_isolate", vm)],
                vec![self.change(&["instances", "remove-tags", vm, &tags, "{0}"])],
            ),
            _ => return Err(Hand::NoCommand),
        };
        let with = |commands: Vec<Command>| match commands.is_empty() {
            true => commands,
            false => std::iter::once(at.clone()).chain(commands).collect(),
        };
        Ok(Recipe { commands: with(commands), undo: with(undo) })
    }

    /// Groups lie in a zone or in a whole region.
    fn group(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        let group = target.name.as_str();
        let managed = ["instance-groups", "managed"];
        let at = self.find(target, &managed)?;
        let on = |operation: &str, rest: &[&str]| {
            let mut all = vec![managed[0], managed[1], operation, group, "{0}"];
            all.extend(rest);
            self.change(&all)
        };
        let command = match measure {
            Measure::Snapshot => self.function("firedamp_keep_group", group),
            Measure::HoldGroup => self.function("firedamp_hold", group),
            Measure::EmptyGroup => on("resize", &["--size=0"]),
            Measure::Remove => on("delete", &[]),
            _ => return Err(Hand::NoCommand),
        };
        Ok(Recipe { commands: vec![at, command], undo: vec![] })
    }
}
