//! The records of a part of an `.xlsb` while it is inflated: which sheets there are, which rows and columns are hidden, what is merged.

use super::compound::word;
use crate::facts::read::book::notes::SheetNotes;
use crate::facts::read::book::outline::{ListedSheet, Outline};

/// So much of a cell tells its place and its error.
const CELL_BYTES: usize = 16;
/// A record longer than this holds nothing that is looked at here.
const RECORD_MOST: usize = 4096;

pub const ROW: u16 = 0x00;
/// A text that cells share.
pub const TEXT: u16 = 0x13;
/// A run of columns that look alike.
const COLUMNS: u16 = 0x3c;
const SHEET_OF_BOOK: u16 = 0x9c;
const FILTER_COLUMN: u16 = 0xa3;
const MERGED: u16 = 0xb0;

/// Cuts a stream of chunks into records.
#[derive(Default)]
pub struct Records {
    head: Vec<u8>,
    /// The kind of the record at hand, and how many bytes of it are still to come.
    open: Option<(u16, usize)>,
    bytes: Vec<u8>,
}

impl Records {
    /// Hands each record on: its kind and the first of its bytes, where they are looked at.
    pub fn feed(&mut self, chunk: &[u8], mut each: impl FnMut(u16, &[u8])) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let Some((kind, left)) = self.open else {
                self.head.push(rest[0]);
                rest = &rest[1..];
                if let Some((kind, length)) = header(&self.head) {
                    self.head.clear();
                    self.bytes.clear();
                    self.open = Some((kind, length));
                    if length == 0 {
                        each(kind, &[]);
                        self.open = None;
                    }
                }
                continue;
            };
            let piece = &rest[..left.min(rest.len())];
            let kept = match kind {
                ROW | COLUMNS | SHEET_OF_BOOK | FILTER_COLUMN | MERGED => RECORD_MOST,
                _ => CELL_BYTES,
            };
            let room = kept.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(&piece[..piece.len().min(room)]);
            rest = &rest[piece.len()..];
            self.open = Some((kind, left - piece.len())).filter(|(_, left)| *left > 0);
            if self.open.is_none() {
                each(kind, &self.bytes);
            }
        }
    }

    /// Whether the part ended where a record does.
    pub fn is_whole(&self) -> bool {
        self.open.is_none() && self.head.is_empty()
    }
}

/// Kind and length, in one or two and in one to four bytes of seven bits; none while bytes are lacking.
fn header(head: &[u8]) -> Option<(u16, usize)> {
    let first = *head.first()?;
    let (kind, behind) = if first < 0x80 {
        (u16::from(first), &head[1..])
    } else {
        (u16::from(first & 0x7f) | u16::from(*head.get(1)? & 0x7f) << 7, &head[2..])
    };
    let mut length = 0;
    for (place, byte) in behind.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if *byte < 0x80 || place == 3 {
            return Some((kind, length));
        }
    }
    None
}

/// What a record of a sheet says of its rows.
pub fn note(kind: u16, bytes: &[u8], notes: &mut SheetNotes) {
    match (kind, word(bytes, 0)) {
        (ROW, Some(row)) if bytes.get(11).is_some_and(|flags| flags & 0x10 != 0) => notes.hide(row, row),
        (COLUMNS, Some(first)) if bytes.get(16).is_some_and(|flags| flags & 1 != 0) || word(bytes, 8) == Some(0) => {
            notes.hide_columns(first, word(bytes, 4).unwrap_or(first));
        }
        (FILTER_COLUMN, _) => notes.is_filtered = true,
        (MERGED, Some(first)) => notes.merge(first, word(bytes, 4).unwrap_or(first)),
        _ => {}
    }
}

/// The sheets that the book's own part lists, by the relation that leads to each.
pub fn note_sheet(kind: u16, bytes: &[u8], outline: &mut Outline) {
    if kind != SHEET_OF_BOOK {
        return;
    }
    if let Some((relation, behind)) = wide(bytes.get(8..).unwrap_or(&[]))
        && let Some((name, _)) = wide(behind)
    {
        outline.sheets.push(ListedSheet::new(name, relation));
    }
}

fn wide(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = word(bytes, 0)? as usize;
    let units: Vec<u16> =
        bytes.get(4..length.checked_mul(2)?.checked_add(4)?)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some((String::from_utf16_lossy(&units), &bytes[4 + length * 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_across_chunks() {
        let mut records = Records::default();
        let mut notes = SheetNotes::default();
        let row = [5u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0];
        let bytes = [&[0x00, 17][..], &row, &[0xb0, 0x01, 16], &[1, 0, 0, 0, 3, 0, 0, 0], &[0; 8], &[0xa3, 0x01, 0]].concat();
        for chunk in bytes.chunks(3) {
            records.feed(chunk, |kind, bytes| note(kind, bytes, &mut notes));
        }
        assert!(notes.is_hidden(5) && !notes.is_hidden(4) && notes.is_filtered);
        assert!(notes.merged_warning(("a.xlsb", "S"), 3).is_some() && notes.merged_warning(("a.xlsb", "S"), 4).is_none());
    }
}
