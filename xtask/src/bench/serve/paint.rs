//! How soon the queue is seen in a browser: the script of the end-to-end tests, against the release
//! build.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::desk::Desk;
use crate::{outside, shell};

const CHROMIUM: &str = "/usr/bin/chromium";
const SCRIPT: &str = "crates/firedamp/tests/browser/walk.cjs";

/// Milliseconds until something is painted, the median of seven; nothing where there is no browser.
pub(super) fn first_paint(desk: &Desk) -> Result<Option<f64>> {
    let modules = outside::folder().join("node/node_modules");
    if !modules.exists() || !Path::new(CHROMIUM).exists() {
        return Ok(None);
    }
    let mut walk = Command::new("node");
    walk.arg(shell::root().join(SCRIPT))
        .env("BASE", format!("http://{}", desk.address))
        .env("TOKEN", &desk.key)
        .env("CHROMIUM", CHROMIUM)
        .env("MODULES", modules)
        .env("WANTED", "paint")
        // Whether it is soon enough is said in the table.
        .env("FIRST_PAINT_MAX_MS", "60000")
        .stdin(Stdio::null());
    let said = shell::capture(&mut walk)?.stdout;
    let said = String::from_utf8_lossy(&said);
    let millis = said.split_once("first paint of the queue: ").map(|(_, rest)| rest);
    let millis = millis.and_then(|rest| rest.split_once(" ms")).map(|(millis, _)| millis);
    let millis = millis.with_context(|| format!("the browser said `{said}`"))?;
    Ok(Some(millis.parse()?))
}
