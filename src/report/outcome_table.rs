//! `outcomes.csv` of everybody: kept in few bytes a line until the last person is worked, then brought into order while it is written.

use std::ops::Range;

use super::outcome_lines::{OutcomeLine, OutcomeLines, Own, START};
use super::phrases::Sources;
use super::pieces::Writer;
use super::results::RowPlace;
use super::tails::Tails;
use super::written::cells_of;
use crate::facts::DataFile;

/// The lines of everybody.
#[derive(Debug)]
pub struct OutcomeTable {
    sources: Sources,
    /// By file: how many lines each row has, and how many bytes they are.
    files: Vec<OfFile>,
    /// As they were written.
    lines: Vec<OutcomeLine>,
    /// The numbers of the lines as they are to stand; none before they are brought into order.
    order: Vec<u32>,
    cuts: Vec<Cut>,
    /// The lines' own texts; none is longer than a start can say, but for a line that begins before.
    pieces: Vec<Vec<u8>>,
    tails: Tails,
    refused: Vec<usize>,
}

/// What is known of the lines of a file before they are brought into order.
#[derive(Debug, Default)]
struct OfFile {
    /// By row.
    lines: Vec<u32>,
    /// By rows, [`ROWS`] at a time.
    bytes: Vec<u64>,
}

/// Rows whose lines are never parted.
const ROWS: usize = 64;

/// So many tails are looked for among all.
const SLOTS: usize = 1 << 14;

/// So many lines are put together at a time, or some more: their text stays in the cache.
const LINES: usize = 2048;

/// Some lines of a table in their order.
#[derive(Clone, Debug)]
pub struct Cut {
    lines: Range<usize>,
    /// Where their text begins behind the header.
    pub begins: u64,
}

impl OutcomeTable {
    /// Nothing yet of rows of these files.
    pub fn of(sources: &Sources, files: &[DataFile]) -> OutcomeTable {
        let rows = |file: &DataFile| OfFile {
            lines: Vec::with_capacity(file.rows as usize + 2),
            bytes: Vec::with_capacity(file.rows as usize / ROWS + 1),
        };
        OutcomeTable {
            sources: sources.clone(),
            files: files.iter().map(rows).collect(),
            lines: Vec::new(),
            order: Vec::new(),
            cuts: Vec::new(),
            pieces: Vec::new(),
            tails: Tails::new(SLOTS),
            refused: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Takes in the lines of other people.
    pub fn join(&mut self, mut more: OutcomeLines) {
        if more.lines.is_empty() {
            return;
        }
        more.finish();
        let tails = self.tails.join(&more.tails);
        // by piece: how far its texts move, to the front or to the back
        let moved: Vec<u64> = (0u64..).zip(more.pieces).map(|(piece, text)| self.keep(&text).wrapping_sub(piece << START)).collect();
        self.refused.extend(more.refused.iter().map(|line| line + self.lines.len()));
        self.lines.reserve(more.lines.len());
        for OutcomeLine { row, tail, own } in more.lines {
            let tail = tails[tail as usize];
            let own = own.moved(moved[own.piece()]);
            self.count(RowPlace { file: own.file(), row }, self.length(row, tail, own));
            self.lines.push(OutcomeLine { row, tail, own });
        }
    }

    /// Keeps texts, and says where they stand.
    fn keep(&mut self, text: &[u8]) -> u64 {
        if self.pieces.last().is_none_or(|last| last.len() + text.len() > 1 << START) {
            self.pieces.push(Vec::with_capacity(text.len().max(1 << START)));
        }
        let Some(last) = self.pieces.last_mut() else { return 0 };
        let start = last.len() as u64;
        last.extend_from_slice(text);
        (self.pieces.len() as u64 - 1) << START | start
    }

    fn count(&mut self, RowPlace { file, row }: RowPlace, bytes: usize) {
        let (file, row) = (usize::from(file), row as usize);
        if file >= self.files.len() {
            self.files.resize_with(file + 1, OfFile::default);
        }
        let OfFile { lines, bytes: of_rows } = &mut self.files[file];
        if row >= lines.len() {
            lines.resize(row + 1, 0);
            of_rows.resize(row / ROWS + 1, 0);
        }
        lines[row] += 1;
        of_rows[row / ROWS] += bytes as u64;
    }

    fn length(&self, row: u32, tail: u32, own: Own) -> usize {
        let (_, length) = own.text(&self.pieces[own.piece()]);
        self.sources.length(RowPlace { file: own.file(), row }) + length + self.tails.length(tail)
    }

    /// Brings the lines into the order of files and rows, then of the awards as written (decision 0012), and says where some of them at a
    /// time begin. How many lines each row has was counted, so that one look at each line is enough.
    pub fn sort(&mut self) {
        let mut files = std::mem::take(&mut self.files);
        let counts = files.iter_mut().flat_map(|file| &mut file.lines);
        counts.fold(0, |before, count| before + std::mem::replace(count, before));
        self.order.resize(self.lines.len(), 0);
        for (at, line) in (0u32..).zip(&self.lines) {
            let end = &mut files[usize::from(line.own.file())].lines[line.row as usize];
            self.order[*end as usize] = at;
            *end += 1;
        }
        let mut start = 0;
        for end in files.iter().flat_map(|file| &file.lines) {
            let of_row = &mut self.order[start..*end as usize];
            if of_row.len() > 1 {
                of_row.sort_by_key(|at| self.tails.award(self.lines[*at as usize].tail));
            }
            start = *end as usize;
        }
        self.cuts = cuts(&files);
    }

    /// The lines in their order, some at a time.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The text of some lines, in place of what was written.
    pub fn put(&self, cut: &Cut, piece: &mut Writer) {
        piece.clear();
        // all of them are fetched before the first text is: each is far from the others
        let lines: Vec<OutcomeLine> = self.order[cut.lines.clone()].iter().map(|line| self.lines[*line as usize]).collect();
        lines.iter().for_each(|line| self.put_line(line, piece));
    }

    #[inline]
    fn put_line(&self, line: &OutcomeLine, piece: &mut Writer) {
        piece.source(&self.sources, RowPlace { file: line.own.file(), row: line.row });
        piece.stretch(line.own.text(&self.pieces[line.own.piece()]));
        piece.stretch(self.tails.from(line.tail));
    }

    /// The cells of the lines that a spreadsheet would run.
    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        let any = !self.refused.is_empty() || self.sources.any_would_run();
        let lines = if any { &self.lines[..] } else { &[] };
        let refused =
            |(number, line): &(usize, &OutcomeLine)| self.refused.binary_search(number).is_ok() || self.sources.would_run(line.own.file());
        lines.iter().enumerate().filter(refused).filter_map(|(_, line)| {
            let mut piece = Writer::default();
            self.put_line(line, &mut piece);
            cells_of(piece.written())
        })
    }
}

/// Some whole rows after others: how many lines end with them, and where their text begins.
fn cuts(files: &[OfFile]) -> Vec<Cut> {
    let of_rows = files.iter().flat_map(|file| file.lines.chunks(ROWS).filter_map(|ends| ends.last()).zip(&file.bytes));
    let (mut cuts, mut first, mut begins, mut last, mut end) = (Vec::new(), 0, 0, 0, 0);
    for (line, bytes) in of_rows {
        (last, end) = (*line as usize, end + bytes);
        if last - first >= LINES {
            cuts.push(Cut { lines: first..last, begins });
            (first, begins) = (last, end);
        }
    }
    cuts.extend((first < last).then_some(Cut { lines: first..last, begins }));
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::AwardId;
    use crate::report::results::Fate;
    use crate::value::Number;

    /// A line as it is written, and the same written in full.
    fn write(lines: &mut OutcomeLines, row: u32) -> String {
        let record = if row % 50 == 7 { format!("=a{row}") } else { "a".repeat(row as usize % 300) };
        let amount = (!row.is_multiple_of(3)).then(|| Number::from_scaled(i64::from(row % 4) * 50, 2));
        let reason = format!("\"{}\"", row * row % 600);
        let tail = lines.tail(Some(AwardId(row as u16 % 3)), |row| {
            row.word(Fate::Used.word());
            row.amount(amount.as_ref());
            row.text(&reason);
        });
        lines.line(RowPlace { file: row as u16 % 2, row }, tail, |row| row.text(&record));
        let amount = amount.map_or(String::new(), |amount| format!("{:.2}", amount.to_decimal().unwrap()));
        let source = ["b.csv", "\"c,d.csv"][row as usize % 2];
        format!("{source}!{row}{},{record},used,{amount},\"\"\"{}\"\"\"\n", ["", "\""][row as usize % 2], row * row % 600)
    }

    fn table() -> OutcomeTable {
        OutcomeTable::of(&Sources::of(vec!["b.csv".to_owned(), "c,d.csv".to_owned()]), &[])
    }

    #[test]
    fn lines_that_share_cells_are_whole_in_their_order() {
        let mut all = table();
        let mut expected: Vec<(u32, u32, String)> = Vec::new();
        for people in 0..9u32 {
            let mut lines = OutcomeLines::default();
            let rows = (0..people * 1000).map(|number| number * 7 + people % 7);
            expected.extend(rows.map(|row| (row % 2, row, write(&mut lines, row))));
            all.join(lines);
        }
        expected.sort();
        all.sort();
        let (mut text, mut piece) = (Vec::new(), Writer::default());
        piece.text("what stood here before");
        for cut in all.cuts() {
            assert_eq!(text.len() as u64, cut.begins);
            all.put(cut, &mut piece);
            text.extend_from_slice(piece.written());
        }
        assert!(all.cuts().len() > 3 && all.pieces.len() > 3);
        assert_eq!(String::from_utf8(text).unwrap(), expected.iter().map(|(_, _, line)| line.as_str()).collect::<String>());
        let refused: Vec<String> = all.refused().map(|cells| cells[1].clone()).collect();
        assert_eq!(refused.len(), expected.iter().filter(|(_, row, _)| row % 50 == 7).count());
        assert!(refused.iter().all(|cell| cell.starts_with('=')) && !refused.is_empty());
    }

    #[test]
    fn lines_of_a_row_stand_in_the_order_of_awards() {
        let mut all = table();
        for award in [2, 0, 1] {
            let mut lines = OutcomeLines::default();
            let tail = lines.tail(Some(AwardId(award)), |row| row.text(&format!("award {award}")));
            lines.line(RowPlace { file: 0, row: 5 }, tail, |_| ());
            all.join(lines);
        }
        all.sort();
        let mut piece = Writer::default();
        all.put(&all.cuts()[0], &mut piece);
        assert_eq!(String::from_utf8_lossy(piece.written()), "b.csv!5,award 0\nb.csv!5,award 1\nb.csv!5,award 2\n");
    }
}
