//! Steps of an undo that are left alone: somebody changed since what they would go back from, or such a one
//! is about the same thing. The others go on.

use firedamp_core::plan::Step;

use crate::store::Cleanup;

/// How a step of an undo ended.
pub(super) enum Came {
    /// It is as it was before; what the cloud answered.
    Done(String),
    /// Nothing was changed, and why.
    Left(String),
}

/// What is left alone so far, and why.
#[derive(Default)]
pub(super) struct Left<'a>(Vec<(&'a Step, String)>);

impl<'a> Left<'a> {
    /// Adds a step. Without a word it was a person's from the first, and nothing depends on it.
    pub(super) fn add(&mut self, step: &'a Step, why: &str) {
        if !why.is_empty() {
            self.0.push((step, why.to_string()));
        }
    }

    /// Why a step is left alone without a look: the dry run left it, so that nobody approved more, or
    /// a step was left that it may depend on.
    pub(super) fn why(&self, cleanup: &Cleanup, step: &Step) -> Option<String> {
        let dry = cleanup.step(step.number, true).filter(|note| note.state == "by_hand");
        let depends = || {
            let (one, _) = self.0.iter().find(|(one, _)| are_of_one(one, step))?;
            let number = one.number;
            Some(format!("left alone, as step {number} was: look at it, and go back by hand"))
        };
        dry.map(|note| note.answer.clone()).or_else(depends)
    }

    /// An undo that left everything alone has done nothing.
    pub(super) fn end(&self, steps: usize) -> Result<(), String> {
        match self.0.first() {
            Some((step, why)) if self.0.len() == steps => {
                Err(format!("step {}: {why}", step.number))
            }
            _ => Ok(()),
        }
    }
}

/// Whether two steps are about one thing, or about one that belongs to the other.
fn are_of_one(one: &Step, other: &Step) -> bool {
    let (one, other) = (&one.target, &other.target);
    one.name == other.name
        || one.parent.as_ref() == Some(&other.name)
        || other.parent.as_ref() == Some(&one.name)
}
