//! `firedamp policies`: what providers allow of mining.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;
use firedamp_core::policy::{self, Claim, Policy};

/// List what providers allow of mining, since when at the latest, and where that stands
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp policies\n  firedamp policies azure\n\nThe table is no legal advice; read the provider's present terms before you act on it."
)]
pub(super) struct Arguments {
    /// Of this provider only
    #[arg(value_name = "PROVIDER")]
    provider: Option<String>,
    /// All of it, as Markdown
    #[arg(long)]
    markdown: bool,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let is_wanted = |provider: &str| {
        arguments.provider.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(provider))
    };
    let policies = policy::all().iter().filter(|policy| is_wanted(&policy.provider));
    let claims = policy::claims().iter().filter(|claim| is_wanted(&claim.provider));
    if let Some(wanted) = arguments.provider.as_deref()
        && !policy::all().iter().any(|policy| is_wanted(&policy.provider))
    {
        bail!(
            "nothing is known of `{wanted}`, which is no permission; `firedamp policies` lists what is"
        );
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.markdown {
        markdown(policies, claims, &mut out)?;
    } else {
        for policy in policies {
            let Policy { provider, product, rule, says, source, .. } = policy;
            let only = policy.only.as_deref().map(|only| format!(", if {only}"));
            let only = only.unwrap_or_default();
            writeln!(out, "{provider}: {product}{only}: {}{}", rule.words(), since(policy))?;
            writeln!(out, "    {says}\n    {source}; confidence {}\n", policy.confidence)?;
        }
        for Claim { provider, says, source, .. } in claims {
            writeln!(out, "{provider}: {says}\n    {source}\n")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn since(policy: &Policy) -> String {
    policy.since.as_deref().map(|day| format!(", in force by {day}")).unwrap_or_default()
}

fn markdown<'a>(
    policies: impl Iterator<Item = &'a Policy>,
    claims: impl Iterator<Item = &'a Claim>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(
        out,
        "# What providers allow\n\nWritten by `cargo xtask docs` from `data/policy.toml`; do not edit. It is no legal advice.\n\
         Where sources differ both stand here and the stricter one applies. What is not known is no permission.\n"
    )?;
    writeln!(
        out,
        "| provider | product | mining is | in force by | in our words | source | confidence |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- | --- |")?;
    for policy in policies {
        let only = policy.only.as_deref().map(|only| format!(", if {only}")).unwrap_or_default();
        let renewal = policy
            .renewal_months
            .map(|most| format!("; older subscriptions from their renewal, within {most} months"));
        writeln!(
            out,
            "| {} | {}{only} | {} | {}{} | {} | {} | {} |",
            policy.provider,
            policy.product,
            policy.rule.words(),
            policy.since.as_deref().unwrap_or("not known"),
            renewal.unwrap_or_default(),
            policy.says,
            policy.source,
            policy.confidence
        )?;
    }
    writeln!(out, "\n## By when providers want to hear of it\n")?;
    writeln!(out, "| provider | in our words | source |\n| --- | --- | --- |")?;
    for Claim { provider, says, source, .. } in claims {
        writeln!(out, "| {provider} | {says} | {source} |")?;
    }
    Ok(())
}
