//! Azure network interfaces: an inventory, which tells nothing but who is who.
//!
//! Flow logs know a machine by its card's MAC address, metrics and audit logs by its id, and no log
//! has both. The REST interface and Resource Graph nest the details in `properties`, the command line
//! has them beside the id. MAC addresses have hyphens here, and none in flow logs. A card that hangs
//! on no machine (private endpoints, load balancers) joins nothing.

use super::{BROKEN_JSON, Doc, Example, Fault, RecordFormat, azure::account_of};
use crate::{
    event::Resource,
    json::{Head, fields::Fields},
    sink::Sink,
};

/// The format.
pub struct AzureNetworkInterface;

static DOC: Doc = Doc {
    id: "azure_network_interface",
    title: "Azure network interfaces",
    reads: "What `az network nic list`, the REST interface and Resource Graph list: which card is \
            which machine's. It joins flow logs with metrics.",
    specification: "https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-all",
    rejects: &[BROKEN_JSON],
    examples: &[Example {
        title: "a machine's card, and one of nobody's",
        input: concat!(
            r#"{"value":[{"id":"/subscriptions/5f6e/resourceGroups/g/providers"#,
            r#"/Microsoft.Network/networkInterfaces/vm-nic","#,
            r#""type":"Microsoft.Network/networkInterfaces","properties":{"#,
            r#""macAddress":"00-22-48-00-00-0A","virtualMachine":{"id":"/subscriptions/5f6e"#,
            r#"/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"}}},"#,
            r#"{"id":"/subscriptions/5f6e/resourceGroups/g/providers/Microsoft.Network"#,
            r#"/networkInterfaces/endpoint-nic","type":"Microsoft.Network/networkInterfaces","#,
            r#""properties":{"macAddress":"00-22-48-00-00-0B"}}]}"#
        ),
        events: &[
            "names azure:5f6e /subscriptions/5f6e/resourceGroups/g/providers/Microsoft.Compute\
             /virtualMachines/vm,/subscriptions/5f6e/resourceGroups/g/providers/Microsoft.Network\
             /networkInterfaces/vm-nic",
            "names azure:5f6e /subscriptions/5f6e/resourceGroups/g/providers/Microsoft.Compute\
             /virtualMachines/vm,00224800000A",
        ],
    }],
};

/// What the type of such a resource ends with; those of scale sets begin otherwise.
const TYPE: &str = "/networkinterfaces";

impl RecordFormat for AzureNetworkInterface {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let is_card = |text: &str| text.to_ascii_lowercase().ends_with(TYPE);
        head.has("id") && head.text("type").is_some_and(|name| is_card(&name))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record = serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let card = Fields(&record);
        let details = card.at("properties").unwrap_or(card);
        let Some(machine) = details.text("virtualMachine.id") else {
            return Ok(());
        };
        let mac = details.text("macAddress").map(|mac| mac.replace(['-', ':'], ""));
        for interface in card.text("id").into_iter().chain(mac.as_deref()) {
            let resource = Resource {
                instance: Some(machine),
                interface: Some(interface),
                ..Resource::default()
            };
            sink.names(number, account_of(machine), &resource);
        }
        Ok(())
    }
}
