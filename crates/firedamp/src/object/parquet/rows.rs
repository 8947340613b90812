//! The rows of one row group: which of them concern anybody, and these as lines.

use std::{
    fs::File,
    sync::{Arc, Mutex},
};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use firedamp_core::{
    format::{LineDecoder, LineFormat, aws_vpc_flow::AwsVpcFlow},
    sink::Sink,
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

use super::{cells, scout::Scout};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 16_384;

/// The fields that the text decoder looks at, as AWS names the columns.
const FIELDS: [&str; 18] = [
    "account_id",
    "interface_id",
    "instance_id",
    "vpc_id",
    "srcaddr",
    "dstaddr",
    "pkt_srcaddr",
    "pkt_dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log_status",
    "tcp_flags",
];

/// The fields that tell whether a row concerns anybody, and whose it is.
const TELLING: [&str; 7] =
    ["account_id", "srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr", "start", "end"];

pub(super) fn plain(name: &str) -> String {
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
    let scout = Scout::new(&*sink, first_record);
    let shared = Arc::new(Mutex::new(scout));
    let reader = reader(file, metadata, group, &shared)?;
    let mut found = 0;
    for batch in reader {
        let batch = batch.map_err(|error| ParquetError::General(error.to_string()))?;
        let records = {
            let scout = shared.lock().map_err(|_| ParquetError::General("poisoned".into()))?;
            scout.found(found, batch.num_rows())
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
    scout: &Arc<Mutex<Scout>>,
) -> Result<ParquetRecordBatchReader> {
    // Texts as dictionaries, so that an address is compared once and not once a row.
    let fields: Vec<Field> = metadata
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => {
                let dictionary =
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
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
