//! Rights that hijackers gave and passwords that they set, taken back through IAM. What is not there any
//! more is gone, so that done twice is the same as done once.

use firedamp_core::{
    grant::{Grant, Holder},
    plan::{Measure, Step, Target},
};

use super::{
    Aws, HOME, IAM, Trouble, explained,
    measure::{GONE, own},
    xml,
};

/// Letters of a policy that the log keeps when it goes.
const POLICY_LETTERS_MAX: usize = 1500;

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

/// What the policy said stands in the answer, for a person who has to put it back.
async fn drop_inline(aws: &Aws, policy: &str, holder: Holder<'_>) -> Done {
    let Some(said) = inline(aws, policy, holder).await? else {
        return Ok(GONE.to_string());
    };
    let had = xml::text(&said, "PolicyDocument").unwrap_or_default();
    let had: String = had.chars().take(POLICY_LETTERS_MAX).collect();
    let action = format!("Delete{}Policy", capital(holder));
    take_back(aws, &action, &[naming(holder), ("PolicyName", policy)]).await?;
    Ok(format!("taken back; it said {had}"))
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
