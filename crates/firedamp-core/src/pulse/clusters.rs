//! Groups of series that share a hidden clock, among very many.
//!
//! Not every pair is compared. Series that share a block are; what comes out of a block is a group
//! whose sum is much clearer than any member; sums are then compared across blocks, and every series
//! left over with every sum. Each stage asks for a z that chance is expected to reach once in a hundred
//! runs over all comparisons of the stage.

use super::{
    LEAST_MINUTES,
    block::{blocks, groups},
    group::{self, Group, Member},
    spectrum::Fourier,
    tail,
    trace::{Trace, Voice, Wave},
};

/// How many series may join by chance, in each stage.
const EXPECTED: f64 = 0.01;

/// Groups whose sums are compared with everything: the largest, then the first.
const MOST_GROUPS: usize = 512;

/// Series that share one clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// At least two, by index. Members of three and more are each held against the sum of the others.
    pub members: Vec<Member>,
}

impl Cluster {
    /// Two series may share a clock by a chance that three do not: a job of one machine on the other.
    #[must_use]
    pub fn is_pair(&self) -> bool {
        self.members.len() == 2
    }
}

/// What [`clusters`] found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// The clusters, by their first member; no series is in two.
    pub found: Vec<Cluster>,
    /// Comparisons made, the trials of [`nats`](super::nats).
    pub comparisons: f64,
    /// Series of blocks that had more than are compared pair by pair, so that small clusters of theirs may be
    /// missing.
    pub crowded: Vec<usize>,
}

/// Finds the clusters among traces of one common window. Traces of another length than the first are
/// left aside.
#[must_use]
pub fn clusters(traces: &[Trace]) -> Clusters {
    let minutes = traces.first().map_or(0, |trace| trace.minutes.len());
    if minutes < LEAST_MINUTES {
        return Clusters::default();
    }
    let fourier = Fourier::new(minutes);
    let usable: Vec<bool> = traces.iter().map(|trace| trace.minutes.len() == minutes).collect();
    let (groups, pairs, crowded) = within_blocks(traces, &usable, &fourier);
    let sums = groups.len() as f64;
    let mut groups = merged(groups, traces, &fourier);
    let joins = join(&mut groups, traces, &usable, &fourier);
    let comparisons = pairs + sums * sums / 2.0 + joins;
    let threshold = tail::threshold(comparisons, EXPECTED);
    for group in &mut groups {
        group.settle(traces, &fourier, threshold);
    }
    Clusters { found: reported(groups), comparisons, crowded }
}

/// The groups of all blocks, how many pairs were looked at, and the series of blocks that had more.
fn within_blocks(
    traces: &[Trace],
    usable: &[bool],
    fourier: &Fourier,
) -> (Vec<Group>, f64, Vec<usize>) {
    let (blocks, crowded) = blocks(traces, usable);
    let pairs = blocks.iter().map(|block| (block.len() * (block.len() - 1) / 2) as f64).sum();
    let threshold = tail::threshold(pairs, EXPECTED);
    let found = blocks.iter().flat_map(|block| groups(traces, block, fourier, threshold));
    (found.collect(), pairs, crowded)
}

/// Groups with the same clock, or with a member in common that fits both, become one.
fn merged(mut groups: Vec<Group>, traces: &[Trace], fourier: &Fourier) -> Vec<Group> {
    let first = |group: &Group| group.members.iter().map(|member| member.index).min();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), first(group)));
    groups.truncate(8 * MOST_GROUPS);
    let threshold = tail::threshold((groups.len() * groups.len()) as f64 / 2.0, EXPECTED);
    let mut merged: Vec<(Group, Voice)> = Vec::new();
    let mut taken = vec![false; traces.len()];
    for mut group in groups {
        let Some(voice) = group.voice(fourier) else { continue };
        let like = best(merged.iter().map(|(_, common)| common), &voice, fourier, threshold);
        group.members.retain(|member| taken.get(member.index) == Some(&false));
        for member in &group.members {
            taken.get_mut(member.index).into_iter().for_each(|taken| *taken = true);
        }
        if let Some((into, lag)) = like.and_then(|(at, lag)| Some((merged.get_mut(at)?, lag))) {
            into.0.take_in(&group, lag, traces);
            into.1 = into.0.voice(fourier).unwrap_or(voice);
        } else if group.members.len() > 1 && merged.len() < MOST_GROUPS {
            let own = group.rebuilt(traces);
            let voice = own.voice(fourier).unwrap_or(voice);
            merged.push((own, voice));
        }
    }
    merged.into_iter().map(|(group, _)| group).collect()
}

/// The voice most like the one given, and the lag, if any is like it.
fn best<'a>(
    voices: impl Iterator<Item = &'a Voice>,
    like: &Voice,
    fourier: &Fourier,
    threshold: f64,
) -> Option<(usize, i8)> {
    let judged = voices.enumerate().filter_map(|(at, common)| {
        let (z, lag) = group::judge(common, like, fourier, threshold)?;
        Some((z, at, lag))
    });
    // The first of equals, so that the order of groups alone decides.
    let best = judged.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, at, lag)| (at, lag))
}

/// Lets every series that is in no group join the one it fits best; says how many were compared.
fn join(groups: &mut [Group], traces: &[Trace], usable: &[bool], fourier: &Fourier) -> f64 {
    let mut taken: Vec<bool> = usable.iter().map(|usable| !usable).collect();
    for member in groups.iter().flat_map(|group| &group.members) {
        taken.get_mut(member.index).into_iter().for_each(|taken| *taken = true);
    }
    let sums: Vec<(usize, Voice)> = (groups.iter().enumerate())
        .filter_map(|(at, group)| Some((at, group.voice(fourier)?)))
        .collect();
    let free = traces.iter().enumerate().zip(taken).filter(|(_, taken)| !taken);
    let free: Vec<(usize, &Trace)> = free.map(|(trace, _)| trace).collect();
    let comparisons = free.len() as f64 * sums.len() as f64;
    let threshold = tail::threshold(comparisons, EXPECTED);
    for (index, trace) in free {
        let Some((at, lag_minutes)) = fitting(trace, &sums, fourier, threshold) else { continue };
        if let Some(group) = groups.get_mut(at) {
            group.add(Member { index, z: 0.0, lag_minutes }, trace);
        }
    }
    comparisons
}

/// The group that a trace fits best. Only sums that look alike at once cost the trace a transform.
fn fitting(
    trace: &Trace,
    sums: &[(usize, Voice)],
    fourier: &Fourier,
    threshold: f64,
) -> Option<(usize, i8)> {
    let wave = Wave::of_trace(trace)?;
    let promising: Vec<&(usize, Voice)> = (sums.iter())
        .filter(|(_, sum)| group::promises(sum.wave.quick(&wave), threshold))
        .collect();
    promising.first()?;
    let own = Voice::of(wave, fourier)?;
    let (at, lag) = best(promising.iter().map(|(_, sum)| sum), &own, fourier, threshold)?;
    promising.get(at).map(|(group, _)| (*group, lag))
}

/// Groups of two and more, by index.
fn reported(groups: Vec<Group>) -> Vec<Cluster> {
    let mut found: Vec<Cluster> = (groups.into_iter())
        .filter(|group| group.members.len() > 1)
        .map(|mut group| {
            group.members.sort_by_key(|member| member.index);
            Cluster { members: group.members }
        })
        .collect();
    found.sort_by_key(|cluster| cluster.members.first().map(|member| member.index));
    found
}
