//! Who is told: the receivers that an operator wrote into a TOML file, what they want to be spared,
//! and whose turn it is.

mod settings;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};
use firedamp_core::time::Time;
use jiff::{civil, tz::TimeZone};
use settings::{DoorbellSettings, Entry, RotationEntry, Settings};
use url::Url;

use super::when::{QuietHours, Turns};
use crate::{
    channel::{CHANNELS, Channel, doorbell::Doorbell},
    client::Outside,
    language::Language,
    store::Addressee,
};

/// Receivers of one desk at most, and rotations.
const RECEIVERS_MAX: usize = 100;

/// Receivers, and where links in notices lead.
#[derive(Default)]
pub struct Book {
    desk: Option<Url>,
    receivers: Vec<Receiver>,
    rotations: Vec<Rotation>,
    doorbell: Option<Arc<Doorbell>>,
    /// The file that it stands in.
    path: Option<PathBuf>,
    /// The hash of its text.
    hash: Option<blake3::Hash>,
}

/// Somebody who is told.
pub struct Receiver {
    /// What it is called, in the settings and on the page.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// Of whose cases: of this customer's or reseller's and of those below it; of all where none is
    /// named.
    pub customer: Option<String>,
    /// The kind of channel, by its text id.
    pub kind: &'static str,
    /// On which way.
    pub channel: Box<dyn Channel>,
    /// Where its clock hangs.
    pub zone: TimeZone,
    /// When it is told of high cases alone.
    pub quiet: Option<QuietHours>,
    /// When it is told what is open.
    pub daily_summary: Option<civil::Time>,
    /// Messages an hour at most; the rest in a digest.
    pub hourly_max: Option<u32>,
    /// Told only of what nobody has taken up for so many minutes.
    pub escalation_minutes: Option<i64>,
}

/// Receivers who take turns.
pub struct Rotation {
    /// What it is called: who is told through it, whoever's turn it is.
    pub name: String,
    /// The names of those who take turns.
    pub members: Vec<String>,
    turns: Turns,
    customer: Option<String>,
    escalation_minutes: Option<i64>,
}

impl Book {
    /// Reads a file of settings; `docs/notices.md` describes them.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| {
            format!("cannot read the settings of notices in `{}`", path.display())
        })?;
        let book = Self::parse(&text).with_context(|| format!("in `{}`", path.display()))?;
        Ok(Self { path: Some(path.to_path_buf()), ..book })
    }

    /// Reads settings.
    ///
    /// # Errors
    /// Which setting can't be used, and why.
    pub fn parse(text: &str) -> Result<Self> {
        let Settings { desk, allow_internal, doorbell, receivers, rotations } =
            toml::from_str(text)?;
        let count = receivers.len() + rotations.len();
        ensure!(count <= RECEIVERS_MAX, "more than {RECEIVERS_MAX} receivers");
        let outside = Outside::new(allow_internal)?;
        let hash = Some(blake3::hash(text.as_bytes()));
        let bell = |settings: DoorbellSettings| Doorbell::new(&settings.key, &desk, &outside);
        let doorbell = doorbell.map(bell).transpose()?.map(Arc::new);
        let mut book = Self { desk: Some(desk), hash, doorbell, ..Self::default() };
        for entry in receivers {
            let name = entry.name.clone();
            book.must_be_new(&name)?;
            let receiver = open(entry, &outside).with_context(|| format!("receiver `{name}`"))?;
            book.receivers.push(receiver);
        }
        for entry in rotations {
            let name = entry.name.clone();
            book.must_be_new(&name)?;
            let rotation = book.rotation(entry).with_context(|| format!("rotation `{name}`"))?;
            book.rotations.push(rotation);
        }
        Ok(book)
    }

    fn must_be_new(&self, name: &str) -> Result<()> {
        let mut names = self.receivers.iter().map(|one| &one.name);
        let is_taken = names.any(|one| one == name) || self.rotation_of(name).is_some();
        ensure!(!is_taken, "two receivers are called `{name}`");
        Ok(())
    }

    fn rotation(&self, entry: RotationEntry) -> Result<Rotation> {
        ensure!(!entry.receivers.is_empty(), "`receivers` names nobody");
        for member in &entry.receivers {
            if !self.receivers.iter().any(|one| one.name == *member) {
                bail!("there is no receiver `{member}`");
            }
            if self.is_in_a_rotation(member) {
                bail!("`{member}` takes turns elsewhere already");
            }
        }
        ensure!((1..=366).contains(&entry.days), "`days` is 1 to 366");
        let since = entry.since.parse().with_context(|| {
            format!("`{}` is no date with a time; write `2026-01-05T09:00`", entry.since)
        })?;
        Ok(Rotation {
            name: entry.name,
            members: entry.receivers,
            turns: Turns { since, days: entry.days, zone: settings::zone(entry.time_zone)? },
            customer: entry.customer,
            escalation_minutes: settings::patience(entry.escalation_minutes)?,
        })
    }

    /// Whether nobody is told.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.receivers.is_empty()
    }

    /// What rings at programs of partners.
    #[must_use]
    pub fn doorbell(&self) -> Option<Arc<Doorbell>> {
        self.doorbell.clone()
    }

    /// The file that it stands in, if it was read from one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Receivers of mail about all cases, whose server may send letters to customers, by name.
    #[must_use]
    pub fn senders(&self) -> Arc<[String]> {
        let mail = self.receivers.iter().filter(|one| one.kind == "mail");
        mail.filter(|one| one.customer.is_none()).map(|one| one.name.clone()).collect()
    }

    /// Whether it was read from just this text.
    #[must_use]
    pub fn is_made_of(&self, text: &str) -> bool {
        self.hash == Some(blake3::hash(text.as_bytes()))
    }

    /// Every receiver, in the order of the file.
    #[must_use]
    pub fn receivers(&self) -> &[Receiver] {
        &self.receivers
    }

    /// Every rotation, in the order of the file.
    #[must_use]
    pub fn rotations(&self) -> &[Rotation] {
        &self.rotations
    }

    fn rotation_of(&self, name: &str) -> Option<&Rotation> {
        self.rotations.iter().find(|rotation| rotation.name == name)
    }

    fn is_in_a_rotation(&self, name: &str) -> bool {
        self.rotations.iter().any(|rotation| rotation.members.iter().any(|one| one == name))
    }

    /// Who is told at `now`, as the store addresses them: those who are told at once, or those who are
    /// told when nobody else has taken something up. Whoever's turn it is is awake.
    #[must_use]
    pub fn addressees(&self, now: Time, when_nobody_has: bool) -> Vec<Addressee> {
        let alone = self.receivers.iter().filter(|one| !self.is_in_a_rotation(&one.name));
        let alone = alone.map(|receiver| receiver.addressee(now));
        let together = self.rotations.iter().map(|rotation| Addressee {
            name: rotation.name.clone(),
            within: rotation.customer.clone(),
            quiet_until: None,
            patience_seconds: rotation.escalation_minutes.map(|minutes| minutes * 60),
        });
        let all = alone.chain(together);
        all.filter(|one| one.patience_seconds.is_some() == when_nobody_has).collect()
    }

    /// The receiver of this name, or whose turn it is at `now` in the rotation of this name.
    #[must_use]
    pub fn receiver(&self, name: &str, now: Time) -> Option<&Receiver> {
        let name = match self.rotation_of(name) {
            Some(rotation) => rotation.whose(now)?,
            None => name,
        };
        self.receivers.iter().find(|receiver| receiver.name == name)
    }

    /// After how many minutes without anybody this receiver or rotation is told.
    pub(super) fn patience(&self, name: &str) -> Option<i64> {
        match self.rotation_of(name) {
            Some(rotation) => rotation.escalation_minutes,
            None => self.receivers.iter().find(|one| one.name == name)?.escalation_minutes,
        }
    }

    /// Those who want a summary of each day, and when.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (&Receiver, civil::Time)> {
        self.receivers.iter().filter_map(|receiver| Some((receiver, receiver.daily_summary?)))
    }

    /// Where people see a case, or the inbox.
    pub(super) fn link(&self, case: Option<i64>) -> String {
        self.page(&case.map_or_else(|| "notices".to_string(), |case| format!("cases/{case}")))
    }

    /// Where people see a page.
    pub(super) fn page(&self, path: &str) -> String {
        let base = self.desk.as_ref().map_or("/", Url::as_str);
        format!("{}/{path}", base.trim_end_matches('/'))
    }
}

impl Receiver {
    /// A program that is told at once, whatever the hour.
    pub(super) fn program(
        name: String,
        kind: &'static str,
        customer: Option<String>,
        channel: Box<dyn Channel>,
    ) -> Self {
        Self {
            name,
            language: Language::English,
            customer,
            kind,
            channel,
            zone: TimeZone::UTC,
            quiet: None,
            daily_summary: None,
            hourly_max: None,
            escalation_minutes: None,
        }
    }

    /// As the store addresses it at `now`.
    pub(super) fn addressee(&self, now: Time) -> Addressee {
        Addressee {
            name: self.name.clone(),
            within: self.customer.clone(),
            quiet_until: self.quiet.and_then(|quiet| quiet.end(&self.zone, now)),
            patience_seconds: self.escalation_minutes.map(|minutes| minutes * 60),
        }
    }
}

impl Rotation {
    /// The name of whoever's turn it is.
    #[must_use]
    pub fn whose(&self, now: Time) -> Option<&str> {
        self.members.get(self.turns.whose(self.members.len(), now)).map(String::as_str)
    }
}

fn open(entry: Entry, outside: &Outside) -> Result<Receiver> {
    let Some(kind) = CHANNELS.iter().find(|kind| kind.id == entry.channel) else {
        let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.id).collect();
        bail!("there is no channel `{}`; there are {}", entry.channel, known.join(", "));
    };
    let clock = |text: String| super::when::parse_clock(&text).map_err(anyhow::Error::msg);
    Ok(Receiver {
        zone: settings::zone(entry.time_zone)?,
        quiet: entry.quiet.map(|text| text.parse()).transpose().map_err(anyhow::Error::msg)?,
        daily_summary: entry.daily_summary.map(clock).transpose()?,
        hourly_max: settings::hourly(entry.hourly_max)?,
        escalation_minutes: settings::patience(entry.escalation_minutes)?,
        name: entry.name,
        language: entry.language,
        customer: entry.customer,
        kind: kind.id,
        channel: (kind.open)(entry.settings, outside)?,
    })
}
