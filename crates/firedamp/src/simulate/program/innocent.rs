//! What honest hosts start. Some of it shows what miners show: huge pages, registers written, scripts
//! from the web into a shell, endpoints with users, and the names of miners where somebody hunts them.

use super::Start;
use crate::simulate::{dice::Dice, estate::Estate, scenario::Scenario};

/// A path, what stands behind it on the command line, and what starts it.
type Command = (&'static str, &'static str, &'static str);

/// What every host starts now and then.
const DAILY: [Command; 7] = [
    ("/usr/sbin/cron", "-f -P", "/sbin/init"),
    ("/usr/sbin/logrotate", "/etc/logrotate.conf", "/bin/sh -c run-parts /etc/cron.daily"),
    ("/usr/bin/apt-get", "-qq -y update", "/usr/lib/apt/apt.systemd.daily update"),
    ("/usr/bin/curl", "-sf -o /dev/null http://127.0.0.1:8080/health", "/bin/sh /opt/health.sh"),
    ("/usr/bin/journalctl", "--rotate --vacuum-time=7d", "/bin/sh -c journal"),
    ("/opt/watchers/agent", "run --config /etc/watchers.yaml", "/sbin/init"),
    ("/usr/sbin/sshd", "-D -R", "/usr/sbin/sshd -D"),
];
/// Seconds between two of them.
const DAILY_SECONDS: f64 = 2700.0;

/// Lets a host start what a scenario tells of, once or twice in its life, and everyday programs.
pub(in crate::simulate) fn ordinary(estate: &mut Estate, host: usize, scenario: Option<Scenario>) {
    let (from, to) = estate.life(host);
    let purpose = scenario.map_or("daily", Scenario::id);
    let mut dice = estate.dice(purpose, host);
    match scenario {
        Some(scenario) => {
            for command in commands(scenario) {
                for _ in 0..dice.whole(1, 2) {
                    start(estate, host, dice.between(from, to), *command);
                }
            }
        }
        None => daily(estate, host, (from, to), &mut dice),
    }
}

fn daily(estate: &mut Estate, host: usize, (from, to): (f64, f64), dice: &mut Dice) {
    let mut second = from + dice.gap(DAILY_SECONDS);
    while second < to {
        if let Some(command) = dice.pick(&DAILY) {
            start(estate, host, second, *command);
        }
        second += dice.gap(DAILY_SECONDS);
    }
}

fn start(estate: &mut Estate, host: usize, second: f64, (path, arguments, parent): Command) {
    let name = path.rsplit('/').next().unwrap_or(path);
    estate.starts.push(Start {
        second,
        host,
        path: path.to_owned(),
        command: format!("{name} {arguments}"),
        parent: parent.to_owned(),
        user: "root",
    });
}

const fn commands(scenario: Scenario) -> &'static [Command] {
    match scenario {
        Scenario::WebServer | Scenario::RollOut => {
            &[("/usr/sbin/nginx", "-g daemon off;", "/sbin/init")]
        }
        Scenario::BuildMachine => BUILDS,
        Scenario::DatabaseReplication => DATABASE,
        Scenario::ExchangeClient => EXCHANGE,
        Scenario::ExplorerClient => &[(
            "/usr/bin/curl",
            "-s -o block.json -u alice https://api.explorer.example/block/latest",
            "/bin/sh /opt/explore.sh",
        )],
        Scenario::FullNodeBtc => &[(
            "/usr/local/bin/bitcoind",
            "-datadir=/data -zmqpubhashblock=tcp://127.0.0.1:28332 -maxconnections=40",
            "/sbin/init",
        )],
        Scenario::FullNodeXmr => &[(
            "/usr/local/bin/monerod",
            "--non-interactive --data-dir /data --zmq-pub tcp://127.0.0.1:18083 --out-peers 16",
            "/sbin/init",
        )],
        Scenario::LightningNode => {
            &[("/usr/local/bin/lnd", "--bitcoin.mainnet --bitcoin.node=bitcoind", "/sbin/init")]
        }
        Scenario::PaymentWatcher => &[(
            "/opt/shop/electrum",
            "daemon -s electrum-btc.payments.example:50002:s -D /var/lib/shop",
            "/sbin/init",
        )],
        Scenario::StakingValidator => &[(
            "/usr/local/bin/lighthouse",
            "vc --beacon-nodes http://10.0.0.9:5052 --suggested-fee-recipient 0x0",
            "/sbin/init",
        )],
        Scenario::HpcJob => RECKONING,
        Scenario::MlTraining | Scenario::NewTraining => TRAINING,
        Scenario::Rendering => RENDERING,
        Scenario::VolunteerComputing => VOLUNTEER,
        Scenario::BatchFleet => &[(
            "/opt/batch/worker",
            "--queue jobs --coordinator coordinator.batch.example:8443 -u b",
            "/sbin/init",
        )],
        Scenario::Transcoding => {
            &[("/usr/bin/ffmpeg", "-i in.mkv -c:v libx265 -threads 0 out.mp4", "/bin/sh work.sh")]
        }
        Scenario::PoolVisitor => HUNT,
        Scenario::TorRelay => &[("/usr/bin/tor", "-f /etc/tor/torrc", "/sbin/init")],
        Scenario::BackupAgent => {
            &[("/opt/backup/agent", "--server vault.backup.example:8443 --user b", "/sbin/init")]
        }
        _ => &[],
    }
}

/// Compilers, and an installer that runs from where anybody may write.
const BUILDS: &[Command] = &[
    ("/usr/bin/make", "-j16 all", "/bin/sh -c build"),
    (
        "/usr/libexec/gcc/cc1plus",
        "-O3 -march=native -quiet src/hash.cc",
        "/usr/bin/c++ src/hash.cc",
    ),
    ("/tmp/rustup-init", "-y --profile minimal", "sh -c curl -fsSL https://sh.forge.example | sh"),
    ("/usr/bin/docker", "build -t registry.example/shop/web:7 .", "/bin/sh -c build"),
    ("/usr/bin/stress-ng", "--cpu 0 --timeout 60s", "/bin/sh -c test"),
];
/// Databases want huge pages as well.
const DATABASE: &[Command] = &[
    ("/usr/sbin/sysctl", "-w vm.nr_hugepages=1280", "/bin/sh /opt/tune.sh"),
    ("/usr/lib/postgresql/16/bin/postgres", "-D /data -c huge_pages=on", "/sbin/init"),
];
/// An endpoint, a user and a password, and none of them a pool's.
const EXCHANGE: &[Command] = &[
    (
        "/usr/bin/node",
        "bot.js --url wss://stream.exchange.example --user alice --pass-file /run/key --coin XMR",
        "/sbin/init",
    ),
    ("/usr/bin/mosquitto_pub", "-h broker.things.example -p 8883 -u alice -t ticks", "/sbin/init"),
];
/// Solvers are tuned like miners: huge pages, and no prefetching.
const RECKONING: &[Command] = &[
    ("/usr/sbin/sysctl", "-w vm.nr_hugepages=4096", "/bin/sh /opt/solver/tune.sh"),
    ("/usr/sbin/wrmsr", "-a 0x1a4 0xf", "/bin/sh /opt/solver/tune.sh"),
    ("/usr/bin/numactl", "--interleave=all ./solver -t 96 -i case.inp", "/usr/bin/mpirun -np 4"),
];
const TRAINING: &[Command] = &[
    ("/opt/conda/bin/python", "train.py --lr 3e-4 -o /mnt/runs -p 8 --user ml", "/bin/sh run.sh"),
    ("/usr/bin/nvidia-smi", "--query-gpu=utilization.gpu --format=csv -l 60", "/bin/sh watch.sh"),
];
const RENDERING: &[Command] = &[
    (
        "/opt/blender/blender",
        "-b scene.blend -E CYCLES -o //frame_ -s 1 -e 250 -a -t 0",
        "/opt/farm/worker",
    ),
    ("/opt/farm/worker", "--server farm.studio.example:8443 --threads 0 --nice 10", "/sbin/init"),
];
const VOLUNTEER: &[Command] = &[
    ("/usr/bin/boinc", "--daemon --dir /var/lib/boinc-client", "/sbin/init"),
    ("/var/lib/fah/FahCore_a8", "-dir 00 -suffix 01 -cpus 2 -np 2", "/usr/bin/FAHClient"),
];
/// Somebody looks for miners.
const HUNT: &[Command] = &[
    ("/usr/bin/grep", "-rlE xmrig|stratum /etc /opt", "/bin/bash"),
    ("/usr/bin/pkill", "-f xmrig", "/bin/bash"),
    ("/usr/bin/curl", "-s https://api.2miners.com/api/stats -o stats.json", "/bin/bash"),
];
