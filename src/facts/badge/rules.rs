//! What the mapping says about badges: the district's time zone, pinned keys and contexts, whether signatures must hold.

use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::day::Zone;
use super::json::Json;
use super::key::{Algorithm, PinnedKey, PublicKey};
use super::recipient::hex;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place};

/// `[badges]` of a mapping file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenRules {
    /// `-05:00` or `America/Chicago`.
    pub time_zone: Option<String>,
    #[serde(default)]
    pub signatures: Signatures,
}

/// What becomes of a badge whose signature was not checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signatures {
    /// It is used, and says so.
    #[default]
    Wanted,
    /// It is rejected.
    Required,
}

/// `[[badge_key]]`: a public key that the district got from an issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenKey {
    pub issuer: String,
    pub id: Option<String>,
    pub algorithm: String,
    /// The key itself: PEM, multikey, or a JWK as text.
    pub key: Option<String>,
    /// Or the file that holds it.
    pub file: Option<String>,
}

/// `[[badge_context]]`: a copy of a document that badges name by its address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenContext {
    pub url: String,
    pub file: String,
    pub sha256: String,
}

/// A context whose bytes are those that the mapping pins.
#[derive(Clone, Debug)]
pub struct PinnedContext {
    pub url: String,
    pub text: Arc<[u8]>,
}

/// Everything that reading badges needs to be told.
#[derive(Clone, Debug, Default)]
pub struct BadgeRules {
    pub zone: Option<Zone>,
    pub signatures: Signatures,
    pub keys: Vec<PinnedKey>,
    pub contexts: Vec<PinnedContext>,
}

/// Nothing is said about badges.
pub static NO_RULES: BadgeRules = BadgeRules { zone: None, signatures: Signatures::Wanted, keys: Vec::new(), contexts: Vec::new() };

/// The three parts of a mapping that concern badges.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub rules: WrittenRules,
    pub keys: Vec<WrittenKey>,
    pub contexts: Vec<WrittenContext>,
}

/// Gives the bytes of a file that the mapping names.
pub type Files<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

impl Written {
    /// The files that keys and contexts stand in.
    pub fn files(&self) -> Vec<&str> {
        let keys = self.keys.iter().filter_map(|key| key.file.as_deref());
        keys.chain(self.contexts.iter().map(|context| context.file.as_str())).collect()
    }

    /// Checks every part; what is wrong is reported against the mapping file.
    pub fn check(&self, mapping: &str, files: Files<'_>, diagnostics: &mut Diagnostics) -> BadgeRules {
        let place = || Place::Cell(Cell::of_file(mapping));
        let named = self.rules.time_zone.as_deref();
        let zone = named.and_then(Zone::parse);
        if let (Some(name), None) = (named, &zone) {
            let message = format!("there is no time zone called `{name}`");
            let help = "write `time_zone = \"America/Chicago\"`, or the distance from UTC: `time_zone = \"-06:00\"`";
            diagnostics.push(Diagnostic::error("badge-time-zone-unknown", place(), message).help(help));
        }
        let mut keys = Vec::new();
        for written in &self.keys {
            match written.pin(files) {
                Ok(key) => keys.push(key),
                Err(why) => {
                    let message = format!("the key of `{}` cannot be used: {why}", written.issuer);
                    let help = "write `key = \"…\"` or `file = \"…\"` with a public key as JWK, PEM or `z6Mk…`, and its `algorithm`";
                    diagnostics.push(Diagnostic::error("badge-key-unusable", place(), message).help(help));
                }
            }
        }
        let mut contexts = Vec::new();
        for written in &self.contexts {
            match written.pin(files) {
                Ok(context) => contexts.push(context),
                Err(why) => {
                    let message = format!("the context `{}` cannot be used: {why}", written.url);
                    let help = format!("save the document at that address as `{}`, read it, and write down its SHA-256", written.file);
                    diagnostics.push(Diagnostic::error("badge-context-unusable", place(), message).help(help));
                }
            }
        }
        BadgeRules { zone, signatures: self.rules.signatures, keys, contexts }
    }
}

impl WrittenKey {
    fn pin(&self, files: Files<'_>) -> Result<PinnedKey, String> {
        let names = || Algorithm::ALL.map(|algorithm| format!("`{}`", algorithm.name())).join(", ");
        let algorithm =
            Algorithm::parse(&self.algorithm).ok_or_else(|| format!("the algorithm `{}` is none of {}", self.algorithm, names()))?;
        let text = match (&self.key, &self.file) {
            (Some(text), None) => text.clone(),
            (None, Some(file)) => {
                let bytes = files(file).ok_or_else(|| format!("the file `{file}` cannot be read"))?;
                String::from_utf8(bytes).map_err(|_| format!("the file `{file}` is not a text"))?
            }
            (Some(_), Some(_)) => return Err("it stands in the mapping and in a file".to_owned()),
            (None, None) => return Err("neither the key nor a file is named".to_owned()),
        };
        Ok(PinnedKey { issuer: self.issuer.clone(), id: self.id.clone(), algorithm, key: PublicKey::parse(&text, algorithm)? })
    }
}

impl WrittenContext {
    fn pin(&self, files: Files<'_>) -> Result<PinnedContext, String> {
        let bytes = files(&self.file).ok_or_else(|| format!("the file `{}` cannot be read", self.file))?;
        let sum = hex(&Sha256::digest(&bytes));
        if !sum.eq_ignore_ascii_case(self.sha256.trim()) {
            return Err(format!("`{}` has the SHA-256 {sum}, not the one in the mapping", self.file));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| format!("`{}` is not a text", self.file))?;
        let json = Json::parse(text).map_err(|fault| format!("`{}` is not JSON: {fault}", self.file))?;
        json.get("@context").ok_or_else(|| format!("`{}` has no `@context`", self.file))?;
        Ok(PinnedContext { url: self.url.clone(), text: bytes.into() })
    }
}
