//! Who the rows belong to, once all files are read: people who appear twice, employees nobody knows.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::builder::TableBuilder;
use super::file::{HELP_FOR, Store};
use super::look_up;
use super::part::REJECTED_MOST;
use crate::diagnostic::Diagnostic;
use crate::facts::dictionary::Dictionary;
use crate::facts::{DataFile, EmployeeId, Names, RejectedRow};
use crate::policy::{FieldId, Record};
use crate::source::{Cell, Place};

/// All employees (or all keys of a look-up record), sorted by ID.
pub struct Everybody {
    pub ids: Names,
    known: Known,
}

/// How one of everybody is found.
enum Known {
    /// By the IDs of a table: by their code, who it is.
    InTable { table: usize, numbers: Arc<Vec<Option<EmployeeId>>> },
    /// By all their IDs, in order.
    Texts(Dictionary),
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
    store.tables[people].group();
    let table = &store.tables[people];
    let dates: Vec<FieldId> = table.record.fields.iter().filter_map(|field| field.dated).flat_map(|(from, to)| [from, to]).collect();
    let steady: Vec<usize> = (0..table.record.fields.len())
        .filter(|field| table.record.fields[*field].dated.is_none() && !dates.contains(&FieldId(*field as u16)))
        .collect();
    let (starts, grouped) = table.groups();
    let mut found = Vec::new();
    for person in starts.windows(2).filter(|person| person[1] - person[0] > 1) {
        let rows = &grouped[person[0] as usize..person[1] as usize];
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
    let table = &store.tables[people];
    let id = table.ids.text(table.people[rows[0] as usize]);
    let mut numbers: Vec<String> = rows.iter().take(NUMBERS_SHOWN).map(|row| table.rows.position(*row).1.to_string()).collect();
    if rows.len() > NUMBERS_SHOWN {
        numbers.push(format!("and {} more", rows.len() - NUMBERS_SHOWN));
    }
    let place = id_place(table, files, row);
    if table.record.is_look_up {
        return look_up::key_twice((&table.record.name, id), place, (rows.len(), &numbers));
    }
    Diagnostic::error("person-twice", place, format!("employee `{id}` has {} rows: {}", rows.len(), numbers.join(", ")))
        .help("leave one row for each employee, or make the fields that change `dated` in the policy")
}

/// The cell with a row's ID.
pub fn id_place(table: &TableBuilder, files: &[DataFile], row: u32) -> Place {
    let id = table.ids.text(table.people[row as usize]);
    Place::Cell(Cell { raw: Some(id.into()), ..table.rows.cell(files, row, Some(table.record.person_field)) })
}

fn rows_disagree(store: &Store, people: usize, files: &[DataFile], (row, field): (u32, usize)) -> Diagnostic {
    let table = &store.tables[people];
    let id = table.ids.text(table.people[row as usize]);
    let name = &table.record.fields[field].name;
    let place = Place::Cell(table.rows.cell(files, row, Some(FieldId(field as u16))));
    if table.record.is_look_up {
        return look_up::rows_disagree((&table.record.name, id), place, name);
    }
    Diagnostic::error("person-rows-disagree", place, format!("the rows of employee `{id}` differ in `{name}`, which has no dates"))
        .help(format!("make `{name}` the same on all rows of the person, or `dated` in the policy"))
}

/// So many times more people than IDs that are looked for among them: these are looked for in the order of the people.
const FEW_OF: usize = 64;

/// Frees what no longer serves: what finds IDs by their text, but for the people where many IDs of other tables are looked for, and the
/// hashes of the people's rows, of which none is rejected any more.
pub fn forget_how_to_find(store: &mut Store, roster: &Roster) {
    let Roster::Record(people) = *roster else { return store.tables.iter_mut().for_each(|table| table.ids.forget_slots()) };
    let others = store.tables.iter().enumerate().filter(|(index, table)| *index != people && !table.record.is_look_up);
    let looked_for: usize = others.map(|(_, table)| table.ids.len()).sum();
    for (index, table) in store.tables.iter_mut().enumerate() {
        if index != people || looked_for < table.ids.len() / FEW_OF {
            table.ids.forget_slots();
        }
    }
    store.tables[people].hashes = Vec::new();
}

/// Everybody, sorted by ID.
pub fn employees(store: &Store, roster: Roster) -> Everybody {
    match roster {
        Roster::Record(people) => Everybody::of(store, people),
        Roster::Everybody => {
            let tables = store.tables.iter().filter(|table| !table.record.is_look_up);
            let mut ids: Vec<Box<str>> = tables.flat_map(|table| used(table).map(|code| table.ids.text(code).into())).collect();
            ids.sort_unstable();
            ids.dedup();
            let mut texts = Dictionary::default();
            ids.iter().for_each(|id| _ = texts.code(id));
            Everybody { ids: ids.into_iter().collect(), known: Known::Texts(texts) }
        }
    }
}

impl Everybody {
    /// Those whose ID stands in a row of the table.
    pub fn of(store: &Store, table: usize) -> Everybody {
        let ids = &store.tables[table].ids;
        let mut codes: Vec<u32> = used(&store.tables[table]).collect();
        if !codes.is_sorted_by(|left, right| ids.text(*left) <= ids.text(*right)) {
            codes.par_sort_unstable_by(|left, right| ids.text(*left).cmp(ids.text(*right)));
        }
        let mut numbers = vec![None; ids.len()];
        for (number, code) in (0..).zip(&codes) {
            numbers[*code as usize - 1] = Some(EmployeeId(number));
        }
        Everybody { ids: codes.iter().map(|code| ids.text(*code)).collect(), known: Known::InTable { table, numbers: Arc::new(numbers) } }
    }
}

/// The codes of the IDs that still have a row.
fn used(table: &TableBuilder) -> impl Iterator<Item = u32> {
    let mut used = vec![false; table.ids.len()];
    table.living().for_each(|(_, code)| used[code as usize - 1] = true);
    (1u32..).zip(used).filter(|(_, used)| *used).map(|(code, _)| code)
}

/// By code of a table's IDs: who it is.
pub fn resolved(store: &Store, table: usize, everybody: &Everybody) -> Arc<Vec<Option<EmployeeId>>> {
    let ids = &store.tables[table].ids;
    let texts = (1..=ids.len() as u32).into_par_iter().map(|code| ids.text(code));
    let found = match &everybody.known {
        Known::InTable { table: own, numbers } if *own == table => return Arc::clone(numbers),
        Known::InTable { table: own, numbers } => {
            let known = &store.tables[*own].ids;
            if !known.has_slots() {
                return Arc::new(texts.map(|id| everybody.ids.number_of(id).map(|number| EmployeeId(number as u32))).collect());
            }
            texts.map(|id| known.find(id).and_then(|code| numbers[code as usize - 1])).collect()
        }
        Known::Texts(known) => texts.map(|id| known.find(id).map(|code| EmployeeId(code - 1))).collect(),
    };
    Arc::new(found)
}

/// Rejects the rows of a table whose employee nobody knows.
///
/// Returns, by code of the table's IDs, who it is.
pub fn reject_unknown(
    store: &mut Store,
    table: usize,
    everybody: &Everybody,
    (files, people): (&[DataFile], &Record),
) -> Arc<Vec<Option<EmployeeId>>> {
    if store.tables[table].record.is_look_up {
        return Arc::default(); // its keys are nobody's
    }
    let known = resolved(store, table, everybody);
    if known.iter().all(Option::is_some) {
        return known;
    }
    let spoiled: BTreeSet<Box<str>> = store.rejected.iter().filter_map(|row| row.employee.clone()).collect();
    store.tables[table].group();
    let rows = &store.tables[table];
    let (starts, grouped) = rows.groups();
    let nobody = (0..known.len()).filter(|code| known[*code].is_none());
    let mut unknown: Vec<u32> = nobody.flat_map(|code| &grouped[starts[code] as usize..starts[code + 1] as usize]).copied().collect();
    unknown.retain(|row| !rows.is_gone(*row));
    unknown.sort_unstable();
    let found: Vec<(u32, Diagnostic)> = unknown
        .into_iter()
        .take(REJECTED_MOST + 1)
        .map(|row| {
            let id = rows.ids.text(rows.people[row as usize]);
            let place = id_place(rows, files, row);
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

/// The first employee whose ID differs only in the zeros at its start. Every length an ID can have is looked up.
fn same_but_for_zeros<'e>(id: &str, employees: &'e Names) -> Option<&'e str> {
    const ZEROS_MOST: usize = 24;
    let bare = id.trim_start_matches('0');
    let padded = (0..=ZEROS_MOST).map(|zeros| format!("{}{bare}", "0".repeat(zeros)));
    let found = padded.filter_map(|padded| employees.number_of(&padded));
    found.min().map(|index| &employees[index])
}

/// Moves rows of a table to the rejected ones.
pub fn reject(store: &mut Store, table: usize, found: Vec<(u32, Diagnostic)>) {
    if found.is_empty() {
        return;
    }
    let many = found.len() > HELP_FOR;
    let rows = &mut store.tables[table];
    if let Some((row, first)) = found.first().filter(|_| found.len() > REJECTED_MOST) {
        let message = format!("more than {REJECTED_MOST} rows of `{}` cannot be used", rows.record.name);
        let help = format!("the first is row {}: {} [{}]", rows.rows.position(*row).1, first.message, first.code);
        store.refusal.get_or_insert(Diagnostic::error("too-many-rejected", first.place.clone(), message).help(help));
    }
    for (row, problem) in found {
        let (file, number) = rows.rows.position(row);
        let employee = (!rows.record.is_look_up).then(|| rows.ids.text(rows.people[row as usize]).into());
        rows.drop(row);
        let hash = rows.hashes.get(row as usize).copied();
        store.rejected.push(RejectedRow { file, row: number, employee, problems: vec![problem], hash });
    }
    if many {
        store.rejected.iter_mut().skip(HELP_FOR + 1).for_each(RejectedRow::without_help);
    }
}
