//! Made-up minutes of a miner's connection, for stories: jobs pushed at a chain's blocks, shares
//! submitted at random. No miner was ever run for them.

/// Messages of a Monero pool and its miner, in bytes; headers are 52.
const JOB: u64 = 410;
const SUBMIT: u64 = 186;
const REPLY: u64 = 64;
const HEADER: u64 = 52;
/// Messages of Electrum's protocol, each one record of TLS: a header of 80 bytes in hex, `server.ping`
/// and `null`, a question about an address, and `null`, a balance or a payment.
const HEADER_PUSH: u64 = 285;
const PING: u64 = 92;
const PONG: u64 = 71;
const QUESTION: u64 = 179;
const ANSWERS: [u64; 3] = [71, 113, 164];
/// Seconds between two blocks, on average.
const BLOCK_SECONDS: f64 = 120.0;
/// Seconds between two refreshes of a job.
const REFRESH_SECONDS: f64 = 350.0;

/// A small generator of numbers (splitmix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Instants with exponential gaps, in seconds, up to `until`.
    fn instants(&mut self, mean_gap: f64, until: f64) -> Vec<f64> {
        let mut at = 0.0;
        let gaps = std::iter::repeat_with(|| {
            at += -mean_gap * (1.0 - self.unit()).ln();
            at
        });
        gaps.take_while(|at| *at < until).collect()
    }
}

/// The seconds, from the story's begin, at which a chain has its blocks.
pub(crate) fn blocks(clock: u64, minutes: i64) -> Vec<i64> {
    let until = minutes as f64 * 60.0;
    Dice(clock).instants(BLOCK_SECONDS, until).into_iter().map(|at| at as i64).collect()
}

/// One minute: bytes and packets, up and down.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Minute {
    pub(crate) up_bytes: u64,
    pub(crate) up_packets: u64,
    pub(crate) down_bytes: u64,
    pub(crate) down_packets: u64,
}

impl Minute {
    fn up(&mut self, bytes: u64) {
        self.up_bytes += bytes + HEADER;
        self.up_packets += 1;
    }

    fn down(&mut self, bytes: u64) {
        self.down_bytes += bytes + HEADER;
        self.down_packets += 1;
    }
}

/// A packet that a log sampled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    /// From the story's begin.
    pub(crate) millis: i64,
    pub(crate) is_up: bool,
    pub(crate) payload: u64,
}

/// One packet in thirty of what such a miner sends and is sent, in order of time.
pub(crate) fn sampled(clock: u64, who: u64, shares_per_minute: f64, count: i64) -> Vec<Packet> {
    let until = count as f64 * 60.0;
    let mut own = Dice(who.wrapping_mul(7919) ^ 0x5A3D);
    let pushes = blocks(clock, count).into_iter().map(|at| at as f64 + 1.0);
    let pushes: Vec<f64> = pushes.chain(own.instants(REFRESH_SECONDS, until)).collect();
    let shares = own.instants(60.0 / shares_per_minute, until);
    let push = [(false, JOB), (true, 0)];
    let share = [(true, SUBMIT), (false, REPLY), (true, 0)];
    let all = pushes.iter().flat_map(|at| push.map(|packet| (*at, packet)));
    let all = all.chain(shares.iter().flat_map(|at| share.map(|packet| (*at, packet))));
    let seen = all.filter(|_| own.unit() < 1.0 / 30.0);
    let mut seen: Vec<Packet> = seen
        .map(|(at, (is_up, payload))| Packet { millis: (at * 1000.0) as i64, is_up, payload })
        .collect();
    seen.sort_by_key(|packet| packet.millis);
    seen
}

/// Lays what is said at some instants into their minutes.
fn lay(minutes: &mut [Minute], instants: &[f64], mut then: impl FnMut(&mut Minute)) {
    for at in instants {
        if let Some(minute) = minutes.get_mut((at / 60.0) as usize) {
            then(minute);
        }
    }
}

/// What a miner of the chain `clock` sends and is sent; `who` and `shares_per_minute` are its own.
pub(crate) fn minutes(clock: u64, who: u64, shares_per_minute: f64, count: i64) -> Vec<Minute> {
    let until = count as f64 * 60.0;
    let mut own = Dice(who.wrapping_mul(7919) ^ 0xF17E);
    let mut minutes = vec![Minute::default(); count as usize];
    let pushes = blocks(clock, count).into_iter().map(|at| at as f64 + 1.0);
    let pushes: Vec<f64> = pushes.chain(own.instants(REFRESH_SECONDS, until)).collect();
    lay(&mut minutes, &pushes, |minute| {
        minute.down(JOB);
        minute.up(0);
    });
    lay(&mut minutes, &own.instants(60.0 / shares_per_minute, until), |minute| {
        minute.up(SUBMIT);
        minute.down(REPLY);
        minute.up(0);
    });
    minutes
}

/// What somebody who waits for payments sends and is sent, in Electrum's protocol within TLS: a header
/// at each block, a ping each minute, questions about addresses at any time.
pub(crate) fn watched(clock: u64, who: u64, questions: f64, count: i64) -> Vec<Minute> {
    let until = count as f64 * 60.0;
    let mut own = Dice(who.wrapping_mul(7919) ^ 0x5409);
    let mut minutes = vec![Minute::default(); count as usize];
    let pushes: Vec<f64> = blocks(clock, count).into_iter().map(|at| at as f64 + 1.0).collect();
    lay(&mut minutes, &pushes, |minute| {
        minute.down(HEADER_PUSH);
        minute.up(0);
    });
    let pings: Vec<f64> = (0..count).map(|minute| minute as f64 * 60.0 + 7.0).collect();
    lay(&mut minutes, &pings, |minute| {
        minute.up(PING);
        minute.down(PONG);
        minute.up(0);
    });
    let asked = own.instants(60.0 / questions, until);
    lay(&mut minutes, &asked, |minute| {
        minute.up(QUESTION);
        minute.down(ANSWERS[(own.unit() * ANSWERS.len() as f64) as usize]);
        minute.up(0);
    });
    minutes
}
