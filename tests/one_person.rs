//! One person with very many rows: nothing walks over all that is posted for each row, or these tests would not end.

use stipend::cli::pipeline::{Bound, Materials, bind};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Input, Mapping};
use stipend::report::excerpt;
use stipend::report::results::{Detail, Fate};
use stipend::report::totals::Totals;
use stipend::source::Source;
use stipend::value::{Date, Number};

const ROWS: u32 = 100_000;

const HEAD: &str = "policy \"Many rows\"
  effective from 2014-07-01
  month end last day
  fiscal year starts July 1

record employee
  employee  id

record credential
  employee       employee
  credential_id  text
  approved       date
  category       text

award \"Course\" for each credential
";

/// Each credential twice, over the ten years from 2015 on, in no order.
fn credentials() -> String {
    let first = Date::new(2015, 1, 1).unwrap();
    let mut text = "employee,credential_id,approved,category\n".to_owned();
    for row in 0..ROWS {
        let (credential, day) = (row / 2, (row / 2).wrapping_mul(7919) % 3650);
        let category = if row % 2 == 0 { "course" } else { "workshop" };
        text.push_str(&format!("1042,C-{credential},{},{category}\n", first.plus_days(day as i32).unwrap()));
    }
    text
}

fn bound(clauses: &str, files: &[(&str, &str)]) -> Bound {
    let source = Source::new("policy.pay", &format!("{HEAD}{clauses}"));
    let input = |(record, text): &(&str, &str)| Input {
        name: format!("{record}.csv"),
        sheet: None,
        record: Some((*record).to_owned()),
        bytes: text.as_bytes().to_vec(),
        stream: None,
    };
    let inputs: Vec<Input> = [("employee", "employee\n1042\n")].iter().chain(files).map(input).collect();
    let as_of = Date::new(2025, 6, 30).unwrap();
    let mut problems = Diagnostics::new();
    let bound = bind(Materials { policy: source.clone(), inputs: inputs.into(), mapping: Mapping::default(), as_of }, &mut problems);
    bound.unwrap_or_else(|| panic!("{}", excerpt::render_all(&problems.sorted(), Some(&source))))
}

/// The lines and dollars paid, and how many rows have the fate.
fn paid(bound: &Bound, fate: &str) -> (usize, i64, usize) {
    let results = bound.results_in(Detail::Exceptions, &|_| {});
    let totals = Totals::of(&results);
    assert!(totals.control.agrees());
    let count = |(fate_of, count): (&Fate, &usize)| if fate_of.word() == fate { *count } else { 0 };
    (totals.lines, totals.paid.and_then(Number::to_integer).unwrap(), totals.fates.iter().map(count).sum())
}

#[test]
fn a_key_is_found_among_all_that_is_posted() {
    let once = "  once per credential_id\n  pay $2 as stipend, not prorated\n  effective on approved\n";
    let bound = bound(once, &[("credential", &credentials())]);
    assert_eq!(paid(&bound, "repeated"), (50_000, 100_000, 50_000));
}

#[test]
fn windows_are_added_up_as_they_fill() {
    let pay = "  pay $1 as stipend, not prorated\n  effective on approved\n\n";
    let credentials = credentials();
    let limited = |limit: &str| {
        let bound = bound(&format!("{pay}limit \"Course\" to {limit}\n  excess is lost\n"), &[("credential", &credentials)]);
        paid(&bound, "reduced")
    };
    // eleven fiscal years hold days of these ten years: the first and the last a half of them
    assert_eq!(limited("$4,000 per fiscal year"), (44_000, 44_000, 56_000));
    assert_eq!(limited("$70,000 ever"), (70_000, 70_000, 30_000));
    // in ten years from the first day on, each with some 10,000 rows
    let (lines, dollars, reduced) = limited("$4,000 per rolling 1 year");
    assert_eq!((lines, dollars, reduced), (40_000, 40_000, 60_000));
    assert_eq!(limited("$4,000 per 1 year from the first award"), (40_000, 40_000, 60_000));
}

#[test]
fn tiers_count_what_is_paid() {
    let tiers = "  pay first 100 ever at $5, next 49900 at $2, then $1 as stipend\n  not prorated\n  effective on approved\n";
    let bound = bound(tiers, &[("credential", &credentials())]);
    assert_eq!(paid(&bound, "paid"), (100_000, 500 + 99_800 + 50_000, 100_000));
}

#[test]
fn what_was_paid_is_recognised_row_by_row() {
    let once = "  pay $2 as stipend, not prorated\n  effective on approved\n";
    let credentials = credentials();
    let first = bound(once, &[("credential", &credentials)]);
    let results = first.results_in(Detail::Exceptions, &|_| {});
    let mut problems = Diagnostics::new();
    let written = String::from_utf8(results.adjustment_pieces(&mut problems).concat()).unwrap();
    let second = bound(once, &[("credential", &credentials), ("paid", &written)]);
    assert_eq!(paid(&second, "already paid"), (0, 0, 100_000));
}
