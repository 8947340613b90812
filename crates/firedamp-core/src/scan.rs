//! The whole pipeline in memory: objects in, cases out. The program does the same with files and
//! threads; tests, fuzzers and examples do it here.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use crate::{
    blocks::Blocks,
    case::{self, Case, Judge},
    container::Reader,
    detector::{self, Watch, fleet_pulse::Fleets},
    fold::{Accounts, Partial, Plan},
    format::Format,
    id::{Account, ObjectId},
    indicator::IndicatorSet,
    sigma::RuleSet,
    sketch,
    time::Span,
    weights::Weights,
};

/// From this probability on an account is a case.
const CASE_PROBABILITY_MIN: f64 = 0.10;

/// What to look for, and how.
#[derive(Clone)]
pub struct Options {
    /// The lists.
    pub indicators: Arc<IndicatorSet>,
    /// What evidence is worth.
    pub weights: Weights,
    /// Detectors that are switched off, by id.
    pub without: Vec<String>,
    /// Keep weak findings and resources too.
    pub all: bool,
    /// Accounts below are left out.
    pub min_probability: f64,
    /// Events outside are passed over.
    pub window: Option<Span>,
    /// The format, where it is not to be told from the content.
    pub forced: Option<Format>,
    /// The account of records that name none.
    pub account: Option<Account>,
    /// The operator's own rules.
    pub sigma: Arc<RuleSet>,
    /// When chains had their blocks.
    pub blocks: Arc<Blocks>,
}

impl Options {
    /// What the program does when it is told nothing, with these lists.
    #[must_use]
    pub fn new(indicators: Arc<IndicatorSet>) -> Self {
        Self {
            indicators,
            weights: Weights::embedded(),
            without: Vec::new(),
            all: false,
            min_probability: CASE_PROBABILITY_MIN,
            window: None,
            forced: None,
            account: None,
            sigma: Arc::default(),
            blocks: Arc::default(),
        }
    }
}

/// Reads every object, unpacked, and judges the accounts in them; the worst case comes first.
#[must_use]
pub fn scan(objects: &[&[u8]], options: &Options) -> Vec<Case> {
    judge(&read(objects, options), options)
}

/// Reads every object; a second time, for the addresses that listed names were resolved to.
#[must_use]
pub fn read(objects: &[&[u8]], options: &Options) -> Accounts {
    let first = Arc::new(first_look(options));
    let partials: Vec<Partial> =
        objects.iter().map(|object| read_object(object, usize::MAX, &first, options)).collect();
    let traffic: Vec<bool> = partials.iter().map(|partial| partial.traffic_records() > 0).collect();
    let accounts = joined(partials);
    let Some(second) = second_look(accounts.answers(), &first, options) else {
        return accounts;
    };
    let second = Arc::new(second);
    let again = objects.iter().zip(traffic).filter(|(_, has_traffic)| *has_traffic);
    let again = again.map(|(object, _)| read_object(object, usize::MAX, &second, options));
    accounts.merge(joined(again))
}

/// The plan of the first look: everything, with the lists; and at every conversation, unless all
/// detectors that would look closer are switched off.
#[must_use]
pub fn first_look(options: &Options) -> Plan {
    let (indicators, sigma) = (options.indicators.clone(), options.sigma.clone());
    let watch = Watch { indicators, sigma, ..Watch::default() };
    let plan = Plan::new(watch, options.window);
    let is_off = |id: &&str| options.without.iter().any(|off| off == id);
    match detector::WITHOUT_LISTS.iter().all(is_off) {
        true => plan,
        false => plan.sifting(Arc::default()),
    }
}

/// The first look with the lists as they are now in `options`; what `before` has seen of conversations
/// stays.
#[must_use]
pub fn relisted(options: &Options, before: &Plan) -> Plan {
    let plan = first_look(options);
    match &before.sift {
        Some(sift) => plan.sifting(sift.clone()),
        None => plan,
    }
}

/// The plan of the second look: flows with addresses that listed names were resolved to (`answers`)
/// and that no list has, and conversations that passed the first look. `None` when there are none.
#[must_use]
pub fn second_look(
    answers: impl IntoIterator<Item = IpAddr>,
    first: &Plan,
    options: &Options,
) -> Option<Plan> {
    let unlisted = |address: &IpAddr| options.indicators.address(*address).is_none();
    let answered: BTreeSet<IpAddr> = answers.into_iter().filter(unlisted).collect();
    let gated = first.sift.as_ref().map(|sift| sift.gated()).unwrap_or_default();
    // That not all was looked at is told to every account.
    if answered.is_empty() && gated.is_empty() && !gated.is_approximate() {
        return None;
    }
    let indicators = options.indicators.clone();
    let watch = Watch { indicators, answered, second_look: true, ..Watch::default() };
    Some(Plan::new(watch, options.window).with_gated(gated))
}

/// Reads one object in pieces of at most `piece_bytes`.
#[must_use]
pub fn read_object(
    object: &[u8],
    piece_bytes: usize,
    plan: &Arc<Plan>,
    options: &Options,
) -> Partial {
    let mut partial = Partial::new(plan.clone(), options.account.clone());
    let mut reader = Reader::new(options.forced);
    object.chunks(piece_bytes.max(1)).for_each(|piece| reader.push(piece, &mut partial));
    let _contents = reader.finish(&mut partial);
    partial.seal(object_id(object));
    partial
}

/// Judges every account that was read.
#[must_use]
pub fn judge(accounts: &Accounts, options: &Options) -> Vec<Case> {
    let Options { indicators, weights, without, all, min_probability, blocks, .. } = options;
    let fleets = Fleets::of_all(accounts, weights);
    let judge = Judge { indicators, weights, without, all: *all, blocks, fleets: &fleets };
    let mut cases: Vec<Case> = accounts
        .0
        .iter()
        .filter_map(|(account, state)| judge.judge(account, state))
        .filter(|case| case.probability >= *min_probability)
        .collect();
    case::sort(&mut cases);
    cases
}

fn joined(partials: impl IntoIterator<Item = Partial>) -> Accounts {
    let accounts = partials.into_iter().map(Partial::into_accounts);
    accounts.fold(Accounts::default(), Accounts::merge)
}

/// An id from the content, so that copies are one object. The program takes a longer hash.
fn object_id(object: &[u8]) -> ObjectId {
    let mut id = [0; 16];
    let (low, high) = id.split_at_mut(8);
    low.copy_from_slice(&sketch::hash(&object).to_be_bytes());
    high.copy_from_slice(&sketch::hash(&(object, "again")).to_be_bytes());
    ObjectId(id)
}
