//! Changes to bytes by a small generator with a fixed seed, so that a failure can be looked at again.
#![allow(dead_code, reason = "shared by several test programs")]

/// Begun from the same number, it rolls the same.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }

    pub fn change(&mut self, bytes: &mut Vec<u8>) {
        const ODD: [u8; 16] = *b"\"\n\r,;<>/=0A9\xff\x00\xc3 ";
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len());
            match self.roll(4) {
                0 => bytes[at] = ODD[self.roll(ODD.len())],
                1 => bytes[at] ^= 1 << self.roll(8),
                2 => drop(bytes.drain(at..(at + 1 + self.roll(12)).min(bytes.len()))),
                _ => {
                    let piece: Vec<u8> = bytes[at..(at + 1 + self.roll(24)).min(bytes.len())].to_vec();
                    let to = self.roll(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
    }
}

/// How many files of each kind: `MUTATIONS=20000` tries more of them.
pub fn count() -> usize {
    std::env::var("MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(80)
}
