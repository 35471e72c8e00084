//! The public keys that the district pins: read from what issuers publish, used for one algorithm each.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};

use super::base58;
use super::json::Json;

/// What a key may be used for: a signature that names another algorithm is refused, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 over a JSON Web Signature.
    EdDsa,
    /// RSA of at least 2048 bits with SHA-256 over a JSON Web Signature.
    Rs256,
    /// Ed25519 over the linked-data form.
    EdDsaRdfc2022,
}

/// A key, checked for its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    Ed25519(Vec<u8>),
    /// PKCS#1 in DER.
    Rsa(Vec<u8>),
    RsaParts {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

/// A key of one issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedKey {
    /// The issuer's `id`, exactly as its badges have it.
    pub issuer: String,
    /// The key's own address (`kid`, `creator`, `verificationMethod`), where only this one key is meant.
    pub id: Option<String>,
    pub algorithm: Algorithm,
    pub key: PublicKey,
}

/// What stands before the 32 bytes of an Ed25519 key in DER, and before the length of an RSA key's bits.
const ED25519_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const RSA_HEAD: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03];
/// What stands before the 32 bytes of an Ed25519 key in a multikey.
const ED25519_MULTIKEY: &[u8] = &[0xed, 0x01];

impl Algorithm {
    pub const ALL: [Algorithm; 3] = [Algorithm::EdDsa, Algorithm::Rs256, Algorithm::EdDsaRdfc2022];

    /// As mapping files and signatures write it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::EdDsa => "EdDSA",
            Algorithm::Rs256 => "RS256",
            Algorithm::EdDsaRdfc2022 => "eddsa-rdfc-2022",
        }
    }

    pub fn parse(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Whether a signature that calls itself so is of this algorithm. RFC 9864 renamed EdDSA with this curve to Ed25519.
    pub fn is_called(self, name: &str) -> bool {
        self.name() == name || (self == Algorithm::EdDsa && name == "Ed25519")
    }

    fn takes(self, key: &PublicKey) -> bool {
        match self {
            Algorithm::EdDsa | Algorithm::EdDsaRdfc2022 => matches!(key, PublicKey::Ed25519(_)),
            Algorithm::Rs256 => matches!(key, PublicKey::Rsa(_) | PublicKey::RsaParts { .. }),
        }
    }
}

impl PublicKey {
    /// A JWK, a PEM text or a multikey (`z6Mk…`), for an algorithm; otherwise what is wrong with it.
    pub fn parse(text: &str, algorithm: Algorithm) -> Result<PublicKey, String> {
        let text = text.trim();
        let key = if text.starts_with('{') {
            of_jwk(&Json::parse(text).map_err(|fault| format!("it is not JSON: {fault}"))?)?
        } else if text.starts_with("-----BEGIN") {
            of_pem(text)?
        } else {
            of_multikey(text)?
        };
        let fits = algorithm.takes(&key);
        fits.then_some(key).ok_or_else(|| format!("it is a key of another kind than `{}` needs", algorithm.name()))
    }

    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            PublicKey::Ed25519(bytes) => UnparsedPublicKey::new(&ED25519, bytes).verify(message, signature).is_ok(),
            PublicKey::Rsa(der) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature).is_ok(),
            PublicKey::RsaParts { modulus, exponent } => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
        }
    }
}

fn of_jwk(jwk: &Json) -> Result<PublicKey, String> {
    if jwk.get("d").is_some() {
        return Err(private());
    }
    let part = |name: &str| -> Result<Vec<u8>, String> {
        let text = jwk.get(name).and_then(Json::text).ok_or_else(|| format!("the JWK has no `{name}`"))?;
        URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("`{name}` of the JWK is not base64url"))
    };
    match (jwk.text_at("kty"), jwk.text_at("crv")) {
        (Some("OKP"), Some("Ed25519")) => ed25519(&part("x")?),
        (Some("RSA"), _) => {
            let significant = |bytes: Vec<u8>| bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
            let (modulus, exponent) = (significant(part("n")?), significant(part("e")?));
            big_enough(modulus.len())?;
            Ok(PublicKey::RsaParts { modulus, exponent })
        }
        (kind, _) => Err(format!("keys of the kind `{}` are not supported", kind.unwrap_or("?"))),
    }
}

fn of_pem(text: &str) -> Result<PublicKey, String> {
    let mut lines = text.lines().map(str::trim);
    let label = lines.next().unwrap_or("").trim_matches('-').trim_start_matches("BEGIN ").to_owned();
    if label.contains("PRIVATE KEY") {
        return Err(private());
    }
    let body: String = lines.take_while(|line| !line.starts_with("-----END")).collect();
    let der = STANDARD.decode(body).map_err(|_| "the text between the lines of dashes is not base64".to_owned())?;
    match label.as_str() {
        "RSA PUBLIC KEY" => {
            big_enough(der.len())?;
            Ok(PublicKey::Rsa(der))
        }
        "PUBLIC KEY" if der.starts_with(ED25519_HEAD) => ed25519(&der[ED25519_HEAD.len()..]),
        "PUBLIC KEY" => rsa_bits(&der).map(PublicKey::Rsa).ok_or_else(|| "it is neither an RSA key nor one of Ed25519".to_owned()),
        _ => Err(format!("a `{label}` is not a public key")),
    }
}

/// The PKCS#1 key inside a `PUBLIC KEY`: after the algorithm, the length of a bit string and its zero byte.
fn rsa_bits(der: &[u8]) -> Option<Vec<u8>> {
    let at = der.windows(RSA_HEAD.len()).take(8).position(|window| window == RSA_HEAD)?;
    let (first, rest) = der.get(at + RSA_HEAD.len()..)?.split_first()?;
    let rest = if *first & 0x80 == 0 { rest } else { rest.get(usize::from(first & 0x7f)..)? };
    let bits = rest.strip_prefix(&[0])?;
    (bits.len() >= 256).then(|| bits.to_vec())
}

fn of_multikey(text: &str) -> Result<PublicKey, String> {
    let text = text.strip_prefix("did:key:").unwrap_or(text);
    let text = text.split('#').next().unwrap_or(text);
    let bytes = text.strip_prefix('z').and_then(base58::decode).ok_or("it is neither a JWK, nor PEM, nor a multikey `z6Mk…`")?;
    ed25519(bytes.strip_prefix(ED25519_MULTIKEY).ok_or("the multikey is not one of Ed25519")?)
}

fn ed25519(bytes: &[u8]) -> Result<PublicKey, String> {
    if bytes.len() == 32 { Ok(PublicKey::Ed25519(bytes.to_vec())) } else { Err("an Ed25519 key has 32 bytes".to_owned()) }
}

fn big_enough(bytes: usize) -> Result<(), String> {
    if bytes >= 256 { Ok(()) } else { Err("an RSA key needs 2048 bits at least".to_owned()) }
}

fn private() -> String {
    "it is a private key, which belongs to the issuer alone; pin the public one".to_owned()
}
