#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| firedamp_fuzz::object(bytes, Some("aws_network_interface")));
