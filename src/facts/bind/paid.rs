//! The opening state: the lines of an earlier `adjustments.csv`, as a record that every policy has.

use super::builder::TableBuilder;
use super::part::REJECTED_MOST;
use super::people::{self, Everybody};
use super::store::Store;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::{Column, DataFile, EmployeeId, MovedWords, PaidLine, RejectedRow, ReversedWords};
use crate::policy::{AwardId, Field, FieldId, FieldRole, Policy, Record};
use crate::source::{Place, Span};
use crate::syntax::ast::PayKind;
use crate::value::{ChoiceId, Number, Type, Value};

const EMPLOYEE: FieldId = FieldId(0);
const AWARD: FieldId = FieldId(1);
const KIND: FieldId = FieldId(2);
const AMOUNT: FieldId = FieldId(3);
const EFFECTIVE: FieldId = FieldId(4);
const RECORD: FieldId = FieldId(5);

const REASON: FieldId = FieldId(6);

/// The words of `kind`, as `adjustments.csv` writes them.
const KINDS: [(&str, PayKind); 5] = [
    ("base salary", PayKind::BaseSalary),
    ("stipend", PayKind::Stipend),
    ("recovery", PayKind::Recovery),
    ("move", PayKind::Move),
    ("role", PayKind::Role),
];

/// The table of paid lines, empty.
pub fn table(policy: &Policy) -> TableBuilder {
    let field = |name: &str, role: FieldRole, optional: bool| Field {
        name: name.into(),
        span: Span::default(),
        role,
        optional,
        dated: None,
        refers: None,
    };
    let fields = vec![
        field("employee", FieldRole::Person, false),
        field("award", FieldRole::Value(Type::Text), false),
        field("kind", FieldRole::Value(Type::Text), false),
        field("amount", FieldRole::Value(Type::Money), false),
        field("effective", FieldRole::Value(Type::Date), false),
        field("record", FieldRole::Value(Type::Text), true),
        field("reason", FieldRole::Value(Type::Text), true),
    ];
    let record = Record { name: "paid".into(), span: Span::default(), fields, person_field: EMPLOYEE, is_look_up: false };
    let mut table = TableBuilder::new(policy, &record);
    // the kinds are an enumeration that no policy declares, so it is put in place here
    table.record.fields[usize::from(KIND.0)].role = FieldRole::Value(Type::Choice(ChoiceId(0)));
    table.words[usize::from(KIND.0)] = KINDS.iter().map(|(word, _)| (*word).to_string()).collect();
    table.columns[usize::from(KIND.0)] =
        Column::Choice { words: KINDS.iter().map(|(word, _)| (*word).into()).collect(), codes: Vec::new() };
    table
}

/// Turns the rows of the table into lines, sorted by employee, then effective date, then place.
pub fn lines(policy: &Policy, store: &mut Store, everybody: &Everybody, files: &[DataFile]) -> Vec<PaidLine> {
    let paid = store.tables.len() - 1;
    let people = policy.record(policy.people);
    let ids = people::reject_unknown(store, paid, everybody, (files, people));
    store.tables[paid].take_out();
    let codes = store.tables[paid].people.clone();
    let id_texts: Vec<String> = codes.iter().map(|code| store.ids(paid).text(*code).to_string()).collect();
    let Some(table) = store.tables.pop() else { return Vec::new() };
    let (places, record) = (table.rows.clone(), table.record.clone());
    let known: Vec<Option<EmployeeId>> = codes.iter().map(|code| ids.person(*code)).collect();
    let finished = table.finish_as_read();
    let mut lines = Vec::new();
    let rejected_before = store.rejected.len();
    for row in 0..codes.len() as u32 {
        if store.rejected.len() - rejected_before > REJECTED_MOST {
            let message = format!("more than {REJECTED_MOST} earlier adjustments cannot be used");
            let place = Place::Cell(places.cell(files, row, None));
            let help = "give the adjustments of this policy's own runs";
            store.refusal.get_or_insert(Diagnostic::error("too-many-rejected", place, message).help(help));
            break;
        }
        let text = |field: FieldId| match finished.column(field).value(row) {
            Value::Text(text) => text,
            _ => "",
        };
        let Some(award) = policy.awards.iter().position(|award| *award.name == *text(AWARD)) else {
            let place = Place::Cell(places.cell(files, row, Some(AWARD)));
            let problem = unknown_award(policy, text(AWARD), place);
            store.rejected.push(rejected(places.position(row), &id_texts[row as usize], problem));
            continue;
        };
        let kind = KINDS.iter().find(|(word, _)| **word == *text(KIND)).map(|(_, kind)| *kind);
        let moved = MovedWords::read(text(REASON)).filter(|moved| kind == Some(if moved.is_role { PayKind::Role } else { PayKind::Move }));
        if matches!(kind, Some(PayKind::Move | PayKind::Role)) && moved.is_none() {
            let problem = unreadable_move(Place::Cell(places.cell(files, row, Some(REASON))));
            store.rejected.push(rejected(places.position(row), &id_texts[row as usize], problem));
            continue;
        }
        let amount = match finished.column(AMOUNT).value(row) {
            Value::Money(amount) => amount,
            _ => Number::ZERO,
        };
        if let (Some(employee), Some(kind), Value::Date(effective)) = (known[row as usize], kind, finished.column(EFFECTIVE).value(row)) {
            let place = places.cell(files, row, None);
            lines.push(PaidLine {
                employee,
                award: AwardId(award as u16),
                kind,
                amount,
                effective,
                record: text(RECORD).into(),
                place,
                moved,
                reverses: ReversedWords::read(text(REASON)).filter(|_| !policy.awards[award].recovers.is_empty()),
            });
        }
    }
    debug_assert_eq!(record.fields.len(), 7);
    lines.sort_by(|a, b| (a.employee, a.effective, &a.place).cmp(&(b.employee, b.effective, &b.place)));
    lines
}

fn rejected((file, row): (u16, u32), employee: &str, problem: Diagnostic) -> RejectedRow {
    RejectedRow { file, row, employee: Some(employee.into()), problems: vec![problem], hash: None }
}

fn unreadable_move(place: Place) -> Diagnostic {
    Diagnostic::error("move-unreadable", place, "the reason of this move does not say what moved")
        .help("it begins as the program wrote it: moves `lane` from `BA` to `MA`")
}

fn unknown_award(policy: &Policy, name: &str, place: Place) -> Diagnostic {
    let problem =
        Diagnostic::error("paid-unknown-award", place, format!("the policy has no award `{name}`, so what was paid cannot be counted"));
    match nearest(name, policy.awards.iter().map(|award| award.name.as_str())) {
        Some(near) => problem.help(format!("perhaps `{near}`")),
        None => problem.help("give the earlier award its new name, or leave lines of other policies out of the file"),
    }
}
