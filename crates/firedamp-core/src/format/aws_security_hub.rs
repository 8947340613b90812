//! AWS Security Hub findings (ASFF): JSON, listed, or in an `EventBridge` event.
//!
//! Security Hub passes on what other products found; the id then holds the other's id, which lets
//! one incident count once. Types put a path before the product's own type and write its slash as a
//! dash: `TTPs/Impact/CryptoCurrency:EC2-BitcoinTool.B!DNS`.

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
pub struct AwsSecurityHub;

static DOC: Doc = Doc {
    id: "aws_security_hub",
    title: "AWS Security Hub findings (ASFF)",
    reads: "Findings one by one, in arrays and in EventBridge events; those of GuardDuty are told.",
    specification: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a finding of GuardDuty, passed on",
        input: concat!(
            r#"{"SchemaVersion":"2018-10-08","#,
            r#""Id":"arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f1","#,
            r#""ProductArn":"arn:aws:securityhub:us-east-1::product/aws/guardduty","#,
            r#""AwsAccountId":"111122223333","#,
            r#""Types":["TTPs/Impact/CryptoCurrency:EC2-BitcoinTool.B!DNS"],"#,
            r#""FirstObservedAt":"2026-03-01T10:00:00Z","LastObservedAt":"2026-03-01T10:50:00Z","#,
            r#""UpdatedAt":"2026-03-01T11:00:00Z","Title":"It mines.","#,
            r#""Resources":[{"Type":"AwsEc2Instance","#,
            r#""Id":"arn:aws:ec2:us-east-1:111122223333:instance/i-0abc"}]}"#
        ),
        events: &["alert aws:111122223333 security_hub \
             arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f1 \
             CryptoCurrency:EC2-BitcoinTool.B!DNS Mining High \
             2026-03-01T10:00:00Z..2026-03-01T10:50:00Z updated 2026-03-01T11:00:00Z Open \
             origin f1 on i-0abc \"It mines.\""],
    }],
};

impl RecordFormat for AwsSecurityHub {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["ProductArn", "AwsAccountId", "Id"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let finding = Fields(&tree);
        let (Some(id), Some(account)) = (finding.text("Id"), finding.text("AwsAccountId")) else {
            return Err(Fault::Foreign);
        };
        let updated = finding.time(&["UpdatedAt", "CreatedAt"]);
        let last =
            finding.time(&["LastObservedAt"]).or(updated).ok_or(Fault::Rejected(NO_TIME))?;
        let first = finding.time(&["FirstObservedAt"]).unwrap_or(last);
        let type_name = type_name(finding);
        let title = finding.text("Title").unwrap_or(type_name);
        let alert = ProviderAlert {
            account: AccountRef::new(Provider::Aws, account),
            product: "security_hub",
            id,
            origin: origin(finding, id),
            type_name,
            title,
            kind: alert::kind_by_name(type_name),
            confidence: Level::High,
            sample: is_sample(finding, title),
            state: AlertState::Open,
            span: Span::between(first, last),
            updated: updated.unwrap_or(Time::MIN).max(last),
            resources: finding.elements("Resources").filter_map(resource).collect(),
            remotes: finding
                .first_text(&["Network.DestinationIpV4", "Network.DestinationIpV6"])
                .and_then(net::parse_address)
                .into_iter()
                .collect(),
            domains: finding.first_text(&["Network.DestinationDomain"]).into_iter().collect(),
        };
        sink.event(number, &Event::Alert(alert));
        Ok(())
    }
}

/// The type that names mining, else the first; without the path before it.
fn type_name<'a>(finding: Fields<'a>) -> &'a str {
    let types = || finding.elements("Types").filter_map(|text| text.0.as_str());
    let found = types().find(|text| alert::names_mining(text)).or_else(|| types().next());
    let found = found.unwrap_or("finding");
    found.rsplit_once('/').map_or(found, |(_, last)| last)
}

/// The id of the `GuardDuty` finding that this one passes on.
fn origin<'a>(finding: Fields<'a>, id: &'a str) -> Option<&'a str> {
    let passed_on = finding.text("ProductArn")?.ends_with("/guardduty");
    let last = id.rsplit('/').next().filter(|last| !last.is_empty());
    last.filter(|_| passed_on || id.starts_with("arn:aws:guardduty:"))
}

fn is_sample(finding: Fields<'_>, title: &str) -> bool {
    // The keys of this object hold dots and slashes; they are no paths.
    let product = finding.at("ProductFields").and_then(|fields| fields.0.as_object());
    let flagged = product.is_some_and(|fields| {
        let sample = fields.get("aws/guardduty/service/additionalInfo/sample");
        sample.is_some_and(|flag| *flag == true || *flag == "true")
    });
    let instance = finding
        .elements("Resources")
        .filter_map(|resource| resource.text("Id"))
        .any(|id| id.ends_with("i-99999999"));
    flagged || instance || alert::is_sample_text(title)
}

fn resource(resource: Fields<'_>) -> Option<Resource<'_>> {
    let id = resource.text("Id")?;
    let kind = resource.text("Type").unwrap_or_default();
    // Keys and groups are no machines.
    if matches!(kind, "AwsAccount" | "AwsIamAccessKey" | "AwsEc2SecurityGroup") {
        return None;
    }
    let name = id.split_once("instance/").map_or(id, |(_, name)| name);
    let details = resource.at("Details.AwsEc2Instance");
    let address = details.and_then(|details| details.elements("IpV4Addresses").next());
    let interface = kind == "AwsEc2NetworkInterface";
    Some(Resource {
        instance: (!interface).then_some(name),
        interface: interface.then(|| name.rsplit('/').next()).flatten(),
        address: address.and_then(|address| net::parse_address(address.0.as_str()?)),
        network: details.and_then(|details| details.text("VpcId")),
    })
}
