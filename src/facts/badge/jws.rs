//! A signature in its compact form: three pieces of text with points between them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::json::Json;
use super::limits::TEXT_BYTES_MOST;

/// A compact JSON Web Signature, taken apart and not yet believed.
#[derive(Clone, Debug)]
pub struct Jws {
    /// The algorithm that it claims.
    pub algorithm: String,
    /// The address of the key that it claims.
    pub key_id: Option<String>,
    pub payload: Json,
    /// What is signed: header and payload as they were spelled.
    pub signed: String,
    pub signature: Vec<u8>,
}

impl Jws {
    /// Whether a text has the form of one: three pieces, spelled in letters of base64url.
    pub fn is_like(text: &str) -> bool {
        let spelled = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
        text.starts_with("ey") && text.bytes().filter(|byte| *byte == b'.').count() == 2 && text.bytes().all(spelled)
    }

    /// Takes the text apart; otherwise what is wrong with it.
    pub fn parse(text: &str) -> Result<Jws, String> {
        let text = text.trim();
        if text.len() > TEXT_BYTES_MOST {
            return Err("it is too long".to_owned());
        }
        let mut pieces = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) = (pieces.next(), pieces.next(), pieces.next(), pieces.next()) else {
            return Err("it has not three pieces".to_owned());
        };
        let signed = format!("{header}.{payload}");
        let header = json_of(header, "header")?;
        if header.get("crit").is_some() {
            return Err("its header demands an extension that is not known here".to_owned());
        }
        let algorithm = header.get("alg").and_then(Json::text).ok_or("its header names no algorithm")?.to_owned();
        Ok(Jws {
            algorithm,
            key_id: header.text_at("kid").map(str::to_owned),
            payload: json_of(payload, "payload")?,
            signature: decode(signature, "signature")?,
            signed,
        })
    }
}

fn decode(piece: &str, name: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(piece).map_err(|_| format!("its {name} is not base64url"))
}

fn json_of(piece: &str, name: &str) -> Result<Json, String> {
    let text = String::from_utf8(decode(piece, name)?).map_err(|_| format!("its {name} is not UTF-8"))?;
    let json = Json::parse(&text).map_err(|fault| format!("its {name} is not JSON: {fault}"))?;
    if matches!(json, Json::Object(_)) { Ok(json) } else { Err(format!("its {name} is not an object")) }
}
