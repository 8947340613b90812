//! `firedamp pack` and `verify`: evidence made, and evidence checked.

use std::{fs, io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use super::{keep::Data, scan::system_time};
use crate::{
    language::Language,
    pack::{self, Dossier, Key, Public},
};

/// Write the evidence pack of a case: report, records, charges, actions and proof, signed
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp pack --data /srv/firedamp 12\n\nThe desk's key is made at the first pack and stays in the data folder as signing.key; its public\nhalf is printed."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// The number of the case
    case: i64,
    /// The file to write; there must be none (default: firedamp-case-N.tar.gz)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The language of the report
    #[arg(long, value_enum, default_value_t = Choice::En)]
    language: Choice,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    De,
    En,
    Fr,
}

/// Check an evidence pack without the desk that made it
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp verify --key desk.pem firedamp-case-12.tar.gz\n\nExit status: 0 right; 1 wrong; 2 could not look."
)]
pub(super) struct Verify {
    /// The pack
    pack: PathBuf,
    /// The desk's public key: a file with it, or the key itself in base64
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Writes a pack.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(write(arguments))
}

async fn write(arguments: &Arguments) -> Result<ExitCode> {
    let Arguments { data, case, file, language } = arguments;
    let store = data.open().await?;
    let dossier = Dossier::read(&*store, *case, None, system_time()).await?;
    let key = Arc::new(Key::open(&data.data)?);
    let public = key.public().text();
    let language = match language {
        Choice::De => Language::German,
        Choice::En => Language::English,
        Choice::Fr => Language::French,
    };
    let bytes = pack::pack(&*store, dossier, key, language).await?;
    let path = file.clone().unwrap_or_else(|| PathBuf::from(pack::file_name(*case)));
    let name = path.display();
    if path.exists() {
        bail!("`{name}` is there already");
    }
    let made = crate::private::create(&path).and_then(|mut file| file.write_all(&bytes));
    made.with_context(|| format!("cannot write `{name}`"))?;
    anstream::println!("{name}\nsigned by {public}");
    Ok(ExitCode::SUCCESS)
}

/// Checks a pack.
pub(super) fn verify(arguments: &Verify) -> Result<ExitCode> {
    let name = arguments.pack.display();
    let bytes = fs::read(&arguments.pack).with_context(|| format!("cannot read `{name}`"))?;
    let key = arguments.key.as_deref().map(key).transpose()?;
    let findings = pack::verify(&bytes, key);
    for finding in &findings {
        anstream::println!(
            "{} {}",
            if finding.is_right { "right:" } else { "WRONG:" },
            finding.says
        );
    }
    let is_right = findings.iter().all(|finding| finding.is_right);
    Ok(ExitCode::from(u8::from(!is_right)))
}

fn key(text: &str) -> Result<Public> {
    let from_file = || fs::read_to_string(text).ok().and_then(|text| Public::parse(&text));
    let key = Public::parse(text).or_else(from_file);
    key.with_context(|| format!("`{text}` is neither a public key nor a file with one"))
}
