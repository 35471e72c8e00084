//! The credential that is baked into a PNG image, as text.

use super::limits::{PIECES_MOST, TEXT_BYTES_MOST};
use super::unbaked::{Baked, Fault};

pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Keywords of Open Badges 2.0 and 3.0.
const KEYWORDS: [&[u8]; 2] = [b"openbadges", b"openbadgecredential"];

struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    checked: &'a [u8],
    sum: u32,
}

/// The one text chunk of the image that holds a badge.
pub fn unbake(bytes: &[u8]) -> Result<Baked, Fault> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or_else(|| Fault::damaged("it does not start like a PNG"))?;
    let mut found = None;
    for _ in 0..PIECES_MOST {
        let (chunk, after) = next_chunk(rest)?;
        rest = after;
        if chunk.kind == b"IEND" {
            return found.ok_or(Fault::Nothing);
        }
        let Some(baked) = baked_in(&chunk)? else { continue };
        if sum_of(chunk.checked) != chunk.sum {
            return Err(Fault::damaged("the check sum of the chunk with the badge does not fit"));
        }
        if found.replace(baked).is_some() {
            return Err(Fault::Twice);
        }
    }
    Err(Fault::damaged("it has too many chunks"))
}

fn next_chunk(bytes: &[u8]) -> Result<(Chunk<'_>, &[u8]), Fault> {
    let cut = || Fault::damaged("it ends in the middle");
    let (length, body) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = u32::from_be_bytes(*length) as usize;
    let checked = body.get(..length.saturating_add(4)).ok_or_else(cut)?;
    let (sum, after) = body[checked.len()..].split_first_chunk::<4>().ok_or_else(cut)?;
    let (kind, data) = checked.split_at(4);
    Ok((Chunk { kind, data, checked, sum: u32::from_be_bytes(*sum) }, after))
}

/// What a chunk holds under one of the keywords; none for other chunks.
fn baked_in(chunk: &Chunk<'_>) -> Result<Option<Baked>, Fault> {
    if !matches!(chunk.kind, b"iTXt" | b"tEXt" | b"zTXt") {
        return Ok(None);
    }
    let Some((keyword, rest)) = split_at_zero(chunk.data).filter(|(keyword, _)| KEYWORDS.contains(keyword)) else { return Ok(None) };
    if chunk.kind == b"zTXt" {
        return Err(Fault::Compressed);
    }
    if chunk.data.len() > TEXT_BYTES_MOST {
        return Err(Fault::TooLong);
    }
    let text = if chunk.kind == b"tEXt" { rest } else { international_text(rest)? };
    let text = std::str::from_utf8(text).map_err(|_| Fault::damaged("the text of the badge is not UTF-8"))?;
    let place = format!("{} chunk {}", String::from_utf8_lossy(chunk.kind), String::from_utf8_lossy(keyword));
    Ok(Some(Baked { text: text.to_owned(), place }))
}

/// The text of an `iTXt` chunk after its keyword: two flags, two more texts, then it.
fn international_text(data: &[u8]) -> Result<&[u8], Fault> {
    let short = || Fault::damaged("the chunk with the badge is cut short");
    let ([compressed, _method], rest) = data.split_first_chunk::<2>().ok_or_else(short)?;
    if *compressed != 0 {
        return Err(Fault::Compressed);
    }
    let (_language, rest) = split_at_zero(rest).ok_or_else(short)?;
    let (_translated, text) = split_at_zero(rest).ok_or_else(short)?;
    Ok(text)
}

fn split_at_zero(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..at], &data[at + 1..]))
}

/// CRC-32 as PNG has it (annex D).
pub fn sum_of(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_that_of_the_standard() {
        assert_eq!(sum_of(b"IEND"), 0xae42_6082);
        assert_eq!(sum_of(b"123456789"), 0xcbf4_3926);
    }
}
