//! Bytes as multikeys and proofs spell them: digits of base 58, without those that look alike.

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Longer than any key or signature here.
const LETTERS_MOST: usize = 128;

/// None where a character is no digit, or there are too many of them.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > LETTERS_MOST {
        return None;
    }
    // least significant byte first
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.bytes() {
        let mut carry = DIGITS.iter().position(|digit| *digit == letter)? as u32;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.extend(text.bytes().take_while(|letter| *letter == b'1').map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// draft-msporny-base58-03, section 5.
    #[test]
    fn the_drafts_examples_come_out() {
        assert_eq!(decode("2NEpo7TZRRrLZSi2U").as_deref(), Some(&b"Hello World!"[..]));
        assert_eq!(decode("11233QC4"), Some(vec![0, 0, 0x28, 0x7f, 0xb4, 0xcd]));
        assert_eq!(decode("0"), None);
        assert_eq!(decode(""), Some(vec![]));
    }
}
