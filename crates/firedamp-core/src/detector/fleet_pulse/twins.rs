//! One conversation that is told more than once: by its machine, by the gateway behind which it is and
//! by the firewall before that. It is one machine, whatever each of them calls it.
//!
//! Two miners at one pool get the same jobs, at the same seconds where the pool tells all at once, so that
//! what comes may agree to the minute and, where they hand in about as much, to the byte. But each has its
//! own luck: what two hand in differs from ten minutes to ten minutes as much as what one does from these to
//! the next. What is told twice differs by what the cut of the minutes leaves alone, and is the same number of
//! bytes, to the minute that the first and the last record cut off. Where one log's minutes begin at :00 and
//! the other's at :30, half of all packets are a minute later.

use super::gather::Member;

/// By how much bytes may differ: of an hour's records one minute may be missing at each end.
const BYTES_SHARE_MAX: f64 = 0.003;
const EDGE_MINUTES: f64 = 2.0;
/// From this correlation on minutes are the same; it may be shared by two lags.
const CORRELATION_MIN: f64 = 0.7;
/// How far two differ, against how one changes. Of two drawn miners with 3.5 shares a minute this is near 1:
/// 7 in 100 are below the bound after an hour, one after six. What is told twice is at 0.2 where minutes begin
/// at other seconds, else at 0.
const LUCK_SHARE_MAX: f64 = 0.5;
/// Fewer ten minutes say nothing of luck.
const TENS_MIN: usize = 4;
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
        && are_at_one_time(one, other)
        && have_one_luck(one, other)
        && are_alike(one, other)
}

/// Whether most minutes of one are minutes of the other, too.
fn are_at_one_time(one: &Member, other: &Member) -> bool {
    let (one, other) = (one.recorded(), other.recorded());
    let both = one.end.min(other.end) - one.start.max(other.start);
    2 * both >= (one.end - one.start).max(other.end - other.start)
}

/// Whether what stands out of minutes is the same, though some of it may be a minute later.
fn are_alike(one: &Member, other: &Member) -> bool {
    let [earlier, same, later] = [-1, 0, 1].map(|lag| correlation(one, other, lag).max(0.0));
    same + earlier.max(later) >= CORRELATION_MIN
}

/// Whether what is sent in ten minutes differs by less than it changes.
fn have_one_luck(one: &Member, other: &Member) -> bool {
    let both = |ten| one.sent_in(ten).zip(other.sent_in(ten));
    let both: Vec<(u32, u32)> = one.tens().filter_map(both).collect();
    if both.len() < TENS_MIN {
        return true;
    }
    let apart = both.iter().map(|(one, other)| one.abs_diff(*other)).collect();
    let next = both.iter().zip(both.iter().skip(1));
    let changes = next.flat_map(|(now, next)| [now.0.abs_diff(next.0), now.1.abs_diff(next.1)]);
    f64::from(median(apart)) <= LUCK_SHARE_MAX * f64::from(median(changes.collect()))
}

fn median(mut numbers: Vec<u32>) -> u32 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
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
            sent: Vec::new(),
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
        let job = |minute: i64| if is_job(minute) { 31 } else { 0 };
        assert_eq!((1000..1000 + MINUTES).filter(|minute| is_job(*minute)).count(), 77);
        let own = |start| move |minute| (job(minute) + noise(minute, start)).clamp(-127, 127);
        let one = || member("i-0abc", own(0), (400_000, 300_000));
        // The same bytes by chance, and other minutes; the same minutes, and other bytes.
        assert_eq!(told(&[one(), member("i-0def", own(40), (400_000, 300_000))]), [false, false]);
        assert_eq!(told(&[one(), member("i-0def", own(0), (412_000, 309_000))]), [false, false]);
    }

    const fn is_job(minute: i64) -> bool {
        minute * minute % 101 > 80
    }

    const fn job(minute: i64) -> i64 {
        if is_job(minute) { 31 } else { -7 }
    }

    /// What was handed in by ten minutes, never the same again, with what a cut at another second changes.
    fn handed_in(luck: i64, cut: i64) -> Vec<u32> {
        let ten = |at: i64| 60 * noise(at * at + at + 3, luck) + cut * noise(at * at + 2 * at, 1);
        (0..34).map(|at| (8000 + ten(at)) as u32).collect()
    }

    fn with_luck(resource: &str, luck: i64, cut: i64) -> Member {
        let sent = handed_in(luck, cut);
        Member { sent, ..member(resource, job, (400_000, 300_000)) }
    }

    #[test]
    fn two_who_are_told_the_same_and_hand_in_as_much_are_two_by_their_luck() {
        assert_eq!(told(&[with_luck("i-0abc", 0, 0), with_luck("i-0def", 5, 0)]), [false, false]);
        for cut in [0, 9] {
            let both = [with_luck("i-0abc", 0, 0), with_luck("nat-0abc", 0, cut)];
            assert_eq!(told(&both), [false, true], "{cut}");
        }
    }

    #[test]
    fn of_a_gateway_whose_minutes_begin_in_the_middle_half_of_all_jobs_are_a_minute_later() {
        let half = |minute: i64| {
            let came = |at: i64, is_late: i64| is_job(at) && at.rem_euclid(2) == is_late;
            38 * (i64::from(came(minute, 0)) + i64::from(came(minute - 1, 1))) - 7
        };
        let bytes = (400_000, 300_000);
        let both = [member("i-0abc", job, bytes), member("nat-0abc", half, bytes)];
        assert_eq!(told(&both), [false, true]);
    }

    #[test]
    fn one_after_the_other_are_two() {
        let bytes = (400_000, 300_000);
        let first = member("i-0abc", job, bytes);
        let second = Member { first_minute: first.first_minute + MINUTES - 2, ..first.clone() };
        // In the two minutes that both tell of they agree.
        let mut second = Member { resource: "i-0def".into(), ..second };
        let (end, begin) = (first.steps[358..].to_vec(), &mut second.steps[..2]);
        begin.copy_from_slice(&end);
        assert_eq!(told(&[first, second]), [false, false]);
    }
}
