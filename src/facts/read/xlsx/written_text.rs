//! Text of an XML part as it is meant: line ends, what stands for other characters, and Excel's own way to write those that XML cannot hold.

use super::pieces::Fault;

/// `_x000D_`
const SPELLED: usize = 7;

/// Adds what stands in the part.
#[inline]
pub fn add(text: &mut String, raw: &[u8]) -> Result<(), Fault> {
    let raw = std::str::from_utf8(raw).map_err(|error| Fault::Damaged(error.to_string()))?;
    match memchr::memchr2(b'&', b'\r', raw.as_bytes()) {
        None => text.push_str(raw),
        Some(_) => add_pieces(text, raw)?,
    }
    Ok(())
}

fn add_pieces(text: &mut String, raw: &str) -> Result<(), Fault> {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        add_lines(text, &rest[..at]);
        let (name, behind) = rest[at + 1..].split_once(';').ok_or_else(|| unknown(&rest[at..]))?;
        text.push(character(name).ok_or_else(|| unknown(&rest[at..at + name.len() + 2]))?);
        rest = behind;
    }
    add_lines(text, rest);
    Ok(())
}

/// Adds what stands in the part as it is, but for line ends.
pub fn add_verbatim(text: &mut String, raw: &[u8]) -> Result<(), Fault> {
    let raw = std::str::from_utf8(raw).map_err(|error| Fault::Damaged(error.to_string()))?;
    add_lines(text, raw);
    Ok(())
}

/// Text where none belongs was a tag before something happened to it.
pub fn expect_blank(raw: &[u8]) -> Result<(), Fault> {
    if raw.trim_ascii().is_empty() { Ok(()) } else { Err(Fault::Torn) }
}

/// Text that nobody reads; it must make sense all the same.
pub fn pass_over(raw: &[u8]) -> Result<(), Fault> {
    if memchr::memchr(b'&', raw).is_some() { add(&mut String::new(), raw) } else { Ok(()) }
}

/// In XML every line ends with one sign.
fn add_lines(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        text.push('\n');
        rest = rest[at + 1..].strip_prefix('\n').unwrap_or(&rest[at + 1..]);
    }
    text.push_str(rest);
}

fn unknown(entity: &str) -> Fault {
    let shown: String = entity.chars().take(30).collect();
    Fault::Damaged(format!("unknown entity `{shown}`"))
}

/// What `&name;` stands for.
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    let number = name.strip_prefix('#')?;
    let (digits, base) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    let code = if is_number { u32::from_str_radix(digits, base).ok()? } else { return None };
    char::from_u32(code).filter(|character| *character != '\0')
}

/// Replaces what Excel spells out in the text from here on: `_x000D_` is a line end, and `_x005F_` the sign that begins such a thing.
pub fn respell(text: &mut String, from: usize) {
    let Some(first) = next_spelled(text, from) else { return };
    let old = text.split_off(first);
    let mut at = 0;
    while let Some(begin) = next_spelled(&old, at) {
        text.push_str(&old[at..begin]);
        at = begin + SPELLED;
        let unit = unit_at(&old, begin).unwrap_or_default();
        let low = unit_at(&old, at).filter(|low| (0xdc00..0xe000).contains(low) && (0xd800..0xdc00).contains(&unit));
        at += if low.is_some() { SPELLED } else { 0 };
        let decoded = char::decode_utf16([unit].into_iter().chain(low)).next();
        text.push(decoded.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text.push_str(&old[at..]);
}

/// Whether Excel spells something out in the text.
#[inline]
pub fn is_spelled(text: &str) -> bool {
    next_spelled(text, 0).is_some()
}

fn next_spelled(text: &str, from: usize) -> Option<usize> {
    memchr::memchr_iter(b'_', &text.as_bytes()[from..]).map(|at| from + at).find(|at| unit_at(text, *at).is_some())
}

fn unit_at(text: &str, at: usize) -> Option<u16> {
    let bytes = text.as_bytes().get(at..at + SPELLED)?;
    let digits = bytes.strip_prefix(b"_x")?.strip_suffix(b"_")?;
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits.iter().try_fold(0u16, |unit, digit| Some(unit << 4 | u16::try_from(value(*digit)?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Option<String> {
        let mut text = "kept _x0041_ ".to_owned();
        let from = text.len();
        add(&mut text, raw.as_bytes()).ok()?;
        respell(&mut text, from);
        text.strip_prefix("kept _x0041_ ").map(str::to_owned)
    }

    #[test]
    fn what_stands_for_other_characters_is_read() {
        let read = |raw: &str| read(raw).unwrap_or_else(|| "refused".to_owned());
        assert_eq!(read("a &lt;&amp;lt; &#65;&#x1F600;&#10;"), "a <&lt; A\u{1f600}\n");
        assert_eq!(read("one\r\ntwo\rthree\n"), "one\ntwo\nthree\n");
        assert_eq!(read("a_x000D__x000a_b _x005F_x000D_ _x00zz_ _x000D"), "a\r\nb _x000D_ _x00zz_ _x000D");
        assert_eq!(read("_xD83D__xDCF7_ _xD83D_ _xDCF7_"), "\u{1f4f7} \u{fffd} \u{fffd}");
        for refused in ["&nbsp;", "&", "a & b", "&#xZZ;", "&#;", "&#x110000;", "&#0;", "&#+65;"] {
            assert_eq!(read(refused), "refused", "{refused}");
        }
    }
}
