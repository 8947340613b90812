//! Looks at the telling columns of every row: whose it is, when, and whether it concerns anybody.
//!
//! A column of texts is a dictionary and keys into it, and one dictionary serves many batches: what
//! was found out about its values is kept until another one comes.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int64Array, RecordBatch, types::Int32Type,
};
use firedamp_core::{
    event::Signal,
    format::aws_vpc_flow::is_window,
    id::{AccountRef, Provider},
    sink::{Gate, Sink},
    time::{Span, Time},
};

use super::{cells, rows::plain};

/// The columns that hold addresses.
const ADDRESSES: [&str; 4] = ["srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"];

pub(super) struct Scout {
    gate: Arc<Gate>,
    /// Rows outside are nobody's coverage, in epoch seconds.
    window: (i64, i64),
    next_record: u64,
    /// The numbers of the rows that concern somebody, or can't be told.
    found: Vec<u64>,
    /// The others, by account.
    passed: Vec<Passed>,
    /// Which values of each address column concern somebody.
    concerns: [Option<Known<bool>>; ADDRESSES.len()],
    /// Places in `passed` of the values of the account column.
    accounts: Option<Known<usize>>,
}

/// Rows of one account that concern nobody.
struct Passed {
    account: String,
    first: i64,
    last: i64,
    records: u64,
}

/// What is known of each value of a dictionary.
struct Known<T> {
    dictionary: ArrayRef,
    of_value: Vec<T>,
}

impl Scout {
    pub(super) fn new(sink: &dyn Sink, first_record: u64) -> Self {
        let bounds = |span: Span| (span.first.seconds(), span.last.seconds());
        Self {
            gate: sink.gate(),
            window: sink.window().map_or((i64::MIN, i64::MAX), bounds),
            next_record: first_record,
            found: Vec::new(),
            passed: Vec::new(),
            concerns: [None, None, None, None],
            accounts: None,
        }
    }

    /// The numbers of `count` picked rows, after the first `skip`.
    pub(super) fn found(&self, skip: usize, count: usize) -> Vec<u64> {
        self.found.get(skip..skip + count).unwrap_or_default().to_vec()
    }

    /// Picks the rows that concern somebody, and those that only the text decoder can judge.
    pub(super) fn look(&mut self, batch: &RecordBatch) -> BooleanArray {
        let rows = batch.num_rows();
        let schema = batch.schema();
        let column = |wanted: &str| {
            let at = schema.fields().iter().position(|field| plain(field.name()) == wanted)?;
            Some(batch.column(at))
        };
        let mut picked = vec![false; rows];
        for (at, name) in ADDRESSES.iter().enumerate() {
            if let Some(addresses) = column(name) {
                self.pick(at, addresses, &mut picked);
            }
        }
        let (starts, ends) = (Numbers::of(column("start")), Numbers::of(column("end")));
        let owners = self.owners(column("account_id"), rows);
        for (row, (picked, owner)) in picked.iter_mut().zip(owners).enumerate() {
            let owner = self.passed.get_mut(owner);
            match (*picked, starts.at(row), ends.at(row), owner) {
                (false, Some(start), Some(end), Some(owner))
                    if is_window(start.cast_unsigned(), end.cast_unsigned()) =>
                {
                    if end >= self.window.0 && start <= self.window.1 {
                        owner.add(start, end);
                    }
                }
                _ => {
                    *picked = true;
                    self.found.push(self.next_record + row as u64);
                }
            }
        }
        self.next_record += rows as u64;
        BooleanArray::from(picked)
    }

    /// Marks the rows whose address passes the gate or is none. `-` in an inner column is no address
    /// and concerns nobody.
    fn pick(&mut self, at: usize, addresses: &ArrayRef, picked: &mut [bool]) {
        let is_inner = ADDRESSES.get(at).is_some_and(|name| name.starts_with("pkt"));
        let gate = self.gate.clone();
        let concerns = |text: Option<&str>| {
            text.and_then(|text| gate.passes_written(text)).unwrap_or(!is_inner)
        };
        let Some(keyed) = addresses.as_any().downcast_ref::<DictionaryArray<Int32Type>>() else {
            for (row, picked) in picked.iter_mut().enumerate() {
                *picked |= concerns(cells::text(addresses, row));
            }
            return;
        };
        let Some(known) = self.concerns.get_mut(at) else {
            return;
        };
        let of_value = known_values(known, keyed.values(), concerns);
        for (row, picked) in picked.iter_mut().enumerate() {
            *picked |= match keyed.key(row) {
                Some(key) => of_value.get(key).copied().unwrap_or(true),
                None => !is_inner,
            };
        }
    }

    /// For each row the place of its account in `passed`.
    fn owners(&mut self, accounts: Option<&ArrayRef>, rows: usize) -> Vec<usize> {
        let passed = &mut self.passed;
        let mut place = |text: Option<&str>| {
            let account = text.filter(|text| *text != "-").unwrap_or_default();
            let known = passed.iter().position(|other| other.account == account);
            known.unwrap_or_else(|| {
                passed.push(Passed::of(account));
                passed.len() - 1
            })
        };
        let Some(accounts) = accounts else {
            return vec![place(None); rows];
        };
        match accounts.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            Some(keyed) => {
                let nobody = place(None);
                let of_value = known_values(&mut self.accounts, keyed.values(), place);
                let owner = |row| keyed.key(row).and_then(|key| of_value.get(key).copied());
                (0..rows).map(|row| owner(row).unwrap_or(nobody)).collect()
            }
            None => (0..rows).map(|row| place(cells::text(accounts, row))).collect(),
        }
    }

    /// Tells the sink of the rows that concern nobody.
    pub(super) fn tell(&self, sink: &mut dyn Sink) {
        for passed in self.passed.iter().filter(|passed| passed.records > 0) {
            let time = Time::from_seconds;
            let span = Span::between(time(passed.first), time(passed.last));
            let account = AccountRef::new(Provider::Aws, &passed.account);
            sink.skipped(account, Signal::Flow, span, passed.records);
        }
    }
}

impl Passed {
    fn of(account: &str) -> Self {
        Self { account: account.to_string(), first: i64::MAX, last: i64::MIN, records: 0 }
    }

    fn add(&mut self, start: i64, end: i64) {
        self.first = self.first.min(start);
        self.last = self.last.max(end);
        self.records += 1;
    }
}

/// What is known of the values of `dictionary`; found out anew when it is not the one before.
fn known_values<'a, T>(
    known: &'a mut Option<Known<T>>,
    dictionary: &ArrayRef,
    mut find_out: impl FnMut(Option<&str>) -> T,
) -> &'a [T] {
    let same = known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.dictionary, dictionary));
    if !same {
        let values = 0..dictionary.len();
        let of_value = values.map(|at| find_out(cells::text(dictionary, at))).collect();
        *known = Some(Known { dictionary: dictionary.clone(), of_value });
    }
    known.as_ref().map_or(&[], |known| &known.of_value)
}

/// The numbers of a column: a plain slice where the file has them so.
enum Numbers<'a> {
    Plain(&'a [i64]),
    Any(&'a ArrayRef),
    None,
}

impl<'a> Numbers<'a> {
    fn of(column: Option<&'a ArrayRef>) -> Self {
        let Some(column) = column else {
            return Self::None;
        };
        match column.as_any().downcast_ref::<Int64Array>() {
            Some(numbers) if numbers.null_count() == 0 => Self::Plain(numbers.values()),
            _ => Self::Any(column),
        }
    }

    fn at(&self, row: usize) -> Option<i64> {
        match self {
            Self::Plain(numbers) => numbers.get(row).copied(),
            Self::Any(column) => cells::number(column, row),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use firedamp_core::fold::Partial;

    use super::*;

    #[test]
    fn a_row_with_an_absurd_time_is_left_to_the_decoder_which_refuses_it() {
        let texts = |text: &str| Arc::new(StringArray::from(vec![text; 2])) as ArrayRef;
        let numbers = |both: [i64; 2]| Arc::new(Int64Array::from(both.to_vec())) as ArrayRef;
        let batch = RecordBatch::try_from_iter([
            ("account_id", texts("111122223333")),
            ("srcaddr", texts("10.0.0.4")),
            ("dstaddr", texts("203.0.113.9")),
            ("start", numbers([1_772_359_200; 2])),
            ("end", numbers([1_772_359_260, 99_999_999_999_999])),
        ]);
        let picked = Scout::new(&Partial::default(), 1).look(&batch.expect("a batch"));
        assert_eq!(picked.values().iter().collect::<Vec<_>>(), [false, true]);
    }
}
