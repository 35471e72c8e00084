//! What awards stand for beside rows, and the roles that they grant.

use stipend::syntax::ast::{Award, Expr, ExprKind, Name, SetReading, Spend, Trigger};

use super::expressions::Scope;
use super::limits::{Settled, moves};
use super::program::Program;
use super::ratio::ZERO;
use super::timeline::{Candidate, Stop, Timeline, held};
use super::world::{Paid, Val};

/// `on completing` is an award for each row of the set that this very row completes; `for every` one for each row of the bank
/// that spends so many units.
pub fn written_out<'a>(program: &Program<'a>, award: &'a Award) -> &'a Award {
    let mut whole = award.clone();
    match &award.trigger {
        Trigger::Rows => return award,
        Trigger::Completing(set) => {
            let declared = program.sets.iter().find(|other| other.name.kind == set.kind).expect("a set");
            whole.each = Name { kind: declared.each.kind.clone(), span: award.each.span };
            whole.conditions.insert(0, Expr { kind: ExprKind::Set(SetReading::Completes, set.clone()), span: award.span });
        }
        Trigger::Every { units, bank } => {
            let declared = program.bank(&bank.kind);
            whole.each = Name { kind: declared.each.kind.clone(), span: award.each.span };
            whole.period = declared.period.clone();
            let units = Expr { kind: ExprKind::Number(units.kind), span: award.span };
            whole.spends.insert(0, Spend { span: award.span, units, bank: bank.clone() });
        }
    }
    Box::leak(Box::new(whole))
}

impl<'a> Timeline<'a> {
    /// Behind each block of units that is paid, the row looks for another.
    pub fn next_block(&mut self, candidate: &Candidate) {
        if matches!(self.award(candidate.award).trigger, Trigger::Every { .. }) {
            self.queue.push(Candidate { paid: None, ..candidate.clone() });
        }
    }

    /// A last day that cannot be told holds the award; a blank one is no end where that is written.
    pub fn roles_end(&self, award: &'a Award, scope: &Scope<'a>, settled: &Settled) -> Result<(), Stop> {
        for grant in award.grants.iter().filter(|_| moves(&settled.pieces)) {
            match grant.until.as_ref().map(|until| scope.value(until)) {
                None | Some(Val::Date(_)) => {}
                Some(Val::Missing) if grant.if_known => {}
                Some(_) => return Err(held("the last day of the role is missing")),
            }
        }
        Ok(())
    }

    /// A line without money for each role.
    pub fn post_roles(&mut self, candidate: &Candidate, scope: &Scope<'a>) {
        let award = self.award(candidate.award);
        let effective = scope.effective.date().expect("an effective date");
        let pay_date = award.paid_on.as_ref().and_then(|paid_on| scope.value(paid_on).date());
        for grant in &award.grants {
            let (award_number, origin) = (candidate.award, candidate.origin.clone());
            self.verdict.lines.push(Paid { award: award_number, origin, kind: "role", amount: ZERO, effective, pay_date });
            let until = grant.until.as_ref().and_then(|until| scope.value(until).date()).map_or(String::new(), |day| day.to_string());
            self.verdict.moves.push(format!("{} {} from  to {until} on {effective}", award.name.kind, grant.role.kind));
        }
    }
}
