//! A layout file as it is written: `layout.toml`, or the district's own few lines on top of a layout of the program.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Everything that a layout file may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The layout this one starts from: one of the program, or a file beside this one.
    pub layout: Option<String>,
    /// For people: what takes these files, and where that is written.
    #[serde(default)]
    pub about: String,
    /// What the district must say before anything can be written: name to one sentence.
    #[serde(default)]
    pub needs: BTreeMap<String, String>,
    /// Name to value.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Name to the field of the policy's people that has the value for each person.
    #[serde(default)]
    pub people: BTreeMap<String, String>,
    /// Award to pay code.
    #[serde(default)]
    pub codes: BTreeMap<String, Codes>,
    /// The name of the file with the control totals; none where there is no such file.
    pub control: Option<String>,
    /// Kinds of lines that nobody enters into the payroll system.
    #[serde(default)]
    pub leaves_out: Vec<String>,
    #[serde(default)]
    pub file: Vec<FileLayout>,
}

/// The pay code of an award, or one for each kind of its money.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Codes {
    One(String),
    ByKind(BTreeMap<String, String>),
}

/// `[[file]]`: one file, or one for each value that it is split by.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLayout {
    /// `PR{company_code}EPI.csv`
    pub name: String,
    /// The kinds of money that stand in it.
    pub kinds: Vec<String>,
    #[serde(default)]
    pub form: Form,
    #[serde(default = "comma")]
    pub delimiter: String,
    #[serde(default)]
    pub quotes: Quotes,
    #[serde(default)]
    pub header: Header,
    #[serde(default)]
    pub line_end: LineEnd,
    #[serde(default)]
    pub encoding: Encoding,
    /// What a blank cell does in the system that reads the file.
    pub blank: Blank,
    /// A file for each value of these.
    #[serde(default)]
    pub split_by: Vec<String>,
    /// Adjustments that agree in these become one line with their sum; empty: a line for each adjustment.
    #[serde(default)]
    pub one_line_per: Vec<String>,
    /// A line before the others, such as a batch header.
    #[serde(default)]
    pub first: Vec<ColumnLayout>,
    pub column: Vec<ColumnLayout>,
    /// A line after the others, such as control totals.
    #[serde(default)]
    pub last: Vec<ColumnLayout>,
}

fn comma() -> String {
    ",".to_owned()
}

/// One column: what stands in it and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnLayout {
    #[serde(default)]
    pub header: String,
    /// Constant text with names in braces: `AA`, `{employee}`, `{company_code}`; empty: a column that is always blank.
    #[serde(default)]
    pub value: String,
    /// What the value is called here: `"base salary" = "B"`.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// The most characters.
    pub most: Option<usize>,
    /// Exactly so many characters: shorter values are filled up.
    pub width: Option<usize>,
    /// The character that fills up.
    pub fill: Option<char>,
    #[serde(default)]
    pub align: Align,
    #[serde(default)]
    pub characters: Characters,
    /// The form of dates, such as `MM/DD/YYYY`.
    pub date: Option<String>,
    #[serde(default)]
    pub amount: AmountForm,
    /// What is written where there is no value; without it, what `blank` of the file allows.
    pub when_blank: Option<String>,
}

/// `amount = { decimals = 2, point = ".", sign = "before", from = "-999.99", to = "999.99" }`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AmountForm {
    pub decimals: u32,
    /// Between dollars and cents; empty where the point is understood.
    pub point: String,
    pub sign: Sign,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Default for AmountForm {
    fn default() -> AmountForm {
        AmountForm { decimals: 2, point: ".".to_owned(), sign: Sign::Before, from: None, to: None }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// `-200.00`
    #[default]
    Before,
    /// `200.00-`
    Behind,
    /// `+200.00` and `-200.00`
    Always,
    /// `(200.00)`
    Parentheses,
    /// Amounts below zero are refused.
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    #[default]
    Left,
    Right,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Characters {
    /// Everything but control characters.
    #[default]
    #[serde(rename = "any")]
    Any,
    #[serde(rename = "digits")]
    Digits,
    #[serde(rename = "letters and digits")]
    LettersAndDigits,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Form {
    #[default]
    #[serde(rename = "delimited")]
    Delimited,
    #[serde(rename = "fixed width")]
    FixedWidth,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Quotes {
    #[default]
    #[serde(rename = "where needed")]
    WhereNeeded,
    #[serde(rename = "always")]
    Always,
    /// Values that would need them are refused.
    #[serde(rename = "never")]
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    #[default]
    Yes,
    No,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    #[default]
    Crlf,
    Lf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
    #[serde(rename = "ascii")]
    Ascii,
}

/// What a blank cell does in the system that reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Blank {
    /// The stored value stays.
    #[serde(rename = "keeps")]
    Keeps,
    /// The stored value goes: no cell is left blank unless the column says so.
    #[serde(rename = "erases")]
    Erases,
    /// The system takes its default.
    #[serde(rename = "is the default")]
    IsTheDefault,
}

impl FileLayout {
    /// The columns of all lines.
    pub fn all_columns(&self) -> impl Iterator<Item = &ColumnLayout> {
        self.first.iter().chain(&self.column).chain(&self.last)
    }

    /// The one character between cells.
    pub fn delimiter_byte(&self) -> u8 {
        match self.delimiter.as_str() {
            "tab" => b'\t',
            text => text.bytes().next().unwrap_or(b','),
        }
    }
}

impl Codes {
    pub fn of(&self, kind: &str) -> Option<&str> {
        match self {
            Codes::One(code) => Some(code),
            Codes::ByKind(codes) => codes.get(kind).map(String::as_str),
        }
    }
}
