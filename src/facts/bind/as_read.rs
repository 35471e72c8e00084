//! Reads files once more for a redacted copy: every row that has a disposition, with what each of its cells was read as.

use super::file::{FileBinder, State};
use super::part::{Part, aside, whole_row_problem};
use super::plan::{Plan, Setting};
use super::store::Store;
use super::{Begun, Beside, Hashes, Input, begin, readings, tables};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::SetAside;
use crate::facts::as_read::{CellAsRead, FileAsRead, RowAsRead, RowKind};
use crate::facts::mapping::Mapping;
use crate::facts::parse::field::{FieldKind, Parsed};
use crate::facts::parse::key;
use crate::facts::read::{Cells, Flow, Row, RowSink};
use crate::policy::{Policy, RecordId, read_units};
use crate::value::Number;

/// Every file that [`super::bind`] reads, in its order. Problems are said by that.
pub fn files_as_read(policy: &Policy, inputs: &[Input], mapping: &Mapping) -> Vec<FileAsRead> {
    let whole: Vec<Input>;
    let inputs = match inputs.iter().any(|input| input.stream.is_some()) {
        true => {
            whole = inputs.iter().filter_map(|input| input.whole().ok()).collect();
            &whole
        }
        false => inputs,
    };
    let beside = Beside::read(inputs, mapping, &mut Diagnostics::new());
    readings((inputs, Hashes::NotTold), (policy, mapping), &beside)
        .into_iter()
        .filter_map(|(input, setting)| file_as_read(policy, input, setting))
        .collect()
}

fn file_as_read(policy: &Policy, input: &Input, setting: Setting<'_>) -> Option<FileAsRead> {
    let mut store = Store::of(tables(policy));
    let paid = store.tables.len() - 1;
    let Begun { mut opened, binder } = begin(input, setting, (&mut store, 0), &mut Diagnostics::new())?;
    let is_badges = matches!(binder.origin, super::place::Origin::Badge { .. });
    let mut sink = Rows { binder, rows: Vec::new() };
    opened.read(&mut sink).ok()?;
    let Rows { mut binder, mut rows } = sink;
    let State::Data(part) = &mut binder.state else { return None };
    let record = part.plan.record;
    if policy.balances == Some(RecordId(record as u16)) {
        rows.iter_mut().flat_map(|row| &mut row.cells).for_each(units_as_numbers);
    }
    Some(FileAsRead {
        name: input.name.clone(),
        record: (record < paid).then_some(RecordId(record as u16)),
        is_badges,
        columns: part.plan.columns.iter().map(Option::is_some).collect(),
        rule: setting.claim.rule.cloned(),
        rows,
    })
}

/// Units of banks are kept as texts.
fn units_as_numbers(cell: &mut CellAsRead) {
    if let CellAsRead::Text(text) = cell
        && read_units(text).is_some()
    {
        *cell = CellAsRead::Plain(std::mem::take(text));
    }
}

struct Rows<'a> {
    binder: FileBinder<'a>,
    rows: Vec<RowAsRead>,
}

impl RowSink for Rows<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        match &mut self.binder.state {
            State::Data(part) => self.rows.extend(part.as_read(row)),
            State::Header | State::Lost { .. } => return self.binder.row(row),
        }
        Flow::GoOn
    }

    fn header_row(&self) -> Option<u32> {
        self.binder.header_row()
    }

    fn refused(&mut self, number: u32, problems: Vec<Diagnostic>) {
        let kind = RowKind::Refused(problems.iter().map(|problem| problem.code).collect());
        self.rows.push(RowAsRead { number, hash: 0, kind, cells: Vec::new() });
    }
}

impl Part<'_> {
    /// What the row would become; none where it is no row of the file (a blank one of a sheet).
    fn as_read(&mut self, row: Row<'_>) -> Option<RowAsRead> {
        let kind = if self.corrections.contains_key(&row.number) && self.resolved(row) {
            RowKind::Aside(SetAside::Resolved)
        } else if let Some(reason) = aside(row, &self.plan, self.setting) {
            if reason == SetAside::Blank && !matches!(row.cells, Cells::Delimited(_)) {
                return None;
            }
            RowKind::Aside(reason)
        } else {
            let lacks_cells = row.cells.width() < self.plan.headers.written.len();
            let whole = whole_row_problem(row, &self.plan, &self.origin);
            whole.map_or(RowKind::Data, |problem| RowKind::Whole { code: problem.code, lacks_cells })
        };
        let cells = (0..self.plan.readers.len()).map(|field| self.plan.cell_as_read(row, field)).collect();
        self.plan.overrides.clear();
        Some(RowAsRead { number: row.number, hash: row.cells.hash(), kind, cells })
    }
}

impl Plan<'_> {
    fn cell_as_read(&mut self, row: Row<'_>, field: usize) -> CellAsRead {
        let joined = self.joined(row.cells);
        let (raw, read) = self.read_field(row.cells, field, joined.as_deref());
        let written = key::clean(raw.as_written()).into_owned();
        let read = match read {
            Ok(Parsed::Missing) => return CellAsRead::Missing,
            Ok(Parsed::Text(text)) => text.into_owned(),
            Ok(Parsed::Date(date)) => return CellAsRead::Date(date),
            Ok(Parsed::YesNo(yes)) => return CellAsRead::Plain(if yes { "yes" } else { "no" }.to_owned()),
            Ok(Parsed::Choice(code)) => match &self.readers[field].kind {
                FieldKind::Choice(words) => return CellAsRead::Plain(words[usize::from(code)].clone()),
                _ => return CellAsRead::Missing,
            },
            Ok(Parsed::Number(number)) => return CellAsRead::Plain(self.plainly(number, field)),
            Err(fault) => return CellAsRead::Faulty { fault, raw: written },
        };
        match self.readers[field].kind {
            FieldKind::Person => {
                let written = key::unwrapped_id(&written).unwrap_or(&written);
                let written = written.strip_suffix(".0").unwrap_or(written).to_owned();
                CellAsRead::Person { id: read, written: self.readers[field].id_width.map(|_| written) }
            }
            FieldKind::Key => CellAsRead::Key(read),
            _ => CellAsRead::Text(read),
        }
    }

    /// A number as the reader takes it without any mapping.
    fn plainly(&self, number: Number, field: usize) -> String {
        let hundred = Number::from_integer(100);
        match self.readers[field].kind {
            FieldKind::Percent => number.times(hundred).map_or_else(|_| number.to_string(), |percent| format!("{percent} %")),
            _ => number.to_string(),
        }
    }
}
