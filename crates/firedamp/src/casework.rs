//! The homework of a case: the letter to the customer and the checklist, made of its last judgement.

mod legitimate;
mod letter;
mod many;
mod post;

pub use post::carry;

use std::collections::{BTreeMap, BTreeSet};

use firedamp_core::{
    checklist::{About, Mark, Step, steps},
    id::{Account, Provider},
    judged::Done,
    policy::{self, InForce, Offers, Subscription},
    time::Time,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use legitimate::{considered, lacking, unapproved};
pub(crate) use letter::{Clock, Draft, Kind, draft, due};
pub(crate) use many::{Found, Outcome, Refusal, Told, act_on_each, act_on_found, find};

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
    /// Why there is no command for it.
    pub(crate) by_hand: Option<String>,
    /// What came of it.
    pub(crate) taken: Option<Taken>,
}

/// What is known of how a case's account is paid for and where it is.
pub(crate) async fn offers(app: &App, file: &CaseFile) -> Result<Offers, Problem> {
    let facts = match &file.row.customer {
        Some(customer) => app.store.known(Topic::Standing, customer).await?,
        None => Vec::new(),
    };
    let mut offers = Offers::of(&facts, &file.row.account);
    let judgement: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let seen = regions(&judgement).into_iter().chain(named(&judgement));
    offers.note_places(seen.collect::<Vec<_>>().iter().map(String::as_str));
    Ok(offers)
}

/// Regions that evidence names, and those in which something was done.
fn regions(judgement: &Value) -> Vec<String> {
    let list = |of: &Value, name: &str| of.get(name).and_then(Value::as_array).cloned();
    let mut all = Vec::new();
    for finding in list(judgement, "findings").unwrap_or_default() {
        let evidence = finding.get("evidence").cloned().unwrap_or_default();
        for name in ["regions", "new_regions"] {
            all.extend(list(&evidence, name).unwrap_or_default());
        }
    }
    let told = all.iter().filter_map(|one| one.as_str().map(str::to_string));
    let names = told.chain(deeds(judgement).into_iter().map(|deed| deed.region));
    distinct(names.filter(|region| !region.is_empty()))
}

/// What was done on the control plane, as far as it can be read.
fn deeds(judgement: &Value) -> Vec<Done> {
    let done = judgement.get("deeds").and_then(Value::as_array);
    let read = |deed: &Value| serde_json::from_value(deed.clone()).ok();
    done.into_iter().flatten().filter_map(read).collect()
}

/// The names of a case's resources, the likeliest first.
fn named(judgement: &Value) -> Vec<String> {
    let resources = judgement.get("resources").and_then(Value::as_array);
    let mut names = Vec::new();
    for resource in resources.into_iter().flatten() {
        let aliases = resource.get("aliases").and_then(Value::as_array);
        let own = resource.get("id").into_iter().chain(aliases.into_iter().flatten());
        names.extend(own.filter_map(Value::as_str).map(str::to_string));
    }
    distinct(names.into_iter())
}

/// In which regions each resource was made or changed.
fn places(judgement: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for deed in deeds(judgement).into_iter().filter(|deed| !deed.region.is_empty()) {
        for resource in deed.resources {
            places.entry(resource).or_default().insert(deed.region.clone());
        }
    }
    places
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
        by_hand: step.by_hand.map(|why| say.say(&format!("by-hand-{why}"), &[])),
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
    let creator = |resource: &Value| {
        let created = resource.get("created")?;
        text(created, "name").or_else(|| text(created, "by")).filter(|who| !who.is_empty())
    };
    let evidence = |name: &str| {
        let of = |finding: &Value| text(finding.get("evidence")?, name);
        distinct(findings.iter().filter_map(of))
    };
    About {
        provider: Some(provider),
        account: Account::parse(&file.row.account).map(|one| one.id).unwrap_or_default(),
        customer: file.row.customer.clone(),
        resources: named(&judgement),
        principals: distinct(resources.iter().filter_map(creator)),
        remotes: evidence("remote"),
        regions: regions(&judgement),
        places: places(&judgement),
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
    let mut seen = BTreeSet::new();
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
