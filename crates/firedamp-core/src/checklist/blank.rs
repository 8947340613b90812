//! Blanks of a command: their names, and how they are filled in.

/// Every blank.
const BLANKS: [&str; 12] = [
    "{account}",
    "{customer}",
    "{principal}",
    "{region}",
    "{remote}",
    "{resource}",
    "{since}",
    "{since_day}",
    "{since_ms}",
    "{until}",
    "{until_day}",
    "{until_ms}",
];

/// A template with its blanks filled in one pass, so that no value is taken for a blank. `None` where
/// a blank has no value.
pub(super) fn replaced(template: &str, values: &[(&str, String)]) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at_checked(at)?;
        text.push_str(before);
        let name = tail.find('}').and_then(|end| tail.get(..=end)).filter(|name| is_blank(name));
        match name {
            Some(name) => {
                text.push_str(&values.iter().find(|(blank, _)| *blank == name)?.1);
                rest = tail.get(name.len()..)?;
            }
            None => {
                text.push('{');
                rest = tail.get(1..)?;
            }
        }
    }
    text.push_str(rest);
    Some(text.trim_end().to_string())
}

/// Whether `{…}` is a blank of ours, and no part of a query.
pub(super) fn is_blank(text: &str) -> bool {
    BLANKS.contains(&text)
}

/// Whether a blank stands where the shell joins it to a filter that has it in double quotes: what
/// would end those quotes can't be filled in.
pub(super) fn stands_in_filter(template: &str, blank: &str) -> bool {
    template.contains(&["\"'", blank].concat())
}
