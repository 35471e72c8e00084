//! Badges to rows: every form they come in, whom they name, which day counts, and signatures that must not be believed.

#[path = "badges/folder.rs"]
mod folder;
#[path = "badges/forms.rs"]
mod forms;
#[path = "badges/hostile.rs"]
mod hostile;
#[path = "badges/linked.rs"]
mod linked;
#[path = "badges/make.rs"]
mod make;
#[path = "badges/signed.rs"]
mod signed;

use stipend::diagnostic::Diagnostics;
use stipend::facts::badge::{
    BadgeFile, BadgeRow, BadgeRules, BadgeSheet, Column, KnownEmails, Signatures, Written, WrittenContext, WrittenKey, WrittenRules,
    read_badges,
};

/// A mapping's part on badges, checked: zone, keys, contexts with their texts.
pub fn rules(keys: &[(&str, &str, &str)], contexts: &[(&str, &str)]) -> BadgeRules {
    let key = |(issuer, algorithm, key): &(&str, &str, &str)| WrittenKey {
        issuer: (*issuer).to_owned(),
        id: None,
        algorithm: (*algorithm).to_owned(),
        key: Some((*key).to_owned()),
        file: None,
    };
    let context = |(url, text): &(&str, &str)| WrittenContext { url: (*url).to_owned(), file: (*url).to_owned(), sha256: sha256(text) };
    let written = Written {
        rules: WrittenRules { time_zone: Some("America/Chicago".into()), signatures: Signatures::Wanted },
        keys: keys.iter().map(key).collect(),
        contexts: contexts.iter().map(context).collect(),
    };
    let files = |name: &str| contexts.iter().find(|(url, _)| *url == name).map(|(_, text)| text.as_bytes().to_vec());
    let mut diagnostics = Diagnostics::new();
    let rules = written.check("mapping.toml", &files, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    rules
}

pub fn sha256(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sheet(name: &str, bytes: &[u8], rules: &BadgeRules) -> BadgeSheet {
    read_badges(&[BadgeFile { name, bytes }], rules, &KnownEmails::new(["Ada.Berg@example.org", "bo.chen@example.org"]))
}

/// The only row of a file.
pub fn row(name: &str, bytes: &[u8], rules: &BadgeRules) -> BadgeRow {
    let sheet = sheet(name, bytes, rules);
    assert_eq!(sheet.rows.len(), 1, "{sheet:?}");
    sheet.rows.into_iter().next().expect("there is one")
}

/// What is said of a badge, besides that nothing was looked up for it.
pub fn codes(row: &BadgeRow) -> Vec<&str> {
    row.said.iter().map(|problem| problem.code).filter(|code| *code != "badge-not-checked").collect()
}

/// The filled cells, one line each, as a person would type them.
pub fn table(row: &BadgeRow) -> String {
    let filled = Column::ALL.into_iter().filter(|column| !row.cell(*column).is_empty());
    filled.map(|column| format!("{}: {}\n", column.name(), row.cell(column))).collect()
}
