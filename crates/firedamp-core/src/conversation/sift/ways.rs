//! Which ways packets went.

use crate::{
    conversation::Parties,
    event::{Counters, Flow, Phase, Side},
};

/// The ways that packets of a conversation were seen to go; joins by "or".
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Ways(u8);

impl Ways {
    /// Client to server.
    const UP: u8 = 1;
    /// Server to client.
    const DOWN: u8 = 2;
    /// A record without counters, which speaks of no way.
    const UNCOUNTED: u8 = 4;

    /// What one record tells. Amazon's and Google's speak of one way, Azure's of both.
    pub(super) fn of(flow: &Flow<'_>, parties: &Parties) -> Self {
        let (up, down) = match parties.client_side {
            Side::Source => (flow.sent, flow.returned),
            Side::Destination => (flow.returned, flow.sent),
        };
        let seen = |counters: Counters, way: u8| match counters {
            Counters { packets: 0, bytes: 0 } => 0,
            _ => way,
        };
        match seen(up, Self::UP) | seen(down, Self::DOWN) {
            // Version 1 of Azure's security group logs and its firewall count nothing, and an Amazon log
            // may be ordered without counters. Azure's record that a connection began has none either;
            // but there counters follow, and one to nobody looks the same.
            0 if flow.phase == Phase::Window => Self(Self::UNCOUNTED),
            ways => Self(ways),
        }
    }

    pub(super) const fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether there was an answer, or nobody counts packets and there may have been one. What the
    /// second look makes of a conversation needs sizes of packets both ways: who never got an answer
    /// has no footprint. Of samples (Google) one way may be missing in a record, or in ten minutes;
    /// where it is missing for as long as a footprint of samples takes, there is no footprint either.
    pub(super) const fn are_answered(self) -> bool {
        let counted = self.0 & (Self::UP | Self::DOWN);
        counted == Self::UP | Self::DOWN || self.0 == Self::UNCOUNTED
    }
}
