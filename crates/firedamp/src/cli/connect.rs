//! `firedamp connect`: who may read a cloud's logs, which of them are off, and what turns them on.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::connect::{self, Cloud, Finding, Inventory, Place};

/// Letters of a name in a template.
const NAME_MAX: usize = 128;

/// Print what lets Firedamp read a cloud's logs, or check which of them are off
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp connect aws --reader 111122223333 --bucket logs --queue firedamp > role.json\n  aws cloudformation deploy --template-file role.json --stack-name firedamp \\\n       --capabilities CAPABILITY_NAMED_IAM\n  (aws ec2 describe-vpcs; aws ec2 describe-flow-logs) | firedamp connect aws --bucket logs --check -\n\nNothing is asked and nothing is changed: templates and commands are printed for you to read and run."
)]
pub(super) struct Arguments {
    /// Which cloud
    cloud: Name,
    /// The account (AWS), tenant (Azure) or project (Google) that Firedamp runs in
    #[arg(long, value_name = "ID", default_value = "READER", value_parser = name)]
    reader: String,
    /// Azure: the object id of the application or group that reads
    #[arg(long, value_name = "ID", default_value = "PRINCIPAL", value_parser = name)]
    principal: String,
    /// AWS: the external id of the role (default: a new one)
    #[arg(long, value_name = "ID", value_parser = name)]
    external_id: Option<String>,
    /// The bucket or storage account that logs are delivered to
    #[arg(long, value_name = "NAME", default_value = "BUCKET", value_parser = name)]
    bucket: String,
    /// The queue (AWS), or topic and subscription (Google), that tells of new objects
    #[arg(long, value_name = "NAME", default_value = "firedamp", value_parser = name)]
    queue: String,
    /// Answers of the cloud's own tool, as JSON; `-` is standard input; may be given several times
    #[arg(long, value_name = "FILE")]
    check: Vec<PathBuf>,
    /// Print what was checked as JSON lines
    #[arg(long, requires = "check")]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    Aws,
    Azure,
    Gcp,
}

impl From<Name> for Cloud {
    fn from(name: Name) -> Self {
        match name {
            Name::Aws => Self::Aws,
            Name::Azure => Self::Azure,
            Name::Gcp => Self::Google,
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=+@".contains(letter);
    if text.is_empty() || text.len() > NAME_MAX || !text.chars().all(is_plain) {
        return Err("letters, digits and -_./:=+@ are allowed".to_string());
    }
    Ok(text.to_string())
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let cloud = arguments.cloud.into();
    let external_id = match &arguments.external_id {
        Some(id) => id.clone(),
        None => new_id()?,
    };
    let place = Place {
        reader: arguments.reader.clone(),
        principal: arguments.principal.clone(),
        external_id,
        bucket: arguments.bucket.clone(),
        queue: arguments.queue.clone(),
    };
    if arguments.check.is_empty() {
        anstream::print!("{}", connect::template(cloud, &place));
        return Ok(ExitCode::SUCCESS);
    }
    let text = arguments.check.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    let inventory = Inventory::read(&text.join("\n"))?;
    let findings = connect::check(cloud, &inventory, &place);
    if findings.is_empty() {
        let questions = connect::questions(cloud).join("\n  ");
        bail!("nothing in it tells of logs; what is read are the answers to\n  {questions}");
    }
    for finding in &findings {
        print(finding, arguments.json)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(finding: &Finding, as_json: bool) -> Result<()> {
    match as_json {
        true => anstream::println!("{}", serde_json::to_string(finding)?),
        false => anstream::println!("{finding}"),
    }
    Ok(())
}

fn new_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).context("standard input is no text")?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}
