//! The file with everything blanked that is no program: comments, Markdown prose, the mark at the file's start.
//!
//! Blanking keeps every byte's place, so that spans of the blanked text are spans of the file.

use super::markdown;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source, Span};

/// The program's text, as long as the file.
#[derive(Debug)]
pub struct Blanked {
    pub text: String,
    pub comments: Vec<Span>,
    /// Blocks of a Markdown file: where each starts, and the columns its lines are moved in by.
    blocks: Vec<markdown::Block>,
}

impl Blanked {
    /// The columns that belong to the Markdown around the line at `start`, not to the program.
    pub fn margin(&self, start: usize) -> usize {
        let after = self.blocks.partition_point(|block| block.start <= start);
        after.checked_sub(1).and_then(|index| self.blocks.get(index)).map_or(0, |block| block.margin)
    }
}

/// Whether a `|` parts the line into cells. In quotation marks it is a character like others: `money in "a|b.csv"`.
pub fn has_bar(line: &str) -> bool {
    let mut is_quoted = false;
    line.chars().any(|character| {
        is_quoted ^= character == '"';
        character == '|' && !is_quoted
    })
}

/// Blanks what is no program. Bidirectional control characters are refused wherever they stand.
pub fn blank(source: &Source, diagnostics: &mut Diagnostics) -> Blanked {
    let blocks = markdown::blocks(source);
    let mut blanked = Blanked { text: String::with_capacity(source.text.len()), comments: Vec::new(), blocks };
    refuse_hidden_directions(source, diagnostics);
    if blanked.blocks.is_empty() && markdown::is_markdown(source) {
        diagnostics.push(no_policy_text(source));
    }
    let mut start = 0;
    for line in source.text.split_inclusive('\n') {
        if markdown::is_program(source, &blanked.blocks, start) {
            blank_line(line, start, &mut blanked, diagnostics);
        } else {
            push_blanks(&mut blanked.text, line);
        }
        start += line.len();
    }
    blanked
}

fn blank_line(line: &str, start: usize, blanked: &mut Blanked, diagnostics: &mut Diagnostics) {
    let mut quote = None;
    for (at, character) in line.char_indices() {
        match character {
            '"' if quote.is_some() => quote = None,
            '"' => quote = Some(start + at),
            '-' if quote.is_none() && line[at..].starts_with("--") => {
                let comment = line[at..].trim_end();
                blanked.comments.push(Span::new(start + at, start + at + comment.len()));
                push_blanks(&mut blanked.text, &line[at..]);
                return;
            }
            _ => {}
        }
        let hidden = is_hidden_direction(character) || character == '\u{feff}';
        if hidden || (quote.is_none() && is_odd_space(character)) {
            push_blanks(&mut blanked.text, character.encode_utf8(&mut [0; 4]));
        } else {
            blanked.text.push(character);
        }
    }
    if let Some(from) = quote {
        diagnostics.push(unclosed_quote(Span::new(from, start + line.trim_end().len())));
    }
}

/// As many spaces as `text` has bytes; line ends stay.
fn push_blanks(blanked: &mut String, text: &str) {
    blanked.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// Spaces that word processors put in: no-break, thin, figure.
fn is_odd_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Characters that change the order in which text is shown, so that a reader sees another rule than the one that runs.
fn is_hidden_direction(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn refuse_hidden_directions(source: &Source, diagnostics: &mut Diagnostics) {
    let mut line_reported = usize::MAX;
    for (at, character) in source.text.char_indices().filter(|(_, character)| is_hidden_direction(*character)) {
        let line = source.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if line != line_reported {
            line_reported = line;
            let place = Place::Policy(Span::new(at, at + character.len_utf8()));
            let message = format!("a hidden character (U+{:04X}) changes the order in which this line is shown", character as u32);
            diagnostics
                .push(Diagnostic::error("hidden-direction-characters", place, message).help("delete it: type the line again by hand"));
        }
    }
}

fn unclosed_quote(span: Span) -> Diagnostic {
    Diagnostic::error("unclosed-quote", Place::Policy(span), "this text has no closing quotation mark on its line")
        .help("write the text between two `\"` on one line; a `\"` cannot stand inside it")
}

fn no_policy_text(source: &Source) -> Diagnostic {
    let first_line = source.text.lines().next().unwrap_or("").len();
    Diagnostic::error("no-policy-text", Place::Policy(Span::new(0, first_line)), "this Markdown file has no block marked `pay`")
        .help("put the policy between a line ```pay and a line ```")
}
