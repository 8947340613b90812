//! The queue: cases by expected loss. What is asked for lives in the address, so a view can be kept
//! and passed on.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri},
    response::Response,
};
use firedamp_core::{id::Provider, life::Status, time::Time};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    Frame, answered, bulk, filters, shown,
    view::{CaseLine, say},
};
use crate::{
    casework::{Found, find},
    store::{CaseRow, Cursor, FOUND_MAX, Filter},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

const PAGE_LINES: u32 = 50;
/// Answers that are due and stand above the queue.
const URGENT: u32 = 5;
/// Asked for like a status: open cases that sleep.
const ASLEEP: &str = "asleep";
/// How often a view is asked for again that is to stay up to date.
const LIVE_SECONDS: u32 = 30;

/// What is asked for. What is written wrongly is not asked for: an address is no form to be refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    status: String,
    provider: String,
    assignee: String,
    label: String,
    severity: String,
    customer: String,
    since: String,
    due: String,
    /// `1` for a view that the browser asks for again and again.
    live: String,
    /// `all` for a page whose cases are chosen already.
    chosen: String,
    loss: String,
    id: String,
}

impl Asked {
    fn is_live(&self) -> bool {
        self.live == "1"
    }

    fn is_chosen(&self) -> bool {
        self.chosen == "all"
    }

    /// The address of this view, which stays up to date or does so no longer.
    fn toggled(&self) -> String {
        let live = if self.is_live() { "" } else { "1" };
        format!("/?{}", Self { live: live.to_string(), ..self.clone() }.known().finish())
    }

    fn filter(&self, app: &App) -> Filter {
        let some = |text: &String| (!text.trim().is_empty()).then(|| text.trim().to_string());
        let after = self.loss.parse().ok().zip(self.id.parse().ok());
        Filter {
            status: Status::from_id(&self.status),
            waiting_at: self.status.is_empty().then(|| (app.clock)()),
            sleeping_at: (self.status == ASLEEP).then(|| (app.clock)()),
            provider: some(&self.provider),
            assignee: some(&self.assignee),
            label: some(&self.label),
            account: some(&self.q),
            after: after.map(|(loss, id)| Cursor { loss, id }).filter(|one| one.loss.is_finite()),
            severity: some(&self.severity),
            opened_since: Time::parse(&self.since),
            answer_due: self.is_due(),
            limit: PAGE_LINES,
            ..Filter::default()
        }
    }

    /// Whether the most urgent ones come first.
    fn is_due(&self) -> bool {
        self.due == "yes"
    }

    /// The address of this very page with all of its cases chosen.
    fn chosen(&self) -> String {
        let mut query = self.known();
        for (name, value) in [("loss", &self.loss), ("id", &self.id)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/?{}", query.append_pair("chosen", "all").finish())
    }

    /// The address of those that sleep, of the same customer.
    fn asleep(&self) -> String {
        let (status, customer) = (ASLEEP.to_string(), self.customer.clone());
        format!("/?{}", Self { status, customer, ..Self::default() }.known().finish())
    }

    /// What is asked for, as the address says it.
    fn known(&self) -> Serializer<'static, String> {
        let mut query = Serializer::new(String::new());
        let known = [
            ("q", &self.q),
            ("status", &self.status),
            ("severity", &self.severity),
            ("provider", &self.provider),
            ("customer", &self.customer),
            ("assignee", &self.assignee),
            ("label", &self.label),
            ("since", &self.since),
            ("due", &self.due),
            ("live", &self.live),
        ];
        for (name, value) in known.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query
    }

    /// The address of the lines after `last`.
    fn next(&self, last: &CaseRow) -> String {
        let mut query = self.known();
        let due = last.answer_due.filter(|_| self.is_due());
        let rank = due.map_or_else(|| last.loss.to_string(), |due| due.millis().to_string());
        query.append_pair("loss", &rank).append_pair("id", &last.id.to_string());
        format!("/?{}", query.finish())
    }
}

struct Choice {
    id: &'static str,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "page/queue.html")]
struct Queue {
    frame: Frame,
    asked: Asked,
    statuses: Vec<Choice>,
    severities: Vec<Choice>,
    providers: Vec<Choice>,
    /// Filters that few need, unfolded while one of them is set.
    is_narrow: bool,
    /// This view again, for who acts on several of its cases.
    back: String,
    may_act: bool,
    /// Whether all are chosen, and the page where they are.
    is_chosen: bool,
    chosen: String,
    /// All that the filter finds, where this page has not all of them and whoever chooses may want them.
    all: Option<Found>,
    /// Cases that a provider waits for an answer to, the most urgent first; on the first page alone.
    urgent: Vec<CaseLine>,
    /// How many open cases sleep, and where they are; where those that wait are shown.
    asleep: Option<(u64, String)>,
    /// To how many cases something was just done.
    done: Option<usize>,
    is_live: bool,
    seconds: u32,
    /// The address of this view that stays up to date, or of the one that does not.
    toggled: String,
    cases: Vec<CaseLine>,
    next: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, asked, bulk::done(&headers)).await)
}

async fn page(
    app: &App,
    caller: &Caller,
    asked: Asked,
    done: Option<usize>,
) -> Result<Response, Problem> {
    let within = within(app, caller, asked.customer.trim()).await?;
    let filter = Filter { within, ..asked.filter(app) };
    let rows = app.store.cases(&filter).await?;
    let asleep = match filter.waiting_at {
        Some(now) => {
            let count = app.store.sleeping(filter.within.as_deref(), now).await?;
            (count > 0).then(|| (count, asked.asleep()))
        }
        None => None,
    };
    let next = rows.last().filter(|_| rows.len() == PAGE_LINES as usize);
    let is_live = asked.is_live();
    // Whoever chooses cases must not see the page change under their hand.
    let may_act = caller.role >= Role::Analyst && !is_live;
    let is_part = next.is_some() || filter.after.is_some();
    let all = match asked.is_chosen() && may_act && is_part {
        true => Some(find(app, &Filter { after: None, ..filter.clone() }, FOUND_MAX).await?),
        false => None,
    };
    let page = Queue {
        frame: Frame::new(app, caller, "word-cases").await?,
        statuses: statuses(&asked.status),
        severities: severities(&asked.severity),
        providers: providers(&asked.provider),
        is_narrow: [&asked.customer, &asked.label, &asked.since, &asked.provider, &asked.severity]
            .iter()
            .any(|field| !field.is_empty()),
        back: format!("/?{}", asked.known().finish()),
        may_act,
        is_chosen: asked.is_chosen(),
        all,
        chosen: asked.chosen(),
        is_live,
        seconds: LIVE_SECONDS,
        toggled: asked.toggled(),
        asleep,
        done,
        urgent: urgent(app, &filter, &asked).await?,
        cases: rows.iter().map(CaseLine::of).collect(),
        next: next.map(|last| asked.next(last)),
        asked,
    };
    let mut response = shown(StatusCode::OK, &page);
    if done.is_some() {
        bulk::forget_done(&mut response);
    }
    if is_live {
        // A header does without a script what people asked for, and can leave again.
        response.headers_mut().insert("refresh", HeaderValue::from(LIVE_SECONDS));
    }
    Ok(response)
}

/// The most urgent of what the queue holds, as long as nothing else is asked for.
async fn urgent(app: &App, filter: &Filter, asked: &Asked) -> Result<Vec<CaseLine>, Problem> {
    if filter.after.is_some() || !asked.known().finish().is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter { answer_due: true, limit: URGENT, ..filter.clone() };
    Ok(app.store.cases(&filter).await?.iter().map(CaseLine::of).collect())
}

/// The filter of a queue at this address, from its beginning. An address that can't be read is refused:
/// something is to be done to all that it finds.
pub(super) async fn filter_of(
    app: &App,
    caller: &Caller,
    address: &str,
) -> Result<Filter, Problem> {
    let wrong = || Problem::invalid("this is not what the page sends");
    let address: Uri = address.parse().map_err(|_| wrong())?;
    let Query(asked) = Query::<Asked>::try_from_uri(&address).map_err(|_| wrong())?;
    let within = within(app, caller, asked.customer.trim()).await?;
    Ok(Filter { within, after: None, ..asked.filter(app) })
}

/// The part of the tree that is asked for, if the caller sees it.
async fn within(app: &App, caller: &Caller, customer: &str) -> Result<Option<String>, Problem> {
    if customer.is_empty() {
        return Ok(caller.scope.clone());
    }
    app.store.customer(customer, caller.within()).await?;
    Ok(Some(customer.to_string()))
}

fn choice(id: &'static str, sentence: &str, chosen: &str) -> Choice {
    Choice { id, words: say().say(sentence, &[]), chosen: id == chosen }
}

fn severities(chosen: &str) -> Vec<Choice> {
    let known = [
        ("", "severity-every"),
        ("high", "severity-high"),
        ("medium", "severity-medium"),
        ("low", "severity-low"),
    ];
    known.map(|(id, sentence)| choice(id, sentence, chosen)).into()
}

fn statuses(chosen: &str) -> Vec<Choice> {
    let known = [
        ("", "status-waiting"),
        ("active", "status-active"),
        ("investigating", "status-investigating"),
        ("resolved", "status-resolved"),
        (ASLEEP, "status-asleep"),
        ("all", "status-all"),
    ];
    known.map(|(id, sentence)| choice(id, sentence, chosen)).into()
}

fn providers(chosen: &str) -> Vec<Choice> {
    let every = choice("", "cloud-every", chosen);
    let one = |provider: Provider| {
        let id = provider.id();
        match provider {
            Provider::Unknown => choice(id, "word-not-known", chosen),
            _ => Choice { id, words: id.to_string(), chosen: id == chosen },
        }
    };
    std::iter::once(every).chain(Provider::ALL.map(one)).collect()
}
