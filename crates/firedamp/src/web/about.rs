//! What a desk is and how it was started, for those who look after it. Nothing in here is secret.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use walkdir::WalkDir;

use crate::delivery::Book;

/// Files of the data folder that are counted.
const FILES_MAX: usize = 200_000;

/// How a desk was started.
#[derive(Clone, Default)]
pub struct About {
    /// The folder that everything is kept in.
    pub data: PathBuf,
    /// Folders that are watched.
    pub watch: Vec<PathBuf>,
    /// Days that telemetry is kept.
    pub keep_days: u32,
    /// Whether it serves over TLS itself.
    pub is_tls: bool,
    /// Whether requests can be filed at Partner Center: it is in the settings of clouds.
    pub files_requests: bool,
    /// What else was asked for at the start, a sentence each.
    pub switches: Vec<String>,
    /// Who is told.
    pub book: Arc<Book>,
}

/// How the file of receivers stands to what the desk goes by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BookState {
    /// There is none.
    Absent,
    /// It is what the desk goes by.
    Same,
    /// It was changed since, and can be used; it counts after a restart.
    Changed,
    /// It was changed since, and the desk would not start with it.
    Wrong(String),
}

impl BookState {
    /// Its text id.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Wrong(_) => "wrong",
        }
    }
}

/// What is in the data folder.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Size {
    /// Bytes of all files.
    pub bytes: u64,
    /// How many files there are.
    pub files: u64,
    /// Whether there are more than were counted.
    pub is_more: bool,
}

impl About {
    /// How the file of receivers stands now.
    #[must_use]
    pub fn book_state(&self) -> BookState {
        let Some(path) = self.book.path() else { return BookState::Absent };
        match fs::read_to_string(path) {
            Ok(text) if self.book.is_made_of(&text) => BookState::Same,
            Ok(text) => match Book::parse(&text) {
                Ok(_) => BookState::Changed,
                Err(error) => BookState::Wrong(told(&error)),
            },
            Err(error) => BookState::Wrong(format!("it can't be read: {error}")),
        }
    }

    /// What is in the data folder; asks the disk.
    #[must_use]
    pub fn size(&self) -> Size {
        size_of(&self.data)
    }
}

fn size_of(folder: &Path) -> Size {
    let files = WalkDir::new(folder).follow_links(false).into_iter().filter_map(Result::ok);
    let lengths = files
        .filter(|file| file.file_type().is_file())
        .filter_map(|file| file.metadata().ok().map(|metadata| metadata.len()));
    let mut size = Size::default();
    for length in lengths {
        if size.files as usize >= FILES_MAX {
            size.is_more = true;
            break;
        }
        size.bytes = size.bytes.saturating_add(length);
        size.files += 1;
    }
    size
}

/// What is wrong with a file, without the line that it stands in: somebody may have written a secret
/// there.
fn told(error: &anyhow::Error) -> String {
    let causes = error.chain().map(|cause| match cause.downcast_ref::<toml::de::Error>() {
        Some(error) => error.message().to_string(),
        None => cause.to_string(),
    });
    crate::report::shown(&causes.collect::<Vec<_>>().join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_and_a_secret_beside_it_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify.toml");
        fs::write(&path, "desk = 'https://desk.example'\n").expect("a file");
        let about =
            About { book: Arc::new(Book::read(&path).expect("a book")), ..About::default() };
        assert_eq!(about.book_state(), BookState::Same);
        fs::write(&path, "desk = 'https://desk.example'\n# more\n").expect("a file");
        assert_eq!(about.book_state(), BookState::Changed);
        for wrong in [
            "desk = 'https://desk.example'\nnonsense = 'T0PS3CR3T'\n",
            "desk = 'https://desk.example'\n[[receiver]]\nname = 'a'\nchannel = 'slack'\n\
             url = 'https://hooks.example/T0PS3CR3T'\n",
            "desk = T0PS3CR3T",
        ] {
            fs::write(&path, wrong).expect("a file");
            let BookState::Wrong(why) = about.book_state() else { panic!("{wrong}") };
            assert!(!why.is_empty() && !why.contains("T0PS3CR3T"), "{why}");
        }
        fs::remove_file(&path).expect("gone");
        assert_eq!(about.book_state().id(), "wrong");
        assert_eq!(About::default().book_state(), BookState::Absent);
    }

    #[test]
    fn a_folder_is_weighed() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("pushed")).expect("a folder");
        fs::write(folder.path().join("pushed/one"), "12345").expect("a file");
        fs::write(folder.path().join("two"), "123").expect("a file");
        assert_eq!(size_of(folder.path()), Size { bytes: 8, files: 2, is_more: false });
    }
}
