//! Policy text and bytes to a run, without opening any file: what the commands and the tests share.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{self, PassedOver, PersonRun};
use crate::facts::{self, EmployeeId, Facts, Inputs, Mapping};
use crate::policy::{self, Policy};
use crate::report::counted::RowMarks;
use crate::report::explain::Explanation;
use crate::report::gathered::{Gathered, Lines};
use crate::report::names::FileNames;
use crate::report::phrases::Phrases;
use crate::report::results::{Detail, Kept, PeopleResult};
use crate::report::written::Form;
use crate::report::{Context, Results};
use crate::source::{Place, Source};
use crate::syntax;
use crate::value::Date;

/// Everything a run is computed from.
#[derive(Debug)]
pub struct Materials {
    pub policy: Source,
    pub inputs: Inputs,
    pub mapping: Mapping,
    pub as_of: Date,
}

/// A policy and the facts bound to it. Neither has an error.
#[derive(Debug)]
pub struct Bound {
    pub policy: Policy,
    pub facts: Facts,
    pub as_of: Date,
    names: FileNames,
    phrases: Phrases,
}

/// The policy, when nothing in it is an error.
pub fn compile(source: &Source, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let mut found = Diagnostics::new();
    let ast = syntax::parse(source, &mut found);
    let policy = policy::compile(source, &ast, &mut found);
    diagnostics.extend(found.placed(|place| match place {
        Place::Policy(span) => source.cell(span).map_or(place, |cell| Place::Cell(cell.clone())),
        other => other,
    }));
    policy.filter(|_| !diagnostics.has_errors())
}

/// Compiles and binds; None when either finds an error.
pub fn bind(materials: Materials, diagnostics: &mut Diagnostics) -> Option<Bound> {
    let policy = compile(&materials.policy, diagnostics)?;
    // on one of the threads that help, so that it never waits for them to be woken
    let facts = rayon::scope(|_| facts::bind(&policy, materials.inputs, &materials.mapping, diagnostics))?;
    if diagnostics.has_errors() {
        return None;
    }
    Some(Bound::new(policy, facts, materials.as_of))
}

impl Bound {
    pub fn new(policy: Policy, facts: Facts, as_of: Date) -> Bound {
        let names = FileNames::of(&facts.files);
        let phrases = Phrases::of(&policy, &facts, &names);
        Bound { policy, facts, as_of, names, phrases }
    }

    pub fn context(&self) -> Context<'_> {
        Context { policy: &self.policy, facts: &self.facts, as_of: self.as_of, names: &self.names, phrases: &self.phrases }
    }

    /// Works everybody's timeline; `watch` is told of so many more people who were worked.
    pub fn results(&self, watch: &(dyn Fn(usize) + Sync)) -> Results<'_> {
        self.results_in(Detail::EveryRow, watch)
    }

    /// The same with as many words as are needed.
    pub fn results_in(&self, detail: Detail, watch: &(dyn Fn(usize) + Sync)) -> Results<'_> {
        self.results_kept(Kept::rows(detail), watch, &mut |_| None)
    }

    /// The same, kept only as it will be used; `lines` is handed the adjustments where they are kept as a table, while others are worked.
    pub fn results_kept<'l>(&self, kept: Kept, watch: &(dyn Fn(usize) + Sync), lines: &'l mut Lines<'l>) -> Results<'_> {
        let context = self.context();
        let told = kept.detail == Detail::EveryRow || kept.outcomes == Form::Table;
        let passed_over = if told { PassedOver::Apart } else { PassedOver::Counted };
        let marks = RowMarks::of(&self.facts);
        let take = |group: &mut PeopleResult, run: &PersonRun| {
            group.people += 1;
            context.observe(run, (kept, &marks), group);
        };
        let mut gathered = Gathered::new(context, kept, lines);
        let give = &mut |group: PeopleResult| {
            watch(group.people);
            gathered.add(group)
        };
        let everybody = eval::evaluate_groups((&self.policy, &self.facts), self.as_of, passed_over, (&take, give));
        gathered.finish(everybody, marks)
    }

    /// One person's explanation, by the ID as the data writes it.
    pub fn explain(&self, employee: &str) -> Result<Explanation, Diagnostic> {
        let context = self.context();
        let id = self.employee(employee)?;
        Ok(eval::evaluate_person((&self.policy, &self.facts), self.as_of, id, &|run| context.explain(run)))
    }

    fn employee(&self, employee: &str) -> Result<EmployeeId, Diagnostic> {
        let index = self.facts.employees.number_of(employee).and_then(|index| u32::try_from(index).ok());
        index.map(EmployeeId).ok_or_else(|| {
            let message = format!("there is no employee `{employee}` in the data");
            let unknown = Diagnostic::error("unknown-employee", Place::Option("--employee".into()), message);
            match crate::diagnostic::nearest(employee, self.facts.employees.iter()) {
                Some(near) => unknown.help(format!("did you mean `{near}`")),
                None => unknown.help("write the ID exactly as the file of people has it, zeros at the front included"),
            }
        })
    }
}
