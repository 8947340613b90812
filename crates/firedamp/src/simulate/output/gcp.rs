//! Google VPC flow logs: a JSON line a direction and window, of the packets that were sampled.
//!
//! About one packet in thirty is looked at and what is seen is scaled up: a thin conversation is
//! told of in some windows only, and by multiples of thirty packets.

use firedamp_core::time::Time;

use super::{digits, order::Order};
use crate::simulate::{
    dice::Dice,
    estate::{Estate, Host},
    traffic::Conversation,
};

/// One packet in so many is sampled.
const SAMPLED_ONE_IN: u32 = 30;
/// Up to so many sampled packets are told apart by size, small from large.
const FEW_PACKETS: u32 = 8;
/// A packet that only confirms.
const SMALL_PACKET_BYTES: f64 = 52.0;
const RECORD_BYTES: usize = 620;

/// What a conversation's records are made of, one for each direction.
struct Frame {
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// The times of a window, as the entries write them.
struct Times {
    stamp: String,
    span: String,
}

/// Every entry of the account, in the order of time.
pub(super) fn flows(estate: &Estate) -> Vec<u8> {
    let frames: Vec<[Frame; 2]> = estate
        .conversations
        .iter()
        .map(|one| [frame(estate, one, true), frame(estate, one, false)])
        .collect();
    let mut text = Vec::new();
    let mut order = Order::new(&estate.conversations);
    let mut dice = estate.dice("sampling", 0);
    for bin in 0..estate.window.bins {
        let times = times(estate, bin);
        for index in order.at(bin) {
            let found = estate.conversations.get(*index).zip(frames.get(*index));
            let Some((conversation, [sent, received])) = found else { continue };
            let cell = conversation.cells.get(bin - conversation.first);
            let cell = cell.copied().unwrap_or_default();
            let counts = [
                (sent, cell.sent_packets, cell.sent_bytes),
                (received, cell.received_packets, cell.received_bytes),
            ];
            for (frame, packets, bytes) in counts {
                if let Some(seen) = sample(&mut dice, packets, bytes) {
                    entry(&mut text, frame, &times, seen);
                }
            }
        }
    }
    text
}

/// The packets and bytes that are told of, if any packet was sampled.
fn sample(dice: &mut Dice, packets: u32, bytes: u64) -> Option<(u64, u64)> {
    if packets == 0 {
        return None;
    }
    let scale = u64::from(SAMPLED_ONE_IN);
    let kept = dice.thinned(packets, 1.0 / f64::from(SAMPLED_ONE_IN));
    let mean = bytes as f64 / f64::from(packets);
    let seen: f64 = match kept {
        0 => return None,
        1..=FEW_PACKETS if mean > SMALL_PACKET_BYTES => {
            let large = 2.0 * mean - SMALL_PACKET_BYTES;
            (0..kept).map(|_| if dice.chance(0.5) { SMALL_PACKET_BYTES } else { large }).sum()
        }
        _ => mean * f64::from(kept),
    };
    Some((u64::from(kept) * scale, seen as u64 * scale))
}

fn times(estate: &Estate, bin: usize) -> Times {
    let window = estate.window;
    let begin = Time::from_seconds(window.begin(bin));
    let end = Time::from_seconds(window.begin(bin + 1) - 1);
    let stamp = Time::from_seconds(window.begin(bin + 1) + 4);
    Times {
        stamp: format!(r#""timestamp":"{stamp}","jsonPayload":{{"connection":{{"#),
        span: format!(r#"","start_time":"{begin}","end_time":"{end}""#),
    }
}

fn entry(text: &mut Vec<u8>, frame: &Frame, times: &Times, (packets, bytes): (u64, u64)) {
    text.reserve(RECORD_BYTES);
    text.extend_from_slice(&frame.head);
    text.extend_from_slice(times.stamp.as_bytes());
    text.extend_from_slice(&frame.tail);
    text.extend_from_slice(b"\"bytes_sent\":\"");
    digits(text, bytes);
    text.extend_from_slice(b"\",\"packets_sent\":\"");
    digits(text, packets);
    text.extend_from_slice(times.span.as_bytes());
    text.extend_from_slice(b"}}\n");
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
