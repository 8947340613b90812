//! Conversations in the order in which flow logs tell of them: record by record of time, then host
//! by host.

use crate::simulate::traffic::Conversation;

/// Which conversations go on.
pub(super) struct Order<'a> {
    conversations: &'a [Conversation],
    /// All, by the first record.
    coming: Vec<usize>,
    next: usize,
    /// Those that go on, by host.
    current: Vec<usize>,
}

impl<'a> Order<'a> {
    pub(super) fn new(conversations: &'a [Conversation]) -> Self {
        let mut coming: Vec<usize> = (0..conversations.len()).collect();
        coming.sort_by_key(|index| conversations.get(*index).map(|one| (one.first, one.host)));
        Self { conversations, coming, next: 0, current: Vec::new() }
    }

    /// Those that the record `bin` may count, by host; to be asked in the order of time.
    pub(super) fn at(&mut self, bin: usize) -> &[usize] {
        let conversations = self.conversations;
        let get = |index: usize| conversations.get(index);
        self.current
            .retain(|index| get(*index).is_some_and(|one| bin < one.first + one.cells.len()));
        let before = self.next;
        while let Some(index) = self.coming.get(self.next) {
            if get(*index).is_none_or(|one| one.first > bin) {
                break;
            }
            self.current.push(*index);
            self.next += 1;
        }
        if before != self.next {
            self.current.sort_by_key(|index| get(*index).map(|one| one.host));
        }
        &self.current
    }
}
