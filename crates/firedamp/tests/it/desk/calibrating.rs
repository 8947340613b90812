//! Calibrations: tried on what is known, and judged by while they are switched on.

use std::path::Path;

use firedamp::store::{By, CalibrationStanding};
use firedamp_core::time::Time;
use serde_json::{Value, json};

use super::{NOW, Office, settle};
use crate::program::{HEADER, mining, question};

const ACCOUNT: &str = "aws:111122223333";

fn by(who: &str, at: Time) -> By {
    By { who: who.to_string(), at }
}

async fn judgement(office: &Office) -> Value {
    office.judgements().await[ACCOUNT].clone()
}

async fn standing(office: &Office) -> (CalibrationStanding, bool) {
    let latest = office.store.calibrations(1).await.expect("calibrations").remove(0);
    (latest.standing, latest.in_use)
}

#[tokio::test]
async fn a_calibration_is_tried_switched_on_survives_a_restart_and_is_switched_off() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let flows = HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443);
    office.receive(Path::new("dns.json"), question("111122223333", "203.0.113.9").as_bytes());
    office.receive(Path::new("flow.log"), flows.as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    let before = judgement(&office).await;
    assert_eq!(before.get("calibration"), None);

    let id = office.store.ask_calibration(0.7, &json!({}), &by("alice", NOW)).await;
    let id = id.expect("asked");
    let second = office.store.ask_calibration(0.8, &json!({}), &by("alice", NOW)).await;
    assert!(second.is_err(), "one is tried at a time");
    let early = office.store.switch_calibration(id, true, &by("bob", NOW)).await;
    assert!(early.is_err(), "it was not tried");
    settle(&mut desk, NOW.plus_seconds(60)).await.expect("rest");
    let latest = office.store.calibrations(1).await.expect("calibrations").remove(0);
    let tried = latest.tried.expect("what it would change");
    assert_eq!((&tried["looked_at"], &tried["less_likely"]), (&json!(1), &json!(1)), "{tried}");
    let crossed = &tried["crossed"][0];
    assert!(crossed["after"].as_f64() < crossed["before"].as_f64(), "{tried}");
    assert_eq!(judgement(&office).await, before, "trying changes nothing");

    let at = NOW.plus_seconds(3600);
    office.store.switch_calibration(id, true, &by("bob", at)).await.expect("switched on");
    settle(&mut desk, at).await.expect("rest");
    let on = judgement(&office).await;
    assert_eq!(on["probability"], crossed["after"], "{on}");
    let said = on["calibration"].as_str().expect("it says so");
    assert!(said.contains("calibration 1, switched on by bob on 2026-"), "{said}");
    assert!(said.contains("70 % of the evidence"), "{said}");
    assert_eq!(standing(&office).await, (CalibrationStanding::On, true));

    drop(desk);
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let turn = desk.turn(at.plus_seconds(60)).await.expect("a turn");
    assert_eq!(turn.judged, 0, "everybody is judged by it already");
    let more = office.folder.path("watched/flow.log");
    let rest: String = flows.lines().take(100).map(|line| format!("{line}\n")).collect();
    std::fs::write(more, rest).expect("written");
    settle(&mut desk, at.plus_seconds(120)).await.expect("rest");
    assert_eq!(judgement(&office).await["calibration"], on["calibration"], "it is still on");

    office.store.switch_calibration(id, false, &by("carol", at)).await.expect("switched off");
    settle(&mut desk, at.plus_seconds(7200)).await.expect("rest");
    assert_eq!(judgement(&office).await.get("calibration"), None);
    assert_eq!(standing(&office).await, (CalibrationStanding::Off, false));
}
