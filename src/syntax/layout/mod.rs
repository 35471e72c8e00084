//! The one layout of a policy's text: the words as written, in columns, with comments, prose and single blank lines kept.

mod line;
mod widths;

use super::blank::{self, Blanked};
use super::outline::{self, Outlined};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use line::{Line, Role, read_lines};
use widths::Widths;

/// The column of comments behind clauses; longer lines push theirs out.
const COMMENT_COLUMN: usize = 46;
/// The columns by which clauses are indented.
const INDENTATION: usize = 2;

/// `source` in its one layout, or None where it has errors. The words stay as they were written.
pub fn format(source: &Source) -> Option<String> {
    let mut diagnostics = Diagnostics::new();
    super::parse(source, &mut diagnostics);
    if diagnostics.has_errors() { None } else { Some(lay_out(source)) }
}

/// The layout of a plain text that the printer made.
pub fn lay_out_text(text: &str) -> String {
    lay_out(&Source::new("", text))
}

fn lay_out(source: &Source) -> String {
    let mut ignored = Diagnostics::new();
    let blanked = blank::blank(source, &mut ignored);
    let outlined = outline::outline(source, &blanked, &mut ignored);
    let lines = read_lines(source, &blanked, &outlined);
    let widths = Widths::measure(&lines);
    let mut page = Page::new(source);
    for (index, line) in lines.iter().enumerate() {
        page.add(line, &widths, lines.get(index + 1..).unwrap_or(&[]));
    }
    page.text
}

/// The text as it grows.
struct Page {
    text: String,
    line_end: &'static str,
    /// Whether a blank line was read and not yet written.
    blank_before: bool,
    /// Whether this block already has a line.
    is_started: bool,
}

impl Page {
    fn new(source: &Source) -> Page {
        let first_line = source.text.split_inclusive('\n').next().unwrap_or("");
        let line_end = if first_line.ends_with("\r\n") { "\r\n" } else { "\n" };
        Page { text: String::new(), line_end, blank_before: false, is_started: false }
    }

    fn add(&mut self, line: &Line<'_>, widths: &Widths, following: &[Line<'_>]) {
        match line {
            Line::Prose(text) => {
                self.text.push_str(text);
                self.blank_before = false;
                self.is_started = false;
            }
            Line::Blank => self.blank_before = self.is_started,
            Line::Comment { margin, at_margin, text } => {
                let indentation = if *at_margin { 0 } else { comment_indentation(widths, following) };
                self.push(*margin, &format!("{}{text}", " ".repeat(indentation)));
            }
            Line::Code { margin, role, text, comment } => {
                let mut laid = widths.lay_out(role, text);
                if let Some(comment) = comment {
                    let gap = COMMENT_COLUMN.saturating_sub(laid.chars().count()).max(2);
                    laid.push_str(&" ".repeat(gap));
                    laid.push_str(comment);
                }
                self.push(*margin, &laid);
            }
        }
    }

    fn push(&mut self, margin: usize, line: &str) {
        if self.blank_before {
            self.text.push_str(self.line_end);
        }
        self.blank_before = false;
        self.is_started = true;
        self.text.push_str(&" ".repeat(margin));
        self.text.push_str(line.trim_end());
        self.text.push_str(self.line_end);
    }
}

/// An indented comment stands where the clause below it starts.
fn comment_indentation(widths: &Widths, following: &[Line<'_>]) -> usize {
    let next = following.iter().find_map(|line| match line {
        Line::Code { role: Role::Head, .. } => Some(INDENTATION),
        Line::Code { role, .. } => Some(widths.indentation(role)),
        _ => None,
    });
    next.unwrap_or(INDENTATION)
}
