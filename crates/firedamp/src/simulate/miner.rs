//! One connection of a miner's: logins, jobs, shares, and what is done to hide them.

use std::net::Ipv4Addr;

use super::{
    captures::Captures,
    coin::Coin,
    dice::Dice,
    estate::Estate,
    traffic::{Carrier, Conversation, Message},
};

/// Where a miner's words go, and how.
#[derive(Clone)]
pub(super) struct Route {
    /// The name that is looked up; none when nobody asks the resolver.
    pub(super) name: Option<String>,
    pub(super) remote: (Ipv4Addr, u16),
    pub(super) carrier: Carrier,
    pub(super) tls: bool,
    /// The pool as the miner was told it.
    pub(super) told: String,
    /// Where names are asked for over HTTPS.
    pub(super) secret_resolver: Option<Ipv4Addr>,
}

/// How a miner works.
#[derive(Clone)]
pub(super) struct Work<'a> {
    pub(super) coin: Coin,
    /// When its pool has new jobs, and how large they are.
    pub(super) jobs: &'a [(f64, u32)],
    /// Seconds from share to share.
    pub(super) share_gap: f64,
    /// Whether the pool lets miners say that they live.
    pub(super) keepalive: bool,
    /// The most seconds that a job is held back.
    pub(super) delay: f64,
    /// The most bytes of noise a minute and direction.
    pub(super) padding: u32,
}

/// Seconds from one loss of the connection to the next.
const CONNECTION_SECONDS: f64 = 6.0 * 3600.0;
/// A miner that heard nothing for so long says that it lives (xmrig).
const KEEPALIVE_SECONDS: f64 = 60.0;
const KEEPALIVE: (u32, u32) = (84, 63);
/// What TLS adds to each record.
const TLS_RECORD: u32 = 29;
/// Most that a pool's push comes later at one miner than at another.
const PUSH_SPREAD_SECONDS: f64 = 1.0;
/// What asking for a name over HTTPS takes.
const SECRET_LOOKUP: (u32, u32) = (900, 4200);

/// Lets a host mine between two instants.
pub(super) fn mine(
    estate: &mut Estate,
    host: usize,
    work: &Work<'_>,
    route: &Route,
    life: (f64, f64),
) {
    let mut dice = estate.dice("miner", host);
    let (mut from, until) = life;
    while from < until {
        let to = until.min(from + dice.gap(CONNECTION_SECONDS));
        find(estate, host, route, from);
        let mut messages = words(work, &mut dice, (from, to));
        dress(&mut messages, work, route, &mut dice, (from, to));
        let conversation = speak(estate, host, route, (from, to), &messages);
        estate.keep(conversation);
        from = to + dice.between(5.0, 20.0);
    }
}

/// Lets a host repeat a real miner's minutes between two instants.
pub(super) fn replay(
    estate: &mut Estate,
    host: usize,
    captures: &Captures,
    work: &Work<'_>,
    route: &Route,
    life: (f64, f64),
) {
    let (from, to) = life;
    find(estate, host, route, from);
    let mut dice = estate.dice("replay", host);
    let minutes = ((to - from) / 60.0).max(0.0) as usize;
    let (sent, received) = work.coin.speech().login;
    let mut messages = vec![Message { second: from + 0.3, sent, received }];
    dress(&mut messages, work, route, &mut dice, life);
    let mut conversation = speak(estate, host, route, life, &messages);
    let record = if route.tls { TLS_RECORD } else { 0 };
    for (minute, cell) in captures.replay(&mut dice, minutes).into_iter().enumerate() {
        // Into the minute in which the connection began, not across its end.
        let second = from + minute as f64 * 60.0;
        conversation.add_within(estate.window, second, 60.0, route.carrier.wrapped(cell, record));
    }
    estate.keep(conversation);
}

/// Learns where the pool is.
fn find(estate: &mut Estate, host: usize, route: &Route, second: f64) {
    if let Some(name) = &route.name {
        estate.look_up(host, name, route.remote.0, second);
    }
    if let Some(resolver) = route.secret_resolver {
        let window = estate.window;
        let mut question = estate.conversation(host, Carrier::TCP, (resolver, 443));
        question.open(window, second);
        let (sent, received) = SECRET_LOOKUP;
        question.say(window, Message { second, sent, received });
        question.close(window, second + 1.0);
        estate.keep(question);
    }
}

/// What miner and pool say to each other, in order.
fn words(work: &Work<'_>, dice: &mut Dice, (from, to): (f64, f64)) -> Vec<Message> {
    let speech = work.coin.speech();
    let (sent, received) = speech.login;
    let mut messages = vec![Message { second: from + 0.3, sent, received }];
    for (second, size) in work.jobs {
        let late = dice.between(0.0, PUSH_SPREAD_SECONDS) + dice.between(0.0, work.delay);
        messages.push(Message { second: second + late, sent: 0, received: *size });
    }
    let mut second = from + 0.3 + dice.gap(work.share_gap);
    while second < to {
        let sent = dice.whole(speech.share.0, speech.share.1);
        let received = dice.whole(speech.reply.0, speech.reply.1);
        messages.push(Message { second, sent, received });
        second += dice.gap(work.share_gap);
    }
    messages.retain(|message| message.second > from && message.second < to);
    messages.sort_by(|a, b| a.second.total_cmp(&b.second));
    if work.keepalive {
        let kept = kept_alive(&messages, to);
        messages.extend(kept);
    }
    messages
}

/// The signs of life in the silences.
fn kept_alive(messages: &[Message], to: f64) -> Vec<Message> {
    let ends = messages.iter().skip(1).map(|message| message.second).chain([to]);
    let (sent, received) = KEEPALIVE;
    let mut signs = Vec::new();
    for (message, end) in messages.iter().zip(ends) {
        let mut second = message.second + KEEPALIVE_SECONDS;
        while second < end {
            signs.push(Message { second, sent, received });
            second += KEEPALIVE_SECONDS;
        }
    }
    signs
}

/// Adds noise, and what sealing takes.
fn dress(
    messages: &mut Vec<Message>,
    work: &Work<'_>,
    route: &Route,
    dice: &mut Dice,
    life: (f64, f64),
) {
    messages.extend(noise(work.padding, dice, life));
    if route.carrier == Carrier::TOR {
        messages.extend(idle_cells(dice, life));
    }
    if route.tls {
        for message in messages.iter_mut() {
            let sealed = |bytes: u32| if bytes > 0 { bytes + TLS_RECORD } else { 0 };
            (message.sent, message.received) = (sealed(message.sent), sealed(message.received));
        }
        messages.push(Message {
            second: life.0 + 0.1,
            sent: dice.whole(500, 700),
            received: dice.whole(1500, 4500),
        });
    }
}

/// Random bytes, some in each minute.
fn noise(padding: u32, dice: &mut Dice, (from, to): (f64, f64)) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut minute = from;
    while padding > 0 && minute < to {
        let second = (minute + dice.between(0.0, 60.0)).min(to);
        let sent = dice.whole(0, padding);
        messages.push(Message { second, sent, received: dice.whole(0, padding) });
        minute += 60.0;
    }
    messages
}

/// Tor fills silences with empty cells, lest routers' flow logs tell them.
fn idle_cells(dice: &mut Dice, (from, to): (f64, f64)) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut second = from;
    while second < to {
        let cell = Message { second, sent: 1, received: 0 };
        messages.push(if dice.chance(0.5) {
            cell
        } else {
            Message { sent: 0, received: 1, ..cell }
        });
        second += dice.between(1.5, 9.5);
    }
    messages
}

/// The messages on their way.
fn speak(
    estate: &mut Estate,
    host: usize,
    route: &Route,
    (from, to): (f64, f64),
    messages: &[Message],
) -> Conversation {
    let window = estate.window;
    let mut conversation = estate.conversation(host, route.carrier, route.remote);
    conversation.open(window, from);
    messages.iter().for_each(|message| conversation.say(window, *message));
    conversation.close(window, to);
    conversation
}
