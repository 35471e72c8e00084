//! Lets, records and tables that nothing uses.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{
    Amount, Award, Choose, ChooseBy, Compete, Each, Excess, Expr, ExprKind, Guarantee, GuaranteeMeasure, Guaranteed, LetBody, Limit,
    LimitMeasure, Over, Policy, Population, Window,
};
use crate::source::Place;

pub(super) fn unused(policy: &Policy) -> Vec<Diagnostic> {
    let mut lets: BTreeSet<u16> = BTreeSet::new();
    let mut tables: BTreeSet<u16> = BTreeSet::new();
    let mut records: BTreeSet<u16> = policy.awards.iter().filter_map(event_record).collect();
    records.insert(policy.people.0);
    records.extend(policy.populations.iter().map(|population| population.record.0));
    records.extend(policy.balances.map(|record| record.0));
    for expr in expressions(policy) {
        each_part(expr, &mut |part| {
            if let ExprKind::Let(id) = part.kind {
                lets.insert(id.0);
            }
            tables.extend(table_read(part));
            if let ExprKind::DatedField { record, .. } | ExprKind::Aggregate { record, .. } | ExprKind::LookedUp { record, .. } = part.kind
            {
                records.insert(record.0);
            }
        });
    }
    let idle_lets = policy.lets.iter().enumerate().filter(|(index, _)| !lets.contains(&(*index as u16))).map(|(_, entry)| {
        let message = format!("nothing uses `{}`", entry.name);
        Diagnostic::warning("unused-let", Place::Policy(entry.span), message).help("use it, or remove it")
    });
    let idle_records = policy.records.iter().enumerate().filter(|(index, _)| !records.contains(&(*index as u16))).map(|(_, record)| {
        let message = format!("nothing reads `{}`", record.name);
        let idle = Diagnostic::warning("unused-record", Place::Policy(record.span), message);
        let help = match record.is_look_up {
            true => "give a field its name as the type and read through it, or remove the record".to_owned(),
            false => format!("write an award `for each {}`, or remove the record", record.name),
        };
        idle.help(help)
    });
    let idle_tables =
        policy.tables.iter().enumerate().filter(|(index, table)| !table.is_checked_with && !tables.contains(&(*index as u16))).map(
            |(_, table)| {
                let message = format!("nothing looks up `{}`", table.name);
                Diagnostic::warning("unused-table", Place::Policy(table.span), message).help("look it up, or remove it")
            },
        );
    idle_lets.chain(idle_records).chain(idle_tables).collect()
}

fn table_read(part: &Expr) -> Option<u16> {
    match &part.kind {
        ExprKind::TableCell { table, .. } | ExprKind::TableNeighbour { table, .. } => Some(table.0),
        ExprKind::TableSearch(search) => Some(search.table.0),
        _ => None,
    }
}

fn event_record(award: &Award) -> Option<u16> {
    match award.each {
        Each::Event(record) => Some(record.0),
        Each::EmployeePeriod(_) => None,
    }
}

/// Every expression of the policy, each once.
fn expressions(policy: &Policy) -> Vec<&Expr> {
    let mut all = Vec::new();
    for entry in &policy.lets {
        match &entry.body {
            LetBody::Plain(value) => all.push(value),
            LetBody::Dated { by, cases } => all.extend(std::iter::once(by).chain(cases.iter().map(|(_, value)| value))),
        }
    }
    all.extend(policy.populations.iter().flat_map(Population::parts));
    policy.awards.iter().for_each(|award| of_award(award, &mut all));
    policy.banks.iter().for_each(|bank| all.extend([&bank.most, &bank.least, &bank.balance].into_iter().flatten()));
    policy.limits.iter().for_each(|limit| of_limit(limit, &mut all));
    policy.guarantees.iter().for_each(|guarantee| of_guarantee(guarantee, &mut all));
    policy.chooses.iter().for_each(|choose| of_choose(choose, &mut all));
    all.extend(policy.pools.iter().map(|pool| &pool.amount));
    all
}

fn of_award<'p>(award: &'p Award, all: &mut Vec<&'p Expr>) {
    all.extend(&award.conditions);
    all.extend(award.spends.iter().map(|spend| &spend.units));
    all.extend(award.moves.iter().map(|moved| &moved.to));
    all.extend([&award.placing, &award.effective]);
    all.extend([&award.ties, &award.proration, &award.paid_on].into_iter().flatten());
    all.extend(award.instalments.iter().flat_map(|instalments| instalments.days()));
    all.extend(award.recurs.iter().flat_map(|recurs| recurs.until()));
    if let Some(once) = &award.once {
        all.extend(&once.keys);
        of_window(&once.window, all);
    }
    all.extend(award.recovers.iter().flat_map(|recover| recover.parts()));
    for pay in &award.pays {
        all.extend(&pay.when);
        match &pay.amount {
            Amount::Plain(amount) => all.push(amount),
            Amount::Claim(claim) => all.extend(claim.parts()),
            Amount::Tiers { window, tiers, rest, .. } => {
                all.extend(tiers.iter().map(|tier| &tier.amount).chain(rest));
                of_window(window, all);
            }
        }
    }
}

fn of_limit<'p>(limit: &'p Limit, all: &mut Vec<&'p Expr>) {
    all.extend(&limit.condition);
    of_over(&limit.over, all);
    of_window(&limit.window, all);
    if let LimitMeasure::Money(most) = &limit.measure {
        all.push(most);
    }
    if let Excess::Waits { until, .. } = &limit.excess {
        all.extend(until);
    }
}

fn of_over<'p>(over: &'p Over, all: &mut Vec<&'p Expr>) {
    if let Over::Group(group) = over {
        all.push(group);
    }
}

fn of_guarantee<'p>(guarantee: &'p Guarantee, all: &mut Vec<&'p Expr>) {
    match &guarantee.says {
        Guaranteed::Lines { condition, .. } => all.push(condition),
        Guaranteed::Sums(sums) => {
            all.extend(&sums.condition);
            of_over(&sums.over, all);
            if let GuaranteeMeasure::Money(most) = &sums.measure {
                all.push(most);
            }
        }
    }
}

fn of_choose<'p>(choose: &'p Choose, all: &mut Vec<&'p Expr>) {
    if let ChooseBy::Elected { by, .. } = &choose.by {
        all.push(by);
    }
    if let Compete::Within { keys, window } = &choose.compete {
        all.extend(keys);
        of_window(window, all);
    }
}

fn of_window<'p>(window: &'p Window, all: &mut Vec<&'p Expr>) {
    if let Window::YearFrom(date) = window {
        all.push(date);
    }
}
