//! Pool names were asked for.
//!
//! **What it sees**: DNS questions for listed names and names under them, or for names that are
//! aliases of listed ones; blocked and failed questions too, since they tell of intent.
//!
//! **Why it matters**: a miner must find its pool; with a flow to the answer this becomes
//! `pool_contact`, by far the stronger evidence.
//!
//! **What it misses**: miners with addresses built in, with DNS over HTTPS, or behind a proxy under
//! its own name.
//!
//! **What it mistakes**: resolvers, scanners and curious people ask for pool names too. Alone it
//! never opens a case, asked for once or hundreds of times.
//!
//! **What to do**: find the flows that followed; turn flow logs on if there are none.

use serde_json::{Map, json};

use super::{Context, Detector, Info, Watch};
use crate::{
    event::Event,
    finding::{Finding, Group, Scope},
    id::Place,
    indicator::Indicator,
    lookups::Lookup,
    net::Domain,
    saying::Saying,
    weights,
};

/// The detector; its facts stand in the account's [`crate::lookups::Lookups`].
pub struct PoolLookup;

/// Names told of in one finding.
const NAMES_SHOWN_MAX: usize = 20;

impl Detector for PoolLookup {
    type State = ();

    const INFO: Info = Info {
        id: "pool_lookup",
        group: Group::Dns,
        says: "pool names were asked for; weak alone",
    };

    fn observe((): &mut Self::State, _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings((): &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let mut by_resource: std::collections::BTreeMap<String, Vec<Asked<'_>>> =
            Default::default();
        for (client, name, lookup) in context.lookups.iter() {
            let resource =
                context.resources.id(client).unwrap_or_else(|| context.account.id.clone());
            let row = Domain::parse(name).and_then(|domain| context.indicators.domain(&domain));
            if let Some(row) = row {
                by_resource.entry(resource).or_default().push(Asked { name, row, lookup });
            }
        }
        let approximate = context.lookups.is_approximate();
        by_resource
            .into_iter()
            .map(|(resource, asked)| {
                let found = finding(context, resource, &asked);
                Finding { approximate: approximate || found.approximate, ..found }
            })
            .collect()
    }
}

/// A listed name that was asked for.
struct Asked<'a> {
    name: &'a str,
    row: &'a Indicator,
    lookup: &'a Lookup,
}

fn finding(context: &Context<'_>, resource: String, asked: &[Asked<'_>]) -> Finding {
    let spans = asked.iter().map(|asked| asked.lookup.span);
    let span = spans
        .reduce(crate::time::Span::joined)
        .unwrap_or(crate::time::Span::at(Default::default()));
    let questions: u64 = asked.iter().map(|asked| asked.lookup.question_count()).sum();
    let names: Vec<&str> = asked.iter().map(|asked| asked.name).take(NAMES_SHOWN_MAX).collect();
    let mut places: Vec<Place> = asked.iter().map(|asked| asked.lookup.first.1).collect();
    places.sort_unstable();
    places.truncate(NAMES_SHOWN_MAX);
    let said = said(asked, questions);
    let mut evidence = Map::new();
    evidence.insert("names".into(), json!(names));
    evidence.insert("name_count".into(), asked.len().into());
    evidence.insert("questions".into(), questions.into());
    evidence.insert("answered".into(), asked.iter().any(|asked| asked.lookup.answered).into());
    evidence.insert("blocked".into(), asked.iter().any(|asked| asked.lookup.blocked).into());
    Finding {
        detector: PoolLookup::INFO.id,
        group: PoolLookup::INFO.group,
        resource,
        scope: Scope::Resource,
        llr: weight(context, asked),
        span,
        summary: said.english(),
        said,
        evidence,
        places,
        approximate: asked.iter().any(|asked| asked.lookup.is_approximate()),
        sample: false,
        ongoing: false,
    }
}

fn weight(context: &Context<'_>, asked: &[Asked<'_>]) -> f64 {
    let lookup = &context.weights.lookup;
    let one = |asked: &Asked<'_>| {
        let weight = weights::of_tier(&lookup.name, asked.row.tier);
        if is_donation(asked.name) {
            lookup.donation
        } else if asked.row.web {
            weight.min(lookup.web_max)
        } else {
            weight
        }
    };
    let strongest = asked.iter().map(one).fold(0.0, f64::max);
    if asked.len() >= lookup.scanner_names_min {
        return strongest.min(lookup.scanner_max);
    }
    let none_exists = asked.iter().all(|asked| !asked.lookup.answered && !asked.lookup.blocked);
    if none_exists && asked.len() >= lookup.failed_names_min {
        return strongest.max(lookup.failed_names);
    }
    strongest
}

/// The hosts to which the most used miner gives its author's share, unless that was patched out
/// (xmrig, `src/net/strategies/DonateStrategy.cpp`).
fn is_donation(name: &str) -> bool {
    matches!(name, "donate.v2.xmrig.com" | "donate.ssl.xmrig.com")
}

fn said(asked: &[Asked<'_>], questions: u64) -> Saying {
    let first = asked.first().map_or("", |asked| asked.lookup.queried.as_str());
    let often = Saying::of("found-lookup.often").number("questions", questions as f64, 0);
    let blocked = asked.iter().any(|asked| asked.lookup.blocked);
    Saying::of("found-lookup")
        .count("names", asked.len())
        .text("first", first)
        .say("often", (questions > 1).then_some(often))
        .say("blocked", blocked.then(|| Saying::of("found-lookup.blocked")))
}
