//! The tags of an XML part while it is inflated: enough to see what a file asks a reader to set aside, and nothing kept.

/// A tag longer than this says nothing that is looked at here.
const TAG_MOST: usize = 4096;

/// Cuts a stream of chunks into tags: the text between `<` and `>`, without comments.
#[derive(Default)]
pub struct Tags {
    tag: Vec<u8>,
    inside: bool,
}

impl Tags {
    pub fn feed(&mut self, chunk: &[u8], mut each: impl FnMut(&str)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            if !self.inside {
                let Some(open) = rest.iter().position(|byte| *byte == b'<') else { return };
                (self.inside, rest) = (true, &rest[open + 1..]);
                self.tag.clear();
                continue;
            }
            let end = rest.iter().position(|byte| *byte == b'>');
            let piece = &rest[..end.unwrap_or(rest.len())];
            let room = TAG_MOST.saturating_sub(self.tag.len());
            self.tag.extend_from_slice(&piece[..piece.len().min(room)]);
            let Some(end) = end else { return };
            rest = &rest[end + 1..];
            if self.tag.starts_with(b"!--") && !piece.ends_with(b"--") {
                continue;
            }
            self.inside = false;
            if !self.tag.starts_with(b"!") {
                each(std::str::from_utf8(&self.tag).unwrap_or(""));
            }
        }
    }
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

/// How much room the tables of an OpenDocument sheet ask for, against what is written in it.
#[derive(Default)]
pub struct OpenArea {
    column: u64,
    row: u64,
    /// Whether the row at hand has a cell with something in it.
    filled: bool,
    repeat: u64,
    widest: u64,
    last: u64,
    /// Elements that stand in the file.
    written: u64,
    /// The largest area of a table so far.
    pub largest: u64,
}

/// Areas up to this many cells are harmless however little is written.
const AREA_HARMLESS: u64 = 3_000_000;

impl OpenArea {
    pub fn note(&mut self, tag: &str) {
        let name = tag.split([' ', '\t', '\n', '\r', '/']).next().unwrap_or("");
        let alone = tag.ends_with('/');
        match name {
            "table:table" => (self.row, self.widest, self.last) = (0, 0, 0),
            "table:table-row" => {
                (self.column, self.filled, self.repeat) = (0, false, count(tag, "table:number-rows-repeated"));
                if alone {
                    self.end_row();
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.written += 1;
                self.column = self.column.saturating_add(count(tag, "table:number-columns-repeated"));
                if !alone || tag.contains("office:value") || tag.contains("table:formula") {
                    self.filled = true;
                    self.widest = self.widest.max(self.column);
                }
            }
            "" if tag.starts_with("/table:table-row") => self.end_row(),
            _ => {}
        }
    }

    fn end_row(&mut self) {
        self.row = self.row.saturating_add(self.repeat);
        if self.filled {
            self.last = self.row;
        }
        self.filled = false;
        self.largest = self.largest.max(self.last.saturating_mul(self.widest));
    }

    /// Whether a reader would set aside far more than the file holds.
    pub fn is_absurd(&self) -> bool {
        self.largest > AREA_HARMLESS.max(self.written.saturating_mul(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_across_chunks() {
        let mut tags = Tags::default();
        let mut found = Vec::new();
        for chunk in ["<?xml?><!-- <a> --><ss", "t uniqueCount='4' count=\"9\"><si/>te", "xt<b", ">"] {
            tags.feed(chunk.as_bytes(), |tag| found.push(tag.to_owned()));
        }
        assert_eq!(found, ["?xml?", "sst uniqueCount='4' count=\"9\"", "si/", "b"]);
        assert_eq!((attribute(&found[1], "count"), attribute(&found[1], "uniqueCount")), (Some("9"), Some("4")));
    }

    #[test]
    fn an_open_sheet_asks_for_its_rectangle() {
        let mut area = OpenArea::default();
        let far = [
            "table:table a='b'",
            "table:table-row",
            "table:table-cell office:value-type='string'",
            "/table:table-cell",
            "/table:table-row",
        ];
        far.iter().for_each(|tag| area.note(tag));
        area.note("table:table-row table:number-rows-repeated=\"1048574\"/");
        area.note("table:table-row");
        area.note("table:table-cell table:number-columns-repeated='16383'/");
        area.note("table:table-cell office:value='1'/");
        area.note("/table:table-row");
        assert_eq!(area.largest, 1_048_576 * 16_384);
        assert!(area.is_absurd());
    }
}
