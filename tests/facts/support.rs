//! What the tests of files share: the seed policy, inputs from text, the codes of problems.
#![allow(dead_code, reason = "shared by several test programs")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stipend::diagnostic::Diagnostics;
use stipend::facts::{Facts, Input, Mapping, Stream, bind};
use stipend::policy::{Policy, RecordId};
use stipend::source::Source;

pub fn policy() -> Policy {
    let path = "rules/wi-kettle-moraine/policy.pay";
    policy_of(&std::fs::read_to_string(path).expect("the seed policy is there"))
}

pub fn policy_of(text: &str) -> Policy {
    let source = Source::new("policy.pay", text);
    let mut diagnostics = Diagnostics::new();
    let ast = stipend::syntax::parse(&source, &mut diagnostics);
    let policy = stipend::policy::compile(&source, &ast, &mut diagnostics);
    policy.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

pub fn record(name: &str) -> RecordId {
    let index = policy().records.iter().position(|record| record.name == name).expect("the seed policy has the record");
    RecordId(index as u16)
}

pub fn staff() -> String {
    "employee,base_salary\n1042,50000\n".to_owned()
}

/// One file of credentials beside the one employee 1042.
pub fn bind_csv(credentials: &str) -> Result<Facts, Diagnostics> {
    with_mapping(&[("employee=staff.csv", &staff()), ("credentials.csv", credentials)], "")
}

pub fn with_mapping(files: &[(&str, &str)], mapping: &str) -> Result<Facts, Diagnostics> {
    let bytes: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect();
    bind_bytes(bytes, mapping)
}

/// Names as on the command line: `RECORD=FILE#SHEET`.
pub fn bind_bytes(files: Vec<(&str, Vec<u8>)>, mapping: &str) -> Result<Facts, Diagnostics> {
    static POLICY: std::sync::LazyLock<Policy> = std::sync::LazyLock::new(policy);
    bind_policy(&POLICY, files, mapping)
}

pub fn bind_policy(policy: &Policy, files: Vec<(&str, Vec<u8>)>, mapping: &str) -> Result<Facts, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let Some(mapping) = Mapping::parse("mapping.toml", mapping, &mut diagnostics) else { return Err(diagnostics) };
    let inputs = files.into_iter().map(|(name, bytes)| {
        let (record, file) = name.split_once('=').map_or((None, name), |(record, file)| (Some(record.to_owned()), file));
        let (file, sheet) = file.split_once('#').map_or((file, None), |(file, sheet)| (file, Some(sheet.to_owned())));
        Input { name: file.to_owned(), sheet, record, bytes, stream: None }
    });
    let inputs: Vec<Input> = inputs.collect();
    let read_in_windows = windows_for(&inputs).map(|window| {
        let mut said = diagnostics.clone();
        let facts =
            bind(policy, inputs.iter().map(|input| streamed(input, window, &Arc::default())).collect::<Vec<_>>(), &mapping, &mut said);
        (window, facts.ok_or(said))
    });
    let facts = bind(policy, inputs, &mapping, &mut diagnostics);
    let whole = facts.ok_or(diagnostics);
    if let Some((window, read)) = read_in_windows {
        assert_eq!(format!("{read:?}"), format!("{whole:?}"), "in windows of {window} bytes");
    }
    whole
}

/// Small files are read in windows too: the same must come out. Windows of many sizes, so that they end anywhere.
fn windows_for(inputs: &[Input]) -> Option<usize> {
    let bytes: usize = inputs.iter().map(|input| input.bytes.len()).sum();
    (bytes < 100_000).then_some(1 + bytes * 7 % 500)
}

/// The same file, of which only the head is in memory; `opened` counts how often it is opened.
pub fn streamed(input: &Input, window: usize, opened: &Arc<AtomicUsize>) -> Input {
    let (bytes, opened) = (input.bytes.clone(), Arc::clone(opened));
    let head = bytes[..bytes.len().min(64 << 10)].to_vec();
    let stream = Stream::new(bytes.len() as u64, window, move || {
        opened.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(std::io::Cursor::new(bytes.clone())))
    });
    Input { bytes: head, stream: Some(stream), ..input.clone() }
}

pub fn codes(problems: &Diagnostics) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

/// The rejected rows with the codes of their problems.
pub fn rejected(facts: &Facts) -> Vec<(u32, Vec<&'static str>)> {
    facts.rejected.iter().map(|row| (row.row, row.problems.iter().map(|problem| problem.code).collect())).collect()
}

/// The sample district with its own mapping.
pub fn sample() -> Result<Facts, String> {
    let folder = Path::new("samples/lakeland");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mapping = String::from_utf8(read("mapping.toml")).map_err(|error| error.to_string())?;
    let files = ["credentials.csv", "staff.xlsx", "emails.csv"].map(|name| (name, read(name)));
    bind_bytes(files.to_vec(), &mapping).map_err(|problems| format!("{problems:#?}"))
}
