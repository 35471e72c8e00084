//! The steps of a computation, recorded by the evaluator while it computes. An amount is the value of its last step.

use std::borrow::Cow;
use std::rc::Rc;

use crate::eval::sealed::Sealed;
use crate::policy::{AwardId, ChooseId, FieldId, LetId, LimitId, PoolId, RecordId};
use crate::source::Span;
use crate::syntax::ast::BinaryOp;
use crate::value::Value;

mod computed;
mod kept;
mod mark;
mod reading;
mod template;

pub use computed::{Generation, Lasting, Making, Rows, Stands, Values, Whose};
pub use kept::Kept;
pub use mark::Mark;
pub use reading::Reading;
pub use template::Template;
use template::{Passage, inputs_in};

/// Index into [`Trace::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// All steps of one person; cleared and used again for the next.
#[derive(Debug, Default)]
pub struct Trace<'a> {
    /// The first steps, where there are very many.
    sealed: Sealed<'a>,
    /// How many these are.
    sealed_len: u32,
    /// Those behind them that are written out.
    steps: Vec<Step<'a>>,
    /// Those between these that are steps of a template.
    passages: Vec<Passage>,
    /// The templates of passages, as long as there are people.
    kept: Vec<Rc<Template<'a>>>,
    /// What was computed for these, one behind the other.
    values: Vec<Value<'a>>,
    /// Values that are shown for one person after the other.
    lasting: Vec<Value<'a>>,
    /// How often these were taken away.
    generation: Generation,
    /// Where the steps behind the last of the passages begin.
    tail: Tail,
    /// The number of the step that is recorded next.
    next: u32,
    /// The inputs of those of these that have many, one after the other.
    inputs: Vec<StepId>,
    /// Steps that gave no value for another reason than a missing cell, in the order recorded.
    faults: Vec<(StepId, Fault)>,
    /// How many templates have a number; it goes on from person to person.
    templates: u32,
}

/// From the step `id` on, all steps are written out, each so far before its number as `lead` says.
#[derive(Clone, Copy, Debug, Default)]
struct Tail {
    id: u32,
    lead: u32,
}

/// Steps that are kept as they are recorded. Who tests a debug build has them sealed after a row or two: the same must come out.
const OPEN_MOST: usize = if cfg!(debug_assertions) { 48 } else { 1 << 16 };

/// So many values last from one person to the next. Who tests a debug build has them made anew after a few.
const LASTING_MOST: usize = if cfg!(debug_assertions) { 48 } else { 1 << 11 };

#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub op: Op,
    pub place: StepPlace,
    /// Up to [`FEW`] stand here; of more the first number is where they begin among those of steps that have many.
    pub(super) inputs: [StepId; FEW],
    pub(super) input_count: u16,
    pub value: Value<'a>,
}

/// Nearly all steps have no more inputs than this.
pub(super) const FEW: usize = 3;

/// What the step rests on besides its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPlace {
    /// The words of the policy that were carried out.
    Clause(Span),
    /// A cell that was read.
    Cell { record: RecordId, row: u32, field: FieldId, clause: Span },
    /// A line of the opening state, by its index in `Facts::paid`.
    Paid(u32),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    // expressions
    Constant,
    Field,
    DatedField,
    /// Inputs: the key, and the day where one was asked for.
    LookedUp,
    Let(LetId),
    Not,
    Negative,
    Binary(BinaryOp),
    Between,
    OneOf,
    AtLeastOf,
    IsMissing,
    IsKnown,
    /// Inputs: the subject, the anchor, and the far end of the window (computed by adding to the anchor).
    Within,
    PercentOf,
    Greatest,
    Least,
    If,
    /// Rounding that an expression asks for.
    RoundedInside,
    Elapsed,
    Calendar,
    Aggregate,
    /// A value over everybody, or over a group of so many rows.
    Population {
        rows: u32,
    },
    TableCell,
    TableSearch,
    TableNeighbour,
    /// A field that an award moved.
    MovedField,
    /// The units of a bank that are there, were ever earned, or the day on which so many were.
    Balance,
    /// What an expression asked of a set.
    SetValue,
    /// The value to which the award at hand moves a field.
    NewValue,
    CurrentPeriod,
    EffectiveDate,
    /// The amount of the line that a guarantee looks at.
    AmountPaid,
    /// What is posted so far of the award.
    AmountOf(AwardId),
    /// The opening salary and the changes posted up to a day.
    BaseSalary,
    // decisions
    /// A condition of the award, from 0; the value is yes, no or missing.
    Condition(u16),
    /// The `when` of a pay line, from 0.
    When(u16),
    /// The pay line that decided, from 0: its amount before proration.
    PayLine(u16),
    /// The ordinal of the award in its tier window.
    TierOrdinal,
    /// The amount times the proration.
    Prorated,
    /// The amount rounded by the award's or the policy's rounding.
    Rounded,
    /// How much the limit allows in the window.
    LimitMost(LimitId),
    /// How much is used in the window that leaves the least room.
    LimitUsed(LimitId),
    /// What is left.
    LimitRoom(LimitId),
    /// The amount after the limit; inputs: the amount before and the room.
    LimitApplied(LimitId),
    /// The part that the limit cut and that is paid as a stipend.
    ExcessAsStipend(LimitId),
    /// The part that an earlier period's limit cut, now a candidate in this one.
    CarriedIn(LimitId),
    /// What of the award was paid for the row at hand, or is left of it.
    PaidFor(AwardId),
    /// What earlier recoveries took back of it.
    TakenBackBefore(AwardId),
    /// What a `recover` line, from 0, takes back of one payment.
    TakeBack(u16),
    /// The same where less is left.
    OnlyLeft,
    /// What a choice compares of the award.
    Compared(AwardId),
    /// Whether the choice fell on this candidate; inputs: its figure, and that of the other.
    Chosen(ChooseId),
    /// A key of `once`.
    Key,
    /// The date that decides the place in the queue.
    Placing,
    /// The effective date.
    Effective,
    /// The effective date of a later payment of a recurring award, by its number; input: that of the first.
    Recurs(u32),
    /// The declared last day of a recurring award.
    Until,
    /// A part of the amount, paid on a day of its own.
    Instalment,
    /// The pay date.
    PayDate,
    /// Units that go into a bank.
    Credited,
    /// Units that the award costs; inputs: how many, and the balance.
    Spent,
    /// Units that a spending left and that are lost.
    SurplusLost,
    /// What a row counts as in a set.
    SetItem,
    /// How many rows fill a line of a set; inputs: the rows.
    SetLine {
        need: u32,
    },
    /// How many rows a set lacks; inputs: its lines.
    SetMissing,
    /// A field moves to this value; inputs: the new value and the old one.
    Move,
    /// A field that could move stays at this value.
    Stay,
    /// A role that the person may take on from now on; the value is its last day, if it has one.
    Granted,
    /// The day of the award before, and the day from which the next may come.
    Waited,
    /// What is in the pool for the claim's tier.
    PoolAmount(PoolId),
    /// The weights of all claims that share it.
    PoolWeights {
        claims: u32,
    },
    /// What one of the weight gets, rounded.
    PoolRate(PoolId),
    /// The share; inputs: the claim, what is in the pool, the weights, and the rate if it is rounded.
    PoolShare(PoolId),
    /// The amount that is posted.
    Posted,
}

/// Why there is no value, besides a missing cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    NumberTooLarge,
    DivisionByZero,
    DateOutOfRange,
    NoSuchDay,
    /// The date is in no period of the calendar, or no case of the dated value.
    OutsideEveryPeriod,
    /// Several rows of a dated field hold on the same day and differ.
    DatedRowsDisagree,
    /// No cell of the table has these keys.
    OutsideTable,
    /// No row of the look-up record has this key.
    UnknownKey,
    /// Two rows stand in the same place, and the declared tie-break does not part them.
    TiedRank,
    /// Rows of the same date stand where the latest or first of them are picked.
    TiedRows,
    /// A move to a word that the field's list does not have.
    UnlistedWord,
    /// Whether the set is complete hangs on a row that is held.
    SetUndecided,
    /// A field has moved on since the move that is taken back.
    MovedSince,
    /// The pool's amount is missing, below zero or too large.
    PoolUnknown,
}

impl<'a> Trace<'a> {
    /// Nearly everything that is computed comes through here with inputs of which there are known to be so many: no call, one write.
    #[inline(always)]
    pub fn record(&mut self, op: Op, place: StepPlace, inputs: &[StepId], value: Value<'a>) -> StepId {
        let few = match *inputs {
            [] => [StepId(0); FEW],
            [one] => [one, StepId(0), StepId(0)],
            [one, two] => [one, two, StepId(0)],
            [one, two, three] => [one, two, three],
            _ => self.aside(inputs),
        };
        let id = StepId(self.next);
        self.next += 1;
        self.steps.push(Step { op, place, inputs: few, input_count: inputs.len() as u16, value });
        id
    }

    #[cold]
    fn aside(&mut self, inputs: &[StepId]) -> [StepId; FEW] {
        let first = StepId(self.inputs.len() as u32);
        self.inputs.extend_from_slice(inputs);
        [first, StepId(0), StepId(0)]
    }

    /// Records a step that has no value because of `fault`; it counts as missing.
    pub fn record_fault(&mut self, op: Op, place: StepPlace, inputs: &[StepId], fault: Fault) -> StepId {
        let id = self.record(op, place, inputs, Value::Missing);
        self.faults.push((id, fault));
        id
    }

    /// The fault recorded at this very step.
    pub fn fault(&self, id: StepId) -> Option<Fault> {
        let at = self.faults.binary_search_by_key(&id, |(step, _)| *step).ok()?;
        self.faults.get(at).map(|(_, fault)| *fault)
    }

    /// The earliest step below `id` that is missing by itself, not because of its inputs: the cause.
    pub fn cause_of_missing(&self, id: StepId) -> StepId {
        let missing = |step: &&StepId| self.step(**step).value == Value::Missing;
        match self.inputs_of(id).iter().find(missing) {
            Some(input) => self.cause_of_missing(*input),
            None => id,
        }
    }

    #[inline]
    pub fn step(&self, id: StepId) -> Step<'a> {
        match self.written(id) {
            Some(step) => *step,
            None => self.earlier(id),
        }
    }

    #[inline]
    pub fn op(&self, id: StepId) -> Op {
        self.step(id).op
    }

    #[inline]
    pub fn value(&self, id: StepId) -> Value<'a> {
        match self.written(id) {
            Some(step) => step.value,
            None => self.earlier_value(id),
        }
    }

    /// The step, where no passage and no seal is behind it.
    #[inline]
    fn written(&self, id: StepId) -> Option<&Step<'a>> {
        if id.0 >= self.tail.id { self.steps.get((id.0 - self.tail.lead) as usize) } else { None }
    }

    pub fn inputs_of(&self, id: StepId) -> Cow<'_, [StepId]> {
        if id.0 < self.sealed_len {
            return Cow::Owned(self.sealed.inputs_of(id));
        }
        match self.passage(id) {
            Ok((passage, at)) => Cow::Owned(self.inputs_in_passage(passage, at)),
            Err(at) => Cow::Borrowed(inputs_in(&self.steps[at], &self.inputs)),
        }
    }

    /// The next step's index: where an outcome's steps begin.
    #[inline]
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Seals the steps of a person who has very many. No mark may be left to come back to.
    #[inline]
    pub fn settle(&mut self) {
        if (self.next() - self.sealed_len) as usize > OPEN_MOST {
            self.seal();
        }
    }

    #[cold]
    pub(super) fn seal(&mut self) {
        let mut sealed = std::mem::take(&mut self.sealed);
        for id in (self.sealed_len..self.next()).map(StepId) {
            sealed.push(&self.step(id), &self.inputs_of(id));
        }
        self.sealed = sealed;
        self.sealed_len = self.next;
        self.steps.clear();
        self.passages.clear();
        self.values.clear();
        self.inputs.clear();
        self.tail = Tail { id: self.sealed_len, lead: self.sealed_len };
    }

    #[inline]
    pub fn clear(&mut self) {
        if self.sealed_len > 0 {
            self.unseal();
        }
        (self.tail, self.next) = (Tail::default(), 0);
        self.steps.clear();
        self.passages.clear();
        self.values.clear();
        if self.lasting.len() > LASTING_MOST {
            self.forget_lasting();
        }
        self.inputs.clear();
        self.faults.clear();
    }

    #[cold]
    fn unseal(&mut self) {
        (self.sealed, self.sealed_len) = (Sealed::default(), 0);
    }
}
