//! What is wrong, as plain data: a code one can say, a sentence, a place, and the next thing to do.

use std::borrow::Cow;

use crate::source::{Place, Span};

/// The longest sentence: a cell of megabytes does not become a message of megabytes.
const SENTENCE_MOST: usize = 2_000;

/// The longest quotation of a cell beside its place.
const QUOTED_MOST: usize = 200;

/// A text as it is quoted: whole, or its first letters with the number of all.
pub fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED_MOST) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()).into(),
        None => text.into(),
    }
}

/// A sentence whose middle is left out where it is too long.
fn bounded(text: String) -> String {
    if text.len() <= SENTENCE_MOST {
        return text;
    }
    let (head, tail) = (text.floor_char_boundary(SENTENCE_MOST / 2), text.ceil_char_boundary(text.len() - SENTENCE_MOST / 4));
    format!("{} […] {}", &text[..head], &text[tail..])
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy or the file cannot be used.
    Error,
    /// It can be used, and is probably not what was meant.
    Warning,
    /// What was assumed or corrected.
    Note,
}

/// One problem. The wording is made by the stage that finds it: lower case, no full stop, no blame,
/// the user's own text in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A name one can say, such as `cap-without-period`. Every code has a folder in `tests/errors/`.
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    pub place: Place,
    /// Further spans of the policy, each with a few words.
    pub labels: Vec<(Span, String)>,
    /// What to write or do instead, one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, severity: Severity::Error, message: bounded(message.into()), place, labels: Vec::new(), help: Vec::new() }
    }

    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, place, message) }
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(bounded(help.into()));
        self
    }

    pub fn label(mut self, span: Span, words: impl Into<String>) -> Diagnostic {
        self.labels.push((span, words.into()));
        self
    }
}

/// All problems of a stage, collected so that they can be reported in one go.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorted by place, so that the same file always gives the same list.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (&a.place, a.severity, a.code).cmp(&(&b.place, b.severity, b.code)));
        self.list
    }

    /// Gives every problem the place that a person finds.
    pub fn placed(self, place: impl Fn(Place) -> Place) -> Diagnostics {
        let list = self.list.into_iter().map(|found| Diagnostic { place: place(found.place.clone()), ..found });
        Diagnostics { list: list.collect() }
    }

    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }
}

/// The candidate nearest to `name`, if it is near enough to be a slip of the keyboard.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Characters to insert, delete, change or swap with their neighbour.
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, from) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in right.iter().enumerate() {
            let changed = rows[i][j] + usize::from(from != to);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == right[j - 1] && left[i - 1] == *to {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}
