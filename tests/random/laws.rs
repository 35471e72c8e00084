//! What must hold of every run, whatever the policy says. Each law says whether it had something to say about the case.

use stipend::eval::{Line, PassedOver, PersonRun};
use stipend::policy::{Amount, Constant, Each, Excess, ExprKind, Limit, LimitBasis, LimitMeasure, PeriodKind, Policy, Window};
use stipend::syntax::ast::PayKind;
use stipend::value::{Duration, MonthEnd, Value};

use super::case::{Case, Compiled};
use super::data::{id_of, shuffle};
use crate::reference::days::{Day, MonthEndRule};
use crate::reference::random::Random;
use crate::reference::ratio::{Ratio, ZERO};
use crate::reference::world::Val;

/// Whether the law applied, or how it was broken.
pub type Law = Result<bool, String>;

fn ratio(number: stipend::value::Number) -> Ratio {
    Ratio::read(&number.to_string())
}

fn day(date: stipend::value::Date) -> Day {
    Day::of(date.year().into(), date.month().into(), date.day().into())
}

fn broken(what: String) -> Law {
    Err(what)
}

/// Every row and award has one outcome; every outcome's amount is the sum of its lines; every line's amount is the value of its step.
pub fn nothing_vanishes(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let ids = case.data.ids();
    let faults = case.observe(&compiled, &|run| {
        for (number, award) in (0u16..).zip(&compiled.policy.awards) {
            let Each::Event(record) = award.each else { continue };
            if award.recurs.is_some() {
                continue;
            }
            let rows = &case.data.tables[&compiled.policy.record(record).name];
            let rows = rows.iter().filter(|row| id_of(row) == ids[run.employee.0 as usize]).count();
            let outcomes = run.outcomes.iter().filter(|outcome| outcome.award.0 == number).count();
            if rows != outcomes {
                return Some(format!("{rows} rows and {outcomes} outcomes of {}", award.name));
            }
        }
        lines_are_their_steps(run)
    });
    faults.into_iter().flatten().next().map_or(Ok(true), Err)
}

fn lines_are_their_steps(run: &PersonRun) -> Option<String> {
    for (position, outcome) in run.outcomes.iter().enumerate() {
        let lines = run.lines.iter().filter(|line| line.outcome as usize == position);
        let sum = lines.map(|line| ratio(line.amount)).fold(ZERO, Ratio::plus);
        if sum != ratio(outcome.amount) {
            return Some(format!("an outcome of {} has lines of {sum}", outcome.amount));
        }
    }
    let wrong = run.lines.iter().find(|line| line.amount.is_zero() || run.trace.step(line.step).value != Value::Money(line.amount));
    wrong.map(|line| format!("a line of {} rests on a step of {:?}", line.amount, run.trace.step(line.step).value))
}

/// Everybody's lines without row numbers: employee, award, record key, kind, amount, date.
fn everybody(case: &Case, compiled: &Compiled) -> Vec<String> {
    let posted = case.post(compiled, &[]);
    let mut lines: Vec<String> =
        posted.iter().map(|posted| format!("{} {}", posted.employee, line(&compiled.policy, &posted.line))).collect();
    lines.sort();
    lines
}

fn line(policy: &Policy, line: &Line) -> String {
    format!("{} {} {:?} {} {}", policy.award(line.award).name, line.record, line.kind, line.amount, line.effective)
}

/// The same inputs give the same lines, and the order of other people's rows between one's own changes nothing.
pub fn strangers_do_not_matter(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let all = everybody(case, &compiled);
    if all != everybody(case, &compiled) {
        return broken("two runs differ".into());
    }
    let mut regrouped = case.clone();
    regrouped.data.tables.values_mut().for_each(|rows| rows.sort_by_key(id_of));
    if all != everybody(&regrouped, &compiled) {
        return broken("grouping the rows by person changed a line".into());
    }
    for id in case.data.ids() {
        let mut alone = case.clone();
        alone.data.tables.values_mut().for_each(|rows| rows.retain(|row| id_of(row) == id || !row.contains_key("employee")));
        let own: Vec<String> = all.iter().filter(|line| line.starts_with(&format!("{id} "))).cloned().collect();
        if own != everybody(&alone, &compiled) {
            return broken(format!("{id} alone is paid something else"));
        }
    }
    Ok(true)
}

/// Where neither limits, tiers nor keys depend on who came first, the order of rows changes no total.
pub fn row_order_does_not_matter(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let tiered = |award: &stipend::policy::Award| award.pays.iter().any(|pay| matches!(pay.amount, Amount::Tiers { .. }));
    let policy = &compiled.policy;
    if !policy.limits.is_empty() || policy.held_rows_hold_person || policy.awards.iter().any(|award| award.once.is_some() || tiered(award))
    {
        return Ok(false);
    }
    let mut shuffled = case.clone();
    shuffled.data.tables.iter_mut().filter(|(record, _)| *record != "employee").for_each(|(_, rows)| shuffle(&mut Random::new(7), rows));
    if everybody(case, &compiled) != everybody(&shuffled, &compiled) {
        return broken("shuffling the rows changed a line".into());
    }
    Ok(true)
}

/// A second run over the same data, with the first one's lines as its opening state, pays nothing.
pub fn a_second_run_pays_nothing(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let first = case.post(&compiled, &[]);
    let second = case.post(&compiled, &first);
    match second.first() {
        Some(posted) => broken(format!("the second run pays {} {}", posted.employee, line(&compiled.policy, &posted.line))),
        None => Ok(!first.is_empty()),
    }
}

/// A run as of an earlier day, posted, and one as of the later day pay together what the later one pays alone.
pub fn runs_add_up(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let rolls = compiled.policy.limits.iter().any(|limit| matches!(limit.window, Window::Rolling(_)));
    if rolls && compiled.policy.month_end == Some(MonthEnd::Refuse) {
        return Ok(false); // a window without its last day holds other rows when they come one by one
    }
    if !compiled.policy.chooses.is_empty() {
        return Ok(false); // the first run chooses among what it knows
    }
    let mut earlier = case.clone();
    earlier.as_of = Day::of(2024, 3, 31);
    let first = earlier.post(&compiled, &[]);
    let second = case.post(&compiled, &first);
    let words = |posted: &super::facts::Posted| format!("{} {}", posted.employee, line(&compiled.policy, &posted.line));
    let mut together: Vec<String> = first.iter().chain(&second).map(words).collect();
    together.sort();
    let alone = everybody(case, &compiled);
    if together != alone {
        return broken(format!("in two runs: {together:#?}\nin one: {alone:#?}"));
    }
    Ok(!first.is_empty() && !second.is_empty())
}

/// As of an earlier day the lines are those of the later run up to that day.
pub fn the_past_stays(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    if !compiled.policy.chooses.is_empty() {
        return Ok(false); // the first run chooses among what it knows
    }
    let mut earlier = case.clone();
    earlier.as_of = Day::of(2024, 3, 31);
    let until = |case: &Case| {
        let mut posted = case.post(&compiled, &[]);
        posted.retain(|posted| day(posted.line.effective) <= earlier.as_of);
        let mut lines: Vec<String> =
            posted.iter().map(|posted| format!("{} {}", posted.employee, line(&compiled.policy, &posted.line))).collect();
        lines.sort();
        lines
    };
    let (then, now) = (until(&earlier), until(case));
    if then != now {
        return broken(format!("as of that day: {then:#?}\nlater: {now:#?}"));
    }
    Ok(!then.is_empty())
}

/// Four hundred years later the calendar is the same, and so is the pay.
pub fn centuries_do_not_matter(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let mut later = case.clone();
    for text in later.policy.blocks.iter_mut().flat_map(|block| block.clauses.iter_mut().chain([&mut block.header])) {
        *text = four_centuries_on(text);
    }
    for value in later.data.tables.values_mut().flatten().flat_map(|row| row.values_mut()) {
        if let Val::Date(day) = value {
            *day = Day(day.0 + 146_097);
        }
    }
    later.as_of = Day(case.as_of.0 + 146_097);
    let Ok(compiled_later) = later.compile() else { return broken("the policy does not compile four hundred years later".into()) };
    let amounts = |case: &Case, compiled: &Compiled, shift: i64| -> Vec<String> {
        let posted = case.post(compiled, &[]);
        let date = |posted: &super::facts::Posted| Day(day(posted.line.effective).0 + shift);
        posted.iter().map(|posted| format!("{} {:?} {} {}", posted.employee, posted.line.award, posted.line.amount, date(posted))).collect()
    };
    if amounts(case, &compiled, 146_097) != amounts(&later, &compiled_later, 0) {
        return broken("four hundred years later something else is paid".into());
    }
    Ok(true)
}

/// `2024-07-01` becomes `2424-07-01`.
fn four_centuries_on(text: &str) -> String {
    let is_date = |piece: &str| piece.len() >= 10 && stipend::value::Date::parse_iso(&piece[..10]).is_some();
    let mut moved = String::new();
    let mut at = 0;
    while at < text.len() {
        let digits = if text.is_char_boundary(at + 1) && is_date(&text[at..]) { 4 } else { 0 };
        if digits == 4 {
            let year: i32 = text[at..at + 4].parse().expect("a year");
            moved += &format!("{:04}", year + 400);
            at += 4;
        } else {
            let letter = text[at..].chars().next().expect("a letter");
            moved.push(letter);
            at += letter.len_utf8();
        }
    }
    moved
}

/// Under one limit whose excess is lost, a higher limit never pays less in total.
pub fn a_higher_limit_never_pays_less(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let [limit] = compiled.policy.limits.as_slice() else { return Ok(false) };
    let text = case.policy.to_string();
    if ["amount of", "needs", "base salary as of", "choose"].iter().any(|words| text.contains(words)) {
        return Ok(false); // what is paid later may hang on what the limit leaves
    }
    let plain = matches!(limit.excess, Excess::Lost) && !limit.whole_awards_only && !case.policy.to_string().contains("pay first");
    let mut higher = case.clone();
    let header = higher.policy.blocks.iter_mut().map(|block| &mut block.header).find(|header| header.starts_with("limit"));
    let Some(header) = header else { return Ok(false) };
    let raised = header
        .replace(" to $450 per", " to $555 per")
        .replace(" to $200 per", " to $250.50 per")
        .replace(" to $600 per", " to $900 per")
        .replace(" to $100 per", " to $150 per");
    if !plain || raised == *header {
        return Ok(false);
    }
    *header = raised;
    let Ok(compiled_higher) = higher.compile() else { return Ok(false) };
    let totals = |case: &Case, compiled: &Compiled| case.observe(compiled, &super::case::total);
    let (low, high) = (totals(case, &compiled), totals(&higher, &compiled_higher));
    match low.iter().zip(&high).position(|(low, high)| low > high) {
        Some(person) => broken(format!("person {person}: {} under the limit, {} under a higher one", low[person], high[person])),
        None => Ok(true),
    }
}

/// No window of any limit on money holds more than the limit, tried at every line's date.
pub fn no_window_overflows(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let policy = &compiled.policy;
    let mut looked = false;
    for (number, limit) in (0u16..).zip(&policy.limits) {
        let Some(most) = constant(limit) else { continue };
        let covered: Vec<_> = policy.awards.iter().filter(|award| award.limits.iter().any(|own| own.0 == number)).collect();
        if covered.iter().any(|award| award.pays.iter().any(|pay| pay.kind == PayKind::Recovery))
            || case.policy.to_string().contains("\n  by ")
        {
            continue;
        }
        looked = true;
        let found = case.observe(&compiled, &|run| {
            let counts = |line: &&Line| limit.awards.contains(&line.award) && !line.record.ends_with("(excess)");
            let lines: Vec<(Day, Ratio)> = run.lines.iter().filter(counts).map(|line| (day(line.effective), ratio(line.amount))).collect();
            fullest(policy, limit, &lines)
        });
        if let Some(fullest) = found.into_iter().flatten().find(|fullest| *fullest > most) {
            return broken(format!("limit {number} holds {fullest} in a window, {most} at most"));
        }
    }
    Ok(looked)
}

fn constant(limit: &Limit) -> Option<Ratio> {
    let LimitMeasure::Money(expr) = &limit.measure else { return None };
    let plain = limit.basis == LimitBasis::AfterProration && limit.condition.is_none();
    match &expr.kind {
        ExprKind::Constant(Constant::Money(most)) if plain => Some(ratio(*most)),
        _ => None,
    }
}

/// The most that any window holds; none for windows that need more than the lines.
fn fullest(policy: &Policy, limit: &Limit, lines: &[(Day, Ratio)]) -> Option<Ratio> {
    let rule = match policy.month_end {
        Some(MonthEnd::NextDay) => MonthEndRule::NextDay,
        Some(MonthEnd::LastDay | MonthEnd::Refuse) | None => MonthEndRule::LastDay,
    };
    let end =
        |start: Day, duration: Duration| start.plus(duration.months.into(), duration.days.into(), rule).expect("a day of the calendar");
    let sum =
        |counts: &dyn Fn(Day) -> bool| lines.iter().filter(|(day, _)| counts(*day)).map(|(_, amount)| *amount).fold(ZERO, Ratio::plus);
    let sums: Vec<Ratio> = match &limit.window {
        Window::Ever => vec![sum(&|_| true)],
        Window::Rolling(duration) => lines.iter().map(|(now, _)| sum(&|day| day <= *now && *now < end(day, *duration))).collect(),
        Window::Period(kind) => lines
            .iter()
            .filter_map(|(now, _)| Some((period(policy, *kind, *now)?, *now)))
            .map(|(period, _)| sum(&|day| period.0 <= day && day < period.1))
            .collect(),
        Window::FromFirstAward(duration) => {
            let mut sums = Vec::new();
            let mut days: Vec<Day> = lines.iter().map(|(day, _)| *day).collect();
            days.sort();
            while let Some(first) = days.first().copied() {
                let after = end(first, *duration);
                sums.push(sum(&|day| first <= day && day < after));
                days.retain(|day| *day >= after);
            }
            sums
        }
        Window::YearFrom(_) | Window::Every(_) => return None,
    };
    sums.into_iter().max()
}

fn period(policy: &Policy, kind: PeriodKind, at: Day) -> Option<(Day, Day)> {
    let (year, month, _) = at.civil();
    let from = |start: Option<stipend::value::YearStart>| start.map(|start| at.year_from(start.month.into(), start.day.into()));
    match kind {
        PeriodKind::FiscalYear => from(policy.fiscal_year),
        PeriodKind::SchoolYear => from(policy.school_year),
        PeriodKind::CalendarYear => Some(at.year_from(1, 1)),
        PeriodKind::Month => Some((Day::of(year, month, 1), Day::of(year, month, 1).plus(1, 0, MonthEndRule::LastDay).ok()?)),
        PeriodKind::Named(calendar) => {
            let periods = &policy.calendars[usize::from(calendar.0)].periods;
            periods.iter().map(|period| (day(period.from), Day(day(period.to).0 + 1))).find(|(start, end)| *start <= at && at < *end)
        }
    }
}

/// Rows that are passed over before the queue come to the same as rows that stand in it, told or only counted.
pub fn the_queue_is_the_same_without_whom_it_passes_over(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let [queued, apart, counted] = [PassedOver::InQueue, PassedOver::Apart, PassedOver::Counted].map(|way| case.worked(&compiled, way));
    for ((queued, apart), counted) in queued.iter().zip(&apart).zip(&counted) {
        if queued != apart {
            return broken(format!("in the queue {queued:?}\napart {apart:?}"));
        }
        if (&queued.lines, queued.not_eligible) != (&counted.lines, counted.not_eligible) {
            return broken(format!("in the queue {queued:?}\ncounted {counted:?}"));
        }
    }
    Ok(counted.iter().any(|person| person.passed > 0))
}
