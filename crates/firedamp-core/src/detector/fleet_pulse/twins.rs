//! One conversation that is told more than once: by its machine, by the gateway behind which it is and
//! by the firewall before that. It is one machine, whatever each of them calls it.
//!
//! Two miners at one pool get the same jobs, but each has its own luck: after six hours with a share
//! every half minute their bytes differ by some 5 % (a standard deviation), and a third of what stands
//! out of a minute is common to both. What is told twice is the same number of bytes, to the minute
//! that the first and the last record cut off; and minutes that agree even where one log's minutes
//! begin at :00 and the other's at :30 (a correlation of 0.7).

use super::gather::Member;

/// By how much bytes may differ: of an hour's records one minute may be missing at each end.
const BYTES_SHARE_MAX: f64 = 0.003;
const EDGE_MINUTES: f64 = 2.0;
/// From this correlation on minutes are the same.
const CORRELATION_MIN: f64 = 0.7;
/// Of a large fleet each is held against so many with nearly as many bytes.
const NEIGHBOURS_MAX: usize = 16;

/// Whether each of these repeats one before it.
pub(super) fn repeated(members: &[&Member]) -> Vec<bool> {
    let mut order: Vec<(&Member, usize)> =
        members.iter().enumerate().map(|(at, member)| (*member, at)).collect();
    order.sort_by_key(|(member, at)| (member.server, member.bytes, *at));
    let mut repeated = vec![false; members.len()];
    for (rank, (one, at)) in order.iter().enumerate() {
        let near = order.iter().skip(rank + 1).take(NEIGHBOURS_MAX);
        for (_, other) in near.filter(|(other, _)| is_same(one, other)) {
            // Of each pair one remains: the first that was given.
            if let Some(is_repeated) = repeated.get_mut(*at.max(other)) {
                *is_repeated = true;
            }
        }
    }
    repeated
}

fn is_same(one: &Member, other: &Member) -> bool {
    one.server == other.server
        && is_near(one, other, one.bytes.0, other.bytes.0)
        && is_near(one, other, one.bytes.1, other.bytes.1)
        && [-1, 0, 1].iter().any(|lag| correlation(one, other, *lag) >= CORRELATION_MIN)
}

fn is_near(one: &Member, other: &Member, bytes: u64, others: u64) -> bool {
    let minutes = one.steps.len().max(other.steps.len()).max(1) as f64;
    let most = BYTES_SHARE_MAX.max(EDGE_MINUTES / minutes);
    bytes.abs_diff(others) as f64 <= most * bytes.max(others) as f64
}

/// The correlation of what stands out, over the minutes that both tell of.
fn correlation(one: &Member, other: &Member, later: i64) -> f64 {
    let both = one.recorded().filter_map(|minute| {
        let steps = one.step(minute).zip(other.step(minute + later));
        steps.map(|(a, b)| (f64::from(a), f64::from(b)))
    });
    let (product, squares) = both.fold((0.0, (0.0, 0.0)), |(product, squares), (a, b)| {
        (product + a * b, (squares.0 + a * a, squares.1 + b * b))
    });
    product / (squares.0 * squares.1).sqrt().max(1.0)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::time::{Span, Time};

    const MINUTES: i64 = 360;

    /// Six hours at one server: what stands out of a minute since 1970, and the bytes of all.
    fn member(resource: &str, step: impl Fn(i64) -> i64, bytes: (u64, u64)) -> Member {
        Member {
            resource: resource.into(),
            server: (IpAddr::from(Ipv4Addr::new(203, 0, 113, 9)), 443),
            span: Span::at(Time::from_seconds(0)),
            places: Vec::new(),
            approximate: false,
            first_minute: 1000,
            steps: (1000..1000 + MINUTES).map(|minute| step(minute) as i8).collect(),
            bytes,
            coin: "xmr".into(),
            sampled: false,
        }
    }

    /// Between -31 and 31, never the same again.
    const fn noise(minute: i64, start: i64) -> i64 {
        (minute * minute * (7919 + start)) % 63 - 31
    }

    fn told(members: &[Member]) -> Vec<bool> {
        repeated(&members.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_gateway_and_a_firewall_tell_of_the_machine_again() {
        let machine = member("i-0abc", |minute| noise(minute, 0), (400_000, 300_000));
        // A minute of the gateway's begins in the middle of two of the machine's.
        let halves = |minute: i64| i64::midpoint(noise(minute, 0), noise(minute + 1, 0));
        let gateway = member("nat-0abc", halves, (399_200, 299_400));
        let firewall = member("eni-0fw", |minute| noise(minute, 0), (400_000, 300_000));
        assert_eq!(told(&[machine, gateway, firewall]), [false, true, true]);
    }

    #[test]
    fn two_miners_at_one_pool_are_two() {
        let job = |minute: i64| if noise(minute, 5) > 20 { 31 } else { 0 };
        let own = |start| move |minute| (job(minute) + noise(minute, start)).clamp(-127, 127);
        let one = || member("i-0abc", own(0), (400_000, 300_000));
        // The same bytes by chance, and other minutes; the same minutes, and other bytes.
        assert_eq!(told(&[one(), member("i-0def", own(40), (400_000, 300_000))]), [false, false]);
        assert_eq!(told(&[one(), member("i-0def", own(0), (412_000, 309_000))]), [false, false]);
    }
}
