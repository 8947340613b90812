//! The evaluation as one page with plots, that needs nothing else.

use askama::Template;

use super::{
    Evaluation,
    measures::{Cell, Measures},
    statistics::Share,
    text,
    wait::Wait,
};

/// The side of the reliability plot, in its own units.
const SIDE: f64 = 100.0;

#[derive(Template)]
#[template(path = "evaluation.html")]
struct Page {
    arms: Vec<ArmView>,
    base: String,
    version: &'static str,
}

struct ArmView {
    id: String,
    about: String,
    found: ShareView,
    fleets: ShareView,
    few: ShareView,
    slips: String,
    days: String,
    bound: String,
    precision: String,
    missed: Vec<CellView>,
    accused: Vec<AccusedView>,
    properties: Vec<PropertyView>,
    columns: Vec<String>,
    rows: Vec<RowView>,
    points: Vec<PointView>,
    brier: String,
    error: String,
    delays: Vec<DelayView>,
    ablation: Vec<CellView>,
}

struct ShareView {
    percent: String,
    counts: String,
    /// The share and its interval, in hundredths.
    at: String,
    low: String,
    width: String,
}

struct CellView {
    name: String,
    share: ShareView,
}

struct AccusedView {
    scenario: String,
    percent: String,
    account: String,
    spoke: String,
}

struct PropertyView {
    name: &'static str,
    cells: Vec<CellView>,
}

struct RowView {
    scenario: String,
    cells: Vec<GridView>,
}

struct GridView {
    text: String,
    class: &'static str,
}

struct PointView {
    x: String,
    y: String,
    top: String,
    bottom: String,
    said: String,
    observed: String,
    counts: String,
    holds: bool,
}

struct DelayView {
    scenario: String,
    cases: usize,
    median: String,
    p90: String,
    dollars: String,
}

/// Writes the page.
///
/// # Errors
/// When memory runs out.
pub fn html(evaluation: &Evaluation) -> Result<String, askama::Error> {
    Page {
        arms: evaluation.arms.iter().map(arm).collect(),
        base: format!("{:.0}", 1.0 / evaluation.base_rate),
        version: env!("CARGO_PKG_VERSION"),
    }
    .render()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn share(share: &Share) -> ShareView {
    ShareView {
        percent: if share.of == 0 { "–".to_string() } else { percent(share.share) },
        counts: format!("{} of {}", share.hits, share.of),
        at: format!("{:.2}", 100.0 * share.share),
        low: format!("{:.2}", 100.0 * share.low),
        width: format!("{:.2}", 100.0 * (share.high - share.low)),
    }
}

fn cell(cell: &Cell) -> CellView {
    CellView { name: cell.name.clone(), share: share(&cell.recall) }
}

fn arm(arm: &Measures) -> ArmView {
    let none = Share::new(0, 0);
    let at_half = arm.thresholds.get(1);
    let columns = columns(arm);
    ArmView {
        id: arm.id.clone(),
        about: arm.about.clone(),
        found: share(at_half.map_or(&none, |threshold| &threshold.recall)),
        fleets: share(&arm.fleets),
        few: share(&arm.few),
        slips: arm.false_cases.len().to_string(),
        days: format!("{:.0}", arm.innocent_resource_days),
        bound: at_half
            .map_or(String::new(), |threshold| format!("{:.2}", threshold.false_cases.bound)),
        precision: at_half.map_or(String::new(), |threshold| {
            let [worst, best] = threshold.precision_at_base_rate;
            format!("{} to {}", percent(worst), percent(best))
        }),
        missed: arm.missed.iter().map(cell).collect(),
        accused: arm.false_cases.iter().take(30).map(accused).collect(),
        properties: arm
            .by
            .iter()
            .map(|(name, cells)| PropertyView { name, cells: cells.iter().map(cell).collect() })
            .collect(),
        rows: rows(arm, &columns),
        columns,
        points: points(arm),
        brier: format!("{:.4}", arm.calibration.brier),
        error: format!("{:.3}", arm.calibration.expected_error),
        delays: delays(arm),
        ablation: arm
            .ablation
            .iter()
            .map(|row| CellView { name: row.without.clone(), share: share(&row.recall) })
            .collect(),
    }
}

fn accused(case: &super::measures::FalseCase) -> AccusedView {
    let spoke: Vec<String> =
        case.spoke.iter().map(|(id, nats)| format!("{id} {nats:+.1}")).collect();
    AccusedView {
        scenario: case.scenario.clone(),
        percent: percent(case.probability),
        account: case.account.clone(),
        spoke: spoke.join(", "),
    }
}

fn columns(arm: &Measures) -> Vec<String> {
    let mut columns: Vec<String> = arm.grid.values().flat_map(|row| row.keys().cloned()).collect();
    columns.sort();
    columns.dedup();
    columns
}

fn rows(arm: &Measures, columns: &[String]) -> Vec<RowView> {
    let row = |(scenario, row): (&String, &std::collections::BTreeMap<String, Share>)| RowView {
        scenario: scenario.clone(),
        cells: columns.iter().map(|column| grid_cell(row.get(column))).collect(),
    };
    arm.grid.iter().map(row).collect()
}

fn grid_cell(share: Option<&Share>) -> GridView {
    let Some(share) = share else {
        return GridView { text: String::new(), class: "none" };
    };
    let class = match share.share {
        all if all >= 0.95 => "all",
        most if most >= 0.7 => "most",
        some if some >= 0.3 => "some",
        _ => "few",
    };
    GridView { text: format!("{}/{}", share.hits, share.of), class }
}

fn points(arm: &Measures) -> Vec<PointView> {
    let y = |share: f64| format!("{:.1}", SIDE * (1.0 - share));
    arm.calibration
        .bins
        .iter()
        .map(|bin| PointView {
            x: format!("{:.1}", SIDE * bin.said),
            y: y(bin.observed.share),
            top: y(bin.observed.high),
            bottom: y(bin.observed.low),
            said: percent(bin.said),
            observed: percent(bin.observed.share),
            counts: format!("{} of {}", bin.observed.hits, bin.observed.of),
            holds: bin.holds,
        })
        .collect()
}

fn delays(arm: &Measures) -> Vec<DelayView> {
    let view = |wait: &Wait| DelayView {
        scenario: wait.scenario.clone(),
        cases: wait.cases,
        median: text::minutes(wait.median_minutes),
        p90: text::minutes(wait.p90_minutes),
        dollars: text::dollars(wait.median_dollars),
    };
    arm.delays.iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{verdict::tests::verdict, worlds::tests_arm};

    #[test]
    fn pages_of_nothing_one_and_hostile_names_can_be_read() {
        let mut hostile = verdict(0.7, false);
        hostile.truth.scenario = "<script>alert(1)</script>".to_string();
        let all = vec![verdict(0.9, true), hostile];
        for verdicts in [&all[..0], &all[..1], &all[..]] {
            let evaluation = Evaluation::of(verdicts, &[tests_arm()], 1e-4);
            let html = html(&evaluation).expect("a page");
            assert!(html.contains("</html>") && !html.contains("<script>"));
        }
    }
}
