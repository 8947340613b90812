//! The program: see [`firedamp::cli`].

use std::process::ExitCode;

/// Gives back what it is given back, also while nothing happens: with the system's own a desk at rest
/// held three times as much ([measured](../../../docs/benchmarks.md)). `SQLite` takes from it, too.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    firedamp::cli::run()
}
