//! Who made what, in a line.

use firedamp_core::{
    case::{Case, CaseResource},
    event::Signal,
    origin::Created,
    saying::{Blank, Saying},
};

use super::words::parts;

/// `created 2026-03-01T10:04Z by alice from 203.0.113.9 without MFA (RunInstances)`.
fn line(id: &'static str, created: &Created) -> Saying {
    let said = Saying::of(id);
    let said = match parts(created.at) {
        Some(_) => said.with("when", Blank::Moment(created.at)),
        None => said.say("when", Saying::of("told-made.never")),
    };
    let name = created.name.as_deref().filter(|name| *name != created.by);
    let who = match (created.by.as_str(), name) {
        ("", None) => None,
        ("", Some(name)) | (name, None) => Some(name.to_string()),
        (by, Some(name)) => Some(format!("{name} ({by})")),
    };
    let application = created.application.as_deref();
    let through = |name| Saying::of("told-made.through").text("application", name);
    let from = |address| Saying::of("told-made.from").text("address", address);
    let mfa =
        created.mfa.map(|mfa| if mfa { "told-made.with-mfa" } else { "told-made.without-mfa" });
    said.say("by", who.map(|who| Saying::of("told-made.by").text("who", who)))
        .say("through", application.map(through))
        .say("from", created.address.map(from))
        .say("mfa", mfa.map(Saying::of))
        .text("operation", &created.operation)
}

/// How a resource came to be, or why that is not known.
pub(super) fn of_resource(resource: &CaseResource) -> Option<Saying> {
    let unknown = resource.created_unknown.as_ref();
    told(("told-made", "told-unmade"), resource.created.as_ref(), unknown)
}

/// The same, where the answer is more than that there was no audit log to read.
pub(super) fn of_resource_briefly(case: &Case, resource: &CaseResource) -> Option<Saying> {
    let read = !case.absent.contains(&Signal::Call.id());
    (read || resource.created.is_some()).then(|| of_resource(resource))?
}

/// How the account came to be, and where it was moved.
pub(super) fn of_account(case: &Case) -> Vec<Saying> {
    let unknown = case.account_created_unknown.as_ref();
    let ids = ("told-made.account", "told-unmade.account");
    let created = told(ids, case.account_created.as_ref(), unknown);
    let moved = case.account_moved.iter().map(|moved| line("told-made.moved", moved));
    created.into_iter().chain(moved).collect()
}

fn told(
    (made, unmade): (&'static str, &'static str),
    created: Option<&Created>,
    unknown: Option<&Saying>,
) -> Option<Saying> {
    let why = unknown.map(|why| Saying::of(unmade).say("why", why.clone()));
    created.map(|created| line(made, created)).or(why)
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use crate::language::english;

    #[test]
    fn a_line_says_when_who_whence_and_how() {
        let created = sample::created();
        assert_eq!(
            english(&line("told-made", &created)),
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
            english(&line("told-made.moved", &named)),
            "The account: moved 2026-03-01T10:04Z by alice (arn:aws:iam::111122223333:user/alice) through cli \
             (RunInstances)"
        );
    }

    #[test]
    fn what_is_not_known_has_a_reason() {
        let mut case = sample::case("111122223333");
        case.resources[0].created_unknown = Some(Saying::of("origin-no-log"));
        let line = of_resource(&case.resources[0]).map(|said| english(&said));
        let wanted = "who created it is not known: no audit log of this account was read";
        assert_eq!(line.as_deref(), Some(wanted));
        case.absent = vec!["control_plane"];
        assert_eq!(of_resource_briefly(&case, &case.resources[0]), None);
        case.account_created = Some(sample::created());
        case.account_moved = vec![sample::created()];
        let lines: Vec<String> = of_account(&case).iter().map(english).collect();
        assert!(lines[0].starts_with("The account: created 2026-03-01T10:04Z by"), "{lines:?}");
        assert!(lines[1].starts_with("The account: moved 2026-03-01T10:04Z by"), "{lines:?}");
    }
}
