//! Chance that falls the same way each time: one generator for each purpose, sown with the world's
//! seed. What one purpose draws never moves another's draws.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A generator for one purpose.
pub(super) struct Dice(Pcg64Mcg);

impl Dice {
    /// The generator of `purpose` number `numbers` in the world of `seed`.
    pub(super) fn new(seed: u64, purpose: &str, numbers: &[u64]) -> Self {
        Self(Pcg64Mcg::seed_from_u64(mixed(seed, purpose, numbers)))
    }

    /// From 0 up to 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    /// Evenly from `low` up to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Between `low` and `high`, evenly in the logarithm.
    pub(super) fn scaled(&mut self, low: f64, high: f64) -> f64 {
        if high <= low { low } else { low * (high / low).powf(self.unit()) }
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high.max(low))
    }

    /// The time to the next of events that come `mean` apart and know nothing of each other.
    pub(super) fn gap(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// A normal deviate.
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = u32::try_from(from.len().checked_sub(1)?).unwrap_or(u32::MAX);
        from.get(self.whole(0, last) as usize)
    }

    /// How many of `count` are left when each is kept with `share`.
    pub(super) fn thinned(&mut self, count: u32, share: f64) -> u32 {
        let mean = f64::from(count) * share;
        if mean > 40.0 {
            let deviation = (mean * (1.0 - share)).sqrt();
            return (mean + deviation * self.normal()).round().max(0.0) as u32;
        }
        let step = (1.0 - share).ln();
        let (mut at, mut kept) = (0.0, 0);
        loop {
            at += ((1.0 - self.unit()).ln() / step).floor() + 1.0;
            if at > f64::from(count) {
                return kept;
            }
            kept += 1;
        }
    }
}

/// A seed from several (FNV over the parts, then the finish of `SplitMix64`).
pub(super) fn mixed(seed: u64, purpose: &str, numbers: &[u64]) -> u64 {
    let parts = seed.to_le_bytes().into_iter().chain(purpose.bytes()).chain([0]);
    let parts = parts.chain(numbers.iter().flat_map(|number| number.to_le_bytes()));
    let hash = parts.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
