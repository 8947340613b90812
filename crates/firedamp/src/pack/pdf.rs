//! A report as PDF 1.4: pages of text in the fonts that every reader has, so that nothing has to be
//! embedded or installed (ADR 9). Letters outside of Latin-1 stand as `?`; the HTML report has them.

use std::fmt::Write as _;

/// A4 in points, with its margins.
const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;
const MARGIN: f64 = 50.0;
/// Pages of one report; more is in the other parts of a pack.
const PAGES_MAX: usize = 400;

/// Widths of the letters from space to tilde in Helvetica, in thousandths of the size (Adobe's font
/// metrics of the standard fonts).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// The width of other letters: that of most letters with marks.
const OTHER_WIDTH: u16 = 600;

/// How a line looks.
#[derive(Clone, Copy)]
struct Style {
    font: &'static str,
    size: f64,
    /// Space above.
    above: f64,
}

const TITLE: Style = Style { font: "F2", size: 16.0, above: 6.0 };
const HEADING: Style = Style { font: "F2", size: 11.5, above: 12.0 };
const BODY: Style = Style { font: "F1", size: 9.5, above: 1.5 };

/// A document that is being written.
pub(super) struct Document {
    pages: Vec<String>,
    /// How far down the page.
    y: f64,
    title: String,
    /// What stands behind the name of a row.
    colon: &'static str,
    is_full: bool,
}

impl Document {
    /// An empty one.
    #[must_use]
    pub(super) fn new(title: &str, colon: &'static str) -> Self {
        let mut document = Self {
            pages: vec![String::new()],
            y: HEIGHT - MARGIN,
            title: title.to_string(),
            colon,
            is_full: false,
        };
        document.paragraph(title, TITLE, 0.0);
        document
    }

    /// A heading.
    pub(super) fn heading(&mut self, text: &str) {
        self.paragraph(text, HEADING, 0.0);
    }

    /// A paragraph, broken into lines.
    pub(super) fn text(&mut self, text: &str) {
        self.paragraph(text, BODY, 0.0);
    }

    /// A row: a name and what belongs to it.
    pub(super) fn row(&mut self, name: &str, value: &str) {
        self.paragraph(&format!("{name}{} {value}", self.colon), BODY, 10.0);
    }

    fn paragraph(&mut self, text: &str, style: Style, indent: f64) {
        let room = WIDTH - 2.0 * MARGIN - indent;
        self.y -= style.above;
        for line in lines(text, style.size, room) {
            if self.y - style.size < MARGIN {
                if self.pages.len() >= PAGES_MAX {
                    self.is_full = true;
                    return;
                }
                self.pages.push(String::new());
                self.y = HEIGHT - MARGIN;
            }
            self.y -= style.size * 1.3;
            let Style { font, size, .. } = style;
            let (x, y) = (MARGIN + indent, self.y);
            if let Some(page) = self.pages.last_mut() {
                // A String takes whatever is written to it.
                let _written = writeln!(
                    page,
                    "BT /{font} {size} Tf {x:.1} {y:.1} Td ({}) Tj ET",
                    escaped(&line)
                );
            }
        }
    }

    /// The file.
    #[must_use]
    pub(super) fn finish(self) -> Vec<u8> {
        let count = self.pages.len();
        let kids: Vec<String> = (0..count).map(|at| format!("{} 0 R", 6 + 2 * at)).collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
            format!("<< /Type /Pages /Kids [{}] /Count {count} >>", kids.join(" ")),
            font("Helvetica"),
            font("Helvetica-Bold"),
            format!("<< /Title ({}) /Producer (Firedamp) >>", escaped(&self.title)),
        ];
        for (at, page) in self.pages.iter().enumerate() {
            let content = 7 + 2 * at;
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {content} 0 R \
                 /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            ));
            let length = latin(page).len();
            objects.push(format!("<< /Length {length} >>\nstream\n{page}endstream"));
        }
        written(&objects)
    }
}

fn font(name: &str) -> String {
    format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
}

/// The objects, the table of where they stand, and the end.
fn written(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        file.extend_from_slice(&latin(object));
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let count = objects.len() + 1;
    let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
    for place in places {
        let _written = writeln!(end, "{place:010} 00000 n ");
    }
    let _written = write!(
        end,
        "trailer\n<< /Size {count} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend_from_slice(end.as_bytes());
    file
}

/// Text as bytes of Latin-1.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// A text between the brackets of a PDF string.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '(' | ')' | '\\' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            letter if letter.is_control() => escaped.push('?'),
            // Dashes and quotation marks that Latin-1 has in another form.
            '\u{2013}' | '\u{2014}' | '\u{2212}' => escaped.push('-'),
            '\u{2018}' | '\u{2019}' => escaped.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' => escaped.push('"'),
            '\u{202f}' => escaped.push('\u{a0}'),
            '\u{2026}' => escaped.push_str("..."),
            '\u{152}' => escaped.push_str("Oe"),
            '\u{153}' => escaped.push_str("oe"),
            letter if u32::from(letter) > 0xff => escaped.push('?'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn width(letter: char) -> u16 {
    let at = u32::from(letter).checked_sub(32).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| WIDTHS.get(at)).copied().unwrap_or(OTHER_WIDTH)
}

/// Lines no wider than `room` points: broken at spaces, and inside words that are wider than that.
fn lines(text: &str, size: f64, room: f64) -> Vec<String> {
    let room = room * 1000.0 / size;
    let mut lines = Vec::new();
    let (mut line, mut wide, mut space) = (String::new(), 0.0, None::<usize>);
    for letter in text.chars() {
        if letter == ' ' {
            space = Some(line.len());
        }
        line.push(letter);
        wide += f64::from(width(letter));
        if wide > room {
            let at = space.take().filter(|at| *at > 0);
            let at = at.unwrap_or_else(|| line.len() - letter.len_utf8()).max(1);
            let rest = line.split_off(line.floor_char_boundary(at));
            lines.push(std::mem::replace(&mut line, rest.trim_start().to_string()));
            wide = line.chars().map(|letter| f64::from(width(letter))).sum();
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_where_they_may_be() {
        let broken = lines("one two three four", 10.0, 50.0);
        assert!(broken.len() > 1 && broken.iter().all(|line| !line.starts_with(' ')), "{broken:?}");
        assert_eq!(broken.join(" "), "one two three four");
        let word = lines(&"x".repeat(100), 10.0, 50.0);
        assert_eq!(word.concat(), "x".repeat(100));
        assert_eq!(lines("", 10.0, 50.0), [""]);
        assert_eq!(lines("ü", 10.0, 1.0).concat(), "ü", "narrower than any letter");
    }

    #[test]
    fn places_in_the_table_are_where_the_objects_stand() {
        let mut document = Document::new("A title (with \\ brackets)", ":");
        (0..200).for_each(|number| document.row("name", &format!("value {number} – ünï ☃")));
        let file = document.finish();
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-1.4") && text.ends_with("%%EOF\n"));
        let start: usize = text
            .rsplit("startxref\n")
            .next()
            .and_then(|rest| rest.lines().next()?.parse().ok())
            .expect("a place");
        assert!(file[start..].starts_with(b"xref\n"));
        let table = String::from_utf8_lossy(&file[start..]).into_owned();
        let places = table.lines().skip(3).take_while(|line| line.ends_with(" n "));
        for (at, place) in places.enumerate() {
            let place: usize = place[..10].parse().expect("a number");
            let begins = format!("{} 0 obj\n", at + 1);
            assert!(file[place..].starts_with(begins.as_bytes()), "{begins}");
        }
    }
}
