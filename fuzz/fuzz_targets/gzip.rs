#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| firedamp_fuzz::file(&[&[0x1f, 0x8b, 8], bytes].concat()));
