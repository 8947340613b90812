//! A plan as a script for `sh`: it looks and tells, and changes things only when it is told to.
//!
//! Every word of a command stands in single quotes, in which a shell sees nothing but text. Names are
//! told through `printf`, never written into a comment, where a line break would end it.

use super::{Command, Phase, Plan, Step, Word};
use crate::id::Provider;

/// The function of scripts that finds a machine's region.
pub const AWS_REGION: &str = "firedamp_region";
/// What the names of scripts' own functions begin with. They look, and heed by themselves whether
/// anything may be changed.
const OWN: &str = "firedamp_";

/// What every script begins with.
const HEAD: &str = include_str!("script/head.sh");
/// The functions for each cloud.
const AWS: &str = include_str!("script/aws.sh");
const AZURE: &str = include_str!("script/azure.sh");
const GOOGLE: &str = include_str!("script/google.sh");

/// A word that a shell takes for nothing but itself.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The plan as a script.
#[must_use]
pub fn script(plan: &Plan) -> String {
    written(plan, plan.steps.iter(), |step| &step.commands)
}

/// What undoes a plan, the last step first, as a script.
#[must_use]
pub fn undo(plan: &Plan) -> String {
    written(plan, plan.steps.iter().rev(), |step| &step.undo)
}

fn written<'a>(
    plan: &Plan,
    steps: impl Iterator<Item = &'a Step>,
    commands: fn(&Step) -> &Vec<Command>,
) -> String {
    let mut script = HEAD.to_string();
    push_functions(&mut script, plan);
    let mut phase: Option<Phase> = None;
    for step in steps {
        if phase != Some(step.phase) {
            phase = Some(step.phase);
            script.push_str(&format!("\nprintf '== {} ==\\n'\n", step.phase.id()));
        }
        push_step(&mut script, step, commands(step));
    }
    script
}

/// What only this cloud needs. Amazon's keys say by themselves whose they are, so that they are asked
/// first; commands of the others name the account.
fn push_functions(script: &mut String, plan: &Plan) {
    match plan.provider {
        Provider::Aws => {
            script.push_str(AWS);
            script.push_str(&format!("firedamp_account {}\n", quoted(&plan.account)));
        }
        Provider::Azure => script.push_str(AZURE),
        Provider::Gcp => script.push_str(GOOGLE),
        _ => {}
    }
}

fn push_step(script: &mut String, step: &Step, commands: &[Command]) {
    let by_hand = if commands.is_empty() { " (by hand)" } else { "" };
    let told = format!("{}. {}{by_hand}: ", step.number, step.measure);
    let name = crate::text::printable(&step.target.name);
    script.push_str(&format!("printf '%s%s\\n' {} {}\n", quoted(&told), quoted(&name)));
    let mut kept = 0;
    for command in commands {
        let words: Vec<String> = command.words.iter().map(word).collect();
        let words = words.join(" ");
        let (look, change) = if is_own(command) { ("", "") } else { ("try ", "run ") };
        let line = match (command.keeps, command.changes) {
            // In a dry run what a change would print is not known.
            (true, true) => {
                let line = format!("if [ \"$mode\" = --execute ]; then kept_{kept}=$(try {words})");
                let dry = format!("else kept_{kept}=made-by-this-step; run {words}; fi\n");
                format!("{line}; {dry}")
            }
            (true, false) => format!("kept_{kept}=$({look}{words})\n"),
            (false, true) => format!("{change}{words}\n"),
            (false, false) => format!("{look}{words}\n"),
        };
        script.push_str(&line);
        kept += usize::from(command.keeps);
    }
}

/// Whether a command is a function of the script's.
fn is_own(command: &Command) -> bool {
    matches!(command.words.first(), Some(Word::Text(first)) if first.starts_with(OWN))
}

fn word(word: &Word) -> String {
    match word {
        Word::Text(text) => quoted(text),
        Word::Kept(number) => format!("\"$kept_{number}\""),
    }
}
