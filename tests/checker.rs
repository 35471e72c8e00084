//! From text to meaning: what the checker accepts without a word, and what it makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use stipend::cli::{load, pipeline};
use stipend::diagnostic::{Diagnostic, Diagnostics};
use stipend::policy::{self, Policy};
use stipend::source::{Place, Source};
use stipend::syntax;

/// The policy, if there is one, and every problem in the order of the file.
fn checked(name: &str, text: &str) -> (Option<Policy>, Vec<Diagnostic>) {
    let source = Source::new(name, text);
    let mut diagnostics = Diagnostics::new();
    let ast = syntax::parse(&source, &mut diagnostics);
    let policy = policy::compile(&source, &ast, &mut diagnostics);
    (policy, diagnostics.sorted())
}

/// One line for each problem: where, what, how bad.
fn told(text: &str, problems: &[Diagnostic]) -> String {
    let source = Source::new("policy.pay", text);
    let line = |problem: &Diagnostic| match &problem.place {
        Place::Policy(span) => {
            let (line, column) = source.line_column(span.start);
            format!("  {line}:{column} {:?} {} `{}`: {}\n", problem.severity, problem.code, source.slice(*span), problem.message)
        }
        Place::Cell(_) | Place::Option(_) => format!("  {problem:?}\n"),
    };
    problems.iter().map(line).collect()
}

fn policies_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(policies_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "pay") || path.ends_with("policy.md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_policy_on_the_shelves_passes_without_a_word() {
    let shelves = ["rules", "samples", "tests/cases"];
    let mut wrong = String::new();
    for path in shelves.iter().flat_map(|shelf| policies_below(Path::new(shelf))) {
        let mut diagnostics = Diagnostics::new();
        let source = load::read_whole_policy(Path::new(""), &path.to_string_lossy(), &mut diagnostics).unwrap();
        let policy = pipeline::compile(&source, &mut diagnostics);
        let problems = diagnostics.sorted();
        if policy.is_none() || !problems.is_empty() {
            wrong += &format!("{}\n{}", path.display(), told(&source.text, &problems));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const SEED: &str = include_str!("../rules/wi-kettle-moraine/policy.pay");

/// A policy that is right, in which a test changes a few words.
const COURSES: &str = r#"policy "Courses"
  effective    from 2025-07-01
  rounding     half up to the cent
  month end    last day
  fiscal year  starts July 1

calendar semester
  "fall 2025"    from 2025-08-15 to 2025-12-19
  "spring 2026"  from 2026-01-05 to 2026-05-29

record employee
  employee   id
  salary     money
  hired      date
  fte        number, dated from fte_from to fte_to
  fte_from   date, optional
  fte_to     date, optional

record course
  employee   employee
  course_id  text
  status     one of taken, passed, "given up"
  enrolled   date
  passed_on  date, optional
  hours      number

let rate by effective date
  from 2025-07-01 to 2026-06-30  $25
  from 2026-07-01                $30

award "Course" for each course
  if    status is passed and hours at least 3
  once  per course_id
  pay   rate * hours as stipend
  prorate by fte as of passed_on
  effective on passed_on

award "Service" for each employee each fiscal year
  if    years from hired to period start at least 10
  pay   2 % of salary to base salary, not prorated
  effective on period start

limit "Course" to $600 per semester, after proration
  excess is lost

limit "Course", "Service" to $2,000 * fte as of effective date per fiscal year, before proration
  excess is carried to the next period
"#;

/// The codes of a policy's problems, in the order of the file.
fn codes(text: &str) -> Vec<&'static str> {
    checked("policy.pay", text).1.into_iter().map(|problem| problem.code).collect()
}

/// The codes after `from` is replaced by `to`, which must change something.
fn after(from: &str, to: &str) -> Vec<&'static str> {
    assert!(COURSES.contains(from), "`{from}` is not in the policy");
    codes(&COURSES.replacen(from, to, 1))
}

fn courses() -> Policy {
    let (policy, problems) = checked("policy.pay", COURSES);
    policy.unwrap_or_else(|| panic!("{}", told(COURSES, &problems)))
}

#[test]
fn the_seed_policy_means_what_it_says() {
    let (policy, problems) = checked("policy.pay", SEED);
    let policy = policy.expect("the seed policy compiles");
    assert_eq!(told(SEED, &problems), "");
    let award = &policy.awards[0];
    assert_eq!(award.conditions.len(), 5);
    assert!(award.proration.is_none());
    assert!(matches!(award.placing.kind, policy::ExprKind::EffectiveDate));
    assert!(matches!(award.once.as_ref().unwrap().window, policy::Window::Ever));
    assert_eq!(award.limits, [policy::LimitId(0)]);
    assert_eq!(policy.limits[0].basis, policy::LimitBasis::AfterProration);
    assert!(matches!(policy.limits[0].window, policy::Window::Rolling(_)));
}

#[test]
fn a_policy_in_order_is_told_nothing() {
    assert_eq!(codes(COURSES), Vec::<&str>::new());
    let policy = courses();
    assert_eq!(policy.awards[0].limits, [policy::LimitId(0), policy::LimitId(1)]);
    assert_eq!(policy.awards[1].limits, [policy::LimitId(1)]);
    assert!(matches!(policy.awards[1].each, policy::Each::EmployeePeriod(policy::PeriodKind::FiscalYear)));
    assert!(matches!(policy.awards[0].proration.as_ref().unwrap().kind, policy::ExprKind::DatedField { .. }));
}

#[test]
fn names_are_found_in_the_row_then_the_person_then_the_lets() {
    assert_eq!(after("hours at least 3", "salary at least $3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "course.hours at least 3 and employee.salary at least $3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "rate at least $3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "hour at least 3"), ["unknown-name"]);
    assert_eq!(after("hours at least 3", "course.hour at least 3"), ["unknown-field"]);
    assert_eq!(after("hours at least 3", "class.hours at least 3"), ["unknown-record"]);
    assert_eq!(after("let rate", "let hours"), ["declared-twice", "unknown-name"]);
}

#[test]
fn words_of_a_list_need_no_quotation_marks() {
    assert_eq!(after("status is passed", "passed is status"), Vec::<&str>::new());
    assert_eq!(after("status is passed", "status is one of passed, taken"), Vec::<&str>::new());
    assert_eq!(after("status is passed", "status is \"given up\""), Vec::<&str>::new());
    assert_eq!(after("status is passed", "status is pased"), ["unknown-word"]);
    assert_eq!(after("status is passed", "status is one of pased, taken"), ["unknown-word"]);
    assert_eq!(after("status is passed", "status is course_id"), ["unlike-comparison"]);
    assert_eq!(after("status is passed", "course_id is art"), ["unknown-name"]);
}

#[test]
fn what_to_write_instead_is_said_in_the_words_of_the_policy() {
    let help = |from: &str, to: &str| {
        let problems = checked("policy.pay", &COURSES.replacen(from, to, 1)).1;
        problems.into_iter().flat_map(|problem| problem.help).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(help("status is passed", "passed"), "write `status is passed` to ask for it, or `\"passed\"` in quotation marks as a value");
    assert_eq!(help("status is passed", "status"), "compare it, as in `status is taken`");
    assert_eq!(help("hours at least 3", "hours"), "compare it, as in `hours at least 2`");
    assert_eq!(help("hours at least 3", "enrolled after \"2025-09-01\""), "write a date without quotation marks");
    assert_eq!(help("hours at least 3", "salary at least 3"), "write the number as money, such as `$5`");
    assert_eq!(help("hours at least 3", "course_id is art"), "put text into quotes: `\"art\"`");
    assert_eq!(help("hours at least 3", "hour at least 3"), "did you mean `hours`?");
    assert_eq!(help("fte as of passed_on", "fte"), "write `fte as of effective date`, or as of another date");
}

#[test]
fn inside_an_aggregate_bare_names_are_of_the_row_looked_at() {
    assert_eq!(after("hours at least 3", "any course where hours at least 3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "(sum of hours of known course where status is passed) at least 3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "(count of course where course.hours at least 3) is 1"), ["ambiguous-row"]);
    assert_eq!(after("hours at least 3", "(latest fte_from of employee) before passed_on"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "(sum of fte of employee) at least 3"), Vec::<&str>::new());
    assert_eq!(after("hours at least 3", "fte_from before passed_on"), ["dated-without-as-of"]);
}

#[test]
fn only_like_is_combined_with_like() {
    let pays = |amount: &str| after("rate * hours", amount);
    assert_eq!(pays("rate * 5 % * hours"), Vec::<&str>::new());
    assert_eq!(pays("salary / 12 + rate"), Vec::<&str>::new());
    assert_eq!(pays("salary * (rate / $10)"), Vec::<&str>::new());
    assert_eq!(pays("greatest of rate, 5 % of salary, $3"), Vec::<&str>::new());
    assert_eq!(pays("if hours at least 6 then rate else $20"), Vec::<&str>::new());
    assert_eq!(pays("rate * rate"), ["money-times-money"]);
    assert_eq!(pays("rate + hours"), ["money-plus-number"]);
    assert_eq!(pays("rate + 5 %"), ["percent-without-base"]);
    assert_eq!(pays("hours / rate"), ["cannot-be-combined"]);
    assert_eq!(pays("least of rate, hours"), ["unlike-comparison"]);
    assert_eq!(pays("hours"), ["pay-not-money"]);
    assert_eq!(pays("5 %"), ["percent-without-base"]);
    assert_eq!(pays("passed_on"), ["pay-not-money"]);
}

#[test]
fn dates_move_by_lengths_of_time() {
    let effective = |date: &str| after("effective on passed_on", &format!("effective on {date}"));
    assert_eq!(effective("passed_on + 90 days"), Vec::<&str>::new());
    assert_eq!(effective("90 days + passed_on"), Vec::<&str>::new());
    assert_eq!(effective("end of fiscal year of passed_on"), Vec::<&str>::new());
    assert_eq!(effective("start of semester of passed_on"), Vec::<&str>::new());
    assert_eq!(effective("start of school year of passed_on"), ["year-without-start"]);
    assert_eq!(effective("start of year of passed_on"), ["bare-year"]);
    assert_eq!(effective("passed_on + 90"), ["date-plus-amount"]);
    assert_eq!(effective("passed_on - enrolled"), ["date-minus-date"]);
    assert_eq!(effective("effective date"), ["value-needs-itself"]);
    assert_eq!(effective("period start"), ["period-outside-award"]);
}

#[test]
fn a_month_end_rule_is_asked_for_where_months_are_added() {
    let without = COURSES.replacen("  month end    last day\n", "", 1);
    assert_eq!(codes(&without), ["missing-month-end"]);
    let in_days = without.replacen("years from hired to period start at least 10", "hired on or before period start - 3650 days", 1);
    assert_eq!(codes(&in_days), Vec::<&str>::new());
    let by_let = in_days.replacen("award \"Course\"", "let pause = 1 month\n\naward \"Course\"", 1);
    assert_eq!(codes(&by_let.replacen("effective on passed_on", "effective on passed_on + pause", 1)), ["missing-month-end"]);
    assert_eq!(codes(&in_days.replacen("per semester", "per rolling 90 days", 1)), Vec::<&str>::new());
    assert_eq!(codes(&in_days.replacen("per semester", "per rolling 1 year", 1)), ["missing-month-end"]);
    assert_eq!(codes(&in_days.replacen("once  per course_id", "once  per course_id every 5 years", 1)), ["missing-month-end"]);
}

#[test]
fn a_rounding_is_asked_for_where_cents_can_break() {
    let without = COURSES.replacen("  rounding     half up to the cent\n", "", 1);
    assert_eq!(codes(&without), ["missing-rounding"]);
    let whole = without
        .replacen("pay   rate * hours as stipend\n  prorate by fte as of passed_on", "pay   rate as stipend, not prorated", 1)
        .replacen("2 % of salary", "$500", 1)
        .replacen("$2,000 * fte as of effective date", "$2,000", 1);
    assert_eq!(codes(&whole), Vec::<&str>::new());
    assert_eq!(codes(&whole.replacen("pay   rate", "pay   rate / 3", 1)), ["missing-rounding"]);
    assert_eq!(codes(&whole.replacen("pay   rate", "pay   $100 / 4", 1)), ["unused-let"]);
    assert_eq!(codes(&whole.replacen("pay   rate", "pay   rate / 3 rounded up to the dollar", 1)), Vec::<&str>::new());
    assert_eq!(
        codes(&whole.replacen("pay   rate as stipend,", "pay   rate / 3 as stipend, rounded up to the dollar,", 1)),
        Vec::<&str>::new()
    );
    assert_eq!(codes(&whole.replacen("to $600", "to salary / 100", 1)), ["missing-rounding"]);
}

#[test]
fn dated_lines_leave_no_day_out() {
    assert_eq!(after("from 2026-07-01                $30", "from 2026-08-01                $30"), ["dates-gap"]);
    assert_eq!(after("from 2026-07-01                $30", "from 2026-06-01                $30"), ["dates-overlap"]);
    assert_eq!(after("from 2025-07-01 to 2026-06-30  $25", "from 2025-08-01 to 2026-06-30  $25"), ["dates-gap"]);
    assert_eq!(after("from 2026-07-01                $30", "from 2026-07-01 to 2027-06-30  $30"), ["dates-gap"]);
    let dated = COURSES.replacen("effective    from 2025-07-01", "effective    from 2025-07-01 to 2027-06-30", 1);
    assert_eq!(codes(&dated.replacen("from 2026-07-01                $30", "from 2026-07-01 to 2027-06-30  $30", 1)), Vec::<&str>::new());
    assert_eq!(after("rate by effective date\n  from 2025-07-01", "rate by passed_on\n  from 2024-07-01"), Vec::<&str>::new());
}

#[test]
fn limits_say_all_of_it() {
    assert_eq!(after(" per semester", ""), ["limit-without-period"]);
    assert_eq!(after("per semester", "per year"), ["bare-year"]);
    assert_eq!(after("per semester", "per semster"), ["unknown-calendar"]);
    assert_eq!(after(", after proration", ""), ["limit-and-proration"]);
    assert_eq!(after("  excess is lost\n", ""), ["limit-without-excess"]);
    assert_eq!(after("per semester, after proration\n  excess is lost", "ever, after proration\n  excess waits"), ["wait-for-ever"]);
    assert_eq!(after("excess is lost", "excess is paid as stipend"), ["excess-stays-paid"]);
    assert_eq!(after("to $600", "to 25 hours"), Vec::<&str>::new());
    assert_eq!(after("to $600", "to 25 hour"), ["unknown-field"]);
    assert_eq!(after("to $600", "to 3 awards"), Vec::<&str>::new());
    assert_eq!(after("to $600", "where status is passed to $600"), Vec::<&str>::new());
    assert_eq!(after("to $2,000", "where status is passed to $2,000"), ["row-of-another-record"]);
    assert_eq!(after("per semester", "per year from hired"), Vec::<&str>::new());
    assert_eq!(after("per semester", "per year from enrolled"), ["row-of-another-record"]);
}

#[test]
fn what_can_never_matter_is_a_warning() {
    let course = |text: &str| after("hours at least 3", text);
    assert_eq!(course("hours at least 3 and hours less than 3.5"), Vec::<&str>::new());
    assert_eq!(course("hours at least 3 and hours less than 3"), ["never-pays"]);
    assert_eq!(course("hours at least 3 and hours at most 2"), ["never-pays"]);
    assert_eq!(course("status is not passed"), ["never-pays"]);
    assert_eq!(course("status is one of taken, \"given up\""), ["never-pays"]);
    assert_eq!(course("passed_on before 2025-07-01"), ["never-pays"]);
    assert_eq!(course("hours is missing"), ["never-pays"]);
    assert_eq!(course("passed_on is missing"), Vec::<&str>::new());
    let lines = "pay   $100 as stipend when hours at least 6\n  pay   $50 as stipend when hours at least 9";
    assert_eq!(after("pay   rate * hours as stipend", lines), ["unused-let", "unreachable-pay-line"]);
}

#[test]
fn a_limit_that_never_binds_is_a_warning_and_one_that_may_is_not() {
    let once = COURSES
        .replacen("once  per course_id", "once  per semester", 1)
        .replacen("pay   rate * hours as stipend\n  prorate by fte as of passed_on", "pay   $250 as stipend, not prorated", 1)
        .replacen("let rate by effective date\n  from 2025-07-01 to 2026-06-30  $25\n  from 2026-07-01                $30\n", "", 1);
    let without_second = once.split("limit \"Course\", \"Service\"").next().unwrap().to_owned();
    assert_eq!(codes(&without_second), ["limit-never-binds"]);
    assert_eq!(codes(&without_second.replacen("once  per semester", "once  per course_id", 1)), Vec::<&str>::new());
    // a carried part can meet the next period's award
    assert_eq!(codes(&without_second.replacen("excess is lost", "excess is carried to the next period", 1)), Vec::<&str>::new());
    let twice = COURSES.replacen(
        "limit \"Course\" to",
        "limit \"Course\" to $900 ever, after proration\n  excess is lost\n\nlimit \"Course\" to",
        1,
    );
    assert_eq!(codes(&twice), Vec::<&str>::new());
    assert_eq!(codes(&twice.replacen("$900", "$500", 1)), ["limit-never-binds"]);
    let tiers = COURSES.replacen("rate * hours", "first 2 per semester at rate, then rate * hours", 1);
    let counted = tiers
        .replacen("to $600 per semester, after proration", "to 2 awards per semester", 1)
        .replace("excess is carried to the next period", "excess is lost");
    assert_eq!(codes(&tiers), Vec::<&str>::new());
    assert_eq!(codes(&counted), ["unreachable-tier"]);
    assert_eq!(codes(&counted.replacen("excess is lost", "excess waits", 1)), Vec::<&str>::new());
}

/// One slip at a time: a line left out, a line twice, a word changed. There is a policy exactly where there is no error.
#[test]
fn a_policy_comes_out_exactly_where_no_error_does() {
    let lines: Vec<&str> = COURSES.lines().collect();
    for index in 0..lines.len() {
        let without: Vec<&str> = lines.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, line)| *line).collect();
        let twice: Vec<&str> = lines.iter().take(index + 1).chain(lines.iter().skip(index)).copied().collect();
        let words: Vec<String> = lines[index].split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let changed = words.iter().flat_map(|word| ["", "$5", "employee", "year"].map(|other| lines[index].replacen(word, other, 1)));
        let changed = changed.map(|line| [&lines[..index], &[line.as_str()], &lines[index + 1..]].concat().join("\n"));
        for text in [without.join("\n"), twice.join("\n")].into_iter().chain(changed) {
            let (policy, problems) = checked("policy.pay", &text);
            let errors = problems.iter().any(|problem| problem.severity == stipend::diagnostic::Severity::Error);
            assert_ne!(policy.is_some(), errors, "{text}\n{}", told(&text, &problems));
        }
    }
}

/// Lets that each use the one before it, `uses` times.
fn chain(lets: usize, value: &str) -> String {
    let chain: String = (1..lets).map(|index| format!("let v{index} = {}\n\n", value.replace('#', &format!("v{}", index - 1)))).collect();
    COURSES.replacen("pay   rate * hours", &format!("pay   rate + v{}", lets - 1), 1).replacen(
        "award",
        &format!("let v0 = $1\n\n{chain}award"),
        1,
    )
}

#[test]
fn lets_in_lets_are_bounded() {
    assert_eq!(codes(&chain(10, "# + #")), Vec::<&str>::new());
    assert_eq!(codes(&chain(60, "# + $1")), Vec::<&str>::new());
    assert_eq!(codes(&chain(60, "# + #")), ["too-many"]);
    assert_eq!(codes(&chain(150, "# + $1")), ["too-many"]);
    assert_eq!(codes(&chain(3000, "# + $1")).first(), Some(&"too-many"));
    let cycle = COURSES.replacen("let rate by", "let one = two\n\nlet two = one\n\nlet rate by", 1);
    assert_eq!(codes(&cycle), ["value-needs-itself"]);
}

#[test]
fn readings_say_what_each_would_pay() {
    let help = |text: &str| checked("policy.pay", text).1.into_iter().flat_map(|problem| problem.help).collect::<Vec<_>>().join("\n");
    let salary = "pay   $250 to base salary, not prorated";
    let cut = COURSES.replacen("pay   rate * hours as stipend\n  prorate by fte as of passed_on", salary, 1).replacen(
        "  excess is lost\n",
        "",
        1,
    );
    assert!(help(&cut).contains("`excess is lost`: the 3rd award of $250 pays $100"), "{}", help(&cut));
    assert!(help(&cut).contains("it pays $100 and $150 once, as a stipend"), "{}", help(&cut));
    let unsaid = COURSES.replacen("rate * hours", "$250", 1).replacen("  prorate by fte as of passed_on\n", "", 1);
    assert!(help(&unsaid).contains("half-time staff receive $125"), "{}", help(&unsaid));
    let basis = COURSES.replacen("rate * hours", "$250", 1).replacen(", after proration", "", 1);
    assert!(help(&basis).contains("with the 3rd award, having received $300"), "{}", help(&basis));
    assert!(help(&basis).contains("with the 5th award, having received $600"), "{}", help(&basis));
    let ever = COURSES.replacen("per semester", "ever", 1).replacen("  excess is lost\n", "", 1);
    assert!(!help(&ever).contains("waits") && !help(&ever).contains("carried") && !help(&ever).contains("stipend"), "{}", help(&ever));
}
