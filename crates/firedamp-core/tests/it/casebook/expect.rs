//! What a story must come to, a line each.

use std::fmt;

use firedamp_core::case::Case;

/// One line of an `expect` block.
#[derive(Debug)]
pub(super) struct Expectation {
    line: String,
    check: Check,
}

#[derive(Debug)]
enum Check {
    /// `nothing`: no finding at all.
    Nothing,
    /// `no case at 0.10`: no account is as probable.
    NoCase(f64),
    /// `p <= 0.10`: no account is more probable.
    All(Bound),
    /// `aws:111122223333 p >= 0.95 active`.
    Account(String, Facts),
    /// `resource i-0abc p >= 0.9 aliases eni-0abc,10.0.0.4`.
    Resource(String, Facts),
    /// `no resource i-0abc`.
    NoResource(String),
    /// `finding pool_contact i-0abc llr >= 10 says through eni-0abc`.
    Finding(String, String, Facts),
    /// `no finding pool_contact i-0abc`.
    NoFinding(String, String),
}

#[derive(Clone, Copy, Debug)]
struct Bound {
    at_least: bool,
    limit: f64,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        if self.at_least { value >= self.limit } else { value <= self.limit }
    }
}

#[derive(Debug, Default)]
struct Facts {
    bounds: Vec<Bound>,
    active: Option<bool>,
    aliases: Option<Vec<String>>,
    says: Option<String>,
}

impl fmt::Display for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.line)
    }
}

impl Expectation {
    pub(super) fn parse(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = |word: &&str| (*word).to_string();
        let check = match words.as_slice() {
            ["nothing"] => Check::Nothing,
            ["no", "case", "at", limit] => Check::NoCase(limit.parse().expect("a number")),
            ["p", relation, limit] => Check::All(bound(relation, limit)),
            ["no", "resource", id] => Check::NoResource(name(id)),
            ["no", "finding", detector, id] => Check::NoFinding(name(detector), name(id)),
            ["resource", id, facts @ ..] => Check::Resource(name(id), Facts::parse(facts)),
            ["finding", detector, id, facts @ ..] => {
                Check::Finding(name(detector), name(id), Facts::parse(facts))
            }
            [id, facts @ ..] if id.contains(':') => Check::Account(name(id), Facts::parse(facts)),
            _ => panic!("`{line}` is no expectation"),
        };
        Self { line: line.to_string(), check }
    }

    pub(super) fn check(&self, cases: &[Case]) -> Result<(), String> {
        let most = cases.iter().map(|case| case.probability).fold(0.0, f64::max);
        match &self.check {
            Check::Nothing if cases.is_empty() => Ok(()),
            Check::Nothing => Err("there are findings".to_string()),
            Check::NoCase(limit) if most < *limit => Ok(()),
            Check::NoCase(_) => Err(format!("there is a case at {most:.4}")),
            Check::All(bound) if bound.holds(most) => Ok(()),
            Check::All(_) => Err(format!("p is {most:.4}")),
            Check::Account(id, facts) => facts.of_account(id, cases),
            Check::Resource(id, facts) => facts.of_resource(id, cases),
            Check::Finding(detector, id, facts) => facts.of_finding(detector, id, cases),
            Check::NoResource(id) => inverted(&Facts::default().of_resource(id, cases)),
            Check::NoFinding(detector, id) => {
                inverted(&Facts::default().of_finding(detector, id, cases))
            }
        }
    }
}

fn inverted(result: &Result<(), String>) -> Result<(), String> {
    if result.is_err() { Ok(()) } else { Err("there is".to_string()) }
}

fn bound(relation: &str, limit: &str) -> Bound {
    assert!(["<=", ">="].contains(&relation), "`{relation}`: expected <= or >=");
    Bound { at_least: relation == ">=", limit: limit.parse().expect("a number") }
}

impl Facts {
    fn parse(mut words: &[&str]) -> Self {
        let mut facts = Self::default();
        loop {
            words = match words {
                [] => return facts,
                ["p" | "llr", relation, limit, rest @ ..] => {
                    facts.bounds.push(bound(relation, limit));
                    rest
                }
                ["active", rest @ ..] => {
                    facts.active = Some(true);
                    rest
                }
                ["not", "active", rest @ ..] => {
                    facts.active = Some(false);
                    rest
                }
                ["aliases", aliases, rest @ ..] => {
                    facts.aliases = Some(aliases.split(',').map(ToString::to_string).collect());
                    rest
                }
                ["says", text @ ..] => {
                    facts.says = Some(text.join(" "));
                    &[]
                }
                _ => panic!("{words:?} is no fact"),
            }
        }
    }

    fn of_account(&self, id: &str, cases: &[Case]) -> Result<(), String> {
        let case = cases.iter().find(|case| case.id == id).ok_or("no such case")?;
        if self.active.is_some_and(|active| active != case.active) {
            return Err(format!("active is {}", case.active));
        }
        self.bounded(case.probability)
    }

    fn of_resource(&self, id: &str, cases: &[Case]) -> Result<(), String> {
        let mut resources = cases.iter().flat_map(|case| &case.resources);
        let resource = resources.find(|resource| resource.id == id).ok_or("no such resource")?;
        if self.aliases.as_ref().is_some_and(|aliases| *aliases != resource.aliases) {
            return Err(format!("aliases are {}", resource.aliases.join(",")));
        }
        self.bounded(resource.probability)
    }

    /// One finding of several must have all facts.
    fn of_finding(&self, detector: &str, id: &str, cases: &[Case]) -> Result<(), String> {
        let of_resource = cases.iter().flat_map(|case| &case.findings);
        let own =
            of_resource.filter(|finding| finding.detector == detector && finding.resource == id);
        let mut why = "no such finding".to_string();
        for finding in own {
            let says = self.says.as_ref().is_none_or(|text| finding.summary.contains(text));
            match self.bounded(finding.llr) {
                Ok(()) if says => return Ok(()),
                Ok(()) => why = format!("it says {}", finding.summary),
                Err(reason) => why = reason,
            }
        }
        Err(why)
    }

    fn bounded(&self, value: f64) -> Result<(), String> {
        let holds = self.bounds.iter().all(|bound| bound.holds(value));
        if holds { Ok(()) } else { Err(format!("it is {value:.4}")) }
    }
}
