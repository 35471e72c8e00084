//! Which record a file holds: as said, by the mapping, by the file's name, or by its columns; never by a guess.

use super::header::Headers;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::mapping::{self, FileRule};
use crate::facts::parse::key;
use crate::facts::read::of_file;
use crate::policy::{Policy, Record};

/// The columns of `adjustments.csv`, which an opening state has as well.
pub const PAID_COLUMNS: [&str; 10] =
    ["employee", "award", "kind", "amount", "effective", "pay_date", "period", "record", "source", "reason"];

/// What is known about a file before its rows are read.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    pub name: &'a str,
    /// `RECORD=FILE` on the command line.
    pub asked: Option<&'a str>,
    pub rule: Option<&'a FileRule>,
}

/// The record's place in the list of records (the last is the opening state), and how it was found where that is worth saying.
pub fn claim(records: &[&Record], claim: Claim<'_>, headers: &Headers) -> Result<(usize, Option<String>), Box<Diagnostic>> {
    if let Some(said) = claim.asked.or(claim.rule.and_then(|rule| rule.record.as_deref())) {
        return by_name(records, said).map(|index| (index, None)).ok_or_else(|| unknown(records, claim.name, said));
    }
    let paid = records.len() - 1;
    if headers.folded.len() == PAID_COLUMNS.len() && headers.folded.iter().zip(PAID_COLUMNS).all(|(header, column)| *header == *column) {
        return Ok((paid, Some("recognised as earlier adjustments by its columns".to_string())));
    }
    let stem = mapping::stem(claim.name);
    if let Some(index) = records.iter().position(|record| is_name_of(&stem, &key::fold(&record.name))) {
        return Ok((index, None));
    }
    by_columns(&records[..paid], claim, headers)
}

/// The record whose name a file has, also as a plural.
pub fn named_record(policy: &Policy, file: &str) -> Option<usize> {
    let stem = mapping::stem(file);
    policy.records.iter().position(|record| is_name_of(&stem, &key::fold(&record.name)))
}

fn by_name(records: &[&Record], name: &str) -> Option<usize> {
    records
        .iter()
        .position(|record| record.name == name.trim())
        .or_else(|| records.iter().position(|record| record.name == key::fold(name)))
}

/// `credentials`, `credential` and `categories` are names of `credential`, `credential` and `category`.
fn is_name_of(stem: &str, record: &str) -> bool {
    let plural = |end: &str| stem.strip_suffix(end) == Some(record);
    let changed = stem.strip_suffix("ies").zip(record.strip_suffix('y')).is_some_and(|(stem, record)| stem == record);
    stem == record || plural("s") || plural("es") || changed
}

/// The only record whose needed fields all have a column; where one record needs all that another does and more, the first.
fn by_columns(records: &[&Record], claim: Claim<'_>, headers: &Headers) -> Result<(usize, Option<String>), Box<Diagnostic>> {
    let fits: Vec<usize> = (0..records.len()).filter(|index| headers.fit(records[*index], claim.rule).is_complete()).collect();
    let needed = |index: usize| -> Vec<&str> {
        records[index].fields.iter().filter(|field| !field.optional).map(|field| field.name.as_str()).collect()
    };
    let covers = |large: usize, small: usize| {
        let large = needed(large);
        needed(small).iter().all(|field| large.contains(field))
    };
    let covered = |small: usize| fits.iter().any(|large| covers(*large, small) && !covers(small, *large));
    let largest: Vec<usize> = fits.iter().copied().filter(|index| !covered(*index)).collect();
    match largest.as_slice() {
        [] => Err(Box::new(nothing_fits(records, claim, headers))),
        [index] => Ok((*index, Some(format!("taken for `{}` by its columns", records[*index].name)))),
        _ => Err(Box::new(several_fit(&largest.iter().map(|index| records[*index].name.as_str()).collect::<Vec<_>>(), claim.name))),
    }
}

fn unknown(records: &[&Record], file: &str, said: &str) -> Box<Diagnostic> {
    let names: Vec<&str> = records.iter().map(|record| record.name.as_str()).collect();
    let problem = Diagnostic::error("no-such-record", of_file(file), format!("the policy has no record `{said}`"));
    let problem = match nearest(said, names.iter().copied()) {
        Some(near) => problem.help(format!("perhaps `{near}={file}`")),
        None => problem,
    };
    Box::new(problem.help(format!("the records are {}", names.join(", "))))
}

fn several_fit(fits: &[&str], file: &str) -> Diagnostic {
    let message = format!("the file could be {}", fits.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "));
    let problem = Diagnostic::error("ambiguous-record", of_file(file), message).help("say which:");
    fits.iter().fold(problem, |problem, name| problem.help(format!("{name}={file}")))
}

fn nothing_fits(records: &[&Record], claim: Claim<'_>, headers: &Headers) -> Diagnostic {
    let message = "the file's name and columns fit no record of the policy";
    let problem = Diagnostic::error("no-record-fits", of_file(claim.name), message).help(format!("its columns are {}", headers.listed()));
    let problem = records.iter().fold(problem, |problem, record| {
        let missing = headers.fit(record, claim.rule).missing;
        let names: Vec<&str> = missing.iter().map(|missing| record.fields[missing.field].name.as_str()).collect();
        problem.help(format!("`{}` lacks {}", record.name, names.join(", ")))
    });
    problem.help(format!("say which it is, `RECORD={}`, and which column is which in mapping.toml", claim.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_names() {
        assert!(is_name_of("credentials", "credential"));
        assert!(is_name_of("classes", "class"));
        assert!(is_name_of("categories", "category"));
        assert!(!is_name_of("staff", "employee"));
    }
}
