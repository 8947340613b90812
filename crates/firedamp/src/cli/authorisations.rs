//! `firedamp authorisations`: proposals from a file, and what is on file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use firedamp_core::authorisation::Authorisation;
use serde::Deserialize;

use super::{
    keep::{Data, wait},
    scan::system_time,
};
use crate::{
    authorisation::documents,
    report::{minute, shown},
    store::{AuthorisationFilter, By, PAGE_MAX},
};

/// Authorisations of one file at most.
const FILE_MAX: usize = 1000;

/// Propose authorisations to mine from a file, or list those on file
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp authorisations import --data /srv/firedamp --by alice --document approval.pdf research.toml\n\nA file holds one or more of\n\n  [[authorisation]]\n  customer = \"contoso\"\n  asked_by = \"a researcher\"\n  approved_by = \"the head of security\"\n  purpose = \"security_research\"              # or business, other\n  approval = { reference = \"TR-1\", document = \"SHA-256 of the document\" }\n  scope = { accounts = [\"azure:…\"], resources = [], pools = [], wallets = [] }\n  limits = { usd_per_day = 20.0, regions = [\"westeurope\"], hours = { from = 8, to = 18 } }\n  start = \"2026-03-01T00:00:00Z\"\n  end = \"2026-06-01T00:00:00Z\"\n\nof which approval, scope and limits may be left out. Somebody else approves them on the page."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Propose what a file holds
    Import {
        #[command(flatten)]
        data: Data,
        /// Who proposes it; never who approves it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// A document of an approval, kept under its SHA-256 hash; may be given several times
        #[arg(long, value_name = "FILE")]
        document: Vec<PathBuf>,
        /// TOML
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List what is on file
    List {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    authorisation: Vec<Authorisation>,
}

/// Reads a file of authorisations; each is numbered by its place where it has no number.
pub(super) fn read(path: &Path) -> Result<Vec<Authorisation>> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    let File { mut authorisation } =
        toml::from_str(&text).with_context(|| format!("cannot use `{name}`"))?;
    ensure!(authorisation.len() <= FILE_MAX, "`{name}` holds more than {FILE_MAX} authorisations");
    for (number, one) in (1..).zip(&mut authorisation) {
        one.check().with_context(|| format!("authorisation {number} in `{name}`"))?;
        if one.number == 0 {
            one.number = number;
        }
    }
    Ok(authorisation)
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    wait(async {
        match &arguments.verb {
            Verb::Import { data, by, document, files } => {
                import(data, by, document, files).await?;
            }
            Verb::List { data } => list(data).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn import(data: &Data, by: &str, papers: &[PathBuf], files: &[PathBuf]) -> Result<()> {
    if by.trim().is_empty() {
        bail!("--by needs a name");
    }
    let store = data.open().await?;
    let folder = data.data.join("documents");
    for path in papers {
        let name = path.display();
        let bytes = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
        let hash = documents::hash(&bytes);
        documents::keep(&folder, &hash, &bytes).with_context(|| format!("cannot keep `{name}`"))?;
        anstream::eprintln!("{name}: kept as {hash}");
    }
    let by = By { who: by.trim().to_string(), at: system_time() };
    for path in files {
        for one in read(path)? {
            let document = one.approval.as_ref().and_then(|approval| approval.document.as_deref());
            if let Some(document) = document {
                documents::fetch(&folder, document)
                    .with_context(|| format!("document {document}: give it with --document"))?;
            }
            let number = store.propose(&one, &by).await?;
            anstream::eprintln!("proposed {number} for {}", shown(&one.customer));
        }
    }
    Ok(())
}

async fn list(data: &Data) -> Result<()> {
    let filter = AuthorisationFilter { limit: PAGE_MAX, ..AuthorisationFilter::default() };
    for filed in data.open().await?.authorisations(&filter).await? {
        let one = &filed.authorisation;
        anstream::println!(
            "{}  {}  {}  {} to {} UTC",
            one.number,
            filed.state.id(),
            shown(&filed.customer_name),
            minute(one.start),
            minute(one.end)
        );
    }
    Ok(())
}
