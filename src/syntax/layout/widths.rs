//! The columns that lines share: keywords, field names, dates, cells.

use std::collections::BTreeMap;

use super::INDENTATION;
use super::line::{Kind, Line, Role};

/// The column of a policy's contents, behind the longest of its everyday keywords.
const POLICY_COLUMN: usize = 13;
/// The column of an award's contents: `if`, `and`, `once` and `pay` line up, longer keywords do not.
const AWARD_COLUMN: usize = 6;
/// Names longer than this do not widen a column for all.
const WIDEST: usize = 32;
/// Keywords of two words.
const LONG_KEYWORDS: [&str; 12] = [
    "at most",
    "at least",
    "credited on",
    "month end",
    "fiscal year",
    "school year",
    "held rows",
    "ties by",
    "effective on",
    "paid on",
    "prorate by",
    "not prorated",
];

/// Widths of the shared columns, by what shares them.
pub struct Widths {
    records: usize,
    /// Calendars and dated lets, by where they start.
    leads: BTreeMap<u32, usize>,
    /// The columns of each grid, by where it starts.
    grids: BTreeMap<u32, Vec<usize>>,
}

impl Widths {
    pub fn measure(lines: &[Line<'_>]) -> Widths {
        let mut widths = Widths { records: 0, leads: BTreeMap::new(), grids: BTreeMap::new() };
        for line in lines {
            let Line::Code { role, text, .. } = line else { continue };
            match role {
                Role::Clause(kind @ (Kind::Record | Kind::Calendar(_) | Kind::Cases(_))) => {
                    let lead = split(*kind, text).0.chars().count();
                    let width = if let Kind::Calendar(at) | Kind::Cases(at) = kind {
                        widths.leads.entry(*at).or_default()
                    } else {
                        &mut widths.records
                    };
                    *width = (*width).max(if lead > WIDEST { 0 } else { lead + 2 });
                }
                Role::Row(at) | Role::TableRow(at) => widen(widths.grids.entry(*at).or_default(), &cells(text)),
                Role::Head | Role::Clause(_) | Role::Continuation(_) => {}
            }
        }
        widths
    }

    /// The columns in front of a line.
    pub fn indentation(&self, role: &Role) -> usize {
        match role {
            Role::Head => 0,
            Role::Clause(_) | Role::TableRow(_) => INDENTATION,
            Role::Row(_) => 2 * INDENTATION,
            Role::Continuation(Kind::Calendar(_) | Kind::Cases(_) | Kind::Other) => 2 * INDENTATION,
            Role::Continuation(kind) => INDENTATION + self.column(*kind),
        }
    }

    fn column(&self, kind: Kind) -> usize {
        match kind {
            Kind::Policy => POLICY_COLUMN,
            Kind::Award => AWARD_COLUMN,
            Kind::Record => self.records,
            Kind::Calendar(at) | Kind::Cases(at) => self.leads.get(&at).copied().unwrap_or(0),
            Kind::Other => 0,
        }
    }

    /// A line of code in its columns, without what stands in front of a Markdown block.
    pub fn lay_out(&self, role: &Role, text: &str) -> String {
        let indentation = " ".repeat(self.indentation(role));
        let content = match role {
            Role::Clause(kind) => self.clause(*kind, text),
            Role::Row(at) | Role::TableRow(at) => row(&cells(text), self.grids.get(at).map_or(&[], Vec::as_slice)),
            Role::Head | Role::Continuation(_) => collapsed(text),
        };
        indentation + &content
    }

    fn clause(&self, kind: Kind, text: &str) -> String {
        let (lead, rest) = split(kind, text);
        if rest.is_empty() {
            return lead;
        }
        let gap = self.column(kind).saturating_sub(lead.chars().count()).max(1);
        // a name too long for the column still needs two spaces to be told from its type
        let gap = if matches!(kind, Kind::Record | Kind::Calendar(_) | Kind::Cases(_)) { gap.max(2) } else { gap };
        format!("{lead}{}{rest}", " ".repeat(gap))
    }
}

/// What stands in a clause's first column, and the rest; both with single spaces.
fn split(kind: Kind, text: &str) -> (String, String) {
    let text = collapsed(text);
    let end = match kind {
        Kind::Other => text.len(),
        Kind::Calendar(_) => text.get(1..).and_then(|inner| inner.find('"')).map_or(text.len(), |quote| quote + 2),
        Kind::Cases(_) => {
            let words = if text.split(' ').nth(2) == Some("to") { 4 } else { 2 };
            text.match_indices(' ').nth(words - 1).map_or(text.len(), |(space, _)| space)
        }
        Kind::Policy | Kind::Award | Kind::Record => {
            let long = LONG_KEYWORDS.iter().find(|long| kind != Kind::Record && text.starts_with(*long));
            long.map_or_else(|| text.find(' ').unwrap_or(text.len()), |long| long.len())
        }
    };
    let (lead, rest) = text.split_at(end);
    (lead.to_owned(), rest.trim_start().to_owned())
}

/// Runs of blanks as one space; none in front of a comma or inside brackets. Quoted texts stay.
fn collapsed(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let (mut is_quoted, mut space, mut list_comma) = (false, false, false);
    for character in text.chars() {
        if !is_quoted && character.is_whitespace() {
            space = true;
            continue;
        }
        let hugs_left = !is_quoted && (matches!(character, ',' | ')') || result.ends_with('('));
        if !is_quoted && !hugs_left && (space || list_comma || ends_list_item(&result, character)) {
            result.push(' ');
        }
        // a comma with a blank in front of it separates, also between digits
        list_comma = character == ',' && space;
        space = false;
        is_quoted ^= character == '"';
        result.push(character);
    }
    result
}

/// Whether a comma of a list (not one that groups digits) stands right before `character`.
fn ends_list_item(before: &str, character: char) -> bool {
    let Some(listed) = before.strip_suffix(',') else { return false };
    !(listed.ends_with(|last: char| last.is_ascii_digit()) && character.is_ascii_digit())
}

fn cells(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let cells = text.split(|character: char| {
        is_quoted ^= character == '"';
        character == '|' && !is_quoted
    });
    cells.map(str::trim).collect()
}

fn widen(columns: &mut Vec<usize>, cells: &[&str]) {
    columns.resize(columns.len().max(cells.len()), 0);
    for (column, cell) in columns.iter_mut().zip(cells) {
        let width = cell.chars().count();
        *column = (*column).max(if width > WIDEST { 0 } else { width });
    }
}

fn row(cells: &[&str], columns: &[usize]) -> String {
    let padded = cells.iter().enumerate().map(|(index, cell)| {
        let width = columns.get(index).copied().unwrap_or(0);
        format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count())))
    });
    padded.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
}
