//! What the result was computed from: the policy's text line by line, and the version, date and hash of everything.

use rust_xlsxwriter::{Worksheet, XlsxError};
use sha2::{Digest, Sha256};

use super::sheet::{Column, Formats, Sheet};
use crate::facts::base_name;
use crate::report::results::Results;

/// The policy's text, one line in each row, so that a line number in a reason can be looked up.
pub fn write_policy(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let source = &results.context.policy.source;
    let lines: Vec<&str> = source.text.lines().collect();
    let mut sheet = Sheet::new(sheet, formats, "Policy")?;
    sheet.table(&[Column::other("Line", 8), Column::text("Policy text", 130)], lines.len())?;
    for (row, line) in (1u32..).zip(lines) {
        sheet.count(row, 0, row as usize)?;
        sheet.text(row, 1, &line.replace('\t', "    "))?;
    }
    Ok(())
}

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(sheet, formats, "About")?;
    sheet.widths(&[26, 110])?;
    for (row, (label, words)) in (0u32..).zip(provenance(results)) {
        sheet.styled(row, 0, (&label, &formats.header))?;
        sheet.styled(row, 1, (&words, &formats.wrapped))?;
    }
    Ok(())
}

/// Label and words, in the order shown.
pub fn provenance(results: &Results) -> Vec<(String, String)> {
    let policy = results.context.policy;
    let mut facts = vec![
        ("Program".to_owned(), format!("stipend {}", env!("CARGO_PKG_VERSION"))),
        ("As-of date".to_owned(), results.context.as_of.to_string()),
        ("Policy".to_owned(), policy.name.clone()),
        ("Authority".to_owned(), policy.authority.clone().unwrap_or_default()),
        ("Policy file".to_owned(), policy.source.name.to_string()),
        ("Policy SHA-256".to_owned(), sha256(policy.source.text.as_bytes())),
        ("Policy in force".to_owned(), results.context.policy_dates()),
    ];
    for file in &policy.source.beside.files {
        facts.push(("Table file".to_owned(), format!("{}: {} rows", file.name, file.rows.len())));
        facts.push(("Table SHA-256".to_owned(), file.sha256.clone()));
    }
    facts.extend(policy.cites.iter().map(|cite| ("Citation".to_owned(), cite.clone())));
    for (file, name) in results.context.facts.files.iter().zip(results.source_names()) {
        let record = file.record.map_or("earlier payments", |record| &policy.record(record).name);
        facts.push(("Data file".to_owned(), format!("{name}, read as {record}: {} rows, {} bytes", file.rows, file.bytes)));
        facts.extend(file.sha256.iter().map(|sha256| ("Data SHA-256".to_owned(), sha256.clone())));
        facts.extend(file.assumed.iter().map(|assumed| ("Assumed".to_owned(), assumed.clone())));
    }
    for file in &results.context.facts.beside {
        facts.push((format!("{} file", file.role), format!("{}: {} bytes", base_name(&file.name), file.bytes)));
        facts.push((format!("{} SHA-256", file.role), file.sha256.clone()));
    }
    for resolution in &results.context.facts.resolutions {
        let words = format!("{}, row {}: {}", resolution.file, resolution.row, resolution.words());
        facts.push(("Decided".to_owned(), format!("{words} ({} row {})", resolution.place.file, resolution.place.row.unwrap_or(0))));
    }
    facts.push((
        "How to check".to_owned(),
        "The hashes are those that `sha256sum FILE` prints. The same policy, files and as-of date give the same bytes.".to_owned(),
    ));
    facts
}

/// Lower-case hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
