//! Random rows as the typed columns that the program reads: no files in between.

use stipend::facts::column::{NumberColumn, TextColumn};
use stipend::facts::table::{Rows, Segment};
use stipend::facts::{Column, DataFile, EmployeeId, Facts, PaidLine, Table};
use stipend::policy::{Field, FieldRole, Policy, Record, RecordId};
use stipend::source::Cell;
use stipend::value::{Date, Number, Type};

use super::data::{Data, id_of};
use crate::reference::days::Day;
use crate::reference::ratio::Ratio;
use crate::reference::world::{Row, Val};

pub fn date(day: Day) -> Date {
    let (year, month, day) = day.civil();
    Date::new(year as i32, month as u32, day as u32).expect("a day of the calendar")
}

pub fn number(ratio: Ratio) -> Number {
    Number::parse(&ratio.to_string()).expect("a decimal")
}

/// A line of an earlier run, before its employee has a number.
#[derive(Clone, Debug)]
pub struct Posted {
    pub employee: String,
    pub line: stipend::eval::Line<'static>,
}

pub fn facts(policy: &Policy, data: &Data, posted: &[Posted]) -> Facts {
    let ids = data.ids();
    let number_of = |id: &str| EmployeeId(ids.iter().position(|known| known == id).expect("a known person") as u32);
    let mut facts = Facts { employees: ids.iter().collect(), ..Facts::default() };
    for (position, record) in policy.records.iter().enumerate() {
        let no_rows = Vec::new();
        let rows = data.tables.get(&record.name).unwrap_or(&no_rows); // none of the opening balances
        let mut keys: Vec<String> =
            if record.is_look_up { rows.iter().map(|row| row[&record.name].to_string()).collect() } else { Vec::new() };
        keys.sort();
        keys.dedup();
        let key_of = |row: &Row| EmployeeId(keys.iter().position(|key| *key == row[&record.name].to_string()).expect("a key") as u32);
        let people: Vec<EmployeeId> = rows.iter().map(|row| if record.is_look_up { key_of(row) } else { number_of(&id_of(row)) }).collect();
        let file = file(&record.name, (RecordId(position as u16), rows.len() as u32));
        facts.files.push(if data.tables.contains_key(&record.name) { file } else { DataFile { record: None, ..file } });
        let numbers = (2..rows.len() as u32 + 2).collect();
        let columns =
            (1..=record.fields.len() as u32).map(|column| Some((column, record.fields[column as usize - 1].name.as_str().into())));
        let segment = Segment { file: position as u16, first: 0, numbers, columns: columns.collect() };
        let columns = record.fields.iter().map(|field| column(policy, (record, field), rows)).collect();
        let mut table = Table { columns, rows: Rows { segments: vec![segment] }, ..Table::default() };
        table.bring_together(&people, if record.is_look_up { keys.len() } else { ids.len() });
        table.keys = keys.into_iter().collect();
        facts.tables.push(table);
    }
    let known = data.rejected.iter().filter(|(id, _)| ids.contains(id));
    facts.rejected_of = known
        .filter_map(|(id, name)| {
            let record = policy.records.iter().position(|record| record.name == *name).map(|record| RecordId(record as u16));
            (record.is_some() || name == "paid").then(|| (number_of(id), record))
        })
        .collect();
    facts.rejected_of.sort_unstable();
    facts.paid = posted
        .iter()
        .map(|posted| PaidLine {
            employee: number_of(&posted.employee),
            award: posted.line.award,
            kind: posted.line.kind,
            amount: posted.line.amount,
            effective: posted.line.effective,
            record: posted.line.record.as_ref().into(),
            place: Cell::of_file("adjustments.csv"),
            moved: posted.line.moved.as_deref().cloned(),
            reverses: posted.line.reverses.as_deref().cloned(),
        })
        .collect();
    facts.paid.sort_by_key(|line| (line.employee, line.effective));
    facts
}

fn file(name: &str, (record, rows): (RecordId, u32)) -> DataFile {
    DataFile {
        name: format!("{name}.csv").as_str().into(),
        sheet: None,
        record: Some(record),
        sha256: None,
        bytes: 0,
        rows,
        assumed: Vec::new(),
    }
}

fn column(policy: &Policy, (_, field): (&Record, &Field), rows: &[Row]) -> Column {
    let values = || rows.iter().map(|row| row.get(&field.name).unwrap_or(&Val::Missing));
    let numbers = || {
        let mut column = NumberColumn::default();
        values().for_each(|value| column.push(value.num().map(number)));
        column
    };
    let FieldRole::Value(kind) = field.role else { return Column::Person };
    match kind {
        Type::YesNo => Column::YesNo(values().map(|value| if let Val::YesNo(yes) = value { Some(*yes) } else { None }).collect()),
        Type::Integer | Type::Number => Column::Number(numbers()),
        Type::Percent => Column::Percent(numbers()),
        Type::Money => Column::Money(numbers()),
        Type::Date => Column::Date(values().map(|value| value.date().map(date)).collect()),
        Type::Choice(choice) => {
            let words = policy.choice_words(choice);
            let code = |value: &Val| words.iter().position(|word| *word == value.to_string()).map(|code| code as u8);
            Column::Choice { words: words.iter().map(|word| word.as_str().into()).collect(), codes: values().map(code).collect() }
        }
        Type::Text => {
            let mut column = TextColumn::default();
            for value in values() {
                column.push(value.is_known().then(|| value.to_string()).as_deref());
            }
            Column::Text(column)
        }
        Type::Duration => panic!("no field is a duration"),
    }
}
