//! Names: of miners, of programs that only speak of them, of programs that run others.

use std::{collections::HashMap, sync::LazyLock};

/// Programs that mine and do nothing else, lower case.
const MINERS: &str = "\
    astrominer bfgminer bminer bzminer ccminer cgminer claymore cpuminer cryptodredge deroplus \
    ethdcrminer64 ethminer gminer hellminer kaspa-miner kawpowminer kdevtmpfsi kinsing lolminer \
    minerd minergate miniz monero-miner nanominer nbminer nheqminer nicehashminer \
    nicehashquickminer nsfminer onezerominer phoenixminer progpowminer qli-client sgminer \
    srbminer t-rex teamredminer tnn-miner wildrig xlarig xmr-stak xmrig xmrigcc xmrminer";

/// A generator of test traffic, not the miner of nearly the same name.
const TRAFFIC_GENERATOR: &str = "t-rex-64";

/// Miners whose names are other things' too: a star, a digger, anybody's word for a miner.
const AMBIGUOUS: &str = "excavator miner p2pool rigel trex xmr";

/// What may follow a miner's name: flavours of builds, and archives.
const FLAVOURS: &str = "\
    64 aes amd amd64 arm64 avx avx2 avx512 bin bz2 cc cli cpu cuda daemon deb exe gcc git gpu gz \
    linux main master miner mo msvc multi musl nogpu notls nvidia opencl opt proxy rpm rx server \
    sha sse2 sse42 static tar tgz ubuntu win64 windows x64 x86 xz";

/// What stands in the names of things that watch miners.
const WATCHERS: &str = "alert dashboard detect exporter hunt monitor scan stats";

/// Programs that read, search, remove, look up or describe: a miner's name or pool among their
/// words is what they are asked about, not what they do.
const ONLOOKERS: &str = "\
    ack ag apk apropos apt apt-cache apt-get auditctl ausearch awk basename bitcoin-cli cat \
    chkrootkit clamdscan clamscan cmp comm cut dash-cli dd diff dig dirname dnf dpkg drill egrep \
    emacs falco falcoctl fgrep file find findstr firewall-cmd freshclam fuser gawk gh grep grype \
    head helm host ip6tables iptables jq journalctl kill killall killall5 less locate logger ls \
    lsof lynis man mawk md5sum monero-wallet-cli monero-wallet-rpc more mtr nano nc ncat netcat \
    netstat nft nmap nslookup nvim openssl osqueryi pgrep pidof ping ping6 pip pip3 pkill ps \
    readelf rg rkhunter rm rmdir rpm semgrep sha1sum sha256sum snap snort sort ss stat strings \
    suricata syft tail taskkill tasklist tcpdump telnet test top traceroute trivy ufw uniq view \
    vi vim wc whereis whois yara";

/// Programs that bring or ready a file.
const FETCHERS: &str =
    "aria2c chmod cp curl git install invoke-webrequest iwr ln mv tar unzip wget yum";

/// Programs that write what they are told.
const WRITERS: &str = "echo printf sed tee";

/// Programs that end others.
const KILLERS: &str = "kill killall pkill taskkill";

/// Programs that run the program that follows.
const WRAPPERS: &str = "\
    busybox chroot chrt cpulimit doas env exec firejail ionice nice nohup nsenter numactl \
    proxychains proxychains4 runcon screen setsid start stdbuf sudo taskset time timeout xargs";

/// Programs that run a script.
const SHELLS: &str = "ash bash cmd dash fish ksh powershell pwsh sh su zsh";

/// Programs that run containers, and how they are told to.
const CONTAINER_PROGRAMS: &str = "crictl ctr docker kubectl nerdctl oc podman";
const CONTAINER_VERBS: &str = "create deployment exec run";

/// Whether a word stands in a list of words.
fn is_in(word: &str, list: &str) -> bool {
    list.split(' ').any(|own| own == word)
}

/// What a program's name says of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// It runs containers.
    Containers,
    /// It brings files.
    Fetcher,
    /// It ends programs.
    Killer,
    /// A miner that everybody knows.
    Miner,
    /// It only speaks of what it is asked about.
    Onlooker,
    /// Anything else.
    Other,
    /// It runs a script.
    Shell,
    /// It runs another program.
    Wrapper,
    /// It writes what it is told.
    Writer,
}

impl Role {
    /// The role of the program called `name`, as [`base_name`] gives it.
    pub(super) fn of(name: &str) -> Self {
        let name = name.strip_suffix(".exe").unwrap_or(name);
        match ROLES.get(name) {
            Some(role) => *role,
            None if miner(name).is_some() => Self::Miner,
            None => Self::Other,
        }
    }
}

/// Roles by name: every program that is started is looked up. Where a name stands in two lists, the
/// last of them counts.
static ROLES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let lists = [
        (CONTAINER_PROGRAMS, Role::Containers),
        (SHELLS, Role::Shell),
        (WRAPPERS, Role::Wrapper),
        (WRITERS, Role::Writer),
        (FETCHERS, Role::Fetcher),
        (ONLOOKERS, Role::Onlooker),
        (KILLERS, Role::Killer),
    ];
    let roles =
        lists.into_iter().flat_map(|(list, role)| list.split(' ').map(move |name| (name, role)));
    roles.collect()
});

/// The miners, one by one.
static MINER_NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| MINERS.split(' ').collect());

/// Whether a word tells a container program to run something.
pub(super) fn is_container_verb(word: &str) -> bool {
    is_in(word, CONTAINER_VERBS)
}

/// The name at the end of a path, in lower case: without a container image's tag and digest.
pub(super) fn base_name(path: &str) -> String {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    let path = path.trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.split(['@', ':', '?']).next().unwrap_or(name);
    crate::text::truncated(name, NAME_BYTES_MAX).to_ascii_lowercase()
}

/// The longest name that a file system holds.
const NAME_BYTES_MAX: usize = 255;

/// The miner that a base name is of: `xmrig`, `xmrig-6.21.0-linux-x64`, `cpuminer-avx2`,
/// `SRBMiner-MULTI`; not what watches miners.
pub(super) fn miner(name: &str) -> Option<&'static str> {
    if name.starts_with(TRAFFIC_GENERATOR) {
        return None;
    }
    let first = name.as_bytes().first();
    MINER_NAMES.iter().copied().find(|miner| {
        miner.as_bytes().first() == first
            && name.strip_prefix(miner).is_some_and(|rest| rest.is_empty() || is_flavour(rest))
    })
}

/// The miner that the base name of a container image is of: the name may stand among others.
pub(super) fn miner_image(image: &str) -> Option<&'static str> {
    let name = base_name(image);
    if is_watcher(&name) {
        return None;
    }
    let whole = miner(&name);
    let part = || name.split(['-', '_', '.']).find_map(|part| miner(part).filter(|it| *it == part));
    let owner = || {
        image
            .split('/')
            .rev()
            .nth(1)
            .and_then(|owner| MINERS.split(' ').find(|miner| owner.eq_ignore_ascii_case(miner)))
    };
    whole.or_else(part).or_else(owner)
}

/// Whether a base name is a miner's and other things' too.
pub(super) fn is_ambiguous(name: &str) -> bool {
    is_in(name.strip_suffix(".exe").unwrap_or(name), AMBIGUOUS)
}

/// Whether a base name is of something that watches miners.
pub(super) fn is_watcher(name: &str) -> bool {
    WATCHERS.split(' ').any(|watcher| name.contains(watcher))
}

/// `-6.21.0`, `-linux-x64.tar.gz`, `_v2`, `daemon`.
fn is_flavour(rest: &str) -> bool {
    let known = |part: &str| {
        let number = part.strip_prefix('v').unwrap_or(part);
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number || is_in(part, FLAVOURS)
    };
    rest.split(['-', '_', '.', '+']).all(known)
}

/// Algorithms that miners name and nothing else does; one that ends in `/` or `-` is a beginning.
const ALGORITHMS: &str = "\
    argon2/chukwa astrobwt autolykos beamhash cn- cn/ cryptonight cuckatoo cuckoocycle equihash \
    etchash ethash firopow ghostrider heavyhash karlsenhash kawpow kheavyhash lyra2 minotaurx \
    octopus panthera progpow randomx rx/ verushash x16r yescrypt yespower zhash";

/// Whether a text names an algorithm of miners.
pub(super) fn is_algorithm(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ALGORITHMS.split(' ').any(|algorithm| text.starts_with(algorithm))
}

/// Coins, as `--coin` takes them.
const COINS: &str = "arq dero erg etc ethw kas monero raptoreum ravencoin rtm rvn wownero xmr zeph";

/// Whether a text is a coin's name.
pub(super) fn is_coin(text: &str) -> bool {
    is_in(&text.to_ascii_lowercase(), COINS)
}

/// Options that only miners have, without their dashes.
const OPTIONS: &str = "\
    argon2-impl cpu-max-threads-hint cpu-no-yield cuda-bfactor disable-gpu-mining donate-level \
    donate-over-proxy dualmode dwal epool ethstratum ewal huge-pages-jit nicehash no-donate \
    randomx-1gb-pages randomx-init randomx-mode randomx-no-numa randomx-no-rdmsr randomx-wrmsr \
    start-mining";

/// Whether an option, without its dashes, is one that only miners have.
pub(super) fn is_miner_option(name: &str) -> bool {
    is_in(name, OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn miners_are_told_in_all_their_spellings() {
        for path in [
            "/tmp/xmrig",
            "C:\\Temp\\XMRig.exe",
            "xmrig-6.21.0-linux-static-x64.tar.gz",
            "./SRBMiner-MULTI",
            "cpuminer-avx2",
            "/opt/t-rex",
            "minerd (deleted)",
            "xmrigDaemon",
            "https://code.example/xmrig/xmrig.git",
        ] {
            assert_eq!(Role::of(&base_name(path)), Role::Miner, "{path}");
        }
    }

    #[test]
    fn what_watches_miners_is_none() {
        for path in ["xmrig-exporter", "xmrig_exporter.py", "t-rex-64-debug", "xmrigger", "miners"]
        {
            assert_ne!(Role::of(&base_name(path)), Role::Miner, "{path}");
            assert_eq!(miner_image(path), None, "{path}");
        }
    }

    #[test]
    fn images_are_told_by_name_and_owner() {
        for image in [
            "registry.example/alice/xmrig:latest",
            "alice/docker-xmrig@sha256:00",
            "xmrig/worker",
            "ghcr.example/alpine-cpuminer:1",
        ] {
            assert!(miner_image(image).is_some(), "{image}");
        }
        for image in ["nginx:1", "alice/xmrig-exporter:latest", "gminer-exporter", "rigel/web"] {
            assert_eq!(miner_image(image), None, "{image}");
        }
    }
}
