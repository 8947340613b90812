//! Wallet addresses: told by their shape and their checksum, so that random text is none.

use bech32::segwit;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// The base58 alphabet of Bitcoin, which Monero took over.
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// What a wallet is of, and how sure that is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Coin {
    /// Bitcoin and its many relatives, whose addresses differ by a number in front.
    Bitcoin,
    /// Ethereum and its relatives.
    Ethereum,
    /// Monero and its relatives.
    Monero,
}

/// The coin of a wallet address; `None` for any other text and for wrong checksums.
pub(super) fn coin(text: &str) -> Option<Coin> {
    match text.len() {
        95 | 106 if is_monero(text) => Some(Coin::Monero),
        26..=36 if is_base58_check(text) => Some(Coin::Bitcoin),
        42 if text.starts_with("0x") => is_ethereum(text).then_some(Coin::Ethereum),
        42..=90 if segwit::decode(text).is_ok() => Some(Coin::Bitcoin),
        _ => None,
    }
}

/// A wallet address that stands in a word: alone, before a worker's name, behind a coin's.
pub(super) fn within(word: &str) -> Option<(&str, Coin)> {
    let parts = word.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.filter(|part| part.len() >= 26).find_map(|part| Some((part, coin(part)?)))
}

/// Monero writes eight bytes at a time as eleven letters, the last five (or, with a payment id,
/// the last ones) as seven; then come the network, two keys, and four bytes of their Keccak hash.
fn is_monero(text: &str) -> bool {
    if !text.starts_with(['4', '8']) {
        return false;
    }
    let mut bytes = Vec::with_capacity(80);
    for block in text.as_bytes().chunks(11) {
        if !append_block(block, &mut bytes) {
            return false;
        }
    }
    let Some((payload, checksum)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    Keccak256::digest(payload).get(..4) == Some(checksum)
}

/// Appends the bytes of one block of up to eleven letters; false when it is none.
fn append_block(block: &[u8], bytes: &mut Vec<u8>) -> bool {
    // How many bytes so many letters stand for (CryptoNote, section on base58).
    let size = match block.len() {
        2 => 1,
        3 => 2,
        5 => 3,
        6 => 4,
        7 => 5,
        9 => 6,
        10 => 7,
        11 => 8,
        _ => return false,
    };
    let value = block.iter().try_fold(0_u128, |value, letter| {
        let digit = BASE58.iter().position(|own| own == letter)?;
        Some(value * 58 + digit as u128)
    });
    let Some(value) = value.filter(|value| value >> (8 * size) == 0) else {
        return false;
    };
    bytes.extend_from_slice(value.to_be_bytes().get(16 - size..).unwrap_or_default());
    true
}

/// Base58check: a version of one byte or two, a hash of twenty, four bytes of checksum.
fn is_base58_check(text: &str) -> bool {
    /// The longest payload with its checksum.
    const BYTES_MAX: usize = 26;
    let mut number = [0_u8; BYTES_MAX];
    for letter in text.bytes() {
        let Some(digit) = BASE58.iter().position(|own| *own == letter) else {
            return false;
        };
        let mut carry = digit as u32;
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let fits = |size: usize| {
        let (before, own) = number.split_at(BYTES_MAX - size);
        before.iter().all(|byte| *byte == 0) && ends_in_its_checksum(own)
    };
    fits(25) || fits(26)
}

fn ends_in_its_checksum(bytes: &[u8]) -> bool {
    let Some((payload, checksum)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    Sha256::digest(Sha256::digest(payload)).get(..4) == Some(checksum)
}

/// Ethereum's mixed case is a checksum (EIP-55); addresses in one case have none.
fn is_ethereum(text: &str) -> bool {
    let Some(digits) = text.get(2..).filter(|digits| is_varied_hex(digits)) else {
        return false;
    };
    let lower = digits.to_ascii_lowercase();
    if digits == lower || digits == digits.to_ascii_uppercase() {
        return true;
    }
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.bytes().zip(nibbles).all(|(letter, nibble)| {
        !letter.is_ascii_alphabetic() || letter.is_ascii_uppercase() == (nibble >= 8)
    })
}

/// Not `0x000…0` and its like.
fn is_varied_hex(digits: &str) -> bool {
    let first = digits.bytes().next();
    digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().any(|byte| Some(byte) != first)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A Monero address of no one: two keys that are a pattern.
    pub(crate) fn monero(seed: u8) -> String {
        let mut bytes = vec![18];
        bytes.extend((0..64_u8).map(|at| at.wrapping_mul(37).wrapping_add(seed)));
        let checksum = Keccak256::digest(&bytes);
        bytes.extend_from_slice(&checksum[..4]);
        bytes
            .chunks(8)
            .map(|block| base58(block, [0, 2, 3, 5, 6, 7, 9, 10, 11][block.len()]))
            .collect()
    }

    /// A Bitcoin address of no one.
    pub(crate) fn bitcoin(seed: u8) -> String {
        let mut bytes = vec![0];
        bytes.extend((0..20_u8).map(|at| at.wrapping_mul(41).wrapping_add(seed)));
        let checksum = Sha256::digest(Sha256::digest(&bytes));
        bytes.extend_from_slice(&checksum[..4]);
        format!("1{}", base58(&bytes, 0))
    }

    fn base58(bytes: &[u8], width: usize) -> String {
        let mut number = bytes.to_vec();
        let mut letters = Vec::new();
        while number.iter().any(|byte| *byte > 0) {
            let mut rest = 0_u32;
            for byte in &mut number {
                let value = rest << 8 | u32::from(*byte);
                *byte = (value / 58) as u8;
                rest = value % 58;
            }
            letters.push(BASE58[rest as usize]);
        }
        letters.resize(letters.len().max(width), b'1');
        letters.iter().rev().map(|letter| char::from(*letter)).collect()
    }

    /// The same address with one letter changed.
    fn broken(text: &str) -> String {
        let last = if text.ends_with('z') { "y" } else { "z" };
        format!("{}{last}", &text[..text.len() - 1])
    }

    #[test]
    fn wallets_are_told_by_their_checksums() {
        for seed in [1, 7, 200] {
            let (monero, bitcoin) = (monero(seed), bitcoin(seed));
            assert_eq!(coin(&monero), Some(Coin::Monero), "{monero}");
            assert_eq!(coin(&broken(&monero)), None, "{monero}");
            assert_eq!(coin(&bitcoin), Some(Coin::Bitcoin), "{bitcoin}");
            assert_eq!(coin(&broken(&bitcoin)), None, "{bitcoin}");
        }
    }

    #[test]
    fn segwit_addresses_too() {
        let address = segwit::encode(bech32::hrp::BC, segwit::VERSION_0, &[7; 20]).expect("one");
        assert_eq!(coin(&address), Some(Coin::Bitcoin));
        assert_eq!(coin(&broken(&address)), None);
    }

    #[test]
    fn mixed_case_is_ethereums_checksum() {
        let lower = "0x00112233445566778899aabbccddeeff00112233";
        assert_eq!(coin(lower), Some(Coin::Ethereum));
        let hash = Keccak256::digest(lower[2..].as_bytes());
        let nibble = |at: usize| hash[at / 2] >> (4 * (1 - at % 2)) & 0xf;
        let mixed: String = lower[2..]
            .chars()
            .enumerate()
            .map(|(at, letter)| if nibble(at) >= 8 { letter.to_ascii_uppercase() } else { letter })
            .collect();
        assert_eq!(coin(&format!("0x{mixed}")), Some(Coin::Ethereum));
        let wrong = mixed.replacen(['a', 'A'], if mixed.contains('a') { "A" } else { "a" }, 1);
        assert_eq!(coin(&format!("0x{wrong}")), None);
        assert_eq!(coin(&format!("0x{}", "0".repeat(40))), None);
        assert_eq!(coin("0x001"), None);
    }

    #[test]
    fn wallets_are_found_within_words() {
        let wallet = bitcoin(3);
        for word in
            [format!("{wallet}.rig1"), format!("BTC:{wallet}/x"), format!("tcp://{wallet}@pool")]
        {
            assert_eq!(within(&word), Some((wallet.as_str(), Coin::Bitcoin)), "{word}");
        }
        assert_eq!(within("sha256:0123456789abcdef0123456789abcdef0123456789"), None);
    }
}
