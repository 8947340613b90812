//! Sorted records to bits and back.
//!
//! A conversation repeats itself: which record follows which, after how long, is one bit where it is
//! as it was the last time; counters are written as differences from their mean so far, in as many bits
//! as these differences have had.

use std::collections::BTreeMap;

use super::{
    Record,
    bits::{Reader, Writer},
};

/// A mean is of about the last so many.
const MEMORY: u64 = 32;
/// What a counter is taken to stray before anything is known of it.
const STRAYS_AT_FIRST: u64 = 64;
/// A scale that holds every counter.
const SCALE_MAX: u32 = 34;

/// Packs the records, which begin at `from` or later and are sorted.
pub(super) fn pack(from: u32, records: &[Record]) -> Box<[u8]> {
    let mut writer = Writer::default();
    let mut model = Model::default();
    let mut places: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut before = from;
    for record in records {
        let kind = Kind::of(record);
        let after = record.start.saturating_sub(before);
        before = record.start;
        let place = places.get(&kind).copied();
        let is_foreseen = place.is_some() && model.foreseen() == place.map(|at| (at, after));
        writer.put(is_foreseen.into(), 1);
        if !is_foreseen {
            writer.put_small(after);
            writer.put_small(place.map_or(0, |at| at as u32 + 1));
        }
        let at = place.unwrap_or_else(|| {
            kind.write(&mut writer);
            places.insert(kind, model.kinds.len());
            model.learn_kind(kind)
        });
        model.follow(at, after);
        for (habit, counter) in model.habits(kind).zip(counters(record)) {
            if let Some(habit) = habit {
                habit.write(counter, &mut writer);
            }
        }
    }
    writer.finish()
}

/// Unpacks `count` records, or as many as there can be in the bits.
pub(super) fn unpack(from: u32, count: u32, bits: &[u8]) -> Vec<Record> {
    let count = (count as usize).min(bits.len() * 8);
    let mut reader = Reader::new(bits);
    let mut model = Model::default();
    let mut start = from;
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        let is_foreseen = reader.take(1) == 1;
        let (at, after) = match model.foreseen().filter(|_| is_foreseen) {
            Some(foreseen) => foreseen,
            None => {
                let after = reader.take_small();
                let known = (reader.take_small() as usize).checked_sub(1);
                let known = known.filter(|at| *at < model.kinds.len());
                (known.unwrap_or_else(|| model.learn_kind(Kind::read(&mut reader))), after)
            }
        };
        let kind = model.follow(at, after);
        start = start.saturating_add(after);
        let mut counted = [0; 4];
        for (habit, counter) in model.habits(kind).zip(&mut counted) {
            *counter = habit.map_or(0, |habit| habit.read(&mut reader));
        }
        records.push(kind.record(start, counted));
    }
    records
}

/// Up before down, bytes before packets.
fn counters(record: &Record) -> [u32; 4] {
    let Record { up_bytes, up_packets, down_bytes, down_packets, .. } = *record;
    [up_bytes, up_packets.into(), down_bytes, down_packets.into()]
}

/// What records of one connection have in common.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Kind {
    seconds: u16,
    client_port: u16,
    /// There is something to count from client to server.
    up: bool,
    /// The same from server to client.
    down: bool,
}

impl Kind {
    const fn of(record: &Record) -> Self {
        Self {
            seconds: record.seconds,
            client_port: record.client_port,
            up: record.up_bytes > 0 || record.up_packets > 0,
            down: record.down_bytes > 0 || record.down_packets > 0,
        }
    }

    fn write(self, writer: &mut Writer) {
        writer.put(self.seconds.into(), 16);
        writer.put(self.client_port.into(), 16);
        writer.put(self.up.into(), 1);
        writer.put(self.down.into(), 1);
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            seconds: reader.take(16) as u16,
            client_port: reader.take(16) as u16,
            up: reader.take(1) == 1,
            down: reader.take(1) == 1,
        }
    }

    fn record(
        self,
        start: u32,
        [up_bytes, up_packets, down_bytes, down_packets]: [u32; 4],
    ) -> Record {
        let packets = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        Record {
            start,
            seconds: self.seconds,
            client_port: self.client_port,
            up_bytes,
            down_bytes,
            up_packets: packets(up_packets),
            down_packets: packets(down_packets),
        }
    }
}

/// What writer and reader know after the same records.
#[derive(Default)]
struct Model {
    kinds: Vec<Kind>,
    /// By kind: which one followed it the last time, and after how many seconds.
    followers: Vec<Option<(usize, u32)>>,
    last: Option<usize>,
    /// By what a record counts: up alone, down alone, both.
    habits: [[Habit; 4]; 4],
}

impl Model {
    fn foreseen(&self) -> Option<(usize, u32)> {
        *self.followers.get(self.last?)?
    }

    fn learn_kind(&mut self, kind: Kind) -> usize {
        self.kinds.push(kind);
        self.followers.push(None);
        self.kinds.len() - 1
    }

    /// Notes that the kind at `at` came `after` so many seconds.
    fn follow(&mut self, at: usize, after: u32) -> Kind {
        let last = self.last.replace(at);
        if let Some(follower) = last.and_then(|last| self.followers.get_mut(last)) {
            *follower = Some((at, after));
        }
        self.kinds.get(at).copied().unwrap_or_default()
    }

    /// The habits of the four counters; none of those that are zero.
    fn habits(&mut self, kind: Kind) -> impl Iterator<Item = Option<&mut Habit>> {
        let which = usize::from(kind.up) | usize::from(kind.down) << 1;
        let counts = [kind.up, kind.up, kind.down, kind.down];
        let habits = self.habits.get_mut(which).into_iter().flatten();
        habits.zip(counts).map(|(habit, counts)| counts.then_some(habit))
    }
}

/// What a counter has been.
#[derive(Clone, Copy)]
struct Habit {
    count: u64,
    total: u64,
    strayed: u64,
}

impl Default for Habit {
    fn default() -> Self {
        Self { count: 1, total: 0, strayed: STRAYS_AT_FIRST }
    }
}

impl Habit {
    const fn mean(&self) -> i64 {
        (self.total / self.count) as i64
    }

    fn scale(&self) -> u32 {
        (self.strayed / self.count).checked_ilog2().unwrap_or_default().min(SCALE_MAX)
    }

    fn write(&mut self, counter: u32, writer: &mut Writer) {
        let off = i64::from(counter) - self.mean();
        let folded = (off << 1 ^ off >> 63).unsigned_abs();
        writer.put_about(folded, self.scale());
        self.learn(counter, folded);
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> u32 {
        let folded = reader.take_about(self.scale());
        let off = (folded >> 1) as i64 ^ -((folded & 1) as i64);
        let counter = u32::try_from((self.mean() + off).max(0)).unwrap_or(u32::MAX);
        self.learn(counter, folded);
        counter
    }

    const fn learn(&mut self, counter: u32, folded: u64) {
        self.count += 1;
        self.total += counter as u64;
        self.strayed += folded;
        if self.count >= MEMORY {
            self.count /= 2;
            self.total /= 2;
            self.strayed /= 2;
        }
    }
}
