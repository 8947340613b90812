//! Azure virtual network flow logs (version 4): a blob an hour, in it a record for each network card
//! and record's length, in it a tuple for each conversation: `B` when it begins, `C` while it goes
//! on, with what was sent since the tuple before, `E` when it ends.
//!
//! Azure itself tells of going on each five minutes; here the record's length says how often.

use firedamp_core::time::Time;

use super::{digits, order::Order};
use crate::simulate::{
    estate::Estate,
    traffic::{Cell, Conversation},
};

const HOUR_SECONDS: i64 = 3600;
const TUPLE_BYTES: usize = 90;

/// The blobs, by their paths below the account's folder.
pub(super) fn flows(estate: &Estate) -> Vec<(String, Vec<u8>)> {
    let ends: Vec<Vec<u8>> = estate.conversations.iter().map(|one| ends(estate, one)).collect();
    let mut order = Order::new(&estate.conversations);
    let window = estate.window;
    let mut blobs: Vec<(String, Vec<u8>)> = Vec::new();
    let mut hour = i64::MIN;
    for bin in 0..window.bins {
        let begin = window.begin(bin);
        if begin.div_euclid(HOUR_SECONDS) != hour {
            hour = begin.div_euclid(HOUR_SECONDS);
            blobs.push((path(begin), b"{\"records\":[".to_vec()));
        }
        if let Some((_, text)) = blobs.last_mut() {
            Blob { estate, text, ends: &ends, bin }.records(order.at(bin));
        }
    }
    for (_, text) in &mut blobs {
        // The comma behind the last record.
        if text.last() == Some(&b',') {
            text.pop();
        }
        text.extend_from_slice(b"]}\n");
    }
    blobs
}

/// Where the blob of an hour lies.
fn path(begin: i64) -> String {
    let time = Time::from_seconds(begin);
    let (year, month, day) = time.date();
    let hour = begin.div_euclid(HOUR_SECONDS).rem_euclid(24);
    format!("flowlog/y={year}/m={month:02}/d={day:02}/h={hour:02}/m=00/PT1H.json")
}

/// A blob that is being written.
struct Blob<'a> {
    estate: &'a Estate,
    text: &'a mut Vec<u8>,
    ends: &'a [Vec<u8>],
    bin: usize,
}

impl Blob<'_> {
    /// A record for each card that said something.
    fn records(&mut self, indices: &[usize]) {
        let conversations = &self.estate.conversations;
        let host = |index: &usize| conversations.get(*index).map(|one| one.host);
        for of_host in indices.chunk_by(|a, b| host(a) == host(b)) {
            let before = self.text.len();
            self.head(of_host.first().and_then(host).unwrap_or(0));
            let empty = self.text.len();
            for index in of_host {
                self.tuples(*index);
            }
            if self.text.len() == empty {
                self.text.truncate(before);
                continue;
            }
            self.text.pop();
            self.text.extend_from_slice(b"]}]}]}},");
        }
    }

    fn head(&mut self, host: usize) {
        let id = &self.estate.id;
        let time = Time::from_seconds(self.estate.window.begin(self.bin + 1));
        let host = self.estate.hosts.get(host);
        let (card, region) = host.map_or(("", ""), |host| (&host.card, host.region));
        let head = format!(
            r#"{{"time":"{time}","flowLogGUID":"{id}","macAddress":"{card}","category":"FlowLogFlowEvent","flowLogResourceID":"/SUBSCRIPTIONS/{id}/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER/FLOWLOGS/ALL","targetResourceID":"/subscriptions/{id}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v-{region}","operationName":"FlowLogFlowEvent","flowLogVersion":4,"flowRecords":{{"flows":[{{"aclID":"{id}","flowGroups":[{{"rule":"DefaultRule","flowTuples":["#
        );
        self.text.reserve(head.len() + TUPLE_BYTES);
        self.text.extend_from_slice(head.as_bytes());
    }

    /// What is to be told of a conversation in this record: its begin, its going on, its end.
    fn tuples(&mut self, index: usize) {
        let found = self.estate.conversations.get(index).zip(self.ends.get(index));
        let Some((conversation, ends)) = found else { return };
        let at = self.bin - conversation.first;
        let cell = conversation.cells.get(at).copied().unwrap_or_default();
        let last = at + 1 == conversation.cells.len() && conversation.closed;
        let window = self.estate.window;
        // Conversations are told of at instants of their own, not all at the full minute.
        let shift = (index as i64 * 7919) % 1000;
        let (begin, end) = (window.begin(self.bin) * 1000, window.begin(self.bin + 1) * 1000);
        if at == 0 && conversation.opened {
            self.tuple(begin + shift, ends, b'B', Cell::default());
        }
        if last {
            self.tuple(end - 1000 + shift, ends, b'E', turned(conversation, cell));
        } else if !cell.is_empty() {
            self.tuple(end - 1000 + shift, ends, b'C', turned(conversation, cell));
        }
    }

    fn tuple(&mut self, millis: i64, ends: &[u8], state: u8, cell: Cell) {
        let text = &mut *self.text;
        text.push(b'"');
        digits(text, millis.unsigned_abs());
        text.extend_from_slice(ends);
        text.push(state);
        text.extend_from_slice(b",NX,");
        digits(text, cell.sent_packets.into());
        text.push(b',');
        digits(text, cell.sent_bytes);
        text.push(b',');
        digits(text, cell.received_packets.into());
        text.push(b',');
        digits(text, cell.received_bytes);
        text.extend_from_slice(b"\",");
    }
}

/// Counters from the side of the one who opened the conversation.
const fn turned(conversation: &Conversation, cell: Cell) -> Cell {
    if conversation.inbound { cell.turned() } else { cell }
}

/// The middle of every tuple of a conversation: both ends, from the one who opened it, and which way.
fn ends(estate: &Estate, conversation: &Conversation) -> Vec<u8> {
    let Conversation { host, local_port, remote, remote_port, carrier, .. } = conversation;
    let own = estate.address(*host);
    let protocol = carrier.protocol;
    if conversation.inbound {
        format!(",{remote},{own},{remote_port},{local_port},{protocol},I,").into()
    } else {
        format!(",{own},{remote},{local_port},{remote_port},{protocol},O,").into()
    }
}
