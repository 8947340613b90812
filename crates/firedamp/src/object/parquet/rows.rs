//! The rows of one row group: which of them concern anybody, and these as lines.

use std::{collections::HashMap, fs::File, sync::Arc};

use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, RecordBatch, types::Int32Type};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use firedamp_core::{
    event::Signal,
    format::{LineDecoder, LineFormat, aws_vpc_flow::AwsVpcFlow},
    id::{AccountRef, Provider},
    net,
    sink::{Gate, Sink},
    time::{Span, Time},
};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{
            ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
            ParquetRecordBatchReaderBuilder, RowFilter,
        },
    },
    errors::{ParquetError, Result},
};

use super::cells;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 16_384;

/// The fields that the text decoder looks at, as AWS names the columns.
const FIELDS: [&str; 18] = [
    "account_id", "interface_id", "instance_id", "vpc_id", "srcaddr", "dstaddr", "pkt_srcaddr",
    "pkt_dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "action",
    "log_status", "tcp_flags",
];

/// The fields that tell whether a row concerns anybody, and whose it is.
const TELLING: [&str; 7] =
    ["account_id", "srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr", "start", "end"];

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// The header line of the columns that are read; `None` when they are no flow log's.
pub(super) fn header(metadata: &ArrowReaderMetadata) -> Option<String> {
    let names: Vec<String> = wanted(metadata, &FIELDS).into_iter().map(|(_, name)| name).collect();
    let header = names.join(" ") + "\n";
    AwsVpcFlow.open(header.as_bytes()).map(|_| header)
}

/// The places and plain names of the wanted columns, in the order of the file.
fn wanted(metadata: &ArrowReaderMetadata, fields: &[&str]) -> Vec<(usize, String)> {
    let columns = metadata.schema().fields().iter().enumerate();
    let named = columns.map(|(at, field)| (at, plain(field.name())));
    let mut found: Vec<(usize, String)> =
        named.filter(|(_, name)| fields.contains(&name.as_str())).collect();
    found.dedup_by(|one, other| one.1 == other.1);
    found
}

/// Decodes the rows of row group `group`, the first of which is record `first_record`.
pub(super) fn decode(
    file: File,
    metadata: &ArrowReaderMetadata,
    group: usize,
    first_record: u64,
    sink: &mut dyn Sink,
) -> Result<()> {
    let header = header(metadata).ok_or_else(|| ParquetError::General("no flow log".into()))?;
    let Some(decoder) = AwsVpcFlow.open(header.as_bytes()) else {
        return Ok(());
    };
    let scout = Scout::new(sink.gate(), first_record);
    let shared = Arc::new(std::sync::Mutex::new(scout));
    let reader = reader(file, metadata, group, &shared)?;
    let mut found = 0;
    for batch in reader {
        let batch = batch.map_err(|error| ParquetError::General(error.to_string()))?;
        let records = {
            let scout = shared.lock().map_err(|_| ParquetError::General("poisoned".into()))?;
            scout.found.get(found..found + batch.num_rows()).unwrap_or_default().to_vec()
        };
        found += batch.num_rows();
        lines(&batch, &records, &*decoder, sink);
    }
    let scout = shared.lock().map_err(|_| ParquetError::General("poisoned".into()))?;
    scout.tell(sink);
    Ok(())
}

/// A reader of the rows that the scout picks.
fn reader(
    file: File,
    metadata: &ArrowReaderMetadata,
    group: usize,
    scout: &Arc<std::sync::Mutex<Scout>>,
) -> Result<ParquetRecordBatchReader> {
    // Texts as dictionaries, so that an address is compared once and not once a row.
    let fields: Vec<Field> = metadata
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => {
                let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                field.as_ref().clone().with_data_type(dictionary)
            }
            _ => field.as_ref().clone(),
        })
        .collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
    let schema = metadata.parquet_schema().clone();
    let mask = |fields: &[&str]| {
        ProjectionMask::roots(&schema, wanted(&metadata, fields).into_iter().map(|(at, _)| at))
    };
    let scout = scout.clone();
    let telling = ArrowPredicateFn::new(mask(&TELLING), move |batch| {
        let mut scout = scout
            .lock()
            .map_err(|_| ArrowError::ComputeError("another thread failed".to_string()))?;
        Ok(scout.look(&batch))
    });
    let all = mask(&FIELDS);
    ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_row_groups(vec![group])
        .with_batch_size(BATCH_ROWS)
        .with_max_predicate_cache_size(0)
        .with_row_filter(RowFilter::new(vec![Box::new(telling)]))
        .with_projection(all)
        .build()
}

/// Gives rows to the text decoder as lines.
fn lines(batch: &RecordBatch, records: &[u64], decoder: &dyn LineDecoder, sink: &mut dyn Sink) {
    let mut line = String::new();
    for (row, record) in records.iter().enumerate().take(batch.num_rows()) {
        line.clear();
        for (at, column) in batch.columns().iter().enumerate() {
            if at > 0 {
                line.push(' ');
            }
            cells::write(column, row, &mut line);
        }
        line.push('\n');
        decoder.decode(line.as_bytes(), *record, sink);
    }
}

/// Looks at the telling columns of every row.
struct Scout {
    gate: Arc<Gate>,
    next_record: u64,
    /// The numbers of the rows that concern somebody, or can't be told.
    found: Vec<u64>,
    /// The others, by account.
    passed: HashMap<String, (i64, i64, u64)>,
}

impl Scout {
    fn new(gate: Arc<Gate>, first_record: u64) -> Self {
        Self { gate, next_record: first_record, found: Vec::new(), passed: HashMap::new() }
    }

    fn look(&mut self, batch: &RecordBatch) -> BooleanArray {
        let schema = batch.schema();
        let column = |wanted: &str| {
            let at = schema.fields().iter().position(|field| plain(field.name()) == wanted)?;
            Some(batch.column(at))
        };
        let mut picked = vec![false; batch.num_rows()];
        for name in ["srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"] {
            let is_inner = name.starts_with("pkt");
            if let Some(addresses) = column(name) {
                pick(addresses, &self.gate, is_inner, &mut picked);
            }
        }
        let accounts = column("account_id");
        let (starts, ends) = (column("start"), column("end"));
        for (row, picked) in picked.iter_mut().enumerate() {
            let time = |column: Option<&ArrayRef>| column.and_then(|array| cells::number(array, row));
            match (*picked, time(starts), time(ends)) {
                (false, Some(start), Some(end)) => self.pass(accounts, row, start, end),
                _ => {
                    *picked = true;
                    self.found.push(self.next_record + row as u64);
                }
            }
        }
        self.next_record += batch.num_rows() as u64;
        BooleanArray::from(picked)
    }

    fn pass(&mut self, accounts: Option<&ArrayRef>, row: usize, start: i64, end: i64) {
        let account = accounts.and_then(|array| cells::text(array, row)).unwrap_or_default();
        let count = match self.passed.get_mut(account) {
            Some(count) => count,
            None => self.passed.entry(account.to_string()).or_insert((i64::MAX, 0, 0)),
        };
        *count = (count.0.min(start), count.1.max(end), count.2 + 1);
    }

    /// Tells the sink of the rows that concern nobody.
    fn tell(&self, sink: &mut dyn Sink) {
        let mut passed: Vec<_> = self.passed.iter().collect();
        passed.sort();
        for (account, (first, last, records)) in passed {
            let span = Span::between(Time::from_seconds(*first), Time::from_seconds(*last));
            let account = AccountRef::new(Provider::Aws, if account == "-" { "" } else { account });
            sink.skipped(account, Signal::Flow, span, *records);
        }
    }
}

/// Marks the rows whose address passes the gate or is none. `-` in the inner columns is no address
/// and concerns nobody.
fn pick(addresses: &ArrayRef, gate: &Gate, is_inner: bool, picked: &mut [bool]) {
    let concerns = |text: Option<&str>| match text.map(net::parse_address) {
        Some(Some(address)) => gate.passes(address),
        _ => !is_inner,
    };
    if let Some(dictionary) = addresses.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
        let values = dictionary.values();
        let of_value: Vec<bool> =
            (0..values.len()).map(|at| concerns(cells::text(values, at))).collect();
        for (row, picked) in picked.iter_mut().enumerate() {
            *picked |= match dictionary.key(row) {
                Some(key) => of_value.get(key).copied().unwrap_or(true),
                None => !is_inner,
            };
        }
    } else {
        for (row, picked) in picked.iter_mut().enumerate() {
            *picked |= concerns(cells::text(addresses, row));
        }
    }
}

