//! Microsoft's tool, `az`. Resources go by their ARM id, which says where they are; an id in another
//! subscription is none of ours.

use super::{
    Command, Hand, Kind, Measure, Target, Word,
    builder::{Builder, Cloud, Recipe, words},
    name,
};
use crate::{event::CallerKind, judged::Done};

pub(super) fn plan(builder: &mut Builder<'_>) {
    let cloud = Azure { subscription: builder.account().to_string() };
    builder.all(&cloud);
}

struct Azure {
    subscription: String,
}

/// A command that changes something.
fn change(texts: &[&str]) -> Command {
    Command { words: words(texts), keeps: false, changes: true }
}

/// A command that finds something out.
fn find(texts: &[&str]) -> Command {
    Command { words: words(texts), keeps: true, changes: false }
}

/// A command that changes something and whose last word is what an earlier one found.
fn change_found(texts: &[&str], kept: usize) -> Command {
    let mut words = words(texts);
    words.push(Word::Kept(kept));
    Command { words, keeps: false, changes: true }
}

impl Cloud for Azure {
    fn kind(&self, id: &str, done: Option<&Done>) -> Kind {
        let lower = id.to_ascii_lowercase();
        let has = |mark: &str| lower.contains(mark);
        match () {
            () if has("/microsoft.authorization/locks/") => Kind::Lock,
            () if has("/microsoft.authorization/roleassignments/") => Kind::Grant,
            () if is_node(&lower) => Kind::Machine,
            () if has("/microsoft.compute/virtualmachinescalesets/") => Kind::Group,
            () if has("/microsoft.compute/virtualmachines/") => Kind::Machine,
            () if has("/microsoft.containerinstance/containergroups/") => Kind::Container,
            () if done.is_some_and(|done| done.kind == CallerKind::Application) => Kind::Other,
            () => Kind::Other,
        }
    }

    fn recipe(&self, measure: Measure, target: &Target) -> Result<Recipe, Hand> {
        match (measure, target.kind) {
            (Measure::AskOwner | Measure::Decide | Measure::Watch, _) => {
                return Err(Hand::Judgement);
            }
            (_, Kind::User) => return user(measure, &target.name),
            (_, Kind::Application) => return application(measure, &target.name),
            _ => {}
        }
        let id = target.name.as_str();
        if !name::is_arm(id, &self.subscription) {
            let other = id.to_ascii_lowercase().starts_with("/subscriptions/")
                && name::segment(id, "subscriptions").is_some_and(name::is_guid);
            return Err(if other { Hand::Elsewhere } else { Hand::StrangeName });
        }
        match target.kind {
            Kind::Lock if measure == Measure::DropLock => {
                Ok(done(change(&["az", "lock", "delete", "--ids", id])))
            }
            Kind::Grant if measure == Measure::DropGrant => {
                Ok(done(change(&["az", "role", "assignment", "delete", "--ids", id])))
            }
            Kind::Machine if is_node(&id.to_ascii_lowercase()) => node(measure, id),
            Kind::Machine => machine(measure, id),
            Kind::Group => scale_set(measure, id),
            Kind::Container => container(measure, id),
            // A site, a cluster or a workspace holds more than what mines, and the log has one word for
            // making and for changing it.
            Kind::Other if measure == Measure::Remove => Err(Hand::Judgement),
            _ => Err(Hand::NoCommand),
        }
    }
}

fn done(command: Command) -> Recipe {
    Recipe { commands: vec![command], undo: vec![] }
}

/// A person, by the object id that Entra knows.
fn user(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    if !name::is_guid(id) {
        return Err(Hand::Judgement);
    }
    let url = format!("https://graph.microsoft.com/v1.0/users/{id}/revokeSignInSessions");
    match measure {
        Measure::CutPrincipal => {
            let set = |enabled| {
                change(&["az", "ad", "user", "update", "--id", id, "--account-enabled", enabled])
            };
            Ok(Recipe { commands: vec![set("false")], undo: vec![set("true")] })
        }
        Measure::EndSessions => {
            Ok(done(change(&["az", "rest", "--method", "post", "--url", &url])))
        }
        _ => Err(Hand::NoCommand),
    }
}

fn application(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    if !name::is_guid(id) {
        return Err(Hand::Judgement);
    }
    let set = |value| change(&["az", "ad", "sp", "update", "--id", id, "--set", value]);
    match measure {
        Measure::CutPrincipal => Ok(Recipe {
            commands: vec![set("accountEnabled=false")],
            undo: vec![set("accountEnabled=true")],
        }),
        _ => Err(Hand::NoCommand),
    }
}

fn machine(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
    let vm = name::segment(id, "virtualmachines").ok_or(Hand::StrangeName)?;
    Ok(match measure {
        Measure::Snapshot => {
            let disk = "storageProfile.osDisk.managedDisk.id";
            let named = format!("firedamp-{vm}");
            let create = [
                "az",
                "snapshot",
                "create",
                "--resource-group",
                group,
                "--name",
                &named,
                "--source",
            ];
            let found =
                find(&["az", "vm", "show", "--ids", id, "--query", disk, "--output", "tsv"]);
            Recipe { commands: vec![found, change_found(&create, 0)], undo: vec![] }
        }
        Measure::Stop => Recipe {
            commands: vec![change(&["az", "vm", "deallocate", "--ids", id])],
            undo: vec![change(&["az", "vm", "start", "--ids", id])],
        },
        Measure::Remove => done(change(&["az", "vm", "delete", "--ids", id, "--yes"])),
        Measure::Isolate => isolate(id, group, vm),
        _ => return Err(Hand::NoCommand),
    })
}

/// A security group of its own that lets nothing through, on the machine's own interface.
fn isolate(id: &str, group: &str, vm: &str) -> Recipe {
    let shut = format!("firedamp-isolated-{vm}");
    let show =
        |query| find(&["az", "vm", "show", "--ids", id, "--query", query, "--output", "tsv"]);
    let place = show("location");
    let interface = show("networkProfile.networkInterfaces[0].id");
    let create = ["az", "network", "nsg", "create", "-g", group, "--name", &shut, "--location"];
    let rule = |direction| {
        change(&[
            "az",
            "network",
            "nsg",
            "rule",
            "create",
            "-g",
            group,
            "--nsg-name",
            &shut,
            "--name",
            direction,
            "--direction",
            direction,
            "--priority",
            "100",
            "--access",
            "Deny",
            "--protocol",
            "*",
            "--source-address-prefixes",
            "*",
            "--destination-address-prefixes",
            "*",
            "--destination-port-ranges",
            "*",
        ])
    };
    let set = ["az", "network", "nic", "update", "--network-security-group", &shut, "--ids"];
    let clear = ["az", "network", "nic", "update", "--remove", "networkSecurityGroup", "--ids"];
    Recipe {
        commands: vec![
            place,
            interface.clone(),
            change_found(&create, 0),
            rule("Outbound"),
            rule("Inbound"),
            change_found(&set, 1),
        ],
        undo: vec![interface, change_found(&clear, 0)],
    }
}

/// Whether an id, in lower case, is of one machine of a scale set.
fn is_node(id: &str) -> bool {
    id.split_once("/microsoft.compute/virtualmachinescalesets/")
        .is_some_and(|(_, set)| set.contains("/virtualmachines/"))
}

/// One machine of a scale set: the others go on, and so does the set.
fn node(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
    let set = name::segment(id, "virtualmachinescalesets").ok_or(Hand::StrangeName)?;
    let number = name::segment(id, "virtualmachines").ok_or(Hand::StrangeName)?;
    let named = ["--resource-group", group, "--name", set, "--instance-ids", number];
    let vmss = |operation: &str| {
        let words: Vec<&str> = ["az", "vmss", operation].into_iter().chain(named).collect();
        change(&words)
    };
    match measure {
        Measure::Stop => {
            Ok(Recipe { commands: vec![vmss("deallocate")], undo: vec![vmss("start")] })
        }
        Measure::Remove => Ok(done(vmss("delete-instances"))),
        _ => Err(Hand::NoCommand),
    }
}

fn scale_set(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
    let set = name::segment(id, "virtualmachinescalesets").ok_or(Hand::StrangeName)?;
    let named = ["--resource-group", group, "--name", set];
    let vmss = |operation: &str, rest: &[&str]| {
        let mut all = vec!["az", "vmss", operation];
        all.extend(named);
        all.extend(rest);
        change(&all)
    };
    Ok(match measure {
        Measure::HoldGroup => {
            // Where several hold it, they are printed on lines of their own, which is no name.
            let end = format!("/virtualMachineScaleSets/{set}");
            let query = format!("[?ends_with(targetResourceUri, '{end}')].name");
            let list = ["az", "monitor", "autoscale", "list", "-g", group, "--query", &query];
            let list: Vec<&str> = list.into_iter().chain(["--output", "tsv"]).collect();
            let turn = |enabled: &str| {
                let words = ["az", "monitor", "autoscale", "update", "-g", group, "--enabled"];
                let words: Vec<&str> = words.into_iter().chain([enabled, "--name"]).collect();
                change_found(&words, 0)
            };
            Recipe {
                commands: vec![find(&list), turn("false")],
                undo: vec![find(&list), turn("true")],
            }
        }
        Measure::EmptyGroup => done(vmss("scale", &["--new-capacity", "0"])),
        Measure::Remove => done(vmss("delete", &[])),
        _ => return Err(Hand::NoCommand),
    })
}

fn container(measure: Measure, id: &str) -> Result<Recipe, Hand> {
    let set = |operation: &str| change(&["az", "container", operation, "--ids", id]);
    Ok(match measure {
        Measure::Stop => Recipe { commands: vec![set("stop")], undo: vec![set("start")] },
        Measure::Remove => done(change(&["az", "container", "delete", "--ids", id, "--yes"])),
        _ => return Err(Hand::NoCommand),
    })
}
