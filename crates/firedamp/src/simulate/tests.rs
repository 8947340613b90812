use std::{collections::BTreeMap, sync::Arc};

use firedamp_core::{
    id::Provider,
    indicator::IndicatorSet,
    scan::{self, Options},
};

use super::*;

fn settings(hours: u32, signals: Signals) -> Settings {
    Settings {
        seed: 7,
        start: Time::from_seconds(1_772_409_600),
        hours,
        record_seconds: 60,
        signals,
        miner_minutes: None,
    }
}

fn plan(scenario: Scenario, cloud: Provider) -> Plan {
    Plan { scenario, cloud, evasions: Vec::new(), coin: None, hosts: 1 }
}

const FLOWS: Signals = Signals { flows: true, ..Signals::NONE };

fn options() -> Options {
    Options::new(IndicatorSet::embedded().into())
}

/// The bytes up and down of each minute, by card, of what goes to or comes from `remote_port`.
fn minutes(files: &[(String, Vec<u8>)], remote_port: &str) -> BTreeMap<String, Vec<(f64, f64)>> {
    let (_, content) = files.first().unwrap();
    let mut cards: BTreeMap<String, BTreeMap<i64, (f64, f64)>> = BTreeMap::new();
    for line in std::str::from_utf8(content).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split(' ').collect();
        let bytes: f64 = fields[9].parse().unwrap();
        let minute = fields[10].parse().unwrap();
        let counts = cards.entry(fields[2].to_owned()).or_default();
        if fields[6] == remote_port {
            counts.entry(minute).or_default().0 += bytes;
        } else if fields[5] == remote_port {
            counts.entry(minute).or_default().1 += bytes;
        }
    }
    cards.into_iter().map(|(card, minutes)| (card, minutes.into_values().collect())).collect()
}

fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len().min(other.len());
    let mean = |values: &[f64]| values.iter().take(count).sum::<f64>() / count as f64;
    let (a, b) = (mean(one), mean(other));
    let of = |x: &[f64], y: &[f64], a: f64, b: f64| -> f64 {
        x.iter().zip(y).take(count).map(|(x, y)| (x - a) * (y - b)).sum()
    };
    of(one, other, a, b) / (of(one, one, a, a) * of(other, other, b, b)).sqrt()
}

/// A pool's port in clear text that no other conversation has.
const POOL_PORTS: [&str; 5] = ["3333", "10004", "10300", "2222", "1111"];

#[test]
fn a_seed_is_a_world() {
    for cloud in CLOUDS {
        let settings = settings(2, Signals::ALL);
        let plan = plan(Scenario::HijackedSubscription, cloud);
        let (files, truth) = account(&settings, &plan, 3);
        assert_eq!(account(&settings, &plan, 3), (files.clone(), truth.clone()));
        let other = Settings { seed: 8, ..settings.clone() };
        assert_ne!(account(&other, &plan, 3).0, files);
        assert_ne!(account(&settings, &plan, 4).0, files);
        assert_eq!(truth.mining_resources.len(), 3);
        assert!(truth.mining_since > Some(settings.start));
    }
}

#[test]
fn everything_is_read() {
    let settings = settings(1, Signals::ALL);
    let options = options();
    let plan_of_reading = Arc::new(scan::first_look(&options));
    for cloud in CLOUDS {
        for scenario in Scenario::ALL {
            let (files, truth) = account(&settings, &plan(*scenario, cloud), 5);
            assert_eq!(truth.mines, scenario.mines());
            assert!(files.len() >= 4, "{scenario:?} of {cloud:?}");
            let account = firedamp_core::id::Account::parse(&truth.account);
            let options = Options { account, ..options.clone() };
            for (path, content) in files {
                let partial = scan::read_object(&content, usize::MAX, &plan_of_reading, &options);
                assert_eq!(partial.rejects().total(), 0, "{path}: {:?}", partial.rejects());
                let accounts: Vec<String> =
                    partial.into_accounts().0.keys().map(ToString::to_string).collect();
                assert_eq!(accounts, [truth.account.as_str()], "{path}");
            }
        }
    }
}

#[test]
fn records_of_every_length_are_read() {
    let options = options();
    for record_seconds in [300, 600] {
        let settings = Settings { record_seconds, ..settings(2, FLOWS) };
        for cloud in CLOUDS {
            let (files, _) = account(&settings, &plan(Scenario::Plain, cloud), 1);
            let objects: Vec<&[u8]> = files.iter().map(|(_, content)| content.as_slice()).collect();
            assert_eq!(scan::read(&objects, &options).0.len(), 1);
        }
    }
}

#[test]
fn a_plain_miner_of_monero_talks_as_measured() {
    let settings = settings(6, FLOWS);
    for number in 1..=20 {
        let (files, truth) = account(&settings, &plan(Scenario::Plain, Provider::Aws), number);
        let card = truth.mining_resources.first().unwrap();
        let miner = POOL_PORTS.iter().find_map(|port| {
            minutes(&files, port).remove(card).filter(|minutes| minutes.len() > 60)
        });
        let miner = miner.unwrap();
        let mean =
            |of: fn(&(f64, f64)) -> f64| miner.iter().map(of).sum::<f64>() / miner.len() as f64;
        let (up, down) = (mean(|minute| minute.0), mean(|minute| minute.1));
        assert!((192.0..=2583.0).contains(&up), "{up} up of {number}");
        assert!((358.0..=1383.0).contains(&down), "{down} down of {number}");
    }
}

#[test]
fn pushes_come_to_all_miners_at_once() {
    let plan = Plan { hosts: 2, ..plan(Scenario::Plain, Provider::Aws) };
    let (files, truth) = account(&settings(12, FLOWS), &plan, 1);
    let port = POOL_PORTS.iter().find(|port| {
        minutes(&files, port).get(&truth.mining_resources[0]).is_some_and(|all| all.len() > 60)
    });
    let cards = minutes(&files, port.unwrap());
    let down = |card: &str| -> Vec<f64> { cards[card].iter().map(|minute| minute.1).collect() };
    let (one, other) = (down(&truth.mining_resources[0]), down(&truth.mining_resources[1]));
    let (one, other) = (&one[5..], &other[5..]);
    let shifted = (5..60).map(|shift| correlation(&one[shift..], other)).fold(0.0, f64::max);
    let aligned: f64 =
        [correlation(one, other), correlation(&one[1..], other), correlation(one, &other[1..])]
            .into_iter()
            .fold(0.0, f64::max);
    assert!(aligned > 2.0 * shifted, "{aligned} aligned, {shifted} shifted");
}

#[test]
fn a_shop_is_told_of_each_block_on_the_connection_that_it_asks_on() {
    let settings = settings(6, FLOWS);
    let watcher = plan(Scenario::PaymentWatcher, Provider::Aws);
    let (files, _) = account(&settings, &watcher, 1);
    let asked = |all: &Vec<(f64, f64)>| all.iter().map(|minute| minute.0).sum::<f64>();
    let cards = minutes(&files, "50002").into_values();
    let shop = cards.max_by(|one, other| asked(one).total_cmp(&asked(other))).unwrap();
    assert_eq!(shop.len(), 360);
    let mut told = vec![0.0; shop.len()];
    for second in blocks(&settings, Coin::Rvn) {
        told[((second - settings.start.seconds()) / 60) as usize] += 1.0;
    }
    let down: Vec<f64> = shop.iter().map(|minute| minute.1).collect();
    // Of a variance of 500,000 to 800,000 (bytes a minute)² this coin's pushes make 175,000.
    assert!(correlation(&down, &told) > 0.3, "{}", correlation(&down, &told));
    assert!(correlation(&down[5..], &told) < 0.25);
    let mean = asked(&shop) / 360.0;
    assert!((1000.0..6000.0).contains(&mean), "{mean} bytes a minute up");
}

#[test]
fn each_evasion_changes_the_traffic() {
    let all = Signals { dns: false, audit: false, bill: false, alerts: false, ..Signals::ALL };
    let settings = settings(1, all);
    for scenario in Scenario::ALL.iter().filter(|scenario| scenario.mines()) {
        let open = watched(&settings, &plan(*scenario, Provider::Aws));
        for evasion in Evasion::ALL.iter().filter(|evasion| scenario.fits(**evasion)) {
            let plan = Plan { evasions: vec![*evasion], ..plan(*scenario, Provider::Aws) };
            let (files, truth) = watched(&settings, &plan);
            assert!(files != open.0, "{evasion:?} of {scenario:?} changes nothing");
            assert_eq!(truth.evasions, [evasion.id()]);
        }
    }
}

/// Several accounts' files, so that some of them have a sensor that tells of their miners' programs.
fn watched(settings: &Settings, plan: &Plan) -> (Vec<(String, Vec<u8>)>, Truth) {
    let accounts = (1..=6).map(|number| account(settings, plan, number));
    let (files, mut truths): (Vec<_>, Vec<_>) = accounts.unzip();
    (files.concat(), truths.remove(1))
}

/// The file of this account whose path holds `part`.
fn file(settings: &Settings, plan: &Plan, number: u32, part: &str) -> String {
    let (files, _) = account(settings, plan, number);
    let found = files.into_iter().find(|(path, _)| path.contains(part));
    found.map(|(_, content)| String::from_utf8(content).unwrap()).unwrap_or_default()
}

#[test]
fn sensors_see_most_hosts_and_no_function() {
    let settings = settings(1, Signals { runtime: true, ..Signals::NONE });
    let seen = |scenario: Scenario| {
        let of = |number: &u32| {
            let plan = plan(scenario, Provider::Gcp);
            file(&settings, &plan, *number, "/runtime/").contains("xmrig")
        };
        (1..=40).filter(of).count()
    };
    // Half are started openly, 85 of 100 old hosts have a sensor, and of five products Falco writes
    // nothing of Monero's miners.
    assert!((5..=24).contains(&seen(Scenario::ExistingHost)), "{}", seen(Scenario::ExistingHost));
    assert!((1..=16).contains(&seen(Scenario::Plain)), "{}", seen(Scenario::Plain));
    assert_eq!(seen(Scenario::ServerlessSpread), 0);
}

#[test]
fn a_cloud_tells_of_what_it_knows_and_of_nobody_else() {
    let settings = settings(2, Signals { alerts: true, ..Signals::NONE });
    for cloud in CLOUDS {
        let told = |scenario: Scenario| {
            let of =
                |number: &u32| !account(&settings, &plan(scenario, cloud), *number).0.is_empty();
            (1..=20).filter(of).count()
        };
        assert!((1..=18).contains(&told(Scenario::Plain)), "{cloud:?}: {}", told(Scenario::Plain));
        let proxies = told(Scenario::OwnProxy);
        // Google looks into memory, wherever a miner's words go.
        assert!(if cloud == Provider::Gcp { (1..=16).contains(&proxies) } else { proxies == 0 });
        for scenario in [Scenario::HpcJob, Scenario::FullNodeXmr, Scenario::ExchangeClient] {
            assert_eq!(told(scenario), 0, "{scenario:?}");
        }
    }
}

#[test]
fn an_inventory_names_who_is_there_at_the_end() {
    let settings = settings(2, Signals { inventory: true, ..Signals::NONE });
    for cloud in [Provider::Aws, Provider::Azure] {
        let spot = plan(Scenario::SpotFleet, cloud);
        let (files, truth) = account(&settings, &spot, 1);
        let (_, content) = files.first().unwrap();
        let list: serde_json::Value = serde_json::from_slice(content).unwrap();
        let cards = list.get("NetworkInterfaces").unwrap_or(&list).as_array().unwrap();
        assert!(!cards.is_empty() && cards.len() < truth.resources, "{cloud:?}: {list}");
    }
    assert!(account(&settings, &plan(Scenario::Plain, Provider::Gcp), 1).0.is_empty());
}

#[test]
fn an_inventory_joins_a_card_with_its_machine() {
    let signals = Signals { dns: true, inventory: true, ..FLOWS };
    let (files, truth) = account(&settings(6, signals), &plan(Scenario::Plain, Provider::Azure), 1);
    let objects: Vec<&[u8]> = files.iter().map(|(_, content)| content.as_slice()).collect();
    let case = scan::scan(&objects, &options()).remove(0);
    let resource = case.resources.first().unwrap();
    assert!(resource.id.contains("/virtualmachines/vm-"), "{}", resource.id);
    assert!(resource.aliases.contains(&truth.mining_resources[0]), "{resource:?}");
}

#[test]
fn a_careless_miner_is_found() {
    let signals = Signals { dns: true, ..FLOWS };
    for cloud in CLOUDS {
        let (files, truth) = account(&settings(6, signals), &plan(Scenario::Plain, cloud), 1);
        let objects: Vec<&[u8]> = files.iter().map(|(_, content)| content.as_slice()).collect();
        let cases = scan::scan(&objects, &options());
        let case = cases.first().unwrap();
        assert!(case.probability >= 0.9, "{} in {cloud:?}", case.probability);
        let resource = case.resources.first().unwrap();
        let named = &truth.mining_resources[0];
        assert!(resource.id == *named || resource.aliases.contains(named), "{resource:?}");
    }
}

#[test]
fn pools_are_listed() {
    let indicators = IndicatorSet::embedded();
    for (name, ..) in Coin::ALL.iter().flat_map(|coin| coin.pools()) {
        assert!(indicators.domain_text(name).is_some(), "{name}");
    }
}

#[test]
fn a_capture_is_replayed() {
    let rows = (0..200).map(|minute| format!("c01-1,xmr,{minute},{},1000,9,8\n", 70_000 + minute));
    let header = "connection_id,coin,minute,up_bytes,down_bytes,up_packets,down_packets\n";
    let table = header.to_owned() + &rows.collect::<String>();
    let captures = Arc::new(Captures::parse(&table).unwrap());
    let settings = Settings { miner_minutes: Some(captures), ..settings(2, FLOWS) };
    let (files, truth) = account(&settings, &plan(Scenario::Plain, Provider::Aws), 1);
    assert!(truth.replayed);
    let text = String::from_utf8_lossy(&files[0].1).into_owned();
    assert!(text.lines().filter(|line| line.contains(" 6 9 701")).count() > 20);
    let two = Plan { hosts: 2, ..plan(Scenario::Plain, Provider::Aws) };
    assert!(!account(&settings, &two, 1).1.replayed);
    assert!(Captures::parse("a,b\n").is_err());
    assert!(Captures::parse(&(header.to_owned() + "c,xmr,x,1,1,1,1\n")).is_err());
}

#[test]
fn the_mix_has_everything() {
    let plans = mix(3);
    for cloud in CLOUDS {
        for scenario in Scenario::ALL {
            let of = |plan: &&Plan| plan.scenario == *scenario && plan.cloud == cloud;
            assert!(plans.iter().filter(of).count() >= 3, "{scenario:?}");
        }
        for evasion in Evasion::ALL {
            assert!(plans.iter().any(|plan| plan.evasions.contains(evasion)));
        }
    }
}

#[test]
fn blocks_come_at_their_pace() {
    let settings = settings(24 * 20, FLOWS);
    for coin in Coin::ALL {
        let blocks = blocks(&settings, *coin);
        let expected = 24.0 * 20.0 * 3600.0 / coin.block_seconds();
        assert!((blocks.len() as f64 / expected - 1.0).abs() < 0.1, "{coin:?}");
        assert!(blocks.is_sorted());
    }
}

#[test]
fn a_world_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let plans = [plan(Scenario::Plain, Provider::Gcp), plan(Scenario::CronReporter, Provider::Aws)];
    let truths = write(&settings(1, FLOWS), &plans, folder.path()).unwrap();
    let text = std::fs::read_to_string(folder.path().join("truth.jsonl")).unwrap();
    let read: Vec<Truth> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, truths);
    assert!(folder.path().join("blocks/xmr.txt").exists());
    assert!(folder.path().join("gcp/example-1/vpc_flows.jsonl").exists());
}

#[test]
fn sampling_keeps_its_share() {
    let mut dice = dice::Dice::new(1, "test", &[]);
    for count in [3, 30, 300, 30_000] {
        let rounds = 60_000 / count + 20;
        let kept: u32 = (0..rounds).map(|_| dice.thinned(count, 1.0 / 30.0)).sum();
        let expected = f64::from(rounds * count) / 30.0;
        assert!((f64::from(kept) / expected - 1.0).abs() < 0.1, "{kept} of {expected}");
    }
}
