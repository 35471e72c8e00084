//! The forms: JSON, lists, signatures, PNG, SVG, zips; and the fields of 2.0 and of both generations of 3.0.

use super::make::{assertion, credential, itxt, jws, png, png_chunk, svg, zip};
use super::{codes, row, rules, sheet, table};

const THIRD: &str = "person_key: ada.berg@example.org
person_key_kind: email
email: ada.berg@example.org
credential_id: https://badges.example.org/achievements/mc-101
credential_title: Formative Assessment
credential_code: MC-101
achievement_type: MicroCredential
issuer: https://badges.example.org/issuers/1
issuer_name: Example Academy
award_id: urn:uuid:7b1f0a52-0002
status: earned
earned_on: 2024-10-01
earned_on_from: awardedDate
expires_on: 2030-02-03
credits_earned: 1.50
evidence_url: https://work.example.org/17
open_badges: 3.0
signature: unsigned
not_checked: revocation
";

const SECOND: &str = "person_key: Ada.Berg@example.org
person_key_kind: email
email: Ada.Berg@example.org
credential_id: https://badges.example.org/badges/5
credential_title: Formative Assessment
issuer: https://badges.example.org/issuers/1
issuer_name: Example Academy
award_id: https://badges.example.org/assertions/123
status: earned
earned_on: 2024-10-01
earned_on_from: issuedOn
evidence_url: https://work.example.org/17
open_badges: 2.0
signature: unsigned
not_checked: revocation; hosted copy (https://badges.example.org/assertions/123)
";

#[test]
fn the_same_badge_comes_out_of_every_form() {
    let rules = rules(&[], &[]);
    let (second, third) = (assertion(), credential());
    let forms: [(&str, Vec<u8>, &str); 10] = [
        ("a.json", third.clone().into_bytes(), THIRD),
        ("a.json", format!("\u{feff}\n {third}\n").into_bytes(), THIRD),
        ("a.json", format!("[{third}]").into_bytes(), THIRD),
        ("a.png", png(&[itxt("openbadgecredential", &third)]), THIRD),
        ("a.png", png(&[itxt("Author", "somebody"), itxt("openbadgecredential", &third)]), THIRD),
        ("a.svg", svg(&format!("<openbadges:credential><![CDATA[{third}]]></openbadges:credential>")), THIRD),
        ("a.json", second.clone().into_bytes(), SECOND),
        ("a.png", png(&[itxt("openbadges", &second)]), SECOND),
        (
            "a.svg",
            svg(&format!("<openbadges:assertion verify=\"https://x.example\">\n<![CDATA[{second}]]></openbadges:assertion>")),
            SECOND,
        ),
        ("whatever", zip(&[("x/a.json", second.as_bytes())]), SECOND),
    ];
    for (name, bytes, expected) in forms {
        let row = row(name, &bytes, &rules);
        assert_eq!(table(&row), expected, "{name}: {:?}", row.said);
        assert_eq!(codes(&row), ["badge-not-verified"]);
    }
}

#[test]
fn a_signature_carries_the_badge_in_every_form() {
    let rules = rules(&[], &[]);
    let third = jws(r#"{"alg":"EdDSA"}"#, &credential());
    let second = jws(r#"{"alg":"EdDSA"}"#, &assertion());
    let third_row = THIRD.replace("unsigned", "not pinned");
    let second_row = SECOND.replace("unsigned", "not pinned");
    let forms = [
        ("a.jws", format!("{third}\n").into_bytes(), &third_row),
        ("a.jwt", jws(r#"{"alg":"EdDSA"}"#, &format!("{{\"vc\": {}}}", credential())).into_bytes(), &third_row),
        ("a.json", format!("[\"{third}\"]").into_bytes(), &third_row),
        ("a.png", png(&[itxt("openbadgecredential", &third)]), &third_row),
        ("a.svg", svg(&format!("<openbadges:credential verify=\"{third}\"></openbadges:credential>")), &third_row),
        ("a.png", png(&[itxt("openbadges", &second)]), &second_row),
        ("a.svg", svg(&format!("<openbadges:assertion verify=\"{second}\"/>")), &second_row),
    ];
    for (name, bytes, expected) in forms {
        assert_eq!(table(&row(name, &bytes, &rules)), *expected, "{name}");
    }
}

#[test]
fn nothing_of_a_zip_or_a_list_vanishes() {
    let rules = rules(&[], &[]);
    let (second, third) = (assertion(), credential());
    let inner = zip(&[("a.json", third.as_bytes())]);
    let list = format!("[{third}, 5, {second}]");
    let bytes = zip(&[("a.json", third.as_bytes()), ("b/", b""), ("b/c.json", list.as_bytes()), ("d.zip", &inner), ("e.txt", b"hello")]);
    let sheet = sheet("all.zip", &bytes, &rules);
    let found: Vec<(String, u32, Vec<&str>)> =
        sheet.rows.iter().map(|row| (row.spot.entry.as_deref().unwrap_or("").to_owned(), row.spot.number, codes(row))).collect();
    let expected = [
        ("a.json", 1, vec!["badge-not-verified"]),
        ("b/c.json", 1, vec!["badge-not-verified"]),
        ("b/c.json", 2, vec!["badge-kind"]),
        ("b/c.json", 3, vec!["badge-not-verified"]),
        ("d.zip", 1, vec!["badge-not-found"]),
        ("e.txt", 1, vec!["badge-not-found"]),
    ];
    assert_eq!(found, expected.map(|(entry, number, codes)| (entry.to_owned(), number, codes)));
}

#[test]
fn the_award_comes_before_the_activity_and_both_before_validity() {
    let rules = rules(&[], &[]);
    let all = credential();
    let no_award = all.replace("  \"awardedDate\": \"2024-10-01T18:30:00Z\",\n", "");
    let neither = no_award.replace("    \"activityEndDate\": \"2024-09-20T18:30:00Z\",\n", "");
    let first_generation = neither.replace("validFrom", "issuanceDate").replace("validUntil", "expirationDate");
    let cases = [
        (&all, "awardedDate", "2024-10-01", vec!["badge-not-verified"]),
        (&no_award, "credentialSubject.activityEndDate", "2024-09-20", vec!["badge-not-verified"]),
        (&neither, "validFrom", "2025-02-03", vec!["badge-not-verified", "badge-date-from-validity"]),
        (&first_generation, "issuanceDate", "2025-02-03", vec!["badge-not-verified", "badge-date-from-validity"]),
    ];
    for (text, from, day, said) in cases {
        let row = row("a.json", text.as_bytes(), &rules);
        assert!(table(&row).contains(&format!("earned_on: {day}\nearned_on_from: {from}\nexpires_on: 2030-02-03\n")), "{}", table(&row));
        assert_eq!(codes(&row), said);
    }
}

#[test]
fn days_are_the_districts() {
    let rules = rules(&[], &[]);
    let at = |stamp: &str| {
        let row = row("a.json", credential().replace("2024-10-01T18:30:00Z", stamp).as_bytes(), &rules);
        let day = table(&row).lines().find_map(|line| line.strip_prefix("earned_on: ").map(str::to_owned));
        (day.unwrap_or_default(), codes(&row).join(" "))
    };
    assert_eq!(at("2024-07-01T03:00:00Z"), ("2024-06-30".into(), "badge-not-verified badge-day-taken".into()));
    assert_eq!(at("2024-07-01T00:00:00Z"), ("2024-06-30".into(), "badge-not-verified badge-midnight".into()));
    assert_eq!(at("2024-07-01T03:00:00"), ("2024-07-01".into(), "badge-not-verified badge-day-taken".into()));
    assert_eq!(at("2024-07-01"), ("2024-07-01".into(), "badge-not-verified".into()));
    assert_eq!(at("July 1, 2024"), (String::new(), "badge-not-verified badge-date".into()));
}

#[test]
fn a_missing_zone_is_a_question_and_no_rejection() {
    let sheet = sheet("a.json", format!("[{0},{0}]", credential()).as_bytes(), &Default::default());
    assert_eq!(sheet.asked.len(), 4);
    assert!(sheet.asked.iter().all(|question| question.code == "badge-time-zone"));
    assert!(sheet.rows.iter().all(|row| !row.is_rejected()));
}

#[test]
fn who_cannot_be_found_is_said() {
    let rules = rules(&[], &[]);
    let other_salt = assertion().replace("pepper", "salt");
    assert_eq!(codes(&row("a.json", other_salt.as_bytes(), &rules)), ["badge-not-verified", "badge-recipient-unknown"]);
    let nobody = assertion().replace("\"type\": \"email\", \"hashed\": true, \"salt\": \"pepper\", \"identity\"", "\"x\"");
    let nobody = row("a.json", nobody.as_bytes(), &rules);
    assert_eq!(codes(&nobody), ["badge-not-verified", "badge-recipient-missing"]);
    assert!(nobody.is_rejected());
    let wallet = credential().replace("\"identifier\"", "\"id\": \"did:example:7\", \"x\"");
    assert!(table(&row("a.json", wallet.as_bytes(), &rules)).starts_with("person_key: did:example:7\nperson_key_kind: id\n"));
}

#[test]
fn a_revoked_assertion_says_so() {
    let rules = rules(&[], &[]);
    let revoked = assertion().replace("\"issuedOn\"", "\"revoked\": true, \"revocationReason\": \"awarded in error\", \"issuedOn\"");
    assert!(table(&row("a.json", revoked.as_bytes(), &rules)).contains("status: revoked\n"));
    let false_is_no = assertion().replace("\"issuedOn\"", "\"revoked\": false, \"issuedOn\"");
    assert!(table(&row("a.json", false_is_no.as_bytes(), &rules)).contains("status: earned\n"));
}

#[test]
fn what_is_elsewhere_is_not_fetched() {
    let rules = rules(&[], &[]);
    let by_address = r#"{"id": "urn:1", "type": "Assertion", "recipient": {"type": "email", "identity": "ada.berg@example.org", "hashed": false},
        "badge": "https://badges.example.org/badges/5", "issuedOn": "2024-10-01", "verification": {"type": "signed"}}"#;
    let badge = row("a.json", by_address.as_bytes(), &rules);
    assert_eq!(codes(&badge), ["badge-not-verified", "badge-class-elsewhere"]);
    assert!(table(&badge).contains("credential_id: https://badges.example.org/badges/5\n"));
    let legacy = png(&[png_chunk(b"tEXt", b"openbadges\0https://badges.example.org/assertions/1")]);
    assert_eq!(codes(&row("a.png", &legacy, &rules)), ["badge-elsewhere"]);
    let hosted = svg("<openbadges:assertion verify=\"https://badges.example.org/assertions/1\"/>");
    assert_eq!(codes(&row("a.svg", &hosted, &rules)), ["badge-elsewhere"]);
}

#[test]
fn other_things_are_named() {
    let rules = rules(&[], &[]);
    let clr = r#"{"type": ["VerifiableCredential", "ClrCredential"], "credentialSubject": {}}"#;
    let said = &row("a.json", clr.as_bytes(), &rules).said[0];
    assert_eq!(
        (said.code, said.message.as_str()),
        ("badge-kind", "this is `VerifiableCredential, ClrCredential`, not an Open Badge of 2.0 or 3.0")
    );
    assert_eq!(codes(&row("a.json", b"{\"a\": 1, \"a\": 2}", &rules)), ["badge-unreadable"]);
    assert_eq!(codes(&row("a.json", b"[]", &rules)), ["badge-unreadable"]);
    assert_eq!(codes(&row("a.png", &png(&[]), &rules)), ["badge-not-found"]);
    assert_eq!(codes(&row("a.svg", &svg("<g/>"), &rules)), ["badge-not-found"]);
    assert_eq!(codes(&row("a.json", b"name,amount\nAda,200\n", &rules)), ["badge-not-found"]);
    assert_eq!(codes(&row("a.jpg", b"\xff\xd8\xff\xe0", &rules)), ["badge-not-found"]);
    assert_eq!(codes(&row("a.json", b"", &rules)), ["badge-not-found"]);
}
