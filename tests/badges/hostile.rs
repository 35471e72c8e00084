//! Files that mean harm: damaged, huge, deep, doubled; and thousands of mutated ones, none of which may panic or vanish.

use std::time::{Duration, Instant};

use stipend::facts::badge::{BadgeFile, KnownEmails, read_badges};

use super::make::{assertion, credential, ed25519_jwk, itxt, jws, png, png_chunk, svg, zip};
use super::{codes, linked, row, rules, sheet, table};

#[test]
fn damaged_images_are_named() {
    let rules = rules(&[], &[]);
    let sound = png(&[itxt("openbadgecredential", &credential())]);
    let mut wrong_sum = sound.clone();
    let at = sound.windows(14).position(|window| window == b"MicroCredentia").expect("the text is there");
    wrong_sum[at] = b'N';
    let compressed = png(&[png_chunk(b"iTXt", b"openbadgecredential\0\x01\0\0\0x\x9c")]);
    let old_compressed = png(&[png_chunk(b"zTXt", b"openbadges\0\0x\x9c")]);
    let twice = png(&[itxt("openbadgecredential", &credential()), itxt("openbadges", &assertion())]);
    let short = png(&[png_chunk(b"iTXt", b"openbadges\0\0")]);
    let not_utf8 = png(&[png_chunk(b"iTXt", b"openbadges\0\0\0\0\0\xff\xfe")]);
    let mut endless = sound[..33].to_vec();
    endless.extend([0xff, 0xff, 0xff, 0xff, b'i', b'T', b'X', b't']);
    let cases: [(&[u8], &str); 8] = [
        (&wrong_sum, "badge-damaged"),
        (&sound[..sound.len() - 6], "badge-damaged"),
        (&compressed, "badge-compressed"),
        (&old_compressed, "badge-compressed"),
        (&twice, "badge-baked-twice"),
        (&short, "badge-damaged"),
        (&not_utf8, "badge-damaged"),
        (&endless, "badge-damaged"),
    ];
    for (bytes, code) in cases {
        assert_eq!(codes(&row("a.png", bytes, &rules)), [code]);
    }
}

#[test]
fn damaged_drawings_are_named() {
    let rules = rules(&[], &[]);
    let badge = |inside: &str| format!("<openbadges:credential>{inside}</openbadges:credential>");
    let cdata = format!("<![CDATA[{}]]>", credential());
    let declared = String::from_utf8(svg(&badge(&cdata))).expect("it is text").replace("<svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg");
    let unnamed = String::from_utf8(svg(&badge(&cdata))).expect("it is text").replace("xmlns:openbadges=", "xmlns:other=");
    let cases: [(Vec<u8>, &str); 6] = [
        (svg(&badge(&cdata).repeat(2)), "badge-baked-twice"),
        (svg(&badge("<g>{}</g>")), "badge-damaged"),
        (svg(&badge("&#123;&a;}")), "badge-damaged"),
        (declared.into_bytes(), "badge-damaged"),
        (unnamed.into_bytes(), "badge-not-found"),
        (b"<svg".to_vec(), "badge-damaged"),
    ];
    for (bytes, code) in cases {
        assert_eq!(codes(&row("a.svg", &bytes, &rules)), [code], "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let rules = rules(&[], &[]);
    let start = Instant::now();
    let long = "x".repeat(5 << 20);
    let cases = [
        ("a.json", "[".repeat(1 << 20).into_bytes(), "badge-unreadable"),
        ("a.json", format!("{}1{}", "[".repeat(40), "]".repeat(40)).into_bytes(), "badge-unreadable"),
        ("a.json", format!("[{}1]", "1,".repeat(10_000)).into_bytes(), "badge-unreadable"),
        ("a.json", vec![b' '; 40 << 20], "badge-too-big"),
        ("a.png", png(&[itxt("openbadges", &long)]), "badge-too-big"),
        ("a.svg", svg(&format!("<openbadges:assertion><![CDATA[{long}]]></openbadges:assertion>")), "badge-too-big"),
        ("a.zip", zip(&[("a.json", vec![b' '; 40 << 20].as_slice())]), "badge-too-big"),
    ];
    for (name, bytes, code) in cases {
        assert_eq!(codes(&row(name, &bytes, &rules)), [code], "{name}");
    }
    let namespaces: String = (0..20_000).map(|number| format!("<g xmlns:n{number}=\"urn:{number}\">")).collect();
    assert_eq!(codes(&row("a.svg", &svg(&namespaces), &rules)).len(), 1);
    assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = vec![b' '; 8 << 20];
    let entries: Vec<(String, &[u8])> = (0..6).map(|number| (format!("{number}.json"), bomb.as_slice())).collect();
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let packed = zip(&entries);
    assert!(packed.len() < 1 << 20);
    let sheet = sheet("bomb.zip", &packed, &rules(&[], &[]));
    assert_eq!(sheet.rows.iter().flat_map(codes).collect::<Vec<&str>>(), ["badge-too-big"; 6]);
}

#[test]
fn alike_parts_do_not_take_forever() {
    let context = r#"{"@context": {"id": "@id", "type": "@type", "OpenBadgeCredential": "urn:v#O", "issuer": {"@id": "urn:v#i", "@type": "@id"},
        "next": "urn:v#n", "related": "urn:v#r"}}"#;
    let multikey = format!("z{}", super::make::base58(&[&[0xed, 0x01][..], &[7; 32]].concat()));
    let rules = rules(&[("urn:me", "eddsa-rdfc-2022", &multikey)], &[("urn:c", context)]);
    let alike = "{\"next\": {\"next\": {\"next\": {}}}},".repeat(60);
    let text = format!(
        r#"{{"@context": "urn:c", "id": "urn:1", "type": "OpenBadgeCredential", "issuer": "urn:me", "related": [{}{{}}],
        "proof": {{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod", "proofValue": "z11"}}}}"#,
        alike
    );
    let start = Instant::now();
    let row = row("a.json", text.as_bytes(), &rules);
    assert_eq!(row.said[0].message, "the signature was not checked: too many of its parts look alike");
    assert!(start.elapsed() < Duration::from_secs(30));
}

/// A generator with a fixed seed: the same mutations every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

fn mutate(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut mutated = bytes.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(mutated.len());
        match dice.roll(7) {
            0 => mutated.truncate(at),
            1 if !mutated.is_empty() => mutated[at] ^= 1 << dice.roll(8),
            2 if !mutated.is_empty() => mutated[at] = dice.roll(256) as u8,
            3 => mutated.splice(at..at, other[dice.roll(other.len())..].iter().take(40).copied()).for_each(drop),
            4 => {
                let end = (at + dice.roll(60)).min(mutated.len());
                mutated.drain(at..end);
            }
            5 => {
                let end = (at + dice.roll(60)).min(mutated.len());
                let piece = mutated[at..end].to_vec();
                mutated.splice(at..at, piece).for_each(drop);
            }
            _ => mutated.splice(at..at, b"\0\"{[<\xff"[dice.roll(6)..].iter().take(1).copied()).for_each(drop),
        }
    }
    mutated
}

#[test]
fn thousands_of_mutated_badges_neither_panic_nor_vanish() {
    let rules = rules(&[(super::make::ISSUER, "EdDSA", &ed25519_jwk())], &[]);
    let known = KnownEmails::new(["ada.berg@example.org"]);
    let signed = jws(r#"{"alg":"EdDSA"}"#, &credential());
    let seeds: Vec<Vec<u8>> = vec![
        credential().into_bytes(),
        assertion().into_bytes(),
        format!("[{},{}]", credential(), assertion()).into_bytes(),
        signed.clone().into_bytes(),
        png(&[itxt("openbadgecredential", &credential())]),
        png(&[itxt("openbadges", &signed)]),
        svg(&format!("<openbadges:credential><![CDATA[{}]]></openbadges:credential>", credential())),
        svg(&format!("<openbadges:assertion verify=\"{signed}\"/>")),
        zip(&[("a.json", credential().as_bytes()), ("b.png", &png(&[itxt("openbadges", &assertion())]))]),
    ];
    let mut dice = Dice(0x5eed_ba5e);
    let rounds = std::env::var("BADGE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6_000);
    let mut verified = 0;
    let sound = table(&row("a.jws", signed.as_bytes(), &rules));
    for round in 0..rounds {
        let seed = &seeds[round % seeds.len()];
        let other = &seeds[dice.roll(seeds.len())];
        let bytes = mutate(seed, other, &mut dice);
        let sheet = read_badges(&[BadgeFile { name: "m", bytes: &bytes }], &rules, &known);
        let empty_zip = bytes.starts_with(b"PK");
        assert!(!sheet.rows.is_empty() || empty_zip, "round {round}: a file vanished");
        for row in &sheet.rows {
            let usable = !row.is_rejected();
            assert!(!usable || !row.cell(stipend::facts::badge::Column::Status).is_empty(), "round {round}: {row:?}");
            if row.cell(stipend::facts::badge::Column::Signature) == "verified" {
                assert_eq!(table(row), sound, "round {round}: a changed badge verified");
                verified += 1;
            }
        }
    }
    // images and drawings change around the signature; a signature that was touched never verifies
    assert!(verified < rounds / 4, "{verified}");
}

/// As large as an export gets: 10,000 hashed badges, 5,000 people. Run with `--release` for the time that users see.
#[test]
#[ignore = "slow without --release"]
fn ten_thousand_hashed_badges_of_five_thousand_people() {
    let rules = rules(&[], &[]);
    let emails: Vec<String> = (0..5_000).map(|number| format!("person.{number}@example.org")).collect();
    let hash = |number: usize| super::sha256(&format!("person.{number}@example.orgsalt{number}"));
    let one = |number: usize| {
        let salted = assertion().replace("pepper", &format!("salt{number}"));
        salted.replace(super::make::HASH, &hash(number % 5_000)).replace("assertions/123", &format!("assertions/{number}"))
    };
    let salted = |number: usize| one(number).replace(&format!("salt{number}"), &format!("salt{}", number % 5_000));
    let text = format!("[{}]", (0..10_000).map(salted).collect::<Vec<String>>().join(","));
    let start = Instant::now();
    let sheet = read_badges(
        &[BadgeFile { name: "all.json", bytes: text.as_bytes() }],
        &rules,
        &KnownEmails::new(emails.iter().map(String::as_str)),
    );
    eprintln!("{} bytes in {:?}", text.len(), start.elapsed());
    assert_eq!(sheet.rows.len(), 10_000);
    assert!(sheet.rows.iter().all(|row| !row.is_rejected()));
}

/// Every address is tried for every hash: where both are many, that is said instead.
#[test]
fn hashes_of_too_many_are_not_tried() {
    let emails: Vec<String> = (0..15_001).map(|number| format!("person.{number}@example.org")).collect();
    let known = KnownEmails::new(emails.iter().map(String::as_str));
    let of = |badges: usize| {
        let text = format!("[{}]", vec![assertion(); badges].join(","));
        let sheet = read_badges(&[BadgeFile { name: "all.json", bytes: text.as_bytes() }], &rules(&[], &[]), &known);
        let said = sheet.rows.iter().flat_map(|row| &row.said).find(|problem| problem.code == "badge-recipient-unknown");
        said.expect("nobody of them is known").message.clone()
    };
    assert_eq!(of(1), "the recipient is a hash that none of the 15001 known e-mail addresses has");
    let many = "the recipient is a hash, and so are others: trying each of 15001 known addresses would take long";
    assert_eq!(of(4_000), many);
}

/// Whatever is done to a badge with a linked-data proof: where it still verifies, every cell is the one that was signed.
#[test]
fn a_mutated_proof_verifies_only_what_was_signed() {
    let rules = linked::pinned();
    let sound = linked::badge(linked::DOCUMENT);
    let signed = table(&row("a.json", sound.as_bytes(), &rules));
    assert!(signed.contains("signature: verified"));
    let words = br#""@context":"validFrom":"awardedDate":"id":"type":"name":"achievement":"2030-01-01",{}[]"https://x.example/v#awardedDate":"revoked":true,"#;
    let mut dice = Dice(0xbad_c0de);
    let rounds = std::env::var("BADGE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_500);
    let mut verified = 0;
    for round in 0..rounds {
        let bytes = mutate(sound.as_bytes(), words, &mut dice);
        let sheet = read_badges(&[BadgeFile { name: "m", bytes: &bytes }], &rules, &KnownEmails::default());
        for row in sheet.rows.iter().filter(|row| row.cell(stipend::facts::badge::Column::Signature) == "verified") {
            assert_eq!(table(row), signed, "round {round}: {}", String::from_utf8_lossy(&bytes));
            verified += 1;
        }
    }
    assert!(verified < rounds / 4, "{verified}");
}
