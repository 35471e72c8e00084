//! Lines to declarations to clauses, by indentation, before any clause is read.

use super::blank::Blanked;
use super::bounds;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source, Span};

/// The widths of a tab stop, in columns.
const TAB_COLUMNS: usize = 4;

/// A line and the deeper-indented lines below it.
#[derive(Clone, Debug)]
pub struct Clause {
    /// From the first to the last character that is not a space.
    pub span: Span,
    pub lines: Vec<Span>,
}

/// A line at the margin and the clauses below it.
#[derive(Clone, Debug)]
pub struct Outlined {
    pub head: Clause,
    pub clauses: Vec<Clause>,
}

impl Outlined {
    pub fn span(&self) -> Span {
        self.clauses.last().map_or(self.head.span, |last| self.head.span.to(last.span))
    }
}

struct Builder<'a> {
    declarations: Vec<Outlined>,
    /// The columns by which the declaration's clauses are indented.
    indentation: Option<usize>,
    /// The columns by which a whole file is moved in by mistake.
    moved_in: usize,
    diagnostics: &'a mut Diagnostics,
}

/// The file's declarations in the order written.
pub fn outline(source: &Source, blanked: &Blanked, diagnostics: &mut Diagnostics) -> Vec<Outlined> {
    let mut builder = Builder { declarations: Vec::new(), indentation: None, moved_in: 0, diagnostics };
    let mut start = 0;
    for line in blanked.text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() {
            let from = start + line.len() - line.trim_start().len();
            let span = Span::new(from, from + content.len());
            let indentation = columns(source, start, from).saturating_sub(blanked.margin(start));
            let indentation = builder.settle_margin(span, content, indentation);
            builder.line(span, indentation);
        }
        start += line.len();
    }
    builder.declarations
}

/// The columns between the line's start and its first character; any kind of space is one, a tab goes to the next stop.
fn columns(source: &Source, start: usize, first: usize) -> usize {
    let indentation = source.text.get(start..first).unwrap_or("");
    indentation.chars().filter(|character| *character != '\u{feff}').fold(0, |column, character| match character {
        '\t' => column + TAB_COLUMNS - column % TAB_COLUMNS,
        _ => column + 1,
    })
}

impl Builder<'_> {
    /// A first line that is indented and declares something moves the margin, so that its mistake is reported once.
    fn settle_margin(&mut self, span: Span, content: &str, indentation: usize) -> usize {
        let word = content.split(|character: char| !character.is_alphabetic()).next().unwrap_or("");
        if indentation > 0 && self.declarations.is_empty() && super::parse::is_declaration(word) {
            self.moved_in = indentation;
            let message = format!("`{word}` is indented, and a declaration starts at the margin");
            let help = "take away the blanks in front of this line, and as many in front of the lines below it";
            self.diagnostics.push(Diagnostic::error("clause-without-declaration", Place::Policy(span), message).help(help));
        }
        indentation.saturating_sub(self.moved_in)
    }

    fn line(&mut self, span: Span, indentation: usize) {
        if indentation == 0 {
            self.indentation = None;
            if self.declarations.len() < bounds::DECLARATIONS {
                self.declarations.push(Outlined { head: Clause { span, lines: vec![span] }, clauses: Vec::new() });
            } else if self.declarations.len() == bounds::DECLARATIONS {
                self.too_large(span, format!("this file has more than {} declarations", bounds::DECLARATIONS));
            }
            return;
        }
        let Some(declaration) = self.declarations.last_mut() else {
            if !self.diagnostics.iter().any(|known| known.code == "clause-without-declaration") {
                self.diagnostics.push(orphan(span));
            }
            return;
        };
        let clause_indentation = *self.indentation.get_or_insert(indentation);
        match declaration.clauses.last_mut() {
            Some(above) if indentation > clause_indentation => {
                above.span = above.span.to(span);
                above.lines.push(span);
            }
            _ => declaration.clauses.push(Clause { span, lines: vec![span] }),
        }
        let lines = declaration.clauses.len().max(declaration.clauses.last().map_or(0, |last| last.lines.len()));
        if lines > bounds::CLAUSES {
            drop_last_line(declaration);
            self.too_large(span, format!("this declaration has more than {} lines", bounds::CLAUSES));
        }
    }

    fn too_large(&mut self, span: Span, message: String) {
        let known = self.diagnostics.iter().any(|known| known.code == "too-many-lines" && known.message == message);
        if !known {
            self.diagnostics
                .push(Diagnostic::error("too-many-lines", Place::Policy(span), message).help("split the policy into several files"));
        }
    }
}

fn drop_last_line(declaration: &mut Outlined) {
    match declaration.clauses.last_mut() {
        Some(last) if last.lines.len() > 1 => {
            last.lines.pop();
            if let (Some(first), Some(end)) = (last.lines.first(), last.lines.last()) {
                last.span = first.to(*end);
            }
        }
        _ => {
            declaration.clauses.pop();
        }
    }
}

fn orphan(span: Span) -> Diagnostic {
    Diagnostic::error("clause-without-declaration", Place::Policy(span), "this line is indented, and no declaration stands above it")
        .help("a declaration such as `policy` or `award` starts at the margin, and its clauses are indented below it")
}
