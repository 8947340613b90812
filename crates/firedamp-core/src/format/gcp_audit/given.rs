//! What a call of Google's gave: the key that it made, the roles that it bound to members of a project,
//! the quota that it raised. Audit logs name them, and of a key nothing that opens.

use serde_json::Value;

use crate::{
    grant::{CONDITIONAL, Grant},
    json::fields,
};

/// Roles of one call that are kept.
const BINDINGS_MAX: usize = 64;
/// Bytes of the name of a key or a quota.
const NAME_BYTES_MAX: usize = 512;

/// The key that a call made, as its answer names it: `projects/…/serviceAccounts/…/keys/…`.
pub(super) fn key(answer: &Value) -> Option<String> {
    let name = fields::known(answer.get("name")?.as_str()?)?;
    let is_key = name.contains("/serviceAccounts/") && name.contains("/keys/");
    (is_key && name.len() <= NAME_BYTES_MAX).then(|| name.to_string())
}

/// Whether a policy of this name is a project's own: those of its accounts, buckets and keys have longer
/// names, and those of folders others.
pub(super) fn is_of_project(resource: &str) -> bool {
    let name = resource.strip_prefix("projects/").unwrap_or(resource);
    !name.is_empty() && !name.contains('/')
}

/// The roles that a change of a project's policy gave, each in one text. What it took is no grant.
pub(super) fn bindings(data: &Value, project: &str) -> Vec<String> {
    let deltas = data.pointer("/policyDelta/bindingDeltas").and_then(Value::as_array);
    let deltas = deltas.into_iter().flatten();
    deltas.filter_map(|delta| binding(delta, project)).take(BINDINGS_MAX).collect()
}

/// The quota that a call asked for more of: `compute.googleapis.com CPUS-per-project-region us-east1`.
pub(super) fn quota(request: &Value) -> Option<String> {
    let text = |pointer: &str| fields::known(request.pointer(pointer)?.as_str()?);
    let (service, id) = (text("/quotaPreference/service")?, text("/quotaPreference/quotaId")?);
    let region = text("/quotaPreference/dimensions/region").map(|region| format!(" {region}"));
    let name = format!("{service} {id}{}", region.unwrap_or_default());
    (name.len() <= NAME_BYTES_MAX).then_some(name)
}

fn binding(delta: &Value, project: &str) -> Option<String> {
    let text = |key: &str| fields::known(delta.get(key)?.as_str()?);
    if text("action")? != "ADD" {
        return None;
    }
    let grant = Grant::Binding { role: text("role")?, member: text("member")?, project };
    let is_conditional = delta.get("condition").is_some_and(|condition| !condition.is_null());
    let written = grant.written()?;
    Some(if is_conditional { format!("{written}{CONDITIONAL}") } else { written })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_key_that_was_made_is_named() {
        let name = "projects/lab-1/serviceAccounts/ci@lab-1.iam.gserviceaccount.com/keys/0123abcd";
        assert_eq!(key(&json!({"name": name, "keyType": "USER_MANAGED"})).as_deref(), Some(name));
        let long = format!("{name}{}", "0".repeat(NAME_BYTES_MAX));
        for other in [json!({"name": "operations/1"}), json!({"name": 1}), json!({"name": long})] {
            assert_eq!(key(&other), None, "{other}");
        }
        assert_eq!(key(&Value::Null), None);
    }

    #[test]
    fn what_a_policy_gave_is_kept_and_what_it_took_is_not() {
        let delta = |action: &str, member: &str| json!({"action": action, "role": "roles/owner", "member": member});
        let mut dated = delta("ADD", "group:g@y.example");
        dated["condition"] =
            json!({"expression": "request.time < timestamp('2027-01-01T00:00:00Z')"});
        let deltas = [
            delta("ADD", "user:x@y.example"),
            delta("REMOVE", "user:boss@y.example"),
            delta("ADD", "user:x -> user:root"),
            dated,
            json!({"action": "ADD", "role": ["roles/owner"], "member": "user:x@y.example"}),
            json!("ADD"),
        ];
        let told = bindings(&json!({"policyDelta": {"bindingDeltas": deltas}}), "lab-1");
        let plain = "roles/owner -> user:x@y.example on lab-1";
        assert_eq!(told, [plain, "roles/owner -> group:g@y.example on lab-1 (conditional)"]);
        assert!(Grant::read(&told[0]).is_some());
        assert_eq!(Grant::read(&told[1]), None, "its condition is not known");
        let many = vec![delta("ADD", "user:x@y.example"); BINDINGS_MAX + 1];
        let many = bindings(&json!({"policyDelta": {"bindingDeltas": many}}), "lab-1");
        assert_eq!(many.len(), BINDINGS_MAX);
        assert_eq!(bindings(&Value::Null, "lab-1"), Vec::<String>::new());
    }

    #[test]
    fn the_quota_that_was_raised_is_named_with_its_region() {
        let asked = |region: Value| {
            let quota = json!({"service": "compute.googleapis.com", "quotaId": "GPUS-per-region",
                "dimensions": {"region": region}, "quotaConfig": {"preferredValue": "64"}});
            super::quota(&json!({"quotaPreference": quota}))
        };
        let named = "compute.googleapis.com GPUS-per-region";
        assert_eq!(asked(json!("us-east1")), Some(format!("{named} us-east1")));
        assert_eq!(asked(Value::Null).as_deref(), Some(named));
        assert_eq!(asked(json!("r".repeat(NAME_BYTES_MAX))), None);
        assert_eq!(quota(&json!({"override": {"overrideValue": "1"}})), None);
    }

    #[test]
    fn the_policy_of_a_project_is_told_from_that_of_what_is_in_it() {
        for (resource, is_own) in [
            ("projects/lab-1", true),
            ("lab-1", true),
            ("projects/lab-1/serviceAccounts/1", false),
            ("organizations/1", false),
            ("folders/1", false),
            ("projects/", false),
            ("", false),
        ] {
            assert_eq!(is_of_project(resource), is_own, "{resource}");
        }
    }
}
