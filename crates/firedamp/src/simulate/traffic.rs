//! Conversations: what two endpoints sent each other, counted by the flow log's windows.

use std::net::Ipv4Addr;

/// The time that is made up: when it begins, how long it is, and how long a flow record counts.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// Epoch seconds.
    pub(super) start: i64,
    /// How many records' lengths fit.
    pub(super) bins: usize,
    /// Seconds that one record counts.
    pub(super) step: u32,
}

impl Window {
    /// How long it is.
    pub(super) fn seconds(self) -> f64 {
        self.bins as f64 * f64::from(self.step)
    }

    /// The record that counts this second.
    pub(super) fn bin(self, second: f64) -> usize {
        (second / f64::from(self.step)) as usize
    }

    /// When a record begins to count, epoch seconds.
    pub(super) fn begin(self, bin: usize) -> i64 {
        self.start + bin as i64 * i64::from(self.step)
    }
}

/// What one side sends at one instant, and what it gets back at once.
#[derive(Clone, Copy, Default)]
pub(super) struct Message {
    /// Seconds from the window's begin.
    pub(super) second: f64,
    /// Bytes of payload that the local side sends.
    pub(super) sent: u32,
    /// Bytes of payload that it receives.
    pub(super) received: u32,
}

/// What one record counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) sent_bytes: u64,
    pub(super) received_bytes: u64,
    pub(super) sent_packets: u32,
    pub(super) received_packets: u32,
}

impl Cell {
    pub(super) const fn is_empty(&self) -> bool {
        self.sent_packets == 0 && self.received_packets == 0
    }

    /// The same, seen from the other side.
    pub(super) const fn turned(self) -> Self {
        Self {
            sent_bytes: self.received_bytes,
            received_bytes: self.sent_bytes,
            sent_packets: self.received_packets,
            received_packets: self.sent_packets,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.sent_bytes += other.sent_bytes;
        self.received_bytes += other.received_bytes;
        self.sent_packets += other.sent_packets;
        self.received_packets += other.received_packets;
    }
}

/// Packets of one moment, for logs that tell when a packet was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Instant {
    /// Which record counts them.
    pub(super) bin: usize,
    /// Seconds into that record.
    pub(super) second: f32,
    /// They came at any time within so many seconds after that.
    pub(super) within: f32,
    pub(super) sent_packets: u32,
    pub(super) received_packets: u32,
}

/// How bytes of payload become packets.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Carrier {
    /// The protocol's number.
    pub(super) protocol: u8,
    /// Bytes of payload in a full packet.
    segment: u32,
    /// Bytes that an envelope adds to each packet.
    envelope: u32,
    /// Packets are filled up to a multiple of this.
    multiple: u32,
}

/// IP and TCP headers with time stamps.
const TCP_HEADERS: u32 = 52;
const UDP_HEADERS: u32 = 28;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// A cell of Tor's, within its TLS record, counts 543 bytes.
const TOR_CELL: u32 = 543;
/// The payload of a full packet on the way through the Internet.
const SEGMENT: u32 = 1448;

impl Carrier {
    /// TCP.
    pub(super) const TCP: Self = Self { protocol: TCP, segment: SEGMENT, envelope: 0, multiple: 1 };
    /// UDP.
    pub(super) const UDP: Self = Self { protocol: UDP, segment: 1200, envelope: 0, multiple: 1 };
    /// TCP in packets in UDP, sealed: some 60 % more for small packets.
    pub(super) const VPN: Self =
        Self { protocol: UDP, segment: 1300, envelope: TCP_HEADERS + 32, multiple: 16 };
    /// TCP with everything in cells.
    pub(super) const TOR: Self =
        Self { protocol: TCP, segment: TOR_CELL, envelope: 0, multiple: TOR_CELL };

    /// The same, with packets of at most `segment` bytes.
    pub(super) const fn in_packets_of(self, segment: u32) -> Self {
        Self { segment, ..self }
    }

    /// IP and TCP or UDP headers of a packet, without what an envelope adds inside.
    pub(super) const fn packet_headers(self) -> u32 {
        if self.protocol == TCP { TCP_HEADERS } else { UDP_HEADERS }
    }

    const fn headers(self) -> u32 {
        self.packet_headers() + self.envelope
    }

    /// Whether receipt is confirmed by packets of their own.
    const fn confirms(self) -> bool {
        self.protocol == TCP || self.envelope > 0
    }

    /// What a message costs on the wire: every second packet is confirmed, with the answer where
    /// there is one.
    pub(super) fn cell(self, sent: u32, received: u32) -> Cell {
        let packets = |payload: u32| payload.div_ceil(self.segment.max(1));
        let (there, back) = (packets(sent), packets(received));
        let confirming = |of: u32, answered: u32| {
            if self.confirms() { of.div_ceil(2).saturating_sub(answered) } else { 0 }
        };
        let (sent_confirms, received_confirms) =
            (confirming(back, 0), confirming(there, u32::from(back > 0)));
        let bytes = |payload: u32, packets: u32, confirms: u32| {
            let filled = u64::from(payload.div_ceil(self.multiple)) * u64::from(self.multiple);
            filled + u64::from(packets + confirms) * u64::from(self.headers())
        };
        Cell {
            sent_bytes: bytes(sent, there, sent_confirms),
            received_bytes: bytes(received, back, received_confirms),
            sent_packets: there + sent_confirms,
            received_packets: back + received_confirms,
        }
    }

    /// Counters of TCP in clear text as they are in this carrier: every second packet holds a record
    /// to which sealing adds `record` bytes.
    pub(super) fn wrapped(self, cell: Cell, record: u32) -> Cell {
        let outer = if self.envelope > 0 { UDP_HEADERS + self.envelope - TCP_HEADERS } else { 0 };
        let added = |packets: u32| {
            u64::from(packets.div_ceil(2) * record) + u64::from(packets) * u64::from(outer)
        };
        Cell {
            sent_bytes: cell.sent_bytes + added(cell.sent_packets),
            received_bytes: cell.received_bytes + added(cell.received_packets),
            ..cell
        }
    }

    /// Opening a connection.
    const fn opening(self) -> Cell {
        let headers = self.headers() as u64;
        let (there, back) = if self.confirms() { (2, 1) } else { (0, 0) };
        Cell {
            sent_bytes: there * headers + back * 8,
            received_bytes: back * (headers + 8),
            sent_packets: there as u32,
            received_packets: back as u32,
        }
    }

    /// Closing it, in good order.
    const fn closing(self) -> Cell {
        let packets: u32 = if self.confirms() { 2 } else { 0 };
        let bytes = packets as u64 * self.headers() as u64;
        Cell {
            sent_bytes: bytes,
            received_bytes: bytes,
            sent_packets: packets,
            received_packets: packets,
        }
    }
}

impl Instant {
    /// The same, seen from the other side.
    const fn turned(self) -> Self {
        Self { sent_packets: self.received_packets, received_packets: self.sent_packets, ..self }
    }
}

/// A connection of a host's: its two ends, and what each record of it counts.
#[derive(Clone)]
pub(super) struct Conversation {
    /// Which host.
    pub(super) host: usize,
    /// Whether the other side opened it.
    pub(super) inbound: bool,
    pub(super) carrier: Carrier,
    pub(super) local_port: u16,
    pub(super) remote: Ipv4Addr,
    pub(super) remote_port: u16,
    /// Whether its beginning lies in the window.
    pub(super) opened: bool,
    /// Whether its end does.
    pub(super) closed: bool,
    /// The record that counts first.
    pub(super) first: usize,
    /// What each record counts, from `first` on.
    pub(super) cells: Vec<Cell>,
    /// When its packets came, in no order; none where no log tells.
    pub(super) instants: Option<Vec<Instant>>,
}

impl Conversation {
    /// Adds to the record that counts `second`; what is outside the window goes nowhere.
    pub(super) fn add(&mut self, window: Window, second: f64, cell: Cell) {
        self.add_within(window, second, 0.0, cell);
    }

    /// The same for packets that came at any time within so many seconds after that.
    pub(super) fn add_within(&mut self, window: Window, second: f64, within: f32, cell: Cell) {
        let bin = window.bin(second.max(0.0));
        if bin >= window.bins {
            return;
        }
        if self.cells.is_empty() {
            self.first = bin;
        }
        let at = bin.saturating_sub(self.first);
        if let Some(instants) = &mut self.instants {
            instants.push(Instant {
                bin: self.first + at,
                second: (second.max(0.0) % f64::from(window.step)) as f32,
                within,
                sent_packets: cell.sent_packets,
                received_packets: cell.received_packets,
            });
        }
        if at >= self.cells.len() {
            self.cells.resize(at + 1, Cell::default());
        }
        if let Some(to) = self.cells.get_mut(at) {
            to.add(cell);
        }
    }

    /// Adds a message.
    pub(super) fn say(&mut self, window: Window, message: Message) {
        self.add(window, message.second, self.carrier.cell(message.sent, message.received));
    }

    /// Notes that it begins.
    pub(super) fn open(&mut self, window: Window, second: f64) {
        self.opened = true;
        let opening = self.carrier.opening();
        self.add(window, second, if self.inbound { opening.turned() } else { opening });
    }

    /// Notes that it ends.
    pub(super) fn close(&mut self, window: Window, second: f64) {
        self.closed = window.bin(second) < window.bins;
        self.add(window, second, self.carrier.closing());
    }

    /// The same, as the other end of it sees it, when that is a host too.
    pub(super) fn mirrored(&self, host: usize, own: Ipv4Addr) -> Self {
        Self {
            host,
            inbound: !self.inbound,
            local_port: self.remote_port,
            remote: own,
            remote_port: self.local_port,
            cells: self.cells.iter().map(|cell| cell.turned()).collect(),
            instants: self
                .instants
                .as_ref()
                .map(|all| all.iter().map(|one| one.turned()).collect()),
            ..*self
        }
    }
}
