//! Secrets that logs hold and people need not see: values of fields and options that are named like
//! secrets, what stands before the `@` of an address, and keys and tokens that tell themselves. Of the id
//! of an access key, which is no secret, the ends are left: they tell which one it was.
//!
//! There is one mark for all of them. Of command lines more is taken for a secret than of other texts:
//! `-p` has a password behind it there, and a port in a sentence.

mod shape;

use serde_json::Value;

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
/// The whole names of things that are secret, which stand in names of others too.
const WHOLE_NAMES: [&str; 10] = [
    "accesskey",
    "accountkey",
    "masterkey",
    "pass",
    "passcode",
    "passwort",
    "pat",
    "pwd",
    "sharedaccesskey",
    "sig",
];
/// Options that have a secret behind them on command lines, where nothing else goes by that name.
const COMMAND_OPTIONS: [&str; 3] = ["--auth", "--key", "-p"];
/// What stands in the names of variables that are secret, where such a name is no operation's either.
const COMMAND_NAME: &str = "accesskey";
/// Values that are no secret, whatever they are of.
const PLAIN: [&str; 3] = ["false", "null", "true"];
/// Words before a secret.
const SCHEMES: [&str; 2] = ["basic", "bearer"];
/// Letters from which on a text that begins like a JSON Web Token is one.
const TOKEN_LETTERS_MIN: usize = 40;

/// What a text is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    /// A sentence, a record, a list.
    Text,
    /// What a program was started with.
    Command,
}

/// The text without its secrets.
#[must_use]
pub fn redacted(text: &str) -> String {
    shape::redacted(&without_named(text, Kind::Text))
}

/// A command line without its secrets.
#[must_use]
pub fn redacted_command(command: &str) -> String {
    shape::redacted(&without_named(command, Kind::Command))
}

/// Whether something was left out of what is `redacted` now.
#[must_use]
pub fn is_redacted(text: &str) -> bool {
    redacted(text) != text
}

/// Leaves the secrets out of every text of some JSON; out of how many.
pub fn redact(value: &mut Value) -> u64 {
    match value {
        Value::String(text) => {
            let redacted = redacted(text);
            let is_changed = redacted != *text;
            *text = redacted;
            u64::from(is_changed)
        }
        Value::Array(all) => all.iter_mut().map(redact).sum(),
        Value::Object(all) => {
            let member = |(name, value): (&String, &mut Value)| match value {
                Value::String(text)
                    if is_secret(name, Kind::Text) && !matches!(&**text, "" | HIDDEN) =>
                {
                    *text = HIDDEN.to_string();
                    1
                }
                value => redact(value),
            };
            all.iter_mut().map(member).sum()
        }
        _ => 0,
    }
}

/// Some JSON without its secrets, and as it is where it has none.
#[must_use]
pub fn in_json(json: String) -> String {
    if !is_redacted(&json) {
        return json;
    }
    match serde_json::from_str(&json) {
        Ok(mut value) => {
            redact(&mut value);
            value.to_string()
        }
        Err(_) => redacted(&json),
    }
}

/// The text without what is named like a secret.
fn without_named(text: &str, kind: Kind) -> String {
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
        rest = skip_secret(word, after, kind, &mut out);
    }
    without_userinfo(&out, kind)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || "_-.".contains(letter)
}

/// Whether something is named like a secret.
fn is_secret(name: &str, kind: Kind) -> bool {
    if kind == Kind::Command && COMMAND_OPTIONS.iter().any(|one| name.eq_ignore_ascii_case(one)) {
        return true;
    }
    let name: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let name = name.to_lowercase();
    NAMES.iter().any(|secret| name.contains(secret))
        || WHOLE_NAMES.contains(&name.as_str())
        || (kind == Kind::Command && name.ends_with(COMMAND_NAME))
}

/// Writes what stands between a secret's name and its value, and hides the value; the rest.
fn skip_secret<'a>(word: &str, after: &'a str, kind: Kind, out: &mut String) -> &'a str {
    let name: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let name = name.to_lowercase();
    let is_scheme = SCHEMES.contains(&name.as_str());
    let is_secret = is_secret(word, kind);
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
        None => value.find(|letter| ends(letter, kind)),
    };
    let end = end.unwrap_or(value.len());
    // A scheme's name is kept: what stands behind it is hidden when it is come to.
    if SCHEMES.iter().any(|scheme| begins_with_word(value, scheme)) {
        return value;
    }
    let end = if name.contains("authorization") { behind_scheme(value, end, kind) } else { end };
    let is_plain = value.get(..end).is_some_and(|value| PLAIN.contains(&value));
    if end > 0 && !is_plain && !matches!(value.get(..1), Some("{" | "[")) {
        out.push_str(HIDDEN);
        return value.get(end..).unwrap_or_default();
    }
    value
}

/// Whether a value that stands in no quotes ends before this letter. Passwords have any of them, and on a
/// command line nothing but a blank is sure to be none's.
fn ends(letter: char, kind: Kind) -> bool {
    letter.is_whitespace() || (kind == Kind::Text && ",;&}])\"'".contains(letter))
}

fn begins_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        && text.get(word.len()..).is_some_and(|rest| rest.starts_with(' '))
}

/// Where an authorization ends that begins with a scheme of another name, such as `Token abc`.
fn behind_scheme(value: &str, end: usize, kind: Kind) -> usize {
    let (scheme, rest) = value.split_at_checked(end).unwrap_or((value, ""));
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    let Some(rest) = rest.strip_prefix(' ').filter(|_| is_scheme) else {
        return end;
    };
    end + 1 + rest.find(|letter| ends(letter, kind)).unwrap_or(rest.len())
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
fn without_userinfo(text: &str, kind: Kind) -> String {
    let mut parts = text.split("://");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str("://");
        let stops = if kind == Kind::Command { "/" } else { "/\"'<>" };
        let end = part.find(|letter: char| letter.is_whitespace() || stops.contains(letter));
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
    use serde_json::json;

    use super::{redact, redacted, redacted_command};

    #[test]
    fn what_is_only_like_a_secret_is_left() {
        for text in [
            r#"{"passwordResetRequired": true, "secret": null}"#,
            "the passport of alice; a compass: north",
            "arn:aws:iam::111122223333:role/secretary",
            "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/Rg1",
            "AKIA is a prefix, and ASIA a continent",
            "2 111122223333 eni-0abc 10.0.0.4 203.0.113.9 1 443 6 8 1057 1772359200 1772359260 ACCEPT OK",
            "https://pool.example/design?x=1",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn connection_strings_keep_what_they_lead_to() {
        for (text, wanted) in [
            (
                "DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=abc==;EndpointSuffix=x",
                "DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=…;EndpointSuffix=x",
            ),
            ("Server=db.example;Uid=sa;Pwd=hunter2;", "Server=db.example;Uid=sa;Pwd=…;"),
            ("https://a.example/c?sp=r&sig=abc%3D&sv=1", "https://a.example/c?sp=r&sig=…&sv=1"),
        ] {
            assert_eq!(redacted(text), wanted, "{text}");
        }
    }

    #[test]
    fn secrets_are_left_out_of_json_and_counted() {
        let mut value = json!({"commands": [{"command": "x --password=abc", "program": "x"}],
            "clientSecret": "abc", "count": 3, "empty": {"secret": ""}});
        assert_eq!(redact(&mut value), 2);
        let wanted = json!({"commands": [{"command": "x --password=…", "program": "x"}],
            "clientSecret": "…", "count": 3, "empty": {"secret": ""}});
        assert_eq!(value, wanted);
        assert_eq!(redact(&mut value), 0);
    }

    #[test]
    fn once_redacted_it_stays_so() {
        for text in
            ["password=abc", "Authorization: Bearer abc", "a://b:c@d", "AKIAIOSFODNN7EXAMPLE"]
        {
            let once = redacted(text);
            assert_ne!(once, text);
            assert_eq!(redacted(&once), once);
        }
    }

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
            ("Authorization: Token abc, x", "Authorization: …, x"),
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

    #[test]
    fn a_command_line_has_secrets_that_a_sentence_has_not() {
        for (command, wanted, as_text) in [
            ("a -p 80:80 b", "a -p … b", "a -p 80:80 b"),
            ("a --key abc --auth=def", "a --key … --auth=…", "a --key abc --auth=def"),
            ("MY_ACCESS_KEY=abc a", "MY_ACCESS_KEY=… a", "MY_ACCESS_KEY=abc a"),
            ("a --pass x,y;z b", "a --pass … b", "a --pass …,y;z b"),
            ("a -P abc", "a -P …", "a -P abc"),
            ("a tcp://w:x\"y@b.example:1", "a tcp://w:…@b.example:1", "a tcp://w:x\"y@b.example:1"),
        ] {
            assert_eq!(redacted_command(command), wanted);
            assert_eq!(redacted(command), as_text);
            assert_eq!(redacted_command(wanted), wanted, "once is enough");
            assert_eq!(redacted(wanted), wanted, "nor is it marked again as a text");
        }
    }
}
