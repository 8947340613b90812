//! The casebook: `casebook/<detector>.md`, a page of stories for each detector.
//!
//! A story is a heading `## <kind>: <what happens>`, prose, telemetry in fenced blocks that name
//! their format, perhaps an operator's list in an `indicators` block, and an `expect` block. The
//! telemetry goes through the real readers, detectors and judge. `casebook/README.md` says how to
//! write one.

mod ablation;
mod expect;
mod recorded;
mod sayings;
mod story;

use std::{fs, path::PathBuf, sync::Arc};

use firedamp_core::{
    blocks::Blocks,
    case::Case,
    container::Reader,
    detector::DETECTORS,
    indicator::{self, IndicatorSet},
    scan::{self, Options},
    sigma::RuleSet,
};

use self::story::{Kind, Story};
use crate::recorder::Recorder;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../casebook")
}

/// Stories in which several kinds of evidence stand together.
const JOINED: &str = "joined";
/// Stories of what authorisations on file make of cases.
const AUTHORISATIONS: &str = "authorisations";

/// Every page: of each detector, and of joined stories.
fn pages() -> Vec<(&'static str, Vec<Story>)> {
    let ids = DETECTORS.iter().map(|detector| detector.id).chain([JOINED]);
    ids.map(|id| (id, page(id))).collect()
}

/// The stories about one detector.
fn page(detector: &str) -> Vec<Story> {
    let path = folder().join(format!("{detector}.md"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(text.starts_with(&format!("# {detector}\n")), "{detector}.md: another title");
    story::parse(&text)
}

#[test]
fn every_detector_has_a_page_with_every_kind_of_story() {
    for id in DETECTORS.iter().map(|detector| detector.id) {
        let stories = page(id);
        for (kind, wanted) in
            [(Kind::Hit, 1), (Kind::NearMiss, 2), (Kind::Evasion, 1), (Kind::QuietDay, 1)]
        {
            let count = stories.iter().filter(|story| story.kind == kind).count();
            assert!(count >= wanted, "{id}: {count} of {wanted} stories of kind {kind:?}");
        }
        for story in &stories {
            assert!(!story.prose.trim().is_empty(), "{id}: {}: no prose", story.title);
            assert!(!story.expectations.is_empty(), "{id}: {}: expects nothing", story.title);
        }
    }
}

#[test]
fn every_page_is_a_detectors() {
    for entry in fs::read_dir(folder()).expect("a casebook") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let known = DETECTORS.iter().any(|detector| detector.id == stem);
        let known = known || ["README", AUTHORISATIONS, JOINED].contains(&stem);
        assert!(known, "{}", path.display());
    }
}

#[test]
fn every_story_ends_as_expected() {
    let embedded = IndicatorSet::embedded();
    let only = std::env::var("STORY").unwrap_or_default();
    let verbose = std::env::var_os("STORY").is_some();
    let mut failures = Vec::new();
    let recorded = page(AUTHORISATIONS);
    let stories = pages().into_iter().flat_map(|(_, stories)| stories).chain(recorded);
    for story in stories.filter(|story| story.title.contains(&only)) {
        let cases = play(&story, &embedded);
        if verbose {
            eprintln!("{}\n{}", story.title, told(&cases));
        }
        failures.extend(story.verdicts.iter().filter_map(|one| one.check(&story, &cases).err()));
        for expectation in &story.expectations {
            if let Err(why) = expectation.check(&cases) {
                failures.push(format!(
                    "{}\n  expected: {expectation}\n  {why}\n{}",
                    story.title,
                    told(&cases)
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} failed\n\n{}", failures.len(), failures.join("\n"));
}

/// The cases, weak ones too, that a story's telemetry gives, if all of it can be read but what it says is rejected.
fn play(story: &Story, embedded: &IndicatorSet) -> Vec<Case> {
    let mut rejected = Vec::new();
    for (format, object) in &story.objects {
        let mut recorder = Recorder::new();
        let mut reader = Reader::new(None);
        reader.push(object.as_bytes(), &mut recorder);
        let contents = reader.finish(&mut recorder);
        assert!(contents.formats.contains_key(format.as_str()), "{}: no {format}", story.title);
        let why = |line: &String| Some(line.split_once(": reject: ")?.1.to_string());
        rejected.extend(recorder.lines.iter().filter_map(why));
    }
    assert_eq!(rejected, story.rejected, "{}: rejected", story.title);
    scan_story(story, &options(story, embedded))
}

/// How a story is judged.
fn options(story: &Story, embedded: &IndicatorSet) -> Options {
    let mut indicators = embedded.clone();
    if let Some(list) = &story.indicators {
        let imported = indicator::import(list).expect("a list");
        assert!(imported.rejects.is_empty(), "{}: {:?}", story.title, imported.rejects);
        indicators.layer(imported.indicators);
    }
    let mut sigma = RuleSet::default();
    for rules in &story.sigma {
        let errors = sigma.add_file(rules);
        assert!(errors.is_empty(), "{}: {errors:?}", story.title);
    }
    let mut blocks = Blocks::default();
    for (coin, table) in &story.blocks {
        blocks.add(coin, table).unwrap_or_else(|error| panic!("{}: {error}", story.title));
    }
    let (sigma, blocks) = (Arc::new(sigma), Arc::new(blocks));
    Options { sigma, blocks, all: true, min_probability: 0.0, ..Options::new(Arc::new(indicators)) }
}

fn scan_story(story: &Story, options: &Options) -> Vec<Case> {
    let objects: Vec<&[u8]> = story.objects.iter().map(|(_, object)| object.as_bytes()).collect();
    scan::scan(&objects, options)
}

/// Cases as a person reads them, with the reckoning of each resource.
fn told(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        let active = if case.active { "active" } else { "not active" };
        text += &format!("  got: {} p {:.4} {active}\n", case.id, case.probability);
        for resource in &case.resources {
            text += &format!(
                "    {} p {:.4} {:?}\n",
                resource.id, resource.probability, resource.aliases
            );
            for point in &resource.reckoning {
                text += &format!("      {:+.2} {}\n", point.nats, point.what);
            }
        }
    }
    if cases.is_empty() { "  got: nothing\n".to_string() } else { text }
}
