//! Whether a mail is about mining cryptocurrency: words near each other in one sentence, in any order,
//! in English, French and German.
//!
//! Words are compared whole and read once, each with the last one of the other sort before it, so the
//! longest text costs no more than its length. Mining is also what is done to data, processes and
//! ores, and a notice may say that something is *not* mining: such words do not count. What is missed
//! here is a reject that people see; what is taken wrongly is an alert of low confidence.

/// A currency and a word of digging are this many words apart at most.
const NEAR_WORDS: usize = 6;
/// Words that may stand between a denial and what it denies: `no evidence of …`.
const FILLERS_MAX: usize = 4;

/// Digging, in three languages.
const DIGGING: [&str; 25] = [
    "abbau",
    "abgebaut",
    "extraction",
    "extraire",
    "geschürft",
    "jacking",
    "minage",
    "minait",
    "minant",
    "mine",
    "mined",
    "minen",
    "minent",
    "miner",
    "miners",
    "mines",
    "mineur",
    "mineurs",
    "mining",
    "minte",
    "schürfe",
    "schürfen",
    "schürft",
    "schürfte",
    "schürfung",
];
/// Digging that is said of cryptocurrency alone.
const DIGGING_COINS: [&str; 2] = ["minage", "schürfen"];

/// What is dug for.
const COINS: [&str; 24] = [
    "altcoin",
    "altcoins",
    "bitcoin",
    "bitcoins",
    "btc",
    "coin",
    "coins",
    "crypto",
    "cryptos",
    "currencies",
    "currency",
    "dogecoin",
    "ether",
    "ethereum",
    "krypto",
    "litecoin",
    "monero",
    "monnaie",
    "monnaies",
    "ravencoin",
    "währung",
    "währungen",
    "xmr",
    "zcash",
];
/// How words begin that name what is dug for.
const COIN_STARTS: [&str; 10] = [
    "cryptoactif",
    "cryptocoin",
    "cryptocurrenc",
    "cryptomonnai",
    "digitalwähr",
    "kryptocoin",
    "kryptogeld",
    "kryptomünz",
    "kryptowaehr",
    "kryptowähr",
];

/// Parts of words that say both, and names of programs and pools that do nothing else.
const BOTH: [&str; 20] = [
    "coinhive",
    "coinmin",
    "cpuminer",
    "cryptojack",
    "cryptomin",
    "cryptonight",
    "currencymin",
    "ethminer",
    "kryptojack",
    "kryptomin",
    "kryptoschürf",
    "lolminer",
    "minergate",
    "minexmr",
    "moneroocean",
    "nanominer",
    "nbminer",
    "phoenixminer",
    "währungsmin",
    "xmrig",
];

/// What stands before `mining` where a notice speaks of nothing else.
const TELLS_BEFORE: [&str; 14] = [
    "beim",
    "cpu",
    "detected",
    "for",
    "gpu",
    "illegal",
    "illicit",
    "malicious",
    "suspected",
    "unauthorised",
    "unauthorized",
    "unerlaubtes",
    "verbotenes",
    "zum",
];
/// What stands after it. Not what firms are called by as well: `Mining Operations`, `Mining Software`.
const TELLS_AFTER: [&str; 10] = [
    "activities",
    "activity",
    "aktivität",
    "aktivitäten",
    "botnet",
    "malware",
    "pool",
    "pools",
    "rig",
    "rigs",
];

/// Whose machines `mines` says it of; a number is an account's.
const WHO_MINES: [&str; 8] =
    ["account", "instance", "it", "machine", "project", "server", "service", "vm"];

/// What is mined that is no money, and by whom: before the word of digging.
const OTHER_BEFORE: [&str; 19] = [
    "coal", "copper", "daten", "data", "gold", "iron", "lithium", "log", "ore", "pattern",
    "process", "prozess", "salt", "silver", "strip", "text", "uranium", "usage", "web",
];
/// The same after it.
const OTHER_AFTER: [&str; 18] = [
    "companies",
    "company",
    "corporation",
    "data",
    "daten",
    "données",
    "engineer",
    "engineering",
    "group",
    "industry",
    "insights",
    "logs",
    "ltd",
    "patterns",
    "processes",
    "sector",
    "stocks",
    "texts",
];
/// What `mine` says after these words is whose something is.
const WHOSE: [&str; 5] = ["are", "is", "of", "was", "were"];

/// What denies.
const DENIALS: [&str; 14] = [
    "aucun", "aucune", "kein", "keine", "keinem", "keinen", "keiner", "never", "nicht", "no",
    "non", "not", "pas", "without",
];
const FILLERS: [&str; 20] = [
    "a",
    "about",
    "any",
    "anzeichen",
    "auf",
    "d",
    "de",
    "du",
    "evidence",
    "for",
    "hinweis",
    "indication",
    "of",
    "sign",
    "signe",
    "signs",
    "trace",
    "um",
    "une",
    "von",
];

/// Words of a sentence that says what is allowed and what is not.
const RULES: [&str; 3] = ["policies", "policy", "verboten"];
/// How such words begin.
const RULE_STARTS: [&str; 5] = ["forbid", "interdi", "prohibit", "untersag", "verbiet"];
/// Words of a sentence that says what was done, whatever else it says of rules.
const DONE: [&str; 24] = [
    "conducted",
    "conducting",
    "constaté",
    "detected",
    "détecté",
    "engaged",
    "engaging",
    "enfreint",
    "entdeckt",
    "erkannt",
    "festgestellt",
    "found",
    "identified",
    "implicated",
    "noticed",
    "observed",
    "performed",
    "performing",
    "suspicious",
    "verstößt",
    "viole",
    "violates",
    "violating",
    "violation",
];

/// Whether a text is about mining cryptocurrency. Its sentences are parted by a stop and a space.
pub(super) fn is_named(text: &str) -> bool {
    let small = text.to_lowercase();
    small.split(". ").flat_map(|part| part.split(['!', '?'])).any(|sentence| {
        let words: Vec<&str> = sentence
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        // What every notice says of all misuse accuses nobody.
        !is_rule(&words) && tells(&words)
    })
}

/// Whether a sentence says what is allowed, and not what was done.
fn is_rule(words: &[&str]) -> bool {
    let is_of_rules = |word: &str| {
        RULES.contains(&word) || RULE_STARTS.iter().any(|start| word.starts_with(start))
    };
    if words.iter().any(|word| DONE.contains(word)) {
        return false;
    }
    words.iter().any(|word| is_of_rules(word))
        || (0..words.len()).any(|at| words.get(at..).is_some_and(forbids))
}

/// Whether a sentence forbids from here on: `must not be used`; not `may not be aware`.
fn forbids(words: &[&str]) -> bool {
    matches!(
        words,
        ["not", "allowed" | "permitted", ..]
            | ["cannot", "be", "used", ..]
            | ["may" | "must" | "shall" | "should", "not" | "never", "be", "used", ..]
            | [
                "may" | "must" | "shall" | "should",
                "not" | "never",
                "engage" | "host" | "mine" | "operate" | "perform" | "run" | "use",
                ..
            ]
            | ["darf" | "dürfen", "nicht" | "kein" | "keine" | "keinen", ..]
            | ["doit" | "doivent" | "peut" | "peuvent", "pas", "être", ..]
    )
}

/// What a word says.
enum Sense {
    /// Mining of cryptocurrency, by itself.
    Both,
    /// Digging, for something that stands near it.
    Digging,
    /// Digging, for something that comes after it.
    DiggingFor,
    Coin,
    Nothing,
}

fn tells(words: &[&str]) -> bool {
    let (mut digging, mut coin) = (None, None);
    for (at, word) in words.iter().enumerate() {
        let is_near = |before: &usize| at - before <= NEAR_WORDS;
        let begins = match sense(words, at, word) {
            Sense::Both => Some(at),
            Sense::Digging => {
                digging = Some(at);
                coin.filter(is_near)
            }
            Sense::DiggingFor => {
                digging = Some(at);
                None
            }
            Sense::Coin => {
                coin = Some(at);
                digging.filter(is_near)
            }
            Sense::Nothing => None,
        };
        if begins.is_some_and(|begins| !is_denied(words.get(..begins).unwrap_or_default())) {
            return true;
        }
    }
    false
}

fn sense(words: &[&str], at: usize, word: &str) -> Sense {
    if BOTH.iter().any(|part| word.contains(part)) {
        return Sense::Both;
    }
    if COINS.contains(&word) || COIN_STARTS.iter().any(|start| word.starts_with(start)) {
        return Sense::Coin;
    }
    if !DIGGING.contains(&word) || is_of_others(words, at) {
        return Sense::Nothing;
    }
    let before = at.checked_sub(1).and_then(|before| words.get(before)).copied();
    if word == "mine" {
        let is_whose = before.is_some_and(|before| WHOSE.contains(&before));
        return if is_whose { Sense::Nothing } else { Sense::DiggingFor };
    }
    let after = words.get(at + 1).copied();
    let is_told = match word {
        "mining" => {
            before.is_some_and(|before| TELLS_BEFORE.contains(&before))
                || after.is_some_and(|after| TELLS_AFTER.contains(&after))
        }
        "mines" => before.is_some_and(|before| {
            WHO_MINES.contains(&before) || before.bytes().all(|byte| byte.is_ascii_digit())
        }),
        _ => false,
    };
    if is_told || DIGGING_COINS.contains(&word) { Sense::Both } else { Sense::Digging }
}

/// Whether what is dug for is data or an ore: `data mining`, `mining company`, `Schürfen von Daten`.
fn is_of_others(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let mut after = words.iter().skip(at + 1);
    let mut next = after.next();
    if next.is_some_and(|word| ["de", "des", "of", "von"].contains(word)) {
        next = after.next();
    }
    before.is_some_and(|word| OTHER_BEFORE.contains(word))
        || next.is_some_and(|word| OTHER_AFTER.contains(word))
}

/// Whether the words before something deny it: `not`, `no evidence of`, `pas de`.
fn is_denied(before: &[&str]) -> bool {
    let mut back = before.iter().rev().copied().peekable();
    for _ in 0..FILLERS_MAX {
        if back.next_if(|word| FILLERS.contains(word)).is_none() {
            break;
        }
    }
    back.next().is_some_and(|word| DENIALS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_words_for_mining_are_known() {
        for mining in [
            "instances that are mining cryptocurrency",
            "was used to mine cryptocurrency",
            "used for cryptocurrency mining",
            "was used for Bitcoin mining",
            "cryptocurrency mining activity",
            "unauthorized mining of cryptocurrencies",
            "crypto mining",
            "mining digital currency",
            "Monero mining malware (XMRig)",
            "Monero is being mined",
            "crypto-jacking",
            "a coin miner runs there",
            "we detected mining on your instance",
            "It is used for mining. Please stop it.",
            "traffic to a mining pool",
            "AWS account 111122223333 mines, see below",
            "You may not be aware that your instance is used for cryptocurrency mining",
            "not only cryptocurrency mining",
            "minage de cryptomonnaies",
            "votre serveur mine des cryptomonnaies",
            "utilisé pour miner du bitcoin",
            "extraction de monnaie numérique",
            "Schürfen von Kryptowährungen",
            "Auf Ihrem Server werden Kryptowährungen geschürft",
            "Krypto-Mining",
            "Kryptowährungsmining",
            "Abbau digitaler Währungen",
        ] {
            assert!(is_named(mining), "{mining}");
        }
    }

    #[test]
    fn neighbours_of_mining_stay_quiet() {
        for other in [
            "your server sends spam",
            "port scans from your instance",
            "data mining",
            "data mining of cryptocurrency prices",
            "process mining",
            "the server of a mining company sends spam",
            "software for mining companies",
            "a mining company that takes bitcoin",
            "this is not cryptocurrency mining",
            "we saw no evidence of cryptocurrency mining",
            "aucun signe de minage",
            "Es geht nicht um Kryptomining",
            "Crypto prices this week: Bitcoin rose, Monero fell.",
            "amounts are in your local currency. Minimum charge: 1",
            "a friend of mine holds bitcoin",
            "your server is sold to mines of gold",
            "Bitcoin is a currency. The gold mine was sold.",
            "minutes of the meeting about currency",
            "mining, as one word of a long sentence that only later and quite elsewhere says bitcoin",
        ] {
            assert!(!is_named(other), "{other}");
        }
    }

    #[test]
    fn the_name_of_a_customer_accuses_nobody() {
        for name in ["Mining Operations", "Mining Operation", "Mining Software", "Mining Traffic"] {
            let spam = format!("Dear Rio {name}, AWS account 111122223333 sends spam");
            assert!(!is_named(&spam), "{spam}");
            assert!(is_named(&format!("{spam}. It mines bitcoin.")), "{name}");
        }
        for told in ["a mining rig", "mining malware", "a mining botnet", "a mining pool"] {
            assert!(is_named(told), "{told}");
        }
    }

    #[test]
    fn what_is_forbidden_to_all_is_said_of_nobody() {
        for rule in [
            "You may not mine cryptocurrency on our platform",
            "Our policy prohibits spam, phishing and cryptocurrency mining.",
            "Instances must not be used for cryptocurrency mining",
            "Cryptocurrency mining is forbidden",
            "Mining of bitcoin is not permitted here",
            "Bitcoin mining is not allowed",
            "Please do not mine bitcoin",
            "Kryptomining ist verboten",
            "Die Nutzung zum Krypto-Mining ist untersagt",
            "Server dürfen nicht zum Bitcoin-Mining genutzt werden",
            "Le minage de cryptomonnaies est interdit",
            "Un serveur ne peut pas être utilisé pour miner du bitcoin",
        ] {
            let spam = format!("Your server sends spam. {rule}");
            assert!(!is_named(&spam), "{rule}");
            assert!(is_named(&format!("Your server runs XMRig. {rule}")), "{rule}");
        }
    }

    #[test]
    fn what_was_done_is_told_beside_the_rule_that_it_breaks() {
        for told in [
            "We detected cryptocurrency mining, which our policy forbids",
            "Your project is mining cryptocurrency in violation of our acceptable use policy",
            "Wir haben Kryptomining festgestellt, das verboten ist",
            "Nous avons constaté du minage de cryptomonnaies, ce qui est interdit",
        ] {
            assert!(is_named(told), "{told}");
        }
    }

    #[test]
    fn what_is_denied_once_may_be_said_elsewhere() {
        assert!(is_named("This is not spam but cryptocurrency mining."));
        assert!(is_named("No cryptocurrency mining is allowed. Your instance runs XMRig."));
        assert!(!is_named(""));
    }
}
