//! Bits, written and read from the lowest of each byte on.

/// The longest run of ones in a Rice code; larger numbers are written as they are.
const RUN_MAX: u32 = 20;
/// Bits of a number that is written as it is: a difference of two 32-bit numbers with its sign.
const WHOLE_BITS: u32 = 34;

/// Bits that are written.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    pending: u64,
    filled: u32,
}

impl Writer {
    /// The lowest `count` bits of a number, at most 48.
    pub(super) fn put(&mut self, number: u64, count: u32) {
        self.pending |= (number & ((1 << count) - 1)) << self.filled;
        self.filled += count;
        while self.filled >= 8 {
            self.bytes.push((self.pending & 0xff) as u8);
            self.pending >>= 8;
            self.filled -= 8;
        }
    }

    /// Ones, and a zero that ends them.
    fn put_run(&mut self, ones: u32) {
        self.put((1 << ones) - 1, ones + 1);
    }

    /// A number that is likely small (Elias, 1975).
    pub(super) fn put_small(&mut self, number: u32) {
        let number = u64::from(number) + 1;
        let bits = number.ilog2();
        self.put_run(bits);
        self.put(number, bits);
    }

    /// A number that is about two to the power `scale` (Rice and Plaunt, 1971).
    pub(super) fn put_about(&mut self, number: u64, scale: u32) {
        let run = number >> scale;
        if run >= u64::from(RUN_MAX) {
            self.put((1 << RUN_MAX) - 1, RUN_MAX);
            return self.put(number, WHOLE_BITS);
        }
        self.put_run(run as u32);
        self.put(number, scale);
    }

    /// What was written, filled up with zeros to whole bytes.
    pub(super) fn finish(mut self) -> Box<[u8]> {
        if self.filled > 0 {
            self.put(0, 8 - self.filled);
        }
        self.bytes.into_boxed_slice()
    }
}

/// Bits that are read; behind the end there are zeros.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pending: u64,
    filled: u32,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pending: 0, filled: 0 }
    }

    pub(super) fn take(&mut self, count: u32) -> u64 {
        while self.filled < count {
            let (byte, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
            self.pending |= u64::from(*byte) << self.filled;
            (self.bytes, self.filled) = (rest, self.filled + 8);
        }
        let number = self.pending & ((1 << count) - 1);
        self.pending >>= count;
        self.filled -= count;
        number
    }

    /// How many ones come before a zero; no more than `most`, after which there is no zero.
    fn take_run(&mut self, most: u32) -> u32 {
        let mut ones = 0;
        while ones < most && self.take(1) == 1 {
            ones += 1;
        }
        ones
    }

    pub(super) fn take_small(&mut self) -> u32 {
        let bits = self.take_run(33).min(32);
        let number = 1 << bits | self.take(bits);
        u32::try_from(number - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn take_about(&mut self, scale: u32) -> u64 {
        match self.take_run(RUN_MAX) {
            RUN_MAX => self.take(WHOLE_BITS),
            run => u64::from(run) << scale | self.take(scale),
        }
    }
}
