//! Text as it is compared: trimmed of everything that cannot be seen, headers also folded.

use std::borrow::Cow;

/// Blank on paper: white space of all kinds, and the characters that take no room at all.
fn is_invisible(character: char) -> bool {
    character.is_whitespace() || is_zero_width(character)
}

fn is_zero_width(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\0')
}

/// The start of a text, so many bytes long at most.
pub fn start_of(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Without invisible characters at both ends and without zero-width ones inside; other spaces inside become plain.
#[inline]
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_clean(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        let trimmed = text.trim_matches(|character: char| character.is_ascii_whitespace() || character == '\0');
        if !trimmed.bytes().any(|byte| byte < b' ') {
            return Cow::Borrowed(trimmed);
        }
    }
    let trimmed = text.trim_matches(is_invisible);
    if !trimmed.chars().any(|character| is_zero_width(character) || (character.is_whitespace() && character != ' ')) {
        return Cow::Borrowed(trimmed);
    }
    let visible = trimmed.chars().filter(|character| !is_zero_width(*character));
    Cow::Owned(visible.map(|character| if character.is_whitespace() { ' ' } else { character }).collect())
}

/// Whether a text goes over several lines, those at its ends apart.
pub fn has_line_break(text: &str) -> bool {
    let is_break = |character| matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    !is_clean(text.as_bytes()) && text.trim_matches(is_invisible).contains(is_break)
}

/// What programs wrap so that a spreadsheet takes it for text: `="00412"`.
pub fn unwrapped(text: &str) -> Option<&str> {
    let inner = text.trim_matches(is_invisible).strip_prefix("=\"")?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

/// The same with the sign by which somebody typed digits as text: `'00412`.
pub fn unwrapped_id(text: &str) -> Option<&str> {
    let typed = || text.strip_prefix('\'').filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
    unwrapped(text).or_else(typed)
}

/// Text that is its own value: clean, not blank, and no number that a spreadsheet shortened.
#[inline]
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ([first, ..], [.., last]) = (bytes, bytes) else { return false };
    !matches!(first, b' ' | b'=' | b'\'') && *last != b' ' && is_printed(bytes, Some(b'+'))
}

/// The same of up to sixteen bytes that are known as numbers too, filled up with letters.
#[inline]
pub fn is_plain_short(bytes: &[u8], words: [u64; 2]) -> bool {
    let ([first, ..], [.., last]) = (bytes, bytes) else { return false };
    let odd = odd(words[0], Some(b'+')) | odd(words[1], Some(b'+'));
    !matches!(first, b' ' | b'=' | b'\'') && *last != b' ' && odd & HIGH == 0
}

/// Printed ASCII without spaces at its ends: most cells, seen at a glance.
#[inline]
fn is_clean(text: &[u8]) -> bool {
    is_printed(text, None) && text.first().is_none_or(|first| *first != b' ') && text.last().is_none_or(|last| *last != b' ')
}

/// Printed ASCII, and none of it this sign. Read eight bytes at a time, the last ones together with some that were seen before.
#[inline]
fn is_printed(text: &[u8], but: Option<u8>) -> bool {
    let odd = |word: &[u8; 8]| odd(u64::from_le_bytes(*word), but);
    let Some(last) = text.last_chunk() else {
        return text.iter().all(|byte| (b' '..=b'~').contains(byte) && Some(*byte) != but);
    };
    let words = text.as_chunks::<8>().0;
    words.iter().fold(odd(last), |marks, word| marks | odd(word)) & HIGH == 0
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is not printed ASCII, or is this sign.
#[inline]
fn odd(word: u64, but: Option<u8>) -> u64 {
    let but = but.map_or(0, |but| {
        let other = word ^ (u64::from(but) * ONES);
        other.wrapping_sub(ONES) & !other
    });
    word.wrapping_sub(b' ' as u64 * ONES) & !word | word.wrapping_add(ONES) | word | but
}

/// A header or a file name as it is compared: cleaned, lower case, one `_` for each run of spaces, dashes and underscores.
pub fn fold(text: &str) -> String {
    let mut folded = String::new();
    for character in clean(text).chars() {
        let gap = character == ' ' || character == '_' || matches!(character, '-' | '\u{2010}'..='\u{2015}');
        match gap {
            true if folded.is_empty() || folded.ends_with('_') => {}
            true => folded.push('_'),
            false => folded.extend(character.to_lowercase()),
        }
    }
    folded.truncate(folded.trim_end_matches('_').len());
    folded
}

/// An e-mail address or another key of a crosswalk as it is compared.
pub fn fold_key(text: &str) -> String {
    clean(text).to_lowercase()
}

/// Whether a text is a number that a spreadsheet shortened: `1.23E+11`. What stood there cannot be known.
pub fn is_scientific(text: &str) -> bool {
    if !text.as_bytes().contains(&b'+') {
        return false;
    }
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let Some(power) = power.strip_prefix('+') else { return false };
    let digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    digits(power) && digits(whole) && digits(part)
}

/// Whether a text is an error that a spreadsheet wrote out: Excel into text files, LibreOffice into its own.
pub fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 11] =
        ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#ERROR!", "#GETTING_DATA"];
    let text = text.trim();
    let numbered = text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()));
    numbered || text.starts_with('#') && ERRORS.contains(&text)
}

/// An ID of digits, filled up with zeros in front to the width.
pub fn padded(id: &str, width: Option<usize>) -> Cow<'_, str> {
    match width {
        Some(width) if id.len() < width && id.bytes().all(|byte| byte.is_ascii_digit()) => Cow::Owned(format!("{id:0>width$}")),
        _ => Cow::Borrowed(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_does_not_count() {
        assert_eq!(clean("\u{a0}10\u{200b}42 \t"), "1042");
        assert_eq!(clean("Ann\u{a0}Lee"), "Ann Lee");
        assert_eq!(fold(" Course-Approved\nDate "), "course_approved_date");
        assert_eq!(fold("Employee  ID"), "employee_id");
    }

    #[test]
    fn every_byte_that_is_not_printed_is_seen() {
        for length in 1..20 {
            for at in 0..length {
                for byte in 0..=255u8 {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    let printed = (b' '..=b'~').contains(&byte);
                    assert_eq!(is_printed(&text, None), printed, "{length} {at} {byte}");
                    assert_eq!(is_printed(&text, Some(b'+')), printed && byte != b'+', "{length} {at} {byte}");
                }
            }
        }
    }

    #[test]
    fn ids_are_text() {
        assert_eq!(padded("123", Some(5)), "00123");
        assert_eq!(padded("A12", Some(5)), "A12");
        assert!(is_scientific("1.23E+11"));
        assert!(!is_scientific("E+1"));
        assert!(!is_scientific("1E5"));
    }
}
