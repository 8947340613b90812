//! Habits: whom a host talks to, how often, how much. Every innocent is a list of them.

mod instants;

use std::net::Ipv4Addr;

use self::instants::{gaps, nights, ticks};
use super::{
    coin::{Coin, block_seconds},
    dice::Dice,
    estate::Estate,
    traffic::{Carrier, Message},
};

pub(super) use self::instants::busy;

/// One thing that a host does again and again.
#[derive(Clone)]
pub(super) struct Habit {
    whom: Whom,
    peers: u32,
    port: u16,
    carrier: Carrier,
    stay: Stay,
    pace: Pace,
    sent: (u32, u32),
    received: (u32, u32),
    /// What else is said on the same connection.
    beside: Vec<Self>,
}

#[derive(Clone, Copy)]
enum Whom {
    /// A name outside; `#` stands for the number of the peer.
    Name(&'static str),
    /// Others outside, who come.
    Strangers,
    /// Other hosts of the account.
    Inside,
}

/// How long a connection is kept.
#[derive(Clone, Copy)]
enum Stay {
    /// For so many hours on average, much being said on it.
    Long(f64),
    /// For one question and its answer.
    Brief,
    /// For one transfer, which takes between so many seconds.
    Transfer(f64, f64),
}

/// When something is said.
#[derive(Clone, Copy)]
enum Pace {
    /// With a period, give or take.
    Every(f64, f64),
    /// At any time, on average so many seconds apart.
    Random(f64),
    /// The same at the busiest hour of a working day, and less at others.
    ByDay(f64),
    /// Once a night.
    Nightly,
    /// A moment after each block.
    AtBlocks(Coin),
    /// When the clock on the wall says so: at full multiples of so many seconds.
    OnTheClock(f64),
    /// When a source has something new for all who listen to it: on average so many seconds apart,
    /// at the same instants and of the same sizes for all hosts of the world.
    Together(f64),
}

const TLS_HELLO: (u32, u32) = (620, 3800);
const TLS_PORTS: [u16; 6] = [443, 5223, 5671, 8443, 8883, 5228];
const HOUR: f64 = 3600.0;

impl Habit {
    fn new(whom: Whom, port: u16) -> Self {
        Self {
            whom,
            peers: 1,
            port,
            carrier: Carrier::TCP,
            stay: Stay::Brief,
            pace: Pace::Random(60.0),
            sent: (0, 0),
            received: (0, 0),
            beside: Vec::new(),
        }
    }

    /// Calls a name outside.
    pub(super) fn to(name: &'static str, port: u16) -> Self {
        Self::new(Whom::Name(name), port)
    }

    /// Is called from outside.
    pub(super) fn from_strangers(port: u16) -> Self {
        Self::new(Whom::Strangers, port)
    }

    /// Calls other hosts of the account.
    pub(super) fn inside(port: u16) -> Self {
        Self::new(Whom::Inside, port)
    }

    pub(super) fn peers(self, peers: u32) -> Self {
        Self { peers, ..self }
    }

    pub(super) fn udp(self) -> Self {
        Self { carrier: Carrier::UDP, ..self }
    }

    /// In packets of at most so many bytes of payload.
    pub(super) fn in_packets_of(self, segment: u32) -> Self {
        Self { carrier: self.carrier.in_packets_of(segment), ..self }
    }

    /// On connections that last so many hours on average.
    pub(super) fn long(self, hours: f64) -> Self {
        Self { stay: Stay::Long(hours), ..self }
    }

    /// Each on a connection of its own that takes between so many seconds.
    pub(super) fn transfer(self, low: f64, high: f64) -> Self {
        Self { stay: Stay::Transfer(low, high), ..self }
    }

    pub(super) fn every(self, seconds: f64, jitter: f64) -> Self {
        Self { pace: Pace::Every(seconds, jitter), ..self }
    }

    pub(super) fn random(self, mean_seconds: f64) -> Self {
        Self { pace: Pace::Random(mean_seconds), ..self }
    }

    pub(super) fn by_day(self, mean_seconds: f64) -> Self {
        Self { pace: Pace::ByDay(mean_seconds), ..self }
    }

    pub(super) fn nightly(self) -> Self {
        Self { pace: Pace::Nightly, ..self }
    }

    pub(super) fn on_the_clock(self, seconds: f64) -> Self {
        Self { pace: Pace::OnTheClock(seconds), ..self }
    }

    pub(super) fn together(self, mean_seconds: f64) -> Self {
        Self { pace: Pace::Together(mean_seconds), ..self }
    }

    pub(super) fn at_blocks(self, coin: Coin) -> Self {
        Self { pace: Pace::AtBlocks(coin), ..self }
    }

    /// Bytes of payload, least and most.
    pub(super) fn says(self, sent: (u32, u32), received: (u32, u32)) -> Self {
        Self { sent, received, ..self }
    }

    /// Says this as well, on the same long connection: of it, pace and sizes alone count.
    pub(super) fn beside(mut self, other: Self) -> Self {
        self.beside.push(other);
        self
    }

    /// When it is said, in order.
    fn times(&self, estate: &Estate, (from, to): (f64, f64), dice: &mut Dice) -> Vec<f64> {
        let mut times = match self.pace {
            Pace::Every(period, jitter) => {
                let first = from + dice.between(0.0, period);
                let mut times = ticks(period, (first, to));
                times.iter_mut().for_each(|second| *second += dice.between(0.0, jitter));
                times
            }
            Pace::Random(mean) => gaps(mean * dice.scaled(0.7, 1.4), (from, to), dice),
            Pace::ByDay(mean) => {
                let mut times = gaps(mean * dice.scaled(0.7, 1.4), (from, to), dice);
                times.retain(|second| dice.chance(busy(estate.window.start, *second)));
                times
            }
            Pace::Nightly => nights(estate.window.start, (from, to), dice),
            Pace::OnTheClock(period) => {
                let first = from - (estate.window.start as f64 + from).rem_euclid(period) + period;
                let late = dice.between(0.0, 3.0);
                ticks(period, (first + late, to))
            }
            Pace::Together(mean) => gaps(mean, (0.0, estate.window.seconds()), dice),
            Pace::AtBlocks(coin) => block_seconds(estate.seed, estate.window, coin)
                .into_iter()
                .map(|second| second + dice.gap(2.0))
                .collect(),
        };
        times.retain(|second| *second >= from && *second < to);
        times.sort_by(f64::total_cmp);
        times
    }
}

/// Lets a host do something all its life.
pub(super) fn practise(estate: &mut Estate, host: usize, habit: &Habit, number: usize) {
    let mut dice = estate.dice("habit", host * 1000 + number);
    match habit.stay {
        Stay::Long(hours) => {
            for peer in 0..habit.peers {
                stay(estate, host, habit, (peer, hours * HOUR), &mut dice);
            }
        }
        Stay::Brief | Stay::Transfer(..) => come_and_go(estate, host, habit, &mut dice),
    }
}

/// One long connection to a peer, opened anew when it breaks.
fn stay(
    estate: &mut Estate,
    host: usize,
    habit: &Habit,
    (peer, mean): (u32, f64),
    dice: &mut Dice,
) {
    let Some((name, remote)) = whom(estate, host, habit, peer, dice) else {
        return;
    };
    let window = estate.window;
    let factor = dice.scaled(0.6, 1.6);
    let (mut from, end) = estate.life(host);
    let mut running = from <= 0.0;
    while from < end {
        let to = end.min(from + dice.gap(mean).max(60.0));
        if !running {
            reach(estate, host, name.as_deref(), remote, from);
        }
        let mut conversation = begin(estate, host, habit, remote);
        if !running {
            conversation.open(window, from);
            hello(&mut conversation, estate, habit, from);
        }
        for message in said(estate, habit, (from, to), factor, dice) {
            conversation.say(window, message);
        }
        conversation.close(window, to);
        estate.keep(conversation);
        running = false;
        from = to + dice.between(1.0, 20.0);
    }
}

/// What is said on a connection between two instants, in order.
fn said(
    estate: &Estate,
    habit: &Habit,
    life: (f64, f64),
    factor: f64,
    dice: &mut Dice,
) -> Vec<Message> {
    let mut messages = of_habit(estate, habit, life, factor, dice);
    for other in &habit.beside {
        messages.extend(of_habit(estate, other, life, factor, dice));
    }
    messages.sort_by(|one, other| one.second.total_cmp(&other.second));
    messages
}

/// What one habit adds to that.
fn of_habit(
    estate: &Estate,
    habit: &Habit,
    (from, to): (f64, f64),
    factor: f64,
    dice: &mut Dice,
) -> Vec<Message> {
    let message = |second: f64, factor: f64, dice: &mut Dice| {
        let (sent, received) = sizes(habit, factor, dice);
        Message { second, sent, received }
    };
    if let (Pace::Together(_), Whom::Name(name)) = (habit.pace, habit.whom) {
        let mut source = Dice::new(estate.seed, name, &[]);
        let times = habit.times(estate, (0.0, estate.window.seconds()), &mut source);
        let all = times.into_iter().map(|second| message(second, 1.0, &mut source));
        // Each hears of it a moment later.
        let late = dice.between(0.0, 0.3);
        let heard = all.map(|message| Message { second: message.second + late, ..message });
        return heard.filter(|message| message.second > from && message.second < to).collect();
    }
    let times = habit.times(estate, (from, to), dice);
    times.into_iter().map(|second| message(second, factor, dice)).collect()
}

/// A connection for each thing that is said.
fn come_and_go(estate: &mut Estate, host: usize, habit: &Habit, dice: &mut Dice) {
    let factor = dice.scaled(0.6, 1.6);
    let window = estate.window;
    for second in habit.times(estate, estate.life(host), dice) {
        let peer = dice.whole(0, habit.peers.saturating_sub(1));
        let Some((name, remote)) = whom(estate, host, habit, peer, dice) else {
            return;
        };
        reach(estate, host, name.as_deref(), remote, second);
        let mut conversation = begin(estate, host, habit, remote);
        conversation.open(window, second);
        hello(&mut conversation, estate, habit, second);
        let (sent, received) = sizes(habit, factor, dice);
        let lasts = match habit.stay {
            Stay::Transfer(low, high) => dice.scaled(low, high),
            Stay::Long(_) | Stay::Brief => 0.0,
        };
        let parts = (lasts / f64::from(window.step)).ceil().max(1.0);
        for part in 0..parts as u32 {
            conversation.say(
                window,
                Message {
                    second: second + f64::from(part) * f64::from(window.step),
                    sent: (f64::from(sent) / parts) as u32,
                    received: (f64::from(received) / parts) as u32,
                },
            );
        }
        conversation.close(window, second + lasts);
        estate.keep(conversation);
    }
}

/// The name and address of a peer.
fn whom(
    estate: &Estate,
    host: usize,
    habit: &Habit,
    peer: u32,
    dice: &mut Dice,
) -> Option<(Option<String>, Ipv4Addr)> {
    match habit.whom {
        Whom::Name(pattern) => {
            let name = pattern.replace('#', &peer.to_string());
            let address = estate.outside(&name);
            Some((Some(name), address))
        }
        Whom::Strangers => {
            let crowd = dice.whole(0, habit.peers.saturating_mul(4));
            Some((None, estate.outside(&format!("stranger-{}-{crowd}", estate.number))))
        }
        Whom::Inside => {
            let count = estate.hosts.len();
            let other = (host + 1 + peer as usize) % count.max(1);
            (other != host).then(|| (None, estate.address(other)))
        }
    }
}

fn reach(estate: &mut Estate, host: usize, name: Option<&str>, remote: Ipv4Addr, second: f64) {
    if let Some(name) = name {
        estate.look_up(host, name, remote, second);
    }
}

fn begin(
    estate: &mut Estate,
    host: usize,
    habit: &Habit,
    remote: Ipv4Addr,
) -> super::traffic::Conversation {
    match habit.whom {
        Whom::Strangers => estate.visited(host, habit.carrier, remote, habit.port),
        Whom::Name(_) | Whom::Inside => {
            estate.conversation(host, habit.carrier, (remote, habit.port))
        }
    }
}

/// The handshake, where the port is one of TLS.
fn hello(
    conversation: &mut super::traffic::Conversation,
    estate: &Estate,
    habit: &Habit,
    second: f64,
) {
    if habit.carrier.protocol == Carrier::TCP.protocol && TLS_PORTS.contains(&habit.port) {
        let (ours, theirs) = TLS_HELLO;
        let (sent, received) = if conversation.inbound { (theirs, ours) } else { (ours, theirs) };
        conversation.say(estate.window, Message { second, sent, received });
    }
}

fn sizes(habit: &Habit, factor: f64, dice: &mut Dice) -> (u32, u32) {
    let mut size = |(low, high): (u32, u32)| {
        // What has one size only has that everywhere.
        let factor = if low == high { 1.0 } else { factor };
        (dice.scaled(f64::from(low.max(1)), f64::from(high.max(1))) * factor) as u32
            * u32::from(high > 0)
    };
    (size(habit.sent), size(habit.received))
}
