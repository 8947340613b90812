//! `firedamp demo`: a small folder of telemetry, scanned and explained; then, on a terminal, the
//! same day played to a desk in the browser.

mod live;

use std::{
    fmt::Write as _,
    fs,
    io::{self, IsTerminal},
    ops::Range,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use firedamp_core::time::Time;
use walkdir::WalkDir;

use super::scan::{self, Input, View};
use crate::report::Output;

/// Open a desk with a made-up day that plays live, to look around; or write it, scan it and explain the
/// cases
///
/// On a terminal, six hours of made-up telemetry of three accounts are written to a folder, scanned and
/// explained; then the same day is played to a desk of its own, which the browser shows at the address
/// that is printed, until Ctrl-C. Elsewhere, with --once or with --output it is scanned and explained alone.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp demo\n  firedamp demo --once && firedamp explain aws:111122223333 firedamp-demo"
)]
pub(super) struct Arguments {
    /// The folder to write
    #[arg(long, default_value = "firedamp-demo", value_name = "FOLDER")]
    folder: PathBuf,
    /// Write into a folder that holds other things than the demo; they are judged with it
    #[arg(long)]
    force: bool,
    /// How to print; no desk is opened then
    #[arg(long, value_enum)]
    output: Option<Output>,
    /// Only print and open no desk, as when the output is no terminal
    #[arg(long)]
    once: bool,
}

/// When the made-up day begins: 2026-03-01T10:00:00Z.
const BEGIN_SECONDS: i64 = 1_772_359_200;
/// How long it lasts.
const MINUTES: i64 = 360;

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let (folder, files) = (&arguments.folder, files());
    let name = folder.display();
    let others = holds_others(folder, &files);
    if !arguments.force && others.with_context(|| format!("cannot look into `{name}`"))? {
        bail!(
            "`{name}` is not empty, and holds other things than this demo: choose another \
             --folder; --force writes into it all the same"
        );
    }
    write_folder(folder, &files).with_context(|| format!("cannot write `{name}`"))?;
    anstream::eprintln!(
        "wrote six hours of made-up telemetry of three accounts to {0}; the same as: firedamp scan \
         --all --now 2026-03-01T16:00:00Z {0}\n",
        folder.display()
    );
    let input = Input {
        paths: vec![folder.clone()],
        now: Some(Time::from_seconds(BEGIN_SECONDS + MINUTES * 60)),
        ..Input::default()
    };
    let view = View {
        all: true,
        output: Some(arguments.output.unwrap_or(Output::Table)),
        ..View::default()
    };
    let code = scan::show(&input, &view)?;
    if arguments.output.is_none() && !arguments.once && io::stdout().is_terminal() {
        anstream::println!("\nNow the same day in a browser, an hour every four seconds.");
        live::run()?;
    }
    Ok(code)
}

/// A file of the demo: its name in the folder of the cloud, and what is in it.
type DemoFile = (&'static str, String);

fn files() -> [DemoFile; 5] {
    [
        ("vpc-flow.log", flows(0..MINUTES)),
        ("resolver-queries.json", queries()),
        ("cloudtrail.json", calls()),
        ("bill.csv", bill()),
        ("guardduty.json", alerts()),
    ]
}

fn cloud(folder: &Path) -> PathBuf {
    folder.join("aws")
}

fn write_folder(folder: &Path, files: &[DemoFile]) -> io::Result<()> {
    let cloud = cloud(folder);
    fs::create_dir_all(&cloud)?;
    files.iter().try_for_each(|(name, text)| fs::write(cloud.join(name), text))
}

/// Whether anything is in a folder that the demo did not write, or not like this.
fn holds_others(folder: &Path, files: &[DemoFile]) -> io::Result<bool> {
    if !folder.try_exists()? {
        return Ok(false);
    }
    let cloud = cloud(folder);
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type());
        let is_cloud = kind.is_dir() && path == cloud;
        let is_own = |(name, text): &DemoFile| path == cloud.join(name) && is_text(path, text);
        let is_own_file = kind.is_file() && files.iter().any(is_own);
        if !is_cloud && !is_own_file {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_text(path: &Path, text: &str) -> bool {
    let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
    length == text.len() as u64 && fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// A miner on 443 in one account, a visit to a pool's page and a backup in another.
fn flows(minutes: Range<i64>) -> String {
    let mut text = String::from(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
         start end action log-status\n",
    );
    for minute in minutes {
        let start = BEGIN_SECONDS + minute * 60;
        let mut line = |account: &str, interface: &str, there: &str, counters: (i64, i64)| {
            let end = start + 60;
            let (packets, bytes) = counters;
            // A String takes whatever is written to it.
            let _written = writeln!(
                text,
                "2 {account} {interface} {there} 6 {packets} {bytes} {start} {end} ACCEPT OK"
            );
        };
        let shares = 6 + minute * 7 % 5;
        line("111122223333", "eni-0abc", "10.0.0.4 203.0.113.9 49152 443", (shares, shares * 131));
        line(
            "111122223333",
            "eni-0abc",
            "203.0.113.9 10.0.0.4 443 49152",
            (5, 700 + minute * 37 % 300),
        );
        line("444455556666", "eni-0def", "10.1.0.7 198.51.100.20 50100 443", (9000, 11_000_000));
        line("444455556666", "eni-0def", "198.51.100.20 10.1.0.7 443 50100", (4000, 210_000));
        if minute == 42 {
            line("444455556666", "eni-0fed", "10.1.0.9 203.0.113.77 51000 443", (40, 5200));
            line("444455556666", "eni-0fed", "203.0.113.77 10.1.0.9 443 51000", (210, 280_000));
        }
    }
    text
}

/// The miner's machine asks for its pool; somebody in the other account reads a pool's page.
fn queries() -> String {
    let query = |account: &str, who: (&str, &str), minute: i64, name: &str, answer: &str| {
        let time = Time::from_seconds(BEGIN_SECONDS + minute * 60 - 1);
        format!(
            r#"{{"version":"1.100000","account_id":"{account}","region":"us-east-1","vpc_id":"vpc-0abc","query_timestamp":"{time}","query_name":"{name}.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{{"Rdata":"{answer}","Type":"A","Class":"IN"}}],"srcaddr":"{}","srcport":"48701","transport":"UDP","srcids":{{"instance":"{}"}}}}"#,
            who.1, who.0
        ) + "\n"
    };
    let miner = ("i-0abc", "10.0.0.4");
    let reader = ("i-0fed", "10.1.0.9");
    query("111122223333", miner, 0, "pool.supportxmr.com", "203.0.113.9")
        + &query("444455556666", reader, 42, "www.nanopool.org", "203.0.113.77")
        + &query("444455556666", reader, 43, "updates.example", "198.51.100.20")
}

/// Who made the miner's machine, without a second factor; and a day of ordinary calls before.
fn calls() -> String {
    let call = |hour: i64, name: &str, rest: &str| {
        let time = Time::from_seconds(BEGIN_SECONDS + hour * 3600 - 300);
        format!(
            r#"{{"eventVersion":"1.09","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"AKIDEXAMPLE","userName":"alice","sessionContext":{{"attributes":{{"mfaAuthenticated":"false"}}}}}},"eventTime":"{time}","eventSource":"ec2.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.66","userAgent":"aws-cli/2.15","eventID":"e{hour}","recipientAccountId":"111122223333",{rest}}}"#
        )
    };
    let nothing = r#""requestParameters":null,"responseElements":null"#;
    let mut records: Vec<String> =
        (-24..0).step_by(6).map(|hour| call(hour, "DescribeInstances", nothing)).collect();
    records.push(call(
        0,
        "RunInstances",
        r#""requestParameters":{"instanceType":"c6a.24xlarge","instancesSet":{"items":[{"imageId":"ami-0abc","minCount":1,"maxCount":1}]}},"responseElements":{"instancesSet":{"items":[{"instanceId":"i-0abc","privateIpAddress":"10.0.0.4"}]}}"#,
    ));
    format!("{{\"Records\":[{}]}}\n", records.join(",\n"))
}

/// What the machines cost, by the hour.
fn bill() -> String {
    let mut text = String::from(
        "SubAccountId,ProviderName,ChargeCategory,ChargeDescription,ChargePeriodStart,\
         ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,EffectiveCost,BilledCost,BillingCurrency,\
         RegionId,ResourceId,ServiceCategory,ServiceName,SkuId,CommitmentDiscountStatus\n",
    );
    for hour in 0..MINUTES / 60 {
        let at = |hour: i64| Time::from_seconds(BEGIN_SECONDS + hour * 3600);
        for (account, machine, size, cost) in [
            ("111122223333", "i-0abc", "c6a.24xlarge", "3.672"),
            ("444455556666", "i-0def", "m5.large", "0.096"),
        ] {
            let _written = writeln!(
                text,
                "{account},AWS,Usage,${cost} per On Demand Linux {size} Instance Hour,{},{},1,Hours,\
                 {cost},{cost},USD,us-east-1,{machine},Compute,Amazon Elastic Compute Cloud,{size},",
                at(hour),
                at(hour + 1)
            );
        }
    }
    text
}

/// A sample alert, which is worth nothing.
fn alerts() -> String {
    r#"{"schemaVersion":"2.0","accountId":"000011112222","region":"us-east-1","partition":"aws","id":"sample-1","arn":"arn:aws:guardduty:us-east-1:000011112222:detector/d/finding/sample-1","type":"CryptoCurrency:EC2/BitcoinTool.B!DNS","severity":8,"createdAt":"2026-03-01T11:00:00.000Z","updatedAt":"2026-03-01T11:00:00.000Z","title":"[SAMPLE] The EC2 instance i-99999999 is querying a domain name of a pool.","description":"","resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"i-99999999"}},"service":{"serviceName":"guardduty","eventFirstSeen":"2026-03-01T10:50:00.000Z","eventLastSeen":"2026-03-01T10:59:00.000Z","archived":false,"count":1,"additionalInfo":{"sample":true},"action":{"actionType":"DNS_REQUEST","dnsRequestAction":{"domain":"pool.example","protocol":"UDP","blocked":false}}}}
"#
    .to_string()
}
