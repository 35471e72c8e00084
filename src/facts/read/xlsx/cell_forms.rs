//! How the cells of an `.xlsx` are shown: which of its styles make a date or a time of a number.

use std::collections::BTreeMap;
use std::io::Read;

use super::pieces::{Fault, Piece, Pieces};
use super::written_text::{add, pass_over};

/// By style: whether it shows a number as a date, a time or a length of time.
#[derive(Debug, Default)]
pub struct CellForms {
    dates: Vec<bool>,
}

impl CellForms {
    pub fn is_date(&self, style: usize) -> bool {
        self.dates.get(style).copied().unwrap_or(false)
    }

    /// Reads the part that lists them; there may be so many descriptions of all kinds.
    pub fn read<R: Read>(&mut self, pieces: &mut Pieces<R>, most: u64) -> Result<(), Fault> {
        let (mut described, mut formats) = (0, BTreeMap::new());
        let (mut in_formats, mut in_cells) = (false, false);
        while let Some(piece) = pieces.next()? {
            let tag = match piece {
                Piece::Start(tag) => tag,
                Piece::End(name) => {
                    in_formats &= name != b"numFmts";
                    in_cells &= name != b"cellXfs";
                    continue;
                }
                Piece::Text(raw) => {
                    pass_over(raw)?;
                    continue;
                }
                Piece::Verbatim(_) => continue,
            };
            described += u64::from(matches!(tag.name, b"xf" | b"numFmt" | b"font" | b"fill" | b"border"));
            if described > most {
                return Err(Fault::Forms);
            }
            match tag.name {
                b"numFmts" => in_formats = true,
                b"cellXfs" => in_cells = true,
                b"numFmt" if in_formats => {
                    if let (Some(id), Some(code)) = (tag.value("numFmtId")?, tag.value("formatCode")?) {
                        let mut format = String::new();
                        add(&mut format, code)?;
                        formats.insert(id.to_vec(), shows_a_date(&format));
                    }
                }
                b"xf" if in_cells => {
                    let date = |id: &[u8]| formats.get(id).copied().unwrap_or_else(|| is_date_of_every_book(id));
                    self.dates.push(tag.value("numFmtId")?.is_some_and(date));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Formats that every workbook has without describing them.
fn is_date_of_every_book(id: &[u8]) -> bool {
    let id: Option<u32> = std::str::from_utf8(id).ok().and_then(|id| id.parse().ok());
    id.is_some_and(|id| matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58))
}

/// Whether a format has letters for days, hours or their like in its first section.
fn shows_a_date(format: &str) -> bool {
    let (mut is_literal, mut is_quoted, mut depth) = (false, false, 0u32);
    // between brackets: one letter for a length of time, repeated; outside: the `a` of `AM/PM`
    let (mut counts_time, mut half_days, mut before) = (false, false, ' ');
    for sign in format.chars() {
        let letter = sign.to_ascii_lowercase();
        match sign {
            _ if is_literal => is_literal = false,
            '_' | '\\' | '*' => is_literal = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            ';' => return false,
            '[' => depth += 1,
            ']' if depth == 1 && counts_time => return true,
            ']' => depth = depth.saturating_sub(1),
            _ if letter == 'a' && !half_days && depth == 0 => half_days = true,
            _ if half_days && depth == 0 && matches!(letter, 'p' | 'm' | '/') => return true,
            _ if !half_days && depth == 0 && matches!(letter, 'd' | 'm' | 'h' | 'y' | 's') => return true,
            _ if counts_time && letter == before.to_ascii_lowercase() => {}
            _ => counts_time = before == '[' && matches!(letter, 'm' | 'h' | 's'),
        }
        before = sign;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_lengths_of_time_are_told_from_numbers() {
        for date in ["yyyy-mm-dd", "DD/MM/YY", "[h]:mm", "[ss]", "[s].000", "h AM/PM", "[Red][h]", "[$-404]e\"m\"d", "*-yyyy", "a/p"] {
            assert!(shows_a_date(date), "{date}");
        }
        for number in ["General", "0.00", "\"day\" 0", "\\y0", "0_d", "#,##0*y", "[Red]0", "0;yyyy", "[>=100][Magenta]0", "@", ""] {
            assert!(!shows_a_date(number), "{number}");
        }
    }
}
