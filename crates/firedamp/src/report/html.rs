//! One page that holds all it needs and can be mailed: no script, no request to anywhere, nothing
//! that a strict content policy forbids but the looks.

use std::io::{self, Write};

use askama::Template;
use firedamp_core::{
    case::{Case, CaseResource},
    finding::Finding,
    portal::Link,
    saying::Saying,
    time::{Span, Time},
};

use super::{
    Report, advice,
    chart::{Chart, Tick, chart},
    frame::{Frame, frame},
    maker, retold,
    words::{self, Verdict, logistic, shown},
};
use crate::language::{Language, Sentences, english};

/// Reasons told in words for one case; the rest is in the other outputs.
const REASONS_MAX: usize = 6;
/// Resources in the table of one case.
const RESOURCES_MAX: usize = 50;
/// Resources whose reckoning is shown, and of those how many are unfolded.
const RECKONINGS_MAX: usize = 20;
const RECKONINGS_OPEN_MAX: usize = 3;
/// Letters of a resource's name in the heading of its reckoning.
const NAME_MAX: usize = 40;
/// Resources named where none is likely by itself.
const SUSPECTS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    language: Language,
    now: String,
    frame: Frame,
    cases: Vec<CaseView>,
    notes: Vec<String>,
    version: &'static str,
}

struct CaseView {
    anchor: usize,
    id: String,
    class: &'static str,
    verdict: String,
    percent: String,
    when: Told,
    since: String,
    activity: &'static str,
    /// By which translations know it.
    activity_id: &'static str,
    severity: &'static str,
    cost: Option<Told>,
    reasons: Vec<ReasonView>,
    reasons_more: Option<Told>,
    timeline: Told,
    chart: Chart,
    ticks: Vec<TickView>,
    not_drawn: Option<Told>,
    resources: Vec<ResourceView>,
    resources_more: Option<Told>,
    suspects: Vec<String>,
    account: Vec<Told>,
    reckonings: Vec<ReckoningView>,
    blind: Option<Told>,
    next: Vec<Told>,
    links: Vec<LinkView>,
}

struct LinkView {
    /// What it leads to: by which translations know it.
    to: &'static str,
    words: &'static str,
    url: String,
}

struct ReasonView {
    text: Told,
    said_by: String,
    when: Told,
}

/// Words, and in an article what they say, so that it can be told in another language.
struct Told {
    words: String,
    said: Option<String>,
}

/// How a case is told.
#[derive(Clone, Copy)]
enum Form {
    /// In the language of its reader, for good.
    Report(Sentences),
    /// In English, to be told again in the language of whoever reads it.
    Article,
}

impl Form {
    fn told(self, said: &Saying, english: String) -> Told {
        match self {
            Self::Report(say) => {
                Told { words: words::in_language(say, said, &english), said: None }
            }
            Self::Article => {
                let json = || serde_json::to_string(said).unwrap_or_default();
                Told { words: english, said: (!said.is_empty()).then(json) }
            }
        }
    }

    fn tell(self, said: &Saying) -> Told {
        self.told(said, english(said))
    }

    fn when(self, span: Span) -> Told {
        self.tell(&words::when_said(span))
    }

    fn minute(self, time: Time) -> Told {
        match words::minute_said(time) {
            Some(said) => self.tell(&said),
            None => Told { words: words::NO_TIME.to_string(), said: None },
        }
    }

    fn tick(self, tick: &Tick) -> TickView {
        let told = |said: &Option<Saying>, words: &String| match said {
            Some(said) => self.told(said, words.clone()),
            None => Told { words: words.clone(), said: None },
        };
        TickView {
            x: tick.x.clone(),
            anchor: tick.anchor,
            label: told(&tick.label_said, &tick.label),
            under: told(&tick.under_said, &tick.under),
        }
    }

    fn more(self, all: usize, most: usize) -> Option<Told> {
        let more = all.checked_sub(most).filter(|more| *more > 0)?;
        // A report stands beside the program's output, an article on a page that leads to all of it.
        let said = match self {
            Self::Report(_) => Saying::of("told-more.output"),
            Self::Article => Saying::of("told-more"),
        };
        Some(self.tell(&said.number("count", more as f64, 0)))
    }

    fn verdict(self, verdict: Verdict) -> String {
        match self {
            Self::Report(say) => say.say(&format!("verdict-{}", verdict.id()), &[]),
            Self::Article => verdict.words().to_string(),
        }
    }
}

/// A time on the chart's axis.
struct TickView {
    x: String,
    anchor: &'static str,
    label: Told,
    under: Told,
}

struct ResourceView {
    id: String,
    aliases: String,
    made: Option<Told>,
    percent: String,
    first: Told,
    last: Told,
}

struct ReckoningView {
    id: String,
    percent: String,
    open: bool,
    /// Where even odds are, of a hundred.
    even: String,
    points: Vec<PointView>,
}

/// One point of the reckoning: a bar from where the odds stood to where it left them.
struct PointView {
    what: Told,
    nats: Told,
    so_far: Told,
    x: String,
    width: String,
    class: &'static str,
}

/// One case, as a part of another page.
#[derive(Template)]
#[template(path = "report/case.html")]
struct Article {
    case: CaseView,
}

/// The part of a page that tells of one case.
pub(super) fn article(case: &Case) -> String {
    // A template with nothing but text in it can always be written.
    Article { case: view(0, case, Form::Article) }.render().unwrap_or_default()
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let say = Sentences::of(report.language);
    let page = Page {
        language: report.language,
        now: report.language.minute(report.now),
        frame: frame(report, say),
        cases: report
            .cases
            .iter()
            .enumerate()
            .map(|(at, case)| view(at, case, Form::Report(say)))
            .collect(),
        notes: report.notes.iter().map(|note| shown(note)).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    if report.language == Language::English {
        return page.write_into(out);
    }
    // The template's own words are English and marked.
    let text = page.render().map_err(io::Error::other)?;
    out.write_all(retold(&text, say).as_bytes())
}

fn view(at: usize, case: &Case, form: Form) -> CaseView {
    let verdict = Verdict::of(case.probability);
    let chart = chart(case);
    CaseView {
        anchor: at + 1,
        id: shown(&case.id),
        class: verdict.id(),
        verdict: form.verdict(verdict),
        percent: words::percent(case.probability),
        when: form.when(words::span(case)),
        since: form.minute(case.first_observed).words,
        activity: words::activity(case),
        activity_id: if case.active { "running" } else { "not-running" },
        severity: case.severity.id(),
        cost: words::cost(case).map(|said| form.tell(&said)),
        reasons: reasons(case, form),
        reasons_more: form.more(case.findings.len(), REASONS_MAX),
        timeline: form.tell(&chart.words),
        not_drawn: chart.more.as_ref().map(|more| form.tell(more)),
        ticks: chart.ticks.iter().map(|tick| form.tick(tick)).collect(),
        chart,
        resources: case
            .resources
            .iter()
            .take(RESOURCES_MAX)
            .map(|one| resource(one, form))
            .collect(),
        resources_more: form.more(case.resources.len(), RESOURCES_MAX),
        suspects: suspects(case),
        account: maker::of_account(case).iter().map(|said| form.tell(said)).collect(),
        reckonings: reckonings(case, form),
        blind: words::blind_spots_said(case).map(|said| form.tell(&said)),
        next: advice::next_steps(case).iter().map(|said| form.tell(said)).collect(),
        links: links(case),
    }
}

fn links(case: &Case) -> Vec<LinkView> {
    let view = |link: &Link| LinkView {
        to: words::link_id(link.to),
        words: words::link(link.to),
        url: link.url.clone(),
    };
    case.links.iter().map(view).collect()
}

fn reasons(case: &Case, form: Form) -> Vec<ReasonView> {
    let reason = |finding: &Finding| ReasonView {
        text: form.told(&finding.said, words::reason(finding)),
        said_by: words::said_by(case, finding),
        when: form.when(finding.span),
    };
    words::strongest(case, REASONS_MAX).into_iter().map(reason).collect()
}

fn resource(resource: &CaseResource, form: Form) -> ResourceView {
    ResourceView {
        id: shown(&resource.id),
        aliases: words::aliases(resource),
        made: maker::of_resource(resource).map(|said| form.tell(&said)),
        percent: words::percent(resource.probability),
        first: form.minute(resource.first_observed),
        last: form.minute(resource.last_observed),
    }
}

fn suspects(case: &Case) -> Vec<String> {
    if !case.resources.is_empty() {
        return Vec::new();
    }
    let suspects = words::suspects(case).into_iter().take(SUSPECTS_MAX);
    suspects.map(shown).collect()
}

/// The reckonings of one case, on one scale.
fn reckonings(case: &Case, form: Form) -> Vec<ReckoningView> {
    let shown: Vec<&CaseResource> = case.resources.iter().take(RECKONINGS_MAX).collect();
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    for resource in &shown {
        for (_, after) in sums(resource) {
            (least, most) = (least.min(after), most.max(after));
        }
    }
    let scale = Scale { least: least - 0.5, length: most - least + 1.0 };
    let view = |(at, resource): (usize, &&CaseResource)| reckoning(resource, at, &scale, form);
    shown.iter().enumerate().map(view).collect()
}

/// What the odds were before and after each point, in nats; they begin even.
fn sums(resource: &CaseResource) -> impl Iterator<Item = (f64, f64)> {
    resource.reckoning.iter().scan(0.0, |sum, point| {
        let before = *sum;
        *sum += point.nats;
        Some((before, *sum))
    })
}

struct Scale {
    least: f64,
    length: f64,
}

impl Scale {
    fn at(&self, nats: f64) -> f64 {
        (nats - self.least) / self.length * 100.0
    }
}

/// What a point adds or takes away.
fn signed(nats: f64) -> Saying {
    let sign = if nats.is_sign_negative() { "−" } else { "+" };
    Saying::of("told-nats").text("sign", sign).number("nats", nats.abs(), 1)
}

fn reckoning(resource: &CaseResource, at: usize, scale: &Scale, form: Form) -> ReckoningView {
    let point = |(point, (before, after)): (&firedamp_core::assess::Point, (f64, f64))| {
        let (from, to) = (scale.at(before.min(after)), scale.at(before.max(after)));
        PointView {
            what: form.told(&point.said, shown(&point.what)),
            nats: form.told(&signed(point.nats), format!("{:+.1}", point.nats).replace('-', "−")),
            so_far: form
                .told(&words::likelihood_said(logistic(after)), words::likelihood(logistic(after))),
            x: format!("{from:.1}"),
            width: format!("{:.1}", to - from),
            class: if point.nats < 0.0 { "against" } else { "for" },
        }
    };
    ReckoningView {
        id: words::short(&resource.id, NAME_MAX),
        percent: words::percent(resource.probability),
        open: at < RECKONINGS_OPEN_MAX,
        even: format!("{:.1}", scale.at(0.0)),
        points: resource.reckoning.iter().zip(sums(resource)).map(point).collect(),
    }
}

#[cfg(test)]
mod tests {
    use firedamp_core::id::Provider;

    use super::{
        super::{Output, sample},
        *,
    };

    fn english_report() -> Form {
        Form::Report(Sentences::of(Language::English))
    }

    fn page(cases: &[Case]) -> String {
        sample::written(cases, Output::Html)
    }

    #[test]
    fn the_page_says_whether_where_when_why_and_what_next() {
        let mut made = sample::costly("111122223333");
        made.resources[0].created = Some(sample::created());
        made.account_moved = vec![sample::created()];
        let text = page(&[made, sample::case("000011112222")]);
        for wanted in [
            "<html lang=\"en\">",
            "<h1>2 accounts are probably mining</h1>",
            "Mining, nearly certain",
            "&#62; 99 %",
            "aws:111122223333",
            "2026-03-01 10:00 to 16:00 UTC (6.0 h)",
            "Talked with 203.0.113.9:443",
            "created 2026-03-01T10:04Z by arn:aws:iam::111122223333:user/alice from 203.0.113.9",
            "The account: moved 2026-03-01T10:04Z",
            "eni-0abc, 10.0.0.4",
            "1,234.50\u{a0}USD spent",
            "−9.2",
            "1 in 10,000",
            "No provider alerts of this account were read",
            "Confirm with the customer before anything is stopped",
            "Before any evidence, one resource in ten thousand mines",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
        assert!(!text.contains("100 %"), "{text}");
    }

    #[test]
    fn nothing_that_a_log_says_is_markup() {
        let text = page(&[sample::hostile(), sample::hostile()]);
        assert!(!text.contains("<script"), "{text}");
        assert!(!text.contains("alert(1)<"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
        assert!(text.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{text}");
    }

    #[test]
    fn the_page_asks_nobody_for_anything() {
        // A link is followed by a person, not by the page.
        let text = page(&[sample::case("1")]);
        let text = text.replace("<a href=\"https://console.aws.amazon.com/", "<a href=\"");
        for foreign in
            ["http:", "https:", "//", "<link", "<img", "src=", "url(", "@import", "style="]
        {
            assert!(!text.contains(foreign), "{foreign} in\n{text}");
        }
        assert!(text.contains("default-src 'none'"));
    }

    #[test]
    fn without_a_case_the_page_says_so() {
        let paths = std::collections::BTreeMap::new();
        let notes = ["read 3 objects".to_string()];
        let report = Report { notes: &notes, ..sample::report(&[], &paths) };
        let mut out = Vec::new();
        write(&report, &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("<h1>No account reaches a probability of 10 %</h1>"), "{text}");
        assert!(text.contains("read 3 objects"), "{text}");
    }

    #[test]
    fn the_page_is_told_in_the_language_of_its_reader() {
        let mut case = sample::costly("111122223333");
        let said = Saying::of("found-lookup").count("names", 1).text("first", "pool.example");
        case.findings[1].say(said.say("often", None).say("blocked", None));
        let told = |language| {
            let (paths, notes) = (std::collections::BTreeMap::new(), ["3 Objekte".to_string()]);
            let cases = [case.clone(), sample::case("000011112222")];
            let report = Report { language, notes: &notes, ..sample::report(&cases, &paths) };
            let mut out = Vec::new();
            write(&report, &mut out).expect("memory takes everything");
            String::from_utf8(out).expect("text")
        };
        let german = [
            "<html lang=\"de\">",
            "<title>Bei 2 Konten ist Mining wahrscheinlich – Firedamp, 01.03.2026 18:00 UTC</title>",
            "<p class=\"kicker\">Firedamp-Bericht</p>",
            "<p>Gesucht wurde nach Kryptomining in der gesamten vorgelegten Telemetrie. Geschrieben <span",
            "<strong>2</strong> Mining, so gut wie sicher</li>",
            "<nav aria-label=\"Fälle\">",
            "<span class=\"verdict\">Mining, so gut wie sicher</span>",
            "<h3>Warum</h3>",
            "<bdi>Hat pool.example abgefragt</bdi>",
            "01.03.2026 10:00 bis 16:00 UTC (6,0\u{a0}h)",
            "1.234,50\u{a0}USD ausgegeben",
            "<td class=\"number\">−9,2</td><td class=\"number\">1 von 10.000</td>",
            "<h2>Wie dieser Bericht zu lesen ist</h2>",
            "<h2>Was gelesen wurde</h2>",
            "<li><bdi>3 Objekte</bdi></li>",
            "Firedamp liest nur: Es spricht mit keinem Pool und ändert nichts.",
        ];
        let french = [
            "<html lang=\"fr\">",
            "<h1>Minage probable dans 2 comptes</h1>",
            "<p>Recherche de minage de cryptomonnaie dans toute la télémétrie fournie. Écrit le <span",
            "<strong>2</strong> Minage, presque certain</li>",
            "<h3>Pourquoi</h3>",
            "01/03/2026 10:00 à 16:00 UTC (6,0\u{a0}h)",
            "<h2>Comment lire ce rapport</h2>",
        ];
        for (page, wanted) in
            [(told(Language::German), &german[..]), (told(Language::French), &french[..])]
        {
            for wanted in wanted {
                assert!(page.contains(wanted), "{wanted:?} in\n{page}");
            }
            for gone in ["data-say", "lang=\"en\"", "Confirm with", "Looked for"] {
                assert!(!page.contains(gone), "{gone:?} in\n{page}");
            }
        }
    }

    #[test]
    fn nothing_that_a_log_says_is_markup_in_any_language() {
        let (paths, cases) = (std::collections::BTreeMap::new(), [sample::hostile()]);
        for language in Language::ALL {
            let report = Report { language, ..sample::report(&cases, &paths) };
            let mut out = Vec::new();
            write(&report, &mut out).expect("memory takes everything");
            let text = String::from_utf8(out).expect("text");
            assert!(!text.contains("<script") && !text.contains("alert(1)<"), "{text}");
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
        }
    }

    #[test]
    fn bars_run_from_where_the_odds_stood() {
        let findings = vec![sample::contact("i-1", 9.21)];
        let reckonings = reckonings(&sample::of(Provider::Aws, "1", findings), english_report());
        let points: Vec<(&str, &str, &str)> = reckonings[0]
            .points
            .iter()
            .map(|point| (point.x.as_str(), point.width.as_str(), point.class))
            .collect();
        assert_eq!(points, [("4.9", "90.2", "against"), ("4.9", "90.2", "for")]);
        assert_eq!(reckonings[0].even, "95.1");
    }

    #[test]
    fn without_likely_resources_the_suspected_ones_are_named() {
        let case = Case { resources: Vec::new(), ..sample::case("1") };
        let text = page(&[case]);
        assert!(text.contains("No resource reaches 50 % by itself"), "{text}");
        assert!(text.contains("<li><bdi>i-0abc</bdi></li>"), "{text}");
        assert!(!text.contains("The reckoning"), "{text}");
    }
}
