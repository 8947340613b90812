#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| firedamp_fuzz::file(
    &[&[b'P', b'K', 3, 4], bytes].concat()
));
