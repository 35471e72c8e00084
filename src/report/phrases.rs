//! Words of the policy that stand in the reasons of many rows, quoted once.

use super::names::FileNames;
use super::pieces::{Cell, Writer, would_run};
use super::quote::{clause, heading};
use super::results::RowPlace;
use super::text::cell_place;
use crate::facts::{DataFile, Facts};
use crate::policy::{Award, AwardId, LimitId, Policy};
use crate::source::{self, Span};

/// By the number of what they quote.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    /// By award and pay line: `` in full by `pay $200` ``
    in_full: Vec<Vec<Phrase>>,
    /// By award and condition, without quotes.
    conditions: Vec<Vec<String>>,
    /// By award: what it pays once, without quotes.
    once: Vec<String>,
    /// By limit, in quotes.
    limits: Vec<String>,
    pub sources: Sources,
    /// By file: what the words for a row of it begin with, as in `credentials.csv, row 12`.
    rows: Vec<String>,
    /// By award: its name as it stands in tables.
    awards: Vec<Cell>,
    /// By award: what it pays, moves and grants, as it is said of what comes next.
    follows: Vec<String>,
}

/// The names of files as places in tables begin with them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// By file: `credentials.csv`, `staff.xlsx#Staff`.
    pub names: Vec<String>,
    /// The same with `!` behind them; none in quotes.
    cells: Vec<Option<Cell>>,
}

impl Sources {
    pub fn of(names: Vec<String>) -> Sources {
        Sources { cells: names.iter().map(|name| Cell::beginning(&format!("{name}!"))).collect(), names }
    }

    /// What the place of a row of the file begins with; none where it stands in quotes.
    #[inline]
    pub fn beginning(&self, file: u16) -> Option<&Cell> {
        self.cells.get(usize::from(file))?.as_ref()
    }

    /// How many bytes the place of a row is as a cell, the comma behind it included.
    #[inline]
    pub fn length(&self, place: RowPlace) -> usize {
        match self.beginning(place.file) {
            Some(beginning) => beginning.length() + place.row.checked_ilog10().map_or(1, |tens| tens as usize + 1) + 1,
            None => {
                let mut writer = Writer::default();
                writer.source(self, place);
                writer.length()
            }
        }
    }

    /// Whether a spreadsheet would run the places of rows of the file.
    pub fn would_run(&self, file: u16) -> bool {
        self.names.get(usize::from(file)).is_some_and(|name| would_run(name))
    }

    /// The same of some file.
    pub fn any_would_run(&self) -> bool {
        self.names.iter().any(|name| would_run(name))
    }
}

/// Words, and the same as a cell of a table.
#[derive(Clone, Debug)]
struct Phrase {
    words: String,
    cell: Cell,
}

impl Phrase {
    fn of(words: String) -> Phrase {
        Phrase { cell: Cell::of(&words), words }
    }
}

fn what_follows(policy: &Policy, award: &Award) -> String {
    let spans = award.moves.iter().map(|moved| moved.span).chain(award.grants.iter().map(|grant| grant.span));
    let nothing = |span: &Span| !award.moves.iter().any(|moved| moved.span == *span);
    let nothing_granted = |span: &Span| !award.grants.iter().any(|grant| grant.span == *span);
    let pays = award.pays.iter().map(|pay| pay.span).filter(nothing).filter(nothing_granted);
    let words: Vec<String> = spans.chain(pays).map(|span| clause(policy, span)).collect();
    format!("{}: {}", award.name, words.join(", "))
}

fn row_of(file: &DataFile, names: &FileNames) -> String {
    let place = source::Cell { sheet: file.sheet.clone(), ..source::Cell::of_file(names.short(&file.name)) };
    format!("{}, row ", cell_place(&place))
}

impl Phrases {
    pub fn of(policy: &Policy, facts: &Facts, names: &FileNames) -> Phrases {
        let in_full = |span| Phrase::of(format!("in full by `{}`", heading(policy, span)));
        let named = |file: &DataFile| match (names.short(&file.name), &file.sheet) {
            (name, Some(sheet)) => format!("{name}#{sheet}"),
            (name, None) => name.to_owned(),
        };
        let awards = policy.awards.iter();
        Phrases {
            in_full: awards.clone().map(|award| award.pays.iter().map(|pay| in_full(pay.span)).collect()).collect(),
            once: awards.clone().map(|award| award.once.as_ref().map_or("once".to_owned(), |once| clause(policy, once.span))).collect(),
            conditions: awards.map(|award| award.conditions.iter().map(|condition| clause(policy, condition.span)).collect()).collect(),
            limits: policy.limits.iter().map(|limit| format!("`{}`", heading(policy, limit.span))).collect(),
            rows: facts.files.iter().map(|file| row_of(file, names)).collect(),
            sources: Sources::of(facts.files.iter().map(named).collect()),
            follows: policy.awards.iter().map(|award| what_follows(policy, award)).collect(),
            awards: policy.awards.iter().map(|award| Cell::of(&award.name)).collect(),
        }
    }

    /// The name of an award as it stands in a table.
    #[inline]
    pub fn award(&self, award: AwardId) -> &Cell {
        &self.awards[usize::from(award.0)]
    }

    /// That a pay line decided.
    pub fn in_full(&self, award: AwardId, line: u16) -> &str {
        self.in_full_phrase(award, line).map_or("", |phrase| phrase.words.as_str())
    }

    /// The same as it stands in tables.
    #[inline]
    pub fn in_full_cell(&self, award: AwardId, line: u16) -> Option<&Cell> {
        self.in_full_phrase(award, line).map(|phrase| &phrase.cell)
    }

    #[inline]
    fn in_full_phrase(&self, award: AwardId, line: u16) -> Option<&Phrase> {
        self.in_full.get(usize::from(award.0))?.get(usize::from(line))
    }

    /// `Stack: pay $600 to base salary, not prorated`
    pub fn follows(&self, award: AwardId) -> &str {
        self.follows.get(usize::from(award.0)).map_or("", String::as_str)
    }

    /// What the words for a row of a file begin with.
    pub fn row_of(&self, file: u16) -> &str {
        self.rows.get(usize::from(file)).map_or("", String::as_str)
    }

    pub fn condition(&self, award: AwardId, condition: u16) -> &str {
        self.conditions.get(usize::from(award.0)).and_then(|all| all.get(usize::from(condition))).map_or("", String::as_str)
    }

    pub fn once(&self, award: AwardId) -> &str {
        self.once.get(usize::from(award.0)).map_or("", String::as_str)
    }

    pub fn limit(&self, limit: LimitId) -> &str {
        self.limits.get(usize::from(limit.0)).map_or("", String::as_str)
    }
}
