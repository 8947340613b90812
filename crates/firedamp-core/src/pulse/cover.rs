//! In which minutes of a window a series was recorded at all.
//!
//! A silent minute of a conversation says something; a minute before it began says nothing. Two talks
//! of the same four hours in a window of two days would look alike if what was not recorded counted
//! as silence: only where both were recorded are they compared.

use std::ops::Range;

/// A set of minutes, a bit each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Cover {
    words: Vec<u64>,
    minutes: usize,
}

impl Cover {
    /// Those of a window of so many minutes that lie in a range.
    pub(super) fn of_range(minutes: usize, range: &Range<usize>) -> Self {
        Self::of((0..minutes).map(|minute| range.contains(&minute)))
    }

    /// Those that are recorded.
    pub(super) fn of(recorded: impl Iterator<Item = bool>) -> Self {
        let (mut words, mut minutes) = (Vec::new(), 0);
        for is_recorded in recorded {
            if minutes % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(is_recorded) << (minutes % 64);
            }
            minutes += 1;
        }
        Self { words, minutes }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many are in both.
    pub(super) fn shared(&self, other: &Self) -> usize {
        let both = self.words.iter().zip(&other.words).map(|(one, other)| one & other);
        both.map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no minute of the window is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.count() == self.minutes
    }

    /// Whether each minute of the window is in it.
    pub(super) fn iter(&self) -> impl Iterator<Item = bool> + '_ {
        let bit = |minute: usize| self.words.get(minute / 64).map(|word| word >> (minute % 64) & 1);
        (0..self.minutes).map(move |minute| bit(minute) == Some(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_counted_alone_and_together() {
        let (one, other) = (Cover::of_range(200, &(10..140)), Cover::of_range(200, &(130..500)));
        assert_eq!((one.count(), other.count(), one.shared(&other)), (130, 70, 10));
        assert_eq!((one.is_whole(), Cover::of_range(200, &(0..200)).is_whole()), (false, true));
        assert_eq!(one.iter().position(|recorded| recorded), Some(10));
        assert_eq!(Cover::of(one.iter()), one);
    }
}
