//! Scripts against a real shell: whatever stands in a name, the words that reach the clouds' tools are
//! those of the plan.

use std::process::{Command, Stdio};

use fastrand::Rng;
use firedamp_core::{
    id::Provider,
    plan::{self, Kind, Measure, Phase, Plan, Step, Target, Word, script},
};

use super::{ACCOUNT, NOW, hijack, plan_of};

/// What attackers like to write, and what shells like to read.
const PIECES: [&str; 24] = [
    "'",
    "\"",
    "\\",
    "$(touch pwned)",
    "`touch pwned`",
    ";touch pwned;",
    "\n",
    "\r",
    "\t",
    " ",
    "|",
    "&",
    ">pwned",
    "<",
    "*",
    "?",
    "~",
    "#",
    "!",
    "{a,b}",
    "$IFS",
    "\u{202e}",
    "é",
    "x",
];

fn shell(script: &str, folder: &std::path::Path, arguments: &[&str]) -> (bool, Vec<u8>) {
    let path = folder.join("plan.sh");
    std::fs::write(&path, script).expect("written");
    let run = Command::new("sh")
        .args(arguments)
        .arg(&path)
        .arg("--execute")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    (run.status.success(), run.stdout)
}

/// A plan with one command whose words are these.
fn plan_with(words: &[String]) -> Plan {
    let mut all = vec![Word::Text("tool".to_string())];
    all.extend(words.iter().cloned().map(Word::Text));
    let name = words.concat();
    Plan {
        provider: Provider::Gcp,
        account: "lab".to_string(),
        steps: vec![Step {
            number: 1,
            phase: Phase::Contain,
            measure: Measure::Stop,
            target: Target { kind: Kind::Machine, name, place: None, parent: None },
            commands: vec![plan::Command { words: all, keeps: false, changes: true }],
            undo: Vec::new(),
            hand: None,
        }],
        left: Vec::new(),
        is_cut: false,
    }
}

#[test]
fn no_name_becomes_a_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rng = Rng::with_seed(60);
    for _ in 0..150 {
        let word = |rng: &mut Rng| {
            let pieces = (0..rng.usize(1..6)).map(|_| PIECES[rng.usize(..PIECES.len())]);
            pieces.collect::<String>()
        };
        let words: Vec<String> = (0..rng.usize(1..4)).map(|_| word(&mut rng)).collect();
        let script = script::script(&plan_with(&words));
        // The tool tells its words one by one, with what no word holds between them.
        let stub = "tool() { for word in \"$@\"; do printf '%s\\001' \"$word\"; done; }\n";
        let (is_whole, said) = shell(&format!("{stub}{script}"), folder.path(), &[]);
        assert!(is_whole, "{words:?}");
        let told = said.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let wanted: String = words.iter().map(|word| format!("{word}\u{1}")).collect();
        assert!(said.ends_with(wanted.as_bytes()), "{words:?}: {}", String::from_utf8_lossy(told));
        let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
        assert_eq!(left.len(), 1, "{words:?} made a file");
    }
}

#[test]
fn every_script_of_every_cloud_is_one_that_a_shell_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let vm = |name: &str| {
        format!(
            "/subscriptions/00001111-2222-3333-4444-555566667777/resourcegroups/rg/providers/{name}"
        )
    };
    let (machine, set) = (
        vm("microsoft.compute/virtualmachines/v"),
        vm("microsoft.compute/virtualmachinescalesets/s/virtualmachines/3"),
    );
    for (provider, account, machines) in [
        (Provider::Aws, ACCOUNT, vec!["i-0abc", "i-0def"]),
        (Provider::Azure, "00001111-2222-3333-4444-555566667777", vec![&*machine, &*set]),
        (Provider::Gcp, "lab-1", vec!["vm-1"]),
        (Provider::Oci, "tenancy", vec!["ocid1.instance"]),
    ] {
        let plan = plan_of(&hijack(provider, account, &machines));
        for script in [script::script(&plan), script::undo(&plan)] {
            let (is_whole, said) = shell(&script, folder.path(), &["-n"]);
            assert!(is_whole, "{provider}: {}\n{script}", String::from_utf8_lossy(&said));
        }
    }
}

#[test]
fn without_being_told_to_a_script_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"]));
    let stub =
        "aws() { printf 'called %s %s\\n' \"$1\" \"$2\" >> called; printf 'us-east-1\\n'; }\n";
    let path = folder.path().join("dry.sh");
    std::fs::write(&path, format!("{stub}{}", script::script(&plan))).expect("written");
    let run = Command::new("sh").arg(&path).current_dir(folder.path()).output().expect("a shell");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(said.contains("would run: aws ec2 stop-instances"), "{said}");
    let called = std::fs::read_to_string(folder.path().join("called")).unwrap_or_default();
    assert!(called.lines().all(|line| line.contains("describe")), "{called}");
    assert_eq!(plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"])), plan, "at {NOW}");
}
