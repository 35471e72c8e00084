//! Limits: what each allows, what is used, what is cut, and what becomes of the cut part.

use super::room::Room;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{Result as Exact, number_of, truth};
use crate::eval::history::posted::Stop;
use crate::eval::history::window::Use;
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepId, StepPlace};
use crate::policy::{Award, Excess, Expr, FieldId, Limit, LimitBasis, LimitId, LimitMeasure, Pay, Policy};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Rounding, RoundingMode, Value};

/// An amount on its way through the limits.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    pub kind: PayKind,
    /// Before proration, after cuts.
    pub full: Number,
    /// What will be paid.
    pub paid: Number,
    /// The step whose value is `paid`.
    pub step: StepId,
    /// The first of the award's limits that covers the piece.
    pub first_limit: usize,
    /// Whether it counts as an award under a limit on awards: one for each candidate.
    pub counts: Counts,
    /// What its record key ends in.
    pub suffix: &'static str,
    /// The pay line that decided, and its place; none of what is left of a piece, which is a fixed amount.
    pub line: Option<(&'a Pay, u16)>,
    /// The step of the share that such a line pays, where the award is prorated.
    pub share_step: Option<StepId>,
    /// Where a limit cut it, which few do.
    limited: Option<Box<Limited>>,
    /// The limits that covered it, as they stand in [`Timeline::covered`].
    pub covered: Covered,
}

impl<'a> Piece<'a> {
    /// The whole award, before any limit.
    #[inline]
    pub fn new(kind: PayKind, (full, paid): (Number, Number), step: StepId) -> Piece<'a> {
        let covered = Covered::default();
        let (counts, suffix) = (Counts::AsAward, "");
        Piece { kind, full, paid, step, first_limit: 0, counts, suffix, line: None, share_step: None, limited: None, covered }
    }

    /// Of a pay line, before it is known what that comes to.
    #[inline(always)]
    pub fn of(line: (&'a Pay, u16)) -> Piece<'a> {
        Piece { line: Some(line), ..Piece::new(line.0.kind, (Number::ZERO, Number::ZERO), StepId(0)) }
    }

    /// The pay line comes to so much, before and after proration and rounding.
    #[inline(always)]
    pub fn comes_to(&mut self, (full, paid): (Number, Number), (step, share): (StepId, Option<StepId>)) {
        (self.full, self.paid, self.step, self.share_step) = (full, paid, step, share);
    }

    /// How the pay line that decided is rounded.
    pub fn rounding(&self, award: &'a Award) -> Option<&'a Rounding> {
        self.line.and_then(|(pay, _)| pay.rounding.as_ref().or(award.rounding.as_ref()))
    }

    /// Before any limit: what `whole awards only` asks for, before and after proration.
    pub fn whole(&self) -> (&Number, &Number) {
        self.limited.as_ref().map_or((&self.full, &self.paid), |limited| (&limited.full, &limited.paid))
    }

    /// The share that is paid, where a limit cut it and the award is prorated.
    pub fn share(&self) -> Option<Number> {
        self.limited.as_ref().and_then(|limited| limited.share)
    }

    /// What limits took away, each by itself.
    pub fn cuts(&self) -> &[Cut] {
        self.limited.as_ref().map_or(&[], |limited| &limited.cuts)
    }

    #[inline]
    pub fn is_cut(&self) -> bool {
        self.limited.is_some()
    }

    /// The quantities that earlier limits left of fields.
    pub fn quantities_left(&self) -> &[(FieldId, Number)] {
        self.limited.as_ref().map_or(&[], |limited| &limited.quantities)
    }
}

/// What limits cut a piece from, and to.
#[derive(Clone, Debug)]
struct Limited {
    /// Before the first limit that cut it.
    full: Number,
    paid: Number,
    /// The share that is paid, where the award is prorated.
    share: Option<Number>,
    /// What they left of fields, one behind the other.
    quantities: Vec<(FieldId, Number)>,
    cuts: Vec<Cut>,
}

/// Where the limits that covered a piece stand, one behind the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Covered {
    first: usize,
    end: usize,
}

/// Whether a piece is an award of its own under a limit on awards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    AsAward,
    /// A move of the person: counts even where it pays nothing.
    AsMove,
    /// Another piece of the same candidate already counts.
    WithAnother,
}

/// What a limit took away.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub limit: LimitId,
    /// Its position among the award's limits.
    pub index: usize,
    pub amount: Number,
    pub kind: PayKind,
    pub suffix: &'static str,
    pub step: StepId,
    /// The day on which the limit's next period begins.
    pub next_period: Option<Date>,
}

/// The whole candidate waits for this limit; the day is the next one on which its room can change.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    pub limit: LimitId,
    pub until: Option<Date>,
}

/// What is needed to value the award anew when a quantity or the full amount is cut.
pub struct Basis<'a, 'b> {
    pub award: &'a Award,
    pub candidate: &'b Candidate<'a>,
    pub at: &'b Position,
    /// Of a carried part, and of excess paid as a stipend.
    pub proration: Option<Number>,
}

impl<'a> Timeline<'a> {
    /// Takes a piece through the award's limits in the order written (DESIGN 1.3, step 5). Some: the whole candidate waits.
    #[inline(always)]
    pub(in crate::eval) fn limit_piece(&mut self, piece: &mut Piece<'a>, basis: &Basis<'a, '_>) -> Result<Option<Waits>, Stop> {
        piece.covered = Covered { first: self.covered.len(), end: self.covered.len() };
        let mut index = piece.first_limit;
        while let Some(id) = basis.award.limits.get(index) {
            if let Some(waits) = self.under_limit(piece, (*id, index), basis)? {
                return Ok(Some(waits));
            }
            index += 1;
        }
        Ok(None)
    }

    /// What few limits do stands in functions of its own: here is the way that nearly every piece takes.
    #[inline(never)]
    fn under_limit(&mut self, piece: &mut Piece<'a>, (id, index): (LimitId, usize), basis: &Basis<'a, '_>) -> Result<Option<Waits>, Stop> {
        let limit = self.evaluator.policy.limit(id);
        if let Some(condition) = &limit.condition
            && !self.covers(condition, basis.at)?
        {
            return Ok(None);
        }
        let mut quantity = None;
        if let LimitMeasure::Quantity { field, .. } = limit.measure {
            quantity = self.quantity((limit, field), (piece, piece.quantities_left()), basis)?;
            self.covered.push((id, quantity));
            quantity = if limit.whole_awards_only { self.quantity((limit, field), (piece, &[]), basis)? } else { quantity };
        } else {
            self.covered.push((id, None));
        }
        piece.covered.end = self.covered.len();
        let counts = piece.paid.is_positive() || piece.counts == Counts::AsMove;
        if piece.kind == PayKind::Recovery || !counts {
            return Ok(None);
        }
        let wanted = wanted(limit, piece, quantity.as_ref());
        match self.too_little_room(id, limit, wanted, basis)? {
            None => Ok(None),
            Some(room) => {
                let wanted = *wanted;
                self.exceed(piece, (id, index), (&room, wanted), basis)
            }
        }
    }

    /// More is wanted than there is room for.
    #[inline(never)]
    fn exceed(
        &mut self,
        piece: &mut Piece<'a>,
        (id, index): (LimitId, usize),
        (room, wanted): (&Room, Number),
        basis: &Basis<'a, '_>,
    ) -> Result<Option<Waits>, Stop> {
        let limit = self.evaluator.policy.limit(id);
        let placing = basis.candidate.placing.unwrap_or(self.evaluator.as_of);
        let changes_on = self.evaluator.changes_on((&limit.window, room.applied), self.book.uses(id), placing);
        // only whole candidates wait; a part, and what can never fit, is cut to the room (decision 0002)
        if matches!(limit.excess, Excess::Waits { .. }) && piece.line.is_some() && self.allows(room, &wanted) {
            return Ok(Some(Waits { limit: id, until: changes_on }));
        }
        let cut = self.take_away(piece, (id, index, limit), room, basis)?;
        piece.limited.iter_mut().for_each(|limited| limited.cuts.push(Cut { next_period: changes_on, ..cut }));
        Ok(None)
    }

    /// Cuts the piece to the room, and says what it took.
    fn take_away(
        &mut self,
        piece: &mut Piece<'a>,
        (id, index, limit): (LimitId, usize, &'a Limit),
        room: &Room,
        basis: &Basis<'a, '_>,
    ) -> Result<Cut, Stop> {
        let before = piece.paid;
        self.cut(piece, (id, limit), room, basis)?;
        let amount = before.minus(piece.paid).map_err(|fault| self.fault_step(Op::LimitApplied(id), limit.span, fault.into()))?;
        if piece.counts == Counts::AsMove {
            piece.counts = Counts::AsAward; // the move is stopped: under later limits it counts no more
        }
        Ok(Cut { limit: id, index, amount, kind: piece.kind, suffix: piece.suffix, step: piece.step, next_period: None })
    }

    #[cold]
    fn covers(&mut self, condition: &'a Expr, at: &Position) -> Result<bool, Stop> {
        let (step, value) = self.evaluator.result(condition, at);
        truth(*value).ok_or(Stop::Missing(step))
    }

    /// The quantity that the award asks of a limit on a named quantity.
    #[cold]
    fn quantity(
        &mut self,
        (limit, field): (&'a Limit, FieldId),
        (piece, earlier): (&Piece<'a>, &[(FieldId, Number)]),
        basis: &Basis<'a, '_>,
    ) -> Result<Option<Number>, Stop> {
        let (Some((record, row)), Some(_)) = (basis.at.event, piece.line) else { return Ok(None) };
        let value = match earlier.iter().rfind(|(cut, _)| *cut == field) {
            Some((_, left)) => Value::Number(*left),
            None => self.evaluator.cell_value(record, row, field),
        };
        let place = StepPlace::Cell { record, row, field, clause: limit.span };
        let step = self.evaluator.trace.record(Op::Field, place, &[], value);
        number_of(value).map(Some).ok_or(Stop::Missing(step))
    }

    fn cut(&mut self, piece: &mut Piece<'a>, (id, limit): (LimitId, &'a Limit), room: &Room, basis: &Basis<'a, '_>) -> Result<(), Stop> {
        let before = piece.step;
        let none = limit.whole_awards_only || !room.left.is_positive();
        let fixed = self.evaluator.policy.rounding.or(basis.award.rounding);
        let rounding = piece.rounding(basis.award).copied().or(fixed);
        let share = if piece.line.is_some() { self.share_of(piece) } else { basis.proration };
        let whole = Limited { full: piece.full, paid: piece.paid, share, quantities: Vec::new(), cuts: Vec::new() };
        piece.limited.get_or_insert_with(|| Box::new(whole));
        let (full, paid) = match (&limit.measure, limit.basis) {
            _ if none => (Number::ZERO, Number::ZERO),
            (LimitMeasure::Awards(_), _) => (Number::ZERO, Number::ZERO),
            (LimitMeasure::Quantity { field, .. }, _) => self.with_quantity((*field, room.left), piece, basis)?,
            (LimitMeasure::Money(_), LimitBasis::AfterProration) => {
                let paid = fitted(room.left, rounding);
                let paid = paid.map_err(|fault| self.fault_step(Op::LimitApplied(id), limit.span, fault))?;
                (before_proration(paid, share).min(piece.full), paid)
            }
            (LimitMeasure::Money(_), LimitBasis::BeforeProration) => {
                let paid = room.left.times(share.unwrap_or(Number::ONE)).map_err(Into::into).and_then(|paid| rounded(paid, rounding));
                let paid = paid.map_err(|fault| self.fault_step(Op::LimitApplied(id), limit.span, fault))?;
                (room.left, paid.min(piece.paid))
            }
        };
        (piece.full, piece.paid) = (full, paid);
        if let (Some((_, quantity)), LimitMeasure::Quantity { field, .. }) = (self.covered.last_mut(), &limit.measure) {
            let left = if none { Number::ZERO } else { room.left };
            *quantity = Some(left);
            piece.limited.iter_mut().for_each(|limited| limited.quantities.push((*field, left)));
        }
        piece.step = self.evaluator.note(
            Op::LimitApplied(id),
            limit.span,
            &[before, room.step],
            if basis.award.credits.is_some() { Value::Number(paid) } else { Value::Money(paid) },
        );
        Ok(())
    }

    /// Computes the amount anew with every quantity cut to what its limits leave (DESIGN 1.3).
    fn with_quantity(&mut self, cut: (FieldId, Number), piece: &Piece<'a>, basis: &Basis<'a, '_>) -> Result<(Number, Number), Stop> {
        let Some(line) = piece.line else { return Ok((Number::ZERO, Number::ZERO)) };
        self.evaluator.cuts.clear();
        self.evaluator.cuts.extend_from_slice(piece.quantities_left());
        self.evaluator.cuts.push(cut);
        let mut anew = Piece::of(line);
        let pays = self.value_line((basis.award, line), (basis.candidate, basis.at), &mut anew);
        self.evaluator.cuts.clear();
        Ok(if pays? { (anew.full.min(piece.full), anew.paid.min(piece.paid)) } else { (Number::ZERO, Number::ZERO) })
    }

    /// The quantities of an award of which nothing is paid at its own place, but a part is: elsewhere, or as a stipend. They count
    /// once, where its row stands (decision 0017).
    pub(in crate::eval) fn use_quantities(&mut self, covered: Covered, date: Date) {
        for (id, quantity) in &self.covered[covered.first..covered.end] {
            self.book.use_limit(*id, (date, &quantity.unwrap_or(Number::ZERO)));
        }
    }

    /// Books what the piece uses of each limit that covered it; an amount of zero uses nothing.
    #[inline(always)]
    pub(in crate::eval) fn use_limits(&mut self, piece: &Piece, date: Date) {
        for (id, quantity) in &self.covered[piece.covered.first..piece.covered.end] {
            let amount = used_amount(self.evaluator.policy, *id, piece, quantity.as_ref());
            self.book.use_limit(*id, (date, amount));
        }
    }

    /// What the piece uses of each limit that covered it.
    pub(in crate::eval) fn uses_of(&self, piece: &Piece, date: Date) -> Vec<(LimitId, Use)> {
        let policy = self.evaluator.policy;
        let covered = &self.covered[piece.covered.first..piece.covered.end];
        covered.iter().map(|(id, quantity)| (*id, Use { date, amount: *used_amount(policy, *id, piece, quantity.as_ref()) })).collect()
    }
}

/// What an amount is before proration (decision 0017): a limit there counts what was finally paid, as it was before.
pub(super) fn before_proration(amount: Number, share: Option<Number>) -> Number {
    let share = share.filter(Number::is_positive);
    share.and_then(|share| amount.divided_by(share).ok()).unwrap_or(amount)
}

#[inline(always)]
fn used_amount<'p>(policy: &Policy, id: LimitId, piece: &'p Piece, quantity: Option<&'p Number>) -> &'p Number {
    let limit = policy.limit(id);
    match &limit.measure {
        LimitMeasure::Awards(_) if piece.counts == Counts::AsMove => &Number::ONE,
        _ if piece.paid.is_zero() => &Number::ZERO,
        LimitMeasure::Money(_) if limit.basis == LimitBasis::BeforeProration => &piece.full,
        LimitMeasure::Money(_) => &piece.paid,
        LimitMeasure::Awards(_) if piece.paid.is_positive() && piece.counts == Counts::AsAward => &Number::ONE,
        LimitMeasure::Awards(_) => &Number::ZERO,
        LimitMeasure::Quantity { .. } if piece.paid.is_positive() => quantity.unwrap_or(&Number::ZERO),
        LimitMeasure::Quantity { .. } => &Number::ZERO, // a recovery gives no hours back
    }
}

#[inline]
fn wanted<'p>(limit: &Limit, piece: &'p Piece, quantity: Option<&'p Number>) -> &'p Number {
    let (full, paid) = if limit.whole_awards_only { piece.whole() } else { (&piece.full, &piece.paid) };
    match (&limit.measure, limit.basis) {
        (LimitMeasure::Awards(_), _) if piece.counts == Counts::WithAnother => &Number::ZERO,
        (LimitMeasure::Awards(_), _) => &Number::ONE,
        (LimitMeasure::Quantity { .. }, _) => quantity.unwrap_or(&Number::ZERO),
        (LimitMeasure::Money(_), LimitBasis::BeforeProration) => full,
        (LimitMeasure::Money(_), LimitBasis::AfterProration) => paid,
    }
}

/// What fits into the room: rounded down to the unit, so that the limit holds.
pub(in crate::eval) fn fitted(room: Number, rounding: Option<Rounding>) -> Exact<Number> {
    rounded(room, rounding.map(|rounding| Rounding { mode: RoundingMode::Down, ..rounding }))
}

pub(in crate::eval) fn rounded(amount: Number, rounding: Option<Rounding>) -> Exact<Number> {
    Ok(match rounding {
        Some(rounding) => amount.rounded(rounding)?,
        None => amount,
    })
}
