//! `stipend map`: one command and at most two answers, and the files run. Each shipped mapping and the sample district.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stipend::cli::{Exit, Said, Session, run_with};
use stipend::facts::propose::SHIPPED;

/// `map.toml` of a folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapped {
    /// The name of the shipped mapping that has to be recognised.
    shipped: String,
    as_of: String,
    data: Vec<String>,
    answers: Vec<String>,
}

/// A copy of some files, removed when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[PathBuf]) -> Folder {
        let path = std::env::temp_dir().join(format!("stipend-map-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        for file in files {
            fs::copy(file, path.join(file.file_name().unwrap())).unwrap();
        }
        Folder(path)
    }

    fn of(source: &Path) -> Folder {
        let files: Vec<PathBuf> = fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
        Folder::new(&source.file_name().unwrap().to_string_lossy(), &files)
    }

    fn text_files(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Folder::new(name, &[]);
        files.iter().for_each(|(name, text)| fs::write(folder.0.join(name), text).unwrap());
        folder
    }

    fn run(&self, words: &[&str], answers: &[&str]) -> (Exit, Said) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        run_with(Session::answering(&self.0, answers), &words)
    }

    fn map(&self, data: &[&str], answers: &[&str]) -> (Exit, Said) {
        let mut words = vec!["map"];
        words.extend(data);
        words.extend(["--policy", "policy.pay", "--out", "mapping.toml"]);
        self.run(&words, answers)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// The columns of a typed table, found by name in a written one.
fn columns_of(text: &str, wanted: &str) -> Vec<String> {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let at: Vec<usize> =
        wanted.split(',').map(|name| header.iter().position(|other| *other == name).expect("the column is there")).collect();
    lines.map(|cells| at.iter().map(|index| cells[*index]).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn every_shipped_mapping_gets_a_file_running() {
    let mut seen = Vec::new();
    for (name, _) in SHIPPED {
        let source = Path::new("tests/mappings").join(name);
        let mapped: Mapped =
            toml::from_str(&fs::read_to_string(source.join("map.toml")).unwrap_or_else(|_| panic!("{name} has no case"))).unwrap();
        assert!(mapped.answers.len() <= 2, "{name}: more than two confirmed settings");
        let folder = Folder::of(&source);
        let (data, answers): (Vec<&str>, Vec<&str>) =
            (mapped.data.iter().map(String::as_str).collect(), mapped.answers.iter().map(String::as_str).collect());
        let (exit, said) = folder.map(&data, &answers);
        assert_eq!(exit, Exit::Done, "{name}\n{}", said.stderr);
        let mapping = folder.text("mapping.toml");
        assert!(mapping.contains(&mapped.shipped), "{name} was not recognised:\n{mapping}");
        let mut words = vec!["run", "policy.pay"];
        words.extend(&data);
        words.extend(["--as-of", &mapped.as_of, "--out", "out.csv"]);
        let (exit, said) = folder.run(&words, &[]);
        assert_eq!(exit, Exit::Done, "{name}\n{mapping}\n{}", said.stderr);
        let expected = folder.text("expected.csv");
        let header = expected.lines().next().unwrap();
        assert_eq!(columns_of(&folder.text("out.csv"), header), columns_of(&expected, header), "{name}\n{mapping}\n{}", said.stderr);
        seen.push(mapped.shipped);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), SHIPPED.len());
}

#[test]
fn the_sample_district_runs_with_one_command() {
    let files = [
        "samples/lakeland/credentials.csv",
        "samples/lakeland/staff.xlsx",
        "samples/lakeland/emails.csv",
        "rules/wi-kettle-moraine/policy.pay",
    ];
    let folder = Folder::new("lakeland", &files.map(PathBuf::from));
    let (exit, said) = folder.map(&["credentials.csv", "staff.xlsx", "emails.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let (exit, said) =
        folder.run(&["run", "policy.pay", "credentials.csv", "staff.xlsx", "--as-of", "2025-06-30", "--out", "out.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let by_hand = fs::read_to_string("samples/lakeland/expected.csv").unwrap();
    let header = by_hand.lines().next().unwrap();
    let mut wanted = columns_of(&by_hand, header);
    let people: Vec<&str> = wanted.iter().map(|row| row.split(',').next().unwrap()).collect();
    let mut paid = columns_of(&folder.text("out.csv"), header);
    paid.retain(|row| people.contains(&row.split(',').next().unwrap()));
    paid.sort();
    let mut typed = std::mem::take(&mut wanted);
    typed.sort();
    assert_eq!(paid, typed);
}

const POLICY: &str = "policy \"P\"\n  authority \"A\"\n  effective from 2014-07-01\nrecord employee\n  employee id\nrecord badge\n  employee employee\n  badge_id text\n  earned_on date\naward \"Badge\" for each badge\n  once per badge_id\n  pay $100 to base salary, not prorated\n  effective on earned_on\n";

#[test]
fn what_nothing_shows_is_left_open_and_refused_until_it_is_answered() {
    let files = [
        ("policy.pay", POLICY),
        ("badges.csv", "Employee,Badge ID,Earned\n1,A,01/02/2025\n2,B,03/04/2025\n"),
        ("staff.csv", "Employee\n1\n2\n"),
    ];
    let folder = Folder::text_files("open", &files);
    let (exit, said) = folder.map(&["badges.csv", "employee=staff.csv"], &[]);
    assert_eq!(exit, Exit::Done);
    assert!(said.stderr.contains("open: badges.csv, `earned_on`"), "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    assert!(mapping.contains("earned_on = \"???\"") && mapping.contains("`01/02/2025` would be 2025-02-01"), "{mapping}");
    let run = ["run", "policy.pay", "badges.csv", "employee=staff.csv", "--as-of", "2025-06-30"];
    let (exit, said) = folder.run(&run, &[]);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains("[mapping-open]"), "{}", said.stderr);
    // a mapping that is there is kept; with --force and an answer it runs
    assert_eq!(folder.map(&["badges.csv", "employee=staff.csv"], &["2"]).0, Exit::CouldNotRun);
    let again = ["map", "badges.csv", "employee=staff.csv", "--policy", "policy.pay", "--out", "mapping.toml", "--force"];
    assert_eq!(folder.run(&again, &["2"]).0, Exit::Done);
    let (exit, said) = folder.run(&run, &[]);
    assert_eq!(exit, Exit::Done, "{}\n{}", folder.text("mapping.toml"), said.stderr);
}

#[test]
fn a_name_is_never_proposed_for_a_person() {
    let files = [
        ("policy.pay", POLICY),
        ("badges.csv", "Name,Badge ID,Earned\nAda Ruiz,A,2025-01-02\n"),
        ("staff.csv", "Employee,Name\n1,Ada Ruiz\n"),
    ];
    let folder = Folder::text_files("names", &files);
    folder.map(&["badges.csv", "employee=staff.csv"], &[]);
    let mapping = folder.text("mapping.toml");
    assert!(mapping.contains("employee = \"???\"") && mapping.contains("never says who somebody is"), "{mapping}");
}

#[test]
fn encodings_delimiters_and_titles_are_found() {
    let badges: Vec<u8> = b"Report of badges\n\nEmployee;Badge ID;Earned\n1;Caf\xe9;2025-01-02\nTotal;1;\n".to_vec();
    let folder = Folder::text_files("layout", &[("policy.pay", POLICY), ("staff.csv", "Employee\n1\n")]);
    fs::write(folder.0.join("badges.csv"), badges).unwrap();
    let (exit, said) = folder.map(&["badges.csv", "employee=staff.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    for line in ["encoding = \"windows-1252\"", "delimiter = \";\"", "header_row = 3", "first_cell = \"Total\""] {
        assert!(mapping.contains(line), "{line}\n{mapping}");
    }
    let (exit, said) = folder.run(&["run", "policy.pay", "badges.csv", "employee=staff.csv", "--as-of", "2025-06-30"], &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("100.00"), "{}", said.stderr);
}

/// What a proposal is after somebody has filled its gaps.
fn filled(folder: &Folder, gaps: &[(&str, &str)]) -> String {
    let mut mapping = folder.text("mapping.toml");
    for (gap, line) in gaps {
        assert!(mapping.contains(gap), "{gap}\n{mapping}");
        mapping = mapping.replacen(gap, line, 1);
    }
    fs::write(folder.0.join("mapping.toml"), &mapping).unwrap();
    mapping
}

/// With its gaps filled the mapping reads both rows of the file.
fn pays_for_two_badges(folder: &Folder, badges: &str, gaps: &[(&str, &str)]) {
    let mapping = filled(folder, gaps);
    let data = format!("badge={badges}");
    let (exit, said) = folder.run(&["run", "policy.pay", &data, "employee=staff.csv", "--as-of", "2025-06-30"], &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("200.00") && said.stderr.contains(&format!("{badges}: 2 rows in = 2 used")), "{}", said.stderr);
}

#[test]
fn columns_without_headers_are_called_by_their_letters() {
    let files = [("policy.pay", POLICY), ("badges.csv", "A,1,2025-01-02\nB,2,2025-03-04\n"), ("staff.csv", "1,Ruiz\n2,Smith\n")];
    let folder = Folder::text_files("letters", &files);
    let (exit, said) = folder.map(&["badge=badges.csv", "employee=staff.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    let named = "headers = [\"Column A\", \"Column B\", \"Column C\"]   # row 1 looks like data, not like headers: `A`, `1`, `2025-01-02`";
    assert!(mapping.contains(named) && mapping.contains("headers = [\"Column A\", \"Column B\"]   #"), "{mapping}");
    assert!(mapping.contains("#   perhaps earned_on = \"Column C\"   `2025-01-02`, `2025-03-04`"), "{mapping}");
    let gaps = [
        ("employee = \"???\"", "employee = \"Column B\""),
        ("badge_id = \"???\"", "badge_id = \"Column A\""),
        ("earned_on = \"???\"", "earned_on = \"Column C\""),
        ("employee = \"???\"", "employee = \"Column A\""),
    ];
    pays_for_two_badges(&folder, "badges.csv", &gaps);
}

#[test]
fn columns_at_fixed_places_are_seen() {
    let badges = "1    A 2025-01-02\n2    B 2025-03-04\n";
    let folder = Folder::text_files("places", &[("policy.pay", POLICY), ("badges.txt", badges), ("staff.csv", "Employee\n1\n2\n")]);
    let (exit, said) = folder.map(&["badge=badges.txt", "employee=staff.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    assert!(mapping.contains("widths = [5, 2, 10]   # every line has a blank") && mapping.contains("employee = \"Column A\""), "{mapping}");
    let gaps = [("badge_id = \"???\"", "badge_id = \"Column B\""), ("earned_on = \"???\"", "earned_on = \"Column C\"")];
    pays_for_two_badges(&folder, "badges.txt", &gaps);
}

#[test]
fn an_answer_about_the_people_tells_whose_the_other_rows_are() {
    let case = Path::new("tests/cases/files-without-headers");
    let files = ["policy.pay", "staff.csv", "workshops.txt", "emails.csv"].map(|name| case.join(name));
    let folder = Folder::new("answers", &files);
    // the staff's IDs, their share; then title, day, form of the day and hours of a workshop, in the order of the questions
    let data = ["employee=staff.csv", "workshop=workshops.txt", "emails.csv"];
    let (exit, said) = folder.map(&data, &["1", "1", "1", "1", "1", "1"]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    for line in ["file = \"emails.csv\"", "from = \"Column A\"", "to = \"Column B\"", "delimiter = \";\"", "widths = [21, 9, 11, 4]"] {
        assert!(mapping.contains(line), "{line}\n{mapping}\n{}", said.stderr);
    }
    let mut words = vec!["run", "policy.pay"];
    words.extend(data);
    words.extend(["--as-of", "2025-06-30"]);
    let (exit, said) = folder.run(&words, &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("$90.00") && said.stderr.contains("= 2 used + 2 rejected"), "{mapping}\n{}", said.stderr);
}

const STAFF: &str = "Employee #,Email,Name\n10412,ada@district.org,\"Ruiz, Ada\"\n10413,bo@district.org,\"Lind, Bo\"\n";

#[test]
fn a_column_of_names_makes_no_people_and_one_answer_serves_all_days() {
    let policy = POLICY.replace("  earned_on date\n", "  earned_on date\n  expires_on date, optional\n");
    let report = "Educator Email,Educator,Micro-credential,Earned,Expires On\nada@district.org,Ada Ruiz,T-1,3/4/2025,3/4/2030\nbo@district.org,Bo Lind,T-2,11/2/2024,11/2/2029\n";
    let folder = Folder::text_files("names-of-people", &[("policy.pay", &policy), ("report.csv", report), ("staff.csv", STAFF)]);
    let (exit, said) = folder.map(&["report.csv", "staff.csv"], &["1"]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    for line in [
        "record = \"badge\"",
        "employee = \"Educator Email\"   # 2 of its 2 addresses stand in staff.csv",
        "employee = \"Employee #\"",
        "earned_on = \"MM/DD/YYYY\"   # answered when the mapping was made",
        "# proposed because `earned_on` is so: look whether both come from one program\nexpires_on = \"MM/DD/YYYY\"",
    ] {
        assert!(mapping.contains(line), "{line}\n{mapping}");
    }
    let (exit, said) = folder.run(&["run", "policy.pay", "report.csv", "staff.csv", "--as-of", "2025-06-30"], &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("200.00") && said.stderr.contains("report.csv: 2 rows in = 2 used"), "{}", said.stderr);
}

#[test]
fn reports_with_tabs_dashes_and_protected_ids_need_no_answer() {
    let tabs =
        "EMP #\tBADGE ID\tEARNED ON\tFEE\n-----\t--------\t---------\t---\n'10412\tT-1\t2025-03-04\t10.00\n'10413\tT-2\t2025-03-05\tNULL\n";
    let wrapped = "External ID,Badge ID,Earned On\n=\"10412\",=\"T-1\",2025-03-04-08:00\n=\"10413\",=\"T-2\",2025-03-05-08:00\n";
    let policy = POLICY.replace("  earned_on date\n", "  earned_on date\n  fee money, optional\n");
    for (name, text) in [("report.txt", tabs), ("report.csv", wrapped)] {
        let folder = Folder::text_files(&format!("protected-{name}"), &[("policy.pay", &policy), (name, text), ("staff.csv", STAFF)]);
        let (_, said) = folder.map(&[name, "staff.csv"], &[]);
        let mapping = folder.text("mapping.toml");
        assert!(!mapping.contains("???"), "{mapping}\n{}", said.stderr);
        let (exit, said) = folder.run(&["run", "policy.pay", name, "staff.csv", "--as-of", "2025-06-30"], &[]);
        assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
        assert!(said.stderr.contains("in = 2 used") && said.stderr.contains("200.00"), "{mapping}\n{}", said.stderr);
    }
}

#[test]
fn words_that_stand_for_no_day_are_blank_and_others_are_asked() {
    let policy = POLICY.replace("  earned_on date\n", "  earned_on date\n  expires_on date, optional\n");
    let header = "recipient_email,badge_template_id,issued_at,expires_at";
    let rows = "ada@district.org,T-1,2025-03-04,false\nbo@district.org,T-2,2025-03-05,2030-03-05\nada@district.org,T-3,pending,Never\nbo@district.org,T-4,2025-03-06,under review\nada@district.org,T-5,2025-03-07,2030-03-07\nbo@district.org,T-6,2025-03-07,2031-03-07\n";
    let report = format!("{header}\n{rows}");
    let folder = Folder::text_files("no-day", &[("policy.pay", &policy), ("report.csv", &report), ("staff.csv", STAFF)]);
    let (_, said) = folder.map(&["report.csv", "staff.csv"], &[]);
    let mapping = folder.text("mapping.toml");
    for line in [
        "false = \"\"   # 1 row; it says that there is none: blank",
        "Never = \"\"   # 1 row; it says that there is none: blank",
        "# \"under review\" = \"???\"   # 1 row, rejected unless somebody says that it means blank",
        "1 row, rejected either way because the policy needs `earned_on`",
    ] {
        assert!(mapping.contains(line), "{line}\n{mapping}\n{}", said.stderr);
    }
    let (exit, said) = folder.run(&["run", "policy.pay", "report.csv", "staff.csv", "--as-of", "2025-06-30"], &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("report.csv: 6 rows in = 4 used + 2 rejected"), "{}", said.stderr);
}

#[test]
fn what_is_left_over_belongs_together() {
    let batch = "First Name,Last Name,User ID,SSN,DOH,DOT,Course Code,Done On\nAda,Ruiz,10412,,2019-08-01,,T-1,2025-03-04\nBo,Lind,10413,,2020-08-01,,T-2,2024-11-02\n";
    let policy = POLICY.replace("badge_id text", "course_code text").replace("per badge_id", "per course_code");
    let folder = Folder::text_files("left-over", &[("policy.pay", &policy), ("batch.csv", batch), ("staff.csv", STAFF)]);
    let (exit, said) = folder.map(&["batch.csv", "staff.csv"], &[]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let mapping = folder.text("mapping.toml");
    // the day of hire is a day of something else, as the platform says: one column of dates is left
    let days = "earned_on = \"Done On\"   # by its values: the only column of dates that is left";
    let left = "record = \"badge\"   # no other file holds this record";
    for line in [left, days, "employee = \"User ID\"", "employee = \"Employee #\""] {
        assert!(mapping.contains(line), "{line}\n{mapping}");
    }
    let (exit, said) = folder.run(&["run", "policy.pay", "batch.csv", "staff.csv", "--as-of", "2025-06-30"], &[]);
    assert_eq!(exit, Exit::Done, "{mapping}\n{}", said.stderr);
    assert!(said.stderr.contains("200.00"), "{}", said.stderr);
}

#[test]
fn an_enumeration_is_found_by_its_words() {
    let policy = POLICY.replace("  earned_on date\n", "  earned_on date\n  status one of earned, in_progress, revoked\n");
    let badges = "Employee,Badge ID,Earned,Where,Mark\n1,A,2025-01-02,here,Earned\n2,B,2025-03-04,there,In Progress\n";
    let folder = Folder::text_files("words", &[("policy.pay", &policy), ("badges.csv", badges), ("staff.csv", "Employee\n1\n2\n")]);
    folder.map(&["badge=badges.csv", "employee=staff.csv"], &[]);
    let mapping = folder.text("mapping.toml");
    assert!(mapping.contains("status = \"Mark\"   # by its values; each of its values is a word of the policy, or means one"), "{mapping}");
    drop(folder);
    // two such columns: a person has to say
    let badges = "Employee,Badge ID,Earned,Mark,Outlook\n1,A,2025-01-02,Earned,Revoked\n2,B,2025-03-04,In Progress,Earned\n";
    let folder = Folder::text_files("words", &[("policy.pay", &policy), ("badges.csv", badges), ("staff.csv", "Employee\n1\n2\n")]);
    folder.map(&["badge=badges.csv", "employee=staff.csv"], &[]);
    let mapping = folder.text("mapping.toml");
    assert!(mapping.contains("status = \"???\"") && !mapping.contains("perhaps earned_on = \"Employee\""), "{mapping}");
}

#[test]
fn two_columns_of_dates_stay_a_question() {
    let badges = "Employee,Badge ID,First Day,Printed\n1,A,2025-01-02,2025-02-01\n2,B,2025-03-04,2025-02-01\n";
    let folder = Folder::text_files("two-dates", &[("policy.pay", POLICY), ("badges.csv", badges), ("staff.csv", "Employee\n1\n2\n")]);
    folder.map(&["badge=badges.csv", "employee=staff.csv"], &[]);
    assert!(folder.text("mapping.toml").contains("earned_on = \"???\""), "{}", folder.text("mapping.toml"));
}

#[test]
fn headers_that_hold_digits_stay_headers() {
    let wide = "Employee,Badge ID,2024 Salary,2025 Salary,Earned\n1,A,50000,51000,2025-01-02\n2,B,48000,49000,2025-03-04\n";
    let folder = Folder::text_files("digits", &[("policy.pay", POLICY), ("badges.csv", wide), ("staff.csv", "Employee\n1\n2\n")]);
    folder.map(&["badge=badges.csv", "employee=staff.csv"], &[]);
    let mapping = folder.text("mapping.toml");
    assert!(!mapping.contains("headers = ") && mapping.contains("earned_on = \"Earned\""), "{mapping}");
}

#[test]
fn nothing_that_was_read_is_replaced() {
    let folder = Folder::text_files("apart", &[("policy.pay", POLICY), ("staff.csv", "Employee\n1\n")]);
    let (exit, said) = folder.run(&["map", "employee=staff.csv", "--policy", "policy.pay", "--out", "staff.csv", "--force"], &[]);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains("[output-is-input]"), "{}", said.stderr);
}
