//! Tables added up as who reads the file would: rows and amounts, from the bytes that are written.

use rayon::prelude::*;

use crate::value::Number;

/// Rows and sum of the column `amount` of a table in pieces, the header in the first: what a reader of the file would add up.
/// None where the text is not such a table.
pub fn sum_of_amounts(pieces: &[impl AsRef<[u8]> + Sync]) -> Option<(usize, Number)> {
    let (header, rows) = pieces.split_first()?;
    sum_of_column(rows, amount_column(header.as_ref())?)
}

/// The position of the column `amount` under a header.
pub fn amount_column(header: &[u8]) -> Option<usize> {
    header.trim_ascii_end().split(|byte| *byte == b',').position(|column| column == b"amount")
}

/// Rows and sum of one column.
pub fn sum_of_column(pieces: &[impl AsRef<[u8]> + Sync], position: usize) -> Option<(usize, Number)> {
    let sums = pieces.par_iter().map(|piece| sum_of_piece(piece.as_ref(), position)).collect::<Vec<_>>();
    sums.into_iter().try_fold((0, Number::ZERO), |(rows, sum), piece| {
        let (more, amount) = piece?;
        Some((rows + more, sum.plus(amount).ok()?))
    })
}

/// The same of one piece.
pub fn sum_of_piece(piece: &[u8], position: usize) -> Option<(usize, Number)> {
    let (mut rest, mut rows, mut sum) = (piece, 0, Number::ZERO);
    while !rest.is_empty() {
        if let Some((row, behind)) = row_without_quotes(rest) {
            let cell = cell_of(row, position)?;
            if !cell.is_empty() {
                sum = sum.plus(amount_of(cell)?).ok()?;
            }
            (rest, rows) = (behind, rows + 1);
            continue;
        }
        let mut column = 0;
        loop {
            let (cell, end, behind) = first_cell(rest)?;
            rest = behind;
            if column == position && !cell.is_empty() {
                sum = sum.plus(amount_of(cell)?).ok()?;
            }
            column += 1;
            if end == End::Row {
                break;
            }
        }
        if column <= position {
            return None;
        }
        rows += 1;
    }
    Some((rows, sum))
}

/// The first row and what is behind it, where the row has no quotes: then every comma ends a cell.
fn row_without_quotes(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr2(b'\n', b'"', text)?;
    let (row, behind) = text.split_at(end);
    behind.strip_prefix(b"\n").map(|behind| (row, behind))
}

/// One cell of a row without quotes.
fn cell_of(row: &[u8], position: usize) -> Option<&[u8]> {
    // a call for each comma would cost more than looking at the few bytes before the cell
    let mut commas = row.iter().enumerate().filter(|(_, byte)| **byte == b',').map(|(at, _)| at);
    let start = match position.checked_sub(1) {
        Some(before) => commas.nth(before)? + 1,
        None => 0,
    };
    row.get(start..commas.next().unwrap_or(row.len()))
}

/// What stands behind a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Cell,
    Row,
}

/// The first cell as it is written, without the quotes around it, and what is behind it; none where RFC 4180 knows no such cell.
fn first_cell(bytes: &[u8]) -> Option<(&[u8], End, &[u8])> {
    let (inside, end) = match bytes.first() {
        Some(b'"') => {
            let mut at = 1;
            loop {
                at += memchr::memchr(b'"', bytes.get(at..)?)?;
                match bytes.get(at + 1) {
                    Some(b'"') => at += 2, // a quote inside
                    _ => break (1..at, at + 1),
                }
            }
        }
        _ => {
            let end = memchr::memchr3(b',', b'\n', b'"', bytes).filter(|end| bytes[*end] != b'"')?;
            (0..end, end)
        }
    };
    let cell = bytes.get(inside)?;
    match bytes.get(end)? {
        b',' => Some((cell, End::Cell, bytes.get(end + 1..)?)),
        b'\n' => Some((cell, End::Row, bytes.get(end + 1..)?)),
        _ => None,
    }
}

/// A decimal, or a fraction as it is written where an amount has no end.
fn amount_of(cell: &[u8]) -> Option<Number> {
    let cell = std::str::from_utf8(cell).ok()?;
    Number::parse(cell).or_else(|| {
        let (top, bottom) = cell.split_once('/')?;
        Number::parse(top)?.divided_by(Number::parse(bottom)?).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_added_as_read_back() {
        let pieces = ["employee,amount\n", "1042,200.00\n\"a,b\",-0.50\n", "7,\n"];
        assert_eq!(sum_of_amounts(&pieces), Some((3, Number::from_scaled(19950, 2))));
        assert_eq!(sum_of_amounts(&["employee\n"]), None);
        let rows = |text: &str| sum_of_amounts(&["reason,amount\n", text]).map(|(rows, sum)| (rows, sum.to_string()));
        assert_eq!(rows("\"say \"\"1,2\"\",\nand\",3\n\"\",0.5\n"), Some((2, "3.5".to_owned())));
        for broken in ["a\n", "a,1", "a\"b,1\n", "\"a\"b,1\n", "\"a,1\n", "a,x\n"] {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }
}
