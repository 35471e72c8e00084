//! The rows of an `example`, read like the cells of a file.

use super::Hashes;
use super::claim::Claim;
use super::file::{FileBinder, State};
use super::people::{self, Roster};
use super::place::Origin;
use super::plan::Setting;
use super::store::Loaded;
use super::{assemble, tables};
use crate::diagnostic::Diagnostics;
use crate::facts::badge::NO_RULES;
use crate::facts::parse::day::Epoch;
use crate::facts::read::{Cells, Flow, Row, RowSink};
use crate::facts::{DataFile, Facts};
use crate::policy::{Example, ExampleGrid, Policy, RecordId};

/// Binds the given rows. Without people, everybody whose ID stands in a row is an employee.
/// None where a column is wrong; rows that cannot be used are in [`Facts::rejected`].
pub fn bind_example(policy: &Policy, example: &Example, diagnostics: &mut Diagnostics) -> Option<Facts> {
    let mut found = Diagnostics::new();
    let mut loaded = Loaded::of(tables(policy));
    for (record, grid) in &example.given {
        read_grid(policy, (*record, grid), &mut loaded, &mut found);
    }
    let usable = !found.has_errors();
    diagnostics.extend(found);
    if !usable {
        return None;
    }
    let people = usize::from(policy.people.0);
    people::reject_doubled(&mut loaded.store, people, &loaded.files);
    let given = example.given.iter().any(|(record, _)| *record == policy.people);
    let roster = if given { Roster::Record(people) } else { Roster::Everybody };
    let mut facts = assemble(policy, loaded, roster).map_err(|refusal| diagnostics.push(*refusal)).ok()?;
    for row in &mut facts.rejected {
        let grid = example.given.get(usize::from(row.file)).map(|(_, grid)| grid);
        let Some(grid) = grid else { continue };
        for problem in &mut row.problems {
            if !matches!(problem.place, crate::source::Place::Policy(_)) {
                problem.place = Origin::Grid(grid).row(row.row);
            }
        }
    }
    Some(facts)
}

fn read_grid(policy: &Policy, given: (RecordId, &ExampleGrid), loaded: &mut Loaded, problems: &mut Diagnostics) {
    let (record, grid) = given;
    let name = policy.record(record).name.as_str();
    let claim = Claim { name, asked: Some(name), rule: None };
    let mut binder = FileBinder {
        origin: Origin::Grid(grid),
        setting: Setting {
            claim,
            mapping: "",
            crosswalk: None,
            epoch: Epoch::Of1900,
            hashes: Hashes::NotTold,
            people: usize::from(policy.people.0),
            badges: &NO_RULES,
            resolutions: &[],
            is_crosswalk: false,
        },
        file: loaded.files.len() as u16,
        delimiter: None,
        store: &mut loaded.store,
        state: State::Header,
        problems: Diagnostics::new(),
        assumed: Vec::new(),
        rows: 0,
    };
    let rows = std::iter::once(&grid.header).chain(&grid.rows);
    for (number, cells) in (0u32..).zip(rows) {
        if binder.row(Row { number, cells: Cells::Grid(cells) }) == Flow::Stop {
            break;
        }
    }
    binder.finish();
    problems.extend(std::mem::take(&mut binder.problems));
    let (assumed, rows) = (std::mem::take(&mut binder.assumed), binder.rows);
    let (name, sheet, record, sha256, bytes) = (policy.source.name.clone(), None, Some(record), None, 0);
    loaded.files.push(DataFile { name, sheet, record, sha256, bytes, rows, assumed });
}
