//! One bucket or container: listed page by page, its objects fetched one by one.

use std::{collections::HashSet, path::Path as File, sync::Arc, time::Duration};

use anyhow::Result;
use firedamp_core::{fold::STATE_VERSION, sketch, time::Time};
use futures_util::StreamExt;
use object_store::{
    BackoffConfig, Error, GetOptions, ObjectMeta, ObjectStore, RetryConfig,
    list::{PaginatedListOptions, PaginatedListStore},
    path::{self, Path},
};
use tokio::io::AsyncWriteExt;

use super::{Prefix, Storage, azure, environment::Environment, google, s3};

/// Keys of one page, the most that S3 gives.
const PAGE_KEYS: usize = 1000;
/// Pages in a row without a key that is new.
const EMPTY_PAGES_MAX: usize = 100;
/// Letters of what a cloud says that are told.
const SAID_LETTERS_MAX: usize = 400;
/// Attempts at one request, and how long all of them may take.
const RETRIES_MAX: usize = 3;
const RETRY_SECONDS: u64 = 30;

/// How often a request is tried again before its object or page is.
pub(super) fn patience() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: RETRIES_MAX,
        retry_timeout: Duration::from_secs(RETRY_SECONDS),
    }
}

/// Object storage that can be listed page by page.
pub trait Objects: ObjectStore + PaginatedListStore {}
impl<T: ObjectStore + PaginatedListStore> Objects for T {}

/// A prefix of a bucket that is read.
#[derive(Clone)]
pub struct Bucket {
    /// Which.
    pub prefix: Prefix,
    objects: Arc<dyn Objects>,
}

/// An object as a listing or a question about it tells of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its key in the bucket.
    pub key: String,
    /// Its length.
    pub bytes: u64,
    /// What changes when its content does, without quotes.
    pub etag: String,
    /// When it was written last.
    pub written: Time,
}

impl Listed {
    fn of(meta: ObjectMeta) -> Self {
        Self {
            key: meta.location.as_ref().to_string(),
            bytes: meta.size,
            // Azure's listings write it without the quotes that its headers have.
            etag: meta.e_tag.unwrap_or_default().trim_matches('"').to_string(),
            written: Time::from_millis(meta.last_modified.timestamp_millis()),
        }
    }

    /// What tells a changed object from the same one; and how states are written, so that objects
    /// are folded anew when that changes.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{STATE_VERSION}-{}-{}", self.bytes, self.etag)
    }
}

/// Why an object was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum Unfetched {
    /// It is not there any more, or not the one that was asked for.
    #[error("it is gone, or another one by now")]
    Gone,
    /// It is larger than what is read.
    #[error("it has {0} bytes; objects of at most {1} are read")]
    TooLarge(u64, u64),
    /// The cloud did not give it.
    #[error("{0}")]
    Failed(String),
    /// There is no room for it, or no right to write it down.
    #[error("it can't be kept: {0}")]
    Unkept(#[from] std::io::Error),
}

impl Bucket {
    /// A bucket of this environment. Nothing is asked yet.
    ///
    /// # Errors
    /// When a setting in the environment is wrong or missing.
    pub fn open(prefix: Prefix, environment: &Environment) -> Result<Self> {
        let objects = match prefix.storage {
            Storage::S3 => s3::open(&prefix, environment)?,
            Storage::Azure => azure::open(&prefix, environment)?,
            Storage::Google => google::open(&prefix, environment)?,
        };
        Ok(Self { prefix, objects })
    }

    /// Lists what is below the prefix; where a key `after` is named, what comes after it, and what
    /// else a cloud tells that does not list in the order of names.
    #[must_use]
    pub fn list(&self, after: Option<String>) -> Listing {
        Listing {
            bucket: self.clone(),
            after,
            token: None,
            tokens: HashSet::new(),
            keys: PAGE_KEYS,
            is_over: false,
            skipped: 0,
        }
    }

    /// What one object is like.
    ///
    /// # Errors
    /// When it is gone, or the cloud does not say.
    pub async fn look_at(&self, key: &str) -> Result<Listed, Unfetched> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let asked = self.objects.get_opts(&location(key)?, options).await;
        Ok(Listed::of(asked.map_err(unfetched)?.meta))
    }

    /// Writes one object to `file`; only the one with this `etag`, where one is named. Says which
    /// one it was.
    ///
    /// # Errors
    /// When it is gone, larger than `bytes_max`, cut off on its way, or can't be written.
    pub async fn fetch(
        &self,
        key: &str,
        etag: Option<&str>,
        file: &File,
        bytes_max: u64,
    ) -> Result<Listed, Unfetched> {
        let if_match = etag.map(|etag| format!("\"{etag}\""));
        let options = GetOptions { if_match, ..GetOptions::default() };
        let got = self.objects.get_opts(&location(key)?, options).await.map_err(unfetched)?;
        let listed = Listed::of(got.meta.clone());
        if listed.bytes > bytes_max {
            return Err(Unfetched::TooLarge(listed.bytes, bytes_max));
        }
        let mut out = tokio::fs::File::create(file).await?;
        let (mut pieces, mut length) = (got.into_stream(), 0_u64);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(unfetched)?;
            length += piece.len() as u64;
            if length > listed.bytes {
                break;
            }
            out.write_all(&piece).await?;
        }
        if length != listed.bytes {
            let why = format!("{length} bytes came of {}", listed.bytes);
            return Err(Unfetched::Failed(why));
        }
        out.sync_all().await?;
        Ok(listed)
    }
}

fn location(key: &str) -> Result<Path, Unfetched> {
    Path::parse(key).map_err(|error| Unfetched::Failed(error.to_string()))
}

fn unfetched(error: Error) -> Unfetched {
    match error {
        Error::NotFound { .. } | Error::Precondition { .. } => Unfetched::Gone,
        other => Unfetched::Failed(shown(&other)),
    }
}

/// What a cloud said, for the log: in one line, and not more than one.
#[must_use]
pub fn shown(error: &Error) -> String {
    let text = error.to_string();
    // All three clouds say it in XML, with an id and a sentence that are worth reading.
    let said = match (within(&text, "Code"), within(&text, "Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => text,
    };
    let said: String = said.chars().take(SAID_LETTERS_MAX).collect();
    crate::report::shown(&said)
}

/// The text of an element.
fn within<'a>(xml: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{element}>"))?;
    rest.split_once(&format!("</{element}>")).map(|(text, _)| text)
}

fn endless() -> Error {
    Error::Generic { store: "listing", source: "it does not come to an end".into() }
}

/// A listing on its way, a page at a time.
pub struct Listing {
    bucket: Bucket,
    /// The last key that was passed, by name.
    after: Option<String>,
    token: Option<String>,
    /// Hashes of all tokens, eight bytes a page: one that comes again leads in a circle.
    tokens: HashSet<u64>,
    keys: usize,
    is_over: bool,
    /// Keys that have no name which could be asked for.
    pub skipped: u64,
}

impl Listing {
    /// The last key that was listed.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The next page that holds a key, or nothing at the end.
    ///
    /// # Errors
    /// When the cloud does not answer, refuses, or never comes to an end.
    pub async fn next(&mut self) -> Result<Option<Vec<Listed>>, Error> {
        for _ in 0..EMPTY_PAGES_MAX {
            if self.is_over {
                return Ok(None);
            }
            let Some(page) = self.page().await? else {
                continue;
            };
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Err(endless())
    }

    /// One page; nothing when it held a key that can't be named and is asked for again in parts.
    async fn page(&mut self) -> Result<Option<Vec<Listed>>, Error> {
        let prefix = Some(self.bucket.prefix.key.as_str()).filter(|key| !key.is_empty());
        // Azure takes a key to begin after in its newest version alone: keys before it are left out
        // here. Where a token leads, everything counts: not every listing is in the order of names.
        let offset = self.after.clone().filter(|_| self.token.is_none());
        let options = PaginatedListOptions {
            offset: offset.clone(),
            max_keys: Some(self.keys),
            page_token: self.token.clone(),
            ..PaginatedListOptions::default()
        };
        let answer = match self.bucket.objects.list_paginated(prefix, options).await {
            Ok(answer) => answer,
            Err(Error::InvalidPath { source }) => {
                self.pass(source)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        self.keys = (self.keys * 2).min(PAGE_KEYS);
        let is_after = |one: &Listed| offset.as_ref().is_none_or(|offset| one.key > *offset);
        let all = answer.result.objects.into_iter().map(Listed::of);
        let page: Vec<Listed> = all.filter(is_after).collect();
        let last = page.iter().map(|one| &one.key).max().cloned();
        self.after = self.after.take().max(last);
        self.token = answer.page_token;
        self.is_over = self.token.is_none();
        let hash = self.token.as_ref().map(sketch::hash);
        let is_circle = hash.is_some_and(|hash| !self.tokens.insert(hash));
        if is_circle { Err(endless()) } else { Ok(Some(page)) }
    }

    /// A key such as `a//b`, which whoever may write to the bucket can make, is no reason to stop:
    /// smaller pages are asked for until it stands alone, and then what comes after it.
    fn pass(&mut self, source: path::Error) -> Result<(), Error> {
        if self.keys > 1 {
            self.keys = (self.keys / 8).max(1);
            return Ok(());
        }
        let key = match &source {
            path::Error::EmptySegment { path } | path::Error::BadSegment { path, .. } => {
                path.clone()
            }
            _ => return Err(source.into()),
        };
        if self.after.as_ref().is_some_and(|after| *after >= key) {
            return Err(source.into());
        }
        self.skipped += 1;
        (self.after, self.token) = (Some(key), None);
        Ok(())
    }
}
