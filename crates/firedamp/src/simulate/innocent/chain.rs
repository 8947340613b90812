//! Innocents that share the chains' clock: nodes, explorers, exchanges, validators, shops.

use crate::simulate::{coin::Coin, habit::Habit, scenario::Scenario};

/// Bytes of payload in most packets that nodes of a network send each other.
const GOSSIP_PACKET: u32 = 160;

/// What sealing adds to a message that is one record of TLS 1.3.
const SEAL: u32 = 29;
/// Electrum's protocol, version 1.4, is a line of JSON each way. A header is pushed in hex within 96
/// bytes: 80 bytes of it in Bitcoin and Litecoin, 120 in Ravencoin.
const HEADER_PUSH: u32 = 256 + SEAL;
const LONG_HEADER_PUSH: u32 = 337 + SEAL;
/// `server.ping` with its id, and `null`.
const PING: ((u32, u32), (u32, u32)) = ((63 + SEAL, 63 + SEAL), (42 + SEAL, 42 + SEAL));
/// `blockchain.scripthash.subscribe` for an address that nothing was paid to yet: `null`.
const NEW_ADDRESS: ((u32, u32), (u32, u32)) = ((149 + SEAL, 149 + SEAL), (42 + SEAL, 42 + SEAL));
/// `blockchain.scripthash.get_balance`: two numbers.
const BALANCE: ((u32, u32), (u32, u32)) = ((151 + SEAL, 151 + SEAL), (84 + SEAL, 84 + SEAL));
/// `blockchain.scripthash.get_history`: some 96 bytes for each payment, from none to a few.
const HISTORY: ((u32, u32), (u32, u32)) = ((151 + SEAL, 151 + SEAL), (40 + SEAL, 330 + SEAL));

pub(super) fn habits(scenario: Scenario) -> Option<Vec<Habit>> {
    Some(match scenario {
        Scenario::ExchangeClient => exchange_client(),
        Scenario::ExplorerClient => explorer_client(),
        Scenario::FullNodeBtc => full_node(Coin::Btc, 8333, 20),
        Scenario::FullNodeXmr => full_node(Coin::Xmr, 18_080, 16),
        Scenario::LightningNode => lightning_node(),
        Scenario::PaymentWatcher => payment_watcher(),
        Scenario::StakingValidator => staking_validator(),
        _ => return None,
    })
}

/// Prices all the time, and at each block a little more.
fn exchange_client() -> Vec<Habit> {
    vec![
        Habit::to("stream.exchange.example", 443)
            .long(12.0)
            .together(0.8)
            .says((0, 0), (180, 1400)),
        Habit::to("chain-events.exchange.example", 443)
            .long(12.0)
            .at_blocks(Coin::Xmr)
            .says((60, 90), (4000, 40_000)),
        Habit::to("api.exchange.example", 443).random(20.0).says((700, 1500), (900, 9000)),
    ]
}

/// Asks after each block, with new connections or on one.
fn explorer_client() -> Vec<Habit> {
    vec![
        Habit::to("api.explorer.example", 443)
            .long(3.0)
            .at_blocks(Coin::Xmr)
            .says((450, 800), (900, 5000)),
        Habit::to("api.explorer.example", 443).at_blocks(Coin::Btc).says((450, 800), (900, 9000)),
        Habit::to("rates.explorer.example", 443).every(60.0, 1.0).says((400, 500), (700, 900)),
    ]
}

/// Peers of all kinds, and with each block a burst to and from some of them.
fn full_node(coin: Coin, port: u16, peers: u32) -> Vec<Habit> {
    vec![
        Habit::to("node-#.peers.example", port)
            .peers(peers)
            .long(5.0)
            .random(4.0)
            .in_packets_of(GOSSIP_PACKET)
            .says((200, 2200), (300, 2600)),
        Habit::to("node-#.peers.example", port)
            .peers(4)
            .long(3.0)
            .at_blocks(coin)
            .says((500, 400_000), (20_000, 2_000_000)),
        Habit::from_strangers(port)
            .peers(200)
            .random(90.0)
            .transfer(60.0, 3600.0)
            .in_packets_of(GOSSIP_PACKET)
            .says((20_000, 4_000_000), (10_000, 900_000)),
    ]
}

/// Channels are quiet: a ping a minute, gossip now and then.
fn lightning_node() -> Vec<Habit> {
    vec![
        Habit::to("lightning-#.peers.example", 9735)
            .peers(7)
            .long(10.0)
            .every(60.0, 5.0)
            .says((30, 60), (30, 60)),
        Habit::to("gossip-#.peers.example", 9735)
            .peers(3)
            .long(8.0)
            .random(12.0)
            .says((140, 700), (140, 1400)),
        Habit::to("chain-#.peers.example", 8333)
            .peers(2)
            .long(6.0)
            .at_blocks(Coin::Btc)
            .says((90, 300), (2000, 60_000)),
    ]
}

/// One connection for each coin that the shop takes.
fn payment_watcher() -> Vec<Habit> {
    let server = |name, coin, push: u32| {
        let beside = |(sent, received)| Habit::to(name, 50_002).says(sent, received);
        Habit::to(name, 50_002)
            .long(24.0)
            .at_blocks(coin)
            .says((0, 0), (push, push))
            .beside(beside(PING).every(60.0, 0.5))
            .beside(beside(NEW_ADDRESS).random(60.0))
            .beside(beside(BALANCE).random(60.0))
            .beside(beside(HISTORY).random(90.0))
    };
    vec![
        server("electrum-btc.payments.example", Coin::Btc, HEADER_PUSH),
        server("electrum-ltc.payments.example", Coin::Ltc, HEADER_PUSH),
        server("electrum-rvn.payments.example", Coin::Rvn, LONG_HEADER_PUSH),
    ]
}

/// Something in each slot of 12 s, to many peers, over UDP and TCP.
fn staking_validator() -> Vec<Habit> {
    vec![
        Habit::to("beacon-#.peers.example", 9000)
            .peers(14)
            .long(4.0)
            .every(12.0, 4.0)
            .says((300, 4000), (500, 9000)),
        Habit::to("discovery-#.peers.example", 9000)
            .udp()
            .peers(40)
            .random(9.0)
            .says((60, 260), (60, 900)),
        Habit::to("relay.builders.example", 443)
            .long(8.0)
            .every(12.0, 0.4)
            .says((200, 260), (300, 340)),
    ]
}
