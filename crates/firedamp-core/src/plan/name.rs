//! Names as their clouds give them. Whatever else stands in a log was written by somebody who wants
//! something: it never gets into a command. Besides quoting this keeps out what the clouds' own tools
//! take for more than a name: options (`-x`), files (`@file`, `file://…`) and addresses.

/// Bytes of the longest name; ARM ids reach a few hundred.
const NAME_BYTES_MAX: usize = 1024;

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(allowed)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

/// `i-0abc`: an EC2 instance.
#[must_use]
pub fn is_instance(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|rest| {
        rest.len() <= 17 && all(rest, |byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// A name in AWS: of a group, a user, a role, a cluster. AWS allows more; what is stranger is looked
/// up by hand.
#[must_use]
pub fn is_aws(text: &str) -> bool {
    text.len() <= 255
        && text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && all(text, |byte| is_word(byte) || b"+=,@".contains(&byte))
}

/// `AKIA…`: a long-lived access key. Temporary ones (`ASIA…`) end with their session.
#[must_use]
pub fn is_access_key(text: &str) -> bool {
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (16..=128).contains(&text.len()) && text.starts_with("AKIA") && all(text, upper)
}

/// The ARN of a managed policy: Amazon's own, or one of an account.
#[must_use]
pub fn is_policy(text: &str) -> bool {
    text.len() <= 512
        && text.starts_with("arn:aws")
        && text.contains(":policy/")
        && all(text, |byte| is_word(byte) || b":/+=,@".contains(&byte))
}

/// A function of Lambda by its name alone, or the id of a statement of its policy.
#[must_use]
pub fn is_function(text: &str) -> bool {
    text.len() <= 140
        && text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && all(text, |byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// A role of Google's: one for all, or one of a project or an organisation.
#[must_use]
pub fn is_role(text: &str) -> bool {
    let begins = ["roles/", "projects/", "organizations/"];
    text.len() <= 256
        && begins.iter().any(|begin| text.starts_with(begin))
        && all(text, |byte| is_word(byte) || b"/:".contains(&byte))
}

/// A member of a binding of Google's: `user:x@y.example`, `allUsers`.
#[must_use]
pub fn is_member(text: &str) -> bool {
    let kinds = ["user:", "serviceAccount:", "group:", "domain:"];
    let name = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && all(name, |byte| is_word(byte) || b"@+:".contains(&byte))
    };
    text.len() <= 320
        && (matches!(text, "allUsers" | "allAuthenticatedUsers") || name.is_some_and(is_name))
}

/// The key of a service account of this project: `projects/…/serviceAccounts/…/keys/…`, in parts:
/// the account and the key.
#[must_use]
pub fn service_account_key<'a>(text: &'a str, project: &str) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix("projects/")?.split_once("/serviceAccounts/")?;
    let (account, key) = rest.1.split_once("/keys/")?;
    let is_key = (20..=64).contains(&key.len()) && all(key, |byte| byte.is_ascii_hexdigit());
    let is_own = rest.0 == project || rest.0 == "-";
    (is_key && is_own && is_service_account(account, project)).then_some((account, key))
}

/// `us-east-1`, `germanywestcentral`, `us-central1-a`: a region or a zone.
#[must_use]
pub fn is_place(text: &str) -> bool {
    let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 40
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && all(text, lower)
}

/// A UUID with its hyphens.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    text.len() == 36 && all(text, |byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// An ARM id of a resource in this subscription.
#[must_use]
pub fn is_arm(text: &str, subscription: &str) -> bool {
    let own = format!("/subscriptions/{subscription}/");
    let begins = text.get(..own.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(&own));
    let segments = text.split('/').skip(1);
    is_guid(subscription)
        && begins
        && all(text, |byte| is_word(byte) || b"/()".contains(&byte))
        && segments
            .into_iter()
            .all(|one| !one.is_empty() && !one.starts_with(['-', '.']) && one.len() <= 260)
}

/// The value that follows `name` in an ARM id: `resourcegroups`, `virtualmachines`.
#[must_use]
pub fn segment<'a>(arm: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = arm.split('/').skip_while(|one| !one.eq_ignore_ascii_case(name));
    segments.nth(1).filter(|value| !value.is_empty())
}

/// A resource of Compute Engine (RFC 1035, as Google asks for).
#[must_use]
pub fn is_google(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !text.ends_with('-')
        && all(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A project of Google's: an id, with its domain in front where it has one.
#[must_use]
pub fn is_project(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && all(text, |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:".contains(&byte)
        })
}

/// A service account that belongs to this project alone.
#[must_use]
pub fn is_service_account(text: &str, project: &str) -> bool {
    let of_project = format!("@{project}.iam.gserviceaccount.com");
    text.strip_suffix(&of_project).is_some_and(is_google)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIPTION: &str = "00001111-2222-3333-4444-555566667777";

    #[test]
    fn names_are_what_their_clouds_give() {
        assert!(is_instance("i-0abc") && is_access_key("AKIAIOSFODNN7EXAMPLE"));
        assert!(is_aws("user-x1x2") && is_google("vm-1") && is_project("example.com:lab"));
        assert!(is_service_account(
            "ci@lab.iam.gserviceaccount.com".replace("ci", "runner").as_str(),
            "lab"
        ));
        let vm = format!(
            "/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/v"
        );
        assert!(is_arm(&vm, SUBSCRIPTION));
        assert_eq!(segment(&vm, "resourceGroups"), Some("rg"));
    }

    #[test]
    fn keys_and_rights_are_what_their_clouds_give() {
        let key = "0123456789abcdef0123456789abcdef01234567";
        let account = "runner@lab-1.iam.gserviceaccount.com";
        let whole = format!("projects/-/serviceAccounts/{account}/keys/{key}");
        assert_eq!(service_account_key(&whole, "lab-1"), Some((account, key)));
        assert_eq!(service_account_key(&whole, "lab-2"), None, "another project's");
        assert_eq!(service_account_key(&format!("{whole}/x"), "lab-1"), None);
        assert!(is_policy("arn:aws:iam::111122223333:policy/path/own") && is_function("f-1_a"));
        assert!(is_role("roles/owner") && is_member("allUsers") && is_member("group:a@b.example"));
        assert!(
            !is_member("user:--x") && !is_role("owner") && !is_policy("arn:aws:iam::aws:role/x")
        );
    }

    #[test]
    fn what_tools_take_for_more_than_a_name_is_none() {
        for hostile in [
            "",
            "-x",
            "--profile=evil",
            "@/etc/passwd",
            "file:///etc/passwd",
            "http://a.example/",
            "a;b",
            "a b",
            "a\nb",
            "$(id)",
            "`id`",
            "i-0abc --force",
            "ä",
            "a'b",
            "a\"b",
            "a\\b",
        ] {
            assert!(!is_instance(hostile) && !is_aws(hostile) && !is_google(hostile), "{hostile}");
            assert!(!is_project(hostile) && !is_place(hostile) && !is_guid(hostile), "{hostile}");
            assert!(!is_access_key(hostile) && !is_arm(hostile, SUBSCRIPTION), "{hostile}");
            assert!(!is_policy(hostile) && !is_function(hostile), "{hostile}");
            assert!(!is_role(hostile) && !is_member(hostile), "{hostile}");
        }
        let other = "/subscriptions/99991111-2222-3333-4444-555566667777/resourcegroups/rg";
        assert!(!is_arm(other, SUBSCRIPTION), "another subscription");
        assert!(!is_arm(&format!("/subscriptions/{SUBSCRIPTION}/../x"), SUBSCRIPTION));
        assert!(!is_service_account("a@other.iam.gserviceaccount.com", "lab"));
    }
}
