//! AWS Security Hub findings in the AWS Security Finding Format (ASFF): JSON, one object a finding.
//!
//! Most of what is there says nothing about mining: results of controls, and other products'
//! findings. What `GuardDuty` found is passed on with the finding's ARN as id, so that it is not
//! counted twice. `GuardDuty`'s type stands in `Types` with a dash for its slash
//! (`TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B!DNS`). That a finding is archived,
//! suppressed or resolved is a matter of workflow and no word on whether it was true.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{self, Draft, Named},
};
use crate::{
    event::AlertKind,
    id::Provider,
    json::{Head, fields::Fields},
    net,
    sink::{Reason, Sink},
};

/// The format.
pub struct AwsSecurityHub;

static DOC: Doc = Doc {
    id: "aws_security_hub",
    title: "Security Hub findings (ASFF)",
    reads: "Findings from EventBridge, BatchImportFindings and GetFindings.",
    specification: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a GuardDuty finding passed on",
        input: concat!(
            r#"{"SchemaVersion":"2018-10-08","Id":"arn:aws:guardduty:us-east-1:111122223333:"#,
            r#"detector/d0/finding/46ba0ac2","AwsAccountId":"111122223333","#,
            r#""ProductArn":"arn:aws:securityhub:us-east-1::product/aws/guardduty","#,
            r#""Types":["TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B!DNS"],"#,
            r#""FirstObservedAt":"2026-03-01T10:00:00Z","LastObservedAt":"2026-03-01T11:00:00Z","#,
            r#""UpdatedAt":"2026-03-01T11:20:00Z","Title":"Name of a pool queried.","#,
            r#""Resources":[{"Type":"AwsEc2Instance","#,
            r#""Id":"arn:aws:ec2:us-east-1:111122223333:instance/i-0abc","#,
            r#""Details":{"AwsEc2Instance":{"VpcId":"vpc-0abc","IpV4Addresses":["10.0.0.4"]}}}],"#,
            r#""RecordState":"ACTIVE"}"#
        ),
        events: &["alert aws:111122223333 security_hub \
             arn:aws:guardduty:us-east-1:111122223333:detector/d0/finding/46ba0ac2 \
             TTPs/Command and Control/CryptoCurrency:EC2-BitcoinTool.B!DNS Mining High \
             2026-03-01T10:00:00Z..2026-03-01T11:00:00Z updated 2026-03-01T11:20:00Z Open \
             origin 46ba0ac2 on i-0abc,10.0.0.4,vpc-0abc \"Name of a pool queried.\""],
    }],
};

/// Where the remote address is named, by generations of the format.
const ADDRESS_PATHS: [&str; 3] = [
    "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4",
    "Network.DestinationIpV4",
    "ProductFields.aws/guardduty/service/action/networkConnectionAction/remoteIpDetails/ipAddressV4",
];
/// Where the name that was asked for stands.
const DOMAIN_PATHS: [&str; 3] = [
    "Action.DnsRequestAction.Domain",
    "Network.DestinationDomain",
    "ProductFields.aws/guardduty/service/action/dnsRequestAction/domain",
];

impl RecordFormat for AwsSecurityHub {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["AwsAccountId", "ProductArn"])
            && ["GeneratorId", "SchemaVersion", "Types"].iter().any(|name| head.has(name))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

fn draft(finding: Fields<'_>) -> Result<Draft, Reason> {
    let firsts = ["FirstObservedAt", "CreatedAt", "UpdatedAt"];
    let lasts = ["LastObservedAt", "UpdatedAt", "CreatedAt"];
    let span = alert::span(finding, &firsts, &lasts)?;
    let title = alert::text(finding, &["Title", "Description"]).unwrap_or_default();
    let types = || {
        let all =
            ["Types", "FindingProviderFields.Types"].map(|path| alert::texts(finding.at(path)));
        all.into_iter().flatten()
    };
    let mining = types().find(|name| alert::is_guardduty_mining(name, &title));
    let mut draft = Draft {
        account: alert::text(finding, &["AwsAccountId"]).unwrap_or_default(),
        id: alert::text(finding, &["Id"]).unwrap_or_default(),
        origin: origin(finding),
        kind: if mining.is_some() { AlertKind::Mining } else { AlertKind::Other },
        type_name: mining.or_else(|| types().next()).unwrap_or_default(),
        sample: is_sample(finding, &title),
        title,
        updated: alert::time(finding, &["UpdatedAt"]).unwrap_or(span.last),
        ..Draft::new(Provider::Aws, "security_hub", span)
    };
    for resource in finding.elements("Resources") {
        names(resource).into_iter().for_each(|named| alert::add(&mut draft.resources, named));
    }
    draft.sample |=
        draft.resources.iter().any(|named| named.instance.as_deref() == Some("i-99999999"));
    for path in ADDRESS_PATHS {
        let address = finding.text(path).and_then(alert::public_address);
        address.into_iter().for_each(|address| alert::add(&mut draft.remotes, address));
    }
    for path in DOMAIN_PATHS {
        let domains = alert::domains(finding.at(path));
        domains.into_iter().for_each(|domain| alert::add(&mut draft.domains, domain));
    }
    Ok(draft)
}

/// The id of the `GuardDuty` finding that is passed on.
fn origin(finding: Fields<'_>) -> Option<String> {
    let arn = ["Id", "ProductFields.aws/securityhub/FindingId"]
        .into_iter()
        .filter_map(|path| finding.text(path))
        .find(|arn| alert::contains(arn, ":guardduty:"))?;
    arn.rsplit_once("/finding/").map(|(_, id)| id.to_string())
}

fn is_sample(finding: Fields<'_>, title: &str) -> bool {
    let flag = "ProductFields.aws/guardduty/service/additionalInfo/sample";
    alert::starts_with(title, "[SAMPLE]") || finding.flag(flag).unwrap_or_default()
}

/// The names of one resource, if it runs code: under the same names as in `GuardDuty`.
fn names(resource: Fields<'_>) -> Vec<Named> {
    let (Some(kind), Some(id)) = (resource.text("Type"), resource.text("Id")) else {
        return Vec::new();
    };
    match kind {
        "AwsEc2Instance" => instance_names(resource, id),
        "AwsEcsTask" => vec![Named::instance(id)],
        "AwsEcsCluster" | "AwsEksCluster" | "AwsLambdaFunction" | "Container" => {
            vec![Named::instance(id.rsplit(['/', ':']).next().unwrap_or(id))]
        }
        _ => Vec::new(),
    }
}

fn instance_names(resource: Fields<'_>, id: &str) -> Vec<Named> {
    let instance = alert::ec2_instance(id).unwrap_or(id);
    let details = resource.at("Details.AwsEc2Instance");
    let base = Named {
        network: details.and_then(|details| alert::text(details, &["VpcId"])),
        ..Named::instance(instance)
    };
    let Some(details) = details else {
        return vec![base];
    };
    let mut addresses = alert::addresses(details.at("IpV4Addresses"));
    addresses.retain(|address| net::is_internal(*address));
    let interfaces: Vec<String> = details
        .elements("NetworkInterfaces")
        .filter_map(|interface| alert::text(interface, &["NetworkInterfaceId"]))
        .collect();
    // Addresses and interfaces stand in two lists: which belongs to which is known for one only.
    if addresses.len() <= 1 && interfaces.len() <= 1 {
        let (address, interface) = (addresses.pop(), interfaces.into_iter().next());
        return vec![Named { address, interface, ..base }];
    }
    let with_address =
        addresses.into_iter().map(|address| Named { address: Some(address), ..base.clone() });
    let with_interface = interfaces
        .into_iter()
        .map(|interface| Named { interface: Some(interface), ..base.clone() });
    with_address.chain(with_interface).collect()
}
