//! Requests at a fixed rate, whether or not the ones before were answered: a slow answer delays
//! nobody else's clock.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::desk::Desk;

/// Callers at once.
const CALLERS: u32 = 8;
/// Who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);
const BODY_BYTES_MAX: u64 = 64 << 20;

/// What is asked for, and how often.
pub(super) struct Load {
    path: &'static str,
    per_second: u32,
}

/// How long the answers took.
#[derive(Default)]
pub(super) struct Answers {
    seconds: Vec<f64>,
    /// Requests that were not answered with 200.
    pub(super) failures: usize,
}

impl Answers {
    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.seconds.len()
    }

    /// What this share of the answers took at most, in milliseconds.
    pub(super) fn millis(&self, share: f64) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        let at = ((seconds.len() as f64 * share).ceil() as usize).saturating_sub(1);
        seconds.get(at).copied().unwrap_or(f64::NAN) * 1e3
    }
}

impl Load {
    pub(super) const fn new(path: &'static str, per_second: u32) -> Self {
        Self { path, per_second }
    }

    /// Asks for so long, with several callers who take turns.
    pub(super) fn run(&self, desk: &Desk, length: Duration) -> Result<Answers> {
        let began = Instant::now();
        let every = Duration::from_secs(1) / self.per_second;
        let callers = CALLERS.min(self.per_second);
        let call = |caller: u32| -> Result<Answers> {
            let mut connection = Connection::to(desk)?;
            let mut answers = Answers::default();
            for number in (caller..).step_by(callers as usize) {
                let due = began + every * number;
                if due >= began + length {
                    break;
                }
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let answer = connection.get(self.path)?;
                answers.failures += usize::from(answer.status != 200);
                // From when it was due: who waits in a line waits, too.
                answers.seconds.push(due.elapsed().as_secs_f64());
            }
            Ok(answers)
        };
        thread::scope(|scope| {
            let callers: Vec<_> =
                (0..callers).map(|caller| scope.spawn(move || call(caller))).collect();
            let mut all = Answers::default();
            for caller in callers {
                let one = caller.join().map_err(|_| anyhow::anyhow!("a caller died"))??;
                all.seconds.extend(one.seconds);
                all.failures += one.failures;
            }
            Ok(all)
        })
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// A connection that is kept open.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    key: String,
}

impl Connection {
    pub(super) fn to(desk: &Desk) -> Result<Self> {
        let stream = TcpStream::connect(desk.address).context("connecting to the desk")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), key: desk.key.clone() })
    }

    /// Asks for a path.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            self.key
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("no status in `{first}`"))?;
        let mut length = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(bytes) = line.strip_prefix("content-length:") {
                length = bytes.trim().parse::<u64>().ok();
            }
        }
        let length = length.context("an answer without a length")?;
        ensure!(length <= BODY_BYTES_MAX, "an answer of {length} bytes");
        let mut body = vec![0; length as usize];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
