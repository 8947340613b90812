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
            (Measure::AskOwner | Measure::CloseDoor | Measure::Decide | Measure::Watch, _) => {
                return Err(Hand::Judgement);
            }
            // No record says how much it was before.
            (_, Kind::Quota) => return Err(Hand::Judgement),
            (Measure::DropElevation, _) => return self.elevation(target),
            (_, Kind::User) => return self.user(measure, &target.name),
            (_, Kind::Application) => return self.application(measure, &target.name),
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
                Ok(done(self.change(&["az", "lock", "delete", "--ids", id])))
            }
            Kind::Grant if measure == Measure::DropGrant => {
                Ok(done(self.change(&["az", "role", "assignment", "delete", "--ids", id])))
            }
            Kind::Machine if is_node(&id.to_ascii_lowercase()) => self.node(measure, id),
            Kind::Machine => self.machine(measure, id),
            Kind::Group => self.scale_set(measure, id),
            Kind::Container => self.container(measure, id),
            // A site, a cluster or a workspace holds more than what mines, and the log has one word for
            // making and for changing it.
            Kind::Other if measure == Measure::Remove => Err(Hand::Judgement),
            _ => Err(Hand::NoCommand),
        }
    }
}

/// The role that `elevateAccess` gives, and where: above every subscription of the directory.
const ELEVATED: [&str; 4] = ["--role", "User Access Administrator", "--scope", "/"];

fn done(command: Command) -> Recipe {
    Recipe { commands: vec![command], undo: vec![] }
}

/// Whether an id, in lower case, is of one machine of a scale set.
fn is_node(id: &str) -> bool {
    id.split_once("/microsoft.compute/virtualmachinescalesets/")
        .is_some_and(|(_, set)| set.contains("/virtualmachines/"))
}

impl Azure {
    /// A command that changes something in this subscription, whichever one somebody has chosen.
    fn change(&self, texts: &[&str]) -> Command {
        let mut all = words(texts);
        all.extend(words(&["--subscription", &self.subscription]));
        Command { words: all, keeps: false, changes: true }
    }

    /// A function of the script's, which is told the subscription first.
    fn function(&self, name: &str, rest: &[&str]) -> Command {
        let mut all = words(&[name, &self.subscription]);
        all.extend(words(rest));
        Command { words: all, keeps: false, changes: true }
    }

    /// A person, by the object id that Entra knows.
    fn user(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        if !name::is_guid(id) || !name::is_guid(&self.subscription) {
            return Err(Hand::Judgement);
        }
        let url = format!("https://graph.microsoft.com/v1.0/users/{id}/revokeSignInSessions");
        match measure {
            Measure::CutPrincipal => {
                let update = ["az", "ad", "user", "update", "--id", id, "--account-enabled"];
                let set = |enabled: &str| {
                    let words: Vec<&str> = update.into_iter().chain([enabled]).collect();
                    self.change(&words)
                };
                Ok(Recipe { commands: vec![set("false")], undo: vec![set("true")] })
            }
            Measure::EndSessions => {
                Ok(done(self.change(&["az", "rest", "--method", "post", "--url", &url])))
            }
            _ => Err(Hand::NoCommand),
        }
    }

    /// The assignment that `elevateAccess` made, which is at no subscription: it is looked for first.
    fn elevation(&self, target: &Target) -> Result<Recipe, Hand> {
        let id = target.name.as_str();
        if !name::is_guid(id) || !name::is_guid(&self.subscription) {
            return Err(Hand::Judgement);
        }
        let at_root = |operation: &str, rest: &[&str]| {
            let mut all = vec!["az", "role", "assignment", operation];
            all.extend(ELEVATED);
            all.extend(rest);
            self.change(&all)
        };
        let find = at_root("list", &["--assignee", id, "--query", "[0].id", "--output", "tsv"]);
        let find = Command { keeps: true, changes: false, ..find };
        let mut delete = self.change(&["az", "role", "assignment", "delete", "--ids"]);
        // Behind `--ids`, before the subscription.
        delete.words.insert(5, Word::Kept(0));
        let kind = if target.kind == Kind::User { "User" } else { "ServicePrincipal" };
        let who = ["--assignee-object-id", id, "--assignee-principal-type", kind];
        Ok(Recipe { commands: vec![find, delete], undo: vec![at_root("create", &who)] })
    }

    fn application(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        if !name::is_guid(id) || !name::is_guid(&self.subscription) {
            return Err(Hand::Judgement);
        }
        let set =
            |value: &str| self.change(&["az", "ad", "sp", "update", "--id", id, "--set", value]);
        match measure {
            Measure::CutPrincipal => Ok(Recipe {
                commands: vec![set("accountEnabled=false")],
                undo: vec![set("accountEnabled=true")],
            }),
            _ => Err(Hand::NoCommand),
        }
    }

    fn machine(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
        let vm = name::segment(id, "virtualmachines").ok_or(Hand::StrangeName)?;
        Ok(match measure {
            Measure::Snapshot => done(self.function("firedamp_keep", &[group, id])),
            // A record that names the machine alone does not say what its lock is called. What it was
            // is printed; a person puts it back.
            Measure::LiftProtection => done(self.function("firedamp_unlock", &[id])),
            Measure::Stop => Recipe {
                commands: vec![self.change(&["az", "vm", "deallocate", "--ids", id])],
                undo: vec![self.change(&["az", "vm", "start", "--ids", id])],
            },
            Measure::Remove => done(self.change(&["az", "vm", "delete", "--ids", id, "--yes"])),
            Measure::Isolate => Recipe {
                commands: vec![self.function("firedamp_isolate", &[group, id, vm])],
                undo: vec![self.function("firedamp_rejoin", &[group, id, vm])],
            },
            _ => return Err(Hand::NoCommand),
        })
    }

    /// One machine of a scale set: the others go on, and so does the set.
    fn node(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
        let set = name::segment(id, "virtualmachinescalesets").ok_or(Hand::StrangeName)?;
        let number = name::segment(id, "virtualmachines").ok_or(Hand::StrangeName)?;
        let named = ["--resource-group", group, "--name", set, "--instance-ids", number];
        let vmss = |operation: &str| {
            let words: Vec<&str> = ["az", "vmss", operation].into_iter().chain(named).collect();
            self.change(&words)
        };
        match measure {
            Measure::Stop => {
                Ok(Recipe { commands: vec![vmss("deallocate")], undo: vec![vmss("start")] })
            }
            Measure::Remove => Ok(done(vmss("delete-instances"))),
            _ => Err(Hand::NoCommand),
        }
    }

    fn scale_set(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        let group = name::segment(id, "resourcegroups").ok_or(Hand::StrangeName)?;
        let set = name::segment(id, "virtualmachinescalesets").ok_or(Hand::StrangeName)?;
        let vmss = |operation: &str, rest: &[&str]| {
            let mut all = vec!["az", "vmss", operation, "--resource-group", group, "--name", set];
            all.extend(rest);
            self.change(&all)
        };
        let hold = |enabled: &str| self.function("firedamp_hold", &[group, set, enabled]);
        Ok(match measure {
            Measure::Snapshot => done(self.function("firedamp_keep_group", &[group, set])),
            Measure::HoldGroup => {
                Recipe { commands: vec![hold("false")], undo: vec![hold("true")] }
            }
            Measure::EmptyGroup => done(vmss("scale", &["--new-capacity", "0"])),
            Measure::Remove => done(vmss("delete", &[])),
            _ => return Err(Hand::NoCommand),
        })
    }

    fn container(&self, measure: Measure, id: &str) -> Result<Recipe, Hand> {
        let set = |operation: &str| self.change(&["az", "container", operation, "--ids", id]);
        Ok(match measure {
            Measure::Stop => Recipe { commands: vec![set("stop")], undo: vec![set("start")] },
            Measure::Remove => {
                done(self.change(&["az", "container", "delete", "--ids", id, "--yes"]))
            }
            _ => return Err(Hand::NoCommand),
        })
    }
}
