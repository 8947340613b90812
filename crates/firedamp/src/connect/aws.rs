//! Which logs of an AWS account are off.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Finding, Inventory, Place, inventory::text, quoted};

/// Whose answers are read.
pub(super) const QUESTIONS: &[&str] = &[
    "aws ec2 describe-vpcs",
    "aws ec2 describe-flow-logs",
    "aws route53resolver list-resolver-query-log-config-associations",
    "aws cloudtrail describe-trails",
    "aws sts get-caller-identity",
];

pub(super) fn check(inventory: &Inventory, place: &Place) -> Vec<Finding> {
    let vpcs: BTreeMap<&str, &str> =
        inventory.list("Vpcs").map(|vpc| (text(vpc, "/VpcId"), text(vpc, "/OwnerId"))).collect();
    let mut findings = Vec::new();
    if inventory.has("FlowLogs") {
        let is_good = |log: &&Value| {
            text(log, "/FlowLogStatus") == "ACTIVE" && text(log, "/TrafficType") != "REJECT"
        };
        let on = inventory.list("FlowLogs").filter(is_good).map(|log| text(log, "/ResourceId"));
        findings.extend(networks(&vpcs, &on.collect(), "flow log", |vpc| {
            format!(
                "aws ec2 create-flow-logs --resource-type VPC --resource-ids {} --traffic-type ALL \
                 --max-aggregation-interval 60 --log-destination-type s3 --log-destination \
                 arn:aws:s3:::{}",
                quoted(vpc),
                place.bucket
            )
        }));
    }
    let associations = "ResolverQueryLogConfigAssociations";
    if inventory.has(associations) {
        let is_on = |one: &&Value| text(one, "/Status") == "ACTIVE";
        let on = inventory.list(associations).filter(is_on).map(|one| text(one, "/ResourceId"));
        findings.extend(networks(&vpcs, &on.collect(), "DNS query log", |vpc| {
            format!(
                "aws route53resolver associate-resolver-query-log-config --resource-id {} \
                 --resolver-query-log-config-id $(aws route53resolver \
                 create-resolver-query-log-config --name firedamp --creator-request-id firedamp \
                 --destination-arn arn:aws:s3:::{} --query ResolverQueryLogConfig.Id --output text)",
                quoted(vpc),
                place.bucket
            )
        }));
    }
    if inventory.has("trailList") {
        findings.extend(trails(inventory, &vpcs, place));
    }
    findings
}

fn account(id: &str) -> String {
    format!("aws:{}", if id.is_empty() { "unknown" } else { id })
}

fn networks(
    vpcs: &BTreeMap<&str, &str>,
    on: &BTreeSet<&str>,
    log: &'static str,
    command: impl Fn(&str) -> String,
) -> Vec<Finding> {
    let finding = |(vpc, owner): (&&str, &&str)| {
        let is_on = on.contains(vpc);
        Finding {
            account: account(owner),
            log,
            of: (*vpc).to_string(),
            is_on,
            command: (!is_on).then(|| command(vpc)),
        }
    };
    vpcs.iter().map(finding).collect()
}

/// A trail of all regions, of this account or of its organisation.
fn trails(inventory: &Inventory, vpcs: &BTreeMap<&str, &str>, place: &Place) -> Vec<Finding> {
    let owner = |trail: &Value| text(trail, "/TrailARN").split(':').nth(4).map(str::to_string);
    let whole = |trail: &&Value| trail.get("IsMultiRegionTrail") == Some(&Value::Bool(true));
    let good: Vec<&Value> = inventory.list("trailList").filter(whole).collect();
    let of_all = |trail: &&&Value| trail.get("IsOrganizationTrail") == Some(&Value::Bool(true));
    let is_everywhere = good.iter().any(|trail| of_all(&trail));
    let with: BTreeSet<String> = good.iter().filter_map(|trail| owner(trail)).collect();
    let mut accounts: BTreeSet<String> = vpcs.values().map(ToString::to_string).collect();
    accounts.extend(inventory.list("trailList").filter_map(owner));
    accounts.extend(inventory.single("Account"));
    let finding = |id: String| {
        let is_on = is_everywhere || with.contains(&id);
        let command = format!(
            "aws cloudtrail create-trail --name firedamp --is-multi-region-trail \
             --s3-bucket-name {} && aws cloudtrail start-logging --name firedamp",
            place.bucket
        );
        Finding {
            account: account(&id),
            log: "audit log (CloudTrail)",
            of: "all regions".to_string(),
            is_on,
            command: (!is_on).then_some(command),
        }
    };
    accounts.into_iter().map(finding).collect()
}
