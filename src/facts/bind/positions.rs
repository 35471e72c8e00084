//! People with several positions: the rows of one person that the mapping adds up to one.

use super::builder::TableBuilder;
use super::store::Store;
use crate::facts::column::{Column, NumberColumn};
use crate::facts::{SetAside, SetAsideRow};
use crate::value::Number;

/// Adds up the rows of each person in the files whose mapping says so, where nothing else in them differs.
pub fn add_up(store: &mut Store, people: usize) {
    for (file, fields) in std::mem::take(&mut store.added) {
        store.tables[people].take_out();
        store.group(people);
        let table = &mut store.tables[people];
        let groups = table.groups();
        let mut sums: Vec<(u32, usize, Number)> = Vec::new();
        let mut added = Vec::new();
        for person in 0..groups.count() {
            let rows: Vec<u32> = groups.rows(person).filter(|row| table.rows.position(*row).0 == file).collect();
            let Some(found) = person_sums(table, &rows, &fields) else { continue };
            sums.extend(found);
            for row in &rows[1..] {
                added.push(*row);
                let reason = SetAside::AddedTo(table.rows.position(rows[0]).1);
                store.set_aside.push(SetAsideRow { file, row: table.rows.position(*row).1, reason });
            }
        }
        for field in fields {
            let own: Vec<(u32, Number)> = sums.iter().filter(|(_, at, _)| *at == field).map(|(row, _, sum)| (*row, *sum)).collect();
            put(&mut table.columns[field], &own);
        }
        added.into_iter().for_each(|row| table.drop(row));
    }
}

/// The sums of a person with several rows that agree in everything else; rows that do not are left to be rejected.
fn person_sums(table: &TableBuilder, rows: &[u32], fields: &[usize]) -> Option<Vec<(u32, usize, Number)>> {
    let first = *rows.first().filter(|_| rows.len() > 1)?;
    let others = (0..table.columns.len()).filter(|field| !fields.contains(field));
    let agree = others.into_iter().all(|field| rows.iter().all(|row| table.columns[field].same(first, *row)));
    let total = |field: usize| rows.iter().try_fold(Number::ZERO, |sum, row| sum.plus(number(&table.columns[field], *row)?).ok());
    if !agree {
        return None;
    }
    fields.iter().map(|field| total(*field).map(|sum| (first, *field, sum))).collect()
}

fn number(column: &Column, row: u32) -> Option<Number> {
    match column {
        Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.get(row),
        Column::Absent | Column::Person | Column::Text(_) | Column::YesNo(_) | Column::Choice { .. } | Column::Date(_) => None,
    }
}

/// The column with some rows changed; rows are in ascending order of no particular kind, so they are looked up.
fn put(column: &mut Column, sums: &[(u32, Number)]) {
    let (Column::Number(old) | Column::Percent(old) | Column::Money(old)) = column else { return };
    let changed: std::collections::BTreeMap<u32, Number> = sums.iter().copied().collect();
    let mut new = NumberColumn::default();
    for row in 0..old.len() as u32 {
        new.push(changed.get(&row).copied().or_else(|| old.get(row)));
    }
    *old = new;
}
