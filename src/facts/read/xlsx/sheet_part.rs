//! The sheet of an `.xlsx`, read once: every tag is checked, every cell counted, and its rows are handed on as they come.

use std::io::Read;

use super::cell_forms::CellForms;
use super::pieces::{Fault, Piece, Pieces};
use super::plain_cell::plain_cell;
use super::shared_texts::{SharedTexts, plain, rich};
use super::sheet_tags::{CellType, Head, begin_row, is_of_others, note_tag, shown};
use super::written_text::{expect_blank, pass_over, respell};
use crate::facts::read::book::notes::SheetNotes;
use crate::facts::read::book::row_maker::{RowMaker, Taken, put_digits};
use crate::facts::read::book::sheet_row::{CellKind, SheetRow};

/// What the cells of all sheets of a book refer to.
#[derive(Debug, Default)]
pub struct CellTables {
    pub texts: SharedTexts,
    pub forms: CellForms,
}

pub struct SheetPart<'p, 't, R> {
    pieces: Pieces<R>,
    tables: &'p CellTables,
    rows: RowMaker<'t>,
    /// Where a cell stands that does not say it.
    next: (u32, u32),
    cell: Written,
}

/// What is written in one cell.
#[derive(Default)]
struct Written {
    value: String,
    holds: Holds,
    formula: Option<String>,
    /// The formula is that of other cells, and is not written out: the number of a group is as large as a file likes.
    is_shared: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Nothing,
    Value,
    Text,
}

impl<'p, 't, R: Read> SheetPart<'p, 't, R> {
    pub fn new(pieces: Pieces<R>, tables: &'p CellTables, rows: RowMaker<'t>) -> SheetPart<'p, 't, R> {
        SheetPart { pieces, tables, rows, next: (0, 0), cell: Written::default() }
    }

    /// Reads the part to its end. What was handed on before an error must not be used.
    pub fn read(mut self) -> Result<SheetNotes, Fault> {
        let (mut has_rows, mut strays, mut cells) = (false, 0, 0u64);
        while let Some(piece) = self.pieces.next()? {
            let tag = match piece {
                Piece::Start(tag) => tag,
                Piece::Text(raw) => {
                    pass_over(raw)?;
                    continue;
                }
                Piece::End(_) | Piece::Verbatim(_) => continue,
            };
            match tag.name {
                b"sheetData" if !has_rows => {
                    has_rows = true;
                    cells = self.rows()?;
                    if self.rows.taken == Taken::Leave {
                        return Ok(self.rows.notes);
                    }
                }
                b"c" => strays += 1,
                _ => note_tag(tag, &mut self.rows.notes)?,
            }
        }
        if strays > 0 && self.rows.taken == Taken::GoOn {
            let written = cells + strays;
            return Err(Fault::Damaged(format!("{written} cells are written in the sheet, and {cells} of them could be found")));
        }
        if has_rows { Ok(self.rows.notes) } else { Err(Fault::Damaged("a part that should be a sheet has no rows".to_owned())) }
    }

    /// Reads up to the end of the rows, and counts their cells.
    fn rows(&mut self) -> Result<u64, Fault> {
        let mut cells = 0;
        loop {
            cells += self.plain_cells()?;
            if self.rows.taken == Taken::Leave {
                return Ok(cells);
            }
            match self.pieces.next()?.ok_or(Fault::Torn)? {
                Piece::Start(tag) if tag.name == b"c" => {
                    let head = Head::of(tag, self.next)?;
                    self.next.1 = head.column.saturating_add(1);
                    self.cell(head)?;
                    cells += 1;
                }
                Piece::Start(tag) if tag.name == b"row" => {
                    self.next.0 = begin_row(tag, self.next.0, &mut self.rows.notes)?;
                }
                Piece::Start(tag) => note_tag(tag, &mut self.rows.notes)?,
                Piece::End(b"row") => self.next = (self.next.0.saturating_add(1), 0),
                Piece::End(b"sheetData") => break,
                Piece::End(_) => {}
                Piece::Text(raw) | Piece::Verbatim(raw) => expect_blank(raw)?,
            }
        }
        self.rows.hand_on();
        Ok(cells)
    }

    /// Takes the cells that come next and are written as most are.
    fn plain_cells(&mut self) -> Result<u64, Fault> {
        let mut cells = 0;
        while let Some(cell) = plain_cell(self.pieces.window(), self.next) {
            let holds = if cell.head.kind == CellType::Inline { Holds::Text } else { Holds::Value };
            if self.rows.taken == Taken::GoOn {
                Value { holds, text: cell.value, formula: None }.put(cell.head, self.tables, &mut self.rows)?;
            }
            self.next.1 = cell.head.column.saturating_add(1);
            let length = cell.length;
            self.pieces.pass(length);
            cells += 1;
        }
        Ok(cells)
    }

    fn cell(&mut self, head: Head) -> Result<(), Fault> {
        let Written { value, holds, formula, is_shared } = &mut self.cell;
        value.clear();
        (*holds, *formula, *is_shared) = (Holds::Nothing, None, false);
        loop {
            match self.pieces.next()?.ok_or(Fault::Torn)? {
                Piece::Start(tag) => match tag.name {
                    b"v" => {
                        let from = value.len();
                        plain(&mut self.pieces, value)?;
                        if head.kind == CellType::Inline {
                            // what it says stands in the other element
                            value.truncate(from);
                        } else {
                            value.drain(..from);
                            *holds = Holds::Value;
                        }
                    }
                    b"is" => {
                        value.clear();
                        rich(&mut self.pieces, value)?;
                        *holds = Holds::Text;
                    }
                    b"f" => {
                        *is_shared = is_of_others(tag)?;
                        plain(&mut self.pieces, formula.insert(String::new()))?;
                    }
                    _ => return Err(Fault::Damaged("a cell holds something else than a value or a formula".to_owned())),
                },
                Piece::End(_) => break,
                Piece::Text(raw) | Piece::Verbatim(raw) => expect_blank(raw)?,
            }
        }
        if self.rows.taken != Taken::GoOn {
            return Ok(());
        }
        if *holds == Holds::Value && head.kind == CellType::Text {
            respell(value, 0);
        }
        let formula = if *is_shared { Some("the formula of the cells above") } else { formula.as_deref() };
        Value { holds: *holds, text: value, formula }.put(head, self.tables, &mut self.rows)
    }
}

/// What a cell holds, as it is meant.
struct Value<'v> {
    holds: Holds,
    text: &'v str,
    formula: Option<&'v str>,
}

impl Value<'_> {
    /// Puts the cell into its row.
    fn put(self, head: Head, tables: &CellTables, rows: &mut RowMaker<'_>) -> Result<(), Fault> {
        if !rows.place_at((head.row, head.column)).map_err(Fault::Misplaced)? {
            return Ok(());
        }
        let (text, row) = (self.text, &mut rows.row);
        match (self.holds, head.kind) {
            (Holds::Text, _) | (Holds::Value, CellType::Text) => row.put(CellKind::Text, text),
            (Holds::Value, CellType::Iso) => row.put(CellKind::Serial, text),
            (Holds::Value, CellType::YesNo) if text.trim().is_empty() => self.put_formula(row),
            (Holds::Value, CellType::YesNo) => {
                let kind = yes_or_no(text).ok_or_else(|| Fault::Damaged(format!("`{}` is no yes or no", shown(text))))?;
                row.put(kind, "");
            }
            (Holds::Value, _) if text.is_empty() => self.put_formula(row),
            (Holds::Value, CellType::Error) => row.put(CellKind::Error, text),
            (Holds::Value, CellType::Shared) => {
                let found = text.parse().ok().and_then(|number| tables.texts.get(number));
                row.put(CellKind::Text, found.ok_or_else(|| Fault::Damaged(format!("there is no shared text `{}`", shown(text))))?);
            }
            (Holds::Value, CellType::Number | CellType::Untyped) => {
                let kind = match self.formula {
                    _ if head.style.is_some_and(|style| tables.forms.is_date(style)) => CellKind::Serial,
                    Some(_) => CellKind::Computed,
                    None => CellKind::Number,
                };
                match put_digits(row, kind, text) {
                    true => {}
                    false if head.kind == CellType::Untyped => row.put(CellKind::Text, text),
                    false => return Err(Fault::Damaged(format!("`{}` is no number", shown(text)))),
                }
            }
            (Holds::Nothing | Holds::Value, _) => self.put_formula(row),
        }
        Ok(())
    }

    /// A formula whose result is not there.
    fn put_formula(&self, row: &mut SheetRow) {
        if let Some(formula) = self.formula {
            row.put(CellKind::NoResult, formula);
        }
    }
}

fn yes_or_no(value: &str) -> Option<CellKind> {
    match value.trim() {
        "0" => Some(CellKind::No),
        "1" => Some(CellKind::Yes),
        word if word.eq_ignore_ascii_case("false") => Some(CellKind::No),
        word if word.eq_ignore_ascii_case("true") => Some(CellKind::Yes),
        _ => None,
    }
}
