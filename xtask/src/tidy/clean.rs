//! Cleanness: nothing live in what is published. Addresses come from the ranges kept for documents,
//! account numbers are the vendors' examples, mail goes nowhere, and no key is a key.

mod token;

use std::net::Ipv4Addr;

use super::{Problem, settings::Settings, tree::Tree};

/// Account numbers that vendors use in their own examples.
const ACCOUNTS: [&str; 4] = ["000011112222", "111122223333", "123456789012", "444455556666"];
/// The ends of the domains that nobody can own.
const MAIL: [&str; 6] =
    [".example", ".invalid", ".test", "example.com", "example.net", "example.org"];

/// Checks every text for keys, and what shows telemetry also for live endpoints and people.
pub(super) fn check(tree: &Tree, settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            let mut faults = keys(line);
            if shows_telemetry(path) {
                faults.extend(live(line, settings));
            }
            problems.extend(faults.into_iter().map(|what| Problem::new(path, index + 1, what)));
        }
    }
    problems
}

fn shows_telemetry(path: &str) -> bool {
    let page = path.ends_with(".md") && !path.starts_with("xtask/");
    let shown = ["casebook/", "docs/", "fixtures/"].iter().any(|folder| path.starts_with(folder));
    page || shown || (path.starts_with("crates/") && path.contains("/tests/"))
}

/// Keys, in any file.
fn keys(line: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if line.contains("-----BEGIN ") && line.contains(concat!("PRIVATE ", "KEY-----")) {
        faults.push("a private key: delete it and revoke it".to_owned());
    }
    let names = token::words(line).filter(|word| is_access_key(word));
    faults
        .extend(names.map(|word| format!("`{word}` looks like an AWS key: delete and revoke it")));
    faults
}

fn is_access_key(word: &str) -> bool {
    let prefixed = ["AKIA", "ASIA"].iter().any(|prefix| word.starts_with(prefix));
    let shaped =
        word.len() == 20 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    prefixed && shaped && !word.ends_with("EXAMPLE")
}

/// Endpoints, accounts and people, in what shows telemetry.
fn live(line: &str, settings: &Settings) -> Vec<String> {
    let addresses = token::addresses(line).filter(|address| !is_kept(*address));
    let mut faults: Vec<String> = addresses
        .map(|address| format!("`{address}` may be live: use 192.0.2.0/24 or another kept range"))
        .collect();
    let accounts = token::accounts(line).filter(|account| !ACCOUNTS.contains(account));
    faults.extend(
        accounts.map(|account| format!("`{account}` may be an account: use {}", ACCOUNTS[2])),
    );
    let mails = token::mails(line).filter(|(_, domain)| !is_nobody(domain, settings));
    faults
        .extend(mails.map(|(mail, _)| format!("`{mail}` may be a person: use a .example domain")));
    faults
}

fn is_nobody(domain: &str, settings: &Settings) -> bool {
    let domain = domain.to_ascii_lowercase();
    let ends = MAIL.iter().copied().chain(settings.mail_domains.iter().map(String::as_str));
    ends.into_iter().any(|end| {
        let label = end.trim_start_matches('.');
        domain == label || domain.ends_with(&format!(".{label}"))
    })
}

/// True for an address that belongs to nobody on the internet.
fn is_kept(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_documentation()
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || (a == 198 && (b == 18 || b == 19))
        || (a == 100 && (64..128).contains(&b))
        || a >= 240
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(line: &str) -> usize {
        let settings = "mail_domains = ['service.example.dev']";
        let settings = Settings::parse(settings).expect("settings");
        check(&Tree::of(&[("fixtures/a.in", line)]), &settings).len()
    }

    #[test]
    fn kept_addresses_pass_and_others_do_not() {
        assert_eq!(faults("192.0.2.1 10.1.2.3 198.19.0.1 100.64.0.1 240.0.0.1 0.0.0.0"), 0);
        assert_eq!(faults("8.8.8.8, 198.20.0.1:443"), 2);
    }

    #[test]
    fn example_accounts_pass_and_others_do_not() {
        assert_eq!(faults("arn:aws:iam::123456789012:role/a 1700000000000"), 0);
        assert_eq!(faults("aws:987654321098"), 1);
    }

    #[test]
    fn nobody_gets_mail() {
        assert_eq!(faults("a@b.example c.d@example.com x@service.example.dev @handle"), 0);
        assert_eq!(faults("someone@notexample.com"), 1);
    }

    #[test]
    fn a_key_is_a_fault_anywhere() {
        let key = concat!("AKIA", "ABCDEFGHIJKLMNOP");
        assert_eq!(check(&Tree::of(&[("src/a.rs", key)]), &Settings::default()).len(), 1);
        assert_eq!(faults("AKIAIOSFODNN7EXAMPLE"), 0);
        let pem = concat!("-----BEGIN RSA PRIVATE ", "KEY-----");
        assert_eq!(check(&Tree::of(&[("src/a.rs", pem)]), &Settings::default()).len(), 1);
    }

    #[test]
    fn code_may_name_live_addresses() {
        assert_eq!(check(&Tree::of(&[("crates/a/src/b.rs", "8.8.8.8")]), &Settings::default()), []);
    }
}
