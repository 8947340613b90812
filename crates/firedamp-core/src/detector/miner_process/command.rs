//! Command lines and scripts taken apart: which programs are run, with which words.
//!
//! This is no shell. It need not run a script, only tell what would run from what is only spoken of:
//! `grep xmrig` from `./xmrig`. Sensors join arguments with blanks, so that quotes are lost; only
//! the text behind a shell's `-c` is taken for a script.

use super::names::{self, Role};

/// Commands looked at in one text; start-up scripts have some hundred.
const COMMANDS_MAX: usize = 2000;
/// Words looked at in one command; a link editor's has some thousand.
const WORDS_MAX: usize = 4000;
/// How deep shells in shells are followed.
const DEPTH_MAX: u32 = 4;

/// One program and its words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Command<'a> {
    /// The whole command, as written.
    pub(super) text: &'a str,
    /// The program as written; empty when there is none.
    pub(super) program: &'a str,
    /// What its name says of it.
    pub(super) role: Role,
    /// What follows it.
    pub(super) words: Vec<&'a str>,
}

/// The commands in a text: a script, or one program with its arguments.
pub(super) fn commands(text: &str, is_script: bool) -> Vec<Command<'_>> {
    let mut found = Vec::new();
    collect(text, is_script, DEPTH_MAX, &mut found);
    found
}

fn collect<'a>(text: &'a str, is_script: bool, depth: u32, found: &mut Vec<Command<'a>>) {
    if !is_script {
        return command(text, depth, found);
    }
    for segment in segments(text) {
        if found.len() >= COMMANDS_MAX {
            return;
        }
        command(segment, depth, found);
    }
}

/// Cuts a script where one command ends: at the end of a line, at `;`, `&&`, `||`, `|` and `&`
/// outside quotes. A `|` or `&` within a word is part of it (`a|b` in a pattern, `&` in an address).
fn segments(script: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let mut before = ' ';
    let cut = move |letter: char| {
        let previous = std::mem::replace(&mut before, letter);
        match (quote, letter) {
            // Heredocs and comments hold lone apostrophes: no quote outlives its line.
            (_, '\n' | '\r') => {
                quote = None;
                return true;
            }
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') if previous != '\\' => quote = Some(letter),
            (None, ';') => return previous != '\\',
            (None, '|' | '&') => {
                return matches!(previous, ' ' | '\t' | '|' | '&' | ')' | '"' | '\'');
            }
            _ => {}
        }
        false
    };
    let joined = |segment: &&str| !segment.trim().is_empty() && !is_comment(segment.trim());
    script.split(cut).filter(joined)
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}

/// The words of a command. Quotes, commas and brackets only stand between words, so that lists in
/// JSON and YAML read like command lines.
pub(super) fn words(command: &str) -> impl Iterator<Item = &str> {
    let between = |letter: char| {
        letter.is_whitespace()
            || matches!(letter, '"' | '\'' | '`' | ',' | '{' | '}' | '(' | ')' | '<' | '\\')
    };
    let words = command.split(between).map(trimmed).filter(|word| !word.is_empty());
    words.take(WORDS_MAX)
}

/// Without the brackets of a list; IPv6 addresses keep theirs.
fn trimmed(word: &str) -> &str {
    if word.contains(':') { word } else { word.trim_matches(['[', ']']) }
}

/// Where a word of `text` begins in it.
fn offset(text: &str, word: &str) -> usize {
    (word.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

fn command<'a>(text: &'a str, depth: u32, found: &mut Vec<Command<'a>>) {
    let all: Vec<&'a str> = words(text).collect();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        if is_before_program(word) {
            at += 1;
            continue;
        }
        let program = word.rsplit_once("ExecStart=").map_or(*word, |(_, program)| program);
        let role = Role::of(&names::base_name(program));
        let rest = all.get(at + 1..).unwrap_or_default();
        match role {
            Role::Wrapper => at += 1 + own_words(rest),
            Role::Shell if depth > 0 => return shell(text, program, rest, depth, found),
            Role::Containers if depth > 0 => return containers(text, program, rest, depth, found),
            _ => return found.push(Command { text, program, role, words: rest.to_vec() }),
        }
    }
    if !all.is_empty() {
        found.push(Command { text, program: "", role: Role::Other, words: all });
    }
}

/// What stands before a program: assignments, the times of a cron line, list marks, keywords.
fn is_before_program(word: &str) -> bool {
    const KEYWORDS: [&str; 16] = [
        "!",
        "&",
        "&&",
        "-",
        ":",
        "CMD",
        "ENTRYPOINT",
        "RUN",
        "do",
        "else",
        "if",
        "runcmd:",
        "then",
        "until",
        "while",
        "|",
    ];
    let is_time =
        || word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'/' | b'-'));
    let is_assignment = || {
        word.split_once('=').is_some_and(|(name, _)| {
            name != "ExecStart"
                && !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    KEYWORDS.contains(&word) || word.starts_with("@reboot") || is_time() || is_assignment()
}

/// How many of these words are a wrapper's own: options and their values, numbers, times.
fn own_words(words: &[&str]) -> usize {
    let mut own = 0;
    while let Some(word) = words.get(own) {
        let with_value = ["-u", "-g", "-s", "-S", "-dmS", "--user", "--signal"].contains(word);
        let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
        let is_own = word.starts_with('-') || is_number || word.contains('=');
        if !is_own {
            break;
        }
        own += 1 + usize::from(with_value);
    }
    own.min(words.len())
}

/// A shell: the script behind its `-c`, else the file that it reads.
fn shell<'a>(
    text: &'a str,
    program: &'a str,
    words: &[&'a str],
    depth: u32,
    found: &mut Vec<Command<'a>>,
) {
    for (at, word) in words.iter().enumerate() {
        let lower = word.to_ascii_lowercase();
        let cluster = lower.starts_with('-') && !lower.starts_with("--") && lower.len() <= 5;
        let is_script = cluster && lower.ends_with('c') && !lower.starts_with("-enc")
            || matches!(lower.as_str(), "/c" | "/k" | "-command" | "--command");
        if is_script {
            let Some(first) = words.get(at + 1) else { break };
            let script = text.get(offset(text, first)..).unwrap_or_default();
            return collect(script, true, depth - 1, found);
        }
        if !word.starts_with(['-', '/', '+']) || word.starts_with('/') && word.len() > 2 {
            let rest = words.get(at + 1..).unwrap_or_default().to_vec();
            let role = match Role::of(&names::base_name(word)) {
                // A script about miners is not a miner.
                Role::Miner if word.ends_with("sh") => Role::Other,
                role => role,
            };
            return found.push(Command { text, program: word, role, words: rest });
        }
    }
    found.push(Command { text, program, role: Role::Shell, words: words.to_vec() });
}

/// A container program: what it runs inside is looked at, not what it lists, shows or applies.
fn containers<'a>(
    text: &'a str,
    program: &'a str,
    words: &[&'a str],
    depth: u32,
    found: &mut Vec<Command<'a>>,
) {
    let verb = words.iter().position(|word| names::is_container_verb(word));
    let role =
        if verb.is_some() || words.contains(&"pull") { Role::Containers } else { Role::Onlooker };
    let inner = verb.and_then(|verb| {
        let after = words.get(verb + 1..)?;
        match after.iter().position(|word| *word == "--") {
            Some(dashes) => after.get(dashes + 1),
            // `docker exec NAME program …`
            None if words.get(verb) == Some(&"exec") => {
                let name = after.iter().position(|word| !word.starts_with('-'))?;
                after.get(name + 1)
            }
            None => None,
        }
    });
    if let Some(inner) = inner {
        command(text.get(offset(text, inner)..).unwrap_or_default(), depth - 1, found);
        if words.get(verb.unwrap_or_default()) == Some(&"exec") {
            return;
        }
    }
    found.push(Command { text, program, role, words: words.to_vec() });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(text: &str, is_script: bool) -> Vec<(&str, Role)> {
        commands(text, is_script).iter().map(|it| (it.program, it.role)).collect()
    }

    #[test]
    fn arguments_are_no_script() {
        assert_eq!(programs("grep -E xmrig|minerd; ls", false), [("grep", Role::Onlooker)]);
        assert_eq!(
            programs("sh -c ps aux | grep -v 'a | b'; /tmp/xmrig -o x", false),
            [("ps", Role::Onlooker), ("grep", Role::Onlooker), ("/tmp/xmrig", Role::Miner)]
        );
    }

    #[test]
    fn wrappers_are_looked_through() {
        for text in [
            "sudo -u alice nohup nice -n 19 ./xmrig",
            "timeout 60s env A=b ./xmrig -k",
            "screen -dmS upd ./xmrig",
            "*/5 * * * * ./xmrig",
            "@reboot ./xmrig",
            "ExecStart=./xmrig",
            "- [ bash, -c, \"./xmrig\" ]",
            "busybox sh -c \"setsid ./xmrig &\"",
        ] {
            assert_eq!(programs(text, true), [("./xmrig", Role::Miner)], "{text}");
        }
    }

    #[test]
    fn containers_are_looked_into() {
        assert_eq!(
            programs("docker exec -it web grep xmrig /a", false),
            [("grep", Role::Onlooker)]
        );
        assert_eq!(programs("kubectl get pods -o wide", false), [("kubectl", Role::Onlooker)]);
        assert_eq!(
            programs("kubectl run a --image=b -- ./xmrig", false),
            [("./xmrig", Role::Miner), ("kubectl", Role::Containers)]
        );
    }

    #[test]
    fn hostile_text_ends() {
        let shells = "sh -c ".repeat(5000);
        assert!(commands(&shells, true).len() <= COMMANDS_MAX);
        let many = "a;".repeat(10_000);
        assert_eq!(commands(&many, true).len(), COMMANDS_MAX);
        assert_eq!(programs("", false), []);
    }
}
