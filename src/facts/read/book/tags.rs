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
    /// The names of the elements that began less those that ended, as one number: nothing where each has its end.
    open: u64,
    /// Whether a tag began inside another.
    is_torn: bool,
}

impl Tags {
    /// Hands each whole tag on as it stands; those whose names are not wanted may be left out, and cost little.
    pub fn feed(&mut self, chunk: &[u8], wanted: impl Fn(&[u8]) -> bool, mut each: impl FnMut(&[u8])) {
        let mut rest = chunk;
        while !rest.is_empty() {
            if !self.inside {
                let open = memchr::memchr(b'<', rest);
                self.lengthen(open.unwrap_or(rest.len()));
                let Some(open) = open else { return };
                self.run = 0;
                rest = &rest[open + 1..];
                if let Some(end) = plain_end(rest).filter(|end| !wanted(local_name(&rest[..*end]))) {
                    self.balance(&rest[..end], rest[..end].last());
                    rest = &rest[end + 1..];
                    continue;
                }
                (self.inside, self.quote, self.last) = (true, None, [0; 2]);
                self.tag.clear();
                continue;
            }
            let end = self.end(rest);
            let piece = &rest[..end.unwrap_or(rest.len())];
            self.lengthen(piece.len());
            let is_whole = end.is_some() && self.tag.is_empty() && piece.len() < TAG_MOST;
            if !is_whole {
                let room = TAG_MOST.saturating_sub(self.tag.len());
                self.tag.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            let Some(end) = end else { return };
            let kept = std::mem::take(&mut self.tag);
            let tag = if is_whole { piece } else { &kept };
            let before = self.last[0];
            self.balance(tag, Some(&before));
            each(tag);
            (self.tag, self.inside, self.run) = (kept, false, 0);
            rest = &rest[end + 1..];
        }
    }

    /// Whether every element had its end and no tag stood in another; to be asked when the part is over.
    pub fn is_sound(&self) -> bool {
        self.open == 0 && !self.inside && !self.is_torn
    }

    /// Counts an element as begun or ended; `last` is the byte before the `>`.
    fn balance(&mut self, tag: &[u8], last: Option<&u8>) {
        match tag.first() {
            Some(b'!' | b'?') => {}
            Some(b'/') => self.open = self.open.wrapping_sub(name_number(&tag[1..])),
            _ if last == Some(&b'/') => {}
            _ => self.open = self.open.wrapping_add(name_number(tag)),
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
                // `<` stands in no tag, also not between quotation marks
                (_, b'<') if !matches!(begin[0], b'!' | b'?') => self.is_torn = true,
                (Some(open), byte) if open == *byte => self.quote = None,
                (None, b'"' | b'\'') if !matches!(begin[0], b'!' | b'?') => self.quote = Some(*byte),
                _ => {}
            }
        }
        None
    }
}

/// Where the tag that begins here ends, if all of it is here and no `>` in it can mean anything else; none for comments and their like.
fn plain_end(rest: &[u8]) -> Option<usize> {
    if matches!(rest.first(), None | Some(b'!' | b'?')) {
        return None;
    }
    let end = memchr::memchr2(b'>', b'<', rest).filter(|end| rest[*end] == b'>')?;
    let mut is_quoted = false;
    for byte in &rest[..end] {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\'' => return None,
            _ => {}
        }
    }
    (!is_quoted).then_some(end)
}

/// A number for the name of an element: its bytes, and few other names have the same.
fn name_number(tag: &[u8]) -> u64 {
    let name = tag.iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'/');
    name.fold(0xcbf2_9ce4_8422_2325, |number: u64, byte| (number ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
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

    #[test]
    fn torn_and_renamed_tags_are_found() {
        let is_sound = |text: &str, size: usize| {
            let mut tags = Tags::default();
            text.as_bytes().chunks(size).for_each(|chunk| tags.feed(chunk, |name| name == b"b", |_| {}));
            tags.is_sound()
        };
        for size in [1, 3, 100] {
            for sound in ["<a><b c=\"1\"/><d e='>\"'>f</d></a>", "<?xml?><!-- < --><a><![CDATA[<]]></a >", "<a b=\"x>y\"></a>", "<a\n/>"] {
                assert!(is_sound(sound, size), "{sound} by {size}");
            }
            for torn in
                ["<a><b></a>", "<a></b>", "<a c=\"1></a><a d=\"2\"></a>", "<a><d c=\"</d></a>", "<a", "<b c=\"<\"/>", "<a><b/></a></a>"]
            {
                assert!(!is_sound(torn, size), "{torn} by {size}");
            }
        }
    }
}
