//! What a call of AWS gave: to whom, and which right. Requests name both, and hold no secret.

use serde_json::Value;

use crate::{
    grant::{Grant, Holder},
    json::fields,
};

/// The right that a call of this name gave, in one text; `None` where the record does not name all of
/// it.
pub(super) fn of(name: &str, request: &Value) -> Option<String> {
    let text = |key: &str| fields::known(request.get(key)?.as_str()?);
    let user = || text("userName").map(Holder::User);
    let role = || text("roleName").map(Holder::Role);
    let group = || text("groupName").map(Holder::Group);
    let grant = match name {
        "AttachUserPolicy" => Grant::Policy(text("policyArn")?, user()?),
        "AttachRolePolicy" => Grant::Policy(text("policyArn")?, role()?),
        "AttachGroupPolicy" => Grant::Policy(text("policyArn")?, group()?),
        "PutUserPolicy" => Grant::Inline(text("policyName")?, user()?),
        "PutRolePolicy" => Grant::Inline(text("policyName")?, role()?),
        "PutGroupPolicy" => Grant::Inline(text("policyName")?, group()?),
        "AddUserToGroup" => Grant::Member(text("groupName")?, text("userName")?),
        "AddRoleToInstanceProfile" => {
            Grant::Profile(text("roleName")?, text("instanceProfileName")?)
        }
        "UpdateAssumeRolePolicy" => Grant::Trust(text("roleName")?),
        // What was opened for one version of a function is looked up by hand.
        _ if text("qualifier").is_some() => return None,
        _ if name.starts_with("AddPermission") => {
            Grant::Statement(text("statementId")?, function(text("functionName")?))
        }
        _ if name.starts_with("CreateFunctionUrlConfig") => {
            Grant::Url(function(text("functionName")?))
        }
        _ => return None,
    };
    grant.written()
}

/// The quota that a call asked for more of: `ec2 L-1216C47A`.
pub(super) fn quota(request: &Value) -> Option<String> {
    let text = |key: &str| fields::known(request.get(key)?.as_str()?);
    Some(format!("{} {}", text("serviceCode")?, text("quotaCode")?))
}

/// The name of a function without what an ARN says besides: the account is the log's own.
fn function(name: &str) -> &str {
    name.rsplit_once(":function:").map_or(name, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_quota_that_was_raised_is_named() {
        let asked = json!({"serviceCode": "ec2", "quotaCode": "L-1216C47A", "desiredValue": 2048});
        assert_eq!(quota(&asked).as_deref(), Some("ec2 L-1216C47A"));
        assert_eq!(quota(&json!({"subject": "more machines", "serviceCode": "ec2"})), None);
        assert_eq!(quota(&Value::Null), None);
    }

    #[test]
    fn who_got_what_is_one_text() {
        let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
        let arn = "arn:aws:lambda:us-east-1:111122223333:function:f";
        for (name, request, told) in [
            (
                "AttachUserPolicy",
                json!({"userName": "x1", "policyArn": admin}),
                Some("policy arn:aws:iam::aws:policy/AdministratorAccess -> user x1"),
            ),
            (
                "PutRolePolicy",
                json!({"roleName": "ci", "policyName": "all", "policyDocument": "{}"}),
                Some("inline all -> role ci"),
            ),
            (
                "AddUserToGroup",
                json!({"userName": "x1", "groupName": "admins"}),
                Some("group admins -> user x1"),
            ),
            ("UpdateAssumeRolePolicy", json!({"roleName": "ci"}), Some("trust -> role ci")),
            (
                "AddPermission20150331v2",
                json!({"functionName": arn, "statementId": "s1", "principal": "*"}),
                Some("statement s1 -> function f"),
            ),
            (
                "CreateFunctionUrlConfig",
                json!({"functionName": "f"}),
                Some("address -> function f"),
            ),
            ("CreateFunctionUrlConfig", json!({"functionName": "f", "qualifier": "v1"}), None),
            ("AddPermission20150331v2", json!({"functionName": "f", "principal": "*"}), None),
            ("AttachUserPolicy", json!({"userName": "x1 -> user root", "policyArn": admin}), None),
            ("AttachUserPolicy", json!({"userName": ["x1"], "policyArn": admin}), None),
            ("AttachUserPolicy", Value::Null, None),
            ("CreateUser", json!({"userName": "x1"}), None),
        ] {
            assert_eq!(of(name, &request).as_deref(), told, "{name} {request}");
        }
    }
}
