//! Files in, facts out: the sample district, and the odd things that files do.

#[path = "facts/support.rs"]
mod support;

use stipend::facts::SetAside;
use support::{bind_csv, codes, rejected, sample, staff, with_mapping};

#[test]
fn the_sample_district_binds_whole() {
    let facts = sample().unwrap_or_else(|problems| panic!("{problems}"));
    let rows: u32 = facts.files.iter().map(|file| file.rows).sum();
    let used: usize = facts.tables.iter().map(|table| table.len()).sum();
    assert_eq!(rows as usize, used + facts.rejected.len() + facts.set_aside.len(), "every row has one disposition");
    for row in &facts.rejected {
        println!("{:?} {} {:?}", facts.files[usize::from(row.file)].name, row.row, row.problems);
    }
    for file in &facts.files {
        println!("{} {:?} {} rows {:?}", file.name, file.sheet, file.rows, file.assumed);
    }
    println!("{} employees, {} rejected, {} set aside", facts.employees.len(), facts.rejected.len(), facts.set_aside.len());
}

#[test]
fn rows_are_bound_with_their_places() {
    let facts = bind_csv("employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n1042,A,micro-credential,earned,2024-08-01,2024-08-15,2025-01-10,2\n").unwrap();
    assert_eq!(facts.employees.iter().collect::<Vec<_>>(), ["1042"]);
    let record = support::record("credential");
    assert_eq!(facts.table(record).len(), 1);
    assert_eq!(facts.row_place(record, 0).row, Some(2));
    assert!(rejected(&facts).is_empty());
}

#[test]
fn a_row_with_problems_is_rejected_with_all_of_them() {
    let facts = bind_csv("employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n1042,A,micro-credential,Earned,2024-13-01,2024-08-15,,two\n1042,B,x,earned,2024-08-01,2024-08-15,,1\n").unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["unlisted-word", "cell-not-a-date", "not-a-number"])]);
    assert_eq!(facts.table(support::record("credential")).len(), 1);
}

#[test]
fn duplicates_blank_rows_and_headers_are_set_aside() {
    let header = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers";
    let row = "1042,A,x,earned,2024-08-01,2024-08-15,,1";
    let facts = bind_csv(&format!("{header}\n{row}\n,,,,,,,\n{row}\n{header}\n\n")).unwrap();
    let aside: Vec<_> = facts.set_aside.iter().map(|row| (row.row, row.reason)).filter(|(_, reason)| *reason != SetAside::Blank).collect();
    assert_eq!(aside, [(4, SetAside::DuplicateOf(2)), (5, SetAside::RepeatedHeader)]);
    assert_eq!(facts.table(support::record("credential")).len(), 1);
}

#[test]
fn unknown_employees_are_rejected() {
    let facts = bind_csv(
        "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n42,A,x,earned,2024-08-01,2024-08-15,,1\n",
    )
    .unwrap();
    assert_eq!(rejected(&facts), [(2, vec!["unknown-employee"])]);
}

/// Where each row of a run stands, with the names of files; `people` is how the people's file is named on the command line.
fn rows_by_file(people: &str, people_first: bool) -> Vec<String> {
    let staff = "employee,base_salary\n77,50000\n1042,40000\n9,ten\n5,1\n5,2\n";
    let credentials = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n\
        1042,A,x,earned,2024-08-01,2024-08-15,,1\n42,B,x,earned,2024-08-01,2024-08-15,,1\n77,C,x,earned,2024-08-01,2024-08-15,,1\n\
        1042,D,x,earned,2024-08-01,2024-08-15,,two\n9,E,x,earned,2024-08-01,2024-08-15,,1\n1042,A,x,earned,2024-08-01,2024-08-15,,1\n";
    let mut files = vec![(people, staff), ("credentials.csv", credentials)];
    if !people_first {
        files.reverse();
    }
    let facts = with_mapping(&files, "").unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.trim_start_matches("employee=")).collect();
    assert!(facts.files.iter().map(|file| &*file.name).eq(names.iter().copied()), "files stay in the order of the command line");
    let name = |file: u16| names[usize::from(file)];
    let mut said: Vec<String> = facts.rejected.iter().map(|row| format!("{} {} {:?}", name(row.file), row.row, row.problems)).collect();
    said.extend(facts.set_aside.iter().map(|row| format!("{} {} {:?}", name(row.file), row.row, row.reason)));
    for (record, table) in facts.tables.iter().enumerate() {
        let places = (0..table.len() as u32).map(|row| (table.position(row), facts.employees[table.person_of(row).0 as usize].to_owned()));
        said.extend(places.map(|((file, row), employee)| format!("{record} {} {row} {employee}", name(file))));
    }
    said.sort();
    said
}

#[test]
fn in_whatever_order_files_are_read_their_rows_are_the_same() {
    let expected = rows_by_file("employee=staff.csv", true);
    assert_eq!(expected.len(), 5 + 6, "every row has its place: {expected:#?}");
    for (people, people_first) in [("employee=staff.csv", false), ("staff.csv", true), ("staff.csv", false)] {
        assert_eq!(rows_by_file(people, people_first), expected, "{people} {people_first}");
    }
}

#[test]
fn date_orders_are_asked_for() {
    let text =
        "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n1042,A,x,earned,08/01/2024,8/15/2024,,1\n";
    let problems = bind_csv(text).unwrap_err();
    assert_eq!(codes(&problems), ["date-form-needed", "date-form-needed"]);
    let mapping = "[[file]]\nmatch = \"*.csv\"\n[file.formats]\ncourse_approved = \"MM/DD/YYYY\"\nenrolled = \"MM/DD/YYYY\"\n";
    let facts = with_mapping(&[("staff=staff.csv", &staff()), ("credentials.csv", text)], mapping);
    assert!(facts.is_err(), "staff is no record");
    let facts = with_mapping(&[("employee=staff.csv", &staff()), ("credentials.csv", text)], mapping).unwrap();
    assert!(rejected(&facts).is_empty());
}

#[test]
fn padded_ids_must_stay_apart() {
    let mapping = "[[file]]\nmatch = \"*.csv\"\nid_width = 5\n";
    let credentials =
        "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n42,A,x,earned,2024-08-01,2024-08-15,,1\n";
    let bind = |staff: &str| with_mapping(&[("employee=staff.csv", staff), ("credentials.csv", credentials)], mapping);
    assert_eq!(bind("employee\n00042\n123\n").unwrap().employees.iter().collect::<Vec<_>>(), ["00042", "00123"]);
    let collided = bind("employee\n00042\n42\n123\n").unwrap();
    let codes: Vec<(u32, Vec<&str>)> = rejected(&collided);
    assert_eq!(codes, [(2, vec!["ids-collide"]), (3, vec!["ids-collide"]), (2, vec!["unknown-employee"])], "both, and nobody else");
}

#[test]
fn a_crosswalk_has_to_be_among_the_files() {
    let mapping = "[[file]]\nmatch = \"credentials.csv\"\n[file.crosswalk]\nfile = \"emails.csv\"\nfrom = \"Email\"\nto = \"ID\"\n";
    let problems = with_mapping(&[("employee=staff.csv", &staff()), ("credentials.csv", "employee\n")], mapping).unwrap_err();
    assert!(codes(&problems).contains(&"crosswalk-missing"), "{problems:#?}");
}

#[test]
fn round_numbers_of_rows_are_mentioned() {
    let header = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n";
    let rows: String = (0..1000).map(|row| format!("1042,MC-{row},x,earned,2024-08-01,2024-08-15,,1\n")).collect();
    let mapping = stipend::facts::Mapping::default();
    let input = |name: &str, record: &str, text: String| stipend::facts::Input {
        name: name.into(),
        sheet: None,
        record: Some(record.into()),
        bytes: text.into_bytes(),
        stream: None,
    };
    let inputs = vec![input("staff.csv", "employee", staff()), input("c.csv", "credential", format!("{header}{rows}"))];
    let mut diagnostics = stipend::diagnostic::Diagnostics::new();
    assert!(stipend::facts::bind(&support::policy(), inputs, &mapping, &mut diagnostics).is_some());
    assert_eq!(codes(&diagnostics), ["perhaps-cut-off"]);
}

#[test]
fn the_number_of_files_has_an_end() {
    let inputs: Vec<stipend::facts::Input> =
        (0..60_001).map(|number| stipend::facts::Input { name: format!("{number}.csv"), ..Default::default() }).collect();
    let mut diagnostics = stipend::diagnostic::Diagnostics::new();
    assert!(stipend::facts::bind(&support::policy(), inputs, &stipend::facts::Mapping::default(), &mut diagnostics).is_none());
    assert_eq!(codes(&diagnostics), ["too-many-files"]);
}

#[test]
fn problems_have_an_end() {
    let header = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n";
    let text = format!("{header}{}", "x\n".repeat(100_002));
    let problems = bind_csv(&text).unwrap_err();
    assert_eq!(codes(&problems), ["too-many-rejected"]);
    assert!(problems.iter().all(|problem| problem.help[0].contains("row 2")), "{problems:#?}");
}
