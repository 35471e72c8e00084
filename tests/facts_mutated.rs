//! Files with some bytes changed: an answer or a named error, never a panic; `MUTATIONS=20000` tries more of them.

#[path = "facts/books.rs"]
mod books;
#[path = "facts/dice.rs"]
mod dice;
#[path = "facts/support.rs"]
mod support;

use dice::{Dice, count};
use support::bind_bytes;

/// Every row that was found has one disposition.
fn adds_up(files: Vec<(&str, Vec<u8>)>) {
    adds_up_under("", files);
}

fn adds_up_under(mapping: &str, files: Vec<(&str, Vec<u8>)>) {
    if let Ok(facts) = bind_bytes(files, mapping) {
        let rows: usize = facts.files.iter().map(|file| file.rows as usize).sum();
        let used: usize = facts.tables.iter().map(|table| table.len()).sum();
        assert_eq!(rows, used + facts.paid.len() + facts.rejected.len() + facts.set_aside.len());
    }
}

/// A file of credentials beside the sound file of the staff.
fn changed_credentials_add_up(mut dice: Dice, sound: &[u8], (input, mapping): (&str, &str)) {
    for _ in 0..count() {
        let mut bytes = sound.to_vec();
        dice.change(&mut bytes);
        adds_up_under(mapping, vec![("employee=staff.csv", support::staff().into_bytes()), (input, bytes)]);
    }
}

#[test]
fn changed_text_files_are_answered() {
    let header = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n";
    let rows: String =
        (0..12).map(|row| format!("1042,\"MC-{row}\",micro-credential,earned,2024-08-{:02},2024-09-01,,2\n", row + 1)).collect();
    let sound = format!("{header}{rows}").into_bytes();
    changed_credentials_add_up(Dice(1), &sound, ("credential=c.csv", ""));
}

const NAMES: &str = r#"["employee", "credential_id", "category", "status", "course_approved", "enrolled", "approved", "reviewers"]"#;

#[test]
fn changed_texts_without_headers_are_answered() {
    let row = |row: usize| format!("1042,\"MC-{row}\",micro-credential,earned,2024-08-{:02},2024-09-01,,2\n", row + 1);
    let sound = (0..12).map(row).collect::<String>().into_bytes();
    let mapping = format!("[[file]]\nmatch = \"c.csv\"\nheaders = {NAMES}\n");
    changed_credentials_add_up(Dice(4), &sound, ("credential=c.csv", &mapping));
}

#[test]
fn changed_lines_of_fixed_places_are_answered() {
    let row = |row: usize| format!("1042  {:8}micro-credential earned      2024-08-{:02} 2024-09-01            2\r\n", "Café", row + 1);
    let sound = (0..12).map(row).collect::<String>().into_bytes();
    let mapping = format!("[[file]]\nmatch = \"c.txt\"\nheaders = {NAMES}\nwidths = [6, 8, 17, 12, 11, 11, 11, 1]\n");
    let lines = String::from_utf8_lossy(&sound).lines().count() as u32;
    let read = |bytes| bind_bytes(vec![("employee=staff.csv", support::staff().into_bytes()), ("credential=c.txt", bytes)], &mapping);
    let facts = read(sound.clone()).expect("the sound file is read");
    assert_eq!((facts.files[1].rows, facts.rejected.len()), (lines, 0));
    changed_credentials_add_up(Dice(5), &sound, ("credential=c.txt", &mapping));
}

#[test]
fn changed_workbooks_are_answered() {
    let credentials = b"employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n".to_vec();
    let rows: String = (2..12)
        .map(|row| books::row(row, &[books::number(&format!("A{row}"), &row.to_string()), books::number(&format!("B{row}"), "50000.5")]))
        .collect();
    let whole = books::book(&rows);
    let mut dice = Dice(2);
    for turn in 0..count() {
        let bytes = if turn % 4 == 0 {
            let mut bytes = whole.clone();
            dice.change(&mut bytes);
            bytes
        } else {
            let mut sheet = rows.clone().into_bytes();
            dice.change(&mut sheet);
            books::book(&String::from_utf8_lossy(&sheet))
        };
        adds_up(vec![("employee=staff.xlsx", bytes), ("credential=c.csv", credentials.clone())]);
    }
}

#[test]
fn changed_old_workbooks_are_answered() {
    let mut dice = Dice(3);
    for name in ["credentials.xls", "credentials.ods"] {
        let sound = std::fs::read(format!("tests/facts/{name}")).expect("the fixture is there");
        for _ in 0..count() / 4 {
            let mut bytes = sound.clone();
            dice.change(&mut bytes);
            adds_up(vec![("employee=staff.csv", support::staff().into_bytes()), (&format!("credential={name}"), bytes)]);
        }
    }
}
