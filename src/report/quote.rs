//! The words of the policy and the cells of the data that a step rests on, quoted.

use std::borrow::Cow;

use super::text::{cell_place, count, money, visible};
use crate::eval::{Op, Step, StepId, StepPlace, Trace};
use crate::facts::Facts;
use crate::policy::{FieldId, Policy, RecordId};
use crate::source::{Cell, Span, column_letters};
use crate::value::{Number, Value};

/// A value that decided something, with its name and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// `approved`, `fte as of 2024-10-01`, or the words of the policy.
    pub name: String,
    pub value: String,
    /// None for what was computed.
    pub cell: Option<Cell>,
}

/// The clause in one line, without comments.
pub fn clause(policy: &Policy, span: Span) -> String {
    let lines = policy.source.slice(span).lines().map(without_comment);
    let words: Vec<String> = lines.flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    visible(&words.join(" "))
}

/// The first line of a declaration: the sentence by which people know it.
pub fn heading(policy: &Policy, span: Span) -> String {
    let first = policy.source.slice(span).lines().next().unwrap_or("");
    if is_tidy(first) {
        return first.to_owned();
    }
    visible(&without_comment(first).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A line as it is shown: printed characters with one space between words, no comment.
fn is_tidy(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && !bytes.windows(2).any(|pair| pair == b"  " || pair == b"--")
        && !line.starts_with(' ')
        && !line.ends_with(' ')
}

/// `policy.pay line 31`
pub fn line_of(policy: &Policy, span: Span) -> String {
    format!("line {}", policy.source.line_column(span.start).0)
}

/// A comment starts at `--` outside quotes.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '-' if before == '-' && !quoted => return &line[..at - 1],
            _ => {}
        }
        before = character;
    }
    line
}

/// A value as people write it.
pub fn value(value: Value) -> String {
    match value {
        Value::Missing => "blank".to_owned(),
        Value::Money(amount) => money(amount),
        Value::Percent(rate) => percent(rate),
        Value::Text(text) => format!("\"{}\"", visible(text)),
        other => other.to_string(),
    }
}

fn percent(rate: Number) -> String {
    match rate.times(Number::from_integer(100)) {
        Ok(hundredfold) => format!("{hundredfold} %"),
        Err(_) => rate.to_string(),
    }
}

/// The facts below a step, in the order read, each once: fields, named values, and what was computed from other rows.
pub fn facts_below(policy: &Policy, facts: &Facts, trace: &Trace, step: StepId) -> Vec<Fact> {
    let found = Collector::below((policy, facts), trace, step);
    let cell = |place| match place {
        StepPlace::Clause(span) => policy.source.cell(span).cloned(),
        StepPlace::Cell { .. } | StepPlace::Paid(_) => step_cell(facts, place),
    };
    found.into_iter().map(|Found { name, value, place, .. }| Fact { name: name.into_owned(), value, cell: cell(place) }).collect()
}

/// Room for what is told of a few facts.
const TOLD: usize = 96;

/// The same facts in a row: `approved is 2025-01-06, enrolled is 2024-01-05`
pub fn told_below(policy: &Policy, facts: &Facts, trace: &Trace, step: StepId) -> String {
    let mut told = String::with_capacity(TOLD);
    for Found { name, value, .. } in Collector::below((policy, facts), trace, step) {
        let joint = if told.is_empty() { "" } else { ", " };
        for piece in [joint, &name, " is ", &value] {
            told.push_str(piece);
        }
    }
    told
}

/// The days that these facts tell, with their names and the steps whose values they are, where each of them is a day in a cell or the far end of a window: names that are the same
/// whatever the days are.
pub fn told_days<'a>((policy, facts): (&'a Policy, &'a Facts), trace: &Trace, step: StepId) -> Option<Vec<(Cow<'a, str>, StepId)>> {
    let day = |found: Found<'a>| match (found.op, trace.value(found.of)) {
        (Op::Field | Op::Within, Value::Date(_)) => Some((found.name, found.of)),
        _ => None,
    };
    Collector::below((policy, facts), trace, step).into_iter().map(day).collect()
}

/// The fields that these facts tell, where each of them is what stands in a cell of this row.
pub fn told_fields<'a>(
    (policy, facts): (&'a Policy, &'a Facts),
    (trace, step): (&Trace, StepId),
    event: (RecordId, u32),
) -> Option<Vec<FieldId>> {
    let own = |found: Found<'a>| match found.place {
        StepPlace::Cell { record, row, field, .. } if found.op == Op::Field && (record, row) == event => Some(field),
        _ => None,
    };
    Collector::below((policy, facts), trace, step).into_iter().map(own).collect()
}

/// A fact with the place of its value, whose cell is looked up only where it is shown.
struct Found<'a> {
    name: Cow<'a, str>,
    value: String,
    place: StepPlace,
    /// What told it, and the step whose value it is.
    op: Op,
    of: StepId,
}

struct Collector<'a, 'b> {
    policy: &'a Policy,
    facts: &'a Facts,
    trace: &'b Trace<'b>,
    found: Vec<Found<'a>>,
}

impl<'a, 'b> Collector<'a, 'b> {
    fn below((policy, facts): (&'a Policy, &'a Facts), trace: &'b Trace<'b>, step: StepId) -> Vec<Found<'a>> {
        let mut collector = Collector { policy, facts, trace, found: Vec::new() };
        collector.collect(step);
        collector.found
    }

    fn collect(&mut self, id: StepId) {
        let trace = self.trace;
        let step = trace.step(id);
        if let Some(name) = self.name_of(id, &step) {
            let value = match step.op {
                Op::Population { rows } => format!("{} (among {})", value(step.value), count(rows as usize, "row")),
                _ => value(step.value),
            };
            let place = self.table_place(id, step.op).unwrap_or(step.place);
            self.add(Found { name, value, place, op: step.op, of: id });
        }
        if matches!(step.op, Op::Field | Op::Constant) {
            return; // they rest on nothing
        }
        match (step.op, step.place, &*trace.inputs_of(id)) {
            // the rows it counted, and the move, are told in their own decisions
            (Op::NewValue, ..) => {}
            (Op::Aggregate, ..) => self.collect_own(id),
            (Op::Within, StepPlace::Clause(span), [subject, anchor, far]) => {
                self.collect(*subject);
                self.collect(*anchor);
                let name = far_end(&clause(self.policy, span));
                self.add(Found { name: name.into(), value: value(trace.step(*far).value), place: step.place, op: step.op, of: *far });
            }
            (_, _, inputs) => inputs.iter().for_each(|input| self.collect(*input)),
        }
    }

    /// The cell of a table's file in which a look-up found its value, as a place in the policy.
    fn table_place(&self, id: StepId, op: Op) -> Option<StepPlace> {
        if !matches!(op, Op::TableCell | Op::TableSearch) {
            return None;
        }
        let found = *self.trace.inputs_of(id).last()?;
        let step = self.trace.step(found);
        match step.place {
            StepPlace::Clause(span) if self.policy.source.cell(span).is_some() => Some(step.place),
            StepPlace::Clause(_) => self.table_place(found, step.op),
            StepPlace::Cell { .. } | StepPlace::Paid(_) => None,
        }
    }

    /// Below an aggregate only what `own` reads: the rows it counted are told in their own decisions.
    fn collect_own(&mut self, id: StepId) {
        let trace = self.trace;
        for input in trace.inputs_of(id).iter() {
            let step = trace.step(*input);
            match (step.op, step.place) {
                (Op::Field, StepPlace::Cell { clause: span, .. }) => {
                    let words = clause(self.policy, span);
                    if words.starts_with("own ") {
                        self.add(Found { name: words.into(), value: value(step.value), place: step.place, op: Op::Aggregate, of: *input });
                    }
                }
                _ => self.collect_own(*input),
            }
        }
    }

    /// Each once: the same name and value of the same cell, or of none.
    fn add(&mut self, new: Found<'a>) {
        let cell = |place: StepPlace| match place {
            StepPlace::Cell { record, row, field, .. } => (Some((record, row, field)), None, None),
            StepPlace::Clause(span) => (None, Some(span).filter(|span| self.policy.source.cell(*span).is_some()), None),
            StepPlace::Paid(line) => (None, None, Some(line)),
        };
        let is_same = |found: &Found| (&found.name, &found.value) == (&new.name, &new.value) && cell(found.place) == cell(new.place);
        if !self.found.iter().any(is_same) {
            self.found.push(new);
        }
    }

    /// What people call the step's value; none for operators and decisions, whose words stand around it already.
    fn name_of(&self, id: StepId, step: &Step) -> Option<Cow<'a, str>> {
        match step.op {
            Op::Let(id) => Some(Cow::Borrowed(&self.policy.lets[usize::from(id.0)].name)),
            Op::TableCell | Op::TableSearch | Op::TableNeighbour | Op::LookedUp | Op::Population { .. } => Some(self.words_of(id, step)),
            Op::MovedField | Op::NewValue | Op::Balance | Op::SetValue => Some(self.words_of(id, step)),
            Op::Field | Op::DatedField | Op::Aggregate | Op::Calendar | Op::CurrentPeriod | Op::EffectiveDate | Op::Elapsed => {
                Some(self.words_of(id, step))
            }
            Op::PaidFor(award) => Some(format!("what `{}` paid", self.policy.award(award).name).into()),
            Op::TakenBackBefore(_) => Some("taken back of it before".into()),
            Op::BaseSalary | Op::AmountPaid => Some(self.words_of(id, step)),
            Op::AmountOf(award) => Some(format!("the amount of `{}` so far", self.policy.award(award).name).into()),
            Op::Constant
            | Op::Not
            | Op::Negative
            | Op::Binary(_)
            | Op::Between
            | Op::OneOf
            | Op::AtLeastOf
            | Op::IsMissing
            | Op::IsKnown => None,
            Op::Within | Op::PercentOf | Op::Greatest | Op::Least | Op::If | Op::RoundedInside => None,
            Op::Condition(_) | Op::When(_) | Op::PayLine(_) | Op::TierOrdinal | Op::Prorated | Op::Rounded | Op::Key => None,
            Op::LimitMost(_) | Op::LimitUsed(_) | Op::LimitRoom(_) | Op::LimitApplied(_) | Op::ExcessAsStipend(_) => None,
            Op::Compared(_) | Op::Chosen(_) | Op::Recurs(_) | Op::Until | Op::Instalment => None,
            Op::PoolAmount(_) | Op::PoolWeights { .. } | Op::PoolRate(_) | Op::PoolShare(_) => None,
            Op::CarriedIn(_) | Op::Placing | Op::Effective | Op::PayDate | Op::Move | Op::Stay | Op::Posted => None,
            Op::SetItem | Op::SetLine { .. } | Op::SetMissing => None,
            Op::Granted | Op::Waited | Op::TakeBack(_) | Op::OnlyLeft => None,
            Op::Credited | Op::Spent | Op::SurplusLost => None,
        }
    }

    /// The field's name, with the day for a dated one; else the words of the policy.
    fn words_of(&self, id: StepId, step: &Step) -> Cow<'a, str> {
        match step.place {
            StepPlace::Cell { record, row, field, .. } => {
                let name = &self.policy.record(record).field(field).name;
                if step.op == Op::Field {
                    // a limit on a quantity computes the amount once more with what is left
                    let found = self.facts.table(record).column(field).value(row);
                    let is_cut = is_cut(found, step.value);
                    return if is_cut { format!("{name}, of the {} in the file,", value(found)).into() } else { name.as_str().into() };
                }
                match (step.op, &*self.trace.inputs_of(id)) {
                    (Op::LookedUp, [key]) => format!("{name} of {}", value(self.trace.step(*key).value)).into(),
                    (Op::LookedUp, [key, day]) => {
                        format!("{name} of {} as of {}", value(self.trace.step(*key).value), value(self.trace.step(*day).value)).into()
                    }
                    (Op::DatedField, [day, ..]) => format!("{name} as of {}", value(self.trace.step(*day).value)).into(),
                    _ => Cow::Borrowed(name.as_str()),
                }
            }
            StepPlace::Clause(span) => clause(self.policy, span).into(),
            StepPlace::Paid(_) => Cow::Borrowed("an earlier payment"),
        }
    }
}

/// Whether a step went on with less than its cell holds.
fn is_cut(found: Value, used: Value) -> bool {
    matches!((found, used), (Value::Number(found), Value::Number(used)) if used < found)
}

/// `1 year after enrolled`: the day to which `approved within 1 year after enrolled` compares.
fn far_end(within: &str) -> String {
    let window = within.split_once(" within ").map_or(within, |(_, window)| window);
    let is_one_sided = window.contains(" after ") || window.contains(" before ");
    if is_one_sided { window.to_owned() } else { window.replacen(" of ", " after ", 1) }
}

/// The cell that a step read.
pub fn step_cell(facts: &Facts, place: StepPlace) -> Option<Cell> {
    match place {
        StepPlace::Cell { record, row, field, .. } => Some(facts.cell(record, row, field)),
        StepPlace::Paid(line) => facts.paid.get(line as usize).map(|line| line.place.clone()),
        StepPlace::Clause(_) => None,
    }
}

/// `approved is 2025-01-06 (cell F12)`; the file is named only where it is not the row's own.
pub fn sentence(fact: &Fact, row: Option<&Cell>) -> String {
    let words = format!("{} is {}", fact.name, fact.value);
    match &fact.cell {
        Some(cell) => format!("{words} ({})", cell_near(cell, row)),
        None => words,
    }
}

/// `cell F12` in the row at hand, the whole place elsewhere.
fn cell_near(cell: &Cell, row: Option<&Cell>) -> String {
    match (row, cell.row, cell.column) {
        (Some(near), Some(number), Some(column)) if near.file == cell.file && near.sheet == cell.sheet => {
            format!("cell {}{number}", column_letters(column))
        }
        _ => cell_place(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_quoted() {
        assert_eq!(without_comment("pay $200 -- two hundred"), "pay $200 ");
        assert_eq!(without_comment("cite \"a -- b\" -- c"), "cite \"a -- b\" ");
    }
}
