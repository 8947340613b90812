//! Drawn traffic: the same start number gives the same minutes.

/// Steele, Lea and Flood's `splitmix64`.
#[derive(Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(start: u64) -> Self {
        Self(start.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x7075_6c73_6500_0000)
    }

    /// In [0, 1).
    pub(crate) fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, bound: f64) -> f64 {
        self.part() * bound
    }

    /// Seconds of a Poisson process over so many minutes.
    pub(crate) fn poisson(&mut self, minutes: usize, mean_seconds: f64) -> Vec<f64> {
        let mut at = 0.0;
        let mut times = Vec::new();
        loop {
            at -= mean_seconds * (1.0 - self.part()).ln();
            if at >= 60.0 * minutes as f64 {
                return times;
            }
            times.push(at);
        }
    }
}

/// How a miner is disguised.
#[derive(Clone, Copy, Default)]
pub(crate) struct Guise {
    /// Jobs are late by up to so many seconds, each by its own.
    pub(crate) delay: f64,
    /// Up to so many bytes of padding in each minute.
    pub(crate) padding: f64,
}

/// Bytes down of a miner: a job of 420 bytes for each block and, every five minutes or so, for a fresh
/// template of its own pool; replies of 116 bytes to shares, 3 to 60 seconds apart in the mean.
pub(crate) fn miner(draw: &mut Draw, minutes: usize, blocks: &[f64], guise: Guise) -> Vec<f64> {
    let mut down = vec![0.0; minutes];
    let mut send = |second: f64, bytes: f64| {
        if let Some(sum) = down.get_mut((second / 60.0) as usize) {
            *sum += bytes;
        }
    };
    blocks.iter().for_each(|block| send(block + 1.0 + draw.below(guise.delay), 420.0));
    draw.poisson(minutes, 300.0).iter().for_each(|refresh| send(*refresh, 420.0));
    let gap = 3.0 * 20.0_f64.powf(draw.part());
    draw.poisson(minutes, gap).iter().for_each(|share| send(*share, 116.0));
    down.iter().map(|bytes| bytes + draw.below(guise.padding).round()).collect()
}

/// Bytes down of a client that asks every `period` minutes, at its own second, with answers that vary.
pub(crate) fn timer(draw: &mut Draw, minutes: usize, period: usize, jitter: f64) -> Vec<f64> {
    let second = draw.below(60.0);
    let mut down: Vec<f64> = (0..minutes).map(|_| 0.0).collect();
    for at in (0..minutes).step_by(period) {
        let minute = (at as f64 + (second + draw.below(jitter)) / 60.0) as usize;
        let answer = (2000.0 + draw.below(1000.0)).round();
        down.get_mut(minute).into_iter().for_each(|sum| *sum += answer);
    }
    down
}

/// Bytes down of an MQTT client: a keep-alive of 44 bytes each minute, and rare messages.
pub(crate) fn keep_alive(draw: &mut Draw, minutes: usize, message_gap: f64) -> Vec<f64> {
    let mut down = vec![44.0; minutes];
    for second in draw.poisson(minutes, message_gap) {
        down[(second / 60.0) as usize] += (80.0 + draw.below(200.0)).round();
    }
    down
}

/// Bytes down of an office machine: bursts of a heavy-tailed size.
pub(crate) fn office(draw: &mut Draw, minutes: usize) -> Vec<f64> {
    let mut down = vec![0.0; minutes];
    for second in draw.poisson(minutes, 240.0) {
        down[(second / 60.0) as usize] += (2000.0 / (1.0 - draw.part())).min(1e9).round();
    }
    down
}

/// Bytes down of an office machine with a job at each full hour.
pub(crate) fn hourly(draw: &mut Draw, minutes: usize) -> Vec<f64> {
    let job = timer(draw, minutes, 60, 0.0);
    let rest = office(draw, minutes);
    job.iter().zip(rest).map(|(job, rest)| 10.0 * job + rest).collect()
}
