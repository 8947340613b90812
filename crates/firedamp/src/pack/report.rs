//! The report of a pack: as a page that asks nobody for anything, and as PDF.

use askama::Template;
use firedamp_core::{
    compensation::{Claim, Sum},
    proof::{OfResource, Says, Verdict},
    redact::redacted,
    time::Time,
};

use super::{Dossier, is_withheld, pdf::Document};
use crate::{
    casework::Clock,
    language::{Language, Sentences},
    report,
    request::account_word,
};

/// Entries of the log in a report; all are in `activity.jsonl`.
const ENTRIES_MAX: usize = 2000;
/// Resources in a report; all are in `judgement.json`.
const RESOURCES_MAX: usize = 500;

#[derive(Template)]
#[template(path = "pack/report.html")]
struct Page {
    language: Language,
    title: String,
    made: String,
    zone: String,
    heuristic: String,
    records: String,
    article: String,
    headings: Headings,
    proof: Vec<String>,
    sums: Vec<String>,
    charges: Vec<(String, String, String)>,
    actions: Vec<String>,
}

struct Headings {
    proof: String,
    charges: String,
    actions: String,
    resource: String,
    day: String,
    amount: String,
}

pub(super) fn html(dossier: &Dossier, records: usize, language: Language) -> String {
    let words = Words::of(dossier, language);
    let page = Page {
        language,
        title: words.title(dossier),
        made: words.made(dossier),
        zone: words.zone(),
        heuristic: words.say.say("pack-heuristic", &[]),
        records: words.say.say("pack-records", &[("count", &records.to_string())]),
        // What a page has under Evidence stands in a file beside this one.
        article: report::retold(&dossier.file.html, words.say)
            .replace("href=\"#evidence\"", "href=\"judgement.json\""),
        headings: Headings {
            proof: words.say.say("cleanup-proof", &[]),
            charges: words.say.say("pack-charges", &[]),
            actions: words.say.say("pack-actions", &[]),
            resource: words.say.say("money-resource", &[]),
            day: words.say.say("money-day", &[]),
            amount: words.say.say("money-amount", &[]),
        },
        proof: words.proof(dossier),
        sums: words.sums(dossier),
        charges: words.charges(dossier),
        actions: words.actions(dossier),
    };
    // A template with nothing but text in it can always be written.
    page.render().unwrap_or_default()
}

pub(super) fn pdf(dossier: &Dossier, records: usize, language: Language) -> Vec<u8> {
    let words = Words::of(dossier, language);
    let say = |id: &str| words.say.say(id, &[]);
    let mut document = Document::new(&words.title(dossier), words.say.colon());
    document.text(&words.made(dossier));
    document.text(&words.zone());
    document.text(&say("pack-heuristic"));
    document.heading(&say("pack-facts"));
    let row = &dossier.file.row;
    document.row(&say(account_word(dossier.judged.cloud())), &report::shown(&row.account));
    if let Some(customer) = &dossier.customer {
        document.row(&say("request-line-customer"), &report::shown(&customer.party.name));
    }
    for (id, value) in [
        ("request-line-partner", &dossier.partner.name),
        ("request-line-partner_tenant", &dossier.partner.tenant),
        ("request-line-by", &dossier.partner.reached()),
    ] {
        if !value.is_empty() {
            document.row(&say(id), &report::shown(value));
        }
    }
    document.row(&say("request-line-probability"), &language.percent(row.probability));
    document.row(&say("pack-first"), &words.clock.minute(row.first_observed));
    document.row(&say("pack-last"), &words.clock.minute(row.last_observed));
    document.heading(&say("pack-resources"));
    for resource in dossier.judged.resources.iter().take(RESOURCES_MAX) {
        document.row(&report::shown(&resource.id), &language.percent(resource.probability));
    }
    document.heading(&say("pack-reasons"));
    for found in &dossier.judged.findings {
        document.text(&words.say.tell(&found.said, &found.summary));
    }
    document.heading(&say("cleanup-proof"));
    words.proof(dossier).iter().for_each(|line| document.text(line));
    document.heading(&say("pack-charges"));
    words.sums(dossier).iter().for_each(|line| document.text(line));
    for (resource, day, amount) in words.charges(dossier) {
        document.row(&format!("{day}, {resource}"), &amount);
    }
    document.heading(&say("pack-actions"));
    words.actions(dossier).iter().for_each(|line| document.text(line));
    document.text(&words.say.say("pack-records", &[("count", &records.to_string())]));
    document.finish()
}

/// What is in a pack, and how it is checked.
pub(super) fn readme(language: Language) -> String {
    format!("{}\n", Sentences::of(language).say("pack-readme", &[]))
}

struct Words {
    say: Sentences,
    language: Language,
    /// The customer's.
    clock: Clock,
}

impl Words {
    fn of(dossier: &Dossier, language: Language) -> Self {
        let clock = Clock::of(language, dossier.customer.as_ref());
        Self { say: Sentences::of(language), language, clock }
    }

    fn title(&self, dossier: &Dossier) -> String {
        let account = report::shown(&dossier.file.row.account);
        self.say.say("pack-title", &[("account", &account)])
    }

    fn made(&self, dossier: &Dossier) -> String {
        let made = self.clock.minute(dossier.now);
        let blanks = [("time", made.as_str()), ("version", env!("CARGO_PKG_VERSION"))];
        self.say.say("pack-made", &blanks)
    }

    /// Whose clock it is; what says its own zone keeps it.
    fn zone(&self) -> String {
        self.say.say("pack-zone", &[("zone", &self.clock.name)])
    }

    fn proof(&self, dossier: &Dossier) -> Vec<String> {
        let proof = &dossier.proof;
        let since = self.clock.minute(proof.since);
        let mut lines = vec![
            self.verdict(proof.verdict),
            self.say.say("cleanup-proof-since", &[("since", &since)]),
        ];
        for part in &proof.parts {
            let mut line = self.part(part.about, part.says);
            if let Some(until) = part.until {
                let until = self.clock.minute(until);
                let until = self.say.say("cleanup-until", &[("until", &until)]);
                line.push_str(&format!(", {until}"));
            }
            lines.push(line);
        }
        // What is not proven stands first.
        let proven = proof.resources.iter().filter(|one| one.verdict == Verdict::Stopped);
        let each = proof.unproven().chain(proven).take(RESOURCES_MAX);
        lines.extend(each.map(|one| self.of_resource(one)));
        if proof.is_cut {
            lines.push(self.say.say("cleanup-proof-cut", &[]));
        }
        lines
    }

    fn verdict(&self, verdict: Verdict) -> String {
        self.say.say(&format!("cleanup-verdict-{}", verdict.id()), &[])
    }

    /// What one kind of telemetry says.
    fn part(&self, about: &str, says: Says) -> String {
        let about = self.say.say(&format!("cleanup-part-{about}"), &[]);
        let says = self.say.say(&format!("cleanup-says-{}", says.id()), &[]);
        format!("{about}{} {says}", self.say.colon())
    }

    fn of_resource(&self, one: &OfResource) -> String {
        let parts = [
            self.part("flows", one.flows),
            self.part("spend", one.spend),
            self.part("control_plane", one.control_plane),
        ];
        let (colon, name) = (self.say.colon(), redacted(&report::shown(&one.resource)));
        let parts = parts.join(self.language.between_clauses());
        format!("{name}{colon} {} {parts}", self.verdict(one.verdict))
    }

    fn sums(&self, dossier: &Dossier) -> Vec<String> {
        let words = |claim: &Claim| {
            let is_over = claim.is_over(dossier.now);
            let told = |sum: &Sum| sum_in_words(&self.say, self.language, sum, is_over);
            claim.sums.iter().map(told).collect::<Vec<_>>()
        };
        dossier.claim.iter().flat_map(words).collect()
    }

    fn charges(&self, dossier: &Dossier) -> Vec<(String, String, String)> {
        let mut rows = Vec::new();
        for charged in &dossier.judged.charges {
            for (day, amount) in &charged.days {
                let amount = self.language.money(*amount, &charged.currency);
                rows.push((report::shown(&charged.resource), day_of(day, self.language), amount));
            }
        }
        rows
    }

    fn actions(&self, dossier: &Dossier) -> Vec<String> {
        let line = |entry: &crate::store::Entry| {
            let at = self.clock.minute(entry.at);
            match is_withheld(entry) {
                true => format!("{at}{} {}", self.say.colon(), self.say.say("pack-withheld", &[])),
                false => {
                    let colon = self.say.colon();
                    let text = redacted(&entry.told(&self.say));
                    let kind =
                        self.say.word(&format!("log-kind-{}", entry.kind.replace([' ', '_'], "-")));
                    let kind = kind.unwrap_or_else(|| report::shown(&entry.kind));
                    format!("{at}, {}{colon} {kind}{colon} {text}", report::shown(&entry.actor))
                }
            }
        };
        dossier.entries.iter().take(ENTRIES_MAX).map(line).collect()
    }
}

/// A day of a bill, as its reader writes it: a bill's days have no zone.
pub(crate) fn day_of(day: &str, language: Language) -> String {
    Time::parse(day).map_or_else(|| report::shown(day), |time| language.day(time))
}

/// What is charged and what of it may come back, or might have.
pub(crate) fn sum_in_words(
    say: &Sentences,
    language: Language,
    sum: &Sum,
    is_over: bool,
) -> String {
    let charged = language.money(sum.charged, &sum.currency);
    if let Some(refunded) = &sum.refunded {
        let given = language.money(refunded.charged, &refunded.currency);
        return say.say("money-refunded", &[("given", &given), ("listed", &charged)]);
    }
    if sum.estimated {
        return say.say("money-estimated", &[("charged", &charged)]);
    }
    let claimable = language.money(sum.claimable, &sum.currency);
    let id = if is_over { "money-sum.over" } else { "money-sum" };
    say.say(id, &[("claimable", &claimable), ("charged", &charged)])
}
