//! What each line of a file is: prose, blank, comment, head, clause, continuation or row of a grid.

use std::collections::BTreeMap;

use super::{Blanked, Outlined};
use crate::source::Source;
use crate::syntax::blank::has_bar;
use crate::syntax::markdown;

/// A line of the file, and for code what stands on it.
pub enum Line<'a> {
    /// Outside the program, kept byte for byte.
    Prose(&'a str),
    Blank,
    Comment {
        margin: usize,
        at_margin: bool,
        text: &'a str,
    },
    Code {
        margin: usize,
        role: Role,
        text: &'a str,
        comment: Option<&'a str>,
    },
}

/// What a line of code is, with the number of its declaration or grid where columns are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Head,
    Clause(Kind),
    Continuation(Kind),
    /// A line of the grid that starts on byte `.0`.
    Row(u32),
    /// A row of the table that starts on byte `.0`.
    TableRow(u32),
}

/// The layout that a declaration's clauses share. Records share their column over the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Policy,
    Record,
    Award,
    /// A calendar, and where it starts.
    Calendar(u32),
    /// A dated let, and where it starts.
    Cases(u32),
    Other,
}

/// Every line of `source`, in order.
pub fn read_lines<'a>(source: &'a Source, blanked: &'a Blanked, outlined: &[Outlined]) -> Vec<Line<'a>> {
    let roles = roles(blanked, outlined);
    let blocks = markdown::blocks(source);
    let mut lines = Vec::new();
    let mut start = 0;
    for raw in source.text.split_inclusive('\n') {
        let end = start + raw.len();
        lines.push(if markdown::is_program(source, &blocks, start) { read_line(blanked, &roles, raw, start) } else { Line::Prose(raw) });
        start = end;
    }
    lines
}

fn read_line<'a>(blanked: &'a Blanked, roles: &BTreeMap<u32, Role>, raw: &'a str, start: usize) -> Line<'a> {
    let margin = blanked.margin(start);
    let end = start + raw.len();
    let code = blanked.text.get(start..end).unwrap_or("");
    let comment = blanked.comments.partition_point(|comment| (comment.start as usize) < start);
    let comment = blanked.comments.get(comment).filter(|comment| (comment.start as usize) < end);
    let comment = comment.and_then(|span| raw.get(span.start as usize - start..span.end as usize - start));
    let first = start + code.len() - code.trim_start().len();
    // a line without code must not take the role of the line that starts where it ends
    let role = if code.trim().is_empty() { None } else { roles.get(&(first as u32)) };
    match (role, comment) {
        (Some(role), comment) => Line::Code { margin, role: *role, text: code.trim(), comment },
        (None, Some(text)) => {
            let at_margin = raw.trim_start_matches('\u{feff}').find("--").is_some_and(|column| column <= margin);
            Line::Comment { margin, at_margin, text }
        }
        (None, None) => Line::Blank,
    }
}

/// The role of each line of code, by the byte of its first character.
fn roles(blanked: &Blanked, outlined: &[Outlined]) -> BTreeMap<u32, Role> {
    let mut roles = BTreeMap::new();
    for declaration in outlined {
        roles.insert(declaration.head.span.start, Role::Head);
        let kind = kind(blanked, declaration);
        let is_example = word(blanked, declaration.head.span.start) == "example";
        let is_table = word(blanked, declaration.head.span.start) == "table";
        let is_row = |line: crate::source::Span| blanked.text.get(line.start as usize..line.end as usize).is_some_and(has_bar);
        for clause in &declaration.clauses {
            for (index, line) in clause.lines.iter().enumerate() {
                let role = match index {
                    _ if is_table && is_row(*line) => Role::TableRow(declaration.head.span.start),
                    0 => Role::Clause(kind),
                    _ if is_example => Role::Row(clause.span.start),
                    _ => Role::Continuation(kind),
                };
                roles.insert(line.start, role);
            }
        }
    }
    roles
}

fn kind(blanked: &Blanked, declaration: &Outlined) -> Kind {
    let start = declaration.head.span.start;
    let is_case = |first: u32| word(blanked, first) == "from";
    match word(blanked, start) {
        "policy" => Kind::Policy,
        "record" => Kind::Record,
        "award" | "bank" => Kind::Award,
        "calendar" => Kind::Calendar(start),
        "let" if declaration.clauses.first().is_some_and(|clause| is_case(clause.span.start)) => Kind::Cases(start),
        _ => Kind::Other,
    }
}

fn word(blanked: &Blanked, start: u32) -> &str {
    let rest = blanked.text.get(start as usize..).unwrap_or("");
    rest.split(|character: char| !character.is_ascii_lowercase()).next().unwrap_or("")
}
