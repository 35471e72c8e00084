//! Guarantees, looked at once everything is posted: what counts, in which window it is most, and the witness where one fails.

use std::collections::BTreeMap;

use crate::eval::evaluator::Position;
use crate::eval::expression::calendar;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::history::recovery::PaidFor;
use crate::eval::outcome::Origin;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::StepId;
use crate::facts::EmployeeId;
use crate::policy::{AwardId, GuaranteeId, GuaranteeMeasure, Guaranteed, GuaranteedSums, Over, Policy, Window};
use crate::syntax::ast::{GuaranteeBound, PayKind};
use crate::value::{Date, Duration, MonthEnd, Number, Period, Value};

/// A guarantee that does not hold, or that cannot be checked.
#[derive(Clone, Debug)]
pub struct Broken {
    pub guarantee: GuaranteeId,
    pub who: Whom,
    pub how: How,
    /// The lines that count in that time.
    pub lines: Vec<Witness>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    Employee(EmployeeId),
    Group(String),
    Everybody,
}

#[derive(Clone, Debug)]
pub enum How {
    /// What was received from the first to the last day, and how much it may, or must, be.
    Sum { days: Option<(Date, Date)>, sum: Number, bound: Number },
    /// The condition does not hold for the line; the step decided.
    Line { step: StepId },
    /// A value that it hangs on is missing.
    Unknown,
}

/// Something that counts: a payment, or one that is taken back.
#[derive(Clone, Copy, Debug)]
pub struct Witness {
    pub employee: EmployeeId,
    pub award: AwardId,
    /// The day by which it counts.
    pub day: Date,
    pub amount: Number,
    pub paid_before: bool,
}

/// What one person adds to a guarantee about a group or everybody.
#[derive(Clone, Debug)]
pub struct Share {
    pub guarantee: GuaranteeId,
    /// None where the group is missing.
    pub group: Option<String>,
    /// None where the bound is missing.
    pub bound: Option<Number>,
    pub lines: Vec<Witness>,
}

impl<'a> Timeline<'a> {
    /// Looks at every guarantee for the person whose queue is done.
    pub(in crate::eval) fn guarantees(&mut self) {
        let policy = self.evaluator.policy;
        self.broken.clear();
        for (id, guarantee) in (0u16..).map(GuaranteeId).zip(&policy.guarantees) {
            match &guarantee.says {
                Guaranteed::Lines { awards, condition } => {
                    let broken = self.broken_lines(id, awards, condition);
                    self.broken.extend(broken);
                }
                Guaranteed::Sums(sums) => match self.concerns(sums) {
                    Some(false) => {}
                    None => self.broken.push(self.unknown(id)),
                    Some(true) => self.person_sums(id, sums),
                },
            }
        }
    }

    fn unknown(&self, guarantee: GuaranteeId) -> Broken {
        Broken { guarantee, who: Whom::Employee(self.evaluator.employee), how: How::Unknown, lines: Vec::new() }
    }

    /// Whether the guarantee is about the person. None: that cannot be told.
    fn concerns(&mut self, sums: &'a GuaranteedSums) -> Option<bool> {
        match &sums.condition {
            None => Some(true),
            Some(condition) => truth(self.evaluator.peek(condition, &Position::default())),
        }
    }

    fn person_sums(&mut self, id: GuaranteeId, sums: &'a GuaranteedSums) {
        let bound = match &sums.measure {
            GuaranteeMeasure::Money(bound) => number_of(self.evaluator.peek(bound, &Position::default())),
            GuaranteeMeasure::Awards(bound) => Some(Number::from_integer(i64::from(*bound))),
        };
        let lines = self.counting(sums);
        match &sums.over {
            Over::Employee => match bound {
                None => self.broken.push(self.unknown(id)),
                Some(bound) => {
                    let who = Whom::Employee(self.evaluator.employee);
                    self.broken.extend(fails((self.evaluator.policy, self.evaluator.as_of), (id, sums), who, (bound, &lines)));
                }
            },
            Over::Everybody => self.shares.push(Share { guarantee: id, group: Some(String::new()), bound, lines }),
            Over::Group(group) => {
                let group = match self.evaluator.peek(group, &Position::default()) {
                    Value::Missing | Value::NotApplicable => None,
                    value => Some(value.to_string()),
                };
                if group.is_some() || !lines.is_empty() {
                    self.shares.push(Share { guarantee: id, group, bound, lines });
                }
            }
        }
    }

    /// What counts of the person's payments, by this run and earlier ones.
    fn counting(&self, sums: &GuaranteedSums) -> Vec<Witness> {
        let mut lines = match sums.measure {
            GuaranteeMeasure::Money(_) => self.counting_money(sums),
            GuaranteeMeasure::Awards(_) => self.counting_awards(sums),
        };
        lines.sort_by_key(|line| line.day);
        lines
    }

    fn counting_money(&self, sums: &GuaranteedSums) -> Vec<Witness> {
        let employee = self.evaluator.employee;
        let named = |award: AwardId| sums.awards.is_empty() || sums.awards.contains(&award);
        let lines = self.evaluator.ledger.lines().iter().enumerate();
        let counted = lines.filter_map(|(index, line)| {
            let reversed = line.reverses.filter(|(award, _)| named(*award));
            // what is taken back is no longer received, as what it was paid
            let kind = if reversed.is_some() && line.kind == PayKind::Recovery { PayKind::Stipend } else { line.kind };
            let is_named = named(line.award) || reversed.is_some();
            let is_kind = sums.kind.is_none_or(|wanted| wanted == kind || wanted == line.kind);
            let day = if reversed.is_some() { line.counts_on() } else { line.placed };
            let paid_before = index < self.evaluator.ledger.opened();
            let witness = Witness { employee, award: line.award, day, amount: line.amount, paid_before };
            (is_named && is_kind && !line.amount.is_zero()).then_some(witness)
        });
        counted.collect()
    }

    /// One for each award with an amount above zero that was not taken back in full.
    fn counting_awards(&self, sums: &GuaranteedSums) -> Vec<Witness> {
        let policy = self.evaluator.policy;
        let employee = self.evaluator.employee;
        let all = (0..policy.awards.len() as u16)
            .map(AwardId)
            .filter(|id| policy.award(*id).credits.is_none() && policy.award(*id).counts_in.is_none());
        let named = all.filter(|award| sums.awards.is_empty() || sums.awards.contains(award));
        let mut lines = Vec::new();
        for award in named {
            let is_gone = |day: Date, outcome: Option<u32>| {
                let is_it = |payment: &&PaidFor| payment.award == award && payment.placed == day && payment.outcome == outcome;
                self.paid_for.iter().find(is_it).is_some_and(|payment| !payment.is_left())
            };
            let paid = self.book.posted(award).filter(|posted| posted.paid && !is_gone(posted.date, posted.outcome));
            lines.extend(paid.map(|posted| Witness {
                employee,
                award,
                day: posted.date,
                amount: Number::ONE,
                paid_before: posted.outcome.is_none(),
            }));
        }
        lines
    }

    /// The lines of this run for which the condition does not hold.
    fn broken_lines(&mut self, id: GuaranteeId, awards: &[AwardId], condition: &'a crate::policy::Expr) -> Vec<Broken> {
        let mut broken = Vec::new();
        for index in 0..self.lines.len() {
            let line = &self.lines[index];
            let Some(outcome) = self.outcomes.get(line.outcome as usize) else { continue };
            if !awards.contains(&line.award) || line.kind == PayKind::Move {
                continue;
            }
            let (award, day, amount) = (line.award, line.effective, line.amount);
            let at = Position { effective: Some(day), ..Position::default() };
            let at = match outcome.origin {
                Origin::Event { record, row } => Position { event: Some((record, row)), ..at },
                Origin::Period(period) => Position { period: Some(period), ..at },
            };
            self.evaluator.line_amount = Some(amount);
            let step = self.evaluator.evaluate(condition, &at);
            self.evaluator.line_amount = None;
            let how = match truth(self.evaluator.value(step)) {
                Some(true) => continue,
                Some(false) => How::Line { step },
                None => How::Unknown,
            };
            let employee = self.evaluator.employee;
            let lines = vec![Witness { employee, award, day, amount, paid_before: false }];
            broken.push(Broken { guarantee: id, who: Whom::Employee(employee), how, lines });
        }
        broken
    }
}

/// The guarantees about groups and everybody, from what each person adds.
pub fn of_all(policy: &Policy, as_of: Date, shares: Vec<Share>) -> Vec<Broken> {
    let mut together: BTreeMap<(GuaranteeId, Option<String>), (Option<Number>, Vec<Witness>)> = BTreeMap::new();
    for share in shares {
        let entry = together.entry((share.guarantee, share.group)).or_insert_with(|| (share.bound, Vec::new()));
        entry.1.extend(share.lines);
    }
    let mut broken = Vec::new();
    for ((id, group), (bound, mut lines)) in together {
        let Guaranteed::Sums(sums) = &policy.guarantees[usize::from(id.0)].says else { continue };
        lines.sort_by_key(|line| line.day);
        let who = match (&sums.over, group) {
            (Over::Group(_), Some(group)) => Whom::Group(group),
            (Over::Group(_), None) => {
                broken.push(Broken { guarantee: id, who: Whom::Group(String::new()), how: How::Unknown, lines });
                continue;
            }
            (Over::Everybody | Over::Employee, _) => Whom::Everybody,
        };
        match bound {
            Some(bound) => broken.extend(fails((policy, as_of), (id, sums), who, (bound, &lines))),
            None => broken.push(Broken { guarantee: id, who, how: How::Unknown, lines: Vec::new() }),
        }
    }
    broken
}

/// The window in which the sentence fails by most; lines are in order of their days.
fn fails(
    (policy, as_of): (&Policy, Date),
    (guarantee, sums): (GuaranteeId, &GuaranteedSums),
    who: Whom,
    (bound, lines): (Number, &[Witness]),
) -> Option<Broken> {
    let mut worst: Option<(Number, Option<(Date, Date)>)> = None;
    for days in windows((policy, as_of), sums, lines) {
        let inside = lines.iter().filter(|line| holds(days, line.day));
        let Ok(sum) = inside.map(|line| line.amount).try_fold(Number::ZERO, Number::plus) else {
            return Some(Broken { guarantee, who, how: How::Unknown, lines: Vec::new() });
        };
        let (fails, worse) = match sums.bound {
            GuaranteeBound::AtMost => (sum > bound, worst.is_none_or(|(other, _)| sum > other)),
            GuaranteeBound::AtLeast => (sum < bound, worst.is_none_or(|(other, _)| sum < other)),
        };
        if fails && worse {
            worst = Some((sum, days));
        }
    }
    let (sum, days) = worst?;
    let lines = lines.iter().filter(|line| holds(days, line.day)).copied().collect();
    Some(Broken { guarantee, who, how: How::Sum { days, sum, bound }, lines })
}

fn holds(days: Option<(Date, Date)>, day: Date) -> bool {
    days.is_none_or(|(first, last)| first <= day && day <= last)
}

/// The stretches to add up, each with its first and last day; none for all time.
fn windows((policy, as_of): (&Policy, Date), sums: &GuaranteedSums, lines: &[Witness]) -> Vec<Option<(Date, Date)>> {
    let days = |period: Period| Some((period.start, period.last_day()));
    match (&sums.window, sums.bound) {
        (Window::Rolling(length), _) => {
            let begins = lines.iter().map(|line| Some((line.day, last_day(line.day, *length, policy))));
            // before something is taken back there may have been more: the stretch that ends on the day before
            let taken_back = lines.iter().filter(|line| line.amount < Number::ZERO);
            begins.chain(taken_back.filter_map(|line| stretch_before(line.day, *length, policy)).map(Some)).collect()
        }
        (Window::Period(kind), GuaranteeBound::AtMost) => {
            let mut found: Vec<Option<(Date, Date)>> =
                lines.iter().filter_map(|line| calendar::period_of(policy, *kind, line.day).ok()).map(days).collect();
            found.dedup();
            found
        }
        (Window::Period(kind), GuaranteeBound::AtLeast) => {
            // every period that began under the policy and has ended
            let last = policy.effective.to.map_or(as_of, |to| to.min(as_of));
            let mut found = Vec::new();
            let mut next = first_period(policy, *kind);
            while let Some(period) = next.filter(|period| period.last_day() <= last) {
                if period.start >= policy.effective.from {
                    found.push(days(period));
                }
                next = calendar::next_period(policy, *kind, period).ok();
            }
            found
        }
        _ => vec![None],
    }
}

fn first_period(policy: &Policy, kind: crate::policy::PeriodKind) -> Option<Period> {
    let begins = policy.effective.from;
    calendar::period_of(policy, kind, begins).ok().or_else(|| match kind {
        crate::policy::PeriodKind::Named(calendar) => {
            let periods = &policy.calendars[usize::from(calendar.0)].periods;
            let first = periods.iter().find(|period| period.from >= begins)?;
            calendar::period_of(policy, kind, first.from).ok()
        }
        _ => None,
    })
}

/// The latest stretch that ends before the day.
fn stretch_before(day: Date, length: Duration, policy: &Policy) -> Option<(Date, Date)> {
    let mut first = day.plus(length.negated(), MonthEnd::LastDay).ok()?;
    while last_day(first, length, policy) >= day {
        first = first.plus_days(-1).ok()?;
    }
    Some((first, last_day(first, length, policy)))
}

/// The last day of the stretch that begins on `day`; a day that its month does not have makes it a day longer, never shorter.
fn last_day(day: Date, length: Duration, policy: &Policy) -> Date {
    let month_end = policy.month_end.filter(|rule| *rule != MonthEnd::Refuse).unwrap_or(MonthEnd::NextDay);
    day.plus(length, month_end).and_then(|end| end.plus_days(-1)).unwrap_or(day)
}
