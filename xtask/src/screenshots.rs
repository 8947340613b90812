//! `cargo xtask screenshots`: pictures of the desk's pages for the documents, taken by the test that
//! walks through them in a browser. Whatever it finds wrong is wrong here, too.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{outside, shell};

const FOLDER: &str = "docs/screenshots";
/// Bytes of one picture; it is kept for ever.
const PICTURE_BYTES_MAX: u64 = 150_000;
const PICTURES_MAX: usize = 12;

/// Takes the pictures anew.
pub(crate) fn run() -> Result<()> {
    let missing = outside::install()?;
    ensure!(missing.is_empty(), "pictures need a browser:\n{}", missing.join("\n"));
    let folder = shell::root().join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("making `{FOLDER}`"))?;
    let story = "web::browser::a_person_works_a_day_in_a_browser";
    let test = ["test", "--workspace", "--test", "it", "--", "--exact", story];
    let mut command = shell::cargo(&test);
    shell::run(
        command.env("FIREDAMP_PICTURES", &folder).env("FIREDAMP_OUTSIDE", outside::folder()),
    )?;
    let mut count = 0;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        let bytes = entry.metadata()?.len();
        let name = entry.file_name().to_string_lossy().into_owned();
        ensure!(bytes <= PICTURE_BYTES_MAX, "{name} has {bytes} bytes");
        println!("{FOLDER}/{name}: {} kB", bytes / 1000);
        count += 1;
    }
    ensure!((1..=PICTURES_MAX).contains(&count), "there are {count} pictures");
    Ok(())
}
