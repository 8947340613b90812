//! Rights that hijackers gave and passwords that they set, taken back through IAM. What is not there any
//! more is gone, so that done twice is the same as done once.

use firedamp_core::{
    grant::{Grant, Holder},
    plan::{
        Measure, Step, Target,
        back::{Former, Stays},
    },
    redact,
};
use percent_encoding::percent_decode_str;

use super::{
    super::{AS_BEFORE, changed_since, no_way_back},
    Aws, HOME, IAM, Trouble,
    back::is_same,
    explained,
    measure::{GONE, own},
    xml,
};

/// Letters of a policy that the log keeps when it goes.
const POLICY_LETTERS_MAX: usize = 1500;

/// What is told of a right that is not there and will be.
const TO_GIVE: &str = "to be given again";

type Done = Result<String, Trouble>;

/// Whether a step takes back something that IAM gave.
pub(super) fn takes(step: &Step) -> bool {
    let is_of_iam = matches!(
        Grant::read(&step.target.name),
        Some(Grant::Policy(..) | Grant::Inline(..) | Grant::Member(..) | Grant::Profile(..))
    );
    step.measure == Measure::DropGrant && is_of_iam
}

pub(super) async fn look(aws: &Aws, target: &Target) -> Done {
    let found = match read(target)? {
        Grant::Policy(arn, holder) => {
            let (kind, of) = (capital(holder), naming(holder));
            let action = format!("ListAttached{kind}Policies");
            let said = ask(aws, &action, &[of, ("MaxItems", "1000")]).await?;
            said.filter(|said| xml::all(said, "PolicyArn").any(|own| own == arn))
        }
        Grant::Inline(policy, holder) => inline(aws, policy, holder).await?,
        Grant::Member(group, user) => {
            let named = [("UserName", user), ("MaxItems", "1000")];
            let said = ask(aws, "ListGroupsForUser", &named).await?;
            said.filter(|said| xml::all(said, "GroupName").any(|own| own == group))
        }
        Grant::Profile(role, profile) => {
            let said = ask(aws, "GetInstanceProfile", &[("InstanceProfileName", profile)]).await?;
            said.filter(|said| xml::all(said, "RoleName").any(|own| own == role))
        }
        _ => return Err(unknown()),
    };
    Ok(found.map_or(GONE, |_| "there").to_string())
}

pub(super) async fn drop_grant(aws: &Aws, target: &Target) -> Done {
    match read(target)? {
        Grant::Policy(arn, holder) => {
            let action = format!("Detach{}Policy", capital(holder));
            take_back(aws, &action, &[naming(holder), ("PolicyArn", arn)]).await
        }
        Grant::Inline(policy, holder) => drop_inline(aws, policy, holder).await,
        Grant::Member(group, user) => {
            take_back(aws, "RemoveUserFromGroup", &[("GroupName", group), ("UserName", user)]).await
        }
        Grant::Profile(role, profile) => {
            let named = [("InstanceProfileName", profile), ("RoleName", role)];
            take_back(aws, "RemoveRoleFromInstanceProfile", &named).await
        }
        _ => Err(unknown()),
    }
}

pub(super) async fn look_at_login(aws: &Aws, target: &Target) -> Done {
    let said = ask(aws, "GetLoginProfile", &[("UserName", own(aws, target, "user"))]).await?;
    Ok(said.map_or(GONE, |_| "there").to_string())
}

pub(super) async fn drop_login(aws: &Aws, target: &Target) -> Done {
    take_back(aws, "DeleteLoginProfile", &[("UserName", own(aws, target, "user"))]).await
}

/// How a right is before it is taken back: there, and of an inline policy its text.
pub(super) async fn former(aws: &Aws, target: &Target) -> Result<Former, Trouble> {
    let Grant::Inline(policy, holder) = read(target)? else {
        return Ok(Former::there(look(aws, target).await? != GONE));
    };
    Ok(match inline(aws, policy, holder).await? {
        None => Former::Never(Stays::Same),
        Some(said) => document(&said).map_or(Former::Never(Stays::Unrecorded), Former::Text),
    })
}

/// Gives again what was taken back.
pub(super) async fn give_back(aws: &Aws, target: &Target, former: &Former, is_dry: bool) -> Done {
    let grant = read(target)?;
    if let (Grant::Inline(policy, holder), Former::Text(text)) = (grant, former) {
        return give_inline(aws, (policy, holder), text, is_dry).await;
    }
    if *former != Former::There {
        return Err(no_way_back());
    }
    if look(aws, target).await? != GONE {
        return Ok(AS_BEFORE.to_string());
    }
    if is_dry {
        return Ok(TO_GIVE.to_string());
    }
    match grant {
        Grant::Policy(arn, holder) => {
            let action = format!("Attach{}Policy", capital(holder));
            give(aws, &action, &[naming(holder), ("PolicyArn", arn)]).await
        }
        Grant::Member(group, user) => {
            give(aws, "AddUserToGroup", &[("GroupName", group), ("UserName", user)]).await
        }
        Grant::Profile(role, profile) => {
            let named = [("InstanceProfileName", profile), ("RoleName", role)];
            give(aws, "AddRoleToInstanceProfile", &named).await
        }
        _ => Err(unknown()),
    }
}

async fn give_inline(
    aws: &Aws,
    (policy, holder): (&str, Holder<'_>),
    text: &str,
    is_dry: bool,
) -> Done {
    match inline(aws, policy, holder).await?.map(|said| document(&said)) {
        Some(Some(present)) if is_same(&present, text) => Ok(AS_BEFORE.to_string()),
        Some(_) => Err(changed_since()),
        None if is_dry => Ok(TO_GIVE.to_string()),
        None => {
            let action = format!("Put{}Policy", capital(holder));
            let named = [naming(holder), ("PolicyName", policy), ("PolicyDocument", text)];
            give(aws, &action, &named).await
        }
    }
}

async fn give(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> Done {
    let said = ask(aws, action, parameters).await?;
    Ok(said.map_or(GONE, |_| "given again").to_string())
}

/// What a policy of this name says that is a part of a user or a role.
pub(super) async fn own_policy(
    aws: &Aws,
    target: &Target,
    kind: &str,
    name: &str,
) -> Result<Option<String>, Trouble> {
    let said = inline(aws, name, holder(aws, target, kind)).await?;
    Ok(said.map(|said| document(&said).unwrap_or_default()))
}

/// Takes a policy away that is a part of a user or a role.
pub(super) async fn delete_policy(
    aws: &Aws,
    target: &Target,
    kind: &str,
    name: &str,
) -> Result<(), Trouble> {
    let holder = holder(aws, target, kind);
    let action = format!("Delete{}Policy", capital(holder));
    ask(aws, &action, &[naming(holder), ("PolicyName", name)]).await.map(|_| ())
}

fn holder<'a>(aws: &Aws, target: &'a Target, kind: &str) -> Holder<'a> {
    let name = own(aws, target, kind);
    if kind == "user" { Holder::User(name) } else { Holder::Role(name) }
}

/// The text of a policy: IAM writes it as a part of an address (RFC 3986).
fn document(said: &str) -> Option<String> {
    let text = percent_decode_str(xml::text(said, "PolicyDocument")?);
    Some(text.decode_utf8().ok()?.into_owned())
}

/// What the policy said stands in the answer, for a person who has to put it back; a run that undoes it
/// knows the whole of it.
async fn drop_inline(aws: &Aws, policy: &str, holder: Holder<'_>) -> Done {
    let Some(said) = inline(aws, policy, holder).await? else {
        return Ok(GONE.to_string());
    };
    let action = format!("Delete{}Policy", capital(holder));
    take_back(aws, &action, &[naming(holder), ("PolicyName", policy)]).await?;
    Ok(format!("taken back; it said {}", shown(&said)))
}

/// The text of a policy for people: whatever its account wrote into it, without secrets.
fn shown(said: &str) -> String {
    let whole = redact::in_json(document(said).unwrap_or_default());
    whole.chars().take(POLICY_LETTERS_MAX).collect()
}

async fn inline(aws: &Aws, policy: &str, holder: Holder<'_>) -> Result<Option<String>, Trouble> {
    let action = format!("Get{}Policy", capital(holder));
    ask(aws, &action, &[naming(holder), ("PolicyName", policy)]).await
}

async fn take_back(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> Done {
    let said = ask(aws, action, parameters).await?;
    Ok(said.map_or(GONE, |_| "taken back").to_string())
}

/// What a call answered; `None` when there is no such thing.
async fn ask(
    aws: &Aws,
    action: &str,
    parameters: &[(&str, &str)],
) -> Result<Option<String>, Trouble> {
    match aws.call(IAM, HOME, action, parameters).await? {
        Ok(said) => Ok(Some(said)),
        Err((code, _)) if code == "NoSuchEntity" => Ok(None),
        Err((code, message)) => {
            let why = format!("{action}: {code}: {message}");
            Err(Trouble::Unexpected(why + explained(&code)))
        }
    }
}

fn read(target: &Target) -> Result<Grant<'_>, Trouble> {
    Grant::read(&target.name).ok_or_else(unknown)
}

fn unknown() -> Trouble {
    Trouble::Unexpected("this is no right that IAM gives".to_string())
}

const fn capital(holder: Holder<'_>) -> &'static str {
    match holder {
        Holder::Group(_) => "Group",
        Holder::Role(_) => "Role",
        Holder::User(_) => "User",
    }
}

/// The parameter that names who has it.
const fn naming(holder: Holder<'_>) -> (&'static str, &str) {
    match holder {
        Holder::Group(name) => ("GroupName", name),
        Holder::Role(name) => ("RoleName", name),
        Holder::User(name) => ("UserName", name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_as_iam_writes_it() {
        let said = |text: &str| format!("<PolicyDocument>{text}</PolicyDocument>");
        let text = document(&said("%7B%22Sid%22%3A%22a%2Bb%20c+d%22%7D"));
        assert_eq!(text.as_deref(), Some(r#"{"Sid":"a+b c+d"}"#));
        for hostile in ["%FF%FE", "%C3"] {
            assert_eq!(document(&said(hostile)), None, "{hostile}");
        }
        assert_eq!(document("<PolicyName>own</PolicyName>"), None);
    }

    #[test]
    fn a_policy_is_told_as_people_read_it_and_without_its_secrets() {
        let said = |text: &str| format!("<PolicyDocument>{text}</PolicyDocument>");
        let secret = said("%7B%22Sid%22%3A%22a+b%22%2C%22password%22%3A%22hunter2%22%7D");
        assert_eq!(shown(&secret), r#"{"Sid":"a+b","password":"…"}"#);
        assert_eq!(shown(&said("%FF%FE")), "");
        let long = said(&"%C3%A9".repeat(POLICY_LETTERS_MAX + 1));
        assert_eq!(shown(&long), "é".repeat(POLICY_LETTERS_MAX));
    }
}
