//! What must hold of limits and banks, whatever the policy says.

use stipend::eval::{Disposition, Line, PersonRun};
use stipend::policy::{Amount, Award, AwardId, Constant, ExprKind, Limit, LimitBasis, LimitMeasure, PeriodKind, Policy, Window};
use stipend::syntax::ast::{CapBasis, CostPlace, PayKind};
use stipend::value::{Duration, MonthEnd};

use super::case::Case;
use super::laws::{Law, broken, day, ratio};
use crate::reference::days::{Day, MonthEndRule};
use crate::reference::ratio::{Ratio, ZERO};

/// Under one limit whose excess is lost, a higher limit never pays less in total.
pub fn a_higher_limit_never_pays_less(case: &Case) -> Law {
    let Some(case) = &under_one_limit(case, "$200") else { return Ok(false) };
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let Some(higher) = under_one_limit(case, "$255.50") else { return Ok(false) };
    let Ok(compiled_higher) = higher.compile() else { return Ok(false) };
    let totals = |case: &Case, compiled: &super::case::Compiled| case.observe(compiled, &super::case::total);
    let (low, high) = (totals(case, &compiled), totals(&higher, &compiled_higher));
    match low.iter().zip(&high).position(|(low, high)| low > high) {
        Some(person) => broken(format!("person {person}: {} under the limit, {} under a higher one", low[person], high[person])),
        None => Ok(true),
    }
}

/// The policy under its first limit alone, whose excess is lost, without what hangs on the amounts of others: there what is paid later may
/// be less where the limit leaves more.
fn under_one_limit(case: &Case, most: &str) -> Option<Case> {
    let mut case = case.clone();
    let text = case.policy.to_string();
    if text.contains("amount of") || text.contains("base salary as of") {
        return None;
    }
    let mut limits = 0;
    case.policy.blocks.retain(|block| {
        let is_limit = block.header.starts_with("limit");
        limits += usize::from(is_limit);
        !block.header.starts_with("choose") && (!is_limit || limits == 1)
    });
    for block in &mut case.policy.blocks {
        block.clauses.retain(|clause| !clause.starts_with("needs") && !clause.starts_with("wait") && clause != "whole awards only");
        for clause in &mut block.clauses {
            if clause.starts_with("excess") {
                *clause = "excess is lost".into();
            }
            if let Some((_, rest)) = clause.split_once(", then ").filter(|_| clause.starts_with("pay first")) {
                *clause = format!("pay {rest}");
            }
        }
        if let Some((awards, measure)) = block.header.rsplit_once(" to ").filter(|_| block.header.starts_with("limit")) {
            let window = measure.find("per ").map_or("ever", |at| &measure[at..]);
            block.header = format!("{awards} to {most} {window}");
        }
    }
    (limits > 0).then_some(case)
}

/// Of every credit what was earned is spent, lost, expired or left; what was spent in all is what the awards that were paid cost.
pub fn units_are_conserved(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let policy = &compiled.policy;
    let found = case.observe(&compiled, &|run| {
        for lot in run.lots {
            let (earned, spent, lost, expired) = (ratio(lot.earned), ratio(lot.spent), ratio(lot.lost), ratio(lot.expired));
            let left = earned.minus(spent).minus(lost).minus(expired);
            if [spent, lost, expired, left].iter().any(|units| *units < ZERO) {
                return Some(format!("of {earned} units {spent} are spent, {lost} lost, {expired} expired"));
            }
        }
        (0..policy.banks.len()).find_map(|bank| {
            let lots = run.lots.iter().filter(|lot| usize::from(lot.bank.0) == bank);
            let spent = lots.map(|lot| ratio(lot.spent)).fold(ZERO, Ratio::plus);
            let cost = units_of_paid(policy, run, bank)?;
            (spent != cost).then(|| format!("{spent} units are spent, and the awards paid cost {cost}"))
        })
    });
    found.into_iter().flatten().next().map_or(Ok(!policy.banks.is_empty()), Err)
}

/// What the awards that were paid cost; none where the cost is not written out.
fn units_of_paid(policy: &Policy, run: &PersonRun, bank: usize) -> Option<Ratio> {
    let mut sum = ZERO;
    for (position, outcome) in run.outcomes.iter().enumerate() {
        let has_lines = run.lines.iter().any(|line| line.outcome as usize == position);
        for spend in policy.award(outcome.award).spends.iter().filter(|spend| usize::from(spend.bank.0) == bank) {
            let ExprKind::Constant(Constant::Number(units)) = &spend.units.kind else { return None };
            // an award that stays where it is has no line, and stands all the same
            if has_lines || matches!(outcome.disposition, Disposition::Carried | Disposition::Paid) {
                sum = sum.plus(ratio(*units));
            }
        }
    }
    Some(sum)
}

/// Every pool is what was shared of it, the employer's cost inside it, and the stated remainder; and what was shared are the lines.
pub fn shares_are_the_pool(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let (statements, lines) = case.pools(&compiled);
    let mut shared = ZERO;
    for statement in &statements {
        let all = ratio(statement.amount).plus(ratio(statement.carried_in));
        let cost = match statement.employer_cost {
            Some((cost, CostPlace::Inside)) => ratio(cost),
            Some((_, CostPlace::OnTop)) | None => ZERO,
        };
        let out = ratio(statement.shared).plus(cost).plus(ratio(statement.remainder));
        let overspends = (ratio(statement.remainder) < ZERO) && !case.policy.to_string().contains("rate rounded");
        if out != all || overspends {
            return broken(format!("of {all} {out} are shared, cost and remainder: {statement:?}"));
        }
        shared = shared.plus(ratio(statement.shared));
    }
    let paid = lines.into_iter().fold(ZERO, Ratio::plus);
    if paid != shared {
        return broken(format!("{shared} are shared, and the lines come to {paid}"));
    }
    Ok(!statements.is_empty())
}

/// No share is above the cap of its award, whichever way a rate, a cent or the cap itself is rounded.
pub fn no_share_exceeds_its_cap(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let caps: Vec<(AwardId, Ratio)> =
        (0..).map(AwardId).zip(&compiled.policy.awards).filter_map(|(id, award)| Some((id, cap_of(award)?))).collect();
    let above = |run: &PersonRun| {
        let cap = |line: &Line| caps.iter().find(|(award, _)| *award == line.award).map(|(_, cap)| *cap);
        run.lines.iter().find(|line| cap(line).is_some_and(|cap| ratio(line.amount) > cap)).map(|line| line.amount.to_string())
    };
    match case.observe(&compiled, &above).into_iter().flatten().next() {
        Some(share) => broken(format!("a share of {share} is above the cap of its award: {caps:?}")),
        None => Ok(!caps.is_empty()),
    }
}

/// The highest cap after sharing of its pay lines; none where one of them has no cap.
fn cap_of(award: &Award) -> Option<Ratio> {
    let caps: Option<Vec<Ratio>> = award.pays.iter().map(|pay| written_cap(&pay.amount)).collect();
    caps?.into_iter().max()
}

fn written_cap(amount: &Amount) -> Option<Ratio> {
    let Amount::Claim(claim) = amount else { return None };
    match &claim.cap {
        Some((cap, CapBasis::AfterSharing)) => match &cap.kind {
            ExprKind::Constant(Constant::Money(most)) => Some(ratio(*most)),
            _ => None,
        },
        _ => None,
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
            || covered.iter().any(|award| award.recovered.is_some()) // what comes back makes room where it was paid
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
