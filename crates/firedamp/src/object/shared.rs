//! A large object read by several threads together.

use std::{
    fs::File,
    io::{self, Seek},
    path::Path,
};

use firedamp_core::{container::Contents, format::Format, sink::Sink};

use super::{
    Outcome, Packing,
    feed::Feed,
    parquet::{Opened, ParquetFeed},
};

/// Smaller objects are read whole by one thread.
const SHARED_BYTES_MIN: u64 = 8 << 20;

/// Whether an object of this length is worth being read by several threads.
#[must_use]
pub const fn is_worth_sharing(bytes: u64) -> bool {
    bytes >= SHARED_BYTES_MIN
}

/// A large object, handed out piece by piece.
pub struct Shared(Kind);

enum Kind {
    Lines(Box<Feed>),
    Rows(Box<ParquetFeed>),
}

impl Shared {
    /// A shared object over the file at `path`, if it can be divided: plain text of a line format,
    /// or flows as Parquet.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn open(path: &Path, forced: Option<Format>) -> io::Result<Option<Self>> {
        let mut file = File::open(path)?;
        let mut head = [0; 8];
        let length = super::read_up_to(&mut file, &mut head)?;
        file.rewind()?;
        Ok(match Packing::of(head.get(..length).unwrap_or_default()) {
            Packing::Plain => {
                Feed::open(file, forced)?.map(|feed| Self(Kind::Lines(Box::new(feed))))
            }
            Packing::Parquet => match ParquetFeed::open(path.to_path_buf(), forced)? {
                Opened::Feed(feed) => feed.is_divisible().then(|| Self(Kind::Rows(feed))),
                Opened::Other(_) => None,
            },
            Packing::Gzip | Packing::Zip | Packing::Zstandard => None,
        })
    }

    /// Decodes pieces into `sink` until there are none left; `advance` is told their bytes.
    pub fn work(&self, sink: &mut dyn Sink, advance: &dyn Fn(u64)) {
        match &self.0 {
            Kind::Lines(feed) => feed.work(sink, advance),
            Kind::Rows(feed) => feed.work(sink),
        }
    }

    /// What was read, after all work is done.
    ///
    /// # Errors
    /// When the file can't be read to hash it.
    pub fn finish(self) -> io::Result<Outcome> {
        match self.0 {
            Kind::Lines(feed) => {
                let format = feed.format;
                let (id, records, warning) = feed.finish();
                let formats = [(format, records)].into();
                let contents = Contents { formats, records, is_container: true };
                Ok(Outcome { id, contents, warning })
            }
            Kind::Rows(feed) => {
                let (id, contents, warning) = feed.finish()?;
                Ok(Outcome { id, contents, warning })
            }
        }
    }
}
