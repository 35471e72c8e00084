//! Limits over everybody or over a group: all that people were paid, in one sequence over all (decision 0020).

use std::collections::BTreeMap;

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::expression::operators::{compared, number_of, truth};
use crate::eval::history::opening;
use crate::eval::history::posted::Stop;
use crate::eval::history::uses::Uses;
use crate::eval::history::window::{Applied, Use};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op};
use crate::eval::turn::limit::{Counts, Piece, fitted, rounded};
use crate::facts::EmployeeId;
use crate::policy::{AwardId, FieldId, Limit, LimitBasis, LimitId, LimitMeasure, Over, Window};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Rounding, Value};

/// What one piece of pay asks of the limits that it shares with others.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub employee: EmployeeId,
    /// Which of the person's requests it is, in the order of the queue.
    pub number: usize,
    pub rank: u16,
    pub placing: Date,
    pub tie: Value<'a>,
    pub paid: Number,
    pub full: Number,
    /// Both before any limit: what `whole awards only` asks for.
    pub whole: (Number, Number),
    pub proration: Option<Number>,
    pub rounding: Option<Rounding>,
    pub under: Vec<Under>,
}

/// One limit as it applies to a request.
#[derive(Clone, Debug)]
pub struct Under {
    pub limit: LimitId,
    pub group: String,
    pub most: Number,
    /// Of a limit on a quantity: what is asked to fit, and what is used if it does.
    pub quantity: Option<(Number, Number)>,
}

/// Something that uses a limit whatever the sequence does: what earlier runs paid. None: the group is not known.
#[derive(Clone, Debug)]
pub struct UsedBefore {
    pub limit: LimitId,
    pub group: Option<String>,
    pub used: Use,
}

/// A candidate that is held and might have come first.
#[derive(Clone, Debug)]
pub struct HeldRequest {
    pub limit: LimitId,
    pub group: Option<String>,
    pub placing: Option<Date>,
}

/// What a request gets.
#[derive(Clone, Debug)]
pub struct Granted {
    pub paid: Number,
    /// The quantity that is left of it, where a limit cut that.
    pub quantity: Option<Number>,
    pub cuts: Vec<SharedCut>,
    pub provisional: bool,
    /// A window that cannot be told.
    pub fault: Option<(LimitId, Fault)>,
}

#[derive(Clone, Copy, Debug)]
pub struct SharedCut {
    pub limit: LimitId,
    pub most: Number,
    pub used: Number,
    pub left: Number,
    /// What is paid after it.
    pub paid: Number,
}

/// How a limit over everybody or a group came out.
#[derive(Clone, Debug)]
pub struct LimitStatement {
    pub limit: LimitId,
    /// Empty for everybody.
    pub group: String,
    /// The period's name; empty where there is none.
    pub label: String,
    pub most: Number,
    /// What earlier runs paid.
    pub paid_before: Number,
    /// What this run uses of it.
    pub used: Number,
    pub cut: u32,
}

/// Every request with what it gets, and the statements.
pub type Sequenced = (BTreeMap<(EmployeeId, usize), Granted>, Vec<LimitStatement>);

/// Works all requests in order: placing date, then the award as written, the declared tie-break, the ID, the person's queue.
pub fn work(evaluator: &Evaluator, mut requests: Vec<Request>, before: &[UsedBefore], held: &[HeldRequest]) -> Sequenced {
    requests.sort_by(|left, right| {
        let missing = |request: &Request| matches!(request.tie, Value::Missing | Value::NotApplicable);
        (left.placing, left.rank)
            .cmp(&(right.placing, right.rank))
            .then_with(|| missing(left).cmp(&missing(right)))
            .then_with(|| compared(left.tie, right.tie).unwrap_or(std::cmp::Ordering::Equal))
            .then_with(|| (left.employee, left.number).cmp(&(right.employee, right.number)))
    });
    let mut walk = Walk { evaluator, uses: BTreeMap::new(), before, held, statements: BTreeMap::new() };
    let granted = requests.iter().map(|request| ((request.employee, request.number), walk.grant(request))).collect();
    (granted, walk.statements.into_values().collect())
}

struct Walk<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    /// By limit and group, in order of the dates.
    uses: BTreeMap<(LimitId, String), Uses>,
    before: &'e [UsedBefore],
    held: &'e [HeldRequest],
    statements: BTreeMap<(LimitId, String, String), LimitStatement>,
}

impl Walk<'_, '_> {
    fn grant(&mut self, request: &Request) -> Granted {
        let provisional = request.under.iter().any(|under| {
            let same = |held: &&HeldRequest| held.limit == under.limit && held.group.as_ref().is_none_or(|group| *group == under.group);
            self.held.iter().filter(same).any(|held| held.placing.is_none_or(|day| day <= request.placing))
        });
        let mut granted = Granted { paid: request.paid, quantity: None, cuts: Vec::new(), provisional, fault: None };
        let mut full = request.full;
        for under in &request.under {
            if !granted.paid.is_positive() {
                break;
            }
            match self.room(under, request.placing) {
                Ok((used, left)) => self.cut(request, under, (used, left), (&mut granted, &mut full)),
                Err(fault) => granted.fault = Some((under.limit, fault)),
            }
        }
        if granted.fault.is_some() {
            return granted;
        }
        for under in &request.under {
            self.book(request, under, &granted, full);
        }
        granted
    }

    fn room(&mut self, under: &Under, date: Date) -> Result<(Number, Number), Fault> {
        let limit = self.evaluator.policy.limit(under.limit);
        let before = self.before;
        let uses = self.uses.entry((under.limit, under.group.clone())).or_insert_with(|| {
            let own = |used: &&UsedBefore| used.limit == under.limit && used.group.as_ref().is_none_or(|group| *group == under.group);
            Uses::of(before.iter().filter(own).map(|used| used.used).collect())
        });
        let applied = match &limit.window {
            Window::Period(kind) => calendar::period_of(self.evaluator.policy, *kind, date).map(Applied::Period)?,
            Window::Rolling(duration) | Window::Every(duration) => Applied::Rolling(*duration),
            Window::FromFirstAward(duration) => Applied::FromFirst(*duration),
            Window::Ever | Window::YearFrom(_) => Applied::Ever,
        };
        let used = self.evaluator.used(applied, uses, date)?;
        Ok((used, under.most.minus(used)?.max(Number::ZERO)))
    }

    fn cut(&self, request: &Request, under: &Under, (used, left): (Number, Number), (granted, full): (&mut Granted, &mut Number)) {
        let limit = self.evaluator.policy.limit(under.limit);
        let before = granted.paid;
        let (whole_full, whole_paid) = if limit.whole_awards_only { request.whole } else { (*full, before) };
        let wanted = match (&limit.measure, limit.basis) {
            (LimitMeasure::Awards(_), _) => Number::ONE,
            (LimitMeasure::Quantity { .. }, _) => under.quantity.map_or(Number::ZERO, |(asked, _)| asked),
            (LimitMeasure::Money(_), LimitBasis::BeforeProration) => whole_full,
            (LimitMeasure::Money(_), LimitBasis::AfterProration) => whole_paid,
        };
        if wanted <= left {
            return;
        }
        let none = limit.whole_awards_only || !left.is_positive() || matches!(limit.measure, LimitMeasure::Awards(_));
        if none {
            (granted.paid, *full) = (Number::ZERO, Number::ZERO);
        } else if matches!(limit.measure, LimitMeasure::Quantity { .. }) {
            granted.quantity = Some(left);
        } else if limit.basis == LimitBasis::BeforeProration {
            let share = request.proration.unwrap_or(Number::ONE);
            *full = left;
            granted.paid =
                left.times(share).map_err(Fault::from).and_then(|paid| rounded(paid, request.rounding)).unwrap_or(Number::ZERO).min(before);
        } else {
            granted.paid = fitted(left, request.rounding).unwrap_or(Number::ZERO);
            // a limit before proration counts what is paid, as it was before (decision 0017)
            let share = request.proration.filter(|share| share.is_positive());
            *full = share.and_then(|share| granted.paid.divided_by(share).ok()).unwrap_or(granted.paid).min(*full);
        }
        granted.cuts.push(SharedCut { limit: under.limit, most: under.most, used, left, paid: granted.paid });
    }

    /// What was finally paid uses every limit; an amount of zero uses nothing.
    fn book(&mut self, request: &Request, under: &Under, granted: &Granted, full: Number) {
        let policy = self.evaluator.policy;
        let limit = policy.limit(under.limit);
        let amount = match (&limit.measure, limit.basis) {
            _ if !granted.paid.is_positive() => Number::ZERO,
            (LimitMeasure::Awards(_), _) => Number::ONE,
            (LimitMeasure::Quantity { .. }, _) => granted.quantity.or(under.quantity.map(|(_, used)| used)).unwrap_or(Number::ZERO),
            (LimitMeasure::Money(_), LimitBasis::BeforeProration) => full,
            (LimitMeasure::Money(_), LimitBasis::AfterProration) => granted.paid,
        };
        if let Some(uses) = self.uses.get_mut(&(under.limit, under.group.clone())) {
            uses.insert((request.placing, &amount));
        }
        let period = match &limit.window {
            Window::Period(kind) => calendar::period_of(policy, *kind, request.placing).ok().map(|period| (*kind, period)),
            _ => None,
        };
        let label = period.map_or(String::new(), |(kind, period)| calendar::label(policy, kind, period).to_string());
        let (group, most) = (under.group.clone(), under.most);
        let own = self.before.iter().filter(|used| used.limit == under.limit && used.group.as_ref().is_none_or(|other| *other == group));
        let own = own.filter(|used| period.is_none_or(|(_, period)| period.contains(used.used.date)));
        let paid_before = own.map(|used| used.used.amount).try_fold(Number::ZERO, Number::plus).unwrap_or(Number::ZERO);
        let new = || LimitStatement { limit: under.limit, group, label: label.clone(), most, paid_before, used: Number::ZERO, cut: 0 };
        let statement = self.statements.entry((under.limit, under.group.clone(), label.clone())).or_insert_with(new);
        statement.used = statement.used.plus(amount).unwrap_or(statement.used);
        statement.cut += u32::from(granted.cuts.iter().any(|cut| cut.limit == under.limit));
    }
}

impl<'a> Timeline<'a> {
    /// The first time round the piece asks; the second time it is cut to what it got. What the queue has counted stays as it is.
    #[cold]
    pub(in crate::eval) fn share_limits(&mut self, candidate: &Candidate<'a>, piece: &mut Piece<'a>, at: &Position) -> Result<(), Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        if award.shared_limits.is_empty() || piece.kind == PayKind::Recovery || !piece.paid.is_positive() {
            return Ok(());
        }
        let number = self.claims.asked;
        self.claims.asked += 1;
        let under = self.under(award.shared_limits.as_slice(), piece, at)?;
        let (tie, proration) = (self.shared_tie(award.shared_limits.first(), at), self.proration_of(award, at));
        let placing = candidate.placing.unwrap_or(self.evaluator.as_of);
        let rounding = piece.rounding(award).copied().or(self.evaluator.policy.rounding).or(award.rounding);
        let employee = self.evaluator.employee;
        let Some(shares) = self.claims.shares.clone() else {
            let (rank, paid, full) = (candidate.rank, piece.paid, piece.full);
            let whole = piece.whole();
            let whole = (*whole.0, *whole.1);
            self.claims.requests.push(Request { employee, number, rank, placing, tie, paid, full, whole, proration, rounding, under });
            return Ok(());
        };
        let Some(granted) = shares.granted.get(&(employee, number)).cloned() else { return Ok(()) };
        if let Some((id, fault)) = granted.fault {
            return Err(self.fault_step(Op::LimitUsed(id), self.evaluator.policy.limit(id).span, fault));
        }
        self.provisional_share |= granted.provisional;
        self.take_grant(candidate, (piece, &granted), at)
    }

    fn take_grant(&mut self, candidate: &Candidate<'a>, (piece, granted): (&mut Piece, &Granted), at: &Position) -> Result<(), Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        let before = piece.paid;
        for cut in &granted.cuts {
            let limit = self.evaluator.policy.limit(cut.limit);
            let words = |number| if matches!(limit.measure, LimitMeasure::Money(_)) { Value::Money(number) } else { Value::Number(number) };
            let most = self.evaluator.note(Op::LimitMost(cut.limit), limit.span, &[], words(cut.most));
            let used = self.evaluator.note(Op::LimitUsed(cut.limit), limit.span, &[], words(cut.used));
            let room = self.evaluator.note(Op::LimitRoom(cut.limit), limit.span, &[most, used], words(cut.left));
            piece.paid = cut.paid;
            if let (Some(left), LimitMeasure::Quantity { field, .. }) = (granted.quantity, &limit.measure) {
                piece.paid = self.paid_for_quantity(candidate, (*field, left), at)?.min(before);
            }
            piece.step = self.evaluator.note(Op::LimitApplied(cut.limit), limit.span, &[piece.step, room], Value::Money(piece.paid));
        }
        if let Some(cut) = granted.cuts.first() {
            let by = before.minus(piece.paid).unwrap_or(Number::ZERO);
            self.shared_cut = self.shared_cut.or(Some((cut.limit, by)));
        }
        piece.full = if award.proration.is_none() { piece.paid } else { piece.full };
        Ok(())
    }

    /// The amount anew with the quantity that is left.
    fn paid_for_quantity(&mut self, candidate: &Candidate<'a>, cut: (FieldId, Number), at: &Position) -> Result<Number, Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        self.evaluator.cuts.push(cut);
        let valued = self.value_award(award, candidate, at);
        self.evaluator.cuts.clear();
        Ok(valued?.map_or(Number::ZERO, |valued| valued.paid))
    }

    fn under(&mut self, limits: &'a [LimitId], piece: &Piece, at: &Position) -> Result<Vec<Under>, Stop> {
        let policy = self.evaluator.policy;
        let mut under = Vec::new();
        for id in limits {
            let limit = policy.limit(*id);
            // the excess of an award is no other award
            if matches!(limit.measure, LimitMeasure::Awards(_)) && piece.counts == Counts::WithAnother {
                continue;
            }
            if let Some(condition) = &limit.condition {
                let step = self.evaluator.evaluate(condition, at);
                if !truth(self.evaluator.value(step)).ok_or(Stop::Missing(step))? {
                    continue;
                }
            }
            let most = match &limit.measure {
                LimitMeasure::Money(most) => {
                    let step = self.evaluator.evaluate(most, at);
                    number_of(self.evaluator.value(step)).ok_or(Stop::Missing(step))?
                }
                LimitMeasure::Awards(count) => Number::from_integer(i64::from(*count)),
                LimitMeasure::Quantity { most, .. } => *most,
            };
            self.shared_period(*id, at)?;
            let group = self.shared_group(limit, at)?;
            let quantity = match (&limit.measure, at.event) {
                (LimitMeasure::Quantity { field, .. }, Some((record, row))) => {
                    let whole = number_of(self.evaluator.cell_value(record, row, *field));
                    let left = piece.quantities_left().iter().rfind(|(cut, _)| cut == field).map_or(whole, |(_, left)| Some(*left));
                    if limit.whole_awards_only { whole.zip(left) } else { left.zip(left) }
                }
                _ => None,
            };
            under.push(Under { limit: *id, group, most, quantity });
        }
        Ok(under)
    }

    /// A day in no period holds the row, as under a limit of each employee.
    fn shared_period(&mut self, id: LimitId, at: &Position) -> Result<(), Stop> {
        let limit = self.evaluator.policy.limit(id);
        let (Window::Period(kind), Some((day, _))) = (&limit.window, at.place) else { return Ok(()) };
        match calendar::period_of(self.evaluator.policy, *kind, day) {
            Ok(_) => Ok(()),
            Err(fault) => Err(self.fault_step(Op::LimitUsed(id), limit.span, fault)),
        }
    }

    fn shared_group(&mut self, limit: &'a Limit, at: &Position) -> Result<String, Stop> {
        let Over::Group(group) = &limit.over else { return Ok(String::new()) };
        let step = self.evaluator.evaluate(group, at);
        match self.evaluator.value(step) {
            Value::Missing | Value::NotApplicable => Err(Stop::Missing(step)),
            value => Ok(value.to_string()),
        }
    }

    fn shared_tie(&mut self, limit: Option<&LimitId>, at: &Position) -> Value<'a> {
        let ties = limit.and_then(|id| self.evaluator.policy.limit(*id).ties.as_ref());
        ties.map_or(Value::Missing, |ties| self.evaluator.peek(ties, at))
    }

    fn proration_of(&mut self, award: &'a crate::policy::Award, at: &Position) -> Option<Number> {
        award.proration.as_ref().and_then(|share| number_of(self.evaluator.peek(share, at)))
    }

    /// The group, as far as it can be told; for everybody the empty one.
    pub(in crate::eval) fn group_as_known(&mut self, limit: LimitId, at: &Position) -> Option<String> {
        match &self.evaluator.policy.limit(limit).over {
            Over::Employee | Over::Everybody => Some(String::new()),
            Over::Group(group) => match self.evaluator.peek(group, at) {
                Value::Missing | Value::NotApplicable => None,
                value => Some(value.to_string()),
            },
        }
    }

    /// A held candidate might have used the limits that its award shares.
    pub(in crate::eval) fn hold_shared(&mut self, candidate: &Candidate<'a>) {
        let limits = &self.evaluator.policy.award(candidate.award).shared_limits;
        if limits.is_empty() || self.claims.shares.is_some() {
            return;
        }
        let at = opening::position(candidate);
        for limit in limits {
            let group = self.group_as_known(*limit, &at);
            self.claims.held_requests.push(HeldRequest { limit: *limit, group, placing: candidate.placing });
        }
    }

    /// What an earlier run paid uses the limits that its award shares.
    pub(in crate::eval) fn use_shared(&mut self, award: AwardId, limit: LimitId, (used, candidate): (Use, Option<&Candidate<'a>>)) {
        if self.claims.shares.is_some() || !self.evaluator.policy.award(award).shared_limits.contains(&limit) {
            return;
        }
        let at = candidate.map_or(Position { effective: Some(used.date), ..Position::default() }, opening::position);
        let group = self.group_as_known(limit, &at);
        self.claims.used_before.push(UsedBefore { limit, group, used });
    }
}
