//! An operator's own rules, in Sigma: read once, asked of every start of a program and every call.
//!
//! Rules are asked under the names that `SigmaHQ` uses (`Image`, `CommandLine`, `eventName`,
//! `operationName` …). A rule's log source says what it is asked of; rules over other sources are
//! refused when they are read, and so are correlations. Fields that no event has are absent, as the
//! specification wants it.

use std::sync::Arc;

use sigma_rust::{Event as Fields, Rule};

use crate::{
    event::{ApiCall, CallOutcome, CallerKind, Event, ProcessStart},
    id::Provider,
    text,
};

/// Rules that are read; `SigmaHQ` has some three thousand.
pub const RULES_MAX: usize = 10_000;
/// The longest file of rules; the longest of `SigmaHQ` has 40 kB.
pub const RULE_BYTES_MAX: usize = 256 << 10;
/// Operators and brackets in one rule: conditions are read and asked recursively.
const OPERATORS_MAX: usize = 1000;
/// Bytes kept of a title or id.
const TITLE_BYTES_MAX: usize = 200;
/// Bytes of a field that rules see.
const FIELD_BYTES_MAX: usize = 32 << 10;

/// Why a rule can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SigmaError {
    /// It is longer or deeper than any rule.
    #[error("too long or too deep for a rule")]
    TooLong,
    /// There are more rules than can be asked.
    #[error("more than {RULES_MAX} rules")]
    TooMany,
    /// It is no rule, or uses what the engine does not know.
    #[error("no rule that can be read: {0}")]
    Unreadable(String),
    /// It is about other logs.
    #[error("about logs that no rule is asked of: {0}")]
    OtherSource(String),
}

/// How serious a rule's author takes it; ordered.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For enrichment, or not said.
    Informational,
    /// Rarely an incident.
    Low,
    /// To be looked at now and then.
    Medium,
    /// To be looked at.
    High,
    /// An incident.
    Critical,
}

/// What a rule is asked of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    /// Programs that were started.
    Process,
    /// Calls to one cloud.
    Call(Provider),
}

/// One rule.
#[derive(Debug)]
pub struct SigmaRule {
    /// Its id, or its title where it has none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How serious it is.
    pub level: Level,
    /// Whether it is about mining: by its title, or by the technique T1496 among its tags.
    pub names_mining: bool,
    source: Source,
    rule: Rule,
}

/// An operator's rules, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<SigmaRule>>,
}

impl RuleSet {
    /// Reads one rule of YAML. Files that hold several are cut at their `---` by
    /// [`RuleSet::add_file`].
    ///
    /// # Errors
    /// Why the rule can't be used.
    pub fn add(&mut self, yaml: &str) -> Result<(), SigmaError> {
        if self.rules.len() >= RULES_MAX {
            return Err(SigmaError::TooMany);
        }
        self.rules.push(Arc::new(SigmaRule::parse(yaml)?));
        Ok(())
    }

    /// Reads every rule of a file; what can't be used is told, and keeps no other from being read.
    pub fn add_file(&mut self, yaml: &str) -> Vec<SigmaError> {
        if yaml.len() > RULE_BYTES_MAX {
            return vec![SigmaError::TooLong];
        }
        let documents = yaml.trim_start_matches('\u{feff}').split("\n---");
        let documents = documents.map(|text| text.trim_start_matches("---").trim());
        documents
            .filter(|document| !document.is_empty())
            .filter_map(|document| self.add(document).err())
            .collect()
    }

    /// How many rules there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that an event meets.
    pub fn matches(&self, event: &Event<'_>) -> impl Iterator<Item = &SigmaRule> {
        let asked = (!self.is_empty()).then(|| asked(event)).flatten();
        let rules = asked.into_iter().flat_map(|(source, fields)| {
            let meets =
                move |rule: &&Arc<SigmaRule>| rule.source == source && rule.rule.is_match(&fields);
            self.rules.iter().filter(meets)
        });
        rules.map(AsRef::as_ref)
    }
}

impl SigmaRule {
    fn parse(yaml: &str) -> Result<Self, SigmaError> {
        let operators = yaml.matches('(').count()
            + [" and ", " or ", "not "]
                .iter()
                .map(|word| yaml.matches(word).count())
                .sum::<usize>();
        if yaml.len() > RULE_BYTES_MAX || operators > OPERATORS_MAX {
            return Err(SigmaError::TooLong);
        }
        let unreadable = |error: &dyn std::fmt::Display| {
            SigmaError::Unreadable(text::printable(text::truncated(
                &error.to_string(),
                TITLE_BYTES_MAX,
            )))
        };
        let rule = sigma_rust::rule_from_yaml(yaml).map_err(|error| unreadable(&error))?;
        let title = kept(&rule.title);
        let tags = rule.tags.iter().flatten();
        let is_hijack =
            tags.into_iter().any(|tag| tag.to_ascii_lowercase().starts_with("attack.t1496"));
        Ok(Self {
            id: rule.id.as_deref().map_or_else(|| title.clone(), kept),
            level: rule
                .level
                .as_ref()
                .map_or(Level::Informational, |own| level(&format!("{own:?}"))),
            names_mining: is_hijack || names_mining(&title),
            source: source(&rule)?,
            title,
            rule,
        })
    }
}

fn kept(text: &str) -> String {
    text::truncated(&text::printable(text), TITLE_BYTES_MAX).to_string()
}

/// The engine does not name its type of levels, but tells their names.
fn level(name: &str) -> Level {
    match name.to_ascii_lowercase().as_str() {
        "critical" => Level::Critical,
        "high" => Level::High,
        "medium" => Level::Medium,
        "low" => Level::Low,
        _ => Level::Informational,
    }
}

/// What the rule's log source says that it is about.
fn source(rule: &Rule) -> Result<Source, SigmaError> {
    let source = &rule.logsource;
    let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_ascii_lowercase();
    let (category, product) = (lower(&source.category), lower(&source.product));
    let service = lower(&source.service);
    match (category.as_str(), product.as_str(), service.as_str()) {
        ("process_creation", ..) => Ok(Source::Process),
        (_, "aws", "cloudtrail") => Ok(Source::Call(Provider::Aws)),
        (_, "azure", "" | "activitylogs" | "auditlogs" | "azureactivity") => {
            Ok(Source::Call(Provider::Azure))
        }
        (_, "gcp", "" | "gcp.audit") => Ok(Source::Call(Provider::Gcp)),
        _ => Err(SigmaError::OtherSource(kept(&format!("{category} {product} {service}")))),
    }
}

/// What names mining in the titles of rules, once everything but letters and digits is gone.
const MINING_WORDS: [&str; 8] = [
    "coinmin",
    "cryptojack",
    "cryptomin",
    "currencymin",
    "minerpool",
    "miningpool",
    "stratum",
    "xmrig",
];

/// Whether the title of a rule, of Sigma or of a sensor, names mining.
#[must_use]
pub fn names_mining(title: &str) -> bool {
    let letters: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    MINING_WORDS.iter().any(|word| letters.contains(word))
}

/// An event as rules see it; `None` for kinds that no rule is asked of.
fn asked(event: &Event<'_>) -> Option<(Source, Fields)> {
    let mut fields = Asked(Fields::new());
    let source = match event {
        Event::Process(process) => {
            fields.process(process);
            Source::Process
        }
        Event::Call(call) => {
            match call.account.provider {
                Provider::Aws => fields.cloudtrail(call),
                Provider::Azure => fields.azure(call),
                Provider::Gcp => fields.gcp(call),
                _ => return None,
            }
            Source::Call(call.account.provider)
        }
        _ => return None,
    };
    Some((source, fields.0))
}

/// Fields being gathered.
struct Asked(Fields);

impl Asked {
    /// Sets a field under each of these names, unless it is empty.
    fn set(&mut self, names: &[&str], value: &str) {
        let value = text::truncated(value, FIELD_BYTES_MAX);
        for name in names.iter().filter(|_| !value.is_empty()) {
            self.0.insert(*name, value);
        }
    }

    fn process(&mut self, process: &ProcessStart<'_>) {
        self.set(&["Image"], &process.executable);
        self.set(&["CommandLine"], &process.command_line);
        let parent = process.parent.as_deref().unwrap_or_default();
        self.set(&["ParentCommandLine"], parent);
        self.set(&["ParentImage"], parent.split(' ').next().unwrap_or_default());
        self.set(&["User"], process.user.as_deref().unwrap_or_default());
        self.set(&["Computer"], process.resource.instance.unwrap_or_default());
        self.set(&["ContainerId"], process.container.as_deref().unwrap_or_default());
        self.set(&["ContainerImage"], process.image.as_deref().unwrap_or_default());
        let mut hashes = Vec::new();
        for hash in &process.hashes {
            let name = match hash.len() {
                32 => "md5",
                40 => "sha1",
                64 => "sha256",
                _ => continue,
            };
            self.set(&[name], hash);
            hashes.push(format!("{}={}", name.to_ascii_uppercase(), hash.to_ascii_uppercase()));
        }
        self.set(&["Hashes"], &hashes.join(","));
    }

    fn cloudtrail(&mut self, call: &ApiCall<'_>) {
        self.set(&["eventSource"], &call.service);
        self.set(&["eventName"], &call.operation);
        self.set(&["awsRegion"], &call.region);
        self.set(&["userIdentity.arn"], &call.caller.principal);
        self.set(&["userAgent"], call.caller.user_agent.as_deref().unwrap_or_default());
        self.set(&["sourceIPAddress"], &address(call));
        if call.caller.kind == CallerKind::Root {
            self.set(&["userIdentity.type"], "Root");
        }
        let error = match call.outcome {
            CallOutcome::Denied => "AccessDenied",
            CallOutcome::DryRun => "Client.DryRunOperation",
            CallOutcome::Failed => "Failed",
            CallOutcome::OverQuota => "LimitExceeded",
            CallOutcome::Succeeded => "",
        };
        self.set(&["errorCode"], error);
    }

    fn azure(&mut self, call: &ApiCall<'_>) {
        let names = ["operationName", "OperationName", "OperationNameValue", "properties.message"];
        self.set(&names, &call.operation);
        self.set(&["resourceProviderValue", "ResourceProviderValue"], &call.service);
        let by_name = call.caller.name.as_deref().unwrap_or(&call.caller.principal);
        self.set(&["caller", "Caller", "InitiatedBy"], by_name);
        self.set(&["callerIpAddress", "CallerIpAddress"], &address(call));
        let succeeded = call.outcome == CallOutcome::Succeeded;
        let outcome = if succeeded { "Success" } else { "Failure" };
        self.set(&["status", "Status", "Result", "resultType"], outcome);
    }

    fn gcp(&mut self, call: &ApiCall<'_>) {
        let prefixed =
            |name: &str| [format!("gcp.audit.{name}"), format!("data.protoPayload.{name}")];
        let all = [
            (["method_name", "methodName"], call.operation.to_string()),
            (["service_name", "serviceName"], call.service.to_string()),
            (
                ["authentication_info.principal_email", "authenticationInfo.principalEmail"],
                call.caller.principal.to_string(),
            ),
            (["request_metadata.caller_ip", "requestMetadata.callerIp"], address(call)),
        ];
        for (names, value) in all {
            for name in names.iter().flat_map(|name| prefixed(name)) {
                self.set(&[&name], &value);
            }
        }
    }
}

fn address(call: &ApiCall<'_>) -> String {
    call.caller.address.map_or_else(String::new, |address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::Resource, id::AccountRef, time::Time};

    const RULE: &str = "title: A miner of ours\nid: 00000000-0000-0000-0000-000000000001\n\
        logsource:\n    category: process_creation\n    product: linux\n\
        detection:\n    selection:\n        Image|endswith: '/upd'\n        CommandLine|contains:\n            - ' --mine'\n            - ' --dig'\n\
    \u{20}   filter:\n        User: alice\n    condition: selection and not filter\n\
        level: high\ntags:\n    - attack.impact\n    - attack.t1496.001\n";

    fn start<'a>(command_line: &'a str, user: &'a str) -> Event<'a> {
        Event::Process(ProcessStart {
            account: AccountRef::new(Provider::Unknown, ""),
            resource: Resource::default(),
            time: Time::from_seconds(1_772_359_200),
            executable: "/opt/upd".into(),
            command_line: command_line.into(),
            parent: None,
            user: Some(user.into()),
            container: None,
            image: None,
            hashes: vec!["00112233445566778899aabbccddeeff".into()],
            rule: None,
            part: None,
        })
    }

    fn matched(rules: &RuleSet, event: &Event<'_>) -> Vec<String> {
        rules.matches(event).map(|rule| rule.title.clone()).collect()
    }

    #[test]
    fn rules_are_asked_of_programs() {
        let mut rules = RuleSet::default();
        rules.add(RULE).expect("a rule");
        let rule = rules.rules.first().expect("one");
        assert_eq!((rule.level, rule.names_mining), (Level::High, true));
        assert_eq!(matched(&rules, &start("upd --dig", "root")), ["A miner of ours"]);
        assert!(matched(&rules, &start("upd --dig", "alice")).is_empty());
        assert!(matched(&rules, &start("upd", "root")).is_empty());
    }

    #[test]
    fn hashes_are_asked_in_sysmons_way() {
        let mut rules = RuleSet::default();
        let rule = "title: t\nlogsource: {category: process_creation}\n\
            detection:\n  s:\n    Hashes|contains: MD5=00112233445566778899AABBCCDDEEFF\n  condition: s\n";
        rules.add(rule).expect("a rule");
        assert_eq!(matched(&rules, &start("upd", "root")), ["t"]);
    }

    #[test]
    fn what_is_no_rule_is_refused_and_harms_no_other() {
        let mut rules = RuleSet::default();
        let other = RULE.replace("category: process_creation", "category: webserver");
        let deep = RULE.replace(
            "selection and",
            &format!("{}selection{} and", "(".repeat(2000), ")".repeat(2000)),
        );
        let file = format!("---\n{RULE}---\n{other}\n---\nnothing\n---\n{deep}\n---\n{RULE}");
        let errors = rules.add_file(&file);
        assert_eq!(rules.len(), 2, "{errors:?}");
        assert!(matches!(
            errors.as_slice(),
            [SigmaError::OtherSource(_), SigmaError::Unreadable(_), SigmaError::TooLong]
        ));
        assert!(matches!(
            rules.add_file(&"a".repeat(RULE_BYTES_MAX + 1)).as_slice(),
            [SigmaError::TooLong]
        ));
    }

    #[test]
    fn rules_are_read_in_any_spelling() {
        assert!(names_mining("Detect crypto miners using the Stratum protocol"));
        assert!(names_mining("Detect outbound connections to common miner pool ports"));
        assert!(!names_mining("Terminal shell in container"));
    }
}
