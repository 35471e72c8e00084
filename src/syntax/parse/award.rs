//! `award` and its clauses.

use super::clauses::{Form, starts_with_words};
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Amount, Award, BinaryOp, Expr, ExprKind, Name, Node, Once, Pay, PayKind, PeriodWord, Proration, Tier, Trigger};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const AWARD: &str = "award \"Micro-credential\" for each credential";

const CLAUSES: [Form; 22] = [
    ("if", Rule::award_if, "if category is \"micro-credential\" and status is earned"),
    ("and", Rule::award_and, "and reviewers at least 2"),
    ("needs", Rule::award_needs, "needs \"Mentor\" in the same school year"),
    ("once", Rule::award_once, "once per credential_id"),
    ("by", Rule::award_by, "by approved"),
    ("ties by", Rule::award_ties, "ties by enrolled"),
    ("spend", Rule::award_spend, "spend 225 units of \"Contact units\""),
    ("wait", Rule::award_wait, "wait 3 years between"),
    ("grants", Rule::award_grants, "grants \"Instructional coach\" until expires"),
    ("move", Rule::award_move, "move lane to lane 1 after lane in salary"),
    ("pay", Rule::award_pay, "pay $200 to base salary, not prorated"),
    ("recover", Rule::award_recover, "recover all of \"Reimbursement\""),
    ("reopens", Rule::award_reopens, "reopens nothing"),
    ("not prorated", Rule::award_not_prorated, "not prorated"),
    ("prorate by", Rule::award_prorate, "prorate by fte as of approved"),
    ("round", Rule::award_round, "round half up to the dollar"),
    ("effective on", Rule::award_effective, "effective on approved"),
    ("paid on", Rule::award_paid_on, "paid on last day of month of approved"),
    ("paid in", Rule::award_instalments, "paid in 9 monthly instalments from 2024-09-30, remainder in the last"),
    ("monthly", Rule::award_recurs, "monthly until expires"),
    ("yearly", Rule::award_recurs, "yearly for 5 years"),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

/// What an award's pay lines say about proration.
#[derive(Default)]
struct PayLines {
    not_prorated: Vec<Span>,
    silent: Vec<Span>,
}

/// `for each employee each school year`, or what stands in its place
type Each = (Name, Name, Option<Node<PeriodWord>>, Trigger);

impl<'a> Reader<'a> {
    pub fn award(&mut self, outlined: &Outlined) -> Option<Award> {
        let (head, joined) = self.joined_head(outlined, &["for", "on"]);
        let head = if self.has_name(head, AWARD) { self.award_head(head) } else { None };
        let span = outlined.span();
        let unread = |at: Span| Node { kind: String::new(), span: at };
        let (name, each, period, trigger) = head.clone().unwrap_or((unread(span), unread(span), None, Trigger::Rows));
        let mut award = Award {
            span,
            name,
            each,
            period,
            trigger,
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
        };
        let mut lines = PayLines::default();
        for clause in outlined.clauses.iter().skip(joined) {
            match self.form(clause, &CLAUSES) {
                Some(shape) if shape.rule == Rule::award_pay => {
                    let pay = self.read(clause.span, shape, |reader, pair| reader.pay(pair, &mut lines));
                    award.pays.extend(pay);
                }
                Some(shape) => self.award_clause(&mut award, clause.span, shape),
                None => {}
            }
        }
        self.settle_proration(&mut award, &lines);
        head.map(|_| award)
    }

    /// The head together with the first clauses that only continue it on lines of their own.
    pub fn joined_head(&self, outlined: &Outlined, words: &[&str]) -> (Span, usize) {
        let continues = |clause: &Span| words.iter().any(|word| starts_with_words(self.slice(*clause), word));
        let spans = outlined.clauses.iter().map(|clause| clause.span);
        let joined: Vec<Span> = spans.take_while(continues).collect();
        (joined.iter().fold(outlined.head.span, |head, clause| head.to(*clause)), joined.len())
    }

    fn award_head(&mut self, head: Span) -> Option<Each> {
        self.read(head, Shape { rule: Rule::award_head, example: AWARD }, |reader, pair| {
            let mut inner = parts(pair);
            let (name, each) = (reader.text(inner.next()?), inner.next()?);
            if matches!(each.as_rule(), Rule::on_completing | Rule::for_every) {
                let nothing = reader.node(&each, String::new());
                return Some((name?, nothing, None, reader.trigger(each)?));
            }
            let each = reader.name(each);
            let period = match inner.next() {
                Some(period) => Some(reader.period_word(period)?),
                None => None,
            };
            Some((name?, each?, period, Trigger::Rows))
        })
    }

    fn award_clause(&mut self, award: &mut Award, clause: Span, shape: Shape) {
        let expression = |reader: &mut Self, pair| reader.expression(part(pair)?);
        match shape.rule {
            Rule::award_if | Rule::award_and => {
                let condition = self.read(clause, shape, expression);
                condition.into_iter().for_each(|condition| conjuncts(condition, &mut award.conditions));
            }
            Rule::award_needs => award.needs.extend(self.read(clause, shape, |reader, pair| reader.needs(pair))),
            Rule::award_once => {
                let once = self.read(clause, shape, |reader, pair| reader.once(pair));
                self.set(&mut award.once, clause, once);
            }
            Rule::award_by => {
                let by = self.read(clause, shape, expression);
                self.set(&mut award.by, clause, by);
            }
            Rule::award_ties => {
                let ties = self.read(clause, shape, expression);
                self.set(&mut award.ties, clause, ties);
            }
            Rule::award_spend => award.spends.extend(self.read(clause, shape, |reader, pair| reader.spend(pair))),
            Rule::award_grants => award.grants.extend(self.read(clause, shape, |reader, pair| reader.grant(pair))),
            Rule::award_wait => {
                let wait = self.read(clause, shape, |reader, pair| reader.wait(pair));
                self.set(&mut award.wait, clause, wait);
            }
            Rule::award_move => award.moves.extend(self.read(clause, shape, |reader, pair| reader.movement(pair))),
            Rule::award_recover => award.recovers.extend(self.read(clause, shape, |reader, pair| reader.recover(pair))),
            Rule::award_reopens => {
                let reopens = self.read(clause, shape, |reader, pair| reader.reopens(pair));
                self.set(&mut award.reopens, clause, reopens);
            }
            Rule::award_not_prorated => {
                let not = self.read(clause, shape, |reader, pair| Some(reader.node(&pair, Proration::Not)));
                self.set(&mut award.proration, clause, not);
            }
            Rule::award_prorate => {
                let by = self.read(clause, shape, |reader, pair| {
                    let span = reader.span(&pair);
                    Some(Node { kind: Proration::By(reader.expression(part(pair)?)?), span })
                });
                self.set(&mut award.proration, clause, by);
            }
            Rule::award_round => {
                let round = self.read(clause, shape, |reader, pair| reader.rounding(part(pair)?));
                self.set(&mut award.round, clause, round);
            }
            Rule::award_effective => {
                let effective = self.read(clause, shape, expression);
                self.set(&mut award.effective, clause, effective);
            }
            Rule::award_instalments => {
                let instalments = self.read(clause, shape, |reader, pair| reader.instalments(pair));
                self.set(&mut award.instalments, clause, instalments);
            }
            Rule::award_recurs => {
                let recurs = self.read(clause, shape, |reader, pair| reader.recurs(pair));
                self.set(&mut award.recurs, clause, recurs);
            }
            Rule::award_paid_on => {
                let paid_on = self.read(clause, shape, expression);
                self.set(&mut award.paid_on, clause, paid_on);
            }
            _ => award.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
        }
    }

    pub fn once(&mut self, pair: Pair<'a>) -> Option<Once> {
        let span = self.span(&pair);
        let mut once = Once { span, keys: Vec::new(), window: None };
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::once_keys => once.keys = self.list(parts(inner))?,
                _ => once.window = Some(self.window(inner)?),
            }
        }
        Some(once)
    }

    fn pay(&mut self, pair: Pair<'a>, lines: &mut PayLines) -> Option<Pay> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let amount = inner.next().and_then(|amount| self.amount(amount));
        let kind = inner.next()?;
        let kind = self.node(&kind, pay_kind(kind.as_rule()));
        let (mut not_prorated, mut round, mut when) = (None, None, None);
        for more in inner {
            match more.as_rule() {
                Rule::not_prorated => not_prorated = Some(self.span(&more)),
                Rule::rounded => {
                    let more_span = self.span(&more);
                    let rounding = self.rounding(part(more)?)?;
                    self.set(&mut round, more_span, Some(rounding));
                }
                _ => when = Some(self.expression(more)?),
            }
        }
        match not_prorated {
            Some(words) => lines.not_prorated.push(words),
            None => lines.silent.push(span),
        }
        Some(Pay { span, amount: amount?, kind, round, when })
    }

    fn amount(&mut self, pair: Pair<'a>) -> Option<Amount> {
        if pair.as_rule() == Rule::pool_claim {
            return self.pool_claim(pair).map(Amount::Claim);
        }
        if pair.as_rule() != Rule::tiers {
            return self.expression(pair).map(Amount::Plain);
        }
        let span = self.span(&pair);
        let (mut tiers, mut window, mut rest) = (Vec::new(), None, None);
        let known = self.diagnostics.len();
        for tier in parts(pair) {
            if tier.as_rule() == Rule::last_tier {
                rest = self.expression(part(tier)?);
                continue;
            }
            let mut inner = parts(tier).peekable();
            let count = self.count(&inner.next()?);
            if let Some(per) = inner.next_if(|next| next.as_rule() == Rule::window) {
                window = self.window(per);
            }
            let amount = self.expression(inner.next()?);
            tiers.extend(count.zip(amount).map(|(count, amount)| Tier { count, amount }));
        }
        // what could not be read has been reported
        if self.diagnostics.len() == known { Some(Amount::Tiers { span, window, tiers, rest }) } else { None }
    }

    /// `not prorated` on every pay line says the same as the clause; on some lines only it says two things.
    fn settle_proration(&mut self, award: &mut Award, lines: &PayLines) {
        let Some(first) = lines.not_prorated.first() else { return };
        let other = match &award.proration {
            Some(Node { kind: Proration::By(_), span }) => Some(*span),
            Some(Node { kind: Proration::Not, .. }) => return,
            None => lines.silent.first().copied(),
        };
        match other {
            None => award.proration = Some(Node { kind: Proration::Not, span: *first }),
            Some(other) => {
                let message = "one line says `not prorated`, and another leaves its amount prorated or open";
                let help = "write `not prorated` or `prorate by …` once, on a line of its own: it holds for every `pay` line";
                let diagnostic = Diagnostic::error("mixed-proration", Place::Policy(*first), message);
                self.diagnostics.push(diagnostic.label(other, "this line does not say it").help(help));
                award.proration = Some(Node { kind: Proration::Not, span: *first });
            }
        }
    }
}

pub fn pay_kind(rule: Rule) -> PayKind {
    match rule {
        Rule::to_base_salary => PayKind::BaseSalary,
        Rule::as_recovery => PayKind::Recovery,
        _ => PayKind::Stipend,
    }
}

/// Each part of `a and b and c` is a condition of its own (DESIGN 1.2: the first that fails is the reason).
pub fn conjuncts(condition: Expr, conditions: &mut Vec<Expr>) {
    match condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            conjuncts(*left, conditions);
            conjuncts(*right, conditions);
        }
        _ => conditions.push(condition),
    }
}
