//! Innocents that share the chains' clock: nodes, explorers, exchanges, validators.

use crate::simulate::{coin::Coin, habit::Habit, scenario::Scenario};

/// Bytes of payload in most packets that nodes of a network send each other.
const GOSSIP_PACKET: u32 = 160;

pub(super) fn habits(scenario: Scenario) -> Option<Vec<Habit>> {
    Some(match scenario {
        Scenario::ExchangeClient => exchange_client(),
        Scenario::ExplorerClient => explorer_client(),
        Scenario::FullNodeBtc => full_node(Coin::Btc, 8333, 20),
        Scenario::FullNodeXmr => full_node(Coin::Xmr, 18_080, 16),
        Scenario::LightningNode => lightning_node(),
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
