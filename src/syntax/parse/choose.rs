//! `choose` and its clauses.

use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{ChoiceTies, Choose, ChosenBy, Compare, Node, Once};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const CHOOSE: &str = "choose highest of \"Mentor\", \"Coach\"";

const CLAUSES: [Form; 8] = [
    ("per", Rule::choose_per, "per school year"),
    ("ever", Rule::choose_per, "ever"),
    ("at each date", Rule::choose_per, "at each date"),
    ("compare", Rule::choose_compare, "compare amount before proration"),
    ("ties to", Rule::choose_ties, "ties to the first named"),
    ("elected by", Rule::choose_elected, "elected by election"),
    ("falls back to", Rule::choose_fallback, "falls back to \"Mentor\""),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

impl<'a> Reader<'a> {
    pub fn choose(&mut self, outlined: &Outlined) -> Option<Choose> {
        let shape = Shape { rule: Rule::choose_head, example: CHOOSE };
        let mut choose = self.read(outlined.head.span, shape, |reader, pair| reader.choose_head(pair));
        let mut aside = empty(outlined.span());
        let filled = choose.as_mut().unwrap_or(&mut aside);
        filled.span = outlined.span();
        for clause in &outlined.clauses {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                self.choose_clause(filled, clause.span, shape);
            }
        }
        choose
    }

    fn choose_head(&mut self, pair: Pair<'a>) -> Option<Choose> {
        let mut choose = empty(self.span(&pair));
        for inner in parts(pair) {
            if inner.as_rule() == Rule::text {
                choose.awards.push(self.text(inner)?);
                continue;
            }
            let words = part(inner)?;
            let by = match words.as_rule() {
                Rule::chosen_highest => ChosenBy::Highest,
                Rule::chosen_first_named => ChosenBy::FirstNamed,
                Rule::chosen_earliest => ChosenBy::Earliest,
                _ => ChosenBy::Elected,
            };
            choose.by = self.node(&words, by);
        }
        Some(choose)
    }

    fn choose_clause(&mut self, choose: &mut Choose, clause: Span, shape: Shape) {
        match shape.rule {
            Rule::choose_per => {
                let per = self.read(clause, shape, |reader, pair| reader.choose_per(pair));
                match per {
                    Some(Per::EachDate(span)) => self.set(&mut choose.each_date, clause, Some(span)),
                    Some(Per::Group(per)) => self.set(&mut choose.per, clause, Some(per)),
                    None => {}
                }
            }
            Rule::choose_compare => {
                let compare = self.read(clause, shape, |reader, pair| {
                    let words = part(pair)?;
                    let compare = match words.as_rule() {
                        Rule::compare_before => Compare::BeforeProration,
                        Rule::compare_after => Compare::AfterProration,
                        _ => Compare::AnnualRate,
                    };
                    Some(reader.node(&words, compare))
                });
                self.set(&mut choose.compare, clause, compare);
            }
            Rule::choose_ties => {
                let ties = self.read(clause, shape, |reader, pair| {
                    let words = part(pair)?;
                    let is_first = words.as_rule() == Rule::ties_first_named;
                    Some(reader.node(&words, if is_first { ChoiceTies::FirstNamed } else { ChoiceTies::Earliest }))
                });
                self.set(&mut choose.ties, clause, ties);
            }
            Rule::choose_elected => {
                let elected = self.read(clause, shape, |reader, pair| reader.expression(part(pair)?));
                self.set(&mut choose.elected, clause, elected);
            }
            Rule::choose_fallback => {
                let fallback = self.read(clause, shape, |reader, pair| reader.text(part(pair)?));
                self.set(&mut choose.fallback, clause, fallback);
            }
            _ => choose.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
        }
    }

    fn choose_per(&mut self, pair: Pair<'a>) -> Option<Per> {
        let span = self.span(&pair);
        let mut per = Once { span, keys: Vec::new(), window: None };
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::at_each_date => return Some(Per::EachDate(span)),
                Rule::once_keys => per.keys = self.list(parts(inner))?,
                _ => per.window = Some(self.window(inner)?),
            }
        }
        Some(Per::Group(per))
    }
}

/// What competes with what.
enum Per {
    Group(Once),
    EachDate(Span),
}

/// A choice without content, to be filled.
fn empty(span: Span) -> Choose {
    Choose {
        span,
        by: Node { kind: ChosenBy::Highest, span },
        awards: Vec::new(),
        per: None,
        each_date: None,
        compare: None,
        ties: None,
        elected: None,
        fallback: None,
        cites: Vec::new(),
    }
}
