//! Machines that live for minutes, one after the other at one server, read as one that lives for hours.
//!
//! Spot machines are replaced within the hour and functions within minutes: none of them talks long
//! enough to have a footprint. Whoever steps into another's place and calls the same server carries its
//! conversation on. Pieces are laid out in lanes, each at its own time, so that clocks still fit; what
//! runs at the same time goes into different lanes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Series, Talk, series::Minute};

/// A talk of so many minutes can be judged by itself.
const WHOLE_MINUTES: usize = 47;
/// Machines that make a relay.
const MACHINES_MIN: usize = 3;
/// A longer silence ends a lane.
const GAP_MINUTES_MAX: i64 = 15;
/// Lanes of one server: the fleet's largest number at a time.
const LANES_MAX: usize = 64;
/// A piece without so many minutes says nothing between its first and last, which are partial.
const PIECE_MINUTES_MIN: usize = 4;

/// The relays among these talks.
pub(super) fn relays(talks: &[Talk]) -> Vec<Talk> {
    let mut servers: BTreeMap<(std::net::IpAddr, u16), Vec<&Talk>> = BTreeMap::new();
    for talk in talks {
        let minutes = talk.series.minutes.len();
        if (PIECE_MINUTES_MIN..WHOLE_MINUTES).contains(&minutes) {
            servers.entry((talk.server.address, talk.server.port)).or_default().push(talk);
        }
    }
    servers.into_values().flat_map(|pieces| of_server(&pieces)).collect()
}

fn of_server(pieces: &[&Talk]) -> Vec<Talk> {
    let machines: BTreeSet<&str> = pieces.iter().map(|piece| piece.resource.as_str()).collect();
    if machines.len() < MACHINES_MIN {
        return Vec::new();
    }
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|piece| (piece.series.first_minute, piece.resource.clone()));
    let mut lanes: Vec<Vec<&Talk>> = Vec::new();
    for piece in pieces {
        let follows = |lane: &&mut Vec<&Talk>| {
            let gap = lane.last().map_or(0, |last| piece.series.first_minute - end(&last.series));
            (0..=GAP_MINUTES_MAX).contains(&gap)
        };
        let has_room = lanes.len() < LANES_MAX;
        match lanes.iter_mut().find(follows) {
            Some(lane) => lane.push(piece),
            None if has_room => lanes.push(vec![piece]),
            None => {}
        }
    }
    lanes.iter().filter_map(|lane| joined(lane)).collect()
}

/// The minute after the last.
const fn end(series: &Series) -> i64 {
    series.first_minute + series.minutes.len() as i64
}

fn joined(lane: &[&Talk]) -> Option<Talk> {
    let (first, last) = (lane.first()?, lane.last()?);
    let begin = first.series.first_minute;
    let mut minutes = Vec::new();
    for piece in lane {
        let offset = usize::try_from(piece.series.first_minute - begin).ok()?;
        // The first and the last minute of each machine are partial.
        let whole = 1..piece.series.minutes.len().saturating_sub(1);
        minutes.resize(offset + whole.start, Minute::default());
        minutes.extend_from_slice(piece.series.minutes.get(whole)?);
    }
    let places = [first.places.first(), last.places.last()];
    (lane.len() >= 2 && minutes.len() >= WHOLE_MINUTES).then(|| Talk {
        series: Series {
            first_minute: begin,
            minutes,
            record_seconds: last.series.record_seconds,
            connections: lane.iter().map(|piece| piece.series.connections).sum(),
        },
        moments: lane.iter().flat_map(|piece| piece.moments.iter().copied()).collect(),
        places: places.into_iter().flatten().copied().collect(),
        asks: lane.iter().all(|piece| piece.asks),
        approximate: lane.iter().any(|piece| piece.approximate),
        machines: lane.len(),
        ..(*last).clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::Endpoint, names::Sighting};

    fn piece(resource: &str, first_minute: i64, minutes: usize) -> Talk {
        let minute =
            Minute { up_bytes: 900.0, down_bytes: 700.0, up_packets: 8.0, down_packets: 5.0 };
        Talk {
            resource: resource.to_string(),
            client: Sighting::default(),
            server: Endpoint { address: [203, 0, 113, 9].into(), port: 443 },
            series: Series {
                first_minute,
                minutes: vec![minute; minutes],
                record_seconds: 60,
                connections: 1,
            },
            moments: Vec::new(),
            places: Vec::new(),
            answer: None,
            asks: true,
            approximate: false,
            machines: 1,
        }
    }

    #[test]
    fn machines_in_turn_are_one_that_lives_on() {
        let talks = [piece("a", 0, 30), piece("b", 33, 40), piece("c", 75, 20), piece("d", 2, 35)];
        let relays = relays(&talks);
        assert_eq!(relays.len(), 1, "the one beside them is no relay by itself");
        let relay = &relays[0];
        assert_eq!((relay.resource.as_str(), relay.machines), ("c", 3));
        assert_eq!(relay.series.minutes.len(), 94);
        assert_eq!(relay.series.minutes[31], Minute::default(), "nobody was there");
        assert!(relay.series.minutes[40].up_bytes > 0.0);
    }

    #[test]
    fn two_machines_long_silences_and_whole_talks_are_no_relay() {
        assert!(relays(&[piece("a", 0, 30), piece("b", 33, 40)]).is_empty());
        assert!(relays(&[piece("a", 0, 30), piece("b", 60, 30), piece("c", 120, 30)]).is_empty());
        assert!(relays(&[piece("a", 0, 90), piece("b", 91, 90), piece("c", 200, 90)]).is_empty());
    }
}
