//! Finds what looks like an address, an account number or a mail address in a line of text.

use std::net::Ipv4Addr;

/// Runs of letters and digits.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// IPv4 addresses: four numbers with dots, with no letter, digit or further number at either end.
pub(super) fn addresses(line: &str) -> impl Iterator<Item = Ipv4Addr> {
    let runs = line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')));
    // Host names such as `ip-192-0-2-1` have no dots; `a-192.0.2.1` is an address after a dash.
    let parts = runs.flat_map(|run| run.split('-'));
    parts.filter_map(|part| part.trim_matches('.').parse().ok())
}

/// Numbers of exactly twelve digits that aren't the end of a GUID.
pub(super) fn accounts(line: &str) -> impl Iterator<Item = &str> {
    let guid = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    line.split(guid).filter(|run| !is_guid(run)).flat_map(|run| {
        run.split(['-', '_', '.'])
            .filter(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn is_guid(run: &str) -> bool {
    let lengths: Vec<usize> = run.split('-').map(str::len).collect();
    let hex = run.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    hex && lengths.ends_with(&[8, 4, 4, 4, 12])
}

/// Mail addresses, each with its domain.
pub(super) fn mails(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    line.split(move |c: char| !allowed(c)).filter_map(|word| {
        let word = word.trim_matches(['.', '-', '+']);
        let (name, domain) = word.split_once('@')?;
        let suffix = domain.rsplit_once('.').map_or("", |(_, suffix)| suffix);
        let named = suffix.len() >= 2 && suffix.bytes().all(|byte| byte.is_ascii_alphabetic());
        (!name.is_empty() && named && !domain.contains('@')).then_some((word, domain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_alone() {
        let found = |line| addresses(line).map(|address| address.to_string()).collect::<Vec<_>>();
        assert_eq!(
            found("at 192.0.2.1. And 192.0.2.2:443,192.0.2.3/24"),
            ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
        );
        assert_eq!(
            found("10.0.19041.1 1.2.3 1.2.3.4.5 v1.2.3.4 1.3.6.1.4.1"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_account_is_no_part_of_a_guid() {
        let found = |line| accounts(line).collect::<Vec<_>>();
        assert_eq!(found("00000000-0000-0000-0000-000000000001"), Vec::<&str>::new());
        assert_eq!(found("987654321098-vpc 987654321098_logs"), ["987654321098"; 2]);
        assert_eq!(found("9876543210981 x987654321098"), Vec::<&str>::new());
    }

    #[test]
    fn a_mail_has_a_name_and_a_domain() {
        let found = |line| mails(line).map(|(_, domain)| domain).collect::<Vec<_>>();
        assert_eq!(found("<a.b@c.example>, d@e 'f@v4' @g.example"), ["c.example"]);
    }
}
