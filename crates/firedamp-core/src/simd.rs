//! Bytes looked at sixty-four at a time, in safe SIMD.

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

#[cfg(test)]
mod tests {
    use super::*;

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
