//! The groups among a few hundred series, found pair by pair.

use std::collections::BTreeMap;

use super::{
    group::{self, Group, Member},
    spectrum::Fourier,
    trace::{Trace, Voice, Wave},
};

/// Series of a block that are compared pair by pair; of a larger one, so many are drawn.
const MOST: usize = 512;

/// A series that promised a clock so often and did not keep it begins no more groups: it follows a
/// timer, like many others.
const MOST_FAILURES: u32 = 4;

/// Rounds in which a group takes in what fits it; each makes it clearer.
const ROUNDS: usize = 4;

/// The series of each block with two or more, at most [`MOST`] of them, by number; never two blocks of
/// the same series. And the series of blocks that had more.
pub(super) fn blocks(traces: &[Trace], usable: &[bool]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut keys: Vec<(u64, usize)> = (traces.iter().zip(usable).enumerate())
        .filter(|(_, (_, usable))| **usable)
        .flat_map(|(index, (trace, _))| trace.blocks.iter().map(move |key| (*key, index)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let of_one_key = || keys.chunk_by(|one, other| one.0 == other.0);
    let mut blocks: Vec<Vec<usize>> =
        of_one_key().filter(|block| block.len() > 1).map(|block| drawn(traces, block)).collect();
    blocks.sort();
    blocks.dedup();
    let crowded = of_one_key().filter(|block| block.len() > MOST).flatten();
    let mut crowded: Vec<usize> = crowded.map(|(_, index)| *index).collect();
    crowded.sort_unstable();
    crowded.dedup();
    (blocks, crowded)
}

/// At most [`MOST`] of a block's series, chosen by a hash of what they are known by and of the block, so
/// that whoever is left out of one may be drawn in another.
fn drawn(traces: &[Trace], block: &[(u64, usize)]) -> Vec<usize> {
    let mut block = block.to_vec();
    if block.len() > MOST {
        let id = |index: usize| traces.get(index).and_then(|trace| trace.id);
        block.sort_by_cached_key(|(key, index)| {
            (id(*index).map_or_else(|| mixed(*index as u64), |id| mixed(id ^ key)), *index)
        });
        block.truncate(MOST);
        block.sort_unstable();
    }
    block.into_iter().map(|(_, index)| index).collect()
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), `mix64`.
fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The groups of one block: the best pair first, then whatever fits what the pair has in common.
pub(super) fn groups(
    traces: &[Trace],
    block: &[usize],
    fourier: &Fourier,
    threshold: f64,
) -> Vec<Group> {
    let voice = |index: &usize| {
        let wave = traces.get(*index).and_then(Wave::of_trace)?;
        Some((*index, Voice::of(wave, fourier)?))
    };
    let mut free: Vec<(usize, Voice)> = block.iter().filter_map(voice).collect();
    let mut groups = Vec::new();
    let mut failures: BTreeMap<usize, u32> = BTreeMap::new();
    for (one, other) in promising(&free, threshold) {
        let Some((first, second)) = find(&free, one).zip(find(&free, other)) else { continue };
        if [one, other].iter().any(|series| failures.get(series) >= Some(&MOST_FAILURES)) {
            continue;
        }
        let Some((_, lag)) = group::judge(first, second, fourier, threshold) else {
            [one, other].iter().for_each(|series| *failures.entry(*series).or_default() += 1);
            continue;
        };
        let mut group = Group::new(fourier.minutes());
        for (index, lag_minutes) in [(one, 0), (other, lag)] {
            if let Some(trace) = traces.get(index) {
                group.add(Member { index, z: 0.0, lag_minutes }, trace);
            }
        }
        free.retain(|(index, _)| !group.holds(*index));
        grow(&mut group, &mut free, traces, fourier, threshold);
        groups.push(group);
    }
    groups
}

/// The pairs worth a second look, the most alike first.
fn promising(voices: &[(usize, Voice)], threshold: f64) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (at, (one, voice)) in voices.iter().enumerate() {
        for (other, second) in voices.iter().skip(at + 1) {
            let quick = voice.wave.quick(&second.wave);
            if group::promises(quick, threshold) {
                pairs.push((quick, *one, *other));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// The voice of a series that is in no group yet; voices are by number.
fn find(free: &[(usize, Voice)], index: usize) -> Option<&Voice> {
    let at = free.binary_search_by_key(&index, |(index, _)| *index).ok()?;
    free.get(at).map(|(_, voice)| voice)
}

/// Takes into a group the free voices that fit it, until there are none.
fn grow(
    group: &mut Group,
    free: &mut Vec<(usize, Voice)>,
    traces: &[Trace],
    fourier: &Fourier,
    threshold: f64,
) {
    for _ in 0..ROUNDS {
        let Some(common) = group.voice(fourier) else { break };
        let before = free.len();
        free.retain(|(index, voice)| {
            let judged = group::judge(&common, voice, fourier, threshold).zip(traces.get(*index));
            if let Some(((z, lag_minutes), trace)) = judged {
                group.add(Member { index: *index, z, lag_minutes }, trace);
            }
            judged.is_none()
        });
        if free.len() == before {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Who is compared in the one block of series that are known by these.
    fn compared(ids: &[u64], key: u64) -> BTreeSet<u64> {
        let trace = |id: &u64| Trace::of_steps(vec![0; 60], vec![key]).known_by(*id);
        let traces: Vec<Trace> = ids.iter().map(trace).collect();
        let (blocks, crowded) = blocks(&traces, &vec![true; ids.len()]);
        assert_eq!((blocks.len(), !crowded.is_empty()), (1, ids.len() > MOST));
        blocks.concat().into_iter().map(|at| ids[at]).collect()
    }

    #[test]
    fn one_more_series_takes_one_place_at_most() {
        let ids: Vec<u64> = (0..1500).map(|id| mixed(id + 1)).collect();
        let before = compared(&ids, 7);
        assert_eq!(before.len(), MOST);
        for more in 5000..5010 {
            let after = compared(&[&[mixed(more)][..], &ids[..]].concat(), 7);
            assert!(before.difference(&after).count() <= 1, "{more}");
        }
        let mut turned = ids;
        turned.reverse();
        assert_eq!(compared(&turned, 7), before);
    }

    #[test]
    fn whose_block_was_drawn_from_is_told() {
        let keys = |at: usize| if at < MOST { vec![7] } else { vec![7, 8] };
        let trace = |at: usize| Trace::of_steps(vec![0; 60], keys(at));
        let mut traces: Vec<Trace> = (0..MOST).map(trace).collect();
        traces.extend((0..3).map(|_| Trace::of_steps(vec![0; 60], vec![8])));
        assert_eq!(blocks(&traces, &vec![true; MOST + 3]).1, Vec::<usize>::new());
        traces.insert(0, trace(MOST));
        let crowded = blocks(&traces, &vec![true; MOST + 4]).1;
        assert_eq!(crowded, (0..=MOST).collect::<Vec<_>>(), "not those of the small block alone");
    }

    #[test]
    fn who_is_left_out_of_one_block_may_be_drawn_in_another() {
        let ids: Vec<u64> = (0..1500).map(|id| mixed(id + 1)).collect();
        let both = compared(&ids, 7).intersection(&compared(&ids, 8)).count();
        // By chance 512 × 512 / 1500 = 175, give or take 11.
        assert!((120..230).contains(&both), "{both}");
        assert_eq!(compared(&ids[..512], 7).len(), 512);
    }
}
