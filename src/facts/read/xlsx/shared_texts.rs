//! Texts of an `.xlsx`: those that cells share, and how one is put together from its runs.

use std::io::Read;

use super::pieces::{Fault, Piece, Pieces};
use super::plain_cell::plain_text;
use super::written_text::{add, add_verbatim, expect_blank, respell};

/// The texts that cells name by number, one behind the other.
#[derive(Debug, Default)]
pub struct SharedTexts {
    texts: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl SharedTexts {
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.texts.get(start..end)
    }

    /// Reads the part that holds them; there may be so many.
    pub fn read<R: Read>(&mut self, pieces: &mut Pieces<R>, texts_most: u64) -> Result<(), Fault> {
        let mut declared = 0;
        loop {
            self.read_plain(pieces, texts_most)?;
            let Some(piece) = pieces.next()? else { break };
            match piece {
                Piece::Start(tag) if tag.name == b"si" => {
                    rich(pieces, &mut self.texts)?;
                    self.end(texts_most)?;
                }
                Piece::Start(tag) if tag.name == b"sst" => {
                    let count = |count: &[u8]| std::str::from_utf8(count).ok()?.trim().parse().ok();
                    declared = declared.max(tag.value("uniqueCount")?.map_or(0, |found| count(found).unwrap_or(u64::MAX)));
                }
                Piece::Text(raw) | Piece::Verbatim(raw) => expect_blank(raw)?,
                Piece::Start(_) | Piece::End(_) => {}
            }
        }
        // a text takes at least `<si/>`
        if declared > pieces.size / 5 { Err(Fault::Size) } else { Ok(()) }
    }

    /// Takes the texts that come next and are written as most are.
    fn read_plain<R: Read>(&mut self, pieces: &mut Pieces<R>, texts_most: u64) -> Result<(), Fault> {
        loop {
            let window = pieces.window();
            let plain = window.strip_prefix(b"<si>").and_then(plain_text);
            let Some((text, rest)) = plain.and_then(|(text, rest)| Some((text, rest.strip_prefix(b"</si>")?))) else { return Ok(()) };
            self.texts.push_str(text);
            let length = window.len() - rest.len();
            pieces.pass(length);
            self.end(texts_most)?;
        }
    }

    /// Ends the text at hand.
    fn end(&mut self, texts_most: u64) -> Result<(), Fault> {
        self.ends.push(u32::try_from(self.texts.len()).map_err(|_| Fault::Size)?);
        if self.ends.len() as u64 > texts_most { Err(Fault::Size) } else { Ok(()) }
    }
}

/// Adds the text of an element whose begin was just read, runs and all, but not how it is spoken.
pub fn rich<R: Read>(pieces: &mut Pieces<R>, into: &mut String) -> Result<(), Fault> {
    let (mut depth, mut spoken) = (0, None);
    loop {
        match pieces.next()?.ok_or(Fault::Torn)? {
            Piece::Start(tag) => match tag.name {
                b"t" => {
                    let keeps_spaces = tag.value("xml:space")? == Some(b"preserve");
                    let from = into.len();
                    plain(pieces, into)?;
                    if spoken.is_some() {
                        into.truncate(from);
                        continue;
                    }
                    if !keeps_spaces {
                        trim(into, from);
                    }
                    respell(into, from);
                }
                b"c" | b"row" | b"si" | b"is" => return Err(Fault::Torn),
                name => {
                    if name == b"rPh" && spoken.is_none() {
                        spoken = Some(depth);
                    }
                    depth += 1;
                }
            },
            Piece::End(_) if depth == 0 => return Ok(()),
            Piece::End(_) => {
                depth -= 1;
                spoken = spoken.filter(|outside| *outside != depth);
            }
            Piece::Text(raw) | Piece::Verbatim(raw) => expect_blank(raw)?,
        }
    }
}

/// Adds the text of an element whose begin was just read, and in which no other may stand.
pub fn plain<R: Read>(pieces: &mut Pieces<R>, into: &mut String) -> Result<(), Fault> {
    loop {
        match pieces.next()?.ok_or(Fault::Torn)? {
            Piece::Text(raw) => add(into, raw)?,
            Piece::Verbatim(raw) => add_verbatim(into, raw)?,
            Piece::End(_) => return Ok(()),
            Piece::Start(_) => return Err(Fault::Torn),
        }
    }
}

/// Takes the spaces around a text away that nobody asked to keep.
fn trim(text: &mut String, from: usize) {
    let is_space = [' ', '\t', '\r', '\n'];
    let end = from + text[from..].trim_end_matches(is_space).len();
    text.truncate(end);
    let start = end - text[from..].trim_start_matches(is_space).len();
    text.drain(from..start);
}
