//! Who made what, in a line.

use firedamp_core::{
    case::{Case, CaseResource},
    event::Signal,
    origin::Created,
};

use super::words::{parts, shown};

/// `created 2026-03-01T10:04Z by alice from 203.0.113.9 without MFA (RunInstances)`.
fn line(verb: &str, created: &Created) -> String {
    let when = match parts(created.at) {
        Some((day, clock)) => format!("{day}T{clock}Z"),
        None => "at an unknown time".to_string(),
    };
    let name = created.name.as_deref().filter(|name| *name != created.by);
    let by = match (created.by.as_str(), name) {
        ("", None) => String::new(),
        ("", Some(name)) | (name, None) => format!(" by {}", shown(name)),
        (by, Some(name)) => format!(" by {} ({})", shown(name), shown(by)),
    };
    let application = created.application.as_deref().map(shown);
    let through = application.map_or_else(String::new, |name| format!(" through {name}"));
    let from = created.address.map_or_else(String::new, |address| format!(" from {address}"));
    let mfa = match created.mfa {
        Some(true) => " with MFA",
        Some(false) => " without MFA",
        None => "",
    };
    format!("{verb} {when}{by}{through}{from}{mfa} ({})", shown(&created.operation))
}

/// How a resource came to be, or why that is not known.
pub(super) fn of_resource(resource: &CaseResource) -> Option<String> {
    told(resource.created.as_ref(), resource.created_unknown.as_deref())
}

/// The same, where the answer is more than that there was no audit log to read.
pub(super) fn of_resource_briefly(case: &Case, resource: &CaseResource) -> Option<String> {
    let read = !case.absent.contains(&Signal::Call.id());
    (read || resource.created.is_some()).then(|| of_resource(resource))?
}

/// How the account came to be, and where it was moved.
pub(super) fn of_account(case: &Case) -> Vec<String> {
    let unknown = case.account_created_unknown.as_deref();
    let created = told(case.account_created.as_ref(), unknown);
    let created = created.map(|line| format!("The account: {line}"));
    let moved = case.account_moved.iter().map(|moved| line("The account: moved", moved));
    created.into_iter().chain(moved).collect()
}

fn told(created: Option<&Created>, unknown: Option<&str>) -> Option<String> {
    let why = unknown.map(|why| format!("who created it is not known: {}", shown(why)));
    created.map(|created| line("created", created)).or(why)
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    #[test]
    fn a_line_says_when_who_whence_and_how() {
        let created = sample::created();
        assert_eq!(
            line("created", &created),
            "created 2026-03-01T10:04Z by arn:aws:iam::111122223333:user/alice from 203.0.113.9 \
             without MFA (RunInstances)"
        );
        let named = Created {
            name: Some("alice".to_string()),
            application: Some("cli".to_string()),
            mfa: None,
            address: None,
            ..created
        };
        assert_eq!(
            line("moved", &named),
            "moved 2026-03-01T10:04Z by alice (arn:aws:iam::111122223333:user/alice) through cli \
             (RunInstances)"
        );
    }

    #[test]
    fn what_is_not_known_has_a_reason() {
        let mut case = sample::case("111122223333");
        let why = "no audit log of this account was read".to_string();
        case.resources[0].created_unknown = Some(why);
        let line = of_resource(&case.resources[0]);
        let wanted = "who created it is not known: no audit log of this account was read";
        assert_eq!(line.as_deref(), Some(wanted));
        case.absent = vec!["control_plane"];
        assert_eq!(of_resource_briefly(&case, &case.resources[0]), None);
        case.account_created = Some(sample::created());
        case.account_moved = vec![sample::created()];
        let lines = of_account(&case);
        assert!(lines[0].starts_with("The account: created 2026-03-01T10:04Z by"), "{lines:?}");
        assert!(lines[1].starts_with("The account: moved 2026-03-01T10:04Z by"), "{lines:?}");
    }
}
