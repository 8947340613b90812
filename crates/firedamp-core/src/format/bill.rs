//! What bills share: amounts and units read without floats, dates in every order, sizes of machines
//! found in sentences, and what a meter measures.

mod amount;
mod row;
mod unit;

use std::{borrow::Cow, ops::Range};

use super::NO_TIME;
use crate::{
    event::UsageClass,
    memo::Memo,
    sink::Reason,
    time::{Span, Time},
};

pub(super) use amount::micros;
pub(super) use row::{ROW_FIELDS, check_width, field_amount, width};
pub(super) use unit::Unit;

/// The reason for a line whose quantity or cost is no number.
pub(super) const NO_AMOUNT: Reason = "no readable amount";

/// The longest text in which a size or a member is looked for.
const SEARCH_BYTES_MAX: usize = 4 << 10;

/// Services whose time is processor time. Compared in lower case, letters and digits only.
const COMPUTE_SERVICES: &[&str] = &[
    "appengine",
    "appservice",
    "batch",
    "cloudbuild",
    "clouddataflow",
    "clouddataproc",
    "cloudfunctions",
    "cloudrun",
    "cloudservices",
    "codebuild",
    "compute",
    "container",
    "databricks",
    "ec2",
    "ecs",
    "eks",
    "elasticmapreduce",
    "functions",
    "glue",
    "hdinsight",
    "kubernetes",
    "lambda",
    "lightsail",
    "virtualmachine",
    "workstations",
];

/// Services whose time is that of accelerators, or of machine learning.
const ACCELERATOR_SERVICES: &[&str] =
    &["aiplatform", "cloudtpu", "machinelearning", "sagemaker", "vertexai"];

/// Words by which a meter of time tells that it runs on an accelerator.
const ACCELERATOR_WORDS: &[&str] = &["gpu", "gpus", "nvidia", "tpu", "trainium", "inferentia"];

/// Words by which a meter of time tells that it is no processor time: services for compute stand
/// beside it on the bill.
const OTHER_WORDS: &[&str] = &[
    "additionaladdress",
    "address",
    "backup",
    "balancer",
    "defender",
    "disk",
    "disks",
    "ebsoptimized",
    "endpoint",
    "gateway",
    "idleaddress",
    "inuseaddress",
    "ip",
    "license",
    "licensing",
    "loadbalancer",
    "loadbalancerusage",
    "logs",
    "nat",
    "natgateway",
    "pd",
    "registry",
    "sla",
    "snapshot",
    "snapshots",
    "storage",
    "support",
    "transitgateway",
    "unusedbox",
    "unuseddedicatedres",
    "volume",
    "vpcendpoint",
    "vpn",
    "vpnusage",
];

/// What a meter measures, told from the service's name, the meter's, the unit and the size of
/// machine. Only time is compute: a bill for machines has traffic, disks and requests, too.
pub(super) fn class(service: &str, meter: &str, unit: &Unit<'_>, size: Option<&str>) -> UsageClass {
    thread_local! {
        static CLASSES: Memo<3, UsageClass> = const { Memo::new() };
    }
    if !unit.is_time() {
        return UsageClass::Other;
    }
    let question = [service, meter, size.unwrap_or(NO_SIZE)];
    CLASSES.with(|classes| classes.answer(question, || class_of_time(service, meter, size)))
}

/// Stands for no size among the questions of [`class`].
const NO_SIZE: &str = "\0";

fn class_of_time(service: &str, meter: &str, size: Option<&str>) -> UsageClass {
    let has = |list: &[&str]| words(meter).any(|word| is_in(word, list));
    let runs_in = service_class(service);
    if runs_in == UsageClass::Other || (size.is_none() && has(OTHER_WORDS)) {
        return UsageClass::Other;
    }
    if has(ACCELERATOR_WORDS) || size.is_some_and(is_accelerator) {
        return UsageClass::Accelerator;
    }
    runs_in
}

/// What the time of a service is.
fn service_class(service: &str) -> UsageClass {
    let letters = service.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).take(64).collect();
    let holds = |list: &[&str]| list.iter().any(|part| name.contains(part));
    match () {
        () if holds(ACCELERATOR_SERVICES) => UsageClass::Accelerator,
        () if holds(COMPUTE_SERVICES) => UsageClass::Compute,
        () => UsageClass::Other,
    }
}

/// The words of a text, at capitals too: `NatGateway-Hours` has `NatGateway` and `Hours`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let text = crate::text::truncated(text, SEARCH_BYTES_MAX);
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_in(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether machines of this size carry GPUs or other accelerators, told from the provider's name of
/// it: `p4d.24xlarge`, `ml.g5.xlarge`, `Standard_NC24ads_A100_v4`, `NC6s v3`, `a2-highgpu-8g`,
/// `BM.GPU.H100.8`.
pub(super) fn is_accelerator(size: &str) -> bool {
    let size = crate::text::truncated(size, 64).trim().to_ascii_lowercase();
    let bare = ["ml.", "db.", "cache."].iter().find_map(|prefix| size.strip_prefix(prefix));
    let name = bare.unwrap_or(&size);
    if name.contains("gpu") {
        return true;
    }
    let azure = ["standard_", "basic_"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let family: String = name.chars().take_while(char::is_ascii_lowercase).collect();
    match (azure, name.contains('.'), name.contains('-')) {
        (Some(azure), ..) => azure.starts_with('n'),
        // `gr` is g6 with more memory; `f` carries FPGAs, which mine, too.
        (_, true, _) => matches!(&*family, "p" | "g" | "gr" | "inf" | "trn" | "dl" | "f" | "vt"),
        (_, _, true) => ["a2-", "a3-", "a4-", "a4x-", "g2-", "g4-", "ct"]
            .iter()
            .any(|family| name.starts_with(family)),
        _ => matches!(&*family, "nc" | "nd" | "ng" | "np" | "nv"),
    }
}

/// The class of time on a machine of this size.
pub(super) fn size_class(size: &str) -> UsageClass {
    if is_accelerator(size) { UsageClass::Accelerator } else { UsageClass::Compute }
}

/// The size of an AWS machine in a sentence or a usage type: `$3.06 per On Demand Linux p3.2xlarge
/// Instance Hour`, `USW2-BoxUsage:p3.16xlarge`.
pub(super) fn aws_size(text: &str) -> Option<&str> {
    thread_local! {
        static SIZES: Memo<1, Option<(usize, usize)>> = const { Memo::new() };
    }
    let place = || aws_size_place(text).map(|place| (place.start, place.end));
    let (start, end) = SIZES.with(|sizes| sizes.answer([text], place))?;
    text.get(start..end)
}

fn aws_size_place(text: &str) -> Option<Range<usize>> {
    let text = crate::text::truncated(text, SEARCH_BYTES_MAX);
    let is_end = |letter: char| letter.is_whitespace() || matches!(letter, ':' | '(' | ')' | ',');
    let word = text.split(is_end).find(|word| is_aws_size(word))?;
    let start = word.as_ptr().addr() - text.as_ptr().addr();
    Some(start..start + word.len())
}

fn is_aws_size(word: &str) -> bool {
    let Some((family, size)) = word.rsplit_once('.') else {
        return false;
    };
    let number = size.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let named = matches!(size, "nano" | "micro" | "small" | "medium" | "large" | "metal");
    let measured = size.ends_with("xlarge") || size.starts_with("metal-");
    let starts = family.starts_with(|letter: char| letter.is_ascii_lowercase());
    starts && (named || (measured && (is_number || size.starts_with("metal-"))))
}

/// A text in lower case; borrowed when it is already.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// A currency code in upper case.
pub(super) fn currency(text: Option<&str>) -> Cow<'_, str> {
    let text = text.unwrap_or_default();
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(text.to_ascii_uppercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The text or number of a member of flat JSON, which may lack its braces and have its letters in
/// any case: `"ServiceType": "Standard_D4s_v3","VCPUs": 4`. Escapes are left as they are.
pub(super) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = crate::text::truncated(json, SEARCH_BYTES_MAX);
    loop {
        let (_, after) = rest.split_once('"')?;
        let (key, after) = after.split_once('"')?;
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':').map(str::trim_start) else {
            continue;
        };
        let text = value.strip_prefix('"').and_then(|text| text.split_once('"'));
        if key.eq_ignore_ascii_case(name) {
            let bare = || value.split([',', '}', ']']).next().map(str::trim);
            return text.map(|(text, _)| text).or_else(bare).filter(|text| !text.is_empty());
        }
        rest = text.map_or(after, |(_, rest)| rest);
    }
}

/// The period of a line; without an end, or with an end before its beginning, one instant.
pub(super) fn period(first: Option<&str>, last: Option<&str>) -> Result<Span, Reason> {
    let first = first.and_then(time).ok_or(NO_TIME)?;
    let last = last.and_then(time).filter(|last| *last >= first);
    Ok(Span { first, last: last.unwrap_or(first) })
}

/// Reads a time as bills write it: `2023-11-01T00:00:00.000Z`, `2018-06-01 00:00:00`, `06/25/2021`
/// and `6/5/2021` (month first), and everything that [`Time::parse`] reads.
pub(super) fn time(text: &str) -> Option<Time> {
    let text = text.trim();
    exact(text.as_bytes()).or_else(|| slashed(text)).or_else(|| Time::parse(text))
}

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 86_400_000;

/// The usual writing in UTC, which is most of a bill: some ten times as fast as the general reader.
fn exact(text: &[u8]) -> Option<Time> {
    let (head, rest) = text.split_at_checked(19)?;
    let is_usual = matches!(rest, b"" | b"Z" | b".000Z" | b" UTC" | b"+00:00");
    let marks = head.get(4) == Some(&b'-')
        && head.get(7) == Some(&b'-')
        && matches!(head.get(10), Some(b'T' | b' '))
        && head.get(13) == Some(&b':')
        && head.get(16) == Some(&b':');
    if !(is_usual && marks) {
        return None;
    }
    let number = |from: usize, to: usize| {
        head.get(from..to)?.iter().try_fold(0_i64, |value, byte| {
            byte.is_ascii_digit().then(|| value * 10 + i64::from(byte & 15))
        })
    };
    let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let seconds = hour * 3600 + minute * 60 + second;
    let in_day = hour < 24 && minute < 60 && second < 60;
    in_day.then(|| Time::from_millis(days * DAY_MILLIS + seconds * 1000))
}

/// Days since 1970 of a date in the years that bills are of (after Hinnant, "chrono-compatible
/// low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !((1970..9000).contains(&year) && (1..=length).contains(&day)) {
        return None;
    }
    let shifted = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (shifted / 400, shifted % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A date with the month first, as Azure's enterprise exports write it; a time of day may follow.
fn slashed(text: &str) -> Option<Time> {
    let date = text.split_ascii_whitespace().next()?;
    let mut parts = date.split('/').map(|part| part.parse::<u16>().ok().map(i64::from));
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let days = parts.next().is_none().then(|| days(year, month, day))??;
    Some(Time::from_millis(days * DAY_MILLIS))
}

#[cfg(test)]
mod tests;
