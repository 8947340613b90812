//! Amazon VPC Flow Logs: text, the default fields of version 2, a record a direction.

use super::{digits, order::Order};
use crate::simulate::{
    estate::Estate,
    traffic::{Cell, Conversation},
};

const HEADER: &[u8] = b"version account-id interface-id srcaddr dstaddr srcport dstport protocol \
packets bytes start end action log-status\n";
/// A record is about as long.
const RECORD_BYTES: usize = 120;

/// What a conversation's records begin with, one for each direction.
struct Begins {
    sent: Vec<u8>,
    received: Vec<u8>,
}

/// Every record of the account, in the order of time.
pub(super) fn flows(estate: &Estate) -> Vec<u8> {
    let begins: Vec<Begins> =
        estate.conversations.iter().map(|conversation| begins(estate, conversation)).collect();
    let cells: usize = estate.conversations.iter().map(|one| one.cells.len()).sum();
    let mut text = Vec::with_capacity(HEADER.len() + cells * 2 * RECORD_BYTES);
    text.extend_from_slice(HEADER);
    let mut order = Order::new(&estate.conversations);
    let window = estate.window;
    for bin in 0..window.bins {
        let begin = window.begin(bin);
        let end = format!(" {begin} {} ACCEPT OK\n", begin + i64::from(window.step));
        for index in order.at(bin) {
            let found = estate.conversations.get(*index).zip(begins.get(*index));
            let Some((conversation, begins)) = found else { continue };
            let cell = conversation.cells.get(bin - conversation.first);
            write(&mut text, begins, cell.copied().unwrap_or_default(), end.as_bytes());
        }
    }
    text
}

fn write(text: &mut Vec<u8>, begins: &Begins, cell: Cell, end: &[u8]) {
    if cell.sent_packets > 0 {
        record(text, &begins.sent, cell.sent_packets, cell.sent_bytes, end);
    }
    if cell.received_packets > 0 {
        record(text, &begins.received, cell.received_packets, cell.received_bytes, end);
    }
}

fn record(text: &mut Vec<u8>, begin: &[u8], packets: u32, bytes: u64, end: &[u8]) {
    text.extend_from_slice(begin);
    digits(text, packets.into());
    text.push(b' ');
    digits(text, bytes);
    text.extend_from_slice(end);
}

fn begins(estate: &Estate, conversation: &Conversation) -> Begins {
    let Conversation { host, local_port, remote, remote_port, carrier, .. } = conversation;
    let own = estate.address(*host);
    let card = estate.hosts.get(*host).map_or("-", |host| &host.card);
    let (id, protocol) = (&estate.id, carrier.protocol);
    let sent = format!("2 {id} {card} {own} {remote} {local_port} {remote_port} {protocol} ");
    let received = format!("2 {id} {card} {remote} {own} {remote_port} {local_port} {protocol} ");
    Begins { sent: sent.into(), received: received.into() }
}
