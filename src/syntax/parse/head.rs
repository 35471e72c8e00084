//! `policy` and `let`.

use super::clauses::{Form, starts_with_words};
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{DateRange, Expr, Let, LetBody, Node, Over, PolicyHead};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;
use crate::value::MonthEnd;

const POLICY: &str = "policy \"Micro-credential base pay\"";
const LET_PLAIN: Shape = Shape { rule: Rule::let_plain, example: "let gross = $200 * fte" };
const LET_DATED: Shape = Shape { rule: Rule::let_dated_head, example: "let rate by effective date" };
const LET_CASE: Shape = Shape { rule: Rule::let_case, example: "from 2014-07-01 to 2021-06-30 $200" };

const POLICY_CLAUSES: [Form; 8] = [
    ("authority", Rule::authority, "authority \"Kettle Moraine School District\""),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
    ("effective", Rule::policy_effective, "effective from 2014-07-01"),
    ("rounding", Rule::policy_rounding, "rounding half up to the cent"),
    ("month end", Rule::month_end, "month end last day"),
    ("fiscal year", Rule::fiscal_year_starts, "fiscal year starts July 1"),
    ("school year", Rule::school_year_starts, "school year starts August 1"),
    ("held rows", Rule::held_rows, "held rows hold the person"),
];

impl<'a> Reader<'a> {
    pub fn policy(&mut self, outlined: &Outlined) -> Option<PolicyHead> {
        let head = outlined.head.span;
        let named = self.has_name(head, POLICY);
        let shape = Shape { rule: Rule::policy_head, example: POLICY };
        let name = if named { self.read(head, shape, |reader, pair| reader.text(part(pair)?)) } else { None };
        let mut policy = PolicyHead {
            span: outlined.span(),
            name: name.clone().unwrap_or(Node { kind: String::new(), span: head }),
            authority: None,
            cites: Vec::new(),
            effective: None,
            rounding: None,
            month_end: None,
            fiscal_year: None,
            school_year: None,
            held_rows_hold_person: None,
        };
        for clause in &outlined.clauses {
            if let Some(shape) = self.form(clause, &POLICY_CLAUSES) {
                self.policy_clause(&mut policy, clause.span, shape);
            }
        }
        name.map(|_| policy)
    }

    fn policy_clause(&mut self, policy: &mut PolicyHead, clause: Span, shape: Shape) {
        match shape.rule {
            Rule::authority => {
                let text = self.read(clause, shape, |reader, pair| reader.text(part(pair)?));
                self.set(&mut policy.authority, clause, text);
            }
            Rule::cite => policy.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
            Rule::policy_effective => {
                let range = self.read(clause, shape, |reader, pair| reader.range(part(pair)?));
                self.set(&mut policy.effective, clause, range);
            }
            Rule::policy_rounding => {
                let rounding = self.read(clause, shape, |reader, pair| reader.rounding(part(pair)?));
                self.set(&mut policy.rounding, clause, rounding);
            }
            Rule::month_end => {
                let month_end = self.read(clause, shape, |reader, pair| reader.month_end(pair));
                self.set(&mut policy.month_end, clause, month_end);
            }
            Rule::fiscal_year_starts => {
                let start = self.read(clause, shape, |reader, pair| reader.month_day(part(pair)?));
                self.set(&mut policy.fiscal_year, clause, start);
            }
            Rule::school_year_starts => {
                let start = self.read(clause, shape, |reader, pair| reader.month_day(part(pair)?));
                self.set(&mut policy.school_year, clause, start);
            }
            _ => {
                let span = self.read(clause, shape, |reader, pair| Some(reader.span(&pair)));
                self.set(&mut policy.held_rows_hold_person, clause, span);
            }
        }
    }

    fn month_end(&mut self, pair: Pair<'a>) -> Option<Node<MonthEnd>> {
        let choice = part(pair)?;
        let kind = match choice.as_rule() {
            Rule::month_end_last_day => MonthEnd::LastDay,
            Rule::month_end_next_day => MonthEnd::NextDay,
            _ => MonthEnd::Refuse,
        };
        Some(self.node(&choice, kind))
    }

    /// `let NAME = EXPR` takes in all its lines; `let NAME by EXPR` has one clause for each case.
    pub fn let_declaration(&mut self, outlined: &Outlined) -> Option<Let> {
        let head = outlined.head.span;
        if !self.has_name(head, LET_PLAIN.example) {
            return None;
        }
        let is_case = |reader: &Self| outlined.clauses.first().is_some_and(|case| starts_with_words(reader.slice(case.span), "from"));
        if starts_with_words(self.after_name(head), "for") {
            return self.let_population(outlined.span());
        }
        let is_plain = self.slice(head).contains('=') || (!outlined.clauses.is_empty() && !is_case(self));
        if is_plain {
            return self.read(outlined.span(), LET_PLAIN, |reader, pair| {
                let span = reader.span(&pair);
                let mut inner = parts(pair);
                let (name, body) = (reader.name(inner.next()?), reader.expression(inner.next()?));
                Some(Let { span, name: name?, over: Over::Person, body: LetBody::Plain(body?) })
            });
        }
        let head = self.read(head, LET_DATED, |reader, pair| {
            let mut inner = parts(pair);
            let (name, by) = (reader.name(inner.next()?), reader.expression(inner.next()?));
            Some((name?, by?))
        });
        let cases = outlined.clauses.iter().filter_map(|clause| self.let_case(clause.span)).collect();
        let (name, by) = head?;
        Some(Let { span: outlined.span(), name, over: Over::Person, body: LetBody::Dated { by, cases } })
    }

    fn let_case(&mut self, clause: Span) -> Option<(Node<DateRange>, Expr)> {
        self.read(clause, LET_CASE, |reader, pair| {
            let mut inner = parts(pair);
            let (range, value) = (reader.range(inner.next()?), reader.expression(inner.next()?));
            Some((range?, value?))
        })
    }
}
