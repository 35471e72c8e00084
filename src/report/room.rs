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
const FIRST_LARGE: usize = 3 << 15;
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
        self.grow(few.len());
        self.bytes[self.end..self.end + few.len()].copy_from_slice(few);
    }

    /// Makes room for so many bytes.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let first = if self.is_large { FIRST_LARGE } else { FIRST };
        let mut larger = vec![0; (self.end + more + FIRST).max(first).max(2 * self.bytes.len())];
        larger[..self.end].copy_from_slice(self.text());
        self.bytes = larger;
    }

    /// The room behind the text, made where there is not so much.
    #[inline(always)]
    fn behind<const N: usize>(&mut self) -> Option<&mut [u8; N]> {
        // asked as it is below, where it is then known
        if self.bytes.get(self.end..).is_none_or(|behind| behind.len() < N) {
            self.grow(N);
        }
        self.bytes.get_mut(self.end..)?.first_chunk_mut()
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

    /// Puts a text of 4 to 16 bytes and one behind it, where none of them is a quote, a comma, a line end or anything else that stands before `-` in
    /// ASCII: nearly every ID and key. Says whether it was one; else nothing is put. Its first bytes are put and then its last, which may be some of
    /// the same.
    #[inline(always)]
    pub fn put_plain(&mut self, text: &[u8], last: u8) -> bool {
        let length = text.len();
        if let (Some(front), Some(back), true) = (text.first_chunk::<8>(), text.last_chunk::<8>(), length <= 16) {
            let plain = is_plain(u64::from_le_bytes(*front)) & is_plain(u64::from_le_bytes(*back));
            return plain && self.put_ends(front, back, (length, last));
        }
        let (Some(front), Some(back), true) = (text.first_chunk::<4>(), text.last_chunk::<4>(), length < 8) else { return false };
        let plain = is_plain(u64::from(u32::from_le_bytes(*front)) | u64::from(u32::from_le_bytes(*back)) << 32);
        plain && self.put_ends(front, back, (length, last))
    }

    /// Puts a text by its ends, and a byte behind it: one look at the room is enough.
    #[inline(always)]
    fn put_ends<const N: usize>(&mut self, front: &[u8; N], back: &[u8; N], (length, last): (usize, u8)) -> bool {
        let Some(room) = self.behind::<32>() else { return false };
        put_at(room, 0, front);
        put_at(room, length - N, back);
        put_at(room, length, &[last]);
        self.end += length + 1;
        true
    }

    /// Puts three texts, the first bytes of each as many as are said, where they are short and there is room for all. Says whether it did.
    #[inline(always)]
    pub fn put_three(&mut self, one: &Short<64>, two: (&[u8], usize), three: (&[u8], usize)) -> bool {
        let (Some(second), Some(third)) = (two.0.first_chunk::<64>(), three.0.first_chunk::<128>()) else { return false };
        let (at, behind) = (one.length, one.length + two.1);
        if !one.many.is_empty() || two.1 > second.len() || three.1 > third.len() {
            return false;
        }
        let Some(room) = self.bytes.get_mut(self.end..).and_then(<[u8]>::first_chunk_mut::<256>) else { return false };
        put_at(room, 0, &one.few);
        put_at(room, at, second);
        put_at(room, behind, third);
        self.end += behind + three.1;
        true
    }

    /// `1204`, and a byte behind it.
    #[inline(always)]
    pub fn put_whole(&mut self, number: u32, last: u8) {
        match small_digits(number) {
            Some((digits, length)) => self.put_digits(digits, length, last),
            None => self.put_any(format!("{number}{}", char::from(last)).as_bytes()), // hardly any is so large
        }
    }

    /// Some of eight bytes, of which the others are zeros, and one behind them.
    #[inline(always)]
    fn put_digits(&mut self, digits: [u8; 8], length: usize, last: u8) {
        match u64::from(last).checked_shl(8 * length as u32) {
            Some(last) => self.put(&(u64::from_le_bytes(digits) | last).to_le_bytes(), length + 1),
            None => {
                self.put(&digits, length);
                self.put(&[last], 1);
            }
        }
    }

    /// `2025-06-30`, and a byte behind it. In two halves as they are computed: who copies sixteen bytes waits for the stores of both.
    #[inline(always)]
    pub fn put_date(&mut self, date: Date, last: u8) {
        let (year_and_month, [tens, ones, ..]) = date_digits(date);
        let Some(room) = self.behind::<16>() else { return };
        put_at(room, 0, &year_and_month);
        put_at(room, 8, &u64::from_le_bytes([tens, ones, last, 0, 0, 0, 0, 0]).to_le_bytes());
        self.end += 11;
    }

    /// `2025-06-30`
    #[inline(always)]
    pub fn put_day(&mut self, day: Date) {
        self.put_date(day, 0);
        self.end -= 1;
    }

    /// `FY2025`, `2024-25`, `2024`, `2024-07`, and a byte behind it.
    #[inline(always)]
    pub fn put_label(&mut self, label: PeriodLabel, last: u8) {
        match label_digits(label) {
            Some((digits, length)) => self.put_digits(digits, length, last),
            None => self.put_any(format!("{label}{}", char::from(last)).as_bytes()),
        }
    }

    /// Ends the line with its last byte, which stood behind its last cell.
    #[inline]
    pub fn end_line(&mut self) {
        if let Some(last) = self.end.checked_sub(1).and_then(|last| self.bytes.get_mut(last)) {
            *last = b'\n';
        }
    }

    /// Keeps what was put since the text had this length, to be put again.
    #[inline]
    pub fn keep<const N: usize>(&self, start: usize, kept: &mut Short<N>) {
        let length = self.end.saturating_sub(start);
        match self.bytes.get(start..).and_then(<[u8]>::first_chunk) {
            Some(few) if length <= N && kept.many.is_empty() => (kept.few, kept.length) = (*few, length),
            _ => *kept = Short::of(self.text().get(start..).unwrap_or(&[])),
        }
    }

    /// What was put since then.
    pub fn since<const N: usize>(&self, start: usize) -> Short<N> {
        let mut kept = Short::default();
        self.keep(start, &mut kept);
        kept
    }
}

/// Where they fit; a copy of a fixed length is no call.
#[inline(always)]
fn put_at<const N: usize>(room: &mut [u8], at: usize, bytes: &[u8; N]) {
    if let Some(place) = room.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = *bytes;
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
            assert_eq!(line.put_plain(&text.as_bytes()[..length], b';'), (4..=16).contains(&length), "{length}");
            assert_eq!(
                line.text(),
                if (4..=16).contains(&length) { format!("1,{};", &text[..length]) } else { "1,".to_owned() }.as_bytes()
            );
            for (at, sign) in (0..length).flat_map(|at| (0..=u8::MAX).map(move |sign| (at, sign))) {
                let mut changed = text.as_bytes()[..length].to_vec();
                changed[at] = sign;
                let mut line = Room::default();
                let put = line.put_plain(&changed, b';');
                assert!(!(put && sign < b'-'), "{length} {at} {sign}");
                assert!(put || !(b'-'..=b'~').contains(&sign) || !(4..=16).contains(&length), "{length} {at} {sign}");
                assert_eq!(line.text(), if put { [changed, vec![b';']].concat() } else { Vec::new() });
            }
        }
    }

    #[test]
    fn three_short_texts_are_put_at_once() {
        let (mut room, mut expected, text) = (Room::default(), Vec::new(), [b'x'; 300]);
        for number in 0..3000usize {
            let lengths = [number % 70, number * 7 % 80, number * 5 % 140];
            let (one, rest) = (Short::<64>::of(&text[..lengths[0]]), &text[..64 + number % 200]);
            let (two, three) = ((rest, lengths[1].min(rest.len())), (&text[..], lengths[2]));
            if !room.put_three(&one, two, three) {
                one.put(&mut room);
                room.put_first(two.0, two.1);
                room.put_first(three.0, three.1);
            }
            room.put(b",", 1);
            expected.extend_from_slice(&text[..lengths[0] + two.1 + three.1]);
            expected.push(b',');
        }
        assert_eq!(String::from_utf8_lossy(room.text()), String::from_utf8_lossy(&expected));
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
            room.put_whole(number * 700_001, b';');
            room.since::<32>(start).put(&mut room);
            let again = format!("{text}{};", number * 700_001);
            expected.extend_from_slice(format!("{text}{again}{again}").as_bytes());
        }
        assert_eq!(room.text(), expected);
        assert_eq!(room.into_text(), expected);
    }
}
