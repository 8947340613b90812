//! A whole world on disk: every account's files, what is true of each, and the clocks of the coins.

use std::{
    collections::BTreeSet,
    fs, io,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{
    Settings, account,
    coin::{Coin, blocks},
    scenario::Plan,
    truth::Truth,
};

/// Writes the accounts of these plans below `folder`, numbered from 1 in their order; `truth.jsonl`
/// with a truth a line; and `blocks/<coin>.txt` with the epoch second of a block a line.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write(settings: &Settings, plans: &[Plan], folder: &Path) -> io::Result<Vec<Truth>> {
    write_and_tell(settings, plans, folder, &|| {})
}

/// Like [`fn@write`], and calls `told` after each account.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_and_tell(
    settings: &Settings,
    plans: &[Plan],
    folder: &Path,
    told: &(dyn Fn() + Sync),
) -> io::Result<Vec<Truth>> {
    fs::create_dir_all(folder)?;
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(plans.len().max(1));
    let work = || -> io::Result<Vec<(usize, Truth)>> {
        let mut truths = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(plan) = plans.get(index) else { return Ok(truths) };
            let (files, truth) = account(settings, plan, index as u32 + 1);
            for (path, content) in files {
                put(&folder.join(path), &content)?;
            }
            truths.push((index, truth));
            told();
        }
    };
    let done: Vec<io::Result<Vec<(usize, Truth)>>> = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        workers.resize_with(threads, || scope.spawn(work));
        let joined = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("an account could not be made up")))
        };
        workers.into_iter().map(joined).collect()
    });
    let mut truths = Vec::with_capacity(plans.len());
    for part in done {
        truths.extend(part?);
    }
    truths.sort_by_key(|(index, _)| *index);
    let truths: Vec<Truth> = truths.into_iter().map(|(_, truth)| truth).collect();
    write_truths(&truths, folder)?;
    write_clocks(settings, plans, folder)?;
    Ok(truths)
}

fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

fn write_truths(truths: &[Truth], folder: &Path) -> io::Result<()> {
    let mut text = String::new();
    for truth in truths {
        text += &serde_json::to_string(truth).map_err(io::Error::other)?;
        text.push('\n');
    }
    put(&folder.join("truth.jsonl"), text.as_bytes())
}

/// The clocks of the coins that are mined, or of Monero where none is.
fn write_clocks(settings: &Settings, plans: &[Plan], folder: &Path) -> io::Result<()> {
    let mined = plans.iter().filter(|plan| plan.scenario.mines());
    let coins: BTreeSet<Coin> =
        mined.map(|plan| plan.coin.unwrap_or(Coin::Xmr)).chain([Coin::Xmr]).collect();
    for coin in coins {
        let lines: String =
            blocks(settings, coin).iter().map(|second| format!("{second}\n")).collect();
        put(&folder.join(format!("blocks/{}.txt", coin.id())), lines.as_bytes())?;
    }
    Ok(())
}
