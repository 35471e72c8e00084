//! What was read of all files so far: the rows of each record, and what became of the others.

use super::builder::TableBuilder;
use crate::diagnostic::Diagnostic;
use crate::facts::dictionary::Dictionary;
use crate::facts::{DataFile, RejectedRow, SetAsideRow};

/// Where rows go.
#[derive(Default)]
pub struct Store {
    /// By record; the last one is the opening state.
    pub tables: Vec<TableBuilder>,
    /// The IDs of employees in all tables: who stands in several files has one code, and is looked for once (decision 0037).
    employees: Dictionary,
    pub rejected: Vec<RejectedRow>,
    pub set_aside: Vec<SetAsideRow>,
    pub applied: Vec<Applied>,
    /// IDs of people that differently written ones became: the ID, and how the two were written.
    pub collided: Vec<(String, String, String)>,
    /// Files whose rows of a person are added up, and the fields.
    pub added: Vec<(u16, Vec<usize>)>,
    /// Why the rows are refused whole: more of them are wrong than anybody will look at.
    pub refusal: Option<Diagnostic>,
}

/// A resolution that found its row.
pub struct Applied {
    /// Its place in the list of all.
    pub resolution: usize,
    pub file: u16,
    pub row: u32,
    pub employee: Option<Box<str>>,
}

impl Store {
    pub fn of(tables: Vec<TableBuilder>) -> Store {
        Store { tables, ..Store::default() }
    }

    /// The IDs that the rows of a table have their codes from.
    pub fn ids(&self, table: usize) -> &Dictionary {
        let own = &self.tables[table];
        if own.record.is_look_up { &own.ids } else { &self.employees }
    }

    pub fn ids_mut(&mut self, table: usize) -> &mut Dictionary {
        let own = &mut self.tables[table];
        if own.record.is_look_up { &mut own.ids } else { &mut self.employees }
    }

    /// The IDs of employees.
    pub fn employees(&self) -> &Dictionary {
        &self.employees
    }

    /// The ID of a row.
    pub fn id(&self, table: usize, row: u32) -> &str {
        self.ids(table).text(self.tables[table].people[row as usize])
    }

    /// Finds the rows of each ID of a table.
    pub fn group(&mut self, table: usize) {
        let ids = self.ids(table).len();
        self.tables[table].group(ids);
    }

    /// The same, and of the hash of each row its last bits, ID by ID.
    pub fn group_with_hashes(&mut self, table: usize) -> Vec<u16> {
        let ids = self.ids(table).len();
        self.tables[table].group_with_hashes(ids)
    }

    /// A table for the rows of another file, which gives the IDs of employees to it until [`Store::take_back`].
    pub fn lend(&mut self, table: usize) -> TableBuilder {
        let mut lent = self.tables[table].fresh();
        if !lent.record.is_look_up {
            lent.ids = std::mem::take(&mut self.employees);
            lent.ids.begin_file();
        }
        lent
    }

    /// Takes the IDs of employees back from a table that they were lent to.
    pub fn take_back(&mut self, lent: &mut TableBuilder) {
        if !lent.record.is_look_up {
            self.employees = std::mem::take(&mut lent.ids);
        }
    }

    /// Forgets how employees are found by their IDs: all are known.
    pub fn forget_how_to_find(&mut self) {
        self.employees.forget_slots();
        self.tables.iter_mut().for_each(|table| table.ids.forget_slots());
    }

    /// Works out again how to find the IDs of a table.
    pub fn find_again(&mut self, table: usize) {
        self.ids_mut(table).find_again();
    }

    /// Gives files other numbers: by the number so far, the new one.
    pub fn renumber(&mut self, numbers: &[u16]) {
        let new = |file: &mut u16| *file = numbers[usize::from(*file)];
        self.tables.iter_mut().flat_map(|table| &mut table.rows.segments).for_each(|segment| new(&mut segment.file));
        self.rejected.iter_mut().for_each(|row| new(&mut row.file));
        self.set_aside.iter_mut().for_each(|row| new(&mut row.file));
        self.applied.iter_mut().for_each(|applied| new(&mut applied.file));
        self.added.iter_mut().for_each(|(file, _)| new(file));
    }
}

/// What has been read so far.
pub struct Loaded {
    pub store: Store,
    pub files: Vec<DataFile>,
}

impl Loaded {
    pub fn of(tables: Vec<TableBuilder>) -> Loaded {
        Loaded { store: Store::of(tables), files: Vec::new() }
    }

    /// Puts the files into the order of their keys, wherever they are named.
    pub fn in_order_of(self, keys: &[usize]) -> Loaded {
        let Loaded { mut store, files } = self;
        if keys.is_sorted() {
            return Loaded { store, files };
        }
        let mut files: Vec<(usize, usize, DataFile)> =
            files.into_iter().zip(keys).enumerate().map(|(at, (file, key))| (*key, at, file)).collect();
        files.sort_by_key(|(key, at, _)| (*key, *at));
        let mut numbers = vec![0; files.len()];
        files.iter().zip(0..).for_each(|((_, at, _), number)| numbers[*at] = number);
        store.renumber(&numbers);
        Loaded { store, files: files.into_iter().map(|(_, _, file)| file).collect() }
    }
}
