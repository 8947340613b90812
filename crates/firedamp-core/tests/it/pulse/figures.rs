//! Pairs of drawn miners, of one chain and of two.

use super::{
    draw::{Draw, Guise},
    scenes::{same_chain, two_chains},
    spread::Spread,
};

#[test]
fn a_pair_of_six_hours_is_found() {
    let mut draw = Draw::new(1);
    let found = Spread::of((0..20).map(|_| same_chain(&mut draw, 360, [Guise::default(); 2])));
    assert!(found.at(0.5) > 5.0, "{}", found.at(0.5));
    let null = Spread::of((0..50).map(|_| two_chains(&mut draw, 360)));
    assert!(null.at(1.0) < 5.0, "{}", null.at(1.0));
}
