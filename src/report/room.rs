//! Bytes of a table, with room behind their end: a few more are put there by a copy of a fixed length, and what was copied too much is overwritten
//! by what comes next. That costs less than a copy of a length that nobody knows beforehand.

use crate::value::digits::{date_digits, is_plain, label_digits, small_digits};
use crate::value::{Date, PeriodLabel};

/// INVARIANT: `end` is within `bytes`; what stands behind it means nothing.
#[derive(Debug, Default)]
pub struct Room {
    bytes: Vec<u8>,
    end: usize,
    is_large: bool,
}

/// The first room of a text, and of a large one; each further one is as large as all before.
const FIRST: usize = 1 << 8;
const FIRST_LARGE: usize = 1 << 16;
/// Nearly every line is shorter.
const LINE: usize = 1 << 10;

impl Room {
    /// For a text of which much is expected; as long as nothing comes it has no room.
    pub fn large() -> Room {
        Room { is_large: true, ..Room::default() }
    }

    pub fn text(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    pub fn into_text(mut self) -> Vec<u8> {
        self.bytes.truncate(self.end);
        self.bytes
    }

    /// Whether a further line might not fit into the first room of a large text.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.end > FIRST_LARGE - LINE
    }

    #[inline]
    pub fn length(&self) -> usize {
        self.end
    }

    /// Forgets what stands behind the first bytes, and keeps the room.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        self.end = self.end.min(length);
    }

    /// Puts the first `length` of a few bytes behind the text.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, few: &[u8; N], length: usize) {
        debug_assert!(length <= N);
        match self.bytes.get_mut(self.end..).and_then(<[u8]>::first_chunk_mut) {
            Some(room) => *room = *few,
            None => self.put_beyond(few),
        }
        self.end += length;
    }

    #[cold]
    #[inline(never)]
    fn put_beyond(&mut self, few: &[u8]) {
        let end = self.end + few.len();
        let first = if self.is_large { FIRST_LARGE } else { FIRST };
        let mut larger = vec![0; (end + FIRST).max(first).max(2 * self.bytes.len())];
        larger[..self.end].copy_from_slice(self.text());
        larger[self.end..end].copy_from_slice(few);
        self.bytes = larger;
    }

    /// Puts bytes however many they are.
    #[inline(never)]
    pub fn put_any(&mut self, bytes: &[u8]) {
        let end = self.end + bytes.len();
        match self.bytes.get_mut(self.end..end) {
            Some(room) => room.copy_from_slice(bytes),
            None => self.put_beyond(bytes),
        }
        self.end = end;
    }

    /// Puts the first bytes of a text, as many as are said.
    #[inline(always)]
    pub fn put_first(&mut self, text: &[u8], length: usize) {
        if let (Some(few), true) = (text.first_chunk::<32>(), length <= 32) {
            self.put(few, length);
        } else if let (Some(few), true) = (text.first_chunk::<128>(), length <= 128) {
            self.put(few, length);
        } else {
            self.put_any(text.get(..length).unwrap_or(text));
        }
    }

    /// Puts a text of 4 to 16 bytes, none of them a quote, a comma, a line end or anything else that stands before `-` in ASCII: nearly every ID
    /// and key. Says whether it was one; else nothing is put. Its first bytes are put and then its last, which may be some of the same.
    #[inline(always)]
    pub fn put_plain(&mut self, text: &[u8]) -> bool {
        if let (Some(first), Some(last), true) = (text.first_chunk::<8>(), text.last_chunk::<8>(), text.len() <= 16) {
            let plain = is_plain(u64::from_le_bytes(*first)) & is_plain(u64::from_le_bytes(*last));
            if plain {
                self.put(first, text.len() - 8);
                self.put(last, 8);
            }
            return plain;
        }
        let (Some(first), Some(last), true) = (text.first_chunk::<4>(), text.last_chunk::<4>(), text.len() < 8) else { return false };
        let plain = is_plain(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32);
        if plain {
            self.put(first, text.len() - 4);
            self.put(last, 4);
        }
        plain
    }

    /// `1204`
    #[inline(always)]
    pub fn put_whole(&mut self, number: u32) {
        match small_digits(number) {
            Some((digits, length)) => self.put(&digits, length),
            None => self.put_any(number.to_string().as_bytes()), // hardly any is so large
        }
    }

    /// `2025-06-30`
    #[inline(always)]
    pub fn put_date(&mut self, date: Date) {
        let (year_and_month, day) = date_digits(date);
        self.put(&year_and_month, 8);
        self.put(&day, 2);
    }

    /// `FY2025`, `2024-25`, `2024`, `2024-07`
    #[inline(always)]
    pub fn put_label(&mut self, label: PeriodLabel) {
        match label_digits(label) {
            Some((digits, length)) => self.put(&digits, length),
            None => self.put_any(label.to_string().as_bytes()),
        }
    }

    /// Ends the line with its last byte, which stood behind its last cell.
    #[inline]
    pub fn end_line(&mut self) {
        if let Some(last) = self.end.checked_sub(1).and_then(|last| self.bytes.get_mut(last)) {
            *last = b'\n';
        }
    }

    /// What was put since the text had this length, to be put again.
    #[inline]
    pub fn since<const N: usize>(&self, start: usize) -> Short<N> {
        let length = self.end.saturating_sub(start);
        match self.bytes.get(start..).and_then(<[u8]>::first_chunk) {
            Some(few) if length <= N => Short { few: *few, length, many: Vec::new() },
            _ => Short::of(self.text().get(start..).unwrap_or(&[])),
        }
    }
}

/// Bytes that are put again and again.
#[derive(Clone, Debug)]
pub struct Short<const N: usize> {
    /// What means nothing behind them, where they fit.
    few: [u8; N],
    length: usize,
    /// Those that do not fit.
    many: Vec<u8>,
}

impl<const N: usize> Default for Short<N> {
    fn default() -> Short<N> {
        Short { few: [0; N], length: 0, many: Vec::new() }
    }
}

impl<const N: usize> Short<N> {
    pub fn of(bytes: &[u8]) -> Short<N> {
        let mut short = Short::default();
        match short.few.get_mut(..bytes.len()) {
            Some(few) => {
                few.copy_from_slice(bytes);
                short.length = bytes.len();
            }
            None => short.many = bytes.to_vec(),
        }
        short
    }

    /// Few bytes and another behind them.
    pub fn with(bytes: &[u8], last: u8) -> Option<Short<N>> {
        let mut short = Short { length: bytes.len() + 1, ..Short::default() };
        short.few.get_mut(..bytes.len())?.copy_from_slice(bytes);
        *short.few.get_mut(bytes.len())? = last;
        Some(short)
    }

    #[inline]
    pub fn length(&self) -> usize {
        self.length.max(self.many.len())
    }

    /// Makes the number one larger that stands before the last byte. Where it says no, the bytes are to be made anew.
    #[inline]
    pub fn count_up(&mut self) -> bool {
        let before = self.few.get_mut(..self.length.saturating_sub(1)).unwrap_or_default();
        for digit in before.iter_mut().rev() {
            match *digit {
                b'0'..=b'8' => {
                    *digit += 1;
                    return true;
                }
                b'9' => *digit = b'0',
                _ => return false,
            }
        }
        false
    }

    #[inline(always)]
    pub fn put(&self, room: &mut Room) {
        if self.many.is_empty() { room.put(&self.few, self.length) } else { room.put_any(&self.many) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_put_whole_or_not_at_all() {
        let text: String = ('a'..='z').collect();
        for length in 0..text.len() {
            let mut line = Room::default();
            line.put(b"1,", 2);
            assert_eq!(line.put_plain(&text.as_bytes()[..length]), (4..=16).contains(&length), "{length}");
            assert_eq!(line.text(), if (4..=16).contains(&length) { format!("1,{}", &text[..length]) } else { "1,".to_owned() }.as_bytes());
            for (at, sign) in (0..length).flat_map(|at| (0..=u8::MAX).map(move |sign| (at, sign))) {
                let mut changed = text.as_bytes()[..length].to_vec();
                changed[at] = sign;
                let mut line = Room::default();
                let put = line.put_plain(&changed);
                assert!(!(put && sign < b'-'), "{length} {at} {sign}");
                assert!(put || !(b'-'..=b'~').contains(&sign) || !(4..=16).contains(&length), "{length} {at} {sign}");
                assert_eq!(line.text(), if put { changed } else { Vec::new() });
            }
        }
    }

    #[test]
    fn what_is_put_stands_there_wherever_the_room_ends() {
        let (mut room, mut expected) = (Room::default(), Vec::new());
        for number in 0..4000u32 {
            let text = "x".repeat(number as usize % 37);
            let (short, long) = (Short::<16>::of(text.as_bytes()), Short::<64>::of(text.as_bytes()));
            short.put(&mut room);
            let start = room.length();
            long.put(&mut room);
            room.put_whole(number * 700_001);
            room.since::<32>(start).put(&mut room);
            let again = format!("{text}{}", number * 700_001);
            expected.extend_from_slice(format!("{text}{again}{again}").as_bytes());
        }
        assert_eq!(room.text(), expected);
        assert_eq!(room.into_text(), expected);
    }
}
