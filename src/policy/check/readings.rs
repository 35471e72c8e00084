//! What each reading of an unfinished limit would pay, where its amounts are constant.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Pay};
use crate::source::Span;
use crate::syntax::ast::{self, Window};
use crate::value::Number;

/// A limit and one of its awards in dollars.
struct Figures {
    most: Number,
    award: Number,
    prorated: Prorated,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prorated {
    Yes,
    No,
}

impl Checker<'_> {
    pub(super) fn limit_without_period(&self, limit: &ast::Limit) -> Diagnostic {
        let missing = Diagnostic::error("limit-without-period", at(head_of(limit)), "the limit does not say in which time");
        self.year_readings(missing, limit)
    }

    pub(super) fn limit_per_year(&self, limit: &ast::Limit, span: Span) -> Diagnostic {
        let bare = Diagnostic::error("bare-year", at(span), "a year can be read in several ways");
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
        let cut = self.figures(limit).filter(|figures| figures.prorated == Prorated::No).and_then(Cut::of);
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

    /// The amount of the first pay line, where it is a constant above zero.
    fn constant_pay(&self, pays: &[Pay]) -> Option<Number> {
        let Amount::Plain(amount) = &pays.first()?.amount else { return None };
        self.constant_amount(amount).filter(|amount| amount.is_positive())
    }

    pub(super) fn proration_unstated(&self, award: &ast::Award, pays: Option<&[Pay]>) -> Diagnostic {
        let message = format!("`{}` does not say whether part-time staff receive all of it", award.name.kind);
        let unstated = Diagnostic::error("proration-unstated", at(award.name.span), message);
        let whole = pays.and_then(|pays| self.constant_pay(pays));
        let half = whole.and_then(|whole| whole.divided_by(Number::from_integer(2)).ok());
        let amount = |amount: Option<Number>, words: &str| amount.map_or(words.to_owned(), dollars);
        unstated
            .help(format!("add `not prorated`: half-time staff receive {}", amount(whole, "the whole amount")))
            .help(format!("or `prorate by fte as of effective date`: half-time staff receive {}", amount(half, "half of it")))
    }

    /// The limit covers the prorated award `name`, and does not say which amount it counts.
    pub(super) fn limit_and_proration(&self, limit: &ast::Limit, name: &str) -> Diagnostic {
        let message = format!("`{name}` is prorated, and the limit could count the amount before or after that");
        let open = Diagnostic::error("limit-and-proration", at(head_of(limit)), message);
        match self.figures(limit).filter(|figures| figures.prorated == Prorated::Yes).and_then(half_time) {
            Some([before, after]) => open
                .help(format!("add `before proration`: a half-time person reaches the limit {before}"))
                .help(format!("or `after proration`: a half-time person reaches it {after}")),
            None => open
                .help("add `before proration`: a half-time person reaches the limit after as many awards as a full-time one")
                .help("or `after proration`: a half-time person can receive twice as many awards"),
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
        let prorated = if award.proration.is_some() { Prorated::Yes } else { Prorated::No };
        Some(Figures { most, award: self.constant_pay(&award.pays)?, prorated })
    }
}

/// When a half-time person reaches the limit, if it counts before or after proration.
fn half_time(figures: Figures) -> Option<[String; 2]> {
    let two = Number::from_integer(2);
    let awards = |most: Number| most.divided_by(figures.award).ok()?.negated().floor().negated().to_integer();
    let (before, after) = (awards(figures.most)?, awards(figures.most.times(two).ok()?)?);
    let reached = |count: i64, paid: Number| format!("with the {} award, having received {}", ordinal(count), dollars(paid));
    Some([reached(before, figures.most.divided_by(two).ok()?), reached(after, figures.most)])
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
    if let ast::LimitMeasure::Quantity { .. } = limit.measure {
        return false;
    }
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
