//! How many records lie outside the window: whoever narrows it too far must hear of it.

/// Counts records all of whose events lie outside. A record may hold many events, which come one after
/// the other.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// How many there are.
    pub(super) records: u64,
    /// The record that was heard of last, and whether it is counted.
    last: u64,
    is_counted: bool,
}

impl Outside {
    /// Notes an event of a record; records are numbered from 1.
    #[inline]
    pub(super) fn note(&mut self, record: u64, is_outside: bool) {
        if record != self.last {
            (self.last, self.is_counted) = (record, is_outside);
            self.records += u64::from(is_outside);
        } else if self.is_counted && !is_outside {
            self.is_counted = false;
            self.records -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_outside_when_all_of_its_events_are() {
        let count = |events: &[(u64, bool)]| {
            let mut outside = Outside::default();
            events.iter().for_each(|(record, is_outside)| outside.note(*record, *is_outside));
            outside.records
        };
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[(1, true), (2, false), (3, true)]), 2);
        assert_eq!(count(&[(1, true), (1, true), (1, true)]), 1);
        assert_eq!(count(&[(1, true), (1, false), (1, true)]), 0);
        assert_eq!(count(&[(1, false), (1, true), (2, true)]), 1);
    }
}
