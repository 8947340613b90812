//! Telemetry as far as it had come at a moment.
//!
//! What comes late must not count early. Each kind of record is there so long after it begins as its
//! source takes at worst (`late_seconds`); a bill, for instance, two days after its day began.

use std::{collections::BTreeMap, sync::Arc};

use firedamp_core::{
    fold::{Accounts, Partial, Plan},
    id::Account,
    scan::{self, Options},
    time::{Span, Time},
};

/// A record of a flow log that says nothing of its length.
const RECORD_SECONDS: i64 = 60;
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// One object, and what is known of it besides.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    /// Its bytes, unpacked.
    pub content: &'a [u8],
    /// The account of records that name none.
    pub account: Option<&'a Account>,
    /// How long after it begins a record of it is there; see [`late_seconds`].
    pub late_seconds: i64,
    /// Sensors on machines wrote it.
    pub is_sensors: bool,
}

/// How long after it begins a record of this format is there, in seconds.
///
/// Flows, names and what sensors saw: when the record is complete. Metrics: five minutes, and one until
/// they can be asked for. Audit logs: fifteen minutes (`CloudTrail`'s documentation; the others are
/// quicker). Alerts: from what they speak of until they are told, as `simulate` has it. Bills: a day
/// until it is over, and 8 to 24 hours more.
#[must_use]
pub fn late_seconds(format: &str, record_seconds: u32) -> i64 {
    let record = if record_seconds == 0 { RECORD_SECONDS } else { i64::from(record_seconds) };
    match format {
        "aws_cloudwatch_metric" | "azure_monitor_metric" | "gcp_monitoring" | "prometheus_text" => {
            6 * MINUTE
        }
        "aws_cloudtrail"
        | "azure_activity"
        | "gcp_audit"
        | "kubernetes_audit"
        | "entra_audit"
        | "entra_sign_in"
        | "microsoft_365_audit"
        | "partner_center_audit" => 15 * MINUTE,
        "aws_guardduty" | "aws_security_hub" => 15 * MINUTE,
        "azure_defender" => HOUR,
        // Its findings say when they were made.
        "gcp_scc" => record,
        "graph_partner_security_alert" | "partner_center_fraud_event" => 24 * HOUR,
        "aws_cur"
        | "azure_cost"
        | "focus"
        | "gcp_billing"
        | "gcp_billing_csv"
        | "oci_cost"
        | "partner_center_usage"
        | "partner_center_usage_items" => 48 * HOUR,
        _ => record,
    }
}

/// The options with what of such records is known at a time.
#[must_use]
pub fn known(at: Time, options: &Options, late_seconds: i64) -> Options {
    let first = options.window.map_or(Time::MIN, |window| window.first);
    let window = Some(Span { first, last: at.plus_seconds(-late_seconds) });
    Options { window, ..options.clone() }
}

/// Reads every piece, as far as it had come at `at`; all of it where nothing is said.
#[must_use]
pub fn read(pieces: &[Piece<'_>], options: &Options, at: Option<Time>) -> Accounts {
    let mut plans: BTreeMap<i64, (Options, Arc<Plan>)> = BTreeMap::new();
    let class = |piece: &Piece<'_>| at.map_or(0, |_| piece.late_seconds);
    for piece in pieces {
        plans.entry(class(piece)).or_insert_with(|| {
            let own = at.map_or_else(|| options.clone(), |at| known(at, options, class(piece)));
            let plan = Arc::new(scan::first_look(&own));
            (own, plan)
        });
    }
    let look = |piece: &Piece<'_>, plan: &Arc<Plan>, own: &Options| -> Partial {
        let own = Options { account: piece.account.cloned(), ..own.clone() };
        scan::read_object(piece.content, usize::MAX, plan, &own)
    };
    let mut accounts = Accounts::default();
    let mut with_traffic: Vec<&Piece<'_>> = Vec::new();
    for piece in pieces {
        let Some((own, plan)) = plans.get(&class(piece)) else { continue };
        let partial = look(piece, plan, own);
        if partial.traffic_records() > 0 {
            with_traffic.push(piece);
        }
        accounts = accounts.merge(partial.into_accounts());
    }
    // Flows and names are as late as their records are long: they share a plan, and a second look.
    for (late, (own, plan)) in &plans {
        let Some(second) = scan::second_look(accounts.answers(), plan, own) else { continue };
        let second = Arc::new(second);
        for piece in with_traffic.iter().filter(|piece| class(piece) == *late) {
            accounts = accounts.merge(look(piece, &second, own).into_accounts());
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_late_comes_late() {
        let late = |format: &str| late_seconds(format, 60);
        let order = ["aws_vpc_flow", "gcp_monitoring", "gcp_audit", "azure_defender", "focus"];
        assert!(order.map(late).is_sorted(), "{:?}", order.map(late));
        assert_eq!(late_seconds("aws_vpc_flow", 0), 60);
        assert_eq!(late_seconds("azure_vnet_flow", 600), 600);
    }

    #[test]
    fn every_format_named_here_exists() {
        let known = |id: &str| firedamp_core::format::FORMATS.iter().any(|one| one.doc().id == id);
        for id in ["aws_cur", "azure_cost", "focus", "gcp_billing_csv", "oci_cost", "gcp_scc"] {
            assert!(known(id), "{id}");
        }
    }
}
