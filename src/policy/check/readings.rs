//! What each reading of an unfinished limit would pay, where its amounts are constant.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Constant, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Window};
use crate::value::Number;

/// A limit and one of its awards in dollars.
struct Figures {
    most: Number,
    award: Number,
}

impl Checker<'_> {
    pub(super) fn limit_without_period(&self, limit: &ast::Limit) -> Diagnostic {
        let missing = Diagnostic::error("limit-without-period", at(head_of(limit)), "the limit does not say in which time");
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
        let missing = Diagnostic::error("limit-without-excess", at(head_of(limit)), "the limit does not say what becomes of the excess");
        let cut = self.figures(limit).and_then(Cut::of);
        let lines = [
            cut.as_ref().map_or("`excess is lost`: what is over the limit is not paid".to_owned(), Cut::lost),
            cut.as_ref().map_or("`excess is paid as stipend`: paid once, without raising the base salary".to_owned(), Cut::as_stipend),
            cut.as_ref().map_or("`excess is carried to the next period`: paid when the next period begins".to_owned(), Cut::carried),
            "`excess waits`: the whole award moves to the first day that has room".to_owned(),
        ];
        let fits = [true, self.has_salary_to_cut(limit), has_next_period(limit), has_room_again(limit)];
        let open = lines.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(line, _)| line);
        open.enumerate().fold(missing, |missing, (index, line)| missing.help(format!("{} {line}", if index == 0 { "add" } else { "or" })))
    }

    /// Whether a part of an award to base salary can be cut and paid in another way.
    fn has_salary_to_cut(&self, limit: &ast::Limit) -> bool {
        let covered =
            self.award_names.iter().zip(&self.awards).filter(|(name, _)| limit.awards.iter().any(|award| award.kind == name.kind));
        let mut pays = covered.filter_map(|(_, award)| award.as_ref()).flat_map(|award| &award.pays);
        pays.any(|pay| pay.kind == ast::PayKind::BaseSalary)
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

    fn lost(&self) -> String {
        format!("`excess is lost`: the {} award of {} pays {}", ordinal(self.ordinal), dollars(self.award), dollars(self.paid))
    }

    fn as_stipend(&self) -> String {
        format!("`excess is paid as stipend`: it pays {}{} once, as a stipend", self.now(), dollars(self.over))
    }

    fn carried(&self) -> String {
        format!("`excess is carried to the next period`: it pays {}{} when the next period begins", self.now(), dollars(self.over))
    }

    fn now(&self) -> String {
        if self.paid.is_zero() { String::new() } else { format!("{} and ", dollars(self.paid)) }
    }
}

/// Whether the limit's window is followed by another of its kind on a day that is known.
fn has_next_period(limit: &ast::Limit) -> bool {
    match limit.window.as_ref().map(|window| &window.kind) {
        Some(Window::Rolling(_) | Window::FromFirstAward(_) | Window::Every(_) | Window::Ever) => false,
        Some(Window::Period(_) | Window::YearFrom(_)) | None => true,
    }
}

fn has_room_again(limit: &ast::Limit) -> bool {
    !matches!(limit.window.as_ref().map(|window| &window.kind), Some(Window::Ever))
}

/// `limit "A" to $600`: the words that say how much.
pub(super) fn head_of(limit: &ast::Limit) -> Span {
    let measure = match &limit.measure {
        ast::LimitMeasure::Money(amount) => amount.span,
        ast::LimitMeasure::Awards(count) => count.span,
        ast::LimitMeasure::Quantity { field, .. } => field.span,
    };
    Span { start: limit.span.start, end: measure.end.max(limit.span.start) }
}

/// `$1,200.50`
pub(in crate::policy) fn dollars(amount: Number) -> String {
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
