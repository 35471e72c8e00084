//! Files that a policy's tables stand in: carried as they are, labels of years moved; none that says who somebody is.

use super::dates::{Move, moved_policy};
use super::tables::Real;
use crate::diagnostic::Diagnostic;
use crate::source::{BesideFile, Cell, Place};

/// Shorter texts are steps and grades, which may be the IDs of somebody too.
const ID_LEAST: usize = 3;

/// The bytes to write: a text with its years moved, a workbook as it is.
pub fn carried(file: &BesideFile, by: Move) -> Vec<u8> {
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => moved_policy(("", text), by).into_bytes(),
        Err(_) => file.bytes.to_vec(),
    }
}

/// Why a table's file is not handed on: it has a column of people.
pub fn of_people(real: Real<'_>) -> Option<Diagnostic> {
    real.policy.source.beside.files.iter().find_map(|file| {
        let width = file.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: usize, column: usize| file.rows[row].get(column).map_or("", |span| real.policy.source.slice(*span));
        let is_person = |text: &str| text.len() >= ID_LEAST && real.facts.employees.number_of(text).is_some();
        // the header is no person
        let is_of_people = |column: usize| {
            let filled: Vec<&str> = (1..file.rows.len()).map(|row| cell(row, column)).filter(|text| !text.is_empty()).collect();
            let people = filled.iter().filter(|text| is_person(text)).count();
            filled.iter().any(|text| text.contains('@')) || people > 0 && people * 2 >= filled.len()
        };
        let column = (0..width).find(|column| is_of_people(*column))?;
        let place = Place::Cell(Cell { column: Some(column as u32 + 1), ..Cell::of_file(&file.name) });
        let message = "this column of a table's file holds IDs or addresses of people, and the file is handed on as it is";
        Some(
            Diagnostic::error("redaction-cannot-carry", place, message)
                .help("give such amounts as a record of the data, not as a table of the policy"),
        )
    })
}
