//! Text files without a sign between the cells: each column has its places in the line.

use std::borrow::Cow;

use super::encoding::{self, Decoded};
use super::line_ends::LineEnds;
use super::record::{Bound, Fields, Places};
use crate::diagnostic::Diagnostic;
use crate::facts::read::{Cells, Flow, OpenWith, Row, RowSink, of_row};

/// A text that was decoded and is cut by the widths of the mapping.
pub struct FixedWidth<'a> {
    name: &'a str,
    text: Cow<'a, str>,
    widths: &'a [usize],
    /// Whether the mapping names the columns, so that the first line is data.
    has_names: bool,
    ends: LineEnds<'a>,
    pub assumed: Vec<String>,
}

impl<'a> FixedWidth<'a> {
    pub fn open(bytes: &'a [u8], widths: &'a [usize], with: OpenWith<'a>) -> Result<FixedWidth<'a>, Box<Diagnostic>> {
        let Decoded { text, mut assumed, .. } = encoding::decode(bytes, with)?;
        assumed.push(format!("lines cut into {} columns of {} characters in all", widths.len(), total(widths)));
        let has_names = with.rule.is_some_and(|rule| rule.headers.is_some());
        let ends = LineEnds::of(lines(&text), widths, || !text.ends_with(['\n', '\r']));
        let short = lines(&text).filter(|line| !line.1.trim().is_empty() && fault(line.1, widths).is_some() && ends.are_lost_blanks(*line));
        match short.count() {
            0 => {}
            1 => assumed.push("1 line read as if the blanks at its end were still there".to_owned()),
            many => assumed.push(format!("{many} lines read as if the blanks at their ends were still there")),
        }
        Ok(FixedWidth { name: with.name, text, widths, has_names, ends, assumed })
    }

    /// Hands every line to the sink. Where a line has lost its last blanks, the columns behind its end are empty; another that is too short or too long has one cell more than there are columns, so that it is
    /// rejected whatever stands in it.
    pub fn read(&self, sink: &mut dyn RowSink) -> Result<(), Box<Diagnostic>> {
        let mut bounds = Vec::with_capacity(self.widths.len() + 1);
        let mut is_header = !self.has_names;
        for (number, line) in lines(&self.text) {
            let is_blank = line.trim().is_empty();
            let problem = if is_blank { None } else { fault(line, self.widths) };
            let problem = problem.filter(|_| !self.ends.are_lost_blanks((number, line)));
            let is_short = problem.is_none() && !is_blank;
            if let (Some(fault), true) = (&problem, is_header) {
                let message = format!("the line of headers cannot be cut: {}", fault.message);
                return Err(Box::new(Diagnostic::error("line-length", of_row(self.name, number), message).help(&fault.help)));
            }
            is_header &= is_blank;
            cut(line, self.widths, &mut bounds);
            if let (true, Some(at)) = (is_short, last_column(line, self.widths)) {
                bounds[at.column] = Bound { start: at.start, end: line.len() as u32 };
            }
            if problem.is_some() {
                bounds.push(Bound { start: 0, end: line.len() as u32 }); // the whole line, so that it is not taken for a blank one
            }
            let bounds = if is_blank { &[] } else { bounds.as_slice() };
            let fields = Fields { record: line, text: line, unescaped: "", places: Places::Each(bounds), delimiter: 0, is_shortest: true };
            if sink.row(Row { number, cells: Cells::Delimited(fields) }) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    /// What is odd about the text and does not keep it from being used.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        encoding::warnings(self.name, &self.text, 1)
    }
}

/// What is wrong with the length of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column in which the line ends, from 0; none where it does not end too early.
    pub column: Option<usize>,
    pub message: String,
    pub help: String,
}

/// Why a line cannot be cut; none where it can.
pub fn fault(line: &str, widths: &[usize]) -> Option<Fault> {
    let (length, expected) = (line.chars().count(), total(widths));
    if let Some(tab) = line.chars().position(|letter| letter == '\t') {
        let message = format!("character {} of the line is a tab, so nothing says where the columns behind it begin", tab + 1);
        let help = "export the file with blanks instead of tabs, or with a sign between its cells".to_owned();
        return Some(Fault { column: None, message, help });
    }
    if length == expected {
        return None;
    }
    let message = format!("the line has {length} characters, and the widths of the mapping add up to {expected}");
    let help = if line.len() == expected {
        "its letters with accents were counted as two characters each: export it as Windows-1252, and say so".to_owned()
    } else if length < expected {
        "look whether its end was cut off, or whether blanks at its end were taken away".to_owned()
    } else {
        let behind: String = line.chars().skip(expected).take(40).collect();
        format!("look whether a column is wider than `widths` says; behind the last one stands `{behind}`")
    };
    Some(Fault { column: (length < expected).then(|| column_at(length, widths)), message, help })
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum()
}

/// The column in which a character stands.
fn column_at(character: usize, widths: &[usize]) -> usize {
    let mut end = 0;
    let found = widths.iter().position(|width| {
        end += width;
        character < end
    });
    found.unwrap_or(widths.len().saturating_sub(1))
}

/// Where the columns of a line stand. Those that the line does not have to their end are empty: half an amount is another amount.
fn cut(line: &str, widths: &[usize], bounds: &mut Vec<Bound>) {
    bounds.clear();
    let mut places = line.char_indices().map(|(place, _)| place).chain([line.len()]);
    let mut start = places.next();
    for width in widths {
        let end = start.and_then(|_| places.nth(width - 1));
        let bound = start.zip(end).unwrap_or((line.len(), line.len()));
        bounds.push(Bound { start: bound.0 as u32, end: bound.1 as u32 });
        start = end;
    }
}

/// Where a line ends within a column.
struct Within {
    column: usize,
    /// The byte at which the column begins.
    start: u32,
}

/// The column in which a line ends before the column does; none where it ends with one.
fn last_column(line: &str, widths: &[usize]) -> Option<Within> {
    let mut places = line.char_indices().map(|(place, _)| place).chain([line.len()]);
    let mut start = places.next()?;
    for (column, width) in widths.iter().enumerate() {
        match places.nth(width - 1) {
            Some(end) => start = end,
            None => return Some(Within { column, start: start as u32 }),
        }
    }
    None
}

/// The lines with their numbers, as an editor counts them.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let next = move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let pair = usize::from(text[end..].starts_with("\r\n"));
        rest = text.get(end + 1 + pair..);
        Some(&text[..end])
    };
    (1..).zip(std::iter::from_fn(next))
}

/// The widths that lines show: a column begins where every line has a blank and one of them has something behind it. Lines whose
/// last blanks were taken away count as if they were there. None where the lines show one column only.
pub fn shown(all: &[&str]) -> Option<Vec<usize>> {
    let filled: Vec<Vec<char>> = all.iter().map(|line| line.chars().collect()).filter(|line: &Vec<char>| !line.is_empty()).collect();
    let length = filled.iter().map(Vec::len).max()?;
    if filled.len() < 2 || filled.iter().any(|line| line.contains(&'\t')) {
        return None;
    }
    let is_blank = |place: usize| filled.iter().all(|line| line.get(place).is_none_or(|letter| *letter == ' '));
    let starts = (1..length).filter(|place| is_blank(place - 1) && !is_blank(*place));
    let starts: Vec<usize> = [0].into_iter().chain(starts).collect();
    let ends = starts.iter().skip(1).copied().chain([length]);
    let widths: Vec<usize> = starts.iter().zip(ends).map(|(start, end)| end - start).collect();
    (widths.len() > 1).then_some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells<'l>(line: &'l str, widths: &[usize]) -> Vec<&'l str> {
        let mut bounds = Vec::new();
        cut(line, widths, &mut bounds);
        bounds.iter().map(|bound| &line[bound.start as usize..bound.end as usize]).collect()
    }

    #[test]
    fn characters_are_counted_and_halves_are_empty() {
        assert_eq!(cells("1042 José  200", &[5, 6, 3]), ["1042 ", "José  ", "200"]);
        assert_eq!(cells("1042 José  20", &[5, 6, 3]), ["1042 ", "José  ", ""]);
        assert_eq!(cells("104", &[5, 6, 3]), ["", "", ""]);
        assert_eq!(fault("1042 José  200", &[5, 6, 3]), None);
        assert_eq!(fault("1042 José  20", &[5, 6, 3]).and_then(|fault| fault.column), Some(2));
        assert_eq!(fault("1042 Jo", &[5, 6, 3]).and_then(|fault| fault.column), Some(1));
        assert!(fault("1042 José 200", &[5, 6, 3]).is_some_and(|fault| fault.help.contains("Windows-1252")));
        assert!(fault("1042 Ada   2000", &[5, 6, 3]).is_some_and(|fault| fault.column.is_none() && fault.help.contains("`0`")));
        assert!(fault("1042\tAda   200", &[5, 6, 3]).is_some_and(|fault| fault.message.contains("character 5 ")));
    }

    #[test]
    fn lines_are_numbered_as_an_editor_does() {
        let numbered: Vec<_> = lines("a\n\nb\r\nc\rd").collect();
        assert_eq!(numbered, [(1, "a"), (2, ""), (3, "b"), (4, "c"), (5, "d")]);
        assert_eq!(lines("a\n").collect::<Vec<_>>(), [(1, "a")]);
    }

    #[test]
    fn widths_are_seen_where_every_line_has_a_blank() {
        assert_eq!(shown(&["1042 Ada Ruiz 2025-01-02", "1043 Bo Smith 2025-01-03"]), Some(vec![5, 9, 10]));
        assert_eq!(shown(&["1042 Ada", "1043 Bo Smith"]), Some(vec![5, 8]));
        assert_eq!(shown(&["Ada Ruiz", "Bo Smith"]), None);
        assert_eq!(shown(&["1042", "1043"]), None);
        assert_eq!(shown(&[]), None);
    }
}
