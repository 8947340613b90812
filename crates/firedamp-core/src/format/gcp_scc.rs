//! Google Security Command Center findings: JSON, from Pub/Sub, the API's lists or exports.
//!
//! The finding stands beside its resource, whose `project` is a number; the project's id is its
//! display name. Detectors of 2021 wrote their data in snake case into `sourceProperties`. Memory is
//! looked at in the paid tiers only: silence says nothing.

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, alert};
use crate::{
    event::{AlertState, Event, Level, ProviderAlert, Resource},
    id::{AccountRef, Provider},
    json::{Head, fields::Fields},
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct GcpScc;

static DOC: Doc = Doc {
    id: "gcp_scc",
    title: "Google Security Command Center findings",
    reads: "Pub/Sub notifications, list replies and bare findings, of today and of 2021.",
    specification: "https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a miner in memory",
        input: concat!(
            r#"{"finding":{"name":"organizations/1/sources/2/findings/f1","state":"ACTIVE","#,
            r#""category":"Execution: Cryptocurrency Mining Hash Match","#,
            r#""resourceName":"//compute.googleapis.com/projects/p/zones/z/instances/123","#,
            r#""eventTime":"2026-03-01T10:50:00Z","createTime":"2026-03-01T10:00:00Z","#,
            r#""severity":"HIGH"},"resource":{"projectDisplayName":"a-project","#,
            r#""displayName":"vm-1","type":"google.compute.Instance"}}"#
        ),
        events: &["alert gcp:a-project scc organizations/1/sources/2/findings/f1 \
             Execution: Cryptocurrency Mining Hash Match Mining High \
             2026-03-01T10:00:00Z..2026-03-01T10:50:00Z updated 2026-03-01T10:50:00Z Open on vm-1 \
             \"Execution: Cryptocurrency Mining Hash Match\""],
    }],
};

impl RecordFormat for GcpScc {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let finding = head.object("finding");
        let bare = |head: &Head<'_>| {
            head.has("category") && (head.has_all(&["name", "resourceName"]) || head.has("canonicalName"))
        };
        finding.as_ref().is_some_and(|finding| finding.has("category")) || bare(head)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let whole = Fields(&tree);
        let finding = whole.at("finding").unwrap_or(whole);
        let Some(category) = finding.text("category") else {
            return Err(Fault::Foreign);
        };
        let last = finding.time(&["eventTime", "event_time", "createTime", "create_time"]);
        let last = last.ok_or(Fault::Rejected(NO_TIME))?;
        let first = finding.time(&["createTime", "create_time"]).unwrap_or(last);
        let resource_name =
            finding.first_text(&["resourceName", "resource_name"]).or(whole.text("resource.name"));
        let alert = ProviderAlert {
            account: AccountRef::new(Provider::Gcp, project(whole, resource_name)),
            product: "scc",
            id: finding.first_text(&["name", "canonicalName"]).unwrap_or(category),
            origin: None,
            type_name: category,
            title: category,
            kind: alert::kind_by_name(category),
            confidence: Level::High,
            sample: alert::is_sample_text(finding.text("description").unwrap_or_default()),
            state: AlertState::Open,
            span: Span::between(first, last),
            updated: last.max(Time::MIN),
            resources: machine(whole, resource_name).into_iter().collect(),
            remotes: alert::addresses(&alert::texts(finding.at("indicator.ipAddresses"))),
            domains: finding
                .elements("indicator.domains")
                .filter_map(|domain| domain.0.as_str())
                .collect(),
        };
        sink.event(number, &Event::Alert(alert));
        Ok(())
    }
}

/// The project's id: its display name, else what stands after `projects/` in the resource's name.
fn project<'a>(whole: Fields<'a>, resource_name: Option<&'a str>) -> &'a str {
    let named = whole.first_text(&[
        "resource.projectDisplayName",
        "resource.project_display_name",
        "resource.gcpMetadata.projectDisplayName",
    ]);
    let in_path = || {
        let (_, rest) = resource_name?.split_once("projects/")?;
        rest.split('/').next()
    };
    named.or_else(in_path).unwrap_or_default()
}

fn machine<'a>(whole: Fields<'a>, resource_name: Option<&'a str>) -> Option<Resource<'a>> {
    let is_project = |name: &&str| !name.ends_with("/projects") && name.contains("instances/");
    let display = whole.first_text(&["resource.displayName", "resource.display_name"]);
    let last = resource_name.filter(is_project).and_then(|name| name.rsplit('/').next());
    let kind = whole.first_text(&["resource.type"]).unwrap_or_default();
    let name = if kind.ends_with("Project") { None } else { display.or(last) };
    Some(Resource { instance: Some(name?), ..Resource::default() })
}
