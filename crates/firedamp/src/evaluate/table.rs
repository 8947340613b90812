//! The same tables for a terminal: columns aligned, lines as long as they need to be.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Evaluation, text};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Red.on_default().bold();
/// Between columns.
const GAP: &str = "   ";

/// Writes the tables, misses first, with ANSI styles, which the caller's stream strips where nobody
/// wants them.
///
/// # Errors
/// When `out` can't be written.
pub fn write(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    let markdown = text::markdown(evaluation);
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for line in markdown.lines() {
        if let Some(row) = row(line) {
            rows.push(row);
            continue;
        }
        table(&std::mem::take(&mut rows), out)?;
        match line.strip_prefix("## ") {
            Some(heading) => writeln!(out, "{BOLD}{heading}{BOLD:#}")?,
            None => writeln!(out, "{line}")?,
        }
    }
    table(&rows, out)
}

/// The cells of a table's line.
fn row(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn table(rows: &[Vec<&str>], out: &mut dyn Write) -> io::Result<()> {
    let is_rule =
        |row: &&Vec<&str>| row.iter().all(|cell| cell.chars().all(|letter| letter == '-'));
    let told: Vec<&Vec<&str>> = rows.iter().filter(|row| !is_rule(row)).collect();
    let columns = told.iter().map(|row| row.len()).max().unwrap_or_default();
    let width = |column: usize| {
        told.iter().filter_map(|row| row.get(column)).map(|cell| letters(cell)).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for (at, row) in told.iter().enumerate() {
        let style = if at == 0 { DIM } else { Style::new() };
        writeln!(out, "{}", aligned(row, &widths, style).trim_end())?;
    }
    Ok(())
}

fn aligned(row: &[&str], widths: &[usize], style: Style) -> String {
    let mut line = String::from("  ");
    for (cell, width) in row.iter().zip(widths) {
        let plain = cell.trim_matches('*');
        let style = if plain == *cell { style } else { BAD };
        let room = " ".repeat(width.saturating_sub(letters(cell)));
        line += &format!("{style}{plain}{style:#}{room}{GAP}");
    }
    line
}

/// Letters that are seen: the stars of what is marked are not.
fn letters(cell: &str) -> usize {
    cell.trim_matches('*').chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{verdict::tests::verdict, worlds::tests_arm};

    fn plain(evaluation: &Evaluation) -> String {
        let mut out = Vec::new();
        write(evaluation, &mut out).expect("memory takes everything");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string()
    }

    #[test]
    fn columns_stand_below_each_other() {
        let mut out = Vec::new();
        let rows = ["| a | bbbb |", "| --- | --- |", "| ccc | **no** |", "| d | yes |"];
        let rows: Vec<Vec<&str>> = rows.iter().filter_map(|line| row(line)).collect();
        table(&rows, &mut out).expect("memory takes everything");
        let text = anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string();
        assert_eq!(text, "  a     bbbb\n  ccc   no\n  d     yes\n");
    }

    #[test]
    fn misses_come_first_and_names_move_no_cursor() {
        let (mut missed, mut accused) = (verdict(0.1, true), verdict(0.9, false));
        missed.truth.scenario = "own|proxy\u{1b}[2J".to_string();
        accused.truth.account = "aws:\u{7}1".to_string();
        let evaluation =
            Evaluation::of(&[missed, accused, verdict(0.9, true)], &[tests_arm()], 1e-4);
        let text = plain(&evaluation);
        let at = |wanted: &str| text.find(wanted).unwrap_or_else(|| panic!("{wanted} in {text}"));
        assert!(at("Missed:") < at("Accused") && at("Accused") < at("Brier"));
        assert!(!text.contains('\u{7}') && !text.contains("own|proxy"), "{text}");
        assert!(!text.contains("[2J") || !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn of_nothing_there_is_a_head() {
        assert_eq!(plain(&Evaluation::of(&[], &[], 1e-4)).lines().count(), 1);
    }
}
