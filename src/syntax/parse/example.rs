//! `example`: its grids are read line by line, cells between bars.

use super::clauses::Form;
use super::reader::{Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Example, Grid, Name, Node, Unread};
use crate::syntax::bounds;
use crate::syntax::grammar::Rule;
use crate::syntax::outline::{Clause, Outlined};

const EXAMPLE: &str = "example \"four credentials in one year\"";

const CLAUSES: [Form; 3] = [
    ("as of", Rule::example_as_of, "as of 2025-06-30"),
    ("given", Rule::example_given, "given credential"),
    ("pays", Rule::example_pays, "pays nothing"),
];

impl<'a> Reader<'a> {
    pub fn example(&mut self, outlined: &Outlined) -> Option<Example> {
        let head = outlined.head.span;
        let named = self.has_name(head, EXAMPLE);
        let shape = Shape { rule: Rule::example_head, example: EXAMPLE };
        let name = if named { self.read(head, shape, |reader, pair| reader.text(part(pair)?)) } else { None };
        let (mut as_of, mut given, mut pays) = (None, Vec::new(), None);
        for clause in &outlined.clauses {
            let Some(shape) = self.form(clause, &CLAUSES) else { continue };
            match shape.rule {
                Rule::example_as_of => {
                    let day = self.read(clause.span, shape, |reader, pair| {
                        let day = part(pair)?;
                        Some(Node { kind: reader.day(&day)?, span: reader.span(&day) })
                    });
                    self.set(&mut as_of, clause.span, day);
                }
                Rule::example_given => given.extend(self.given(clause, shape)),
                _ => {
                    let grid = self.pays(clause, shape);
                    self.set(&mut pays, clause.span, grid);
                }
            }
        }
        Some(Example { span: outlined.span(), name: name?, as_of, given, pays })
    }

    fn given(&mut self, clause: &Clause, shape: Shape) -> Option<Grid> {
        let name = self.read(*clause.lines.first()?, shape, |reader, pair| reader.name(part(pair)?))?;
        self.grid(clause, name)
    }

    fn pays(&mut self, clause: &Clause, shape: Shape) -> Option<Grid> {
        let (name, nothing) = self.read(*clause.lines.first()?, shape, |reader, pair| {
            let mut inner = parts(pair);
            let word = inner.next()?;
            Some((reader.node(&word, word.as_str().to_owned()), inner.next().is_some()))
        })?;
        if !nothing {
            return self.grid(clause, name);
        }
        if let Some(row) = clause.lines.get(1) {
            self.report(
                Diagnostic::error("unreadable-clause", Place::Policy(*row), "rows stand below `pays nothing`")
                    .help("write `pays` above rows, or delete the rows"),
            );
        }
        Some(Grid { span: clause.span, name, header: Vec::new(), rows: Vec::new() })
    }

    /// A header line and rows with as many cells.
    fn grid(&mut self, clause: &Clause, name: Name) -> Option<Grid> {
        let mut lines = clause.lines.iter().skip(1).map(|line| self.cells(*line)).collect::<Vec<_>>().into_iter();
        let Some(header) = lines.next() else {
            let help = "write the columns' names on the next line, indented deeper: `employee | amount`, and the rows below it";
            self.report(Diagnostic::error("uneven-grid-row", Place::Policy(clause.span), "no rows stand below this line").help(help));
            self.unread.push(Unread { span: clause.span, declares: None });
            return None;
        };
        let mut rows = Vec::new();
        for row in lines {
            let row_span = row.iter().fold(row.first().map_or(clause.span, |cell| cell.span), |span, cell| span.to(cell.span));
            if row.len() == header.len() {
                rows.push(row);
            } else {
                let message = format!("this row has {} cells, and the header above it has {}", row.len(), header.len());
                self.report(
                    Diagnostic::error("uneven-grid-row", Place::Policy(row_span), message)
                        .help("write a `|` between two cells, also beside an empty one"),
                );
            }
        }
        Some(Grid { span: clause.span, name, header, rows })
    }

    /// The cells of a line, trimmed. A cell in quotation marks keeps its blanks and bars.
    pub fn cells(&mut self, line: Span) -> Vec<Name> {
        let text = self.slice(line);
        let mut cells = Vec::new();
        let (mut start, mut quoted) = (0, false);
        for (at, character) in text.char_indices() {
            match character {
                '"' => quoted = !quoted,
                '|' if !quoted => {
                    cells.push(self.cell(line, start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        cells.push(self.cell(line, start, text.len()));
        cells
    }

    fn cell(&mut self, line: Span, start: usize, end: usize) -> Name {
        let text = self.slice(line).get(start..end).unwrap_or("");
        let trimmed = text.trim();
        let from = line.start as usize + start + (text.len() - text.trim_start().len()).min(text.len());
        let span = Span::new(from, from + trimmed.len());
        let inner = trimmed.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        let content = inner.filter(|inner| !inner.contains('"')).unwrap_or(trimmed);
        if content.chars().count() > bounds::TEXT_CHARACTERS {
            let message = format!("this cell is longer than {} characters", bounds::TEXT_CHARACTERS);
            self.report(Diagnostic::error("text-too-long", Place::Policy(span), message).help("shorten it"));
        }
        Node { kind: content.to_owned(), span }
    }
}
