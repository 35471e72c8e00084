//! Tables that are written while the steps are there, person by person, so that no row is kept in another form.

use super::pieces::Writer;

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
#[derive(Debug)]
pub struct Written {
    /// What was written before, in pieces that end with a line.
    before: Vec<Vec<u8>>,
    writer: Writer,
    /// Where the last line begins in what is written.
    start: usize,
    /// The lines with a cell that a spreadsheet would run.
    refused: Vec<Vec<u8>>,
}

impl Default for Written {
    fn default() -> Written {
        Written { before: Vec::new(), writer: Writer::for_many(), start: 0, refused: Vec::new() }
    }
}

impl Written {
    /// Begins a line, of which the cells are put next.
    #[inline]
    pub fn begin_line(&mut self) -> &mut Writer {
        if let Some(full) = self.writer.take_full() {
            self.before.push(full);
        }
        self.start = self.writer.length();
        self.writer.begin_line();
        &mut self.writer
    }

    #[inline]
    pub fn end_line(&mut self) {
        if self.writer.end_line() {
            self.refused.push(self.writer.written()[self.start..].to_vec());
        }
    }

    /// The text, in pieces that end with a line.
    pub fn into_pieces(self) -> impl Iterator<Item = Vec<u8>> {
        let last = Some(self.writer.into_written()).filter(|text| !text.is_empty());
        self.before.into_iter().chain(last)
    }

    /// The cells of the lines that a spreadsheet would run.
    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.refused.iter().filter_map(|line| cells_of(line))
    }
}

/// The cells of a line of text.
pub fn cells_of(line: &[u8]) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}
