//! What Partner Center answers: a list of customers (`/v1/customers`), or of one customer's
//! subscriptions (`/v1/customers/{id}/subscriptions`), as they come or several in an array.

use firedamp_core::id::{Account, Provider};
use serde::Deserialize;

use super::{Kind, Mistakes, Party, Tree, word};

/// One answer, or several of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answers {
    One(Answer),
    Many(Vec<Answer>),
}

#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
}

/// A customer or a subscription: what one has and the other has not tells them apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<String>,
    company_profile: Option<Profile>,
    entitlement_id: Option<String>,
    offer_id: Option<String>,
    friendly_name: Option<String>,
    links: Option<Links>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    tenant_id: Option<String>,
    domain: Option<String>,
    company_name: Option<String>,
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

pub(super) fn read(text: &str) -> Result<Tree, Mistakes> {
    let answers: Answers = serde_json::from_str(text).map_err(|error| {
        Mistakes::one(format!("neither customers nor subscriptions of Partner Center: {error}"))
    })?;
    let answers = match answers {
        Answers::One(answer) => vec![answer],
        Answers::Many(answers) => answers,
    };
    let mut tree = Tree::default();
    for item in answers.into_iter().flat_map(|answer| answer.items) {
        add(item, &mut tree).map_err(Mistakes::one)?;
    }
    Ok(tree)
}

fn add(item: Item, tree: &mut Tree) -> Result<(), String> {
    if let Some(profile) = item.company_profile {
        let id = profile.tenant_id.or(item.id).unwrap_or_default().to_lowercase();
        let name = profile.company_name.or(profile.domain).unwrap_or_default();
        let (id, name) = (word(&id, "a customer's id")?, word(&name, "a customer's name")?);
        if id.is_empty() {
            return Err("a customer has no id".to_string());
        }
        tree.add(Party { id, kind: Kind::Customer, name, ..Party::default() });
        return Ok(());
    }
    let is_subscription = item.offer_id.is_some() || item.friendly_name.is_some();
    let subscription = item.entitlement_id.filter(|id| !id.is_empty()).or(item.id);
    let (Some(subscription), true) = (subscription, is_subscription) else {
        return Err("an item is neither a customer nor a subscription".to_string());
    };
    let uri = item.links.and_then(|links| links.own).and_then(|own| own.uri).unwrap_or_default();
    let customer = customer_of(&uri).ok_or_else(|| {
        format!("the subscription {subscription} does not say whose it is (links.self.uri)")
    })?;
    let account = Account::parse(&format!("{}:{subscription}", Provider::Azure.id()));
    let account = account.ok_or_else(|| format!("`{subscription}` is no subscription"))?;
    let customer = word(&customer, "a customer's id")?;
    tree.add(Party { id: customer.clone(), kind: Kind::Customer, ..Party::default() });
    tree.accounts.insert(account, customer);
    Ok(())
}

/// `/customers/{customer}/subscriptions/{subscription}`.
pub(crate) fn customer_of(uri: &str) -> Option<String> {
    let mut parts = uri.split('/').skip_while(|part| !part.eq_ignore_ascii_case("customers"));
    parts.nth(1).filter(|id| !id.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "0AAA0AAA-0000-4000-8000-00000000000c";
    const SUBSCRIPTION: &str = "0aaa0aaa-0000-4000-8000-00000000000a";

    #[test]
    fn customers_and_their_subscriptions_meet() {
        let customers = format!(
            r#"{{"items":[{{"id":"{TENANT}","companyProfile":{{"tenantId":"{TENANT}","domain":"contoso.example","companyName":"Contoso"}}}}]}}"#
        );
        let subscriptions = format!(
            r#"{{"items":[{{"id":"{SUBSCRIPTION}","offerId":"MS-AZR-0145P","friendlyName":"Azure","links":{{"self":{{"uri":"/customers/{TENANT}/subscriptions/{SUBSCRIPTION}"}}}}}}]}}"#
        );
        let tree = read(&format!("[{subscriptions},{customers}]")).expect("a tree");
        let id = TENANT.to_lowercase();
        assert_eq!(tree.parties[&id].name, "Contoso");
        assert_eq!(tree.accounts.values().next(), Some(&id));
        assert!(read(&customers).is_ok() && read(&subscriptions).is_ok());
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in
            ["{}", "[]x", r#"{"items":[{"id":"x"}]}"#, r#"{"items":[{"id":"x","offerId":"y"}]}"#]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
