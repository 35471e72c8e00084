//! One file on its way into a table: the header finds the record, then every row gets its one disposition.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claim::{self};
use super::footer::FooterSums;
use super::header::Headers;
use super::lost;
use super::part::Part;
use super::place::Origin;
use super::plan::{Plan, Setting};
use super::store::Store;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::RejectedRow;
use crate::facts::mapping::is_same_file;
use crate::facts::parse::key;
use crate::facts::read::{Batch, Flow, NAMED_ROW, PartedSink, Row, RowSink, each_row};
use crate::policy::Record;

/// Takes the rows of one file.
pub struct FileBinder<'a> {
    pub origin: Origin<'a>,
    pub setting: Setting<'a>,
    /// Index of the file.
    pub file: u16,
    pub delimiter: Option<u8>,
    pub store: &'a mut Store,
    pub state: State<'a>,
    pub problems: Diagnostics,
    pub assumed: Vec<String>,
    /// Data rows so far.
    pub rows: u32,
}

pub enum State<'a> {
    /// The next row that is not blank holds the headers.
    Header,
    Data(Box<Part<'a>>),
    /// The headers fit nothing; a few rows more are looked at, because they may stand further down.
    Lost {
        looked_at: u32,
        problems: Vec<Diagnostic>,
    },
}

/// A million rejected rows say the same few things: past so many, the help is not repeated.
pub const HELP_FOR: usize = 10_000;

/// As many as Excel has. Headers are compared with each other and with the fields.
const COLUMNS_MOST: usize = 16_384;

/// As many letters as a cell of Excel holds.
const HEADER_MOST: usize = 32_767;

/// How far down the headers are looked for, to name their row.
const LOOK_AHEAD: u32 = 30;

impl RowSink for FileBinder<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        match &mut self.state {
            State::Data(part) => part.row(row),
            State::Header => self.header(row),
            State::Lost { .. } => self.look_ahead(row),
        }
    }

    fn rows(&mut self, batch: Batch<'_>) -> Flow {
        match &mut self.state {
            State::Data(part) => part.rows(batch),
            State::Header | State::Lost { .. } => each_row(self, batch),
        }
    }

    fn make_room(&mut self, rows: usize) {
        if let State::Data(part) = &mut self.state {
            part.make_room(rows);
        }
    }

    fn was_read(&mut self, read: u64, all: u64) {
        if let State::Data(part) = &mut self.state {
            part.table.was_read(read, all);
        }
    }

    fn is_cut_short(&self) -> bool {
        matches!(&self.state, State::Data(part) if part.is_cut_short)
    }

    fn header_row(&self) -> Option<u32> {
        match &self.state {
            State::Data(part) => Some(part.plan.header_row),
            State::Header | State::Lost { .. } => None,
        }
    }

    fn refused(&mut self, number: u32, problems: Vec<Diagnostic>) {
        self.rows += 1;
        self.store.rejected.push(RejectedRow { file: self.file, row: number, employee: None, problems, hash: None });
    }
}

impl<'a> PartedSink for FileBinder<'a> {
    type Part = Part<'a>;

    fn is_ready(&self) -> bool {
        matches!(self.state, State::Data(_))
    }

    fn part(&self) -> Option<Part<'a>> {
        match &self.state {
            State::Data(part) => Some(part.fresh()),
            State::Header | State::Lost { .. } => None,
        }
    }

    fn set_by(part: &mut Part<'a>) {
        part.table.forget_how_to_find();
    }

    fn begin_joining(&mut self) {
        if let State::Data(part) = &mut self.state {
            part.count_own_problems();
        }
    }

    fn join(&mut self, other: Part<'a>) -> Flow {
        let State::Data(part) = &mut self.state else { return Flow::Stop };
        part.join(other);
        if part.is_full() { Flow::Stop } else { Flow::GoOn }
    }
}

impl Drop for FileBinder<'_> {
    fn drop(&mut self) {
        // a file that could not be read to its end
        if let State::Data(part) = &mut self.state {
            self.store.take_back(&mut part.table);
        }
    }
}

impl<'a> FileBinder<'a> {
    fn header(&mut self, row: Row<'_>) -> Flow {
        if row.cells.width() > COLUMNS_MOST {
            let message =
                format!("row {} has {} cells, more than the {COLUMNS_MOST} columns of any spreadsheet", row.number, row.cells.width());
            let problem = Diagnostic::error("too-many-columns", self.origin.row(row.number), message);
            let help = "look whether its rows end with line ends, and whether another sign separates its cells";
            self.state = State::Lost { looked_at: LOOK_AHEAD, problems: vec![problem.help(help)] };
            return Flow::Stop;
        }
        let declared = self.setting.claim.rule.and_then(|rule| if rule.headers.is_some() { Some(NAMED_ROW) } else { rule.header_row });
        if declared.is_some_and(|header| row.number < header) {
            return Flow::GoOn;
        }
        if row.cells.is_blank() && declared.is_none() {
            return Flow::GoOn;
        }
        if declared.is_some_and(|header| row.number > header) {
            return Flow::Stop;
        }
        if let Some(problem) = self.too_long(row) {
            self.state = State::Lost { looked_at: LOOK_AHEAD, problems: vec![problem] };
            return Flow::Stop;
        }
        match self.begin(row).map_err(|problems| self.without_headers(row, problems)) {
            Ok(part) => {
                self.state = State::Data(Box::new(part));
                Flow::GoOn
            }
            Err(problems) if declared.is_some() => {
                problems.into_iter().for_each(|problem| self.problems.push(problem));
                self.state = State::Lost { looked_at: LOOK_AHEAD, problems: Vec::new() };
                Flow::Stop
            }
            Err(problems) => {
                self.state = State::Lost { looked_at: 0, problems };
                Flow::GoOn
            }
        }
    }

    /// A row among which headers are looked for and one of whose cells is longer than any header.
    fn too_long(&self, row: Row<'_>) -> Option<Diagnostic> {
        let letters = |column: usize| row.cells.cell(column).as_written().len();
        let column = (0..row.cells.width()).find(|column| letters(*column) > HEADER_MOST)?;
        let message = format!("cell {} of row {} holds {} letters, and no header is as long", column + 1, row.number, letters(column));
        let problem = Diagnostic::error("header-too-long", self.origin.row(row.number), message);
        Some(problem.help("look whether this is a table, with one header above each column and its cells between commas or tabs"))
    }

    /// Finds the record and the columns of a header row.
    fn begin(&mut self, row: Row<'_>) -> Result<Part<'a>, Vec<Diagnostic>> {
        let headers = Headers::new(row.cells.texts());
        let found = {
            let records: Vec<&Record> = self.store.tables.iter().map(|table| &table.record).collect();
            claim::claim(&records, self.setting.claim, &headers)
        };
        let (record, how) = found.map_err(|problem| vec![self.other_delimiter(row).unwrap_or(*problem)])?;
        let table = &self.store.tables[record];
        let fit = headers.fit(&table.record, self.setting.claim.rule);
        let problems = lost::column_problems(&fit, &headers, &table.record, self.origin.row(row.number));
        if !problems.is_empty() {
            return Err(self.other_delimiter(row).map_or(problems, |problem| vec![problem]));
        }
        let unused: Vec<String> = headers.unused(&fit).iter().map(|header| format!("`{}`", key::clean(header))).collect();
        let paid = record + 1 == self.store.tables.len();
        // nobody in the district wrote the columns of badges
        let has_columns = matches!(self.origin, Origin::File { .. });
        if !unused.is_empty() && !paid && has_columns {
            self.assumed.push(format!("{} not used: {}", counted(unused.len(), "column"), unused.join(", ")));
        }
        let absent = fit.columns.iter().zip(&table.record.fields).filter(|(column, _)| column.is_none());
        let absent: Vec<String> = absent.map(|(_, field)| format!("`{}`", field.name)).collect();
        for problem in lost::nearly_named(&fit, &headers, &table.record, self.origin.row(row.number)) {
            self.problems.push(problem);
        }
        if !absent.is_empty() {
            self.assumed.push(format!("no column for the optional {}: missing on every row", absent.join(", ")));
        }
        self.assumed.extend(how);
        let mut problems = Diagnostics::new();
        let Some(mut plan) = Plan::new((&self.store.tables, record), fit, self.setting, &mut problems) else {
            return Err(problems.iter().cloned().collect());
        };
        (plan.headers, plan.header_row) = (headers, row.number);
        let mut columns = plan.named_columns();
        if !has_columns {
            columns.iter_mut().flatten().for_each(|(number, _)| *number = 0);
        }
        self.store.tables[record].begin_file(self.file, columns);
        let table = self.store.lend(record);
        let footer = FooterSums::of(self.setting.claim.rule, &table.record);
        Ok(Part {
            origin: self.origin.clone(),
            setting: self.setting,
            file: self.file,
            plan,
            table,
            rejected: Vec::new(),
            set_aside: Vec::new(),
            applied: Vec::new(),
            corrections: self.corrections(),
            footer,
            problems: Arc::default(),
            rows: 0,
            is_cut_short: false,
        })
    }

    /// By row: what people decided about this file.
    fn corrections(&self) -> Arc<BTreeMap<u32, Vec<usize>>> {
        let name = self.setting.claim.name;
        let sheet = match &self.origin {
            Origin::File { sheet, .. } => sheet.as_deref(),
            Origin::Badge { .. } | Origin::Grid(_) => None,
        };
        let mut corrections: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, resolution) in self.setting.resolutions.iter().enumerate() {
            if is_same_file(&resolution.file, name) && resolution.sheet.as_deref() == sheet {
                corrections.entry(resolution.row).or_default().push(index);
            }
        }
        Arc::new(corrections)
    }

    fn fits(&self, texts: Vec<String>) -> bool {
        let headers = Headers::new(texts);
        let records: Vec<&Record> = self.store.tables.iter().map(|table| &table.record).collect();
        let found = claim::claim(&records, self.setting.claim, &headers);
        found.is_ok_and(|(record, _)| headers.fit(records[record], self.setting.claim.rule).is_complete())
    }

    /// The problem to report instead, where the row looks like data; otherwise the problems, with what it may be where nothing in it is known.
    fn without_headers(&self, row: Row<'_>, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let file = if self.delimiter.is_some() { lost::File::Text } else { lost::File::Book };
        let rule = self.setting.claim.rule;
        let said = lost::Said { file, header_row: rule.and_then(|rule| rule.header_row) };
        let is_named = |name: &str| rule.is_some_and(|rule| rule.columns.values().any(|header| key::fold(header) == name));
        let is_field = |name: &str| self.store.tables.iter().any(|table| table.record.fields.iter().any(|field| field.name == name));
        let is_header = |name: &str| is_named(name) || is_field(name);
        let is_word = |cell: &str| {
            let said = || rule.is_some_and(|rule| rule.words.values().any(|words| words.contains_key(key::clean(cell).as_ref())));
            let folded = key::fold(cell);
            let is_choice = || self.store.tables.iter().flat_map(|table| &table.words).flatten().any(|word| key::fold(word) == folded);
            ["yes", "no", "true", "false"].contains(&folded.as_str()) || is_choice() || said()
        };
        let known = lost::Known { is_header: &is_header, is_word: &is_word };
        if let Some(problem) = lost::without_headers(row, said, (known, self.origin.row(row.number))) {
            return vec![problem];
        }
        let unfit = problems.iter_mut().find(|problem| matches!(problem.code, "missing-column" | "no-record-fits"));
        if let (Some(problem), Some(more), None) = (unfit, lost::perhaps_data(row, known), said.header_row) {
            problem.help.extend(more);
        }
        problems
    }

    /// The problem to report instead, where the headers would fit if the cells were separated by another sign.
    fn other_delimiter(&self, row: Row<'_>) -> Option<Diagnostic> {
        let current = char::from(self.delimiter.filter(|_| row.number > NAMED_ROW)?);
        let line = row.cells.texts().join(&current.to_string());
        let others = [',', ';', '\t', '|'];
        let split = |sign: char| line.split(sign).map(|cell| cell.trim_matches('"').to_string()).collect();
        let sign = others.into_iter().find(|sign| *sign != current && self.fits(split(*sign)))?;
        let word = if sign == '\t' { "tab".to_string() } else { sign.to_string() };
        let message = format!("the columns fit when `{word}` separates them, not `{current}`");
        Some(
            Diagnostic::error("delimiter-needed", self.origin.row(row.number), message)
                .help("say so in the mapping:")
                .help(format!("delimiter = \"{word}\"")),
        )
    }

    /// Looks whether the headers stand in a later row.
    fn look_ahead(&mut self, row: Row<'_>) -> Flow {
        let fits = row.cells.width() <= COLUMNS_MOST && self.fits(row.cells.texts());
        let State::Lost { looked_at, problems } = &mut self.state else { return Flow::Stop };
        *looked_at += 1;
        if fits {
            let message = format!("the headers stand in row {}, below other text", row.number);
            let problem = Diagnostic::error("header-row-needed", self.origin.row(row.number), message);
            *problems = vec![problem.help("say so in the mapping:").help(format!("header_row = {}", row.number))];
            return Flow::Stop;
        }
        if *looked_at >= LOOK_AHEAD { Flow::Stop } else { Flow::GoOn }
    }

    /// The record the file went into, after its last row; every problem of the file is then in `problems`.
    pub fn finish(&mut self) -> Option<usize> {
        match std::mem::replace(&mut self.state, State::Header) {
            State::Header => {
                let message = "the file has no row of headers";
                self.problems.push(
                    Diagnostic::error("header-missing", self.origin.row(0), message)
                        .help("the first row names the columns; look whether the export is whole"),
                );
                None
            }
            State::Lost { problems, .. } => {
                problems.into_iter().for_each(|problem| self.problems.push(problem));
                None
            }
            State::Data(mut part) => {
                let record = part.plan.record;
                self.store.take_back(&mut part.table);
                if let Some(refusal) = part.refusal() {
                    self.problems.push(refusal);
                    return None;
                }
                let fields = &self.store.tables[record].record.fields;
                let collided = part.plan.collided();
                let added = part.plan.added(fields).map(|fields| (self.file, fields));
                part.footer.report((&self.origin, fields), &mut self.problems);
                self.assumed.extend(part.plan.finish(fields, &self.origin, &mut self.problems));
                self.store.tables[record].append_of_file(part.table);
                self.store.rejected.extend(part.rejected);
                self.store.rejected.iter_mut().skip(HELP_FOR + 1).for_each(RejectedRow::without_help);
                self.store.set_aside.extend(part.set_aside);
                self.store.applied.extend(part.applied);
                if record == self.setting.people {
                    self.store.collided.extend(collided);
                    self.store.added.extend(added);
                }
                self.rows += part.rows;
                Some(record)
            }
        }
    }
}

/// `1 column`, `2 columns`.
pub fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
