//! Objects that can't be read when their turn comes: they are read when they can, as they are, and what
//! they gave before counts until then.

use std::{fs, path::Path};

use firedamp::desk::Desk;
use firedamp_core::time::Time;

use super::{NOW, Office, settle};
use crate::program::{HEADER, mining, question};

const ACCOUNT: &str = "aws:111122223333";
const LOG: &str = "z-flow.log";
/// More than one turn folds: the log, which is last, waits for the second.
const BACKLOG: usize = 260;
const ATTEMPTS_MAX: i64 = 5;

fn flows(remote: &str) -> String {
    HEADER.to_string() + &mining("111122223333", remote, 443)
}

/// Lets the log arrive behind a backlog, and puts a folder into its place before its turn, which nobody
/// can read, root neither. Afterwards it is there again, as it was; when that is.
async fn fail_to_read(office: &Office, desk: &mut Desk, from: Time) -> Time {
    let (place, aside) = (office.folder.path("watched").join(LOG), office.folder.path("aside"));
    for attempt in 0..ATTEMPTS_MAX {
        let at = from.plus_seconds(attempt * 100);
        for number in 0..BACKLOG {
            let name = format!("a{}-{number:03}", at.seconds());
            office.receive(Path::new(&name), b"nothing that anybody knows\n");
        }
        let waiting = desk.turn(at).await.expect("a turn").waiting;
        assert!(waiting > 0, "the log waits");
        fs::rename(&place, &aside).expect("moved");
        fs::create_dir(&place).expect("a folder");
        let turn = desk.turn(at.plus_seconds(1)).await.expect("a turn");
        fs::remove_dir(&place).expect("removed");
        fs::rename(&aside, &place).expect("moved back");
        if turn.unread == 1 {
            return at.plus_seconds(1);
        }
        // Four seconds passed between the turns: it was seen that there is no log now.
    }
    panic!("the machine is too slow");
}

#[tokio::test]
async fn what_cannot_be_read_is_read_later_though_it_did_not_change() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("dns.json"), question("111122223333", "203.0.113.9").as_bytes());
    office.receive(Path::new(LOG), flows("203.0.113.9").as_bytes());
    let failed = fail_to_read(&office, &mut desk, NOW).await;
    let log = office.folder.path("watched").join(LOG).display().to_string();
    let is_known = async || office.store.versions().await.expect("versions").contains_key(&log);
    assert!(!is_known().await, "it gave nothing yet");
    let turn = desk.turn(failed.plus_seconds(5)).await.expect("a turn");
    assert_eq!((turn.folded, turn.unread), (0, 1), "it is left alone for a while");
    settle(&mut desk, failed.plus_seconds(10)).await.expect("rest");
    assert!(is_known().await);
    let before = office.judgements().await[ACCOUNT]["probability"].as_f64();
    assert!(before > Some(0.9), "{before:?}");
    assert_eq!(desk.turn(failed.plus_seconds(86_400)).await.expect("a turn").unread, 0);
}

#[tokio::test]
async fn what_is_replaced_counts_until_the_new_one_can_be_read_also_by_the_next_desk() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("dns.json"), question("111122223333", "203.0.113.9").as_bytes());
    office.receive(Path::new(LOG), flows("203.0.113.9").as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    office.receive(Path::new(LOG), flows("198.51.100.77").as_bytes());
    let failed = fail_to_read(&office, &mut desk, NOW.plus_seconds(86_400)).await;
    let cases = desk.cases().await.expect("cases");
    assert!(cases.iter().any(|case| case.probability > 0.9), "{cases:?}");
    drop(desk);
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    settle(&mut desk, failed).await.expect("rest");
    let cases = desk.cases().await.expect("cases");
    assert!(cases.iter().all(|case| case.probability < 0.5), "{cases:?}");
}
