//! Which column of a file is which field of a record: by the mapping's headers, then by the field's own name.

use crate::diagnostic::quoted;
use crate::facts::mapping::FileRule;
use crate::facts::parse::key;
use crate::policy::{FieldRole, Record};

/// The headers of a file, as written and as compared.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    pub written: Vec<String>,
    pub folded: Vec<String>,
}

/// How a record's fields lie on the columns of a file.
#[derive(Clone, Debug, Default)]
pub struct Fit {
    /// By field: the column from 0.
    pub columns: Vec<Option<usize>>,
    /// Fields that the policy needs or the mapping names, and no column has.
    pub missing: Vec<Missing>,
    /// Fields that several columns could be.
    pub doubled: Vec<usize>,
    /// The columns that have to agree with a crosswalk, where there are several.
    pub by: Vec<usize>,
    /// The column that says which position is the primary one.
    pub primary: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Missing {
    pub field: usize,
    /// The header that the mapping names for it.
    pub named: Option<String>,
}

impl Headers {
    pub fn new(written: Vec<String>) -> Headers {
        let folded = written.iter().map(|header| key::fold(header)).collect();
        Headers { written, folded }
    }

    pub fn fit(&self, record: &Record, rule: Option<&FileRule>) -> Fit {
        let mut fit = Fit::default();
        for (index, field) in record.fields.iter().enumerate() {
            let by = rule.and_then(|rule| rule.crosswalk.as_ref()).and_then(|crosswalk| crosswalk.by.first());
            let by = by.filter(|_| field.role == FieldRole::Person).map(String::as_str);
            let named = rule.and_then(|rule| rule.header_of(&field.name)).or(by);
            let wanted = key::fold(named.unwrap_or(&field.name));
            let mut found = (0..self.folded.len()).filter(|column| self.folded[*column] == wanted);
            let column = found.next();
            if column.is_none() && (named.is_some() || !field.optional) {
                fit.missing.push(Missing { field: index, named: named.map(str::to_owned) });
            }
            if found.next().is_some() {
                fit.doubled.push(index);
            }
            fit.columns.push(column);
        }
        self.fit_others(record, rule, &mut fit);
        fit
    }

    /// Headers that the mapping names and that are no field.
    fn fit_others(&self, record: &Record, rule: Option<&FileRule>, fit: &mut Fit) {
        let person = usize::from(record.person_field.0);
        let by = rule.and_then(|rule| rule.crosswalk.as_ref()).map_or(&[] as &[String], |crosswalk| &crosswalk.by);
        let primary = rule.and_then(|rule| rule.positions.as_ref()).and_then(|positions| positions.primary.as_ref());
        let column = |header: &String| self.folded.iter().position(|folded| *folded == key::fold(header));
        for header in by.iter().chain(primary).filter(|header| column(header).is_none()) {
            fit.missing.push(Missing { field: person, named: Some(header.clone()) });
        }
        fit.by = by.iter().filter_map(column).collect();
        fit.primary = primary.and_then(column);
    }

    /// The headers as a list for a message.
    pub fn listed(&self) -> String {
        let shown: Vec<String> = self
            .written
            .iter()
            .filter(|header| !header.is_empty())
            .take(30)
            .map(|header| format!("`{}`", quoted(&key::clean(header))))
            .collect();
        let more = self.written.len().saturating_sub(30);
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    }

    /// The headers that no field uses.
    pub fn unused(&self, fit: &Fit) -> Vec<&str> {
        let used = |column: usize| fit.columns.contains(&Some(column));
        let unused = self.written.iter().enumerate().filter(|(column, header)| !used(*column) && !header.trim().is_empty());
        unused.map(|(_, header)| header.as_str()).collect()
    }
}

impl Fit {
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}
