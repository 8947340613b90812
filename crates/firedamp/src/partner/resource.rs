//! What a resource is called in its cloud, and of which type it is, as far as its id says so.

use std::net::IpAddr;

/// The name that its cloud knows it by: no address where there is another one.
pub(super) fn cloud_id<'a>(id: &'a str, mut aliases: impl Iterator<Item = &'a str>) -> &'a str {
    let is_address = |name: &str| name.parse::<IpAddr>().is_ok();
    match is_address(id) {
        true => aliases.find(|alias| !is_address(alias)).unwrap_or(id),
        false => id,
    }
}

/// The type of a resource: `microsoft.compute/virtualmachines`, `ec2/instance`, `instances`. Nothing
/// where its id does not tell.
pub(super) fn kind(id: &str) -> Option<String> {
    of_arm(id).or_else(|| of_arn(id)).or_else(|| of_path(id)).filter(|kind| !kind.is_empty())
}

/// Of `…/providers/<namespace>/<type>/<name>/<type>/<name>`.
fn of_arm(id: &str) -> Option<String> {
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("providers"));
    parts.next()?;
    let namespace = parts.next()?;
    let types = parts.step_by(2);
    Some(std::iter::once(namespace).chain(types).collect::<Vec<_>>().join("/"))
}

/// Of `arn:aws:<service>:<region>:<account>:<type>/<name>`, and of bare ids of instances.
fn of_arn(id: &str) -> Option<String> {
    if id.starts_with("i-") && !id.contains('/') {
        return Some("ec2/instance".to_string());
    }
    let mut parts = id.strip_prefix("arn:")?.splitn(5, ':').skip(1);
    let service = parts.next()?;
    let named = parts.nth(2)?;
    let kind = named.split(['/', ':']).next().filter(|kind| kind.len() < named.len());
    Some(kind.map_or_else(|| service.to_string(), |kind| format!("{service}/{kind}")))
}

/// Of `projects/<project>/zones/<zone>/instances/<name>`.
fn of_path(id: &str) -> Option<String> {
    let mut parts = id.rsplit('/');
    let (_name, kind) = (parts.next()?, parts.next()?);
    id.contains("projects/").then(|| kind.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_types() {
        let arm =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm";
        let inner = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/\
                     virtualMachineScaleSets/set/virtualMachines/0";
        for (id, found) in [
            (arm, Some("microsoft.compute/virtualmachines")),
            (inner, Some("Microsoft.Compute/virtualMachineScaleSets/virtualMachines")),
            ("i-0abc", Some("ec2/instance")),
            ("arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc", Some("ec2/instance")),
            ("arn:aws:ecs:eu-west-1:111122223333:task/c/t", Some("ecs/task")),
            ("arn:aws:s3:::bucket", Some("s3")),
            ("projects/lab-1/zones/z/instances/vm", Some("instances")),
            ("10.0.0.4", None),
            ("", None),
            ("arn:", None),
            ("/providers", None),
            ("/providers/", None),
        ] {
            assert_eq!(kind(id).as_deref(), found, "{id}");
        }
    }

    #[test]
    fn an_address_is_a_name_of_last_resort() {
        assert_eq!(cloud_id("10.0.0.4", ["10.0.0.5", "i-0abc"].into_iter()), "i-0abc");
        assert_eq!(cloud_id("10.0.0.4", std::iter::empty()), "10.0.0.4");
        assert_eq!(cloud_id("i-0abc", ["i-0def"].into_iter()), "i-0abc");
    }
}
