//! The container of old Office files, as far as it takes to get one stream out of it.

/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xffff_fffa;
/// Streams below this size stand in the small sectors.
const SMALL_BELOW: usize = 4096;
const HEADER: usize = 512;

/// What became of a stream that was looked for.
pub enum Found {
    Whole(Vec<u8>),
    /// Its sectors lead in a circle, or end before it does: what a reader makes of them is not what was saved.
    Broken,
    /// The container is none that is known here.
    Unknown,
}

/// The bytes of the first stream that has one of the names.
pub fn stream(bytes: &[u8], names: &[&str]) -> Found {
    match pieces(bytes, names) {
        None => Found::Unknown,
        Some(None) => Found::Broken,
        Some(Some(stream)) => Found::Whole(stream),
    }
}

fn pieces(bytes: &[u8], names: &[&str]) -> Option<Option<Vec<u8>>> {
    let sector = 1usize.checked_shl(u32::from(half(bytes, 30)?)).filter(|size| matches!(size, 512 | 4096))?;
    let container = Container { bytes, sector, table: table(bytes, sector)? };
    let directory = container.chain(word(bytes, 48)?, usize::MAX)?;
    let entry = |wanted: &[&str]| {
        directory
            .chunks_exact(128)
            .find(|entry| entry_name(entry).is_some_and(|name| wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted))))
    };
    let found = names.iter().find_map(|name| entry(&[name]))?;
    let (start, length) = (word(found, 116)?, word(found, 120)? as usize);
    let whole = |stream: Vec<u8>| Some(stream).filter(|stream| stream.len() == length);
    if length >= SMALL_BELOW {
        return container.chain(start, length).map(whole);
    }
    let root = directory.chunks_exact(128).next()?;
    let small = container.chain(word(root, 116)?, word(root, 120)? as usize)?;
    let small_table = words(&container.chain(word(bytes, 60)?, usize::MAX)?);
    follow(start, length, &small_table, |number| small.get(number * 64..(number * 64 + 64).min(small.len()))).map(whole)
}

struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// For each sector the next one of its chain.
    table: Vec<u32>,
}

impl Container<'_> {
    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        follow(start, length, &self.table, |number| sector(self.bytes, self.sector, number))
    }
}

fn sector(bytes: &[u8], size: usize, number: usize) -> Option<&[u8]> {
    let start = HEADER.max(size).checked_add(number.checked_mul(size)?)?;
    bytes.get(start..start.checked_add(size)?.min(bytes.len()))
}

/// The table of sectors, whose own sectors are listed in the header and, for large files, in further sectors.
fn table(bytes: &[u8], size: usize) -> Option<Vec<u32>> {
    let mut listed = words(bytes.get(76..HEADER)?);
    let mut next = word(bytes, 68)?;
    let most = bytes.len() / size + 1;
    for _ in 0..most {
        if next >= MARKS {
            break;
        }
        let mut more = words(sector(bytes, size, next as usize)?);
        next = more.pop()?;
        listed.extend(more);
    }
    let mut table = Vec::new();
    for number in listed.into_iter().filter(|number| *number < MARKS) {
        table.extend(words(sector(bytes, size, number as usize)?));
    }
    Some(table)
}

fn follow<'a>(start: u32, length: usize, table: &[u32], piece: impl Fn(usize) -> Option<&'a [u8]>) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut number = start;
    let mut seen = vec![false; table.len()];
    for _ in 0..=table.len() {
        if number >= MARKS || found.len() >= length {
            break;
        }
        // a sector that comes again: the chain is as good as over
        if std::mem::replace(seen.get_mut(number as usize)?, true) {
            break;
        }
        found.extend_from_slice(piece(number as usize)?);
        number = *table.get(number as usize)?;
    }
    found.truncate(length);
    Some(found)
}

fn entry_name(entry: &[u8]) -> Option<String> {
    let length = usize::from(half(entry, 64)?).min(64);
    let units: Vec<u16> =
        entry[..length].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).take_while(|unit| *unit != 0).collect();
    String::from_utf16(&units).ok()
}

pub fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
}
