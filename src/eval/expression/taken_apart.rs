//! Takes an expression apart into operations: it goes the way that the evaluator goes, once for each way that a value may part it into.

use std::cmp::Ordering;
use std::rc::Rc;

use super::calendar;
use super::expr::constant_value;
use super::formula::{self, Around, By, Passage, Reads, Source, Then};
use super::operation::{Answer, Day, Days, Operation};
use crate::eval::trace::{Making, Op, Stands, StepPlace, Template, Whose};
use crate::facts::{Column, Facts};
use crate::policy::{Award, Expr, ExprKind, FieldId, LetBody, Limit, LimitId, Pay, Policy, RecordId, Scope};
use crate::source::Span;
use crate::syntax::ast::BinaryOp;
use crate::value::{Type, Value};

/// An expression that parts into more passages is the evaluator's.
const PASSAGES_MOST: usize = 48;

/// What is taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whole<'a> {
    Value(&'a Expr),
    /// The same, recorded once more.
    Decision(Op, &'a Expr),
    /// With the proration and the rounding of its award.
    PayLine(&'a Award, (&'a Pay, u16)),
    /// What it leaves of what it allows.
    Room(LimitId, &'a Limit),
}

/// Why no step follows.
pub(super) enum End {
    /// It hangs on the value of this step.
    Parts(u32, By),
    Unknown,
}

/// One way through an expression.
pub(super) struct Way<'a, 'w> {
    policy: &'a Policy,
    facts: &'a Facts,
    /// Which way is gone where it parts, one for each time.
    chosen: &'w [usize],
    steps: Making<'a>,
    /// By step: where its value comes from, and its type.
    pub sources: Vec<(Source<'a>, Type)>,
    operations: Vec<Operation<'a>>,
    /// How many values follow those of the operations.
    following: u32,
    reads: &'w mut Reads,
}

/// All ways through the expression; none where there are too many, or nothing of it is known.
pub(super) fn passages<'a>(context: (&'a Policy, &'a Facts), whole: Whole<'a>, reads: &mut Reads) -> Option<Passage<'a>> {
    let first = follow(context, whole, (&mut Vec::new(), 0), (&mut 0, reads))?;
    is_known(&first).then_some(first)
}

/// Whether some way is known to its end.
fn is_known(passage: &Passage) -> bool {
    match &passage.then {
        Then::Done(..) => true,
        Then::Parted { ways, .. } => ways.iter().any(is_known),
        Then::Unknown => false,
    }
}

/// The passage behind the first `done` operations of the chosen way, and all that may follow.
fn follow<'a>(
    (policy, facts): (&'a Policy, &'a Facts),
    whole: Whole<'a>,
    (chosen, done): (&mut Vec<usize>, usize),
    (count, reads): (&mut usize, &mut Reads),
) -> Option<Passage<'a>> {
    if *count == PASSAGES_MOST {
        return None;
    }
    let number = *count as u8; // of the passage, and of its end
    *count += 1;
    let (steps, sources, operations) = (Making::default(), Vec::new(), Vec::new());
    let mut way = Way { policy, facts, chosen, steps, sources, operations, following: 0, reads };
    let end = way.whole(whole);
    let Way { steps, sources, mut operations, following, .. } = way;
    let reached = operations.len();
    let operations = operations.split_off(done);
    let then = match end {
        Ok((last, around)) => {
            let is_last = |source: &Source| matches!(source, Source::Computed(number) if *number as usize + 1 == reached);
            let value = Some(sources[last as usize].0).filter(|source| matches!(around, Around::Nothing) && !is_last(source));
            Then::Done(formula::End { number, steps: Rc::new(steps.made(reached as u32 + following)), value, around })
        }
        Err(End::Unknown) => Then::Unknown,
        Err(End::Parts(on, by)) => {
            let mut ways = Vec::new();
            for way in 0..by.ways() {
                chosen.push(way);
                ways.push(follow((policy, facts), whole, (chosen, reached), (count, reads))?);
                chosen.pop();
            }
            Then::Parted { on: sources[on as usize].0, by, ways }
        }
    };
    Some(Passage { operations, then })
}

type Step = Result<u32, End>;

impl<'a> Way<'a, '_> {
    fn whole(&mut self, whole: Whole<'a>) -> Result<(u32, Around<'a>), End> {
        match whole {
            Whole::Value(expr) => Ok((self.add(expr)?, Around::Nothing)),
            Whole::Decision(op, expr) => {
                let step = self.add(expr)?;
                Ok((self.same((op, expr.span), &[step], step)?, Around::Nothing))
            }
            Whole::PayLine(award, line) => self.pay_line(award, line).map(|(step, line)| (step, Around::PayLine(line))),
            Whole::Room(id, limit) => self.room(id, limit).map(|(step, room)| (step, Around::Limit(room))),
        }
    }

    /// Which way is gone, as the value decides.
    fn parted(&mut self, on: u32, by: By) -> Result<usize, End> {
        let (way, rest) = self.chosen.split_first().ok_or(End::Parts(on, by))?;
        self.chosen = rest;
        Ok(*way)
    }

    /// A step whose value is computed.
    fn step(&mut self, (op, expr): (Op, &Expr), inputs: &[u32], operation: Operation<'a>) -> Step {
        self.computed((op, expr.span, expr.ty), inputs, operation)
    }

    fn computed(&mut self, (op, span, ty): (Op, Span, Type), inputs: &[u32], operation: Operation<'a>) -> Step {
        let number = self.operations.len() as u32;
        self.operations.push(operation);
        self.stands((op, StepPlace::Clause(span)), inputs, (Source::Computed(number), ty))
    }

    /// A step whose value follows those of the operations.
    pub(super) fn following(&mut self, (op, span, ty): (Op, Span, Type), inputs: &[u32]) -> Step {
        let number = self.operations.len() as u32 + self.following;
        self.following += 1;
        self.stands((op, StepPlace::Clause(span)), inputs, (Source::Computed(number), ty))
    }

    /// The steps so far, and such a step more.
    pub(super) fn and_following(&self, (op, span): (Op, Span), inputs: &[u32]) -> Template<'a> {
        let number = self.operations.len() as u32 + self.following;
        let mut steps = self.steps.clone();
        steps.add((op, StepPlace::Clause(span)), inputs, (Stands::Computed(number), Value::Missing));
        steps.made(number + 1)
    }

    /// A value that is recorded once more: a named value, a decision, the chosen branch.
    pub(super) fn same(&mut self, (op, span): (Op, Span), inputs: &[u32], of: u32) -> Step {
        self.stands((op, StepPlace::Clause(span)), inputs, self.sources[of as usize])
    }

    fn stands(&mut self, step: (Op, StepPlace), inputs: &[u32], (source, ty): (Source<'a>, Type)) -> Step {
        self.sources.push((source, ty));
        let stands = match source {
            Source::Constant(value) => (Stands::Here, value),
            Source::Cell(whose, column) => (Stands::InCell(whose, column), Value::Missing),
            Source::Computed(number) => (Stands::Computed(number), Value::Missing),
        };
        Ok(self.steps.add(step, inputs, stands))
    }

    fn source(&self, step: u32) -> Source<'a> {
        self.sources[step as usize].0
    }

    pub(super) fn add(&mut self, expr: &'a Expr) -> Step {
        match &expr.kind {
            ExprKind::Constant(constant) => {
                let constant = (Source::Constant(constant_value(constant)), expr.ty);
                self.stands((Op::Constant, StepPlace::Clause(expr.span)), &[], constant)
            }
            ExprKind::Field { scope, record, field } => self.cell((*scope, *record, *field), expr),
            ExprKind::Let(id) => match &self.policy.lets[usize::from(id.0)].body {
                LetBody::Plain(body) => {
                    let step = self.add(body)?;
                    self.same((Op::Let(*id), expr.span), &[step], step)
                }
                LetBody::Dated { .. } => Err(End::Unknown),
            },
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) => self.connected(*op, (left, right), expr),
            ExprKind::Binary(op, left, right) => {
                let inputs = [self.add(left)?, self.add(right)?];
                let parts = inputs.map(|input| self.sources[input as usize]);
                let operation = match op {
                    BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                        Operation::arithmetic(*op, expr.ty, parts)
                    }
                    _ => Operation::comparison(*op, parts),
                };
                self.step((Op::Binary(*op), expr), &inputs, operation)
            }
            ExprKind::PercentOf(rate, base) => {
                let inputs = [self.add(rate)?, self.add(base)?];
                let parts = inputs.map(|input| self.sources[input as usize]);
                self.step((Op::PercentOf, expr), &inputs, Operation::arithmetic(BinaryOp::Multiply, expr.ty, parts))
            }
            ExprKind::IsKnown(inner) => self.one((Op::IsKnown, expr), inner, |part| Operation::Known(Answer::Yes, part)),
            ExprKind::IsMissing(inner) => self.one((Op::IsMissing, expr), inner, |part| Operation::Known(Answer::No, part)),
            ExprKind::If { condition, then, otherwise } => self.branch((condition, then, otherwise), expr.span),
            _ => self.add_other(expr),
        }
    }

    fn add_other(&mut self, expr: &'a Expr) -> Step {
        match &expr.kind {
            // the step of these two stands where what it is about stands
            ExprKind::Not(inner) => self.at_inner(Op::Not, expr, inner, Operation::Not),
            ExprKind::Negative(inner) => self.at_inner(Op::Negative, expr, inner, |part| Operation::Negative(expr.ty, part)),
            ExprKind::Between(subject, low, high) => {
                let inputs = [self.add(subject)?, self.add(low)?, self.add(high)?];
                self.step((Op::Between, expr), &inputs, Operation::Between(inputs.map(|input| self.source(input))))
            }
            ExprKind::OneOf(subject, words) => {
                let (inputs, parts) = self.all(std::iter::once(&**subject).chain(words))?;
                self.step((Op::OneOf, expr), &inputs, Operation::OneOf(parts))
            }
            ExprKind::Greatest(list) => {
                let (inputs, parts) = self.all(list.iter())?;
                self.step((Op::Greatest, expr), &inputs, Operation::Extreme(Ordering::Greater, parts))
            }
            ExprKind::Least(list) => {
                let (inputs, parts) = self.all(list.iter())?;
                self.step((Op::Least, expr), &inputs, Operation::Extreme(Ordering::Less, parts))
            }
            ExprKind::Rounded(inner, rounding) => {
                self.one((Op::RoundedInside, expr), inner, |part| Operation::Rounded(*rounding, expr.ty, part))
            }
            ExprKind::Elapsed { unit, from, to } => {
                let inputs = [self.add(from)?, self.add(to)?];
                self.step((Op::Elapsed, expr), &inputs, Operation::Elapsed(*unit, inputs.map(|input| self.source(input))))
            }
            ExprKind::Within { subject, duration, relation, anchor } => {
                let [subject, anchor] = [self.add(subject)?, self.add(anchor)?];
                let dates = [self.days(subject)?, self.days(anchor)?];
                let far = self.step((Op::Calendar, expr), &[anchor], Operation::FarEnd(*duration, *relation, dates))?;
                self.sources[far as usize].1 = Type::Date;
                let dates = [dates[0], dates[1], self.days(far)?];
                self.step((Op::Within, expr), &[subject, anchor, far], Operation::Within(*duration, *relation, dates))
            }
            ExprKind::CurrentPeriodStart => self.given((Op::CurrentPeriod, expr), Day::PeriodStart),
            ExprKind::CurrentPeriodEnd => self.given((Op::CurrentPeriod, expr), Day::PeriodEnd),
            ExprKind::EffectiveDate => self.given((Op::EffectiveDate, expr), Day::Effective),
            kind => match calendar::day_asked(kind) {
                Some(day) => self.one((Op::Calendar, expr), day, |part| Operation::Calendar(kind, part)),
                // it may hang on other rows, on what is posted, on the day
                None => Err(End::Unknown),
            },
        }
    }

    /// Where a day comes from; what may be something else is the evaluator's.
    fn days(&self, step: u32) -> Result<Days<'a>, End> {
        Days::of(self.sources[step as usize]).ok_or(End::Unknown)
    }

    /// A day that the candidate at hand has.
    fn given(&mut self, step: (Op, &Expr), day: Day) -> Step {
        self.reads.day = true;
        self.step(step, &[], Operation::Given(day))
    }

    /// An operation with one input.
    fn one(&mut self, step: (Op, &Expr), inner: &'a Expr, operation: impl Fn(Source<'a>) -> Operation<'a>) -> Step {
        let at = self.add(inner)?;
        self.step(step, &[at], operation(self.source(at)))
    }

    fn at_inner(&mut self, op: Op, expr: &Expr, inner: &'a Expr, operation: impl Fn(Source<'a>) -> Operation<'a>) -> Step {
        let at = self.add(inner)?;
        self.computed((op, inner.span, expr.ty), &[at], operation(self.source(at)))
    }

    fn all(&mut self, list: impl Iterator<Item = &'a Expr>) -> Result<(Vec<u32>, Box<[Source<'a>]>), End> {
        let inputs: Vec<u32> = list.map(|expr| self.add(expr)).collect::<Result<_, End>>()?;
        let parts = inputs.iter().map(|input| self.source(*input)).collect();
        Ok((inputs, parts))
    }

    /// A cell of the award's row or of the person's own. What stands in no column, or is looked at by an aggregate, is the evaluator's.
    fn cell(&mut self, (scope, record, field): (Scope, RecordId, FieldId), expr: &Expr) -> Step {
        let column = self.facts.table(record).column(field);
        let whose = match scope {
            _ if matches!(column, Column::Person | Column::Absent) => return Err(End::Unknown),
            Scope::Event => Whose::Event,
            Scope::Person if record == self.policy.people => Whose::Person,
            Scope::Person | Scope::Aggregated => return Err(End::Unknown),
        };
        *self.reads = self.reads.and(Reads::of(whose));
        let place = StepPlace::Cell { record, row: 0, field, clause: expr.span };
        self.stands((Op::Field, place), &[], (Source::Cell(whose, column), expr.ty))
    }

    fn connected(&mut self, op: BinaryOp, (left, right): (&'a Expr, &'a Expr), expr: &Expr) -> Step {
        let first = self.add(left)?;
        if self.parted(first, By::Deciding(op))? == 0 {
            return self.same((Op::Binary(op), expr.span), &[first], first);
        }
        let inputs = [first, self.add(right)?];
        self.step((Op::Binary(op), expr), &inputs, Operation::Connected(op, inputs.map(|input| self.source(input))))
    }

    fn branch(&mut self, (condition, then, otherwise): (&'a Expr, &'a Expr, &'a Expr), span: Span) -> Step {
        let decided = self.add(condition)?;
        let chosen = match self.parted(decided, By::Truth)? {
            0 => self.add(then)?,
            1 => self.add(otherwise)?,
            _ => {
                let missing = (Source::Constant(Value::Missing), Type::YesNo);
                return self.stands((Op::If, StepPlace::Clause(span)), &[decided], missing);
            }
        };
        self.same((Op::If, span), &[decided, chosen], chosen)
    }
}
