//! The article that a judgement is kept with. It is written once, in English; its own sentences are
//! marked with `data-say`, and those with something to fill in, what detectors say among them, with
//! `data-saying`. So it is told in the reader's language. Articles of older versions have fewer marks.

use askama::filters::{Html, escape};
use firedamp_core::saying::Saying;

use crate::language::Sentences;

const MARK: &str = " data-say";
const MARK_OF_WORD: &str = "=\"";
const MARK_OF_SAYING: &str = "ing=\"";
const MARK_OF_LABEL: &str = "-label=\"";
const LABEL: &str = " data-label=\"";

/// The article with its own sentences told anew. A mark that nobody knows keeps its text.
pub(crate) fn retold(article: &str, say: Sentences) -> String {
    let mut told = String::with_capacity(article.len());
    let mut rest = article;
    while let Some((before, after)) = rest.split_once(MARK) {
        told.push_str(before);
        rest = if let Some(marked) = after.strip_prefix(MARK_OF_SAYING) {
            saying(marked, say, &mut told)
        } else if let Some(marked) = after.strip_prefix(MARK_OF_LABEL) {
            label(marked, say, &mut told)
        } else if let Some(marked) = after.strip_prefix(MARK_OF_WORD) {
            word(marked, say, &mut told)
        } else {
            told.push_str(MARK);
            after
        };
    }
    told.push_str(rest);
    told
}

/// Tells a sentence that has nothing to fill in; what follows it.
fn word<'a>(marked: &'a str, say: Sentences, told: &mut String) -> &'a str {
    let (id, rest) = marked.split_once('"').unwrap_or_default();
    let (Some(word), Some((attributes, text))) = (say.word(id), rest.split_once('>')) else {
        return rest;
    };
    told.push_str(attributes);
    told.push('>');
    told.push_str(&word);
    behind(text)
}

/// Tells what a cell is called where a table is narrow; what follows it.
fn label<'a>(marked: &'a str, say: Sentences, told: &mut String) -> &'a str {
    let (id, rest) = marked.split_once('"').unwrap_or_default();
    let own = rest.strip_prefix(LABEL).and_then(|rest| rest.split_once('"'));
    let (Some(word), Some((_, rest))) = (say.word(id), own) else {
        return rest;
    };
    let Ok(escaped) = escape(&word, Html);
    told.push_str(&format!("{LABEL}{escaped}\""));
    rest
}

/// Tells a sentence with its blanks filled, which is no longer in English; what follows it.
fn saying<'a>(marked: &'a str, say: Sentences, told: &mut String) -> &'a str {
    let (json, rest) = marked.split_once('"').unwrap_or_default();
    let said = serde_json::from_str(&unescaped(json)).map(|said| Saying::read(&said));
    let (Ok(Some(sentence)), Some((_, text))) =
        (said.map(|said| say.told(&said)), rest.split_once('>'))
    else {
        return rest;
    };
    // What began with a large letter still does.
    let is_large = text.chars().next().is_some_and(char::is_uppercase);
    let sentence = if is_large { super::words::capital(&sentence) } else { sentence };
    told.push('>');
    // Names of logs stand in it.
    let Ok(escaped) = escape(&sentence, Html);
    told.push_str(&escaped.to_string());
    behind(text)
}

/// From where the text of an element ends.
fn behind(text: &str) -> &str {
    text.find('<').and_then(|end| text.get(end..)).unwrap_or_default()
}

/// An attribute as it was before it was escaped.
fn unescaped(attribute: &str) -> String {
    let letters = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    letters.iter().fold(attribute.to_string(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn marked_words_are_told_in_the_readers_language_and_names_are_not() {
        let article = "<h3 data-say=\"article-why\" class=\"x\">Why</h3><bdi>Why</bdi>\
                       <b data-say=\"article-nonsense\">Kept</b>";
        let german = retold(article, Sentences::of(Language::German));
        assert_eq!(german, "<h3 class=\"x\">Warum</h3><bdi>Why</bdi><b>Kept</b>");
    }

    #[test]
    fn sentences_with_names_are_told_again_and_no_name_is_markup() {
        let hostile = "</bdi><script>'\"&{ $x }\u{202e}";
        let mut case = super::super::sample::case(hostile);
        let said = Saying::of("found-lookup").count("names", 1).text("first", hostile);
        case.findings[0].say(said.say("often", None).say("blocked", None));
        let article = super::super::article(&case);
        let german = retold(&article, Sentences::of(Language::German));
        assert!(
            german.contains(
                "Hat &#60;/bdi&#62;&#60;script&#62;&#39;&#34;&#38;{ $x }? abgefragt</bdi>"
            ),
            "{german}"
        );
        for gone in ["data-say", "<script", "Asked for &#60;", "Confirm with", "were read"] {
            assert!(!german.contains(gone), "{gone} in {german}");
        }
        for wanted in [
            "<span>in</span> <bdi>",
            "<td class=\"number\" data-label=\"Wahrscheinlichkeit\">",
            "Zeitachse: pool_contact zu ",
            "<td class=\"number\">−9,2</td><td class=\"number\">1 von 10.000</td>",
        ] {
            assert!(german.contains(wanted), "{wanted} in {german}");
        }
        assert!(german.contains("01.03.2026 10:00 bis 16:00 UTC (6,0\u{a0}h)"), "{german}");
        assert!(german.contains(">01.03.2026</text>") && german.contains(">01.03.2026 10:00</td>"));
        let english = retold(&article, Sentences::of(Language::English));
        assert!(english.contains("Asked for &#60;/bdi&#62;") && !english.contains("data-say"));
    }

    #[test]
    fn what_is_cut_short_is_kept() {
        for text in [
            "",
            "<p data-say-label=\"",
            "<p data-say-label=\"article-first\" data-label=\"First",
            "<p data-say",
            "<p data-saying=\"{",
            "<p data-say=\"",
            "<p data-say=\"article-why",
            "<p data-say=\"article-why\">Why",
        ] {
            let _told = retold(text, Sentences::of(Language::French));
        }
    }

    /// The template's own words are those of the English sentences, and each mark has one.
    #[test]
    fn every_mark_of_the_article_has_its_sentence() {
        let template = include_str!("../../templates/report/case.html");
        let english = Sentences::of(Language::English);
        for part in template.split(" data-say=\"").skip(1) {
            let (id, rest) = part.split_once('"').expect("an id");
            if id.contains("{{") {
                continue;
            }
            let text = rest.split_once('>').and_then(|(_, text)| text.split_once('<'));
            assert_eq!(english.word(id).as_deref(), text.map(|(text, _)| text), "{id}");
        }
    }
}
