//! Tables that a format knows by their header: the rows of columns, as rows of CSV would be.
//!
//! Members of structures are columns with dotted names. Only the columns that the format asked for
//! are read; the others are empty. Values become the texts that CSV exports have: decimals in full,
//! times in UTC, maps and lists as JSON.

use std::fs::File;

use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Fields};
use firedamp_core::{
    container,
    format::{Format, RowDecoder, TOO_LONG},
    sink::Sink,
    table::{COLUMNS_MAX, Header, ROW_BYTES_MAX, Row},
};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder},
    },
    errors::{ParquetError, Result},
};

use super::values;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8192;
/// How deep structures are looked into.
const DEPTH_MAX: usize = 4;

/// How the rows of a table are read.
pub(super) struct Table {
    id: &'static str,
    decoder: Box<dyn RowDecoder>,
    /// How many columns the header has.
    width: usize,
    /// The columns that are read, in order.
    columns: Vec<Column>,
}

/// A column with a name of its own: a top-level one, or a member of structures.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    /// Its place in the header.
    place: usize,
    /// The top-level column, and the members on the way.
    root: usize,
    members: Vec<usize>,
}

impl Table {
    /// How to read a file, when a format knows its columns.
    pub(super) fn open(metadata: &ArrowReaderMetadata, forced: Option<Format>) -> Option<Self> {
        let mut columns = Vec::new();
        flatten(metadata.schema().fields(), None, &mut columns);
        let header = Header::new(columns.iter().map(|column| column.name.as_str()));
        let (id, decoder) = container::recognise_table(&header, forced)?;
        let width = columns.len();
        let asked = header.asked();
        columns.retain(|column| asked.binary_search(&column.place).is_ok());
        Some(Self { id, decoder, width, columns })
    }

    /// The format's id.
    pub(super) const fn id(&self) -> &'static str {
        self.id
    }

    /// Decodes the rows of row group `group`, the first of which is record `first_record`.
    pub(super) fn decode(
        &self,
        file: File,
        metadata: &ArrowReaderMetadata,
        group: usize,
        first_record: u64,
        sink: &mut dyn Sink,
    ) -> Result<()> {
        let mut roots: Vec<usize> = self.columns.iter().map(|column| column.root).collect();
        roots.dedup();
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(BATCH_ROWS)
            .with_projection(mask)
            .build()?;
        let mut record = first_record;
        for batch in reader {
            let batch = batch.map_err(|error| ParquetError::General(error.to_string()))?;
            self.rows(&batch, &roots, record, sink);
            record += batch.num_rows() as u64;
        }
        Ok(())
    }

    fn rows(&self, batch: &RecordBatch, roots: &[usize], first_record: u64, sink: &mut dyn Sink) {
        let arrays: Vec<(usize, &ArrayRef)> = self
            .columns
            .iter()
            .filter_map(|column| Some((column.place, column.array(batch, roots)?)))
            .collect();
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (row, record) in (0..batch.num_rows()).zip(first_record..) {
            bytes.clear();
            ends.clear();
            for (place, array) in &arrays {
                ends.resize(*place, bytes.len());
                if bytes.len() <= ROW_BYTES_MAX {
                    values::write(array, row, &mut bytes);
                }
                ends.push(bytes.len());
            }
            ends.resize(self.width, bytes.len());
            let decoded = if bytes.len() > ROW_BYTES_MAX {
                Err(TOO_LONG)
            } else {
                self.decoder.decode(&Row::new(&bytes, &ends), record, sink)
            };
            if let Err(reason) = decoded {
                sink.reject(record, reason, &bytes);
            }
        }
    }
}

impl Column {
    /// The values of the column in a batch of the columns `roots`.
    fn array<'a>(&self, batch: &'a RecordBatch, roots: &[usize]) -> Option<&'a ArrayRef> {
        let at = roots.binary_search(&self.root).ok()?;
        self.members.iter().try_fold(batch.columns().get(at)?, |array, member| {
            array.as_any().downcast_ref::<StructArray>()?.columns().get(*member)
        })
    }
}

/// Lists the columns, those within structures with dotted names.
fn flatten(fields: &Fields, above: Option<&Column>, columns: &mut Vec<Column>) {
    for (at, field) in fields.iter().enumerate() {
        let mut column = match above {
            Some(above) => {
                let mut members = above.members.clone();
                members.push(at);
                let name = format!("{}.{}", above.name, field.name());
                Column { name, members, ..above.clone() }
            }
            None => Column { name: field.name().clone(), place: 0, root: at, members: Vec::new() },
        };
        match field.data_type() {
            DataType::Struct(inner) if column.members.len() < DEPTH_MAX => {
                flatten(inner, Some(&column), columns);
            }
            _ if columns.len() < COLUMNS_MAX => {
                column.place = columns.len();
                columns.push(column);
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests;
