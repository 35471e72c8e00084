//! Periods and windows: every word to one stretch of time, and nothing that could be five.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::{Checker, at, names};
use crate::diagnostic::Diagnostic;
use crate::policy::{CalendarId, PeriodKind, Window};
use crate::source::Span;
use crate::syntax::ast::{self, Name, Node, PeriodWord};
use crate::value::YearStart;

impl Checker<'_> {
    /// A window of a limit, of tiers or after `once`.
    pub(super) fn window(&mut self, window: &Node<ast::Window>) -> Option<Window> {
        let span = window.span;
        Some(match &window.kind {
            ast::Window::Period(PeriodWord::Year) => {
                let bare = bare_year(span).help("or `rolling 1 year`: any 12 months in a row");
                self.report(bare.help("or `1 year from the first award`: a new year begins with the first award after its end"));
                return None;
            }
            ast::Window::Period(word) => Window::Period(self.period_kind(word, span)?),
            ast::Window::Rolling(length) => {
                self.check_length(*length, span);
                Window::Rolling(*length)
            }
            ast::Window::FromFirstAward(length) => {
                self.check_length(*length, span);
                Window::FromFirstAward(*length)
            }
            ast::Window::YearFrom(date) => self.anniversary(date, span)?,
            ast::Window::Every(length) => {
                self.check_length(*length, span);
                Window::Every(*length)
            }
            ast::Window::Ever => Window::Ever,
        })
    }

    /// `year from employee.hired`: the same day for all awards of a person.
    fn anniversary(&mut self, date: &ast::Expr, span: Span) -> Option<Window> {
        self.month_additions.push(span);
        let mut context = Context {
            event: EventRow::None,
            aggregated: None,
            effective_date: EffectiveDate::BeingDecided,
            period: AwardPeriod::None,
            posted: Posted::NotYet,
            counting: Counting::OwnRows,
        };
        let date = self.expr(&mut context, date);
        Some(Window::YearFrom(self.date(date, "what a year is counted from")?))
    }

    pub(super) fn period_kind(&mut self, word: &PeriodWord, span: Span) -> Option<PeriodKind> {
        match word {
            PeriodWord::FiscalYear => self.declared_year(self.head.fiscal_year, "fiscal year", span).then_some(PeriodKind::FiscalYear),
            PeriodWord::SchoolYear => self.declared_year(self.head.school_year, "school year", span).then_some(PeriodKind::SchoolYear),
            PeriodWord::CalendarYear => Some(PeriodKind::CalendarYear),
            PeriodWord::Month => Some(PeriodKind::Month),
            PeriodWord::Year => {
                self.report(bare_year(span));
                None
            }
            PeriodWord::Named(name) => self.calendar_named(name, span).map(PeriodKind::Named),
        }
    }

    fn declared_year(&mut self, start: Option<YearStart>, word: &str, span: Span) -> bool {
        if start.is_none() {
            let message = format!("the policy does not say on which day its {word} starts");
            let help = format!("add to the policy's head: `{word} starts July 1`");
            self.report_absent_from_head(word, Diagnostic::error("year-without-start", at(span), message).help(help));
        }
        start.is_some()
    }

    pub(super) fn calendar_named(&mut self, name: &str, span: Span) -> Option<CalendarId> {
        let found = self.calendars.iter().position(|calendar| calendar.name == name);
        if found.is_none() {
            let known = self.calendars.iter().map(|calendar| calendar.name.as_str());
            let words: Vec<&str> = known.chain(["fiscal year", "school year", "calendar year", "month"]).collect();
            let unknown = Diagnostic::error("unknown-calendar", at(span), format!("there is no calendar `{name}`"));
            let unknown = names::suggest(unknown, &Name { kind: name.to_owned(), span }, "calendar", &words);
            self.report_unknown(name, unknown);
        }
        found.map(|index| CalendarId(index as u16))
    }
}

/// The readings of a bare year that are periods, one line each.
fn bare_year(span: Span) -> Diagnostic {
    Diagnostic::error("bare-year", at(span), "a year can be read in several ways")
        .help("write `fiscal year`: the head says from when, as in `fiscal year starts July 1`")
        .help("or `school year`: the head says from when, as in `school year starts August 1`")
        .help("or `calendar year`: from January 1")
}
