//! The difference in sentences: totals first, then the people and rows that differ most.

use super::{Both, Difference, Person, Row, RowFate};
use crate::report::text::{count, money, visible};
use crate::report::totals::Sum;

/// People and rows that are listed; the rest are counted.
const SHOWN: usize = 10;

impl Difference {
    pub fn text(&self) -> String {
        let mut text = format!("A: {}\nB: {}\nas of: {}\n\n", visible(&self.names.first), visible(&self.names.second), self.as_of);
        let lines = self.kinds.iter().map(|(kind, both)| (*kind, both)).chain([("total", &self.total)]);
        let cells: Vec<[String; 4]> = [["".to_owned(), "A".to_owned(), "B".to_owned(), "B - A".to_owned()]]
            .into_iter()
            .chain(lines.map(|(kind, both)| row(kind, both)))
            .collect();
        text.push_str(&columns(&cells));
        text.push('\n');
        self.people_in(&mut text);
        self.rows_in(&mut text);
        text.push_str(&self.sentence());
        text
    }

    /// The result in one sentence.
    fn sentence(&self) -> String {
        let more = |person: &&Person| person.amount.difference().is_some_and(|more| more.is_positive());
        let more = self.people.iter().filter(more).count();
        let less = self.people.iter().filter(|person| person.amount.difference().is_some_and(|by| by.negated().is_positive())).count();
        let same = self.unchanged + self.people.len() - more - less;
        let costs = match self.total.difference() {
            Some(by) if by.is_zero() => "B costs the same as A".to_owned(),
            Some(by) if by.is_positive() => format!("B costs {} more than A", money(by)),
            Some(by) => format!("B costs {} less than A", money(by.negated())),
            None => "the totals are too large to compare".to_owned(),
        };
        format!(
            "{costs}: {} more, {} less, {} the same; {} otherwise.\n",
            gets(more),
            gets(less),
            gets(same),
            if self.rows.len() == 1 { "1 row comes out".to_owned() } else { format!("{} come out", count(self.rows.len(), "row")) }
        )
    }

    fn people_in(&self, text: &mut String) {
        if self.people.is_empty() {
            return;
        }
        let mut people: Vec<&Person> = self.people.iter().collect();
        let size = |person: &&Person| person.amount.difference().map(|by| if by.is_positive() { by } else { by.negated() });
        people.sort_by_key(|person| (std::cmp::Reverse(size(person)), person.employee.clone()));
        let cells: Vec<[String; 4]> = people.iter().take(SHOWN).map(|person| row(&visible(&person.employee), &person.amount)).collect();
        text.push_str(&format!(
            "{}:\n{}",
            count(self.people.len(), "employee gets another amount|employees get another amount"),
            columns(&cells)
        ));
        more(text, self.people.len(), "--out people.csv");
        text.push('\n');
    }

    fn rows_in(&self, text: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        text.push_str(&format!("{} otherwise:\n", count(self.rows.len(), "row comes out|rows come out")));
        for Row { source, employee, outcome } in self.rows.iter().take(SHOWN) {
            let who = if employee.is_empty() { String::new() } else { format!(", employee {}", visible(employee)) };
            text.push_str(&format!("  {}{who}\n    A: {}\n    B: {}\n", visible(source), fate(&outcome.first), fate(&outcome.second)));
        }
        more(text, self.rows.len(), "--rows rows.csv");
        text.push('\n');
    }
}

fn gets(number: usize) -> String {
    count(number, "employee gets|employees get")
}

fn more(text: &mut String, number: usize, option: &str) {
    if number > SHOWN {
        text.push_str(&format!("  and {} more; `{option}` lists them all\n", number - SHOWN));
    }
}

fn fate(fate: &RowFate) -> String {
    let outcomes = if fate.outcomes.is_empty() { "not read".to_owned() } else { fate.outcomes.join(", ") };
    let reason = if fate.reason.is_empty() { String::new() } else { format!(": {}", visible(&fate.reason)) };
    format!("{outcomes} {}{reason}", amount(fate.amount))
}

fn amount(sum: Sum) -> String {
    sum.map_or_else(|| "more than can be added up".to_owned(), money)
}

fn row(label: &str, both: &Both<Sum>) -> [String; 4] {
    let by = both.difference().map_or(String::new(), |by| if by.is_positive() { format!("+{}", money(by)) } else { money(by) });
    [label.to_owned(), amount(both.first), amount(both.second), by]
}

/// The label to the left, amounts to the right.
fn columns(cells: &[[String; 4]]) -> String {
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let line = |[label, a, b, by]: &[String; 4]| {
        let line = format!("  {label:<w0$}  {a:>w1$}  {b:>w2$}  {by:>w3$}", w0 = widths[0], w1 = widths[1], w2 = widths[2], w3 = widths[3]);
        format!("{}\n", line.trim_end())
    };
    cells.iter().map(line).collect()
}
