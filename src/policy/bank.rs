//! Banks: what a unit ledger means once it is checked, and the record of its balances.

use super::{AwardId, Expr, Field, FieldId, FieldRole, Record, RecordId};
use crate::source::Span;
use crate::syntax::ast::Surplus;
use crate::value::{ChoiceId, Duration, Number, Type};

/// Index of a bank in [`super::Policy::banks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BankId(pub u16);

#[derive(Clone, Debug)]
pub struct Bank {
    pub name: String,
    pub span: Span,
    /// The awards that credit it, one for each record whose rows earn.
    pub awards: Vec<AwardId>,
    /// By record, the field that says which category a row's units are of; the bounds read the first.
    pub category: Vec<(RecordId, FieldId)>,
    /// The categories that there are, where a spending needs some of each.
    pub categories: Vec<String>,
    /// The most units of a category in one spending.
    pub most: Option<Expr>,
    /// The fewest units of a category in one spending.
    pub least: Option<Expr>,
    /// The most that the balance comes to; what is earned above it is lost.
    pub balance: Option<Expr>,
    pub surplus: Surplus,
    pub expires: Option<Duration>,
    pub cites: Vec<String>,
}

/// `spend 225 units of "Contact units"`
#[derive(Clone, Debug)]
pub struct Spend {
    pub span: Span,
    pub bank: BankId,
    pub units: Expr,
}

/// The columns of `balances.csv`, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankField {
    Employee,
    Bank,
    Record,
    Category,
    Credited,
    Earned,
    Spent,
    Lost,
    Expired,
    Balance,
}

impl BankField {
    pub const ALL: [BankField; 10] = [
        BankField::Employee,
        BankField::Bank,
        BankField::Record,
        BankField::Category,
        BankField::Credited,
        BankField::Earned,
        BankField::Spent,
        BankField::Lost,
        BankField::Expired,
        BankField::Balance,
    ];

    pub fn name(self) -> &'static str {
        match self {
            BankField::Employee => "employee",
            BankField::Bank => "bank",
            BankField::Record => "record",
            BankField::Category => "category",
            BankField::Credited => "credited",
            BankField::Earned => "earned",
            BankField::Spent => "spent",
            BankField::Lost => "lost",
            BankField::Expired => "expired",
            BankField::Balance => "balance",
        }
    }

    pub fn id(self) -> FieldId {
        FieldId(Self::ALL.iter().position(|field| *field == self).unwrap_or(0) as u16)
    }

    /// Units are kept as text, because a third of a unit is `1÷3` and no decimal.
    fn role(self, banks: ChoiceId) -> FieldRole {
        match self {
            BankField::Employee => FieldRole::Person,
            BankField::Bank => FieldRole::Value(Type::Choice(banks)),
            BankField::Credited => FieldRole::Value(Type::Date),
            BankField::Record | BankField::Category | BankField::Earned | BankField::Spent => FieldRole::Value(Type::Text),
            BankField::Lost | BankField::Expired | BankField::Balance => FieldRole::Value(Type::Text),
        }
    }

    fn is_optional(self) -> bool {
        !matches!(self, BankField::Employee | BankField::Bank | BankField::Credited | BankField::Earned)
    }
}

/// The record of balances: what a run writes into `balances.csv` and the next one reads.
pub fn balances(banks: ChoiceId, span: Span) -> Record {
    let field = |field: BankField| Field {
        name: field.name().to_owned(),
        span,
        role: field.role(banks),
        optional: field.is_optional(),
        dated: None,
        refers: None,
    };
    let fields = BankField::ALL.into_iter().map(field).collect();
    Record { name: "balances".to_owned(), span, fields, person_field: FieldId(0), is_look_up: false }
}

/// Units as `balances.csv` writes them: `10`, `2.5`, and `1÷3` where no decimal is exact (a spreadsheet takes `1/3` for a date).
pub fn units(units: Number) -> String {
    units.to_string().replace('/', "÷")
}

/// What [`units`] wrote.
pub fn read_units(text: &str) -> Option<Number> {
    match text.split_once(['÷', '/']) {
        Some((top, bottom)) => Number::parse(top.trim())?.divided_by(Number::parse(bottom.trim())?).ok(),
        None => Number::parse(text.trim()),
    }
}
