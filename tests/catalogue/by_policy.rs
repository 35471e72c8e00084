//! Rows of the catalogue that the policy decides, or that show only once it pays: in every form that they can come in.

use stipend::cli::pipeline::Bound;
use stipend::report::results::{Fate, Who};
use stipend::value::Date;

use super::dress::Dress;
use super::every_form::{all, bound, encoding, grid};
use super::forms::{Grid, file};
use super::support;

const STAFF: &str = r#"policy "Credentials of the staff"
  authority "Example District"
  effective from 2024-07-01
  rounding half up to the cent
  month end last day

record employee
  employee  id
  status    one of active, leave, separated
  hired_on  date
  left_on   date, optional

record credential
  employee  employee
  title     text
  platform  text
  earned_on date

award "Credential" for each credential
  if employee.status is active
  and earned_on on or after employee.hired_on
  and employee.left_on is missing or earned_on on or before employee.left_on
  pay $10 as stipend, not prorated
  effective on earned_on
  MORE
"#;

/// What becomes of each row of credentials (row and word), and the warnings of rows that may be paid twice (row and message).
fn became(clause: &str, (people, credentials): (&Grid, &Grid), form: &str) -> (Vec<String>, Vec<String>) {
    let policy = support::policy_of(&STAFF.replace("  MORE\n", clause));
    let written = |record: &'static str, grid: &Grid| {
        let (name, bytes) = file(form, record, grid, &Dress::default());
        (record, name, bytes)
    };
    let rule = |record: &str| format!("[[file]]\nmatch = \"{record}*\"\n{}", encoding(form));
    let mapping = rule("employee") + &rule("credential");
    let (facts, problems) = bound(&policy, vec![written("employee", people), written("credential", credentials)], &mapping);
    let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
    assert!(problems.is_empty(), "{form}: {problems:#?}");
    let bound = Bound::new(policy, facts, Date::new(2025, 6, 30).expect("a day"));
    let results = bound.results(&|_| {});
    let of_credentials = |file: u16| bound.facts.files[usize::from(file)].name.starts_with("credential");
    let decided = results.outcomes.iter().filter(|outcome| of_credentials(outcome.place.file));
    let decided = decided.map(|outcome| {
        assert!(matches!(outcome.fate, Fate::Decided(_)) && matches!(outcome.who, Who::Employee(_)), "{form}");
        format!("{} {}", outcome.place.row, outcome.fate.word())
    });
    let again = results.paid_again().into_iter().map(|warning| {
        let stipend::source::Place::Cell(cell) = &warning.place else { panic!("{form}: {warning:#?}") };
        format!("{} {}: {}", cell.row.expect("a row"), warning.code, warning.help.join("; "))
    });
    (decided.collect(), again.collect())
}

fn staff() -> Grid {
    grid(&[
        &["employee", "status", "hired_on", "left_on"],
        &["1042", "active", "2020-08-01", ""],
        &["1043", "leave", "2020-08-01", ""],
        &["1044", "separated", "2020-08-01", "2025-01-31"],
        &["1045", "active", "2024-11-01", "2025-01-31"],
    ])
}

#[test]
fn the_same_credential_again_in_every_form() {
    let credentials = grid(&[
        &["employee", "title", "platform", "earned_on"],
        &["1042", "Reading", "Credly", "2024-09-01"],
        &["1042", "Writing", "Credly", "2024-09-01"],
        &["1042", "Reading", "Credly", "2024-10-01"],
        &["1042", "Reading", "BloomBoard", "2024-10-02"],
    ]);
    for form in all() {
        // revoked and awarded again: the dates differ, and nothing in the policy says what is paid once
        let (decided, again) = became("", (&staff(), &credentials), form);
        assert_eq!(decided, ["2 paid", "3 paid", "4 paid", "5 paid"], "{form}");
        let asked = "if that is one credential awarded again, say in the policy what is paid once: once per title; \
             if each day counts, say so: once per title, earned_on";
        assert_eq!(again, [format!("4 perhaps-paid-twice: {asked}")], "{form}");
        // two platforms or two days: the policy's rule decides
        let (decided, again) = became("  once per title\n", (&staff(), &credentials), form);
        assert_eq!((decided, again.len()), (["2 paid", "3 paid", "4 repeated", "5 repeated"].map(str::to_owned).to_vec(), 0), "{form}");
        let (decided, again) = became("  once per title, earned_on\n", (&staff(), &credentials), form);
        assert_eq!((decided, again.len()), (["2 paid", "3 paid", "4 paid", "5 paid"].map(str::to_owned).to_vec(), 0), "{form}");
    }
}

/// One row that is paid month after month is one row.
#[test]
fn what_comes_again_by_rule_is_no_credential_awarded_again() {
    let credentials = grid(&[
        &["employee", "title", "platform", "earned_on"],
        &["1042", "Reading", "Credly", "2024-09-01"],
        &["1042", "Writing", "Credly", "2024-09-01"],
    ]);
    let (decided, again) = became("  monthly for 2 months\n", (&staff(), &credentials), "csv");
    assert_eq!(decided, ["2 paid", "2 paid", "3 paid", "3 paid"]);
    assert_eq!(again, Vec::<String>::new());
}

#[test]
fn staff_on_leave_or_gone_in_every_form() {
    let credentials = grid(&[
        &["employee", "title", "platform", "earned_on"],
        &["1042", "Reading", "Credly", "2024-09-01"],
        &["1043", "Reading", "Credly", "2024-09-01"],
        &["1044", "Reading", "Credly", "2024-09-01"],
    ]);
    for form in all() {
        let (decided, _) = became("", (&staff(), &credentials), form);
        assert_eq!(decided, ["2 paid", "3 not eligible", "4 not eligible"], "{form}");
    }
}

#[test]
fn days_outside_employment_in_every_form() {
    let credentials = grid(&[
        &["employee", "title", "platform", "earned_on"],
        &["1045", "Before the first day", "Credly", "2024-10-31"],
        &["1045", "On the first day", "Credly", "2024-11-01"],
        &["1045", "On the last day", "Credly", "2025-01-31"],
        &["1045", "After the last day", "Credly", "2025-02-01"],
        &["1042", "Still to come", "Credly", "2025-07-01"],
    ]);
    for form in all() {
        let (decided, _) = became("", (&staff(), &credentials), form);
        assert_eq!(decided, ["2 not eligible", "3 paid", "4 paid", "5 not eligible", "6 waiting"], "{form}");
    }
}
