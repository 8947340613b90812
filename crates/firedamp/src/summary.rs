//! The closing summary: what was read, what was not, and what the verdicts are blind for.

mod beyond;
mod listed;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use firedamp_core::{
    coverage::{Coverage, Silence},
    event::Signal,
    fold::AccountState,
    id::Account,
    language::Language,
    saying::{Blank, Saying},
    scan::Options,
    text,
};

use self::listed::{Excerpt, Listed, counted};
use crate::{
    language::{Sentences, english},
    pipeline::{ObjectReport, Read},
    source::Found,
};

/// How errors are marked.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// How warnings are marked.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The end of a mark.
pub const PLAIN: anstyle::Reset = anstyle::Reset;

/// Lines of one kind that are shown without `--verbose`.
const LINES_MAX: usize = 8;

/// What was read.
#[derive(Debug, Default)]
pub struct Summary {
    objects: usize,
    duplicates: usize,
    /// Names of objects that are none.
    not_telemetry: Vec<String>,
    records: u64,
    rejected: u64,
    /// Records in objects that are telemetry, and how often they told of anything.
    telemetry: u64,
    told: u64,
    /// Whether any of that lies within what is looked at.
    is_within: bool,
    /// How many records do not, where not everything is looked at.
    outside: u64,
    has_window: bool,
    bytes: u64,
    elapsed: Duration,
    formats: BTreeMap<&'static str, (usize, u64)>,
    reasons: BTreeMap<&'static str, u64>,
    excerpts: Vec<Excerpt>,
    warnings: Vec<String>,
    skipped: Vec<String>,
    absent: Vec<Saying>,
    /// Every object by its name.
    listing: Vec<(String, Listed)>,
}

impl Summary {
    /// Sums up.
    #[must_use]
    pub fn new(found: &Found, read: &Read, options: &Options, elapsed: Duration) -> Self {
        let mut absent = absent(read);
        absent.extend(beyond::beyond(read, &options.blocks));
        let has_window = options.window.is_some();
        let mut summary = Self { elapsed, absent, has_window, ..Self::default() };
        for (at, object) in &read.objects {
            if let Some(entry) = found.entries.get(*at) {
                summary.bytes += entry.bytes;
                summary.add(&text::printable(&entry.name), object);
            }
        }
        let skipped = found.unreadable.iter();
        summary
            .skipped
            .extend(skipped.map(|one| format!("{}: {}", text::printable(&one.name), one.reason)));
        summary
    }

    fn add(&mut self, name: &str, object: &ObjectReport) {
        self.objects += 1;
        let contents = &object.outcome.contents;
        if let Some(failure) = &object.failure {
            self.listing.push((name.to_string(), Listed::Unreadable(failure.to_string())));
            return self.skipped.push(format!("{name}: {failure}"));
        }
        if let Some(warning) = &object.outcome.warning {
            self.warnings.push(format!("{name}: {warning}"));
        }
        if object.is_duplicate {
            self.duplicates += 1;
            return self.listing.push((name.to_string(), Listed::Same));
        }
        self.records += contents.records;
        if contents.is_foreign() {
            // Named as a whole; what it is made of interests nobody.
            return self.list(name, object);
        }
        self.rejected += object.rejects.total();
        self.telemetry += contents.records;
        self.told += object.told;
        self.is_within |= object.is_within;
        self.outside += object.outside.min(contents.records);
        for (reason, count) in &object.rejects.counts {
            *self.reasons.entry(reason).or_default() += count;
        }
        for (record, reason, excerpt) in &object.rejects.excerpts {
            let (name, text) = (name.to_string(), excerpt.clone());
            self.excerpts.push(Excerpt { name, record: *record, reason, text });
        }
        for (format, records) in &contents.formats {
            let total = self.formats.entry(format).or_default();
            *total = (total.0 + 1, total.1 + records);
        }
        self.list(name, object);
    }

    fn list(&mut self, name: &str, object: &ObjectReport) {
        let contents = &object.outcome.contents;
        let what = if contents.is_foreign() {
            self.not_telemetry.push(name.to_string());
            Listed::Foreign
        } else if contents.formats.is_empty() {
            Listed::Empty
        } else {
            let formats = contents.formats.iter();
            Listed::Formats(formats.map(|(id, records)| (*id, *records)).collect())
        };
        self.listing.push((name.to_string(), what));
    }

    /// Records read in a second.
    fn rate(&self) -> u64 {
        (self.records as f64 / self.elapsed.as_secs_f64().max(0.001)).round() as u64
    }

    /// The first sentence.
    fn headline(&self, say: Sentences) -> String {
        let language = say.language();
        let objects = counted(self.objects as u64, "scan-objects", say);
        let asides = self.asides(say);
        let bytes = language.bytes(self.bytes as f64);
        let records = counted(self.records, "scan-records", say) + &self.left_out(say);
        let rejected = language.counted(self.rejected);
        let seconds = language.number(self.elapsed.as_secs_f64(), 2);
        let rate = language.counted(self.rate());
        say.say(
            "scan-read",
            &[
                ("objects", &objects),
                ("asides", &asides),
                ("bytes", &bytes),
                ("records", &records),
                ("rejected", &rejected),
                ("seconds", &seconds),
                ("rate", &rate),
            ],
        )
    }

    /// How many records nobody looked at, in brackets.
    fn left_out(&self, say: Sentences) -> String {
        let count = say.language().counted(self.outside);
        let told = || format!(" ({})", say.say("scan-outside", &[("count", &count)]));
        if self.outside > 0 { told() } else { String::new() }
    }

    /// What of the objects counted for nothing, in brackets.
    fn asides(&self, say: Sentences) -> String {
        let counts = [(self.duplicates, "scan-twice"), (self.not_telemetry.len(), "scan-foreign")];
        let asides: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| say.say(what, &[("count", &count.to_string())]))
            .collect();
        if asides.is_empty() { String::new() } else { format!(" ({})", asides.join(", ")) }
    }

    fn formats(&self, say: Sentences) -> String {
        let formats = self.formats.iter();
        let formats: Vec<String> = formats
            .map(|(id, (objects, records))| {
                let objects = counted(*objects as u64, "scan-objects", say);
                let records = counted(*records, "scan-records", say);
                say.say(
                    "scan-format",
                    &[("format", *id), ("objects", &objects), ("records", &records)],
                )
            })
            .collect();
        say.say("scan-formats", &[("formats", &formats.join(", "))])
    }

    fn reasons(&self, say: Sentences) -> Option<String> {
        let reasons: Vec<String> = self
            .reasons
            .iter()
            .map(|(reason, count)| format!("{reason} {}", say.language().counted(*count)))
            .collect();
        let told = || say.say("scan-rejected", &[("reasons", &reasons.join(", "))]);
        (!reasons.is_empty()).then(told)
    }

    /// Whether there is no telemetry in all that was found; what is empty tells of nobody, and is none.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        let others = [&self.not_telemetry, &self.warnings, &self.skipped];
        self.formats.is_empty() && others.iter().any(|names| !names.is_empty())
    }

    /// Why no case does not mean that nobody mines, where hardly anything was judged.
    #[must_use]
    pub fn doubt(&self) -> Option<Saying> {
        let Self { rejected, telemetry, told, .. } = *self;
        if self.is_unjudged() {
            return Some(Saying::of("scan-doubt-foreign"));
        }
        // A record may be rejected in many parts, or be read in many.
        if rejected > told && rejected > telemetry / 2 {
            let said = Saying::of("scan-doubt-rejected").with("rejected", Blank::Count(rejected));
            return Some(said.with("records", Blank::Count(telemetry)));
        }
        let is_outside = self.has_window && !self.is_within && telemetry > rejected;
        is_outside.then(|| Saying::of("scan-doubt-outside"))
    }

    /// What a reader of a report should know of the scan, in sentences of a language. Names of formats
    /// and signals, and why records were rejected, are the same in each.
    #[must_use]
    pub fn notes(&self, language: Language) -> Vec<String> {
        let say = Sentences::of(language);
        let mut notes = vec![self.headline(say)];
        // That nothing is telemetry is a report's headline.
        let doubt = self.doubt().filter(|_| !self.is_unjudged());
        notes.extend(doubt.map(|said| say.tell(&said, &english(&said))));
        if !self.formats.is_empty() {
            notes.push(self.formats(say));
        }
        notes.extend(self.reasons(say));
        notes.extend(self.absent.iter().map(|said| say.tell(said, &english(said))));
        notes
    }

    /// Writes the summary in a language; `verbose` names every object. Why something could not be read
    /// is told as it came.
    ///
    /// # Errors
    /// When standard error is gone.
    pub fn write(&self, verbose: bool, language: Language, out: &mut dyn Write) -> io::Result<()> {
        let say = Sentences::of(language);
        let mut lines = Lines { say, most: if verbose { usize::MAX } else { LINES_MAX }, out };
        if verbose {
            let mut listing = self.listing.iter().map(|(name, what)| what.told(name, say));
            listing.try_for_each(|line| writeln!(lines.out, "{line}"))?;
        } else {
            let foreign = self.not_telemetry.iter().map(|name| Listed::Foreign.told(name, say));
            lines.several(&foreign.collect::<Vec<_>>(), "")?;
        }
        let mark = |id: &str| format!("{} ", say.say(id, &[]));
        let warning = format!("{WARNING}{}{PLAIN} ", say.say("scan-mark-warning", &[]));
        lines.several(&self.skipped, &warning)?;
        lines.several(&self.warnings, &warning)?;
        let excerpts: Vec<String> = self.excerpts.iter().map(|one| one.told(say)).collect();
        lines.several(&excerpts, &mark("scan-mark-rejected"))?;
        writeln!(lines.out, "{}", self.headline(say))?;
        if !self.formats.is_empty() {
            writeln!(lines.out, "{}", self.formats(say))?;
        }
        if let Some(reasons) = self.reasons(say) {
            writeln!(lines.out, "{reasons}")?;
        }
        let told = |said: &Saying| say.tell(said, &english(said));
        let absent: Vec<String> = self.absent.iter().map(told).collect();
        lines.several(&absent, &mark("scan-mark-coverage"))?;
        let doubt: Vec<String> = self.doubt().iter().map(told).collect();
        lines.several(&doubt, &warning)
    }
}

/// Where lines go, and how many of one kind.
struct Lines<'a> {
    say: Sentences,
    most: usize,
    out: &'a mut dyn Write,
}

impl Lines<'_> {
    fn several(&mut self, lines: &[String], mark: &str) -> io::Result<()> {
        lines.iter().take(self.most).try_for_each(|line| writeln!(self.out, "{mark}{line}"))?;
        if lines.len() > self.most {
            let more = (lines.len() - self.most).to_string();
            let more = self.say.say("scan-more", &[("count", &more)]);
            writeln!(self.out, "{mark}{more}")?;
        }
        Ok(())
    }
}

/// What the verdicts are blind for: records lost, hours without a word, and signals of which nothing
/// was read, for which accounts.
fn absent(read: &Read) -> Vec<Saying> {
    let mut by_signals: BTreeMap<Vec<Signal>, Vec<&Account>> = BTreeMap::new();
    let mut lines = Vec::new();
    for (account, state) in &read.accounts.0 {
        by_signals.entry(state.coverage.absent().collect()).or_default().push(account);
        lines.extend(holes(account, &state.coverage));
        lines.extend(crowd(account, state));
    }
    for (signals, accounts) in by_signals {
        let signals: Vec<&str> = signals.into_iter().map(Signal::id).collect();
        if !signals.is_empty() {
            lines.push(listed(&accounts).text("signals", signals.join(", ")));
        }
    }
    lines
}

/// Where what was read of an account has holes.
fn holes(account: &Account, coverage: &Coverage) -> Vec<Saying> {
    let account = text::printable(&account.to_string());
    let lost = coverage.lost().map(|span| {
        let said = Saying::of("scan-lost").text("account", &account);
        said.with("first", Blank::Instant(span.first)).with("last", Blank::Instant(span.last))
    });
    let silent = coverage.covered().into_iter().filter_map(|covered| {
        let first = covered.silent.first()?;
        let said = match covered.silent.len() - 1 {
            0 => Saying::of("scan-pause"),
            1 => Saying::of("scan-pause-twice"),
            more => Saying::of("scan-pause-often").text("more", more),
        };
        let Silence { from, to } = first;
        let said = said.text("account", &account).text("signal", covered.signal);
        Some(said.with("from", Blank::Instant(*from)).with("to", Blank::Instant(*to)))
    });
    lost.into_iter().chain(silent).collect()
}

/// Whether there was more than is looked at.
fn crowd(account: &Account, state: &AccountState) -> Option<Saying> {
    let is_crowded = state.coverage.is_crowded() || state.conversations.is_approximate();
    is_crowded
        .then(|| Saying::of("scan-crowded").text("account", text::printable(&account.to_string())))
}

/// Of whom signals are missing.
fn listed(accounts: &[&Account]) -> Saying {
    let names: Vec<String> =
        accounts.iter().take(3).map(|account| text::printable(&account.to_string())).collect();
    let said = match accounts.len().saturating_sub(3) {
        0 => Saying::of("scan-absent"),
        more => Saying::of("scan-absent-many").text("more", more),
    };
    said.text("accounts", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_no_format_knows_are_judged_by_nobody() {
        let unread = Summary {
            objects: 34,
            warnings: vec!["a.parquet: no table that is known".to_string()],
            ..Summary::default()
        };
        assert!(unread.is_unjudged());
        let doubt = unread.doubt().map(|said| english(&said));
        assert!(doubt.is_some_and(|why| why.contains("nothing of it is telemetry")));
        assert!(!Summary { objects: 1, ..Summary::default() }.is_unjudged(), "an empty file");
    }

    #[test]
    fn one_is_one_and_thousands_stand_apart() {
        let read = Summary { objects: 1, records: 1_438_473, ..Summary::default() };
        let told = read.headline(Sentences::of(Language::English));
        assert!(told.starts_with("read 1 object, 0 B and 1,438,473 records, 0 rejected"), "{told}");
    }

    #[test]
    fn who_looks_past_all_that_was_read_is_told_in_the_note_and_on_standard_error() {
        let past = Summary {
            objects: 1,
            records: 1430,
            telemetry: 1430,
            told: 1430,
            outside: 1430,
            has_window: true,
            formats: [("aws_vpc_flow", (1, 1430))].into(),
            ..Summary::default()
        };
        let mut written = Vec::new();
        past.write(false, Language::English, &mut written).expect("memory");
        let written = String::from_utf8(written).expect("text");
        let head = "and 1,430 records (1,430 of them outside --since/--now), 0 rejected";
        assert!(written.contains(head), "{written}");
        let why = "no record lies between --since and --now";
        let end = format!("{WARNING}warning:{PLAIN} {why}\n");
        assert!(written.ends_with(&end), "{written}");
        assert_eq!(past.notes(Language::English)[1], why);
        let partly = Summary { outside: 1200, is_within: true, ..past };
        assert_eq!(partly.doubt(), None);
        let told = partly.headline(Sentences::of(Language::English));
        assert!(told.contains("1,430 records (1,200 of them outside --since/--now)"), "{told}");
    }

    #[test]
    fn a_report_tells_what_was_read_in_its_language() {
        let account = Account::parse("aws:111122223333").expect("an account");
        let read = Summary {
            objects: 2,
            duplicates: 1,
            records: 1_438_473,
            rejected: 1200,
            telemetry: 1_438_473,
            told: 1_437_273,
            formats: [("aws_vpc_flow", (1, 1))].into(),
            reasons: [("bad time", 1200)].into(),
            absent: vec![listed(&[&account]).text("signals", "dns, bill")],
            elapsed: Duration::from_millis(1500),
            ..Summary::default()
        };
        let wanted = [
            (
                Language::English,
                "read 2 objects (1 delivered twice), 0 B and 1,438,473 records, 1,200 rejected, in \
                 1.50 s: 958,982 records/s\n\
                 formats: aws_vpc_flow (1 object, 1 record)\n\
                 rejected: bad time 1,200\n\
                 no dns, bill telemetry of aws:111122223333",
            ),
            (
                Language::French,
                "lu\u{202f}: 2 objets (1 en double), 0\u{a0}o et 1\u{202f}438\u{202f}473 \
                 enregistrements, rejets\u{202f}: 1\u{202f}200, en 1,50\u{a0}s\u{202f}: \
                 958\u{202f}982 enregistrements/s\n\
                 formats\u{202f}: aws_vpc_flow (1 objet, 1 enregistrement)\n\
                 rejets\u{202f}: bad time 1\u{202f}200\n\
                 aucune télémétrie pour aws:111122223333\u{202f}: dns, bill",
            ),
            (
                Language::German,
                "gelesen: 2 Objekte (1 doppelt geliefert), 0\u{a0}B und 1.438.473 Datensätze, \
                 1.200 abgewiesen, in 1,50\u{a0}s: 958.982 Datensätze/s\n\
                 Formate: aws_vpc_flow (1 Objekt, 1 Datensatz)\n\
                 abgewiesen: bad time 1.200\n\
                 keine Telemetrie (dns, bill) von aws:111122223333",
            ),
        ];
        for (language, wanted) in wanted {
            assert_eq!(read.notes(language).join("\n"), wanted);
        }
    }

    #[test]
    fn what_stands_on_standard_error_is_told_in_its_readers_language() {
        let excerpt = Excerpt {
            name: "a.log".to_string(),
            record: 7,
            reason: "bad time",
            text: "x\u{1b}y".to_string(),
        };
        let read = Summary {
            objects: 3,
            duplicates: 1,
            not_telemetry: (0..10).map(|number| format!("{number}.txt")).collect(),
            skipped: vec!["b.log: no permission".to_string()],
            excerpts: vec![excerpt],
            listing: vec![
                ("a.log".to_string(), Listed::Formats(vec![("aws_vpc_flow", 1200)])),
                ("b.log".to_string(), Listed::Unreadable("no permission".to_string())),
                ("c.log".to_string(), Listed::Same),
                ("d.log".to_string(), Listed::Empty),
            ],
            ..Summary::default()
        };
        let told = |verbose, language| {
            let mut out = Vec::new();
            read.write(verbose, language, &mut out).expect("memory takes everything");
            let text = String::from_utf8(out).expect("text");
            anstream::adapter::strip_str(&text).to_string()
        };
        let english = told(false, Language::English);
        for line in [
            "7.txt: not telemetry that Firedamp reads\n2 more (--verbose shows them)\n",
            "\nwarning: b.log: no permission\n",
            "\nrejected: a.log record 7: bad time: x?y\n",
        ] {
            assert!(english.contains(line), "{line:?} in {english}");
        }
        let listed = "a.log: aws_vpc_flow (1,200 records)\nb.log: could not be read: no permission\n\
                      c.log: the same content as another object\nd.log: empty\n";
        assert!(told(true, Language::English).starts_with(listed));
        let german = told(false, Language::German);
        for line in [
            "7.txt: keine Telemetrie, die Firedamp liest\n2 weitere (--verbose zeigt sie)\n",
            "\nWarnung: b.log: no permission\n",
            "\nabgewiesen: a.log, Datensatz 7: bad time: x?y\n",
        ] {
            assert!(german.contains(line), "{line:?} in {german}");
        }
        let french = told(true, Language::French);
        for line in [
            "a.log\u{202f}: aws_vpc_flow (1\u{202f}200 enregistrements)\n",
            "\nd.log\u{202f}: vide\n",
        ] {
            assert!(french.contains(line), "{line:?} in {french}");
        }
    }
}
