//! Google's tool, `gcloud`. Logs name machines without their zone, so that it is looked up.

use std::collections::BTreeSet;

use super::{
    Command, Hand, Kind, Measure, Target, Word,
    builder::{Builder, Cloud, Recipe, words},
    name,
};
use crate::judged::Done;

/// The tag of isolated machines, and the rule that holds for it.
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
            (Measure::AskOwner | Measure::Decide | Measure::Watch, _) => {
                return Err(Hand::Judgement);
            }
            // Workspace's own, which no tool of the cloud reaches.
            (_, Kind::User) => return Err(Hand::NoCommand),
            (_, Kind::Application) => return self.service_account(measure, &target.name),
            _ => {}
        }
        if !name::is_google(&target.name) || !name::is_project(&self.project) {
            return Err(Hand::StrangeName);
        }
        match target.kind {
            Kind::Machine => self.machine(measure, &target.name),
            Kind::Group => self.group(measure, &target.name),
            _ => Err(Hand::NoCommand),
        }
    }
}

/// `gcloud compute` and what follows; `{0}` is what the first command of the step found.
fn compute(rest: &[&str], project: &str, keeps: bool, changes: bool) -> Command {
    let mut all = words(&["gcloud", "compute"]);
    all.extend(rest.iter().map(|text| match *text {
        "{0}" => Word::Kept(0),
        "{1}" => Word::Kept(1),
        text => Word::Text(text.to_string()),
    }));
    all.extend(words(&["--quiet", &format!("--project={project}")]));
    Command { words: all, keeps, changes }
}

impl Google {
    fn find(&self, rest: &[&str]) -> Command {
        compute(rest, &self.project, true, false)
    }

    fn change(&self, rest: &[&str]) -> Command {
        compute(rest, &self.project, false, true)
    }

    /// Only those of this project: the one that machines have anyway is everybody's.
    fn service_account(&self, measure: Measure, mail: &str) -> Result<Recipe, Hand> {
        if !name::is_service_account(mail, &self.project) {
            return Err(Hand::Elsewhere);
        }
        if measure != Measure::CutPrincipal {
            return Err(Hand::NoCommand);
        }
        let project = format!("--project={}", self.project);
        let set = |operation: &str| Command {
            words: words(&[
                "gcloud",
                "iam",
                "service-accounts",
                operation,
                mail,
                "--quiet",
                &project,
            ]),
            keeps: false,
            changes: true,
        };
        Ok(Recipe { commands: vec![set("disable")], undo: vec![set("enable")] })
    }

    fn machine(&self, measure: Measure, vm: &str) -> Result<Recipe, Hand> {
        let filter = format!("--filter=name={vm}");
        let zone = self.find(&["instances", "list", &filter, "--format=value(zone.basename())"]);
        let on = |operation: &str| self.change(&["instances", operation, vm, "--zone", "{0}"]);
        let flag = |flag: &str| self.change(&["instances", "update", vm, flag, "--zone", "{0}"]);
        let (commands, undo) = match measure {
            Measure::Snapshot => {
                let describe = ["instances", "describe", vm, "--format=value(disks[0].source)"];
                let describe: Vec<&str> = describe.into_iter().chain(["--zone", "{0}"]).collect();
                let named = format!("firedamp-{vm}");
                let create = ["snapshots", "create", &named, "--source-disk", "{1}"];
                (vec![self.find(&describe), self.change(&create)], vec![])
            }
            Measure::LiftProtection => {
                (vec![flag("--no-deletion-protection")], vec![flag("--deletion-protection")])
            }
            Measure::Stop => (vec![on("stop")], vec![on("start")]),
            Measure::Remove => (vec![on("delete")], vec![]),
            Measure::Isolate => self.isolate(vm),
            _ => return Err(Hand::NoCommand),
        };
        let with = |commands: Vec<Command>| match commands.is_empty() {
            true => commands,
            false => std::iter::once(zone.clone()).chain(commands).collect(),
        };
        Ok(Recipe { commands: with(commands), undo: with(undo) })
    }

    /// A rule for a tag that only isolated machines have; the network's other rules stay.
    fn isolate(&self, vm: &str) -> (Vec<Command>, Vec<Command>) {
        let describe =
            ["instances", "describe", vm, "--format=value(networkInterfaces[0].network)"];
        let describe: Vec<&str> = describe.into_iter().chain(["--zone", "{0}"]).collect();
        let rule = [
            "firewall-rules",
            "create",
            &format!("{ISOLATED}-{vm}"),
            "--direction=EGRESS",
            "--action=DENY",
            "--rules=all",
            "--priority=0",
            &format!("--target-tags={ISOLATED}"),
            "--network",
            "{1}",
        ];
        let tags = format!("--tags={ISOLATED}");
        let tag =
            |operation: &str| self.change(&["instances", operation, vm, &tags, "--zone", "{0}"]);
        let commands = vec![self.find(&describe), self.change(&rule), tag("add-tags")];
        (commands, vec![tag("remove-tags")])
    }

    fn group(&self, measure: Measure, group: &str) -> Result<Recipe, Hand> {
        let filter = format!("--filter=name={group}");
        let managed = ["instance-groups", "managed"];
        let zone = [managed[0], managed[1], "list", &filter, "--format=value(zone.basename())"];
        let zone = self.find(&zone);
        let on = |operation: &str, rest: &[&str]| {
            let mut all = vec![managed[0], managed[1], operation, group];
            all.extend(rest);
            all.extend(["--zone", "{0}"]);
            self.change(&all)
        };
        let command = match measure {
            Measure::HoldGroup => on("stop-autoscaling", &[]),
            Measure::EmptyGroup => on("resize", &["--size=0"]),
            Measure::Remove => on("delete", &[]),
            _ => return Err(Hand::NoCommand),
        };
        Ok(Recipe { commands: vec![zone, command], undo: vec![] })
    }
}
