//! Plain text that is safe to print: invisible characters made visible, money, counts and cell references as people write them.

use std::borrow::Cow;

use crate::source::{Cell, column_letters};
use crate::value::{Number, Rounding, RoundingMode};

/// The text with control, bidirectional and zero-width characters shown as `\u{…}`, so that what is printed is what is there.
pub fn visible(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            shown.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whole lines with the same characters shown: no text of anybody's data reaches a terminal as a command.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| character != '\n' && is_invisible(character)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// The same for a JSON document, where such characters stand in texts only and stay what they are: `\u009b`.
pub fn harmless_json(document: &str) -> Cow<'_, str> {
    if !document.chars().any(|character| character != '\n' && is_invisible(character)) {
        return Cow::Borrowed(document);
    }
    let mut shown = String::with_capacity(document.len());
    for character in document.chars() {
        if character != '\n' && is_invisible(character) {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Characters that change the reading of a line without being seen (Trojan Source, terminal escapes).
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// `$1,200.50`, `-$200.00`. Amounts are exact: more than two decimals are shown in full, a fraction as `$200/3`.
pub fn money(amount: Number) -> String {
    let plain = decimal(amount);
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find(['.', '/']).unwrap_or(digits.len()));
    if rest.starts_with('/') {
        return format!("{sign}${whole}{rest}");
    }
    format!("{sign}${}{rest}", grouped(whole))
}

/// `-200.00`: at least two decimals, no separators, no currency.
pub fn decimal(amount: Number) -> String {
    let mut text = amount.to_string();
    if text.contains('/') {
        return text;
    }
    let decimals = text.split_once('.').map_or(0, |(_, part)| part.len());
    if decimals == 0 {
        text.push('.');
    }
    for _ in decimals..2 {
        text.push('0');
    }
    text
}

/// Digits in groups of three: `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// `1,204`
pub fn grouped_digits(number: usize) -> String {
    grouped(&number.to_string())
}

/// `1,204 rows`, `1 row`.
pub fn count(number: usize, noun: &str) -> String {
    let (one, many) = noun.split_once('|').map_or((noun.to_owned(), format!("{noun}s")), |(one, many)| (one.to_owned(), many.to_owned()));
    format!("{} {}", grouped(&number.to_string()), if number == 1 { one } else { many })
}

/// `staff.xlsx, sheet Staff, cell F12`, as far as the place is known.
pub fn cell_place(cell: &Cell) -> String {
    let mut place = visible(&cell.file);
    if let Some(sheet) = &cell.sheet {
        place.push_str(&format!(", sheet {}", visible(sheet)));
    }
    match (cell.row, cell.column) {
        (Some(row), Some(column)) => place.push_str(&format!(", cell {}{row}", column_letters(column))),
        (Some(row), None) => place.push_str(&format!(", row {row}")),
        (None, Some(column)) => place.push_str(&format!(", column {}", column_letters(column))),
        (None, None) => {}
    }
    place
}

/// `half up to the cent`.
pub fn rounding(rounding: Rounding) -> String {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => "half up",
        RoundingMode::HalfDown => "half down",
        RoundingMode::HalfEven => "half even",
        RoundingMode::Up => "up",
        RoundingMode::Down => "down",
    };
    if rounding.unit == Number::CENT {
        format!("{mode} to the cent")
    } else if rounding.unit == Number::ONE {
        format!("{mode} to the dollar")
    } else {
        format!("{mode} to {}", money(rounding.unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_and_signed() {
        let shown = |text: &str| money(Number::parse(text).unwrap());
        assert_eq!(shown("1234567.5"), "$1,234,567.50");
        assert_eq!(shown("-200"), "-$200.00");
        assert_eq!(shown("0.125"), "$0.125");
        assert_eq!(money(Number::parse("200").unwrap().divided_by(Number::parse("3").unwrap()).unwrap()), "$200/3");
    }

    #[test]
    fn columns_have_letters() {
        let letters: Vec<String> = [1, 26, 27, 702, 703].into_iter().map(column_letters).collect();
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn nothing_that_is_printed_commands_a_terminal() {
        assert_eq!(harmless("a\u{1b}[2J\nb\u{9b}c\r\n"), "a\\u{1b}[2J\nb\\u{9b}c\\u{d}\n");
        assert!(matches!(harmless("plain\nlines\n"), Cow::Borrowed(_)));
        let document = harmless_json("{\n\"a\": \"\u{9b}2J\u{202e}\"\n}");
        assert_eq!(document, "{\n\"a\": \"\\u009b2J\\u202e\"\n}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&document).unwrap()["a"], "\u{9b}2J\u{202e}");
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("10\u{200b}42\u{1b}[2J\u{202e}"), "10\\u{200b}42\\u{1b}[2J\\u{202e}");
        assert_eq!(visible("Ünïcode ok"), "Ünïcode ok");
    }
}
