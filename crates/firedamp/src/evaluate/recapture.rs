//! What two who look for the same thing both missed, from what each of them saw: capture and recapture.
//!
//! It holds where what one of them sees says nothing of whether the other sees it too, where all that
//! is looked for is equally well seen, and where nothing comes or goes meanwhile. Mining that both look
//! for by the same list of pools is seen by both or by none: then there is more of it than this says.

use serde::Serialize;
use utoipa::ToSchema;

use super::statistics::Share;

/// Why an estimate may be too small or too large; a sentence each.
pub const ASSUMPTIONS: [&str; 4] = [
    "What the provider sees says nothing of whether we see it too. Where both look for the same listed \
     pools this does not hold, and more is missed than is said here.",
    "All mining is equally well seen by each. Where some of it hides from both, more is missed.",
    "An account counts that probably mines and was not found to be legitimate.",
    "Only clouds count whose alerts have reached this desk; where alerts reach it of some accounts alone, \
     the provider seems to miss more than it does.",
];

/// How many were seen by whom, and how many by none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Recapture {
    /// Seen by both.
    pub both: u64,
    /// Seen by us alone.
    pub ours: u64,
    /// Seen by them alone.
    pub theirs: u64,
    /// Our share of what they saw, with its exact 95 % interval.
    pub our_share: Share,
    /// Missed by both, after Chapman (University of California Publications in Statistics 1, 1951).
    pub missed: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end; nothing where we saw so little of theirs that there is none.
    pub high: Option<f64>,
}

impl Recapture {
    /// An estimate; nothing where one of the two saw nothing at all.
    #[must_use]
    pub fn new(both: u64, ours: u64, theirs: u64) -> Option<Self> {
        if both + ours == 0 || both + theirs == 0 {
            return None;
        }
        let our_share = Share::new(both, both + theirs);
        // We see of what they missed the same share as of what they saw.
        let by_share = |share: f64| ours as f64 * (1.0 - share) / share;
        let missed = ours as f64 * theirs as f64 / (both as f64 + 1.0);
        // The wider of two intervals: one knows few cases well, the other that what nobody saw varies, too.
        let factor = spread(both as f64, ours as f64, theirs as f64);
        let high = Some(our_share.low).filter(|low| *low > 0.0).map(by_share);
        Some(Self {
            both,
            ours,
            theirs,
            our_share,
            missed,
            low: by_share(our_share.high).min(missed / factor),
            high: high.map(|high| high.max(missed * factor)),
        })
    }
}

/// By which factor what both missed may be smaller or larger, with 95 %: as if its logarithm were
/// normal, with Chapman's variance (Chao, Biometrics 43, 1987).
fn spread(both: f64, ours: f64, theirs: f64) -> f64 {
    let missed = ours * theirs / (both + 1.0);
    if missed <= 0.0 {
        return 1.0;
    }
    let (we, they) = (both + ours, both + theirs);
    let variance =
        (we + 1.0) * (they + 1.0) * ours * theirs / ((both + 1.0).powi(2) * (both + 2.0));
    (1.96 * (variance / missed.powi(2)).ln_1p().sqrt()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_is_within_its_interval_and_none_without_two() {
        for cell in 0..12 * 12 * 12 {
            let (both, ours, theirs) = (cell / 144, cell / 12 % 12, cell % 12);
            let Some(one) = Recapture::new(both, ours, theirs) else {
                assert!(both == 0 && (ours == 0 || theirs == 0));
                continue;
            };
            let told = format!("{one:?}");
            assert!(one.low <= one.missed + 1e-9, "{told}");
            assert!(one.high.is_none_or(|high| one.missed <= high + 1e-9), "{told}");
            assert_eq!(one.high.is_none(), both == 0, "{told}");
        }
    }

    /// Of a thousand worlds of 200 miners that we see with 0.8 and they with 0.5, the interval holds
    /// the number that both missed in nearly all.
    #[test]
    fn the_interval_holds_what_was_missed() {
        let mut dice = fastrand::Rng::with_seed(1951);
        let (mut held, mut sum) = (0, 0.0);
        for _ in 0..1000 {
            let (mut both, mut ours, mut theirs, mut none) = (0, 0, 0, 0.0);
            for _ in 0..200 {
                match (dice.f64() < 0.8, dice.f64() < 0.5) {
                    (true, true) => both += 1,
                    (true, false) => ours += 1,
                    (false, true) => theirs += 1,
                    (false, false) => none += 1.0,
                }
            }
            let one = Recapture::new(both, ours, theirs).expect("an estimate");
            held += u32::from(one.low <= none && one.high.is_some_and(|high| none <= high));
            sum += one.missed - none;
        }
        assert!(held >= 900, "held in {held} of 1000");
        assert!((sum / 1000.0).abs() < 1.0, "off by {} on average", sum / 1000.0);
    }
}
