//! Operands that begin with words of their own: `greatest of`, `years from`, `next July 1 after`, `count of`.

use super::literal::{month_number, weekday_number};
use super::reader::{Pair, Reader, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::syntax::ast::{DateUnit, Expr, ExprKind};
use crate::syntax::grammar::Rule;

impl<'a> Reader<'a> {
    pub fn phrase(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        Some(match pair.as_rule() {
            Rule::table_cell => self.table_cell(pair)?,
            Rule::table_search => self.table_search(pair)?,
            Rule::table_neighbour => self.table_neighbour(pair)?,
            Rule::amount_of | Rule::base_salary_as_of => self.posted(pair)?,
            Rule::greatest => ExprKind::Greatest(self.compared(pair)?),
            Rule::least => ExprKind::Least(self.compared(pair)?),
            Rule::elapsed => self.elapsed(pair)?,
            Rule::period_label | Rule::period_start | Rule::period_end => self.period_of(pair)?,
            Rule::next_month_day => self.next_month_day(pair)?,
            Rule::first_day_of_month => ExprKind::FirstDayOfMonthAfter(self.inner_operand(pair)?),
            Rule::last_day_of_month => ExprKind::LastDayOfMonthOf(self.inner_operand(pair)?),
            Rule::weekday_of_month => self.weekday_of_month(pair)?,
            Rule::calendar_date | Rule::next_calendar_date => self.calendar_date(pair)?,
            Rule::days_within => self.days_within(pair)?,
            Rule::working_days | Rule::first_working_day | Rule::last_working_day | Rule::last_working_of_month => {
                self.working_day(pair)?
            }
            Rule::current_period_start => ExprKind::CurrentPeriodStart,
            Rule::current_period_end => ExprKind::CurrentPeriodEnd,
            Rule::amount_paid => ExprKind::AmountPaid,
            Rule::effective_date => ExprKind::EffectiveDate,
            Rule::rank_of => self.rank(pair)?,
            Rule::at_least_of => self.at_least_of(pair)?,
            Rule::row_value => self.row_value(pair)?,
            Rule::balance_of | Rule::earned_in | Rule::date_reached => self.bank_reading(pair)?,
            Rule::completes | Rule::completed | Rule::date_completed | Rule::missing_from => self.set_reading(pair)?,
            Rule::moved_value => self.moved_value(pair)?,
            rule => self.aggregate(rule, pair)?,
        })
    }

    /// The list of `greatest of` and `least of`. `rounded` behind its last part may mean that part or the whole.
    fn compared(&mut self, pair: Pair<'a>) -> Option<Vec<Expr>> {
        let items: Vec<Pair<'a>> = parts(pair).collect();
        let last = items.last()?;
        let is_rounded = last.clone().into_inner().last().is_some_and(|end| end.as_rule() == Rule::rounded);
        if is_rounded {
            let help = "write brackets around the whole list with its `greatest of` or `least of`, or around the part that is rounded";
            let message = "`rounded` can be read two ways behind a list";
            self.report(Diagnostic::error("brackets-needed", Place::Policy(self.span(last)), message).help(help));
            return None;
        }
        self.list(items.into_iter())
    }

    fn inner_operand(&mut self, pair: Pair<'a>) -> Option<Box<Expr>> {
        self.operand(part(pair)?).map(Box::new)
    }

    pub fn next_operand(&mut self, inner: &mut impl Iterator<Item = Pair<'a>>) -> Option<Box<Expr>> {
        self.operand(inner.next()?).map(Box::new)
    }

    fn elapsed(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let unit = match inner.next()?.as_str() {
            "years" => DateUnit::Years,
            "months" => DateUnit::Months,
            _ => DateUnit::Days,
        };
        let (from, to) = (self.next_operand(&mut inner), self.next_operand(&mut inner));
        Some(ExprKind::Elapsed { unit, from: from?, to: to? })
    }

    fn period_of(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let rule = pair.as_rule();
        let mut inner = parts(pair);
        let word = self.period_word(inner.next()?);
        let date = self.next_operand(&mut inner)?;
        let word = word?.kind;
        Some(match rule {
            Rule::period_start => ExprKind::PeriodStart(word, date),
            Rule::period_end => ExprKind::PeriodEnd(word, date),
            _ => ExprKind::PeriodLabel(word, date),
        })
    }

    fn next_month_day(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let month_day = self.month_day(inner.next()?);
        let same_day_counts = inner.next()?.as_rule() == Rule::op_on_or_after;
        let after = self.next_operand(&mut inner)?;
        let month_day = month_day?.kind;
        Some(ExprKind::NextMonthDay { month: month_day.month, day: month_day.day, same_day_counts, after })
    }

    fn weekday_of_month(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let nth = match inner.next()?.as_str() {
            "first" => 1,
            "second" => 2,
            "third" => 3,
            "fourth" => 4,
            _ => -1,
        };
        let weekday = weekday_number(inner.next()?.as_str())?;
        let month = month_number(inner.next()?.as_str())?;
        let same_day_counts = inner.next()?.as_rule() == Rule::op_on_or_after;
        let after = self.next_operand(&mut inner)?;
        Some(ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, after })
    }
}
