//! The day as an AWS VPC flow log in the default format (version 2), one text file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result};

use super::world::{Amount, DAY_START, Interface, MINUTE_COUNT, Talk, Truth, World};

/// The first line of every file.
pub(crate) const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport \
                                 protocol packets bytes start end action log-status\n";

const INTERFACE_COUNT: usize = 5_000;
/// One line in so many says that an interface had no traffic, or that records were lost.
const EMPTY_ONE_IN: u32 = 2_000;
const BUFFER_BYTES: usize = 1 << 20;

/// Writes `line_count` lines to `path` and gives what is to be found in them.
pub(crate) fn write(path: &Path, line_count: u64) -> Result<Truth> {
    let mut log = Log::create(path)?;
    let mut world = World::new();
    while log.lines < line_count {
        let minute = log.lines * MINUTE_COUNT / line_count;
        log.next(&mut world, minute, line_count)?;
    }
    log.finish()
}

/// The file under way.
pub(crate) struct Log {
    out: BufWriter<File>,
    line: Vec<u8>,
    truth: Truth,
    /// Lines written so far, without the header.
    pub(crate) lines: u64,
}

impl Log {
    /// A file with the header and nothing else.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("creating `{}`", path.display()))?;
        let mut log = Self {
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
            line: Vec::with_capacity(256),
            truth: Truth::new(),
            lines: 0,
        };
        log.out.write_all(HEADER.as_bytes())?;
        Ok(log)
    }

    /// Closes the file and gives what is to be found in it.
    pub(crate) fn finish(mut self) -> Result<Truth> {
        self.out.flush()?;
        Ok(self.truth)
    }

    /// Writes one conversation (a line for each direction that had packets), or an empty window.
    fn next(&mut self, world: &mut World, minute: u64, line_count: u64) -> Result<()> {
        if world.rng.u32(..EMPTY_ONE_IN) == 0 {
            let status = if world.rng.u8(..10) == 0 { "SKIPDATA" } else { "NODATA" };
            let index = world.rng.usize(..INTERFACE_COUNT);
            return self.empty(&world.interfaces[index], minute, status);
        }
        let talk = world.talk(minute, INTERFACE_COUNT);
        self.talk(world, &talk, minute, line_count)
    }

    /// Writes a line for each direction of a conversation that had packets, unless the file has
    /// `line_count` lines already.
    pub(crate) fn talk(
        &mut self,
        world: &World,
        talk: &Talk,
        minute: u64,
        line_count: u64,
    ) -> Result<()> {
        for outbound in [true, false] {
            let amount = if outbound { talk.sent } else { talk.received };
            if amount.packets > 0 && self.lines < line_count {
                self.flow(world, talk, minute, outbound, amount)?;
            }
        }
        Ok(())
    }

    fn empty(&mut self, interface: &Interface, minute: u64, status: &str) -> Result<()> {
        self.open(interface);
        self.line.extend_from_slice(b"- - - - - - - ");
        self.window(minute);
        self.line.extend_from_slice(b"- ");
        self.close(status)
    }

    fn flow(
        &mut self,
        world: &World,
        talk: &Talk,
        minute: u64,
        outbound: bool,
        amount: Amount,
    ) -> Result<()> {
        let interface = &world.interfaces[talk.interface];
        let remote = &world.remotes[talk.remote];
        if World::is_listed(talk.remote) {
            let key = (interface.account.clone(), interface.id.clone(), remote.clone());
            *self.truth.entry(key).or_default() += 1;
        }
        let local = (&interface.address, talk.local_port);
        let far = (remote, talk.remote_port);
        let (source, target) = if outbound { (local, far) } else { (far, local) };
        self.open(interface);
        self.word(source.0);
        self.word(target.0);
        self.number(u64::from(source.1));
        self.number(u64::from(target.1));
        self.number(u64::from(talk.protocol));
        self.number(u64::from(amount.packets));
        self.number(u64::from(amount.bytes));
        self.window(minute);
        self.word(if talk.accepted { "ACCEPT" } else { "REJECT" });
        self.close("OK")
    }

    fn open(&mut self, interface: &Interface) {
        self.line.clear();
        self.word("2");
        self.word(&interface.account);
        self.word(&interface.id);
    }

    fn window(&mut self, minute: u64) {
        let start = DAY_START + minute * 60;
        self.number(start);
        self.number(start + 59);
    }

    fn word(&mut self, word: &str) {
        self.line.extend_from_slice(word.as_bytes());
        self.line.push(b' ');
    }

    fn number(&mut self, number: u64) {
        self.word(itoa::Buffer::new().format(number));
    }

    fn close(&mut self, status: &str) -> Result<()> {
        self.line.extend_from_slice(status.as_bytes());
        self.line.push(b'\n');
        self.lines += 1;
        self.out.write_all(&self.line).context("writing the flow log")
    }
}
