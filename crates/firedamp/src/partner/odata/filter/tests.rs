use super::*;
use crate::{partner::odata::field::NAMES, store::AlertField};

fn status(relation: Relation, value: &str) -> Condition {
    Condition::Is(AlertField::Status, relation, Operand::Text(value.to_string()))
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    let read = parse("status eq 'active' or not isTest eq true and severity eq 'high'");
    let test = Condition::Is(AlertField::IsTest, Relation::Equal, Operand::Flag(true));
    let high =
        Condition::Is(AlertField::Severity, Relation::Equal, Operand::Text("high".to_string()));
    let both = Condition::All(vec![Condition::Not(Box::new(test)), high]);
    assert_eq!(read, Ok(Condition::Any(vec![status(Relation::Equal, "active"), both])));
}

#[test]
fn values_are_read_as_their_property_has_them() {
    let moment = "detectedDateTime ge 2026-03-01T00:00:00Z";
    let at = Time::parse("2026-03-01T00:00:00Z").expect("a time");
    let later = Condition::Is(AlertField::Detected, Relation::AtLeast, Operand::Time(at));
    assert_eq!(parse(moment), Ok(later));
    let open = Condition::Is(AlertField::ResolvedReason, Relation::Equal, Operand::Null);
    assert_eq!(parse("( resolvedReason eq null )"), Ok(open));
    let typed = "status eq microsoft.graph.partner.security.securityAlertStatus'Resolved'";
    assert_eq!(parse(typed), Ok(status(Relation::Equal, "resolved")));
    let among = Condition::Any(vec![
        status(Relation::Equal, "active"),
        status(Relation::Equal, "investigating"),
    ]);
    assert_eq!(parse("Status in ('active','investigating')"), Ok(among));
    let quoted = parse("customerTenantId eq 'it''s'");
    let tenant = Operand::Text("it's".to_string());
    assert_eq!(quoted, Ok(Condition::Is(AlertField::Tenant, Relation::Equal, tenant)));
}

#[test]
fn what_is_no_filter_is_refused_with_a_word() {
    for text in [
        "",
        "status",
        "status eq",
        "status eq active",
        "status eq 'asleep'",
        "status like 'active'",
        "status gt 'active'",
        "'active' eq status",
        "colour eq 'red'",
        "status eq 'active",
        "(status eq 'active'",
        "status eq 'active')",
        "status eq 'active' status eq 'active'",
        "status eq 'active' and",
        "isTest eq maybe",
        "detectedDateTime gt yesterday",
        "detectedDateTime gt null",
        "status in ()",
        "status in ('active' 'resolved')",
        "contains(displayName,'x')",
        "status eq 'active'; DROP TABLE \"case\"",
    ] {
        let word = parse(text).expect_err(text);
        assert!(word.chars().count() < 200, "{word}");
    }
}

#[test]
fn depth_and_length_have_bounds() {
    let deep = |depth: usize| format!("{}isTest eq true{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(DEPTH_MAX - 1)).is_ok());
    assert!(parse(&deep(DEPTH_MAX)).is_err() && parse(&deep(900)).is_err());
    assert!(parse(&"not ".repeat(900)).is_err());
    let long = |count: usize| vec!["isTest eq true"; count].join(" or ");
    assert!(parse(&long(COMPARISONS_MAX)).is_ok());
    assert!(parse(&long(COMPARISONS_MAX + 1)).is_err());
    assert!(parse(&",".repeat(5000)).is_err());
}

/// Words, texts and signs in any order, some of them cut: nothing may break, and what is read is
/// within the bounds.
#[test]
fn whatever_is_sent_is_answered() {
    let mut dice = fastrand::Rng::with_seed(70);
    let mut words: Vec<&str> = NAMES.iter().map(|one| one.name).collect();
    words.extend([
        "isTest eq true",
        "eq",
        "ne",
        "gt",
        "in",
        "and",
        "or",
        "not",
        "null",
        "true",
        "(",
        ")",
        ",",
    ]);
    words.extend(["'active'", "'", "''", "2026-03-01T00:00:00Z", "é", "\u{202e}", "%", "\0", "$"]);
    let mut read = 0;
    for _ in 0..20_000 {
        let some: Vec<&str> =
            (0..dice.usize(..12)).map(|_| words[dice.usize(..words.len())]).collect();
        let mut text = some.join(if dice.bool() { " " } else { "" });
        if dice.u8(..4) == 0 {
            let end = text.floor_char_boundary(dice.usize(..=text.len()));
            text.truncate(end);
        }
        read += usize::from(parse(&text).is_ok());
    }
    assert!(read > 0, "no filter of so many was one");
}
