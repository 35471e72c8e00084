//! Workbooks through calamine's streaming readers: cells as they come, put together to rows, checked where calamine does not.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsb};

use super::archive::{self, Measured};
use super::notes::{HiddenSeen, SheetNotes};
use super::outline::Outline;
use crate::diagnostic::Diagnostic;
use crate::facts::parse::day::Epoch;
use crate::facts::read::binary::old_book::OldBook;
use crate::facts::read::ods::open_book::OpenBook;
use crate::facts::read::sniff::{Kind, protected};
use crate::facts::read::xlsx::sheet_book::SheetBook;
use crate::facts::read::{Cells, Flow, OpenWith, Row, RowSink, of_file, of_row};

use super::row_maker::RowMaker;
use super::sheet_row::{Misplaced, SheetRow};
use super::sheet_threads::in_turn;
use crate::facts::read::binary::streamed::read_xlsb;

pub(in crate::facts::read) type Bytes<'a> = Cursor<&'a [u8]>;
pub(in crate::facts::read) type Problem = Box<Diagnostic>;

/// An opened workbook and the one sheet of it that is read.
pub struct Book<'a> {
    name: &'a str,
    form: Form<'a>,
    /// What was seen of the sheets of an `.xlsb` while it was measured.
    outline: Outline,
    pub sheet: Arc<str>,
    pub epoch: Epoch,
    pub assumed: Vec<String>,
}

enum Form<'a> {
    Xlsx(SheetBook<'a>),
    Xlsb(Xlsb<Bytes<'a>>),
    Old(OldBook<'a>),
    Open(OpenBook<'a>),
}

impl<'a> Book<'a> {
    pub fn open(kind: Kind, bytes: &'a [u8], with: OpenWith<'a>) -> Result<Book<'a>, Problem> {
        let mut book = Book::without_sheet(kind, bytes, with.name)?;
        book.sheet = book.choose_sheet(with)?;
        if let Form::Xlsx(form) = &mut book.form {
            let sheet = book.sheet.clone();
            guarded(with.name, || form.measure_others(&sheet))?;
        }
        Ok(book)
    }

    /// The visible sheets that hold anything.
    pub fn filled_sheets(kind: Kind, bytes: &'a [u8], name: &'a str) -> Vec<String> {
        let Ok(mut book) = Book::without_sheet(kind, bytes, name) else { return Vec::new() };
        let visible = book.sheets().into_iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
        let names: Vec<String> = visible.map(|sheet| sheet.name).collect();
        names.into_iter().filter(|sheet| book.holds_anything(sheet)).collect()
    }

    fn without_sheet(kind: Kind, bytes: &'a [u8], name: &'a str) -> Result<Book<'a>, Problem> {
        let mut measured = match kind {
            Kind::Xls => Measured::default(),
            Kind::Text | Kind::Xlsx | Kind::Xlsb | Kind::Ods => archive::measure(kind, name, bytes)?,
        };
        let (outline, tables) = match kind {
            Kind::Xlsb | Kind::Ods => (std::mem::take(&mut measured.outline), std::mem::take(&mut measured.tables)),
            Kind::Text | Kind::Xlsx | Kind::Xls => Default::default(),
        };
        let cursor = Cursor::new(bytes);
        let form = guarded(name, || match kind {
            Kind::Xlsb => Xlsb::new(cursor).map(Form::Xlsb).map_err(|error| unreadable(name, &error.to_string())),
            Kind::Xls => OldBook::open(bytes, name).map(Form::Old),
            Kind::Ods => OpenBook::open(name, bytes, tables).map(Form::Open),
            Kind::Xlsx | Kind::Text => SheetBook::open((name, bytes), measured).map(Form::Xlsx),
        })?;
        let mut book = Book { name, form, outline, sheet: "".into(), epoch: Epoch::Of1900, assumed: Vec::new() };
        let from_1904 = match &book.form {
            Form::Xlsx(book) => book.counts_from_1904(),
            Form::Xlsb(book) => book.has_1904_epoch(),
            Form::Old(book) => book.has_1904_epoch(),
            Form::Open(book) => book.tables.counts_from_1904,
        };
        if from_1904 {
            book.epoch = Epoch::Of1904;
            book.assumed.push("dates count from 1904, as the workbook says".to_string());
        }
        Ok(book)
    }

    fn sheets(&self) -> Vec<Sheet> {
        let sheets = match &self.form {
            Form::Xlsx(book) => &book.sheets,
            Form::Xlsb(book) => book.sheets_metadata(),
            Form::Old(book) => book.sheets(),
            Form::Open(book) => return book.tables.sheets(),
        };
        sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect()
    }

    /// The sheet that was asked for, or the only visible one that holds anything.
    fn choose_sheet(&mut self, with: OpenWith<'_>) -> Result<Arc<str>, Problem> {
        let sheets = self.sheets();
        let names = |sheets: &[&Sheet]| listed(sheets);
        let all: Vec<&Sheet> = sheets.iter().collect();
        if let Some(asked) = with.sheet {
            let found = sheets.iter().find(|sheet| *sheet.name == *asked);
            let found = found.or_else(|| sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(asked.trim())));
            return found.map(|sheet| sheet.name.as_str().into()).ok_or_else(|| {
                let message = format!("there is no sheet `{asked}`");
                Box::new(Diagnostic::error("no-such-sheet", of_file(self.name), message).help(format!("the workbook has {}", names(&all))))
            });
        }
        let (visible, hidden): (Vec<&Sheet>, Vec<&Sheet>) = sheets.iter().partition(|sheet| sheet.visible == SheetVisible::Visible);
        if !hidden.is_empty() {
            self.assumed.push(format!("hidden sheets not read: {}", names(&hidden)));
        }
        let filled: Vec<&Sheet> = match visible.as_slice() {
            [_] => visible.clone(),
            _ => visible.iter().filter(|sheet| self.holds_anything(&sheet.name)).copied().collect(),
        };
        if let Some(sheet) = filled.iter().find(|sheet| with.preferred == Some(sheet.name.as_str())) {
            return Ok(sheet.name.as_str().into());
        }
        match filled.as_slice() {
            [sheet] => Ok(sheet.name.as_str().into()),
            [] => Err(Box::new(
                Diagnostic::error("no-such-sheet", of_file(self.name), "no visible sheet of the workbook holds anything")
                    .help("name the sheet: FILE#SHEET"),
            )),
            [first, ..] => {
                let message = format!("the workbook has {} sheets with data: {}", filled.len(), names(&filled));
                let help = format!("say which: `{}#{}`, or in the mapping:", self.name, first.name);
                Err(Box::new(
                    Diagnostic::error("sheet-needed", of_file(self.name), message).help(help).help(format!("sheet = \"{}\"", first.name)),
                ))
            }
        }
    }

    /// Whether a sheet has a cell with something in it. One that cannot be read counts: the error comes when it is.
    fn holds_anything(&mut self, sheet: &str) -> bool {
        let form = &mut self.form;
        let holds = guarded(self.name, || match form {
            Form::Xlsx(book) => book.holds_anything(sheet),
            Form::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| unreadable("", &error.to_string()))?;
                let mut values = std::iter::from_fn(|| cells.next_cell().ok().flatten().map(|cell| *cell.get_value() != DataRef::Empty));
                Ok(values.any(|is_filled| is_filled))
            }
            Form::Old(book) => Ok(book.holds_anything(sheet)),
            Form::Open(book) => Ok(book.tables.holds_anything(sheet)),
        });
        holds.unwrap_or(true)
    }

    /// Hands every row with something in it to the sink; what comes back are warnings.
    pub fn read(&mut self, sink: &mut dyn RowSink) -> Result<Vec<Diagnostic>, Problem> {
        let (name, sheet, form) = (self.name, self.sheet.clone(), &mut self.form);
        let notes = match form {
            Form::Xlsb(_) => self.outline.take_notes(&sheet),
            Form::Old(book) => book.take_notes(&sheet),
            Form::Xlsx(_) | Form::Open(_) => SheetNotes::default(),
        };
        let (hidden, columns) = (HiddenSeen::default(), BTreeSet::new());
        let mut rows = Rows { sink, stopped: false, notes: SheetNotes::default(), hidden, columns };
        let read = in_turn(&mut rows, |taker| {
            let mut maker = RowMaker::new(taker, notes);
            match form {
                Form::Xlsx(book) => return book.read(&sheet, maker),
                Form::Xlsb(book) => read_xlsb(book, name, &sheet, &mut maker)?,
                Form::Old(book) => book.read(&sheet, &mut maker)?,
                Form::Open(book) => book.read(&sheet, &mut maker)?,
            }
            Ok(maker.notes)
        });
        // a panic of the reader; one of ours is not caught
        read.unwrap_or_else(|_| Err(broken(name)))?;
        Ok(rows.warnings((name, &sheet)))
    }
}

/// The names of sheets, the first few where there are many.
fn listed(sheets: &[&Sheet]) -> String {
    const SHOWN: usize = 30;
    let names: Vec<String> = sheets.iter().take(SHOWN).map(|sheet| format!("`{}`", sheet.name)).collect();
    let more = sheets.len().saturating_sub(SHOWN);
    if more == 0 { names.join(", ") } else { format!("{} and {more} more", names.join(", ")) }
}

/// Hands the rows of a sheet on, and looks at what it shows otherwise than it holds.
pub(in crate::facts::read) struct Rows<'a> {
    sink: &'a mut dyn RowSink,
    stopped: bool,
    pub(in crate::facts::read) notes: SheetNotes,
    hidden: HiddenSeen,
    /// The hidden columns that held something, from 0.
    columns: BTreeSet<u32>,
}

impl Rows<'_> {
    pub(in crate::facts::read) fn is_stopped(&self) -> bool {
        self.stopped
    }

    fn warnings(&self, place: (&str, &str)) -> Vec<Diagnostic> {
        let header = self.sink.header_row().unwrap_or(0);
        let merged = self.notes.merged_warning(place, header);
        let columns = self.notes.columns_warning(place, header, &self.columns);
        merged.into_iter().chain(self.notes.hidden_warning(place, self.hidden)).chain(columns).collect()
    }

    /// Hands a whole row on, unless the sink has had enough.
    pub(in crate::facts::read) fn take(&mut self, row: &SheetRow) {
        if self.stopped {
            return;
        }
        let number = row.index() + 1;
        let flow = self.sink.row(Row { number, cells: Cells::Sheet(row) });
        self.stopped = flow == Flow::Stop;
        let header = self.sink.header_row();
        if header.is_some_and(|header| header <= number) {
            self.notes.look_behind(row, &mut self.columns);
        }
        if row.is_hidden() && header.is_some_and(|header| header < number) {
            self.hidden.rows += 1;
            self.hidden.first.get_or_insert(number);
        }
    }
}

/// Runs calamine's work on a file; its panic becomes an error with a name.
fn guarded<T>(name: &str, work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broken(name)))
}

fn broken(name: &str) -> Problem {
    let message = "the workbook is damaged in a way that stops the reader";
    Box::new(
        Diagnostic::error("workbook-unreadable", of_file(name), message)
            .help("open it in Excel, save it as a new .xlsx, and use that file"),
    )
}

pub(in crate::facts::read) fn unreadable(name: &str, reason: &str) -> Problem {
    if reason.contains("password") {
        return Box::new(protected(name));
    }
    let message = format!("the workbook is damaged: {}", reason.to_lowercase());
    Box::new(
        Diagnostic::error("workbook-unreadable", of_file(name), message)
            .help("open it in Excel, save it as a new .xlsx, and use that file"),
    )
}

pub(in crate::facts::read) fn misplaced(fault: Misplaced, name: &str) -> Problem {
    let (row, what) = match fault {
        Misplaced::Beyond { row, column } => (
            u32::try_from(row).unwrap_or(u32::MAX),
            format!("a cell claims to stand in row {row}, column {column}, where no sheet reaches"),
        ),
        Misplaced::Twice { row, column } => (row, format!("the cell in row {row}, column {column} is there twice")),
        Misplaced::Backwards { row } => (row, format!("the cells of row {row} come after those of a later row")),
    };
    let help = "no spreadsheet writes such a file: open it in Excel, save it as a new .xlsx, and use that file";
    Box::new(Diagnostic::error("cells-misplaced", of_row(name, row), what).help(help))
}
