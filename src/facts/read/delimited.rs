//! Text files with one row a line, read as raw records and reconciled with the lines and quotes that are really there.

use std::borrow::Cow;

use super::encoding::{self, Decoded};
use super::{Cells, Flow, OpenWith, Row, RowSink, of_row};
use crate::diagnostic::Diagnostic;

/// A text file that was decoded and whose delimiter is known.
pub struct Delimited<'a> {
    name: &'a str,
    text: Cow<'a, str>,
    pub delimiter: u8,
    /// The line on which `text` begins, from 1.
    first_line: u32,
    pub assumed: Vec<String>,
}

impl<'a> Delimited<'a> {
    pub fn open(bytes: &'a [u8], with: OpenWith<'a>) -> Result<Delimited<'a>, Box<Diagnostic>> {
        let Decoded { text, mut assumed, utf16 } = encoding::decode(bytes, with)?;
        let declared = with.rule.and_then(|rule| rule.delimiter_byte());
        let tabbed = with.name.to_lowercase().ends_with(".tsv") || with.name.to_lowercase().ends_with(".tab");
        let delimiter = match declared {
            Some(delimiter) => delimiter,
            None if utf16 || tabbed => {
                assumed.push("cells separated by tabs".to_string());
                b'\t'
            }
            None => b',',
        };
        let mut file = Delimited { name: with.name, text, delimiter, first_line: 1, assumed };
        file.take_separator_line();
        Ok(file)
    }

    /// Excel's own first line `sep=;` says which delimiter the file has.
    fn take_separator_line(&mut self) {
        let Some(line) = self.text.lines().next() else { return };
        let Some(delimiter) = line.strip_prefix("sep=").filter(|rest| rest.len() == 1) else { return };
        self.delimiter = delimiter.as_bytes()[0];
        self.assumed.push(format!("cells separated by `{delimiter}`, as the file's first line says"));
        let rest = self.text.split_once('\n').map_or("", |(_, rest)| rest).to_string();
        (self.text, self.first_line) = (Cow::Owned(rest), 2);
    }

    pub fn read(&mut self, sink: &mut dyn RowSink) -> Result<(), Box<Diagnostic>> {
        let bytes = self.text.as_bytes();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(self.delimiter).from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let mut line = self.first_line;
        let mut width = 0;
        loop {
            let start = reader.position().byte() as usize;
            let more =
                reader.read_byte_record(&mut record).expect("raw records in memory: no input fails, no width and no encoding is checked");
            let end = if more { reader.position().byte() as usize } else { bytes.len() };
            let blank = leading_line_ends(bytes, start, end);
            for _ in 0..blank.lines {
                self.hand_on_blank(sink, line);
                line += 1;
            }
            if !more {
                return Ok(());
            }
            let raw = trim_line_end(&bytes[start + blank.bytes..end]);
            width = if width == 0 { record.len() } else { width };
            if raw.contains(&b'"') {
                check_quotes(raw, self.delimiter, width).map_err(|fault| self.quote_error(line, raw, fault))?;
            }
            if sink.row(Row { number: line, cells: Cells::Delimited(&record) }) == Flow::Stop {
                return Ok(());
            }
            line += 1 + line_ends(raw);
        }
    }

    /// What is odd about the text and does not keep it from being used.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let Some(at) = encoding::decoded_twice(&self.text) else { return Vec::new() };
        let line = encoding::line_after(&self.text.as_bytes()[..at]) + self.first_line - 1;
        let shown: String = self.text[at..].chars().take(12).take_while(|letter| !matches!(letter, '\n' | '\r')).collect();
        let message = format!("the file's accents were damaged before it came here: line {line} has `{shown}`");
        let help = "export it again as UTF-8; names are not used to find people, but a key with an accent would not match";
        vec![Diagnostic::warning("text-decoded-twice", of_row(self.name, line), message).help(help)]
    }

    fn hand_on_blank(&self, sink: &mut dyn RowSink, line: u32) {
        let empty = csv::ByteRecord::new();
        sink.row(Row { number: line, cells: Cells::Delimited(&empty) });
    }

    fn quote_error(&self, line: u32, raw: &[u8], fault: QuoteFault) -> Box<Diagnostic> {
        let at = |offset: usize| line + line_ends(&raw[..offset]);
        let (opened, message) = match fault {
            QuoteFault::Unclosed { open } => {
                (at(open), format!("the quote that opens in line {} is never closed, so every row after it would be lost", at(open)))
            }
            QuoteFault::TextAfterQuote { open, after } => (
                at(open),
                format!("the quote that opens in line {} is followed by more text where it closes, in line {}", at(open), at(after)),
            ),
            QuoteFault::SwallowsRows { open, close } => {
                let message = "the quote that opens in line OPEN closes only in line CLOSE, and the lines between look like rows";
                (at(open), message.replace("OPEN", &at(open).to_string()).replace("CLOSE", &at(close).to_string()))
            }
        };
        let start = raw[..fault.open()].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |before| before + 1);
        let shown: String = String::from_utf8_lossy(&raw[start..]).lines().next().unwrap_or("").chars().take(80).collect();
        let help = format!("close the quote or take it away (a quote inside a cell is written twice); the line begins `{shown}`");
        Box::new(Diagnostic::error("unclosed-cell-quote", of_row(self.name, opened), message).help(help))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuoteFault {
    Unclosed { open: usize },
    TextAfterQuote { open: usize, after: usize },
    SwallowsRows { open: usize, close: usize },
}

impl QuoteFault {
    fn open(self) -> usize {
        match self {
            QuoteFault::Unclosed { open } | QuoteFault::TextAfterQuote { open, .. } | QuoteFault::SwallowsRows { open, .. } => open,
        }
    }
}

/// Walks one record as RFC 4180 writes it: what the csv reader forgives is a fault here.
fn check_quotes(raw: &[u8], delimiter: u8, width: usize) -> Result<(), QuoteFault> {
    let mut at = 0;
    loop {
        if raw.get(at) == Some(&b'"') {
            let open = at;
            at = closing_quote(raw, open).ok_or(QuoteFault::Unclosed { open })?;
            if looks_like_rows(&raw[open + 1..at], delimiter, width) {
                return Err(QuoteFault::SwallowsRows { open, close: at });
            }
            at += 1;
            if raw.get(at).is_some_and(|after| *after != delimiter) {
                return Err(QuoteFault::TextAfterQuote { open, after: at });
            }
        }
        match raw.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == delimiter)) {
            Some(next) => at += next + 1,
            None => return Ok(()),
        }
    }
}

fn closing_quote(raw: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += raw.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if raw.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// A cell over several lines of which one has as many delimiters as a row, or that closes right behind a delimiter.
fn looks_like_rows(cell: &[u8], delimiter: u8, width: usize) -> bool {
    let mut lines = cell.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1).peekable();
    let several = lines.peek().is_some();
    let delimiters = |line: &[u8]| line.iter().filter(|byte| **byte == delimiter).count();
    several && (cell.last() == Some(&delimiter) || lines.any(|line| width > 1 && delimiters(line) >= width - 1))
}

struct LeadingLineEnds {
    bytes: usize,
    lines: u32,
}

/// The line ends before a record: blank lines, without the rest of the line end of the record before.
fn leading_line_ends(bytes: &[u8], start: usize, end: usize) -> LeadingLineEnds {
    let mut at = start;
    let mut lines = 0;
    while at < end && matches!(bytes[at], b'\n' | b'\r') {
        let second_half = bytes[at] == b'\n' && at > 0 && bytes[at - 1] == b'\r';
        lines += u32::from(!second_half);
        at += 1;
    }
    LeadingLineEnds { bytes: at - start, lines }
}

fn trim_line_end(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}

/// Line ends of any of the three kinds.
fn line_ends(bytes: &[u8]) -> u32 {
    let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
    if !bytes.contains(&b'\r') {
        return feeds as u32;
    }
    let alone = bytes.iter().enumerate().filter(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')).count();
    (feeds + alone) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rows(Vec<(u32, Vec<String>)>);

    impl RowSink for Rows {
        fn row(&mut self, row: Row<'_>) -> Flow {
            self.0.push((row.number, row.cells.texts()));
            Flow::GoOn
        }
    }

    fn read(text: &str) -> Result<Vec<(u32, usize)>, String> {
        let with = OpenWith { name: "a.csv", sheet: None, preferred: None, rule: None };
        let mut rows = Rows(Vec::new());
        let mut file = Delimited::open(text.as_bytes(), with).map_err(|problem| problem.message)?;
        file.read(&mut rows).map_err(|problem| problem.message)?;
        Ok(rows.0.iter().map(|(number, cells)| (*number, cells.len())).collect())
    }

    #[test]
    fn lines_are_numbered_as_an_editor_does() {
        assert_eq!(read("a,b\n\n1,2\r\n\r\n\"x\ny\",4\n5,6"), Ok(vec![(1, 2), (2, 0), (3, 2), (4, 0), (5, 2), (7, 2)]));
        assert_eq!(read("a,b\r1,2\r3,4\r"), Ok(vec![(1, 2), (2, 2), (3, 2)]));
        assert_eq!(read("\n\na\n"), Ok(vec![(1, 0), (2, 0), (3, 1)]));
        assert_eq!(read("a\r\nb\r\n"), Ok(vec![(1, 1), (2, 1)]));
        assert_eq!(read("sep=;\na;b\n1;2\n"), Ok(vec![(2, 2), (3, 2)]));
    }

    #[test]
    fn quotes_that_swallow_rows_are_found() {
        for text in ["id,amount\n1,\"200\n2,300\n3,400", "a,b\n\"x\"y,2\n", "a,b\n1,\"a\n2,\"\n", "a,b,c\n1,\"x,2\n3,4,5\n6,7\",8\n"] {
            assert!(read(text).is_err_and(|message| message.contains("quote that opens in line 2")), "{text}");
        }
        assert!(read("a,b\n1,\"say \"\"hi\"\"\nthere\"\n2,5\" pipe\n").is_ok());
    }
}
