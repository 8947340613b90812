//! What is looked at, and how closely.

use std::sync::Arc;

use crate::{
    conversation::sift::{Gated, Sift},
    detector::Watch,
    sink::Gate,
    time::Span,
};

/// How events are looked at.
#[derive(Debug, Default)]
pub struct Plan {
    /// The addresses and names that matter.
    pub watch: Watch,
    /// The addresses that matter, for decoders.
    pub gate: Arc<Gate>,
    /// The addresses that [`Plan::watch`] names, where the gate lets more through.
    pub(super) listed: Arc<Gate>,
    /// Events outside are passed over.
    pub window: Option<Span>,
    /// The first look at every conversation, where there is one.
    pub sift: Option<Arc<Sift>>,
    /// The conversations that a second look is taken at.
    pub gated: Arc<Gated>,
}

impl Plan {
    /// A plan for `watch` within `window`.
    #[must_use]
    pub fn new(watch: Watch, window: Option<Span>) -> Self {
        let mut listed = Gate::default();
        watch.answered.iter().for_each(|address| listed.admit(*address));
        if !watch.second_look {
            watch.indicators.addresses().for_each(|address| listed.admit(address));
        }
        let listed = Arc::new(listed);
        Self { watch, gate: listed.clone(), listed, window, ..Self::default() }
    }

    /// The same, with a first look at every conversation.
    #[must_use]
    pub fn sifting(self, sift: Arc<Sift>) -> Self {
        Self { gate: Arc::new(Gate::open()), sift: Some(sift), ..self }
    }

    /// The same, with a second look at what the first one let through.
    #[must_use]
    pub fn with_gated(self, gated: Gated) -> Self {
        let mut gate = Gate::clone(&self.listed);
        gated.servers.iter().for_each(|address| gate.admit(*address));
        Self { gate: Arc::new(gate), gated: Arc::new(gated), ..self }
    }
}
