//! Text files with one row a line, read as raw records and reconciled with the lines and quotes that are really there.

use std::borrow::Cow;

use rayon::prelude::*;

use super::batch::Glance;
use super::encoding::{self, Decoded};
use super::record::{Fields, Found, QuoteFault, Records};
use super::seen::line_ends;
use crate::diagnostic::Diagnostic;
use crate::facts::read::{Cells, Flow, OpenWith, PartedSink, Row, RowSink, of_row};

/// A text file that was decoded and whose delimiter is known.
pub struct Delimited<'a> {
    pub(in crate::facts::read) name: &'a str,
    pub(in crate::facts::read) text: Cow<'a, str>,
    pub delimiter: u8,
    /// The line on which `text` begins, from 1.
    pub(in crate::facts::read) first_line: u32,
    pub assumed: Vec<String>,
    /// More of the file stands behind the text, which then ends with a line end.
    pub(in crate::facts::read) goes_on: bool,
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
        let mut file = Delimited { name: with.name, text, delimiter, first_line: 1, assumed, goes_on: false };
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

    /// Reads everything, one row after the other.
    pub fn read(&self, sink: &mut dyn RowSink) -> Result<(), Box<Diagnostic>> {
        self.stretch(self.whole(), sink).map(|_| ())
    }

    /// Reads the head of the file, then the rest in parts that the threads take one after the other: the same rows in the same order.
    pub fn read_in_parts<S: PartedSink + Send>(&self, sink: &mut S) -> Result<(), Box<Diagnostic>> {
        self.parts(self.whole(), sink).map(|_| ())
    }

    /// The same from where a record begins. Says where the next one begins, which is not in the text or not all of it.
    pub(in crate::facts::read) fn parts<S: PartedSink + Send>(&self, from: Stretch, sink: &mut S) -> Result<Stretch, Box<Diagnostic>> {
        let end = self.stretch(from, &mut Head(sink))?;
        let rest = Stretch { to: self.text.len(), ..end };
        if rest.from >= rest.to || !sink.is_ready() {
            return Ok(rest);
        }
        // the first part goes where the others are added, so that half of the text is looked up once
        let mut stretches = self.cut(rest).into_iter();
        let Some(first) = stretches.next() else { return Ok(rest) };
        let others: Vec<(Stretch, S::Part)> = stretches.filter_map(|stretch| Some((stretch, sink.part()?))).collect();
        sink.begin_joining();
        sink.make_room(first.lines as usize);
        let read_other = |(stretch, part)| {
            let (end, mut part) = self.part(stretch, part);
            S::set_by(&mut part);
            (stretch, end, part)
        };
        let read_others = || others.into_par_iter().with_max_len(1).map(read_other).collect::<Vec<_>>();
        let (end, read) = rayon::join(|| self.stretch_in_batches(first, sink), read_others);
        let mut at = end?;
        if sink.is_cut_short() {
            return Ok(at);
        }
        // A cut is right where the part before it ends. Where a quote spans a cut, the text from there is read again, and so it is
        // where a part stopped because of problems that others had: these may have begun at the wrong place.
        for (stretch, end, part) in read {
            let (end, part) = match sink.part() {
                Some(fresh) if stretch.from != at.from || part.is_cut_short() => self.part(Stretch { to: stretch.to, ..at }, fresh),
                _ => (end, part),
            };
            at = end?;
            if sink.join(part) == Flow::Stop {
                break;
            }
        }
        Ok(at)
    }

    /// What is odd about the text and does not keep it from being used.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        encoding::warnings(self.name, &self.text, self.first_line)
    }

    pub(in crate::facts::read) fn whole(&self) -> Stretch {
        Stretch { from: 0, to: self.text.len(), line: self.first_line, lines: 0, width: 0 }
    }

    fn part<P: RowSink + Send>(&self, stretch: Stretch, mut part: P) -> (Result<Stretch, Box<Diagnostic>>, P) {
        part.make_room(stretch.lines as usize);
        (self.stretch_in_batches(stretch, &mut part), part)
    }

    /// Does the same as [`Delimited::stretch`], with plain rows many at a time. A sink that has enough is asked for nothing more.
    fn stretch_in_batches<S: RowSink + Send>(&self, stretch: Stretch, sink: &mut S) -> Result<Stretch, Box<Diagnostic>> {
        let text = &self.text[..stretch.to];
        let [mut glance, mut ahead] = [(); 2].map(|()| Glance::new(self.delimiter, stretch.width));
        let mut at = stretch;
        // a record before it may have gone on beyond its end
        glance.look(text, at.from.min(stretch.to));
        while at.from < stretch.to {
            let (batch, next) = glance.rows(text, at.line);
            if batch.len() > 0 {
                (at.from, at.line) = (next, batch.line(batch.len()));
                // the cells of the next rows are found by whoever has nothing else to do, while these are taken
                if rayon::join(|| sink.rows(batch), || ahead.look(text, next)).0 == Flow::Stop {
                    break;
                }
                std::mem::swap(&mut glance, &mut ahead);
            } else {
                let (mut single, before) = (OneRow(sink, Flow::GoOn), at.from);
                at = self.stretch(at, &mut single)?;
                if single.1 == Flow::Stop || at.from == before {
                    break;
                }
                glance.look(text, at.from.min(stretch.to));
            }
        }
        Ok(at)
    }

    /// Cuts behind line ends; whether those end a record is seen when the part before has been read.
    fn cut(&self, rest: Stretch) -> Vec<Stretch> {
        let bytes = self.text.as_bytes();
        let mut cuts = vec![rest.from];
        for end in shares(rest.to - rest.from, rayon::current_num_threads(), usize::from(self.goes_on)) {
            let from = (rest.from + end).max(cuts.last().copied().unwrap_or(0));
            cuts.extend(bytes[from..rest.to].iter().position(|byte| *byte == b'\n').map(|offset| from + offset + 1));
        }
        cuts.push(rest.to);
        let ranges: Vec<_> = cuts.windows(2).map(|pair| pair[0]..pair[1]).filter(|range| !range.is_empty()).collect();
        // of a window that is not cut nobody asks: room for its rows was made when the one before it was read
        let is_asked = !self.goes_on || ranges.len() > 1;
        let lines: Vec<u32> = ranges.par_iter().map(|range| if is_asked { line_ends(&bytes[range.clone()]) } else { 0 }).collect();
        let mut line = rest.line;
        let numbered = ranges.into_iter().zip(lines).map(|(range, lines)| {
            let stretch = Stretch { from: range.start, to: range.end, line, lines: lines + 1, width: rest.width };
            line += lines;
            stretch
        });
        numbered.collect()
    }

    /// Hands on the records that begin in the stretch, and says where the next one begins.
    fn stretch(&self, stretch: Stretch, sink: &mut dyn RowSink) -> Result<Stretch, Box<Diagnostic>> {
        let mut records = Records::new(&self.text, self.delimiter).starting_at(stretch.from);
        records.width = stretch.width;
        let mut line = stretch.line;
        while records.at() < stretch.to {
            let Some(found) = records.find() else { break };
            if let Some(fault) = records.fault() {
                if self.goes_on && matches!(fault, QuoteFault::Unclosed { .. }) {
                    return Ok(Stretch { from: found.start, line, width: records.width, ..stretch });
                }
                return Err(self.quote_error(line, found, fault));
            }
            let cells = if found.start == found.end { Fields::NONE } else { records.fields(found) };
            let flow = sink.row(Row { number: line, cells: Cells::Delimited(cells) });
            line += 1;
            if records.spans_lines() {
                line += line_ends(&self.text.as_bytes()[found.start..found.end]);
            }
            if flow == Flow::Stop {
                break;
            }
        }
        Ok(Stretch { from: records.at(), line, width: records.width, ..stretch })
    }

    fn quote_error(&self, line: u32, found: Found, fault: QuoteFault) -> Box<Diagnostic> {
        let text = &self.text[..found.end];
        let at = |offset: usize| line + line_ends(&text.as_bytes()[found.start..offset]);
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
        let start = text[found.start..fault.open()].rfind(['\n', '\r']).map_or(found.start, |before| found.start + before + 1);
        let shown: String = text[start..].lines().next().unwrap_or("").chars().take(80).collect();
        let help = format!("close the quote or take it away (a quote inside a cell is written twice); the line begins `{shown}`");
        Box::new(Diagnostic::error("unclosed-cell-quote", of_row(self.name, opened), message).help(help))
    }
}

/// Text that is worth a part of its own.
const PART_LEAST: usize = 256 << 10;

/// Parts for each thread behind the first. One of the threads hashes the file before it reads along: with one part for each, the others
/// would wait for its part.
const PARTS_BEHIND: usize = 8;

/// Where a text of this length is cut: behind the share of one thread, and the rest in small parts. The first part is large because the
/// others are added to it, each text looked up once more: there the same text takes about a quarter longer. Where one thread is left beside
/// whoever reads the next window nothing is cut: that one takes columns of the same rows when it has read.
fn shares(length: usize, threads: usize, readers: usize) -> Vec<usize> {
    if threads < 2 + readers {
        return Vec::new();
    }
    let first = if readers > 0 { length / 8 * 7 / (threads - readers) } else { length / 4 * 5 / threads };
    let first = first.max(PART_LEAST);
    let behind = length.saturating_sub(first);
    let parts = ((threads - 1) * PARTS_BEHIND).min(behind / PART_LEAST + 1);
    (0..parts).map(|part| first + part * (behind / parts)).filter(|end| *end < length).collect()
}

/// A piece of the text that begins with a record.
#[derive(Clone, Copy, Debug)]
pub(in crate::facts::read) struct Stretch {
    pub from: usize,
    pub to: usize,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// Lines in it; 0 where they were not counted.
    pub lines: u32,
    /// Fields of the file's first record.
    pub width: usize,
}

/// Stops behind each row, and says what its sink thinks of it.
struct OneRow<'a>(&'a mut dyn RowSink, Flow);

impl RowSink for OneRow<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        self.1 = self.0.row(row);
        Flow::Stop
    }
}

/// Stops as soon as its sink knows enough to take the rest in parts.
struct Head<'a, S>(&'a mut S);

impl<S: PartedSink> RowSink for Head<'_, S> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        let flow = self.0.row(row);
        if self.0.is_ready() { Flow::Stop } else { flow }
    }
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
        let file = Delimited::open(text.as_bytes(), with).map_err(|problem| problem.message)?;
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

    impl PartedSink for Rows {
        type Part = Rows;

        fn is_ready(&self) -> bool {
            !self.0.is_empty()
        }

        fn set_by(_: &mut Rows) {}

        fn part(&self) -> Option<Rows> {
            Some(Rows(Vec::new()))
        }

        fn begin_joining(&mut self) {}

        fn join(&mut self, part: Rows) -> Flow {
            self.0.extend(part.0);
            Flow::GoOn
        }
    }

    /// Plain rows, rows over several lines, and cells so long that cuts fall into them.
    fn rows_of_all_kinds(bytes: usize, lines: usize) -> String {
        let mut text = String::from("id,note,amount\n");
        let mut state = 11u64;
        while text.len() < bytes {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let (id, kind) = (state >> 40, (state >> 33) % 1000);
            let note = match kind {
                0 => format!("\"{}\"", "one more line\n".repeat(lines)),
                1..50 => "\"first\nsecond\"".to_string(),
                50..500 => "\"Adams, J.\"".to_string(),
                _ => "plain".to_string(),
            };
            text.push_str(&format!("{id},{note},{kind}\n"));
        }
        text
    }

    #[test]
    fn parts_are_the_whole_wherever_a_cut_falls() {
        // cells into which cuts fall, and cells that are longer than a part
        for lines in [5_000, 60_000] {
            expect_parts(&rows_of_all_kinds(6 << 20, lines));
        }
    }

    fn expect_parts(text: &str) {
        let with = OpenWith { name: "a.csv", sheet: None, preferred: None, rule: None };
        let file = Delimited::open(text.as_bytes(), with).map_err(|problem| problem.message).unwrap();
        let mut whole = Rows(Vec::new());
        file.read(&mut whole).unwrap();
        for threads in [1, 2, 3, 16] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (mut parted, rest) = (Rows(Vec::new()), Stretch { from: 15, line: 2, width: 3, ..file.whole() });
            let cut_in_quotes = pool.install(|| {
                file.read_in_parts(&mut parted).unwrap();
                file.cut(rest).iter().filter(|stretch| text[stretch.from..].starts_with("one more line")).count()
            });
            assert!(parted.0 == whole.0, "{threads} threads");
            assert!(threads == 1 || cut_in_quotes > 0, "{threads} threads: no cut fell into a cell");
        }
    }

    #[test]
    fn shares_cover_the_text_and_are_worth_it() {
        for (length, threads) in [(0, 2), (1, 2), (PART_LEAST, 2), (PART_LEAST + 1, 2), (10 * PART_LEAST, 1), (1 << 30, 2), (1 << 30, 64)] {
            for readers in [0, 1] {
                let ends = shares(length, threads, readers);
                assert!(ends.is_sorted() && ends.iter().all(|end| (PART_LEAST..length).contains(end)), "{length} {threads}: {ends:?}");
                let last = length - ends.last().unwrap_or(&0);
                assert!(threads < 2 + readers || last <= (length / threads).max(PART_LEAST), "{length} {threads}: {ends:?}");
            }
        }
        // where one thread reads, the other binds all
        assert_eq!((shares(1 << 30, 2, 0).len(), shares(1 << 30, 2, 1).len()), (PARTS_BEHIND, 0));
        assert_eq!((shares(4 << 20, 2, 0)[0], shares(6 << 20, 4, 1)[0]), (5 << 19, 7 << 18));
    }

    #[test]
    fn quotes_that_swallow_rows_are_found() {
        for text in ["id,amount\n1,\"200\n2,300\n3,400", "a,b\n\"x\"y,2\n", "a,b\n1,\"a\n2,\"\n", "a,b,c\n1,\"x,2\n3,4,5\n6,7\",8\n"] {
            assert!(read(text).is_err_and(|message| message.contains("quote that opens in line 2")), "{text}");
        }
        assert!(read("a,b\n1,\"say \"\"hi\"\"\nthere\"\n2,5\" pipe\n").is_ok());
    }
}
