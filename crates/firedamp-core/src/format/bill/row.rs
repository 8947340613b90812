//! Rows of bills: whether they are whole, and the amounts in their fields.

use super::{NO_AMOUNT, micros};
use crate::{
    sink::Reason,
    table::{Header, Row},
};

/// The reason for a row that was cut, or whose fields have moved.
pub(in crate::format) const ROW_FIELDS: Reason = "wrong number of fields in a row";

/// The amount in a field: an empty one is nothing, and one that fits nowhere no amount.
pub(in crate::format) fn field_amount(text: Option<&str>) -> Result<i64, Reason> {
    let fits = |amount: &i64| amount.unsigned_abs() < i64::MAX.unsigned_abs();
    text.map_or(Ok(0), |text| micros(text).filter(fits).ok_or(NO_AMOUNT))
}

/// How many columns a table has.
pub(in crate::format) fn width(header: &Header) -> usize {
    header.names().count()
}

/// Checks that a row has a field for each column and nothing behind the last: the fields of a row
/// that was cut, or that has a comma too many, do not mean what their columns say.
pub(in crate::format) fn check_width(row: &Row<'_>, width: usize) -> Result<(), Reason> {
    let surplus = || (width..row.len()).any(|column| row.text(Some(column)).is_some());
    if row.len() < width || surplus() { Err(ROW_FIELDS) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_cut_or_moved_are_told() {
        let row = Row::new(b"one", &[3, 3, 3]);
        assert_eq!(check_width(&row, 4), Err(ROW_FIELDS));
        assert_eq!(check_width(&row, 2), Ok(()));
        assert_eq!(check_width(&Row::new(b"one", &[0, 3]), 1), Err(ROW_FIELDS));
    }
}
