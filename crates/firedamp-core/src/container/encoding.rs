//! UTF-16, which Windows writes: told by its byte order mark and read as UTF-8 would be.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

/// How much is converted at a time.
const PIECE_BYTES: usize = 32 << 10;

/// How an object's text is encoded, as far as its bytes came.
pub(super) enum Encoding {
    /// Too few bytes came to tell.
    Untold(Vec<u8>),
    /// UTF-8, or no text: taken as it is.
    AsIs,
    Utf16(Box<Decoder>),
}

impl Encoding {
    pub(super) const fn untold() -> Self {
        Self::Untold(Vec::new())
    }

    /// Gives `take` the next bytes as UTF-8; `is_last` when no more will come. Broken UTF-16 becomes
    /// U+FFFD.
    pub(super) fn convert(&mut self, bytes: &[u8], is_last: bool, take: &mut dyn FnMut(&[u8])) {
        match self {
            Self::AsIs => take(bytes),
            Self::Utf16(decoder) => convert(decoder, bytes, is_last, take),
            Self::Untold(first) => {
                first.extend_from_slice(bytes);
                if first.len() >= 2 || is_last {
                    let first = std::mem::take(first);
                    *self = Self::of(&first);
                    self.convert(&first, is_last, take);
                }
            }
        }
    }

    fn of(first: &[u8]) -> Self {
        match first {
            [0xff, 0xfe, ..] => Self::Utf16(Box::new(UTF_16LE.new_decoder_with_bom_removal())),
            [0xfe, 0xff, ..] => Self::Utf16(Box::new(UTF_16BE.new_decoder_with_bom_removal())),
            _ => Self::AsIs,
        }
    }
}

fn convert(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, take: &mut dyn FnMut(&[u8])) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let (result, read, written, _replaced) = decoder.decode_to_utf8(bytes, &mut piece, is_last);
        take(piece.get(..written).unwrap_or_default());
        bytes = bytes.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

/// The bytes after a UTF-8 byte order mark.
#[must_use]
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
