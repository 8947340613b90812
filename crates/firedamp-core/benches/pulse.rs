//! The tables of `docs/pulse.md`: `cargo bench -p firedamp-core --bench pulse`. What they show is held by
//! the tests in `tests/it/pulse`, with which they share how traffic is drawn.

#[path = "pulse/clusters.rs"]
mod clusters;
#[path = "../tests/it/pulse/connections.rs"]
mod connections;
#[path = "../tests/it/pulse/draw.rs"]
mod draw;
#[path = "../tests/it/pulse/scenes.rs"]
mod scenes;
#[path = "../tests/it/pulse/spread.rs"]
mod spread;
#[path = "pulse/tables.rs"]
mod tables;

fn main() {
    tables::signals();
    tables::gate();
    tables::nulls();
    clusters::recall();
    clusters::a_hundred_thousand_series_of_a_day();
    clusters::nothing_but_miners();
}
