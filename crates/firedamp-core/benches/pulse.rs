//! The tables of `docs/pulse.md`: `cargo bench -p firedamp-core --bench pulse`. What they show is held by
//! the tests in `tests/it/pulse`, with which they share how traffic is drawn.

#[path = "pulse/clusters.rs"]
mod clusters;
#[path = "../tests/it/pulse/connections.rs"]
mod connections;
#[path = "../tests/it/pulse/draw.rs"]
mod draw;
#[path = "pulse/fleet.rs"]
mod fleet;
#[path = "../tests/it/miner.rs"]
#[expect(dead_code, reason = "packets that a log sampled are for the tests alone")]
mod miner;
#[path = "../tests/it/pulse/scenes.rs"]
mod scenes;
#[path = "../tests/it/pulse/spread.rs"]
mod spread;
#[path = "pulse/tables.rs"]
mod tables;

fn main() {
    // Tables are asked for by name; without one there are all of them.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if asked.iter().any(|word| word == "fleet") {
        return fleet::a_hundred_thousand_conversations_of_a_day();
    }
    tables::signals();
    tables::gate();
    tables::nulls();
    clusters::recall();
    clusters::a_hundred_thousand_series_of_a_day();
    clusters::nothing_but_miners();
    fleet::a_hundred_thousand_conversations_of_a_day();
}
