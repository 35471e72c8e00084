//! Why a cell cannot be used, and the words for it.

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;

/// One reason to reject a cell, and with it its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Blank,
    NotADate {
        declared: Option<String>,
    },
    NotAnAmount {
        decimal_comma: bool,
    },
    FractionOfACent,
    NotANumber {
        decimal_comma: bool,
    },
    NotAnInteger,
    PercentForm,
    ShareOutOfRange {
        most: String,
    },
    NotYesOrNo,
    UnknownWord {
        words: Vec<String>,
    },
    ErrorCell,
    NoResult {
        formula: String,
    },
    IdDamaged,
    /// The first and the last line of the cell, where the file has lines.
    LineBreak {
        lines: Option<(u32, u32)>,
    },
    DateInText,
    DateInNumber,
    UnknownKey {
        crosswalk: String,
    },
    AmbiguousKey {
        crosswalk: String,
    },
}

impl Fault {
    /// The message for a cell: `raw` is its text, `field` the policy's name for its column.
    pub fn diagnostic(&self, place: Place, field: &str, raw: &str) -> Diagnostic {
        match self {
            Fault::Blank => Diagnostic::error("required-blank", place, format!("`{field}` is blank and the policy needs it"))
                .help("fill the cell, or write `optional` behind the field in the policy"),
            Fault::NotADate { declared } => not_a_date(place, field, raw, declared.as_deref()),
            Fault::NotAnAmount { decimal_comma } => {
                let problem = Diagnostic::error("not-an-amount", place, format!("`{raw}` is not an amount of money for `{field}`"));
                problem.help(if *decimal_comma { COMMA } else { "write it like 1200.00, $1,200.00, -200.00 or (200.00)" })
            }
            Fault::FractionOfACent => {
                Diagnostic::error("fraction-of-a-cent", place, format!("`{raw}` for `{field}` has a fraction of a cent"))
                    .help("write the amount to the cent")
            }
            Fault::NotANumber { decimal_comma } => {
                let problem = Diagnostic::error("not-a-number", place, format!("`{raw}` is not a number for `{field}`"));
                problem.help(if *decimal_comma { COMMA } else { "write it like 0.5 or 1,200" })
            }
            Fault::NotAnInteger => Diagnostic::error("not-an-integer", place, format!("`{raw}` is not a whole number for `{field}`"))
                .help("write the number without a fraction, or make the field a `number` in the policy"),
            Fault::PercentForm => {
                Diagnostic::error("percent-form-needed", place, format!("`{raw}` for `{field}` may be a percentage or a fraction"))
                    .help("write the sign %, or say in the mapping's [file.formats] which it is:")
                    .help(format!("{field} = \"percent\"     # 5 is five percent; \"fraction\": 0.05 is five percent"))
            }
            Fault::ShareOutOfRange { most } => share_out_of_range(place, (field, raw), most),
            Fault::NotYesOrNo => Diagnostic::error("not-yes-or-no", place, format!("`{raw}` is neither yes nor no for `{field}`"))
                .help(format!("write yes, no, true, false, y or n; or say in the mapping what it means: [file.words.{field}]"))
                .help(format!("{} = \"yes\"", quoted(raw))),
            Fault::UnknownWord { words } => unknown_word(place, field, raw, words),
            Fault::ErrorCell => Diagnostic::error("error-cell", place, format!("the cell for `{field}` shows the error `{raw}`"))
                .help("correct the formula in the spreadsheet and save it"),
            Fault::NoResult { formula } => Diagnostic::error(
                "formula-without-value",
                place,
                format!("the cell for `{field}` holds the formula `={formula}` without its result"),
            )
            .help("open the file in Excel, let it calculate, and save it"),
            Fault::IdDamaged => {
                Diagnostic::error("id-damaged", place, format!("`{raw}` for `{field}` is an ID that a spreadsheet has shortened"))
                    .help("format the column as text in the source and export it again; what stood there cannot be recovered")
            }
            Fault::LineBreak { lines } => line_break(place, field, *lines),
            Fault::DateInText => {
                Diagnostic::error("date-in-text", place, format!("the cell for `{field}` is text, but the spreadsheet holds a date there"))
                    .help("format the column as text and type the value again; spreadsheets turn codes such as 3-4 into dates")
            }
            Fault::DateInNumber => Diagnostic::error(
                "date-in-number",
                place,
                format!("`{field}` is a number, but the spreadsheet shows the cell as a date or a time"),
            )
            .help("format the column as a number and look at the value: 2:30 hours are 2.5"),
            Fault::UnknownKey { crosswalk } => {
                Diagnostic::error("unknown-employee", place, format!("`{raw}` is not in {crosswalk}, so nobody knows whose row this is"))
                    .help(format!("add `{raw}` and the employee's ID to {crosswalk}"))
            }
            Fault::AmbiguousKey { crosswalk } => {
                Diagnostic::error("ambiguous-key", place, format!("`{raw}` stands for several employees in {crosswalk}"))
                    .help(format!("leave one line for `{raw}` in {crosswalk}"))
            }
        }
    }
}

/// For `200,00`.
const COMMA: &str = "a comma separates thousands here; write the decimals behind a point, as in 1.5";

fn not_a_date(place: Place, field: &str, raw: &str, declared: Option<&str>) -> Diagnostic {
    let message = match declared {
        Some(form) => format!("`{raw}` is not a date of the form {form} for `{field}`"),
        None => format!("`{raw}` is not a date for `{field}`"),
    };
    let zoned = raw.get(..10).is_some_and(|start| crate::value::Date::parse_iso(start).is_some());
    let help = match declared {
        None if zoned => "export the day alone: near midnight it depends on the time zone, and nothing says whose counts",
        Some(_) => "correct the cell, or the form in the mapping's [file.formats]",
        None => "write it as 2025-06-30",
    };
    Diagnostic::error("cell-not-a-date", place, message).help(help)
}

fn line_break(place: Place, field: &str, lines: Option<(u32, u32)>) -> Diagnostic {
    let (message, help) = match lines {
        Some((first, last)) => (
            format!("the cell for `{field}` opens in line {first} and closes in line {last}, and such a value has one line"),
            format!("look for quotes in lines {first} and {last} that should not be there: the rows between them are in this cell"),
        ),
        None => (
            format!("the cell for `{field}` has a line break, and such a value has one line"),
            "type the value again in one line, without Alt+Enter".to_owned(),
        ),
    };
    Diagnostic::error("line-break-in-value", place, message).help(help)
}

fn share_out_of_range(place: Place, (field, raw): (&str, &str), most: &str) -> Diagnostic {
    Diagnostic::error("share-out-of-range", place, format!("`{raw}` for `{field}` is no share between nothing and {most}"))
        .help("correct the cell; where more than a whole is right, say so in the mapping's [file.most]:")
        .help(format!("{field} = \"1.2\""))
}

fn unknown_word(place: Place, field: &str, raw: &str, words: &[String]) -> Diagnostic {
    let message = format!("`{raw}` is not one of the words of `{field}`: {}", words.join(", "));
    let folded = super::key::fold(raw);
    let likely = nearest(&folded, words.iter().map(String::as_str)).unwrap_or("ONE OF THEM");
    Diagnostic::error("unlisted-word", place, message)
        .help(format!("say in the mapping what it means: [file.words.{field}]"))
        .help(format!("{} = \"{likely}\"", quoted(raw)))
}

/// A text as a key of a mapping file.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
