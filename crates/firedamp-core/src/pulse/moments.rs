//! Packets whose seconds are known against blocks whose times are known.
//!
//! A log that samples packets tells nothing of a minute's bytes, but of each packet that it saw, when
//! that was. A pool's push and its confirmation come within seconds of a block; whatever else miner
//! and pool say comes at any time. So sampled packets crowd behind blocks, and nowhere else when the
//! same packets are shifted against the same blocks.

use super::tail;

/// Fewer packets than this say nothing.
const PACKETS_MIN: usize = 20;
/// Of more, the latest count.
const PACKETS_MAX: usize = 5000;
/// Shorter talks leave too few shifts.
const SPAN_SECONDS_MIN: usize = 45 * 60;
/// Longer ones are not laid out by the second: three days.
const SPAN_SECONDS_MAX: usize = 3 * 86_400;

/// How fast a packet's worth falls with its distance from a block, in seconds, and how much a block's
/// clock may be late: three quarters and more of pushes come within three seconds of each other in
/// real captures; blocks' clocks are less exact.
const FADE_SECONDS: f64 = 5.0;
const EARLY_SECONDS: i64 = 2;
/// Behind this much later than a block nothing is left of it.
const SOON_SECONDS: i64 = 20;

/// Shifts nearer than this are no part of a null.
const NEAR_SECONDS: usize = 300;
/// Shifts by this step, which no timer's period is a multiple of, and by whole minutes.
const STEPS: [usize; 2] = [23, 60];
const SHIFTS_MIN: usize = 30;

/// How soon packets come after blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promptness {
    /// Standard deviations above what the same packets give at other times.
    pub z: f64,
    /// Packets that were looked at.
    pub packets: usize,
    /// Those of them that came within ten seconds after a block.
    pub soon: usize,
    /// So many would at any other time.
    pub by_chance: f64,
}

/// Compares the seconds since 1970 of packets with those of blocks, both in any order, with circular
/// shifts of the packets as null; shifts by whole minutes by themselves, too, and the wider null counts.
///
/// `None` for fewer than 20 packets, less than three quarters of an hour, more than three days, or no
/// block.
#[must_use]
pub fn promptness(moments: &[u32], ticks: &[i64]) -> Option<Promptness> {
    let mut moments = moments.to_vec();
    moments.sort_unstable();
    moments.drain(..moments.len().saturating_sub(PACKETS_MAX));
    let (first, last) = (*moments.first()?, *moments.last()?);
    let seconds = (last - first) as usize + 1;
    let is_usable =
        moments.len() >= PACKETS_MIN && (SPAN_SECONDS_MIN..=SPAN_SECONDS_MAX).contains(&seconds);
    if !is_usable {
        return None;
    }
    let offsets: Vec<usize> = moments.iter().map(|moment| (moment - first) as usize).collect();
    let worth = worth(i64::from(first), seconds, ticks);
    let sums = |shift| sum(&offsets, &worth, shift);
    let z = STEPS.map(|step| standing(sums(0), shifts(seconds, step).map(sums).collect()));
    let near: Vec<f64> =
        worth.iter().map(|worth| f64::from(u8::from(*worth > TEN_LATER))).collect();
    Some(Promptness {
        z: z.into_iter().flatten().reduce(f64::min)?,
        packets: offsets.len(),
        soon: sum(&offsets, &near, 0) as usize,
        by_chance: offsets.len() as f64 * near.iter().sum::<f64>() / seconds as f64,
    })
}

/// What a packet of ten seconds after a block is worth: e^(-12/5), rounded down.
const TEN_LATER: f64 = 0.09;

/// What a packet is worth in each second: one at a block, less and less after it.
fn worth(first: i64, seconds: usize, ticks: &[i64]) -> Vec<f64> {
    let mut worth = vec![0.0_f64; seconds];
    let from = first.saturating_sub(SOON_SECONDS);
    let until = first.saturating_add(seconds as i64 + EARLY_SECONDS);
    for tick in ticks.iter().filter(|tick| (from..until).contains(*tick)) {
        for late in -EARLY_SECONDS..SOON_SECONDS {
            let at = usize::try_from(tick + late - first).ok();
            if let Some(worth) = at.and_then(|at| worth.get_mut(at)) {
                let value = (-((late + EARLY_SECONDS) as f64) / FADE_SECONDS).exp();
                *worth = worth.max(value);
            }
        }
    }
    worth
}

/// The worth of all packets, each so much later, around the end to the beginning.
fn sum(offsets: &[usize], worth: &[f64], shift: usize) -> f64 {
    let at = |offset: &usize| worth.get((offset + shift) % worth.len().max(1));
    offsets.iter().filter_map(at).sum()
}

/// Far shifts by multiples of a step, all around.
fn shifts(seconds: usize, step: usize) -> impl Iterator<Item = usize> {
    let first = NEAR_SECONDS.next_multiple_of(step);
    (first..=seconds.saturating_sub(NEAR_SECONDS)).step_by(step)
}

/// How many standard deviations of the null a sum stands above its mean, as of a normal null.
fn standing(own: f64, null: Vec<f64>) -> Option<f64> {
    let count = null.len() as f64;
    let mean = null.iter().sum::<f64>() / count;
    let moment = |power| null.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / count;
    let deviation = moment(2).sqrt();
    let is_usable = null.len() >= SHIFTS_MIN && deviation > 1e-6;
    is_usable.then(|| {
        let skewness = moment(3) / deviation.powi(3);
        tail::unskewed((own - mean) / deviation, skewness.max(0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generator of the test's own: numbers from 0 up to 1.
    struct Chance(u64);

    impl Chance {
        fn next(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        fn gap(&mut self, mean: f64) -> f64 {
            -mean * (1.0 - self.next()).ln()
        }
    }

    const START: u32 = 1_772_409_600;
    const HOURS: u32 = 12;

    fn blocks(chance: &mut Chance) -> Vec<i64> {
        let mut at = 0.0;
        let mut ticks = Vec::new();
        while at < f64::from(HOURS * 3600) {
            at += chance.gap(120.0);
            ticks.push(i64::from(START) + at as i64);
        }
        ticks
    }

    /// One packet in thirty of a push and a confirmation at each block, and of eight packets a minute.
    fn sampled(chance: &mut Chance, ticks: &[i64], pushes: bool) -> Vec<u32> {
        let mut moments = Vec::new();
        for tick in ticks.iter().filter(|_| pushes) {
            for _ in 0..2 {
                if chance.next() < 1.0 / 30.0 {
                    moments.push((*tick as f64 + chance.next() * 3.0) as u32);
                }
            }
        }
        let mut at = f64::from(START);
        while at < f64::from(START + HOURS * 3600) {
            at += chance.gap(60.0 * 30.0 / 8.0);
            moments.push(at as u32);
        }
        moments
    }

    #[test]
    fn pushes_stand_out_and_chance_does_not() {
        let (mut found, mut mistaken) = (0, 0);
        for seed in 0..40 {
            let mut chance = Chance(seed);
            let ticks = blocks(&mut chance);
            let z = |moments: &[u32]| promptness(moments, &ticks).expect("enough").z;
            let miner = sampled(&mut chance, &ticks, true);
            let other = sampled(&mut chance, &ticks, false);
            found += i32::from(z(&miner) > 3.5);
            mistaken += i32::from(z(&other) > 3.5);
        }
        assert!(found >= 28 && mistaken == 0, "{found} found, {mistaken} mistaken");
    }

    #[test]
    fn a_timer_and_a_table_of_whole_minutes_are_no_pulse() {
        let mut chance = Chance(7);
        let ticks: Vec<i64> =
            blocks(&mut chance).iter().map(|tick| tick.div_euclid(60) * 60).collect();
        let timer: Vec<u32> = (0..HOURS * 60)
            .filter(|_| chance.next() < 0.2)
            .map(|minute| START + minute * 60)
            .collect();
        let found = promptness(&timer, &ticks).expect("enough");
        assert!(found.z < 3.0, "{found:?}");
    }

    #[test]
    fn counts_who_came_soon() {
        let ticks = [i64::from(START) + 1000];
        let moments: Vec<u32> =
            (0..30).map(|at| START + at * 120).chain([START + 1005, START + 1019]).collect();
        let found = promptness(&moments, &ticks).expect("enough");
        assert_eq!((found.packets, found.soon), (32, 1));
        assert!(found.by_chance < 1.0);
    }

    #[test]
    fn too_little_says_nothing() {
        let ticks = [i64::from(START), i64::MIN, i64::MAX];
        assert_eq!(promptness(&[], &ticks), None);
        assert_eq!(promptness(&[START; 30], &ticks), None);
        assert_eq!(promptness(&[0, u32::MAX], &ticks), None);
        let steady: Vec<u32> = (0..100).map(|at| START + at * 60).collect();
        assert_eq!(promptness(&steady, &[]), None, "a null that does not vary");
    }
}
