//! What is watched: folders, and prefixes in the clouds' object storage.

use std::{fmt, path::PathBuf, str::FromStr};

/// Letters of a bucket's or container's name (S3 and Azure allow 63, Google with dots 222).
const BUCKET_MAX: usize = 222;
/// Letters of a prefix; keys have at most 1,024 in all three clouds.
const KEY_MAX: usize = 1024;

/// Whose object storage.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Storage {
    /// Amazon S3, and what speaks like it.
    S3,
    /// Azure Blob Storage.
    Azure,
    /// Google Cloud Storage.
    Google,
}

impl Storage {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::S3, Self::Azure, Self::Google];

    /// As addresses begin with it.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Azure => "az",
            Self::Google => "gs",
        }
    }
}

/// A bucket or container, and what the keys begin with that are read.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Prefix {
    /// Whose.
    pub storage: Storage,
    /// The bucket or container.
    pub bucket: String,
    /// What keys begin with; nothing for all of them.
    pub key: String,
}

impl Prefix {
    /// The identity of an object in this bucket.
    #[must_use]
    pub fn address(&self, key: &str) -> String {
        format!("{}://{}/{key}", self.storage.scheme(), self.bucket)
    }

    /// The key that an address has in this bucket, if it is below this prefix.
    #[must_use]
    pub fn key_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let rest = address.strip_prefix(self.storage.scheme())?.strip_prefix("://")?;
        let (bucket, key) = rest.split_once('/')?;
        (bucket == self.bucket && key.starts_with(&self.key)).then_some(key)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.address(&self.key))
    }
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = "known are s3://bucket/prefix, az://container/prefix and gs://bucket/prefix";
        let (scheme, rest) = text.split_once("://").ok_or_else(|| known.to_string())?;
        let storage = Storage::ALL.into_iter().find(|one| one.scheme() == scheme);
        let storage = storage.ok_or_else(|| format!("`{scheme}://` is not watched; {known}"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.$".contains(letter);
        if bucket.is_empty() || bucket.len() > BUCKET_MAX || !bucket.chars().all(is_plain) {
            // Not repeated: it may hold a key that somebody took for part of the address.
            return Err(format!(
                "this is no name of a bucket or container; credentials stand in the environment, {known}"
            ));
        }
        if key.len() > KEY_MAX || key.contains(['?', '#']) || key.chars().any(char::is_control) {
            return Err("this is no prefix of keys".to_string());
        }
        Ok(Self { storage, bucket: bucket.to_string(), key: key.to_string() })
    }
}

/// Something that is watched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Watch {
    /// A folder with all that is below it.
    Folder(PathBuf),
    /// Object storage.
    Prefix(Prefix),
}

impl FromStr for Watch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return text.parse().map(Self::Prefix);
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_the_same() {
        for text in ["s3://logs/AWSLogs/", "az://insights-logs-flow/", "gs://a.b_c/x/y", "s3://b/"]
        {
            assert_eq!(text.parse::<Prefix>().map(|one| one.to_string()), Ok(text.to_string()));
        }
        let folder = "/var/log/flows".parse::<Watch>();
        assert_eq!(folder, Ok(Watch::Folder(PathBuf::from("/var/log/flows"))));
    }

    #[test]
    fn what_is_no_address_is_refused_and_secrets_in_it_are_not_repeated() {
        for text in ["http://a/b", "s3://", "s3:///x", "az://acc:s3cr3t@container/x", "gs://a b/"] {
            let refused = text.parse::<Watch>().expect_err(text);
            assert!(!refused.contains("s3cr3t"), "{refused}");
        }
    }

    #[test]
    fn a_key_is_below_its_prefix_alone() {
        let prefix: Prefix = "s3://logs/AWSLogs/".parse().expect("a prefix");
        assert_eq!(prefix.key_of("s3://logs/AWSLogs/1/f.gz"), Some("AWSLogs/1/f.gz"));
        for other in ["s3://logs2/AWSLogs/f", "gs://logs/AWSLogs/f", "s3://logs/other", "AWSLogs/"]
        {
            assert_eq!(prefix.key_of(other), None, "{other}");
        }
    }
}
