//! What must hold of every run, whatever the policy says. Each law says whether it had something to say about the case.

use stipend::eval::{Disposition, Line, Op, Origin, Outcome, PassedOver, PersonRun, StepId};
use stipend::policy::{Choose, ChooseBy, Compete, Each, PeriodKind, Policy, Window};
use stipend::value::{MonthEnd, Value};

use super::case::{Case, Compiled};
use super::data::{id_of, shuffle};
use super::facts::facts;
use crate::reference::days::Day;
use crate::reference::random::Random;
use crate::reference::ratio::{Ratio, ZERO};
use crate::reference::world::Val;

/// Whether the law applied, or how it was broken.
pub type Law = Result<bool, String>;

pub fn ratio(number: stipend::value::Number) -> Ratio {
    Ratio::read(&number.to_string())
}

pub fn day(date: stipend::value::Date) -> Day {
    Day::of(date.year().into(), date.month().into(), date.day().into())
}

pub fn broken(what: String) -> Law {
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
            // a row whose units are enough for a block looks again behind it
            if rows != outcomes && !(award.blocks && rows > 0 && rows < outcomes) {
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
    let is_decided = |outcome: &&Outcome| outcome.disposition != Disposition::Held;
    for (position, outcome) in run.outcomes.iter().enumerate().filter(|(_, outcome)| is_decided(outcome)) {
        let again = run.continued.iter().filter(|(continued, _)| *continued as usize == position).map(|(_, steps)| steps.clone());
        let steps = again.chain([outcome.steps.clone()]).flatten().map(|id| run.trace.step(StepId(id)));
        let posted = steps.filter(|step| step.op == Op::Posted).map(|step| match step.value {
            Value::Money(amount) => ratio(amount),
            _ => ZERO,
        });
        let sum = posted.fold(ZERO, Ratio::plus);
        if sum != ratio(outcome.amount) {
            return Some(format!("the steps post {sum}, and the outcome is {}", outcome.amount));
        }
    }
    let wrong = run
        .lines
        .iter()
        .filter(|line| line.moved.is_none())
        .find(|line| line.amount.is_zero() || run.trace.step(line.step).value != Value::Money(line.amount));
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
    if !compiled.policy.populations.is_empty() {
        return Ok(true); // what is counted over everybody changes with everybody
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

/// Where no two rows of a person stand at one place of the queue, the order of rows changes nothing: it is the last tie-break.
pub fn row_order_does_not_matter(case: &Case) -> Law {
    if case.policy.to_string().contains("\n  by ") {
        return Ok(false); // the place in the queue is not in the outcome
    }
    let Some(case) = &without_ties(case) else { return Ok(false) };
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let mut shuffled = case.clone();
    shuffled.data.tables.iter_mut().filter(|(record, _)| *record != "employee").for_each(|(_, rows)| shuffle(&mut Random::new(7), rows));
    if everybody(case, &compiled) != everybody(&shuffled, &compiled) {
        return broken("shuffling the rows changed a line".into());
    }
    Ok(true)
}

/// The case without the rows that stand where another stands; asked without limits, which move rows.
fn without_ties(case: &Case) -> Option<Case> {
    let mut case = case.clone();
    loop {
        let mut unlimited = case.clone();
        unlimited.policy.blocks.retain(|block| !block.header.starts_with("limit"));
        let compiled = unlimited.compile().ok()?;
        let rows = facts(&compiled.policy, &unlimited.data, &[]);
        let tied = |run: &PersonRun| {
            let mut places = std::collections::BTreeSet::new();
            run.outcomes.iter().find_map(|outcome| {
                let award = compiled.policy.award(outcome.award);
                let key = award.once.as_ref().filter(|once| !once.keys.is_empty()).map(|_| outcome.record.to_string());
                let Origin::Event { record, row } = outcome.origin else { return None };
                let is_new = places.insert((outcome.award, outcome.effective?, key));
                (!is_new).then(|| (compiled.policy.record(record).name.clone(), rows.table(record).row_as_read(row) as usize))
            })
        };
        let Some((record, row)) = unlimited.observe(&compiled, &tied).into_iter().flatten().next() else { return Some(case) };
        case.data.tables.get_mut(&record)?.remove(row);
    }
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
    if compiled.policy.chooses.iter().any(looks_ahead) {
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

/// Whether rows after the end of a month can win over those before it.
fn looks_ahead(choose: &Choose) -> bool {
    let ends_with_the_month = match &choose.compete {
        Compete::EachDate => true,
        Compete::Within { window, .. } => matches!(window, Window::Period(PeriodKind::Month)),
    };
    !ends_with_the_month && !matches!(choose.by, ChooseBy::Earliest)
}

/// As of an earlier day the lines are those of the later run up to that day.
pub fn the_past_stays(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    if compiled.policy.chooses.iter().any(looks_ahead) {
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

/// One thread or three, and the same again: the same in every word.
pub fn threads_do_not_matter(case: &Case, (one, three): (&rayon::ThreadPool, &rayon::ThreadPool)) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let alone = one.install(|| case.by_program(&compiled, &[]));
    if alone != three.install(|| case.by_program(&compiled, &[])) {
        return broken("three threads say something else than one".into());
    }
    if alone != one.install(|| case.by_program(&compiled, &[])) {
        return broken("a second time something else is said".into());
    }
    Ok(true)
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
