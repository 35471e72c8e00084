//! Cells to numbers and back: short texts as 16 bytes, dates as packed integers, cents.

/// A text of at most 16 bytes, padded with zeros.
#[inline(always)]
pub fn key(bytes: &[u8], (start, end): (usize, usize)) -> u128 {
    let (start, end) = if bytes[start] == b'"' { (start + 1, end - 1) } else { (start, end) };
    let length = end - start;
    assert!(length <= 16 && length > 0 && start + 16 <= bytes.len(), "a key has 1 to 16 bytes");
    // SAFETY: 16 bytes are readable at `start`, checked above.
    let read = unsafe { bytes.as_ptr().add(start).cast::<u128>().read_unaligned() };
    read & (!0u128 >> (128 - 8 * length))
}

#[inline(always)]
pub fn key_length(key: u128) -> usize {
    16 - key.leading_zeros() as usize / 8
}

#[inline(always)]
pub fn hash(key: u128) -> u64 {
    let (low, high) = (key as u64, (key >> 64) as u64);
    let product = u128::from(low ^ 0x9E37_79B9_7F4A_7C15) * u128::from(high ^ 0xD6E8_FEB8_6659_FD93);
    ((product >> 64) as u64 ^ product as u64).wrapping_mul(0x9FB2_1C65_1E98_DF25)
}

/// A hash of a whole row. Two rows with the same hash count as the same.
#[inline(always)]
pub fn row_hash(row: &[u8]) -> u64 {
    let mut mixed = row.len() as u64;
    let mut fold = |word: u64| {
        let product = u128::from(mixed ^ word ^ 0x2545_F491_4F6C_DD1D) * 0x9E37_79B9_7F4A_7C15;
        mixed = (product >> 64) as u64 ^ product as u64;
    };
    let (words, rest) = row.as_chunks::<8>();
    words.iter().for_each(|word| fold(u64::from_le_bytes(*word)));
    let mut last = [0u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(u64::from_le_bytes(last));
    mixed
}

/// `YYYY-MM-DD` to year · 512 + month · 32 + day; 0 if it is none.
#[inline(always)]
pub fn date(cell: &[u8]) -> u32 {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *cell else { return 0 };
    let packed = u64::from_le_bytes([y1, y2, y3, y4, m1, m2, d1, d2]) ^ 0x3030_3030_3030_3030;
    if (packed.wrapping_add(0x7676_7676_7676_7676) | packed) & 0x8080_8080_8080_8080 != 0 {
        return 0;
    }
    let pairs = (packed.wrapping_mul(10) + (packed >> 8)) & 0x00FF_00FF_00FF_00FF;
    let (year, month, day) = ((pairs & 0xFF) * 100 + (pairs >> 16 & 0xFF), pairs >> 32 & 0xFF, pairs >> 48);
    if month == 0 || month > 12 || day == 0 || day > 31 {
        return 0;
    }
    (year << 9 | month << 5 | day) as u32
}

const FEBRUARY_29: u32 = 2 << 5 | 29;

/// 29 February becomes 28 February. Adding to a leap year's 29 February never meets another leap year.
#[inline(always)]
pub fn plus_year(date: u32) -> u32 {
    date + 512 - u32::from(date & 511 == FEBRUARY_29)
}

/// The year that ends on 30 June and holds `date`.
#[inline(always)]
pub fn fiscal_year(date: u32) -> u32 {
    (date >> 9) + u32::from((date >> 5 & 15) >= 7)
}

/// Appends up to 16 bytes of `text`; `out` must have room for 16 more.
#[inline(always)]
pub fn put(out: &mut Vec<u8>, text: u128, length: usize) {
    out.reserve(16);
    let at = out.len();
    // SAFETY: `reserve` made room for 16 bytes; `length` of them are kept.
    unsafe {
        out.as_mut_ptr().add(at).cast::<u128>().write_unaligned(text);
        out.set_len(at + length);
    }
}

pub fn put_number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0u8; 20];
    let mut at = 20;
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

pub fn put_money(out: &mut Vec<u8>, cents: u32) {
    put_number(out, u64::from(cents / 100));
    out.extend_from_slice(&[b'.', b'0' + (cents / 10 % 10) as u8, b'0' + (cents % 10) as u8]);
}

/// `2025-06-30`
pub fn put_date(out: &mut Vec<u8>, date: u32) {
    let (year, month, day) = (date >> 9, date >> 5 & 15, date & 31);
    let digit = |number: u32| b'0' + (number % 10) as u8;
    let text = [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ];
    put(out, u128::from_le_bytes(std::array::from_fn(|at| text.get(at).copied().unwrap_or(0))), 10);
}
