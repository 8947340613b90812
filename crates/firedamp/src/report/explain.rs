//! The whole reckoning about one account.

use std::io::{self, Write};

use anstyle::{Reset, Style};
use firedamp_core::{
    case::{Case, CaseResource},
    text::printable,
};

use super::{Report, words};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Writes how the verdict on `case` came about, point by point, and what it is blind for.
///
/// # Errors
/// When `out` can't be written.
pub fn explain(case: &Case, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let percent = words::percent(case.probability);
    let (verdict, account) = (words::verdict(case.probability), printable(&case.id));
    writeln!(out, "{BOLD}{verdict} ({percent}) in {account}{Reset}")?;
    writeln!(
        out,
        "{} to {}, {}\n",
        case.first_observed,
        case.last_observed,
        words::activity(case)
    )?;
    for resource in &case.resources {
        reckon(resource, out)?;
    }
    if case.resources.len() > 1 {
        writeln!(
            out,
            "Together, damped because resources of one account are not independent: {percent}\n"
        )?;
    }
    writeln!(out, "{BOLD}Every finding{Reset}")?;
    for finding in &case.findings {
        let span = format!("{} to {}", finding.span.first, finding.span.last);
        writeln!(out, "{:+7.2}  {} [{}]", finding.llr, words::reason(finding), finding.detector)?;
        writeln!(out, "         {DIM}{span}{Reset}")?;
        for place in &finding.places {
            let paths = report.paths.get(&place.object).map(|paths| paths.join(", "));
            let path = paths.map_or_else(String::new, |paths| format!(" ({})", printable(&paths)));
            writeln!(
                out,
                "         {DIM}object {}, record {}{path}{Reset}",
                place.object, place.record
            )?;
        }
    }
    writeln!(out, "\n{BOLD}What would change it{Reset}")?;
    writeln!(out, "{}", what_would_change(case))?;
    writeln!(out, "{}", words::next_step(case))
}

fn reckon(resource: &CaseResource, out: &mut dyn Write) -> io::Result<()> {
    let aliases: Vec<String> = resource.aliases.iter().map(|alias| printable(alias)).collect();
    writeln!(out, "{BOLD}{}{Reset} {}", printable(&resource.id), aliases.join(", "))?;
    let mut sum = 0.0;
    for point in &resource.reckoning {
        sum += point.nats;
        let probability = words::percent(1.0 / (1.0 + f64::exp(-sum)));
        writeln!(out, "{:+7.2}  {probability:>6}  {}", point.nats, printable(&point.what))?;
    }
    writeln!(out)
}

/// What telemetry that was missing would tell.
fn what_would_change(case: &Case) -> String {
    let mut sentences: Vec<&str> = Vec::new();
    for signal in &case.absent {
        sentences.push(match *signal {
            "dns" => "DNS query logs would tell by which name an address was found.",
            "flow" => {
                "Flow logs would tell whether anybody talked for long with what was asked for."
            }
            _ => "The provider's own alerts would be evidence of another kind.",
        });
    }
    if sentences.is_empty() {
        sentences.push("All kinds of telemetry that Firedamp reads were there.");
    }
    sentences.join("\n")
}
