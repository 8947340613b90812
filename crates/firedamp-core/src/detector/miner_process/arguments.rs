//! The words behind a program: pools, wallets, and options that only miners have.

use super::{
    endpoint::{Endpoint, Scheme},
    names,
    signs::{Seen, Sign},
    wallet::{self, Coin},
};
use crate::indicator::IndicatorSet;

/// Options in front of a pool's address.
const POOL_OPTIONS: [&str; 11] = [
    "-P",
    "-o",
    "--epool",
    "--pool",
    "--pools",
    "--stratum",
    "--url",
    "-epool",
    "-pool",
    "-zpool",
    "-url",
];
/// Ports of databases, caches and brokers: behind `--url` and the like these are what they seem. Miners write
/// `-o`, which is taken for a pool on any port.
const SERVICE_PORTS: [u16; 19] = [
    1433, 1521, 1883, 2181, 3306, 4222, 5432, 5671, 5672, 6379, 7687, 8883, 9042, 9092, 9200,
    11_211, 27_017, 61_613, 61_616,
];
/// Keys in front of it, in a configuration.
const POOL_KEYS: [&str; 4] = ["pool", "pool_address", "poolAddress", "url"];
/// Options in front of a user.
const USER_OPTIONS: [&str; 9] =
    ["-u", "--ewal", "--user", "--userpass", "--wallet", "-ewal", "-user", "-wal", "-wallet"];
/// Of these, what every program has that works with a chain: a contract's address stands behind them.
const EVERYBODYS_USERS: [&str; 2] = ["--wallet", "-wallet"];
/// Keys in front of one, in a configuration.
const USER_KEYS: [&str; 3] = ["user", "walletAddress", "wallet_address"];
/// What stands in the names of variables that miners' images read.
const LOOSE_NAMES: [&str; 3] = ["pool", "stratum", "wallet"];
/// Options without a value: the word behind them is none of theirs.
const FLAGS: [&str; 7] =
    ["--background", "--keepalive", "--nicehash", "--no-color", "--tls", "-B", "-k"];
/// Options that miners like, and others now and then.
const HABITS: [&str; 8] = [
    "--cpu-priority",
    "--keepalive",
    "--max-cpu-usage",
    "--print-time",
    "--randomx-1gb-pages",
    "--retry-pause",
    "--rig-id",
    "-k",
];

/// Looks at the words behind `program`, and adds to what was seen.
pub(super) fn look(words: &[&str], program: &str, indicators: &IndicatorSet, seen: &mut Seen) {
    let mut look = Look { indicators, seen, found: Found::default() };
    let (mut before, mut before_that) = ("", "");
    for (at, word) in std::iter::once(&program).chain(words).enumerate() {
        let behind = |by: usize| words.get(at + by).copied().unwrap_or_default();
        look.word(word, As::of(word, before, before_that));
        (before, before_that) = (word, before);
        match key(word, behind(0), behind(1)) {
            Some((key, value)) => look.key(key, value),
            None => look.option(word, behind(0)),
        }
    }
    look.finish();
}

/// The key and the value of a configuration's line: `"url": "…"`, which reads `url`, `:`, `…`, and
/// `url: …`.
fn key<'a>(word: &'a str, next: &'a str, after: &'a str) -> Option<(&'a str, &'a str)> {
    if next == ":" {
        return Some((word, after));
    }
    if let Some(value) = next.strip_prefix(':') {
        return Some((word, value));
    }
    word.strip_suffix(':').map(|key| (key, next))
}

/// As what a word is given: who names a node or a contract in an option of its own (`--daemon`,
/// `--contract`) speaks of no pool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum As {
    /// A pool.
    Pool,
    /// A pool's user.
    User,
    /// By itself, or under a name that says no more than that it is one of them.
    Itself,
    /// Something else.
    Other,
}

impl As {
    /// By the name in the word, or by the words before it.
    fn of(word: &str, before: &str, before_that: &str) -> Self {
        let name = match word.split_once('=') {
            Some((name, _)) if !name.contains("://") => name,
            _ if before == ":" => before_that,
            _ if before.ends_with(':') => before.trim_end_matches(':'),
            _ if is_option_before_its_value(before) => before,
            _ => return Self::Itself,
        };
        if POOL_OPTIONS.contains(&name) || POOL_KEYS.contains(&name) {
            return Self::Pool;
        }
        if USER_OPTIONS.contains(&name) || USER_KEYS.contains(&name) {
            return Self::User;
        }
        let lower = name.to_ascii_lowercase();
        let is_loose = LOOSE_NAMES.iter().any(|loose| lower.contains(loose));
        if is_loose { Self::Itself } else { Self::Other }
    }
}

fn is_option_before_its_value(word: &str) -> bool {
    word.starts_with('-') && word.len() > 1 && !word.contains('=') && !FLAGS.contains(&word)
}

struct Look<'a> {
    indicators: &'a IndicatorSet,
    seen: &'a mut Seen,
    found: Found,
}

/// What stands among the words, whatever it means.
#[derive(Default)]
struct Found {
    /// An endpoint that nothing says to be another thing than a pool.
    endpoint: bool,
    /// A web address behind `-o`: some miners speak to pools as to web services.
    web: Option<String>,
    user: bool,
    /// The coin of a wallet that nothing says to be another thing than a payee.
    payee: Option<Coin>,
}

impl Look<'_> {
    fn sign(&mut self, sign: Sign) {
        self.seen.signs.insert(sign);
    }

    /// A word by itself.
    fn word(&mut self, word: &str, given: As) {
        let wallet = wallet::within(word);
        if let Some((wallet, coin)) = wallet {
            self.wallet(wallet, coin, given);
        }
        let value = word.split_once('=').map_or(word, |(_, value)| value);
        let Some(endpoint) = Endpoint::parse(value).or_else(|| Endpoint::parse(word)) else {
            return self.name(word);
        };
        // `tcp://` stands before brokers, daemons and caches as well: the wallet in front of the host
        // makes it a pool's.
        let pays = endpoint.user.zip(wallet).filter(|(user, (wallet, _))| user.contains(wallet));
        match (endpoint.scheme, pays) {
            (Scheme::Pool, _) => {
                self.pool(Sign::PoolUrl, &endpoint);
                self.found.user |= endpoint.user.is_some_and(|user| !user.is_empty());
            }
            (Scheme::Transport, Some((_, (wallet, coin)))) => {
                self.pool(Sign::PoolOption, &endpoint);
                self.wallet(wallet, coin, As::User);
            }
            (Scheme::None | Scheme::Transport, _) => {
                // An image of a registry's is an endpoint with a path.
                let bare = value.split_once("://").map_or(value, |(_, bare)| bare);
                self.found.endpoint |=
                    given == As::Pool || given != As::Other && !bare.contains(['/', '@']);
            }
            (Scheme::Web, _) => {}
        }
        if endpoint.listed(self.indicators).is_some() {
            let serves = endpoint.port.is_some() && endpoint.scheme != Scheme::Web;
            let sign = if serves { Sign::ListedPool } else { Sign::ListedName };
            self.pool(sign, &endpoint);
        }
    }

    /// A wallet: of contracts, too, an address of Ethereum's is no payee by itself.
    fn wallet(&mut self, wallet: &str, coin: Coin, given: As) {
        self.sign(Sign::Wallet);
        self.seen.wallet.get_or_insert_with(|| wallet.to_string());
        if coin == Coin::Ethereum {
            return;
        }
        if given == As::User {
            self.sign(Sign::Payee);
        }
        if given != As::Other {
            self.found.payee = self.found.payee.max(Some(coin));
        }
    }

    /// A listed name by itself, unless it serves web pages too.
    fn name(&mut self, word: &str) {
        let value = word.split_once('=').map_or(word, |(_, value)| value);
        let is_name = value.contains('.') && !value.contains(['/', '*', ':']);
        let row = is_name.then(|| self.indicators.domain_text(value)).flatten();
        if row.is_some_and(|row| !row.web) {
            self.sign(Sign::ListedName);
        }
    }

    fn pool(&mut self, sign: Sign, endpoint: &Endpoint<'_>) {
        self.sign(sign);
        self.found.endpoint = true;
        self.seen.pool.get_or_insert_with(|| endpoint.text());
    }

    /// A word as an option, and the value behind it.
    fn option(&mut self, word: &str, next: &str) {
        let (name, value) = word.split_once('=').unwrap_or((word, next));
        let Some(bare) = name.strip_prefix('-') else {
            return;
        };
        let bare = bare.trim_start_matches('-').to_ascii_lowercase();
        if names::is_miner_option(&bare) || bare.starts_with("randomx-") {
            self.sign(Sign::MinerOption);
        }
        match bare.as_str() {
            "a" | "algo" | "algorithm" if names::is_algorithm(value) => {
                self.sign(Sign::MinerOption)
            }
            // Who trades names coins, too.
            "coin" if names::is_coin(value) => self.sign(Sign::PoolHabit),
            "p" | "pass" if is_pool_password(value) => self.sign(Sign::PoolHabit),
            _ => {}
        }
        if HABITS.contains(&name) {
            self.sign(Sign::PoolHabit);
        }
        let is_contract =
            || EVERYBODYS_USERS.contains(&name) && wallet::coin(value) == Some(Coin::Ethereum);
        self.found.user |= USER_OPTIONS.contains(&name)
            && !value.is_empty()
            && !value.starts_with('-')
            && !is_contract();
        if POOL_OPTIONS.contains(&name) {
            self.pool_option(value, name);
        }
    }

    /// A key of a miner's configuration.
    fn key(&mut self, key: &str, value: &str) {
        if names::is_miner_option(key) || key == "rx" || key.starts_with("cn/") {
            self.sign(Sign::MinerOption);
        }
        if POOL_KEYS.contains(&key) {
            self.pool_option(value, key);
        }
    }

    fn pool_option(&mut self, value: &str, name: &str) {
        let Some(endpoint) = Endpoint::parse(value) else { return };
        let Some(port) = endpoint.port else { return };
        let is_miners = name == "-o";
        match endpoint.scheme {
            Scheme::Web if is_miners => self.found.web = Some(endpoint.text()),
            Scheme::Web => {}
            Scheme::None | Scheme::Transport if !is_miners && SERVICE_PORTS.contains(&port) => {}
            Scheme::None | Scheme::Pool | Scheme::Transport => {
                self.pool(Sign::PoolOption, &endpoint);
            }
        }
    }

    fn finish(&mut self) {
        let Found { endpoint, payee, .. } = self.found;
        let has = |sign| self.seen.signs.contains(&sign);
        let given = [Sign::PoolOption, Sign::PoolUrl, Sign::ListedPool].into_iter().any(has);
        let is_paid = has(Sign::Payee);
        if given && self.found.user {
            self.sign(Sign::PoolLogin);
        }
        if is_paid && let Some(web) = self.found.web.take() {
            self.sign(Sign::PoolOption);
            self.seen.pool.get_or_insert(web);
        }
        if endpoint && payee.is_some() {
            self.sign(Sign::Payee);
        }
        if endpoint && payee == Some(Coin::Monero) {
            self.sign(Sign::MoneroPool);
        }
    }
}

/// Pools have no passwords: miners give `x`, or tell the pool what to pay in.
fn is_pool_password(value: &str) -> bool {
    matches!(value, "x" | "X") || value.starts_with("c=") || value.starts_with("d=")
}
