//! A filter taken apart into words, texts and signs.

/// Words, texts and signs of one filter.
const TOKENS_MAX: usize = 1000;
/// Letters of what is told back of a filter.
const EXCERPT_MAX: usize = 40;

/// A part of a filter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::partner) enum Token {
    /// A name, a number, a time.
    Word(String),
    /// What stood between quotes.
    Text(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// The beginning of what was sent.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_MAX).collect()
}

/// Takes a filter apart.
pub(in crate::partner) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, after_sign(rest)),
            ')' => (Token::Close, after_sign(rest)),
            ',' => (Token::Comma, after_sign(rest)),
            '\'' => quoted(rest)?,
            _ => word(rest)?,
        };
        tokens.push(token);
        if tokens.len() > TOKENS_MAX {
            return Err(format!("a filter has {TOKENS_MAX} words at most"));
        }
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// What follows a sign of one byte.
fn after_sign(text: &str) -> &str {
    text.get(1..).unwrap_or_default()
}

/// What is between quotes; a quote in it stands there twice.
fn quoted(text: &str) -> Result<(Token, &str), String> {
    let mut found = String::new();
    let mut rest = text.strip_prefix('\'').unwrap_or(text);
    loop {
        let (before, after) = rest.split_once('\'').ok_or("a text has no end")?;
        found.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                found.push('\'');
                rest = more;
            }
            None => return Ok((Token::Text(found), after)),
        }
    }
}

fn word(text: &str) -> Result<(Token, &str), String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.:+/$".contains(letter);
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    match text.split_at(end) {
        ("", rest) => {
            Err(format!("`{}` can't stand in a filter", excerpt(&crate::report::shown(rest))))
        }
        (word, rest) => Ok((Token::Word(word.to_string()), rest)),
    }
}
