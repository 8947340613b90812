//! The laws: what holds for any input, in any pieces, order and repetition.

mod bytes;
mod calls;
mod parted;
mod starts;
mod talks;
mod world;

use std::{collections::BTreeSet, sync::Arc};

use firedamp_core::{
    case::Case,
    fold::{Accounts, Partial},
    indicator::{self, IndicatorSet, Name},
    net::Domain,
    scan::{self, Options},
    sketch::{self, Sample},
    time::{Span, Time},
};
use proptest::{prelude::*, sample::Index};

use self::world::World;

/// Runs of each law; each makes some thousand records.
const CASES: u32 = 48;

fn options() -> Options {
    let mut indicators = IndicatorSet::empty();
    indicators.layer(indicator::import(world::LIST).expect("a list").indicators);
    Options { all: true, min_probability: 0.0, ..Options::new(Arc::new(indicators)) }
}

fn json(cases: &[Case]) -> String {
    serde_json::to_string_pretty(cases).expect("cases as JSON")
}

/// The same without the places of records, which hang on what stands in which object.
fn json_without_places(cases: &[Case]) -> String {
    let mut value = serde_json::to_value(cases).expect("cases as JSON");
    calls::strip(&mut value);
    value.to_string()
}

fn scanned(world: &World, options: &Options) -> Vec<Case> {
    let objects = world.objects();
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::scan(&objects, options)
}

/// How a run goes about the same objects: what order, which of them twice, in which groups, in
/// pieces of which size.
#[derive(Clone, Debug)]
struct Way {
    order: Vec<Index>,
    again: Vec<Index>,
    groups: usize,
    piece_bytes: usize,
}

fn way() -> impl Strategy<Value = Way> {
    let indexes = || prop::collection::vec(any::<Index>(), 0..12);
    let sizes = prop_oneof![1_usize..200, 200_usize..100_000];
    (indexes(), indexes(), 1_usize..5, sizes).prop_map(|(order, again, groups, piece_bytes)| Way {
        order,
        again,
        groups,
        piece_bytes,
    })
}

impl Way {
    fn of<'a>(&self, objects: &'a [String]) -> Vec<&'a [u8]> {
        let mut left: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
        let mut chosen: Vec<&[u8]> = Vec::new();
        if !left.is_empty() {
            chosen.extend(self.again.iter().map(|index| *index.get(&left)));
        }
        for index in &self.order {
            if !left.is_empty() {
                chosen.push(left.swap_remove(index.index(left.len())));
            }
        }
        chosen.extend(left);
        chosen
    }

    fn read(&self, objects: &[String], options: &Options) -> Accounts {
        let first = Arc::new(scan::first_look(options));
        let accounts = self.joined(objects, &first, options);
        let Some(second) = scan::second_look(accounts.answers(), &first, options) else {
            return accounts;
        };
        let again = self.joined(objects, &Arc::new(second), options);
        again.merge(accounts)
    }

    fn joined(
        &self,
        objects: &[String],
        plan: &Arc<firedamp_core::fold::Plan>,
        options: &Options,
    ) -> Accounts {
        let mut groups = vec![Accounts::default(); self.groups];
        for (at, object) in self.of(objects).into_iter().enumerate() {
            let partial: Partial = scan::read_object(object, self.piece_bytes, plan, options);
            let group = &mut groups[at % self.groups];
            *group = partial.into_accounts().merge(std::mem::take(group));
        }
        groups.into_iter().fold(Accounts::default(), Accounts::merge)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    /// Objects in any order, in any groups, some twice, read in pieces of any size.
    #[test]
    fn the_same_objects_give_the_same_cases(world in world::any(), way in way()) {
        let options = options();
        let cases = scan::judge(&way.read(&world.objects(), &options), &options);
        prop_assert_eq!(json(&cases), json(&scanned(&world, &options)));
    }

    /// The same within a window of time, part of which cuts through what was recorded.
    #[test]
    fn a_window_cuts_the_same_way(world in world::any(), way in way(), first in 0_i64..3600, seconds in 0_i64..3600) {
        let first = Time::from_seconds(world::START + first);
        let window = Some(Span { first, last: first.plus_seconds(seconds) });
        let options = Options { window, ..options() };
        let cases = scan::judge(&way.read(&world.objects(), &options), &options);
        prop_assert_eq!(json(&cases), json(&scanned(&world, &options)));
    }

    /// Records that concern nobody, before and after the window, tell nothing of the window.
    #[test]
    fn what_is_passed_over_outside_a_window_tells_nothing(piece_bytes in 1_usize..400) {
        let line = |minute: i64, remote: &str| {
            let begin = world::START + 60 * minute;
            format!("2 111122223333 eni-0a 10.0.0.4 {remote} 40000 3333 6 8 1057 {begin} {} ACCEPT OK\n", begin + 60)
        };
        let talk: String = (0..20).map(|minute| line(minute, "203.0.113.10")).collect();
        let object = line(-120, "198.51.100.7") + &talk + &line(120, "198.51.100.7");
        let window = Span { first: Time::from_seconds(world::START), last: Time::from_seconds(world::START + 3600) };
        let options = Options { window: Some(window), ..options() };
        let plan = Arc::new(scan::first_look(&options));
        let partial = scan::read_object(object.as_bytes(), piece_bytes, &plan, &options);
        let cases = scan::judge(&partial.into_accounts(), &options);
        prop_assert!(cases.iter().all(|case| case.active));
        prop_assert_eq!(json(&cases), json(&scan::scan(&[object.as_bytes()], &options)));
    }

    /// The same records in other objects.
    #[test]
    fn any_split_into_objects_gives_the_same_cases(world in world::any(), splits in prop::collection::vec(0_usize..5, 1..100)) {
        let options = options();
        let split = world.split(&splits);
        prop_assert_eq!(
            json_without_places(&scanned(&split, &options)),
            json_without_places(&scanned(&world, &options))
        );
    }

    /// Joining is associative and commutative, and joining again changes nothing.
    #[test]
    fn states_are_a_semilattice(worlds in prop::array::uniform3(world::any())) {
        let options = options();
        let [one, two, three] = worlds.map(|world| {
            let objects = world.objects();
            let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
            scan::read(&objects, &options)
        });
        let joined = one.clone().merge(two.clone());
        prop_assert_eq!(&joined, &two.clone().merge(one.clone()));
        prop_assert_eq!(&joined, &joined.clone().merge(one.clone()));
        prop_assert_eq!(&one, &one.clone().merge(one.clone()));
        prop_assert_eq!(&one, &one.clone().merge(Accounts::default()));
        prop_assert_eq!(joined.merge(three.clone()), one.merge(two.merge(three)));
    }

    /// What is stored is read back equal; junk and other versions are refused.
    #[test]
    fn states_survive_their_bytes(world in world::any(), cut in any::<Index>()) {
        let objects = world.objects();
        let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
        let accounts = scan::read(&objects, &options());
        let mut bytes = accounts.to_bytes().expect("bytes");
        prop_assert_eq!(Accounts::from_bytes(&bytes), Some(accounts));
        prop_assert_eq!(Accounts::from_bytes(&bytes[..cut.index(bytes.len())]), None);
        bytes[0] ^= 1;
        prop_assert_eq!(Accounts::from_bytes(&bytes), None);
    }

    /// A higher threshold shows fewer cases, and those unchanged.
    #[test]
    fn raising_the_threshold_never_adds_a_case(world in world::any(), low in 0.0..1.0, high in 0.0..1.0) {
        let (low, high) = if low <= high { (low, high) } else { (high, low) };
        let at = |min_probability| scanned(&world, &Options { min_probability, ..options() });
        let ids = |cases: &[Case]| cases.iter().map(|case| case.id.clone()).collect::<BTreeSet<_>>();
        prop_assert!(ids(&at(high)).is_subset(&ids(&at(low))));
    }

    /// A probability is one, and no case stands without a reason.
    #[test]
    fn probabilities_are_probabilities(world in world::any()) {
        for case in scanned(&world, &options()) {
            prop_assert!((0.0..=1.0).contains(&case.probability));
            prop_assert!(!case.findings.is_empty());
            prop_assert!(case.first_observed <= case.last_observed);
            for resource in &case.resources {
                prop_assert!(resource.probability <= case.probability + 1e-12);
            }
        }
    }

    /// A listed name matches itself and what stands below it, label by label, and nothing else.
    #[test]
    fn names_match_by_label(listed in "[a-z]{1,5}\\.[a-z]{1,4}", before in "[a-z0-9.-]{0,12}", after in "[a-z.]{0,8}") {
        let row = indicator::Indicator::operator(Name::Domain(Domain::parse(&listed).expect("a name")));
        let mut indicators = IndicatorSet::empty();
        indicators.layer([row]);
        let asked = format!("{before}{listed}{after}");
        let labels: Vec<&str> = asked.trim_end_matches('.').split('.').collect();
        let listed: Vec<&str> = listed.split('.').collect();
        let below = labels.ends_with(&listed);
        prop_assert_eq!(indicators.domain_text(&asked).is_some(), below);
        if let Some(domain) = Domain::parse(&asked) {
            prop_assert_eq!(indicators.domain(&domain).is_some(), below);
        }
    }

    /// At its bound too, a sample does not hang on order, split and repetition.
    #[test]
    fn samples_do_not_hang_on_order(numbers in prop::collection::vec(0_u16..400, 0..600), cut in any::<Index>()) {
        fn sample(numbers: &[u16]) -> Sample<u16, 32> {
            let mut sample = Sample::default();
            for number in numbers {
                let _entry = sample.entry(sketch::hash(number), || *number);
            }
            sample
        }
        let whole = sample(&numbers);
        let reversed: Vec<u16> = numbers.iter().rev().copied().collect();
        prop_assert_eq!(&sample(&reversed), &whole);
        let (left, right) = numbers.split_at(cut.index(numbers.len() + 1));
        prop_assert_eq!(sample(right).merge(sample(left), |one, _| one), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// More ports, records, answers and questions than are kept: still the same in any order, and
    /// said to be an estimate.
    #[test]
    fn states_at_their_bounds_do_not_hang_on_order(way in way(), splits in prop::collection::vec(0_usize..5, 400)) {
        let options = options();
        let world = World::beyond_bounds();
        let cases = scanned(&world, &options);
        prop_assert!(json(&cases).contains("\"approximate\": true"));
        let way = Way { piece_bytes: way.piece_bytes.max(1000), ..way };
        let again = scan::judge(&way.read(&world.objects(), &options), &options);
        prop_assert_eq!(json(&again), json(&cases));
        let split = scanned(&world.split(&splits), &options);
        prop_assert_eq!(json_without_places(&split), json_without_places(&cases));
    }
}
