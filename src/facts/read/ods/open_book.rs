//! `.ods`, row by row: what the file repeats by number is repeated only as it is handed on.

use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::open_cell::OpenCell;
use super::open_tables::OpenTables;
use crate::diagnostic::Diagnostic;
use crate::facts::read::book::archive::{PIECE_MOST, too_long, torn};
use crate::facts::read::book::outline::unescaped;
use crate::facts::read::book::row_maker::RowMaker;
use crate::facts::read::book::workbook::unreadable;
use crate::facts::read::of_file;
use crate::facts::read::sniff::protected;

type Problem = Box<Diagnostic>;

/// Cells that are not written but repeated, beyond which nobody typed the sheet.
const REPEATED_MOST: u64 = 10_000_000;

pub struct OpenBook<'a> {
    name: &'a str,
    bytes: &'a [u8],
    pub tables: OpenTables,
}

impl<'a> OpenBook<'a> {
    pub fn open(name: &'a str, bytes: &'a [u8], tables: OpenTables) -> Result<OpenBook<'a>, Problem> {
        if tables.is_encrypted {
            return Err(Box::new(protected(name)));
        }
        if tables.is_torn {
            return Err(torn(name, "content.xml"));
        }
        let book = OpenBook { name, bytes, tables };
        let mut kind = String::new();
        book.part("mimetype", |part| drop(part.take(200).read_to_string(&mut kind)))?;
        if !kind.trim().starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Err(unreadable(name, &format!("it calls itself `{}`, which is no spreadsheet", kind.trim())));
        }
        Ok(book)
    }

    fn part<T>(&self, path: &str, work: impl FnOnce(&mut dyn Read) -> T) -> Result<T, Problem> {
        let mut archive = zip::ZipArchive::new(Cursor::new(self.bytes)).map_err(|error| unreadable(self.name, &error.to_string()))?;
        let mut part = archive.by_name(path).map_err(|error| unreadable(self.name, &format!("{path}: {error}")))?;
        Ok(work(&mut part))
    }

    /// Hands the rows of a sheet on.
    pub fn read(&self, sheet: &str, rows: &mut RowMaker<'_>) -> Result<(), Problem> {
        self.part("content.xml", |part| {
            let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, part));
            let config = reader.config_mut();
            (config.expand_empty_elements, config.check_end_names) = (true, true);
            let place = Place { tables: 0, hidden_groups: 0, next: 0, next_described: 0 };
            let walk = Walk { name: self.name, sheet, styles: &self.tables, rows, place, row: OpenRow::default(), repeated: 0 };
            walk.through(reader)
        })?
    }
}

/// The row at hand: its cells, and how often it stands in the sheet.
#[derive(Default)]
struct OpenRow {
    is_open: bool,
    times: u64,
    cells: Vec<OpenCell>,
    /// The cells that are in use; the others are kept for their room.
    used: usize,
    next_column: u64,
    /// Whether the last cell is still open.
    in_cell: bool,
}

struct Walk<'w, 'r> {
    name: &'w str,
    sheet: &'w str,
    styles: &'w OpenTables,
    rows: &'w mut RowMaker<'r>,
    place: Place,
    row: OpenRow,
    repeated: u64,
}

/// How far the walk has come.
struct Place {
    /// How many elements called table are open, from the wanted sheet on.
    tables: u32,
    /// How many groups of rows or columns are open from the first one that is folded away on.
    hidden_groups: u32,
    /// The number of the next row, from 0.
    next: u64,
    /// The number of the next column that the head of the sheet describes, from 0.
    next_described: u64,
}

impl Walk<'_, '_> {
    fn through<R: Read>(mut self, mut reader: Reader<BufReader<R>>) -> Result<(), Problem> {
        let mut buffer = Vec::with_capacity(4096);
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer).map_err(|error| unreadable(self.name, &error.to_string()))?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::End(tag) if self.end(tag.local_name().as_ref())? => break,
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) => self.text(&text)?,
                Event::GeneralRef(entity) if self.row.in_cell => {
                    let character = entity.resolve_char_ref().map_err(|error| unreadable(self.name, &error.to_string()))?;
                    let known = quick_xml::escape::resolve_xml_entity(&entity);
                    match (character, known) {
                        (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4]))?,
                        (None, Some(text)) => self.text(text)?,
                        (None, None) => return Err(unreadable(self.name, &format!("unknown entity `{}`", &*entity))),
                    }
                }
                Event::Eof if self.place.tables > 0 => return Err(unreadable(self.name, "it ends in the middle of the sheet")),
                Event::Eof => break,
                _ => {}
            }
        }
        self.rows.hand_on();
        Ok(())
    }

    fn cell(&mut self) -> Option<&mut OpenCell> {
        if self.row.in_cell { self.row.cells.get_mut(self.row.used.wrapping_sub(1)) } else { None }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Problem> {
        let local = tag.local_name();
        if let Some(cell) = self.cell() {
            cell.start(tag);
            return self.check_length();
        }
        match local.as_ref() {
            "table" if self.place.tables > 0 => self.place.tables += 1,
            "table" => {
                let found = attribute(tag, "table:name").is_some_and(|name| name == self.sheet);
                self.place.tables = u32::from(found);
            }
            "table-row-group" | "table-column-group" if self.place.tables == 1 => {
                let is_hidden = self.place.hidden_groups > 0 || attribute(tag, "table:display").as_deref() == Some("false");
                self.place.hidden_groups += u32::from(is_hidden);
            }
            "table-column" if self.place.tables == 1 => self.describe_columns(tag),
            "table-row" if self.place.tables == 1 => {
                let times = self.times(tag, "table:number-rows-repeated")?;
                let (row, next) = (&mut self.row, u32::try_from(self.place.next).unwrap_or(u32::MAX));
                (row.is_open, row.times, row.used, row.next_column) = (true, times, 0, 0);
                if self.is_hidden(tag, OpenTables::is_flat) {
                    let last = u32::try_from(self.place.next.saturating_add(times).saturating_sub(1)).unwrap_or(u32::MAX);
                    self.rows.notes.is_filtered |= attribute(tag, "table:visibility").as_deref() == Some("filter");
                    self.rows.notes.hide(next, last);
                }
            }
            "table-cell" | "covered-table-cell" if self.row.is_open => {
                self.times(tag, "table:number-columns-repeated")?;
                let row = &mut self.row;
                if row.used == row.cells.len() {
                    row.cells.push(OpenCell::default());
                }
                row.cells[row.used].begin(tag, row.next_column);
                row.next_column = row.next_column.saturating_add(row.cells[row.used].times);
                let (down, right) = row.cells[row.used].span;
                (row.used, row.in_cell) = (row.used + 1, true);
                if down > 1 || right > 1 {
                    let first = u32::try_from(self.place.next).unwrap_or(u32::MAX);
                    self.rows.notes.merge(first, first.saturating_add(down - 1));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a row or a column is not shown: it says so, its style leaves it no room, or its group is folded away.
    fn is_hidden(&self, tag: &BytesStart<'_>, has_no_room: fn(&OpenTables, &str) -> bool) -> bool {
        let says = attribute(tag, "table:visibility").is_some_and(|shown| shown != "visible");
        says || self.place.hidden_groups > 0 || attribute(tag, "table:style-name").is_some_and(|style| has_no_room(self.styles, &style))
    }

    /// How often an element stands; a number that is none would move or drop what comes behind.
    fn times(&self, tag: &BytesStart<'_>, name: &str) -> Result<u64, Problem> {
        let said = attribute(tag, name);
        let times = said.as_deref().map_or(Some(1), |times| times.trim().parse().ok().filter(|times| *times > 0));
        times.ok_or_else(|| {
            let row = self.place.next.saturating_add(1);
            unreadable(self.name, &format!("in row {row} something is repeated `{}` times", said.unwrap_or_default()))
        })
    }

    fn describe_columns(&mut self, tag: &BytesStart<'_>) {
        let times: u64 = attribute(tag, "table:number-columns-repeated").map_or(1, |times| times.trim().parse().unwrap_or(u64::MAX));
        let first = u32::try_from(self.place.next_described).unwrap_or(u32::MAX);
        self.place.next_described = self.place.next_described.saturating_add(times);
        if self.is_hidden(tag, OpenTables::is_narrow) {
            let last = u32::try_from(self.place.next_described.saturating_sub(1)).unwrap_or(u32::MAX);
            self.rows.notes.hide_columns(first, last);
        }
    }

    /// True where the sheet is over.
    fn end(&mut self, name: &str) -> Result<bool, Problem> {
        if let Some(cell) = self.cell() {
            if cell.end(name) {
                if cell.has_lost_its_value() {
                    let row = self.place.next.saturating_add(1);
                    return Err(unreadable(self.name, &format!("a cell of row {row} shows a text and holds no value")));
                }
                self.row.in_cell = false;
                self.row.used -= usize::from(self.row.cells[self.row.used - 1].is_blank());
            }
            return Ok(false);
        }
        match name {
            "table-row" if self.row.is_open => {
                self.row.is_open = false;
                self.hand_on()?;
                Ok(self.rows.is_stopped())
            }
            "table-row-group" | "table-column-group" if self.place.tables == 1 => {
                self.place.hidden_groups = self.place.hidden_groups.saturating_sub(1);
                Ok(false)
            }
            "table" if self.place.tables > 0 => {
                self.place.tables -= 1;
                Ok(self.place.tables == 0)
            }
            _ => Ok(false),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        if let Some(cell) = self.cell() {
            cell.text(text);
            return self.check_length();
        }
        Ok(())
    }

    fn check_length(&mut self) -> Result<(), Problem> {
        let length = self.cell().map_or(0, |cell| cell.length());
        if length as u64 > PIECE_MOST { Err(too_long(self.name)) } else { Ok(()) }
    }

    /// Puts the row into the sheet as often as it stands there.
    fn hand_on(&mut self) -> Result<(), Problem> {
        let (row, first) = (&self.row, self.place.next);
        self.place.next = self.place.next.saturating_add(row.times);
        if row.used == 0 {
            return Ok(());
        }
        let cells = &row.cells[..row.used];
        let each = cells.iter().fold(0u64, |sum, cell| sum.saturating_add(cell.times));
        self.repeated = self.repeated.saturating_add(each.saturating_mul(row.times).saturating_sub(row.used as u64));
        if self.repeated > REPEATED_MOST {
            let message = format!("sheet `{}` repeats cells more than {REPEATED_MOST} times by number", self.sheet);
            let help = "delete the filled cells below and beside the data, or save the sheet as CSV";
            return Err(Box::new(Diagnostic::error("workbook-too-large", of_file(self.name), message).help(help)));
        }
        for number in first..self.place.next {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            for cell in cells {
                for column in cell.column..cell.column.saturating_add(cell.times) {
                    if !self.rows.place((number, u32::try_from(column).unwrap_or(u32::MAX)), self.name)? {
                        return Ok(());
                    }
                    cell.put(self.rows);
                }
            }
        }
        Ok(())
    }
}

/// The value of an attribute, without what stands for other characters in it.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|attribute| unescaped(&attribute.value))
}
