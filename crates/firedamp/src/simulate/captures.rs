//! Real miners' minutes, to be replayed: counters only, no addresses.

use std::collections::BTreeMap;

use super::{dice::Dice, traffic::Cell};

/// What real connections of miners counted, minute by minute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captures {
    /// Connections of more than an hour, without their partial first and last minute.
    connections: Vec<Vec<Cell>>,
}

/// Shorter connections are not replayed.
const MINUTES_MIN: usize = 60;
const COLUMNS: [&str; 7] =
    ["connection_id", "coin", "minute", "up_bytes", "down_bytes", "up_packets", "down_packets"];

impl Captures {
    /// Reads a table with the columns `connection_id,coin,minute,up_bytes,down_bytes,up_packets,
    /// down_packets`, of which only Monero's rows are kept; says what is wrong with it otherwise.
    ///
    /// # Errors
    ///
    /// When the header is another one, a number is none, or no connection is long enough.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().trim().split(',').collect();
        if header != COLUMNS {
            return Err(format!("the header is not `{}`", COLUMNS.join(",")));
        }
        let mut connections: BTreeMap<&str, BTreeMap<usize, Cell>> = BTreeMap::new();
        for (number, line) in (2..).zip(lines).filter(|(_, line)| !line.trim().is_empty()) {
            let (id, coin, minute, cell) =
                row(line).ok_or_else(|| format!("line {number} is no row of numbers"))?;
            if coin == "xmr" {
                connections.entry(id).or_default().insert(minute, cell);
            }
        }
        let whole = |cells: BTreeMap<usize, Cell>| -> Vec<Cell> {
            let count = cells.len().saturating_sub(2);
            cells.into_values().skip(1).take(count).collect()
        };
        let connections: Vec<Vec<Cell>> = connections
            .into_values()
            .map(whole)
            .filter(|cells| cells.len() > MINUTES_MIN)
            .collect();
        if connections.is_empty() {
            return Err("no connection is longer than an hour".to_owned());
        }
        Ok(Self { connections })
    }

    /// So many minutes of one of the connections, from any minute of it on and around again.
    pub(super) fn replay(&self, dice: &mut Dice, minutes: usize) -> Vec<Cell> {
        let Some(connection) = dice.pick(&self.connections) else {
            return Vec::new();
        };
        let offset = dice.whole(0, connection.len() as u32) as usize;
        connection.iter().copied().cycle().skip(offset).take(minutes).collect()
    }
}

fn row(line: &str) -> Option<(&str, &str, usize, Cell)> {
    let mut fields = line.trim().split(',');
    let (id, coin) = (fields.next()?, fields.next()?);
    let minute = fields.next()?.parse().ok()?;
    let mut number = || fields.next()?.parse::<u32>().ok();
    let (sent_bytes, received_bytes) = (number()?.into(), number()?.into());
    let cell =
        Cell { sent_bytes, received_bytes, sent_packets: number()?, received_packets: number()? };
    Some((id, coin, minute, cell))
}
