//! How hard hosts work: what a cloud's own monitoring sees of their processors and disks.

use super::{dice::Dice, habit::busy, scenario::Scenario};

/// What keeps a host's processors and disks busy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Load {
    /// Much the same all day: so many percent.
    Steady(f64),
    /// As busy as people are: so many percent at the busiest hour.
    Daily(f64),
    /// Flat out at so many percent, and hardly ever less.
    Flat(f64),
    /// Jobs, one after the other: percent while one runs, seconds that it takes and seconds between.
    Jobs(f64, f64, f64),
}

/// Mining on a host: between which seconds of the window, and at how many percent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mining {
    pub(super) from: f64,
    pub(super) until: f64,
    pub(super) percent: f64,
}

/// What the operating system and agents take.
pub(super) const IDLE: Load = Load::Steady(3.0);
/// Bytes a minute that logs and agents write to disk, and what machines write that move data.
const QUIET_DISK: (f64, f64) = (200_000.0, 2_500_000.0);
const BUSY_DISK: (f64, f64) = (80_000_000.0, 900_000_000.0);

impl Load {
    /// The load of a host that does what a scenario tells of.
    pub(super) const fn of(scenario: Scenario) -> Self {
        match scenario {
            Scenario::WebServer | Scenario::VpnGateway => Self::Daily(38.0),
            Scenario::DatabaseReplication | Scenario::ChatServer => Self::Daily(22.0),
            Scenario::GameServer | Scenario::VideoCall => Self::Daily(60.0),
            Scenario::BuildMachine => Self::Jobs(93.0, 500.0, 1400.0),
            Scenario::Transcoding => Self::Jobs(98.0, 1500.0, 60.0),
            Scenario::BatchFleet => Self::Jobs(97.0, 600.0, 40.0),
            Scenario::HpcJob | Scenario::Rendering => Self::Flat(99.2),
            Scenario::VolunteerComputing | Scenario::NewTraining => Self::Flat(98.8),
            Scenario::MlTraining => Self::Flat(94.0),
            Scenario::FullNodeBtc | Scenario::FullNodeXmr | Scenario::StakingValidator => {
                Self::Steady(28.0)
            }
            Scenario::TorRelay => Self::Steady(45.0),
            Scenario::ExchangeClient | Scenario::IotGateway => Self::Steady(11.0),
            _ => IDLE,
        }
    }

    /// Whether it reads and writes much.
    const fn moves_data(self) -> bool {
        matches!(self, Self::Jobs(..)) || matches!(self, Self::Flat(percent) if percent < 95.0)
    }
}

/// Percent of all processors in each of `steps` steps of `step` seconds from `start` (epoch seconds)
/// on, with what mining takes of what is left.
pub(super) fn percents(
    load: Load,
    mining: Option<Mining>,
    start: i64,
    (steps, step): (usize, f64),
    dice: &mut Dice,
) -> Vec<f64> {
    let mut job = Job::default();
    let at = |index: usize| index as f64 * step;
    (0..steps)
        .map(|index| {
            let second = at(index);
            let own = own_percent(load, &mut job, (start, second, step), dice);
            let mined = mining.map_or(0.0, |mining| {
                let from = mining.from.max(second);
                let share = ((mining.until.min(second + step) - from) / step).clamp(0.0, 1.0);
                // What is left of the processors is never quite all of it.
                (mining.percent + dice.between(-0.4, 0.4)).min(100.0 - own) * share
            });
            (own + mined).clamp(0.0, 100.0)
        })
        .collect()
}

/// A job that runs, or the pause after it.
#[derive(Default)]
struct Job {
    runs: bool,
    until: f64,
}

fn own_percent(
    load: Load,
    job: &mut Job,
    (start, second, step): (i64, f64, f64),
    dice: &mut Dice,
) -> f64 {
    match load {
        Load::Steady(percent) => percent * dice.between(0.7, 1.3),
        Load::Daily(percent) => 2.0 + percent * busy(start, second) * dice.between(0.75, 1.25),
        Load::Flat(percent) => {
            let noise = (100.0 - percent).clamp(0.3, 3.0);
            percent + dice.between(-noise, noise.min(100.0 - percent))
        }
        Load::Jobs(percent, runs, rests) => {
            let (mut busy_seconds, mut at) = (0.0, second);
            while at < second + step {
                if at >= job.until {
                    job.runs = !job.runs;
                    job.until = at + dice.gap(if job.runs { runs } else { rests }).max(1.0);
                }
                let to = job.until.min(second + step);
                busy_seconds += if job.runs { to - at } else { 0.0 };
                at = to;
            }
            3.0 + (percent - 3.0) * busy_seconds / step
        }
    }
}

/// Bytes written to disk in a step.
pub(super) fn disk_bytes(load: Load, step: f64, dice: &mut Dice) -> f64 {
    let (low, high) = if load.moves_data() { BUSY_DISK } else { QUIET_DISK };
    dice.scaled(low, high) * step / 60.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(load: Load, mining: Option<Mining>) -> Vec<f64> {
        percents(load, mining, 1_772_409_600, (288, 300.0), &mut Dice::new(1, "load", &[]))
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    #[test]
    fn what_mines_leaves_nothing_idle_and_only_while_it_mines() {
        let mining = Mining { from: 3600.0, until: 7200.0, percent: 99.0 };
        let load = day(IDLE, Some(mining));
        assert!(mean(&load[..12]) < 6.0 && mean(&load[24..]) < 6.0);
        assert!(load[12..24].iter().all(|percent| *percent > 96.0));
    }

    #[test]
    fn half_of_the_cores_are_half_of_the_percent() {
        let mining = Mining { from: 0.0, until: 86_400.0, percent: 50.0 };
        let percent = mean(&day(IDLE, Some(mining)));
        assert!((48.0..58.0).contains(&percent), "{percent}");
    }

    #[test]
    fn people_sleep_and_clusters_do_not() {
        let people = day(Load::Daily(60.0), None);
        let (least, most) = people.iter().fold((100.0_f64, 0.0_f64), |(low, high), percent| {
            (low.min(*percent), high.max(*percent))
        });
        assert!(least < 10.0 && most > 40.0, "{least} to {most}");
        assert!(day(Load::Flat(99.2), None).iter().all(|percent| *percent > 98.0));
        let builds = mean(&day(Load::Jobs(93.0, 500.0, 1400.0), None));
        assert!((15.0..45.0).contains(&builds), "{builds}");
    }
}
