//! `outcomes.csv` of everybody: a line is kept in few bytes where its row stands in its file until the last person is worked. Then all are there
//! in their order.

use std::ops::Range;

use rayon::prelude::*;

use super::outcome_lines::{OutcomeLine, OutcomeLines, Own, START};
use super::phrases::Sources;
use super::pieces::{Place, Writer};
use super::results::RowPlace;
use super::tails::Tails;
use super::written::cells_of;
use crate::facts::DataFile;

/// The lines of everybody.
#[derive(Debug)]
pub struct OutcomeTable {
    sources: Sources,
    /// By file and row, as far as a file has rows.
    files: Vec<Vec<Kept>>,
    /// The lines of rows whose numbers are larger than that, as after cells of many lines; of each row once they are sorted.
    far: Vec<Far>,
    /// Lines that came before another of the same row.
    earlier: Vec<Kept>,
    /// How many lines there are.
    len: usize,
    /// By file and rows; none before all lines are there.
    blocks: Vec<Block>,
    cuts: Vec<Cut>,
    /// The lines' own texts; none is longer than a start can say, but for a line that begins before.
    pieces: Vec<Vec<u8>>,
    tails: Tails,
    /// Those with a cell that a spreadsheet would run, in the order in which they came.
    refused: Vec<OutcomeLine>,
}

/// The line of a row that came last: its own cells, the number of the others from 1, and from 1 the number of the line that came before it; zeros
/// where there is none. Room that is nothing but zeros costs nothing before it is used.
type Kept = (u64, u32, u32);

/// A line with its file and row.
type Far = (u16, u32, Kept);

/// Some rows of a file, how many lines they have, and how many bytes these are.
#[derive(Clone, Copy, Debug)]
struct Block {
    rows: BlockRows,
    lines: usize,
    bytes: u64,
}

#[derive(Clone, Copy, Debug)]
enum BlockRows {
    /// Of a file, from a row on.
    Near(u16, u32),
    /// Of a file, from a place among the far ones on.
    Far(u16, usize),
}

/// Rows of a block: their lines are never parted.
const ROWS: usize = 64;

/// So many tails are looked for among all.
const SLOTS: usize = 1 << 14;

/// So many lines are put together at a time, or some more: their text stays in the cache.
const LINES: usize = 2048;

/// Some lines of a table in their order.
#[derive(Clone, Debug)]
pub struct Cut {
    blocks: Range<usize>,
    /// Where their text begins behind the header.
    pub begins: u64,
}

impl OutcomeTable {
    /// Nothing yet of rows of these files.
    pub fn of(sources: &Sources, files: &[DataFile]) -> OutcomeTable {
        OutcomeTable {
            sources: sources.clone(),
            files: files.iter().map(|file| vec![(0, 0, 0); file.rows as usize + 2]).collect(),
            far: Vec::new(),
            earlier: Vec::new(),
            len: 0,
            blocks: Vec::new(),
            cuts: Vec::new(),
            pieces: Vec::new(),
            tails: Tails::new(SLOTS),
            refused: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes in the lines of other people.
    pub fn join(&mut self, mut more: OutcomeLines) {
        if more.lines.is_empty() {
            return;
        }
        more.finish();
        let tails = self.tails.join(&more.tails);
        // by piece: how far its texts move, to the front or to the back
        let moved: Vec<u64> = (0u64..).zip(&more.pieces).map(|(piece, text)| self.keep_text(text).wrapping_sub(piece << START)).collect();
        let here = |OutcomeLine { row, tail, own }: OutcomeLine| OutcomeLine {
            row,
            tail: tails[tail as usize],
            own: own.moved(moved[own.piece()]),
        };
        self.len += more.lines.len();
        let any = self.sources.any_would_run();
        let refused = more
            .lines
            .iter()
            .enumerate()
            .filter(|(number, line)| more.refused.binary_search(number).is_ok() || any && self.sources.would_run(line.own.file()));
        let refused = if any || !more.refused.is_empty() { refused.map(|(_, line)| here(*line)).collect() } else { Vec::new() };
        self.refused.extend(refused);
        more.lines.into_iter().for_each(|line| self.keep(here(line)));
    }

    /// Keeps a text, and says where it stands.
    fn keep_text(&mut self, text: &[u8]) -> u64 {
        if self.pieces.last().is_none_or(|last| last.len() + text.len() > 1 << START) {
            self.pieces.push(Vec::with_capacity(text.len().max(1 << START)));
        }
        let Some(last) = self.pieces.last_mut() else { return 0 };
        let start = last.len() as u64;
        last.extend_from_slice(text);
        (self.pieces.len() as u64 - 1) << START | start
    }

    #[inline]
    fn keep(&mut self, OutcomeLine { row, tail, own }: OutcomeLine) {
        let file = own.file();
        match self.files.get_mut(usize::from(file)).and_then(|rows| rows.get_mut(row as usize)) {
            None => self.far.push((file, row, (own.bits(), tail + 1, 0))),
            Some(kept) if kept.1 != 0 => {
                self.earlier.push(*kept);
                *kept = (own.bits(), tail + 1, self.earlier.len() as u32);
            }
            Some(kept) => *kept = (own.bits(), tail + 1, 0),
        }
    }

    /// Brings the far lines into order, and makes of those of one row one that leads to the others.
    fn sort_far(&mut self) {
        let mut lines = std::mem::take(&mut self.far);
        lines.par_sort_by_key(|(file, row, _)| (*file, *row));
        for (file, row, (own, tail, _)) in lines {
            let before = self.far.pop_if(|last| (last.0, last.1) == (file, row));
            let before = before.map_or(0, |(_, _, kept)| {
                self.earlier.push(kept);
                self.earlier.len() as u32
            });
            self.far.push((file, row, (own, tail, before)));
        }
    }

    /// The rows of all files in their order, some at a time.
    fn all_rows(&self) -> Vec<BlockRows> {
        let mut all = Vec::new();
        for file in 0..=self.files.len().max(self.far.last().map_or(0, |last| usize::from(last.0))) as u16 {
            let near = self.files.get(usize::from(file)).map_or(0, Vec::len) as u32;
            all.extend((0..near).step_by(ROWS).map(|first| BlockRows::Near(file, first)));
            let at = |file: u32| self.far.partition_point(|far| u32::from(far.0) < file);
            let far = at(file.into())..at(u32::from(file) + 1);
            all.extend(far.step_by(ROWS).map(|first| BlockRows::Far(file, first)));
        }
        all
    }

    /// Says where some of the lines at a time begin, in the order of files and rows, then of the awards as written (decision 0012).
    pub fn sort(&mut self) {
        self.sort_far();
        let tails = self.tails.lengths();
        self.blocks = self.all_rows().into_par_iter().with_min_len(LINES / ROWS).map(|rows| self.block(rows, &tails)).collect();
        self.cuts = cuts(&self.blocks);
    }

    fn block(&self, rows: BlockRows, tails: &[u32]) -> Block {
        let (mut lines, mut bytes) = (0, 0);
        let place_of = |file, row| self.sources.length(RowPlace { file, row });
        // the places of nearly all rows beside each other are as long
        let length = match rows {
            BlockRows::Near(file, first) => {
                Some(place_of(file, first)).filter(|length| *length == place_of(file, first.saturating_add(ROWS as u32)))
            }
            BlockRows::Far(..) => None,
        };
        self.each_row(rows, |file, row, last| {
            let place = length.unwrap_or_else(|| place_of(file, row));
            let mut kept = last;
            loop {
                let own = Own::from_bits(kept.0);
                lines += 1;
                bytes += (place + own.length(&self.pieces) + tails[kept.1 as usize - 1] as usize) as u64;
                let Some(before) = self.before(kept) else { break };
                kept = before;
            }
        });
        Block { rows, lines, bytes }
    }

    /// The rows of a block that have lines, and what is kept of each.
    #[inline]
    fn each_row(&self, rows: BlockRows, mut take: impl FnMut(u16, u32, Kept)) {
        match rows {
            BlockRows::Near(file, first) => {
                let kept = (first..).zip(&self.files[usize::from(file)][first as usize..]).take(ROWS);
                kept.filter(|(_, kept)| kept.1 > 0).for_each(|(row, kept)| take(file, row, *kept));
            }
            BlockRows::Far(file, first) => {
                let far = self.far[first..].iter().take(ROWS).take_while(|far| far.0 == file);
                far.for_each(|(_, row, kept)| take(file, *row, *kept));
            }
        }
    }

    /// The line that came before another of the same row.
    #[inline]
    fn before(&self, (_, _, before): Kept) -> Option<Kept> {
        self.earlier.get(before.checked_sub(1)? as usize).copied()
    }

    /// The lines in their order, some at a time.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The text of some lines, in place of what was written.
    pub fn put(&self, cut: &Cut, piece: &mut Writer) {
        piece.clear();
        let (mut place, mut several) = (Place::default(), Vec::new());
        for block in &self.blocks[cut.blocks.clone()] {
            self.each_row(block.rows, |file, row, last| {
                let (own, tail, before) = last;
                place.goes_to(&self.sources, RowPlace { file, row });
                if before == 0 {
                    self.put_line((&place, Own::from_bits(own), tail - 1), piece);
                } else {
                    self.order_lines(last, &mut several);
                    several.iter().for_each(|(own, tail)| self.put_line((&place, *own, *tail), piece));
                }
            });
        }
    }

    /// The lines of a row that has several, in their order, in place of others.
    fn order_lines(&self, last: Kept, lines: &mut Vec<(Own, u32)>) {
        lines.clear();
        lines.extend(std::iter::successors(Some(last), |kept| self.before(*kept)).map(|(own, tail, _)| (Own::from_bits(own), tail - 1)));
        lines.reverse();
        let award = |(_, tail): &(Own, u32)| self.tails.award(*tail);
        if !lines.is_sorted_by_key(award) {
            lines.sort_by_key(award);
        }
    }

    #[inline]
    fn put_line(&self, (place, own, tail): (&Place, Own, u32), piece: &mut Writer) {
        piece.place(place, own.text(&self.pieces[own.piece()]), self.tails.from(tail));
    }

    /// The cells of the lines that a spreadsheet would run.
    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.refused.iter().filter_map(|OutcomeLine { row, tail, own }| {
            let (mut piece, mut place) = (Writer::default(), Place::default());
            place.goes_to(&self.sources, RowPlace { file: own.file(), row: *row });
            self.put_line((&place, *own, *tail), &mut piece);
            cells_of(piece.written())
        })
    }
}

/// Some whole blocks after others, and where their text begins.
fn cuts(blocks: &[Block]) -> Vec<Cut> {
    let (mut cuts, mut first, mut begins) = (Vec::new(), 0, 0);
    let (mut lines, mut bytes) = (0, 0);
    for (number, block) in blocks.iter().enumerate() {
        (lines, bytes) = (lines + block.lines, bytes + block.bytes);
        if lines >= LINES || number + 1 == blocks.len() && lines > 0 {
            cuts.push(Cut { blocks: first..number + 1, begins });
            (first, begins, lines) = (number + 1, bytes, 0);
        }
    }
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

    /// Of two files with so many rows.
    fn table(rows: usize) -> OutcomeTable {
        let none = OutcomeTable::of(&Sources::of(vec!["b.csv".to_owned(), "c,d.csv".to_owned()]), &[]);
        OutcomeTable { files: vec![vec![(0, 0, 0); rows]; 2], ..none }
    }

    #[test]
    fn lines_that_share_cells_are_whole_in_their_order() {
        // whether a file has as many rows as the numbers of its rows say or not
        [0, 1000, 7777, 100_000].into_iter().for_each(expect_lines);
    }

    fn expect_lines(rows: usize) {
        let mut all = table(rows);
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
    fn lines_of_a_row_stand_in_the_order_of_awards_and_then_as_they_came() {
        for rows in [0, 6] {
            expect_order(table(rows));
        }
    }

    fn expect_order(mut all: OutcomeTable) {
        for (award, record) in [(2, "a,"), (0, "b,"), (1, "c,"), (0, "a,"), (2, "b,")] {
            let mut lines = OutcomeLines::default();
            let tail = lines.tail(Some(AwardId(award)), |row| row.text(&format!("award {award}")));
            lines.line(RowPlace { file: 0, row: 5 }, tail, |line| line.stretch((record.as_bytes(), record.len())));
            all.join(lines);
        }
        all.sort();
        let mut piece = Writer::default();
        all.put(&all.cuts()[0], &mut piece);
        let expected: String =
            ["b,award 0", "a,award 0", "c,award 1", "a,award 2", "b,award 2"].map(|line| format!("b.csv!5,{line}\n")).concat();
        assert_eq!((all.len(), String::from_utf8_lossy(piece.written()).into_owned()), (5, expected));
    }
}
