//! What Partner Center and Microsoft Graph answer: a customer's validation, subscriptions and budget;
//! which administrators have a second factor, and who has delegated administration.

use firedamp_core::{id::Provider, standing::Fact};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Context;
use crate::{
    store::Topic,
    tree::{Mistakes, customer_of},
};

const SOURCE: &str = "Partner Center";
const GRAPH: &str = "Microsoft Graph";

/// Whatever of the answers tells of a customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// `/validationStatus`.
    status: Option<String>,
    /// `/usagebudget`, where it is an object with `attributes` of a budget.
    #[serde(default, deserialize_with = "even_null")]
    amount: Option<Value>,
    #[serde(default, deserialize_with = "even_null")]
    usage_spending_budget: Option<Value>,
    /// `/subscriptions`.
    items: Option<Vec<Subscription>>,
    /// Graph's lists.
    value: Option<Vec<Entry>>,
}

/// What is there, be it `null`: a budget of `null` says that there is none.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    id: Option<String>,
    entitlement_id: Option<String>,
    status: Option<String>,
    #[serde(default)]
    suspension_reasons: Vec<String>,
    is_trial: Option<bool>,
    creation_date: Option<String>,
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "self")]
    own: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    is_admin: Option<bool>,
    is_mfa_registered: Option<bool>,
    /// Of a relationship with a delegated administrator.
    status: Option<String>,
}

pub(super) fn read(
    subject: Topic,
    text: &str,
    context: Context<'_>,
) -> Result<Vec<Fact>, Mistakes> {
    let answer: Answer = serde_json::from_str(text)
        .map_err(|error| Mistakes::one(format!("no answer of Partner Center or Graph: {error}")))?;
    match subject {
        Topic::Standing => standing(answer, context),
        Topic::Posture => posture(&answer, context),
    }
}

fn standing(answer: Answer, context: Context<'_>) -> Result<Vec<Fact>, Mistakes> {
    let mut facts = Vec::new();
    if let Some(items) = answer.items {
        for item in items {
            facts.extend(subscription(item, context)?);
        }
        return Ok(facts);
    }
    if let Some(status) = answer.status {
        facts.push(context.fact("validation", status, SOURCE)?);
    }
    if answer.usage_spending_budget.is_some() || answer.amount.is_some() {
        let amount = answer.amount.as_ref().and_then(Value::as_f64);
        let amount = amount.map_or_else(|| "none".to_string(), |amount| format!("{amount:.2}"));
        facts.push(context.fact("budget", amount, SOURCE)?);
    }
    Ok(facts)
}

fn subscription(item: Subscription, context: Context<'_>) -> Result<Vec<Fact>, Mistakes> {
    let uri = item.links.and_then(|links| links.own).and_then(|own| own.uri);
    let party = match uri.as_deref().and_then(customer_of) {
        Some(customer) => customer,
        None => context.customer()?,
    };
    let id = item.entitlement_id.filter(|id| !id.is_empty()).or(item.id).unwrap_or_default();
    let account = Some(format!("{}:{}", Provider::Azure.id(), id.to_lowercase()));
    let fact = |part: &str, value: String| Fact {
        party: party.clone(),
        account: account.clone(),
        part: part.to_string(),
        value,
        source: SOURCE.to_string(),
        observed_at: context.at,
    };
    let reasons = match item.suspension_reasons.is_empty() {
        true => "none".to_string(),
        false => item.suspension_reasons.join(", "),
    };
    let word = |yes: bool| if yes { "yes" } else { "no" }.to_string();
    let known = [
        item.status.map(|status| fact("subscription", status)),
        Some(fact("suspension", reasons)),
        item.is_trial.map(|is_trial| fact("trial", word(is_trial))),
        item.creation_date.map(|made| fact("created", made)),
    ];
    Ok(known.into_iter().flatten().collect())
}

fn posture(answer: &Answer, context: Context<'_>) -> Result<Vec<Fact>, Mistakes> {
    let word = |yes: bool| if yes { "yes" } else { "no" };
    if let Some(entries) = &answer.value {
        if entries.iter().any(|entry| entry.is_mfa_registered.is_some()) {
            let mut admins = entries.iter().filter(|entry| entry.is_admin == Some(true));
            let all = admins.all(|entry| entry.is_mfa_registered == Some(true));
            return Ok(vec![context.fact("mfa_admins", word(all), GRAPH)?]);
        }
        let mut states = entries.iter().filter_map(|entry| entry.status.as_deref());
        let has_active = states.any(|status| status.eq_ignore_ascii_case("active"));
        return Ok(vec![context.fact("delegated_admins", word(!has_active), GRAPH)?]);
    }
    if answer.usage_spending_budget.is_some() || answer.amount.is_some() {
        let is_set = answer.amount.as_ref().and_then(Value::as_f64).is_some();
        return Ok(vec![context.fact("budgets", word(is_set), SOURCE)?]);
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use firedamp_core::time::Time;

    use super::*;

    const CONTEXT: Context<'_> =
        Context { customer: Some("c"), account: None, at: Time::from_seconds(1_775_000_000) };

    fn told(subject: Topic, text: &str) -> Vec<(String, String, String)> {
        let facts = read(subject, text, CONTEXT).expect("facts");
        facts.into_iter().map(|fact| (fact.party, fact.part, fact.value)).collect()
    }

    fn words(list: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        let own = |(party, part, value): &(&str, &str, &str)| {
            ((*party).to_string(), (*part).to_string(), (*value).to_string())
        };
        list.iter().map(own).collect()
    }

    #[test]
    fn subscriptions_tell_their_state_and_why_they_are_suspended() {
        let text = r#"{"totalCount": 1, "items": [{"id": "s", "entitlementId": "E", "offerName": "x",
            "status": "suspended", "suspensionReasons": ["Fraud"], "isTrial": false,
            "creationDate": "2026-01-01T00:00:00Z",
            "links": {"self": {"uri": "/customers/T/subscriptions/s"}}}]}"#;
        let wanted = [
            ("t", "subscription", "suspended"),
            ("t", "suspension", "Fraud"),
            ("t", "trial", "no"),
            ("t", "created", "2026-01-01T00:00:00Z"),
        ];
        assert_eq!(told(Topic::Standing, text), words(&wanted));
    }

    #[test]
    fn validation_and_budget_belong_to_the_customer_who_was_asked_about() {
        let text = r#"{"type": "account", "status": "UnderReview", "lastUpdateDateTime": "x"}"#;
        assert_eq!(told(Topic::Standing, text), words(&[("c", "validation", "UnderReview")]));
        let budget = r#"{"amount": null, "usageSpendingBudget": 0, "attributes": {}}"#;
        assert_eq!(told(Topic::Standing, budget), words(&[("c", "budget", "none")]));
        assert_eq!(told(Topic::Posture, budget), words(&[("c", "budgets", "no")]));
        for none in [r#"{"amount": null}"#, r#"{"usageSpendingBudget": null}"#] {
            assert_eq!(told(Topic::Standing, none), words(&[("c", "budget", "none")]));
            assert_eq!(told(Topic::Posture, none), words(&[("c", "budgets", "no")]));
        }
        assert_eq!(told(Topic::Standing, "{}"), words(&[]), "nothing is said, which is refused");
        assert!(read(Topic::Standing, "[]", CONTEXT).is_err());
    }

    #[test]
    fn graph_tells_of_second_factors_and_delegated_administrators() {
        let mfa = |one: bool| {
            format!(
                r#"{{"value": [{{"isAdmin": true, "isMfaRegistered": {one}}},
                {{"isAdmin": false, "isMfaRegistered": false}}]}}"#
            )
        };
        assert_eq!(told(Topic::Posture, &mfa(true)), words(&[("c", "mfa_admins", "yes")]));
        assert_eq!(told(Topic::Posture, &mfa(false)), words(&[("c", "mfa_admins", "no")]));
        let delegated = r#"{"value": [{"status": "active"}, {"status": "terminated"}]}"#;
        assert_eq!(told(Topic::Posture, delegated), words(&[("c", "delegated_admins", "no")]));
    }
}
