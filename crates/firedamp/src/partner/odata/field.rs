//! The properties of an alert, and what they can be compared with.

use crate::store::AlertField;

/// What values a property has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A time.
    Time,
    /// Yes or no.
    Flag,
}

/// A property that conditions may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    /// As programs write it.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) field: AlertField,
    /// What values it has.
    pub(super) kind: Kind,
}

/// Every property of an alert, in the order in which it is written.
pub const PROPERTIES: [&str; 21] = [
    "id",
    "displayName",
    "description",
    "alertType",
    "status",
    "severity",
    "confidenceLevel",
    "customerTenantId",
    "subscriptionId",
    "valueAddedResellerTenantId",
    "catalogOfferId",
    "detectedDateTime",
    "firstObservedDateTime",
    "lastObservedDateTime",
    "resolvedReason",
    "resolvedOnDateTime",
    "resolvedBy",
    "isTest",
    "affectedResources",
    "activityLogs",
    "additionalDetails",
];

const STATUSES: Kind = Kind::Choice(&["active", "investigating", "resolved", "unknownFutureValue"]);
const SEVERITIES: Kind =
    Kind::Choice(&["informational", "low", "medium", "high", "unknownFutureValue"]);
const CONFIDENCES: Kind = Kind::Choice(&["low", "medium", "high", "unknownFutureValue"]);
const REASONS: Kind = Kind::Choice(&["legitimate", "ignore", "fraud", "unknownFutureValue"]);

/// Those that conditions and orders may name.
pub(super) const NAMES: [Name; 15] = [
    Name { name: "id", field: AlertField::Id, kind: Kind::Text },
    Name { name: "alertType", field: AlertField::AlertType, kind: Kind::Text },
    Name { name: "status", field: AlertField::Status, kind: STATUSES },
    Name { name: "severity", field: AlertField::Severity, kind: SEVERITIES },
    Name { name: "confidenceLevel", field: AlertField::Confidence, kind: CONFIDENCES },
    Name { name: "customerTenantId", field: AlertField::Tenant, kind: Kind::Text },
    Name { name: "subscriptionId", field: AlertField::Subscription, kind: Kind::Text },
    Name { name: "valueAddedResellerTenantId", field: AlertField::Reseller, kind: Kind::Text },
    Name { name: "detectedDateTime", field: AlertField::Detected, kind: Kind::Time },
    Name { name: "firstObservedDateTime", field: AlertField::FirstObserved, kind: Kind::Time },
    Name { name: "lastObservedDateTime", field: AlertField::LastObserved, kind: Kind::Time },
    Name { name: "resolvedReason", field: AlertField::ResolvedReason, kind: REASONS },
    Name { name: "resolvedOnDateTime", field: AlertField::Resolved, kind: Kind::Time },
    Name { name: "resolvedBy", field: AlertField::ResolvedBy, kind: Kind::Text },
    Name { name: "isTest", field: AlertField::IsTest, kind: Kind::Flag },
];

/// The property of this name.
pub(super) fn find(name: &str) -> Result<Name, String> {
    let found = NAMES.iter().find(|one| one.name.eq_ignore_ascii_case(name.trim()));
    found.copied().ok_or_else(|| unknown(name))
}

pub(super) fn unknown(name: &str) -> String {
    let name = crate::report::shown(name);
    format!("`{}` is no property that can be asked for here", super::token::excerpt(&name))
}
