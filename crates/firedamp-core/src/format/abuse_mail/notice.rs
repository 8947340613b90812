//! Who wrote, about which account and which machines.

use std::net::IpAddr;

use super::words;
use crate::{
    format::alert::{self, Named},
    id::Provider,
    net,
    time::Span,
};

/// What a notice tells.
pub(super) struct Notice {
    pub(super) provider: Provider,
    /// The provider as people call it.
    pub(super) sender: &'static str,
    pub(super) account: String,
    pub(super) resources: Vec<Named>,
    pub(super) remotes: Vec<IpAddr>,
    pub(super) span: Option<Span>,
}

/// A provider: what its notices say of themselves, and where their account stands.
struct Kind {
    provider: Provider,
    sender: &'static str,
    /// One of these is in the text, in small letters.
    names: &'static [&'static str],
    account: fn(&str) -> Option<String>,
}

const KINDS: [Kind; 3] = [
    Kind {
        provider: Provider::Gcp,
        sender: "Google Cloud",
        names: &["google cloud", "google compute engine"],
        account: google_project,
    },
    Kind {
        provider: Provider::Aws,
        sender: "AWS",
        names: &["amazon web services", "aws account", "amazon ec2"],
        account: aws_account,
    },
    Kind {
        provider: Provider::Ovh,
        sender: "OVHcloud",
        names: &["ovhcloud", "ovh sas", "ovh.com", "ovh.net"],
        account: ovh_service,
    },
];

/// Reads a text with single spaces; nothing where no known provider names an account.
pub(super) fn read(text: &str) -> Option<Notice> {
    let small = text.to_ascii_lowercase();
    // Who writes names himself first, in the subject or the greeting; a victim may be of another cloud.
    let first = |kind: &Kind| kind.names.iter().filter_map(|name| small.find(*name)).min();
    let named = KINDS.iter().filter_map(|kind| Some((first(kind)?, kind)));
    let (_, kind) = named.min_by_key(|(at, _)| *at)?;
    let account = (kind.account)(text)?;
    let (own, remotes) = addresses(&small);
    let mut resources: Vec<Named> = Vec::new();
    for name in machines(text) {
        alert::add(&mut resources, Named::instance(name));
    }
    for address in own {
        let named = Named { address: Some(address), ..Named::default() };
        alert::add(&mut resources, named);
    }
    let span = words::window(text);
    Some(Notice { provider: kind.provider, sender: kind.sender, account, resources, remotes, span })
}

/// `project NAME (id: ID)`, `project ID: ID`, `projects/ID`.
fn google_project(text: &str) -> Option<String> {
    let after = ["(id:", "(ID:", "project id:", "Project ID:", "projects/"];
    let rest = after.iter().find_map(|mark| text.split_once(mark))?.1;
    let id = rest
        .trim_start()
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || "-.:".contains(letter)));
    let id = id.into_iter().next()?.trim_end_matches(['.', ':', '-']);
    let is_id =
        (4..=64).contains(&id.len()) && id.starts_with(|letter: char| letter.is_ascii_lowercase());
    is_id.then(|| id.to_string())
}

/// Twelve digits after the word "account".
fn aws_account(text: &str) -> Option<String> {
    let mut after_word = 0;
    for word in text.split(' ') {
        let letters = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if letters.to_ascii_lowercase().starts_with("account") {
            after_word = 6;
        } else if after_word > 0 {
            after_word -= 1;
            let digits: String = letters.chars().filter(|letter| *letter != '-').collect();
            if digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Some(digits);
            }
        }
    }
    None
}

/// A project of the public cloud (32 hexadecimal digits) or the name of a server.
fn ovh_service(text: &str) -> Option<String> {
    let words = || {
        text.split([' ', ',', ';', '(', ')', '<', '>', '"'])
            .map(|word| word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()))
    };
    let is_project =
        |word: &&str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_server = |word: &&str| {
        let small = word.to_ascii_lowercase();
        ["ns", "vps", "ks"].iter().any(|start| small.starts_with(start))
            && small.contains('.')
            && small.len() <= 100
    };
    let found = words().find(is_project).or_else(|| words().find(is_server))?;
    Some(found.to_ascii_lowercase())
}

/// Instances of EC2, and of Compute Engine as `NUMBER:ZONE`.
fn machines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(' ').filter_map(|word| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let is_hex = |id: &str| {
            (8..=17).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if word.strip_prefix("i-").is_some_and(is_hex) {
            return Some(word.to_string());
        }
        let (number, zone) = word.split_once(':')?;
        let is_machine = number.len() <= 20
            && number.len() >= 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && zone.contains('-')
            && zone.starts_with(|letter: char| letter.is_ascii_lowercase());
        is_machine.then(|| number.to_string())
    })
}

/// Words after which an address is the other side's, and after which it is the customer's.
const THEIRS: [&str; 7] = ["against", "destination", "pool", "remote", "target", "towards", "vers"];
const OWN: [&str; 9] =
    ["from", "host", "instance", "originating", "server", "serveur", "service", "source", "vm"];

/// Addresses of the customer, and of the other side; by the last word before them that tells.
fn addresses(small: &str) -> (Vec<IpAddr>, Vec<IpAddr>) {
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    let mut is_theirs = false;
    for word in small.split([' ', ',', ';', '=', '(', ')']) {
        let word = word.trim_matches(|letter: char| {
            !(letter.is_ascii_alphanumeric() || "[]:".contains(letter))
        });
        let plain = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if THEIRS.contains(&plain) {
            is_theirs = true;
        } else if OWN.contains(&plain) {
            is_theirs = false;
        } else if let Some(address) = alert::address(word.trim_end_matches(':')) {
            match is_theirs && !net::is_internal(address) {
                true => alert::add(&mut theirs, address),
                false => alert::add(&mut own, address),
            }
        }
    }
    (own, theirs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_where_notices_write_them() {
        assert_eq!(google_project("project X (id: a-shop) may"), Some("a-shop".to_string()));
        assert_eq!(google_project("projects/a-shop/zones"), Some("a-shop".to_string()));
        assert_eq!(google_project("(id: )"), None);
        let account = Some("111122223333".to_string());
        assert_eq!(aws_account("AWS Account ID: 1111-2222-3333."), account);
        assert_eq!(aws_account("your account (111122223333) is"), account);
        assert_eq!(aws_account("case 111122223333"), None);
        let server = ovh_service("your service vps-0a.vps.ovh.net, and");
        assert_eq!(server, Some("vps-0a.vps.ovh.net".to_string()));
    }

    #[test]
    fn a_victim_in_another_cloud_is_not_who_is_written_to() {
        let text = "Your Amazon EC2 Abuse Report: AWS Account ID: 111122223333 attacked Google Cloud \
                    project (id: victim-shop)";
        let told = |text| read(text).map(|notice| (notice.provider, notice.account));
        assert_eq!(told(text), Some((Provider::Aws, "111122223333".to_string())));
        let nameless = "Your Amazon EC2 Abuse Report: Google Cloud project (id: victim-shop)";
        assert_eq!(told(nameless), None);
    }

    #[test]
    fn sides_are_told_by_the_word_before() {
        let (own, theirs) = addresses(
            "from ip 198.51.100.7, 10.0.0.4 to destination ip 203.0.113.9 and source 192.0.2.1:33",
        );
        let texts = |all: Vec<IpAddr>| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(own), ["198.51.100.7", "10.0.0.4", "192.0.2.1"]);
        assert_eq!(texts(theirs), ["203.0.113.9"]);
    }
}
