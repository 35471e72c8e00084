//! What is wrong with a file of `key = value` lines, in the words of people who write one a year.

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Cell, Place};

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// From 1.
    pub line: u32,
    pub message: String,
    pub help: Vec<String>,
}

impl Unreadable {
    /// The line, in the file of this name.
    pub fn place(&self, name: &str) -> Place {
        Place::Cell(Cell { row: Some(self.line), ..Cell::of_file(name) })
    }

    /// The problem, with what to do about the line.
    pub fn helped(self, problem: Diagnostic) -> Diagnostic {
        self.help.into_iter().fold(problem, |problem, help| problem.help(help))
    }
}

/// The words for what the reader of TOML says about a text.
pub fn unreadable(text: &str, error: &toml::de::Error) -> Unreadable {
    let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
    let line = before.matches('\n').count() as u32 + 1;
    let written = text.lines().nth(line as usize - 1).unwrap_or("").trim();
    let (message, help) = in_words(&error.message().replace('\n', " "), written);
    Unreadable { line, message, help }
}

fn in_words(said: &str, line: &str) -> (String, Vec<String>) {
    let names = quoted(said);
    let first = names.first().copied().unwrap_or("");
    let others = || names.iter().skip(1).copied();
    let choose = |what: &str| {
        let near = nearest(first, others()).map(|near| format!("perhaps `{near}`"));
        near.into_iter().chain([format!("{what} {}", others().collect::<Vec<_>>().join(", "))]).collect()
    };
    if said.starts_with("unknown field") {
        return (format!("there is no key `{first}` in this part"), choose("the keys of this part are"));
    }
    if said.starts_with("unknown variant") {
        return (format!("`{first}` is none of the words that can stand here"), choose("the words are"));
    }
    if said.starts_with("missing field") {
        return (format!("the part that begins here has no line for `{first}`"), vec![format!("write one: {first} = …")]);
    }
    if let Some((found, wanted)) = said.strip_prefix("invalid type: ").or(said.strip_prefix("invalid value: ")).and_then(pair) {
        return of_kind((found, wanted), line);
    }
    if said.starts_with("data did not match any variant") {
        let help = vec!["write one text in quotes, or several in brackets: [\"Email\", \"Last Name\"]".to_owned()];
        return ("what stands here is neither a text nor a list of texts".to_owned(), help);
    }
    of_signs(said, line)
}

/// `FOUND, expected WANTED`
fn pair(said: &str) -> Option<(&str, &str)> {
    said.rsplit_once(", expected ")
}

/// A value of another kind than the key has.
fn of_kind((found, wanted): (&str, &str), line: &str) -> (String, Vec<String>) {
    let key = line.split_once('=').map_or("", |(key, _)| key.trim());
    let (belongs, such) = match wanted {
        "a string" => ("a text in quotes", "\"text\""),
        "a boolean" => ("yes or no", "true"),
        "a sequence" if found == "map" => ("several parts of this name", ""),
        "a sequence" => ("a list in brackets", "[\"first\", \"second\"]"),
        "a map" => ("a part of its own", ""),
        "a TOML datetime" => ("a date without quotes", "2024-07-01"),
        _ => ("a whole number without quotes", "4"),
    };
    let is = match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "boolean", value)) => value.replace('`', ""),
        Some(("floating", value)) => value.trim_start_matches("point").replace(['`', ' '], ""),
        _ if found == "map" => "a single part".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        _ => "something else".to_owned(),
    };
    let help = match wanted {
        "a map" => format!("write its lines below a heading: [file.{key}]"),
        "a sequence" if found == "map" => format!("write its heading in two brackets: [{line}]"),
        _ if key.is_empty() => format!("write it like this: {such}"),
        _ => format!("write it like this: {key} = {such}"),
    };
    (format!("here stands {is}, where {belongs} belongs"), vec![help])
}

/// A line that is no line of such a file at all.
fn of_signs(said: &str, line: &str) -> (String, Vec<String>) {
    let key = line.split_once('=').map_or("KEY", |(key, _)| key.trim());
    let (message, help) = match said {
        _ if line.contains(['“', '”', '„', '‘', '’']) => {
            ("the quotes of this line are curly, as word processors write them", format!("write straight ones: {key} = \"…\""))
        }
        _ if said.starts_with("duplicate key") => ("this key was there before in the same part", "leave one of the two lines".to_owned()),
        _ if said.starts_with("string values must be quoted") => {
            ("what stands behind `=` is no value", format!("write texts in quotes: {key} = \"…\""))
        }
        _ if said.starts_with("invalid basic string") || said.starts_with("unclosed") => {
            ("the text of this line cannot be read to its end", "close its quotes; a `\\` in it is written twice".to_owned())
        }
        _ if said.starts_with("key with no value") => (
            "there is no `=` behind the key",
            "each line is `key = value`; a key with blanks or signs stands in quotes: \"Employee #\" = \"…\"".to_owned(),
        ),
        other => return (other.to_owned(), vec!["each line is `key = value`".to_owned()]),
    };
    (message.to_owned(), vec![help])
}

/// The names that a message has between backticks.
fn quoted(said: &str) -> Vec<&str> {
    said.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::mapping::FileRule;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        #[serde(default, rename = "file")]
        _files: Vec<FileRule>,
        #[serde(rename = "since")]
        _since: Option<toml::value::Datetime>,
    }

    fn said(text: &str) -> (u32, String, String) {
        let fault = unreadable(text, &toml::from_str::<Whole>(text).expect_err("the text is wrong"));
        (fault.line, fault.message, fault.help.join(" | "))
    }

    #[test]
    fn each_slip_is_told_in_words() {
        let part = "[[file]]\nmatch = \"w*\"\n";
        for (line, message, help) in [
            (
                "header-row = 4",
                "there is no key `header-row` in this part",
                "perhaps `header_row` | the keys of this part are match, record,",
            ),
            ("decimal = \"Comma\"", "`Comma` is none of the words that can stand here", "perhaps `comma` | the words are point, comma"),
            (
                "header_row = \"4\"",
                "here stands the text \"4\", where a whole number without quotes belongs",
                "write it like this: header_row = 4",
            ),
            ("header_row = -4", "here stands -4, where a whole number without quotes belongs", "header_row = 4"),
            ("delimiter = 5", "here stands 5, where a text in quotes belongs", "delimiter = \"text\""),
            ("headers = \"A, B\"", "here stands the text \"A, B\", where a list in brackets belongs", "headers = [\"first\", \"second\"]"),
            ("most = 1.2", "here stands 1.2, where a part of its own belongs", "write its lines below a heading: [file.most]"),
            ("delimiter = ;", "what stands behind `=` is no value", "delimiter = \"…\""),
            ("sheet = “Awards”", "the quotes of this line are curly, as word processors write them", "sheet = \"…\""),
            ("match = \"x\"", "this key was there before in the same part", "leave one of the two lines"),
            ("sheet = \"Awards", "the text of this line cannot be read to its end", "close its quotes"),
            ("Employee # = \"x\"", "there is no `=` behind the key", "\"Employee #\" = "),
        ] {
            let (at, found, helps) = said(&format!("{part}{line}\n"));
            assert_eq!((at, found.as_str()), (3, message), "{line}");
            assert!(helps.contains(help), "{line}: {helps}");
        }
        assert_eq!(said("[file]\nmatch = \"w*\"\n").2, "write its heading in two brackets: [[file]]");
        assert_eq!(said("[[file]]\nrecord = \"x\"\n").1, "the part that begins here has no line for `match`");
        assert_eq!(said("since = \"2024-07-01\"\n").2, "write it like this: since = 2024-07-01");
        let twice = said("[[file]]\nmatch = \"w*\"\n[file.crosswalk]\nfile = \"e.csv\"\nfrom = 3\nto = \"x\"\n");
        assert_eq!((twice.0, twice.1.as_str()), (5, "what stands here is neither a text nor a list of texts"));
    }
}
