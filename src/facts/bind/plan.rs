//! How the rows of one file become rows of a table: a reader for each field, and what they have shown by the end.

use std::borrow::Cow;

use super::Hashes;
use super::builder::TableBuilder;
use super::claim::Claim;
use super::crosswalk::Crosswalk;
use super::file::counted;
use super::header::{Fit, Headers};
use super::place::Origin;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::badge::{BadgeRules, Zone};
use crate::facts::mapping::{DecimalStyle, FileRule};
use crate::facts::parse::day::{DayFormat, Epoch, FormatFault};
use crate::facts::parse::fault::Fault;
use crate::facts::parse::field::{FieldKind, FieldReader, Parsed, PercentForm};
use crate::facts::parse::key;
use crate::facts::parse::tally::Tally;
use crate::facts::propose::is_share;
use crate::facts::read::{Cells, Raw, Row, of_file};
use crate::facts::resolution::Resolution;
use crate::policy::{Field, FieldRole};
use crate::value::{Number, Type};

/// What a reader has to know besides the rule.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub claim: Claim<'a>,
    pub mapping: &'a str,
    pub crosswalk: Option<&'a Crosswalk>,
    pub epoch: Epoch,
    /// Index of the people's table.
    pub people: usize,
    pub badges: &'a BadgeRules,
    pub resolutions: &'a [Resolution],
    /// The file translates people of others, and need not hold a record.
    pub is_crosswalk: bool,
    pub hashes: Hashes,
}

pub struct Plan<'a> {
    /// Index of the table.
    pub record: usize,
    pub headers: Headers,
    pub header_row: u32,
    pub(super) columns: Vec<Option<usize>>,
    pub(super) readers: Vec<FieldReader<'a>>,
    pub(super) tallies: Vec<Tally>,
    pub(super) person: usize,
    is_look_up: bool,
    /// The columns that have to agree with the crosswalk, where there are several.
    pub(super) by: Vec<usize>,
    /// The column and the word of primary positions.
    pub(super) primary: Option<(usize, &'a str)>,
    pub(super) added: &'a [String],
    /// Where the columns have fixed places: how wide they are.
    pub(super) widths: Option<&'a [usize]>,
    /// By column: what somebody decided to read in the row at hand.
    pub(super) overrides: Vec<(usize, &'a str)>,
}

impl<'a> Plan<'a> {
    /// None where the mapping says something that cannot be; the problems are reported.
    pub fn new(tables: (&[TableBuilder], usize), fit: Fit, setting: Setting<'a>, problems: &mut Diagnostics) -> Option<Plan<'a>> {
        let before = problems.len();
        let table = &tables.0[tables.1];
        if let Some(rule) = setting.claim.rule {
            check_names(rule, tables, setting.mapping, problems);
        }
        let readers: Vec<FieldReader<'a>> =
            table.record.fields.iter().enumerate().map(|(index, field)| reader(field, &table.words[index], setting, problems)).collect();
        let tallies = readers.iter().map(|_| Tally::default()).collect();
        let person = usize::from(table.record.person_field.0);
        let positions = setting.claim.rule.and_then(|rule| rule.positions.as_ref());
        let ready = problems.len() == before;
        ready.then_some(Plan {
            record: tables.1,
            headers: Headers::default(),
            header_row: 0,
            columns: fit.columns,
            readers,
            tallies,
            person,
            is_look_up: table.record.is_look_up,
            by: fit.by,
            primary: fit.primary.zip(positions.and_then(|positions| positions.is.as_deref())),
            added: positions.map_or(&[], |positions| &positions.add),
            widths: setting.claim.rule.and_then(|rule| rule.widths.as_deref()),
            overrides: Vec::new(),
        })
    }

    /// The same before any row was read.
    pub fn fresh(&self) -> Plan<'a> {
        Plan {
            record: self.record,
            headers: self.headers.clone(),
            columns: self.columns.clone(),
            readers: self.readers.clone(),
            tallies: self.readers.iter().map(|_| Tally::default()).collect(),
            person: self.person,
            is_look_up: self.is_look_up,
            by: self.by.clone(),
            primary: self.primary,
            added: self.added,
            widths: self.widths,
            overrides: Vec::new(),
            header_row: self.header_row,
        }
    }

    /// Adds what rows further down have shown.
    pub fn join(&mut self, other: Plan<'a>) {
        self.tallies.iter_mut().zip(other.tallies).for_each(|(tally, other)| tally.join(other));
    }

    /// Reads a row into the table, or takes it back with every problem it has.
    pub fn read_row(&mut self, row: Row<'_>, table: &mut TableBuilder, origin: &Origin<'_>) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let joined = self.joined(row.cells);
        for field in 0..self.readers.len() {
            let (raw, read) = self.read_field(row.cells, field, joined.as_deref());
            match read {
                Ok(value) => table.push(field, &value),
                Err(fault) => {
                    let lines = self.columns[field].and_then(|column| row.lines_of(column));
                    let fault = if matches!(fault, Fault::LineBreak { .. }) { Fault::LineBreak { lines } } else { fault };
                    problems.push(self.problem((row.number, field), (raw, &fault), (&table.record.fields[field].name, origin)));
                }
            }
        }
        self.overrides.clear();
        if problems.is_empty() {
            table.keep_row(row.number, row.cells.hash());
            return Ok(());
        }
        table.drop_row();
        Err(problems)
    }

    /// What stands in the cell of a field, or what somebody decided to read there, and its value; `joined` is the key of the person where several cells
    /// have to agree.
    pub(super) fn read_field<'r>(&mut self, cells: Cells<'r>, field: usize, joined: Option<&'r str>) -> (Raw<'r>, Result<Parsed<'r>, Fault>)
    where
        'a: 'r,
    {
        let column = self.columns[field];
        let decided = column.and_then(|column| self.overrides.iter().find(|(at, _)| *at == column)).map(|(_, value)| *value);
        let raw = decided.map_or_else(|| self.raw(cells, field), Raw::Text);
        let reader: &FieldReader<'r> = &self.readers[field];
        let read = match (field == self.person && !self.is_look_up, decided) {
            (true, Some(id)) => Ok(Parsed::Text(key::clean(id))),
            (true, None) if !self.by.is_empty() => reader.read(joined.map_or(Raw::Blank, Raw::Text), &mut self.tallies[field]),
            _ => reader.read(raw, &mut self.tallies[field]),
        };
        (raw, read)
    }

    /// What stands in the cell of a field.
    pub(super) fn raw<'r>(&self, cells: Cells<'r>, field: usize) -> Raw<'r> {
        self.columns[field].map_or(Raw::Blank, |column| cells.cell(column))
    }

    /// Why a cell cannot be used.
    pub(super) fn problem(
        &self,
        (row, field): (u32, usize),
        (raw, fault): (Raw<'_>, &Fault),
        (name, origin): (&str, &Origin<'_>),
    ) -> Diagnostic {
        let written = raw.as_written();
        let place = self.columns[field].map_or_else(|| origin.row(row), |column| origin.cell(row, column, &self.headers, written));
        fault.diagnostic(place, name, &key::clean(written))
    }

    /// Whether a column is of a field whose values have one line, so that its reader refuses others.
    pub(super) fn has_one_line(&self, column: usize) -> bool {
        let field = self.columns.iter().position(|own| *own == Some(column));
        field.is_some_and(|field| self.readers[field].kind != FieldKind::Text)
    }

    /// Whether nothing in the mapping asks for more than the cells of single columns.
    pub(super) fn looks_at_cells_alone(&self) -> bool {
        self.by.is_empty() && self.primary.is_none() && self.overrides.is_empty()
    }

    /// Whose row it is, also where the rest of it cannot be used; what stands in the cell where nobody is found.
    pub fn employee<'r>(&self, cells: Cells<'r>) -> Option<Cow<'r, str>> {
        if self.is_look_up {
            return None;
        }
        let column = self.columns[self.person]?;
        if let Some((_, id)) = self.overrides.iter().find(|(at, _)| *at == column) {
            return Some(Cow::Owned(key::clean(id).into_owned()));
        }
        let joined = self.joined(cells);
        let cell = joined.as_deref().map_or_else(|| cells.cell(column), Raw::Text);
        if let Ok(Parsed::Text(id)) = self.readers[self.person].read(cell, &mut Tally::default()) {
            return Some(Cow::Owned(id.into_owned()));
        }
        let written = key::clean(cells.cell(column).as_written());
        (!written.is_empty()).then_some(written)
    }

    /// The number of a cell; nothing where the row has none, none where it cannot be read.
    pub fn number(&self, cells: Cells<'_>, field: usize) -> Option<Number> {
        let cell = cells.cell(self.columns[field]?);
        if cell.is_blank() {
            return Some(Number::ZERO);
        }
        match self.readers[field].read(cell, &mut Tally::default()) {
            Ok(Parsed::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The columns as a table keeps them, to name a cell later.
    pub fn named_columns(&self) -> Vec<Option<(u32, std::sync::Arc<str>)>> {
        let named = |column: &Option<usize>| column.map(|column| (column as u32 + 1, self.headers.written[column].as_str().into()));
        self.columns.iter().map(named).collect()
    }

    /// What was corrected on the way, and what has to be asked now that all values were seen.
    pub fn finish(self, fields: &[Field], origin: &Origin<'_>, problems: &mut Diagnostics) -> Vec<String> {
        let mut assumed = Vec::new();
        for ((field, reader), tally) in fields.iter().zip(&self.readers).zip(&self.tallies) {
            if reader.day.is_none() && tally.order.iso == 0 && tally.order.other > 0 {
                problems.push(ask_for_date_form(field, tally, origin));
            }
            problems_of_form(field, (reader, tally), origin).into_iter().for_each(|problem| problems.push(problem));
            if tally.percent_unknown > 0 {
                problems.push(ask_for_percent_form(field, origin));
            }
            let notes = [
                (tally.to_cent, "taken to the cent where less than a millionth was missing"),
                (tally.times, "read without the time of day"),
                (tally.moved, "on another day in the district's time zone than the one written"),
                (tally.wrapped, "read without the `=\"…\"` or the apostrophe that only makes them text"),
                (tally.point_zero, "read without the `.0` behind"),
                (tally.zero_results, "with a zero from a formula: look whether the file was calculated before it was saved"),
            ];
            let shown = notes.iter().filter(|(count, _)| *count > 0);
            assumed.extend(shown.map(|(count, what)| format!("{} of `{}` {what}", counted(*count as usize, "cell"), field.name)));
        }
        assumed
    }
}

fn reader<'a>(field: &Field, words: &[String], setting: Setting<'a>, problems: &mut Diagnostics) -> FieldReader<'a> {
    let rule = setting.claim.rule;
    let kind = match field.role {
        FieldRole::Person => FieldKind::Person,
        FieldRole::Key => FieldKind::Key,
        FieldRole::Value(Type::Text) if field.refers.is_some() => FieldKind::Key,
        FieldRole::Value(Type::Text | Type::Duration) => FieldKind::Text,
        FieldRole::Value(Type::YesNo) => FieldKind::YesNo,
        FieldRole::Value(Type::Integer) => FieldKind::Integer,
        FieldRole::Value(Type::Number) => FieldKind::Number,
        FieldRole::Value(Type::Percent) => FieldKind::Percent,
        FieldRole::Value(Type::Money) => FieldKind::Money,
        FieldRole::Value(Type::Date) => FieldKind::Date,
        FieldRole::Value(Type::Choice(_)) => FieldKind::Choice(words.to_vec()),
    };
    let form = rule.and_then(|rule| rule.formats.get(&field.name)).map(String::as_str);
    let (mut day, mut percent) = (None, None);
    match (&kind, form) {
        (_, None) => {}
        (FieldKind::Date, Some(form)) => day = day_format(form, rule, setting.mapping, problems).map(|format| (format, form)),
        (FieldKind::Percent | FieldKind::Number, Some("percent")) => percent = Some(PercentForm::Percent),
        (FieldKind::Percent | FieldKind::Number, Some("fraction")) => percent = Some(PercentForm::Fraction),
        (_, Some(form)) => {
            let message = format!("`{form}` is not a form that `{}` can have", field.name);
            let problem = Diagnostic::error("mapping-value", of_file(setting.mapping), message);
            problems.push(problem.help("dates have forms such as `MM/DD/YYYY`, percentages `percent` or `fraction`"));
        }
    }
    FieldReader {
        kind,
        optional: field.optional,
        words: rule.and_then(|rule| rule.words.get(&field.name)),
        day,
        percent,
        id_width: rule.and_then(|rule| rule.id_width),
        crosswalk: setting.crosswalk,
        epoch: setting.epoch,
        decimal: rule.map_or(DecimalStyle::Point, |rule| rule.decimal),
        zone: rule.and_then(|rule| rule.time_zones.get(&field.name)).and_then(|zone| Zone::parse(zone)),
        most: most(field, rule),
    }
}

/// What the field may be at most, where it is a share of a whole.
fn most(field: &Field, rule: Option<&FileRule>) -> Option<Number> {
    let is_percent = matches!(field.role, FieldRole::Value(Type::Percent));
    let is_number = matches!(field.role, FieldRole::Value(Type::Number));
    let declared = rule.and_then(|rule| rule.most.get(&field.name)).and_then(|most| Number::parse(most));
    let is_share = is_percent || is_number && is_share(&field.name);
    if is_share { declared.or(Some(Number::ONE)) } else { declared }
}

fn day_format(form: &str, rule: Option<&FileRule>, mapping: &str, problems: &mut Diagnostics) -> Option<DayFormat> {
    let fault = match DayFormat::parse(form, rule.and_then(|rule| rule.two_digit_year_pivot)) {
        Ok(format) => return Some(format),
        Err(fault) => fault,
    };
    let (message, help) = match fault {
        FormatFault::NotAForm => {
            (format!("`{form}` is not a form of dates"), "write it with YYYY or YY, MM or MMM, and DD, as in `MM/DD/YYYY`")
        }
        FormatFault::PivotMissing => (
            format!("`{form}` has two-digit years, and nothing says which century they mean"),
            "add `two_digit_year_pivot = 69`: 00 to 68 are 20xx",
        ),
    };
    problems.push(Diagnostic::error("mapping-value", of_file(mapping), message).help(help));
    None
}

/// Fields and words that the mapping names and the policy does not have.
/// A rule that names no record may speak of several.
fn check_names(rule: &FileRule, (tables, at): (&[TableBuilder], usize), mapping: &str, problems: &mut Diagnostics) {
    let table = &tables[at];
    let fields = &table.record.fields;
    let about = if rule.record.is_some() { std::slice::from_ref(table) } else { tables };
    let known = |name: &&String| about.iter().any(|table| table.record.fields.iter().any(|field| field.name == **name));
    let named =
        rule.columns.keys().chain(rule.formats.keys()).chain(rule.words.keys()).chain(rule.time_zones.keys()).chain(rule.most.keys());
    for name in named.filter(|name| !known(name)) {
        let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let message = format!("the mapping names the field `{name}`, which `{}` does not have", table.record.name);
        problems.push(Diagnostic::error("mapping-field", of_file(mapping), message).help(format!("its fields are {}", known.join(", "))));
    }
    for (field, words) in fields.iter().zip(&table.words).filter(|(_, words)| !words.is_empty()) {
        let meanings = rule.words.get(&field.name).into_iter().flat_map(|written| written.values());
        for meaning in meanings.filter(|meaning| !meaning.is_empty() && !words.contains(meaning)) {
            let message = format!("the mapping gives `{}` the word `{meaning}`, which the policy does not have", field.name);
            problems
                .push(Diagnostic::error("mapping-field", of_file(mapping), message).help(format!("its words are {}", words.join(", "))));
        }
    }
}

fn ask_for_date_form(field: &Field, tally: &Tally, origin: &Origin<'_>) -> Diagnostic {
    let order = &tally.order;
    let sample = order.sample.as_deref().unwrap_or("");
    let message = format!("the dates of `{}` are not written like 2025-06-30, but like `{sample}`", field.name);
    let problem = Diagnostic::error("date-form-needed", origin.row(0), message);
    let because = match (&order.month_first, &order.day_first) {
        (Some(value), None) => format!("`{value}` can only have its month first; say so in the mapping's [file.formats]:"),
        (None, Some(value)) => format!("`{value}` can only have its day first; say so in the mapping's [file.formats]:"),
        (Some(month), Some(day)) => {
            format!("`{month}` has its month first and `{day}` its day: the column mixes two forms, correct one of them")
        }
        (None, None) => {
            "no value shows whether the month or the day comes first; ask who exported it, then say in the mapping's [file.formats]:".into()
        }
    };
    let lines: Vec<String> = order.candidates().iter().map(|form| format!("{} = \"{form}\"", field.name)).collect();
    let problem = problem.help(because).help(lines.join("     # or: "));
    if order.needs_pivot() { problem.help("and under [[file]]: two_digit_year_pivot = 69     # 00 to 68 are 20xx") } else { problem }
}

fn ask_for_percent_form(field: &Field, origin: &Origin<'_>) -> Diagnostic {
    let message = format!("nothing says whether five percent is written 5 or 0.05 in `{}`", field.name);
    Diagnostic::error("percent-form-needed", origin.row(0), message)
        .help("say so in the mapping's [file.formats]:")
        .help(format!("{} = \"percent\"     # or: \"fraction\"", field.name))
}

/// What the values ask about how the file writes dates and numbers.
fn problems_of_form(field: &Field, (reader, tally): (&FieldReader<'_>, &Tally), origin: &Origin<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let name = &field.name;
    if let (Some(sample), None) = (&tally.zoned, &reader.zone) {
        let message = format!("`{sample}` in `{name}` names its time zone: near midnight the day depends on where the district is");
        let problem = Diagnostic::error("time-zone-needed", origin.row(0), message);
        found.push(problem.help("say so in the mapping's [file.time_zones]:").help(format!("{name} = \"America/Chicago\"")));
    }
    if let Some(sample) = tally.comma.as_ref().filter(|_| tally.points == 0 && tally.no_numbers == 0) {
        let message = format!("`{sample}` in `{name}` has a comma where its decimals begin, and no value has a point");
        let problem = Diagnostic::error("decimal-style-needed", origin.row(0), message);
        found.push(problem.help("if the whole file is written so, say in the mapping:").help("decimal = \"comma\""));
    }
    if let Some(sample) = &tally.above_two {
        let message = format!("`{sample}` in `{name}` is more than two wholes, and nothing says whether 50 or 0.5 is a half");
        let problem = Diagnostic::error("share-form-needed", origin.row(0), message);
        let help = format!("{name} = \"percent\"     # or: \"fraction\"");
        found.push(problem.help("say so in the mapping's [file.formats]:").help(help));
    }
    found
}
