//! Amazon's network interfaces: an inventory, which tells nothing but who is who.
//!
//! Flow logs of the default fields know a machine by its interface, metrics and bills by its id. The
//! owner of the interface is the account whose flow log names it, also where a network is shared. An
//! interface that hangs on no instance (NAT gateways, load balancers, functions) joins nothing.

use super::{BROKEN_JSON, Doc, Example, Fault, RecordFormat};
use crate::{
    event::Resource,
    id::{AccountRef, Provider},
    json::{Head, fields::Fields},
    sink::Sink,
};

/// The format.
pub struct AwsNetworkInterface;

static DOC: Doc = Doc {
    id: "aws_network_interface",
    title: "Amazon EC2 network interfaces",
    reads: "What `aws ec2 describe-network-interfaces` lists: which interface is which instance's. \
            It joins flow logs with metrics.",
    specification: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html",
    rejects: &[BROKEN_JSON],
    examples: &[Example {
        title: "an instance's interface, and a gateway's",
        input: concat!(
            r#"{"NetworkInterfaces":[{"NetworkInterfaceId":"eni-0abc","OwnerId":"111122223333","#,
            r#""PrivateIpAddress":"10.0.0.4","VpcId":"vpc-0abc","InterfaceType":"interface","#,
            r#""Attachment":{"AttachmentId":"eni-attach-0abc","InstanceId":"i-0abc"}},"#,
            r#"{"NetworkInterfaceId":"eni-0def","OwnerId":"111122223333","#,
            r#""InterfaceType":"nat_gateway","Attachment":{"AttachmentId":"eni-attach-0def"}}]}"#
        ),
        events: &["names aws:111122223333 i-0abc,eni-0abc"],
    }],
};

impl RecordFormat for AwsNetworkInterface {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["NetworkInterfaceId", "OwnerId"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record = serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let interface = Fields(&record);
        let owner = interface.scalar("OwnerId").unwrap_or_default();
        let resource = Resource {
            instance: interface.text("Attachment.InstanceId"),
            interface: interface.text("NetworkInterfaceId"),
            ..Resource::default()
        };
        if resource.instance.is_some() && resource.interface.is_some() {
            sink.names(number, AccountRef::new(Provider::Aws, &owner), &resource);
        }
        Ok(())
    }
}
