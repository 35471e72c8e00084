//! Look-ups in tables, straight from the written rows: the cell that the keys name, cells found by searching, neighbouring labels.

use stipend::syntax::ast::{Entry, EntryKind, Expr, SearchWanted, Table, TableVersion};

use super::expressions::{Scope, gap, ordered};
use super::program::day;
use super::world::Val;

/// A search: what is wanted of which cells; a key that is none runs along.
pub struct Search<'a> {
    pub wanted: &'a SearchWanted,
    pub wants_key: bool,
    pub keys: &'a [Option<Expr>],
    pub as_of: Option<&'a Expr>,
}

impl<'a> Scope<'a> {
    pub fn table_cell(&self, table: &str, keys: &'a [Expr], as_of: Option<&'a Expr>) -> Val {
        let table = self.program.table(table);
        let mut inputs: Vec<Val> = keys.iter().map(|key| self.value(key)).collect();
        let version = self.version(table, as_of, &mut inputs);
        if let Some(gap) = gap(&inputs) {
            return gap;
        }
        let Some(version) = version else { return Val::Unknown };
        let labels: Option<Vec<&Entry>> = (0..keys.len()).map(|key| self.label_of(table, version, (key, &inputs[key]))).collect();
        labels.map_or(Val::Unknown, |labels| self.cell(table, version, &labels))
    }

    /// The version in force on the day, which joins the inputs.
    fn version(&self, table: &'a Table, as_of: Option<&'a Expr>, inputs: &mut Vec<Val>) -> Option<&'a TableVersion> {
        let at = as_of.map(|as_of| self.value(as_of));
        inputs.extend(at.clone());
        table.versions.iter().find(|version| match (&version.dates, &at) {
            (None, _) => true,
            (Some(dates), Some(Val::Date(at))) => day(dates.kind.from) <= *at && dates.kind.to.is_none_or(|to| *at <= day(to)),
            (Some(_), _) => false,
        })
    }

    /// The label that takes the value, or `otherwise`.
    fn label_of(&self, table: &Table, version: &'a TableVersion, (key, value): (usize, &Val)) -> Option<&'a Entry> {
        let labels = labels(table, version, key);
        let takes = |label: &&&Entry| match &label.kind {
            EntryKind::Value(written) => self.value(written) == *value,
            EntryKind::Bracket { from, to } => {
                let above = from.as_ref().is_none_or(|from| ordered(&self.value(&from.at), value, from.included) == Val::YesNo(true));
                above && to.as_ref().is_none_or(|to| ordered(value, &self.value(&to.at), to.included) == Val::YesNo(true))
            }
            EntryKind::Otherwise | EntryKind::NotApplicable | EntryKind::Blank => false,
        };
        let otherwise = labels.iter().find(|label| label.kind == EntryKind::Otherwise);
        labels.iter().find(takes).or(otherwise).copied()
    }

    /// The cell where the labels meet; outside of the table it cannot be told.
    fn cell(&self, table: &Table, version: &'a TableVersion, wanted: &[&Entry]) -> Val {
        let down = keys_down(table, version);
        let meets = |row: &&Vec<Entry>| (0..down).all(|key| row[key].text == wanted[key].text);
        let Some(row) = version.rows.iter().find(meets) else { return Val::Unknown };
        let column =
            (down..version.header.len()).find(|column| down == table.keys.len() || version.header[*column].text == wanted[down].text);
        match column.map(|column| &row[column].kind) {
            Some(EntryKind::Value(written)) => self.value(written),
            Some(EntryKind::NotApplicable) => Val::NotApplicable,
            _ => Val::Unknown,
        }
    }

    pub fn table_search(&self, table: &str, search: &Search<'a>) -> Val {
        let table = self.program.table(table);
        let mut inputs: Vec<Val> = search.keys.iter().flatten().map(|key| self.value(key)).collect();
        let version = self.version(table, search.as_of, &mut inputs);
        let least = match search.wanted {
            SearchWanted::LowestAtLeast(least) => Some(self.value(least)),
            SearchWanted::First | SearchWanted::Last => None,
        };
        inputs.extend(least.clone());
        if let Some(gap) = gap(&inputs) {
            return gap;
        }
        let Some(version) = version else { return Val::Unknown };
        let mut found: Vec<(Val, &Entry)> = Vec::new();
        let along = search.keys.iter().position(Option::is_none).expect("one key is `any`");
        for label in labels(table, version, along) {
            let given = |key: usize| match &search.keys[key] {
                Some(expr) => self.label_of(table, version, (key, &self.value(expr))),
                None => Some(label),
            };
            let Some(wanted) = (0..search.keys.len()).map(given).collect::<Option<Vec<&Entry>>>() else { continue };
            let cell = self.cell(table, version, &wanted);
            if cell.num().is_some() && least.as_ref().is_none_or(|least| ordered(least, &cell, true) == Val::YesNo(true)) {
                found.push((cell, label));
            }
        }
        let chosen = match search.wanted {
            SearchWanted::First => found.first(),
            SearchWanted::Last => found.last(),
            SearchWanted::LowestAtLeast(_) => found.iter().min_by_key(|(cell, _)| cell.num()),
        };
        match (chosen, search.wants_key) {
            (None, _) => Val::Unknown,
            (Some((cell, _)), false) => cell.clone(),
            (Some((_, label)), true) => self.written(label).unwrap_or(Val::Missing),
        }
    }

    /// The label so many places after the one that takes the value; not applicable beyond the ends.
    pub fn neighbour(&self, table: &str, (key, distance): (&str, i32), from: Val) -> Val {
        let table = self.program.table(table);
        let key = table.keys.iter().position(|own| own.kind == key).expect("a key of the table");
        let version = table.versions.last().expect("a version");
        if !from.is_known() {
            return from;
        }
        let labels = labels(table, version, key);
        let Some(own) = self.label_of(table, version, (key, &from)) else { return Val::Unknown };
        let place = labels.iter().position(|label| label.text == own.text).expect("a label") as i64 + i64::from(distance);
        let label = usize::try_from(place).ok().and_then(|place| labels.get(place));
        label.and_then(|label| self.written(label)).unwrap_or(Val::NotApplicable)
    }

    /// What a label says, where it is one value.
    fn written(&self, label: &'a Entry) -> Option<Val> {
        if let EntryKind::Value(written) = &label.kind { Some(self.value(written)) } else { None }
    }
}

/// How many keys are named in the header: all of them, or all but the one whose labels stand across.
fn keys_down(table: &Table, version: &TableVersion) -> usize {
    let named = table.keys.iter().zip(&version.header).take_while(|(key, entry)| key.kind == entry.text).count();
    if named == table.keys.len() && version.header.len() == named + 1 { named } else { table.keys.len() - 1 }
}

/// The labels of a key, each once, in the order written.
fn labels<'t>(table: &Table, version: &'t TableVersion, key: usize) -> Vec<&'t Entry> {
    let down = keys_down(table, version);
    let written: Vec<&Entry> =
        if key < down { version.rows.iter().map(|row| &row[key]).collect() } else { version.header[down..].iter().collect() };
    let mut labels: Vec<&Entry> = Vec::new();
    for entry in written {
        if !labels.iter().any(|label| label.text == entry.text) {
            labels.push(entry);
        }
    }
    labels
}
