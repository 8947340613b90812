//! Scripts against a real shell: whatever stands in a name, the words that reach the clouds' tools are
//! those of the plan.

use std::process::{Command, Stdio};

use fastrand::Rng;
use firedamp_core::{
    event::Action,
    id::Provider,
    plan::{self, Kind, Measure, Phase, Plan, Step, Target, Word, script},
};

use super::{ACCOUNT, NOW, at, deed, hijack, plan_of};

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
    let stub = format!(
        "aws() {{ printf 'called %s %s\\n' \"$1\" \"$2\" >> called\n\
         case $2 in get-caller-identity) echo {ACCOUNT} ;; *) echo us-east-1 ;; esac; }}\n"
    );
    let path = folder.path().join("dry.sh");
    std::fs::write(&path, format!("{stub}{}", script::script(&plan))).expect("written");
    let run = Command::new("sh").arg(&path).current_dir(folder.path()).output().expect("a shell");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(said.contains("would run: aws ec2 stop-instances"), "{said}");
    let called = std::fs::read_to_string(folder.path().join("called")).unwrap_or_default();
    let looks = |line: &str| line.contains("describe") || line == "called sts get-caller-identity";
    assert!(called.lines().all(looks), "{called}");
    assert_eq!(plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"])), plan, "at {NOW}");
}

/// What a script said, what it called, and whether it went to its end.
struct Ran {
    is_whole: bool,
    said: String,
    called: Vec<String>,
}

impl Ran {
    /// Runs a script whose `tool` notes its words, and answers with these branches of a `case`.
    fn of(script: &str, tool: &str, answers: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let stub = format!(
            "{tool}() {{ printf '%s\\n' \"$*\" >> called\ncase \"$*\" in\n{answers}\nesac; }}\n"
        );
        let path = folder.path().join("plan.sh");
        std::fs::write(&path, format!("{stub}{script}")).expect("written");
        let mut run = Command::new("sh");
        run.arg(&path).arg("--execute").current_dir(folder.path()).stdin(Stdio::null());
        let run = run.output().expect("a shell");
        let said = [run.stdout, run.stderr].concat();
        let called = std::fs::read_to_string(folder.path().join("called")).unwrap_or_default();
        Self {
            is_whole: run.status.success(),
            said: String::from_utf8_lossy(&said).into_owned(),
            called: called.lines().map(ToString::to_string).collect(),
        }
    }

    fn has(&self, mark: &str) -> bool {
        self.called.iter().any(|line| line.contains(mark))
    }
}

const SUBSCRIPTION: &str = "00001111-2222-3333-4444-555566667777";
const OWN_KEYS: &str = "*get-caller-identity*) echo 111122223333 ;;";

fn arm(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/{name}")
}

#[test]
fn keys_of_another_account_change_nothing() {
    let script = script::script(&plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc"])));
    let ran = Ran::of(&script, "aws", "*get-caller-identity*) echo 444455556666 ;;");
    assert!(!ran.is_whole && ran.called.len() == 1, "{:?}", ran.called);
    let ran = Ran::of(&script, "aws", OWN_KEYS);
    assert!(ran.is_whole && ran.has("ec2 stop-instances"), "{}", ran.said);
}

#[test]
fn what_is_gone_is_passed_over_and_what_may_not_be_looked_at_is_not() {
    let script = script::script(&plan_of(&hijack(Provider::Aws, ACCOUNT, &["i-0abc", "i-0def"])));
    let with = |code: &str| {
        let error = format!("'An error occurred ({code}) when calling it' >&2; return 254");
        Ran::of(&script, "aws", &format!("{OWN_KEYS}\n*ec2*i-0abc*) echo {error} ;;"))
    };
    let gone = with("InvalidInstanceID.NotFound");
    assert!(
        gone.is_whole && gone.has("terminate-instances --region us-east-1 --instance-ids=i-0def")
    );
    for code in ["UnauthorizedOperation", "ExpiredToken"] {
        let refused = with(code);
        assert!(!refused.is_whole && !refused.has("i-0def"), "{:?}", refused.called);
        assert!(refused.said.contains(code) && !refused.said.contains("nothing to do here"));
    }
    // The same where the region is not known.
    let mut unknown = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    unknown.case.details.deeds.clear();
    let script = script::script(&plan_of(&unknown));
    let regions = format!("{OWN_KEYS}\n*describe-regions*) echo us-east-1 eu-west-1 ;;");
    let denied = "*us-east-1*) echo 'An error occurred (AccessDenied) when' >&2; return 254 ;;";
    let elsewhere = Ran::of(&script, "aws", &format!("{regions}\n{denied}"));
    assert!(
        elsewhere.is_whole && elsewhere.has("create-snapshots --region eu-west-1"),
        "{}",
        elsewhere.said
    );
    let expired =
        "*describe-inst*) echo 'An error occurred (ExpiredToken) when' >&2; return 254 ;;";
    assert!(!Ran::of(&script, "aws", &format!("{regions}\n{expired}")).is_whole);
}

#[test]
fn a_scale_set_is_held_however_its_name_is_written() {
    let set = arm("virtualmachinescalesets/minerset0");
    let script = script::script(&plan_of(&hijack(Provider::Azure, SUBSCRIPTION, &[&set])));
    let named = set.replace("minerset0", "MinerSet0").replace("resourcegroups", "resourceGroups");
    let settings = format!("*'autoscale list'*) printf 'grow it\\t{named}\\nweb\\t{named}2\\n' ;;");
    let ran = Ran::of(&script, "az", &settings);
    assert!(ran.is_whole && ran.has("--name grow it --enabled false"), "{:?}", ran.called);
    assert!(!ran.has("--name web"), "{:?}", ran.called);
}

/// A record may name the machine and not its lock.
#[test]
fn locks_of_a_machine_are_taken_away_and_those_of_its_group_are_not() {
    let vm = arm("virtualmachines/v");
    let mut locked = hijack(Provider::Azure, SUBSCRIPTION, &[&vm]);
    let lock = "Microsoft.Authorization/locks/write";
    locked.case.details.deeds.push(deed(-500, Action::Protect, lock, &[&vm]));
    let script = script::script(&plan_of(&locked));
    let own = format!("{}/providers/Microsoft.Authorization/locks/keep me", vm.replace("/v", "/V"));
    let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg");
    let others = format!("{group}/providers/Microsoft.Authorization/locks/theirs");
    let answers = format!(
        "*'lock list'*) printf '%s\\tCanNotDelete\\tmine\\n%s\\tReadOnly\\t\\n' '{own}' '{others}' ;;"
    );
    let ran = Ran::of(&script, "az", &answers);
    assert!(
        ran.is_whole
            && ran.has(&format!("lock list --subscription {SUBSCRIPTION} --resource {vm}"))
    );
    assert!(
        ran.has(&format!("lock delete --subscription {SUBSCRIPTION} --ids {own}")),
        "{:?}",
        ran.called
    );
    assert!(ran.said.contains("until now: CanNotDelete mine"), "{}", ran.said);
    assert!(!ran.has(&format!("--ids {others}")), "{:?}", ran.called);
    let none = Ran::of(&script, "az", "*'lock list'*) ;;");
    assert!(none.is_whole && !none.has("lock delete") && none.said.contains("no lock lies on it"));
}

#[test]
fn an_interface_gets_back_the_security_group_that_it_had() {
    let vm = arm("virtualmachines/v");
    let mut own = hijack(Provider::Azure, SUBSCRIPTION, &[&vm]);
    own.case.details.deeds.clear();
    let plan = plan_of(&own);
    let cards = "*'vm show'*networkInterfaces*) echo nic-0 nic-1 ;;\n*'query location'*) echo x ;;";
    let had = format!("{cards}\n*'nic show'*nic-0*) echo /old/group ;;");
    let ran = Ran::of(&script::script(&plan), "az", &had);
    assert!(ran.is_whole && ran.has("--tags firedamp-had=/old/group"), "{}", ran.said);
    assert!(ran.has("--tags firedamp-had=none") && ran.has("--direction Inbound"));
    let known = format!("{cards}\n*'nsg show'*-v-0*) echo /old/group ;;");
    let back = Ran::of(&script::undo(&plan), "az", &known);
    assert!(back.is_whole && back.has("--ids nic-0 --network-security-group /old/group"));
    let touches = |line: &&String| line.contains("nic update") && line.contains("nic-1");
    assert_eq!(back.called.iter().filter(touches).count(), 0, "{:?}", back.called);
    assert!(back.said.contains("not undone: what nic-1 had"), "{}", back.said);
}

#[test]
fn what_is_isolated_gets_nothing_through_by_either_protocol() {
    let mut aws = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    aws.case.details.deeds.clear();
    let answers = format!(
        "{OWN_KEYS}\n*describe-regions*) echo us-east-1 ;;\n*VpcId*) echo vpc-1 ;;\n\
         *NetworkInterfaceId*) echo eni-1 ;;\n*create-security-group*) echo sg-9 ;;"
    );
    let ran = Ran::of(&script::script(&plan_of(&aws)), "aws", &answers);
    for mark in ["CidrIp=0.0.0.0/0", "CidrIpv6=::/0", "--network-interface-id=eni-1 --groups sg-9"]
    {
        assert!(ran.is_whole && ran.has(mark), "{mark}: {:?}", ran.called);
    }
    let mut google = hijack(Provider::Gcp, "lab-1", &["vm-1"]);
    google.case.details.deeds.clear();
    let answers = "*'instances list'*) echo https://x.example/projects/lab-1/zones/z-a/instances/vm-1 ;;\n\
         *'flatten=networkInterfaces'*) echo net ;;";
    let ran = Ran::of(&script::script(&plan_of(&google)), "gcloud", answers);
    for way in ["EGRESS --destination-ranges=", "INGRESS --source-ranges="] {
        for every in ["0.0.0.0/0", "::/0"] {
            assert!(ran.is_whole && ran.has(&format!("{way}{every}")), "{:?}", ran.called);
        }
    }
    assert!(ran.has("add-tags vm-1 --zone=z-a"), "{:?}", ran.called);
}

#[test]
fn a_regional_group_without_an_autoscaler_is_emptied() {
    let mut made = hijack(Provider::Gcp, "lab-1", &["miners"]);
    let operation = "v1.compute.instanceGroupManagers.insert";
    let mut group = deed(-600, Action::CreateCompute, operation, &["miners"]);
    group.region = "us-west4".to_string();
    made.case.details.deeds = vec![group];
    let link = "https://x.example/projects/lab-1/regions/us-west4/instanceGroupManagers/miners";
    let with = |grows: &str| {
        let answers = format!("*selfLink*) echo {link} ;;\n*autoscaled*) echo {grows} ;;");
        Ran::of(&script::script(&plan_of(&made)), "gcloud", &answers)
    };
    let (still, grows) = (with("no"), with("yes"));
    for ran in [&still, &grows] {
        assert!(ran.is_whole && ran.has("resize miners --region=us-west4"), "{}", ran.said);
    }
    assert!(
        !still.has("stop-autoscaling") && grows.has("stop-autoscaling miners --region=us-west4")
    );
}

/// The script for an account in which hijackers made a user and a role.
fn removal() -> String {
    let mut made = hijack(Provider::Aws, ACCOUNT, &[]);
    for found in &mut made.case.findings {
        found.span.first = at(-900);
    }
    made.case.details.deeds = vec![
        deed(-900, Action::CreatePrincipal, "CreateUser", &["user-x1x2"]),
        deed(-800, Action::CreatePrincipal, "CreateRole", &["role-x1x2"]),
    ];
    script::script(&plan_of(&made))
}

/// AWS deletes no user that has any of these: the script would end before logs are restored.
#[test]
fn a_user_goes_after_all_that_it_has() {
    let (virtual_factor, device) =
        ("arn:aws:iam::111122223333:mfa/phone", "arn:aws:iam::111122223333:u2f/user/key");
    let answers = format!(
        "{OWN_KEYS}\n*get-user\\ *) echo user-x1x2 ;;\n*list-access-keys*) echo AKIAIOSFODNN7EXAMPLE ;;\n\
         *list-mfa-devices*) printf '{virtual_factor}\\t{device}\\n' ;;\n\
         *list-ssh-public-keys*) echo APKA1 ;;\n*list-signing-certificates*) echo CERT1 CERT2 ;;\n\
         *list-service-specific-credentials*) echo ACCA1 ;;"
    );
    let ran = Ran::of(&removal(), "aws", &answers);
    let gone = ran.called.iter().position(|line| line.starts_with("iam delete-user --"));
    let gone = gone.unwrap_or_else(|| panic!("{} {:?}", ran.said, ran.called));
    for call in [
        "delete-access-key --user-name=user-x1x2 --access-key-id=AKIAIOSFODNN7EXAMPLE".to_string(),
        format!("deactivate-mfa-device --user-name=user-x1x2 --serial-number={virtual_factor}"),
        format!("delete-virtual-mfa-device --serial-number={virtual_factor}"),
        format!("deactivate-mfa-device --user-name=user-x1x2 --serial-number={device}"),
        "delete-ssh-public-key --user-name=user-x1x2 --ssh-public-key-id=APKA1".to_string(),
        "delete-signing-certificate --user-name=user-x1x2 --certificate-id=CERT1".to_string(),
        "delete-signing-certificate --user-name=user-x1x2 --certificate-id=CERT2".to_string(),
        "delete-service-specific-credential --user-name=user-x1x2 \
         --service-specific-credential-id=ACCA1"
            .to_string(),
    ] {
        let at = ran.called.iter().position(|line| *line == format!("iam {call}"));
        assert!(at.is_some_and(|at| at < gone), "{call}: {:?}", ran.called);
    }
    assert!(
        ran.is_whole && !ran.has(&format!("delete-virtual-mfa-device --serial-number={device}"))
    );
}

#[test]
fn what_a_user_and_a_role_could_do_is_told_before_it_goes() {
    let answers = format!(
        "{OWN_KEYS}\n*get-user\\ *) echo user-x1x2 ;;\n*AssumeRolePolicyDocument*) echo the-trust ;;\n\
         *get-role\\ *) echo role-x1x2 ;;\n*list-attached-*) echo arn:aws:iam::aws:policy/Admin ;;\n\
         *list-groups-for-user*) echo admins ;;\n\
         *list-user-policies*) echo inline-u ;;\n*list-role-policies*) echo inline-r ;;\n\
         *get-user-policy*inline-u*) echo text-u ;;\n*get-role-policy*inline-r*) echo text-r ;;"
    );
    let ran = Ran::of(&removal(), "aws", &answers);
    assert!(ran.is_whole && ran.has("delete-user --") && ran.has("delete-role --"), "{}", ran.said);
    for mark in [
        "it had the policy until now: arn:aws:iam::aws:policy/Admin",
        "it was in the group until now: admins",
        "whom it trusted until now: the-trust",
        "the policy until now, which a person puts back: text-u",
        "the policy until now, which a person puts back: text-r",
    ] {
        assert!(ran.said.contains(mark), "{mark}: {}", ran.said);
    }
    for call in [
        "delete-user-policy --user-name=user-x1x2 --policy-name=inline-u",
        "delete-role-policy --role-name=role-x1x2 --policy-name=inline-r",
    ] {
        assert!(ran.has(call), "{call}: {:?}", ran.called);
    }
}
