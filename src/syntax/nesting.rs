//! Counts what nests in a clause before the grammar reads it, so that no text can exhaust the stack.

use super::bounds::NESTING;
use crate::source::Span;

/// Words that take in what follows them, or chain: each may add a level to the tree.
const OPENERS: [&str; 16] =
    ["if", "else", "not", "of", "from", "after", "before", "where", "and", "or", "greatest", "least", "any", "every", "next", "as"];

/// The place at which the clause nests, or chains, more than [`NESTING`] levels deep.
///
/// Every operator and opening word counts within its brackets, also where the tree stays flat: the bound is
/// simple to state, and holds for the grammar's recursion and for the depth of the tree alike.
pub fn check(clause: &str) -> Result<(), Span> {
    let mut levels = vec![0usize];
    let mut depth = 0usize;
    for (at, token) in tokens(clause) {
        match token {
            "(" | "[" => {
                levels.push(0);
                depth += 1;
            }
            ")" | "]" => depth = depth.saturating_sub(1 + levels.pop().unwrap_or(0)),
            "+" | "-" | "*" | "/" | "−" | "×" | "÷" => bump(&mut levels, &mut depth),
            word if OPENERS.contains(&word) => bump(&mut levels, &mut depth),
            _ => {}
        }
        if levels.is_empty() {
            levels.push(0);
        }
        if depth > NESTING {
            return Err(Span::new(at, at + token.len()));
        }
    }
    Ok(())
}

fn bump(levels: &mut [usize], depth: &mut usize) {
    if let Some(level) = levels.last_mut() {
        *level += 1;
        *depth += 1;
    }
}

/// Words, quoted texts and single other characters, each with its place.
pub fn tokens(clause: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = clause.get(at..)?;
        let skipped = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let length = token_length(rest)?;
        let start = at + skipped;
        at = start + length;
        Some((start, rest.get(..length)?))
    })
}

fn token_length(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    let is_letter = |character: char| character.is_alphanumeric() || character == '_';
    Some(match first {
        '"' => rest.get(1..).and_then(|inner| inner.find(['"', '\n'])).map_or(rest.len(), |end| end + 2),
        first if is_letter(first) => rest.find(|character| !is_letter(character)).unwrap_or(rest.len()),
        other => other.len_utf8(),
    })
}
