//! Signs of somebody who was not there before, or who took rights.

use super::{Deeds, Pillar, Sign, operations};
use crate::{
    detector::hijack_sequence::history::{Kept, Novelty},
    event::{Action, CallerKind},
    saying::Saying,
    time::Time,
};

/// How soon after taking rights over everything a new secret is made.
const SECRET_SECONDS: i64 = 7200;
/// How soon after an account was made or moved something is deployed in it.
const DEPLOYED_SECONDS: i64 = 3600;

const IDENTITIES: [Action; 3] =
    [Action::CreateCredential, Action::CreatePrincipal, Action::GrantAccess];

/// A principal that was never seen before.
pub(super) fn principal(deeds: &Deeds<'_>) -> Option<Sign> {
    let history = deeds.history;
    let steps = deeds.chosen(|kept| !kept.step.principal.is_empty());
    let said = |name: &str| Saying::of("found-sign-principal").text("name", name);
    first_seen(
        deeds,
        steps,
        "new_principal",
        |kept| history.principal(&kept.step),
        |kept| said(&kept.step.principal),
    )
}

/// A network that was never called from before.
pub(super) fn network(deeds: &Deeds<'_>) -> Option<Sign> {
    let history = deeds.history;
    let steps = deeds.chosen(|kept| kept.step.address.is_some());
    first_seen(
        deeds,
        steps,
        "new_network",
        |kept| history.network(&kept.step),
        |kept| {
            let address = kept.step.address.map(|address| address.to_string()).unwrap_or_default();
            Saying::of("found-sign-network").text("address", address)
        },
    )
}

fn first_seen(
    deeds: &Deeds<'_>,
    steps: Vec<&Kept>,
    id: &'static str,
    novelty: impl Fn(&Kept) -> Novelty,
    said: impl Fn(&Kept) -> Saying,
) -> Option<Sign> {
    let of = |wanted: Novelty| steps.iter().copied().find(|kept| novelty(kept) == wanted);
    if let Some(kept) = of(Novelty::New) {
        return Sign::of(id, deeds.points.new_caller, &[Pillar::Who], &[kept], said(kept));
    }
    let kept = of(Novelty::Unknown)?;
    let said = Saying::of("found-sign-caller-unknown");
    Sign::of(id, deeds.points.unknown, &[], &[kept], said)
}

/// A guest, or somebody to whom the account was delegated, acts for the first time.
pub(super) fn foreign(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.chosen(|kept| kept.step.caller == CallerKind::Foreign);
    let kept = steps.first()?;
    let points = match deeds.history.principal(&kept.step) {
        Novelty::New => deeds.points.foreign,
        Novelty::Unknown => deeds.points.foreign_unknown,
        Novelty::Known | Novelty::Settled => return None,
    };
    let said = Saying::of("found-sign-foreign");
    Sign::of("foreign_principal", points, &[Pillar::Who], &steps, said)
}

/// Rights over everything were taken; worse when a secret follows.
pub(super) fn elevated(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&[Action::ElevateAccess]);
    let first = steps.first()?.step.time();
    let secrets = deeds.done(&IDENTITIES[..2]);
    let soon = follows(first, &secrets, SECRET_SECONDS);
    let (points, id) = if soon {
        (deeds.points.elevated_secret, "found-sign-elevated-secret")
    } else {
        (deeds.points.elevated, "found-sign-elevated")
    };
    let said = Saying::of(id).text("operations", operations(&steps));
    Sign::of("elevation", points, &[Pillar::Who], &steps, said)
}

/// The account was made or moved, and at once something was deployed in it.
pub(super) fn account(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&[Action::CreateAccount, Action::MoveAccount]);
    let last = steps.last()?.step.time();
    let soon = follows(last, &deeds.made(), DEPLOYED_SECONDS);
    let moved = steps.iter().any(|kept| kept.step.action == Action::MoveAccount);
    let (points, id) = match (soon, moved) {
        (true, _) => (deeds.points.account_deployed, "found-sign-account-deployed"),
        (false, true) => (deeds.points.account_moved, "found-sign-account-moved"),
        (false, false) => return None,
    };
    let said = Saying::of(id).text("operations", operations(&steps));
    Sign::of("account", points, &[Pillar::Who], &steps, said)
}

/// Keys, principals and grants. Every roll-out makes some.
pub(super) fn identities(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&IDENTITIES);
    let said = Saying::of("found-sign-identities")
        .count("count", steps.len())
        .text("operations", operations(&steps));
    Sign::of("identities", deeds.points.identities, &[], &steps, said)
}

fn follows(time: Time, steps: &[&Kept], seconds: i64) -> bool {
    let after = |kept: &&Kept| (0..=seconds).contains(&kept.step.time().seconds_since(time));
    steps.iter().any(after)
}
