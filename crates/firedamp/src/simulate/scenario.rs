//! What goes on in an account: a way of mining, or an innocent look-alike.

use firedamp_core::id::Provider;

use super::{coin::Coin, evasion::Evasion};

/// One account to be made up.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What goes on in it.
    pub scenario: Scenario,
    /// Whose it is: Amazon's, Microsoft's or Google's.
    pub cloud: Provider,
    /// What its miner does not to be seen.
    pub evasions: Vec<Evasion>,
    /// What is mined; Monero where nothing is said. Of no meaning for innocents.
    pub coin: Option<Coin>,
    /// How many hosts mine or do what the scenario tells of, beside the ordinary ones. Fleets are
    /// larger than that.
    pub hosts: usize,
}

macro_rules! scenarios {
    ($($(#[doc = $about:literal])+ $name:ident = $id:literal, $mines:literal;)+) => {
        /// What goes on in an account.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Scenario {
            $($(#[doc = $about])+ $name,)+
        }

        impl Scenario {
            /// Every scenario; those that mine come first.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in truths and on the command line.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// Whether it mines.
            #[must_use]
            pub const fn mines(self) -> bool {
                match self { $(Self::$name => $mines,)+ }
            }

            /// What it is, in a line.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim(),)+ }
            }
        }
    };
}

scenarios! {
    /// A miner speaks Stratum in clear text to a pool's port.
    Plain = "plain", true;
    /// A miner speaks Stratum over TLS to a pool's port.
    Tls = "tls", true;
    /// A miner speaks TLS on 443 to a proxy of the attacker's.
    OwnProxy = "own_proxy", true;
    /// A miner uses a part of the processor only and rarely hands in a share.
    Throttled = "throttled", true;
    /// Miners speak to a proxy inside the network, which alone speaks to the pool.
    InnerProxy = "inner_proxy", true;
    /// Spot machines mine for less than an hour each and are replaced.
    SpotFleet = "spot_fleet", true;
    /// Many machines at once mine for some hours.
    BurstFleet = "burst_fleet", true;
    /// Short-lived functions and builds mine in several regions.
    ServerlessSpread = "serverless_spread", true;
    /// Somebody raises their rights, asks for quota, makes large machines and mines on them.
    HijackedSubscription = "hijacked_subscription", true;
    /// A web server mines beside its work.
    ExistingHost = "existing_host", true;
    /// A web server with visitors by day and night.
    WebServer = "web_server", false;
    /// A build machine: bursts by day.
    BuildMachine = "build_machine", false;
    /// A database tells its replica what changed, and that it lives.
    DatabaseReplication = "database_replication", false;
    /// An agent reports to its vendor each minute over TLS.
    MonitoringAgent = "monitoring_agent", false;
    /// An MQTT client, alive each 60 s.
    MessageQueueClient = "message_queue_client", false;
    /// A long quiet connection with random small pushes (5223, 5228).
    PushChannel = "push_channel", false;
    /// A client of an exchange's websocket: busy, and busier at blocks.
    ExchangeClient = "exchange_client", false;
    /// A program that asks a block explorer after each block.
    ExplorerClient = "explorer_client", false;
    /// A Bitcoin node that checks and hands on blocks.
    FullNodeBtc = "full_node_btc", false;
    /// A Monero node that checks and hands on blocks.
    FullNodeXmr = "full_node_xmr", false;
    /// A Lightning node with channels to peers.
    LightningNode = "lightning_node", false;
    /// A validator of a chain with slots of 12 s.
    StakingValidator = "staking_validator", false;
    /// A Tor relay.
    TorRelay = "tor_relay", false;
    /// A VPN gateway of a company.
    VpnGateway = "vpn_gateway", false;
    /// A chat server (XMPP): long small connections of people.
    ChatServer = "chat_server", false;
    /// A game server.
    GameServer = "game_server", false;
    /// An agent through which help comes from afar.
    RemoteSupport = "remote_support", false;
    /// An agent that backs up at night and says all day that it lives.
    BackupAgent = "backup_agent", false;
    /// Machines that reckon together, and say little outside.
    HpcJob = "hpc_job", false;
    /// A training run: data in, checkpoints out, metrics to a tracker.
    MlTraining = "ml_training", false;
    /// A team's first training run: new large machines in a new region, flat out for days, data on disk.
    NewTraining = "new_training", false;
    /// A pipeline, or a new one, looks for room in new regions, makes machines there and locks them.
    RollOut = "roll_out", false;
    /// Pictures reckoned for hours, and each sent off when it is done.
    Rendering = "rendering", false;
    /// Spot machines that work off a queue, less than an hour each, and are replaced.
    BatchFleet = "batch_fleet", false;
    /// Idle processors lent to science (BOINC, folding).
    VolunteerComputing = "volunteer_computing", false;
    /// Videos fetched, transcoded and put back.
    Transcoding = "transcoding", false;
    /// A gateway of things: many small devices, one upstream.
    IotGateway = "iot_gateway", false;
    /// A websocket of prices.
    StockTicker = "stock_ticker", false;
    /// Somebody works in a shell.
    SshSession = "ssh_session", false;
    /// A load balancer's health checks.
    HealthChecks = "health_checks", false;
    /// A report each five minutes.
    CronReporter = "cron_reporter", false;
    /// Calls with pictures.
    VideoCall = "video_call", false;
    /// Somebody reads the pages of listed pools now and then, and a widget asks one of them.
    PoolVisitor = "pool_visitor", false;
    /// A shop that waits for payments: told of each block, asks at customers' pace, pings each minute.
    PaymentWatcher = "payment_watcher", false;
}

impl Scenario {
    /// The scenario of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scenario| scenario.id() == id)
    }

    /// Whether an evasion says something new of this way of mining: a proxy of the attacker's is on
    /// no list anyhow, and a single old host cannot be many.
    #[must_use]
    pub const fn fits(self, evasion: Evasion) -> bool {
        match evasion {
            Evasion::Unlisted => self.mines() && !matches!(self, Self::OwnProxy),
            Evasion::ManySmall => matches!(
                self,
                Self::Plain
                    | Self::Tls
                    | Self::OwnProxy
                    | Self::Throttled
                    | Self::SpotFleet
                    | Self::BurstFleet
                    | Self::HijackedSubscription
            ),
            // Functions have neither a sensor nor metrics.
            Evasion::Renamed | Evasion::ConfigFile | Evasion::NoWallet => {
                self.mines() && !matches!(self, Self::ServerlessSpread)
            }
            Evasion::HalfCores => {
                self.mines() && !matches!(self, Self::ServerlessSpread | Self::Throttled)
            }
            _ => self.mines(),
        }
    }
}
