//! Signs in what was made: how much, how large, of how many kinds, and where.

use super::{Deeds, Pillar, Sign, densest, names, places, region};
use crate::{
    detector::hijack_sequence::history::{Kept, Novelty},
    event::{Action, CallOutcome},
    saying::{Blank, Saying},
};

/// From how many large machines on they are a fleet.
const LARGE_FLEET_MIN: f64 = 10.0;
/// From how many of any size on.
const FLEET_MIN: f64 = 100.0;
/// From how many services on compute is spread over them …
const SPREAD_SERVICES_MIN: usize = 4;
/// … and from how many regions on that is a fleet.
const SPREAD_REGIONS_MIN: usize = 4;
/// A surge is no less than this …
const SURGE_MIN: f64 = 10.0;
/// … and so many times what was made on the busiest day before.
const SURGE_TIMES: f64 = 3.0;
const WIDE_SECONDS: i64 = 3600;
const WIDE_REGIONS_MIN: usize = 3;
/// From how many regions on going through them is probing.
const PROBED_REGIONS_MIN: usize = 8;

fn total(steps: &[&Kept]) -> f64 {
    steps.iter().map(|kept| kept.step.count() as f64 * kept.weight).sum()
}

/// Large machines or such with graphics processors, of families that the account had none of.
pub(super) fn large(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.chosen(|kept| {
        kept.step.action == Action::CreateCompute && kept.step.succeeded() && kept.step.is_large()
    });
    let any = |novelty| steps.iter().any(|kept| deeds.history.family(&kept.step) == novelty);
    let (points, id) = if any(Novelty::New) {
        (deeds.points.large_new, "found-sign-large-new")
    } else if any(Novelty::Unknown) {
        (deeds.points.large_unknown, "found-sign-large")
    } else {
        (deeds.points.large_known, "found-sign-large")
    };
    let size = steps.first()?.step.size().unwrap_or_default();
    let said = Saying::of(id).text("size", size);
    Sign::of("large_machines", points, &[], &steps, said)
}

/// Many machines.
pub(super) fn fleet(deeds: &Deeds<'_>) -> Option<Sign> {
    let made = deeds.made();
    let large: Vec<&Kept> = made.iter().copied().filter(|kept| kept.step.is_large()).collect();
    let (steps, id) = if total(&large) >= LARGE_FLEET_MIN {
        (large, "found-sign-fleet-large")
    } else if total(&made) >= FLEET_MIN {
        (made, "found-sign-fleet")
    } else {
        return None;
    };
    let regions = names(&steps, region).len();
    let said = Saying::of(id)
        .with("count", Blank::Count(total(&steps).round() as u64))
        .say("where", (regions > 0).then(|| places(regions)));
    Sign::of("fleet", deeds.points.fleet, &[Pillar::Fleet], &steps, said)
}

/// Compute of many services at once.
pub(super) fn spread(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.made();
    let services = names(&steps, |kept| kept.step.service.as_str());
    if services.len() < SPREAD_SERVICES_MIN {
        return None;
    }
    let regions = names(&steps, region).len();
    let pillars: &[Pillar] = if regions >= SPREAD_REGIONS_MIN { &[Pillar::Fleet] } else { &[] };
    let said = Saying::of("found-sign-spread")
        .count("services", services.len())
        .count("regions", regions.max(1));
    let wide = regions >= PROBED_REGIONS_MIN;
    let points = if wide { deeds.points.spread_wide } else { deeds.points.spread };
    Sign::of("spread", points, pillars, &steps, said)
}

/// Many more than on the busiest day before.
pub(super) fn surge(deeds: &Deeds<'_>) -> Option<Sign> {
    let steps = deeds.made();
    let start = deeds.steps.first()?.step.time();
    let before = deeds.history.busiest_before(start)?;
    let count = total(&steps);
    if count < SURGE_MIN || count < before * SURGE_TIMES {
        return None;
    }
    let said = match before.round() as u64 {
        0 => Saying::of("found-sign-surge"),
        most => Saying::of("found-sign-surge-after").with("before", Blank::Count(most)),
    };
    let said = said.with("count", Blank::Count(count.round() as u64));
    Sign::of("surge", deeds.points.surge, &[], &steps, said)
}

/// Machines, or the ground for them, in regions that the account did not use.
pub(super) fn wide(deeds: &Deeds<'_>) -> Option<Sign> {
    let tried = deeds.chosen(|kept| {
        let ground = matches!(kept.step.action, Action::CreateCompute | Action::CreateGround);
        ground && kept.step.outcome() != CallOutcome::DryRun && !kept.step.region.is_empty()
    });
    let of = |novelties: &[Novelty]| -> Vec<&Kept> {
        let novel = |kept: &&Kept| novelties.contains(&deeds.history.region(&kept.step));
        tried.iter().copied().filter(novel).collect()
    };
    let new = of(&[Novelty::New]);
    let unused = of(&[Novelty::New, Novelty::Unknown]);
    let (at_once, _) = densest(&new, WIDE_SECONDS, region);
    let (count, all) = (names(&new, region).len(), names(&unused, region).len());
    let said = |count| Saying::of("found-sign-new-regions").count("regions", count);
    let points = deeds.points;
    if count >= PROBED_REGIONS_MIN {
        let pillars = &[Pillar::Probe, Pillar::Wide];
        return Sign::of("new_regions", points.new_regions, pillars, &new, said(count));
    }
    if at_once >= WIDE_REGIONS_MIN {
        return Sign::of("new_regions", points.new_regions, &[Pillar::Wide], &new, said(count));
    }
    if all >= PROBED_REGIONS_MIN {
        let said = Saying::of("found-sign-many-regions").count("regions", all);
        return Sign::of("new_regions", points.many_regions, &[Pillar::Wide], &unused, said);
    }
    Sign::of("new_regions", points.new_region, &[], &new, said(count))
}
