//! JSON as it was written: numbers keep their digits, an object names each key once, nothing is deep.

use std::borrow::Cow;
use std::fmt::Write;

use json_event_parser::{JsonEvent, SliceJsonParser};

use super::limits::{JSON_DEPTH_MOST, JSON_VALUES_MOST};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Null,
    YesNo(bool),
    /// In the digits of the file, never through a binary fraction.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// In the order written; every key stands once.
    Object(Vec<(String, Json)>),
}

/// A list or object that is not closed yet.
enum Open {
    List(Vec<Json>),
    Object { members: Vec<(String, Json)>, key: Option<String> },
}

impl Json {
    /// The text as one value; otherwise what is wrong, and where.
    pub fn parse(text: &str) -> Result<Json, String> {
        let mut parser = SliceJsonParser::new(text.as_bytes());
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        for count in 0.. {
            if count > JSON_VALUES_MOST * 3 {
                return Err(format!("more than {JSON_VALUES_MOST} values"));
            }
            let value = match parser.parse_next().map_err(|fault| fault.to_string())? {
                JsonEvent::Eof => break,
                JsonEvent::Null => Json::Null,
                JsonEvent::Boolean(yes) => Json::YesNo(yes),
                JsonEvent::Number(digits) => Json::Number(digits.into_owned()),
                JsonEvent::String(text) => Json::Text(text.into_owned()),
                JsonEvent::ObjectKey(key) => {
                    begin_member(&mut open, key)?;
                    continue;
                }
                JsonEvent::StartArray => {
                    go_deeper(&mut open, Open::List(Vec::new()))?;
                    continue;
                }
                JsonEvent::StartObject => {
                    go_deeper(&mut open, Open::Object { members: Vec::new(), key: None })?;
                    continue;
                }
                JsonEvent::EndArray | JsonEvent::EndObject => match open.pop() {
                    Some(Open::List(list)) => Json::List(list),
                    Some(Open::Object { members, .. }) => Json::Object(once_each(members)?),
                    None => return Err("a bracket closes that was not opened".to_owned()),
                },
            };
            match open.last_mut() {
                None => root = Some(value),
                Some(Open::List(list)) => list.push(value),
                Some(Open::Object { members, key }) => members.push((key.take().unwrap_or_default(), value)),
            }
        }
        root.ok_or_else(|| "there is no value".to_owned())
    }

    pub fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// The value under a key; none for values that are not objects, and for null.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.members().iter().find(|(name, value)| name == key && *value != Json::Null).map(|(_, value)| value)
    }

    /// The value at the end of a path of keys. A list of one stands for its only value, as JSON-LD has it.
    pub fn at(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(self, |value, key| value.only()?.get(key))?.only()
    }

    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.text()
    }

    /// The value itself, or the only one of a list.
    fn only(&self) -> Option<&Json> {
        match self {
            Json::List(list) => {
                if let [one] = list.as_slice() {
                    Some(one)
                } else {
                    None
                }
            }
            Json::Null | Json::YesNo(_) | Json::Number(_) | Json::Text(_) | Json::Object(_) => Some(self),
        }
    }

    pub fn members(&self) -> &[(String, Json)] {
        if let Json::Object(members) = self { members } else { &[] }
    }

    /// The values of a list; any other value as a list of one.
    pub fn items(&self) -> &[Json] {
        if let Json::List(list) = self { list } else { std::slice::from_ref(self) }
    }

    /// Whether one of the texts here (one, or a list) is this one.
    pub fn names(&self, text: &str) -> bool {
        self.items().iter().any(|item| item.text() == Some(text))
    }

    /// The object without one of its members.
    pub fn without(&self, key: &str) -> Json {
        Json::Object(self.members().iter().filter(|(name, _)| name != key).cloned().collect())
    }

    /// As JSON again; numbers as they were written.
    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::YesNo(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Json::Number(digits) => out.push_str(digits),
            Json::Text(text) => write_text(text, out),
            Json::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    item.write(out);
                }
                out.push_str(if list.is_empty() { "[]" } else { "]" });
            }
            Json::Object(members) => {
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

fn go_deeper(open: &mut Vec<Open>, next: Open) -> Result<(), String> {
    if open.len() >= JSON_DEPTH_MOST {
        return Err(format!("more than {JSON_DEPTH_MOST} lists and objects inside each other"));
    }
    open.push(next);
    Ok(())
}

fn begin_member(open: &mut [Open], name: Cow<'_, str>) -> Result<(), String> {
    match open.last_mut() {
        Some(Open::Object { key, .. }) => *key = Some(name.into_owned()),
        Some(Open::List(_)) | None => return Err("a key stands outside an object".to_owned()),
    }
    Ok(())
}

/// Two values under one key are read differently by different programs, so that a badge could say two things.
fn once_each(members: Vec<(String, Json)>) -> Result<Vec<(String, Json)>, String> {
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("`{}` stands twice in one object", pair[0])),
        None => Ok(members),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let json = Json::parse(r#"{"creditsEarned": 0.10000000000000000001, "n": [1.50]}"#).unwrap();
        assert_eq!(json.at("creditsEarned"), Some(&Json::Number("0.10000000000000000001".into())));
        assert_eq!(json.at("n"), Some(&Json::Number("1.50".into())));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        assert!(Json::parse(r#"{"a": 1, "a": 2}"#).is_err_and(|fault| fault.contains("stands twice")));
        assert!(Json::parse(r#"{"a": 1, "\u0061": 2}"#).is_err_and(|fault| fault.contains("stands twice")));
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
        assert!(Json::parse("{} {}").is_err());
        assert!(Json::parse("").is_err());
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let json = Json::parse("{\"a\":[1.50,\"x\\u0001\\\"\",null,{}],\"b\":true}").unwrap();
        let mut text = String::new();
        json.write(&mut text);
        assert_eq!(Json::parse(&text), Ok(json));
    }
}
