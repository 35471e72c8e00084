//! An XML part cut into tags and texts while it is inflated: each stands whole, elements end in order, and nothing behind them is kept.

use std::io::Read;
use std::ops::Range;

use crate::facts::read::book::archive::PIECE_MOST;
use crate::facts::read::book::sheet_row::Misplaced;

/// So much is inflated at once.
const STEP: usize = 64 << 10;
/// Elements of a workbook stand in each other a dozen deep.
const DEPTH_MOST: usize = 1_000;

pub enum Piece<'p> {
    Start(Tag<'p>),
    /// The end of an element, under its local name. An element that is empty has one too.
    End(&'p [u8]),
    /// Text with what stands for other characters.
    Text(&'p [u8]),
    /// Text as it stands (`<![CDATA[…]]>`).
    Verbatim(&'p [u8]),
}

/// The begin of an element.
#[derive(Clone, Copy)]
pub struct Tag<'p> {
    /// Without the prefix of its namespace.
    pub name: &'p [u8],
    pub attributes: &'p [u8],
}

/// Why a part cannot be read on.
#[derive(Debug)]
pub enum Fault {
    /// It is larger inside than it may be.
    Size,
    /// A text or a tag is longer than it may be.
    Length,
    /// It has too many ways to show a cell.
    Forms,
    /// A cell stands where none can be.
    Misplaced(Misplaced),
    /// It makes no sense somewhere.
    Torn,
    Damaged(String),
}

pub struct Pieces<R> {
    part: R,
    bytes: Vec<u8>,
    /// What is inflated and not yet handed on.
    window: Range<usize>,
    /// Where the name of an empty element stands, whose end comes next.
    unended: Option<Range<usize>>,
    /// The names of the open elements, one behind the other, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    /// Bytes so far, and how many there may be.
    pub size: u64,
    most: u64,
}

impl<R: Read> Pieces<R> {
    /// The part may be so large inside.
    pub fn new(part: R, most: u64) -> Pieces<R> {
        let bytes = vec![0; 2 * STEP];
        Pieces { part, bytes, window: 0..0, unended: None, names: Vec::new(), open: Vec::new(), size: 0, most }
    }

    /// The next piece; none where the part is over, and all elements with it.
    pub fn next(&mut self) -> Result<Option<Piece<'_>>, Fault> {
        if let Some(name) = self.unended.take() {
            self.close(name.clone())?;
            return Ok(Some(Piece::End(local(&self.bytes[name]))));
        }
        loop {
            if self.window.is_empty() && !self.fill()? {
                return if self.open.is_empty() { Ok(None) } else { Err(Fault::Torn) };
            }
            if self.bytes[self.window.start] != b'<' {
                let text = self.text()?;
                return Ok(Some(Piece::Text(&self.bytes[text])));
            }
            let mut tag = self.tag()?;
            match self.bytes[tag.clone()].first() {
                None => return Err(Fault::Torn),
                Some(b'/') => {
                    tag.start += 1;
                    self.close(tag.clone())?;
                    return Ok(Some(Piece::End(local(self.bytes[tag].trim_ascii_end()))));
                }
                Some(b'!') if self.bytes[tag.clone()].starts_with(b"![CDATA[") => {
                    return Ok(Some(Piece::Verbatim(&self.bytes[tag.start + 8..tag.end - 2])));
                }
                // a document type brings words of its own, and no spreadsheet writes one
                Some(b'!') if !self.bytes[tag.clone()].starts_with(b"!--") => return Err(Fault::Torn),
                Some(b'!' | b'?') => {}
                Some(_) => return self.start(tag).map(Some),
            }
        }
    }

    /// What is inflated of the pieces that come next.
    pub fn window(&self) -> &[u8] {
        if self.unended.is_some() { &[] } else { &self.bytes[self.window.clone()] }
    }

    /// Passes over whole elements at the begin of the window.
    pub fn pass(&mut self, length: usize) {
        self.window.start += length;
    }

    fn start(&mut self, mut tag: Range<usize>) -> Result<Piece<'_>, Fault> {
        let is_empty = self.bytes[tag.end - 1] == b'/';
        tag.end -= usize::from(is_empty);
        let whole = &self.bytes[tag.clone()];
        let length = whole.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(whole.len());
        if length == 0 || self.open.len() == DEPTH_MOST {
            return Err(Fault::Torn);
        }
        let name = tag.start..tag.start + length;
        self.open.push(self.names.len());
        self.names.extend_from_slice(&self.bytes[name.clone()]);
        self.unended = is_empty.then_some(name.clone());
        Ok(Piece::Start(Tag { name: local(&self.bytes[name.clone()]), attributes: &self.bytes[name.end..tag.end] }))
    }

    /// Ends the element at hand, which has this name.
    fn close(&mut self, name: Range<usize>) -> Result<(), Fault> {
        let start = self.open.pop().ok_or(Fault::Torn)?;
        let name = &self.bytes[name];
        if self.names[start..] != *name && self.names[start..] != *name.trim_ascii_end() {
            return Err(Fault::Torn);
        }
        self.names.truncate(start);
        Ok(())
    }

    /// Takes the text up to the next tag.
    fn text(&mut self) -> Result<Range<usize>, Fault> {
        let mut seen = 0;
        let end = loop {
            if let Some(at) = memchr::memchr(b'<', &self.bytes[self.window.start + seen..self.window.end]) {
                break self.window.start + seen + at;
            }
            seen = self.window.len();
            if !self.fill()? {
                break self.window.end;
            }
        };
        let text = self.window.start..end;
        self.window.start = end;
        if text.len() as u64 > PIECE_MOST { Err(Fault::Length) } else { Ok(text) }
    }

    /// Takes the tag that begins here, and hands on what stands between `<` and `>`.
    fn tag(&mut self) -> Result<Range<usize>, Fault> {
        while self.window.len() < 4 && self.fill()? {}
        let closing: &[u8] = match self.bytes[self.window.clone()] {
            [b'<', b'!', b'-', ..] => b"--",
            [b'<', b'!', b'[', ..] => b"]]",
            [b'<', b'?', ..] => b"?",
            _ => b"",
        };
        let is_note = matches!(self.bytes.get(self.window.start + 1), Some(b'!' | b'?'));
        let (mut seen, mut quote) = (1, None);
        let end = loop {
            let fresh = &self.bytes[self.window.start + seen..self.window.end];
            let found = if is_note {
                end_of_note(fresh, (&self.bytes[self.window.start..], seen), closing)
            } else {
                end_of_tag(fresh, &mut quote)?
            };
            if let Some(at) = found {
                break self.window.start + seen + at;
            }
            seen = self.window.len();
            if !self.fill()? {
                return Err(Fault::Torn);
            }
        };
        let tag = self.window.start + 1..end;
        self.window.start = end + 1;
        if tag.len() as u64 > PIECE_MOST { Err(Fault::Length) } else { Ok(tag) }
    }

    /// Inflates more behind what is in the window; false where nothing is left.
    fn fill(&mut self) -> Result<bool, Fault> {
        if self.window.len() as u64 > PIECE_MOST {
            return Err(Fault::Length);
        }
        self.bytes.copy_within(self.window.clone(), 0);
        self.window = 0..self.window.len();
        if self.bytes.len() < self.window.end + STEP {
            self.bytes.resize(2 * self.bytes.len(), 0);
        }
        let read = self.part.read(&mut self.bytes[self.window.end..]).map_err(|error| Fault::Damaged(error.to_string()))?;
        self.window.end += read;
        self.size += read as u64;
        if self.size > self.most { Err(Fault::Size) } else { Ok(read > 0) }
    }
}

/// Where the `>` of a tag stands; one between quotation marks ends nothing, and `<` stands in no tag.
fn end_of_tag(fresh: &[u8], quote: &mut Option<u8>) -> Result<Option<usize>, Fault> {
    for (at, byte) in fresh.iter().enumerate() {
        match byte {
            b'<' => return Err(Fault::Torn),
            b'>' if quote.is_none() => return Ok(Some(at)),
            b'"' | b'\'' if quote.is_none() => *quote = Some(*byte),
            b'"' | b'\'' if *quote == Some(*byte) => *quote = None,
            _ => {}
        }
    }
    Ok(None)
}

/// Where the `>` of a comment or its like stands; `window` begins with its `<`, and so much of it was looked at before.
fn end_of_note(fresh: &[u8], (window, seen): (&[u8], usize), closing: &[u8]) -> Option<usize> {
    let least = 2 * closing.len() + 2;
    let ends = |at: &usize| seen + at >= least && window[..seen + at].ends_with(closing);
    memchr::memchr_iter(b'>', fresh).find(ends)
}

fn local(name: &[u8]) -> &[u8] {
    match name {
        // nearly every name of a sheet is as short as this and has no prefix
        [_] | [_, _] => name,
        _ => name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..]),
    }
}

impl<'p> Tag<'p> {
    /// Each attribute with its value, as they stand.
    pub fn each(self) -> Attributes<'p> {
        Attributes { rest: self.attributes }
    }

    /// The value of one attribute, which has no prefix.
    pub fn value(self, name: &str) -> Result<Option<&'p [u8]>, Fault> {
        let mut found = None;
        for attribute in self.each() {
            let (key, value) = attribute?;
            if key == name.as_bytes() {
                found = found.or(Some(value));
            }
        }
        Ok(found)
    }
}

pub struct Attributes<'p> {
    rest: &'p [u8],
}

impl<'p> Iterator for Attributes<'p> {
    type Item = Result<(&'p [u8], &'p [u8]), Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        self.rest = &[];
        let torn = || Some(Err(Fault::Damaged("an attribute has no value".to_owned())));
        let Some(equal) = rest.iter().position(|byte| *byte == b'=') else { return torn() };
        let (key, value) = (rest[..equal].trim_ascii_end(), rest[equal + 1..].trim_ascii_start());
        let Some((quote @ (b'"' | b'\''), value)) = value.split_first() else { return torn() };
        let Some(end) = value.iter().position(|byte| byte == quote) else { return torn() };
        self.rest = &value[end + 1..];
        let stands_alone = self.rest.first().is_none_or(u8::is_ascii_whitespace);
        if key.is_empty() || !stands_alone || key.iter().any(|byte| matches!(byte, b'"' | b'\'' | b' ')) {
            self.rest = &[];
            return torn();
        }
        Some(Ok((key, &value[..end])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands on so many bytes at a time.
    struct Drops<'b>(&'b [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn said(text: &str, drop: usize) -> Result<String, Fault> {
        let mut pieces = Pieces::new(Drops(text.as_bytes(), drop), 1 << 20);
        let mut said = String::new();
        while let Some(piece) = pieces.next()? {
            said += &match piece {
                Piece::Start(tag) => {
                    let values: Result<Vec<_>, Fault> = tag.each().collect();
                    let values = values?.into_iter().map(|(key, value)| [key, b"=", value].concat());
                    let values: Vec<String> = values.map(|value| String::from_utf8_lossy(&value).into_owned()).collect();
                    format!("({} {}", String::from_utf8_lossy(tag.name), values.join(","))
                }
                Piece::End(name) => format!("{})", String::from_utf8_lossy(name)),
                Piece::Text(text) | Piece::Verbatim(text) => format!("[{}]", String::from_utf8_lossy(text)),
            };
        }
        Ok(said)
    }

    #[test]
    fn pieces_are_whole_wherever_the_bytes_are_cut() {
        let text = "<?xml a='>'?><!-- <a> -- > --><x:a b=\"x>y\" c = '\"'>t&amp;u<b /><![CDATA[<b>]]]></x:a\n>";
        for drop in [1, 2, 3, 7, 1000] {
            assert_eq!(said(text, drop).unwrap_or_default(), "(a b=x>y,c=\"[t&amp;u](b b)[<b>]]a)", "by {drop}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for drop in [1, 5, 1000] {
            for torn in
                ["<a><b></a>", "<a></b>", "<a c=\"1></a>", "<a c=\"<\"/>", "<a", "<a><b/></a></a>", "<>", "< a/>", "<!-->", "<!DOCTYPE a>"]
            {
                assert!(matches!(said(torn, drop), Err(Fault::Torn)), "{torn} by {drop}");
            }
            for damaged in ["<a b/>", "<a b=c/>", "<a b=\"1\" c/>", "<a b=\"1\"c=\"2\"/>", "<a b c=\"2\"/>", "<a =\"2\"/>"] {
                assert!(matches!(said(damaged, drop), Err(Fault::Damaged(_))), "{damaged} by {drop}");
            }
        }
        let long = format!("<a>{}</a>", "x".repeat(2 << 20));
        assert!(matches!(said(&long, 1 << 16), Err(Fault::Size)));
    }
}
