//! Bytes looked at sixty-four at a time, in safe SIMD.

use std::net::Ipv4Addr;

use wide::u8x16;

/// How many bytes one mask speaks of.
pub(crate) const BLOCK: usize = 64;

/// Sixty-four bytes as four vectors.
#[derive(Clone, Copy)]
pub(crate) struct Block([u8x16; 4]);

impl Block {
    /// Loads a block.
    #[inline]
    pub(crate) fn load(bytes: &[u8; BLOCK]) -> Self {
        let (quarters, _) = bytes.as_chunks::<16>();
        Self(std::array::from_fn(|lane| {
            u8x16::new(quarters.get(lane).copied().unwrap_or_default())
        }))
    }

    /// Bit `i` is set when byte `i` is `byte`.
    #[inline]
    pub(crate) fn equal(self, byte: u8) -> u64 {
        let wanted = u8x16::splat(byte);
        self.mask(|lane| lane.simd_eq(wanted))
    }

    /// Bit `i` is set when byte `i` with `bits` set is `byte`: `[` and `{` differ in one bit.
    #[inline]
    pub(crate) fn equal_with(self, bits: u8, byte: u8) -> u64 {
        let (bits, wanted) = (u8x16::splat(bits), u8x16::splat(byte));
        self.mask(|lane| (lane | bits).simd_eq(wanted))
    }

    #[inline]
    fn mask(self, test: impl Fn(u8x16) -> u8x16) -> u64 {
        let [a, b, c, d] = self.0.map(|lane| u64::from(test(lane).to_bitmask()));
        a | b << 16 | c << 32 | d << 48
    }
}

/// The positions of the set bits, from the lowest.
#[inline]
pub(crate) fn positions(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = mask.trailing_zeros() as usize;
        let more = mask != 0;
        mask &= mask.wrapping_sub(1);
        more.then_some(position)
    })
}

/// Bit `i` is the parity of bits `0..=i`: turns quote positions into "inside a text".
#[inline]
pub(crate) const fn prefix_xor(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^= mask << 32;
    mask
}

/// A field of at most fifteen bytes as one number, first byte lowest, zeros behind; `None` for a
/// longer one.
#[inline]
pub(crate) fn word(bytes: &[u8], start: usize, end: usize) -> Option<u128> {
    let length = end.wrapping_sub(start);
    if length > 15 {
        return None;
    }
    let value = match bytes.get(start..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u128::from_le_bytes(*chunk),
        // The last field of a run has fewer than sixteen bytes behind its beginning.
        None => short_word(bytes.get(start..end)?),
    };
    Some(value & ((1 << (8 * length)) - 1))
}

#[cold]
fn short_word(field: &[u8]) -> u128 {
    let mut chunk = [0; 16];
    for (to, from) in chunk.iter_mut().zip(field) {
        *to = *from;
    }
    u128::from_le_bytes(chunk)
}

/// Whether a word of `length` bytes is made as an IPv4 address is: digits and three dots.
#[inline]
pub(crate) fn looks_like_v4(word: u128, length: usize) -> bool {
    let bytes = u8x16::new(word.to_le_bytes());
    let in_range = bytes.max(u8x16::splat(b'.')).min(u8x16::splat(b'9')).simd_eq(bytes);
    let slash = bytes.simd_eq(u8x16::splat(b'/')).to_bitmask();
    let dots = bytes.simd_eq(u8x16::splat(b'.')).to_bitmask();
    let all = (1_u32 << length) - 1;
    in_range.to_bitmask() & !slash & all == all && dots.count_ones() == 3 && length >= 7
}

/// The IPv4 address that a word spells in its usual writing; `None` for any other text, and for
/// parts with leading zeros or over 255.
#[inline]
pub(crate) fn v4(word: u128, length: usize) -> Option<Ipv4Addr> {
    if !looks_like_v4(word, length) {
        return None;
    }
    let mut dots = u8x16::new(word.to_le_bytes()).simd_eq(u8x16::splat(b'.')).to_bitmask();
    let (mut address, mut start, mut sound) = (0, 0, true);
    for _ in 0..3 {
        let end = dots.trailing_zeros() as usize;
        dots &= dots.wrapping_sub(1);
        let (part, is_part) = v4_part(word, start, end);
        address = address << 8 | part;
        sound &= is_part;
        start = end + 1;
    }
    let (part, is_part) = v4_part(word, start, length);
    (sound && is_part).then(|| Ipv4Addr::from_bits(address << 8 | part))
}

/// One to three digits, and whether they are a part of an address.
#[inline]
const fn v4_part(word: u128, start: usize, end: usize) -> (u32, bool) {
    let length = end.wrapping_sub(start);
    if length.wrapping_sub(1) > 2 {
        return (0, false);
    }
    // The last digit comes to lie in the third byte, whatever the length.
    let aligned = ((word >> (8 * start)) as u32) << (8 * (3 - length));
    let (hundreds, tens, ones) = (aligned & 15, aligned >> 8 & 15, aligned >> 16 & 15);
    let value = hundreds * 100 + tens * 10 + ones;
    let least = match length {
        1 => 0,
        2 => 10,
        _ => 100,
    };
    (value & 0xff, least <= value && value <= 255)
}

/// Bytes of text that are eight digits.
const DIGITS: u64 = 0x3030_3030_3030_3030;
const LOW: u64 = 0x0F0F_0F0F_0F0F_0F0F;

/// The number that a word of one to fifteen digits spells.
#[inline]
pub(crate) fn number(word: u128, length: usize) -> Option<u64> {
    match length {
        // Ports and counters: zeros before them make eight digits of any.
        1..=8 => {
            let missing = DIGITS.checked_shr(8 * length as u32).unwrap_or_default();
            eight_digits((word as u64) << (64 - 8 * length) | missing)
        }
        // Epoch seconds.
        10 => {
            let two = (word >> 64) as u64;
            let digit = |byte: u64| (byte & 0xff).wrapping_sub(0x30);
            let (tens, ones) = (digit(two), digit(two >> 8));
            let is_number = tens <= 9 && ones <= 9;
            let eight = eight_digits(word as u64).filter(|_| is_number)?;
            Some(eight * 100 + tens * 10 + ones)
        }
        _ => slow_number(word, length),
    }
}

/// Eight digits at once (after Lemire, "Quickly parsing eight digits", 2018).
#[inline]
const fn eight_digits(text: u64) -> Option<u64> {
    let is_digits =
        text & !LOW == DIGITS && text.wrapping_add(0x0606_0606_0606_0606) & !LOW == DIGITS;
    if !is_digits {
        return None;
    }
    let pairs = ((text & LOW).wrapping_mul(2561) >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(6_553_601) >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(fours.wrapping_mul(42_949_672_960_001) >> 32)
}

#[cold]
fn slow_number(word: u128, length: usize) -> Option<u64> {
    let digits = word.to_le_bytes();
    let digits = digits.get(..length).filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0_u64, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u64::from(byte & 15))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word_of(text: &str) -> u128 {
        word(text.as_bytes(), 0, text.len()).expect("a short text")
    }

    #[test]
    fn numbers_are_read_and_nothing_else() {
        for text in [
            "1772359260",
            "0",
            "12345",
            "12345678",
            "123456789",
            "65535",
            "00000009",
            "0000000001",
            "9999999999",
            "123456789012345",
        ] {
            assert_eq!(number(word_of(text), text.len()), text.parse().ok(), "{text}");
        }
        for text in [
            "",
            "177235926x",
            "x772359260",
            "17723592/0",
            "1772359 60",
            "-772359260",
            ":",
            "1234567:",
            "/2345678",
            "12x",
            "177235926:",
        ] {
            assert_eq!(number(word_of(text), text.len()), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_by_their_shape() {
        for text in ["0.0.0.0", "203.0.113.9", "255.255.255.255"] {
            assert!(looks_like_v4(word_of(text), text.len()), "{text}");
        }
        for text in ["", "-", "1.2.3", "1.2.3.4.5", "2001:db8::1", "1.2.3/4.5", "10.0.0.a"] {
            assert!(!looks_like_v4(word_of(text), text.len()), "{text}");
        }
    }

    #[test]
    fn addresses_are_read_as_the_standard_library_reads_them() {
        let parts = ["0", "9", "10", "99", "100", "255", "256", "300", "999", "00", "01", "007"];
        let parts = [&parts[..], &["", "1000"]].concat();
        let pairs = parts.iter().flat_map(|one| parts.iter().map(move |other| (one, other)));
        let made = pairs
            .flat_map(|(one, other)| [format!("{one}.{other}.1.0"), format!("1.20.{one}.{other}")]);
        for text in made.filter(|text| text.len() <= 15) {
            assert_eq!(v4(word_of(&text), text.len()), text.parse().ok(), "{text}");
        }
        for text in ["255.255.255.255", "1.2.3", "1.2.3.4.", "::1", "", "1..2.3", "a.b.c.d"] {
            assert_eq!(v4(word_of(text), text.len()), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn masks_mark_the_bytes_they_are_asked_for() {
        let mut bytes = [b'.'; BLOCK];
        for at in [0, 15, 16, 63] {
            bytes[at] = b'{';
        }
        bytes[40] = b'[';
        let block = Block::load(&bytes);
        assert_eq!(positions(block.equal(b'{')).collect::<Vec<_>>(), [0, 15, 16, 63]);
        assert_eq!(positions(block.equal_with(0x20, b'{')).count(), 5);
        assert_eq!(prefix_xor(0b1_0010), 0b0_1110);
    }
}
