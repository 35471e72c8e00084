//! Whom a badge was awarded to: an e-mail address, a hash of one, or another identity.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::json::Json;
use super::limits::{HASHES_MOST, VALUES_MOST};
use crate::facts::Names;

/// The e-mail addresses that the district knows of its staff.
#[derive(Clone, Debug, Default)]
pub struct KnownEmails {
    /// Sorted, each once.
    list: Names,
    /// The same in small letters, sorted.
    lower: Names,
}

/// None are known.
pub static NO_EMAILS: KnownEmails = KnownEmails { list: Names::NONE, lower: Names::NONE };

/// One way in which a badge names its recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `email`, or what the badge calls it.
    pub kind: String,
    pub value: String,
    pub hashing: Hashing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hashing {
    Clear,
    /// With the salt that comes after the address before both are hashed.
    Hashed(String),
}

/// What is known of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    Email(String),
    /// Another identity and its kind.
    Other {
        kind: String,
        value: String,
    },
    /// Only a hash, and no known address has it.
    Unmatched {
        hash: String,
    },
    Nobody,
}

impl KnownEmails {
    pub fn new<'a>(emails: impl IntoIterator<Item = &'a str>) -> KnownEmails {
        let list = sorted(emails.into_iter().map(|email| email.trim().into()).filter(|email: &Cow<str>| !email.is_empty()).collect());
        KnownEmails { lower: sorted(list.iter().map(|email| email.to_lowercase().into()).collect()), list }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn knows(&self, email: &str) -> bool {
        self.lower.number_of(&email.to_lowercase()).is_some()
    }

    /// Whether hashes of so many recipients can be compared with every address in little time.
    pub fn can_be_tried(&self, recipients: usize) -> bool {
        recipients.saturating_mul(self.len()) <= HASHES_MOST
    }

    /// The address with this hash. Issuers hash it as typed or in small letters, so both are tried.
    fn with_hash(&self, hash: &str, salt: &str) -> Option<&str> {
        let (algorithm, digits) = hash.split_once('$')?;
        let wanted = bytes_of(digits)?;
        if !algorithm.eq_ignore_ascii_case("sha256") {
            return None;
        }
        let fits = |email: &str| Sha256::new().chain_update(email).chain_update(salt).finalize()[..] == wanted;
        let is_small = |email: &str| !email.contains(char::is_uppercase);
        self.list.iter().find(|email| fits(email) || (!is_small(email) && fits(&email.to_lowercase())))
    }
}

fn sorted(mut texts: Vec<Cow<str>>) -> Names {
    texts.sort_unstable();
    texts.dedup();
    texts.into_iter().collect()
}

/// The bytes of a hash that is written in hexadecimal, in large or small letters.
fn bytes_of(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let mut digits = digits.chars().map(|digit| digit.to_digit(16));
    for byte in &mut bytes {
        *byte = (digits.next()?? * 16 + digits.next()??) as u8;
    }
    digits.next().is_none().then_some(bytes)
}

/// Bytes as the digits that hashes are printed in.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `recipient` of a 2.0 assertion.
pub fn of_assertion(badge: &Json) -> Vec<Identity> {
    badge.get("recipient").map_or_else(Vec::new, |recipient| {
        recipient.items().iter().take(VALUES_MOST).filter_map(|one| identity(one, "identity", "type")).collect()
    })
}

/// `credentialSubject.identifier` and `.id` of a 3.0 credential; the first kind first, because it was meant for this.
pub fn of_subject(subject: &Json) -> Vec<Identity> {
    let listed = subject.get("identifier").map_or(&[][..], Json::items);
    let mut found: Vec<Identity> =
        listed.iter().take(VALUES_MOST).filter_map(|one| identity(one, "identityHash", "identityType")).collect();
    if let Some(id) = subject.text_at("id") {
        let kind = if id.starts_with("mailto:") { "email" } else { "id" };
        found.push(Identity { kind: kind.to_owned(), value: clear_email(id).to_owned(), hashing: Hashing::Clear });
    }
    found
}

fn identity(one: &Json, value: &str, kind: &str) -> Option<Identity> {
    let value = one.text_at(value)?.trim();
    let named = one.get(kind).and_then(|kinds| kinds.items().iter().filter_map(Json::text).find(|name| *name != "IdentityObject"));
    let kind = match named {
        Some("emailAddress" | "email" | "schema:email") | None => "email",
        Some(other) => other,
    };
    // some issuers forget to say `hashed`
    let hashed = one.get("hashed") == Some(&Json::YesNo(true)) || value.starts_with("sha256$") || value.starts_with("md5$");
    let hashing = if hashed { Hashing::Hashed(one.text_at("salt").unwrap_or("").to_owned()) } else { Hashing::Clear };
    let value = if hashed { value } else { clear_email(value) };
    (!value.is_empty()).then(|| Identity { kind: kind.to_owned(), value: value.to_owned(), hashing })
}

fn clear_email(text: &str) -> &str {
    text.strip_prefix("mailto:").unwrap_or(text).trim()
}

/// The best of the identities: an address in clear, then a hash of one that is tried, then anything else in clear.
pub fn person(identities: &[Identity], (known, tried): (&KnownEmails, &KnownEmails)) -> Person {
    let (emails, others): (Vec<&Identity>, Vec<&Identity>) = identities.iter().partition(|identity| identity.kind == "email");
    let mut clear = emails.iter().filter(|identity| identity.hashing == Hashing::Clear).peekable();
    if let Some(first) = clear.peek().copied() {
        // of several addresses, the one that the district knows
        return Person::Email(clear.find(|identity| known.knows(&identity.value)).unwrap_or(first).value.clone());
    }
    let hashed = emails
        .iter()
        .filter_map(|identity| if let Hashing::Hashed(salt) = &identity.hashing { Some((&identity.value, salt)) } else { None });
    if let Some(email) = hashed.clone().find_map(|(hash, salt)| tried.with_hash(hash, salt)) {
        return Person::Email(email.to_owned());
    }
    let clear = others.iter().filter(|identity| identity.hashing == Hashing::Clear);
    let unmatched = hashed.map(|(hash, _)| hash).next().or_else(|| others.iter().map(|identity| &identity.value).next());
    // an `id` alone says who holds a wallet, which no file of a district knows: the missing address is the better news
    match (clear.clone().find(|identity| identity.kind != "id").or(clear.clone().next()), unmatched) {
        (Some(identity), Some(hash)) if identity.kind == "id" && identity.value != *hash => Person::Unmatched { hash: hash.clone() },
        (Some(identity), _) => Person::Other { kind: identity.kind.clone(), value: identity.value.clone() },
        (None, Some(hash)) => Person::Unmatched { hash: hash.clone() },
        (None, None) => Person::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that Open Badges 3.0 prints under `IdentityHash`.
    #[test]
    fn the_standards_own_example_is_found() {
        let text = r#"{"identifier": [{"type": "IdentityObject", "hashed": true, "identityType": "emailAddress", "salt": "Kosher",
            "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"}]}"#;
        let identities = of_subject(&Json::parse(text).unwrap());
        let known = KnownEmails::new(["b@example.com", " A@example.com "]);
        assert_eq!(person(&identities, (&known, &known)), Person::Email("A@example.com".into()));
        assert!(matches!(person(&identities, (&NO_EMAILS, &NO_EMAILS)), Person::Unmatched { .. }));
    }

    #[test]
    fn an_address_in_clear_comes_before_everything() {
        let text =
            r#"{"id": "did:example:1", "identifier": {"hashed": false, "identityType": "emailAddress", "identityHash": "mailto:a@b.org"}}"#;
        assert_eq!(person(&of_subject(&Json::parse(text).unwrap()), (&NO_EMAILS, &NO_EMAILS)), Person::Email("a@b.org".into()));
        let text = r#"{"identifier": [{"identityType": "emailAddress", "identityHash": "a@home.org"}, {"identityType": "emailAddress", "identityHash": "a@b.org"}]}"#;
        let known = KnownEmails::new(["A@b.org"]);
        assert_eq!(person(&of_subject(&Json::parse(text).unwrap()), (&known, &known)), Person::Email("a@b.org".into()));
        let text = r#"{"id": "did:example:1"}"#;
        let other = Person::Other { kind: "id".into(), value: "did:example:1".into() };
        assert_eq!(person(&of_subject(&Json::parse(text).unwrap()), (&NO_EMAILS, &NO_EMAILS)), other);
        assert_eq!(person(&[], (&NO_EMAILS, &NO_EMAILS)), Person::Nobody);
    }

    #[test]
    fn an_md5_names_nobody() {
        let text = r#"{"recipient": {"type": "email", "hashed": true, "identity": "md5$e38ad214943daad1d64c102faec29de4"}}"#;
        let known = KnownEmails::new(["a@example.com"]);
        assert!(matches!(person(&of_assertion(&Json::parse(text).unwrap()), (&known, &known)), Person::Unmatched { .. }));
    }
}
