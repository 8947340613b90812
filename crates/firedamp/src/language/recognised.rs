//! English words that the program keeps or sends as they are (what clouds answered, why something was
//! refused), recognised by their sentence in `text/answer`, so that pages tell them in the reader's
//! language. What is not recognised stays as it is.

use std::sync::LazyLock;

use firedamp_core::saying::Saying;

/// Sentences that stand within each other.
const DEPTH_MAX: usize = 4;
/// Letters of a text that is looked at; longer ones are told as they are.
const LETTERS_MAX: usize = 2000;
/// Blanks that hold more than one word, and may hold a sentence that is recognised too.
const OPEN: [&str; 3] = ["names", "what", "why"];

/// A sentence, taken apart: what stands before each blank, and what behind the last one.
struct Known {
    id: &'static str,
    blanks: Vec<(&'static str, &'static str)>,
    end: &'static str,
}

static KNOWN: LazyLock<Vec<Known>> =
    LazyLock::new(|| include_str!("../../text/answer/en.ftl").lines().filter_map(known).collect());

fn known(line: &'static str) -> Option<Known> {
    let (id, mut rest) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
    // Everything is a text; it is no sentence.
    if id == "answer-text" {
        return None;
    }
    let mut blanks = Vec::new();
    while let Some((before, after)) = rest.split_once("{ $") {
        let (name, behind) = after.split_once(" }")?;
        blanks.push((before, name));
        rest = behind;
    }
    Some(Known { id, blanks, end: rest })
}

/// What a text says, if it is one of the sentences.
pub(crate) fn recognised(english: &str) -> Option<Saying> {
    if english.len() > LETTERS_MAX {
        return None;
    }
    within(english, DEPTH_MAX)
}

/// The same, or the text as it is.
pub(crate) fn recognised_or_text(english: &str) -> Saying {
    recognised(english).unwrap_or_else(|| Saying::of("answer-text").text("text", english))
}

fn within(text: &str, depth: usize) -> Option<Saying> {
    let deeper = depth.checked_sub(1)?;
    KNOWN.iter().find_map(|known| known.fits(text, deeper))
}

impl Known {
    fn fits(&self, text: &str, depth: usize) -> Option<Saying> {
        let mut said = Saying::of(self.id);
        let Some((first, _)) = self.blanks.first() else {
            return (text == self.end).then_some(said);
        };
        let mut rest = text.strip_prefix(first)?;
        for (at, (_, name)) in self.blanks.iter().enumerate() {
            let next = self.blanks.get(at + 1).map(|(before, _)| *before);
            let (value, behind) = match next {
                Some(before) => rest.split_once(before)?,
                None => (rest.strip_suffix(self.end)?, ""),
            };
            said = filled(said, name, value, depth)?;
            rest = behind;
        }
        Some(said)
    }
}

/// Fills a blank, unless the text can't stand there.
fn filled(said: Saying, name: &'static str, value: &str, depth: usize) -> Option<Saying> {
    let is_open = OPEN.contains(&name);
    if value.is_empty() || (!is_open && value.contains(char::is_whitespace)) {
        return None;
    }
    Some(match within(value, depth).filter(|_| is_open) {
        Some(inner) => said.say(name, inner),
        None => said.text(name, value),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::language::{Language, Sentences};

    fn told(language: Language, english: &str) -> Option<String> {
        Sentences::of(language).told(&recognised(english)?)
    }

    #[test]
    fn what_is_recognised_is_told_and_says_the_same_in_english() {
        for (english, german) in [
            ("gone already", "schon weg"),
            ("an imported table", "eine importierte Tabelle"),
            (
                "set through an interface of Microsoft's",
                "über eine Schnittstelle von Microsoft gesetzt",
            ),
            ("kept as snap-1", "aufbewahrt als snap-1"),
            (
                "was at least 1, at most 4, 2 wanted",
                "zuvor: mindestens 1, höchstens 4, 2 gewünscht",
            ),
            (
                "put back: at least 2, at most 9, 2 wanted",
                "wiederhergestellt: mindestens 2, höchstens 9, 2 gewünscht",
            ),
            ("policy firedamp-deny taken away", "Richtlinie firedamp-deny entfernt"),
            ("step 3: tried 6 times: asked too often", "Schritt 3: 6-mal versucht: zu oft gefragt"),
            (
                "step 3: left alone, as step 4 was: look at it, and go back by hand",
                "Schritt 3: unverändert gelassen wie Schritt 4: sehen Sie nach, und stellen Sie es von Hand wieder her",
            ),
            ("step 3: answered 403 Forbidden: x: y", "Schritt 3: answered 403 Forbidden: x: y"),
            (
                "there is no such record behind this case",
                "nicht gefunden: Datensatz zu diesem Fall",
            ),
            (
                "a note has 10 letters at most, not 12",
                "zu lang (12 Zeichen, höchstens 10): eine Notiz",
            ),
        ] {
            assert_eq!(told(Language::German, english).as_deref(), Some(german));
            assert_eq!(told(Language::English, english).as_deref(), Some(english));
        }
    }

    #[test]
    fn what_is_unknown_or_only_like_it_stays_as_it_is() {
        for english in ["", "kept as ", "kept as two words", "gone", "Gone already", "running well"]
        {
            assert_eq!(told(Language::German, english), None, "{english}");
            let german = Sentences::of(Language::German).told(&recognised_or_text(english));
            assert_eq!(german.as_deref(), Some(english));
        }
        assert_eq!(told(Language::French, &"was ".repeat(100_000)), None);
        assert!(told(Language::French, &"was ".repeat(400)).is_some(), "as deep as it goes");
        assert_eq!(told(Language::French, &format!("{}x", "was ".repeat(20))), {
            let deep = format!("{}x", "was ".repeat(16));
            Some(format!("{}{deep}", "auparavant\u{202f}: ".repeat(4)))
        });
    }

    /// A sentence here that nothing says any more is left over.
    #[test]
    fn every_sentence_stands_in_the_source() {
        let mut files = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        super::super::tests::sources(&root.join("src"), &mut files);
        let joined: String = files.concat().replace("\\\n", "\n");
        let source = joined.split_whitespace().collect::<Vec<_>>().join(" ");
        // A colon may be the code's.
        let is_said = |piece: &str| source.contains(piece.trim().trim_end_matches(':'));
        let left: Vec<&str> = KNOWN
            .iter()
            .filter(|known| {
                !known.blanks.iter().all(|(before, _)| is_said(before)) || !is_said(known.end)
            })
            .map(|known| known.id)
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
