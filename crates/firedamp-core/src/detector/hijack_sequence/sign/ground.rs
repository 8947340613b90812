//! Signs of looking for room, of getting ready, and of staying.

use std::collections::BTreeSet;

use super::{Deeds, Pillar, Sign, crowd, densest, names, operations, places, region};
use crate::{
    event::{Action, CallOutcome},
    names::Sighting,
    saying::Saying,
};

const SWEEP_SECONDS: i64 = 300;
const SWEEP_REGIONS_MIN: usize = 4;
const DRY_RUN_SECONDS: i64 = 600;
const DRY_RUNS_MIN: usize = 3;
/// So many requests for more are looking for room wherever it is.
const RAISES_MANY: usize = 3;
const REFUSED_SECONDS: i64 = 3600;
const REFUSED_REGIONS_MIN: usize = 4;
const SCRIPT_SECONDS: i64 = 3600;
const SCRIPTS_MIN: usize = 5;

/// Quotas were read in many regions within minutes.
pub(super) fn sweep(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps =
        deeds.chosen(|kept| kept.step.action == Action::ReadQuota && !kept.step.region.is_empty());
    let (regions, steps) = densest(&steps, SWEEP_SECONDS, region);
    if regions < SWEEP_REGIONS_MIN {
        return None;
    }
    let said = Saying::of("found-sign-sweep").count("regions", regions);
    Sign::of("quota_sweep", deeds.points.sweep, &[Pillar::Probe], &steps, said)
}

/// Calls that only tried whether they would work.
pub(super) fn dry_runs(deeds: &Deeds<'_>) -> Option<Sign> {
    let all = deeds.chosen(|kept| kept.step.outcome() == CallOutcome::DryRun);
    let burst = crowd(&all, DRY_RUN_SECONDS);
    if burst.len() < DRY_RUNS_MIN {
        let said = Saying::of("found-sign-dry-runs").count("count", all.len());
        return Sign::of("dry_runs", deeds.points.dry_run, &[], &all, said);
    }
    let said = Saying::of("found-sign-dry-runs").count("count", burst.len());
    Sign::of("dry_runs", deeds.points.dry_runs, &[Pillar::Probe], &burst, said)
}

/// More quota was asked for.
pub(super) fn raises(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.chosen(|kept| {
        let refused = matches!(kept.step.outcome(), CallOutcome::Denied | CallOutcome::DryRun);
        kept.step.action == Action::RaiseQuota && !refused
    });
    let pillars: &[Pillar] = if steps.len() >= RAISES_MANY { &[Pillar::Probe] } else { &[] };
    let said = Saying::of("found-sign-raises").count("count", steps.len());
    Sign::of("quota_raise", deeds.points.raise, pillars, &steps, said)
}

/// Compute was asked for and not given in many regions: quotas tried out instead of read.
pub(super) fn refusals(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.chosen(|kept| {
        let given = matches!(kept.step.outcome(), CallOutcome::Succeeded | CallOutcome::DryRun);
        kept.step.action == Action::CreateCompute && !given && !kept.step.region.is_empty()
    });
    let (regions, steps) = densest(&steps, REFUSED_SECONDS, region);
    if regions < REFUSED_REGIONS_MIN {
        return None;
    }
    let said = Saying::of("found-sign-refused").count("regions", regions);
    Sign::of("refused", deeds.points.refused, &[Pillar::Probe], &steps, said)
}

/// Services, provider namespaces or regions were switched on.
pub(super) fn enabled(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&[Action::EnableService]);
    let said = Saying::of("found-sign-enabled").count("count", steps.len());
    Sign::of("enabled", deeds.points.enabled, &[], &steps, said)
}

/// What had just been made was protected from removal.
pub(super) fn protected(deeds: &Deeds<'_>) -> Option<Sign> {
    let first = deeds.made().first()?.step.time();
    let mut steps = deeds.done(&[Action::Protect]);
    steps.retain(|kept| kept.step.time() >= first);
    let resources: BTreeSet<&Sighting> =
        steps.iter().flat_map(|kept| &kept.step.resources).collect();
    let count = resources.len().max(steps.len());
    let said = Saying::of("found-sign-protected").count("count", count);
    Sign::of("protected", deeds.points.protected, &[Pillar::Keep], &steps, said)
}

/// Logs, alerts, budgets or detectors were removed.
pub(super) fn blinded(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&[Action::Blind]);
    let said = Saying::of("found-sign-blinded").text("operations", operations(&steps));
    Sign::of("blinded", deeds.points.blinded, &[Pillar::Keep], &steps, said)
}

/// Something was opened for everybody, to come back through.
pub(super) fn doors(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.done(&[Action::OpenDoor]);
    let said = Saying::of("found-sign-door").text("operations", operations(&steps));
    Sign::of("open_door", deeds.points.open_door, &[], &steps, said)
}

/// Scripts were run on many machines.
pub(super) fn scripts(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = crowd(&deeds.done(&[Action::RunScript]), SCRIPT_SECONDS);
    let resources: BTreeSet<&Sighting> =
        steps.iter().flat_map(|kept| &kept.step.resources).collect();
    let count = resources.len().max(steps.len());
    if count < SCRIPTS_MIN {
        return None;
    }
    let regions = names(&steps, region).len();
    let said = Saying::of("found-sign-scripts")
        .count("count", count)
        .say("where", (regions > 1).then(|| places(regions)));
    Sign::of("scripts", deeds.points.scripts, &[], &steps, said)
}
