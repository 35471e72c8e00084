//! The tags of an XML part while it is inflated: enough to see what a file asks a reader to set aside, and nothing kept.

/// A tag longer than this says nothing that is looked at here.
const TAG_MOST: usize = 4096;

/// Cuts a stream of chunks into tags: the text between `<` and `>`, without comments.
#[derive(Default)]
pub struct Tags {
    tag: Vec<u8>,
    inside: bool,
    /// The quotation mark that is open in the tag: a `>` behind it ends nothing.
    quote: Option<u8>,
    /// The last two bytes of the tag so far.
    last: [u8; 2],
    /// How long the text or tag at hand is so far.
    run: u64,
    /// The longest text or tag.
    pub longest: u64,
}

impl Tags {
    /// Hands each whole tag on as it stands; those whose names are not wanted may be left out, and cost nothing.
    pub fn feed(&mut self, chunk: &[u8], wanted: impl Fn(&[u8]) -> bool, mut each: impl FnMut(&[u8])) {
        let mut rest = chunk;
        while !rest.is_empty() {
            if !self.inside {
                let open = rest.iter().position(|byte| *byte == b'<');
                self.lengthen(open.unwrap_or(rest.len()));
                let Some(open) = open else { return };
                if whole_name(&rest[open + 1..]).is_some_and(|name| !wanted(name)) {
                    // no `<` stands inside a tag, so its end need not be found
                    self.run = 0;
                    rest = &rest[open + 1..];
                    continue;
                }
                (self.inside, self.quote, self.run, self.last) = (true, None, 0, [0; 2]);
                self.tag.clear();
                rest = &rest[open + 1..];
                continue;
            }
            let end = self.end(rest);
            let piece = &rest[..end.unwrap_or(rest.len())];
            self.lengthen(piece.len());
            if end.is_some() && self.tag.is_empty() && piece.len() < TAG_MOST {
                each(piece);
            } else {
                let room = TAG_MOST.saturating_sub(self.tag.len());
                self.tag.extend_from_slice(&piece[..piece.len().min(room)]);
                if end.is_some() {
                    each(&self.tag);
                }
            }
            let Some(end) = end else { return };
            (self.inside, self.run) = (false, 0);
            rest = &rest[end + 1..];
        }
    }

    fn lengthen(&mut self, bytes: usize) {
        self.run += bytes as u64;
        self.longest = self.longest.max(self.run);
    }

    /// Where the tag at hand ends in these bytes.
    fn end(&mut self, rest: &[u8]) -> Option<usize> {
        let mut begin = [0; 8];
        let start = self.tag.iter().chain(rest).take(begin.len());
        begin.iter_mut().zip(start).for_each(|(slot, byte)| *slot = *byte);
        let closing: Option<&[u8]> = match begin {
            [b'!', b'-', b'-', ..] => Some(b"--"),
            [b'!', b'[', b'C', ..] => Some(b"]]"),
            _ => None,
        };
        for (at, byte) in rest.iter().enumerate() {
            let ends = *byte == b'>' && self.quote.is_none() && closing.is_none_or(|closing| self.last == closing);
            self.last = [self.last[1], *byte];
            match (self.quote, byte) {
                _ if ends => return Some(at),
                (Some(open), byte) if open == *byte => self.quote = None,
                (None, b'"' | b'\'') if !matches!(begin[0], b'!' | b'?') => self.quote = Some(*byte),
                _ => {}
            }
        }
        None
    }
}

/// The local name of the tag that begins here, where all of it is here; none for comments and their like.
fn whole_name(rest: &[u8]) -> Option<&[u8]> {
    let end = rest.iter().take(48).position(|byte| matches!(byte, b' ' | b'>' | b'/' | b'\n' | b'\r' | b'\t'))?;
    let name = &rest[..end];
    (!matches!(name.first(), None | Some(b'!' | b'?'))).then(|| local_name(name))
}

/// The name of a tag without the prefix of its namespace: `row` of `x:row r="2"`; none for ends of elements.
pub fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(tag.len());
    let name = &tag[..end];
    name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
}

/// The value of an attribute of a tag.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let alone = rest.get(..at).is_some_and(|before| before.ends_with(|before: char| before.is_whitespace()));
        rest = &rest[at + name.len()..];
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if let (true, Some(value)) = (alone, value) {
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            return value[1..].split(quote).next();
        }
    }
}

/// A count as an attribute states it; what is no number is as good as endless.
pub fn count(tag: &str, name: &str) -> u64 {
    attribute(tag, name).map_or(1, |count| count.trim().parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_across_chunks() {
        let mut tags = Tags::default();
        let mut found = Vec::new();
        let chunks = ["<?xml?><!-- <a> -", "-><ss", "t uniqueCount='4>' count=\"9\"><si/>te", "xt<![CDATA[<b>]]", "><b", ">"];
        for chunk in chunks {
            tags.feed(chunk.as_bytes(), |name| name != b"x", |tag| found.push(String::from_utf8_lossy(tag).into_owned()));
        }
        assert_eq!(found, ["?xml?", "!-- <a> --", "sst uniqueCount='4>' count=\"9\"", "si/", "![CDATA[<b>]]", "b"]);
        assert_eq!((attribute(&found[2], "count"), attribute(&found[2], "uniqueCount")), (Some("9"), Some("4>")));
        assert_eq!(tags.longest, 30);
    }

    #[test]
    fn names_stand_without_their_prefix() {
        let names: Vec<&[u8]> = ["x:row r=\"2\"", "row/", "/row", "a b:c='1'"].map(|tag| local_name(tag.as_bytes())).into();
        assert_eq!(names, [&b"row"[..], b"row", b"", b"a"]);
    }
}
