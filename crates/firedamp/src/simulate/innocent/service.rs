//! Innocents that machines do among themselves: heartbeats, reports, transfers, reckoning.

use crate::simulate::{habit::Habit, scenario::Scenario};

pub(super) fn habits(scenario: Scenario) -> Option<Vec<Habit>> {
    Some(match scenario {
        Scenario::BuildMachine => build_machine(),
        Scenario::DatabaseReplication => database_replication(),
        Scenario::MonitoringAgent => monitoring_agent(),
        Scenario::MessageQueueClient => message_queue_client(),
        Scenario::BackupAgent => backup_agent(),
        Scenario::HpcJob => hpc_job(),
        Scenario::MlTraining => ml_training(),
        Scenario::NewTraining => new_training(),
        Scenario::Rendering => rendering(),
        Scenario::BatchFleet => batch_fleet(),
        Scenario::VolunteerComputing => volunteer_computing(),
        Scenario::Transcoding => transcoding(),
        Scenario::IotGateway => iot_gateway(),
        Scenario::StockTicker => stock_ticker(),
        Scenario::HealthChecks => health_checks(),
        Scenario::CronReporter => cron_reporter(),
        _ => return None,
    })
}

fn build_machine() -> Vec<Habit> {
    vec![
        Habit::to("git.forge.example", 443).long(5.0).every(30.0, 2.0).says((300, 500), (200, 400)),
        Habit::to("artifacts-#.forge.example", 443)
            .peers(4)
            .by_day(400.0)
            .transfer(10.0, 300.0)
            .says((20_000, 3_000_000), (2_000_000, 400_000_000)),
        Habit::to("registry-#.forge.example", 443)
            .peers(6)
            .by_day(200.0)
            .says((2000, 9000), (40_000, 9_000_000)),
    ]
}

/// What changed, and a sign of life each ten seconds; also to a replica elsewhere.
fn database_replication() -> Vec<Habit> {
    vec![
        Habit::inside(5432).long(20.0).every(10.0, 0.3).says((50, 60), (39, 39)),
        Habit::inside(5432).long(20.0).by_day(3.0).says((300, 20_000), (39, 39)),
        Habit::to("replica.customer.example", 5432)
            .long(20.0)
            .random(14.0)
            .says((120, 900), (39, 80)),
        Habit::to("replica.customer.example", 26_257)
            .long(20.0)
            .every(5.0, 0.2)
            .says((70, 120), (60, 90)),
    ]
}

/// Several agents, each with a fixed beat and much the same to say.
fn monitoring_agent() -> Vec<Habit> {
    vec![
        Habit::to("metrics.watchers.example", 443)
            .long(12.0)
            .every(60.0, 0.3)
            .says((900, 1600), (180, 220)),
        Habit::to("traces.watchers.example", 443)
            .long(6.0)
            .random(20.0)
            .says((400, 2500), (90, 200)),
        Habit::to("config.watchers.example", 443)
            .long(12.0)
            .together(1500.0)
            .says((0, 0), (300, 8000)),
        Habit::to("live.watchers.example", 10_516)
            .long(24.0)
            .random(30.0)
            .says((150, 500), (60, 80)),
    ]
}

/// MQTT: PINGREQ and PINGRESP, two bytes each, and messages of one size.
fn message_queue_client() -> Vec<Habit> {
    vec![
        Habit::to("broker.things.example", 8883)
            .long(20.0)
            .every(60.0, 0.05)
            .says((31, 31), (31, 31)),
        Habit::to("events.things.example", 5671)
            .long(20.0)
            .random(45.0)
            .says((180, 240), (60, 400)),
        Habit::inside(5672).long(20.0).every(30.0, 0.1).says((8, 8), (8, 8)),
    ]
}

fn backup_agent() -> Vec<Habit> {
    vec![
        Habit::to("vault.backup.example", 443)
            .nightly()
            .transfer(1200.0, 7200.0)
            .says((400_000_000, 4_000_000_000), (2_000_000, 9_000_000)),
        Habit::to("control.backup.example", 8443)
            .long(20.0)
            .every(120.0, 4.0)
            .says((250, 350), (150, 210)),
        Habit::to("catalog.backup.example", 443).random(1800.0).says((9000, 90_000), (900, 9000)),
    ]
}

/// Much inside, little outside: a licence server and a scheduler.
fn hpc_job() -> Vec<Habit> {
    vec![
        Habit::inside(7000)
            .peers(3)
            .long(12.0)
            .random(1.5)
            .says((20_000, 900_000), (20_000, 900_000)),
        Habit::to("licence.solver.example", 27_000)
            .long(20.0)
            .every(120.0, 1.0)
            .says((150, 160), (140, 160)),
        Habit::to("scheduler.solver.example", 443)
            .long(12.0)
            .random(40.0)
            .says((300, 700), (200, 400)),
    ]
}

fn ml_training() -> Vec<Habit> {
    vec![
        Habit::to("data-#.store.example", 443)
            .peers(6)
            .random(30.0)
            .transfer(5.0, 60.0)
            .says((5000, 40_000), (20_000_000, 400_000_000)),
        Habit::to("store.example", 443)
            .random(3000.0)
            .transfer(30.0, 300.0)
            .says((400_000_000, 3_000_000_000), (90_000, 400_000)),
        Habit::to("tracker.runs.example", 443)
            .long(12.0)
            .random(15.0)
            .says((600, 2200), (150, 400)),
    ]
}

/// The data came with the machine's disk: what is left is a word to the tracker and a checkpoint.
fn new_training() -> Vec<Habit> {
    vec![
        Habit::to("tracker.runs.example", 443)
            .long(12.0)
            .random(20.0)
            .says((600, 2200), (150, 400)),
        Habit::to("store.example", 443)
            .random(14_400.0)
            .transfer(30.0, 300.0)
            .says((40_000_000, 300_000_000), (90_000, 400_000)),
    ]
}

/// A scene comes, pictures go, and in between the worker says how far it is.
fn rendering() -> Vec<Habit> {
    vec![
        Habit::to("scenes.store.example", 443)
            .random(9000.0)
            .transfer(10.0, 60.0)
            .says((5000, 40_000), (50_000_000, 900_000_000)),
        Habit::to("frames.store.example", 443)
            .random(900.0)
            .transfer(2.0, 20.0)
            .says((2_000_000, 30_000_000), (9000, 40_000)),
        Habit::to("farm.studio.example", 8443).long(12.0).random(35.0).says((240, 900), (90, 260)),
    ]
}

/// Jobs from a queue, data in, results out, and a word to the coordinator now and then.
fn batch_fleet() -> Vec<Habit> {
    vec![
        Habit::to("queue.cloud.example", 443)
            .long(1.0)
            .every(20.0, 0.3)
            .says((420, 460), (300, 330)),
        Habit::to("data-#.store.example", 443)
            .peers(6)
            .random(120.0)
            .transfer(5.0, 40.0)
            .says((5000, 40_000), (5_000_000, 90_000_000)),
        Habit::to("coordinator.batch.example", 8443)
            .long(1.0)
            .random(25.0)
            .says((220, 800), (90, 420)),
    ]
}

/// Work units of hours, a few files each way, and nothing in between.
fn volunteer_computing() -> Vec<Habit> {
    vec![
        Habit::to("scheduler.science.example", 443)
            .random(3600.0)
            .says((9000, 40_000), (4000, 30_000)),
        Habit::to("data-#.science.example", 443)
            .peers(3)
            .random(4000.0)
            .transfer(2.0, 30.0)
            .says((20_000, 900_000), (100_000, 20_000_000)),
    ]
}

fn transcoding() -> Vec<Habit> {
    vec![
        Habit::to("films.store.example", 443)
            .random(500.0)
            .transfer(20.0, 200.0)
            .says((20_000, 90_000), (200_000_000, 2_000_000_000)),
        Habit::to("films.store.example", 443)
            .random(600.0)
            .transfer(20.0, 200.0)
            .says((90_000_000, 900_000_000), (20_000, 90_000)),
        Habit::to("queue.cloud.example", 443)
            .long(4.0)
            .every(20.0, 0.3)
            .says((420, 460), (300, 330)),
    ]
}

/// Many small devices, and one upstream that hears of all of them.
fn iot_gateway() -> Vec<Habit> {
    vec![
        Habit::from_strangers(8883).peers(25).long(9.0).every(60.0, 2.0).says((4, 4), (40, 120)),
        Habit::from_strangers(5684).udp().peers(90).random(8.0).says((20, 60), (60, 300)),
        Habit::to("hub.things.example", 8883).long(20.0).random(20.0).says((300, 900), (40, 60)),
    ]
}

fn stock_ticker() -> Vec<Habit> {
    vec![
        Habit::to("ticks.prices.example", 443).long(8.0).together(0.7).says((0, 0), (90, 700)),
        Habit::to("slow-ticks.prices.example", 443)
            .long(8.0)
            .together(25.0)
            .says((0, 0), (300, 600)),
    ]
}

/// Asked each few seconds by several, always the same.
fn health_checks() -> Vec<Habit> {
    vec![
        Habit::from_strangers(8080).peers(3).every(30.0, 0.2).says((210, 210), (130, 130)),
        Habit::inside(8080).peers(2).every(10.0, 0.1).says((130, 130), (210, 210)),
    ]
}

fn cron_reporter() -> Vec<Habit> {
    vec![
        Habit::to("reports.customer.example", 443)
            .on_the_clock(300.0)
            .says((900, 9000), (300, 600)),
        Habit::to("jobs.customer.example", 443)
            .long(20.0)
            .on_the_clock(300.0)
            .says((400, 900), (200, 300)),
        Habit::to("beat.customer.example", 443).on_the_clock(60.0).says((250, 250), (120, 120)),
    ]
}
