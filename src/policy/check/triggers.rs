//! `on completing SET` and `for every 15 units of BANK` written out: an award for each row of the set's or bank's own record.

use crate::syntax::ast::{Ast, Award, Declaration, Expr, ExprKind, Name, Node, PeriodWord, SetReading, Spend, Trigger};

/// The tree in which every award says whose rows it is for. What it waits for becomes its first condition, or what it spends.
pub fn written_out(ast: &Ast) -> Ast {
    let mut whole = ast.clone();
    for declaration in &mut whole.declarations {
        if let Declaration::Award(award) = declaration {
            write_out(award, ast);
        }
    }
    whole
}

fn write_out(award: &mut Award, ast: &Ast) {
    match award.trigger.clone() {
        Trigger::Rows => {}
        Trigger::Completing(set) => {
            let each = ast.declarations.iter().find_map(|declaration| match declaration {
                Declaration::Set(it) if it.name.kind == set.kind => Some((it.each.kind.clone(), None)),
                _ => None,
            });
            stand_for(award, each);
            let completes = Expr { span: award.each.span, kind: ExprKind::Set(SetReading::Completes, set) };
            award.conditions.insert(0, completes);
        }
        Trigger::Every { units, bank } => {
            let each = ast.declarations.iter().find_map(|declaration| match declaration {
                Declaration::Bank(it) if it.name.kind == bank.kind => Some((it.each.kind.clone(), it.period.clone())),
                _ => None,
            });
            stand_for(award, each);
            let units = Expr { kind: ExprKind::Number(units.kind), span: units.span };
            award.spends.insert(0, Spend { span: award.each.span, units, bank });
        }
    }
}

/// The place stays that of the words that were written.
fn stand_for(award: &mut Award, each: Option<(String, Option<Node<PeriodWord>>)>) {
    if let Some((each, period)) = each {
        award.each = Name { kind: each, span: award.each.span };
        award.period = period.map(|period| Node { span: award.each.span, ..period });
    }
}
