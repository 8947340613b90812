//! The tables as Markdown: for a terminal, and for documents.

use std::fmt::Write as _;

use firedamp_core::text;

use super::{
    Evaluation,
    calibration::Calibration,
    measures::{Cell, Measures},
    statistics::{Rate, Share},
};

/// Rows of false cases that are told; the rest is counted.
const FALSE_CASES_MAX: usize = 20;

/// Everything, misses first.
#[must_use]
pub fn markdown(evaluation: &Evaluation) -> String {
    let mut text = overview(evaluation);
    for arm in &evaluation.arms {
        text += &section(arm, evaluation.base_rate);
    }
    text
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn told(share: &Share) -> String {
    match share.of {
        0 => "–".to_string(),
        _ => format!(
            "{} ({} of {}; {:.1}–{:.1})",
            percent(share.share),
            share.hits,
            share.of,
            100.0 * share.low,
            100.0 * share.high
        ),
    }
}

fn overview(evaluation: &Evaluation) -> String {
    let mut text = "| judged by | found, p ≥ 0.5 | fleets of three and more | one or two hosts | worst scenario | false cases in innocent resource-days | a 95 % upper bound for 10,000 |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_string();
    for arm in &evaluation.arms {
        let Some(found) = arm.thresholds.get(1) else {
            continue;
        };
        let worst = arm.worst.get("scenario").map_or("–".to_string(), |cell| {
            format!("{} {}", cell.name, percent(cell.recall.share))
        });
        let _written = writeln!(
            text,
            "| {} | {} | {} | {} | {worst} | {} in {:.0} | {} |",
            arm.about,
            told(&found.recall),
            told(&arm.fleets),
            told(&arm.few),
            found.false_cases.count,
            arm.innocent_resource_days,
            bounded(&found.false_cases),
        );
    }
    text
}

fn section(arm: &Measures, base_rate: f64) -> String {
    let mut text = format!("\n## {}\n\n", arm.about);
    text += &misses(arm);
    text += &slips(arm);
    text += &thresholds(arm, base_rate);
    text += &worst(arm);
    for (property, cells) in &arm.by {
        text += &cells_table(property, cells);
    }
    text += &delays(arm);
    text += &ablation(arm);
    text += &calibration("Each account counting one", &arm.calibration);
    let worldly = "Innocents counting as much as they do at the base rate";
    text += &calibration(worldly, &arm.calibration_at_base_rate);
    text + &parts(arm)
}

/// What a rate is at most; nothing where nothing was exposed.
pub(super) fn bounded(rate: &Rate) -> String {
    if rate.exposure > 0.0 { format!("{:.2}", rate.bound) } else { "–".to_string() }
}

fn thresholds(arm: &Measures, base_rate: f64) -> String {
    let mut text = format!(
        "\n| from p | found | right of the accused | false cases in 10,000 innocent resource-days, at most | precision where one in {:.0} mines |\n\
         | --- | --- | --- | --- | --- |\n",
        1.0 / base_rate
    );
    for at in &arm.thresholds {
        let [worst, best] = at.precision_at_base_rate;
        let _written = writeln!(
            text,
            "| {:.1} | {} | {} | {:.2}, {} | {} to {} |",
            at.probability,
            told(&at.recall),
            told(&at.precision),
            at.false_cases.rate,
            bounded(&at.false_cases),
            percent(worst),
            percent(best)
        );
    }
    text + "\n"
}

fn worst(arm: &Measures) -> String {
    if arm.worst.is_empty() {
        return String::new();
    }
    let mut text = "| the worst | is | found |\n| --- | --- | --- |\n".to_string();
    for (property, cell) in &arm.worst {
        let property = if *property == "grid" { "scenario and evasion" } else { property };
        let _written =
            writeln!(text, "| {property} | {} | {} |", name(&cell.name), told(&cell.recall));
    }
    text + "\n"
}

/// A name in a cell of a table: nothing in it ends the cell or moves the terminal's cursor.
fn name(name: &str) -> String {
    text::printable(name).replace('|', "/")
}

fn misses(arm: &Measures) -> String {
    if arm.missed.is_empty() {
        return "No miner was missed.\n".to_string();
    }
    let mut text = "Missed:\n\n| scenario | missed | with |\n| --- | --- | --- |\n".to_string();
    for cell in &arm.missed {
        let row = arm.grid.get(&cell.name);
        let with: Vec<String> = row
            .into_iter()
            .flatten()
            .filter(|(_, share)| share.hits < share.of)
            .map(|(evasion, share)| {
                format!("{} {} of {}", name(evasion), share.of - share.hits, share.of)
            })
            .collect();
        let missed = cell.recall.of - cell.recall.hits;
        let _written = writeln!(
            text,
            "| {} | {missed} of {} | {} |",
            name(&cell.name),
            cell.recall.of,
            with.join(", ")
        );
    }
    text
}

fn slips(arm: &Measures) -> String {
    if arm.false_cases.is_empty() {
        return "\nNo innocent account was accused.\n".to_string();
    }
    let mut text =
        "\nAccused, and innocent:\n\n| scenario | p | account | said by |\n| --- | --- | --- | --- |\n"
            .to_string();
    for case in arm.false_cases.iter().take(FALSE_CASES_MAX) {
        let spoke: Vec<String> =
            case.spoke.iter().map(|(id, nats)| format!("{id} {nats:+.1}")).collect();
        let _written = writeln!(
            text,
            "| {} | {:.2} | {}, world {} | {} |",
            name(&case.scenario),
            case.probability,
            name(&case.account),
            case.seed,
            spoke.join(", ")
        );
    }
    let more = arm.false_cases.len().saturating_sub(FALSE_CASES_MAX);
    if more > 0 {
        let _written = writeln!(text, "\n… and {more} more.");
    }
    text
}

fn cells_table(property: &str, cells: &[Cell]) -> String {
    let mut text = format!("| {property} | found |\n| --- | --- |\n");
    for cell in cells {
        let few = if cell.few { " (few)" } else { "" };
        let _written = writeln!(text, "| {} | {}{few} |", name(&cell.name), told(&cell.recall));
    }
    text + "\n"
}

fn delays(arm: &Measures) -> String {
    if arm.delays.is_empty() {
        return String::new();
    }
    let mut text = "From the begin of mining until the case, of accounts that were found in the end:\n\n\
                    | scenario | cases | later than looked | median | nine of ten | dollars until then, median | nine of ten |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_string();
    for wait in &arm.delays {
        let _written = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            name(&wait.scenario),
            wait.cases,
            wait.later,
            minutes(wait.median_minutes),
            minutes(wait.p90_minutes),
            dollars(wait.median_dollars),
            dollars(wait.p90_dollars)
        );
    }
    text + "\n" + &curve(arm)
}

fn curve(arm: &Measures) -> String {
    let mut text = "| within | found |\n| --- | --- |\n".to_string();
    for within in &arm.found_within {
        let time = minutes(Some(within.minutes as f64));
        let _written = writeln!(text, "| {time} | {} |", told(&within.found));
    }
    text + "\n"
}

/// A time in words; what is not known is later than all moments that were looked at.
pub(super) fn minutes(minutes: Option<f64>) -> String {
    match minutes {
        None => "later".to_string(),
        Some(minutes) if minutes >= 120.0 => format!("{:.0} h", minutes / 60.0),
        Some(minutes) => format!("{minutes:.0} min"),
    }
}

pub(super) fn dollars(dollars: Option<f64>) -> String {
    dollars.map_or("more".to_string(), |dollars| format!("{dollars:.2}"))
}

fn ablation(arm: &Measures) -> String {
    if arm.ablation.is_empty() {
        return String::new();
    }
    let mut text = "Each detector off in turn:\n\n\
         | without | found all the same | nats that miners lose | false cases | of the false cases go | innocents that it spoke of |\n\
         | --- | --- | --- | --- | --- | --- |\n"
        .to_string();
    for row in &arm.ablation {
        let _written = writeln!(
            text,
            "| {} | {} | {:.2} | {} | {} | {} |",
            row.without,
            told(&row.recall),
            row.nats_lost,
            row.false_cases,
            row.false_cases_gone,
            row.innocents_spoken_of
        );
    }
    text + "\n"
}

fn calibration(how: &str, of: &Calibration) -> String {
    let mut text = format!(
        "{how}: Brier score {:.4}; expected calibration error {:.3}; logarithmic loss {:.4} nats, of who \
         says the share of miners each time {:.4}.\n\n\
         | said | mean | true | holds |\n| --- | --- | --- | --- |\n",
        of.brier, of.expected_error, of.log_loss, of.base_log_loss
    );
    for bin in &of.bins {
        let _written = writeln!(
            text,
            "| {:.2}–{:.2} | {:.3} | {} | {} |",
            bin.from,
            bin.to,
            bin.said,
            told(&bin.observed),
            if bin.holds { "yes" } else { "**no**" }
        );
    }
    text + "\n"
}

fn parts(arm: &Measures) -> String {
    let mut text = String::new();
    for (property, parts) in &arm.calibration_by {
        let _written = writeln!(
            text,
            "| {property} | said | true | Brier | calibration error | logarithmic loss | of who says the share |\n\
             | --- | --- | --- | --- | --- | --- | --- |"
        );
        for part in parts {
            let _written = writeln!(
                text,
                "| {} | {:.3} | {} | {:.4} | {:.3} | {:.4} | {:.4} |",
                name(&part.name),
                part.said,
                told(&part.observed),
                part.brier,
                part.expected_error,
                part.log_loss,
                part.base_log_loss
            );
        }
        text.push('\n');
    }
    text
}
