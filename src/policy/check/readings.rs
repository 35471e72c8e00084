//! What each reading of an unfinished limit would pay, where its amounts are constant.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Constant, ExprKind};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Number;

/// A limit and one of its awards in dollars.
struct Figures {
    most: Number,
    award: Number,
}

impl Checker<'_> {
    pub(super) fn limit_without_period(&self, limit: &ast::Limit) -> Diagnostic {
        let missing = Diagnostic::error("limit-without-period", at(limit.span), "the limit does not say in which time");
        self.year_readings(missing, limit)
    }

    pub(super) fn limit_per_year(&self, limit: &ast::Limit, span: Span) -> Diagnostic {
        let bare = Diagnostic::error("bare-year", at(span), "a year can be read in five ways");
        self.year_readings(bare, limit)
    }

    fn year_readings(&self, diagnostic: Diagnostic, limit: &ast::Limit) -> Diagnostic {
        let Some(most) = self.limit_most(limit) else {
            return diagnostic
                .help("write `per fiscal year`, `per school year` or `per calendar year`: it starts anew on a fixed day")
                .help("or `per rolling 1 year`: in any 12 months in a row")
                .help("or `per 1 year from the first award`, or `ever`");
        };
        let twice = dollars(most.plus(most).unwrap_or(most));
        let most = dollars(most);
        diagnostic
            .help(format!("write `per fiscal year` (or `school year`, `calendar year`): up to {twice} in the weeks around its first day"))
            .help(format!("or `per rolling 1 year`: never more than {most} in any 12 months in a row"))
            .help(format!("or `per 1 year from the first award`: {most} from each first award on, {twice} around the end of its year"))
            .help(format!("or `ever`: {most} in the whole employment"))
    }

    pub(super) fn limit_without_excess(&self, limit: &ast::Limit) -> Diagnostic {
        let missing = Diagnostic::error("limit-without-excess", at(limit.span), "the limit does not say what becomes of the excess");
        match self.figures(limit).and_then(Cut::of) {
            Some(cut) => cut.readings(missing),
            None => missing
                .help("add `excess is lost`: what is over the limit is not paid")
                .help("or `excess is paid as stipend`: paid once, without raising the base salary")
                .help("or `excess is carried to the next period`: paid when the next period begins")
                .help("or `excess waits`: the whole award moves to the first day that has room"),
        }
    }

    fn limit_most(&self, limit: &ast::Limit) -> Option<Number> {
        let ast::LimitMeasure::Money(amount) = &limit.measure else { return None };
        if let ast::ExprKind::Money(amount) = amount.kind { Some(amount) } else { None }
    }

    /// The limit and the amount of its first award, where both are constants.
    fn figures(&self, limit: &ast::Limit) -> Option<Figures> {
        let most = self.limit_most(limit)?;
        let name = limit.awards.first()?;
        let position = self.award_names.iter().position(|award| award.kind == name.kind)?;
        let award = self.awards.get(position)?.as_ref()?;
        let Amount::Plain(amount) = &award.pays.first()?.amount else { return None };
        let ExprKind::Constant(Constant::Money(award)) = amount.kind else { return None };
        Some(Figures { most, award })
    }
}

/// The first award that a limit cuts, and how.
struct Cut {
    ordinal: i64,
    award: Number,
    paid: Number,
    over: Number,
}

impl Cut {
    fn of(figures: Figures) -> Option<Cut> {
        let whole = figures.most.divided_by(figures.award).ok()?.floor();
        let paid = figures.most.minus(whole.times(figures.award).ok()?).ok()?;
        Some(Cut { ordinal: whole.to_integer()? + 1, award: figures.award, paid, over: figures.award.minus(paid).ok()? })
    }

    fn readings(&self, diagnostic: Diagnostic) -> Diagnostic {
        let (ordinal, over) = (ordinal(self.ordinal), dollars(self.over));
        let now = if self.paid.is_zero() { String::new() } else { format!("{} and ", dollars(self.paid)) };
        diagnostic
            .help(format!("add `excess is lost`: the {ordinal} award of {} pays {}", dollars(self.award), dollars(self.paid)))
            .help(format!("or `excess is paid as stipend`: it pays {now}{over} once, as a stipend"))
            .help(format!("or `excess is carried to the next period`: it pays {now}{over} when the next period begins"))
            .help("or `excess waits`: the whole award moves to the first day that has room")
    }
}

/// `$1,200.50`
pub(super) fn dollars(amount: Number) -> String {
    let text = amount.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let cents = if cents.is_empty() { String::new() } else { format!(".{cents:0<2}") };
    format!("{sign}${grouped}{cents}")
}

fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_grouped_by_thousands() {
        let shown = |text: &str| dollars(Number::parse(text).unwrap());
        assert_eq!([shown("600"), shown("1200"), shown("-1234567.5"), shown("0.05")], ["$600", "$1,200", "-$1,234,567.50", "$0.05"]);
    }

    #[test]
    fn ordinals_end_as_spoken() {
        assert_eq!([1, 2, 3, 4, 11, 12, 21, 112].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th"]);
    }
}
