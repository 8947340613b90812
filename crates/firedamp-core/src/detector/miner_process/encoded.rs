//! Texts in base64 among the words of a command.

use base64::{Engine, engine::general_purpose};

use super::command;

/// A shorter word in base64 holds no command.
const ENCODED_BYTES_MIN: usize = 24;

/// The texts that words hold in base64, as long as the budget lasts.
pub(super) fn texts(text: &str, budget: &mut usize) -> Vec<String> {
    let mut found = Vec::new();
    for word in command::words(text).filter(|word| word.len() >= ENCODED_BYTES_MIN) {
        if *budget == 0 {
            break;
        }
        if let Some(inner) = decode(word) {
            *budget -= 1;
            found.push(inner);
        }
    }
    found
}

/// A text in base64, in UTF-8 or (as `PowerShell` wants it) UTF-16.
fn decode(word: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if !word.bytes().all(allowed) {
        return None;
    }
    let lenient = general_purpose::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    let engine = general_purpose::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let bytes = engine.decode(word).ok()?;
    let wide = || {
        let units: Vec<u16> =
            bytes.as_chunks::<2>().0.iter().map(|it| u16::from_le_bytes(*it)).collect();
        String::from_utf16(&units).ok()
    };
    let text = std::str::from_utf8(&bytes).ok().map(ToString::to_string);
    text.filter(|text| is_readable(text)).or_else(|| wide().filter(|text| is_readable(text)))
}

fn is_readable(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_graphic() || letter.is_ascii_whitespace())
}
