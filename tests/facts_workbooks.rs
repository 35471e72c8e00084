//! Workbooks as they should not be: each is read as far as it can be trusted, or refused by name.

#[path = "facts/binary_book.rs"]
mod binary_book;
#[path = "facts/books.rs"]
mod books;
#[path = "facts/support.rs"]
mod support;

use binary_book::{BinaryCell, binary_book};
use books::{HEADER, book, number, open_document, row, sheets, text, zipped};
use stipend::diagnostic::Diagnostics;
use stipend::facts::Facts;
use stipend::policy::FieldId;
use stipend::value::{Number, Value};
use support::{bind_bytes, codes, record, rejected};

const CREDENTIALS: &str = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n";

fn bind_staff(bytes: Vec<u8>) -> Result<Facts, Diagnostics> {
    bind_named("staff.xlsx", bytes)
}

fn bind_named(name: &str, bytes: Vec<u8>) -> Result<Facts, Diagnostics> {
    bind_bytes(vec![(&format!("employee={name}"), bytes), ("credentials.csv", CREDENTIALS.into())], "")
}

fn refused(bytes: Vec<u8>) -> Vec<&'static str> {
    codes(&bind_staff(bytes).expect_err("the file is refused"))
}

fn salary(facts: &Facts, row: u32) -> Value<'_> {
    facts.table(record("employee")).column(FieldId(1)).value(row)
}

fn money(text: &str) -> Value<'static> {
    Value::Money(Number::parse(text).expect("a number"))
}

#[test]
fn numbers_become_exact_decimals() {
    let rows = [
        row(2, &[number("A2", "10234.0"), number("B2", "200.00000000000003")]),
        row(3, &[number("A3", "7"), number("B3", "200.005")]),
        row(4, &[number("A4", "8"), number("B4", "5.0000000000000001E4")]),
        row(5, &[number("A5", "9"), number("B5", "-1.1368683772161603E-13")]),
    ];
    let facts = bind_staff(book(&rows.concat())).unwrap();
    assert_eq!(facts.employees.iter().collect::<Vec<_>>(), ["10234", "8", "9"]);
    assert_eq!((salary(&facts, 0), salary(&facts, 1), salary(&facts, 2)), (money("200"), money("50000"), money("0")));
    assert_eq!(rejected(&facts), [(3, vec!["fraction-of-a-cent"])]);
    assert_eq!(facts.files[0].assumed, ["2 cells of `base_salary` taken to the cent where less than a millionth was missing"]);
}

#[test]
fn damaged_ids_are_rejected() {
    let rows = [
        row(2, &[number("A2", "1234567890123456789"), number("B2", "1")]),
        row(3, &[text("A3", "1.23E+11"), number("B3", "1")]),
        row(4, &[number("A4", "10.5"), number("B4", "1")]),
    ];
    let facts = bind_staff(book(&rows.concat())).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["id-damaged"]), (3, vec!["id-damaged"]), (4, vec!["id-damaged"])]);
}

#[test]
fn a_formula_needs_its_result() {
    let rows = [
        row(2, &[text("A2", "1"), r#"<c r="B2"><f>A1*2</f></c>"#.into()]),
        row(3, &[text("A3", "2"), r#"<c r="B3"><f>A1*2</f><v></v></c>"#.into()]),
        row(4, &[text("A4", "3"), r#"<c r="B4"><f>A1*2</f><v>0</v></c>"#.into()]),
        row(5, &[text("A5", "4"), r#"<c r="B5"><f>A1*2</f><v>12.5</v></c>"#.into()]),
    ];
    let facts = bind_staff(book(&rows.concat())).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["formula-without-value"]), (3, vec!["formula-without-value"])]);
    assert!(facts.rejected[0].problems[0].message.contains("`=A1*2`"));
    assert_eq!(salary(&facts, 1), money("12.5"));
    assert!(facts.files[0].assumed[0].contains("a zero from a formula"), "{:?}", facts.files[0].assumed);
}

#[test]
fn error_cells_reject_their_row_only() {
    let rows = [
        row(2, &[text("A2", "1"), r#"<c r="B2" t="e"><v>#N/A</v></c>"#.into()]),
        row(3, &[text("A3", "2"), r#"<c r="B3" t="e"><v>#SPILL!</v></c>"#.into(), number("C3", "5")]),
        row(4, &[text("A4", "3"), number("B4", "5")]),
    ];
    let facts = bind_staff(book(&rows.concat())).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["error-cell"]), (3, vec!["error-cell"])]);
    assert_eq!(facts.employees.len(), 1);
}

#[test]
fn an_unknown_error_at_the_end_of_a_row_spoils_no_other() {
    let rows = [
        row(2, &[text("A2", "1"), r#"<c r="B2" t="e"><v>#CALC!</v></c>"#.into()]),
        row(3, &[text("A3", "2"), number("B3", "5")]),
        row(4, &[text("A4", "3"), number("B4", "5")]),
    ];
    let facts = bind_staff(book(&rows.concat())).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["error-cell"])]);
    assert!(facts.rejected[0].problems[0].message.contains("#CALC!"), "{:?}", facts.rejected);
    assert_eq!(facts.employees.iter().collect::<Vec<_>>(), ["2", "3"]);
}

#[test]
fn cells_have_one_possible_place() {
    let at = |cell: &str| row(2, &[text("A2", "1"), text(cell, "x")]);
    assert_eq!(refused(book(&at("A2"))), ["cells-misplaced"]);
    assert_eq!(refused(book(&at("B16777217"))), ["cells-misplaced"]);
    assert_eq!(refused(book(&format!("{}{}", row(3, &[text("A3", "1")]), row(2, &[text("A2", "1")])))), ["cells-misplaced"]);
    for absurd in ["ABCDEFGHI1", "A99999999999", "XFE2", "1A", "A0"] {
        assert!(matches!(refused(book(&at(absurd))).as_slice(), ["cells-misplaced" | "workbook-unreadable"]), "{absurd}");
    }
}

#[test]
fn the_far_corner_of_a_sheet_costs_nothing() {
    let facts = bind_staff(book(&row(1_048_576, &[text("A1048576", "1"), text("XFD1048576", "x")]))).unwrap();
    assert_eq!(facts.row_place(record("employee"), 0).row, Some(1_048_576));
}

#[test]
fn bombs_are_refused_before_they_are_opened() {
    let zeros = vec![b'0'; 66 << 20];
    assert_eq!(
        refused(zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("xl/worksheets/sheet1.xml", zeros)])),
        ["workbook-too-large"]
    );
    // in the sheet itself, behind its first row, in one text or in many
    let note = format!("<!--{}-->", "0".repeat(1_000_000));
    assert_eq!(refused(book(&format!("{}{}", row(2, &[text("A2", "1")]), note.repeat(68)))), ["workbook-too-large"]);
    assert_eq!(refused(book(&row(2, &[text("A2", &"0".repeat(2_000_000))]))), ["workbook-too-large"]);
    let many: Vec<String> = (0..3000).map(|number| format!("xl/{number}.xml")).collect();
    assert_eq!(refused(zipped(many.iter().map(|name| (name.as_str(), Vec::new())).collect())), ["workbook-too-large"]);
}

#[test]
fn sheets_are_chosen_or_asked_for() {
    let filled = format!("{HEADER}{}", row(2, &[text("A2", "1"), number("B2", "5")]));
    let two = sheets(&[("Staff", "", &filled), ("Old staff", "", &filled)], "");
    assert_eq!(refused(two.clone()), ["sheet-needed"]);
    let facts = bind_bytes(vec![("employee=staff.xlsx#Old staff", two), ("credentials.csv", CREDENTIALS.into())], "").unwrap();
    assert_eq!(facts.files[0].sheet.as_deref(), Some("Old staff"));
    let hidden = bind_staff(sheets(&[("Staff", "", &filled), ("Archive", "hidden", &filled)], "")).unwrap();
    assert_eq!(hidden.files[0].assumed, ["hidden sheets not read: `Archive`"]);
    let empty = bind_staff(sheets(&[("Sheet1", "", &filled), ("Sheet2", "", ""), ("Sheet3", "", "")], "")).unwrap();
    assert_eq!(empty.files[0].sheet.as_deref(), Some("Sheet1"));
    assert_eq!(refused(sheets(&[("Staff", "hidden", &filled)], "")), ["no-such-sheet"]);
}

#[test]
fn serial_dates_follow_the_workbooks_epoch() {
    let headers = ["employee", "credential_id", "category", "status", "course_approved", "enrolled", "approved", "reviewers"];
    let letters = "ABCDEFGH".chars();
    let top: Vec<String> = letters.zip(headers).map(|(letter, header)| text(&format!("{letter}1"), header)).collect();
    let cells = |row: u32, date: &str| {
        let (a, b, c, d) = (
            text(&format!("A{row}"), "1042"),
            text(&format!("B{row}"), "M"),
            text(&format!("C{row}"), "x"),
            text(&format!("D{row}"), "earned"),
        );
        [a, b, c, d, number(&format!("E{row}"), date), number(&format!("F{row}"), "44197.25"), number(&format!("H{row}"), "2")]
    };
    let rows = format!("{}{}{}", row(1, &top), row(2, &cells(2, "44197")), row(3, &cells(3, "60")));
    let bind = |properties: &str| {
        let book = sheets(&[("Sheet1", "", &rows)], properties);
        bind_bytes(vec![("employee=staff.csv", support::staff().into()), ("credential=c.xlsx", book)], "").unwrap()
    };
    let date = |facts: &Facts| match facts.table(record("credential")).column(FieldId(4)).value(0) {
        Value::Date(date) => date.to_string(),
        other => format!("{other:?}"),
    };
    let facts = bind("");
    assert_eq!(date(&facts), "2021-01-01");
    assert_eq!(rejected(&facts), [(3, vec!["cell-not-a-date"])]);
    let later = bind(r#"date1904="1""#);
    assert_eq!(date(&later), "2025-01-02");
    assert_eq!(later.files[1].assumed[0], "dates count from 1904, as the workbook says");
}

#[test]
fn files_are_what_their_bytes_say() {
    let cases: [(&str, &[u8], &str); 8] = [
        ("a.xls", b"<html><table><tr><td>employee</td></tr></table></html>", "not-a-table"),
        ("a.xls", b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"></Workbook>", "not-a-table"),
        ("a.xlsx", b"employee,base_salary\n1,2\n", "wrong-extension"),
        ("a.csv", b"%PDF-1.7", "not-a-table"),
        ("a.csv", b"", "empty-file"),
        ("a.xlsx", b"PK\x03\x04 and nothing more", "workbook-unreadable"),
        ("a.csv", b"employee,base_salary\n1042\xe9,5\n", "encoding-needed"),
        ("a.csv", b"employee,base_salary\n10\x0042,5\n", "null-byte"),
    ];
    for (name, bytes, code) in cases {
        assert_eq!(codes(&bind_named(name, bytes.to_vec()).expect_err(name)), [code], "{name} {bytes:?}");
    }
    let mut encrypted = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    encrypted.extend("EncryptedPackage".bytes().flat_map(|byte| [byte, 0]));
    assert_eq!(refused(encrypted), ["password-protected"]);
    assert_eq!(codes(&bind_named("a.csv", book("")).expect_err("a workbook called .csv")), ["wrong-extension"]);
    assert_eq!(refused(zipped(vec![("word/document.xml", Vec::new())])), ["not-a-table"]);
}

#[test]
fn merged_cells_are_warned_of() {
    let rows = format!("{}<!--after--><mergeCells count=\"1\"><mergeCell ref=\"A2:A3\"/></mergeCells>", row(2, &[text("A2", "1")]));
    let mut diagnostics = Diagnostics::new();
    let input = |name: &str, record: &str, bytes: Vec<u8>| stipend::facts::Input {
        name: name.into(),
        sheet: None,
        record: Some(record.into()),
        bytes,
        stream: None,
    };
    let inputs = vec![input("a.xlsx", "employee", book(&rows)), input("c.csv", "credential", CREDENTIALS.into())];
    let facts = stipend::facts::bind(&support::policy(), inputs, &stipend::facts::Mapping::default(), &mut diagnostics);
    assert!(facts.is_some());
    assert_eq!(codes(&diagnostics), ["merged-cells"]);
    let title = format!("{}{HEADER}<!--after--><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>", row(1, &[text("A1", "Staff")]));
    let title = title
        .replace("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>employee", "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>employee")
        .replace("r=\"B1\" t", "r=\"B2\" t");
    let mapping =
        stipend::facts::Mapping::parse("mapping.toml", "[[file]]\nmatch = \"a.xlsx\"\nheader_row = 2\n", &mut diagnostics).unwrap();
    let inputs = vec![input("a.xlsx", "employee", sheets(&[("Sheet1", "", &title)], "")), input("c.csv", "credential", CREDENTIALS.into())];
    let mut diagnostics = Diagnostics::new();
    assert!(stipend::facts::bind(&support::policy(), inputs, &mapping, &mut diagnostics).is_some(), "{diagnostics:#?}");
    assert!(diagnostics.is_empty(), "a merged title is no data");
}

#[test]
fn dates_stand_only_where_dates_belong() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("m/d/yyyy");
    for (column, header) in [(0, "employee"), (1, "base_salary")] {
        sheet.write_string(0, column, header).unwrap();
    }
    sheet.write_number_with_format(1, 0, 45000, &date).unwrap();
    sheet.write_number(2, 0, 1042).unwrap();
    sheet.write_number_with_format(2, 1, 45000, &date).unwrap();
    let facts = bind_staff(book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["date-in-text"]), (3, vec!["date-in-number"])]);
}

#[test]
fn counts_that_a_file_declares_set_nothing_aside() {
    let declared = "<sst uniqueCount=\"4000000000\"><si><t>a</t></si></sst>".as_bytes().to_vec();
    assert_eq!(
        refused(zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("xl/sharedStrings.xml", declared)])),
        ["workbook-too-large"]
    );
    let shared = r#"<c r="B2"><f t="shared" si="99999999999" ref="B2:B3">A1*2</f><v>4</v></c>"#;
    let derived = r#"<c r="B3"><f t="shared" si="99999999999"/></c>"#;
    let facts =
        bind_staff(book(&format!("{}{}", row(2, &[text("A2", "1"), shared.into()]), row(3, &[text("A3", "2"), derived.into()])))).unwrap();
    assert_eq!(salary(&facts, 0), money("4"));
    assert_eq!(rejected(&facts), [(3, vec!["formula-without-value"])]);
}

#[test]
fn what_an_open_document_repeats_is_read_as_often_as_it_stands_there() {
    let cell = |text: &str| format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#);
    let header = format!("<table:table-row>{}{}</table:table-row>", cell("employee"), cell("base_salary"));
    let bind =
        |rows: &str| bind_named("staff.ods", open_document(&format!("<table:table table:name=\"Staff\">{header}{rows}</table:table>")));
    let far = format!(
        r#"<table:table-row table:number-rows-repeated="6000"/><table:table-row>{}<table:table-cell table:number-columns-repeated="16382"/>{}</table:table-row>"#,
        cell("1"),
        cell("x")
    );
    let facts = bind(&far).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(facts.row_place(record("employee"), 0).row, Some(6002));
    let twice = format!(r#"<table:table-row table:number-rows-repeated="2">{}</table:table-row>"#, cell("1"));
    let facts = bind(&twice).unwrap();
    assert_eq!((facts.files[0].rows, facts.set_aside.len()), (2, 1));
    let flood = format!(
        r#"<table:table-row table:number-rows-repeated="6000"><table:table-cell table:number-columns-repeated="16000" office:value="1"/></table:table-row>{twice}"#
    );
    assert_eq!(codes(&bind(&flood).expect_err("a flood of cells")), ["workbook-too-large"]);
    let beyond = format!(r#"<table:table-row table:number-rows-repeated="1048576"/>{twice}"#);
    assert_eq!(codes(&bind(&beyond).expect_err("below the last row")), ["cells-misplaced"]);
}

#[test]
fn older_forms_say_the_same() {
    for name in ["credentials.xls", "credentials.ods"] {
        let bytes = std::fs::read(format!("tests/facts/{name}")).unwrap();
        let files = vec![("employee=staff.csv", b"employee\n1042\n1043\n".to_vec()), (name, bytes)];
        let facts = bind_bytes(files, "").unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        assert_eq!(rejected(&facts), [(4, vec!["unlisted-word"])], "{name}");
        let table = facts.table(record("credential"));
        assert_eq!(table.len(), 2, "{name}");
        assert_eq!(table.column(FieldId(6)).value(0), Value::Date(stipend::value::Date::new(2025, 1, 10).unwrap()), "{name}");
        assert_eq!(table.column(FieldId(6)).value(1), Value::Missing, "{name}");
        assert_eq!(table.column(FieldId(7)).value(0), Value::Number(Number::from_integer(2)), "{name}");
    }
}

#[test]
fn a_second_sheet_is_seen_behind_a_long_first_one() {
    let cell = |text: &str| format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#);
    let row = |text: &str| format!("<table:table-row>{}</table:table-row>", cell(text));
    let long: String = (1..3000).map(|number| row(&number.to_string())).collect();
    let tables = format!(
        r#"<table:table table:name="A">{}{long}</table:table><table:table table:name="B">{}</table:table><table:table table:name="C"/>"#,
        row("employee"),
        row("employee")
    );
    let problems = bind_named("staff.ods", open_document(&tables)).expect_err("two sheets hold something");
    assert_eq!(codes(&problems), ["sheet-needed"]);
    assert!(problems.iter().all(|problem| problem.message.contains("2 sheets with data: `A`, `B`")), "{problems:#?}");
}

#[test]
fn an_old_workbook_whose_pieces_lead_in_a_circle_is_refused() {
    let sound = std::fs::read("tests/facts/credentials.xls").unwrap();
    let sector = 512usize;
    let first_table = u32::from_le_bytes(sound[76..80].try_into().unwrap()) as usize;
    let table = sector * (first_table + 1);
    let next = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[table + 4 * at..table + 4 * at + 4].try_into().unwrap());
    // every chain that has a third sector is led back to its second
    let mut broken = sound.clone();
    for start in 0..(sound.len() / sector - 1).min(128) {
        let second = next(&sound, start);
        let third = if (second as usize) < 128 { next(&sound, second as usize) } else { u32::MAX };
        if third < 128 && next(&sound, third as usize) < 128 {
            broken[table + 4 * third as usize..table + 4 * third as usize + 4].copy_from_slice(&second.to_le_bytes());
        }
    }
    assert_ne!(sound, broken);
    let files = vec![("employee=staff.csv", b"employee\n1042\n1043\n".to_vec()), ("credentials.xls", broken)];
    assert_eq!(codes(&bind_bytes(files, "").expect_err("a circle")), ["workbook-unreadable"]);
}

#[test]
fn binary_workbooks_say_the_same() {
    use BinaryCell::{Error, Number, Text};
    let header = || vec![Text("employee"), Text("base_salary")];
    let rows = [header(), vec![Number(10234.0), Number(200.1)], vec![Text("2"), Error(0x2a)], vec![Text("3"), Number(200.005)], header()];
    let facts = bind_named("staff.xlsb", binary_book(&rows)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(rejected(&facts), [(3, vec!["error-cell"]), (4, vec!["fraction-of-a-cent"])]);
    assert_eq!((&facts.employees[0], salary(&facts, 0)), ("10234", money("200.1")));
    assert_eq!(facts.set_aside.len(), 1, "the repeated header");
    let rows = [header(), vec![Text("2"), Error(0x99)], vec![Text("3"), Number(5.0)], vec![Text("4"), Number(5.0)]];
    let facts = bind_named("staff.xlsb", binary_book(&rows)).unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["error-cell"]), (3, vec!["error-cell"])]);
}

#[test]
fn our_own_workbook_is_an_opening_state() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Summary").unwrap().write_string(0, 0, "Adjustments").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Adjustments").unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, header) in (0..).zip(["Employee", "Award", "Kind", "Amount", "Effective", "Pay date", "Period", "Record"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    for (column, cell) in [(0, "1042"), (1, "Micro-credential"), (2, "base salary"), (7, "MC-1")] {
        sheet.write_string(1, column, cell).unwrap();
    }
    sheet.write_number(1, 3, 200).unwrap();
    sheet.write_number_with_format(1, 4, 45667, &date).unwrap();
    let files = vec![
        ("employee=staff.csv", support::staff().into_bytes()),
        ("credentials.csv", CREDENTIALS.into()),
        ("paid=adjustments.xlsx", book.save_to_buffer().unwrap()),
    ];
    let facts = bind_bytes(files, "").unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(rejected(&facts).is_empty(), "{:?}", facts.rejected);
    let line = &facts.paid[0];
    assert_eq!((line.amount, &*line.record, line.effective.to_string()), (Number::from_integer(200), "MC-1", "2025-01-10".into()));
}

#[test]
fn old_workbooks_set_aside_what_they_hold() {
    let sound = std::fs::read("tests/facts/credentials.xls").unwrap();
    let number = |row: u16, column: u16| [&[0x03u8, 0x02, 14, 0][..], &row.to_le_bytes(), &column.to_le_bytes(), &[0; 10]].concat();
    let at = sound.windows(4).position(|window| window == [0x00, 0x02, 14, 0]).expect("the sheet declares its dimensions");
    let mut declared = sound.clone();
    declared[at + 4..at + 18].copy_from_slice(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0xff, 0xff, 0, 0]);
    let refused = |bytes: Vec<u8>| {
        let files = vec![("employee=staff.csv", support::staff().into_bytes()), ("credential=c.xls", bytes)];
        codes(&bind_bytes(files, "").expect_err("the file is refused"))
    };
    assert_eq!(refused(declared), ["workbook-too-large"]);
    let mut sparse = sound.clone();
    sparse[at..at + 18].copy_from_slice(&number(65_535, 255));
    assert_eq!(refused(sparse), ["workbook-too-large"]);
}

#[test]
fn one_workbook_may_hold_several_records() {
    let people = format!("{HEADER}{}", row(2, &[text("A2", "1042"), number("B2", "5")]));
    let headers = ["employee", "credential_id", "category", "status", "course_approved", "enrolled", "reviewers"];
    let top: Vec<String> = "ABCDEFG".chars().zip(headers).map(|(letter, header)| text(&format!("{letter}1"), header)).collect();
    let cells = ["1042", "MC-1", "x", "earned", "2024-08-01", "2024-08-15", "2"];
    let cells: Vec<String> = "ABCDEFG".chars().zip(cells).map(|(letter, cell)| text(&format!("{letter}2"), cell)).collect();
    let badges = format!("{}{}", row(1, &top), row(2, &cells));
    let book = sheets(&[("Staff", "", &people), ("Badges", "", &badges)], "");
    let mapping =
        "[[file]]\nmatch = \"d.xlsx\"\nsheet = \"Staff\"\nrecord = \"employee\"\n[[file]]\nmatch = \"d.xlsx\"\nsheet = \"Badges\"\n";
    let facts = bind_bytes(vec![("d.xlsx", book)], mapping).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!((facts.files.len(), facts.employees.len(), facts.table(record("credential")).len()), (2, 1, 1));
    assert_eq!(facts.row_place(record("credential"), 0).sheet.as_deref(), Some("Badges"));
}
