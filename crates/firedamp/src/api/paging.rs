//! Lists by the page: a limit, and a cursor that only this program makes.

use crate::{store::PAGE_MAX, web::Problem};

/// Lines of a page where nobody says how many.
const PAGE_DEFAULT: u32 = 50;

/// How many lines are asked for.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(PAGE_DEFAULT);
    let fits = (1..=PAGE_MAX).contains(&limit);
    fits.then_some(limit)
        .ok_or_else(|| Problem::invalid(format!("a page has 1 to {PAGE_MAX} lines")))
}

/// The number that a cursor is.
pub(super) fn number(cursor: Option<&str>) -> Result<Option<i64>, Problem> {
    cursor.map(|text| text.parse().map_err(|_| foreign())).transpose()
}

/// The cursor of the page after these lines: the last one's, when there may be more.
pub(super) fn next<T>(
    lines: &[T],
    limit: u32,
    cursor: impl FnOnce(&T) -> String,
) -> Option<String> {
    lines.last().filter(|_| lines.len() == limit as usize).map(cursor)
}

/// A cursor that nobody was given.
pub(super) fn foreign() -> Problem {
    Problem::invalid("this cursor was not made by this program")
}
