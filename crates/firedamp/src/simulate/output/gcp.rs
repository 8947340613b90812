//! Google VPC flow logs: a JSON line a direction and window, of the packets that were sampled.
//!
//! About one packet in thirty is looked at and what is seen is scaled up: a thin conversation is
//! told of in some windows only, and by multiples of thirty packets. Bytes are payload. A window begins
//! and ends with the first and the last packet that was seen.

use firedamp_core::time::Time;

use super::{digits, order::Order};
use crate::simulate::{
    dice::Dice,
    estate::{Estate, Host},
    traffic::{Cell, Conversation, Instant},
};

/// One packet in so many is sampled.
const SAMPLED_ONE_IN: u32 = 30;
/// Up to so many sampled packets are told apart by size, small from large.
const FEW_PACKETS: u32 = 8;
const RECORD_BYTES: usize = 620;

/// What a conversation's records are made of, one for each direction.
struct Frame {
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// What was seen of one direction in a window.
struct Seen {
    packets: u64,
    /// Of payload.
    bytes: u64,
    /// Seconds of the window.
    first: f32,
    last: f32,
}

/// Every entry of the account, in the order of time.
pub(super) fn flows(estate: &Estate) -> Vec<u8> {
    let frames: Vec<[Frame; 2]> = estate
        .conversations
        .iter()
        .map(|one| [frame(estate, one, true), frame(estate, one, false)])
        .collect();
    let instants: Vec<Vec<Instant>> = estate.conversations.iter().map(sorted).collect();
    let mut text = Vec::new();
    let mut order = Order::new(&estate.conversations);
    let mut dice = estate.dice("sampling", 0);
    for bin in 0..estate.window.bins {
        let begin = estate.window.begin(bin);
        let stamp = stamp(estate.window.begin(bin + 1));
        for index in order.at(bin) {
            let found = estate.conversations.get(*index).zip(frames.get(*index));
            let Some((conversation, frames)) = found else { continue };
            let cell = conversation.cells.get(bin - conversation.first);
            let moments = instants.get(*index).map_or(&[][..], |all| within(all, bin));
            let seen = look(&mut dice, conversation, cell.copied().unwrap_or_default(), moments);
            for (frame, seen) in frames.iter().zip(seen) {
                if let Some(seen) = seen {
                    entry(&mut text, frame, &stamp, begin, &seen);
                }
            }
        }
    }
    text
}

/// The moments of a conversation's packets, by record.
fn sorted(conversation: &Conversation) -> Vec<Instant> {
    let mut instants = conversation.instants.clone().unwrap_or_default();
    instants.sort_by_key(|instant| instant.bin);
    instants
}

fn within(instants: &[Instant], bin: usize) -> &[Instant] {
    let from = instants.partition_point(|instant| instant.bin < bin);
    let rest = instants.get(from..).unwrap_or_default();
    rest.get(..rest.partition_point(|instant| instant.bin == bin)).unwrap_or_default()
}

/// What is seen of both directions in one record.
fn look(
    dice: &mut Dice,
    conversation: &Conversation,
    cell: Cell,
    moments: &[Instant],
) -> [Option<Seen>; 2] {
    let headers = u64::from(conversation.carrier.packet_headers());
    let mut one = |packets: u32, bytes: u64, of: fn(&Instant) -> u32| {
        let payload = bytes.saturating_sub(u64::from(packets) * headers);
        let (kept, bytes) = sample(dice, packets, payload)?;
        let (first, last) = moments_of(dice, moments, kept, of);
        let scale = u64::from(SAMPLED_ONE_IN);
        Some(Seen { packets: u64::from(kept) * scale, bytes: bytes * scale, first, last })
    };
    [
        one(cell.sent_packets, cell.sent_bytes, |instant| instant.sent_packets),
        one(cell.received_packets, cell.received_bytes, |instant| instant.received_packets),
    ]
}

/// How many packets are seen, and their payload, if any is.
fn sample(dice: &mut Dice, packets: u32, payload: u64) -> Option<(u32, u64)> {
    if packets == 0 {
        return None;
    }
    let kept = dice.thinned(packets, 1.0 / f64::from(SAMPLED_ONE_IN));
    let mean = payload as f64 / f64::from(packets);
    let seen: f64 = match kept {
        0 => return None,
        // Half of few packets only confirm, the others carry all.
        1..=FEW_PACKETS => (0..kept).map(|_| if dice.chance(0.5) { 0.0 } else { 2.0 * mean }).sum(),
        _ => mean * f64::from(kept),
    };
    Some((kept, seen as u64))
}

/// When the first and the last of the packets came that were seen.
fn moments_of(
    dice: &mut Dice,
    moments: &[Instant],
    kept: u32,
    of: fn(&Instant) -> u32,
) -> (f32, f32) {
    let packets: u32 = moments.iter().map(of).sum();
    let mut seconds: Vec<f32> = (0..kept.min(FEW_PACKETS))
        .filter_map(|_| {
            let mut at = dice.whole(0, packets.saturating_sub(1));
            let chosen = moments.iter().find(|instant| {
                let is_here = at < of(instant);
                at = at.saturating_sub(of(instant));
                is_here
            })?;
            Some(chosen.second + dice.between(0.0, chosen.within.into()) as f32)
        })
        .collect();
    seconds.sort_by(f32::total_cmp);
    let [first, .., last] = seconds.as_slice() else {
        let only = seconds.first().copied().unwrap_or_default();
        return (only, only);
    };
    (*first, *last)
}

fn stamp(end: i64) -> String {
    let stamp = Time::from_seconds(end + 4);
    format!(r#""timestamp":"{stamp}","jsonPayload":{{"connection":{{"#)
}

fn entry(text: &mut Vec<u8>, frame: &Frame, stamp: &str, begin: i64, seen: &Seen) {
    text.reserve(RECORD_BYTES);
    text.extend_from_slice(&frame.head);
    text.extend_from_slice(stamp.as_bytes());
    text.extend_from_slice(&frame.tail);
    text.extend_from_slice(b"\"bytes_sent\":\"");
    digits(text, seen.bytes);
    text.extend_from_slice(b"\",\"packets_sent\":\"");
    digits(text, seen.packets);
    let time = |second: f32| Time::from_millis(begin * 1000 + (second * 1000.0) as i64);
    let span =
        format!(r#"","start_time":"{}","end_time":"{}"}}}}"#, time(seen.first), time(seen.last));
    text.extend_from_slice(span.as_bytes());
    text.push(b'\n');
}

fn frame(estate: &Estate, conversation: &Conversation, sent: bool) -> Frame {
    let id = &estate.id;
    let Conversation { host, local_port, remote, remote_port, carrier, .. } = conversation;
    let own = estate.address(*host);
    let here = (own, *local_port);
    let there = (*remote, *remote_port);
    let (from, to) = if sent { (here, there) } else { (there, here) };
    let instance = estate.hosts.get(*host).map(|host| instance(id, host, sent)).unwrap_or_default();
    let region = estate.hosts.get(*host).map_or("", |host| host.region);
    Frame {
        head: format!(
            r#"{{"insertId":"{:x}","logName":"projects/{id}/logs/compute.googleapis.com%2Fvpc_flows","resource":{{"type":"gce_subnetwork","labels":{{"project_id":"{id}","location":"{region}-b"}}}},"#,
            u32::from(own) ^ u32::from(*local_port)
        )
        .into(),
        tail: format!(
            r#""src_ip":"{}","src_port":{},"dest_ip":"{}","dest_port":{},"protocol":{}}},{instance},"#,
            from.0, from.1, to.0, to.1, carrier.protocol
        )
        .into(),
    }
}

/// Who tells, and what machine that is.
fn instance(id: &str, host: &Host, sent: bool) -> String {
    let Host { name, region, .. } = host;
    let (reporter, side) = if sent { ("SRC", "src") } else { ("DEST", "dest") };
    format!(
        r#""reporter":"{reporter}","{side}_instance":{{"project_id":"{id}","vm_name":"{name}","region":"{region}","zone":"{region}-b"}},"{side}_vpc":{{"project_id":"{id}","vpc_name":"default","subnetwork_name":"default"}}"#
    )
}
