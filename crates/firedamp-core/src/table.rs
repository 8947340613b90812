//! Tables: a header that names the columns, then a row a record. CSV files and Parquet files are
//! read through the same rows.

use std::{cell::Cell, ops::Range};

use crate::{json::fields, text};

/// Columns of a table that are looked at; AWS bills with a hundred tags have some 300.
pub const COLUMNS_MAX: usize = 4096;
/// The longest row; tags and additional info can fill kilobytes.
pub const ROW_BYTES_MAX: usize = 1 << 20;
/// The longest name of a column that is kept.
const NAME_BYTES_MAX: usize = 256;

/// The names of a table's columns, brought to one form: what stands in the last parentheses where
/// there are any (localised Azure headers), lower case, letters and digits only.
///
/// A header knows which columns were asked for, so that a reader of columns can leave out the others.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Header {
    names: Vec<Name>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Name {
    text: String,
    asked: Cell<bool>,
}

impl Header {
    /// The header with these names, as written.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let name = |name| Name { text: normalised(name), asked: Cell::new(false) };
        Self { names: names.into_iter().take(COLUMNS_MAX).map(name).collect() }
    }

    /// The column that has the first of these names that any column has. Names are compared in the
    /// normalised form: `lineItem/UsageAmount`, `line_item_usage_amount` and `LineItemUsageAmount`
    /// are one.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        let position = |name: &&str| {
            let name = normalised(name);
            self.names.iter().position(|own| own.text == name)
        };
        let found = names.iter().find_map(position);
        found.and_then(|at| self.names.get(at)).into_iter().for_each(|name| name.asked.set(true));
        found
    }

    /// Whether there is a column for each of these names.
    #[must_use]
    pub fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.find(&[name]).is_some())
    }

    /// The normalised names in order; asks for all of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| {
            name.asked.set(true);
            name.text.as_str()
        })
    }

    /// The columns that were asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<usize> {
        let asked = |(at, name): (usize, &Name)| name.asked.get().then_some(at);
        self.names.iter().enumerate().filter_map(asked).collect()
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
    /// The same as text, when all of it is UTF-8: to look once is faster than to look at each field.
    text: Option<&'a str>,
    /// Text of fields that are not in `bytes` as they are.
    unquoted: &'a [u8],
    fields: Fields<'a>,
}

/// How a row's fields are found.
#[derive(Clone, Copy, Debug)]
enum Fields<'a> {
    /// They stand one after the other, each up to its place here.
    Ends(&'a [usize]),
    /// Each has its place.
    Places(&'a [Field]),
}

/// Where a field stands in its row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Field {
    start: u32,
    end: u32,
}

impl Field {
    /// Marks a field that stands in the other text of its row.
    const ELSEWHERE: u32 = 1 << 31;

    /// The field from `start` to `end` of its row, which is no longer than [`ROW_BYTES_MAX`]. Places
    /// behind that are kept in no row.
    #[inline]
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32 & !Self::ELSEWHERE, end: end as u32 }
    }

    /// The same place in the row's other text.
    pub(crate) const fn elsewhere(self) -> Self {
        Self { start: self.start | Self::ELSEWHERE, end: self.end }
    }

    /// Where it stands, and whether that is elsewhere.
    #[inline]
    pub(crate) const fn place(self) -> (Range<usize>, bool) {
        let start = (self.start & !Self::ELSEWHERE) as usize;
        (start..self.end as usize, self.start & Self::ELSEWHERE != 0)
    }
}

impl<'a> Row<'a> {
    /// A row whose fields stand one after the other in `bytes`, each up to its place in `ends`.
    #[must_use]
    pub fn new(bytes: &'a [u8], ends: &'a [usize]) -> Self {
        let text = std::str::from_utf8(bytes).ok();
        Self { bytes, text, unquoted: &[], fields: Fields::Ends(ends) }
    }

    /// A row whose fields have places in `bytes`, or in `unquoted`.
    pub(crate) fn parted(bytes: &'a [u8], unquoted: &'a [u8], fields: &'a [Field]) -> Self {
        let text = std::str::from_utf8(bytes).ok();
        Self { bytes, text, unquoted, fields: Fields::Places(fields) }
    }

    /// How many fields the row has; ragged rows have more or fewer than the header.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.fields {
            Fields::Ends(ends) => ends.len(),
            Fields::Places(fields) => fields.len(),
        }
    }

    /// Whether it has no field.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The field of a column: `None` where the table has no such column, the row no such field, the
    /// field is no UTF-8, or holds one of the ways to write "none".
    #[must_use]
    #[inline]
    pub fn text(&self, column: Option<usize>) -> Option<&'a str> {
        let (range, is_elsewhere) = self.place(column?)?;
        if range.is_empty() {
            return None;
        }
        let text = match self.text {
            Some(text) if !is_elsewhere => text.get(range)?,
            _ => std::str::from_utf8(self.source(is_elsewhere).get(range)?).ok()?,
        };
        fields::known(text)
    }

    /// The bytes of a column's field.
    #[cfg(test)]
    pub(crate) fn raw(&self, column: usize) -> Option<&'a [u8]> {
        let (range, is_elsewhere) = self.place(column)?;
        self.source(is_elsewhere).get(range)
    }

    /// Where the field of a column stands, and whether that is elsewhere than in the row's bytes.
    #[inline]
    fn place(&self, column: usize) -> Option<(Range<usize>, bool)> {
        match self.fields {
            Fields::Places(fields) => fields.get(column).map(|field| field.place()),
            Fields::Ends(ends) => {
                let before = column.checked_sub(1).map_or(Some(0), |at| ends.get(at).copied());
                Some((before?..*ends.get(column)?, false))
            }
        }
    }

    const fn source(&self, is_elsewhere: bool) -> &'a [u8] {
        if is_elsewhere { self.unquoted } else { self.bytes }
    }

    /// The whole row, for excerpts: as it is written, or the fields without what parts them.
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
    fn columns_that_were_asked_for_are_known() {
        let header = Header::new(["a", "b", "c", "a"]);
        assert_eq!((header.find(&["c"]), header.find(&["x", "A"])), (Some(2), Some(0)));
        assert_eq!(header.asked(), [0, 2]);
        assert_eq!(header.names().count(), header.asked().len());
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
