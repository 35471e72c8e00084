//! What a file shows before anybody says how it is meant: its headers, its columns, the values in them.

mod column;
mod layout;
mod places;

use super::badge::is_badges;
use super::bind::Input;
use super::mapping::FileRule;
use super::parse::key;
use super::read::{Flow, NAMED_ROW, OpenWith, Opened, Row, RowSink, sheets};
use crate::diagnostic::{Diagnostic, Diagnostics};

pub use column::{Seen, SeenColumn};
pub use layout::Setting;

/// Columns that are looked at; exports have fewer.
const COLUMNS_MOST: usize = 400;

/// Letters of a header that are looked at.
const HEADER_MOST: usize = 1_000;

/// One file (or sheet) as it was looked at.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// As it was named on the command line.
    pub name: String,
    /// The record it was given as.
    pub record: Option<String>,
    pub sheet: Option<String>,
    /// The workbook has other sheets with data, so this one has to be named.
    pub sheet_is_one_of_several: bool,
    /// What has to be said so that the file can be read at all, with what shows it.
    pub settings: Vec<Setting>,
    /// The first cell of the rows of totals at the end.
    pub footer: Option<String>,
    pub columns: Vec<SeenColumn>,
    /// Rows below the headers, the footer excepted.
    pub rows: u32,
}

impl Survey {
    /// Looks at a file: once for each sheet that holds anything. Badges need no mapping of columns: none.
    pub fn of(input: &Input, problems: &mut Diagnostics) -> Vec<Survey> {
        if is_badges(&input.bytes) {
            return Vec::new();
        }
        let found = input.sheet.clone().map_or_else(|| sheets(&input.name, &input.bytes), |sheet| vec![sheet]);
        let names: Vec<Option<String>> = if found.is_empty() { vec![None] } else { found.into_iter().map(Some).collect() };
        let several = names.len() > 1;
        let surveys = names.into_iter().filter_map(|sheet| match one(input, sheet) {
            Ok(survey) => Some(Survey { sheet_is_one_of_several: several, ..survey }),
            Err(problem) => {
                problems.push(*problem);
                None
            }
        });
        surveys.filter(|survey| !survey.columns.is_empty()).collect()
    }

    /// The column with this header, as headers are compared.
    pub fn column(&self, header: &str) -> Option<&SeenColumn> {
        let wanted = key::fold(header);
        self.columns.iter().find(|column| key::fold(&column.header) == wanted)
    }

    /// Whether the columns are called as the file says, and not by their letters.
    pub fn has_headers(&self) -> bool {
        self.settings.iter().all(|setting| setting.key != "headers")
    }

    /// The file's name, with its sheet where that matters.
    pub fn title(&self) -> String {
        match &self.sheet {
            Some(sheet) if self.sheet_is_one_of_several => format!("{}#{sheet}", self.name),
            _ => self.name.clone(),
        }
    }
}

fn one(input: &Input, sheet: Option<String>) -> Result<Survey, Box<Diagnostic>> {
    let (rule, settings) = layout::find(input, sheet.as_deref())?;
    let header_row = if rule.headers.is_some() { NAMED_ROW } else { rule.header_row.unwrap_or(1) };
    let mut sink = Columns { header_row, survey: Survey::default() };
    read(input, (sheet.as_deref(), &rule), &mut sink)?;
    let mut survey = Survey { name: input.name.clone(), record: input.record.clone(), sheet, settings, ..sink.survey };
    survey.columns.retain(|column| !key::clean(&column.header).is_empty());
    Ok(survey)
}

/// Hands all rows to a sink, or says why that cannot be.
fn read(input: &Input, (sheet, rule): (Option<&str>, &FileRule), sink: &mut dyn RowSink) -> Result<(), Box<Diagnostic>> {
    let mut problems = Diagnostics::new();
    let with = OpenWith { name: &input.name, sheet, preferred: None, rule: Some(rule) };
    let Some(mut opened) = Opened::open(&input.bytes, with, &mut problems) else {
        return Err(Box::new(problems.sorted().remove(0)));
    };
    opened.read(sink).map(|_| ())
}

/// Gathers the values of all columns.
struct Columns {
    header_row: u32,
    survey: Survey,
}

impl RowSink for Columns {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if row.number < self.header_row || row.cells.is_blank() || row.number > self.header_row && row.cells.is_ruled() {
            return Flow::GoOn;
        }
        if row.number == self.header_row {
            let headers =
                (0..row.cells.width().min(COLUMNS_MOST)).map(|column| key::start_of(row.cells.cell(column).as_written(), HEADER_MOST));
            self.survey.columns = headers.map(|header| SeenColumn { header: header.to_owned(), ..SeenColumn::default() }).collect();
            return Flow::GoOn;
        }
        let first = row.cells.first_filled().map_or(String::new(), |cell| key::clean(cell.as_written()).into_owned());
        if layout::is_total(&first) {
            self.survey.footer = Some(first);
            return Flow::GoOn;
        }
        let headers = self.survey.columns.len();
        let again = (0..headers).all(|column| *row.cells.cell(column).as_written() == *self.survey.columns[column].header);
        if !again {
            self.survey.rows += 1;
            for (index, column) in self.survey.columns.iter_mut().enumerate() {
                column.note(row.cells.cell(index), row.number);
            }
        }
        Flow::GoOn
    }
}
