//! Banks: what earns units, how many of which category a spending takes, and what becomes of the rest.

use super::context::{Context, EffectiveDate, Posted};
use super::names::suggest;
use super::{Checker, at, head};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Amount, Award, AwardId, Bank, BankId, Each, Expr, ExprKind, FieldId, FieldRole, Once, Pay, RecordId, Scope, Spend};
use crate::source::Span;
use crate::syntax::ast::{self, BankBound, BankReading, Declaration, Name, PayKind, Reopens, Surplus};
use crate::value::{ChoiceId, Type};

impl<'a> Checker<'a> {
    /// Banks are named before anything is checked: any expression may ask for a balance.
    pub(super) fn name_banks(&mut self) {
        let ast = self.ast;
        let mut names: Vec<&Name> = Vec::new();
        for bank in ast.declarations.iter().filter_map(as_bank) {
            self.check_unique(&bank.name, "bank", &names);
            names.push(&bank.name);
        }
        self.bank_names = names.into_iter().cloned().collect();
        if let (Some(bank), Some(record)) = (self.bank_names.first(), self.records.iter().find(|record| record.name == "balances")) {
            let message = "a policy with banks has a record `balances` already: the opening balances";
            let taken = Diagnostic::error("reserved-word", at(record.span), message).label(bank.span, "the bank");
            self.report(taken.help("give the record another name"));
        }
    }

    pub(super) fn check_banks(&mut self) {
        let ast = self.ast;
        let written: Vec<&'a ast::Bank> = ast.declarations.iter().filter_map(as_bank).collect();
        for (index, bank) in written.into_iter().enumerate() {
            let checked = self.bank(bank, index as u16);
            self.banks.push(checked);
        }
    }

    /// How many records feed the bank of this name; 1 for the name of an award.
    pub(super) fn sources_of(&self, name: &str) -> usize {
        let bank = self.ast.declarations.iter().filter_map(as_bank).find(|bank| bank.name.kind == name);
        bank.map_or(1, |bank| 1 + bank.more.len())
    }

    /// The awards that are credits: the first of all.
    pub(super) fn credit_awards(&self) -> usize {
        self.bank_names.iter().map(|bank| self.sources_of(&bank.kind)).sum()
    }

    /// A bank earns like an award: each row in the person's queue, under conditions, once for each key.
    fn bank(&mut self, bank: &ast::Bank, index: u16) -> Option<Bank> {
        if let Some(expires) = bank.expires.as_ref().filter(|expires| expires.kind.months != 0) {
            self.month_additions.push(expires.span);
        }
        let first = self.awards.len();
        let sources: Vec<ast::Bank> =
            std::iter::once(bank.clone()).chain(bank.more.iter().map(|source| as_bank_of(bank, source))).collect();
        let mut category: Vec<Option<(RecordId, FieldId)>> = Vec::new();
        for source in &sources {
            let found = self.source((bank, source), BankId(index));
            let (award, of_source) = found.map_or((None, None), |(award, of_source)| (Some(award), of_source));
            self.awards.push(award);
            category.push(of_source);
        }
        let mut context = self.award_context(&as_award(bank));
        let of_first = category.first().copied().flatten();
        let most = bank.most.as_ref().map(|bound| self.bound_units(context, bound, of_first));
        let least = bank.least.as_ref().map(|bound| self.bound_units(context, bound, of_first));
        let categories = if bank.least.is_some() { self.categories(bank, of_first) } else { Some(Vec::new()) };
        let balance = bank.balance.as_ref().map(|most| self.most_balance(&mut context, most));
        Some(Bank {
            name: bank.name.kind.clone(),
            span: bank.name.span,
            awards: (first..self.awards.len()).map(|award| AwardId(award as u16)).collect(),
            category: category.into_iter().flatten().collect(),
            categories: categories?,
            most: all_or_none(most)?,
            least: all_or_none(least)?,
            balance: all_or_none(balance)?,
            surplus: bank.surplus.as_ref().map_or(Surplus::Carries, |surplus| surplus.kind),
            expires: bank.expires.as_ref().map(|expires| expires.kind),
            cites: head::texts(&bank.cites),
        })
    }

    /// What the rows of one record earn, and the field of their category.
    fn source(&mut self, (bank, source): (&ast::Bank, &ast::Bank), id: BankId) -> Option<(Award, Option<(RecordId, FieldId)>)> {
        let written = as_award(source);
        let (each, mut context) = (self.each(&written), self.award_context(&written));
        let conditions = self.conditions(&mut context, &written);
        let mut place = Context { posted: Posted::NotYet, ..context };
        let once = source.once.as_ref().map(|once| self.once(&mut place, once));
        let (earn, credited) = (self.earn(&mut context, source), self.credited(context, source));
        self.check_placed([credited.as_ref(), None, None]);
        self.check_keys(once.iter().flatten().next());
        let category = self.category(&context, bank);
        let award = credit_award(source, id, (each?, conditions?), (all_or_none(once)?, earn?, credited?));
        Some((award, category))
    }

    fn most_balance(&mut self, context: &mut Context, most: &ast::Expr) -> Option<Expr> {
        let most = self.expr(context, most);
        self.units(most, "a balance")
    }

    fn earn(&mut self, context: &mut Context, bank: &ast::Bank) -> Option<Expr> {
        let Some(earn) = &bank.earn else {
            let message = format!("`{}` does not say what a row earns", bank.name.kind);
            let missing = Diagnostic::error("missing-earn", at(bank.name.span), message);
            self.report_absent(missing.help("add a line such as `earn hours`, or `earn minutes / 180`"));
            return None;
        };
        let earn = self.expr(context, earn);
        self.units(earn, "`earn`")
    }

    fn credited(&mut self, context: Context, bank: &ast::Bank) -> Option<Expr> {
        let Some(credited) = &bank.credited else {
            let message = format!("`{}` does not say from which day a row's units count", bank.name.kind);
            let missing = Diagnostic::error("missing-effective-date", at(bank.name.span), message);
            self.report_absent(missing.help("add a line such as `credited on completed`"));
            return None;
        };
        let mut context = Context { effective_date: EffectiveDate::BeingDecided, posted: Posted::NotYet, ..context };
        let credited = self.expr(&mut context, credited);
        self.date(credited, "the day of a credit")
    }

    /// A plain number: units are counted, not paid.
    fn units(&mut self, units: Option<Expr>, words: &str) -> Option<Expr> {
        let units = units?;
        if matches!(units.ty, Type::Integer | Type::Number) {
            return Some(units);
        }
        let message = format!("{words} takes a number of units, and this is {}", self.type_words(units.ty));
        self.report(
            Diagnostic::error("units-not-a-number", at(units.span), message).help("write a number, such as `225` or `minutes / 180`"),
        );
        None
    }

    /// The one field after `per` in both bounds.
    fn category(&mut self, context: &Context, bank: &ast::Bank) -> Option<(RecordId, FieldId)> {
        let bounds: Vec<&BankBound> = bank.most.iter().chain(&bank.least).collect();
        let first = bounds.first()?;
        if let Some(other) = bounds.iter().find(|bound| bound.category.kind != first.category.kind) {
            let message = "both bounds of a bank go by the same field";
            let differ = Diagnostic::error("bank-category", at(other.category.span), message).label(first.category.span, "here another");
            self.report(differ.help("name the same field after both `per`"));
            return None;
        }
        let record = context.event_record()?;
        let found = self.field_named(record, &first.category.kind);
        if found.is_none() {
            let fields: Vec<&str> = self.records[usize::from(record.0)].fields.iter().map(|field| field.name.as_str()).collect();
            let what = format!("field of `{}` named", self.records[usize::from(record.0)].name);
            let unknown = super::names::unknown_field(&first.category, &what, &fields);
            self.report_unknown(&first.category.kind, unknown);
        }
        let field = found?;
        match self.records[usize::from(record.0)].field(field).role {
            FieldRole::Value(Type::Text | Type::Choice(_)) => Some((record, field)),
            FieldRole::Value(_) | FieldRole::Person | FieldRole::Key => {
                let message = format!("`{}` holds no words, and categories are words", first.category.kind);
                self.report(
                    Diagnostic::error("bank-category", at(first.category.span), message).help("name a field of text or `one of …`"),
                );
                None
            }
        }
    }

    /// The units of a bound: one number for each category, so no other field of the row may decide it.
    fn bound_units(&mut self, mut context: Context, bound: &BankBound, category: Option<(RecordId, FieldId)>) -> Option<Expr> {
        let units = self.expr(&mut context, &bound.units);
        let units = self.units(units, "a bound")?;
        let (_, category) = category?;
        let mut other = None;
        each_part(&units, &mut |part| match &part.kind {
            ExprKind::Field { scope: Scope::Event, field, .. } if *field != category => other = other.or(Some(part.span)),
            ExprKind::Let(id) if self.uses_of(usize::from(id.0)).event.is_some() => other = other.or(Some(part.span)),
            _ => {}
        });
        let Some(span) = other else { return Some(units) };
        let message = format!("a spending takes units of many rows, and of a row only `{}` is known then", bound.category.kind);
        self.report(Diagnostic::error("bank-bound", at(span), message).help("look it up by the category and the person's fields"));
        None
    }

    /// A minimum of each category needs the list of categories: one that is absent fails it too.
    fn categories(&mut self, bank: &ast::Bank, category: Option<(RecordId, FieldId)>) -> Option<Vec<String>> {
        let (record, field) = category?;
        let declared = self.records.get(usize::from(record.0))?.field(field);
        if let FieldRole::Value(Type::Choice(choice)) = declared.role {
            return self.choices.get(usize::from(choice.0)).cloned();
        }
        let (name, place) = (declared.name.clone(), declared.span);
        let span = bank.least.as_ref().map_or(bank.span, |least| least.category.span);
        let message = format!("`{name}` can be any text, so which categories must be there is not known");
        let open = Diagnostic::error("bank-category", at(span), message).label(place, "declared as text");
        self.report(open.help("declare it as `one of …`"));
        None
    }

    pub(super) fn spends(&mut self, context: &mut Context, written: &[ast::Spend]) -> Option<Vec<Spend>> {
        let mut spends: Vec<Option<Spend>> = Vec::new();
        for (index, spend) in written.iter().enumerate() {
            if let Some(first) = written.iter().take(index).find(|first| first.bank.kind == spend.bank.kind) {
                let message = format!("the award spends of `{}` twice", spend.bank.kind);
                let twice = Diagnostic::error("clause-twice", at(spend.span), message).label(first.span, "the first");
                self.report(twice.help("add both up in one line"));
                continue;
            }
            let units = self.expr(context, &spend.units);
            let units = self.units(units, "`spend`");
            let bank = self.known_bank(&spend.bank);
            spends.push(units.zip(bank).map(|(units, bank)| Spend { span: spend.span, bank, units }));
        }
        spends.into_iter().collect()
    }

    fn known_bank(&mut self, name: &Name) -> Option<BankId> {
        let found = self.bank_names.iter().position(|bank| bank.kind == name.kind);
        if found.is_none() {
            let known: Vec<String> = self.bank_names.iter().map(|bank| bank.kind.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let unknown = Diagnostic::error("unknown-bank", at(name.span), format!("there is no bank `{}`", name.kind));
            let unknown = suggest(unknown, name, "bank", &known);
            self.report_unknown(&name.kind, unknown);
        }
        found.map(|index| BankId(index as u16))
    }

    pub(super) fn bank_reading(&mut self, context: &mut Context, reading: &BankReading, bank: &Name) -> Option<(ExprKind, Type)> {
        let bank = self.known_bank(bank);
        match reading {
            BankReading::Balance => Some((ExprKind::Balance(bank?), Type::Number)),
            BankReading::Earned => Some((ExprKind::Earned(bank?), Type::Number)),
            BankReading::DateReached(units) => {
                let units = self.expr(context, units);
                let units = self.units(units, "`reached`");
                Some((ExprKind::DateReached(bank?, Box::new(units?)), Type::Date))
            }
        }
    }

    /// What a spending leaves can be read three ways.
    pub(super) fn check_surplus(&mut self) {
        let ast = self.ast;
        let spent: Vec<&ast::Spend> = ast.declarations.iter().filter_map(as_written_award).flat_map(|award| &award.spends).collect();
        for bank in ast.declarations.iter().filter_map(as_bank).filter(|bank| bank.surplus.is_none()) {
            let Some(spend) = spent.iter().find(|spend| spend.bank.kind == bank.name.kind) else { continue };
            let message = format!("what becomes of the units of `{}` that a spending leaves is not said", bank.name.kind);
            let unstated = Diagnostic::error("bank-without-surplus", at(bank.name.span), message).label(spend.span, "spent here");
            self.report_absent(
                unstated
                    .help("`surplus carries`: they stay for the next spending")
                    .help("`surplus is lost`: the next spending starts from nothing")
                    .help("`surplus carries up to 4 units`: so many stay, the oldest above them are lost"),
            );
        }
    }

    /// The record of opening balances, which has no declaration.
    pub(super) fn add_balances(&mut self, banks: &[Bank]) -> Option<RecordId> {
        let first = banks.first()?;
        let choice = ChoiceId(self.choices.len() as u16);
        self.choices.push(banks.iter().map(|bank| bank.name.clone()).collect());
        self.records.push(crate::policy::bank::balances(choice, first.span));
        Some(RecordId(self.records.len() as u16 - 1))
    }
}

/// The award that credits the bank: its amount is the units.
fn credit_award(
    bank: &ast::Bank,
    id: BankId,
    (each, conditions): (Each, Vec<Expr>),
    (once, earn, credited): (Option<Once>, Expr, Expr),
) -> Award {
    let pay = Pay { span: earn.span, amount: Amount::Plain(earn), kind: PayKind::Stipend, rounding: None, when: None };
    Award {
        name: bank.name.kind.clone(),
        span: bank.name.span,
        each,
        rank: 0,
        choose: None,
        conditions,
        once,
        placing: Expr { kind: ExprKind::EffectiveDate, ty: Type::Date, span: credited.span },
        ties: None,
        credits: Some(id),
        counts_in: None,
        blocks: false,
        spends: Vec::new(),
        wait: None,
        moves: Vec::new(),
        grants: Vec::new(),
        pays: vec![pay],
        recovers: Vec::new(),
        reopens: Reopens::default(),
        recovered: None,
        proration: None,
        rounding: None,
        effective: credited,
        paid_on: None,
        instalments: None,
        recurs: None,
        cites: head::texts(&bank.cites),
        limits: Vec::new(),
        shared_limits: Vec::new(),
    }
}

/// A further record that feeds the bank, as if it were the bank's only one.
fn as_bank_of(bank: &ast::Bank, source: &ast::BankSource) -> ast::Bank {
    let source = source.clone();
    ast::Bank {
        name: Name { kind: bank.name.kind.clone(), span: source.span },
        each: source.each,
        period: source.period,
        conditions: source.conditions,
        once: source.once,
        earn: source.earn,
        credited: source.credited,
        more: Vec::new(),
        ..bank.clone()
    }
}

/// A bank as the award that its credits are, for the checks that both share.
fn as_award(bank: &ast::Bank) -> ast::Award {
    ast::Award { conditions: bank.conditions.clone(), ..bare_award((&bank.name, &bank.each, bank.period.as_ref()), bank.span) }
}

/// An award of which only the head is written.
pub(super) fn bare_award((name, each, period): (&Name, &Name, Option<&ast::Node<ast::PeriodWord>>), span: Span) -> ast::Award {
    ast::Award {
        span,
        name: name.clone(),
        each: each.clone(),
        period: period.cloned(),
        trigger: ast::Trigger::Rows,
        conditions: Vec::new(),
        needs: Vec::new(),
        once: None,
        by: None,
        ties: None,
        spends: Vec::new(),
        wait: None,
        moves: Vec::new(),
        grants: Vec::new(),
        pays: Vec::new(),
        recovers: Vec::new(),
        reopens: None,
        proration: None,
        round: None,
        effective: None,
        paid_on: None,
        instalments: None,
        recurs: None,
        cites: Vec::new(),
    }
}

fn as_bank(declaration: &Declaration) -> Option<&ast::Bank> {
    if let Declaration::Bank(it) = declaration { Some(it) } else { None }
}

fn as_written_award(declaration: &Declaration) -> Option<&ast::Award> {
    if let Declaration::Award(it) = declaration { Some(it) } else { None }
}

/// None where an error was found; a clause that is not written is no error.
fn all_or_none<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(Some(checked)) => Some(Some(checked)),
    }
}
