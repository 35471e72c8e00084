//! `mapping.toml`: what a person has to say about files that the program must not guess.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::badge::{self, BadgeRules};
use super::parse::key;
use super::rule::check;
pub use super::rule::{CrosswalkRule, DecimalStyle, FileRule, FooterRule, PositionsRule};
use super::settings_file::unreadable;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place};
use crate::value::Date;

/// Lower-case hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = vec![0; 2 * bytes.len()];
    for (digits, byte) in text.chunks_exact_mut(2).zip(bytes) {
        digits[0] = DIGITS[usize::from(byte >> 4)];
        digits[1] = DIGITS[usize::from(byte & 15)];
    }
    String::from_utf8(text).unwrap_or_default() // digits and letters always are
}

/// A mapping file as it was read. The default says nothing about any file.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The mapping file's name, for messages.
    pub name: String,
    /// The hash of its bytes and their number, where there is one.
    pub hash: Option<(String, u64)>,
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

impl Mapping {
    /// Reads a mapping file that names no other files but crosswalks.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Mapping> {
        Mapping::parse_with((name, text), &|_| None, diagnostics)
    }

    /// Reads a mapping file; `files` gives the bytes of keys and contexts that it names. What is wrong is reported at its line.
    pub fn parse_with((name, text): (&str, &str), files: badge::Files<'_>, diagnostics: &mut Diagnostics) -> Option<Mapping> {
        let hash = Some((sha256(text.as_bytes()), text.len() as u64));
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if open_lines(name, text, diagnostics) {
            return None;
        }
        let written: Written = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let fault = unreadable(text, &error);
                let message = format!("the mapping cannot be read: {}", fault.message);
                let problem = Diagnostic::error("mapping-unreadable", fault.place(name), message);
                diagnostics.push(fault.helped(problem).help("docs/mapping.md has a whole mapping"));
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
        (diagnostics.len() == before).then_some(Mapping { name: name.to_string(), hash, files: written.file, paid_complete_since, badges })
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

fn date_of(datetime: &toml::value::Datetime) -> Option<Date> {
    let date = datetime.date?;
    Date::new(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// Reports each line in which a proposed mapping still asks something.
fn open_lines(name: &str, text: &str, diagnostics: &mut Diagnostics) -> bool {
    let mark = format!(" = \"{}\"", super::propose::OPEN);
    let before = diagnostics.len();
    for (line, text) in (1u32..).zip(text.lines()) {
        if let Some((field, _)) = text.split_once(&mark).filter(|(field, _)| !field.trim_start().starts_with('#')) {
            let place = Place::Cell(Cell { row: Some(line), ..Cell::of_file(name) });
            let message = format!("the mapping leaves `{}` open", field.trim());
            diagnostics.push(
                Diagnostic::error("mapping-open", place, message).help("write what it is in place of \"???\", or take the line away"),
            );
        }
    }
    diagnostics.len() > before
}

pub(super) fn refuse(name: &str, message: &str, help: &str, diagnostics: &mut Diagnostics) {
    let place = Place::Cell(Cell::of_file(name));
    diagnostics.push(Diagnostic::error("mapping-value", place, message).help(help));
}

/// The file's name without its folders.
pub fn base_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

/// Whether two names are of one file, given from different folders: the shorter is the end of the longer.
pub fn is_same_file(one: &str, other: &str) -> bool {
    let folders = |name| str::rsplit(name, ['/', '\\']);
    folders(one).zip(folders(other)).all(|(one, other)| one == other)
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
    fn a_file_is_known_by_the_end_of_its_path() {
        assert!(
            is_same_file("fall/x.csv", "data/fall/x.csv") && is_same_file("x.csv", "data/x.csv") && is_same_file("a\\x.csv", "a/x.csv")
        );
        assert!(!is_same_file("fall/x.csv", "spring/x.csv") && !is_same_file("x.csv", "ax.csv"));
    }

    #[test]
    fn the_opening_state_has_a_date() {
        let mut diagnostics = Diagnostics::new();
        let mapping = Mapping::parse("mapping.toml", "[paid]\ncomplete_since = 2024-07-01\n", &mut diagnostics).unwrap();
        assert_eq!(mapping.paid_complete_since, Date::new(2024, 7, 1));
    }
}
