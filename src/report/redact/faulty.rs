//! Cells that could not be read, as cells that cannot be read for the same reason and show nothing; and what no table can show so.

use crate::diagnostic::Diagnostic;
use crate::facts::Fault;
use crate::facts::as_read::{CellAsRead, FileAsRead, RowKind};
use crate::policy::{FieldRole, Policy};
use crate::source::{Cell, Place};
use crate::value::Type;

/// Nobody needs more of a text that says nothing.
const LENGTH_MOST: usize = 40;

/// A cell with the same fault. Digits and letters are replaced one for one where the text itself is what is wrong.
pub fn cell(fault: &Fault, raw: &str, role: FieldRole) -> String {
    match fault {
        // there is no month 0
        Fault::NotADate { .. } => replaced(raw, '0'),
        // letters, so that no number of any style comes out
        Fault::NotAnAmount { .. } | Fault::NotANumber { .. } => replaced(raw, 'n'),
        Fault::NotYesOrNo | Fault::UnknownWord { .. } => format!("?{}", replaced(raw, '9')),
        Fault::FractionOfACent => "0.005".to_owned(),
        Fault::NotAnInteger => "0.5".to_owned(),
        Fault::ShareOutOfRange { .. } if role == FieldRole::Value(Type::Percent) => "-1 %".to_owned(),
        Fault::ShareOutOfRange { .. } => "-1".to_owned(),
        Fault::ErrorCell => "#N/A".to_owned(),
        Fault::IdDamaged => "1.23E+11".to_owned(),
        Fault::LineBreak { .. } => BROKEN.to_owned(),
        Fault::Blank | Fault::PercentForm | Fault::NoResult { .. } | Fault::DateInText | Fault::DateInNumber => String::new(),
        Fault::UnknownKey { .. } | Fault::AmbiguousKey { .. } => raw.to_owned(),
    }
}

/// A value of two lines.
pub const BROKEN: &str = "x\nx";

/// The shape of a text.
fn replaced(text: &str, digit: char) -> String {
    let replaced = text.chars().take(LENGTH_MOST).map(|letter| match letter {
        letter if letter.is_numeric() => digit,
        letter if letter.is_alphabetic() => 'x',
        letter if letter.is_ascii_punctuation() || letter == ' ' => letter,
        _ => '?',
    });
    replaced.collect()
}

/// Why the files cannot be shared whole: a row was rejected for what a text of plain cells cannot have.
pub fn cannot_carry(policy: &Policy, files: &[FileAsRead]) -> Option<Diagnostic> {
    let mut reasons =
        files.iter().flat_map(|file| file.rows.iter().filter_map(move |row| Some((file, row, unlike_text(policy, file, row)?))));
    let (file, row, why) = reasons.next()?;
    let more = reasons.count();
    let place = Place::Cell(Cell { row: Some(row.number), ..Cell::of_file(&file.name) });
    let message = format!("this row was rejected for what no shareable file can show: {why}");
    let problem = Diagnostic::error("redaction-cannot-carry", place, message);
    let problem = problem.help(match row.kind {
        RowKind::Refused(_) => "leave the badge out of the files, and redact again",
        _ => "correct the row in the file, or decide it with `--resolved`, and redact again",
    });
    Some(match more {
        0 => problem,
        1 => problem.help("there is one such row more"),
        more => problem.help(format!("there are {more} such rows more")),
    })
}

fn unlike_text(policy: &Policy, file: &FileAsRead, row: &crate::facts::as_read::RowAsRead) -> Option<String> {
    match &row.kind {
        RowKind::Refused(codes) => return Some(format!("it is a badge, and not a row of cells ({})", codes.join(", "))),
        RowKind::Whole { code: "line-length", .. } => return Some("its columns have fixed places (line-length)".to_owned()),
        RowKind::Whole { .. } | RowKind::Data | RowKind::Aside(_) => {}
    }
    if row.kind != RowKind::Data {
        return None;
    }
    let fields = file.record.map_or(&[] as &[_], |record| &policy.record(record).fields);
    row.cells.iter().enumerate().find_map(|(field, cell)| {
        let CellAsRead::Faulty { fault, .. } = cell else { return None };
        let what = match fault {
            Fault::NoResult { .. } => "holds a formula without its result (formula-without-value)",
            Fault::DateInText => "holds a date where a text belongs (date-in-text)",
            Fault::DateInNumber => "holds a date where a number belongs (date-in-number)",
            _ => return None,
        };
        let name = fields.get(field).map_or("a field", |field| field.name.as_str());
        Some(format!("the cell for `{name}` {what}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_nothing_else() {
        assert_eq!(replaced("May 3, 1975 Ruiz‑Ortega", '0'), "xxx 0, 0000 xxxx?xxxxxx");
        assert_eq!(cell(&Fault::NotAnAmount { decimal_comma: true }, "1.200,50", FieldRole::Key), "n.nnn,nn");
    }
}
