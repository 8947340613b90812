//! As much of XML as answers of the Query protocol need: the text of an element by its name.

/// The text of the first element of this name, unless it holds others.
pub(super) fn text<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    all(xml, name).next()
}

/// The texts of every element of this name.
pub(super) fn all<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (inner, after) = after.split_once(&close)?;
        rest = after;
        Some(inner.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name() {
        let xml = "<r><item><groupId>sg-1</groupId></item><item><groupId>sg-2</groupId></item></r>";
        assert_eq!(all(xml, "groupId").collect::<Vec<_>>(), ["sg-1", "sg-2"]);
        assert_eq!(text(xml, "vpcId"), None);
        assert_eq!(text("<a>never closed", "a"), None);
    }
}
