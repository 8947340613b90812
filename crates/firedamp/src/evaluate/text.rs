//! The tables as Markdown: for a terminal, and for documents.

use std::fmt::Write as _;

use super::{
    Evaluation,
    measures::{CELL_MIN, Cell, Measures},
    statistics::Share,
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
        let worst = arm.missed.first().map_or("none".to_string(), |cell| {
            format!("{} {}", cell.name, percent(cell.recall.share))
        });
        let _written = writeln!(
            text,
            "| {} | {} | {} | {} | {worst} | {} in {:.0} | {:.2} |",
            arm.about,
            told(&found.recall),
            told(&arm.fleets),
            told(&arm.few),
            found.false_cases.count,
            arm.innocent_resource_days,
            found.false_cases.high,
        );
    }
    text
}

fn section(arm: &Measures, base_rate: f64) -> String {
    let mut text = format!("\n## {}\n\n", arm.about);
    text += &misses(arm);
    text += &slips(arm);
    let _written = writeln!(
        text,
        "\nPrecision where one resource-day in {:.0} mines: {} to {}.\n",
        1.0 / base_rate,
        percent(arm.precision[0]),
        percent(arm.precision[1])
    );
    for (property, cells) in &arm.by {
        text += &cells_table(property, cells);
    }
    text + &delays(arm) + &ablation(arm) + &calibration(arm)
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
            .map(|(evasion, share)| format!("{evasion} {} of {}", share.of - share.hits, share.of))
            .collect();
        let missed = cell.recall.of - cell.recall.hits;
        let _written = writeln!(
            text,
            "| {} | {missed} of {} | {} |",
            cell.name,
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
            case.scenario,
            case.probability,
            case.account,
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
        let few = if cell.recall.of < CELL_MIN { " (few)" } else { "" };
        let _written = writeln!(text, "| {} | {}{few} |", cell.name, told(&cell.recall));
    }
    text + "\n"
}

fn delays(arm: &Measures) -> String {
    if arm.delays.is_empty() {
        return String::new();
    }
    let mut text = "From the begin of mining until the case:\n\n\
                    | scenario | cases | median | nine of ten | dollars until then, median | nine of ten |\n\
                    | --- | --- | --- | --- | --- | --- |\n"
        .to_string();
    for delay in &arm.delays {
        let _written = writeln!(
            text,
            "| {} | {} | {:.0} min | {:.0} min | {:.2} | {:.2} |",
            delay.scenario,
            delay.cases,
            delay.median_minutes,
            delay.p90_minutes,
            delay.median_dollars,
            delay.p90_dollars
        );
    }
    text + "\n"
}

fn ablation(arm: &Measures) -> String {
    if arm.ablation.is_empty() {
        return String::new();
    }
    let mut text =
        "Each detector off in turn:\n\n| without | found all the same | false cases that go |\n| --- | --- | --- |\n"
            .to_string();
    for row in &arm.ablation {
        let _written = writeln!(
            text,
            "| {} | {} | {} |",
            row.without,
            told(&row.recall),
            row.false_cases_gone
        );
    }
    text + "\n"
}

fn calibration(arm: &Measures) -> String {
    let of = &arm.calibration;
    let mut text = format!(
        "Brier score {:.4}; expected calibration error {:.3}; logarithmic loss {:.3} nats, of who says \
         the share of miners each time {:.3}.\n\n\
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
    text
}
