//! Keys and tokens that tell themselves by how they are written, whatever stands before them.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{HIDDEN, Kind, without_named};

/// How tokens of well-known services begin, and how long they are at least.
const BEGINNINGS: [(&str, usize); 12] = [
    ("AIza", 39),
    ("firedamp_", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("hvs.", 20),
    ("npm_", 20),
    ("sk_live_", 20),
    ("xox", 20),
    ("ya29.", 20),
];
/// How ids of access keys begin.
const KEY_IDS: [&str; 2] = ["AKIA", "ASIA"];
/// Letters of such an id.
const KEY_ID_LETTERS: usize = 20;
/// Letters of an AWS secret.
const SECRET_LETTERS: usize = 40;
/// Capitals and small letters that an AWS secret has, whoever made it up. Digits are a sixth of it, and now and
/// then one.
const KIND_MIN: usize = 3;
const SLASHES_MAX: usize = 4;
/// Letters from which on a text in base64 may hold a secret.
const PACKED_LETTERS_MIN: usize = 24;
const KEY_BEGINS: &str = "-----BEGIN ";
const KEY_KIND: &str = "PRIVATE KEY-----";
const KEY_ENDS: &str = "-----END ";

/// The text without its keys and tokens.
pub(super) fn redacted(text: &str) -> String {
    words(&without_key_blocks(text), true)
}

fn words(text: &str, may_unpack: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.find(is_of_token) {
        let (before, from) = rest.split_at(first);
        let length = from.find(|letter| !is_of_token(letter)).unwrap_or(from.len());
        let (token, after) = from.split_at(length);
        out.push_str(before);
        out.push_str(&told(token, may_unpack));
        rest = after;
    }
    out.push_str(rest);
    out
}

const fn is_of_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '_' | '-' | '.')
}

/// A token as it may be shown.
fn told(token: &str, may_unpack: bool) -> String {
    // `KEY=value`, and options such as `--key=value`; each part is shorter.
    if let Some((name, value)) = token.split_once('=').filter(|(_, value)| value.len() > 2) {
        return format!("{}={}", told(name, may_unpack), told(value, may_unpack));
    }
    if is_key_id(token) {
        let (first, last) = (token.get(..4), token.get(KEY_ID_LETTERS - 4..));
        return format!("{}{HIDDEN}{}", first.unwrap_or_default(), last.unwrap_or_default());
    }
    let is_token = BEGINNINGS
        .iter()
        .any(|(begins, letters)| token.starts_with(begins) && token.len() >= *letters);
    match is_token || is_aws_secret(token) || is_packed_secret(token, may_unpack) {
        true => HIDDEN.to_string(),
        false => token.to_string(),
    }
}

fn is_key_id(token: &str) -> bool {
    let is_of_id = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    token.len() == KEY_ID_LETTERS
        && KEY_IDS.iter().any(|begins| token.starts_with(begins))
        && token.bytes().all(is_of_id)
}

/// Forty letters, digits, `/` and `+`, as no word, path or hash is.
fn is_aws_secret(token: &str) -> bool {
    let count = |is: fn(&u8) -> bool| token.bytes().filter(is).count();
    token.len() == SECRET_LETTERS
        && !token.contains(['_', '-', '.', '='])
        && count(u8::is_ascii_uppercase) >= KIND_MIN
        && count(u8::is_ascii_lowercase) >= KIND_MIN
        && count(u8::is_ascii_digit) > 0
        && count(|byte| *byte == b'/') <= SLASHES_MAX
}

/// Whether a text in base64, such as a machine's user data, holds a secret.
fn is_packed_secret(token: &str, may_unpack: bool) -> bool {
    if !may_unpack || token.len() < PACKED_LETTERS_MIN {
        return false;
    }
    let unpacked = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    unpacked.is_some_and(|text| {
        let named = without_named(&text, Kind::Text);
        named != text || words(&without_key_blocks(&text), false) != text
    })
}

/// The text without the private keys that stand in it as PEM, whole or cut short.
fn without_key_blocks(text: &str) -> String {
    let mut parts = text.split(KEY_BEGINS);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(KEY_BEGINS);
        let head = part.find(KEY_KIND).filter(|at| *at < 40).map(|at| at + KEY_KIND.len());
        let Some((head, body)) = head.and_then(|at| part.split_at_checked(at)) else {
            out.push_str(part);
            continue;
        };
        let end = body.find(KEY_ENDS).and_then(|at| body.get(at..)).unwrap_or_default();
        out.push_str(&format!("{head}{HIDDEN}{end}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_are_hidden_wherever_they_stand() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let packed = STANDARD.encode("#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=abcdef\n");
        let [begin, end] = [KEY_BEGINS, KEY_ENDS].map(|edge| format!("{edge}RSA {KEY_KIND}"));
        for (text, wanted) in [
            ("by AKIAIOSFODNN7EXAMPLE from", "by AKIA…MPLE from".to_string()),
            (&format!("configure set x {secret} now"), "configure set x … now".to_string()),
            (&format!("--key={secret}"), "--key=…".to_string()),
            (&format!("ghp_{} x", "a1".repeat(18)), "… x".to_string()),
            (&format!("\"userData\": \"{packed}\""), "\"userData\": \"…\"".to_string()),
            (&format!("{begin}\nMIIE\n{end}\nx"), format!("{begin}…{end}\nx")),
            (&format!("{begin}\nMIIE"), format!("{begin}…")),
        ] {
            assert_eq!(redacted(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_left() {
        let script = STANDARD.encode("#!/bin/sh\n./xmrig -o pool.example:3333 -u wallet\n");
        for text in [
            "AKIAIOSFODNN7EXAMPL",
            "xAKIAIOSFODNN7EXAMPLE",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "Microsoft.Compute/virtualMachines/write/x",
            "ghp_short",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "Zürich = 日本 == \u{1f600}",
            &script,
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
