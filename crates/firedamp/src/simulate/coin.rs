//! The coins: how often their blocks come, and what their miners and pools say to each other.

use super::{Settings, Window, dice::Dice};

/// What is mined.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Coin {
    /// Monero.
    Xmr,
    /// Bitcoin.
    Btc,
    /// Litecoin.
    Ltc,
    /// Ethereum Classic.
    Etc,
    /// Ravencoin.
    Rvn,
}

/// What goes over the wire, in bytes of payload.
pub(super) struct Speech {
    /// A job, smallest and largest; each pool's are of nearly one size.
    pub(super) job: (u32, u32),
    /// A share handed in.
    pub(super) share: (u32, u32),
    /// What the pool says to it.
    pub(super) reply: (u32, u32),
    /// What a miner says when it comes, and what it is told.
    pub(super) login: (u32, u32),
    /// Seconds from job to job where no block comes between.
    pub(super) refresh: Refresh,
    /// Seconds between two shares of a connection, least and most: pools fix it.
    pub(super) share_gap: (f64, f64),
}

/// When a pool gives new jobs between blocks.
pub(super) enum Refresh {
    /// When there is something new: on average so many seconds apart.
    Now(f64),
    /// On the pool's own clock, with a period between these.
    Clock(f64, f64),
    /// Never.
    Never,
}

impl Coin {
    /// Every coin.
    pub const ALL: &'static [Self] = &[Self::Xmr, Self::Btc, Self::Ltc, Self::Etc, Self::Rvn];

    /// The name in truths and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Xmr => "xmr",
            Self::Btc => "btc",
            Self::Ltc => "ltc",
            Self::Etc => "etc",
            Self::Rvn => "rvn",
        }
    }

    /// The coin of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|coin| coin.id() == id)
    }

    /// Seconds from block to block, on average.
    #[must_use]
    pub const fn block_seconds(self) -> f64 {
        match self {
            Self::Xmr => 120.0,
            Self::Btc => 600.0,
            Self::Ltc => 150.0,
            Self::Etc => 13.0,
            Self::Rvn => 60.0,
        }
    }

    /// Pools on the embedded list, and a port of theirs without and one with TLS.
    pub(super) const fn pools(self) -> &'static [(&'static str, u16, u16)] {
        match self {
            Self::Xmr => &[
                ("pool.supportxmr.com", 3333, 443),
                ("gulf.moneroocean.stream", 10_004, 20_004),
                ("pool.hashvault.pro", 3333, 443),
                ("xmr-eu1.nanopool.org", 10_300, 10_343),
                ("xmr.2miners.com", 2222, 12_222),
                ("de.monero.herominers.com", 1111, 443),
            ],
            Self::Btc => &[
                ("btc.f2pool.com", 3333, 443),
                ("btc.mining.viabtc.io", 3333, 443),
                ("btc.2miners.com", 4040, 14_040),
            ],
            Self::Ltc => &[("ltc.mining.viabtc.io", 3333, 443), ("ltc.f2pool.com", 8888, 443)],
            Self::Etc => &[
                ("etc.2miners.com", 1010, 11_010),
                ("etc-eu1.nanopool.org", 10_700, 10_743),
                ("etc.ss.poolin.one", 443, 5443),
            ],
            Self::Rvn => &[
                ("stratum.ravenminer.com", 3838, 13_838),
                ("rvn.2miners.com", 6060, 16_060),
                ("pool.woolypooly.com", 55_555, 55_556),
            ],
        }
    }

    /// How its miners and pools speak (`detection.md`, 2.1 to 2.3).
    pub(super) const fn speech(self) -> Speech {
        match self {
            Self::Xmr => Speech {
                job: (378, 442),
                share: (183, 187),
                reply: (63, 65),
                login: (490, 417),
                refresh: Refresh::Now(300.0),
                share_gap: (8.5, 60.0),
            },
            Self::Btc => Speech {
                job: (900, 1400),
                share: (80, 110),
                reply: (38, 60),
                login: (230, 1600),
                refresh: Refresh::Clock(30.0, 31.0),
                share_gap: (10.0, 40.0),
            },
            Self::Ltc => Speech {
                job: (700, 1300),
                share: (80, 110),
                reply: (38, 60),
                login: (230, 1500),
                refresh: Refresh::Clock(30.0, 60.0),
                share_gap: (20.0, 60.0),
            },
            Self::Etc => Speech {
                job: (240, 320),
                share: (206, 222),
                reply: (40, 60),
                login: (140, 320),
                refresh: Refresh::Never,
                share_gap: (15.0, 90.0),
            },
            Self::Rvn => Speech {
                job: (300, 420),
                share: (170, 230),
                reply: (38, 60),
                login: (250, 700),
                refresh: Refresh::Clock(30.0, 55.0),
                share_gap: (8.0, 45.0),
            },
        }
    }
}

/// When the blocks of `coin` come in the window: epoch seconds, the same for every account of a
/// world. Gaps are exponential, as measured for Monero.
#[must_use]
pub fn blocks(settings: &Settings, coin: Coin) -> Vec<i64> {
    let start = settings.start.seconds();
    block_seconds(settings.seed, settings.window(), coin)
        .into_iter()
        .map(|second| start + second as i64)
        .collect()
}

/// When the blocks come, in seconds from the window's begin.
pub(super) fn block_seconds(seed: u64, window: Window, coin: Coin) -> Vec<f64> {
    let mut dice = Dice::new(seed, "blocks", &[coin as u64]);
    let mut at = 0.0;
    let mut blocks = Vec::new();
    loop {
        at += dice.gap(coin.block_seconds());
        if at >= window.seconds() {
            return blocks;
        }
        blocks.push(at);
    }
}

/// When a pool pushes jobs to all of its miners, and how large each is: at blocks, a little after
/// them, and between them.
pub(super) fn jobs(seed: u64, window: Window, coin: Coin, pool: u64) -> Vec<(f64, u32)> {
    let mut dice = Dice::new(seed, "jobs", &[coin as u64, pool]);
    let speech = coin.speech();
    let mut times: Vec<f64> = block_seconds(seed, window, coin);
    times.iter_mut().for_each(|time| *time += dice.between(0.0, 2.0));
    let period = match speech.refresh {
        Refresh::Clock(low, high) => Some(dice.between(low, high)),
        Refresh::Now(_) | Refresh::Never => None,
    };
    let mut at = dice.between(0.0, 30.0);
    loop {
        at += match speech.refresh {
            Refresh::Never => break,
            Refresh::Now(mean) => dice.gap(mean),
            Refresh::Clock(..) => period.unwrap_or(60.0) + dice.between(-0.2, 0.2),
        };
        if at >= window.seconds() {
            break;
        }
        times.push(at);
    }
    times.sort_by(f64::total_cmp);
    let typical = dice.whole(speech.job.0, speech.job.1);
    times.into_iter().map(|time| (time, sized(&mut dice, coin, typical))).collect()
}

/// Monero's jobs come in two sizes; of others the size follows the block's transactions.
fn sized(dice: &mut Dice, coin: Coin, typical: u32) -> u32 {
    let (low, high) = coin.speech().job;
    match coin {
        Coin::Xmr => {
            if dice.chance(0.8) {
                low
            } else {
                high
            }
        }
        _ => (typical + dice.whole(0, 130)).saturating_sub(65).clamp(low, high),
    }
}
