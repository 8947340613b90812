//! Tables: a header that names the columns, then a row a record. CSV files and Parquet files are
//! read through the same rows.

use crate::{json::fields, text};

/// Columns of a table that are looked at; AWS bills with a hundred tags have some 300.
pub const COLUMNS_MAX: usize = 4096;
/// The longest row; tags and additional info can fill kilobytes.
pub const ROW_BYTES_MAX: usize = 1 << 20;
/// The longest name of a column that is kept.
const NAME_BYTES_MAX: usize = 256;

/// The names of a table's columns, brought to one form: what stands in the last parentheses where
/// there are any (localised Azure headers), lower case, letters and digits only.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// The header with these names, as written.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().take(COLUMNS_MAX).map(normalised).collect() }
    }

    /// The column that has the first of these names that any column has. Names are compared in the
    /// normalised form: `lineItem/UsageAmount`, `line_item_usage_amount` and `LineItemUsageAmount`
    /// are one.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        let position = |name: &&str| {
            let name = normalised(name);
            self.names.iter().position(|own| *own == name)
        };
        names.iter().find_map(position)
    }

    /// Whether there is a column for each of these names.
    #[must_use]
    pub fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.find(&[name]).is_some())
    }

    /// The normalised names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

fn normalised(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}');
    let inner = name.rsplit_once('(').and_then(|(_, inner)| inner.strip_suffix(')'));
    let plain = |name: &str| -> String {
        let name = text::truncated(name, NAME_BYTES_MAX);
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    inner.map(plain).filter(|inner| !inner.is_empty()).unwrap_or_else(|| plain(name))
}

/// One row: the fields of a record, unquoted.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// A row whose fields stand one after the other in `bytes`, each up to its place in `ends`.
    #[must_use]
    pub const fn new(bytes: &'a [u8], ends: &'a [usize]) -> Self {
        Self { bytes, ends }
    }

    /// How many fields the row has; ragged rows have more or fewer than the header.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no field.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The field of a column: `None` where the table has no such column, the row no such field, the
    /// field is no UTF-8, or holds one of the ways to write "none".
    #[must_use]
    pub fn text(&self, column: Option<usize>) -> Option<&'a str> {
        let column = column?;
        let end = *self.ends.get(column)?;
        let start =
            column.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        fields::known(std::str::from_utf8(self.bytes.get(start..end)?).ok()?)
    }

    /// The whole row, for excerpts.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_one_form() {
        let header =
            Header::new(["\u{feff}Abonnement-GUID (SubscriptionGuid)", "lineItem/Usage_X"]);
        assert_eq!(header.find(&["subscriptionGuid"]), Some(0));
        assert_eq!(header.find(&["nothing", "line_item_usage_x"]), Some(1));
        assert_eq!(header.find(&["abonnement"]), None);
    }

    #[test]
    fn a_row_knows_its_fields_and_no_others() {
        let row = Row::new(b"oneNULL", &[3, 3, 7]);
        assert_eq!(row.text(Some(0)), Some("one"));
        assert_eq!(
            [row.text(Some(1)), row.text(Some(2)), row.text(Some(3)), row.text(None)],
            [None; 4]
        );
    }
}
