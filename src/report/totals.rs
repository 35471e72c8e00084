//! Totals and control totals: what was paid by award and kind, rows in against dispositions out, money in the trace against money in the output.

use std::collections::BTreeMap;

use super::results::{Fate, Results};
use super::words::kind_word;
use crate::eval::Line;
use crate::facts::EmployeeId;
use crate::policy::AwardId;
use crate::syntax::ast::PayKind;
use crate::value::{Number, Small};

/// The sum of some amounts; none when it has more digits than the program keeps.
pub type Sum = Option<Number>;

#[derive(Clone, Debug)]
pub struct Totals {
    /// By award in the order written, then kind.
    pub by_award: Vec<AwardTotal>,
    pub paid: Sum,
    /// Employees with at least one line of money.
    pub employees: usize,
    pub lines: usize,
    /// Of these, the ones that move somebody or grant a role.
    pub without_money: usize,
    /// How many lines of `outcomes.csv` have each fate.
    pub fates: BTreeMap<Fate, usize>,
    pub control: Control,
}

#[derive(Clone, Copy, Debug)]
pub struct AwardTotal {
    pub award: AwardId,
    pub kind: &'static str,
    pub lines: usize,
    pub sum: Sum,
}

/// What must agree.
#[derive(Clone, Debug)]
pub struct Control {
    pub files: Vec<FileControl>,
    /// The sum of the posted steps.
    pub money_in_trace: Sum,
    /// The sum of the lines.
    pub money_in_lines: Sum,
    /// The sum of the outcomes' amounts.
    pub money_in_outcomes: Sum,
}

/// The rows of one file by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileControl {
    pub name: String,
    pub rows: usize,
    pub used: usize,
    pub not_used: usize,
    pub held: usize,
    pub rejected: usize,
}

impl FileControl {
    /// Two files together, under the name of the first.
    pub fn plus(self, other: &FileControl) -> FileControl {
        FileControl {
            name: self.name,
            rows: self.rows + other.rows,
            used: self.used + other.used,
            not_used: self.not_used + other.not_used,
            held: self.held + other.held,
            rejected: self.rejected + other.rejected,
        }
    }

    pub fn agrees(&self) -> bool {
        self.rows == self.used + self.not_used + self.held + self.rejected
    }
}

impl Control {
    /// Rows in are dispositions out, and the three sums of money are one.
    pub fn agrees(&self) -> bool {
        self.files.iter().all(FileControl::agrees)
            && self.money_in_trace.is_some()
            && self.money_in_trace == self.money_in_lines
            && self.money_in_lines == self.money_in_outcomes
    }
}

pub fn sum(amounts: impl IntoIterator<Item = Number>) -> Sum {
    amounts.into_iter().try_fold(Number::ZERO, |sum, amount| sum.plus(amount).ok())
}

/// A sum that many amounts are added to: what one machine word holds is added there, the rest as exactly beside it.
#[derive(Clone, Copy, Debug)]
pub struct Growing {
    small: Small,
    rest: Sum,
}

impl Default for Growing {
    fn default() -> Growing {
        Growing { small: Small::ZERO, rest: Some(Number::ZERO) }
    }
}

impl Growing {
    #[inline]
    pub fn add(&mut self, amount: &Number) {
        match amount.to_small().and_then(|amount| self.small.plus(amount)) {
            Some(sum) => self.small = sum,
            None => self.add_rest(Some(*amount)),
        }
    }

    pub fn join(&mut self, other: Growing) {
        self.add(&other.small.into());
        self.add_rest(other.rest);
    }

    #[inline(never)]
    fn add_rest(&mut self, more: Sum) {
        self.rest = self.rest.zip(more).and_then(|(rest, more)| rest.plus(more).ok());
    }

    pub fn sum(&self) -> Sum {
        self.rest?.plus(self.small.into()).ok()
    }
}

/// The lines of one award and kind.
#[derive(Clone, Copy, Debug)]
struct PaidTotal {
    award: AwardId,
    kind: &'static str,
    lines: usize,
    sum: Growing,
}

/// The lines of `adjustments.csv` in numbers.
#[derive(Clone, Debug, Default)]
pub struct PaidLines {
    /// In the order of awards and kinds.
    by_award: Vec<PaidTotal>,
    /// Award and kind of the line before, and where their total stands: the next is often of the same.
    latest: Option<(AwardId, PayKind, usize)>,
    /// Employees with at least one line of money.
    employees: usize,
    /// The first with a line.
    first: Option<EmployeeId>,
    without_money: usize,
}

impl PaidLines {
    /// Adds the lines of a person, all at once.
    pub fn add(&mut self, employee: EmployeeId, lines: &[Line]) {
        let mut without_money = 0;
        for line in lines {
            let total = self.total_of(line.award, line.kind);
            total.lines += 1;
            total.sum.add(&line.amount);
            without_money += usize::from(line.amount.is_zero());
        }
        self.without_money += without_money;
        self.employees += usize::from(without_money < lines.len());
        if !lines.is_empty() {
            self.first = self.first.or(Some(employee));
        }
    }

    #[inline]
    fn total_of(&mut self, award: AwardId, kind: PayKind) -> &mut PaidTotal {
        let at = match self.latest {
            Some((latest_award, latest_kind, at)) if (latest_award, latest_kind) == (award, kind) => at,
            _ => {
                let at = self.total(award, kind_word(kind));
                self.latest = Some((award, kind, at));
                at
            }
        };
        &mut self.by_award[at]
    }

    /// Adds what other people are paid, who come behind these.
    pub fn join(&mut self, other: PaidLines) {
        for more in other.by_award {
            let at = self.total(more.award, more.kind);
            let total = &mut self.by_award[at];
            total.lines += more.lines;
            total.sum.join(more.sum);
        }
        self.employees += other.employees;
        self.first = self.first.or(other.first);
        self.without_money += other.without_money;
    }

    /// Where the total of the award and kind stands. Where it is new, others behind it move.
    fn total(&mut self, award: AwardId, kind: &'static str) -> usize {
        let found = self.by_award.binary_search_by(|total| (total.award, total.kind).cmp(&(award, kind)));
        found.unwrap_or_else(|at| {
            self.latest = None;
            self.by_award.insert(at, PaidTotal { award, kind, lines: 0, sum: Growing::default() });
            at
        })
    }

    pub fn lines(&self) -> usize {
        self.by_award.iter().map(|total| total.lines).sum()
    }

    pub fn sum(&self) -> Sum {
        self.by_award.iter().try_fold(Number::ZERO, |sum, total| sum.plus(total.sum.sum()?).ok())
    }

    /// By award in the order written, then kind.
    fn by_award(&self) -> Vec<AwardTotal> {
        let total = |total: &PaidTotal| AwardTotal { award: total.award, kind: total.kind, lines: total.lines, sum: total.sum.sum() };
        self.by_award.iter().map(total).collect()
    }

    /// The first employee who is paid.
    pub fn first(&self) -> Option<EmployeeId> {
        self.first
    }
}

impl Totals {
    pub fn of(results: &Results) -> Totals {
        let fates = results.counted.fates().collect();
        Totals {
            by_award: results.paid.by_award(),
            paid: results.paid.sum(),
            employees: results.paid.employees,
            lines: results.paid.lines(),
            without_money: results.paid.without_money,
            fates,
            control: control(results),
        }
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.fates.get(&fate).copied().unwrap_or(0)
    }

    /// Rows that `--strict` does not let pass.
    pub fn held_or_rejected(&self) -> usize {
        self.control.files.iter().map(|file| file.held + file.rejected).sum()
    }
}

fn control(results: &Results) -> Control {
    let names = results.source_names();
    let files = &results.context.facts.files;
    let mut counts: Vec<FileControl> = files
        .iter()
        .zip(names)
        .map(|(file, name)| FileControl { name: name.clone(), rows: file.rows as usize, ..FileControl::default() })
        .collect();
    count_rows(results, &mut counts);
    Control {
        files: counts,
        money_in_trace: results.traced,
        money_in_lines: results.paid.sum(),
        money_in_outcomes: results.counted.amounts.sum(),
    }
}

/// The one disposition of each row, whatever its awards decided.
fn count_rows(results: &Results, counts: &mut [FileControl]) {
    for (file, by_gravity) in counts.iter_mut().zip(results.marks.by_gravity(results.context.facts)) {
        [file.used, file.not_used, file.held, file.rejected] = by_gravity;
    }
}
