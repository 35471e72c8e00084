//! Which column of a file is likely to be which field of a record: by names, and by what its values can be.

use super::forms::{self, Form};
use super::known::Known;
use super::names::{Likeness, likeness};
use super::{Answer, Section, words};
use crate::facts::parse::key;
use crate::facts::survey::{SeenColumn, Survey};
use crate::policy::{Expr, ExprKind, Field, FieldRole, Policy, Record, RecordId};
use crate::value::Type;

/// A column that could be a field.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub column: usize,
    pub score: Likeness,
    /// Why, in words.
    pub why: String,
}

/// By field: its candidates, the likeliest first.
#[derive(Clone, Debug, Default)]
pub struct Match {
    pub candidates: Vec<Vec<Candidate>>,
    /// By field: the column that was taken.
    pub taken: Vec<Option<usize>>,
}

/// A score from which on a column is proposed, and how far it has to be ahead of the next.
const ENOUGH: Likeness = 55;
const AHEAD: Likeness = 10;

/// Everything that finding columns needs to know.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub policy: &'a Policy,
    pub record: RecordId,
    pub survey: &'a Survey,
    pub known: Option<&'a Known>,
    pub answers: &'a [Answer],
    /// The file has this record because no other is left for it.
    pub is_left: bool,
    /// The column that says whose a row is, once it is known: it holds nothing else, unless its name says so.
    pub person: Option<usize>,
}

impl<'a> Ground<'a> {
    /// What a file says by itself of a record, before anybody is asked.
    pub fn of(policy: &'a Policy, record: RecordId, survey: &'a Survey) -> Ground<'a> {
        Ground { policy, record, survey, known: Known::fitting(survey), answers: &[], is_left: false, person: None }
    }
}

impl Ground<'_> {
    pub fn fields(&self) -> &Record {
        self.policy.record(self.record)
    }

    /// The column that a person named for a field.
    pub fn answered(&self, field: &str) -> Option<usize> {
        let of_field = |answer: &&Answer| answer.file == self.survey.title() && answer.section == Section::Columns && answer.key == field;
        let header = self.answers.iter().find(of_field)?.choice.as_text()?;
        self.survey.columns.iter().position(|column| key::fold(&column.header) == key::fold(&header))
    }

    /// The words of a field that is an enumeration.
    pub fn choice(&self, field: &Field) -> &[String] {
        match field.role {
            FieldRole::Value(Type::Choice(choice)) => self.policy.choice_words(choice),
            FieldRole::Value(_) | FieldRole::Key | FieldRole::Person => &[],
        }
    }
}

/// Finds a column for each field but the person's: by names and values, the surest first.
pub fn find(ground: Ground<'_>) -> Match {
    let mut found = by_name(ground);
    take_only_dates(ground, &mut found);
    found
}

/// A column of dates that is the only one left is proposed for the only day that the policy needs and has no column for, but not
/// where a platform says that it holds something else.
fn take_only_dates(ground: Ground<'_>, found: &mut Match) {
    let fields = &ground.fields().fields;
    let is_open =
        |index: &usize| found.taken[*index].is_none() && !fields[*index].optional && fields[*index].role == FieldRole::Value(Type::Date);
    let open: Vec<usize> = (0..fields.len()).filter(is_open).collect();
    let ([index], true) = (open.as_slice(), ground.survey.has_headers()) else { return };
    let is_left = |candidate: &&mut Candidate| {
        let column = &ground.survey.columns[candidate.column];
        let is_other = ground.known.is_some_and(|known| known.meanings(&column.header).is_some());
        column.filled > 0 && !is_other && !found.taken.contains(&Some(candidate.column))
    };
    let mut left: Vec<&mut Candidate> = found.candidates[*index].iter_mut().filter(is_left).collect();
    if let [only] = left.as_mut_slice() {
        only.why = "by its values: the only column of dates that is left; look whether it is this day".to_owned();
        found.taken[*index] = Some(only.column);
    }
}

fn by_name(ground: Ground<'_>) -> Match {
    let record = ground.fields();
    let candidates: Vec<Vec<Candidate>> = record.fields.iter().map(|field| candidates(ground, field)).collect();
    let mut taken: Vec<Option<usize>> = record.fields.iter().map(|field| ground.answered(&field.name)).collect();
    loop {
        let free = |candidate: &&Candidate| !taken.contains(&Some(candidate.column));
        let open = (0..record.fields.len()).filter(|index| taken[*index].is_none() && record.fields[*index].role != FieldRole::Person);
        let best = open.filter_map(|index| {
            let mut left = candidates[index].iter().filter(free);
            let first = left.next()?;
            let next = left.next().map_or(0, |next| next.score);
            (first.score >= ENOUGH && first.score >= next + AHEAD).then_some((first.score, std::cmp::Reverse(index), first.column))
        });
        match best.max() {
            Some((_, std::cmp::Reverse(index), column)) => taken[index] = Some(column),
            None => return Match { candidates, taken },
        }
    }
}

impl Match {
    /// How well the file fits the record, from 0 to 100: the average over the fields that it needs.
    pub fn fit(&self, record: &Record) -> Likeness {
        let needed: Vec<usize> = (0..record.fields.len())
            .filter(|index| record.fields[*index].role != FieldRole::Person && !record.fields[*index].optional)
            .collect();
        let sum: Likeness = needed.iter().map(|index| self.score(*index)).sum();
        if needed.is_empty() { self.sum().min(100) } else { sum / needed.len() as Likeness }
    }

    /// The scores of all columns that were taken.
    pub fn sum(&self) -> Likeness {
        (0..self.taken.len()).map(|index| self.score(index)).sum()
    }

    fn score(&self, field: usize) -> Likeness {
        let of = |column: usize| self.candidates[field].iter().find(|candidate| candidate.column == column);
        self.taken[field].and_then(of).map_or(0, |candidate| candidate.score)
    }
}

fn candidates(ground: Ground<'_>, field: &Field) -> Vec<Candidate> {
    let mut list: Vec<Candidate> = (0..ground.survey.columns.len()).filter_map(|column| candidate(ground, field, column)).collect();
    list.sort_by_key(|candidate| (Likeness::MAX - candidate.score, candidate.column));
    list
}

fn candidate(ground: Ground<'_>, field: &Field, index: usize) -> Option<Candidate> {
    let column = &ground.survey.columns[index];
    let by_name = likeness(&field.name, &column.header);
    let alias = ground.known.and_then(|known| known.meanings(&column.header)).unwrap_or(&[]);
    let by_known = alias.iter().map(|meaning| likeness(&field.name, meaning).min(98)).max().unwrap_or(0);
    let name = by_name.max(by_known);
    if ground.person == Some(index) && name < ENOUGH {
        return None;
    }
    let (readable, why) = readable(ground, field, column)?;
    let literals = literals_seen(ground, field, column);
    let are_words = readable == 100 && column.filled > 0 && !ground.choice(field).is_empty();
    let bonus = match (literals > 0, are_words && name == 0) {
        (true, _) => 40,
        (false, true) => 50,
        (false, false) => 0,
    };
    let score = if name == 0 && (bonus == 0 || are_words) { readable / 10 + bonus } else { (name * readable / 100) + bonus };
    let mut reasons = vec![match (name, by_known > by_name) {
        (100, _) => "the same name".to_owned(),
        (0, _) => "by its values".to_owned(),
        (_, true) => format!("as {} names it", ground.known.map_or("the platform", |known| &known.name)),
        (_, false) => "by its name".to_owned(),
    }];
    if are_words {
        reasons.push("each of its values is a word of the policy, or means one".to_owned());
    }
    if literals > 0 {
        reasons.push("it holds a text that the policy asks for".to_owned());
    }
    reasons.extend(why);
    Some(Candidate { column: index, score, why: reasons.join("; ") })
}

/// How much of a column can be read as the field, from 1 to 100; none where too little can.
fn readable(ground: Ground<'_>, field: &Field, column: &SeenColumn) -> Option<(Likeness, Option<String>)> {
    let FieldRole::Value(ty) = field.role else { return Some((100, None)) };
    if column.filled == 0 {
        return Some((70, Some("every cell is blank".to_owned())));
    }
    let (good, all) = match ty {
        Type::Text | Type::Duration => return Some((100, None)),
        Type::Choice(_) => column.share(|seen| words::meaning(seen.text(), ground.choice(field)).is_some()),
        Type::YesNo => column.share(|seen| words::yes_no(seen.text()).is_some()),
        Type::Date => match forms::share_of_dates(column) {
            (_, 0) => return Some((70, Some("every cell says that there is no day".to_owned()))),
            share => share,
        },
        Type::Integer | Type::Number | Type::Percent | Type::Money => {
            forms::number_form(ty, column).map_or((0, 1), |Form { good, all, .. }| (good, all))
        }
    };
    let share = (good * 100).checked_div(all)? as Likeness;
    (share >= 40).then_some((share, None))
}

/// How many of the texts that the policy compares the field with stand in the column.
fn literals_seen(ground: Ground<'_>, field: &Field, column: &SeenColumn) -> usize {
    if !matches!(field.role, FieldRole::Value(Type::Text)) {
        return 0;
    }
    let literals = literals(ground.policy, ground.record, field);
    literals.iter().filter(|literal| column.texts().any(|text| text == literal.as_str())).count()
}

/// The texts that the policy compares a field with.
pub fn literals(policy: &Policy, record: RecordId, field: &Field) -> Vec<String> {
    let mut found = Vec::new();
    let is_field = |expr: &Expr| match expr.kind {
        ExprKind::Field { record: of, field: at, .. } => of == record && policy.record(of).fields[usize::from(at.0)].name == field.name,
        _ => false,
    };
    let mut visit = |expr: &Expr| match &expr.kind {
        ExprKind::Binary(_, left, right) if is_field(left) => found.extend(text_of(right)),
        ExprKind::Binary(_, left, right) if is_field(right) => found.extend(text_of(left)),
        ExprKind::OneOf(subject, list) if is_field(subject) => found.extend(list.iter().filter_map(text_of)),
        _ => {}
    };
    let awards = policy.awards.iter().flat_map(|award| &award.conditions);
    for expr in awards.chain(policy.limits.iter().filter_map(|limit| limit.condition.as_ref())) {
        crate::policy::walk::each_part(expr, &mut visit);
    }
    found
}

fn text_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Constant(crate::policy::Constant::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}
