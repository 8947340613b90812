//! Every change of the database's shape, in its order; a new one is a file and a line here.

use std::sync::LazyLock;

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// All of them, ready to be applied.
pub(super) static SHAPES: LazyLock<Migrator> =
    LazyLock::new(|| Migrator::with_migrations(FILES.iter().filter_map(migration).collect()));

/// A file's name, without `.sql`, and what is in it.
type File = (&'static str, &'static str);

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../migrations/", $name, ".sql")))
    };
}

const FILES: &[File] = &[
    file!("0001_desk"),
    file!("0002_tree"),
    file!("0010_sources"),
    file!("0020_people"),
    file!("0030_pages"),
    file!("0050_casework"),
    file!("0060_cleanup"),
    file!("0070_partner_programs"),
    file!("0080_scale"),
    file!("0090_retention"),
    file!("0098_answers_due"),
    file!("0099_learnt_indicators"),
    file!("0100_calibrations"),
    file!("0110_incidents"),
    file!("0111_inbox"),
    file!("0120_said"),
    file!("0130_lists"),
    file!("0140_texts"),
    file!("0160_request_incidents"),
    file!("0170_partner"),
    file!("0180_tree_revision"),
    file!("0181_asleep"),
    file!("0182_unreadable"),
    file!("0190_undo"),
    file!("0195_rejected"),
    file!("0196_newest"),
    file!("0200_credit_reasons"),
];

/// `0001_desk` is version 1, described as "desk".
fn migration((name, sql): &File) -> Option<Migration> {
    let (version, description) = name.split_once('_')?;
    let (version, description) = (version.parse().ok()?, description.replace('_', " "));
    let sql = (*sql).into_sql_str();
    Some(Migration::new(version, description.into(), MigrationType::Simple, sql, false))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_has_a_version() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let files = fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap()));
        let mut files: Vec<String> = files.collect();
        files.sort();
        let listed: Vec<String> = FILES.iter().map(|(name, _)| format!("{name}.sql")).collect();
        assert_eq!(listed, files);
        assert_eq!(SHAPES.iter().count(), FILES.len());
        assert!(SHAPES.version_exists(1) && SHAPES.version_exists(98));
    }
}
