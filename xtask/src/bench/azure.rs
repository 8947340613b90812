//! The day as Azure virtual network flow logs: one `PT1H.json` for each interface and hour, with a
//! record a minute.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::world::{DAY_START, Interface, Talk, Truth, World};

const INTERFACE_COUNT: usize = 100;
const HOUR_COUNT: u64 = 24;
const ALLOW_RULE: &str = "DefaultRule_AllowInternetOutBound";
const DENY_RULE: &str = "DefaultRule_DenyAllInBound";

/// Writes about `tuple_count` tuples under `folder` and gives what is to be found in them.
pub(crate) fn write(folder: &Path, tuple_count: u64) -> Result<Truth> {
    let mut world = World::new();
    let mut truth = Truth::new();
    let minutes = INTERFACE_COUNT as u64 * HOUR_COUNT * 60;
    let mut owed = 0;
    for index in 0..INTERFACE_COUNT {
        for hour in 0..HOUR_COUNT {
            let mut blob = b"{\"records\":[".to_vec();
            for minute in hour * 60..hour * 60 + 60 {
                owed += tuple_count;
                let count = owed / minutes;
                owed %= minutes;
                let talks = talks(&mut world, index, minute, count);
                note(&world.interfaces[index], &world, &talks, &mut truth);
                record(&mut blob, &world, index, minute, &talks)?;
            }
            blob.pop();
            blob.extend_from_slice(b"]}");
            let path = place(folder, &world.interfaces[index], hour);
            fs::create_dir_all(path.parent().context("a blob lies in a folder")?)?;
            fs::write(path, blob)?;
        }
    }
    Ok(truth)
}

fn place(folder: &Path, interface: &Interface, hour: u64) -> PathBuf {
    let subscription = interface.subscription.to_uppercase().replace('-', "");
    folder
        .join(format!("flowLogResourceID={subscription}_NETWORKWATCHERRG"))
        .join(format!("y=2026/m=01/d=15/h={hour:02}/m=00"))
        .join(format!("macAddress={}", interface.mac))
        .join("PT1H.json")
}

fn talks(world: &mut World, index: usize, minute: u64, count: u64) -> Vec<Talk> {
    let talk = |_| Talk { interface: index, ..world.talk(minute, INTERFACE_COUNT) };
    (0..count).map(talk).collect()
}

fn note(interface: &Interface, world: &World, talks: &[Talk], truth: &mut Truth) {
    for talk in talks.iter().filter(|talk| World::is_listed(talk.remote)) {
        let remote = world.remotes[talk.remote].clone();
        let key = (interface.subscription.clone(), interface.mac.clone(), remote);
        *truth.entry(key).or_default() += 1;
    }
}

fn record(
    blob: &mut Vec<u8>,
    world: &World,
    index: usize,
    minute: u64,
    talks: &[Talk],
) -> Result<()> {
    let interface = &world.interfaces[index];
    let upper = interface.subscription.to_uppercase();
    let (hour, within) = (minute / 60, minute % 60);
    write!(
        blob,
        "{{\"time\":\"2026-01-15T{hour:02}:{within:02}:59.1234567Z\",\"flowLogVersion\":4,\
         \"flowLogGUID\":\"{subscription}\",\"macAddress\":\"{mac}\",\
         \"category\":\"FlowLogFlowEvent\",\"flowLogResourceID\":\"/SUBSCRIPTIONS/{upper}\
         /RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS\
         /NETWORKWATCHER_WESTEUROPE/FLOWLOGS/BENCH\",\"targetResourceID\":\"/subscriptions\
         /{subscription}/resourceGroups/bench/providers/Microsoft.Network/virtualNetworks/bench\",\
         \"operationName\":\"FlowLogFlowEvent\",\"flowRecords\":{{\"flows\":[",
        subscription = interface.subscription,
        mac = interface.mac,
    )?;
    for (accepted, rule) in [(true, ALLOW_RULE), (false, DENY_RULE)] {
        group(blob, world, minute, talks, (accepted, rule))?;
    }
    if blob.last() == Some(&b',') {
        blob.pop();
    }
    blob.extend_from_slice(b"]}},");
    Ok(())
}

fn group(
    blob: &mut Vec<u8>,
    world: &World,
    minute: u64,
    talks: &[Talk],
    (accepted, rule): (bool, &str),
) -> Result<()> {
    let before = blob.len();
    write!(
        blob,
        "{{\"aclID\":\"00000000-1234-5678-9abc-000000000000\",\"flowGroups\":[{{\"rule\":\"{rule}\",\
         \"flowTuples\":["
    )?;
    let opened = blob.len();
    for (place, talk) in talks.iter().filter(|talk| talk.accepted == accepted).enumerate() {
        tuple(blob, world, minute * 60_000 + place as u64, talk)?;
    }
    if blob.len() == opened {
        blob.truncate(before);
        return Ok(());
    }
    blob.pop();
    blob.extend_from_slice(b"]}]},");
    Ok(())
}

fn tuple(blob: &mut Vec<u8>, world: &World, day_ms: u64, talk: &Talk) -> Result<()> {
    let time_ms = DAY_START * 1_000 + day_ms;
    let local = (&world.interfaces[talk.interface].address, talk.local_port);
    let far = (&world.remotes[talk.remote], talk.remote_port);
    let (source, target) = if talk.inbound { (far, local) } else { (local, far) };
    let ends = format_args!("{},{},{},{}", source.0, target.0, source.1, target.1).to_string();
    let protocol = talk.protocol;
    if !talk.accepted {
        write!(blob, "\"{time_ms},{ends},{protocol},I,D,NX,0,0,0,0\",")?;
        return Ok(());
    }
    let (sent, received) = (talk.sent, talk.received);
    write!(
        blob,
        "\"{time_ms},{ends},{protocol},O,C,NX,{},{},{},{}\",",
        sent.packets, sent.bytes, received.packets, received.bytes
    )?;
    Ok(())
}
