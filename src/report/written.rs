//! Tables that are written while the steps are there, person by person, so that no row is kept in another form.

use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::pieces::Writer;
use super::results::{Fate, RowPlace};
use crate::policy::AwardId;
use crate::value::Number;

/// What is kept of people whose steps are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Rows, from which anything can be made.
    Rows,
    /// The lines of the table.
    Table,
    /// Sums only.
    Nothing,
}

/// Lines of a table of some people, one after the other.
#[derive(Debug, Default)]
pub struct Written {
    writer: Writer,
    /// The lines with a cell that a spreadsheet would run.
    refused: Vec<Range<usize>>,
}

impl Written {
    /// Writes one line.
    pub fn line(&mut self, write: impl FnOnce(&mut Writer)) {
        let own = self.begin_line(write);
        self.end_line(own, |_| ());
    }

    /// Writes the first cells of a line, and says where they stand.
    fn begin_line(&mut self, write: impl FnOnce(&mut Writer)) -> Range<usize> {
        let start = self.writer.text.len();
        self.writer.begin_line();
        write(&mut self.writer);
        start..self.writer.text.len()
    }

    /// Writes those behind them, and says where they stand, and whether a spreadsheet would run a cell of the line.
    fn end_line(&mut self, own: Range<usize>, write: impl FnOnce(&mut Writer)) -> (Range<usize>, bool) {
        write(&mut self.writer);
        let is_refused = self.writer.end_line();
        let end = self.writer.text.len();
        if is_refused {
            self.refused.push(own.start..end);
        }
        (own.end..end, is_refused)
    }

    pub fn text(&self) -> &[u8] {
        &self.writer.text
    }

    pub fn into_text(self) -> Vec<u8> {
        self.writer.text
    }

    /// Gives back the memory that only growing needs.
    fn finish(&mut self) {
        self.writer.text.shrink_to_fit();
    }

    /// The cells of the lines that a spreadsheet would run.
    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.refused.iter().filter_map(|line| {
            let text = self.writer.text.get(line.clone())?;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
            let record = reader.records().next()?.ok()?;
            Some(record.iter().map(str::to_owned).collect())
        })
    }
}

/// Where the line of an outcome stands: outcomes are computed by person and stand in the order of files and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeLine {
    place: RowPlace,
    award: Option<AwardId>,
    group: u32,
    /// The cells that are the row's own, and those behind them, which other lines may share.
    own: (u32, u32),
    shared: (u32, u32),
}

/// The cells of an outcome that are the same in many lines.
#[derive(Clone, Copy, Debug)]
pub struct Shared<'r> {
    pub fate: Fate,
    pub award: Option<AwardId>,
    pub amount: Option<Number>,
    pub reason: &'r str,
}

/// What stands where of them.
#[derive(Debug)]
struct Known {
    fate: Fate,
    award: Option<AwardId>,
    amount: Option<[u32; 7]>,
    reason: String,
    stands: (u32, u32),
}

/// The lines of `outcomes.csv` of some people; later of all.
#[derive(Debug, Default)]
pub struct OutcomeTable {
    groups: Vec<Written>,
    /// As they were written.
    lines: Vec<OutcomeLine>,
    /// The numbers of the lines as they are to stand; none before they are brought into order.
    order: Vec<u32>,
    /// By a hash of what they say: shared cells of the last group. One gives way to another with the same hash.
    known: Vec<Option<Known>>,
}

/// People have few ways to come to nothing; what differs in each row, such as two dates, only passes through.
const KNOWN: usize = 256;

/// Lines that are put together at a time: their text stays in the cache.
const LINES: usize = 2048;

/// Some lines of a table in their order.
#[derive(Clone, Debug)]
pub struct Cut {
    pub lines: Range<usize>,
    /// Where their text begins behind the header.
    pub begins: u64,
}

impl OutcomeTable {
    /// Writes a line: the cells that are the row's own, then those it may share with others.
    pub fn line(
        &mut self,
        (place, award): (RowPlace, Option<AwardId>),
        shared: Shared,
        (write_own, write_shared): (impl FnOnce(&mut Writer), impl FnOnce(&mut Writer)),
    ) {
        if self.groups.last().is_none_or(|group| group.text().len() > u32::MAX as usize / 2) {
            self.groups.push(Written::default());
            self.known.clear();
            self.known.resize_with(KNOWN, || None);
        }
        let group = self.groups.len() as u32 - 1;
        let Some(written) = self.groups.last_mut() else { return };
        let own = written.begin_line(write_own);
        let known = &mut self.known[shared.hash() as usize % KNOWN];
        let stands = match known {
            Some(known) if known.is(&shared) && !written.writer.is_refused() => known.stands,
            _ => {
                let (stands, is_refused) = written.end_line(own.clone(), write_shared);
                let stands = short(stands);
                if !is_refused {
                    *known = Some(shared.known(stands));
                }
                stands
            }
        };
        self.lines.push(OutcomeLine { place, award, group, own: short(own), shared: stands });
    }

    /// Takes in the lines of other people.
    pub fn join(&mut self, mut table: OutcomeTable) {
        table.groups.iter_mut().for_each(Written::finish);
        let before = self.groups.len() as u32;
        self.lines.extend(table.lines.into_iter().map(|line| OutcomeLine { group: line.group + before, ..line }));
        if !table.groups.is_empty() {
            self.known = table.known; // the last group is another one now
        }
        self.groups.extend(table.groups);
    }

    /// Brings the lines into the order of files and rows, then of the awards as written (decision 0012). The lines of each row are counted,
    /// which takes two looks at each line instead of many. Tables of facts are brought together by `Grouping`, which needs more lists at once.
    pub fn sort(&mut self) {
        let mut files: Vec<usize> = Vec::new(); // by file: how far its rows go
        for RowPlace { file, row } in self.lines.iter().map(|line| line.place) {
            let file = usize::from(file);
            files.resize(files.len().max(file + 1), 0);
            files[file] = files[file].max(row as usize + 1);
        }
        let rows: usize = files.iter().sum();
        files.iter_mut().fold(0, |before, rows| before + std::mem::replace(rows, before));
        let number = |line: &OutcomeLine| files[usize::from(line.place.file)] + line.place.row as usize;
        let mut ends = vec![0u32; rows];
        self.lines.iter().for_each(|line| ends[number(line)] += 1);
        ends.iter_mut().fold(0, |before, count| before + std::mem::replace(count, before));
        self.order.resize(self.lines.len(), 0);
        for (at, line) in (0u32..).zip(&self.lines) {
            let end = &mut ends[number(line)];
            self.order[*end as usize] = at;
            *end += 1;
        }
        let mut start = 0;
        for end in ends {
            let of_row = &mut self.order[start..end as usize];
            if of_row.len() > 1 {
                of_row.sort_by_key(|at| self.lines[*at as usize].award);
            }
            start = end as usize;
        }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines in their order, some at a time, and where the text of each begins.
    pub fn cuts(&self) -> Vec<Cut> {
        let length = |lines: &[u32]| self.in_order(lines).map(|line| length(line.own) + length(line.shared)).sum::<usize>() as u64;
        let lengths: Vec<u64> = self.order.par_chunks(LINES).map(length).collect();
        let begins = lengths.into_iter().scan(0, |end, length| Some(std::mem::replace(end, *end + length)));
        let starts = (0..self.order.len()).step_by(LINES);
        starts.zip(begins).map(|(start, begins)| Cut { lines: start..(start + LINES).min(self.order.len()), begins }).collect()
    }

    /// The text of some lines, in place of what stands in `piece`.
    pub fn put(&self, lines: Range<usize>, piece: &mut Vec<u8>) {
        piece.clear();
        for line in self.in_order(&self.order[lines]) {
            let text = self.groups[line.group as usize].text();
            for (start, end) in [line.own, line.shared] {
                piece.extend_from_slice(&text[start as usize..end as usize]);
            }
        }
    }

    fn in_order<'t>(&'t self, lines: &'t [u32]) -> impl Iterator<Item = &'t OutcomeLine> {
        lines.iter().map(|line| &self.lines[*line as usize])
    }

    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.groups.iter().flat_map(Written::refused)
    }
}

/// Of a place in a group, which is not as long as to need more.
fn short(place: Range<usize>) -> (u32, u32) {
    (place.start as u32, place.end as u32)
}

fn length((start, end): (u32, u32)) -> usize {
    (end - start) as usize
}

impl Shared<'_> {
    fn hash(&self) -> u64 {
        let numbers = self.amount.map_or(0, |amount| amount.bits()[0]) ^ self.award.map_or(0, |award| u32::from(award.0) + 1) << 16;
        xxh3_64(self.reason.as_bytes()) ^ u64::from(numbers)
    }

    fn known(&self, stands: (u32, u32)) -> Known {
        let Shared { fate, award, amount, reason } = *self;
        Known { fate, award, amount: amount.map(Number::bits), reason: reason.to_owned(), stands }
    }
}

impl Known {
    fn is(&self, shared: &Shared) -> bool {
        (self.fate, self.award, self.amount) == (shared.fate, shared.award, shared.amount.map(Number::bits)) && self.reason == shared.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Disposition;

    /// A line as it is written, and the same written in full.
    fn write(table: &mut OutcomeTable, row: u32) -> String {
        let (own, reason) =
            ([format!("a{row}"), format!("=a{row}")][usize::from(row % 50 == 7)].clone(), format!("\"{}\"", row * row % 600));
        let (fate, amount) =
            (Fate::Decided(Disposition::Paid), (!row.is_multiple_of(3)).then(|| Number::from_scaled(i64::from(row % 4) * 50, 2)));
        let shared = Shared { fate, award: None, amount, reason: &reason };
        let tail = |row: &mut Writer| {
            row.word(fate.word());
            row.amount(amount);
            row.text(&reason);
        };
        table.line((RowPlace { file: 0, row }, None), shared, (|row: &mut Writer| row.text(&own), tail));
        let amount = amount.map_or(String::new(), |amount| format!("{:.2}", amount.to_decimal().unwrap()));
        format!("{own},paid,{amount},\"\"{reason}\"\"\n")
    }

    #[test]
    fn lines_that_share_cells_are_whole_in_their_order() {
        let mut all = OutcomeTable::default();
        let mut expected: Vec<(u32, String)> = Vec::new();
        for people in 0..7u32 {
            let mut table = OutcomeTable::default();
            let rows = (0..people * 1000).map(|number| number * 7 + people);
            expected.extend(rows.map(|row| (row, write(&mut table, row))));
            all.join(table);
        }
        expected.push((50_000, write(&mut all, 50_000)));
        expected.sort();
        all.sort();
        let (mut text, mut piece) = (Vec::new(), b"what stood here before".to_vec());
        for Cut { lines, begins } in all.cuts() {
            assert_eq!(text.len() as u64, begins);
            all.put(lines, &mut piece);
            text.extend_from_slice(&piece);
        }
        assert_eq!(String::from_utf8(text).unwrap(), expected.iter().map(|(_, line)| line.as_str()).collect::<String>());
        let refused: Vec<String> = all.refused().map(|cells| cells[0].clone()).collect();
        assert_eq!(refused.len(), expected.iter().filter(|(row, _)| row % 50 == 7).count());
        assert!(refused.iter().all(|cell| cell.starts_with('=')) && !refused.is_empty());
        assert!(all.groups.iter().map(|group| group.text().len()).sum::<usize>() < expected.len() * 20);
    }
}
