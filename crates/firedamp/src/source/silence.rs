//! Sources that fall silent. A feed is one account heard through one source; how often it is heard is
//! learnt, and when it is not heard for much longer than that, somebody is told: what is not seen
//! can't be judged, and whoever mines may be the one who switched it off.
//!
//! Gaps are counted between arrivals, since each kind of log has a delay of its own. But an arrival that
//! tells nothing newer than was known is none: who delivers old records again and again is silent.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use firedamp_core::time::Time;
use tokio::sync::watch;

use crate::store::{FeedRow, Heard, Result, Store};

/// How often is listened.
const PAUSE: Duration = Duration::from_secs(60);
/// Objects are committed some time after the moment that they are noted with: a turn is not longer.
const LATE_SECONDS: i64 = 3600;
/// How far back is listened at the start.
const FIRST_SECONDS: i64 = 86_400;
/// A feed is judged when it is known for so long: its first objects may be a backlog.
const KNOWN_SECONDS: i64 = 25 * 3600;
/// In its first week a feed has shown no weekend: who works from Monday to Friday is as silent then as
/// one that broke.
const WEEK_SECONDS: i64 = 7 * 86_400;
/// From the first Friday evening on earth to the last Monday morning: after Monday 1970-01-05, 00:00 UTC.
const MONDAY: Time = Time::from_seconds(4 * 86_400);
const WEEKEND_FROM_SECONDS: i64 = (4 * 24 + 4) * 3600;
const WEEKEND_TO_SECONDS: i64 = (7 * 24 + 18) * 3600;
/// No feed is silent before this time.
const SILENT_SECONDS_MIN: i64 = 3600;
/// A feed is silent after so many usual gaps,
const USUAL_GAPS: i64 = 4;
/// and after one and a half times its longest gap of late (weekends, daily bills).
const LONGEST_NUMERATOR: i64 = 3;
const LONGEST_DENOMINATOR: i64 = 2;
/// The usual gap moves an eighth of the way to each new one.
const MEMORY: i64 = 8;
/// A longest gap is forgotten in about two weeks.
const LONGEST_SECONDS: i64 = 14 * 86_400;

/// When those whose logs are read do not work.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Weekend {
    /// Saturday and Sunday.
    #[default]
    SaturdaySunday,
    /// Friday and Saturday, as in most Gulf states.
    FridaySaturday,
}

impl Weekend {
    /// How much earlier than the one of most countries it is.
    const fn earlier_seconds(self) -> i64 {
        match self {
            Self::SaturdaySunday => 0,
            Self::FridaySaturday => 86_400,
        }
    }

    /// Seconds of a weekend between two times; at most one weekend is between them.
    fn seconds_between(self, from: Time, to: Time) -> i64 {
        let earlier = self.earlier_seconds();
        let monday = from.seconds_since(MONDAY).div_euclid(WEEK_SECONDS) * WEEK_SECONDS;
        let at = |seconds: i64| MONDAY.plus_seconds(monday + seconds - earlier);
        // On a Monday morning it is still the weekend before.
        [-WEEK_SECONDS, 0]
            .map(|week| {
                let begin = at(week + WEEKEND_FROM_SECONDS).max(from);
                at(week + WEEKEND_TO_SECONDS).min(to).seconds_since(begin).max(0)
            })
            .into_iter()
            .sum()
    }
}

impl FromStr for Weekend {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "sat-sun" => Ok(Self::SaturdaySunday),
            "fri-sat" => Ok(Self::FridaySaturday),
            _ => Err("a weekend is `sat-sun` or `fri-sat`".to_string()),
        }
    }
}

impl FeedRow {
    /// A feed that is heard for the first time.
    #[must_use]
    pub fn first(source: &str, heard: &Heard) -> Self {
        Self {
            source: source.to_string(),
            account: heard.account.clone(),
            first_at: heard.at,
            heard_at: heard.at,
            newest_record: heard.newest,
            usual: 0,
            longest: 0,
            silent_since: None,
        }
    }

    /// Whether this arrived later than what was heard, and tells something newer, where that has a time.
    #[must_use]
    pub fn is_news(&self, heard: &Heard) -> bool {
        heard.at > self.heard_at && (heard.newest.is_none() || heard.newest > self.newest_record)
    }

    /// It is heard at `at`.
    pub fn hear(&mut self, at: Time) {
        let gap = at.seconds_since(self.heard_at);
        if gap <= 0 {
            return;
        }
        // A silence that somebody was told of is a habit in part: a second weekend is none.
        let learnt = gap.min(self.limit().saturating_mul(2));
        let is_first = self.usual == 0;
        self.usual = if is_first { gap } else { self.usual + (learnt - self.usual) / MEMORY };
        let faded = self.longest - self.longest.saturating_mul(gap) / LONGEST_SECONDS;
        self.longest = faded.max(if is_first { gap } else { learnt });
        self.heard_at = at;
        self.silent_since = None;
    }

    /// For how long it may be silent, in seconds.
    #[must_use]
    pub fn limit(&self) -> i64 {
        let longest = self.longest.saturating_mul(LONGEST_NUMERATOR) / LONGEST_DENOMINATOR;
        self.usual.saturating_mul(USUAL_GAPS).max(longest).max(SILENT_SECONDS_MIN)
    }

    /// Whether it is silent for too long at `now`, for one who listens since `since`.
    #[must_use]
    pub fn is_silent(&self, now: Time, since: Time, weekend: Weekend) -> bool {
        let is_known = self.usual > 0 && now.seconds_since(self.first_at) >= KNOWN_SECONDS;
        let from = self.heard_at.max(since);
        let is_new = now.seconds_since(self.first_at) < WEEK_SECONDS;
        let excused = if is_new { weekend.seconds_between(from, now) } else { 0 };
        is_known && now.seconds_since(from) - excused > self.limit()
    }

    /// Whoever was heard by a clock that was set back since was heard now; whether that was so.
    fn set_back(&mut self, now: Time) -> bool {
        let is_ahead = self.heard_at > now || self.first_at > now;
        self.heard_at = self.heard_at.min(now);
        self.first_at = self.first_at.min(now);
        self.newest_record = self.newest_record.min(Some(now));
        is_ahead
    }
}

/// A source and an account.
type Key = (String, String);
type Feeds = BTreeMap<Key, FeedRow>;

/// Listens to all sources.
pub struct Listener {
    sources: Vec<String>,
    /// Nobody listened before.
    since: Time,
    weekend: Weekend,
    listened_at: Option<Time>,
}

impl Listener {
    /// A listener to `sources`, by what the addresses of their objects begin with; it listens since
    /// `since`.
    #[must_use]
    pub const fn new(sources: Vec<String>, since: Time) -> Self {
        Self { sources, since, weekend: Weekend::SaturdaySunday, listened_at: None }
    }

    /// The same, among people with this weekend.
    #[must_use]
    pub fn with_weekend(self, weekend: Weekend) -> Self {
        Self { weekend, ..self }
    }

    /// Listens until it is told to stop.
    pub async fn run(
        mut self,
        store: Arc<dyn Store>,
        clock: fn() -> Time,
        mut stop: watch::Receiver<bool>,
    ) {
        while !*stop.borrow() {
            match self.listen(&*store, clock()).await {
                Ok(silent) => crate::observe::feeds_silent(silent),
                Err(error) => tracing::error!("{error}; sources are listened to again"),
            }
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Notes who was heard, and who is silent for too long; how many are.
    ///
    /// # Errors
    /// When the store can't be used.
    pub async fn listen(&mut self, store: &dyn Store, now: Time) -> Result<usize> {
        let back = if self.listened_at.is_some() { LATE_SECONDS } else { FIRST_SECONDS };
        let since = self.listened_at.unwrap_or(now).min(now).plus_seconds(-back);
        self.since = self.since.min(now);
        let feeds = store.feeds(None).await?;
        let key = |feed: &FeedRow| (feed.source.clone(), feed.account.clone());
        let mut all: Feeds = feeds.into_iter().map(|one| (key(&one), one)).collect();
        let ahead = all.iter_mut().filter_map(|(key, one)| one.set_back(now).then(|| key.clone()));
        let mut changed: BTreeSet<Key> = ahead.collect();
        for source in &self.sources {
            for heard in store.heard(source, since).await? {
                let key = (source.clone(), heard.account.clone());
                if all.get(&key).is_none_or(|feed| feed.is_news(&heard)) {
                    let feed = all.entry(key.clone());
                    let feed = feed.or_insert_with(|| FeedRow::first(source, &heard));
                    feed.hear(heard.at);
                    feed.newest_record = feed.newest_record.max(heard.newest);
                    changed.insert(key);
                }
            }
        }
        self.note_silent(&mut all, &mut changed, now);
        let rows: Vec<FeedRow> = changed.iter().filter_map(|key| all.get(key).cloned()).collect();
        if !rows.is_empty() {
            store.note_feeds(&rows, now).await?;
        }
        self.listened_at = Some(now);
        Ok(all.values().filter(|feed| feed.silent_since.is_some()).count())
    }

    fn note_silent(&self, all: &mut Feeds, changed: &mut BTreeSet<Key>, now: Time) {
        // A source that is watched no longer is not expected to say anything.
        let watched = |feed: &FeedRow| self.sources.contains(&feed.source);
        for (key, feed) in all {
            let is_silent = watched(feed) && feed.is_silent(now, self.since, self.weekend);
            let is_news = is_silent && feed.silent_since.is_none();
            if is_news || (feed.silent_since.is_some() && !watched(feed)) {
                feed.silent_since = is_news.then_some(feed.heard_at);
                changed.insert(key.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const START: Time = Time::from_seconds(1_775_000_000);
    const USUAL: Weekend = Weekend::SaturdaySunday;

    fn at(seconds: i64) -> Time {
        START.plus_seconds(seconds)
    }

    fn heard(seconds: impl IntoIterator<Item = i64>) -> FeedRow {
        let account = "aws:111122223333".to_string();
        let mut feed = FeedRow::first("s3://logs/", &Heard { account, at: START, newest: None });
        seconds.into_iter().for_each(|seconds| feed.hear(at(seconds)));
        feed
    }

    #[test]
    fn an_hourly_feed_is_missed_after_some_hours_and_a_daily_one_after_days() {
        let hourly = heard((1..48).map(|hour| hour * HOUR));
        assert!(!hourly.is_silent(at(50 * HOUR), START, USUAL));
        assert!(hourly.is_silent(at(52 * HOUR), START, USUAL));
        let daily = heard((1..8).map(|day| day * 24 * HOUR));
        assert!(!daily.is_silent(at(10 * 24 * HOUR), START, USUAL));
        assert!(daily.is_silent(at(12 * 24 * HOUR), START, USUAL));
    }

    #[test]
    fn a_weekend_is_no_silence_for_one_who_had_weekends() {
        let week = |week: i64| {
            (0..5)
                .flat_map(move |day| (8..18).map(move |hour| ((week * 7 + day) * 24 + hour) * HOUR))
        };
        let feed = heard((0..3).flat_map(week));
        let friday = (14 + 4) * 24 + 17;
        assert!(!feed.is_silent(at((friday + 64) * HOUR), START, USUAL));
        assert!(feed.is_silent(at((friday + 24 * 5) * HOUR), START, USUAL));
    }

    /// Heard each working hour from Wednesday on; the start of all tests is a Tuesday, 23:33.
    fn first_week() -> FeedRow {
        heard((0..3).flat_map(|day| (8..18).map(move |hour| (day * 24 + hour) * HOUR)))
    }

    #[test]
    fn on_its_first_weekend_a_feed_is_not_accused_and_one_that_broke_is_told_on_monday() {
        let (feed, friday) = (first_week(), 2 * 24 + 17);
        for hours in [5, 24, 48, 64, 73] {
            assert!(
                !feed.is_silent(at((friday + hours) * HOUR), START, USUAL),
                "{hours} hours after"
            );
        }
        assert!(feed.is_silent(at((6 * 24 + 22) * HOUR), START, USUAL), "on Tuesday evening");
        let mut back = first_week();
        let monday = (5 * 24 + 9) * HOUR;
        back.hear(at(monday));
        assert!(!back.is_silent(at(monday + HOUR), START, USUAL));
    }

    #[test]
    fn where_friday_is_free_a_feed_of_sunday_to_thursday_is_not_accused_on_friday() {
        let feed = heard((0..2).flat_map(|day| (0..18).map(move |hour| (day * 24 + hour) * HOUR)));
        let (thursday, there) = (24 + 17, Weekend::FridaySaturday);
        for hours in [24, 48, 64, 73] {
            let now = at((thursday + hours) * HOUR);
            assert!(!feed.is_silent(now, START, there), "{hours} hours after");
        }
        assert!(feed.is_silent(at((thursday + 24) * HOUR), START, USUAL), "elsewhere it is");
        assert!(feed.is_silent(at((5 * 24 + 22) * HOUR), START, there), "on Monday evening");
        assert!("fri-sat".parse() == Ok(there) && "friday".parse::<Weekend>().is_err());
    }

    #[test]
    fn a_silence_in_the_first_week_is_told_on_a_working_day() {
        let hourly = heard((1..30).map(|hour| hour * HOUR));
        assert!(hourly.is_silent(at(34 * HOUR), START, USUAL), "on Thursday");
    }

    #[test]
    fn a_weekend_is_counted_wherever_the_two_times_lie() {
        // 2026-04-03 is a Friday.
        let friday = Time::from_seconds(1_775_174_400);
        let hour = |hour: i64| friday.plus_seconds(hour * HOUR);
        for (from, to, hours) in [
            (-48, -24, 0),
            (0, 4, 0),
            (0, 24, 20),
            (10, 20, 10),
            (-24, 120, 86),
            (80, 96, 10),
            (91, 100, 0),
        ] {
            let (from, to) = (hour(from), hour(to));
            assert_eq!(USUAL.seconds_between(from, to), hours * HOUR, "{from} to {to}");
            let (from, to) = (from.plus_seconds(-24 * HOUR), to.plus_seconds(-24 * HOUR));
            let hours_there = Weekend::FridaySaturday.seconds_between(from, to);
            assert_eq!(hours_there, hours * HOUR, "a day earlier: {from} to {to}");
        }
    }

    #[test]
    fn a_backlog_is_no_habit_and_one_who_just_came_waits() {
        let backlog = heard((1..30).map(|minute| minute * 60));
        assert!(!backlog.is_silent(at(20 * HOUR), START, USUAL));
        let hourly = heard((1..48).map(|hour| hour * HOUR));
        assert!(!hourly.is_silent(at(100 * HOUR), at(99 * HOUR), USUAL), "we were away ourselves");
    }

    #[test]
    fn a_silence_that_was_told_is_learnt_in_part() {
        let mut feed = heard((1..48).map(|hour| hour * HOUR));
        feed.hear(at((47 + 200) * HOUR));
        assert!(feed.limit() < 16 * HOUR, "{}", feed.limit());
    }

    #[test]
    fn what_arrives_and_tells_nothing_newer_is_no_news() {
        let mut feed = heard((1..48).map(|hour| hour * HOUR));
        feed.newest_record = Some(at(47 * HOUR - 600));
        for (hour, newest, is_news) in [
            (48, Some(48 * HOUR - 600), true),
            (48, Some(47 * HOUR - 600), false),
            (48, Some(20 * HOUR), false),
            // An inventory, a list of alerts.
            (48, None, true),
            (47, Some(48 * HOUR), false),
        ] {
            let account = feed.account.clone();
            let one = Heard { account, at: at(hour * HOUR), newest: newest.map(at) };
            assert_eq!(feed.is_news(&one), is_news, "{hour} {newest:?}");
        }
    }
}
