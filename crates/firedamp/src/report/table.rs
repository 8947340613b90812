//! Text for a terminal: a case a block.

use std::io::{self, Write};

use anstyle::{AnsiColor, Reset, Style};
use firedamp_core::{
    case::{Case, CaseResource},
    text::printable,
};

use super::{Report, words};

const WIDTH: usize = 100;
/// Resources named in a block.
const RESOURCES_MAX: usize = 5;
/// Reasons given in a block.
const REASONS_MAX: usize = 3;
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.cases.is_empty() {
        let least = words::percent(report.min_probability);
        let hint = if report.all { "" } else { " Weaker findings are shown with --all." };
        return writeln!(out, "No case: no account reaches a probability of {least}.{hint}");
    }
    for (index, case) in report.cases.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        block(case, out)?;
    }
    Ok(())
}

fn color(probability: f64) -> Style {
    let color = match probability {
        p if p >= 0.9 => AnsiColor::Red,
        p if p >= 0.5 => AnsiColor::Yellow,
        p if p >= 0.1 => AnsiColor::Cyan,
        _ => AnsiColor::Green,
    };
    color.on_default().bold()
}

fn block(case: &Case, out: &mut dyn Write) -> io::Result<()> {
    let mark = color(case.probability);
    let verdict = words::verdict(case.probability);
    let percent = words::percent(case.probability);
    let account = printable(&case.id);
    writeln!(out, "{mark}{verdict} ({percent}){Reset} in {BOLD}{account}{Reset}")?;
    line(
        "when",
        &format!("{} to {}, {}", case.first_observed, case.last_observed, words::activity(case)),
        out,
    )?;
    for resource in case.resources.iter().take(RESOURCES_MAX) {
        line("where", &described(resource), out)?;
    }
    if case.resources.len() > RESOURCES_MAX {
        line("", &format!("and {} more resources", case.resources.len() - RESOURCES_MAX), out)?;
    }
    for (index, finding) in words::strongest(case, REASONS_MAX).enumerate() {
        let label = if index == 0 { "why" } else { "" };
        line(label, &format!("{} [{}]", words::reason(finding), finding.detector), out)?;
    }
    if case.findings.len() > REASONS_MAX {
        line("", &format!("and {} more findings", case.findings.len() - REASONS_MAX), out)?;
    }
    if let Some(blind) = words::blind_spots(case) {
        line("blind", &blind, out)?;
    }
    line("next", words::next_step(case), out)
}

fn described(resource: &CaseResource) -> String {
    let names: Vec<String> = resource.aliases.iter().map(|alias| printable(alias)).collect();
    let also = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let percent = words::percent(resource.probability);
    format!("{}{also}, {percent}", printable(&resource.id))
}

fn line(label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    for (index, part) in words::wrapped(text, WIDTH - 9).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        writeln!(out, "  {DIM}{label:<5}{Reset}  {part}")?;
    }
    Ok(())
}
