//! Bytes of a text file to UTF-8: by its mark, by the mapping, or not at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::seen::ACCENT;
use crate::diagnostic::Diagnostic;
use crate::facts::read::{OpenWith, of_file, of_row};

/// A file's text, and what was done to get it.
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub assumed: Vec<String>,
    /// UTF-16 with a mark, as Excel writes it ("Unicode Text"): the cells are separated by tabs.
    pub utf16: bool,
}

pub fn decode<'a>(bytes: &'a [u8], with: OpenWith<'_>) -> Result<Decoded<'a>, Box<Diagnostic>> {
    let label = with.rule.and_then(|rule| rule.encoding.as_deref());
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let marked = Encoding::for_bom(bytes).map(|(encoding, length)| (encoding, &bytes[length..]));
    let decoded = match (marked, declared) {
        (Some((encoding, rest)), _) if encoding == UTF_16LE || encoding == UTF_16BE => {
            let text = translate(encoding, rest, with)?;
            Decoded { text, assumed: vec!["read as UTF-16".to_string()], utf16: true }
        }
        (Some((_, rest)), _) => Decoded { text: utf8(rest, with)?, assumed: Vec::new(), utf16: false },
        (None, Some(encoding)) if encoding != UTF_8 => Decoded {
            text: translate(encoding, bytes, with)?,
            assumed: vec![format!("read as {}", encoding.name())],
            utf16: encoding == UTF_16LE || encoding == UTF_16BE,
        },
        (None, _) => Decoded { text: utf8(bytes, with)?, assumed: Vec::new(), utf16: false },
    };
    match memchr::memchr(0, decoded.text.as_bytes()) {
        Some(at) => Err(Box::new(null_byte(&decoded.text.as_bytes()[..at], with.name))),
        None => Ok(decoded),
    }
}

/// Whether no mark says that the bytes are anything but UTF-8.
pub fn is_utf8_by_mark(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_none_or(|(encoding, _)| encoding == UTF_8)
}

/// The text that the bytes are, where they are UTF-8.
pub fn valid(bytes: &[u8]) -> Option<Cow<'_, str>> {
    UTF_8.decode_without_bom_handling_and_without_replacement(bytes)
}

fn utf8<'a>(bytes: &'a [u8], with: OpenWith<'_>) -> Result<Cow<'a, str>, Box<Diagnostic>> {
    if let Some(text) = valid(bytes) {
        return Ok(text);
    }
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        if bytes.iter().take(200).filter(|byte| **byte == 0).count() > 20 {
            return Box::new(null_byte(before, with.name));
        }
        let line = line_after(before);
        let message = format!("the file is not UTF-8: line {line} has a byte (0x{:02x}) that does not belong", bytes[before.len()]);
        let help = "say in the mapping what it is, most likely:";
        Box::new(Diagnostic::error("encoding-needed", of_row(with.name, line), message).help(help).help("encoding = \"windows-1252\""))
    })
}

fn translate<'a>(encoding: &'static Encoding, bytes: &'a [u8], with: OpenWith<'_>) -> Result<Cow<'a, str>, Box<Diagnostic>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let message = format!("the file is not {}: it holds bytes that have no meaning there", encoding.name());
        Box::new(
            Diagnostic::error("encoding-wrong", of_file(with.name), message)
                .help("export it as UTF-8, or correct `encoding` in the mapping"),
        )
    })
}

fn null_byte(before: &[u8], name: &str) -> Diagnostic {
    let line = line_after(before);
    Diagnostic::error("null-byte", of_row(name, line), format!("line {line} holds a null byte, which no text file has"))
        .help("export it as UTF-8; if it is UTF-16 without its mark, write in the mapping:")
        .help("encoding = \"utf-16le\"")
}

/// Where a text shows that it was taken for another encoding once too often: `Ã©` for `é`, `â€™` for an apostrophe.
fn decoded_twice(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(ACCENT, bytes.get(at..)?) {
        at += found;
        let rest = &bytes[at..];
        if rest.starts_with(&[0xc3, 0x83, 0xc2]) || rest.starts_with(&[0xc3, 0xa2, 0xe2, 0x82, 0xac]) {
            return Some(at);
        }
        at += 1;
    }
    None
}

pub fn line_after(before: &[u8]) -> u32 {
    before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1
}

/// What is odd about a text that begins on this line and does not keep it from being used.
pub fn warnings(name: &str, text: &str, first_line: u32) -> Vec<Diagnostic> {
    let Some(at) = decoded_twice(text) else { return Vec::new() };
    let line = line_after(&text.as_bytes()[..at]) + first_line - 1;
    let shown: String = text[at..].chars().take(12).take_while(|letter| !matches!(letter, '\n' | '\r')).collect();
    let message = format!("the file's accents were damaged before it came here: line {line} has `{shown}`");
    let help = "export it again as UTF-8; names are not used to find people, but a key with an accent would not match";
    vec![Diagnostic::warning("text-decoded-twice", of_row(name, line), message).help(help)]
}
