//! Whether a signature holds, with the keys that the district pinned and nothing fetched from anywhere.

use super::integrity;
use super::json::Json;
use super::jws::Jws;
use super::key::{Algorithm, PinnedKey};
use super::rules::BadgeRules;

/// What is known of a badge's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// With a key of this issuer.
    Verified {
        issuer: String,
    },
    Unsigned,
    /// There is a signature, and no key to check it with.
    NotPinned,
    /// There is a signature of a kind that is not checked here.
    NotChecked {
        why: String,
    },
}

/// Why a badge must not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The signature was made over something else, or with another key.
    Wrong { by: String },
    /// `none`, or an algorithm that is not the pinned key's.
    Algorithm { claimed: String, pinned: Option<Algorithm> },
}

/// Who is said to have signed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signer<'a> {
    pub issuer: Option<&'a str>,
    /// Addresses of keys that the badge or its signature names.
    pub keys: [Option<&'a str>; 2],
}

/// Algorithms that prove nothing to somebody who has only public data.
const NEVER: [&str; 4] = ["none", "HS256", "HS384", "HS512"];

impl Signed {
    /// As the column `signature` has it.
    pub fn word(&self) -> &'static str {
        match self {
            Signed::Verified { .. } => "verified",
            Signed::Unsigned => "unsigned",
            Signed::NotPinned => "not pinned",
            Signed::NotChecked { .. } => "not checked",
        }
    }
}

/// Checks a compact signature. Which algorithm counts is decided by the pinned key, never by the badge.
pub fn check_jws(jws: &Jws, signer: Signer<'_>, rules: &BadgeRules) -> Result<Signed, Refused> {
    let claimed = || jws.algorithm.clone();
    if NEVER.iter().any(|never| never.eq_ignore_ascii_case(&jws.algorithm)) {
        return Err(Refused::Algorithm { claimed: claimed(), pinned: None });
    }
    let pins: Vec<&PinnedKey> = pins(signer, rules).filter(|pin| pin.algorithm != Algorithm::EdDsaRdfc2022).collect();
    let Some(first) = pins.first() else {
        let supported = Algorithm::ALL.iter().any(|algorithm| algorithm.is_called(&jws.algorithm));
        let why = format!("the algorithm `{}` is not supported", jws.algorithm);
        return Ok(if supported { Signed::NotPinned } else { Signed::NotChecked { why } });
    };
    let mut fitting = pins.iter().filter(|pin| pin.algorithm.is_called(&jws.algorithm)).peekable();
    if fitting.peek().is_none() {
        return Err(Refused::Algorithm { claimed: claimed(), pinned: Some(first.algorithm) });
    }
    match fitting.find(|pin| pin.key.verifies(jws.signed.as_bytes(), &jws.signature)) {
        Some(pin) => Ok(Signed::Verified { issuer: pin.issuer.clone() }),
        None => Err(Refused::Wrong { by: first.issuer.clone() }),
    }
}

/// Checks the proofs inside a credential; one that holds is enough (Open Badges 3.0, Proof Formats).
pub fn check_proofs(badge: &Json, issuer: Option<&str>, rules: &BadgeRules) -> Result<Signed, Refused> {
    let Some(proofs) = badge.get("proof") else { return Ok(Signed::Unsigned) };
    let mut outcome = Signed::Unsigned;
    let mut wrong = None;
    for proof in proofs.items().iter().take(5) {
        match check_proof(badge, proof, issuer, rules) {
            Ok(verified @ Signed::Verified { .. }) => return Ok(verified),
            Ok(other) => outcome = other,
            Err(refused) => wrong = Some(refused),
        }
    }
    wrong.map_or(Ok(outcome), Err)
}

fn check_proof(badge: &Json, proof: &Json, issuer: Option<&str>, rules: &BadgeRules) -> Result<Signed, Refused> {
    let suite = proof.text_at("cryptosuite").or(proof.text_at("type")).unwrap_or("unknown");
    let not_checked = |why: String| Ok(Signed::NotChecked { why });
    if proof.text_at("type") != Some("DataIntegrityProof") || suite != Algorithm::EdDsaRdfc2022.name() {
        return not_checked(format!("proofs of the kind `{suite}` are not supported"));
    }
    if proof.text_at("proofPurpose") != Some("assertionMethod") {
        return not_checked("the proof was not made to assert the badge".to_owned());
    }
    let signer = Signer { issuer, keys: [proof.text_at("verificationMethod"), None] };
    let pins: Vec<&PinnedKey> = pins(signer, rules).filter(|pin| pin.algorithm == Algorithm::EdDsaRdfc2022).collect();
    let Some(first) = pins.first() else { return Ok(Signed::NotPinned) };
    let bytes = match integrity::signed_bytes(badge, proof, &rules.contexts) {
        Ok(bytes) => bytes,
        Err(why) => return not_checked(why),
    };
    let holds = |pin: &&&PinnedKey| integrity::signature(proof).is_some_and(|signature| pin.key.verifies(&bytes, &signature));
    match pins.iter().find(holds) {
        Some(pin) => Ok(Signed::Verified { issuer: pin.issuer.clone() }),
        None => Err(Refused::Wrong { by: first.issuer.clone() }),
    }
}

/// The keys that may speak for an issuer. Where the badge leaves its issuer open, only a key that it names by address.
fn pins<'a>(signer: Signer<'a>, rules: &'a BadgeRules) -> impl Iterator<Item = &'a PinnedKey> {
    let named: Vec<&str> = signer.keys.into_iter().flatten().collect();
    rules.keys.iter().filter(move |pin| {
        let is_named = pin.id.as_deref().is_some_and(|id| named.contains(&id));
        match signer.issuer {
            Some(issuer) => pin.issuer == issuer && (pin.id.is_none() || named.is_empty() || is_named),
            None => is_named,
        }
    })
}
