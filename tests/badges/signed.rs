//! Signatures: what holds, and every way in which one must not be believed.

use stipend::diagnostic::Diagnostics;
use stipend::facts::badge::{Algorithm, BadgeRules, Column, PublicKey, Signatures, Written, WrittenKey};

use super::make::{ISSUER, credential, ed25519_jwk, encoded, jws};
use super::{codes, row, rules};

const EDDSA: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;
/// Made with `openssl dgst -sha256 -sign`: another hand than the one that checks it.
const RS256_JWS: &str = include_str!("rs256.jws");
const RSA_PEM: &str = include_str!("rsa-public.pem");

fn pinned() -> BadgeRules {
    rules(&[(ISSUER, "EdDSA", &ed25519_jwk())], &[])
}

fn signature(text: &str, rules: &BadgeRules) -> (String, Vec<String>) {
    let row = row("a.jws", text.as_bytes(), rules);
    (row.cell(Column::Signature).to_owned(), codes(&row).into_iter().map(str::to_owned).collect())
}

#[test]
fn a_pinned_key_verifies() {
    assert_eq!(signature(&jws(EDDSA, &credential()), &pinned()), ("verified".into(), vec![]));
    let claims =
        credential().replacen('{', &format!("{{\"iss\": \"{ISSUER}\", \"jti\": \"urn:uuid:7b1f0a52-0002\", \"nbf\": 1738594800,"), 1);
    assert_eq!(signature(&jws(EDDSA, &claims), &pinned()), ("verified".into(), vec![]));
    // RFC 9864 gave the algorithm its second name
    assert_eq!(signature(&jws(r#"{"alg":"Ed25519"}"#, &credential()), &pinned()).0, "verified");
}

#[test]
fn openssl_and_the_program_agree_on_rs256() {
    let rules = rules(&[(ISSUER, "RS256", RSA_PEM)], &[]);
    assert_eq!(signature(RS256_JWS, &rules), ("verified".into(), vec![]));
    let (head, tail) = RS256_JWS.trim().split_at(400);
    let changed = format!("{}{}{}", &head[..399], if head.ends_with('A') { 'B' } else { 'A' }, tail);
    assert_ne!(signature(&changed, &rules).0, "verified");
}

/// RFC 8037, appendix A.4.
#[test]
fn the_published_ed25519_signature_holds() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = PublicKey::parse(jwk, Algorithm::EdDsa).expect("it is a key");
    let text = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let signature = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text).expect("it is base64url");
    let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    assert!(key.verifies(signed, &signature));
    assert!(!key.verifies(&signed[1..], &signature));
}

#[test]
fn one_changed_letter_is_found() {
    let text = jws(EDDSA, &credential());
    let pieces: Vec<&str> = text.split('.').collect();
    let richer = format!("{}.{}.{}", pieces[0], encoded(credential().replace("1.50", "9.50").as_bytes()), pieces[2]);
    assert_eq!(signature(&richer, &pinned()), (String::new(), vec!["badge-signature-wrong".into()]));
    let cut = format!("{}.{}.", pieces[0], pieces[1]);
    assert_eq!(signature(&cut, &pinned()), (String::new(), vec!["badge-signature-wrong".into()]));
}

#[test]
fn the_badge_does_not_choose_how_it_is_checked() {
    let refused = (String::new(), vec!["badge-algorithm".to_owned()]);
    for algorithm in ["none", "None", "NONE", "HS256", "HS512", "hs384"] {
        let text = jws(&format!(r#"{{"alg":"{algorithm}"}}"#), &credential());
        assert_eq!(signature(&text, &pinned()), refused, "{algorithm}");
        assert_eq!(signature(&text, &rules(&[], &[])), refused, "{algorithm} without a key");
    }
    for algorithm in ["RS256", "ES256", "PS256", "eddsa-rdfc-2022", "eddsa"] {
        let text = jws(&format!(r#"{{"alg":"{algorithm}"}}"#), &credential());
        assert_eq!(signature(&text, &pinned()), refused, "{algorithm}");
    }
    // a key for linked-data proofs is not one for signatures over JSON
    let multikey = format!(
        "z{}",
        super::make::base58(&[&[0xed, 0x01], ring::signature::KeyPair::public_key(&super::make::ed25519()).as_ref()].concat())
    );
    let other_use = rules(&[(ISSUER, "eddsa-rdfc-2022", &multikey)], &[]);
    assert_eq!(signature(&jws(EDDSA, &credential()), &other_use).0, "not pinned");
}

#[test]
fn a_key_speaks_for_its_issuer_only() {
    let elsewhere = credential().replace(ISSUER, "https://elsewhere.example.org");
    assert_eq!(signature(&jws(EDDSA, &elsewhere), &pinned()), ("not pinned".into(), vec!["badge-not-verified".into()]));
    let differs = credential().replacen('{', "{\"iss\": \"https://elsewhere.example.org\", \"sub\": \"x\", \"nbf\": 1,", 1);
    assert_eq!(signature(&jws(EDDSA, &differs), &pinned()).1, ["badge-claims-differ", "badge-claims-differ"]);
    // a key that the signature brings along counts for nothing
    let own = format!(r#"{{"alg":"EdDSA","jwk":{}}}"#, ed25519_jwk());
    assert_eq!(signature(&jws(&own, &elsewhere), &pinned()).0, "not pinned");
}

#[test]
fn a_key_with_an_address_speaks_for_badges_that_name_it() {
    let written = WrittenKey {
        issuer: ISSUER.into(),
        id: Some("https://badges.example.org/keys/1".into()),
        algorithm: "EdDSA".into(),
        key: Some(ed25519_jwk()),
        file: None,
    };
    let mut diagnostics = Diagnostics::new();
    let keys = Written { keys: vec![written], ..Written::default() }.check("mapping.toml", &|_| None, &mut diagnostics).keys;
    let rules = BadgeRules { keys, ..rules(&[], &[]) };
    let by_address = r#"{"id": "urn:1", "type": "Assertion", "recipient": {"type": "email", "identity": "ada.berg@example.org", "hashed": false},
        "badge": "https://badges.example.org/badges/5", "issuedOn": "2024-10-01",
        "verification": {"type": "signed", "creator": "https://badges.example.org/keys/1"}}"#;
    assert_eq!(signature(&jws(EDDSA, by_address), &rules), ("verified".into(), vec!["badge-class-elsewhere".into()]));
    assert_eq!(signature(&jws(EDDSA, &by_address.replace("keys/1", "keys/2")), &rules).0, "not pinned");
    assert_eq!(signature(&jws(r#"{"alg":"EdDSA","kid":"https://badges.example.org/keys/2"}"#, &credential()), &rules).0, "not pinned");
}

#[test]
fn a_district_may_require_signatures() {
    let strict = BadgeRules { signatures: Signatures::Required, ..pinned() };
    assert!(row("a.json", credential().as_bytes(), &strict).is_rejected());
    assert!(row("a.jws", jws(EDDSA, &credential().replace(ISSUER, "urn:other")).as_bytes(), &strict).is_rejected());
    assert!(!row("a.jws", jws(EDDSA, &credential()).as_bytes(), &strict).is_rejected());
}

#[test]
fn broken_signatures_are_named() {
    let sound = jws(EDDSA, &credential());
    let critical = jws(r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#, &credential());
    let broken =
        [format!("{}=", sound), format!("ey.{sound}"), critical, jws("{}", "{}"), jws(EDDSA, "[]"), jws(EDDSA, "{\"a\":1,\"a\":2}")];
    for text in broken {
        let codes = signature(&text, &pinned()).1;
        assert!(matches!(codes.as_slice(), [code] if code == "badge-unreadable" || code == "badge-not-found"), "{codes:?}");
    }
}

#[test]
fn keys_that_cannot_be_used_are_refused_in_the_mapping() {
    let refused = |algorithm: &str, key: &str| {
        let written = WrittenKey { issuer: ISSUER.into(), id: None, algorithm: algorithm.into(), key: Some(key.into()), file: None };
        let mut diagnostics = Diagnostics::new();
        Written { keys: vec![written], ..Written::default() }.check("mapping.toml", &|_| None, &mut diagnostics);
        diagnostics.iter().map(|problem| problem.message.clone()).collect::<Vec<String>>().join("; ")
    };
    let jwk = ed25519_jwk();
    assert_eq!(refused("EdDSA", &jwk), "");
    assert_eq!(refused("RS256", RSA_PEM), "");
    assert!(refused("RS256", &jwk).ends_with("it is a key of another kind than `RS256` needs"));
    assert!(refused("HS256", &jwk).contains("the algorithm `HS256` is none of `EdDSA`, `RS256`, `eddsa-rdfc-2022`"));
    assert!(refused("EdDSA", &jwk.replace("\"crv\"", "\"d\":\"AA\",\"crv\"")).contains("private key"));
    assert!(refused("RS256", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----").contains("private key"));
    assert!(refused("RS256", r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#).contains("2048 bits"));
    assert!(refused("EdDSA", "z6Mk").contains("z6Mk…") || refused("EdDSA", "z6Mk").contains("multikey"));
    assert!(refused("EdDSA", "correct horse battery staple").contains("neither a JWK"));
}
