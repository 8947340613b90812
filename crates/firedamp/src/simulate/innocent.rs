//! The innocents: what hosts do that do not mine, and what some of them do that looks like it.

mod chain;
mod people;
mod service;

use super::{
    estate::{Estate, machines},
    habit::{Habit, practise},
    load::Load,
    program,
    scenario::Scenario,
};

/// What hosts beside the ones that a scenario tells of do.
const ORDINARY: &[Scenario] = &[
    Scenario::WebServer,
    Scenario::BuildMachine,
    Scenario::DatabaseReplication,
    Scenario::CronReporter,
    Scenario::HealthChecks,
    Scenario::BackupAgent,
    Scenario::MessageQueueClient,
    Scenario::SshSession,
];

/// How long a spot machine is left to work.
const TURN_SECONDS: (f64, f64) = (20.0 * 60.0, 55.0 * 60.0);

/// Machines of a roll-out for each host that the plan asks for.
const ROLL_OUT_FACTOR: usize = 4;

/// Which of the background's habits functions have too.
const FUNCTIONS_DO: [usize; 2] = [3, 5];

/// Adds hosts that were there before the window and outlast it; gives their numbers.
pub(super) fn settle(estate: &mut Estate, count: usize) -> Vec<usize> {
    let [ordinary, ..] = machines(estate.provider);
    let life = (-1.0, estate.window.seconds());
    (0..count).map(|_| estate.add_host(ordinary, 0, life)).collect()
}

/// Adds the hosts that a scenario tells of. What reckons much is made for it, large and new; all else
/// was there before.
pub(super) fn staff(estate: &mut Estate, scenario: Scenario, count: usize) -> Vec<usize> {
    let made = [Scenario::HpcJob, Scenario::MlTraining, Scenario::Rendering, Scenario::Transcoding];
    match scenario {
        Scenario::BatchFleet => return in_turns(estate, 2 * count),
        Scenario::NewTraining => return abroad(estate, count, 1),
        Scenario::RollOut => return abroad(estate, ROLL_OUT_FACTOR * count, 3),
        _ => {}
    }
    if !made.contains(&scenario) {
        return settle(estate, count);
    }
    let [_, large, _] = machines(estate.provider);
    let end = estate.window.seconds();
    let begin = estate.dice("staff", 0).between(0.0, end / 4.0);
    (0..count).map(|_| estate.add_host(large, 0, (begin, end))).collect()
}

/// New large machines, one after the other in so many regions where the account had none.
fn abroad(estate: &mut Estate, count: usize, regions: usize) -> Vec<usize> {
    let [_, large, _] = machines(estate.provider);
    let end = estate.window.seconds();
    let mut dice = estate.dice("abroad", 0);
    let begin = dice.between(0.0, (end / 4.0).min(2.0 * 3600.0));
    let mut born = || begin + dice.between(0.0, 600.0);
    (0..count).map(|at| estate.add_host(large, 1 + at % regions, (born(), end))).collect()
}

/// Spot machines in so many places, each replaced when it is gone.
fn in_turns(estate: &mut Estate, places: usize) -> Vec<usize> {
    let [_, large, _] = machines(estate.provider);
    let end = estate.window.seconds();
    let mut dice = estate.dice("turns", 0);
    let mut hosts = Vec::new();
    for _ in 0..places {
        let mut from = dice.between(0.0, end / 6.0);
        while from < end {
            let until = end.min(from + dice.between(TURN_SECONDS.0, TURN_SECONDS.1));
            hosts.push(estate.add_host(large, 0, (from, until)));
            from = until + dice.between(60.0, 300.0);
        }
    }
    hosts
}

/// Lets ordinary hosts work, each at something.
pub(super) fn ordinary(estate: &mut Estate, hosts: &[usize]) {
    let mut dice = estate.dice("ordinary", 0);
    for host in hosts {
        let scenario = dice.pick(ORDINARY).copied().unwrap_or(Scenario::WebServer);
        work(estate, scenario, *host);
    }
}

/// Lets a host do what is peculiar to a scenario.
pub(super) fn work(estate: &mut Estate, scenario: Scenario, host: usize) {
    for (number, habit) in habits(scenario).iter().enumerate() {
        practise(estate, host, habit, number);
    }
    program::ordinary(estate, host, Some(scenario));
    if let Some(host) = estate.hosts.get_mut(host) {
        host.load = Load::of(scenario);
    }
}

/// Lets a host do what every host does.
pub(super) fn background(estate: &mut Estate, host: usize) {
    let mut dice = estate.dice("background", host);
    let period = dice.pick(&[10.0, 15.0, 30.0, 60.0]).copied().unwrap_or(15.0);
    let habits = [
        Habit::to("time-#.example", 123).udp().peers(4).every(256.0, 8.0).says((48, 48), (48, 48)),
        Habit::to("intake.watchers.example", 443)
            .long(8.0)
            .every(period, 0.5)
            .says((350, 2600), (120, 260)),
        Habit::to("agent.cloud.example", 443).long(1.0).random(45.0).says((400, 900), (300, 1400)),
        Habit::to("api-#.cloud.example", 443)
            .peers(6)
            .random(240.0)
            .says((800, 4000), (1000, 40_000)),
        Habit::to("mirror-#.packages.example", 443)
            .peers(3)
            .random(14_400.0)
            .says((1500, 20_000), (50_000, 30_000_000)),
        Habit::to("logs.cloud.example", 443).random(120.0).says((2000, 60_000), (300, 900)),
        Habit::from_strangers(22).peers(5000).random(900.0).says((20, 60), (20, 60)),
    ];
    // A function has no clock, no agent, no packages and no door: it calls and logs.
    let serverless = estate.hosts.get(host).is_some_and(|host| host.machine.serverless);
    for (number, habit) in habits.iter().enumerate() {
        if serverless && !FUNCTIONS_DO.contains(&number) {
            continue;
        }
        practise(estate, host, habit, 100 + number);
    }
    if !serverless {
        program::ordinary(estate, host, None);
    }
}

fn habits(scenario: Scenario) -> Vec<Habit> {
    chain::habits(scenario)
        .or_else(|| people::habits(scenario))
        .or_else(|| service::habits(scenario))
        .unwrap_or_default()
}
