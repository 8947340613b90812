//! The article that a judgement is kept with. It is written once, in English; its own sentences are
//! marked with `data-say` and told in the reader's language. What detectors say stays as it was said.

use crate::language::Sentences;

const MARK: &str = " data-say=\"";

/// The article with its own sentences told anew. A mark that nobody knows keeps its text.
pub(super) fn told(article: &str, say: Sentences) -> String {
    let mut told = String::with_capacity(article.len());
    let mut rest = article;
    while let Some((before, after)) = rest.split_once(MARK) {
        told.push_str(before);
        let (id, marked) = after.split_once('"').unwrap_or_default();
        rest = marked;
        if let (Some(word), Some((attributes, text))) = (say.word(id), marked.split_once('>')) {
            told.push_str(attributes);
            told.push('>');
            told.push_str(&word);
            rest = text.find('<').and_then(|end| text.get(end..)).unwrap_or_default();
        }
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn marked_words_are_told_in_the_readers_language_and_names_are_not() {
        let article = "<h3 data-say=\"article-why\" class=\"x\">Why</h3><bdi>Why</bdi>\
                       <b data-say=\"article-nonsense\">Kept</b>";
        let german = told(article, Sentences::of(Language::German));
        assert_eq!(german, "<h3 class=\"x\">Warum</h3><bdi>Why</bdi><b>Kept</b>");
    }

    #[test]
    fn what_is_cut_short_is_kept() {
        for text in
            ["", "<p data-say=\"", "<p data-say=\"article-why", "<p data-say=\"article-why\">Why"]
        {
            let _told = told(text, Sentences::of(Language::French));
        }
    }

    /// The template's own words are those of the English sentences, and each mark has one.
    #[test]
    fn every_mark_of_the_article_has_its_sentence() {
        let template = include_str!("../../../templates/report/case.html");
        let english = Sentences::of(Language::English);
        for part in template.split(MARK).skip(1) {
            let (id, rest) = part.split_once('"').expect("an id");
            if id.contains("{{") {
                continue;
            }
            let text = rest.split_once('>').and_then(|(_, text)| text.split_once('<'));
            assert_eq!(english.word(id).as_deref(), text.map(|(text, _)| text), "{id}");
        }
    }
}
