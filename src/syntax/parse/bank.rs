//! `bank` and its clauses, `spend` in an award, and what expressions ask of a bank.

use super::award::conjuncts;
use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{Bank, BankBound, BankReading, BankSource, ExprKind, Name, Node, PeriodWord, Spend, Surplus};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const BANK: &str = "bank \"Contact units\" for each activity";

const CLAUSES: [Form; 12] = [
    ("for each", Rule::bank_source, "for each course"),
    ("if", Rule::award_if, "if approved is known"),
    ("and", Rule::award_and, "and minutes at least 60"),
    ("once", Rule::award_once, "once per activity_id"),
    ("earn", Rule::bank_earn, "earn minutes / 180"),
    ("credited on", Rule::bank_credited, "credited on completed"),
    ("at most", Rule::bank_most, "at most limits[kind] units per kind per spending"),
    ("at least", Rule::bank_least, "at least minimums[kind] units per kind per spending"),
    ("balance", Rule::bank_balance, "balance at most 1250"),
    ("surplus", Rule::bank_surplus, "surplus carries up to 4 units"),
    ("expires", Rule::bank_expires, "expires after 5 years"),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

/// `"Contact units" for each activity`
type Head = (Name, Name, Option<Node<PeriodWord>>);

impl<'a> Reader<'a> {
    pub fn bank(&mut self, outlined: &Outlined) -> Option<Bank> {
        let (head, joined) = self.joined_head(outlined, &["for"]);
        let head = if self.has_name(head, BANK) { self.bank_head(head) } else { None };
        let span = outlined.span();
        let unread = |at: Span| Node { kind: String::new(), span: at };
        let (name, each, period) = head.clone().unwrap_or((unread(span), unread(span), None));
        let mut bank = Bank {
            span,
            name,
            each,
            period,
            conditions: Vec::new(),
            once: None,
            earn: None,
            credited: None,
            more: Vec::new(),
            most: None,
            least: None,
            balance: None,
            surplus: None,
            expires: None,
            cites: Vec::new(),
        };
        for clause in outlined.clauses.iter().skip(joined) {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                self.bank_clause(&mut bank, clause.span, shape);
            }
        }
        head.map(|_| bank)
    }

    fn bank_head(&mut self, head: Span) -> Option<Head> {
        self.read(head, Shape { rule: Rule::bank_head, example: BANK }, |reader, pair| {
            let mut inner = parts(pair);
            let (name, each) = (reader.text(inner.next()?), reader.name(inner.next()?));
            let period = match inner.next() {
                Some(period) => Some(reader.period_word(period)?),
                None => None,
            };
            Some((name?, each?, period))
        })
    }

    fn bank_clause(&mut self, bank: &mut Bank, clause: Span, shape: Shape) {
        let expression = |reader: &mut Self, pair| reader.expression(part(pair)?);
        match shape.rule {
            Rule::bank_source => {
                let source = self.read(clause, shape, |reader, pair| reader.bank_source(pair));
                bank.more.extend(source);
                self.seen.clear(); // each source has its own lines
            }
            Rule::award_if | Rule::award_and => {
                let condition = self.read(clause, shape, expression);
                let conditions = bank.more.last_mut().map_or(&mut bank.conditions, |source| &mut source.conditions);
                condition.into_iter().for_each(|condition| conjuncts(condition, conditions));
            }
            Rule::award_once => {
                let once = self.read(clause, shape, |reader, pair| reader.once(pair));
                self.set(bank.more.last_mut().map_or(&mut bank.once, |source| &mut source.once), clause, once);
            }
            Rule::bank_earn => {
                let earn = self.read(clause, shape, expression);
                self.set(bank.more.last_mut().map_or(&mut bank.earn, |source| &mut source.earn), clause, earn);
            }
            Rule::bank_credited => {
                let credited = self.read(clause, shape, expression);
                self.set(bank.more.last_mut().map_or(&mut bank.credited, |source| &mut source.credited), clause, credited);
            }
            _ => self.bank_rule(bank, clause, shape),
        }
    }

    /// The clauses that hold for the whole bank.
    fn bank_rule(&mut self, bank: &mut Bank, clause: Span, shape: Shape) {
        let expression = |reader: &mut Self, pair| reader.expression(part(pair)?);
        match shape.rule {
            Rule::bank_most => {
                let bound = self.read(clause, shape, |reader, pair| reader.bank_bound(pair));
                self.set(&mut bank.most, clause, bound);
            }
            Rule::bank_least => {
                let bound = self.read(clause, shape, |reader, pair| reader.bank_bound(pair));
                self.set(&mut bank.least, clause, bound);
            }
            Rule::bank_balance => {
                let balance = self.read(clause, shape, expression);
                self.set(&mut bank.balance, clause, balance);
            }
            Rule::bank_surplus => {
                let surplus = self.read(clause, shape, |reader, pair| reader.surplus(pair));
                self.set(&mut bank.surplus, clause, surplus);
            }
            Rule::bank_expires => {
                let expires = self.read(clause, shape, |reader, pair| {
                    let duration = part(pair)?;
                    let span = reader.span(&duration);
                    Some(Node { kind: reader.duration(duration)?, span })
                });
                self.set(&mut bank.expires, clause, expires);
            }
            _ => bank.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
        }
    }

    fn bank_source(&mut self, pair: Pair<'a>) -> Option<BankSource> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let each = self.name(inner.next()?)?;
        let period = match inner.next() {
            Some(period) => Some(self.period_word(period)?),
            None => None,
        };
        Some(BankSource { span, each, period, conditions: Vec::new(), once: None, earn: None, credited: None })
    }

    fn bank_bound(&mut self, pair: Pair<'a>) -> Option<BankBound> {
        let span = self.span(&pair);
        let mut inner = parts(pair).filter(|part| !matches!(part.as_rule(), Rule::op_at_most | Rule::op_at_least));
        let (units, category) = (self.expression(inner.next()?), self.name(inner.next()?));
        Some(BankBound { span, units: units?, category: category? })
    }

    fn surplus(&mut self, pair: Pair<'a>) -> Option<Node<Surplus>> {
        let span = self.span(&pair);
        let written = part(pair)?;
        let kind = match written.as_rule() {
            Rule::surplus_carries => Surplus::Carries,
            Rule::surplus_lost => Surplus::Lost,
            _ => match self.operand(part(written)?)?.kind {
                ExprKind::Number(units) => Surplus::CarriesUpTo(units),
                _ => return None,
            },
        };
        Some(Node { kind, span })
    }

    pub fn spend(&mut self, pair: Pair<'a>) -> Option<Spend> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let (units, bank) = (self.expression(inner.next()?), self.text(inner.next()?));
        Some(Spend { span, units: units?, bank: bank? })
    }

    pub fn bank_reading(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let rule = pair.as_rule();
        let mut inner = parts(pair);
        let bank = self.text(inner.next()?);
        let reading = match rule {
            Rule::balance_of => BankReading::Balance,
            Rule::earned_in => BankReading::Earned,
            _ => BankReading::DateReached(Box::new(self.operand(inner.next()?)?)),
        };
        Some(ExprKind::Bank(reading, bank?))
    }
}
