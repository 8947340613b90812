//! Tables of chains' blocks on disk: read at the start, and again when they changed, so that a file that
//! somebody appends to is as good as a feed.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use firedamp_core::{
    blocks::Blocks,
    time::{Span, Time},
};

/// Bytes of a table: some six million blocks.
const BYTES_MAX: u64 = 64 << 20;

/// A file whose last line has no end, and that changed since, is being written: half of a number is
/// another one, and half of a table would clear who is judged by the other half.
const SETTLED: Duration = Duration::from_secs(10);

/// Clocks differ, and headers may lie by two hours; a block that a file tells of longer before it comes is
/// none, and would hide that the table has ended.
const AHEAD_SECONDS: i64 = 86_400;

/// By what is told that a file changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Stamp {
    changed: Option<SystemTime>,
    bytes: u64,
}

impl Stamp {
    /// `None` where there is no file. A pipe is none: it is read once, and whoever opens it again waits.
    fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self { changed: about.modified().ok(), bytes: about.len() })
    }

    /// Whether the file was written just now. One from a time to come says nothing of that.
    fn is_fresh(self) -> bool {
        let age = self.changed.and_then(|changed| changed.elapsed().ok());
        age.is_some_and(|age| age < SETTLED)
    }

    /// The latest second that a file written then, and read now, can tell of. Copies may be dated older than
    /// what stands in them, so that the later of both moments counts.
    fn until(stamp: Option<Self>) -> Time {
        let written = stamp.and_then(|stamp| stamp.changed);
        let latest = written.map_or_else(SystemTime::now, |written| written.max(SystemTime::now()));
        let seconds = latest.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Time::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)).plus_seconds(AHEAD_SECONDS)
    }
}

/// One file.
#[derive(Clone, Debug)]
struct Table {
    coin: String,
    path: PathBuf,
    stamp: Option<Stamp>,
    /// What was read when it could be read last.
    blocks: Blocks,
    /// Why what it is now can't be used.
    error: Option<String>,
}

/// What looking at a file gave.
#[derive(Clone, Copy, Eq, PartialEq)]
enum News {
    /// It is as it was.
    Nothing,
    /// It can't be used.
    Bad,
    /// It was read again.
    Good,
}

impl Table {
    fn read(coin: &str, path: &Path) -> Result<Self> {
        let (coin, path, stamp) = (coin.to_lowercase(), path.to_path_buf(), Stamp::of(path));
        let blocks = blocks_of(&coin, &text_of(&path)?, &path, stamp)?;
        Ok(Self { coin, path, stamp, blocks, error: None })
    }

    fn refresh(&mut self) -> News {
        let stamp = Stamp::of(&self.path);
        if stamp == self.stamp {
            return News::Nothing;
        }
        let text = text_of(&self.path);
        let is_part = text.as_ref().is_ok_and(|text| !text.ends_with('\n'));
        if is_part && stamp.is_some_and(Stamp::is_fresh) {
            return News::Nothing;
        }
        // What the system does not let be opened now, it may soon, though the file stays as it is.
        let is_closed = text.is_err() && File::open(&self.path).is_err();
        self.stamp = if is_closed { None } else { stamp };
        match text.and_then(|text| blocks_of(&self.coin, &text, &self.path, stamp)) {
            Ok(blocks) => {
                (self.blocks, self.error) = (blocks, None);
                News::Good
            }
            Err(error) => self.refuse(format!("{error:#}")),
        }
    }

    /// The log hears of it once.
    fn refuse(&mut self, error: String) -> News {
        if self.error.as_ref() == Some(&error) {
            return News::Nothing;
        }
        tracing::warn!("{error}; what was read of it before counts on");
        self.error = Some(error);
        News::Bad
    }

    fn standing(&self) -> Standing {
        Standing {
            coin: self.coin.clone(),
            file: self.path.display().to_string(),
            blocks: self.blocks.of(&self.coin).len(),
            span: self.blocks.span(&self.coin),
            error: self.error.clone(),
            doubt: self.blocks.doubts().pop(),
        }
    }
}

fn text_of(path: &Path) -> Result<String> {
    let name = path.display();
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    let read = file.take(BYTES_MAX + 1).read_to_string(&mut text);
    read.with_context(|| format!("cannot read `{name}`"))?;
    let is_short = text.len() as u64 <= BYTES_MAX;
    ensure!(is_short, "cannot use `{name}`: it is larger than {} MiB", BYTES_MAX >> 20);
    Ok(text)
}

fn blocks_of(coin: &str, text: &str, path: &Path, stamp: Option<Stamp>) -> Result<Blocks> {
    let mut blocks = Blocks::default();
    let added = blocks.add_until(coin, text, Stamp::until(stamp));
    added.with_context(|| format!("cannot use `{}`", path.display()))?;
    Ok(blocks)
}

/// How a file of blocks stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// Whose blocks they are.
    pub coin: String,
    /// Where they stand.
    pub file: String,
    /// How many are known.
    pub blocks: usize,
    /// From the first to the last.
    pub span: Option<Span>,
    /// Why the file can't be used as it is now: what was read before counts.
    pub error: Option<String>,
    /// Why the blocks may be another coin's.
    pub doubt: Option<String>,
}

impl Standing {
    /// The newest block.
    #[must_use]
    pub fn newest(&self) -> Option<Time> {
        self.span.map(|span| span.last)
    }

    /// What is wrong with it, in English.
    #[must_use]
    pub fn wrong(&self) -> Option<&str> {
        self.error.as_deref().or(self.doubt.as_deref())
    }
}

/// What pages and programs are told of tables: the desk writes it, whoever asks reads it.
#[derive(Debug, Default)]
pub struct Board(Mutex<(Vec<Standing>, Arc<Blocks>)>);

impl Board {
    /// Each file.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// All blocks that are known.
    #[must_use]
    pub fn blocks(&self) -> Arc<Blocks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

/// Tables of blocks in files.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    files: Vec<Table>,
    board: Arc<Board>,
}

impl Tables {
    /// Reads the tables of these coins.
    ///
    /// # Errors
    /// When a file can't be read, or is no table.
    pub fn read(wanted: &[(String, PathBuf)]) -> Result<Self> {
        let files = wanted.iter().map(|(coin, path)| Table::read(coin, path));
        let tables = Self { files: files.collect::<Result<_>>()?, board: Arc::default() };
        tables.publish();
        Ok(tables)
    }

    /// All blocks of all files.
    #[must_use]
    pub fn blocks(&self) -> Blocks {
        let mut blocks = Blocks::default();
        self.files.iter().for_each(|one| blocks.layer(&one.blocks));
        blocks
    }

    /// Reads again what changed; whether other blocks may be known now. Of a file that can't be used, what
    /// was read before stays.
    pub fn refresh(&mut self) -> bool {
        let news: Vec<News> = self.files.iter_mut().map(Table::refresh).collect();
        if news.iter().any(|one| *one != News::Nothing) {
            self.publish();
        }
        news.contains(&News::Good)
    }

    /// Where others read how the tables stand.
    #[must_use]
    pub fn board(&self) -> Arc<Board> {
        self.board.clone()
    }

    fn publish(&self) {
        let standings = self.files.iter().map(Table::standing).collect();
        let told = (standings, Arc::new(self.blocks()));
        *self.board.0.lock().unwrap_or_else(PoisonError::into_inner) = told;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, names: &[&str]) -> Vec<(String, PathBuf)> {
        names.iter().map(|name| ("XMR".to_string(), folder.join(name))).collect()
    }

    #[test]
    fn a_table_that_grows_is_read_again_and_a_bad_one_keeps_what_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("xmr.txt");
        let write = |text: &str| fs::write(&path, text).expect("written");
        write("10\n20\n");
        let mut tables = Tables::read(&files(folder.path(), &["xmr.txt"])).expect("tables");
        let board = tables.board();
        assert!(!tables.refresh(), "nothing changed");
        write("10\n20\n30\n");
        assert!(tables.refresh());
        assert_eq!(tables.blocks().of("xmr"), [10, 20, 30]);
        write("10\n20\n30\n1772359200000\n");
        assert!(!tables.refresh());
        assert_eq!(tables.blocks().of("xmr"), [10, 20, 30]);
        let told = board.standings().remove(0);
        assert_eq!((told.blocks, told.newest()), (3, Some(Time::from_seconds(30))));
        assert!(
            told.wrong().is_some_and(|why| why.contains("looks like milliseconds")),
            "{told:?}"
        );
        fs::remove_file(&path).expect("gone");
        assert!(!tables.refresh());
        let told = board.standings().remove(0);
        assert!(told.wrong().is_some_and(|why| why.contains("cannot read")), "{told:?}");
        write("40\n");
        assert!(tables.refresh());
        assert_eq!((board.blocks().of("xmr"), board.standings()[0].wrong()), (&[40][..], None));
    }

    #[test]
    fn a_block_of_next_week_is_refused_and_what_was_read_before_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("xmr.txt");
        let from_now = |days: u64| {
            let at = SystemTime::now() + Duration::from_secs(days * 86_400);
            at.duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
        };
        let today = from_now(0);
        fs::write(&path, format!("10\n{today}\n")).expect("written");
        let mut tables = Tables::read(&files(folder.path(), &["xmr.txt"])).expect("tables");
        fs::write(&path, format!("10\n{today}\n{}\n", from_now(7))).expect("written");
        assert!(!tables.refresh());
        let told = tables.board().standings().remove(0);
        assert!(told.wrong().is_some_and(|why| why.contains("line 3: ")), "{told:?}");
        assert_eq!(told.newest().map(Time::seconds), i64::try_from(today).ok());
        assert!(Tables::read(&files(folder.path(), &["xmr.txt"])).is_err(), "nor at a start");
    }

    #[test]
    fn a_file_that_is_being_written_is_read_when_it_is_whole_or_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("xmr.txt");
        let write = |text: &str| fs::write(&path, text).expect("written");
        write("1772359200\n1772359320\n");
        let mut tables = Tables::read(&files(folder.path(), &["xmr.txt"])).expect("tables");
        for half in ["", "17723", "1772359200\n1772359320\n17723594"] {
            write(half);
            assert!(!tables.refresh(), "{half:?}");
            assert_eq!(tables.blocks().of("xmr"), [1_772_359_200, 1_772_359_320], "{half:?}");
            assert_eq!(tables.board().standings()[0].wrong(), None, "{half:?}");
        }
        write("1772359200\n1772359320\n1772359440\n");
        assert!(tables.refresh());
        assert_eq!(tables.blocks().of("xmr").len(), 3);
        write("1772359200\n1772359560");
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        let file = File::options().write(true).open(&path).expect("a file");
        file.set_modified(hour_ago).expect("an old file");
        assert!(tables.refresh(), "whoever wrote it writes no end of a line");
        assert_eq!(tables.blocks().of("xmr"), [1_772_359_200, 1_772_359_560]);
    }

    #[test]
    fn nobody_waits_for_a_pipe_that_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo runs").success());
        let writer = std::thread::spawn(move || fs::write(path, "10\n20\n"));
        let mut tables = Tables::read(&files(folder.path(), &["pipe"])).expect("tables");
        writer.join().expect("no panic").expect("written");
        assert_eq!(tables.blocks().of("xmr"), [10, 20]);
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || tell.send(tables.refresh()));
        assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok(false));
    }

    #[test]
    fn files_of_one_coin_are_one_table_and_a_bad_start_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
        write("old", "20\n10").expect("written");
        write("new", "30\n20").expect("written");
        write("empty", "").expect("written");
        let tables = Tables::read(&files(folder.path(), &["old", "new"])).expect("tables");
        assert_eq!(tables.blocks().of("xmr"), [10, 20, 30]);
        assert_eq!(tables.board().standings().len(), 2);
        for (name, why) in [("empty", "no block stands in it"), ("gone", "cannot read")] {
            let error = Tables::read(&files(folder.path(), &[name])).expect_err(name);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }
}
