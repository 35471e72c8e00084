//! `mapping.toml`: what a person has to say about files that the program must not guess.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::badge::{self, BadgeRules};
use super::parse::key;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place};
use crate::value::Date;

/// A mapping file as it was read. The default says nothing about any file.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The mapping file's name, for messages.
    pub name: String,
    /// In the order written; the first that matches a file counts.
    pub files: Vec<FileRule>,
    /// The day from which the opening state is complete.
    pub paid_complete_since: Option<Date>,
    /// Time zone, pinned keys and contexts for Open Badges.
    pub badges: BadgeRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    file: Vec<FileRule>,
    paid: Option<PaidRule>,
    #[serde(default)]
    badges: badge::WrittenRules,
    #[serde(default)]
    badge_key: Vec<badge::WrittenKey>,
    #[serde(default)]
    badge_context: Vec<badge::WrittenContext>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaidRule {
    complete_since: toml::value::Datetime,
}

/// `[[file]]`: how to read the files whose name matches.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// The file's name, where `*` stands for any characters and `?` for one.
    #[serde(rename = "match")]
    pub pattern: String,
    pub record: Option<String>,
    pub sheet: Option<String>,
    /// The row of the headers, as the spreadsheet numbers it.
    pub header_row: Option<u32>,
    /// One character, or `tab`.
    pub delimiter: Option<String>,
    /// `utf-8`, `utf-16le`, `windows-1252` or another name that browsers know.
    pub encoding: Option<String>,
    /// IDs of digits are filled up with zeros to this many characters.
    pub id_width: Option<usize>,
    /// Two-digit years below it are 20xx, the others 19xx.
    pub two_digit_year_pivot: Option<u32>,
    /// Field to the header it has in the file.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Field to its form: `MM/DD/YYYY` for dates, `percent` or `fraction` for percentages.
    #[serde(default)]
    pub formats: BTreeMap<String, String>,
    /// Field to what its words in the file mean: `"Awarded" = "earned"`; `""` means blank.
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    pub footer: Option<FooterRule>,
    pub crosswalk: Option<CrosswalkRule>,
}

/// `[file.footer]`: rows whose first filled cell is this text are totals, not data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FooterRule {
    pub first_cell: String,
}

/// `[file.crosswalk]`: the person column holds e-mail addresses (or other keys) that another file translates to IDs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkRule {
    /// The name of the file that translates.
    pub file: String,
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
    /// The header of its column with the keys.
    pub from: String,
    /// The header of its column with the employee IDs.
    pub to: String,
}

impl Mapping {
    /// Reads a mapping file that names no other files but crosswalks.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Mapping> {
        Mapping::parse_with((name, text), &|_| None, diagnostics)
    }

    /// Reads a mapping file; `files` gives the bytes of keys and contexts that it names. What is wrong is reported at its line.
    pub fn parse_with((name, text): (&str, &str), files: badge::Files<'_>, diagnostics: &mut Diagnostics) -> Option<Mapping> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let written: Written = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
                let line = before.matches('\n').count() as u32 + 1;
                let place = Place::Cell(Cell { row: Some(line), ..Cell::of_file(name) });
                let message = format!("the mapping cannot be read: {}", error.message().replace('\n', " "));
                diagnostics
                    .push(Diagnostic::error("mapping-unreadable", place, message).help("each line is `key = value`, see docs/mapping.md"));
                return None;
            }
        };
        let before = diagnostics.len();
        for rule in &written.file {
            check(name, rule, diagnostics);
        }
        let since = written.paid.map(|paid| paid.complete_since);
        let paid_complete_since = since.and_then(|since| date_of(&since));
        if since.is_some() && paid_complete_since.is_none() {
            refuse(name, "`complete_since` is not a date", "write `complete_since = 2024-07-01`", diagnostics);
        }
        let badges = badge::Written { rules: written.badges, keys: written.badge_key, contexts: written.badge_context };
        let badges = badges.check(name, files, diagnostics);
        (diagnostics.len() == before).then_some(Mapping { name: name.to_string(), files: written.file, paid_complete_since, badges })
    }

    /// The rule for a file, found by its name without folders. A rule with another sheet does not count.
    pub fn rule(&self, file: &str, sheet: Option<&str>) -> Option<&FileRule> {
        self.matching(file, sheet).first().copied()
    }

    /// The rules for a file of which nobody named a sheet: several, where each names a sheet of its own.
    pub fn rules(&self, file: &str, sheet: Option<&str>) -> Vec<&FileRule> {
        let matching = self.matching(file, sheet);
        if sheet.is_some() || matching.first().is_none_or(|rule| rule.sheet.is_none()) {
            return matching.into_iter().take(1).collect();
        }
        let first_of_sheet = |index: usize| matching[..index].iter().all(|earlier| earlier.sheet != matching[index].sheet);
        (0..matching.len())
            .filter(|index| matching[*index].sheet.is_some() && first_of_sheet(*index))
            .map(|index| matching[index])
            .collect()
    }

    fn matching(&self, file: &str, sheet: Option<&str>) -> Vec<&FileRule> {
        let name = base_name(file).to_lowercase();
        let fits = |rule: &&FileRule| {
            let other_sheet = matches!((sheet, &rule.sheet), (Some(asked), Some(ruled)) if asked != ruled);
            !other_sheet && glob(&rule.pattern.to_lowercase(), &name)
        };
        self.files.iter().filter(fits).collect()
    }

    /// The files that translate keys to employee IDs, which have to be among the inputs.
    pub fn crosswalk_files(&self) -> Vec<&str> {
        self.files.iter().filter_map(|rule| rule.crosswalk.as_ref()).map(|crosswalk| crosswalk.file.as_str()).collect()
    }
}

impl FileRule {
    /// The header that stands for a field, where the mapping names one.
    pub fn header_of(&self, field: &str) -> Option<&str> {
        self.columns.get(field).map(String::as_str)
    }

    pub fn delimiter_byte(&self) -> Option<u8> {
        match self.delimiter.as_deref()? {
            "tab" | "\\t" => Some(b'\t'),
            text => text.bytes().next(),
        }
    }
}

fn date_of(datetime: &toml::value::Datetime) -> Option<Date> {
    let date = datetime.date?;
    Date::new(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// What the types cannot say about one rule.
fn check(name: &str, rule: &FileRule, diagnostics: &mut Diagnostics) {
    if let Some(delimiter) = &rule.delimiter
        && !matches!(delimiter.as_str(), "tab" | "\\t")
        && (delimiter.len() != 1 || delimiter == "\"")
    {
        refuse(
            name,
            &format!("the delimiter `{delimiter}` is not one character"),
            "write `delimiter = \";\"` or `delimiter = \"tab\"`",
            diagnostics,
        );
    }
    if let Some(encoding) = &rule.encoding
        && encoding_rs::Encoding::for_label(encoding.as_bytes()).is_none()
    {
        let help = "write `encoding = \"windows-1252\"`, `\"utf-8\"` or `\"utf-16le\"`";
        refuse(name, &format!("there is no encoding called `{encoding}`"), help, diagnostics);
    }
    if rule.header_row == Some(0) {
        refuse(name, "rows are numbered from 1", "write `header_row = 1`", diagnostics);
    }
    if rule.id_width.is_some_and(|width| width > 40) {
        refuse(name, "an ID is at most 40 characters wide", "write `id_width = 5`", diagnostics);
    }
    if rule.two_digit_year_pivot.is_some_and(|pivot| pivot > 99) {
        refuse(name, "the pivot is a two-digit year", "write `two_digit_year_pivot = 69`", diagnostics);
    }
}

fn refuse(name: &str, message: &str, help: &str, diagnostics: &mut Diagnostics) {
    let place = Place::Cell(Cell::of_file(name));
    diagnostics.push(Diagnostic::error("mapping-value", place, message).help(help));
}

/// The file's name without its folders.
pub fn base_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

/// The file's name without folders and extension, folded like a header.
pub fn stem(file: &str) -> String {
    let name = base_name(file);
    key::fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

/// Whether a text fits a pattern in which `*` stands for any characters and `?` for one.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p).is_some_and(|wanted| *wanted != '*' && (*wanted == '?' || *wanted == text[t])) {
            (p, t) = (p + 1, t + 1);
        } else if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if let Some((after, from)) = star {
            (p, t, star) = (after + 1, from + 1, Some((after, from + 1)));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        assert!(glob("badge_export*.csv", "badge_export-2025.csv"));
        assert!(glob("*", ""));
        assert!(glob("a?c*e", "abcde"));
        assert!(!glob("staff.xlsx", "staff.xls"));
        assert!(!glob("*.csv", "a.csv.txt"));
    }

    #[test]
    fn a_key_nobody_knows_is_refused_at_its_line() {
        let mut diagnostics = Diagnostics::new();
        assert!(Mapping::parse("mapping.toml", "[[file]]\nmatch = \"a\"\nheaderrow = 4\n", &mut diagnostics).is_none());
        let first = diagnostics.iter().next().unwrap();
        assert_eq!(first.code, "mapping-unreadable");
        assert!(matches!(&first.place, Place::Cell(cell) if cell.row == Some(3)), "{first:?}");
    }

    #[test]
    fn the_opening_state_has_a_date() {
        let mut diagnostics = Diagnostics::new();
        let mapping = Mapping::parse("mapping.toml", "[paid]\ncomplete_since = 2024-07-01\n", &mut diagnostics).unwrap();
        assert_eq!(mapping.paid_complete_since, Date::new(2024, 7, 1));
    }
}
