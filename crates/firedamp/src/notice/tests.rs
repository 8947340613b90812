use std::path::PathBuf;

use super::*;

const CASE: &str = r#"{"id": "aws:111122223333", "probability": 0.9909, "severity": "medium",
    "active": true, "first_observed": "2026-03-01T09:59:59Z", "last_observed": "2026-03-01T16:00:00Z",
    "resources": [{"id": "i-0abc"}, {"id": "i-0def"}],
    "findings": [{"summary": "talked with 203.0.113.9:443 for 60 min"}, {"summary": "asked for pool.example"}],
    "cost": {"spent": 22.03, "per_day": 1088.13, "forecast": 26950.31, "currency": "USD", "estimated": false}}"#;

const KINDS: [&str; 3] = ["case_opened", "case_grew", "case_reopened"];

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/notice").join(name)
}

fn holds(name: &str, rendered: &Rendered) {
    let text = format!("{}\n\n{}", rendered.subject, rendered.text);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(golden(name), &text).expect("a writable fixture");
    }
    assert_eq!(std::fs::read_to_string(golden(name)).unwrap_or_default(), text, "{name}");
}

const SILENCE: &str = r#"{"id": "s3://logs/AWSLogs/", "source": "s3://logs/AWSLogs/",
    "accounts": ["aws:111122223333", "aws:444455556666"], "count": 7, "since": "2026-03-31T23:00:00Z"}"#;

#[test]
fn every_kind_is_told_in_every_language() {
    for language in Language::ALL {
        for kind in KINDS {
            let link = "https://desk.example/cases/1";
            let rendered = of_case(kind, &Facts::of(CASE), link, language);
            holds(&format!("{kind}.{language}.txt"), &rendered);
        }
        let storm: Vec<(Facts, String)> = (0..30)
            .map(|at| {
                let mut facts = Facts::of(CASE);
                facts.account = format!("aws:customer-{at}.example");
                facts.probability = 0.5 + f64::from(at) / 100.0;
                (facts, format!("https://desk.example/cases/{at}"))
            })
            .collect();
        holds(&format!("digest.{language}.txt"), &of_many(&storm, language));
        let silent = of_feed(SILENCE, "https://desk.example/sources", language);
        holds(&format!("feed_silent.{language}.txt"), &silent);
    }
}

#[test]
fn no_sentence_is_missing_in_any_language() {
    for language in Language::ALL {
        for facts in
            [Facts::of(CASE), Facts::default(), Facts { is_active: true, ..Facts::default() }]
        {
            for kind in KINDS {
                let rendered = of_case(kind, &facts, "https://desk.example/", language);
                let said = rendered.subject + &rendered.text;
                assert!(!said.contains(['[', '{', '}']), "{language} {kind}: {said}");
            }
        }
    }
}

#[test]
fn what_was_given_back_is_told_beside_list_prices() {
    let case = CASE.replace(
        r#""estimated": false"#,
        r#""estimated": true, "refunded": {"charged": 20.5, "currency": "EUR"}"#,
    );
    for (language, words) in [
        (Language::English, "all of it given back"),
        (Language::French, "entièrement remboursés"),
        (Language::German, "ganz zurückerstattet"),
    ] {
        let told = of_case("case_opened", &Facts::of(&case), "https://desk.example/", language);
        let charged = language.money(20.5, "EUR");
        let listed = language.money(22.03, "USD");
        let said = told.text;
        assert!([words, &charged, &listed].iter().all(|part| said.contains(part)), "{said}");
        assert!(!said.contains(['[', '{', '}']), "{said}");
    }
}

#[test]
fn what_attackers_write_stays_in_its_line() {
    let case = CASE.replace("i-0abc", r"i\r\nBcc: all@victim.example\u202e\u001b[31m");
    let rendered =
        of_case("case_opened", &Facts::of(&case), "https://desk.example/", Language::English);
    let lines = |text: &str| text.lines().count();
    let plain =
        of_case("case_opened", &Facts::of(CASE), "https://desk.example/", Language::English);
    assert_eq!(lines(&rendered.text), lines(&plain.text));
    assert!(!rendered.text.contains(['\u{202e}', '\u{1b}', '\r']), "{}", rendered.text);
    let case = CASE.replace("aws:111122223333", r"aws:1\nBcc: all@victim.example");
    let rendered = of_case("case_opened", &Facts::of(&case), "", Language::German);
    assert_eq!(lines(&rendered.subject), 1, "{}", rendered.subject);
}

/// A letter of each kind, by its name.
fn letters(language: Language) -> Vec<(&'static str, Rendered)> {
    let summary = letter::Summary {
        day: "2026-04-01".to_string(),
        count: 22,
        cases: (1..=21)
            .map(|case| letter::SummaryCase {
                case,
                account: "aws:111122223333 (Contoso)".to_string(),
                probability: 0.91,
                status: if case == 1 { "investigating" } else { "active" }.to_string(),
                assignee: (case == 1).then(|| "alice".to_string()),
            })
            .collect(),
    };
    let summary = serde_json::to_string(&summary).expect("JSON");
    let link = |case: Option<i64>| format!("https://desk.example/{}", case.unwrap_or_default());
    let deadline = |what: &str, by: &str| letter::Deadline {
        what: what.into(),
        by: by.into(),
        source: String::new(),
    };
    let answer = deadline("answer", "2026-04-01T23:33:20Z");
    let credit = deadline("credit", "2026-03-31T12:00:00Z");
    let (facts, case) = (Facts::of(CASE), link(Some(7)));
    let many: Vec<_> = (0..25)
        .map(|at| {
            let deadline = if at == 9 { credit.clone() } else { answer.clone() };
            (deadline, facts.clone(), link(Some(at)))
        })
        .collect();
    let told = of_case("case_opened", &facts, &case, language);
    vec![
        ("daily_summary", letter::of_day(&summary, link, language)),
        ("deadline_answer", letter::of_deadline(&answer, &facts, &case, language)),
        ("deadline_credit", letter::of_deadline(&credit, &facts, &case, language)),
        ("deadlines", letter::of_deadlines(&many, language)),
        ("escalated", letter::escalated(told, 30, language)),
        ("test", letter::of_test("alice", language)),
    ]
}

#[test]
fn every_letter_is_told_in_every_language() {
    for language in Language::ALL {
        for (name, rendered) in letters(language) {
            holds(&format!("{name}.{language}.txt"), &rendered);
            let said = rendered.subject + &rendered.text;
            assert!(!said.contains(['[', '{', '}']), "{language} {name}: {said}");
        }
    }
}

#[test]
fn a_letter_whose_facts_are_junk_is_still_a_letter() {
    for body in ["", "null", "[]", r#"{"deadline": 7}"#, r#"{"count": "many"}"#] {
        for language in Language::ALL {
            let day = letter::of_day(body, |_| String::new(), language);
            let deadline = letter::Deadline::of(body);
            let near = letter::of_deadline(&deadline, &Facts::of(body), "", language);
            assert!(!day.text.is_empty() && !near.text.is_empty(), "{language} {body}");
        }
    }
}

#[test]
fn reasons_are_told_in_the_language_of_the_letter_and_old_ones_as_they_were_kept() {
    let said = firedamp_core::saying::Saying::of("found-miner-runs")
        .text("name", "xmrig\u{202e}")
        .say(
            "told",
            firedamp_core::saying::Saying::of("found-miner.pool").text("pool", "pool.example"),
        )
        .say("rule", None);
    let case = serde_json::json!({"id": "aws:111122223333", "findings": [
        {"summary": said.english(), "said": said}, {"summary": "asked for pool.example"},
        {"summary": "of a newer program", "said": {"id": "found-nonsense"}},
    ]});
    let told = |language| of_case("case_opened", &Facts::of(&case.to_string()), "", language).text;
    let german = told(Language::German);
    assert!(
        german.contains("- ein Miner läuft: xmrig?, mit pool.example in den Argumenten"),
        "{german}"
    );
    assert!(german.contains("- asked for pool.example\n- of a newer program"), "{german}");
    let french = told(Language::French);
    assert!(
        french.contains("- un mineur tourne\u{202f}: xmrig?, avec pool.example en argument"),
        "{french}"
    );
    let english = told(Language::English);
    assert!(english.contains("- a miner runs: xmrig?, told of pool.example"), "{english}");
}
