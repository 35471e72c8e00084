//! Signs that mean more in a table than themselves: those for which a cell stands in quotes, and those with which a formula begins.

use wide::u8x16;

/// Whether RFC 4180 asks for quotes around the cell.
#[inline]
pub fn asks_for_quotes(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let Some(last) = bytes.last_chunk::<16>() else {
        return bytes.iter().fold(false, |asked, byte| asked | ASKS_FOR_QUOTES[usize::from(*byte)]);
    };
    // sixteen bytes at a glance; the last of them may have been looked at before
    let asks = |chunk: &[u8; 16]| {
        let chunk = u8x16::from(*chunk);
        let equal = |sign: u8| chunk.simd_eq(u8x16::splat(sign));
        equal(b',') | equal(b'"') | equal(b'\n') | equal(b'\r')
    };
    let (chunks, _) = bytes.as_chunks::<16>();
    chunks.iter().fold(asks(last), |asked, chunk| asked | asks(chunk)).any()
}

/// By byte: a comma, a quote, the end of a line.
const ASKS_FOR_QUOTES: [bool; 256] = {
    let mut asks = [false; 256];
    asks[b',' as usize] = true;
    asks[b'"' as usize] = true;
    asks[b'\n' as usize] = true;
    asks[b'\r' as usize] = true;
    asks
};

/// True for a text that a spreadsheet may take for a formula when it opens a CSV file (OWASP ASVS 1.2.10).
#[inline]
pub fn would_run(cell: &str) -> bool {
    if is_harmless(cell) {
        return false;
    }
    let first = cell.trim_start_matches(' ').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠'))
}

/// Whether the text begins as no formula does.
#[inline]
pub fn is_harmless(cell: &str) -> bool {
    cell.as_bytes().first().is_some_and(|first| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_recognised_behind_spaces_and_in_full_width() {
        for text in ["=1", " =1", "+1", "-KjX", "@a", "\t=1", "＝1"] {
            assert!(would_run(text), "{text}");
        }
        for text in ["", "1042", "A-1", "a=1"] {
            assert!(!would_run(text), "{text}");
        }
    }
}
