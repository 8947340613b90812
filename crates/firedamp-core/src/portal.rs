//! Links into the providers' own portals, so that one click goes from a case to the place.

use serde::Serialize;

use crate::id::{Account, Provider};

/// Where a person looks an account or a resource up.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Link {
    /// What it leads to: `account`, `activity_log` or `resource`.
    pub to: &'static str,
    /// The address.
    pub url: String,
}

/// Links for an account, and for its likeliest resource when the portal can show it. Amazon's console
/// shows one region at a time: that of the resource, where it is known.
#[must_use]
pub fn links(account: &Account, resource: Option<&str>, region: Option<&str>) -> Vec<Link> {
    let id = escaped(&account.id);
    let link = |to, url: String| Link { to, url };
    let mut links = match account.provider {
        Provider::Azure => vec![
            link("account", format!("{AZURE}/#resource/subscriptions/{id}/overview")),
            link("activity_log", format!("{AZURE}/#resource/subscriptions/{id}/eventlogs")),
        ],
        Provider::Aws => vec![
            link("account", format!("{AWS}/organizations/v2/home/accounts/{id}")),
            link("activity_log", format!("{AWS}/cloudtrailv2/home{}#/events", within(region))),
        ],
        Provider::Gcp => vec![
            link("account", format!("{GOOGLE}/home/dashboard?project={id}")),
            link("activity_log", format!("{GOOGLE}/home/activity?project={id}")),
        ],
        _ => Vec::new(),
    };
    let own = resource.and_then(|resource| of_resource(account.provider, &id, resource, region));
    links.extend(own.map(|url| link("resource", url)));
    links
}

const AWS: &str = "https://console.aws.amazon.com";
const AZURE: &str = "https://portal.azure.com";
const GOOGLE: &str = "https://console.cloud.google.com";

/// The region that Amazon's console opens.
fn within(region: Option<&str>) -> String {
    region.map(|region| format!("?region={}", escaped(region))).unwrap_or_default()
}

fn of_resource(
    provider: Provider,
    account: &str,
    resource: &str,
    region: Option<&str>,
) -> Option<String> {
    let name = escaped(resource);
    match provider {
        Provider::Azure if resource.starts_with("/subscriptions/") => {
            Some(format!("{AZURE}/#resource{}", name.replace("%2F", "/")))
        }
        Provider::Aws if resource.starts_with("i-") => {
            Some(format!("{AWS}/ec2/home{}#InstanceDetails:instanceId={name}", within(region)))
        }
        Provider::Gcp if !resource.contains(['/', '.', ':']) => {
            Some(format!("{GOOGLE}/compute/instances?project={account}&q={name}"))
        }
        _ => None,
    }
}

/// A log's text as part of an address: everything but letters, digits and `-._` by its number
/// (RFC 3986, 2.1).
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(provider: Provider, id: &str, resource: Option<&str>) -> Vec<String> {
        let account = Account { provider, id: id.to_string() };
        links(&account, resource, None).into_iter().map(|link| link.url).collect()
    }

    #[test]
    fn every_large_cloud_has_its_account_and_its_log() {
        for provider in [Provider::Aws, Provider::Azure, Provider::Gcp] {
            let urls = urls(provider, "an-id", None);
            assert_eq!(urls.len(), 2);
            assert!(urls.iter().all(|url| url.starts_with("https://")));
        }
        assert!(urls(Provider::Unknown, "host", Some("x")).is_empty());
    }

    #[test]
    fn amazons_console_opens_the_region_of_the_resource() {
        let account = Account { provider: Provider::Aws, id: "111122223333".to_string() };
        let links = links(&account, Some("i-0abc"), Some("eu-west-3&x"));
        let urls: Vec<&str> = links.iter().map(|link| link.url.as_str()).collect();
        let base = "https://console.aws.amazon.com";
        let region = "?region=eu-west-3%26x";
        assert_eq!(urls[1], format!("{base}/cloudtrailv2/home{region}#/events"));
        let instance = format!("{base}/ec2/home{region}#InstanceDetails:instanceId=i-0abc");
        assert_eq!(urls[2], instance);
    }

    #[test]
    fn a_resource_is_one_click_away() {
        let of = |provider, resource| urls(provider, "s", Some(resource)).pop();
        assert!(of(Provider::Aws, "i-0abc").is_some_and(|url| url.ends_with("instanceId=i-0abc")));
        let vm = "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/v";
        assert!(of(Provider::Azure, vm).is_some_and(|url| url.ends_with(vm)));
        assert!(of(Provider::Gcp, "vm-1").is_some_and(|url| url.ends_with("&q=vm-1")));
    }

    #[test]
    fn what_a_log_says_stays_inside_its_place() {
        let hostile = "i-\"><script>&x=#/../";
        let all = urls(Provider::Aws, hostile, Some(hostile)).join(" ");
        assert!(!all.contains(['"', '<', '>', '&']) && !all.contains("/../"), "{all}");
    }
}
