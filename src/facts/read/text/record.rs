//! One record of a delimited text after the other: where its fields stand, found word by word, nothing copied.

use super::spot::{Spot, behind};
use crate::facts::hashing::hash;

/// A field's place in its record; the first bit of `start` says that it stands in the unescaped text instead.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    pub start: u32,
    pub end: u32,
}

const UNESCAPED: u32 = 1 << 31;

/// Where the fields of a record stand.
#[derive(Clone, Copy, Debug)]
pub(in crate::facts::read) enum Places<'a> {
    Each(&'a [Bound]),
    /// Of a plain row: where the row before it ends, then where each cell does.
    Ends(&'a [u32]),
}

/// The fields of one record, borrowed from the file wherever its text is the field.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    pub(in crate::facts::read) record: &'a str,
    /// The text in which bounds count: the record, or several of them.
    pub(in crate::facts::read) text: &'a str,
    /// Fields in which a quote is written twice, one after the other, with one quote.
    pub(in crate::facts::read) unescaped: &'a str,
    pub(in crate::facts::read) places: Places<'a>,
    pub(in crate::facts::read) delimiter: u8,
    /// Whether only those fields stand in quotes that need them.
    pub(in crate::facts::read) is_shortest: bool,
}

impl<'a> Fields<'a> {
    pub const NONE: Fields<'static> =
        Fields { record: "", text: "", unescaped: "", places: Places::Each(&[]), delimiter: b',', is_shortest: true };

    #[inline]
    pub fn len(self) -> usize {
        match self.places {
            Places::Each(bounds) => bounds.len(),
            Places::Ends(ends) => ends.len() - 1,
        }
    }

    /// The whole record as it stands in the file.
    pub fn line(self) -> &'a str {
        self.record
    }

    #[inline]
    pub fn get(self, field: usize) -> Option<&'a str> {
        let bound = match self.places {
            Places::Each(bounds) => bounds.get(field)?,
            Places::Ends(ends) => {
                let (before, end) = (*ends.get(field)?, *ends.get(field + 1)?);
                let row_end = behind(ends[0]) + self.record.len(); // in front of a carriage return
                return Some(Spot::between(self.text, behind(before), row_end.min(end as usize)).text());
            }
        };
        let text = if bound.start & UNESCAPED == 0 { self.text } else { self.unescaped };
        text.get((bound.start & !UNESCAPED) as usize..bound.end as usize)
    }

    /// Whether the first of two cells has the shape of the end of one row and the beginning of the next, as between two stray quotes.
    pub fn may_be_two_rows(self) -> bool {
        let delimiters = |line: &str| line.bytes().filter(|byte| *byte == self.delimiter).count();
        let lines: Vec<&str> = self.get(0).unwrap_or("").split(['\n', '\r']).filter(|line| !line.is_empty()).collect();
        self.len() == 2 && lines.len() == 2 && delimiters(lines[0]) == 1 && delimiters(lines[1]) == 0
    }

    /// A hash over all fields: the same for the same fields, with or without quotes.
    pub fn hash(self) -> u64 {
        if self.is_shortest {
            return hash(self.record.as_bytes());
        }
        let mut shortest = String::with_capacity(self.record.len());
        for (number, field) in self.iter().enumerate() {
            if number > 0 {
                shortest.push(char::from(self.delimiter));
            }
            if needs_quotes(field.as_bytes(), self.delimiter) {
                shortest.extend(["\"", &field.replace('"', "\"\""), "\""]);
            } else {
                shortest.push_str(field);
            }
        }
        hash(shortest.as_bytes())
    }

    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).filter_map(move |field| self.get(field))
    }
}

/// Finds the records of a text, one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    /// Fields of the first record, by which rows inside a quoted cell are recognised; 0 while it is unknown.
    pub width: usize,
    bounds: Vec<Bound>,
    unescaped: String,
    fault: Option<QuoteFault>,
    spans_lines: bool,
    is_shortest: bool,
}

/// What is wrong with a quote that the usual readers forgive; offsets count in the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteFault {
    Unclosed { open: usize },
    TextAfterQuote { open: usize, after: usize },
    SwallowsRows { open: usize, close: usize },
}

impl QuoteFault {
    pub fn open(self) -> usize {
        match self {
            QuoteFault::Unclosed { open } | QuoteFault::TextAfterQuote { open, .. } | QuoteFault::SwallowsRows { open, .. } => open,
        }
    }
}

/// A record without its line end.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub start: usize,
    pub end: usize,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Records<'a> {
        let (bounds, unescaped, fault) = (Vec::new(), String::new(), None);
        Records { text, delimiter, at: 0, width: 0, bounds, unescaped, fault, spans_lines: false, is_shortest: true }
    }

    /// Begins at a byte that is known to be the first of a record.
    pub fn starting_at(self, at: usize) -> Records<'a> {
        Records { at, ..self }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// The fields of the record that was found last.
    pub fn fields(&self, found: Found) -> Fields<'_> {
        let (record, delimiter) = (&self.text[found.start..found.end], self.delimiter);
        Fields {
            record,
            text: record,
            unescaped: &self.unescaped,
            places: Places::Each(&self.bounds),
            delimiter,
            is_shortest: self.is_shortest,
        }
    }

    /// The first fault in the quotes of the record that was found last.
    pub fn fault(&self) -> Option<QuoteFault> {
        self.fault
    }

    /// Whether a cell of the record that was found last may hold a line end.
    pub fn spans_lines(&self) -> bool {
        self.spans_lines
    }

    /// The next record, which may be empty (a blank line). None at the end of the text.
    pub fn find(&mut self) -> Option<Found> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if start >= bytes.len() {
            return None;
        }
        self.bounds.clear();
        self.unescaped.clear();
        (self.fault, self.spans_lines, self.is_shortest) = (None, false, true);
        let mut field = start;
        loop {
            let end = if bytes.get(field) == Some(&b'"') {
                self.quoted(start, field)
            } else {
                let end = next_sign(bytes, field, self.delimiter);
                self.bounds.push(Bound { start: (field - start) as u32, end: (end - start) as u32 });
                end
            };
            match bytes.get(end) {
                Some(sign) if *sign == self.delimiter => field = end + 1,
                sign => {
                    let pair = sign == Some(&b'\r') && bytes.get(end + 1) == Some(&b'\n');
                    if self.width == 0 && end > start {
                        self.width = self.bounds.len(); // its own quotes are looked at again with it
                        return self.find();
                    }
                    self.at = (end + 1 + usize::from(pair)).min(bytes.len());
                    return Some(Found { start, end });
                }
            }
        }
    }

    /// Takes a field in quotes. What stands behind its closing quote belongs to it until the next delimiter or line end, which the
    /// caller refuses; a quote that is never closed takes the rest of the text.
    fn quoted(&mut self, record: usize, open: usize) -> usize {
        let bytes = self.text.as_bytes();
        let (mut at, mut twice) = (open + 1, false);
        let close = loop {
            match find_byte(bytes, at, b'"') {
                None => break bytes.len(),
                Some(quote) if bytes.get(quote + 1) == Some(&b'"') => (at, twice) = (quote + 2, true),
                Some(quote) => break quote,
            }
        };
        if twice {
            let start = self.unescaped.len();
            self.unescaped.push_str(&self.text[open + 1..close].replace("\"\"", "\""));
            self.bounds.push(Bound { start: start as u32 | UNESCAPED, end: self.unescaped.len() as u32 });
        } else {
            self.bounds.push(Bound { start: (open + 1 - record) as u32, end: (close - record) as u32 });
        }
        self.is_shortest &= needs_quotes(&bytes[open + 1..close], self.delimiter);
        let fault = self.fault_of(open, close);
        self.fault = self.fault.or(fault);
        if close == bytes.len() { close } else { next_sign(bytes, close + 1, self.delimiter) }
    }

    fn fault_of(&mut self, open: usize, close: usize) -> Option<QuoteFault> {
        let bytes = self.text.as_bytes();
        self.spans_lines |= bytes[open..close].iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        if close == bytes.len() {
            return Some(QuoteFault::Unclosed { open });
        }
        if self.spans_lines && looks_like_rows(&bytes[open + 1..close], self.delimiter, (self.width, self.bounds.len() - 1)) {
            return Some(QuoteFault::SwallowsRows { open, close });
        }
        match bytes.get(close + 1) {
            Some(after) if *after != self.delimiter && !matches!(after, b'\n' | b'\r') => {
                Some(QuoteFault::TextAfterQuote { open, after: close + 1 })
            }
            _ => None,
        }
    }
}

/// A cell over several lines of which one has as many delimiters as a row, or that closes right behind a delimiter, or whose first line
/// is the rest of a row from this column on and whose last line is the beginning of a row up to it.
fn looks_like_rows(cell: &[u8], delimiter: u8, (width, column): (usize, usize)) -> bool {
    let delimiters = |line: &[u8]| line.iter().filter(|byte| **byte == delimiter).count();
    let mut lines = cell.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next().map_or(0, delimiters);
    let mut lines = lines.peekable();
    let several = lines.peek().is_some();
    let last = cell.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().map_or(0, delimiters);
    let is_rest_and_beginning = width > 2 && first + column + 1 == width && last == column;
    several && (cell.last() == Some(&delimiter) || is_rest_and_beginning || lines.any(|line| width > 1 && delimiters(line) >= width - 1))
}

/// Whether a field can only be written in quotes; `field` may be as it stands between them.
fn needs_quotes(field: &[u8], delimiter: u8) -> bool {
    field.first() == Some(&b'"') || field.iter().any(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'))
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks the bytes of a word that equal the byte repeated in `pattern`; exact up to the first mark.
#[inline]
fn equal(word: u64, pattern: u64) -> u64 {
    let different = word ^ pattern;
    different.wrapping_sub(ONES) & !different & HIGH
}

/// The first delimiter or line end at or after `from`; the text's end where there is none.
#[inline]
fn next_sign(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let patterns = [u64::from(delimiter) * ONES, u64::from(b'\n') * ONES, u64::from(b'\r') * ONES];
    let mut at = from;
    while let Some((word, _)) = bytes.get(at..).and_then(|rest| rest.split_first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let marks = equal(word, patterns[0]) | equal(word, patterns[1]) | equal(word, patterns[2]);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

#[inline]
fn find_byte(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    let pattern = u64::from(wanted) * ONES;
    let mut at = from;
    while let Some((word, _)) = bytes.get(at..).and_then(|rest| rest.split_first_chunk::<8>()) {
        let marks = equal(u64::from_le_bytes(*word), pattern);
        if marks != 0 {
            return Some(at + marks.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes.get(at..)?.iter().position(|byte| *byte == wanted).map(|offset| at + offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::dice::Dice;

    fn ours(text: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(text, b',');
        let mut all = Vec::new();
        while let Some(found) = records.find() {
            if found.start < found.end {
                all.push(records.fields(found).iter().map(str::to_owned).collect());
            }
        }
        all
    }

    fn theirs(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn fields_are_those_of_the_csv_library() {
        let pieces = ["a", "", "bcdefghijklm", "\"x\"", "\"x,y\"", "\"x\ny\"", "\"say \"\"hi\"\"\"", "\"\"", "5\" pipe", "é", "\"\"\"\""];
        let ends = [",", ",", "\n", "\r\n", "\r", "\n\n"];
        let mut dice = Dice(7);
        let mut below = |most: usize| dice.roll(most);
        for _ in 0..5000 {
            let mut text = String::new();
            for _ in 0..below(12) {
                text.push_str(pieces[below(pieces.len())]);
                text.push_str(ends[below(ends.len())]);
            }
            text.push_str(pieces[below(pieces.len())]);
            assert_eq!(ours(&text), theirs(&text), "{text:?}");
        }
    }

    #[test]
    fn quotes_make_no_difference_to_the_hash() {
        let hash_of = |text: &str| {
            let mut records = Records::new(text, b',');
            let found = records.find().unwrap();
            records.fields(found).hash()
        };
        for same in ["a,b,5\" pipe", "\"a\",b,5\" pipe", "a,\"b\",\"5\"\" pipe\""] {
            assert_eq!(hash_of(same), hash_of("a,b,5\" pipe"), "{same}");
        }
        for other in ["\"a,b\",5\" pipe", "a,\"b,5\"\" pipe\"", "a,b,5\" pipe,", "\"a,b,5\"\" pipe\""] {
            assert_ne!(hash_of(other), hash_of("a,b,5\" pipe"), "{other}");
        }
        assert_ne!(hash_of("\"a,b\",c"), hash_of("a,\"b,c\""));
        assert_ne!(hash_of("\"\"\"x\",y\""), hash_of("\"x,y\""));
        assert_eq!(hash_of("\"x\",\"a,\"\"b\""), hash_of("x,\"a,\"\"b\""));
    }
}
