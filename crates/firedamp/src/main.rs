//! The program: see [`firedamp::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    firedamp::cli::run()
}
