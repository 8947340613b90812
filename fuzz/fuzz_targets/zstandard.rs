#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    firedamp_fuzz::file(&[&[0x28, 0xb5, 0x2f, 0xfd], bytes].concat());
});
