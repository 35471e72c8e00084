//! The tree sorted by kind of declaration. Nothing is resolved here.

use stipend::syntax::ast::{
    Ast, Award, Bank, Calendar, Choose, Declaration, Field, FieldKind, Let, Limit, PolicyHead, Pool, Record, Set, Table,
};
use stipend::value::{Date, MonthEnd, Number, Rounding, RoundingMode};

use super::days::{Day, MonthEndRule};
use super::ratio::{Mode, Ratio};

pub struct Program<'a> {
    pub head: &'a PolicyHead,
    pub calendars: Vec<&'a Calendar>,
    pub records: Vec<&'a Record>,
    pub tables: Vec<&'a Table>,
    pub pools: Vec<&'a Pool>,
    pub lets: Vec<&'a Let>,
    pub banks: Vec<&'a Bank>,
    pub sets: Vec<&'a Set>,
    /// By the first of the awards, the bank that each credits.
    pub credited_by: Vec<&'a Bank>,
    /// The banks' credits first, then what counts in the sets, then the awards.
    pub awards: Vec<&'a Award>,
    pub limits: Vec<&'a Limit>,
    pub chooses: Vec<&'a Choose>,
}

impl<'a> Program<'a> {
    pub fn new(ast: &'a Ast) -> Program<'a> {
        let head = ast.declarations.iter().find_map(|declaration| match declaration {
            Declaration::Policy(head) => Some(head),
            _ => None,
        });
        let mut program = Program {
            head: head.expect("a policy"),
            calendars: Vec::new(),
            records: Vec::new(),
            tables: Vec::new(),
            pools: Vec::new(),
            lets: Vec::new(),
            banks: Vec::new(),
            sets: Vec::new(),
            credited_by: Vec::new(),
            awards: Vec::new(),
            limits: Vec::new(),
            chooses: Vec::new(),
        };
        for declaration in &ast.declarations {
            match declaration {
                Declaration::Pool(pool) => program.pools.push(pool),
                Declaration::Guarantee(_) | Declaration::Policy(_) | Declaration::Example(_) => {}
                Declaration::Set(set) => program.sets.push(set),
                Declaration::Bank(bank) => program.banks.push(bank),
                Declaration::Table(table) => program.tables.push(table),
                Declaration::Calendar(calendar) => program.calendars.push(calendar),
                Declaration::Record(record) => program.records.push(record),
                Declaration::Let(definition) => program.lets.push(definition),
                Declaration::Award(award) => program.awards.push(award),
                Declaration::Limit(limit) => program.limits.push(limit),
                Declaration::Choose(choose) => program.chooses.push(choose),
            }
        }
        program.awards = program.awards.iter().map(|award| super::triggers::written_out(&program, award)).collect();
        let counted: Vec<&Award> = program.sets.iter().map(|set| super::sets::as_award(set)).collect();
        program.awards.splice(0..0, counted);
        let credits: Vec<(&Bank, &Award)> =
            program.banks.iter().flat_map(|bank| super::banks::as_awards(bank).into_iter().map(move |award| (*bank, award))).collect();
        program.credited_by = credits.iter().map(|(bank, _)| *bank).collect();
        program.awards.splice(0..0, credits.into_iter().map(|(_, award)| award));
        program
    }

    /// The record with an `id` field.
    pub fn people(&self) -> &'a Record {
        let is_id = |field: &Field| field.kind.kind == FieldKind::Id;
        self.records.iter().find(|record| record.fields.iter().any(is_id)).expect("a record of people")
    }

    pub fn record(&self, name: &str) -> Option<&'a Record> {
        self.records.iter().copied().find(|record| record.name.kind == name)
    }

    pub fn field(&self, record: &str, field: &str) -> Option<&'a Field> {
        self.record(record)?.fields.iter().find(|candidate| candidate.name.kind == field)
    }

    pub fn pool(&self, name: &str) -> &'a Pool {
        self.pools.iter().copied().find(|pool| pool.name.kind == name).expect("a pool")
    }

    pub fn table(&self, name: &str) -> &'a Table {
        self.tables.iter().copied().find(|table| table.name.kind == name).expect("a table")
    }

    pub fn month_end(&self) -> MonthEndRule {
        match self.head.month_end.as_ref().map(|rule| rule.kind) {
            Some(MonthEnd::NextDay) => MonthEndRule::NextDay,
            Some(MonthEnd::Refuse) => MonthEndRule::Refuse,
            Some(MonthEnd::LastDay) | None => MonthEndRule::LastDay,
        }
    }

    /// The policy's first day and, where it has one, its last.
    pub fn in_force(&self) -> (Day, Option<Day>) {
        let range = self.head.effective.as_ref().map(|range| range.kind).expect("effective dates");
        (day(range.from), range.to.map(day))
    }
}

pub fn day(date: Date) -> Day {
    Day::of(date.year().into(), date.month().into(), date.day().into())
}

pub fn ratio(number: Number) -> Ratio {
    Ratio::read(&number.to_string())
}

pub fn rounded(number: Ratio, rounding: Rounding) -> Ratio {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => Mode::HalfUp,
        RoundingMode::HalfDown => Mode::HalfDown,
        RoundingMode::HalfEven => Mode::HalfEven,
        RoundingMode::Up => Mode::Up,
        RoundingMode::Down => Mode::Down,
    };
    number.rounded(mode, ratio(rounding.unit))
}
