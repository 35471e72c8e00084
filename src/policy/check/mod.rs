//! What was written to what it means: the order of the checks, and what they know of each other.

mod aggregates;
mod arithmetic;
mod awards;
mod calendar_words;
mod banks;
mod calendars;
mod choose;
mod claims;
mod comparisons;
pub(super) mod constants;
mod context;
mod dated;
mod effort;
mod examples;
mod expressions;
mod fractions;
mod grants;
mod guarantees;
mod head;
mod lets;
mod limits;
mod look_ups;
mod lookups;
mod months;
mod moves;
mod names;
mod occurrences;
mod once;
mod order;
mod own_row;
mod pays;
mod printed;
mod pools;
mod populations;
mod posted;
pub(super) mod readings;
mod records;
mod recoveries;
mod recurring;
mod references;
mod set_lines;
mod sets;
mod shared_limits;
mod sizes;
mod spent_limits;
mod tables;
mod together;
mod triggers;
mod types;
mod unread;
mod windows;

use super::lint::lint;
use super::{
    Award, Bank, Calendar, Choose, Constant, FieldId, Guarantee, Let, Limit, Move, Policy, Pool, Population, Record, RecordId, Set, Table,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source, Span};
use crate::syntax::ast::{Ast, Expr, Name};
use crate::value::Number;
use context::Uses;
use effort::Effort;
use fractions::Fractions;
use head::Head;
use months::Months;

/// Turns a parsed file into a policy. None when anything in it is wrong; warnings alone leave a policy.
pub fn compile(source: &Source, ast: &Ast, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let whole = triggers::written_out(ast);
    let mut checker = Checker::new(source, &whole);
    let policy = checker.policy();
    let amounts: Vec<Option<Number>> = checker.amounts;
    diagnostics.extend(checker.diagnostics);
    let policy = policy.filter(|_| ast.unread.is_empty() && !diagnostics.has_errors())?;
    lint(&policy, &amounts).into_iter().for_each(|warning| diagnostics.push(warning));
    Some(policy)
}

/// The state of a check: the declarations that are settled so far, and the problems found.
struct Checker<'a> {
    source: &'a Source,
    ast: &'a Ast,
    diagnostics: Diagnostics,
    head: Head,
    calendars: Vec<Calendar>,
    choices: Vec<Vec<String>>,
    records: Vec<Record>,
    people: Option<RecordId>,
    /// The people's fields that some award moves.
    moved: Vec<FieldId>,
    /// The moves of the award at hand, as far as they are checked.
    award_moves: Vec<Move>,
    /// None where an error was found.
    tables: Vec<(Name, Option<Table>)>,
    /// While a table's formula is checked for one cell: its keys, and what stands at their labels.
    cell_keys: Vec<(String, Constant)>,
    lets: Vec<CheckedLet>,
    populations: Vec<Population>,
    /// The group of the let that is being checked.
    group: Option<&'a Expr>,
    award_names: Vec<Name>,
    /// The banks by name; their credits are the first of the awards.
    bank_names: Vec<Name>,
    /// None where an error was found.
    banks: Vec<Option<Bank>>,
    /// The sets by name; their rows are the last of the awards.
    set_names: Vec<Name>,
    /// None where an error was found.
    sets: Vec<Option<Set>>,
    /// By award, the banks' credits before all, in the order written; None where an error was found.
    awards: Vec<Option<Award>>,
    limits: Vec<Option<Limit>>,
    chooses: Vec<Option<Choose>>,
    /// None where an error was found.
    pools: Vec<(Name, Option<Pool>)>,
    guarantees: Vec<Option<Guarantee>>,
    /// An expression looks at the money that is posted.
    reads_posted: bool,
    /// Where months or years are added to a date, and no `month end` says what that means.
    month_additions: Vec<Span>,
    /// Names that nothing declares, by name.
    unknown: Vec<(String, Diagnostic)>,
    /// By let, what it always is, once all are settled.
    amounts: Vec<Option<Number>>,
}

/// A let whose name is known; `checked` once its value is.
struct CheckedLet {
    name: Name,
    checked: Option<Let>,
    uses: Uses,
    effort: Effort,
    /// What it always is, where that is constant.
    amount: Option<Number>,
    /// Whether it can have fractions of a cent.
    fractions: Fractions,
    /// Whether it is a time with months or years in it.
    months: Months,
}

impl<'a> Checker<'a> {
    fn new(source: &'a Source, ast: &'a Ast) -> Checker<'a> {
        Checker {
            source,
            ast,
            diagnostics: Diagnostics::new(),
            head: Head::default(),
            calendars: Vec::new(),
            choices: Vec::new(),
            records: Vec::new(),
            people: None,
            moved: Vec::new(),
            award_moves: Vec::new(),
            tables: Vec::new(),
            cell_keys: Vec::new(),
            lets: Vec::new(),
            populations: Vec::new(),
            group: None,
            award_names: Vec::new(),
            bank_names: Vec::new(),
            banks: Vec::new(),
            set_names: Vec::new(),
            sets: Vec::new(),
            awards: Vec::new(),
            limits: Vec::new(),
            chooses: Vec::new(),
            pools: Vec::new(),
            guarantees: Vec::new(),
            reads_posted: false,
            month_additions: Vec::new(),
            unknown: Vec::new(),
            amounts: Vec::new(),
        }
    }

    /// Declarations that are named come before those that name them; a file may write them in any order.
    fn policy(&mut self) -> Option<Policy> {
        self.check_sizes();
        if self.diagnostics.has_errors() {
            return None;
        }
        self.check_head();
        self.check_calendars();
        self.check_records();
        self.find_moved_fields();
        self.check_tables();
        self.name_banks();
        self.name_sets();
        self.check_award_names();
        self.check_lets();
        self.check_printed();
        self.check_banks();
        self.check_pools();
        self.check_awards();
        self.check_sets();
        self.check_surplus();
        self.check_limits();
        self.check_chooses();
        self.check_award_order();
        self.check_together();
        self.check_moves_under_limits();
        self.check_limits_on_what_is_spent();
        self.check_claims();
        self.check_recoveries();
        self.check_shared_limits();
        self.check_guarantees();
        let examples = self.check_examples();
        self.check_roundings();
        self.check_month_end();
        self.check_unknown();
        if self.diagnostics.has_errors() {
            return None;
        }
        self.assembled(examples)
    }

    /// The policy, once nothing is missing in it.
    fn assembled(&mut self, examples: Vec<super::Example>) -> Option<Policy> {
        let head = std::mem::take(&mut self.head);
        self.amounts = self.lets.iter().map(|entry| entry.amount).collect();
        let tables = std::mem::take(&mut self.tables).into_iter().map(|(_, table)| table).collect::<Option<Vec<_>>>()?;
        let lets = std::mem::take(&mut self.lets).into_iter().map(|entry| entry.checked).collect::<Option<Vec<_>>>()?;
        let mut awards = std::mem::take(&mut self.awards).into_iter().collect::<Option<Vec<_>>>()?;
        let limits = std::mem::take(&mut self.limits).into_iter().collect::<Option<Vec<_>>>()?;
        let pools = std::mem::take(&mut self.pools).into_iter().map(|(_, pool)| pool).collect::<Option<Vec<_>>>()?;
        limits::cover(&mut awards, &limits);
        let chooses = std::mem::take(&mut self.chooses).into_iter().collect::<Option<Vec<_>>>()?;
        choose::stand_in(&mut awards, &chooses);
        let guarantees = std::mem::take(&mut self.guarantees).into_iter().collect::<Option<Vec<_>>>()?;
        let banks = std::mem::take(&mut self.banks).into_iter().collect::<Option<Vec<_>>>()?;
        let sets = std::mem::take(&mut self.sets).into_iter().collect::<Option<Vec<_>>>()?;
        let balances = self.add_balances(&banks);
        Some(Policy {
            source: self.source.clone(),
            name: head.name,
            authority: head.authority,
            cites: head.cites,
            effective: head.effective?,
            rounding: head.rounding,
            month_end: head.month_end,
            fiscal_year: head.fiscal_year,
            school_year: head.school_year,
            held_rows_hold_person: head.held_rows_hold_person,
            calendars: std::mem::take(&mut self.calendars),
            choices: std::mem::take(&mut self.choices),
            records: std::mem::take(&mut self.records),
            people: self.people?,
            tables,
            lets,
            populations: std::mem::take(&mut self.populations),
            awards,
            limits,
            chooses,
            pools,
            banks,
            sets,
            reads_posted: self.reads_posted || !guarantees.is_empty(),
            guarantees,
            balances,
            examples,
        })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

fn at(span: Span) -> Place {
    Place::Policy(span)
}
