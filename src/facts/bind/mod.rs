//! Files to facts: every file finds its record, every row its disposition, every person a number.

mod alike;
mod as_read;
mod balances;
mod batch;
mod builder;
mod claim;
mod copies;
mod crosswalk;
mod decided;
mod example;
mod file;
mod header;
mod look_up;
mod lost;
mod paid;
mod part;
mod positions;
mod footer;
mod people;
mod place;
mod plan;
mod resolved;
mod store;
mod streamed;
mod values;
mod whose;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use self::builder::TableBuilder;
use self::claim::Claim;
use self::file::{FileBinder, State};
use self::people::{Everybody, Roster};
use self::place::Origin;
use self::plan::Setting;
use self::store::{Loaded, Store};
use super::badge::{BadgeBook, BadgeFile, NO_EMAILS, is_badges, told_once};
use super::mapping::{CrosswalkRule, FileRule, Mapping, base_name, sha256};
use super::parse::day::Epoch;
use super::read::{OpenWith, Opened, Stream, of_file};
use super::resolution::Resolution;
use super::{BesideFile, DataFile, EmployeeId, Facts, Names, RejectedRow, Table};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::policy::{Policy, RecordId};

pub use self::alike::by_eye as look_alike;
pub use self::as_read::files_as_read;
pub use self::claim::named_record;
pub use self::crosswalk::Crosswalk;
pub use self::example::bind_example;
pub use self::resolved::RESOLVED;

/// One file of data as the command line names it.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub name: String,
    pub sheet: Option<String>,
    /// The record it was given as (`RECORD=FILE`); `paid` is the opening state.
    pub record: Option<String>,
    /// All of them; of a large file that is read a window at a time only the first.
    pub bytes: Vec<u8>,
    pub stream: Option<Stream>,
}

/// Whether somebody will be told the hashes of the files. Where nobody is, they are not computed (decision 0043).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    Told,
    NotTold,
}

/// The files of a run.
#[derive(Debug)]
pub struct Inputs {
    pub files: Vec<Input>,
    pub hashes: Hashes,
}

impl From<Vec<Input>> for Inputs {
    fn from(files: Vec<Input>) -> Inputs {
        Inputs { files, hashes: Hashes::Told }
    }
}

/// The record name of an input that only translates people; the command line adds [`Mapping::crosswalk_files`] under it.
pub const CROSSWALK: &str = "crosswalk";

/// The sheet of our own workbook that is an opening state.
const PAID_SHEET: &str = "Adjustments";

/// Rows remember their file by a number of two bytes.
const FILES_MOST: usize = 60_000;

/// Reads all files. None where a file cannot be used; rows that cannot be used are in [`Facts::rejected`].
pub fn bind(policy: &Policy, inputs: impl Into<Inputs>, mapping: &Mapping, diagnostics: &mut Diagnostics) -> Option<Facts> {
    let mut found = Diagnostics::new();
    let Inputs { files: inputs, hashes } = inputs.into();
    if inputs.len() > FILES_MOST {
        let message = format!("there are {} files, more than the {FILES_MOST} of one run", inputs.len());
        let place = of_file(inputs.last().map_or("", |input| &input.name));
        diagnostics.push(Diagnostic::error("too-many-files", place, message).help("put the rows of many files into one"));
        return None;
    }
    refuse_repeated(&inputs, &mut found);
    let inputs = streamed::read_whole(inputs, mapping, &mut found);
    let beside_them = Beside::read(&inputs, mapping, &mut found);
    let loaded = loaded(policy, readings((&inputs, hashes), (policy, mapping), &beside_them), &mut found);
    let Beside { crosswalks, resolutions } = beside_them;
    let beside = beside(&inputs, mapping, &crosswalks);
    drop(inputs);
    if !found.has_errors() {
        report_records_without_file(policy, &loaded.files, &mut found);
    }
    let resolutions = applied(resolutions, &loaded.store);
    if !found.has_errors() {
        resolved::report_unused(&resolutions, &mut found);
    }
    let mut facts = None;
    if !found.has_errors() {
        match settle(policy, loaded, mapping) {
            Ok(settled) => facts = Some(Facts { resolutions, beside, ..settled }),
            Err(refusal) => found.push(*refusal),
        }
    }
    diagnostics.extend(told_once(&found));
    facts
}

/// What says how the files are read.
struct Beside {
    crosswalks: BTreeMap<String, Crosswalk>,
    resolutions: Vec<Resolution>,
}

impl Beside {
    fn read(inputs: &[Input], mapping: &Mapping, found: &mut Diagnostics) -> Beside {
        let crosswalks = crosswalks(inputs, mapping, found);
        Beside { crosswalks, resolutions: resolved::read(inputs, found) }
    }
}

/// A file and how it is read.
type Reading<'a> = (&'a Input, Setting<'a>);

/// The inputs, each once for every sheet that the mapping names.
fn readings<'a>(
    (inputs, hashes): (&'a [Input], Hashes),
    (policy, mapping): (&Policy, &'a Mapping),
    beside: &'a Beside,
) -> Vec<Reading<'a>> {
    let is_data = |input: &&Input| !matches!(input.record.as_deref(), Some(CROSSWALK | RESOLVED));
    let mut all = Vec::new();
    for input in inputs.iter().filter(is_data) {
        let mut rules = mapping.rules(&input.name, input.sheet.as_deref());
        if let (Some(asked), true) = (&input.record, rules.len() > 1) {
            rules.retain(|rule| rule.record.as_ref().is_none_or(|record| record == asked));
        }
        let rules: Vec<Option<&FileRule>> = if rules.is_empty() { vec![None] } else { rules.into_iter().map(Some).collect() };
        let is_crosswalk = beside.crosswalks.contains_key(base_name(&input.name));
        for rule in rules {
            let crosswalk = rule.and_then(|rule| rule.crosswalk.as_ref()).and_then(|rule| beside.crosswalks.get(base_name(&rule.file)));
            let claim = Claim { name: &input.name, asked: input.record.as_deref(), rule };
            let (epoch, people, badges) = (Epoch::Of1900, usize::from(policy.people.0), &mapping.badges);
            let (mapping, resolutions) = (mapping.name.as_str(), &beside.resolutions);
            all.push((input, Setting { claim, mapping, crosswalk, epoch, people, badges, resolutions, is_crosswalk, hashes }));
        }
    }
    all
}

/// Reads the files. Those of which it is said that they list the people come first, so that who stands in others has a code (decision 0037);
/// in whatever is said of them they have their places.
fn loaded(policy: &Policy, readings: Vec<Reading<'_>>, found: &mut Diagnostics) -> Loaded {
    let people = Some(policy.record(policy.people).name.as_str());
    let lists_people = |claim: &Claim<'_>| claim.asked == people || claim.rule.is_some_and(|rule| rule.record.as_deref() == people);
    let (mut loaded, mut places, mut problems) = (Loaded::of(tables(policy)), Vec::new(), Vec::new());
    let mut readings: Vec<(usize, Reading<'_>)> = readings.into_iter().enumerate().collect();
    readings.sort_by_key(|(_, (_, setting))| !lists_people(&setting.claim));
    for (place, (input, setting)) in readings {
        let mut own = Diagnostics::new();
        let only_crosswalk = setting.is_crosswalk && input.record.is_none();
        let bound = streamed::read_file(input, setting, &mut loaded, &mut own);
        places.extend(bound.map(|_| place));
        if bound.is_some() || !only_crosswalk {
            problems.push((place, own));
        }
    }
    problems.sort_by_key(|(place, _)| *place);
    problems.into_iter().for_each(|(_, own)| found.extend(own));
    loaded.in_order_of(&places)
}

/// A table for each record of the policy, and one for the opening state.
fn tables(policy: &Policy) -> Vec<TableBuilder> {
    let records = policy.records.iter().map(|record| TableBuilder::new(policy, record));
    records.chain([paid::table(policy)]).collect()
}

/// A file and who takes its rows.
struct Begun<'a, 's> {
    opened: Opened<'a>,
    binder: FileBinder<'s>,
}

fn begin<'a: 's, 's>(
    input: &'a Input,
    setting: Setting<'a>,
    (store, file): (&'s mut Store, u16),
    problems: &mut Diagnostics,
) -> Option<Begun<'a, 's>> {
    let rule = setting.claim.rule;
    let sheet = input.sheet.as_deref().or(rule.and_then(|rule| rule.sheet.as_deref()));
    let preferred = (setting.claim.asked == Some("paid")).then_some(PAID_SHEET);
    let has_badges = is_badges(&input.bytes);
    let opened = if has_badges {
        let known = setting.crosswalk.map_or(&NO_EMAILS, Crosswalk::known);
        let file = BadgeFile { name: &input.name, bytes: &input.bytes };
        Opened::badges(&input.name, BadgeBook::read_all(file, setting.badges, known))
    } else {
        Opened::open(&input.bytes, OpenWith { name: &input.name, sheet, preferred, rule }, problems)?
    };
    let name = input.name.as_str().into();
    let binder = FileBinder {
        origin: if has_badges { Origin::Badge { name } } else { Origin::File { name, sheet: opened.sheet() } },
        setting: Setting { epoch: opened.epoch(), ..setting },
        file,
        delimiter: opened.delimiter(),
        store,
        state: State::Header,
        problems: Diagnostics::new(),
        assumed: opened.assumed().to_vec(),
        rows: 0,
    };
    Some(Begun { opened, binder })
}

/// The same bytes twice would be paid twice.
fn refuse_repeated(inputs: &[Input], problems: &mut Diagnostics) {
    for (index, input) in inputs.iter().enumerate() {
        let data = |input: &Input| !matches!(input.record.as_deref(), Some(CROSSWALK | RESOLVED));
        let same = |earlier: &&Input| {
            data(earlier) && data(input) && earlier.sheet == input.sheet && !input.bytes.is_empty() && earlier.is_copy_of(input)
        };
        if let Some(earlier) = inputs[..index].iter().find(same) {
            let message = format!("the file holds the same bytes as {}", earlier.name);
            problems.push(Diagnostic::error("file-twice", of_file(&input.name), message).help("give each file once"));
        }
    }
}

/// The crosswalks that the rules of the inputs name, by file.
fn crosswalks(inputs: &[Input], mapping: &Mapping, problems: &mut Diagnostics) -> BTreeMap<String, Crosswalk> {
    let rules = inputs.iter().flat_map(|input| mapping.rules(&input.name, input.sheet.as_deref()));
    let named: BTreeMap<&str, &CrosswalkRule> =
        rules.filter_map(|rule| rule.crosswalk.as_ref()).map(|rule| (base_name(&rule.file), rule)).collect();
    let mut read = BTreeMap::new();
    for (name, rule) in named {
        let Some(input) = inputs.iter().find(|input| base_name(&input.name) == name) else {
            let message = format!("the mapping translates people by `{name}`, which is not among the files");
            problems
                .push(Diagnostic::error("crosswalk-missing", of_file(&mapping.name), message).help(format!("add {name} to the command")));
            continue;
        };
        let other = inputs.iter().find(|other| base_name(&other.name) == name && other.bytes != input.bytes);
        if let Some(other) = other {
            let message = format!("the mapping translates people by `{name}`, and this is another file of that name than {}", input.name);
            let problem = Diagnostic::error("crosswalk-twice", of_file(&other.name), message);
            problems.push(problem.help("give one of them, or rename one and say in the mapping which counts"));
            continue;
        }
        let own: Option<&FileRule> = mapping.rule(&input.name, rule.sheet.as_deref());
        if let Some(crosswalk) = Crosswalk::read(&input.name, &input.bytes, (rule, own), problems) {
            read.insert(name.to_string(), crosswalk);
        }
    }
    read
}

/// The files that only say how others are read.
fn beside(inputs: &[Input], mapping: &Mapping, crosswalks: &BTreeMap<String, Crosswalk>) -> Vec<BesideFile> {
    let own = mapping.hash.iter().map(|(sha256, bytes)| BesideFile {
        name: mapping.name.as_str().into(),
        role: "Mapping",
        sha256: sha256.clone(),
        bytes: *bytes,
    });
    let role = |input: &Input| match input.record.as_deref() {
        Some(RESOLVED) => Some("Resolutions"),
        None | Some(CROSSWALK) if crosswalks.contains_key(base_name(&input.name)) => Some("Crosswalk"),
        _ => None,
    };
    let file = |input: &Input| {
        let (name, bytes) = (input.name.as_str().into(), input.bytes.len() as u64);
        role(input).map(|role| BesideFile { name, role, sha256: sha256(&input.bytes), bytes })
    };
    own.chain(inputs.iter().filter_map(file)).collect()
}

/// The resolutions with the rows that they were applied to.
fn applied(mut resolutions: Vec<Resolution>, store: &Store) -> Vec<Resolution> {
    for applied in &store.applied {
        if let Some(resolution) = resolutions.get_mut(applied.resolution) {
            (resolution.applied_to, resolution.employee) = (Some(applied.file), applied.employee.clone());
        }
    }
    resolutions.sort_by_key(|resolution| (resolution.applied_to, resolution.row));
    resolutions
}

/// A record without a file is a file forgotten.
fn report_records_without_file(policy: &Policy, files: &[DataFile], problems: &mut Diagnostics) {
    for (index, record) in policy.records.iter().enumerate() {
        if policy.balances == Some(RecordId(index as u16)) {
            continue; // nothing was earned before
        }
        if !files.iter().any(|file| file.record == Some(RecordId(index as u16))) {
            let place = crate::source::Place::Policy(record.span);
            let message = format!("no file has the rows of `{}`", record.name);
            problems.push(
                Diagnostic::error("no-file-for-record", place, message).help(format!("add one to the command: {}=FILE", record.name)),
            );
        }
    }
}

/// Everything that can only be said when all rows are there.
fn settle(policy: &Policy, mut loaded: Loaded, mapping: &Mapping) -> Result<Facts, Box<Diagnostic>> {
    let people = usize::from(policy.people.0);
    // bringing rows together takes most room: what is not needed any more makes room for it
    loaded.store.forget_how_to_find();
    copies::set_aside(&mut loaded.store);
    positions::add_up(&mut loaded.store, people);
    alike::reject_alike(&mut loaded.store, people, &loaded.files);
    people::reject_doubled(&mut loaded.store, people, &loaded.files);
    if let Some(refusal) = loaded.store.refusal.take() {
        return Err(Box::new(refusal));
    }
    let facts = assemble(policy, loaded, Roster::Record(people))?;
    Ok(Facts { paid_complete_since: mapping.paid_complete_since, ..facts })
}

/// Numbers the people and finishes the tables.
fn assemble(policy: &Policy, loaded: Loaded, roster: Roster) -> Result<Facts, Box<Diagnostic>> {
    let Loaded { mut store, files } = loaded;
    people::forget_how_to_find(&mut store, &roster);
    let everybody = people::employees(&mut store, roster);
    let people_record = policy.record(policy.people);
    balances::reject_wrong(policy, &mut store, &files);
    let people_of = |table| people::reject_unknown(&mut store, table, &everybody, (&files, people_record));
    let codes: Vec<_> = (0..policy.records.len()).map(people_of).collect();
    let paid = paid::lines(policy, &mut store, &everybody, &files);
    if let Some(refusal) = store.refusal.take() {
        return Err(Box::new(refusal));
    }
    let keys: Vec<_> = (0..store.tables.len()).map(|table| look_up::keys(&mut store, table)).collect();
    let numbered = |(codes, keys): (_, &Option<Everybody>)| keys.as_ref().map_or(codes, |keys| Arc::clone(&keys.whose));
    let codes: Vec<_> = codes.into_iter().zip(&keys).map(numbered).collect();
    let finished = store
        .tables
        .into_iter()
        .zip(codes)
        .zip(keys)
        .map(|((table, codes), keys)| Table { keys: keys.map(|keys| keys.ids).unwrap_or_default(), ..table.finish(&codes) });
    let tables = finished.collect();
    let (mut rejected, mut set_aside) = (store.rejected, store.set_aside);
    rejected.par_sort_by_key(|row| (row.file, row.row));
    set_aside.par_sort_by_key(|row| (row.file, row.row));
    let rejected_of = rejected_of(policy, &rejected, (&files, &everybody.ids));
    Ok(Facts { files, employees: everybody.ids, tables, paid, rejected, rejected_of, set_aside, ..Facts::default() })
}

/// Whose rows were rejected, where that is known. Rows of a look-up record are nobody's.
fn rejected_of(
    policy: &Policy,
    rejected: &[RejectedRow],
    (files, employees): (&[DataFile], &Names),
) -> Vec<(EmployeeId, Option<RecordId>)> {
    let mut whose: Vec<(EmployeeId, Option<RecordId>)> = rejected
        .iter()
        .filter_map(|row| {
            let id = row.employee.as_ref()?;
            let record = files[usize::from(row.file)].record;
            let is_nobodys = record.is_some_and(|record| policy.record(record).is_look_up);
            let person = employees.number_of(id).filter(|_| !is_nobodys)?;
            Some((EmployeeId(person as u32), record))
        })
        .collect();
    whose.sort_unstable();
    whose
}
