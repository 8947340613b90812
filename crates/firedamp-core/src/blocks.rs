//! When chains had their blocks: the clocks that every miner of a chain follows.

use std::collections::BTreeMap;

/// Blocks kept of one coin: a year of a chain with a block each ten seconds.
const BLOCKS_MAX: usize = 4_000_000;

/// Seconds since 1970 of each block, by coin.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Blocks(BTreeMap<String, Vec<i64>>);

/// A line that is no time.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: `{text}` is no second since 1970, such as 1772359200")]
pub struct BlockError {
    line: usize,
    text: String,
}

impl Blocks {
    /// Adds a coin's table: one second since 1970 a line, in any order; empty lines and lines that
    /// begin with `#` are passed over.
    ///
    /// # Errors
    /// At the first line that is none of these.
    pub fn add(&mut self, coin: &str, table: &str) -> Result<(), BlockError> {
        let lines = table.lines().map(str::trim).enumerate();
        let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut seconds = told
            .take(BLOCKS_MAX)
            .map(|(at, line)| {
                let text = || crate::text::printable(crate::text::truncated(line, 40));
                line.parse::<i64>().map_err(|_| BlockError { line: at + 1, text: text() })
            })
            .collect::<Result<Vec<i64>, _>>()?;
        let known = self.0.entry(coin.to_lowercase()).or_default();
        known.append(&mut seconds);
        known.sort_unstable();
        known.dedup();
        Ok(())
    }

    /// Every coin with its blocks, in order of time.
    pub fn coins(&self) -> impl Iterator<Item = (&str, &[i64])> {
        self.0.iter().map(|(coin, blocks)| (coin.as_str(), blocks.as_slice()))
    }

    /// How many coins.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_joined_and_junk_is_told() {
        let mut blocks = Blocks::default();
        blocks.add("XMR", "# a table\n20\n10\n\n20\n").expect("a table");
        blocks.add("xmr", "15").expect("a table");
        assert_eq!(blocks.coins().collect::<Vec<_>>(), [("xmr", [10, 15, 20].as_slice())]);
        let error = blocks.add("btc", "10\nnow\n").expect_err("no time");
        assert_eq!(error.to_string(), "line 2: `now` is no second since 1970, such as 1772359200");
    }
}
