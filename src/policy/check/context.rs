//! Where an expression stands: whose fields its bare names are, and which words of the award it may use.

use crate::policy::walk::each_part;
use crate::policy::{Expr, ExprKind, Let, LetBody, RecordId, Scope, SetQuestion};

/// Which event row the names of an expression may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventRow {
    /// Each row of this record has its own value.
    Of(RecordId),
    /// A let: the record is the one that its names belong to, `None` until the first was met.
    Inferred(Option<RecordId>),
    /// An award for each employee and period, or a limit over awards of different records.
    None,
}

/// What `effective date` means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EffectiveDate {
    Known,
    /// In `effective on` itself.
    BeingDecided,
    /// Over everybody: no award is at hand.
    None,
}

/// What `period start` and `period end` mean here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AwardPeriod {
    Known,
    /// A let: known where it is used.
    Inferred,
    /// The award is for each row, or the expression belongs to no award.
    None,
}

/// Whether what stands before the award in the queue is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    Known,
    /// In a guarantee about lines: everything is posted, and one line is at hand.
    OfLine,
    /// Where the place in the queue is being decided.
    NotYet,
}

/// Whose rows an aggregate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    OwnRows,
    /// In a let `for everybody` or `for each GROUP`.
    Everybody,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) event: EventRow,
    /// The record whose rows an aggregate looks at, around this expression.
    pub(super) aggregated: Option<RecordId>,
    pub(super) effective_date: EffectiveDate,
    pub(super) period: AwardPeriod,
    pub(super) posted: Posted,
    pub(super) counting: Counting,
}

impl Context {
    /// The context of a let, which takes the record of the first row it reads.
    pub(super) fn of_let() -> Context {
        Context {
            event: EventRow::Inferred(None),
            aggregated: None,
            effective_date: EffectiveDate::Known,
            period: AwardPeriod::Inferred,
            posted: Posted::Known,
            counting: Counting::OwnRows,
        }
    }

    pub(super) fn event_record(&self) -> Option<RecordId> {
        match self.event {
            EventRow::Of(record) => Some(record),
            EventRow::Inferred(record) => record,
            EventRow::None => None,
        }
    }
}

/// What an expression needs to know of the place where it is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// The event record whose row it reads.
    pub(super) event: Option<RecordId>,
    pub(super) effective_date: bool,
    pub(super) period: bool,
    pub(super) aggregate: bool,
    /// What is posted so far.
    pub(super) posted: bool,
}

impl Uses {
    /// What `body` needs; `uses_of` says it for the lets that it names.
    pub(super) fn of_let(body: &Let, uses_of: &dyn Fn(usize) -> Uses) -> Uses {
        let mut uses = Uses::default();
        match &body.body {
            LetBody::Plain(value) => uses.add(value, uses_of),
            LetBody::Dated { by, cases } => {
                uses.add(by, uses_of);
                cases.iter().for_each(|(_, value)| uses.add(value, uses_of));
            }
        }
        uses
    }

    fn add(&mut self, expr: &Expr, uses_of: &dyn Fn(usize) -> Uses) {
        each_part(expr, &mut |part| {
            if let ExprKind::Field { scope: Scope::Event, record, .. } = &part.kind {
                self.event = Some(*record);
            }
            if let ExprKind::Set(_, SetQuestion::Completes(record)) = &part.kind {
                self.event = Some(*record);
            }
            if let ExprKind::Let(id) = &part.kind {
                self.merge(uses_of(usize::from(id.0)));
            }
            self.effective_date |= matches!(part.kind, ExprKind::EffectiveDate);
            self.period |= matches!(part.kind, ExprKind::CurrentPeriodStart | ExprKind::CurrentPeriodEnd);
            self.posted |= matches!(part.kind, ExprKind::AmountOf { .. } | ExprKind::BaseSalaryAsOf { .. } | ExprKind::Set(..));
            self.aggregate |= matches!(part.kind, ExprKind::Aggregate { .. });
        });
    }

    fn merge(&mut self, other: Uses) {
        self.event = self.event.or(other.event);
        self.effective_date |= other.effective_date;
        self.period |= other.period;
        self.aggregate |= other.aggregate;
        self.posted |= other.posted;
    }
}
