//! Load in any order, split and repetition gives the same state and the same cases.

use std::sync::Arc;

use firedamp_core::{
    fold::Accounts,
    indicator::IndicatorSet,
    scan::{self, Options},
};
use proptest::{prelude::*, sample::Index};

const START: i64 = 1_772_359_200;
const METRICS: [(&str, &str); 5] = [
    ("AWS/EC2", "CPUUtilization"),
    ("AWS/EC2", "NetworkIn"),
    ("AWS/EC2", "NetworkOut"),
    ("AWS/EC2", "EBSWriteBytes"),
    ("CWAgent", "nvidia_smi_utilization_gpu"),
];

fn line(machine: &str, metric: usize, seconds: i64, value: u32) -> String {
    let (namespace, name) = METRICS[metric % METRICS.len()];
    let record = serde_json::json!({
        "metric_stream_name": "all", "account_id": "111122223333", "region": "eu-west-1",
        "namespace": namespace, "metric_name": name, "dimensions": {"InstanceId": machine},
        "timestamp": seconds * 1000, "unit": "None",
        "value": {"count": 5.0, "sum": f64::from(value) * 5.0, "max": value, "min": value},
    });
    format!("{record}\n")
}

/// Hours of one metric of one machine, steady or not, perhaps days apart.
fn work() -> impl Strategy<Value = Vec<String>> {
    let machine = prop::sample::select(&["i-0a", "i-0b", "i-0c"][..]);
    let value = prop_oneof![Just(99_u32), Just(99), 0_u32..120, Just(400_000)];
    (machine, 0_usize..5, 0_i64..14, 0_i64..300, 1_i64..400, value, 0_u32..5).prop_map(
        |(machine, metric, days, first, count, value, jitter)| {
            let at = |step: i64| START + days * 86_400 + (first + step) * 300 + step % 3 * 7;
            (0..count)
                .map(|step| {
                    line(machine, metric, at(step), value - value.min(jitter * (step % 2) as u32))
                })
                .collect()
        },
    )
}

fn objects() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(work().prop_map(|lines| lines.concat()), 0..6)
}

fn options() -> Options {
    let indicators = Arc::new(IndicatorSet::empty());
    Options { all: true, min_probability: 0.0, ..Options::new(indicators) }
}

fn read(objects: &[String]) -> Accounts {
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    scan::read(&objects, &options())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn loads_are_a_semilattice(worlds in prop::array::uniform3(objects())) {
        let [one, two, three] = worlds.map(|objects| read(&objects));
        let joined = one.clone().merge(two.clone());
        prop_assert_eq!(&joined, &two.clone().merge(one.clone()));
        prop_assert_eq!(&joined, &joined.clone().merge(two.clone()));
        prop_assert_eq!(&one, &one.clone().merge(Accounts::default()));
        let bytes = joined.to_bytes().expect("bytes");
        prop_assert_eq!(Accounts::from_bytes(&bytes), Some(joined.clone()));
        prop_assert_eq!(joined.merge(three.clone()), one.merge(two.merge(three)));
    }

    #[test]
    fn any_order_and_repetition_gives_the_same_cases(objects in objects(), order in prop::collection::vec(any::<Index>(), 0..12)) {
        let judged = |objects: &[String]| {
            let cases = scan::judge(&read(objects), &options());
            for case in &cases {
                prop_assert!(case.probability <= 0.02, "{}", case.probability);
            }
            Ok(serde_json::to_string(&cases).expect("cases as JSON"))
        };
        let mut shuffled: Vec<String> = Vec::new();
        if !objects.is_empty() {
            shuffled.extend(order.iter().map(|index| index.get(&objects).clone()));
        }
        shuffled.extend(objects.iter().rev().cloned());
        prop_assert_eq!(judged(&shuffled)?, judged(&objects)?);
    }

    /// Lines of one object in another order. The places of records change with it.
    #[test]
    fn the_order_of_lines_does_not_show(lines in work(), more in work()) {
        let lines: Vec<String> = lines.into_iter().chain(more).collect();
        let backwards: Vec<String> = lines.iter().rev().cloned().collect();
        let told = |lines: &[String]| -> Vec<(String, f64, String)> {
            let cases = scan::judge(&read(&[lines.concat()]), &options());
            let findings = cases.iter().flat_map(|case| &case.findings);
            findings.map(|it| (it.resource.clone(), it.llr, it.summary.clone())).collect()
        };
        prop_assert_eq!(told(&lines), told(&backwards));
    }
}

/// Whole clusters that work flat out stay under p = 0.02 together.
#[test]
fn a_cluster_says_no_more_than_a_machine() {
    let lines: String = (0..300)
        .flat_map(|machine| (0..80).map(move |step| (machine, step)))
        .map(|(machine, step)| line(&format!("i-{machine}"), 0, START + step * 300, 99))
        .collect();
    let cases = scan::judge(&read(&[lines]), &options());
    assert_eq!(cases[0].findings.len(), 300);
    assert!(cases[0].probability < 0.02, "{}", cases[0].probability);
}
