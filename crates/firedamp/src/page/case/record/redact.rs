//! Secrets that logs hold and people need not see: values of fields and options that are named like
//! secrets, what stands before the `@` of an address, and tokens that tell themselves.

/// What stands in place of a secret.
const HIDDEN: &str = "…";
/// What stands in the names of things that are secret, in lower case.
const NAMES: [&str; 11] = [
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "signature",
    "token",
];
/// Words before a secret.
const SCHEMES: [&str; 2] = ["basic", "bearer"];
/// Letters from which on a text that begins like a JSON Web Token is one.
const TOKEN_LETTERS_MIN: usize = 40;

/// The text without its secrets.
pub(super) fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        if length == 0 {
            let (letter, after) = rest.split_at(first.len_utf8());
            out.push_str(letter);
            rest = after;
            continue;
        }
        let (word, after) = rest.split_at(length);
        if word.starts_with("eyJ") && word.len() >= TOKEN_LETTERS_MIN {
            out.push_str(HIDDEN);
        } else {
            out.push_str(word);
        }
        rest = skip_secret(word, after, &mut out);
    }
    without_userinfo(&out)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || "_-.".contains(letter)
}

/// Writes what stands between a secret's name and its value, and hides the value; the rest.
fn skip_secret<'a>(word: &str, after: &'a str, out: &mut String) -> &'a str {
    let name: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let name = name.to_lowercase();
    let is_scheme = SCHEMES.contains(&name.as_str());
    let is_secret = NAMES.iter().any(|secret| name.contains(secret));
    let gap = after.find(|letter: char| !" \t\"'\\:=".contains(letter)).unwrap_or(after.len());
    let (between, value) = after.split_at(gap);
    let leads = match is_scheme {
        true => !between.is_empty() && between.trim().is_empty(),
        // An option's value stands behind a blank, a field's behind a colon or an equals sign.
        false => is_secret && (between.contains([':', '=']) || is_option(word, between)),
    };
    if !leads {
        return after;
    }
    out.push_str(between);
    let end = match between.chars().last().filter(|last| "\"'".contains(*last)) {
        Some(quote) => closing(value, quote),
        None => value.find(|letter: char| letter.is_whitespace() || ",;&}])\"'".contains(letter)),
    };
    let end = end.unwrap_or(value.len());
    // A scheme's name is kept: what stands behind it is hidden when it is come to.
    if SCHEMES.iter().any(|scheme| value.to_lowercase().starts_with(&format!("{scheme} "))) {
        return value;
    }
    if end > 0 && !matches!(value.get(..1), Some("{" | "[")) {
        out.push_str(HIDDEN);
        return value.get(end..).unwrap_or_default();
    }
    value
}

fn is_option(word: &str, between: &str) -> bool {
    word.starts_with('-') && !between.is_empty() && between.trim().is_empty()
}

/// Where a quoted text ends.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let ends = letter == quote && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// `scheme://user:password@host` without the password.
fn without_userinfo(text: &str) -> String {
    let mut parts = text.split("://");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str("://");
        let end = part.find(|letter: char| letter.is_whitespace() || "/\"'<>".contains(letter));
        let (place, rest) = part.split_at(end.unwrap_or(part.len()));
        match place.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host)))
        {
            Some((user, host)) => out.push_str(&format!("{user}:{HIDDEN}@{host}")),
            None => out.push_str(place),
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn secrets_are_hidden_and_the_rest_is_left() {
        for (text, wanted) in [
            (
                r#"{"password": "hunter2", "user": "alice"}"#,
                r#"{"password": "…", "user": "alice"}"#,
            ),
            (r#"{"sessionToken":"abc\"def","x":1}"#, r#"{"sessionToken":"…","x":1}"#),
            ("secret_key=abc&user=alice", "secret_key=…&user=alice"),
            (
                "miner --password hunter2 -o pool.example:3333",
                "miner --password … -o pool.example:3333",
            ),
            ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
            ("Authorization: abc", "Authorization: …"),
            ("stratum://wallet:x@pool.example:3333/", "stratum://wallet:…@pool.example:3333/"),
            ("https://pool.example/a@b", "https://pool.example/a@b"),
            (
                r#"{"credentials": {"accessKeyId": "AKIA"}}"#,
                r#"{"credentials": {"accessKeyId": "AKIA"}}"#,
            ),
            ("the password of alice", "the password of alice"),
            ("2 123456789012 eni-1 192.0.2.1", "2 123456789012 eni-1 192.0.2.1"),
            ("", ""),
        ] {
            assert_eq!(redacted(text), wanted, "{text}");
        }
        let token = format!("x eyJ{} y", "a".repeat(60));
        assert_eq!(redacted(&token), "x … y");
    }
}
