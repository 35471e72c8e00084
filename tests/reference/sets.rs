//! Sets: which rows count, what is missing on a day, and the day on which nothing is (docs/language.md, decision 0015).

use std::rc::Rc;

use stipend::syntax::ast::{Award, Complete, ListAsOf, Node, Overlap, Proration, Set, SetList, SetReading, Trigger};
use stipend::value::Duration;

use super::days::Day;
use super::expressions::Scope;
use super::program::{Program, day};
use super::ratio::Ratio;
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Decided, Val};

/// A row that met a line of some list.
#[derive(Clone, Debug)]
pub struct Counted {
    row: usize,
    day: Day,
    /// What it is called in the data, and what it stands for in the lists.
    written: String,
    item: String,
    /// By list and line.
    meets: Vec<Vec<bool>>,
    /// How many rows the set lacked with it; none where that was not asked.
    missing: Option<usize>,
}

/// How one set of the person stands.
#[derive(Clone, Debug, Default)]
pub struct Book {
    rows: Vec<Counted>,
    /// Rows that could not be decided.
    held: Vec<usize>,
    completed: Option<Completed>,
}

impl Book {
    /// A row that was rejected might count.
    pub fn hold_unknown(&mut self) {
        self.held.push(usize::MAX);
    }
}

#[derive(Clone, Debug)]
struct Completed {
    day: Day,
    row: usize,
    /// Row and name of what is used up.
    used: Vec<(usize, String)>,
}

/// By set.
pub type Books = Rc<Vec<Book>>;

/// On a day: the rows that may count, what the lines use, and what is missing.
struct Standing {
    usable: Vec<usize>,
    used_items: Vec<String>,
    missing: usize,
}

pub fn opened(program: &Program) -> Books {
    Rc::new(vec![Book::default(); program.sets.len()])
}

/// The rows of a set stand in the queue like those of an award without money.
pub fn as_award(set: &Set) -> &'static Award {
    Box::leak(Box::new(Award {
        span: set.span,
        name: set.name.clone(),
        each: set.each.clone(),
        period: None,
        trigger: Trigger::Rows,
        wait: None,
        grants: Vec::new(),
        conditions: set.conditions.clone(),
        needs: Vec::new(),
        once: None,
        by: None,
        ties: None,
        spends: Vec::new(),
        moves: Vec::new(),
        pays: Vec::new(),
        recovers: Vec::new(),
        reopens: None,
        proration: Some(Node { kind: Proration::Not, span: set.span }),
        round: None,
        effective: set.earned.clone(),
        paid_on: None,
        instalments: None,
        recurs: None,
        cites: Vec::new(),
    }))
}

impl<'a> Program<'a> {
    /// The set in which the award's rows count.
    pub fn counts_in(&self, award: usize) -> Option<usize> {
        award.checked_sub(self.credited_by.len()).filter(|set| *set < self.sets.len())
    }
}

fn need(list: &SetList, line: usize) -> usize {
    let line = &list.lines[line];
    match (&line.count, &line.members) {
        (Some(count), _) => count.kind.to_integer().expect("a whole number") as usize,
        (None, members) => members.as_ref().expect("what all of").len(),
    }
}

impl<'a> Scope<'a> {
    fn set_after(&self, from: Day, time: Duration) -> Result<Day, Val> {
        from.plus(time.months.into(), time.days.into(), self.program.month_end()).map_err(|_| Val::Unknown)
    }

    fn is_used_elsewhere(&self, own: usize, row: &Counted) -> bool {
        let name = |set: usize| &self.program.sets[set].name.kind;
        let shares = |one: usize, with: usize| self.program.sets[one].shares.iter().any(|other| other.kind == *name(with));
        let same_record = |other: usize| self.program.sets[other].each.kind == self.program.sets[own].each.kind;
        let others = (0..self.sets.len()).filter(|other| *other != own && same_record(*other));
        let apart = others.filter(|other| !shares(own, *other) && !shares(*other, own));
        let mut used = apart.flat_map(|other| self.sets[other].completed.iter()).flat_map(|done| &done.used);
        used.any(|(number, written)| *number == row.row || *written == row.written)
    }

    /// The rows that met a line of the list and are not used up.
    fn rows_of_list(&self, set: usize, list: usize) -> Vec<usize> {
        let rows = &self.sets[set].rows;
        let fits = |at: &usize| rows[*at].meets[list].contains(&true) && !self.is_used_elsewhere(set, &rows[*at]);
        (0..rows.len()).filter(fits).collect()
    }

    fn list_on(&self, set: usize, on: Day) -> Option<usize> {
        let holds = |list: &SetList| match list.dates.as_ref().map(|dates| dates.kind) {
            None => true,
            Some(dates) => day(dates.from) <= on && dates.to.is_none_or(|to| on <= day(to)),
        };
        self.program.sets[set].lists.iter().position(holds)
    }

    /// Who began under a list finishes under it, where that is said.
    fn list_for(&self, set: usize, on: Day) -> Option<usize> {
        let as_of = self.program.sets[set].list_as_of.as_ref().map(|as_of| as_of.kind);
        if as_of != Some(ListAsOf::FirstRow) {
            return self.list_on(set, on);
        }
        let rows = &self.sets[set].rows;
        let began = (0..rows.len()).filter(|at| {
            let list = self.list_on(set, rows[*at].day);
            list.is_some_and(|list| self.rows_of_list(set, list).contains(at))
        });
        self.list_on(set, began.map(|at| rows[at].day).min().unwrap_or(on))
    }

    /// The last day on which a row is in time.
    fn last_day(&self, set: usize, list: usize) -> Result<Option<Day>, Val> {
        match self.program.sets[set].complete.as_ref().map(|complete| &complete.kind) {
            Some(Complete::By(by)) => {
                let of_person = Scope { event: None, row: None, period: None, effective: Val::Missing, ..self.clone() };
                let by = of_person.value(by);
                by.date().map(Some).ok_or(by)
            }
            Some(Complete::FromFirst(time)) => {
                let first = self.rows_of_list(set, list).into_iter().map(|at| self.sets[set].rows[at].day).min();
                first.map(|first| self.set_after(first, *time)).transpose()
            }
            Some(Complete::WithinAny(_) | Complete::Within(_)) | None => Ok(None),
        }
    }

    /// The rows that count on the day: there, in time, and not too old.
    fn usable(&self, (set, list): (usize, usize), on: Day) -> Result<Vec<usize>, Val> {
        let declared = self.program.sets[set];
        let last = self.last_day(set, list)?;
        let within = match declared.complete.as_ref().map(|complete| &complete.kind) {
            Some(Complete::WithinAny(time)) => Some(*time),
            _ => None,
        };
        let mut usable = Vec::new();
        for at in self.rows_of_list(set, list) {
            let row = &self.sets[set].rows[at];
            // what is too late does not count, however long it would last
            let mut counts = row.day <= on && last.is_none_or(|last| row.day <= last);
            for time in within.into_iter().chain(declared.valid.as_ref().map(|valid| valid.kind)) {
                counts = counts && on < self.set_after(row.day, time)?;
            }
            if counts {
                usable.push(at);
            }
        }
        Ok(usable)
    }

    fn standing(&self, set: usize, on: Day) -> Result<Option<Standing>, Val> {
        let Some(list) = self.list_for(set, on) else { return Ok(None) };
        let usable = self.usable((set, list), on)?;
        let rows = &self.sets[set].rows;
        let mut by_age: Vec<usize> = usable.clone();
        by_age.sort_by_key(|at| (rows[*at].day, rows[*at].row));
        let mut items: Vec<String> = Vec::new();
        for at in by_age {
            if !items.contains(&rows[at].item) {
                items.push(rows[at].item.clone());
            }
        }
        let declared = &self.program.sets[set].lists[list];
        let needs: Vec<usize> = (0..declared.lines.len()).map(|line| need(declared, line)).collect();
        let fits = |line: usize, item: &String| usable.iter().any(|at| rows[*at].item == *item && rows[*at].meets[list][line]);
        let given = match self.program.sets[set].overlap.as_ref().map(|overlap| overlap.kind) {
            Some(Overlap::OneLine) => best(&needs, &items, &fits),
            Some(Overlap::EveryLine) | None => {
                let oldest = |line: usize| items.iter().filter(|item| fits(line, item)).take(needs[line]).cloned().collect();
                (0..needs.len()).map(oldest).collect()
            }
        };
        let missing = needs.iter().zip(&given).map(|(need, given)| need - given.len()).sum();
        Ok(Some(Standing { usable, used_items: given.concat(), missing }))
    }

    pub fn set_reading(&self, reading: SetReading, name: &str) -> Val {
        let set = self.program.sets.iter().position(|set| set.name.kind == name).expect("a set");
        let Some(book) = self.sets.get(set) else { return Val::Missing };
        if !book.held.is_empty() {
            self.asked_unsure.set(true);
        }
        match (reading, &book.completed) {
            (SetReading::Completes, _) => completes(book, self.row.expect("a row of the set's record")),
            (SetReading::Completed, Some(_)) => Val::YesNo(true),
            (SetReading::CompletedOn, Some(done)) => Val::Date(done.day),
            (SetReading::Missing, Some(_)) => Val::Num(super::ratio::ZERO),
            (_, None) => self.not_yet(reading, (set, book)),
        }
    }

    /// Held rows leave open whatever they could change.
    fn not_yet(&self, reading: SetReading, (set, book): (usize, &Book)) -> Val {
        let missing = match self.standing(set, self.today) {
            Ok(Some(standing)) => standing.missing,
            Ok(None) => return Val::Unknown,
            Err(gap) => return gap,
        };
        if !book.held.is_empty() && (missing <= book.held.len() || reading == SetReading::Missing) {
            return Val::Unknown;
        }
        match reading {
            SetReading::Completed => Val::YesNo(false),
            SetReading::Missing => Val::Num(Ratio::whole(missing as i128)),
            SetReading::CompletedOn | SetReading::Completes => Val::Missing,
        }
    }
}

impl<'a> Timeline<'a> {
    /// As of the as-of date: what is missing, since when it is complete, who must hold it and by when. Nothing is said of a set that cannot be told.
    pub fn closing_sets(&self) -> Vec<String> {
        let scope = Scope {
            so_far: self.so_far.clone(),
            moved: self.moved.clone(),
            sets: self.sets.clone(),
            today: self.as_of,
            ..Scope::of_facts(self.program, self.people, self.person)
        };
        let mut words = Vec::new();
        for (number, set) in self.program.sets.iter().enumerate() {
            let Ok(Some(standing)) = scope.standing(number, self.as_of) else { continue };
            let book = &self.sets[number];
            let day = |day: Option<Day>| day.map_or("never".to_owned(), |day| day.to_string());
            let required = match set.required.as_ref().map(|who| scope.value(who)) {
                None | Some(Val::YesNo(false)) => "not required",
                Some(Val::YesNo(true)) => "required",
                Some(_) => "perhaps required",
            };
            let due = day(set.due.as_ref().and_then(|due| scope.value(due).date()));
            let (name, done) = (&set.name.kind, day(book.completed.as_ref().map(|done| done.day)));
            let sure = if book.held.is_empty() { "" } else { ", unsure" };
            words.push(format!("{name}: {} missing{sure}, completed {done}, {required}, due {due}", standing.missing));
        }
        words
    }
}

/// Whether this row does; open where it is held itself, or held rows might be all that was missing with it.
fn completes(book: &Book, own: usize) -> Val {
    if book.held.contains(&own) {
        return Val::Unknown;
    }
    if let Some(done) = &book.completed {
        return Val::YesNo(done.row == own);
    }
    let missing = book.rows.iter().find(|row| row.row == own && !book.held.is_empty()).and_then(|row| row.missing);
    if missing.is_some_and(|missing| missing <= book.held.len()) { Val::Unknown } else { Val::YesNo(false) }
}

/// By line, the items it is given where each counts for one line only: every way is tried, and one that fills most is kept.
fn best(needs: &[usize], items: &[String], fits: &dyn Fn(usize, &String) -> bool) -> Vec<Vec<String>> {
    let Some((item, others)) = items.split_first() else { return vec![Vec::new(); needs.len()] };
    let count = |given: &Vec<Vec<String>>| given.iter().map(Vec::len).sum::<usize>();
    let mut most = best(needs, others, fits);
    for line in (0..needs.len()).filter(|line| needs[*line] > 0 && fits(*line, item)) {
        let mut left = needs.to_vec();
        left[line] -= 1;
        let mut given = best(&left, others, fits);
        given[line].push(item.clone());
        if count(&given) > count(&most) {
            most = given;
        }
    }
    most
}

impl<'a> Timeline<'a> {
    /// A row of a set in its turn.
    pub fn count_row(&mut self, set: usize, (candidate, scope): (&Candidate, &Scope<'a>), mut decided: Decided) {
        (decided.became, decided.why) = if self.person_held {
            (Became::Held, "an earlier row of the person is held".into())
        } else {
            let outcome = self.counted(set, candidate, scope);
            if outcome.as_ref().is_err_and(|stop| stop.became == Became::Held) {
                Rc::make_mut(&mut self.sets)[set].held.push(candidate.row);
            }
            outcome.map_or_else(|stop| (stop.became, stop.why), |became| (became, String::new()))
        };
        if decided.became == Became::Held {
            self.hold(candidate.award);
        }
        self.verdict.decided.push(decided);
    }

    fn counted(&mut self, set: usize, candidate: &Candidate, scope: &Scope<'a>) -> Result<Became, Stop> {
        let earned = self.is_earned(candidate, scope)?;
        let row = self.row_of_set(set, (candidate.row, earned), scope)?;
        if !row.meets.concat().contains(&true) {
            return Err(stop(Became::NotEligible, "no line wants it"));
        }
        if scope.is_used_elsewhere(set, &row) {
            return Err(stop(Became::NotEligible, "used in another set"));
        }
        let repeats = self.sets[set].rows.iter().any(|earlier| earlier.item == row.item);
        let (number, at) = (row.row, self.sets[set].rows.len());
        Rc::make_mut(&mut self.sets)[set].rows.push(row);
        if self.sets[set].completed.is_some() {
            return Err(stop(Became::NotEligible, "the set is complete"));
        }
        let Ok(standing) = self.scope(candidate).standing(set, earned) else {
            Rc::make_mut(&mut self.sets)[set].rows.pop();
            return Err(held("how the set stands cannot be told"));
        };
        let Some(standing) = standing else { return Err(stop(Became::NotEligible, "no list holds")) };
        let book = &mut Rc::make_mut(&mut self.sets)[set];
        book.rows[at].missing = Some(standing.missing);
        if !standing.usable.contains(&at) {
            return Err(stop(Became::NotEligible, "too late, or not in the list"));
        }
        if standing.missing > 0 {
            return Ok(if repeats { Became::Repeated } else { Became::Counted });
        }
        let stands_for_used = book.rows.iter().filter(|row| standing.used_items.contains(&row.item));
        let used = stands_for_used.map(|row| (row.row, row.written.clone())).collect();
        book.completed = Some(Completed { day: earned, row: number, used });
        Ok(Became::Counted)
    }

    /// Its conditions and its day: rows may be older than the policy.
    fn is_earned(&self, candidate: &Candidate, scope: &Scope<'a>) -> Result<Day, Stop> {
        for condition in &self.award(candidate.award).conditions {
            match scope.value(condition) {
                Val::YesNo(true) => {}
                Val::YesNo(false) => return Err(stop(Became::NotEligible, "a condition")),
                _ => return Err(held("a condition is missing")),
            }
        }
        let earned = scope.effective.date().ok_or_else(|| held("the day it was earned is missing"))?;
        if earned > self.as_of { Err(stop(Became::Waiting, "after the as-of date")) } else { Ok(earned) }
    }

    fn row_of_set(&self, set: usize, (row, day): (usize, Day), scope: &Scope<'a>) -> Result<Counted, Stop> {
        let declared = self.program.sets[set];
        let written = scope.value(declared.counts.as_ref().expect("what a row counts as"));
        let written = if written.is_known() { written.to_string() } else { return Err(held("what it counts as is missing")) };
        let accepted = declared.accepts.iter().find(|accept| accept.given.kind == written);
        let item = accepted.map_or(written.clone(), |accept| accept.wanted.kind.clone());
        let mut meets = Vec::new();
        for list in &declared.lists {
            let mut lines = Vec::new();
            for line in &list.lines {
                let is_listed = line.members.as_ref().is_none_or(|members| members.iter().any(|member| member.kind == item));
                let holds = match line.condition.as_ref().filter(|_| is_listed).map(|condition| scope.value(condition)) {
                    None => is_listed,
                    Some(Val::YesNo(holds)) => holds,
                    Some(_) => return Err(held("a line's condition is missing")),
                };
                lines.push(holds);
            }
            meets.push(lines);
        }
        Ok(Counted { row, day, written, item, meets, missing: None })
    }
}
