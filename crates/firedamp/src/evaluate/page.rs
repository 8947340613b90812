//! The evaluation as one page with plots, that needs nothing else.

use askama::Template;
use firedamp_core::text::printable;

use super::{
    Evaluation,
    ablation::Ablation,
    calibration::{Bin, Calibration, Part},
    measures::{Cell, Measures, Threshold},
    statistics::Share,
    text,
    wait::{Wait, Within},
};

/// The side of a plot, in its own units.
const SIDE: f64 = 100.0;
/// False cases that are told; the rest is counted.
const ACCUSED_MAX: usize = 30;

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
    slips: usize,
    slips_more: usize,
    days: String,
    bound: String,
    precision: String,
    thresholds: Vec<ThresholdView>,
    worst: Vec<CellView>,
    missed: Vec<CellView>,
    accused: Vec<AccusedView>,
    properties: Vec<PropertyView>,
    columns: Vec<String>,
    rows: Vec<RowView>,
    reliability: Vec<ReliabilityView>,
    parts: Vec<PartsView>,
    delays: Vec<DelayView>,
    curve: Curve,
    ablation: Vec<AblationView>,
}

struct ThresholdView {
    from: String,
    recall: ShareView,
    precision: ShareView,
    rate: String,
    bound: String,
    at_base_rate: String,
}

/// Said and true, with innocents counting in one way.
struct ReliabilityView {
    how: &'static str,
    points: Vec<PointView>,
    brier: String,
    error: String,
    loss: String,
    base_loss: String,
}

struct PartsView {
    name: &'static str,
    parts: Vec<PartView>,
}

struct PartView {
    name: String,
    said: String,
    observed: ShareView,
    brier: String,
    error: String,
    loss: String,
}

struct AblationView {
    without: String,
    share: ShareView,
    nats: String,
    slips: String,
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
    few: bool,
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
    /// The same for those who do not see shades.
    words: String,
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

/// How many are found by when.
struct Curve {
    line: String,
    points: Vec<CurveView>,
}

struct CurveView {
    x: String,
    y: String,
    top: String,
    bottom: String,
    time: String,
    found: ShareView,
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

impl Curve {
    fn of(curve: &[Within]) -> Self {
        let (Some(first), Some(last)) = (curve.first(), curve.last()) else {
            return Self { line: String::new(), points: Vec::new() };
        };
        // Minutes are told by their logarithm: five and ten are as far apart as one hour and two.
        let log = |minutes: i64| (minutes.max(1) as f64).ln();
        let length = (log(last.minutes) - log(first.minutes)).max(1.0);
        let x = |minutes: i64| SIDE * (log(minutes) - log(first.minutes)) / length;
        let y = |share: f64| format!("{:.1}", SIDE * (1.0 - share));
        let point = |within: &Within| CurveView {
            x: format!("{:.1}", x(within.minutes)),
            y: y(within.found.share),
            top: y(within.found.high),
            bottom: y(within.found.low),
            time: text::minutes(Some(within.minutes as f64)),
            found: share(&within.found),
        };
        let points: Vec<CurveView> = curve.iter().map(point).collect();
        let line: Vec<String> =
            points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
        Self { line: line.join(" "), points }
    }
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
    CellView { name: printable(&cell.name), share: share(&cell.recall), few: cell.few }
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
        slips: arm.false_cases.len(),
        slips_more: arm.false_cases.len().saturating_sub(ACCUSED_MAX),
        days: format!("{:.0}", arm.innocent_resource_days),
        bound: at_half.map_or(String::new(), |at| text::bounded(&at.false_cases)),
        precision: at_half.map_or(String::new(), at_base_rate),
        thresholds: arm.thresholds.iter().map(threshold).collect(),
        worst: worst(arm),
        missed: arm.missed.iter().map(cell).collect(),
        accused: arm.false_cases.iter().take(ACCUSED_MAX).map(accused).collect(),
        properties: arm
            .by
            .iter()
            .map(|(name, cells)| PropertyView { name, cells: cells.iter().map(cell).collect() })
            .collect(),
        rows: rows(arm, &columns),
        columns: columns.iter().map(|column| printable(column)).collect(),
        reliability: vec![
            reliability("each account counting one", &arm.calibration),
            reliability(
                "innocents counting as much as they do at the base rate",
                &arm.calibration_at_base_rate,
            ),
        ],
        parts: parts(arm),
        delays: delays(arm),
        curve: Curve::of(&arm.found_within),
        ablation: arm.ablation.iter().map(ablation).collect(),
    }
}

fn at_base_rate(threshold: &Threshold) -> String {
    let [worst, best] = threshold.precision_at_base_rate;
    format!("{} to {}", percent(worst), percent(best))
}

fn threshold(threshold: &Threshold) -> ThresholdView {
    ThresholdView {
        from: format!("{:.0} %", 100.0 * threshold.probability),
        recall: share(&threshold.recall),
        precision: share(&threshold.precision),
        rate: format!("{:.2}", threshold.false_cases.rate),
        bound: text::bounded(&threshold.false_cases),
        at_base_rate: at_base_rate(threshold),
    }
}

fn worst(arm: &Measures) -> Vec<CellView> {
    let named = |(property, worst): (&&str, &Cell)| {
        let mut view = cell(worst);
        let property = if *property == "grid" { "scenario and evasion" } else { property };
        view.name = format!("{property}: {}", view.name);
        view
    };
    arm.worst.iter().map(named).collect()
}

fn ablation(row: &Ablation) -> AblationView {
    AblationView {
        without: row.without.clone(),
        share: share(&row.recall),
        nats: format!("{:.2}", row.nats_lost),
        slips: format!(
            "{} left, {} gone, {} innocents spoken of",
            row.false_cases, row.false_cases_gone, row.innocents_spoken_of
        ),
    }
}

fn parts(arm: &Measures) -> Vec<PartsView> {
    let view = |part: &Part| PartView {
        name: printable(&part.name),
        said: percent(part.said),
        observed: share(&part.observed),
        brier: format!("{:.4}", part.brier),
        error: format!("{:.3}", part.expected_error),
        loss: format!("{:.4}", part.log_loss),
    };
    let of = |(name, parts): (&&'static str, &Vec<Part>)| PartsView {
        name,
        parts: parts.iter().map(view).collect(),
    };
    arm.calibration_by.iter().map(of).collect()
}

fn accused(case: &super::measures::FalseCase) -> AccusedView {
    let spoke: Vec<String> =
        case.spoke.iter().map(|(id, nats)| format!("{id} {nats:+.1}")).collect();
    AccusedView {
        scenario: printable(&case.scenario),
        percent: percent(case.probability),
        account: printable(&case.account),
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
        scenario: printable(scenario),
        cells: columns.iter().map(|column| grid_cell(row.get(column))).collect(),
    };
    arm.grid.iter().map(row).collect()
}

fn grid_cell(share: Option<&Share>) -> GridView {
    let Some(share) = share else {
        return GridView { text: String::new(), words: "not tried".to_string(), class: "none" };
    };
    let class = match share.share {
        all if all >= 0.95 => "all",
        most if most >= 0.7 => "most",
        some if some >= 0.3 => "some",
        _ => "few",
    };
    let words = format!("{} of {} found", share.hits, share.of);
    GridView { text: format!("{}/{}", share.hits, share.of), words, class }
}

fn reliability(how: &'static str, of: &Calibration) -> ReliabilityView {
    ReliabilityView {
        how,
        points: of.bins.iter().map(point).collect(),
        brier: format!("{:.4}", of.brier),
        error: format!("{:.3}", of.expected_error),
        loss: format!("{:.4}", of.log_loss),
        base_loss: format!("{:.4}", of.base_log_loss),
    }
}

fn point(bin: &Bin) -> PointView {
    let y = |share: f64| format!("{:.1}", SIDE * (1.0 - share));
    PointView {
        x: format!("{:.1}", SIDE * bin.said),
        y: y(bin.observed.share),
        top: y(bin.observed.high),
        bottom: y(bin.observed.low),
        said: percent(bin.said),
        observed: percent(bin.observed.share),
        counts: format!("{} of {}", bin.observed.hits, bin.observed.of),
        holds: bin.holds,
    }
}

fn delays(arm: &Measures) -> Vec<DelayView> {
    let view = |wait: &Wait| DelayView {
        scenario: printable(&wait.scenario),
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
    use crate::evaluate::{
        Verdict,
        verdict::{Delay, tests::verdict},
        worlds::tests_arm,
    };

    fn page(verdicts: &[Verdict]) -> String {
        html(&Evaluation::of(verdicts, &[tests_arm()], 1e-4)).expect("a page")
    }

    fn many() -> Vec<Verdict> {
        let mut hostile = verdict(0.7, false);
        hostile.truth.scenario = "<script>alert(1)</script>\u{1b}[2J".to_string();
        let mut found = verdict(0.9, true);
        found.delay = Some(Delay::Seconds(1800));
        found.spoke.insert("pool_contact", 12.0);
        found.without.insert("pool_contact", 0.01);
        let later = Verdict { delay: Some(Delay::Later), ..verdict(0.6, true) };
        vec![found, later, hostile, verdict(0.2, true)]
    }

    #[test]
    fn pages_of_nothing_one_and_hostile_names_can_be_read() {
        let all = many();
        for verdicts in [&all[..0], &all[..1], &all[..]] {
            let html = page(verdicts);
            assert!(html.contains("</html>") && !html.contains("<script>"));
            assert!(!html.contains('\u{1b}') && !html.contains("NaN") && !html.contains("inf"));
        }
        assert!(page(&[]).contains("Nothing was judged"));
        assert!(page(&all).contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    }

    #[test]
    fn the_page_asks_nobody_for_anything() {
        let text = page(&many());
        for foreign in
            ["http:", "https:", "//", "<link", "<img", "src=", "url(", "@import", "style="]
        {
            assert!(!text.contains(foreign), "{foreign} in\n{text}");
        }
        assert!(text.contains("default-src 'none'") && text.contains("prefers-color-scheme"));
    }

    #[test]
    fn plots_hold_what_the_tables_say() {
        let text = page(&many());
        for wanted in [
            "<polyline class=\"curve\" points=\"0.0,100.0",
            "100.0,50.0\"/>",
            "<td>30 min</td>",
            "<td>later</td>",
            "2 of 3 found",
            "<circle class=\"",
            "1 left, 0 gone",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
    }
}
