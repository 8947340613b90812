//! As much of IMAP (RFC 3501, RFC 9051) as it takes to read a mailbox and change nothing in it. The
//! crates that speak it read an answer whole, however long a server says that it is; here every line,
//! every literal and the number of answers has a bound.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use crate::channel::Failure;

/// Bytes of a line; a search answers with one that names many mails.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// Lines and literals of one answer, and answers to one command.
const PARTS_MAX: usize = 64;
const ANSWERS_MAX: usize = 10_000;
/// Letters of a refusal.
const SAID_MAX: usize = 200;

/// What is asked for the right to read.
pub(super) enum Credentials<'a> {
    Password(&'a str),
    /// A token of `OAuth`, where the provider takes no passwords.
    Token(&'a str),
}

impl Credentials<'_> {
    fn commands(&self, user: &str) -> (&'static str, String) {
        match self {
            Self::Password(password) => {
                ("AUTHENTICATE PLAIN", STANDARD.encode(format!("\0{user}\0{password}")))
            }
            Self::Token(token) => {
                let words = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}");
                ("AUTHENTICATE XOAUTH2", STANDARD.encode(words))
            }
        }
    }
}

/// A mailbox that was opened to be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Opened {
    /// As long as it stays the same, numbers of mails do.
    pub(super) validity: u32,
    /// The number of the next mail, where the server says so.
    pub(super) next: Option<u32>,
}

/// A line that the server sent, with the literals that stood in it.
#[derive(Debug, Default)]
struct Said {
    line: String,
    literals: Vec<Vec<u8>>,
}

/// A conversation with a server.
pub(super) struct Session<S> {
    stream: BufReader<S>,
    /// How long an answer may take.
    patience: Duration,
    /// The longest literal that is read.
    literal_max: usize,
    commands: u32,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Session<S> {
    /// Waits until the server greets.
    pub(super) async fn greeted(stream: S, patience: Duration, literal_max: usize) -> Result<Self> {
        let stream = BufReader::new(stream);
        let mut session = Self { stream, patience, literal_max, commands: 0 };
        let greeting = session.said().await?.line;
        ensure!(greeting.starts_with("* OK"), "does not greet: {}", shown(&greeting));
        Ok(session)
    }

    /// Says who asks. What the server says to a refusal is not repeated: it was told a secret.
    pub(super) async fn authenticate(
        &mut self,
        user: &str,
        credentials: &Credentials<'_>,
    ) -> Result<()> {
        let (command, secret) = credentials.commands(user);
        let refused = || Failure::Refused {
            why: "the mailbox takes neither this user nor what was shown for it".to_string(),
        };
        let tag = self.send(command).await?;
        for _ in 0..PARTS_MAX {
            let line = self.said().await?.line;
            if line.starts_with('+') {
                self.write(&secret).await?;
            } else if let Some(rest) = line.strip_prefix(&tag) {
                ensure!(rest.starts_with(" OK"), refused());
                return Ok(());
            }
        }
        bail!("does not come to an end")
    }

    /// Opens a mailbox to read it.
    pub(super) async fn examine(&mut self, mailbox: &str) -> Result<Opened> {
        let said = self.command(&format!("EXAMINE {}", quoted(mailbox)?)).await?;
        let number = |name: &str| said.iter().find_map(|said| number_after(&said.line, name));
        let validity = number("[UIDVALIDITY ").context("the server numbers no mails")?;
        Ok(Opened { validity, next: number("[UIDNEXT ") })
    }

    /// The numbers of the mails from `first` to `last` that came since a day, `1-Mar-2026`.
    pub(super) async fn search(
        &mut self,
        first: u32,
        last: Option<u32>,
        since: &str,
    ) -> Result<Vec<u32>> {
        let last = last.map_or_else(|| "*".to_string(), |last| last.to_string());
        let said = self.command(&format!("UID SEARCH UID {first}:{last} SINCE {since}")).await?;
        let found = said.iter().filter_map(|said| said.line.strip_prefix("* SEARCH"));
        let numbers = found.flat_map(|rest| rest.split_ascii_whitespace());
        let mut numbers: Vec<u32> = numbers.filter_map(|one| one.parse().ok()).collect();
        // `n:*` has the last mail in it, whatever its number.
        numbers.retain(|number| *number >= first);
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// The beginning of a mail, as far as literals are read; nothing when it is gone.
    pub(super) async fn fetch(&mut self, number: u32) -> Result<Option<Vec<u8>>> {
        let most = self.literal_max;
        let command = format!("UID FETCH {number} (UID BODY.PEEK[]<0.{most}>)");
        let said = self.command(&command).await?;
        let is_it = |said: &Said| {
            said.line.contains(" FETCH (") && number_after(&said.line, "UID ") == Some(number)
        };
        let mail = said.into_iter().find(is_it).and_then(|said| said.literals.into_iter().next());
        Ok(mail.filter(|mail| !mail.is_empty()))
    }

    /// Leaves. Whether that is heard does not matter.
    pub(super) async fn leave(mut self) {
        let _heard = self.send("LOGOUT").await;
    }

    /// Everything that is said to a command until it is done.
    async fn command(&mut self, text: &str) -> Result<Vec<Said>> {
        let tag = self.send(text).await?;
        let mut all = Vec::new();
        let mut literals = 0;
        while all.len() < ANSWERS_MAX {
            let said = self.said().await?;
            if let Some(rest) = said.line.strip_prefix(&tag) {
                ensure!(rest.starts_with(" OK"), "refused: {}", shown(rest));
                return Ok(all);
            }
            ensure!(!said.line.starts_with("* BYE"), "hung up: {}", shown(&said.line));
            literals += said.literals.iter().map(Vec::len).sum::<usize>();
            ensure!(literals <= self.literal_max, "sends more than was asked for");
            all.push(said);
        }
        bail!("does not come to an end")
    }

    /// Sends a command; the tag that its end will have.
    async fn send(&mut self, text: &str) -> Result<String> {
        self.commands += 1;
        let tag = format!("f{}", self.commands);
        self.write(&format!("{tag} {text}")).await?;
        Ok(tag)
    }

    async fn write(&mut self, line: &str) -> Result<()> {
        let sent = async {
            self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
            self.stream.flush().await
        };
        tokio::time::timeout(self.patience, sent).await.context("no answer in time")??;
        Ok(())
    }

    async fn said(&mut self) -> Result<Said> {
        let patience = self.patience;
        tokio::time::timeout(patience, self.read()).await.context("no answer in time")?
    }

    async fn read(&mut self) -> Result<Said> {
        let mut said = Said::default();
        for _ in 0..PARTS_MAX {
            let line = self.line().await?;
            said.line.push_str(&line);
            let Some(length) = literal(&line) else {
                return Ok(said);
            };
            let known: usize = said.literals.iter().map(Vec::len).sum();
            let fits = length.parse().ok().filter(|length| known + length <= self.literal_max);
            let length: usize = fits.with_context(|| {
                format!("announces {} bytes, more than was asked for", shown(length))
            })?;
            let mut bytes = vec![0; length];
            self.stream.read_exact(&mut bytes).await.context("ends in the middle")?;
            said.literals.push(bytes);
        }
        bail!("a line has too many parts")
    }

    /// A line without its end.
    async fn line(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        (&mut self.stream).take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).await?;
        match bytes.strip_suffix(b"\n") {
            Some(line) => {
                Ok(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
            }
            None if bytes.len() as u64 == LINE_BYTES_MAX => bail!("a line does not come to an end"),
            None => bail!("ends in the middle"),
        }
    }
}

/// How long the literal is that a line announces.
fn literal(line: &str) -> Option<&str> {
    line.strip_suffix('}')?.rsplit_once('{').map(|(_, length)| length)
}

fn number_after(line: &str, name: &str) -> Option<u32> {
    let (_, rest) = line.split_once(name)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// A name as IMAP quotes it.
fn quoted(name: &str) -> Result<String> {
    let is_plain = name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    ensure!(is_plain, "the name of a mailbox is written in ASCII (RFC 3501, 5.1.3)");
    Ok(format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn shown(text: &str) -> String {
    crate::report::shown(text).chars().take(SAID_MAX).collect()
}
