//! What of a case was there before it: what is removed, and what is the customer's own.

use std::collections::{BTreeMap, BTreeSet};

use super::name;
use crate::{
    case::LOOKBACK_SECONDS,
    event::{Action, CallerKind, ComputeKind},
    judged::{Done, Judged, Resource},
    time::Time,
};

/// Records of traffic begin before what is in them; clocks differ.
const WINDOW_SECONDS: i64 = 3600;
/// Bills by the day begin a day at midnight.
const DAY_SECONDS: i64 = 86_400;

/// What was there before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Past {
    /// Nothing: it was made for mining.
    Fresh,
    /// It was there and did not run, or smaller: whoever mines started or grew it.
    Grown,
    /// It was there.
    Own,
    /// No evidence names it, and whoever was robbed may have made it: nothing but its owner tells.
    Unclear,
}

/// Something by its name and, where the name is not one's own in the whole cloud, its region.
type Named<'a> = (&'a String, &'a str);

/// Whether a name is one's own in the whole cloud; the others come again in each region.
fn is_unique(id: &str) -> bool {
    id.contains('/') || id.starts_with("arn:") || name::is_instance(id)
}

/// The regions in which hijackers made, started or changed something of a name; one that is not known
/// where none is.
pub(super) fn places<'a>(judged: &'a Judged, id: &str) -> Vec<Option<&'a str>> {
    let hijackers = judged.hijackers();
    let deeds = judged.deeds.iter().filter(|done| {
        done.action == Action::CreateCompute
            && !is_unique(id)
            && hijackers.contains(done.principal.as_str())
            && done.resources.iter().any(|own| own == id)
    });
    let regions = deeds.map(|done| done.region.as_str()).filter(|region| !region.is_empty());
    let regions: BTreeSet<&str> = regions.collect();
    if regions.is_empty() { vec![None] } else { regions.into_iter().map(Some).collect() }
}

/// The call that made a resource, in a region where one is given; where none did, the first that
/// started, grew or changed it.
pub(super) fn deed_on<'a>(judged: &'a Judged, id: &str, region: Option<&str>) -> Option<&'a Done> {
    let deeds = || {
        let all = judged.deeds.iter();
        let all = all.filter(|done| done.action == Action::CreateCompute);
        let all = all.filter(|done| region.is_none_or(|region| done.region == region));
        all.filter(|done| done.resources.iter().any(|own| own == id))
    };
    deeds().find(|done| done.makes()).or_else(|| deeds().next())
}

/// Whether a resource was made for mining: by hijackers or what they set up, or not long before it
/// began to mine. What is not known to be so was there before.
pub(super) fn of(judged: &Judged, resource: &Resource, done: Option<&Done>) -> Past {
    // What was seen of a name does not say in which region: the first call of all explains it.
    let first = deed_on(judged, &resource.id, None);
    let by_hijackers = done.is_some_and(|done| {
        judged.is_of_hijack(done) || is_grown(judged, done) && hijackers_set_up(judged)
    });
    if let Some(done) = done.filter(|done| by_hijackers && !done.makes()) {
        return if done.is_there { Past::Own } else { Past::Grown };
    }
    let made = resource.created.as_ref().filter(|created| {
        // A group that grows makes machines every day, however old it is.
        created.kind != CallerKind::Provider || hijackers_set_up(judged)
    });
    let recent = made
        .and_then(|created| created.at)
        .zip(resource.first_observed)
        .is_some_and(|(made, first)| is_made_to_mine(judged, made, first));
    let is_daily_work = done.is_some_and(|done| judged.is_daily_work(done));
    let is_fresh =
        (by_hijackers || recent && !is_daily_work) && !was_there(judged, resource, first);
    if is_fresh { Past::Fresh } else { Past::Own }
}

/// Whether a service of the provider's made something since a hijack began.
fn is_grown(judged: &Judged, done: &Done) -> bool {
    let since = judged.hijacked_since();
    done.kind == CallerKind::Provider && done.at.zip(since).is_some_and(|(at, since)| at >= since)
}

/// Whether something was made not long before it began to mine. Of what is older than a hijack and
/// mines only since then, hijackers took hold: it was made for something else.
fn is_made_to_mine(judged: &Judged, made: Time, first: Time) -> bool {
    let is_taken = judged
        .hijacked_since()
        .is_some_and(|since| made < since && since.seconds_since(first) <= WINDOW_SECONDS);
    first.seconds_since(made) <= LOOKBACK_SECONDS && !is_taken
}

/// Whether anything tells of a resource before the call that is said to have made it: a call of
/// somebody else, what it was seen to do, or the bill. Some clouds log one operation for making
/// something and for changing it.
fn was_there(judged: &Judged, resource: &Resource, done: Option<&Done>) -> bool {
    let created = resource.created.as_ref();
    let is_old = created
        .and_then(|created| created.at)
        .zip(resource.first_observed)
        .is_some_and(|(made, first)| first.seconds_since(made) > LOOKBACK_SECONDS);
    let Some(at) = done.and_then(|done| done.at) else {
        return is_old;
    };
    let by_another = created.is_some_and(|created| {
        created.at.is_some_and(|made| made < at) && !judged.hijackers().contains(&*created.by)
    });
    let own = judged.findings.iter().filter(|found| found.resource == resource.id);
    let mut seen = own.filter_map(|found| found.first_observed);
    let was_seen = seen.any(|first| at.seconds_since(first) > WINDOW_SECONDS);
    let mut charges = judged.charges.iter().filter(|one| one.resource == resource.id);
    let was_billed =
        charges.any(|one| one.since.is_some_and(|since| at.seconds_since(since) > DAY_SECONDS));
    is_old || by_another || was_seen || was_billed
}

/// What hijackers made and no finding names, with the call: groups that make machines anew, and
/// machines that have not begun to mine. What the robbed one may have made, before the hijack or beside
/// it, is unclear.
pub(super) fn made_besides<'a>(judged: &'a Judged) -> BTreeMap<Named<'a>, (&'a Done, Past)> {
    let known =
        judged.resources.iter().flat_map(|one| std::iter::once(&one.id).chain(&one.aliases));
    let known: BTreeSet<&String> = known.collect();
    let hijackers = judged.hijackers();
    let others = others_work(judged);
    let made = judged.deeds.iter();
    let made = made.filter(|done| done.makes() && hijackers.contains(done.principal.as_str()));
    let mut besides: BTreeMap<Named<'a>, (&'a Done, Past)> = BTreeMap::new();
    for done in made {
        let is_of_hijack = judged.is_of_hijack(done);
        for named in named(done).filter(|(name, _)| !known.contains(name)) {
            let is_first =
                others.get(&named).is_none_or(|first| done.at.is_some_and(|at| at < *first));
            let past = if is_of_hijack && is_first { Past::Fresh } else { Past::Unclear };
            let (last, all) = besides.entry(named).or_insert((done, past));
            *last = done;
            if past == Past::Unclear {
                *all = Past::Unclear;
            }
        }
    }
    besides
}

/// When something was first made, started or changed by a call that is of no hijack.
fn others_work(judged: &Judged) -> BTreeMap<Named<'_>, Time> {
    let mut first: BTreeMap<Named<'_>, Time> = BTreeMap::new();
    let work = judged.deeds.iter().filter(|done| {
        let is_theirs = done.kind != CallerKind::Provider && !judged.is_of_hijack(done);
        done.action == Action::CreateCompute && is_theirs
    });
    for (done, at) in work.filter_map(|done| done.at.map(|at| (done, at))) {
        for named in named(done) {
            let known = first.entry(named).or_insert(at);
            *known = at.min(*known);
        }
    }
    first
}

/// What a call was about.
fn named(done: &Done) -> impl Iterator<Item = Named<'_>> {
    done.resources.iter().map(move |name| {
        let region = if is_unique(name) { "" } else { done.region.as_str() };
        (name, region)
    })
}

/// Whether hijackers made something that makes machines: a group, a cluster, a service.
fn hijackers_set_up(judged: &Judged) -> bool {
    // Asked once, and not all findings for each call: a proof asks this of each resource.
    let hijackers = judged.hijackers();
    judged.deeds.iter().any(|done| {
        let makes_others = done.compute.is_none_or(|kind| kind != ComputeKind::Machine);
        let is_theirs = hijackers.contains(done.principal.as_str());
        is_theirs && done.makes() && makes_others && judged.is_of_hijack(done)
    })
}
