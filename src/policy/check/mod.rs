//! What was written to what it means: the order of the checks, and what they know of each other.

mod aggregates;
mod arithmetic;
mod awards;
mod calendars;
mod comparisons;
mod constants;
mod context;
mod dated;
mod examples;
mod expressions;
mod fractions;
mod head;
mod lets;
mod limits;
mod months;
mod names;
mod once;
mod pays;
mod readings;
mod records;
mod references;
mod sizes;
mod types;
mod windows;

use super::{Award, Calendar, Let, Limit, Policy, Record, RecordId};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source, Span};
use crate::syntax::ast::{Ast, Name};
use context::Uses;
use head::Head;

/// Turns a parsed file into a policy. None when anything in it is wrong; warnings alone leave a policy.
pub fn compile(source: &Source, ast: &Ast, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let mut checker = Checker::new(ast, Reading::of(diagnostics));
    let policy = checker.policy(source);
    let failed = checker.diagnostics.has_errors();
    diagnostics.extend(checker.diagnostics);
    if failed { None } else { policy }
}

/// Whether the parser could read everything. Where it could not, what seems to be absent may only be misspelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Whole,
    Partial,
}

impl Reading {
    fn of(diagnostics: &Diagnostics) -> Reading {
        if diagnostics.has_errors() { Reading::Partial } else { Reading::Whole }
    }
}

/// The state of a check: the declarations that are settled so far, and the problems found.
struct Checker<'a> {
    ast: &'a Ast,
    reading: Reading,
    diagnostics: Diagnostics,
    head: Head,
    calendars: Vec<Calendar>,
    choices: Vec<Vec<String>>,
    records: Vec<Record>,
    people: Option<RecordId>,
    lets: Vec<CheckedLet>,
    award_names: Vec<Name>,
    /// By award, in the order written; None where an error was found.
    awards: Vec<Option<Award>>,
    limits: Vec<Option<Limit>>,
    /// Where months or years are added to a date, and no `month end` says what that means.
    month_additions: Vec<Span>,
}

/// A let whose name is known; `checked` once its value is.
struct CheckedLet {
    name: Name,
    checked: Option<Let>,
    uses: Uses,
}

impl<'a> Checker<'a> {
    fn new(ast: &'a Ast, reading: Reading) -> Checker<'a> {
        Checker {
            ast,
            reading,
            diagnostics: Diagnostics::new(),
            head: Head::default(),
            calendars: Vec::new(),
            choices: Vec::new(),
            records: Vec::new(),
            people: None,
            lets: Vec::new(),
            award_names: Vec::new(),
            awards: Vec::new(),
            limits: Vec::new(),
            month_additions: Vec::new(),
        }
    }

    /// Declarations that are named come before those that name them; a file may write them in any order.
    fn policy(&mut self, source: &Source) -> Option<Policy> {
        self.check_sizes();
        self.check_head();
        self.check_calendars();
        self.check_records();
        self.check_lets();
        self.check_awards();
        self.check_limits();
        let examples = self.check_examples();
        self.check_roundings();
        self.check_month_end();
        if self.diagnostics.has_errors() {
            return None;
        }
        self.assembled(source, examples)
    }

    /// The policy, once nothing is missing in it.
    fn assembled(&mut self, source: &Source, examples: Vec<super::Example>) -> Option<Policy> {
        let head = std::mem::take(&mut self.head);
        let lets = std::mem::take(&mut self.lets).into_iter().map(|entry| entry.checked).collect::<Option<Vec<_>>>()?;
        let mut awards = std::mem::take(&mut self.awards).into_iter().collect::<Option<Vec<_>>>()?;
        let limits = std::mem::take(&mut self.limits).into_iter().collect::<Option<Vec<_>>>()?;
        limits::cover(&mut awards, &limits);
        Some(Policy {
            source: source.clone(),
            name: head.name,
            authority: head.authority,
            cites: head.cites,
            effective: head.effective?,
            rounding: head.rounding,
            month_end: head.month_end,
            fiscal_year: head.fiscal_year.start(),
            school_year: head.school_year.start(),
            held_rows_hold_person: head.held_rows_hold_person,
            calendars: std::mem::take(&mut self.calendars),
            choices: std::mem::take(&mut self.choices),
            records: std::mem::take(&mut self.records),
            people: self.people?,
            lets,
            awards,
            limits,
            examples,
        })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports something that is absent, unless a broken clause may be the reason: one cause, one message.
    fn report_absent(&mut self, diagnostic: Diagnostic) {
        if self.reading == Reading::Whole {
            self.report(diagnostic);
        }
    }
}

fn at(span: Span) -> Place {
    Place::Policy(span)
}
