//! The partner's whole job, clicked through in a real browser by people with roles: mining that nobody
//! ordered, from the notice to the resolved case, cleaned up at moto; and authorised research, until it
//! does more than was allowed. The same walks take the pictures of `docs/stories.md`.

mod telemetry;
mod walk;
mod words;

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use firedamp::{
    cleanup::{Cleaner, Clouds},
    desk::{Desk as Folding, Watched},
    language::Language,
    pack::{Public, verify},
    tree::Tree,
    web::access::Role,
};
use firedamp_core::time::Time;
use reqwest::{Method, StatusCode};

use crate::{
    casework,
    cleanup::{
        clouds::aws_settings,
        moto::{Loot, Moto, intrude},
    },
    desk::{settings, settle},
    web::{Desk, browser},
};
use telemetry::{HOUR, NOTICED, Part};
use walk::Walk;

const TREE: &str = "account,customer,customer_name,language,contact,mail\n\
                    aws:111122223333,contoso,Contoso,de,Frau Beispiel,it@contoso.example\n";

/// The clock of the story of a clean-up; a desk asks a function without a state.
static CLEANED: AtomicI64 = AtomicI64::new(NOTICED);
/// The same of the story of the research.
static RESEARCH: AtomicI64 = AtomicI64::new(crate::web::NOW.seconds() + 2 * HOUR);

fn cleaned_now() -> Time {
    Time::from_seconds(CLEANED.load(SeqCst))
}

fn research_now() -> Time {
    Time::from_seconds(RESEARCH.load(SeqCst))
}

/// An analyst, an approver who is somebody else, and two who read another language.
async fn people(desk: &Desk) {
    desk.person("anna", Role::Analyst).await;
    desk.person("bruno", Role::Approver).await;
    desk.reader("claire", Role::Viewer, Language::French).await;
    desk.reader("dieter", Role::Viewer, Language::German).await;
}

/// What the partner's books and an audit say of the customer.
async fn known(desk: &Desk) {
    let admin = desk.key(Role::Admin).await;
    for (path, table) in [
        (
            "/api/v1/standing",
            "customer,overdue_days,owed,currency,source\ncontoso,0,0.00,EUR,our books\n",
        ),
        (
            "/api/v1/posture",
            "customer,part,value,source\ncontoso,mfa_admins,no,the audit of January\n",
        ),
    ] {
        let put = desk.request(Method::PUT, path, &admin).body(table).send().await;
        assert_eq!(put.expect("an answer").status(), StatusCode::OK, "{path}");
    }
}

/// Lets telemetry arrive at the desk's folder and be judged.
struct Logs {
    folding: Folding,
}

impl Logs {
    async fn open(desk: &Desk) -> Self {
        Self::open_at(desk, cleaned_now()).await
    }

    async fn open_at(desk: &Desk, now: Time) -> Self {
        std::fs::create_dir(desk.folder.path("watched")).expect("a folder");
        let watched = Watched::new(vec![desk.folder.path("watched")]);
        let opened = Folding::open(desk.store.clone(), settings(), watched, now).await;
        Self { folding: opened.expect("a desk") }
    }

    async fn arrive(&mut self, desk: &Desk, name: &str, part: &Part, loot: &Loot) {
        self.arrive_at(desk, name, part, loot, cleaned_now()).await;
    }

    async fn arrive_at(&mut self, desk: &Desk, name: &str, part: &Part, loot: &Loot, now: Time) {
        for (file, text) in part.files(loot) {
            desk.folder.write(&format!("watched/{name}/{file}"), text);
        }
        // Each turn is a little later than the one before, and the last is now.
        settle(&mut self.folding, now.plus_seconds(-HOUR)).await.expect("judged");
    }
}

/// A turn of whatever carries clean-ups out.
async fn clean(desk: &Desk, moto: &Moto) {
    let clouds = Clouds::parse(&aws_settings(&desk.folder, &moto.url)).expect("settings");
    let cleaner = Cleaner::new(desk.store.clone(), clouds, cleaned_now);
    cleaner.with_patience(Duration::from_millis(1)).turn().await.expect("a turn");
}

async fn state_of(moto: &Moto, machine: &str) -> String {
    let query = format!("Action=DescribeInstances&InstanceId.1={machine}");
    let told = moto.ec2(&query).await;
    let state = told.split("<instanceState>").nth(1).and_then(|rest| rest.split("<name>").nth(1));
    state.and_then(|rest| rest.split('<').next()).expect("a state").to_string()
}

/// The pack as the browser saved it, verified by nothing but the key that the page shows.
fn is_right(told: &str) {
    let (key, path) = told.split_once(' ').expect("a key and a path");
    let key = Public::parse(key).expect("the desk's key");
    let pack = std::fs::read(Path::new(path)).expect("a saved pack");
    let findings = verify(&pack, Some(key));
    assert!(!findings.is_empty() && findings.iter().all(|one| one.is_right), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mining_that_nobody_ordered_is_worked_to_its_end_in_a_browser() {
    let (Some(tools), Some(moto)) = (browser::browser(), Moto::start()) else { return };
    let loot = intrude(&moto).await;
    let desk = Desk::open_at(cleaned_now).await;
    desk.store.plant(&Tree::read(TREE).expect("a tree")).await.expect("planted");
    people(&desk).await;
    known(&desk).await;
    let mut logs = Logs::open(&desk).await;
    logs.arrive(&desk, "before", &Part::before(), &loot).await;

    let mut walk = Walk::start("cleaned", &desk, &tools);
    while let Some(asked) = walk.next().await {
        match asked.as_str() {
            "the customer answers" => CLEANED.store(NOTICED + 5 * HOUR, SeqCst),
            "the dry run" => {
                clean(&desk, &moto).await;
                assert_eq!(state_of(&moto, &loot.machine).await, "running", "a dry run looks");
            }
            "the clean-up" => {
                clean(&desk, &moto).await;
                assert_eq!(state_of(&moto, &loot.machine).await, "terminated");
            }
            "two days pass" => {
                let cleaned = cleaned_now();
                CLEANED.store(cleaned.seconds() + 54 * HOUR, SeqCst);
                logs.arrive(&desk, "after", &Part::after(cleaned), &loot).await;
            }
            _ => match asked.strip_prefix("the pack ") {
                Some(pack) => is_right(pack),
                None => panic!("nobody knows how to `{asked}`"),
            },
        }
        walk.go_on();
    }
    walk.end();
    assert_eq!(desk.store.check().await.expect("a check"), Vec::<String>::new());
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authorised_research_is_limited_breached_and_opened_again_in_a_browser() {
    let Some(tools) = browser::browser() else { return };
    let desk = Desk::open_at(research_now).await;
    desk.store.plant(&Tree::read(casework::TREE).expect("a tree")).await.expect("planted");
    people(&desk).await;
    let judge = async |dollars: f64, hours: i64| {
        RESEARCH.store(crate::web::NOW.seconds() + (hours + 1) * HOUR, SeqCst);
        let judgement = casework::judgement(casework::MACHINE, dollars, hours);
        desk.store.judge(&judgement, research_now()).await.expect("judged");
    };
    judge(10.0, 1).await;

    let mut walk = Walk::start("research", &desk, &tools);
    while let Some(asked) = walk.next().await {
        match asked.as_str() {
            "more within the limit" => judge(19.0, 20).await,
            "more than the limit" => judge(55.0, 30).await,
            _ => panic!("nobody knows how to `{asked}`"),
        }
        walk.go_on();
    }
    walk.end();
    assert_eq!(desk.store.check().await.expect("a check"), Vec::<String>::new());
    desk.close().await;
}
