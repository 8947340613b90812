//! The homework of a case: the letter to the customer and the checklist, made of its last judgement.

mod legitimate;
mod letter;
mod post;

pub use post::carry;

use firedamp_core::{
    checklist::{About, Mark, Step, steps},
    id::{Account, Provider},
    policy::{self, InForce, Offers, Subscription},
    time::Time,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use legitimate::{act_on_each, considered, lacking, unapproved};
pub(crate) use letter::{Draft, Kind, draft, due};

use crate::{
    language::{Language, Sentences},
    store::{Answered, By, COPIED, CaseFile, Error, Question, Taken, Topic},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// A step of a case's checklist with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// What is to be done.
    pub(crate) step: Step,
    /// In words.
    pub(crate) title: String,
    /// What came of it.
    pub(crate) taken: Option<Taken>,
}

/// What is known of how a case's account is paid for and where it is.
pub(crate) async fn offers(app: &App, file: &CaseFile) -> Result<Offers, Problem> {
    let Some(customer) = &file.row.customer else {
        return Ok(Offers::default());
    };
    let facts = app.store.known(Topic::Standing, customer).await?;
    Ok(Offers::of(&facts, &file.row.account))
}

/// What the provider allows of a case's account, as far as its judgement and standing tell.
pub(crate) fn in_force(
    file: &CaseFile,
    judgement: &Value,
    offers: &Offers,
) -> (Provider, InForce<'static>) {
    let provider = Provider::from_id(&file.row.provider).unwrap_or(Provider::Unknown);
    let created = judgement.get("account_created").and_then(|made| made.get("at"));
    let created = created.and_then(Value::as_str).and_then(Time::parse);
    let held = policy::at(Subscription { provider, created, offers }, file.row.last_observed);
    (provider, held)
}

/// The checklist of a case.
pub(crate) fn checklist(
    file: &CaseFile,
    taken: &[Taken],
    language: Language,
    offers: &Offers,
) -> Vec<Item> {
    let say = Sentences::of(language);
    let item = |step: Step| Item {
        title: say.say(&format!("step-{}", step.id), &[]),
        taken: taken.iter().find(|one| one.step == step.id).cloned(),
        step,
    };
    steps(&about(file, offers)).into_iter().map(item).collect()
}

/// What of a case makes its list.
fn about(file: &CaseFile, offers: &Offers) -> About {
    let judgement: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let (provider, held) = in_force(file, &judgement, offers);
    let list = |name: &str| judgement.get(name).and_then(Value::as_array).cloned();
    let (resources, findings) =
        (list("resources").unwrap_or_default(), list("findings").unwrap_or_default());
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_string);
    let names = |resource: &Value| {
        let aliases = resource.get("aliases").and_then(Value::as_array).cloned();
        let aliases = aliases.unwrap_or_default();
        let own = text(resource, "id").into_iter();
        own.chain(aliases.iter().filter_map(|one| one.as_str().map(str::to_string)))
            .collect::<Vec<_>>()
    };
    let creator = |resource: &Value| {
        let created = resource.get("created")?;
        text(created, "name").or_else(|| text(created, "by")).filter(|who| !who.is_empty())
    };
    let evidence = |name: &str| {
        let of = |finding: &Value| text(finding.get("evidence")?, name);
        distinct(findings.iter().filter_map(of))
    };
    let regions = findings.iter().filter_map(|finding| {
        let regions = finding.get("evidence")?.get("regions")?.as_array()?;
        Some(regions.iter().filter_map(Value::as_str).map(str::to_string).collect::<Vec<_>>())
    });
    About {
        provider: Some(provider),
        account: Account::parse(&file.row.account).map(|one| one.id).unwrap_or_default(),
        customer: file.row.customer.clone(),
        resources: distinct(resources.iter().flat_map(names)),
        principals: distinct(resources.iter().filter_map(creator)),
        remotes: evidence("remote"),
        regions: distinct(regions.flatten()),
        groups: findings
            .iter()
            .filter_map(|finding| serde_json::from_value(finding.get("group")?.clone()).ok())
            .collect(),
        rule: Some(held.rule),
        since: file.row.first_observed,
        until: file.row.last_observed,
    }
}

/// Each once, in the order in which they come.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

/// The draft of a letter, in the customer's language unless another one is asked for.
pub(crate) async fn draft_for(
    app: &App,
    caller: &Caller,
    file: &CaseFile,
    language: Option<Language>,
    now: Time,
) -> Result<Draft, Problem> {
    let customer = match &file.row.customer {
        Some(customer) => app.store.customer(customer, caller.within()).await.ok(),
        None => None,
    };
    let own = customer.as_ref().and_then(|row| row.party.language);
    let offers = offers(app, file).await?;
    let language = language.or(own).unwrap_or_default();
    let lacks = lacking(app, caller, file).await?;
    let contacts = app.store.contacts(file.row.id).await?;
    let (customer, offers, lacks) = (customer.as_ref(), &offers, &*lacks);
    let about = letter::About { file, customer, language, now, offers, lacks };
    let next = about.draft(letter::next(&contacts, file.row.begun_at));
    Ok(next.unwrap_or_else(|| draft(file, customer, language, now, offers)))
}

/// A letter as a person wants it sent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewLetter)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    #[schema(schema_with = crate::schema::language)]
    language: Language,
    subject: String,
    body: String,
    /// The name of a receiver whose mail server sends it, or `copied`.
    way: String,
}

/// Writes a letter about a case down and sends it on its way.
pub(crate) async fn ask(
    app: &App,
    caller: &Caller,
    file: &CaseFile,
    written: Written,
) -> Result<i64, Problem> {
    caller.must_be(Role::Analyst)?;
    let Written { language, subject, body, way } = written;
    if way != COPIED && !app.senders.contains(&way) {
        return Err(Problem::invalid(format!("there is no receiver of mail `{way}`")));
    }
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    let (case, language, due) = (file.row.id, language.to_string(), due(file, by.at));
    Ok(app.store.ask_customer(&Question { case, language, subject, body, way, due }, &by).await?)
}

/// Writes an answer down, to a letter about this case.
pub(crate) async fn note_answer(
    app: &App,
    case: i64,
    letter: i64,
    answered: &Answered,
) -> Result<(), Problem> {
    let letters = app.store.contacts(case).await?;
    if !letters.iter().any(|one| one.id == letter) {
        return Err(Error::Missing("letter").into());
    }
    Ok(app.store.answered(letter, answered).await?)
}

/// Writes down what came of a step of a case's list.
pub(crate) async fn take_step(
    app: &App,
    caller: &Caller,
    case: i64,
    step: &str,
    result: Option<(Mark, &str)>,
) -> Result<(), Problem> {
    caller.must_be(Role::Analyst)?;
    if !firedamp_core::checklist::ids().any(|id| id == step) {
        return Err(Error::Missing("step").into());
    }
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    Ok(app.store.take_step(case, step, result, &by).await?)
}
