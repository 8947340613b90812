//! Answers to pure questions that logs ask in every line, remembered by the thread that asks: a bill
//! of millions of lines has a few dozen meters. An answer depends on its question alone, so that
//! remembering shows in nothing but speed.

use std::{array, cell::RefCell, hash::Hasher};

use rustc_hash::FxHasher;

/// How many questions are remembered; a later one takes the place of an earlier one.
const SLOTS: usize = 512;
/// Longer questions are answered anew each time.
const QUESTION_BYTES_MAX: usize = 512;

type Slot<const N: usize, V> = Option<([Box<str>; N], V)>;

/// What is remembered of questions of `N` texts. Kept in a `thread_local!`.
pub(crate) struct Memo<const N: usize, V> {
    slots: RefCell<Vec<Slot<N, V>>>,
}

impl<const N: usize, V: Copy> Memo<N, V> {
    pub(crate) const fn new() -> Self {
        Self { slots: RefCell::new(Vec::new()) }
    }

    /// The answer to a question, which `work` finds and nothing but the question decides.
    pub(crate) fn answer(&self, question: [&str; N], work: impl FnOnce() -> V) -> V {
        let at = slot_of(&question);
        if let Some(Some((known, answer))) = self.slots.borrow().get(at)
            && known.iter().zip(question).all(|(known, part)| **known == *part)
        {
            return *answer;
        }
        let answer = work();
        if question.iter().map(|part| part.len()).sum::<usize>() <= QUESTION_BYTES_MAX {
            let mut slots = self.slots.borrow_mut();
            slots.resize_with(SLOTS, || None);
            if let Some(slot) = slots.get_mut(at) {
                *slot = Some((array::from_fn(|part| Box::from(question[part])), answer));
            }
        }
        answer
    }
}

fn slot_of(question: &[&str]) -> usize {
    let mut hasher = FxHasher::default();
    for part in question {
        hasher.write(part.as_bytes());
        hasher.write_usize(part.len());
    }
    // The upper bits are the well mixed ones.
    (hasher.finish() >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_those_of_the_question_whatever_was_asked_before() {
        let memo = Memo::new();
        let long = "x".repeat(QUESTION_BYTES_MAX);
        let texts: Vec<String> = (0..3000).map(|number| format!("{:x}", number / 3)).collect();
        let mut worked = 0;
        for text in texts.iter().chain([&long, &long]) {
            for question in [[text.as_str(), ""], ["", text.as_str()], [text.as_str(), "y"]] {
                let truth = (question[0].len(), question[1].len());
                let answer = memo.answer(question, || {
                    worked += 1;
                    truth
                });
                assert_eq!(answer, truth);
            }
        }
        assert!((3000..9000).contains(&worked), "{worked}");
    }
}
