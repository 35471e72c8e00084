//! One random case: a policy, rows and an as-of date, worked by the program and by the reference.

use stipend::diagnostic::Diagnostics;
use stipend::eval::{Disposition, Next, NextSet, Origin, PassedOver, PersonRun, PoolStatement, Required, StepId};
use stipend::facts::{EmployeeId, Facts};
use stipend::policy::Policy;
use stipend::source::Source;
use stipend::syntax::ast::{Ast, PayKind};

use super::data::{self, Data};
use super::facts::{Posted, date, facts};
use super::policies::{self, Shape};
use super::policy_text::PolicyText;
use crate::reference::days::Day;
use crate::reference::pools;
use crate::reference::program::Program;
use crate::reference::random::Random;
use crate::reference::ratio::Ratio;
use crate::reference::world::{Became, PaidBefore, Person, Verdict};

#[derive(Clone, Debug)]
pub struct Case {
    pub policy: PolicyText,
    pub data: Data,
    pub as_of: Day,
}

/// A policy that the checker accepted.
pub struct Compiled {
    pub ast: Ast,
    pub policy: Policy,
}

/// What the program said, in words that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    pub outcomes: Vec<String>,
    pub lines: Vec<String>,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}as of {}", self.policy, self.data, self.as_of)
    }
}

impl Case {
    pub fn random(seed: u64, shape: Shape) -> Case {
        let mut random = Random::new(seed);
        let policy = policies::policy(&mut random, shape);
        let dated_fte = policy.to_string().contains("dated from");
        let mut data = data::data(&mut random, dated_fte);
        data.rejected = data::rejected(&mut Random::new(!seed), &data);
        Case { data, as_of: data::as_of(&mut random), policy }
    }

    pub fn compile(&self) -> Result<Compiled, String> {
        let source = Source::new("random.pay", &self.policy.to_string());
        let mut diagnostics = Diagnostics::new();
        let ast = stipend::syntax::parse(&source, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(first_error(diagnostics));
        }
        let policy = stipend::policy::compile(&source, &ast, &mut diagnostics);
        match policy {
            Some(policy) if !diagnostics.has_errors() => Ok(Compiled { ast, policy }),
            _ => Err(first_error(diagnostics)),
        }
    }

    /// Every person's outcomes and lines by the program.
    pub fn by_program(&self, compiled: &Compiled, posted: &[Posted]) -> Vec<Said> {
        let facts = facts(&compiled.policy, &self.data, posted);
        stipend::eval::evaluate(&compiled.policy, &facts, date(self.as_of), &|run| said((&compiled.policy, &facts), run))
    }

    pub fn by_reference(&self, compiled: &Compiled, posted: &[Posted]) -> Vec<Said> {
        let program = Program::new(&compiled.ast);
        self.verdicts(compiled, posted).iter().map(|verdict| reference_said(&program, verdict)).collect()
    }

    pub fn verdicts(&self, compiled: &Compiled, posted: &[Posted]) -> Vec<Verdict> {
        let program = Program::new(&compiled.ast);
        let people: Vec<Person> = self.data.ids().iter().map(|id| self.data.person(id, paid_before(compiled, posted, id))).collect();
        pools::work_all(&program, &people, self.as_of)
    }

    /// What both say where they differ; empty where they agree or the policy does not compile.
    pub fn difference(&self) -> Option<String> {
        let compiled = self.compile().ok()?;
        self.difference_after(&compiled, &[])
    }

    /// The same for a second run, with what a first one posted on an earlier day.
    pub fn difference_in_a_second_run(&self) -> Option<String> {
        let compiled = self.compile().ok()?;
        let earlier = Case { as_of: Day::of(2024, 3, 31), ..self.clone() };
        self.difference_after(&compiled, &earlier.post(&compiled, &[]))
    }

    fn difference_after(&self, compiled: &Compiled, posted: &[Posted]) -> Option<String> {
        let (program, reference) = (self.by_program(compiled, posted), self.by_reference(compiled, posted));
        let ids = self.data.ids();
        let person = (0..ids.len()).find(|person| program[*person] != reference[*person])?;
        let pick = |said: &Said| [said.outcomes.clone(), said.lines.clone()].concat();
        let (program, reference) = (pick(&program[person]), pick(&reference[person]));
        let only =
            |left: &[String], right: &[String]| -> Vec<String> { left.iter().filter(|text| !right.contains(text)).cloned().collect() };
        let (in_program, in_reference) = (only(&program, &reference), only(&reference, &program));
        Some(format!(
            "employee {}\n  program:   {}\n  reference: {}",
            ids[person],
            in_program.join("\n             "),
            in_reference.join("\n             ")
        ))
    }

    /// Every person's run where the rows that awards pass over are treated in this way.
    pub fn worked(&self, compiled: &Compiled, way: PassedOver) -> Vec<Worked> {
        let facts = facts(&compiled.policy, &self.data, &[]);
        let take = |people: &mut Vec<Worked>, run: &PersonRun| people.push(worked(run));
        let mut all = Vec::new();
        let give = &mut |group| {
            all.extend(group);
            None
        };
        stipend::eval::evaluate_groups((&compiled.policy, &facts), date(self.as_of), way, (&take, give));
        all
    }

    /// The lines of a run, as the opening state of the next.
    pub fn post(&self, compiled: &Compiled, posted: &[Posted]) -> Vec<Posted> {
        let facts = facts(&compiled.policy, &self.data, posted);
        let lines = stipend::eval::evaluate(&compiled.policy, &facts, date(self.as_of), &|run| {
            let employee = facts.employee(run.employee).to_string();
            run.lines.iter().map(|line| Posted { employee: employee.clone(), line: line.clone().into_owned() }).collect::<Vec<_>>()
        });
        lines.into_iter().flatten().collect()
    }

    /// How each pool came out, and all lines.
    pub fn pools(&self, compiled: &Compiled) -> (Vec<PoolStatement>, Vec<Ratio>) {
        let facts = facts(&compiled.policy, &self.data, &[]);
        let take =
            |lines: &mut Vec<Ratio>, run: &PersonRun| lines.extend(run.lines.iter().map(|line| Ratio::read(&line.amount.to_string())));
        let mut all = Vec::new();
        let give = &mut |lines| {
            all.extend(lines);
            None
        };
        let everybody = stipend::eval::evaluate_groups((&compiled.policy, &facts), date(self.as_of), PassedOver::Apart, (&take, give));
        (everybody.pools, all)
    }

    /// Works one person and hands over the run.
    pub fn observe<T: Send>(&self, compiled: &Compiled, observe: &(dyn Fn(&PersonRun) -> T + Sync)) -> Vec<T> {
        self.observe_again(compiled, &[], observe)
    }

    /// The same after an earlier run.
    pub fn observe_again<T: Send>(&self, compiled: &Compiled, posted: &[Posted], observe: &(dyn Fn(&PersonRun) -> T + Sync)) -> Vec<T> {
        let facts = facts(&compiled.policy, &self.data, posted);
        (0..facts.employees.len() as u32)
            .map(|employee| {
                stipend::eval::evaluate_person((&compiled.policy, &facts), date(self.as_of), EmployeeId(employee), &|run| observe(run))
            })
            .collect()
    }
}

fn first_error(diagnostics: Diagnostics) -> String {
    let error = |diagnostic: &&stipend::diagnostic::Diagnostic| diagnostic.severity == stipend::diagnostic::Severity::Error;
    let list = diagnostics.sorted();
    list.iter().find(error).map_or_else(|| "no policy and no error".into(), |first| format!("{}: {}", first.code, first.message))
}

fn origin((policy, facts): (&Policy, &Facts), origin: &Origin) -> String {
    match origin {
        Origin::Event { record, row } => format!("{} {}", policy.record(*record).name, facts.table(*record).row_as_read(*row)),
        Origin::Period(period) => format!("period from {}", period.start),
    }
}

fn said((policy, facts): (&Policy, &Facts), run: &PersonRun) -> Said {
    let paid = |disposition| matches!(disposition, Disposition::Paid | Disposition::Reduced | Disposition::Carried);
    let mut outcomes = Vec::new();
    for outcome in run.outcomes {
        let award = &policy.award(outcome.award).name;
        let provisional = if outcome.provisional && paid(outcome.disposition) { " provisional" } else { "" };
        outcomes.push(format!(
            "{award}, {}: {:?} {}{provisional}",
            origin((policy, facts), &outcome.origin),
            outcome.disposition,
            outcome.amount
        ));
    }
    let mut lines = Vec::new();
    for line in run.lines {
        let award = &policy.award(line.award).name;
        let origin = origin((policy, facts), &run.outcomes[line.outcome as usize].origin);
        let kind = match line.kind {
            PayKind::BaseSalary => "base salary",
            PayKind::Stipend => "stipend",
            PayKind::Recovery => "recovery",
            PayKind::Move => "move",
            PayKind::Role => "role",
        };
        let pay_date = line.pay_date.map_or_else(String::new, |day| format!(" paid {day}"));
        lines.push(format!("{award}, {origin}: line {kind} {} from {}{pay_date}", line.amount, line.effective));
        if let Some(moved) = &line.moved {
            lines.push(format!("{award} {} from {} to {} on {}", moved.field, moved.old, moved.new, line.effective));
        }
    }
    for lot in run.lots {
        let (bank, left) = (&policy.bank(lot.bank).name, lot.left().expect("small numbers"));
        let (credited, earned, spent, lost) = (lot.credited, lot.earned, lot.spent, lot.lost);
        lines.push(format!("{bank}, credit of {credited}: {earned} earned, {spent} spent, {lost} lost, {left} left"));
    }
    lines.extend(run.next.iter().filter_map(|next| if let Next::Set(set) = next { Some(standing(policy, run, set)) } else { None }));
    outcomes.sort();
    lines.sort();
    Said { outcomes, lines }
}

/// How a set stands on the as-of date.
fn standing(policy: &Policy, run: &PersonRun, set: &NextSet) -> String {
    let day = |day: Option<stipend::value::Date>| day.map_or("never".to_owned(), |day| day.to_string());
    let required = match set.required {
        Required::No => "not required",
        Required::Yes => "required",
        Required::Unknown => "perhaps required",
    };
    let (name, missing) = (&policy.set(set.set).name, run.trace.step(set.missing).value);
    let sure = if set.unsure { ", unsure" } else { "" };
    format!("{name}: {missing} missing{sure}, completed {}, {required}, due {}", day(set.completed), day(set.due))
}

fn reference_said(program: &Program<'_>, verdict: &Verdict) -> Said {
    let origin = |origin: &crate::reference::world::Origin| match origin {
        crate::reference::world::Origin::Event(record, row) => format!("{record} {row}"),
        crate::reference::world::Origin::Period(start) => format!("period from {start}"),
    };
    let mut outcomes = Vec::new();
    for decided in &verdict.decided {
        let award = &program.awards[decided.award].name.kind;
        let paid = matches!(decided.became, Became::Paid | Became::Reduced | Became::Carried);
        let mut own = verdict.lines.iter().filter(|line| line.award == decided.award && line.origin == decided.origin);
        // what a limit takes away whole moves nobody, whatever another block of the same row did
        let posted = !decided.amount.is_zero()
            || decided.is_share
            || decided.became == Became::Paid && own.any(|line| matches!(line.kind, "move" | "role"));
        let provisional = if decided.provisional && paid && posted { " provisional" } else { "" };
        outcomes.push(format!("{award}, {}: {:?} {}{provisional}", origin(&decided.origin), decided.became, decided.amount));
    }
    let mut lines = Vec::new();
    for line in &verdict.lines {
        let award = &program.awards[line.award].name.kind;
        let pay_date = line.pay_date.map_or_else(String::new, |day| format!(" paid {day}"));
        lines.push(format!("{award}, {}: line {} {} from {}{pay_date}", origin(&line.origin), line.kind, line.amount, line.effective));
    }
    lines.extend(verdict.moves.iter().chain(&verdict.credits).chain(&verdict.sets).cloned());
    outcomes.sort();
    lines.sort();
    Said { outcomes, lines }
}

/// A person's run by what may not hang on the way it was worked.
#[derive(Debug, PartialEq)]
pub struct Worked {
    pub lines: Vec<String>,
    /// All but those that are only counted, sorted.
    outcomes: Vec<String>,
    pub not_eligible: usize,
    /// Of these, the ones that are only counted.
    pub passed: usize,
}

fn worked(run: &PersonRun) -> Worked {
    let lines = run.lines.iter().map(|line| format!("{:?} {} {} {}", line.award, line.record, line.amount, line.effective));
    let told = |outcome: &stipend::eval::Outcome| {
        let last = outcome.steps.clone().map(|step| run.trace.step(StepId(step))).next_back();
        let last = last.map(|step| (step.op, step.place, step.value));
        format!("{:?} {:?} {} {:?} {last:?}", outcome.award, outcome.origin, outcome.record, outcome.disposition)
    };
    let mut outcomes: Vec<String> = run.outcomes.iter().map(told).collect();
    outcomes.sort();
    let passed = run.passed.iter().map(|passed| passed.awards as usize).sum();
    let decided = run.outcomes.iter().filter(|outcome| outcome.disposition == Disposition::NotEligible).count();
    Worked { lines: lines.collect(), outcomes, not_eligible: decided + passed, passed }
}

/// The sum of all lines of a run.
pub fn total(run: &PersonRun) -> Ratio {
    let amount = |line: &stipend::eval::Line| Ratio::read(&line.amount.to_string());
    run.lines.iter().map(amount).fold(crate::reference::ratio::ZERO, Ratio::plus)
}

/// The lines of an earlier run, as the reference reads them.
fn paid_before(compiled: &Compiled, posted: &[Posted], id: &str) -> Vec<PaidBefore> {
    let own = posted.iter().filter(|posted| posted.employee == id);
    own.map(|posted| PaidBefore {
        award: compiled.policy.award(posted.line.award).name.clone(),
        kind: match posted.line.kind {
            PayKind::BaseSalary => "base salary",
            PayKind::Role => "role",
            _ => "stipend",
        },
        amount: Ratio::read(&posted.line.amount.to_string()),
        effective: {
            let date = posted.line.effective;
            Day::of(date.year().into(), date.month().into(), date.day().into())
        },
        record: posted.line.record.to_string(),
        reverses: posted.line.reverses.as_ref().map(|words| {
            let date = words.effective;
            let day = Day::of(date.year().into(), date.month().into(), date.day().into());
            (words.award.to_string(), words.record.to_string(), day)
        }),
    })
    .collect()
}
