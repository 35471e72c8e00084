//! Cells and texts as nearly every program writes them, taken at one glance; whatever is written otherwise is left to the longer way.

use super::sheet_tags::{CellType, Head};
use super::written_text::is_spelled;
use crate::facts::read::book::archive::PIECE_MOST;

/// A cell without a formula whose value needs no reading between the lines.
pub struct PlainCell<'w> {
    pub head: Head,
    pub value: &'w str,
    /// How many bytes it takes, its end included.
    pub length: usize,
}

/// The cell that begins here, if it is whole and is one of `<c r="A1" s="1" t="inlineStr"><is><t>…</t></is></c>` and
/// `<c r="A1" s="1" t="s"><v>…</v></c>`, with or without `r`, `s` and `t`. One that does not say its place stands at the next one.
pub fn plain_cell(window: &[u8], next: (u32, u32)) -> Option<PlainCell<'_>> {
    let rest = window.strip_prefix(b"<c")?;
    let (row, column, rest) = rest.strip_prefix(b" r=\"").map_or(Some((next.0, next.1, rest)), place)?;
    let (style, rest) = style(rest)?;
    let (kind, rest) = kind(rest)?;
    let (value, rest) = match kind {
        CellType::Inline => {
            let (value, rest) = plain_text(rest.strip_prefix(b"<is>")?)?;
            (value, rest.strip_prefix(b"</is></c>")?)
        }
        _ => {
            let (value, rest) = text(rest.strip_prefix(b"<v>")?)?;
            (value, rest.strip_prefix(b"</v></c>")?)
        }
    };
    let is_meant = kind != CellType::Text || !is_spelled(value);
    is_meant.then_some(PlainCell { head: Head { row, column, style, kind }, value, length: window.len() - rest.len() })
}

/// The text of `<t>…</t>`, if nothing in it stands for something else, and what is behind.
pub fn plain_text(window: &[u8]) -> Option<(&str, &[u8])> {
    let rest = window.strip_prefix(b"<t")?;
    let (keeps_spaces, rest) = match rest.strip_prefix(b">") {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix(b" xml:space=\"preserve\">")?),
    };
    let (value, rest) = text(rest)?;
    let ends = value.as_bytes().first().into_iter().chain(value.as_bytes().last());
    let is_meant = (keeps_spaces || !ends.into_iter().any(u8::is_ascii_whitespace)) && !is_spelled(value);
    Some((value, rest.strip_prefix(b"</t>")?)).filter(|_| is_meant)
}

/// The text up to the next tag.
fn text(window: &[u8]) -> Option<(&str, &[u8])> {
    let (value, rest) = window.split_at(memchr::memchr(b'<', window)?);
    let is_plain = value.len() as u64 <= PIECE_MOST && memchr::memchr2(b'&', b'\r', value).is_none();
    Some((std::str::from_utf8(value).ok().filter(|_| is_plain)?, rest))
}

/// Row and column of `B7"`, from 0.
fn place(window: &[u8]) -> Option<(u32, u32, &[u8])> {
    const LETTERS_MOST: usize = 3;
    const DIGITS_MOST: usize = 7;
    let (mut at, mut column, mut row) = (0, 0, 0);
    while let Some(letter @ b'A'..=b'Z') = window.get(at) {
        column = column * 26 + u32::from(letter - b'A') + 1;
        at += 1;
        if at > LETTERS_MOST {
            return None;
        }
    }
    let letters = at;
    while let Some(digit @ b'0'..=b'9') = window.get(at) {
        row = row * 10 + u32::from(digit - b'0');
        at += 1;
        if at > letters + DIGITS_MOST {
            return None;
        }
    }
    Some((row.checked_sub(1)?, column.checked_sub(1)?, window[at..].strip_prefix(b"\"")?))
}

/// What ` s="12"` says, where it is written.
fn style(window: &[u8]) -> Option<(Option<usize>, &[u8])> {
    const DIGITS_MOST: usize = 6;
    let Some(rest) = window.strip_prefix(b" s=\"") else { return Some((None, window)) };
    let digits = rest.iter().take(DIGITS_MOST).take_while(|digit| digit.is_ascii_digit()).count();
    let number = rest[..digits].iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    let rest = rest[digits..].strip_prefix(b"\"")?;
    (digits > 0).then_some((Some(number), rest))
}

/// What ` t="s">` says.
fn kind(window: &[u8]) -> Option<(CellType, &[u8])> {
    if let Some(rest) = window.strip_prefix(b">") {
        return Some((CellType::Untyped, rest));
    }
    let rest = window.strip_prefix(b" t=\"")?;
    let kinds: [(&[u8], CellType); 4] =
        [(b"s\">", CellType::Shared), (b"inlineStr\">", CellType::Inline), (b"n\">", CellType::Number), (b"str\">", CellType::Text)];
    kinds.into_iter().find_map(|(name, kind)| Some((kind, rest.strip_prefix(name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_plain_or_left_to_the_longer_way() {
        let plain = |text: &str| {
            let cell = plain_cell(text.as_bytes(), (8, 9))?;
            Some((cell.head.row, cell.head.column, cell.head.style, cell.value.to_owned(), text[cell.length..].to_owned()))
        };
        let found = |row, column, style, value: &str| Some((row, column, style, value.to_owned(), "<c".to_owned()));
        assert_eq!(plain("<c r=\"B7\" s=\"12\" t=\"s\"><v>5</v></c><c"), found(6, 1, Some(12), "5"));
        assert_eq!(plain("<c r=\"XFD1\"><v>1.5</v></c><c"), found(0, 16_383, None, "1.5"));
        assert_eq!(plain("<c><v>1</v></c><c"), found(8, 9, None, "1"));
        assert_eq!(plain("<c s=\"2\" t=\"n\"><v></v></c><c"), found(8, 9, Some(2), ""));
        assert_eq!(plain("<c r=\"A1\" t=\"inlineStr\"><is><t>a_b é</t></is></c><c"), found(0, 0, None, "a_b é"));
        assert_eq!(plain("<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> </t></is></c><c"), found(0, 0, None, " "));
        for other in [
            "<c r=\"A1\" t=\"inlineStr\"><is><t> a</t></is></c>",
            "<c r=\"A1\" t=\"inlineStr\"><is><t>_x000D_</t></is></c>",
            "<c r=\"A1\" t=\"inlineStr\"><is><t>a&amp;b</t></is></c>",
            "<c r=\"A1\" t=\"inlineStr\"><v>1</v></c>",
            "<c r=\"A1\" t=\"str\"><v>_x000D_</v></c>",
            "<c r=\"A1\" t=\"b\"><v>1</v></c>",
            "<c r=\"A1\"><f>B1</f><v>1</v></c>",
            "<c r=\"A1\"><v>1</v></c",
            "<c r=\"A1\"><v>1</v><v>2</v></c>",
            "<c r=\"A0\"><v>1</v></c>",
            "<c r=\"A12345678\"><v>1</v></c>",
            "<c r=\"7\"><v>1</v></c>",
            "<c r=\"A1\" s=\"\"><v>1</v></c>",
            "<col r=\"A1\"><v>1</v></c>",
            "<c r=\"A1\" r=\"B1\"><v>1</v></c>",
        ] {
            assert_eq!(plain(other), None, "{other}");
        }
    }
}
