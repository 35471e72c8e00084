//! Choices: which awards compete, within what, and how one is found without a guess.

use super::context::{Context, Posted};
use super::{Checker, at, head};
use crate::diagnostic::Diagnostic;
use crate::policy::{AwardId, Choose, ChooseBy, ChooseId, Compete, Expr, PeriodKind, Window};
use crate::source::Span;
use crate::syntax::ast::{self, ChosenBy, Compare, Declaration, Every, Name, Proration};
use crate::value::Type;

impl<'a> Checker<'a> {
    pub(super) fn check_chooses(&mut self) {
        let ast = self.ast;
        for declaration in &ast.declarations {
            if let Declaration::Choose(choose) = declaration {
                let checked = self.choose(choose);
                self.chooses.push(checked);
            }
        }
    }

    fn choose(&mut self, choose: &ast::Choose) -> Option<Choose> {
        let awards = self.competing(choose);
        let mut context = Context { posted: Posted::NotYet, ..self.covering_context(choose.awards.len(), &awards) };
        let compete = self.compete(&mut context, choose);
        let by = match choose.by.kind {
            ChosenBy::Highest => self.highest(choose),
            ChosenBy::FirstNamed => Some(ChooseBy::FirstNamed),
            ChosenBy::Earliest => Some(ChooseBy::Earliest),
            ChosenBy::Elected => self.elected(&mut context, choose),
        };
        self.check_choice_clauses(choose);
        if awards.len() < choose.awards.len() {
            return None;
        }
        Some(Choose { span: choose.span, awards, by: by?, compete: compete?, cites: head::texts(&choose.cites) })
    }

    /// The awards that are named, each of which stands in one choice only.
    fn competing(&mut self, choose: &ast::Choose) -> Vec<AwardId> {
        let mut awards: Vec<AwardId> = Vec::new();
        for name in &choose.awards {
            let Some(award) = self.award_named(name) else { continue };
            if awards.contains(&award) {
                let twice = Diagnostic::error("declared-twice", at(name.span), format!("the choice already names `{}`", name.kind));
                self.report(twice.help("remove one of them"));
                continue;
            }
            let earlier = self.chooses.iter().flatten().find(|other| other.awards.contains(&award)).map(|other| other.span);
            if let Some(earlier) = earlier {
                let message = format!("`{}` stands in two choices, and which of them comes first is not said", name.kind);
                let help = "name all of its rivals in one choice";
                self.report(Diagnostic::error("award-in-two-choices", at(name.span), message).label(earlier, "the first").help(help));
                continue;
            }
            awards.push(award);
        }
        if let [only] = choose.awards.as_slice() {
            let message = format!("there is nothing to choose beside `{}`", only.kind);
            let help = "name the awards that it competes with, or write a `once` for one award";
            self.report(Diagnostic::error("choice-of-one", at(only.span), message).help(help));
        }
        awards
    }

    fn compete(&mut self, context: &mut Context, choose: &ast::Choose) -> Option<Compete> {
        match (&choose.per, choose.each_date) {
            (Some(per), None) => {
                let once = self.once(context, per)?;
                if matches!(once.window, Window::Rolling(_) | Window::Every(_) | Window::FromFirstAward(_)) {
                    let message = "a choice is made among all of a period, and this window has no beginning and end";
                    let help = "write `per school year` or another period, `at each date`, or `ever`";
                    self.report(Diagnostic::error("choice-window", at(per.span), message).help(help));
                    return None;
                }
                self.check_recurring_rivals(choose, (&once.window, per.span));
                Some(Compete::Within { keys: once.keys, window: once.window })
            }
            (None, Some(_)) => Some(Compete::EachDate),
            (None, None) => {
                let message = "which awards compete with each other is not said";
                let missing = Diagnostic::error("choice-without-period", at(choose.by.span), message)
                    .help("write `per school year` or another period: one award is paid in each, and the others are not")
                    .help("or `at each date`: among what takes effect on the same day, so that a recurring award revives when the winner ends")
                    .help("or `per course_id`: one for each value of a field");
                self.report_absent(missing);
                None
            }
            (Some(per), Some(each)) => {
                let message = "the awards compete `per …` and `at each date`, and one of the two has to go";
                self.report(
                    Diagnostic::error("choice-clause", at(per.span), message).label(each, "the other").help("keep one of the lines"),
                );
                None
            }
        }
    }

    /// One payment is paid in each period: of an award that comes more often, all others would be lost.
    fn check_recurring_rivals(&mut self, choose: &ast::Choose, (window, span): (&Window, Span)) {
        let is_longer = |award: &&ast::Award| match (award.recurs.as_ref().map(|recurs| recurs.every), window) {
            (None, _) | (Some(Every::Month), Window::Period(PeriodKind::Month)) => false,
            (Some(Every::Month), _) | (Some(Every::Year), Window::Ever) => true,
            (Some(Every::Year), _) => false,
        };
        let recurring = self.written_rivals(choose).find(is_longer);
        if let Some(award) = recurring {
            let message = format!("`{}` comes again within the period, and only one of its payments would be paid", award.name.kind);
            let mut longer = Diagnostic::error("choice-longer-than-recurrence", at(span), message);
            longer.labels.extend(award.recurs.as_ref().map(|recurs| (recurs.span, "it comes again here".to_owned())));
            self.report(longer.help("write `per month`, or `at each date`, so that each payment competes by itself"));
        }
    }

    fn highest(&mut self, choose: &ast::Choose) -> Option<ChooseBy> {
        let ties = choose.ties.as_ref().map(|ties| ties.kind);
        if ties.is_none() {
            let message = "which of two equal amounts is paid is not said";
            let missing = Diagnostic::error("choice-without-ties", at(choose.by.span), message)
                .help("write `ties to the first named`: by the order of the names in `choose`")
                .help("or `ties to the earliest`: by the place in the person's queue");
            self.report_absent(missing);
        }
        let compare = choose.compare.as_ref().map(|compare| compare.kind);
        if compare.is_none() && self.can_compare_two_ways(choose) {
            let message = "what `highest` compares can be read in several ways";
            let missing = Diagnostic::error("choice-without-basis", at(choose.by.span), message)
                .help("write `compare amount before proration`: the whole amounts, whatever share of them is paid")
                .help("or `compare amount after proration`: what would be paid")
                .help("or `compare annual rate`: the whole amounts, for a year");
            self.report_absent(missing);
            return None;
        }
        Some(ChooseBy::Highest { compare: compare.unwrap_or(Compare::AfterProration), ties: ties? })
    }

    /// Whether a rival is prorated or comes again, so that rates and amounts can differ.
    fn can_compare_two_ways(&self, choose: &ast::Choose) -> bool {
        let prorated = |award: &ast::Award| matches!(&award.proration, Some(proration) if matches!(proration.kind, Proration::By(_)));
        let is_recurring = |award: &ast::Award| award.recurs.is_some();
        self.written_rivals(choose).any(|award| prorated(award) || is_recurring(award))
    }

    fn written_rivals<'c>(&self, choose: &'c ast::Choose) -> impl Iterator<Item = &'a ast::Award> + use<'a, 'c> {
        let ast = self.ast;
        let awards = ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Award(award) => Some(award),
            _ => None,
        });
        awards.filter(|award| choose.awards.iter().any(|name| name.kind == award.name.kind))
    }

    fn elected(&mut self, context: &mut Context, choose: &ast::Choose) -> Option<ChooseBy> {
        let fallback = choose.fallback.as_ref().map(|name| self.fallback(choose, name));
        let Some(written) = &choose.elected else {
            let message = "where the election stands is not said";
            let missing = Diagnostic::error("choice-without-election", at(choose.by.span), message);
            self.report_absent(missing.help("add a line such as `elected by election`: a text that is the name of the award"));
            return None;
        };
        let by = self.expr(context, written)?;
        if !self.names_awards(&by, choose) {
            let message = format!("an election is a text with the name of an award, and this is {}", self.type_words(by.ty));
            let help =
                "name a `text` field or a list whose words are awards, or write `if election is stipend then \"Stipend\" else \"Credit\"`";
            self.report(Diagnostic::error("election-names-no-award", at(by.span), message).help(help));
            return None;
        }
        let fallback = match fallback {
            Some(fallback) => Some(fallback?),
            None => None,
        };
        Some(ChooseBy::Elected { by, fallback })
    }

    fn names_awards(&self, by: &Expr, choose: &ast::Choose) -> bool {
        match by.ty {
            Type::Text => true,
            Type::Choice(id) => {
                let words = self.choices.get(usize::from(id.0)).map(Vec::as_slice).unwrap_or_default();
                words.iter().any(|word| choose.awards.iter().any(|award| award.kind == *word))
            }
            Type::YesNo | Type::Integer | Type::Number | Type::Percent | Type::Money | Type::Date | Type::Duration => false,
        }
    }

    fn fallback(&mut self, choose: &ast::Choose, name: &Name) -> Option<AwardId> {
        let award = self.award_named(name)?;
        if choose.awards.iter().any(|other| other.kind == name.kind) {
            return Some(award);
        }
        let message = format!("the choice falls back to `{}`, which is not among its awards", name.kind);
        let listed = Diagnostic::error("fallback-not-covered", at(name.span), message);
        self.report(listed.help(format!("name `{}` behind `elected of` too, or fall back to one that is named", name.kind)));
        None
    }

    /// Clauses that say nothing under this kind of choice.
    fn check_choice_clauses(&mut self, choose: &ast::Choose) {
        let is = |by: ChosenBy| choose.by.kind == by;
        let compare = choose.compare.as_ref().map(|node| node.span).filter(|_| !is(ChosenBy::Highest));
        let ties = choose.ties.as_ref().map(|node| node.span).filter(|_| !is(ChosenBy::Highest));
        let elected = choose.elected.as_ref().map(|node| node.span).filter(|_| !is(ChosenBy::Elected));
        let fallback = choose.fallback.as_ref().map(|node| node.span).filter(|_| !is(ChosenBy::Elected));
        let idle: Vec<Span> = [compare, ties, elected, fallback].into_iter().flatten().collect();
        for span in idle {
            let message = "this says nothing under the kind of choice that the first line names";
            let help = "`compare` and `ties to` belong to `highest of`, `elected by` and `falls back to` to `elected of`";
            self.report(Diagnostic::error("choice-clause", at(span), message).label(choose.by.span, "the kind").help(help));
        }
    }
}

/// Writes into each award the choice that it stands in.
pub(super) fn stand_in(awards: &mut [crate::policy::Award], chooses: &[Choose]) {
    for (index, choose) in (0u16..).zip(chooses) {
        for award in &choose.awards {
            if let Some(award) = awards.get_mut(usize::from(award.0)) {
                award.choose = Some(ChooseId(index));
            }
        }
    }
}
