//! One line, by its fields.

use std::net::IpAddr;

use crate::simd;

/// One line: where it begins and where each field ends.
pub(super) struct Line<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) start: usize,
    pub(super) ends: &'a [u32],
}

impl<'a> Line<'a> {
    /// Where a field begins and ends.
    #[inline]
    fn bounds(&self, index: usize) -> (usize, usize) {
        let end = self.ends.get(index).map_or(0, |end| *end as usize);
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).map_or(0, |end| *end as usize + 1),
            None => self.start,
        };
        (start, end)
    }

    #[inline]
    pub(super) fn field(&self, index: usize) -> &'a [u8] {
        let (start, end) = self.bounds(index);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// A field of at most fifteen bytes as a number, and its length.
    #[inline]
    pub(super) fn word(&self, index: usize) -> Option<(u128, usize)> {
        let (start, end) = self.bounds(index);
        Some((simd::word(self.bytes, start, end)?, end - start))
    }

    /// A field of digits; `None` for any other.
    #[inline]
    pub(super) fn number(&self, index: usize) -> Option<u64> {
        let (word, length) = self.word(index)?;
        match simd::number(word, length) {
            Some(number) => Some(number),
            // The last field of a line that ends in CR LF.
            None => std::str::from_utf8(self.field(index).strip_suffix(b"\r")?).ok()?.parse().ok(),
        }
    }

    /// A field that is an address.
    #[inline]
    pub(super) fn address(&self, index: usize) -> Option<IpAddr> {
        let v4 = self.word(index).and_then(|(word, length)| simd::v4(word, length));
        v4.map(IpAddr::V4).or_else(|| address(self.field(index)))
    }

    pub(super) fn text(&self, index: Option<usize>) -> Option<&'a str> {
        let field = self.field(index?).trim_ascii_end();
        std::str::from_utf8(field).ok().filter(|text| !matches!(*text, "" | "-"))
    }

    pub(super) fn whole(&self) -> &'a [u8] {
        let end = self.ends.last().map_or(self.start, |end| *end as usize);
        self.bytes.get(self.start..end).unwrap_or_default().trim_ascii_end()
    }
}

/// Reads an address however it is written.
pub(super) fn address(field: &[u8]) -> Option<IpAddr> {
    crate::net::parse_address(std::str::from_utf8(field).ok()?)
}
