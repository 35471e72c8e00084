//! Rows of a comma-separated file: SIMD offsets of commas and line ends outside quotes, over mapped windows.

use std::arch::x86_64::*;
use std::fs::File;
use std::os::fd::AsRawFd;

/// Bytes that are indexed at a time: the index stays in the cache.
const CHUNK: usize = 256 << 10;
/// Bytes that are mapped at a time: page faults and copies are dear on small machines.
const WINDOW: usize = 8 << 20;

/// Offsets of commas and line ends outside quotes in `bytes[..length]`.
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,popcnt")]
fn index(bytes: &[u8], length: usize, offsets: &mut Vec<u32>) {
    offsets.clear();
    offsets.reserve(length + 64);
    let (from, start) = (bytes.as_ptr(), offsets.as_mut_ptr());
    let mut to = start;
    let mut inside_before = 0u64;
    let (comma, line_end, quote) = (_mm256_set1_epi8(b',' as i8), _mm256_set1_epi8(b'\n' as i8), _mm256_set1_epi8(b'"' as i8));
    let mut at = 0;
    while at < length {
        let mut tail = [0u8; 64];
        // SAFETY: 64 bytes are readable at `block`: either of `bytes` or of `tail`.
        let (low, high) = unsafe {
            let block = if at + 64 <= length {
                from.add(at)
            } else {
                tail[..length - at].copy_from_slice(&bytes[at..length]);
                tail.as_ptr()
            };
            (_mm256_loadu_si256(block.cast()), _mm256_loadu_si256(block.add(32).cast()))
        };
        let equal = |sign| {
            let (low, high) = (_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, sign)), _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, sign)));
            u64::from(low as u32) | u64::from(high as u32) << 32
        };
        let quotes = _mm_set_epi64x(0, equal(quote) as i64);
        let inside = _mm_cvtsi128_si64(_mm_clmulepi64_si128(quotes, _mm_set1_epi8(-1), 0)) as u64 ^ inside_before;
        inside_before = ((inside as i64) >> 63) as u64;
        let mut signs = (equal(comma) | equal(line_end)) & !inside;
        let count = signs.count_ones() as usize;
        let mut left = count as isize;
        let mut write = to;
        // Groups of eight are written whether or not they are full, then `to` moves by the true count.
        while left > 0 {
            for _ in 0..8 {
                // SAFETY: `reserve` left 64 more places than there are bytes.
                unsafe {
                    *write = at as u32 + signs.trailing_zeros();
                    write = write.add(1);
                }
                signs &= signs.wrapping_sub(1);
            }
            left -= 8;
        }
        // SAFETY: as above; both point into `offsets`.
        to = unsafe { to.add(count) };
        at += 64;
    }
    // SAFETY: everything up to `to` is written.
    unsafe { offsets.set_len(to.offset_from(start) as usize) };
}

/// One row: the bytes around it, where it starts, and the end of each of its fields.
pub struct Row<'a, const FIELDS: usize> {
    pub bytes: &'a [u8],
    pub start: usize,
    ends: &'a [u32; FIELDS],
}

impl<const FIELDS: usize> Row<'_, FIELDS> {
    /// Start and end of a field, from 0.
    #[inline(always)]
    pub fn field(&self, number: usize) -> (usize, usize) {
        let start = if number == 0 { self.start } else { self.ends[number - 1] as usize + 1 };
        (start, self.ends[number] as usize)
    }

    #[inline(always)]
    pub fn text(&self, number: usize) -> &[u8] {
        let (start, end) = self.field(number);
        &self.bytes[start..end]
    }

    /// Everything but the line end.
    #[inline(always)]
    pub fn whole(&self) -> &[u8] {
        &self.bytes[self.start..self.ends[FIELDS - 1] as usize]
    }
}

/// Calls `each` with the rows of `file[from..to)` and returns their number.
pub fn rows<const FIELDS: usize>(file: &File, (from, to): (u64, u64), mut each: impl FnMut(&Row<FIELDS>)) -> u32 {
    let mut offsets = Vec::with_capacity(CHUNK + 128);
    let (mut offset, mut count) = (from, 0u32);
    while offset < to {
        let base = offset & !4095;
        let length = ((to - base) as usize).min(WINDOW);
        // SAFETY: a fresh read-only map of a file that nobody changes while the benchmark runs.
        let map = unsafe {
            let flags = libc::MAP_SHARED | libc::MAP_POPULATE;
            libc::mmap(std::ptr::null_mut(), length, libc::PROT_READ, flags, file.as_raw_fd(), base as i64)
        };
        assert!(map != libc::MAP_FAILED, "the file can be mapped");
        // SAFETY: the map is `length` bytes long and lives until `munmap` below.
        let window = unsafe { std::slice::from_raw_parts(map as *const u8, length) };
        let mut at = (offset - base) as usize;
        loop {
            let bytes = &window[at..];
            let chunk = bytes.len().min(CHUNK);
            // SAFETY: `main` checked that the processor has these instructions.
            unsafe { index(bytes, chunk, &mut offsets) };
            let mut start = 0usize;
            for ends in offsets.chunks_exact(FIELDS) {
                let ends: &[u32; FIELDS] = ends.try_into().expect("chunks are of this size");
                let end = ends[FIELDS - 1] as usize;
                assert!(bytes[end] == b'\n', "row {count} has another number of fields");
                each(&Row { bytes, start, ends });
                start = end + 1;
                count += 1;
            }
            at += start;
            if start == 0 || at == length {
                break;
            }
        }
        assert!(base + at as u64 > offset, "a row is too long, or the last has no line end");
        offset = base + at as u64;
        // SAFETY: nothing borrows the window any more.
        unsafe { libc::munmap(map, length) };
    }
    count
}

/// Splits everything below the header at line ends, one range for each thread.
/// No field of the generated data holds a line end; a general reader must check that.
pub fn ranges(file: &File, threads: usize) -> Vec<(u64, u64)> {
    use std::os::unix::fs::FileExt;
    let length = file.metadata().expect("the file is there").len();
    let after_line_end = |at: u64| {
        let mut bytes = [0u8; 4096];
        let read = file.read_at(&mut bytes, at).expect("the file can be read");
        at + bytes[..read].iter().position(|byte| *byte == b'\n').expect("lines are short") as u64 + 1
    };
    let mut cuts = vec![after_line_end(0)];
    cuts.extend((1..threads).map(|thread| after_line_end(length * thread as u64 / threads as u64)));
    cuts.push(length);
    cuts.windows(2).map(|pair| (pair[0], pair[1])).collect()
}
