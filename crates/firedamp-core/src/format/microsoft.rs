//! What Microsoft's directory and audit logs share: tenants, what operations of the directory mean,
//! addresses as they write them, and names of hosts anywhere in a record.
//!
//! These logs are few beside flows, so their formats read a tree of values.

use std::{borrow::Cow, net::IpAddr};

use serde_json::Value;

use super::{BROKEN_JSON, Fault, RecordFormat, alert};
use crate::{
    event::{Action, ApiCall, CallOutcome, Caller, Event},
    id::{AccountRef, Provider},
    json::{
        Head,
        fields::{self, Fields},
    },
    net::Domain,
    sink::{Reason, Sink},
    text,
    time::Time,
};

/// Values of one record that are looked into.
const VALUES_MAX: usize = 10_000;
/// Names of hosts kept of one record.
const HOSTS_MAX: usize = 64;
/// Bytes kept of one.
const HOST_BYTES_MAX: usize = 2048;

/// What makes a name of a name and no host of it: libraries and packages.
const FILE_ENDINGS: [&str; 8] = ["cs", "dll", "exe", "json", "sdk", "xaml", "xml", "zip"];

/// What operations of the directory mean, by the letters of their name: their blanks, dashes and
/// full stops differ between logs.
const DIRECTORY_ACTIONS: [(&str, Action); 23] = [
    ("addapplication", Action::CreatePrincipal),
    ("addapproleassignmentgranttouser", Action::GrantAccess),
    ("addapproleassignmenttoserviceprincipal", Action::GrantAccess),
    ("adddelegatedpermissiongrant", Action::GrantAccess),
    ("addeligiblemembertorole", Action::GrantAccess),
    ("addmembertorole", Action::GrantAccess),
    ("addmembertorolecompletedpimactivation", Action::GrantAccess),
    ("addmembertoroleinpimcompletedpermanent", Action::GrantAccess),
    ("addmembertoroleoutsideofpimpermanent", Action::GrantAccess),
    ("addownertoapplication", Action::GrantAccess),
    ("addownertoserviceprincipal", Action::GrantAccess),
    ("addpartnertocompany", Action::GrantAccess),
    ("addpasskeydeviceboundcredential", Action::CreateCredential),
    ("addserviceprincipal", Action::CreatePrincipal),
    ("addserviceprincipalcredentials", Action::CreateCredential),
    ("adduser", Action::CreatePrincipal),
    ("adminregisteredsecurityinfo", Action::CreateCredential),
    ("consenttoapplication", Action::GrantAccess),
    ("inviteexternaluser", Action::CreatePrincipal),
    ("resetpasswordbyadmin", Action::CreateCredential),
    ("resetuserpassword", Action::CreateCredential),
    ("updateapplicationcertificatesandsecretsmanagement", Action::CreateCredential),
    ("userregisteredsecurityinfo", Action::CreateCredential),
];
/// The one operation whose name is a sentence.
const ELEVATED: &str = "userhaselevatedtheiraccess";

/// Decodes one record of a format whose body is `read`.
pub(super) fn decode(
    format: &dyn RecordFormat,
    record: &[u8],
    read: fn(Fields<'_>, u64, &mut dyn Sink) -> Result<(), Reason>,
    number: u64,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    // Broken JSON may be mended, and may be anybody's.
    if !Head::parse(record).is_some_and(|head| format.recognises(&head)) {
        return Err(Fault::Foreign);
    }
    let value: Value = serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
    read(Fields(&value), number, sink).map_err(Fault::Rejected)
}

/// A call about the account `id`, of which nothing else is known.
pub(super) fn call<'a>(id: &'a str, time: Time, service: &'a str) -> ApiCall<'a> {
    ApiCall {
        account: AccountRef::new(Provider::Azure, id),
        id: Cow::Borrowed(""),
        time,
        service: service.into(),
        operation: Cow::Borrowed(""),
        action: Action::Other,
        outcome: CallOutcome::Succeeded,
        caller: Caller::default(),
        region: Cow::Borrowed(""),
        resources: Vec::new(),
        compute: None,
        texts: Vec::new(),
    }
}

/// Sends a call. One without id is told from others by what is known of it.
pub(super) fn send(mut call: ApiCall<'_>, number: u64, sink: &mut dyn Sink) {
    if call.id.is_empty() {
        let ApiCall { operation, time, caller, .. } = &call;
        call.id = format!("{operation}@{time}/{}", caller.principal).into();
    }
    sink.event(number, &Event::Call(call));
}

/// The object at `properties`, which some exports write as a text.
pub(super) fn properties(record: Fields<'_>) -> Option<Cow<'_, Value>> {
    match record.at("properties")?.0 {
        Value::String(text) => Some(Cow::Owned(serde_json::from_str(text).ok()?)),
        object => Some(Cow::Borrowed(object)),
    }
}

/// The tenant of a record of the directory: in a member, or in the id of the log's resource
/// (`/tenants/…/providers/Microsoft.aadiam`).
pub(super) fn tenant<'a>(record: Fields<'a>) -> Option<&'a str> {
    let of_resource = || {
        let mut segments = record.text("resourceId")?.split('/');
        segments.find(|segment| segment.eq_ignore_ascii_case("tenants"))?;
        segments.next().filter(|segment| !segment.is_empty())
    };
    record.first_text(&["tenantId", "aadTenantId"]).or_else(of_resource)
}

/// What an operation of the directory means.
pub(super) fn directory_action(operation: &str) -> Action {
    let letters: String = operation.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    if letters.starts_with(ELEVATED) {
        return Action::ElevateAccess;
    }
    let known = DIRECTORY_ACTIONS.iter().find(|(name, _)| *name == letters);
    known.map_or(Action::Other, |(_, action)| *action)
}

/// An address with or without port and brackets; `0.0.0.0` is none.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
    alert::address(text)
        .or_else(|| alert::address(bare))
        .filter(|address| !address.is_unspecified())
}

/// Whether a text is a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    hexadecimal && lengths.eq([8, 4, 4, 4, 12])
}

/// Every text in a record with the name of the member that holds it.
pub(super) fn texts(record: &Value) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut open = vec![("", record)];
    for _ in 0..VALUES_MAX {
        match open.pop() {
            Some((name, Value::String(text))) => found.push((name, text.as_str())),
            Some((name, Value::Array(items))) => {
                open.extend(items.iter().take(VALUES_MAX).map(|item| (name, item)));
            }
            Some((_, Value::Object(members))) => {
                open.extend(members.iter().take(VALUES_MAX).map(|(name, it)| (name.as_str(), it)));
            }
            Some(_) => {}
            None => break,
        }
    }
    found
}

/// Addresses and names of hosts in the texts of a record, as URLs where they stand in URLs, in
/// order. Members in `without` speak of people and places, not of what runs.
pub(super) fn hosts<'a>(record: &'a Value, without: &[&str]) -> Vec<Cow<'a, str>> {
    let told = texts(record).into_iter();
    let told = told.filter(|(name, _)| !without.iter().any(|it| it.eq_ignore_ascii_case(name)));
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "\"'`,;<>(){}|\\=".contains(c);
    let words = told.flat_map(|(_, text)| text.split(is_end));
    let mut hosts: Vec<&str> = words
        .filter(|word| is_host(word))
        .map(|word| text::truncated(word, HOST_BYTES_MAX))
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts.into_iter().take(HOSTS_MAX).map(Cow::Borrowed).collect()
}

fn is_host(word: &str) -> bool {
    if word.contains("://") || alert::public_address(word).is_some() {
        return true;
    }
    let host = word.split([':', '/']).next().unwrap_or(word);
    let ending = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_name = ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name
        && !FILE_ENDINGS.iter().any(|file| ending.eq_ignore_ascii_case(file))
        && !word.contains('@')
        && Domain::parse(host).is_some()
}

/// Whether a word for how something ended means that it worked.
pub(super) fn has_worked(word: &str) -> bool {
    ["0", "partiallysucceeded", "progress", "succeeded", "success", "true"]
        .contains(&word.trim().to_ascii_lowercase().as_str())
}

/// The first of several texts that says something.
pub(super) fn first<'a>(texts: &[Option<&'a str>]) -> Option<&'a str> {
    texts.iter().copied().flatten().find_map(fields::known)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_are_known_however_they_are_written() {
        for name in [
            "Update application – Certificates and secrets management ",
            "Update application - Certificates and secrets management.",
        ] {
            assert_eq!(directory_action(name), Action::CreateCredential);
        }
        assert_eq!(directory_action("Add member to role."), Action::GrantAccess);
        let elevated = "User has elevated their access to User Access Administrator";
        assert_eq!(directory_action(elevated), Action::ElevateAccess);
        assert_eq!(directory_action("Add member to group"), Action::Other);
        assert!(DIRECTORY_ACTIONS.is_sorted_by(|one, other| one.0 < other.0));
    }

    #[test]
    fn addresses_come_with_ports_and_brackets() {
        let read = |text: &str| address(text).map(|address| address.to_string());
        for text in ["[2001:db8::1]:443", "[2001:db8::1]", "2001:db8::1"] {
            assert_eq!(read(text).as_deref(), Some("2001:db8::1"), "{text}");
        }
        assert_eq!(read("192.0.2.1:50001").as_deref(), Some("192.0.2.1"));
        assert_eq!([read("0.0.0.0"), read("<null>"), read("")], [const { None }; 3]);
    }

    #[test]
    fn hosts_are_found_anywhere_and_people_are_not() {
        let record = json!({
            "UserId": "alice.example",
            "a": ["wss://pool.example:443/x", {"b": "run 'eu.pool.example:3333' now"}],
            "c": "{\"uri\":\"203.0.113.9:3333\"} alice@mail.example Own.Plugins.dll 1.2 10.0.0.4",
        });
        let found = hosts(&record, &["UserId"]);
        assert_eq!(found, ["203.0.113.9:3333", "eu.pool.example:3333", "wss://pool.example:443/x"]);
    }
}
