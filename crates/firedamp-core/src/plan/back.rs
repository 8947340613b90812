//! The way back: what has to be known of how it was before a step, so that the step can be undone, and why
//! some steps stay as they are.

use serde::{Deserialize, Serialize};

use super::{Measure, Step};

/// Bytes kept of one step; a policy of IAM has some ten thousand letters.
pub const FORMER_BYTES_MAX: usize = 64 << 10;

/// How it was before a step, as far as going back needs it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Former {
    /// There is no way back, and why.
    Never(Stays),
    /// It ran, was on or was there, or what the step adds was not: nothing more is needed.
    There,
    /// Names: security groups, processes, flags, settings that were on.
    Names(Vec<String>),
    /// Sizes: of a group of AWS the least, the most and the wanted one; else the wanted one alone.
    Sizes(Vec<u32>),
    /// A text: a policy, a mode, or the body of a request.
    Text(String),
}

impl Former {
    /// These names; without any the step changes nothing.
    #[must_use]
    pub fn names(names: Vec<String>) -> Self {
        if names.is_empty() { Self::Never(Stays::Same) } else { Self::Names(names) }
    }

    /// What has to be there for the step to change anything.
    #[must_use]
    pub const fn there(is_there: bool) -> Self {
        if is_there { Self::There } else { Self::Never(Stays::Same) }
    }

    /// One size; nothing is made smaller than nothing.
    #[must_use]
    pub fn size(size: Option<u32>) -> Self {
        match size {
            None => Self::Never(Stays::Unrecorded),
            Some(0) => Self::Never(Stays::Same),
            Some(size) => Self::Sizes(vec![size]),
        }
    }

    /// The same, unless it is more than is kept.
    #[must_use]
    pub fn bounded(self) -> Self {
        let bytes = match &self {
            Self::Names(names) => names.iter().map(String::len).sum(),
            Self::Sizes(sizes) => size_of_val(sizes.as_slice()),
            Self::Text(text) => text.len(),
            Self::Never(_) | Self::There => 0,
        };
        if bytes > FORMER_BYTES_MAX { Self::Never(Stays::Unrecorded) } else { self }
    }
}

/// Why a step stays as it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stays {
    /// A person did it.
    ByHand,
    /// A copy takes nothing away that could be given back.
    Copy,
    /// A later run did it again, and would be undone with it.
    DoneAgain,
    /// It was not done.
    NotDone,
    /// Nobody knows the password that was there.
    Password,
    /// What is removed is gone for ever.
    Removed,
    /// What it was about was removed later.
    RemovedSince,
    /// It changed nothing: it was so before, or gone.
    Same,
    /// It was undone already.
    Undone,
    /// How it was before was not recorded.
    Unrecorded,
}

impl Stays {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::ByHand,
        Self::Copy,
        Self::DoneAgain,
        Self::NotDone,
        Self::Password,
        Self::Removed,
        Self::RemovedSince,
        Self::Same,
        Self::Undone,
        Self::Unrecorded,
    ];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Copy => "copy",
            Self::DoneAgain => "done_again",
            Self::NotDone => "not_done",
            Self::Password => "password",
            Self::Removed => "removed",
            Self::RemovedSince => "removed_since",
            Self::Same => "same",
            Self::Undone => "undone",
            Self::Unrecorded => "unrecorded",
        }
    }
}

/// Why a step will stay as it is, whatever there was before; nothing where a run can undo it.
#[must_use]
pub const fn foreseen(step: &Step) -> Option<Stays> {
    match step.measure {
        _ if step.hand.is_some() => Some(Stays::ByHand),
        Measure::Snapshot => Some(Stays::Copy),
        Measure::Remove => Some(Stays::Removed),
        Measure::DropLogin => Some(Stays::Password),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_has_a_bound() {
        let long = "x".repeat(FORMER_BYTES_MAX + 1);
        for (former, text) in [
            (Former::There, r#"{"kind":"there"}"#),
            (Former::Never(Stays::Same), r#"{"kind":"never","value":"same"}"#),
            (Former::Sizes(vec![2, 9, 2]), r#"{"kind":"sizes","value":[2,9,2]}"#),
            (Former::Names(vec!["sg-1".to_string()]), r#"{"kind":"names","value":["sg-1"]}"#),
            (Former::Text("{}".to_string()), r#"{"kind":"text","value":"{}"}"#),
        ] {
            assert_eq!(serde_json::to_string(&former).expect("text"), text);
            assert_eq!(serde_json::from_str::<Former>(text).expect("a former"), former);
            assert_eq!(former.clone().bounded(), former);
        }
        for former in [Former::Text(long.clone()), Former::Names(vec![long])] {
            assert_eq!(former.bounded(), Former::Never(Stays::Unrecorded));
        }
    }

    #[test]
    fn what_changes_nothing_has_no_way_back() {
        assert_eq!(Former::names(Vec::new()), Former::Never(Stays::Same));
        assert_eq!(Former::there(false), Former::Never(Stays::Same));
        assert_eq!(Former::size(Some(0)), Former::Never(Stays::Same));
        assert_eq!(Former::size(None), Former::Never(Stays::Unrecorded));
        assert_eq!(Former::size(Some(9)), Former::Sizes(vec![9]));
    }

    #[test]
    fn reasons_are_told_apart() {
        for stays in Stays::ALL {
            assert_eq!(serde_json::to_value(stays).expect("a text"), stays.id());
        }
    }
}
