//! What an award decides about a row by the row and its person: taken together, and, where it passes over rows whatever is posted, before the queue.

use super::candidate::Candidate;
use super::check::{Asks, Check, Decided, VALUES_MOST};
use super::link::{Days, Link, Says};
use super::stretch::{State, Stretch, Walked};
use super::timeline::Timeline;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::formula::Formula;
use crate::eval::trace::{Op, StepId, Values};
use crate::facts::{Column, Facts};
use crate::policy::{Award, AwardId, Each, Expr, ExprKind, FieldId, LetBody, Policy, RecordId, Scope};
use crate::value::Date;

/// What is done with rows that an award passes over before they stand in the person's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedOver {
    /// They stand in the queue with the others: their outcomes are in its order.
    InQueue,
    /// Their outcomes, with all steps, stand before those of the queue.
    Apart,
    /// They are counted.
    Counted,
}

/// By award: what it decides by the row and its person.
#[derive(Debug)]
pub struct Screens<'a>(Vec<Checks<'a>>);

#[derive(Debug)]
struct Checks<'a> {
    stretches: Vec<Stretch<'a>>,
    /// By the place among what the award decides: the stretch that begins there, from 1; 0 where none does.
    begins: Vec<u16>,
    /// Whether the first conditions decide before the queue.
    lead: bool,
}

/// What the leading conditions of an award say of a row before the queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screened {
    pub passed_over: bool,
    /// The state in which they leave the row; 0 where it is not kept.
    pub state: u16,
}

/// What was decided together.
#[derive(Clone, Copy, Debug)]
pub struct Together {
    pub decided: Decided,
    /// So many things, the conditions first, then the effective date, then the keys.
    pub count: u16,
    pub last: StepId,
}

impl<'a> Screens<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts, as_of: Date) -> Screens<'a> {
        Screens(policy.awards.iter().map(|award| Checks::of((policy, facts), award, as_of)).collect())
    }

    /// What decides before the queue whether the award passes a row over; none where nothing does.
    #[inline]
    pub fn lead(&mut self, award: usize) -> Option<&mut Stretch<'a>> {
        let Checks { stretches, lead, .. } = self.0.get_mut(award)?;
        stretches.first_mut().filter(|_| *lead)
    }

    /// What is decided together from this place on.
    #[inline]
    fn stretch(&mut self, award: AwardId, first: u16) -> Option<&mut Stretch<'a>> {
        let Checks { stretches, begins, .. } = &mut self.0[usize::from(award.0)];
        let number = begins.get(usize::from(first))?.checked_sub(1)?;
        stretches.get_mut(usize::from(number))
    }
}

impl<'a> Stretch<'a> {
    /// Whether the award passes the row over, and so is not eligible by a condition that no other row can change.
    #[inline]
    pub fn screened(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Screened {
        match self.screen(event, evaluator) {
            Walked { reached, to_the_end: true } => Screened { passed_over: reached.decided() == Decided::Fails, state: reached.state() },
            Walked { .. } => {
                let at = Position { event: Some(event), ..Position::default() };
                Screened { passed_over: self.fails(&at, evaluator), state: 0 }
            }
        }
    }
}

impl<'a> Timeline<'a> {
    /// Records the steps of all that is decided from `first` on by what stands in the row and in its person's.
    #[inline(always)]
    pub(in crate::eval) fn decide_together(&mut self, candidate: &Candidate<'a>, first: u16, at: &Position) -> Option<Together> {
        let stretch = self.screens.stretch(candidate.award, first)?;
        let evaluator = &mut self.evaluator;
        let mut reads = stretch.reads;
        let mut most = stretch.links.len();
        if !evaluator.moves.is_empty() {
            (reads.person, most) = (false, stretch.of_row); // what moved is no cell
        }
        if candidate.moved_to.is_some() {
            most = most.min(stretch.conditions); // its date is that of the limit
        }
        let rows = evaluator.rows_read(reads, at)?;
        let from = if first == 0 { candidate.screened } else { 0 };
        let computed = evaluator.trace.values().len();
        let walked = stretch.walk((from, most), (rows, at), evaluator);
        let State { links, kept, .. } = stretch.state(walked.reached.state());
        let Some(kept) = *kept else {
            evaluator.trace.values().truncate(computed);
            return None;
        };
        let start = evaluator.trace.next();
        let last = evaluator.trace.record_kept(kept, rows, Values::from(computed));
        if cfg!(debug_assertions) {
            stretch.compare(usize::from(*links), (start, at), evaluator);
        }
        Some(Together { decided: walked.reached.decided(), count: *links, last })
    }
}

impl<'a> Checks<'a> {
    fn of((policy, facts): (&'a Policy, &'a Facts), award: &'a Award, as_of: Date) -> Checks<'a> {
        let conditions = (0u16..).zip(&award.conditions).map(|(index, condition)| {
            let check = column_of((policy, facts), award, condition).map(|column| Check::new(index, condition, column));
            let op = Op::Condition(index);
            match check {
                Some(check) => Some(Link::by_column(op, condition, check)),
                None => link((policy, facts), (op, condition), Says::Condition),
            }
        });
        let links: Vec<Option<Link<'a>>> = conditions.chain(dates_and_keys((policy, facts), award, as_of)).collect();
        let mut begins = vec![0; links.len()];
        let mut stretches: Vec<Stretch<'a>> = Vec::new();
        let (mut first, mut together) = (0, Vec::new());
        for (place, link) in (0u16..).zip(links.into_iter().chain([None])) {
            match link {
                Some(link) => together.push(link),
                None => {
                    if !together.is_empty() {
                        stretches.push(Stretch::new(first, std::mem::take(&mut together)));
                    }
                    first = place + 1;
                }
            }
        }
        (1u16..).zip(&stretches).for_each(|(number, stretch)| begins[usize::from(stretch.first)] = number);
        // a held row holds the person, a credit may stand in the opening balances, a choice asks who competes, and each payment has an outcome
        let is_last = policy.held_rows_hold_person || award.credits.is_some() || award.choose.is_some() || award.recurs.is_some();
        let lead = !is_last && stretches.first().is_some_and(|stretch| stretch.first == 0 && !stretch.leading.is_empty());
        Checks { stretches, begins, lead }
    }
}

/// The effective date and the keys, as far as they are decided right behind the conditions.
fn dates_and_keys<'a>(context: (&'a Policy, &'a Facts), award: &'a Award, as_of: Date) -> Vec<Option<Link<'a>>> {
    if award.recurs.is_some() {
        return Vec::new(); // each payment has a date of its own
    }
    let in_force = context.0.effective;
    let (first, to) = if award.counts_in.is_none() { (Some(in_force.from), in_force.to) } else { (None, None) };
    let effective = Says::Effective(Days { first, last: to.map_or(as_of, |to| to.min(as_of)) });
    let date = link(context, (Op::Effective, &award.effective), effective);
    let keys = award.once.iter().flat_map(|once| &once.keys);
    // the keys are looked at once it stands somewhere in the queue
    let behind = award.counts_in.is_none() && award.placing.span == award.effective.span;
    let keys = keys.filter(|_| behind).map(|key| link(context, (Op::Key, key), Says::Key));
    std::iter::once(date).chain(keys).collect()
}

fn link<'a>((policy, facts): (&'a Policy, &'a Facts), (op, expr): (Op, &'a Expr), says: Says) -> Option<Link<'a>> {
    Formula::of_decision(policy, facts, (op, expr)).map(|formula| Link::by_formula(op, expr, (says, formula)))
}

/// The one column that a condition looks at, and what it asks of it.
fn column_of<'a>((policy, facts): (&'a Policy, &'a Facts), award: &Award, condition: &Expr) -> Option<(&'a Column, Asks)> {
    let Each::Event(record) = award.each else { return None };
    let mut look = Look::default();
    let field = looks_at_one(policy, condition, &mut look).then_some(look.field).flatten()?;
    let column = facts.table(record).column(field);
    let distinct = if let Column::Text(texts) = column { texts.distinct() } else { 0 };
    let asks = if look.at_value { Asks::Value } else { Asks::WhetherKnown };
    (distinct <= VALUES_MOST && !matches!(column, Column::Person)).then_some((column, asks))
}

/// What an expression looks at.
#[derive(Default)]
struct Look {
    field: Option<FieldId>,
    /// It looks at the value, not only whether there is one.
    at_value: bool,
}

impl Look {
    /// Whether the field is the only one so far.
    fn only(&mut self, field: FieldId) -> bool {
        *self.field.get_or_insert(field) == field
    }
}

/// Whether the expression hangs on one field of the award's row and on nothing else.
fn looks_at_one(policy: &Policy, expr: &Expr, look: &mut Look) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) => true,
        ExprKind::Field { scope: Scope::Event, field, .. } => {
            look.at_value = true;
            look.only(*field)
        }
        ExprKind::IsMissing(inner) | ExprKind::IsKnown(inner) if let ExprKind::Field { scope: Scope::Event, field, .. } = inner.kind => {
            look.only(field)
        }
        ExprKind::Let(id) => match &policy.lets[usize::from(id.0)].body {
            LetBody::Plain(inner) => looks_at_one(policy, inner, look),
            LetBody::Dated { .. } => false,
        },
        ExprKind::Not(inner) | ExprKind::Negative(inner) | ExprKind::IsMissing(inner) | ExprKind::IsKnown(inner) => {
            looks_at_one(policy, inner, look)
        }
        ExprKind::Rounded(inner, _) | ExprKind::LastDayOfMonthOf(inner) | ExprKind::FirstDayOfMonthAfter(inner) => {
            looks_at_one(policy, inner, look)
        }
        ExprKind::PeriodLabel(_, day) | ExprKind::PeriodStart(_, day) | ExprKind::PeriodEnd(_, day) => looks_at_one(policy, day, look),
        ExprKind::Binary(_, left, right) => looks_at_one(policy, left, look) && looks_at_one(policy, right, look),
        ExprKind::Within { subject, anchor, .. } => looks_at_one(policy, subject, look) && looks_at_one(policy, anchor, look),
        ExprKind::Between(subject, low, high) => [subject, low, high].into_iter().all(|part| looks_at_one(policy, part, look)),
        ExprKind::OneOf(subject, words) => looks_at_one(policy, subject, look) && words.iter().all(|word| looks_at_one(policy, word, look)),
        // everything else may hang on the person, on other rows or on what is posted
        _ => false,
    }
}
