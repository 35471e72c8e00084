//! Expressions of the tree, walked as written, over plain rows.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use stipend::syntax::ast::{BinaryOp, DateUnit, Expr, ExprKind, Let, LetBody, Move, MovedSide, Over, PeriodWord, WithinRelation};
use stipend::value::Duration;

use super::days::{Day, MonthEndRule, NoDay};
use super::periods::Stretch;
use super::program::{Program, day, ratio, rounded};
use super::ratio::{Ratio, ZERO};
use super::tables::Search;
use super::world::{Person, Row, Val};

/// Where an expression stands: whose row it reads and what the award at hand is.
#[derive(Clone)]
pub struct Scope<'a> {
    pub program: &'a Program<'a>,
    pub person: &'a Person,
    /// The award's event row, with its record's name.
    pub event: Option<(&'a str, &'a Row)>,
    /// The row that an aggregate looks at.
    pub looked_at: Option<(&'a str, &'a Row)>,
    pub period: Option<Stretch>,
    pub effective: Val,
    /// Quantities that limits have cut.
    pub cuts: Vec<(String, Ratio)>,
    /// What is posted so far.
    pub so_far: super::posted::Ledger,
    /// What awards moved so far: the field, from which day, the new value.
    pub moved: Vec<(String, Day, Val)>,
    /// The `move` lines of the award at hand.
    pub moving: &'a [Move],
    /// Everybody, for values over everybody.
    pub people: &'a [Person],
    /// Whose rows the aggregates of the let at hand look at, where not the person's.
    pub over: Option<&'a Over>,
    /// How the person's sets stand, and the row at hand.
    pub sets: super::sets::Books,
    pub row: Option<usize>,
    /// The person's credits, and the day on which balances are read.
    pub lots: super::banks::Lots,
    pub today: Day,
    /// Banks that a held row feeds or spends from.
    pub held_banks: Rc<BTreeSet<String>>,
    /// Whether a set or a bank was asked that a held row may still change.
    pub asked_unsure: Rc<Cell<bool>>,
    /// The place in the queue, by date and award.
    pub place: Option<(Day, usize)>,
}

impl<'a> Scope<'a> {
    /// A person as the facts alone have it: nothing is posted, and no award is at hand.
    pub fn of_facts(program: &'a Program<'a>, people: &'a [Person], person: &'a Person) -> Scope<'a> {
        Scope {
            program,
            person,
            event: None,
            looked_at: None,
            period: None,
            effective: Val::Missing,
            cuts: Vec::new(),
            so_far: Default::default(),
            moved: Vec::new(),
            moving: &[],
            people,
            over: None,
            sets: Default::default(),
            row: None,
            lots: Default::default(),
            today: Day(0),
            held_banks: Rc::default(),
            asked_unsure: Rc::default(),
            place: None,
        }
    }

    pub fn value(&self, expr: &'a Expr) -> Val {
        match &expr.kind {
            ExprKind::Money(number) | ExprKind::Number(number) | ExprKind::Percent(number) => Val::Num(ratio(*number)),
            ExprKind::Text(text) => Val::Text(text.clone()),
            ExprKind::YesNo(yes) => Val::YesNo(*yes),
            ExprKind::Date(date) => Val::Date(day(*date)),
            ExprKind::Duration(duration) => span(*duration),
            ExprKind::Name(name) => self.named(name),
            ExprKind::Qualified(record, field) => self.qualified(&record.kind, &field.kind),
            ExprKind::Own(name) => Scope { looked_at: None, ..self.clone() }.named(&name.kind),
            ExprKind::AsOf(name, at) => self.dated(name, &self.value(at)),
            ExprKind::Not(inner) => not(self.value(inner)),
            ExprKind::Negative(inner) => negative(self.value(inner)),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Between(subject, low, high) => {
                let (subject, low, high) = (self.value(subject), self.value(low), self.value(high));
                between(&subject, &low, &high)
            }
            ExprKind::OneOf(subject, choices) => choices.iter().map(|choice| self.same(subject, choice)).fold(Val::YesNo(false), or),
            ExprKind::IsMissing(inner) => presence(self.value(inner), Val::YesNo(true), Val::YesNo(false)),
            ExprKind::IsKnown(inner) => presence(self.value(inner), Val::YesNo(false), Val::YesNo(true)),
            ExprKind::Within { subject, duration, relation, anchor } => {
                self.within(&self.value(subject), *duration, *relation, &self.value(anchor))
            }
            ExprKind::PercentOf(percent, base) => arithmetic(self.value(percent), self.value(base), Ratio::times),
            ExprKind::Greatest(list) => self.extreme(list, |new, best| new > best),
            ExprKind::Least(list) => self.extreme(list, |new, best| new < best),
            ExprKind::If { condition, then, otherwise } => match self.value(condition) {
                Val::YesNo(true) => self.value(then),
                Val::YesNo(false) => self.value(otherwise),
                unknown => unknown,
            },
            ExprKind::Rounded(inner, rounding) => match self.value(inner) {
                Val::Num(number) => Val::Num(rounded(number, *rounding)),
                unknown => unknown,
            },
            ExprKind::Elapsed { unit, from, to } => self.elapsed(*unit, self.value(from), self.value(to)),
            ExprKind::PeriodLabel(word, at) => self.on_day(at, |at| self.program.label(word, at).map(Val::Text)),
            ExprKind::PeriodStart(word, at) => self.on_period(word, at, |(start, _)| start),
            ExprKind::PeriodEnd(word, at) => self.on_period(word, at, |(_, end)| Day(end.0 - 1)),
            ExprKind::NextMonthDay { month, day, same_day_counts, after } => self.on_day(after, |after| {
                let first = if *same_day_counts { after } else { Day(after.0 + 1) };
                let fits = |at: &Day| at.civil().1 == i64::from(*month) && at.civil().2 == i64::from(*day);
                (first.0..first.0 + 9 * 366).map(Day).find(fits).map(Val::Date)
            }),
            ExprKind::FirstDayOfMonthAfter(after) => self.on_period(&PeriodWord::Month, after, |(_, end)| end),
            ExprKind::LastDayOfMonthOf(at) => self.on_period(&PeriodWord::Month, at, |(_, end)| Day(end.0 - 1)),
            ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, after } => self.on_day(after, |after| {
                let first = if *same_day_counts { after } else { Day(after.0 + 1) };
                let fits = |at: &Day| is_nth_weekday(*at, i64::from(*nth), i64::from(*weekday), i64::from(*month));
                (first.0..first.0 + 3 * 366).map(Day).find(fits).map(Val::Date)
            }),
            ExprKind::CalendarDate { calendar, date, side, day } => {
                self.on_day(day, |day| self.program.calendar_date((&calendar.kind, &date.kind), *side, day).map(Val::Date))
            }
            ExprKind::WorkingDay { which, day, except } => {
                let except = except.as_ref().map(|calendar| calendar.kind.as_str());
                self.on_day(day, |day| Some(Val::Date(self.working_day(*which, day, except))))
            }
            ExprKind::DaysWithin { period, day, from, to } => self.on_day(day, |day| {
                let (Val::Date(from), Val::Date(to)) = (self.value(from), self.value(to)) else { return Some(Val::Missing) };
                let (start, end) = self.program.period_of(period, day)?;
                let inside = (start.0..end.0).filter(|day| from.0 <= *day && *day <= to.0);
                Some(Val::Num(Ratio::read(&inside.count().to_string())))
            }),
            ExprKind::Aggregate { kind, value, record, condition, of_known, .. } if self.over.is_some() => {
                let parts = (value.as_deref(), record.kind.as_str(), condition.as_deref());
                self.aggregate_over(*kind, parts, (*of_known, self.over.expect("everybody")))
            }
            ExprKind::Aggregate { .. } => self.over_rows(expr),
            ExprKind::AtLeastOf(count, conditions) => {
                let verdicts: Vec<Val> = conditions.iter().map(|condition| self.value(condition)).collect();
                super::rows::at_least(ratio(count.kind), &verdicts)
            }
            ExprKind::AmountOf { award, period } => self.amount_of(&award.kind, period.as_ref()),
            ExprKind::BaseSalaryAsOf(day) => self.base_salary(self.value(day)),
            ExprKind::CurrentPeriodStart => self.period.map_or(Val::Missing, |(start, _)| Val::Date(start)),
            ExprKind::CurrentPeriodEnd => self.period.map_or(Val::Missing, |(_, end)| Val::Date(Day(end.0 - 1))),
            ExprKind::EffectiveDate => self.effective.clone(),
            ExprKind::Rank(rank) => self.rank(rank, self.over.expect("a rank stands in a let over everybody")),
            ExprKind::Moved(MovedSide::Old, field) => self.of_person(&field.kind),
            ExprKind::Moved(MovedSide::New, field) => {
                let moving = self.moving.iter().find(|moving| moving.field.kind == field.kind).expect("the award moves it");
                match self.value(&moving.to) {
                    Val::NotApplicable if moving.or_stay.is_some() => self.of_person(&field.kind),
                    new => new,
                }
            }
            ExprKind::AmountPaid => unimplemented!("the random policies have no guarantees about lines"),
            ExprKind::Bank(reading, bank) => self.bank_reading(reading, bank),
            ExprKind::Set(reading, set) => self.set_reading(*reading, &set.kind),
            ExprKind::TableCell { table, keys, as_of } => self.table_cell(&table.kind, keys, as_of.as_deref()),
            ExprKind::TableSearch { wanted, key, table, keys, as_of } => {
                let search = Search { wanted, wants_key: key.is_some(), keys, as_of: as_of.as_deref() };
                self.table_search(&table.kind, &search)
            }
            ExprKind::TableNeighbour { key, distance, from, table } => {
                self.neighbour(&table.kind, (&key.kind, *distance), self.value(from))
            }
        }
    }

    fn binary(&self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Val {
        match op {
            BinaryOp::Is => return self.same(left, right),
            BinaryOp::IsNot => return not(self.same(left, right)),
            // what is settled by the left side hangs on nothing that the right side reads
            BinaryOp::Or | BinaryOp::And => {
                let left = self.value(left);
                let settles = Val::YesNo(op == BinaryOp::Or);
                return match op {
                    _ if left == settles => left,
                    BinaryOp::Or => or(left, self.value(right)),
                    _ => and(left, self.value(right)),
                };
            }
            _ => {}
        }
        let (left, right) = (self.value(left), self.value(right));
        match op {
            BinaryOp::Add => self.moved(left, right, 1),
            BinaryOp::Subtract => self.moved(left, right, -1),
            BinaryOp::Multiply => arithmetic(left, right, Ratio::times),
            BinaryOp::Divide if right == Val::Num(ZERO) => {
                if left == Val::Missing {
                    Val::Missing
                } else {
                    Val::Unknown
                }
            }
            BinaryOp::Divide => arithmetic(left, right, Ratio::over),
            BinaryOp::AtLeast | BinaryOp::OnOrAfter => ordered(&right, &left, true),
            BinaryOp::AtMost | BinaryOp::OnOrBefore => ordered(&left, &right, true),
            BinaryOp::MoreThan | BinaryOp::After => ordered(&right, &left, false),
            BinaryOp::LessThan | BinaryOp::Before => ordered(&left, &right, false),
            BinaryOp::On => equal(&left, &right),
            BinaryOp::Is | BinaryOp::IsNot | BinaryOp::Or | BinaryOp::And => unreachable!(),
        }
    }

    /// `is`, where a bare word beside an enumeration is one of its words.
    fn same(&self, left: &'a Expr, right: &'a Expr) -> Val {
        equal(&self.beside(left, right), &self.beside(right, left))
    }

    fn beside(&self, expr: &'a Expr, other: &'a Expr) -> Val {
        match &expr.kind {
            ExprKind::Name(word) if self.words(other).iter().any(|candidate| candidate == word) => Val::Text(word.clone()),
            _ => self.value(expr),
        }
    }

    /// Adds (or subtracts) numbers, or a duration to a date.
    fn moved(&self, left: Val, right: Val, sign: i64) -> Val {
        match (left, right) {
            (Val::Unknown, _) | (_, Val::Unknown) => Val::Unknown,
            (Val::Missing, _) | (_, Val::Missing) => Val::Missing,
            (Val::NotApplicable, _) | (_, Val::NotApplicable) => Val::NotApplicable,
            (Val::Date(at), Val::Span { months, days }) => {
                self.day_or_unknown(at.plus(sign * months, sign * days, self.program.month_end()))
            }
            (Val::Num(left), Val::Num(right)) => Val::Num(if sign < 0 { left.minus(right) } else { left.plus(right) }),
            (left, right) => panic!("the checker refuses {left:?} + {right:?}"),
        }
    }

    fn day_or_unknown(&self, moved: Result<Day, NoDay>) -> Val {
        moved.map_or(Val::Unknown, Val::Date)
    }

    /// Both ends included, computed by adding to the anchor (DESIGN 1.1).
    fn within(&self, subject: &Val, duration: Duration, relation: WithinRelation, anchor: &Val) -> Val {
        let shifted = |sign| self.moved(anchor.clone(), span(duration), sign);
        let (start, end) = match relation {
            WithinRelation::After => (anchor.clone(), shifted(1)),
            WithinRelation::Before => (shifted(-1), anchor.clone()),
            WithinRelation::Of => (shifted(-1), shifted(1)),
        };
        between(subject, &start, &end)
    }

    fn extreme(&self, list: &'a [Expr], better: impl Fn((Day, Ratio), (Day, Ratio)) -> bool) -> Val {
        let values: Vec<Val> = list.iter().map(|expr| self.value(expr)).filter(|value| *value != Val::NotApplicable).collect();
        match gap(&values) {
            Some(gap) => gap,
            None if values.is_empty() => Val::NotApplicable,
            None => extreme(values, better),
        }
    }

    /// Complete units, by adding one after the other; none where the second date is not later.
    fn elapsed(&self, unit: DateUnit, from: Val, to: Val) -> Val {
        if let Some(gap) = gap(&[from.clone(), to.clone()]) {
            return gap;
        }
        let (from, to) = (from.date().expect("a date"), to.date().expect("a date"));
        let step = match unit {
            DateUnit::Days => return Val::Num(Ratio::whole((to.0 - from.0).into())),
            DateUnit::Months => 1,
            DateUnit::Years => 12,
        };
        let complete = |rule| (1..).take_while(|count| from.plus(step * count, 0, rule).is_ok_and(|reached| reached <= to)).count();
        let (last, next) = (complete(MonthEndRule::LastDay), complete(MonthEndRule::NextDay));
        let count = match self.program.month_end() {
            MonthEndRule::Refuse if last != next => return Val::Unknown,
            MonthEndRule::LastDay | MonthEndRule::Refuse => last,
            MonthEndRule::NextDay => next,
        };
        Val::Num(Ratio::whole(count as i128))
    }

    pub fn on_day(&self, at: &'a Expr, find: impl Fn(Day) -> Option<Val>) -> Val {
        match self.value(at) {
            Val::Date(at) => find(at).unwrap_or(Val::Unknown),
            unknown => unknown,
        }
    }

    fn on_period(&self, word: &PeriodWord, at: &'a Expr, pick: impl Fn(Stretch) -> Day) -> Val {
        self.on_day(at, |at| self.program.period_of(word, at).map(|stretch| Val::Date(pick(stretch))))
    }

    /// A let in the place of the row that names it; an aggregate around it is not seen.
    pub fn defined(&self, definition: &'a Let) -> Val {
        let over = if definition.over == Over::Person { None } else { Some(&definition.over) };
        let scope = Scope { looked_at: None, over, ..self.clone() };
        match &definition.body {
            LetBody::Plain(expr) => scope.value(expr),
            LetBody::Dated { by, cases } => scope.on_day(by, |at| {
                let inside = |range: &stipend::syntax::ast::DateRange| day(range.from) <= at && range.to.is_none_or(|to| at <= day(to));
                cases.iter().find(|(range, _)| inside(&range.kind)).map(|(_, expr)| scope.value(expr))
            }),
        }
    }
}

fn span(duration: Duration) -> Val {
    Val::Span { months: duration.months.into(), days: duration.days.into() }
}

fn is_nth_weekday(at: Day, nth: i64, weekday: i64, month: i64) -> bool {
    let (year, this_month, number) = at.civil();
    let last_week = number + 7 > super::days::days_in_month(year, this_month);
    let place = if nth < 0 { last_week } else { (number - 1) / 7 + 1 == nth };
    this_month == month && at.weekday() == weekday && place
}

/// What a computation becomes when an input is not known.
pub fn gap(inputs: &[Val]) -> Option<Val> {
    if inputs.contains(&Val::Unknown) {
        return Some(Val::Unknown);
    }
    [Val::Missing, Val::NotApplicable].into_iter().find(|gap| inputs.contains(gap))
}

/// What does not apply is neither more nor less nor the same: a comparison with it is missing.
fn no_comparison(inputs: &[Val]) -> Option<Val> {
    gap(inputs).map(|gap| if gap == Val::NotApplicable { Val::Missing } else { gap })
}

fn arithmetic(left: Val, right: Val, compute: impl Fn(Ratio, Ratio) -> Ratio) -> Val {
    match (left, right) {
        (Val::Num(left), Val::Num(right)) => Val::Num(compute(left, right)),
        (left, right) => gap(&[left, right]).expect("numbers"),
    }
}

fn negative(value: Val) -> Val {
    match value {
        Val::Num(number) => Val::Num(number.negative()),
        Val::Span { months, days } => Val::Span { months: -months, days: -days },
        unknown => unknown,
    }
}

pub fn not(value: Val) -> Val {
    match value {
        Val::YesNo(yes) => Val::YesNo(!yes),
        unknown => unknown,
    }
}

pub fn and(left: Val, right: Val) -> Val {
    if left == Val::YesNo(false) || right == Val::YesNo(false) {
        return Val::YesNo(false);
    }
    gap(&[left, right]).unwrap_or(Val::YesNo(true))
}

pub fn or(left: Val, right: Val) -> Val {
    not(and(not(left), not(right)))
}

fn presence(value: Val, missing: Val, known: Val) -> Val {
    match value {
        Val::Missing => missing,
        Val::Unknown => Val::Unknown,
        _ => known,
    }
}

pub fn equal(left: &Val, right: &Val) -> Val {
    no_comparison(&[left.clone(), right.clone()]).unwrap_or_else(|| Val::YesNo(left == right))
}

/// One comparison, not two: missing where any of the three is.
fn between(subject: &Val, low: &Val, high: &Val) -> Val {
    let known = no_comparison(&[subject.clone(), low.clone(), high.clone()]);
    known.unwrap_or_else(|| and(ordered(low, subject, true), ordered(subject, high, true)))
}

/// Whether `low` is before (or, where `same` is allowed, on) `high`.
pub fn ordered(low: &Val, high: &Val, same: bool) -> Val {
    match (low, high) {
        (Val::Num(low), Val::Num(high)) => Val::YesNo(low < high || (same && low == high)),
        (Val::Date(low), Val::Date(high)) => Val::YesNo(low < high || (same && low == high)),
        (low, high) => no_comparison(&[low.clone(), high.clone()]).expect("things that have an order"),
    }
}

/// The one that is better than all before it; missing where there is none.
pub fn extreme(values: Vec<Val>, better: impl Fn((Day, Ratio), (Day, Ratio)) -> bool) -> Val {
    let key = |value: &Val| (value.date().unwrap_or(Day(0)), value.num().unwrap_or(ZERO));
    values.into_iter().reduce(|best, new| if better(key(&new), key(&best)) { new } else { best }).unwrap_or(Val::Missing)
}
