//! Innocents in which people take part: long, small, irregular connections.

use crate::simulate::{habit::Habit, scenario::Scenario};

pub(super) fn habits(scenario: Scenario) -> Option<Vec<Habit>> {
    Some(match scenario {
        Scenario::WebServer | Scenario::RollOut => web_server(),
        Scenario::PushChannel => push_channel(),
        Scenario::TorRelay => tor_relay(),
        Scenario::VpnGateway => vpn_gateway(),
        Scenario::ChatServer => chat_server(),
        Scenario::GameServer => game_server(),
        Scenario::RemoteSupport => remote_support(),
        Scenario::SshSession => ssh_session(),
        Scenario::VideoCall => video_call(),
        Scenario::PoolVisitor => pool_visitor(),
        _ => return None,
    })
}

fn web_server() -> Vec<Habit> {
    vec![
        Habit::from_strangers(443).peers(800).by_day(8.0).says((2000, 200_000), (500, 4000)),
        Habit::inside(5432).long(4.0).by_day(2.0).says((120, 900), (200, 9000)),
        Habit::to("payments.example", 443).by_day(120.0).says((900, 3000), (700, 5000)),
    ]
}

/// Mobile push: quiet for minutes, then a little.
fn push_channel() -> Vec<Habit> {
    vec![
        Habit::to("push-#.phones.example", 5223)
            .peers(3)
            .long(14.0)
            .by_day(40.0)
            .says((60, 200), (120, 1100)),
        Habit::to("talk-#.phones.example", 5228)
            .peers(2)
            .long(20.0)
            .random(150.0)
            .says((40, 90), (60, 700)),
        Habit::to("push-#.phones.example", 5223)
            .peers(1)
            .long(20.0)
            .random(75.0)
            .says((40, 200), (200, 600)),
    ]
}

fn tor_relay() -> Vec<Habit> {
    const CELL: u32 = 543;
    vec![
        Habit::to("relay-#.onions.example", 9001)
            .peers(30)
            .long(6.0)
            .random(3.0)
            .in_packets_of(CELL)
            .says((543, 60_000), (543, 60_000)),
        Habit::from_strangers(9001)
            .peers(900)
            .random(25.0)
            .transfer(60.0, 3000.0)
            .in_packets_of(CELL)
            .says((50_000, 9_000_000), (9000, 900_000)),
    ]
}

/// Those who work from home; some of them do little for hours.
fn vpn_gateway() -> Vec<Habit> {
    vec![
        Habit::from_strangers(51_820)
            .udp()
            .peers(60)
            .by_day(60.0)
            .transfer(600.0, 14_400.0)
            .says((300_000, 90_000_000), (100_000, 20_000_000)),
        Habit::from_strangers(51_820)
            .udp()
            .peers(6)
            .long(9.0)
            .every(25.0, 1.0)
            .says((32, 32), (32, 148)),
        Habit::inside(443).long(2.0).by_day(3.0).says((300, 2000), (800, 40_000)),
    ]
}

/// XMPP: many clients, each saying little.
fn chat_server() -> Vec<Habit> {
    vec![
        Habit::from_strangers(5222).peers(14).long(5.0).by_day(35.0).says((90, 500), (90, 400)),
        Habit::from_strangers(5222).peers(6).long(9.0).every(60.0, 3.0).says((70, 90), (70, 90)),
        Habit::to("server-#.chat.example", 5269)
            .peers(4)
            .long(8.0)
            .random(50.0)
            .says((120, 700), (120, 700)),
    ]
}

fn game_server() -> Vec<Habit> {
    vec![
        Habit::from_strangers(27_015)
            .udp()
            .peers(300)
            .by_day(120.0)
            .transfer(300.0, 5400.0)
            .in_packets_of(120)
            .says((2_000_000, 30_000_000), (700_000, 9_000_000)),
        Habit::to("lobby.games.example", 443)
            .long(10.0)
            .every(30.0, 0.5)
            .says((250, 400), (80, 120)),
    ]
}

/// An agent that waits for somebody who helps, and sometimes somebody does.
fn remote_support() -> Vec<Habit> {
    vec![
        Habit::to("router-#.help.example", 5938)
            .peers(2)
            .long(16.0)
            .every(50.0, 9.0)
            .says((40, 110), (40, 110)),
        Habit::to("router-#.help.example", 5938)
            .by_day(9000.0)
            .transfer(300.0, 2400.0)
            .says((9_000_000, 150_000_000), (400_000, 4_000_000)),
    ]
}

/// Somebody types, reads, types.
fn ssh_session() -> Vec<Habit> {
    vec![
        Habit::from_strangers(22).peers(1).long(2.0).by_day(4.0).says((60, 2400), (36, 140)),
        Habit::to("git.forge.example", 22).by_day(900.0).says((3000, 90_000), (3000, 900_000)),
    ]
}

fn video_call() -> Vec<Habit> {
    vec![
        Habit::to("media-#.calls.example", 3478)
            .udp()
            .peers(4)
            .by_day(2400.0)
            .transfer(600.0, 3600.0)
            .says((40_000_000, 600_000_000), (60_000_000, 900_000_000)),
        Habit::to("signal.calls.example", 443).long(6.0).random(9.0).says((90, 500), (90, 700)),
    ]
}

/// Pages and APIs of pools that are on the lists: names without mining.
fn pool_visitor() -> Vec<Habit> {
    vec![
        Habit::to("www.nanopool.org", 443).by_day(2400.0).says((900, 4000), (20_000, 900_000)),
        Habit::to("www.f2pool.com", 443).random(9000.0).says((900, 4000), (20_000, 900_000)),
        Habit::to("api.2miners.com", 443).random(1800.0).says((450, 700), (900, 6000)),
    ]
}
