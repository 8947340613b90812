//! What the formats of provider alerts share: a draft that owns its texts, tolerant times, ARM ids,
//! lists inside texts, and the words that name mining.
//!
//! Alerts are few, so their formats read a tree of values and may copy texts. They are also the
//! records that clouds write most carelessly: nothing here fails on a value of the wrong type, and
//! a value that can't be read is the same as a missing one.

use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

use super::{BROKEN_JSON, Fault, NO_TIME, RecordFormat};
use crate::{
    event::{AlertKind, AlertState, Event, Level, ProviderAlert, Resource},
    id::{AccountRef, Provider},
    json::{
        Head,
        fields::{self, Fields},
        repair,
    },
    net::{self, Domain},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// How many resources, addresses or domains of one alert are kept. Real alerts name a few; the
/// limit keeps a hostile one from costing quadratic time.
const NAME_COUNT_MAX: usize = 256;

/// 2000-01-01: earlier times are the clouds' way to write "unset" (`0001-01-01T00:00:00`, 1970).
pub(super) const EARLIEST: Time = Time::from_seconds(946_684_800);

/// What is between `/subscriptions/` and the next slash of an ARM id.
const SUBSCRIPTIONS: &str = "/subscriptions/";

/// Resource providers whose resources run code, lower-case.
const COMPUTE_PROVIDERS: [&str; 9] = [
    "/microsoft.app/",
    "/microsoft.batch/",
    "/microsoft.classiccompute/",
    "/microsoft.compute/",
    "/microsoft.containerinstance/",
    "/microsoft.containerservice/",
    "/microsoft.hybridcompute/",
    "/microsoft.machinelearningservices/",
    "/microsoft.web/",
];

/// What names mining in the types and titles of every provider, once everything but letters and
/// digits is gone: `DigitalCurrencyMining`, `CryptoCoinMiner`, `crypto currency mining`,
/// `Coin-Miner`. Not `cryptocurrency` alone, which wallets and exchanges are too.
const MINING_WORDS: [&str; 4] = ["coinmin", "cryptojack", "cryptomin", "currencymin"];

/// An alert on its way to becoming an event; it owns its texts.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) provider: Provider,
    pub(super) product: &'static str,
    pub(super) account: String,
    pub(super) id: String,
    pub(super) origin: Option<String>,
    pub(super) type_name: String,
    pub(super) title: String,
    pub(super) kind: AlertKind,
    pub(super) confidence: Level,
    pub(super) sample: bool,
    pub(super) state: AlertState,
    pub(super) span: Span,
    pub(super) updated: Time,
    /// By when an answer is due.
    pub(super) due: Option<Time>,
    pub(super) resources: Vec<Named>,
    pub(super) remotes: Vec<IpAddr>,
    pub(super) domains: Vec<String>,
}

/// A [`Resource`] that owns its texts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Named {
    pub(super) instance: Option<String>,
    pub(super) interface: Option<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) network: Option<String>,
}

impl Named {
    /// A resource of which only the machine is known.
    pub(super) fn instance(name: impl Into<String>) -> Self {
        Self { instance: Some(name.into()), ..Self::default() }
    }

    fn as_resource(&self) -> Resource<'_> {
        Resource {
            instance: self.instance.as_deref(),
            interface: self.interface.as_deref(),
            address: self.address,
            network: self.network.as_deref(),
        }
    }
}

impl Draft {
    /// An open alert of kind [`AlertKind::Other`] that names nothing.
    pub(super) const fn new(provider: Provider, product: &'static str, span: Span) -> Self {
        Self {
            provider,
            product,
            account: String::new(),
            id: String::new(),
            origin: None,
            type_name: String::new(),
            title: String::new(),
            kind: AlertKind::Other,
            confidence: Level::High,
            sample: false,
            state: AlertState::Open,
            span,
            updated: span.last,
            due: None,
            resources: Vec::new(),
            remotes: Vec::new(),
            domains: Vec::new(),
        }
    }

    /// Sends the event. An alert without id is told from others by its type and time.
    pub(super) fn send(&self, number: u64, sink: &mut dyn Sink) {
        let made_up;
        let id = if self.id.is_empty() {
            made_up = format!("{}@{}", self.type_name, self.span.first);
            &made_up
        } else {
            &self.id
        };
        let title: Vec<&str> = self.title.split_whitespace().collect();
        let alert = ProviderAlert {
            account: AccountRef::new(self.provider, &self.account),
            product: self.product,
            id,
            origin: self.origin.as_deref(),
            type_name: &self.type_name,
            title: &title.join(" "),
            kind: self.kind,
            confidence: self.confidence,
            sample: self.sample,
            state: self.state,
            span: self.span,
            updated: self.updated,
            due: self.due,
            resources: self.resources.iter().map(Named::as_resource).collect(),
            remotes: self.remotes.clone(),
            domains: self.domains.iter().map(String::as_str).collect(),
        };
        sink.event(number, &Event::Alert(alert));
    }
}

/// Decodes one record of an alert format, mended if need be: its body is `draft`.
pub(super) fn decode(
    format: &dyn RecordFormat,
    record: &[u8],
    draft: fn(Fields<'_>) -> Result<Draft, Reason>,
    number: u64,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let head = Head::parse(record);
    if head.as_ref().is_some_and(|head| !format.recognises(head)) {
        return Err(Fault::Foreign);
    }
    let value = repair::parse(record).ok_or(Fault::Rejected(BROKEN_JSON))?;
    if head.is_none() {
        let mended = value.to_string();
        Head::parse(mended.as_bytes())
            .filter(|head| format.recognises(head))
            .ok_or(Fault::Foreign)?;
    }
    draft(Fields(&value)).map_err(Fault::Rejected)?.send(number, sink);
    Ok(())
}

/// The text, number or flag at the first of several paths that holds one.
pub(super) fn text(fields: Fields<'_>, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| fields.scalar(path)).map(|text| text.trim().to_string())
}

/// The real time at the first of several paths that holds one.
pub(super) fn time(fields: Fields<'_>, paths: &[&str]) -> Option<Time> {
    paths.iter().find_map(|path| fields.time(&[path]).filter(|time| *time >= EARLIEST))
}

/// From the first real time of `firsts` to that of `lasts`; one of them is enough.
pub(super) fn span(fields: Fields<'_>, firsts: &[&str], lasts: &[&str]) -> Result<Span, Reason> {
    match (time(fields, firsts), time(fields, lasts)) {
        (Some(first), Some(last)) => Ok(Span::between(first, last)),
        (Some(time), None) | (None, Some(time)) => Ok(Span::at(time)),
        (None, None) => Err(NO_TIME),
    }
}

/// Whether a type or title names mining.
pub(super) fn names_mining(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    MINING_WORDS.iter().any(|word| letters.contains(word))
}

/// Whether `text` contains `part`, which is lower-case, in any case.
pub(super) fn contains(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(part)
}

/// Whether `text` begins with `prefix` in any case.
pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Adds an item that is not there yet, up to the limit.
pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if list.len() < NAME_COUNT_MAX && !list.contains(&item) {
        list.push(item);
    }
}

/// The texts of an array, of an array written into a text (`"[\r\n \"192.0.2.1\"\r\n]"`), or of
/// one text in which they stand between commas.
pub(super) fn texts(value: Option<Fields<'_>>) -> Vec<String> {
    let Some(Fields(value)) = value else {
        return Vec::new();
    };
    let items = match fields::nested(value) {
        Some(Value::Array(items)) => items,
        _ => value
            .as_str()
            .map(|text| text.split([',', ';']).map(Value::from).collect())
            .unwrap_or_default(),
    };
    let known = |item: &Value| item.as_str().and_then(fields::known).map(ToString::to_string);
    items.iter().filter_map(known).collect()
}

/// The addresses among [`texts`], with or without port.
pub(super) fn addresses(value: Option<Fields<'_>>) -> Vec<IpAddr> {
    let mut found = Vec::new();
    texts(value).iter().filter_map(|text| address(text)).for_each(|one| add(&mut found, one));
    found
}

/// Reads an address, with or without port.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.trim().parse::<SocketAddr>().ok().map(|it| it.ip().to_canonical());
    net::parse_address(text).or_else(with_port)
}

/// Reads an address that means something outside its own network.
pub(super) fn public_address(text: &str) -> Option<IpAddr> {
    address(text).filter(|address| !net::is_internal(*address) && !address.is_unspecified())
}

/// The names among [`texts`] that DNS can hold; documentation has `sample pool domain name` here.
pub(super) fn domains(value: Option<Fields<'_>>) -> Vec<String> {
    let mut found = Vec::new();
    texts(value)
        .into_iter()
        .filter(|text| Domain::parse(text).is_some())
        .for_each(|text| add(&mut found, text));
    found
}

/// An ARM id, lower-case as ARM ids ignore case, from `/subscriptions/` on. Partner Center's
/// documentation writes it with backslashes. `None` for other texts.
pub(super) fn arm_id(text: &str) -> Option<String> {
    let id = text.trim().replace('\\', "/").to_ascii_lowercase();
    let at = id.find(SUBSCRIPTIONS)?;
    id.get(at..).map(|id| id.trim_end_matches('/').to_string())
}

/// The subscription of an ARM id.
pub(super) fn subscription(arm_id: &str) -> Option<&str> {
    let at = arm_id.to_ascii_lowercase().find(SUBSCRIPTIONS)? + SUBSCRIPTIONS.len();
    arm_id.get(at..)?.split('/').next().filter(|id| !id.is_empty())
}

/// Whether an ARM id, lower-case, names something that runs code.
pub(super) fn is_compute(arm_id: &str) -> bool {
    COMPUTE_PROVIDERS.iter().any(|provider| arm_id.contains(provider))
}

/// The instance id at the end of an EC2 ARN (`arn:aws:ec2:…:instance/i-0abc`) or by itself.
pub(super) fn ec2_instance(arn: &str) -> Option<&str> {
    let id = arn.rsplit_once("instance/").map_or(arn, |(_, id)| id);
    id.starts_with("i-").then_some(id)
}

/// Whether a finding type of `GuardDuty`, or passed on from it, is about mining. An attack sequence says so in its title.
pub(super) fn is_guardduty_mining(type_name: &str, title: &str) -> bool {
    let named = ["cryptocurrency:", "bitcoin", "cryptominer"];
    named.iter().any(|name| contains(type_name, name))
        || contains(type_name, "attacksequence:")
            && [type_name, title].into_iter().any(names_mining)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_lists_however_they_are_written() {
        let addresses_of = |value: Value| addresses(Some(Fields(&value)));
        let two: Vec<IpAddr> =
            ["192.0.2.1", "2001:db8::1"].map(|it| it.parse().expect("one")).into();
        assert_eq!(addresses_of(json!(["192.0.2.1", "2001:db8::1"])), two);
        assert_eq!(addresses_of(json!("[\r\n \"192.0.2.1\",\r\n \"2001:db8::1\"\r\n]")), two);
        assert_eq!(addresses_of(json!("192.0.2.1:3333, [2001:db8::1]:3333")), two);
        for none in [json!(7), json!("[  \"vm-ip\"]"), json!({"a": 1}), json!([[1], null])] {
            assert_eq!(addresses_of(none.clone()), [] as [IpAddr; 0], "{none}");
        }
    }

    #[test]
    fn tells_mining_from_its_neighbors() {
        for mining in ["VM_DigitalCurrencyMining", "crypto currency mining pool", "Coin-Miner"] {
            assert!(names_mining(mining), "{mining}");
        }
        for other in ["Cryptographic key read", "cryptocurrency wallet theft", "Data mining", "é"]
        {
            assert!(!names_mining(other), "{other}");
        }
    }

    #[test]
    fn reads_arm_ids_in_any_case_and_slash() {
        let id = arm_id(" \\SUBSCRIPTIONS\\Ab-1\\resourceGroups\\g ").expect("an ARM id");
        assert_eq!(id, "/subscriptions/ab-1/resourcegroups/g");
        assert_eq!(subscription(&id), Some("ab-1"));
        assert_eq!(subscription("/Subscriptions/AB-1"), Some("AB-1"));
        assert_eq!(arm_id("\\sample\\resource\\url "), None);
        assert_eq!(subscription("/subscriptions/"), None);
    }

    #[test]
    fn unset_times_are_none() {
        let value = json!({"a": "0001-01-01T00:00:00", "b": 5, "c": "2021-12-08T00:25:45.69"});
        let found = time(Fields(&value), &["a", "b", "c"]).expect("the third");
        assert_eq!(found.to_string(), "2021-12-08T00:25:45.69Z");
        assert_eq!(span(Fields(&value), &["a"], &["b"]), Err(NO_TIME));
    }
}
