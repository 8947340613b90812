//! What hijackers come back with, though all that mines is gone: keys, passwords, rights, open doors.

use std::collections::BTreeSet;

use super::name;
use crate::{event::Action, judged::Judged};

/// Keys that hijackers made, and keys that machines were made with, with whose they are.
pub(super) fn keys(
    judged: &Judged,
    hijackers: &BTreeSet<&str>,
) -> BTreeSet<(Option<String>, String)> {
    let is_key = |name: &str| name::is_access_key(name);
    let user_of = |arn: &str| {
        arn.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next()).map(str::to_string)
    };
    let mut keys = BTreeSet::new();
    let made = judged.deeds.iter().filter(|done| {
        done.action == Action::CreateCredential && hijackers.contains(done.principal.as_str())
    });
    for done in made {
        let (own, users): (Vec<&String>, Vec<&String>) =
            done.resources.iter().partition(|name| is_key(name));
        let user = users.first().map(|name| (*name).clone()).or_else(|| user_of(&done.principal));
        keys.extend(own.into_iter().map(|key| (user.clone(), key.clone())));
    }
    for maker in judged.resources.iter().filter_map(|one| one.created.as_ref()) {
        let key = maker.application.as_deref().filter(|key| is_key(key));
        if let Some(key) = key.filter(|_| hijackers.contains(maker.by.as_str())) {
            keys.insert((user_of(&maker.by), key.to_string()));
        }
    }
    keys
}
