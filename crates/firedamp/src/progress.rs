//! A progress bar on standard error, for what takes longer than two seconds.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nobody needs to be told of what is done sooner.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes read of bytes to read, or accounts made up of those to make up.
pub struct Progress {
    bar: ProgressBar,
    began: Instant,
    shown: AtomicBool,
}

impl Progress {
    /// Progress through `bytes`; silent for two seconds, and where standard error is no terminal.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let template = "reading {bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        Self::with(bytes, template)
    }

    /// The same through so many accounts that are made up.
    #[must_use]
    pub fn of_accounts(accounts: u64) -> Self {
        Self::with(accounts, "making up {bar:40} {pos} of {len} accounts, {eta} left")
    }

    fn with(length: u64, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            began: Instant::now(),
            shown: AtomicBool::new(!std::io::stderr().is_terminal()),
        }
    }

    /// Notes that so many more bytes were read, or accounts made up.
    pub fn advance(&self, more: u64) {
        self.bar.inc(more);
        if self.began.elapsed() > PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Notes that so many more are to be read.
    pub fn extend(&self, more: u64) {
        self.bar.inc_length(more);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
