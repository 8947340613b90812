//! Parquet objects: flow logs as AWS delivers them in columns, and tables that a format knows by
//! their header, such as bills.
//!
//! Of a flow log the two address columns are looked at first, as dictionaries where the file has them: an address
//! is compared once, not once a row. Only rows that concern somebody are then read from the other
//! columns, written as a line of the text format, and given to its decoder, so that a record means
//! the same in both. The same column is an integer in one file and a float in another; missing
//! numbers are null while missing texts are `-`.
//!
//! The files are hostile like all others. Their metadata is checked against the file before it is
//! believed, and a panic of the library ends this object alone.

mod cells;
mod rows;
mod scout;
mod table;
mod values;

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    sync::{Mutex, PoisonError},
};

use firedamp_core::{
    container::Contents,
    format::{Format, LineFormat, aws_vpc_flow::AwsVpcFlow},
    id::ObjectId,
    sink::Sink,
};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};

use super::hashed;
use table::Table;

/// A file whose columns claim to inflate beyond this is not believed.
const INFLATION_MAX: u64 = 2000;
/// The most row groups; a day of flow logs has a few.
const ROW_GROUPS_MAX: usize = 100_000;

/// A Parquet object, handed out row group by row group.
pub(super) struct ParquetFeed {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    kind: Kind,
    /// The number of the first record of each row group.
    first_records: Vec<u64>,
    next: AtomicUsize,
    warning: Mutex<Option<String>>,
}

/// What the rows are.
enum Kind {
    Flows,
    Table(Table),
}

impl Kind {
    /// What a format knows of a file; `None` when none does.
    fn of(metadata: &ArrowReaderMetadata, forced: Option<Format>) -> Option<Self> {
        let is_table = matches!(forced, Some(Format::Tables(_)));
        match rows::header(metadata).filter(|_| !is_table) {
            Some(_) => Some(Self::Flows),
            None => Table::open(metadata, forced).map(Self::Table),
        }
    }

    fn id(&self) -> &'static str {
        match self {
            Self::Flows => AwsVpcFlow.doc().id,
            Self::Table(table) => table.id(),
        }
    }
}

/// What a Parquet file turned out to be.
pub(super) enum Opened {
    /// Records of a format that is read.
    Feed(Box<ParquetFeed>),
    /// Something else: why.
    Other(String),
}

impl ParquetFeed {
    /// Looks at the metadata of the file at `path`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn open(path: PathBuf, forced: Option<Format>) -> io::Result<Opened> {
        let file = File::open(&path)?;
        let length = file.metadata()?.len();
        let loaded = guarded(|| {
            ArrowReaderMetadata::load(
                &file,
                ArrowReaderOptions::new().with_skip_arrow_metadata(true),
            )
        });
        let metadata = match loaded {
            Ok(metadata) => metadata,
            Err(reason) => return Ok(Opened::Other(format!("not readable as Parquet: {reason}"))),
        };
        if let Some(lie) = implausible(&metadata, length) {
            return Ok(Opened::Other(format!("its Parquet metadata lies: {lie}")));
        }
        let Some(kind) = Kind::of(&metadata, forced) else {
            let names: Vec<&str> =
                metadata.schema().fields().iter().map(|field| field.name().as_str()).collect();
            let names = firedamp_core::text::printable(&names.join(", "));
            let names = firedamp_core::text::truncated(&names, 120);
            return Ok(Opened::Other(format!("Parquet of a kind that is not read, with {names}")));
        };
        let groups = metadata.metadata().row_groups();
        let mut first = 1;
        let first_records = groups
            .iter()
            .map(|group| {
                let own = first;
                first += u64::try_from(group.num_rows()).unwrap_or(0);
                own
            })
            .collect();
        let next = AtomicUsize::new(0);
        let warning = Mutex::default();
        Ok(Opened::Feed(Box::new(Self { path, metadata, kind, first_records, next, warning })))
    }

    /// Whether several threads may read it together. A table may be a bill, and what one object says
    /// of a month is one statement: parts of it would each be taken for all of it.
    pub(super) const fn is_divisible(&self) -> bool {
        matches!(self.kind, Kind::Flows)
    }

    /// Decodes row groups into `sink` until there are none left.
    pub(super) fn work(&self, sink: &mut dyn Sink) {
        loop {
            let group = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(first_record) = self.first_records.get(group) else {
                return;
            };
            let done = guarded(|| {
                let file = File::open(&self.path)?;
                match &self.kind {
                    Kind::Flows => rows::decode(file, &self.metadata, group, *first_record, sink),
                    Kind::Table(table) => {
                        table.decode(file, &self.metadata, group, *first_record, sink)
                    }
                }
            });
            if let Err(reason) = done {
                let mut warning = self.warning.lock().unwrap_or_else(PoisonError::into_inner);
                *warning = Some(format!("row group {group}: {reason}"));
            }
        }
    }

    /// The hash of the object, its contents, and what ended a row group early.
    ///
    /// # Errors
    /// When the file can't be read to hash it.
    pub(super) fn finish(self) -> io::Result<(ObjectId, Contents, Option<String>)> {
        let records: u64 = self
            .metadata
            .metadata()
            .row_groups()
            .iter()
            .map(|group| u64::try_from(group.num_rows()).unwrap_or(0))
            .sum();
        let contents =
            Contents { formats: [(self.kind.id(), records)].into(), records, is_container: true };
        let warning = self.warning.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok((hashed::of_file(&self.path)?, contents, warning))
    }
}

/// What of the metadata can't be true of a file of this length.
fn implausible(metadata: &ArrowReaderMetadata, length: u64) -> Option<String> {
    let groups = metadata.metadata().row_groups();
    if groups.len() > ROW_GROUPS_MAX {
        return Some(format!("{} row groups", groups.len()));
    }
    for column in groups.iter().flat_map(|group| group.columns()) {
        let (packed, unpacked) = (column.compressed_size(), column.uncompressed_size());
        let (Ok(packed), Ok(unpacked)) = (u64::try_from(packed), u64::try_from(unpacked)) else {
            return Some("a column of negative size".to_string());
        };
        if packed > length || unpacked > packed.max(4096).saturating_mul(INFLATION_MAX) {
            return Some(format!("a column of {packed} bytes that inflate to {unpacked}"));
        }
    }
    let rows: i64 = groups.iter().map(|group| group.num_rows()).fold(0, i64::saturating_add);
    let negative = groups.iter().any(|group| group.num_rows() < 0);
    // A run of equal values costs nothing, but a row has a time, and times differ.
    let most = i64::try_from(length).unwrap_or(i64::MAX).saturating_mul(1000);
    (negative || rows > most).then(|| format!("{rows} rows"))
}

/// Runs a piece of the library's work; its errors and its panics are both words.
fn guarded<T, E: std::fmt::Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    crate::quiet::while_quiet(|| match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| firedamp_core::text::printable(&error.to_string())),
        Err(_) => Err("the file is damaged".to_string()),
    })
}
