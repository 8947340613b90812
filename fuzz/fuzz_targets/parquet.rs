#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| firedamp_fuzz::file(&[b"PAR1", bytes].concat()));
