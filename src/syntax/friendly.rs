//! What the grammar expected, in the user's words.

use super::grammar::Rule;

/// What may stand at a place: phrases of the language, kinds of values, or one of many operators.
#[derive(Debug, Default)]
pub struct Expected {
    /// Phrases as they are written: `to base salary`.
    pub phrases: Vec<String>,
    /// Descriptions: a date such as `2025-06-30`.
    pub kinds: Vec<&'static str>,
    pub has_operators: bool,
}

/// Operators that the grammar tries as one.
const COMPARISONS: [&str; 13] = [
    "is",
    "is not",
    "is one of",
    "is missing",
    "is known",
    "at least",
    "at most",
    "more than",
    "less than",
    "on or before",
    "on or after",
    "before",
    "after",
];

impl Expected {
    pub fn of(rules: &[Rule]) -> Expected {
        let mut expected = Expected::default();
        let has_value = rules.iter().any(|rule| matches!(rule, Rule::operand | Rule::sum | Rule::logic));
        expected.has_operators = rules.contains(&Rule::op_add);
        for rule in rules {
            match rule {
                Rule::compare => expected.phrases.extend(COMPARISONS.map(str::to_owned)),
                Rule::sign_percent | Rule::duration_unit | Rule::k_percent | Rule::k_of | Rule::of_known | Rule::k_as_of
                    if expected.has_operators => {}
                Rule::number | Rule::op_not | Rule::op_negative | Rule::k_if if has_value => {}
                // a longer length of time, or a neighbour in a table
                Rule::number if expected.has_operators || rules.contains(&Rule::relation) => {}
                rule => match kind(*rule) {
                    Some(kind) => expected.kinds.push(kind),
                    None => expected.phrases.push(phrase(*rule)),
                },
            }
        }
        expected.phrases.dedup();
        expected.kinds.dedup();
        expected
    }

    /// A sentence part such as "`to` or `where`"; none where the list would be too long to help.
    pub fn words(&self) -> Option<String> {
        let mut words: Vec<String> = self.kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let plain = self.phrases.iter().filter(|phrase| !self.has_operators || !is_operator(phrase));
        words.extend(plain.map(|phrase| format!("`{phrase}`")));
        if self.has_operators {
            words.push("an operator such as `and`, `at least` or `+`".to_owned());
        }
        let last = words.pop()?;
        match words.len() {
            0 => Some(last),
            1..=6 => Some(format!("{} or {last}", words.join(", "))),
            _ => None,
        }
    }
}

fn is_operator(phrase: &str) -> bool {
    COMPARISONS.contains(&phrase)
        || matches!(phrase, "or" | "and" | "+" | "-" | "*" | "/" | "between" | "within" | "rounded" | "is not one of")
}

/// Rules that stand for a kind of value or a part of a line.
fn kind(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI => "the end of the line",
        Rule::operand | Rule::sum | Rule::logic => "a value",
        Rule::text => "a text in quotation marks",
        Rule::name => "a name",
        Rule::number => "a number",
        Rule::money => "an amount such as `$200`",
        Rule::day => "a date such as `2025-06-30`",
        Rule::date_range | Rule::closed_range => "dates such as `from 2024-07-01 to 2025-06-30`",
        Rule::duration | Rule::duration_part => "a length of time such as `90 days`",
        Rule::table_cells => "what the cells of the file hold, such as `money`",
        Rule::duration_unit => "`years`, `months`, `weeks` or `days`",
        Rule::month_day | Rule::month_name => "a day such as `July 1`",
        Rule::weekday => "a weekday such as `Friday`",
        Rule::rounding => "a rounding such as `half up to the cent`",
        Rule::relation => "`after`, `before` or `of`",
        Rule::window => "a window such as `per fiscal year`",
        Rule::every => "`every` and a length of time",
        Rule::period_word => "a period such as `fiscal year`",
        Rule::basis => "`before proration` or `after proration`",
        Rule::condition => "`where` and a condition",
        Rule::field_type => {
            "a type: `text`, `yes/no`, `integer`, `number`, `percent`, `money`, `date`, `one of …`, `id`, `employee`, `key` or the name of a look-up record"
        }
        _ => return None,
    })
}

/// The words of a rule that stands for nothing else, from its name.
fn phrase(rule: Rule) -> String {
    match rule {
        Rule::op_add => return "+".to_owned(),
        Rule::op_subtract | Rule::op_negative => return "-".to_owned(),
        Rule::op_multiply => return "*".to_owned(),
        Rule::op_divide => return "/".to_owned(),
        Rule::sign_percent => return "%".to_owned(),
        Rule::excess_lost => return "is lost".to_owned(),
        Rule::excess_paid_as_stipend => return "is paid as stipend".to_owned(),
        Rule::excess_carried => return "is carried to the next period".to_owned(),
        Rule::cent => return "the cent".to_owned(),
        Rule::dollar => return "the dollar".to_owned(),
        _ => {}
    }
    let name = format!("{rule:?}");
    let prefixes = ["k_", "op_", "month_end_", "field_", "relation_"];
    let words = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
    words.replace('_', " ")
}
