//! Bytes as numbers: eight of them at once, and hashes that are the same on every machine.

/// Bytes that are taken as two numbers.
pub const WORDS: usize = 16;

/// The first sixteen bytes of a text as two numbers, zeros behind its end. `bytes` begins with the text and may go on behind it.
#[inline(always)]
pub fn words(bytes: &[u8], length: usize) -> [u64; 2] {
    let length = length.min(WORDS);
    match bytes.first_chunk::<WORDS>() {
        Some(chunk) => [eight(chunk.first_chunk()) & KEPT[length + 8], eight(chunk.last_chunk()) & KEPT[length]],
        None => {
            let mut chunk = [0; WORDS];
            chunk[..length].copy_from_slice(&bytes[..length]);
            [eight(chunk.first_chunk()), eight(chunk.last_chunk())]
        }
    }
}

/// The same numbers with a sign in the place of each zero behind the end.
#[inline]
pub fn filled(words: [u64; 2], length: u64, sign: u8) -> [u64; 2] {
    let (length, signs) = ((length as usize).min(WORDS), u64::from_le_bytes([sign; 8]));
    [words[0] | signs & !KEPT[length + 8], words[1] | signs & !KEPT[length]]
}

/// By how many bytes more than eight are kept, counted from none: the bits of so many bytes.
pub const KEPT: [u64; WORDS + 9] = {
    let mut kept = [0; WORDS + 9];
    let mut length = 9;
    while length < kept.len() {
        kept[length] = if length < WORDS { (1 << (8 * (length - 8))) - 1 } else { u64::MAX };
        length += 1;
    }
    kept
};

#[inline]
pub fn four(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[inline(always)]
pub fn eight(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A quick 64-bit hash with fixed constants: the same on every machine and in every run.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    hash_more(SEED, bytes)
}

pub const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Goes on from an earlier hash, so that several pieces can be hashed as one.
pub fn hash_more(seed: u64, bytes: &[u8]) -> u64 {
    hash_within(seed, bytes, bytes.len())
}

/// The same of the first so many bytes; where more stand behind them, how many there are costs no guess.
#[inline(always)]
pub fn hash_within(seed: u64, bytes: &[u8], length: usize) -> u64 {
    let mut state = mix(seed ^ length as u64);
    let (pairs, rest) = bytes.split_at(length / WORDS * WORDS);
    for pair in pairs.as_chunks::<WORDS>().0 {
        state = multiplied(eight(pair.first_chunk()) ^ SALT, eight(pair.last_chunk()) ^ state);
    }
    let [first, last] = if rest.len() < WORDS { padded_words(&rest[..length % WORDS]) } else { words(rest, length % WORDS) };
    multiplied(first ^ SALT, last ^ state)
}

/// Up to sixteen bytes behind which nothing can be read.
#[inline]
fn padded_words(bytes: &[u8]) -> [u64; 2] {
    let (first, last) = bytes.split_at(bytes.len().min(8));
    [padded(first), padded(last)]
}

pub const SALT: u64 = 0xa076_1d64_78bd_642f;
pub const PEPPER: u64 = 0xe703_7ed1_a0b4_28db;

/// Up to eight bytes as a word, with zeros behind.
#[inline]
pub fn padded(bytes: &[u8]) -> u64 {
    let behind = |from: usize| (from as u32).wrapping_mul(8);
    match bytes.len() {
        0 => 0,
        length @ 1..4 => {
            let (middle, last) = (length / 2, length - 1);
            u64::from(bytes[0]) | u64::from(bytes[middle]) << behind(middle) | u64::from(bytes[last]) << behind(last)
        }
        length @ 4..8 => u64::from(four(bytes.first_chunk())) | u64::from(four(bytes.last_chunk())) << behind(length - 4),
        _ => eight(bytes.first_chunk()),
    }
}

#[inline(always)]
fn mix(word: u64) -> u64 {
    multiplied(word ^ SALT, PEPPER)
}

#[inline(always)]
pub fn multiplied(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_depend_on_every_byte() {
        let bytes: Vec<u8> = (0..50).collect();
        for length in 0..50 {
            for changed in 0..length {
                let mut other = bytes[..length].to_vec();
                other[changed] ^= 1;
                assert_ne!(hash(&other), hash(&bytes[..length]), "{length} {changed}");
            }
            assert_ne!(hash(&bytes[..length]), hash(&bytes[..length + 1]));
            assert_eq!(hash_within(SEED, &bytes, length), hash(&bytes[..length]));
        }
    }
}
