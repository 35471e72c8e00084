//! `[[file]]` of a mapping: everything that can be said about one kind of file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::badge::Zone;
use super::mapping::refuse;
use super::parse::key;
use crate::diagnostic::Diagnostics;
use crate::value::Number;

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
    /// The names of the columns from the left, of a file without headers.
    pub headers: Option<Vec<String>>,
    /// How many characters each column has, of a text without a sign between them.
    pub widths: Option<Vec<usize>>,
    /// One character, or `tab`.
    pub delimiter: Option<String>,
    /// `utf-8`, `utf-16le`, `windows-1252` or another name that browsers know.
    pub encoding: Option<String>,
    /// Which sign stands before the decimals.
    #[serde(default)]
    pub decimal: DecimalStyle,
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
    /// Field to the district's time zone, for time stamps: `America/Chicago` or `-05:00`.
    #[serde(default)]
    pub time_zones: BTreeMap<String, String>,
    /// Field to the largest share that is right, where that is more than a whole: `fte = "1.2"`.
    #[serde(default)]
    pub most: BTreeMap<String, String>,
    /// Field to what its words in the file mean: `"Awarded" = "earned"`; `""` means blank.
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    pub footer: Option<FooterRule>,
    pub crosswalk: Option<CrosswalkRule>,
    pub positions: Option<PositionsRule>,
}

/// `1,200.50` or `1.200,50`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalStyle {
    #[default]
    Point,
    Comma,
}

/// `[file.positions]`: the file has a row for each position of a person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionsRule {
    /// Fields that are added up over the rows of a person; the others have to agree.
    #[serde(default)]
    pub add: Vec<String>,
    /// Only rows that have this header's cell filled with `is` count.
    pub primary: Option<String>,
    pub is: Option<String>,
}

/// `[file.footer]`: rows whose first filled cell is this text are totals, not data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FooterRule {
    pub first_cell: String,
    /// Fields whose cell in the last such row has to be the sum of the rows above.
    #[serde(default)]
    pub sums: Vec<String>,
}

/// `[file.crosswalk]`: the person column holds e-mail addresses (or other keys) that another file translates to IDs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkRule {
    /// The name of the file that translates.
    pub file: String,
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
    /// The header of its column with the keys, or several that have to agree.
    pub from: OneOrMore,
    /// The headers of the same in the file itself, where several have to agree.
    #[serde(default)]
    pub by: Vec<String>,
    /// The header of its column with the employee IDs.
    pub to: String,
}

/// A text or a list of texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub fn list(&self) -> Vec<&str> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more.iter().map(String::as_str).collect(),
        }
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

/// What the types cannot say about one rule.
pub(super) fn check(name: &str, rule: &FileRule, diagnostics: &mut Diagnostics) {
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
    check_columns(name, rule, diagnostics);
    for (field, zone) in &rule.time_zones {
        if Zone::parse(zone).is_none() {
            let message = format!("there is no time zone called `{zone}`, which `{field}` is to be read in");
            refuse(name, &message, "write `America/Chicago` or `-06:00`", diagnostics);
        }
    }
    for (field, most) in &rule.most {
        if Number::parse(most).is_none() {
            refuse(name, &format!("`{most}` is not the largest share of `{field}`"), "write `fte = \"1.2\"`", diagnostics);
        }
    }
    check_positions(name, rule, diagnostics);
    check_crosswalk(name, rule, diagnostics);
}

/// Names and widths of columns that the file itself does not tell.
fn check_columns(name: &str, rule: &FileRule, diagnostics: &mut Diagnostics) {
    let mut say = |message: &str, help: &str| refuse(name, message, help, diagnostics);
    if rule.headers.as_ref().is_some_and(|headers| headers.iter().all(|header| key::clean(header).is_empty())) {
        say("`headers` names no column", "write `headers = [\"Employee ID\", \"Credential\"]`, the columns from the left");
    }
    if rule.headers.is_some() && rule.header_row.is_some() {
        say("`headers` is for files without headers, and `header_row` says that there are some", "take one of the two lines away");
    }
    let Some(widths) = &rule.widths else { return };
    if widths.is_empty() || widths.contains(&0) || widths.iter().any(|width| *width > WIDTH_MOST) || widths.len() > WIDTHS_MOST {
        let message = format!("`widths` says how many characters each column has, from 1 to {WIDTH_MOST}");
        say(&message, "write `widths = [9, 20, 10]`, the columns from the left");
    }
    if rule.delimiter.is_some() {
        say("the columns have `widths` and a `delimiter`: a file has one of them", "take one of the two lines away");
    }
    if let Some(headers) = rule.headers.as_ref().filter(|headers| headers.len() != widths.len()) {
        let message = format!("`headers` names {} columns, and `widths` has {}", headers.len(), widths.len());
        say(&message, "give each column its name (\"\" for one that is not wanted) and its width");
    }
}

/// Characters of a column, and columns of a line, that are read by their places.
const WIDTH_MOST: usize = 10_000;
const WIDTHS_MOST: usize = 2_000;

fn check_positions(name: &str, rule: &FileRule, diagnostics: &mut Diagnostics) {
    let Some(positions) = &rule.positions else { return };
    if positions.add.is_empty() == positions.primary.is_none() || positions.primary.is_some() != positions.is.is_some() {
        let message = "`[file.positions]` says neither or both of: add the rows of a person up, take the primary one";
        refuse(name, message, "write `add = [\"fte\"]`, or `primary = \"Primary?\"` and `is = \"Y\"`", diagnostics);
    }
}

/// Headers that hold names of people.
const NAMES: [&str; 10] = [
    "name",
    "last_name",
    "first_name",
    "full_name",
    "recipient_name",
    "employee_name",
    "surname",
    "given_name",
    "middle_name",
    "display_name",
];

/// A person is found by a key of their own or by two fields that agree; a name alone finds somebody else one day.
fn check_crosswalk(name: &str, rule: &FileRule, diagnostics: &mut Diagnostics) {
    let Some(crosswalk) = &rule.crosswalk else { return };
    let from = crosswalk.from.list();
    if from.iter().all(|header| NAMES.contains(&key::fold(header).as_str())) {
        let message = format!("people are to be found by {}: a name alone does not say who somebody is", from.join(" and "));
        refuse(name, &message, "find them by an e-mail address, or by a name together with a date of birth or a building", diagnostics);
    }
    let several = from.len() > 1;
    if several && crosswalk.by.len() != from.len() || !several && !crosswalk.by.is_empty() {
        let message = "`by` names the headers of this file that have to agree with those in `from`, as many of them";
        refuse(name, message, "write `from = [\"Email\", \"Last Name\"]` and `by = [\"Recipient Email\", \"Surname\"]`", diagnostics);
    }
}
