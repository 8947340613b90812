//! One account: its name, its hosts, and all that they say to others.

use std::{collections::BTreeMap, net::Ipv4Addr};

use firedamp_core::id::Provider;

use super::{
    dice::{Dice, mixed},
    load::{IDLE, Load, Mining},
    program::Start,
    traffic::{Carrier, Conversation, Message, Window},
};

/// A size of machine and what an hour of it costs, in US dollars.
#[derive(Clone, Copy)]
pub(super) struct Machine {
    pub(super) size: &'static str,
    /// The meter on the bill.
    pub(super) meter: &'static str,
    /// How many of the meter's units an hour counts: Google bills cores.
    pub(super) units: u32,
    pub(super) dollars: f64,
    /// No machine, but what runs for a while on the cloud's own.
    pub(super) serverless: bool,
}

/// The sizes: of ordinary hosts, of mining ones, and of many small ones.
pub(super) const fn machines(provider: Provider) -> [Machine; 3] {
    match provider {
        Provider::Azure => [
            machine("Standard_D2s_v5", ("D2s v5", 1), 0.096),
            machine("Standard_F72s_v2", ("F72s v2", 1), 3.045),
            machine("Standard_B2s", ("B2s", 1), 0.0416),
        ],
        Provider::Gcp => [
            machine("e2-standard-2", ("E2 Instance Core running in Belgium", 2), 0.067),
            machine("c2-standard-60", ("Compute optimized Core running in Belgium", 60), 3.1321),
            machine("e2-small", ("E2 Instance Core running in Belgium", 2), 0.0168),
        ],
        _ => [
            machine("m5.large", ("BoxUsage:m5.large", 1), 0.096),
            machine("c6a.24xlarge", ("BoxUsage:c6a.24xlarge", 1), 3.672),
            machine("t3.small", ("BoxUsage:t3.small", 1), 0.0208),
        ],
    }
}

const fn machine(size: &'static str, meter: (&'static str, u32), dollars: f64) -> Machine {
    Machine { size, meter: meter.0, units: meter.1, dollars, serverless: false }
}

/// What runs functions and builds: 10 GB for the time of the call.
pub(super) const FUNCTION: Machine = Machine {
    size: "function",
    meter: "GB-Second",
    units: 36_000,
    dollars: 0.60,
    serverless: true,
};

/// The regions of a cloud, its home first.
pub(super) const fn regions(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Azure => &["westeurope", "eastus", "southeastasia", "brazilsouth"],
        Provider::Gcp => &["europe-west1", "us-central1", "asia-east1", "southamerica-east1"],
        _ => &["us-east-1", "eu-west-1", "ap-southeast-1", "sa-east-1"],
    }
}

/// A machine, or what runs like one.
pub(super) struct Host {
    /// The instance's name.
    pub(super) name: String,
    /// The network card's.
    pub(super) card: String,
    pub(super) address: Ipv4Addr,
    pub(super) machine: Machine,
    pub(super) region: &'static str,
    /// Seconds of the window between which it is there. Before its begin: it was there already.
    pub(super) born: f64,
    pub(super) died: f64,
    pub(super) mines: bool,
    /// What keeps it busy, beside mining.
    pub(super) load: Load,
    pub(super) mining: Option<Mining>,
    /// Whether a sensor watches what is started on it.
    pub(super) sensor: bool,
}

/// A question to the resolver and its answer.
pub(super) struct Lookup {
    pub(super) second: f64,
    pub(super) host: usize,
    pub(super) name: String,
    pub(super) address: Ipv4Addr,
}

/// One account.
pub(super) struct Estate {
    pub(super) seed: u64,
    pub(super) number: u32,
    pub(super) provider: Provider,
    /// The account's id, as its cloud writes it.
    pub(super) id: String,
    pub(super) window: Window,
    pub(super) hosts: Vec<Host>,
    pub(super) conversations: Vec<Conversation>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) starts: Vec<Start>,
    /// Until when a host knows the address of a name.
    known: BTreeMap<(usize, String), f64>,
    ports: Dice,
}

/// Names are asked for again after this time.
const TIME_TO_LIVE_SECONDS: f64 = 300.0;
/// Of hosts that were there before, and of those that were made in the window, so many have a sensor:
/// assumptions, as no survey of what accounts cover is known. What hangs on them is shown by judging
/// without runtime telemetry beside it.
const SENSOR_SHARE: f64 = 0.85;
const SENSOR_SHARE_NEW: f64 = 0.5;
/// The addresses outside: 198.18.0.0/15, of which the last 4,096 belong to pools and their like.
const OUTSIDE: u32 = u32::from_be_bytes([198, 18, 0, 0]);
const OUTSIDE_COUNT: u64 = 1 << 17;
const POOL_COUNT: u64 = 1 << 12;
const DNS_PORT: u16 = 53;
/// The addresses of hosts begin with it.
const INSIDE: u8 = 10;

impl Estate {
    /// An account without hosts.
    pub(super) fn new(seed: u64, number: u32, provider: Provider, window: Window) -> Self {
        let id = match provider {
            Provider::Azure => format!("00000000-0000-4000-8000-{number:012}"),
            Provider::Gcp => format!("example-{number}"),
            _ => format!("0000111{:05}", number % 100_000),
        };
        Self {
            seed,
            number,
            provider,
            id,
            window,
            hosts: Vec::new(),
            conversations: Vec::new(),
            lookups: Vec::new(),
            starts: Vec::new(),
            known: BTreeMap::new(),
            ports: Dice::new(seed, "ports", &[number.into()]),
        }
    }

    /// A generator for one purpose in this account.
    pub(super) fn dice(&self, purpose: &str, number: usize) -> Dice {
        Dice::new(self.seed, purpose, &[self.number.into(), number as u64])
    }

    /// Adds a host of the account's home, or of another region.
    pub(super) fn add_host(&mut self, machine: Machine, region: usize, life: (f64, f64)) -> usize {
        let index = self.hosts.len();
        let regions = regions(self.provider);
        let region_name = regions.get(region % regions.len().max(1)).copied().unwrap_or_default();
        let hash = mixed(self.seed, "host", &[self.number.into(), index as u64]);
        let (name, card) = match self.provider {
            Provider::Azure => (format!("vm-{index}"), format!("00224{:07X}", hash & 0xfff_ffff)),
            Provider::Gcp => (format!("vm-{index}"), String::new()),
            _ => (format!("i-0{hash:016x}"), format!("eni-0{:016x}", hash.rotate_left(17))),
        };
        let [_, _, third, fourth] = (index as u32 + 4).to_be_bytes();
        let address = Ipv4Addr::new(INSIDE, (region * 16) as u8, third, fourth);
        let (born, died) = life;
        let sensor = self.has_sensor(index, machine, born);
        self.hosts.push(Host {
            name,
            card,
            address,
            machine,
            region: region_name,
            born,
            died,
            mines: false,
            load: IDLE,
            mining: None,
            sensor,
        });
        index
    }

    /// Whether a host has a sensor. Functions have none; machines that were made a moment ago, whoever
    /// made them, have one less often.
    fn has_sensor(&self, index: usize, machine: Machine, born: f64) -> bool {
        let share = if born < 0.0 { SENSOR_SHARE } else { SENSOR_SHARE_NEW };
        !machine.serverless && self.dice("sensor", index).chance(share)
    }

    /// The address of a host.
    pub(super) fn address(&self, host: usize) -> Ipv4Addr {
        self.hosts.get(host).map_or(Ipv4Addr::UNSPECIFIED, |host| host.address)
    }

    /// When a host is there: seconds of the window.
    pub(super) fn life(&self, host: usize) -> (f64, f64) {
        self.hosts
            .get(host)
            .map_or((0.0, 0.0), |host| (host.born.max(0.0), host.died.min(self.window.seconds())))
    }

    /// The address that a name has in this world.
    pub(super) fn outside(&self, name: &str) -> Ipv4Addr {
        let hash = mixed(self.seed, name, &[]) % (OUTSIDE_COUNT - POOL_COUNT);
        Ipv4Addr::from(OUTSIDE + hash as u32)
    }

    /// The address that a pool, proxy or way around has in this world.
    pub(super) fn pool(&self, name: &str) -> Ipv4Addr {
        let hash = mixed(self.seed, name, &[]) % POOL_COUNT;
        Ipv4Addr::from(OUTSIDE + (OUTSIDE_COUNT - POOL_COUNT + hash) as u32)
    }

    /// A conversation in which nothing was said yet, from a free port.
    pub(super) fn conversation(
        &mut self,
        host: usize,
        carrier: Carrier,
        remote: (Ipv4Addr, u16),
    ) -> Conversation {
        Conversation {
            host,
            inbound: false,
            carrier,
            local_port: self.ports.whole(32_768, 60_999) as u16,
            remote: remote.0,
            remote_port: remote.1,
            opened: false,
            closed: false,
            first: 0,
            cells: Vec::new(),
            instants: self.provider.samples_packets().then(Vec::new),
        }
    }

    /// The same, opened by the other side: `port` is ours, the other side's is drawn.
    pub(super) fn visited(
        &mut self,
        host: usize,
        carrier: Carrier,
        remote: Ipv4Addr,
        port: u16,
    ) -> Conversation {
        let conversation = self.conversation(host, carrier, (remote, 0));
        let remote_port = self.ports.whole(1_025, 65_535) as u16;
        Conversation { inbound: true, local_port: port, remote_port, ..conversation }
    }

    /// Keeps a conversation, on both sides when both are hosts of this account.
    pub(super) fn keep(&mut self, conversation: Conversation) {
        if conversation.cells.is_empty() {
            return;
        }
        let [first, ..] = conversation.remote.octets();
        if first != INSIDE {
            return self.conversations.push(conversation);
        }
        let peer = self.hosts.iter().position(|host| host.address == conversation.remote);
        if let Some(peer) = peer {
            let own = self.address(conversation.host);
            self.conversations.push(conversation.mirrored(peer, own));
        }
        self.conversations.push(conversation);
    }

    /// A host asks for a name, unless it knows it still.
    pub(super) fn look_up(&mut self, host: usize, name: &str, address: Ipv4Addr, second: f64) {
        let known = self.known.get(&(host, name.to_owned()));
        if known.is_some_and(|until| second < *until) || second >= self.window.seconds() {
            return;
        }
        self.known.insert((host, name.to_owned()), second + TIME_TO_LIVE_SECONDS);
        self.lookups.push(Lookup { second, host, name: name.to_owned(), address });
        let [first, network, ..] = self.address(host).octets();
        let resolver = (Ipv4Addr::new(first, network, 0, 2), DNS_PORT);
        let mut question = self.conversation(host, Carrier::UDP, resolver);
        let sent = 30 + name.len() as u32;
        question.say(self.window, Message { second, sent, received: sent + 45 });
        question.closed = true;
        question.opened = true;
        self.keep(question);
    }
}
