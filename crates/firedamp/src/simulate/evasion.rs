//! What a miner does not to be seen.

macro_rules! evasions {
    ($($(#[doc = $about:literal])+ $name:ident = $id:literal;)+) => {
        /// What a miner does not to be seen; each changes its traffic.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Evasion {
            $($(#[doc = $about])+ $name,)+
        }

        impl Evasion {
            /// Every evasion.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in truths and on the command line.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// What it is, in a line.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim(),)+ }
            }
        }
    };
}

evasions! {
    /// The pool's name and address are on no list.
    Unlisted = "unlisted";
    /// Names are asked for over HTTPS: no DNS record.
    Doh = "doh";
    /// The pool's address is written down: no DNS at all.
    DirectIp = "direct_ip";
    /// Up to 2 kB of noise a minute and direction.
    Padding2k = "padding_2k";
    /// Up to 20 kB of noise a minute and direction.
    Padding20k = "padding_20k";
    /// Up to 100 kB of noise a minute and direction.
    Padding100k = "padding_100k";
    /// Jobs are held back for up to 10 s.
    Delay10s = "delay_10s";
    /// Jobs are held back for up to 30 s.
    Delay30s = "delay_30s";
    /// Jobs are held back for up to 60 s.
    Delay60s = "delay_60s";
    /// Four times as many machines, each small and slow.
    ManySmall = "many_small";
    /// The miner's program has another name.
    Renamed = "renamed";
    /// The miner's settings stand in a file, not on its command line.
    ConfigFile = "config_file";
    /// The miner logs in with an account's name: no wallet anywhere.
    NoWallet = "no_wallet";
    /// The miner takes half of the processors.
    HalfCores = "half_cores";
    /// Through a VPN: UDP, some 60 % more bytes.
    Vpn = "vpn";
    /// Through Tor: cells of 514 bytes.
    Tor = "tor";
}

impl Evasion {
    /// The evasion of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|evasion| evasion.id() == id)
    }
}

/// The most bytes of noise a minute and direction.
pub(super) fn padding(evasions: &[Evasion]) -> u32 {
    let bytes = evasions.iter().map(|evasion| match evasion {
        Evasion::Padding2k => 2_000,
        Evasion::Padding20k => 20_000,
        Evasion::Padding100k => 100_000,
        _ => 0,
    });
    bytes.max().unwrap_or(0)
}

/// The most seconds that a job is held back.
pub(super) fn delay(evasions: &[Evasion]) -> f64 {
    let seconds = evasions.iter().map(|evasion| match evasion {
        Evasion::Delay10s => 10.0,
        Evasion::Delay30s => 30.0,
        Evasion::Delay60s => 60.0,
        _ => 0.0,
    });
    seconds.fold(0.0, f64::max)
}
