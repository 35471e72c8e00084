//! What stands in a file: adjustments as lines, those of one key together, with the names that a layout may use.

use std::collections::BTreeMap;

use super::load::Layout;
use crate::facts::EmployeeId;
use crate::policy::FieldId;
use crate::report::results::{Adjustment, Results};
use crate::report::words::kind_word;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Value};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    Text(String),
    Amount(Number),
    Day(Date),
    /// There is no value.
    Missing,
}

/// One line of a payroll file.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// At least one.
    pub of: Vec<&'a Adjustment>,
    pub amount: Number,
    /// The base salary before and after it, where the data has one and the line changes it.
    pub bases: Option<(Number, Number)>,
    pub number: usize,
}

/// Everything that names may stand for.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub layout: &'a Layout,
    pub results: &'a Results<'a>,
    /// By file: its short name, with the sheet.
    pub sources: &'a [String],
}

impl<'a> Line<'a> {
    pub fn first(&self) -> Option<&'a Adjustment> {
        self.of.first().copied()
    }
}

/// A line for each adjustment, or one for all that agree in the names of `key`. None where a sum has too many digits.
pub fn lines<'a>(names: Names<'a>, adjustments: Vec<&'a Adjustment>, key: &[String]) -> Option<Vec<Line<'a>>> {
    if key.is_empty() {
        return Some((1..).zip(adjustments).map(|(number, adjustment)| single(adjustment, number)).collect());
    }
    let mut sorted = adjustments;
    sorted.sort_by_key(|adjustment| (adjustment.employee, adjustment.effective));
    let mut lines: Vec<Line> = Vec::new();
    let mut by_key: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for adjustment in sorted {
        let values: Vec<String> = key.iter().map(|name| format!("{:?}", names.of_adjustment(name, adjustment))).collect();
        let at = *by_key.entry(values).or_insert(lines.len());
        match lines.get_mut(at) {
            Some(line) => {
                line.amount = line.amount.plus(adjustment.amount).ok()?;
                line.of.push(adjustment);
            }
            None => lines.push(single(adjustment, at + 1)),
        }
    }
    let of_people = key.iter().any(|name| name == "employee");
    running_bases(names, &mut lines, of_people.then_some(()))?;
    Some(lines)
}

fn single(adjustment: &Adjustment, number: usize) -> Line<'_> {
    let bases = adjustment.old_base.and_then(|old| old.plus(adjustment.amount).ok().map(|new| (old, new)));
    Line { of: vec![adjustment], amount: adjustment.amount, bases, number }
}

/// Each line of a person starts where the one before it ended; the first starts at the base supplied.
fn running_bases(names: Names, lines: &mut [Line], of_people: Option<()>) -> Option<()> {
    for person in lines.chunk_by_mut(|a, b| a.first().map(|line| line.employee) == b.first().map(|line| line.employee)) {
        let mut base = of_people.and_then(|()| names.opening_base(person.first()?.first()?.employee));
        for line in person {
            line.bases = match base.filter(|_| line.of.iter().all(|adjustment| adjustment.kind == PayKind::BaseSalary)) {
                Some(old) => Some((old, old.plus(line.amount).ok()?)),
                None => None,
            };
            base = line.bases.map(|(_, new)| new).or(base);
        }
    }
    Some(())
}

impl<'a> Names<'a> {
    /// What a name stands for in a line.
    pub fn of_line(self, name: &str, line: &Line<'a>) -> Worth {
        match name {
            "amount" => Worth::Amount(line.amount),
            "old_base" => line.bases.map_or(Worth::Missing, |(old, _)| Worth::Amount(old)),
            "new_base" => line.bases.map_or(Worth::Missing, |(_, new)| Worth::Amount(new)),
            "line" => Worth::Text(line.number.to_string()),
            _ => {
                let mut worths = line.of.iter().map(|adjustment| self.of_adjustment(name, adjustment));
                let first = worths.next().unwrap_or(Worth::Missing);
                if worths.all(|worth| worth == first) { first } else { Worth::Missing }
            }
        }
    }

    fn of_adjustment(self, name: &str, adjustment: &Adjustment) -> Worth {
        let text = |text: &str| if text.is_empty() { Worth::Missing } else { Worth::Text(text.to_owned()) };
        let context = self.results.context;
        match name {
            "employee" => text(context.facts.employee(adjustment.employee)),
            "award" => text(&context.policy.award(adjustment.award).name),
            "kind" => text(kind_word(adjustment.kind)),
            "pay_code" => self.pay_code(adjustment).map_or(Worth::Missing, text),
            "effective" => Worth::Day(adjustment.effective),
            "pay_date" => adjustment.pay_date.map_or(Worth::Missing, Worth::Day),
            "period" => text(adjustment.period.as_deref().unwrap_or("")),
            "record" => text(&adjustment.record),
            "source" => text(&crate::report::tables::source(self.sources, adjustment.place)),
            "reason" => text(&adjustment.reason),
            _ => match self.people_field(name) {
                Some(field) => self.of_person(field, adjustment),
                None => self.of_run(name),
            },
        }
    }

    /// The base salary as supplied, where this run changes it.
    fn opening_base(self, employee: EmployeeId) -> Option<Number> {
        let all = &self.results.adjustments;
        let first = all.partition_point(|adjustment| adjustment.employee < employee);
        let own = all.iter().skip(first).take_while(|adjustment| adjustment.employee == employee);
        own.into_iter().find_map(|adjustment| adjustment.old_base)
    }

    /// What a name stands for in the whole run.
    pub fn of_run(self, name: &str) -> Worth {
        match name {
            "as_of" => Worth::Day(self.results.context.as_of),
            "policy" => Worth::Text(self.results.context.policy.name.clone()),
            _ => {
                self.layout.settings.get(name).filter(|value| !value.is_empty()).map_or(Worth::Missing, |value| Worth::Text(value.clone()))
            }
        }
    }

    pub fn pay_code(self, adjustment: &Adjustment) -> Option<&'a str> {
        let award = &self.results.context.policy.award(adjustment.award).name;
        self.layout.codes.get(award).and_then(|codes| codes.of(kind_word(adjustment.kind))).filter(|code| !code.is_empty())
    }

    /// The field of the people's record that a name means: `employee.position`, or a setting that differs from person to person.
    pub fn people_field(self, name: &str) -> Option<&'a str> {
        let layout: &'a Layout = self.layout;
        let mapped = layout.people.get(name).map(String::as_str);
        let field = mapped.or_else(|| name.strip_prefix("employee."))?;
        self.field_id(field).map(|(_, field)| field)
    }

    pub fn field_id(self, name: &str) -> Option<(FieldId, &'a str)> {
        let policy = self.results.context.policy;
        let fields = &policy.record(policy.people).fields;
        let at = fields.iter().position(|field| field.name == name && field.dated.is_none())?;
        Some((FieldId(u16::try_from(at).ok()?), &fields.get(at)?.name))
    }

    fn of_person(self, field: &str, adjustment: &Adjustment) -> Worth {
        let context = self.results.context;
        let table = context.facts.table(context.policy.people);
        let row = table.first_of(adjustment.employee);
        let value = row.zip(self.field_id(field)).map_or(Value::Missing, |(row, (field, _))| table.column(field).value(row));
        match value {
            Value::Missing | Value::NotApplicable => Worth::Missing,
            Value::Date(date) => Worth::Day(date),
            Value::Money(amount) => Worth::Amount(amount),
            Value::YesNo(_) | Value::Number(_) | Value::Percent(_) | Value::Text(_) | Value::Label(_) | Value::Duration(_) => {
                Worth::Text(value.to_string())
            }
        }
    }
}
