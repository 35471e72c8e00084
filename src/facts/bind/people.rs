//! Who the rows belong to, once all files are read: people who appear twice, employees nobody knows.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::file::HELP_FOR;
use super::look_up;
use super::part::REJECTED_MOST;
use super::store::Store;
use super::whose::Whose;
use crate::diagnostic::Diagnostic;
use crate::facts::dictionary::Dictionary;
use crate::facts::{DataFile, Names, RejectedRow};
use crate::policy::{FieldId, Record};
use crate::source::{Cell, Place};

/// All employees (or all keys of a look-up record), sorted by ID.
pub struct Everybody {
    pub ids: Names,
    /// By code of the IDs of employees (or of a look-up record), who it is.
    pub whose: Arc<Whose>,
}

/// Where employees come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roster {
    /// The people's record at this index lists them all.
    Record(usize),
    /// Everybody whose ID stands in any row (examples that give no people).
    Everybody,
}

/// Rejects the rows of people, and those of keys of look-up records, who appear twice where that has no meaning.
pub fn reject_doubled(store: &mut Store, people: usize, files: &[DataFile]) {
    for table in 0..store.tables.len() {
        if table == people || store.tables[table].record.is_look_up {
            reject_doubled_in(store, table, files);
        }
    }
}

fn reject_doubled_in(store: &mut Store, people: usize, files: &[DataFile]) {
    store.tables[people].take_out();
    if store.tables[people].is_in_order() {
        return; // each has one row
    }
    store.group(people);
    let table = &store.tables[people];
    let dates: Vec<FieldId> = table.record.fields.iter().filter_map(|field| field.dated).flat_map(|(from, to)| [from, to]).collect();
    let steady: Vec<usize> = (0..table.record.fields.len())
        .filter(|field| table.record.fields[*field].dated.is_none() && !dates.contains(&FieldId(*field as u16)))
        .collect();
    let groups = table.groups();
    let mut found = Vec::new();
    for person in (0..groups.count()).filter(|person| groups.starts[*person + 1] - groups.starts[*person] > 1) {
        let rows = &groups.rows(person).collect::<Vec<u32>>()[..];
        let different = steady.iter().find(|field| rows.iter().any(|row| !table.columns[**field].same(rows[0], *row)));
        if dates.is_empty() {
            found.extend(rows.iter().take(REJECTED_MOST + 1).map(|row| (*row, two_rows(store, people, files, (*row, rows)))));
        } else if let Some(field) = different {
            found.extend(rows.iter().take(REJECTED_MOST + 1).map(|row| (*row, rows_disagree(store, people, files, (*row, *field)))));
        }
        if found.len() > REJECTED_MOST {
            break; // nobody looks at more, and no row is used
        }
    }
    reject(store, people, found);
}

/// Rows that a message lists.
const NUMBERS_SHOWN: usize = 20;

fn two_rows(store: &Store, people: usize, files: &[DataFile], (row, rows): (u32, &[u32])) -> Diagnostic {
    let (table, id) = (&store.tables[people], store.id(people, rows[0]));
    let mut numbers: Vec<String> = rows.iter().take(NUMBERS_SHOWN).map(|row| table.rows.position(*row).1.to_string()).collect();
    if rows.len() > NUMBERS_SHOWN {
        numbers.push(format!("and {} more", rows.len() - NUMBERS_SHOWN));
    }
    let place = id_place(store, people, (files, row));
    if table.record.is_look_up {
        return look_up::key_twice((&table.record.name, id), place, (rows.len(), &numbers));
    }
    Diagnostic::error("person-twice", place, format!("employee `{id}` has {} rows: {}", rows.len(), numbers.join(", ")))
        .help("leave one row for each employee, or make the fields that change `dated` in the policy")
}

/// The cell with a row's ID.
pub fn id_place(store: &Store, table: usize, (files, row): (&[DataFile], u32)) -> Place {
    let (id, table) = (store.id(table, row), &store.tables[table]);
    Place::Cell(Cell { raw: Some(id.into()), ..table.rows.cell(files, row, Some(table.record.person_field)) })
}

fn rows_disagree(store: &Store, people: usize, files: &[DataFile], (row, field): (u32, usize)) -> Diagnostic {
    let (table, id) = (&store.tables[people], store.id(people, row));
    let name = &table.record.fields[field].name;
    let place = Place::Cell(table.rows.cell(files, row, Some(FieldId(field as u16))));
    if table.record.is_look_up {
        return look_up::rows_disagree((&table.record.name, id), place, name);
    }
    Diagnostic::error("person-rows-disagree", place, format!("the rows of employee `{id}` differ in `{name}`, which has no dates"))
        .help(format!("make `{name}` the same on all rows of the person, or `dated` in the policy"))
}

/// Frees what no longer serves: what finds IDs by their text, and the hashes of the people's rows, of which none is rejected any more.
pub fn forget_how_to_find(store: &mut Store, roster: &Roster) {
    store.forget_how_to_find();
    if let Roster::Record(people) = *roster {
        store.tables[people].hashes = Vec::new();
    }
}

/// Everybody, sorted by ID.
pub fn employees(store: &mut Store, roster: Roster) -> Everybody {
    match roster {
        Roster::Record(people) => Everybody::of(store, people),
        Roster::Everybody => {
            let tables = (0..store.tables.len()).filter(|table| !store.tables[*table].record.is_look_up);
            let mut codes: Vec<u32> = tables.flat_map(|table| used(store, table)).collect();
            codes.sort_unstable();
            codes.dedup();
            Everybody::numbered(codes, store.employees())
        }
    }
}

impl Everybody {
    /// Those whose ID stands in a row of the table.
    pub fn of(store: &mut Store, table: usize) -> Everybody {
        if let Some(people) = first_in_order(store, table) {
            let ids = store.ids_mut(table);
            return Everybody { whose: Arc::new(Whose::first(people, ids.len())), ids: ids.first(people) };
        }
        Everybody::numbered(used(store, table), store.ids(table))
    }

    fn numbered(mut codes: Vec<u32>, ids: &Dictionary) -> Everybody {
        codes.par_sort_unstable_by(|left, right| ids.text(*left).cmp(ids.text(*right)));
        Everybody { whose: Arc::new(Whose::of(&codes, ids.len())), ids: codes.iter().map(|code| ids.text(*code)).collect() }
    }
}

/// How many people there are, where each has one row, one behind the other in the order of IDs: as in a sorted file.
fn first_in_order(store: &Store, table: usize) -> Option<usize> {
    let rows = &store.tables[table];
    let people = if rows.has_one_row_each() {
        rows.len()
    } else {
        let mut people = 0;
        let in_turn = rows.living().all(|(_, code)| {
            people += 1;
            code as usize == people
        });
        in_turn.then_some(people)?
    };
    store.ids(table).are_in_order(people).then_some(people)
}

/// The codes of the IDs that still have a row, in the order of the rows.
fn used(store: &Store, table: usize) -> Vec<u32> {
    let mut seen = vec![false; store.ids(table).len()];
    let is_first = |code: &u32| !std::mem::replace(&mut seen[*code as usize - 1], true);
    store.tables[table].living().map(|(_, code)| code).filter(is_first).collect()
}

/// Rejects the rows of a table whose employee nobody knows.
///
/// Returns, by code of the table's IDs, who it is.
pub fn reject_unknown(store: &mut Store, table: usize, everybody: &Everybody, (files, people): (&[DataFile], &Record)) -> Arc<Whose> {
    if store.tables[table].record.is_look_up {
        return Arc::default(); // its keys are nobody's
    }
    let known = Arc::clone(&everybody.whose);
    if store.tables[table].len() == 0 || known.nobody().next().is_none() {
        return known;
    }
    let spoiled: BTreeSet<Box<str>> = store.rejected.iter().filter_map(|row| row.employee.clone()).collect();
    store.group(table);
    let rows = &store.tables[table];
    let mut unknown: Vec<u32> = known.nobody().flat_map(|code| rows.groups().rows(code as usize - 1)).collect();
    unknown.retain(|row| !rows.is_gone(*row));
    unknown.sort_unstable();
    unknown.truncate(REJECTED_MOST + 1);
    let found: Vec<(u32, Diagnostic)> = unknown
        .into_par_iter()
        .map(|row| {
            let id = store.id(table, row);
            let place = id_place(store, table, (files, row));
            let problem = Diagnostic::error(
                "unknown-employee",
                place,
                format!("employee `{id}` is not among the rows of `{}` that can be used", people.name),
            );
            (row, problem.help(unknown_help(id, &everybody.ids, &spoiled)))
        })
        .collect();
    reject(store, table, found);
    known
}

fn unknown_help(id: &str, employees: &Names, spoiled: &BTreeSet<Box<str>>) -> String {
    if spoiled.contains(id) {
        return format!("a row of `{id}` was rejected: correct that row first");
    }
    match same_but_for_zeros(id, employees) {
        Some(employee) if employee.len() > id.len() => {
            format!("there is `{employee}`; if the zeros were lost, say so in the mapping: id_width = {}", employee.len())
        }
        Some(employee) => format!("there is `{employee}`: look which of the two is right"),
        None => "correct the ID, or add the person to the people's file".to_string(),
    }
}

/// The first employee whose ID differs only in the zeros at its start. Every length an ID can have is looked up, where any begins with a zero.
fn same_but_for_zeros<'e>(id: &str, employees: &'e Names) -> Option<&'e str> {
    const ZEROS_MOST: usize = 24;
    let bare = id.trim_start_matches('0');
    let any_zeros = employees.from("0").is_some_and(|first| first.starts_with('0'));
    let padded = (0..=if any_zeros { ZEROS_MOST } else { 0 }).map(|zeros| format!("{}{bare}", "0".repeat(zeros)));
    let found = padded.filter_map(|padded| employees.number_of(&padded));
    found.min().map(|index| &employees[index])
}

/// Moves rows of a table to the rejected ones.
pub fn reject(store: &mut Store, table: usize, found: Vec<(u32, Diagnostic)>) {
    if found.is_empty() {
        return;
    }
    let many = found.len() > HELP_FOR;
    let rows = &store.tables[table];
    if let Some((row, first)) = found.first().filter(|_| found.len() > REJECTED_MOST) {
        let message = format!("more than {REJECTED_MOST} rows of `{}` cannot be used", rows.record.name);
        let help = format!("the first is row {}: {} [{}]", rows.rows.position(*row).1, first.message, first.code);
        store.refusal.get_or_insert(Diagnostic::error("too-many-rejected", first.place.clone(), message).help(help));
    }
    for (row, problem) in found {
        let employee = (!store.tables[table].record.is_look_up).then(|| store.id(table, row).into());
        let rows = &mut store.tables[table];
        let (file, number) = rows.rows.position(row);
        rows.drop(row);
        let hash = rows.hashes.get(row as usize).copied();
        store.rejected.push(RejectedRow { file, row: number, employee, problems: vec![problem], hash });
    }
    if many {
        store.rejected.iter_mut().skip(HELP_FOR + 1).for_each(RejectedRow::without_help);
    }
}
