//! `cargo xtask screenshots`: pictures of the desk's pages for the documents, taken by the test that
//! walks through them in a browser: each in light, in the dark and 400 px wide. Whatever it finds wrong
//! is wrong here, too.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{outside, shell};

/// Bytes of one picture; it is kept for ever.
const PICTURE_BYTES_MAX: u64 = 150_000;

/// Pictures of one kind: where they are kept, the tests that take them, and how many there are at most.
struct Album {
    folder: &'static str,
    tests: &'static str,
    pictures_max: usize,
}

const ALBUMS: [Album; 2] = [
    Album {
        folder: "docs/screenshots",
        tests: "web::browser::a_person_works_a_day_in_a_browser",
        pictures_max: 100,
    },
    Album { folder: "docs/screenshots/stories", tests: "stories::", pictures_max: 20 },
];

/// Takes the pictures anew.
pub(crate) fn run() -> Result<()> {
    let missing = outside::install()?;
    ensure!(missing.is_empty(), "pictures need a browser:\n{}", missing.join("\n"));
    ALBUMS.iter().try_for_each(fill)
}

fn fill(album: &Album) -> Result<()> {
    let folder = shell::root().join(album.folder);
    fs::create_dir_all(&folder).with_context(|| format!("making `{}`", album.folder))?;
    let test = ["test", "--workspace", "--test", "it", "--", album.tests];
    let mut command = shell::cargo(&test);
    shell::run(
        command.env("FIREDAMP_PICTURES", &folder).env("FIREDAMP_OUTSIDE", outside::folder()),
    )?;
    let mut count = 0;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            continue;
        }
        let bytes = entry.metadata()?.len();
        let name = entry.file_name().to_string_lossy().into_owned();
        ensure!(bytes <= PICTURE_BYTES_MAX, "{name} has {bytes} bytes");
        println!("{}/{name}: {} kB", album.folder, bytes / 1000);
        count += 1;
    }
    ensure!((1..=album.pictures_max).contains(&count), "there are {count} pictures");
    Ok(())
}
