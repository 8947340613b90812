//! Amazon `GuardDuty` findings: JSON, as exported to S3, sent by `EventBridge` or listed by the API.
//!
//! The same finding is exported again with a larger count when it goes on: its id stays. Generated
//! sample findings look real but for a flag and an instance `i-99999999`. `GuardDuty`'s severity is
//! no confidence: every finding counts as sure.

use std::net::IpAddr;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, alert};
use crate::{
    event::{AlertState, Event, Level, ProviderAlert, Resource},
    id::{AccountRef, Provider},
    json::{Head, fields::Fields},
    net,
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct AwsGuardDuty;

static DOC: Doc = Doc {
    id: "aws_guardduty",
    title: "Amazon GuardDuty findings",
    reads: "Exported JSON lines, EventBridge events and GetFindings replies, in either case of keys.",
    specification: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "an instance talks to a pool",
        input: concat!(
            r#"{"schemaVersion":"2.0","accountId":"111122223333","id":"f1","#,
            r#""type":"CryptoCurrency:EC2/BitcoinTool.B","severity":8,"#,
            r#""updatedAt":"2026-03-01T11:00:00.000Z","title":"It mines.","#,
            r#""resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0abc","#,
            r#""networkInterfaces":[{"networkInterfaceId":"eni-0abc","#,
            r#""privateIpAddress":"10.0.0.4","vpcId":"vpc-0abc"}]}},"#,
            r#""service":{"eventFirstSeen":"2026-03-01T10:00:00.000Z","#,
            r#""eventLastSeen":"2026-03-01T10:50:00.000Z","count":3,"#,
            r#""action":{"networkConnectionAction":{"remoteIpDetails":"#,
            r#"{"ipAddressV4":"203.0.113.9"}}}}}"#
        ),
        events: &["alert aws:111122223333 guardduty f1 CryptoCurrency:EC2/BitcoinTool.B Mining High \
             2026-03-01T10:00:00Z..2026-03-01T10:50:00Z updated 2026-03-01T11:00:00Z Open \
             on i-0abc,eni-0abc,10.0.0.4,vpc-0abc to 203.0.113.9 \"It mines.\""],
    }],
};

/// The instance of every generated sample.
const SAMPLE_INSTANCE: &str = "i-99999999";

impl RecordFormat for AwsGuardDuty {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["type", "accountId", "service", "resource"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let finding = Fields(&tree);
        let (Some(type_name), Some(service)) = (finding.text("type"), finding.at("service")) else {
            return Err(Fault::Foreign);
        };
        let updated = finding.time(&["updatedAt", "createdAt"]);
        let last = service.time(&["eventLastSeen"]).or(updated).ok_or(Fault::Rejected(NO_TIME))?;
        let first = service.time(&["eventFirstSeen"]).unwrap_or(last);
        let title = finding.text("title").unwrap_or(type_name);
        let mut kind = alert::kind_by_name(type_name);
        if type_name.starts_with("AttackSequence") {
            kind = kind.max(alert::kind_by_name(title));
        }
        let alert = ProviderAlert {
            account: AccountRef::new(Provider::Aws, finding.text("accountId").unwrap_or_default()),
            product: "guardduty",
            id: finding.text("id").unwrap_or(type_name),
            origin: None,
            type_name,
            title,
            kind,
            confidence: Level::High,
            sample: is_sample(finding, service, title),
            state: AlertState::Open,
            span: Span::between(first, last),
            updated: updated.unwrap_or(Time::MIN).max(last),
            resources: resources(finding),
            remotes: remotes(service),
            domains: service
                .first_text(&["action.dnsRequestAction.domain"])
                .into_iter()
                .collect(),
        };
        sink.event(number, &Event::Alert(alert));
        Ok(())
    }
}

fn is_sample(finding: Fields<'_>, service: Fields<'_>, title: &str) -> bool {
    let flagged = service.flag("additionalInfo.sample") == Some(true);
    // The export puts additional information as JSON into a text as well.
    let nested = service.text("additionalInfo.value").is_some_and(|text| {
        text.replace(' ', "").contains("\"sample\":true")
    });
    let instance = finding.text("resource.instanceDetails.instanceId") == Some(SAMPLE_INSTANCE);
    let generated = title.contains("GeneratedFinding") || alert::is_sample_text(title);
    flagged || nested || instance || generated
}

fn remotes(service: Fields<'_>) -> Vec<IpAddr> {
    let details = service.at("action.networkConnectionAction.remoteIpDetails");
    let one = details.and_then(|details| details.first_text(&["ipAddressV4", "ipAddressV6"]));
    one.and_then(net::parse_address).into_iter().collect()
}

fn resources(finding: Fields<'_>) -> Vec<Resource<'_>> {
    let Some(resource) = finding.at("resource") else {
        return Vec::new();
    };
    let instance = resource.first_text(&[
        "instanceDetails.instanceId",
        "lambdaDetails.functionArn",
        "lambdaDetails.functionName",
        "ecsClusterDetails.taskDetails.arn",
        "ecsClusterDetails.arn",
        "eksClusterDetails.name",
        "containerDetails.id",
    ]);
    let interfaces: Vec<Resource<'_>> = resource
        .elements("instanceDetails.networkInterfaces")
        .map(|interface| Resource {
            instance,
            interface: interface.text("networkInterfaceId"),
            address: interface.text("privateIpAddress").and_then(net::parse_address),
            network: interface.text("vpcId"),
        })
        .collect();
    match (interfaces.is_empty(), instance) {
        (false, _) => interfaces,
        (true, Some(_)) => vec![Resource { instance, ..Resource::default() }],
        (true, None) => Vec::new(),
    }
}
