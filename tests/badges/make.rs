//! Badges made on the spot: images with a badge in them, signatures with keys that exist only here.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair};

pub const ISSUER: &str = "https://badges.example.org/issuers/1";

/// A 3.0 credential with everything that becomes a column.
pub fn credential() -> String {
    r#"{
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
  "id": "urn:uuid:7b1f0a52-0002",
  "type": ["VerifiableCredential", "OpenBadgeCredential"],
  "issuer": {"id": "https://badges.example.org/issuers/1", "type": ["Profile"], "name": "Example Academy"},
  "validFrom": "2025-02-03T15:00:00Z",
  "validUntil": "2030-02-03T15:00:00Z",
  "awardedDate": "2024-10-01T18:30:00Z",
  "evidence": [{"id": "https://work.example.org/17", "type": ["Evidence"]}],
  "credentialSubject": {
    "type": ["AchievementSubject"],
    "identifier": [{"type": "IdentityObject", "identityHash": "ada.berg@example.org", "identityType": "emailAddress", "hashed": false}],
    "activityEndDate": "2024-09-20T18:30:00Z",
    "creditsEarned": 1.50,
    "achievement": {
      "id": "https://badges.example.org/achievements/mc-101",
      "type": ["Achievement"],
      "achievementType": "MicroCredential",
      "humanCode": "MC-101",
      "name": "Formative Assessment"
    }
  }
}"#
    .to_owned()
}

/// A 2.0 assertion whose recipient is a hash of `ada.berg@example.org` and the salt `pepper`.
pub fn assertion() -> String {
    r#"{
  "@context": "https://w3id.org/openbadges/v2",
  "id": "https://badges.example.org/assertions/123",
  "type": "Assertion",
  "recipient": {"type": "email", "hashed": true, "salt": "pepper", "identity": "sha256$HASH"},
  "issuedOn": "2024-10-01T23:59:59-05:00",
  "verification": {"type": "hosted"},
  "evidence": "https://work.example.org/17",
  "badge": {
    "id": "https://badges.example.org/badges/5",
    "type": "BadgeClass",
    "name": "Formative Assessment",
    "issuer": {"id": "https://badges.example.org/issuers/1", "type": "Profile", "name": "Example Academy"}
  }
}"#
    .replace("HASH", HASH)
}

/// By `printf 'ada.berg@example.orgpepper' | sha256sum`.
pub const HASH: &str = "1c3f77b445ec94812d3db12fa17242b845e2fda20a2ffbe7e9c042db51a479b1";

pub fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], data].concat();
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(&checked);
    chunk.extend(crc32(&checked).to_be_bytes());
    chunk
}

/// CRC-32 by its definition, bit by bit from the polynomial: not the program's own.
fn crc32(bytes: &[u8]) -> u32 {
    let mut remainder: u32 = !0;
    for byte in bytes {
        for bit in 0..8 {
            let lowest = (remainder ^ (u32::from(*byte) >> bit)) & 1;
            remainder >>= 1;
            if lowest == 1 {
                remainder ^= 0xedb8_8320;
            }
        }
    }
    !remainder
}

/// A picture of one grey dot, with the given chunks before its end.
pub fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.extend(png_chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
    image.extend(png_chunk(b"IDAT", &[0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff, 0x00, 0x80, 0x00, 0x82, 0x00, 0x81]));
    chunks.iter().for_each(|chunk| image.extend(chunk));
    image.extend(png_chunk(b"IEND", b""));
    image
}

pub fn itxt(keyword: &str, text: &str) -> Vec<u8> {
    png_chunk(b"iTXt", &[keyword.as_bytes(), b"\0\0\0\0\0", text.as_bytes()].concat())
}

pub fn svg(badge: &str) -> Vec<u8> {
    let space = if badge.contains("credential") { "https://purl.imsglobal.org/ob/v3p0" } else { "http://openbadges.org" };
    let head =
        r#"<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="SPACE" viewBox="0 0 9 9">"#;
    format!("{}{badge}<circle r=\"4\"/></svg>", head.replace("SPACE", space)).into_bytes()
}

pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a name is a name");
        writer.write_all(bytes).expect("memory can be written");
    }
    writer.finish().expect("memory can be written").into_inner()
}

pub fn ed25519() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes are a seed")
}

/// The public half, as issuers publish it for signatures over JSON.
pub fn ed25519_jwk() -> String {
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, encoded(ed25519().public_key().as_ref()))
}

pub fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn jws(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", encoded(header.as_bytes()), encoded(payload.as_bytes()));
    let signature = ed25519().sign(signed.as_bytes());
    format!("{signed}.{}", encoded(signature.as_ref()))
}

/// Base 58 by long division: not the program's own.
pub fn base58(bytes: &[u8]) -> String {
    let digits: Vec<char> = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".chars().collect();
    let mut number = bytes.to_vec();
    let mut text = String::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 58) as u8;
            rest = value % 58;
        }
        text.insert(0, digits[rest as usize]);
    }
    bytes.iter().take_while(|byte| **byte == 0).for_each(|_| text.insert(0, '1'));
    text
}
