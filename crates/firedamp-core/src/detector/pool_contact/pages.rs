//! Looks at a pool's pages, which are no mining however long they go on.

use super::shape::{Fit, Shape, WEB_PORTS};
use crate::indicator::Indicator;

/// How a conversation with a host of `row` fits. On the web's ports of a name that serves pages,
/// connections of a request each are a browser's or a script's, and so is whatever went to hosts that
/// serve pages alone.
pub(super) fn fit_for(row: &Indicator, port: u16, shape: &Shape, only_pages: bool) -> Fit {
    let web = row.web && WEB_PORTS.contains(&port);
    let is_long = matches!(shape.fit, Fit::Long | Fit::LongUncounted);
    if web && is_long && (shape.short_lived || only_pages) { Fit::Visit } else { shape.fit }
}
