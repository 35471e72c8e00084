//! Why a clause could not be read, in the user's words.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::friendly::Expected;
use super::grammar::{Rule, is_name};
use super::parse::literal::MONTHS;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Place, Span};

/// Signs that other languages use, and the words to write here.
const SIGNS: [(&str, &str); 13] = [
    ("==", "is"),
    ("=", "is"),
    (">=", "at least"),
    ("≥", "at least"),
    ("<=", "at most"),
    ("≤", "at most"),
    ("<>", "is not"),
    ("!=", "is not"),
    (">", "more than"),
    ("<", "less than"),
    ("&", "and"),
    ("|", "or"),
    ("!", "not"),
];
/// Characters of a word that are shown when it is quoted.
const SHOWN: usize = 40;

/// The message for the clause at `clause`, of which the grammar understood only the beginning.
pub fn explain(text: &str, clause: Span, error: &Error<Rule>, example: &str) -> Diagnostic {
    let at = clause.start as usize
        + match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
    let rest = text.get(at..clause.end as usize).unwrap_or("");
    let skipped = rest.len() - rest.trim_start().len();
    let word = shown(rest.trim_start());
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => Expected::of(positives),
        ErrorVariant::CustomError { .. } => Expected::default(),
    };
    if is_reserved(word, &expected) {
        return reserved(Place::Policy(Span::new(at + skipped, at + skipped + word.len())), word, rest.trim_start());
    }
    let (place, message) = if word.is_empty() {
        (clause, "this line ends too early".to_owned())
    } else {
        let start = at + skipped;
        (Span::new(start, start + word.len()), format!("could not read this line from `{word}` on"))
    };
    let mut diagnostic = Diagnostic::error("unreadable-clause", Place::Policy(place), message);
    let before = text.get(clause.start as usize..at + skipped).unwrap_or("");
    diagnostic.help.extend(hint(before, word, &expected).or_else(|| expected.words().map(|words| format!("expected here: {words}"))));
    if !word.is_empty() && before.trim_end().len() < before.len() && before[before.trim_end().len()..].contains('\n') {
        let help = "this line is indented deeper than the one above, and so continues it; a clause of its own starts in the same column";
        diagnostic = diagnostic.help(help);
    }
    if !example.is_empty() {
        diagnostic = diagnostic.help(format!("a right line: `{example}`"));
    }
    diagnostic
}

/// Whether a name was wanted and a word of the language was written.
fn is_reserved(word: &str, expected: &Expected) -> bool {
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    expected.kinds.contains(&"a name") && is_word && !is_name(word)
}

fn reserved(place: Place, word: &str, rest: &str) -> Diagnostic {
    let kinds = ["text", "integer", "number", "percent", "money", "date"];
    let kind = rest.split_whitespace().nth(1).map(|kind| kind.trim_end_matches(','));
    let other = kind.filter(|kind| kinds.contains(kind)).unwrap_or("value");
    Diagnostic::error("reserved-word", place, format!("`{word}` is a word of the language and cannot be a name"))
        .help(format!("choose another name, such as `{word}_{other}`"))
}

/// What to show of the text where reading stopped: up to the next blank.
fn shown(rest: &str) -> &str {
    let word = rest.split_whitespace().next().unwrap_or("");
    let word = word.char_indices().nth(SHOWN).map_or(word, |(end, _)| &word[..end]);
    let trimmed = word.trim_end_matches([',', ')', '.']);
    if trimmed.is_empty() { word } else { trimmed }
}

/// The one thing to change, where the word gives it away.
fn hint(before: &str, word: &str, expected: &Expected) -> Option<String> {
    if word.is_empty() {
        let open = before.matches('(').count() > before.matches(')').count();
        return open.then(|| "a bracket `(` is still open: write `)`".to_owned());
    }
    if word.starts_with(['“', '”', '„', '‘', '’', '\'', '«', '»']) {
        return Some("write straight quotation marks: `\"text\"`".to_owned());
    }
    if expected.has_operators
        && let Some((_, words)) = SIGNS.iter().find(|(sign, _)| word.starts_with(*sign))
    {
        return Some(format!("write `{words}` in words"));
    }
    if word.to_lowercase().starts_with("dollar") && before.trim_end().ends_with(|last: char| last.is_ascii_digit()) {
        return Some("write an amount with its sign in front: `$200`".to_owned());
    }
    if matches!(word, "optional" | "dated" | "next" | "then" | "not" | "rounded" | "expires") && !before.trim_end().ends_with(',') {
        return Some(format!("write a comma in front of `{word}`"));
    }
    let is_lower = word == word.to_lowercase();
    let lower = word.to_lowercase();
    if !is_lower && expected.phrases.iter().any(|phrase| phrase.split(' ').next() == Some(&lower)) {
        return Some(format!("write `{lower}` in lower case"));
    }
    // a month begins a day of every year, which is a date only beside another
    if MONTHS.contains(&word) && expected.kinds.contains(&"a value") {
        return Some(format!("one day is written `2025-06-30`, and a day of every year `next {word} 1 on or after` a date"));
    }
    let takes_name = expected.kinds.contains(&"a name") || expected.kinds.contains(&"a value");
    if !is_lower && takes_name && is_name(&lower) {
        return Some(format!("names are written in lower case: `{lower}`"));
    }
    alike(&lower, expected)
}

/// Phrases that share the word, or have one that is spelt nearly so.
fn alike(word: &str, expected: &Expected) -> Option<String> {
    let sharing = |wanted: &str| -> Vec<String> {
        let phrases = expected.phrases.iter().filter(|phrase| phrase.contains(' ') || *phrase != word);
        phrases.filter(|phrase| phrase.split(' ').any(|part| part == wanted)).map(|phrase| format!("`{phrase}`")).collect()
    };
    let mut found = sharing(word);
    if found.is_empty() && word.len() > 2 {
        let words = expected.phrases.iter().flat_map(|phrase| phrase.split(' '));
        found = nearest(word, words).map(sharing).unwrap_or_default();
    }
    found.dedup();
    if found.is_empty() || found.len() > 3 { None } else { Some(format!("did you mean {}?", found.join(" or "))) }
}
