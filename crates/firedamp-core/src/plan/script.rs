//! A plan as a script for `sh`: it looks and tells, and changes things only when it is told to.
//!
//! Every word of a command stands in single quotes, in which a shell sees nothing but text. Names are
//! told through `printf`, never written into a comment, where a line break would end it.

use super::{Command, Phase, Plan, Step, Word};

/// The function of scripts that finds a machine's region.
pub const AWS_REGION: &str = "firedamp_region";

/// What every script begins with.
const HEAD: &str = r#"#!/bin/sh
# A plan of Firedamp's for one case. Without --execute it changes nothing: it looks, and says what it
# would do. Read it before you run it. It stops at the first command that fails.
set -eu
mode=${1:-}
run() {
  for word in "$@"; do
    if [ -z "$word" ]; then printf '  nothing to do here: the look-up found nothing\n'; return 0; fi
  done
  if [ "$mode" = --execute ]; then "$@"; else printf '  would run:'; printf ' %s' "$@"; printf '\n'; fi
}
"#;

/// Looks for a machine in every region that is switched on.
const REGION: &str = r#"firedamp_region() {
  for region in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do
    if aws ec2 describe-instances --region "$region" --instance-ids="$1" >/dev/null 2>&1; then
      printf '%s\n' "$region"
      return 0
    fi
  done
  return 0
}
"#;

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
    if plan.provider == crate::id::Provider::Aws {
        script.push_str(REGION);
    }
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

fn push_step(script: &mut String, step: &Step, commands: &[Command]) {
    let by_hand = if commands.is_empty() { " (by hand)" } else { "" };
    let told = format!("{}. {}{by_hand}: ", step.number, step.measure);
    let name = crate::text::printable(&step.target.name);
    script.push_str(&format!("printf '%s%s\\n' {} {}\n", quoted(&told), quoted(&name)));
    let mut kept = 0;
    for command in commands {
        let words: Vec<String> = command.words.iter().map(word).collect();
        let words = words.join(" ");
        let line = match (command.keeps, command.changes) {
            // In a dry run what a change would print is not known.
            (true, true) => {
                let line = format!("if [ \"$mode\" = --execute ]; then kept_{kept}=$({words})");
                let dry = format!("else kept_{kept}=made-by-this-step; run {words}; fi\n");
                format!("{line}; {dry}")
            }
            (true, false) => format!("kept_{kept}=$({words})\n"),
            (false, true) => format!("run {words}\n"),
            (false, false) => format!("{words}\n"),
        };
        script.push_str(&line);
        kept += usize::from(command.keeps);
    }
}

fn word(word: &Word) -> String {
    match word {
        Word::Text(text) => quoted(text),
        Word::Kept(number) => format!("\"$kept_{number}\""),
    }
}
