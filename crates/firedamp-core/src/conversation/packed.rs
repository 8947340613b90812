//! The records of a conversation in few bytes: a day of one-minute records in both directions takes
//! some six thousand.
//!
//! Records stay a set, so they join in any order, any number of times. The set is cut by the clock into
//! pieces, whose bits follow from the records in them alone; so equal sets have equal bytes,
//! whatever they were joined from.

mod bits;
mod code;

use serde::{Deserialize, Serialize};

use super::Record;

/// What one piece covers. A record that arrives late costs the packing of its piece anew.
const PIECE_SECONDS: u32 = 4 * 3600;

/// Records, by time, each once.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Packed(Vec<Piece>);

/// The records that begin within one piece of time.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Piece {
    /// Its number since 1970.
    number: u32,
    count: u32,
    bits: Box<[u8]>,
}

const fn number_of(record: &Record) -> u32 {
    record.start / PIECE_SECONDS
}

impl Piece {
    /// Sorts the records and takes out what is there twice.
    fn of(number: u32, mut records: Vec<Record>) -> Self {
        records.sort_unstable();
        records.dedup();
        let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
        Self { number, count, bits: code::pack(number * PIECE_SECONDS, &records) }
    }

    fn records(&self) -> Vec<Record> {
        code::unpack(self.number.saturating_mul(PIECE_SECONDS), self.count, &self.bits)
    }
}

impl Packed {
    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.count as usize).sum()
    }

    /// Every record, by time.
    pub(super) fn unpack(&self) -> Vec<Record> {
        self.0.iter().flat_map(Piece::records).collect()
    }

    /// Takes records in, and leaves the vector empty.
    pub(super) fn take_in(&mut self, records: &mut Vec<Record>) {
        records.sort_unstable();
        for records in records.chunk_by(|one, other| number_of(one) == number_of(other)) {
            self.add(records.first().map_or(0, number_of), records.to_vec());
        }
        records.clear();
    }

    fn add(&mut self, number: u32, mut records: Vec<Record>) {
        match self.0.binary_search_by_key(&number, |piece| piece.number) {
            Ok(at) => {
                if let Some(piece) = self.0.get_mut(at) {
                    records.extend(piece.records());
                    *piece = Piece::of(number, records);
                }
            }
            Err(at) => self.0.insert(at, Piece::of(number, records)),
        }
    }

    /// Joins two sets.
    pub(super) fn merge(&mut self, other: Self) {
        for piece in other.0 {
            match self.0.binary_search_by_key(&piece.number, |own| own.number) {
                Ok(at) if self.0.get(at) == Some(&piece) => {}
                Ok(_) => self.add(piece.number, piece.records()),
                Err(at) => self.0.insert(at, piece),
            }
        }
    }

    /// Forgets all but the latest `most`; true when there were more.
    pub(super) fn keep_latest(&mut self, most: usize) -> bool {
        let excess = self.len().saturating_sub(most);
        let mut left = excess;
        while let Some(first) = self.0.first_mut().filter(|_| left > 0) {
            let count = first.count as usize;
            if count > left {
                *first = Piece::of(first.number, first.records().split_off(left));
                break;
            }
            left -= count;
            self.0.remove(0);
        }
        excess > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same each time.
    fn dice(seed: u64) -> impl FnMut(u32) -> u32 {
        let mut state = seed;
        move |most| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32 % most.max(1)
        }
    }

    fn day() -> Vec<Record> {
        let mut dice = dice(7);
        let record = |minute: u32| Record {
            start: 1_772_359_200 + minute * 60,
            seconds: 60,
            client_port: 40_000,
            up_bytes: 0,
            down_bytes: 0,
            up_packets: 0,
            down_packets: 0,
        };
        let mut records = Vec::new();
        for minute in 0..1440 {
            // A share or two and what acknowledges it; a job now and then.
            let (up, down) = (1 + dice(5), 1 + dice(6));
            let up_bytes = up * 52 + dice(3) * 180;
            let down_bytes = down * 60 + if dice(3) == 0 { 380 } else { 0 };
            records.push(Record { up_bytes, up_packets: up as u16, ..record(minute) });
            records.push(Record { down_bytes, down_packets: down as u16, ..record(minute) });
        }
        records
    }

    fn packed(records: &[Record]) -> Packed {
        let mut packed = Packed::default();
        packed.take_in(&mut records.to_vec());
        packed
    }

    #[test]
    fn a_day_of_minutes_in_both_directions_takes_six_kilobytes() {
        let records = day();
        let packed = packed(&records);
        let bytes: usize = packed.0.iter().map(|piece| piece.bits.len() + 24).sum();
        assert!(bytes < 6_000, "{bytes}");
        let mut sorted = records;
        sorted.sort_unstable();
        assert_eq!(packed.unpack(), sorted);
    }

    #[test]
    fn equal_sets_have_equal_bytes_whatever_they_were_joined_from() {
        let records = day();
        let whole = packed(&records);
        let mut parts = Packed::default();
        for chunk in records.chunks(97).rev() {
            parts.merge(packed(chunk));
            parts.take_in(&mut chunk.to_vec());
        }
        assert_eq!(parts, whole);
        parts.merge(whole.clone());
        assert_eq!(parts, whole);
        assert!(!parts.keep_latest(2880) && parts.keep_latest(1000));
        let mut sorted = whole.unpack();
        assert_eq!(parts.unpack(), sorted.split_off(1880));
    }

    #[test]
    fn whatever_records_hold_comes_back() {
        let mut dice = dice(11);
        for round in 0..200 {
            let wild = round % 4 == 0;
            let mut number =
                |most: u32| if wild && dice(2) == 0 { dice(u32::MAX) } else { dice(most) };
            let records: Vec<Record> = (0..50)
                .map(|_| Record {
                    start: number(100_000),
                    seconds: number(3) as u16,
                    client_port: number(4) as u16,
                    up_bytes: number(500),
                    down_bytes: number(2),
                    up_packets: number(3) as u16,
                    down_packets: number(2) as u16,
                })
                .collect();
            let mut sorted = records.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(packed(&records).unpack(), sorted, "round {round}");
        }
    }

    #[test]
    fn junk_gives_records_and_an_end() {
        let mut dice = dice(13);
        for _ in 0..200 {
            let bits: Box<[u8]> = (0..40).map(|_| dice(256) as u8).collect();
            let piece = Piece { number: dice(u32::MAX), count: u32::MAX, bits };
            assert!(piece.records().len() <= 40 * 8);
        }
    }
}
