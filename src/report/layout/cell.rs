//! One cell: a value in the form that its column asks for, or the reason why the column cannot hold it.

use super::amount::{self, AmountFault};
use super::day;
use super::lines::Worth;
use super::template::{Piece, Template};
use super::written::{Align, Blank, Characters, ColumnLayout, Encoding, FileLayout, Form, Quotes};
use crate::diagnostic::Diagnostic;
use crate::report::pieces::would_run;
use crate::report::text::decimal;
use crate::source::Place;

/// Why a cell cannot be written; the place is added by whoever knows it.
pub struct Fault {
    code: Code,
    message: String,
    help: String,
}

#[derive(Clone, Copy)]
enum Code {
    Blank,
    Length,
    Characters,
    Amount,
    Formula,
}

/// The file and the column that the cell stands in.
#[derive(Clone, Copy)]
pub struct Where<'a> {
    pub file: &'a FileLayout,
    pub column: &'a ColumnLayout,
}

impl Fault {
    fn new(code: Code, message: String, help: impl Into<String>) -> Fault {
        Fault { code, message, help: help.into() }
    }

    pub fn at(self, place: Place) -> Diagnostic {
        let Fault { message, help, .. } = self;
        match self.code {
            Code::Blank => Diagnostic::error("blank-in-layout", place, message),
            Code::Length => Diagnostic::error("length-outside-layout", place, message),
            Code::Characters => Diagnostic::error("characters-outside-layout", place, message),
            Code::Amount => Diagnostic::error("amount-outside-layout", place, message),
            Code::Formula => Diagnostic::error("formula-in-table", place, message),
        }
        .help(help)
    }
}

impl Where<'_> {
    /// The cell's text, filled up to its width.
    pub fn cell(self, worth: &dyn Fn(&str) -> Worth) -> Result<String, Fault> {
        let template = Template::parse(&self.column.value).unwrap_or(Template { pieces: Vec::new() });
        let mut text = String::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(constant) => text.push_str(constant),
                Piece::Name { name, fill } => {
                    let worth = worth(name);
                    if worth == Worth::Missing {
                        return self.blank(name);
                    }
                    let value = self.value(&worth)?;
                    self.expect_no_formula(&worth, &value)?;
                    text.push_str(&filled(&value, *fill));
                }
            }
        }
        if text.is_empty() { self.padded(text) } else { self.fitting(text) }
    }

    fn blank(self, name: &str) -> Result<String, Fault> {
        match (&self.column.when_blank, self.file.blank) {
            (Some(instead), _) => self.fitting(instead.clone()),
            (None, Blank::Keeps | Blank::IsTheDefault) => self.padded(String::new()),
            (None, Blank::Erases) => Err(Fault::new(
                Code::Blank,
                format!("column `{}` of {} would be blank, which erases what the payroll system holds", self.called(), self.file.name),
                format!("there is no `{name}` for this line: supply it, or say in the layout what is meant: `when_blank = \"\"`"),
            )),
        }
    }

    fn value(self, worth: &Worth) -> Result<String, Fault> {
        match worth {
            Worth::Missing => Ok(String::new()),
            Worth::Text(text) => Ok(self.column.words.get(text).cloned().unwrap_or_else(|| text.clone())),
            Worth::Day(date) => {
                let form = self.column.date.as_deref().unwrap_or("YYYY-MM-DD");
                Ok(day::write(*date, form).unwrap_or_else(|| date.to_string()))
            }
            Worth::Amount(amount) => amount::write(*amount, &self.column.amount).map_err(|fault| {
                let why = match fault {
                    AmountFault::Decimals => format!("it has more than {} decimals", self.column.amount.decimals),
                    AmountFault::Negative => "it is below zero, and the column has no sign".to_owned(),
                    AmountFault::Below(from) => format!("the least is {from}"),
                    AmountFault::Above(to) => format!("the most is {to}"),
                };
                let message =
                    format!("column `{}` of {} cannot hold the amount {}: {why}", self.called(), self.file.name, decimal(*amount));
                Fault::new(
                    Code::Amount,
                    message,
                    "let the column be wider where the payroll system allows it, or enter this payment by hand",
                )
            }),
        }
    }

    /// Text of the data that a spreadsheet would run; a file of fixed width is opened by no spreadsheet.
    fn expect_no_formula(self, worth: &Worth, value: &str) -> Result<(), Fault> {
        if self.file.form == Form::FixedWidth || !matches!(worth, Worth::Text(_)) || !would_run(value) {
            return Ok(());
        }
        let message = format!("a spreadsheet would run `{value}` in column `{}` of {} as a formula", self.called(), self.file.name);
        Err(Fault::new(Code::Formula, message, "correct the text in the file it came from"))
    }

    fn fitting(self, text: String) -> Result<String, Fault> {
        if let Some(wrong) = text.chars().find(|character| !self.holds(*character)) {
            let shown = if wrong.is_control() { format!("the control character {:#04x}", u32::from(wrong)) } else { format!("`{wrong}`") };
            let message = format!("column `{}` of {} cannot hold {shown} in `{text}`", self.called(), self.file.name);
            return Err(Fault::new(Code::Characters, message, "correct the text in the file it came from, or choose another column"));
        }
        self.padded(text)
    }

    fn padded(self, text: String) -> Result<String, Fault> {
        let length = text.chars().count();
        let most = self.column.width.or(self.column.most);
        if let Some(most) = most.filter(|most| length > *most) {
            let message = format!("column `{}` of {} holds {most} characters, and `{text}` has {length}", self.called(), self.file.name);
            return Err(Fault::new(Code::Length, message, "nothing is cut off: shorten it where it comes from"));
        }
        if let Some(width) = self.column.width.filter(|width| self.is_exact() && length > 0 && length < *width) {
            let message =
                format!("column `{}` of {} holds exactly {width} characters, and `{text}` has {length}", self.called(), self.file.name);
            return Err(Fault::new(Code::Length, message, "correct it where it comes from, or let the layout fill it up: `fill = \"0\"`"));
        }
        let fill = self.column.fill.unwrap_or(' ');
        let is_padded = self.file.form == Form::FixedWidth || (self.column.fill.is_some() && !text.is_empty());
        let Some(missing) = self.column.width.filter(|_| is_padded).map(|width| width - length) else { return Ok(text) };
        let filling = fill.to_string().repeat(missing);
        // zeros stand between the sign and the digits
        let sign = if fill == '0' { text.len() - text.trim_start_matches(['-', '+']).len() } else { 0 };
        Ok(match self.column.align {
            Align::Left => format!("{text}{filling}"),
            Align::Right => format!("{}{filling}{}", &text[..sign], &text[sign..]),
        })
    }

    /// A width that nothing fills up to.
    fn is_exact(self) -> bool {
        self.file.form == Form::Delimited && self.column.fill.is_none()
    }

    fn holds(self, character: char) -> bool {
        let in_column = match self.column.characters {
            Characters::Any => !character.is_control(),
            Characters::Digits => character.is_ascii_digit(),
            Characters::LettersAndDigits => character.is_ascii_alphanumeric(),
        };
        let in_encoding = match self.file.encoding {
            Encoding::Utf8 => true,
            Encoding::Ascii => character.is_ascii(),
            Encoding::Windows1252 => !encoding_rs::WINDOWS_1252.encode(character.encode_utf8(&mut [0; 4])).2,
        };
        let delimiter = char::from(self.file.delimiter_byte());
        let unquoted = self.file.form == Form::Delimited && self.file.quotes == Quotes::Never;
        in_column && in_encoding && !(unquoted && (character == delimiter || character == '"'))
    }

    fn called(self) -> String {
        if self.column.header.is_empty() { self.column.value.clone() } else { self.column.header.clone() }
    }
}

/// Filled up behind.
fn filled(value: &str, fill: Option<(usize, char)>) -> String {
    let Some((width, character)) = fill else { return value.to_owned() };
    let missing = width.saturating_sub(value.chars().count());
    format!("{value}{}", character.to_string().repeat(missing))
}
