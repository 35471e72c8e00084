//! `DATA` as it is written on the command line: FILE or RECORD=FILE, with `#SHEET` behind a workbook.

/// Endings of files that have sheets.
const WORKBOOKS: [&str; 5] = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataArgument {
    /// None: bound by the file's name, then by its columns.
    pub record: Option<String>,
    pub path: String,
    pub sheet: Option<String>,
}

impl DataArgument {
    pub fn parse(text: &str) -> DataArgument {
        let (record, rest) = match text.split_once('=') {
            Some((record, rest)) if is_name(record) => (Some(record.to_owned()), rest),
            _ => (None, text),
        };
        let (path, sheet) = split_sheet(rest);
        DataArgument { record, path: path.to_owned(), sheet: sheet.map(str::to_owned) }
    }
}

/// Records have lower-case names; anything else before `=` belongs to the path.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A `#` names a sheet only directly behind a workbook's ending: `#1.csv` is a file.
fn split_sheet(path: &str) -> (&str, Option<&str>) {
    let lower = path.to_ascii_lowercase();
    let ends = WORKBOOKS.iter().filter_map(|ending| lower.rfind(&format!("{ending}#")).map(|at| at + ending.len()));
    match ends.max() {
        Some(at) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<String>, String, Option<String>) {
        let data = DataArgument::parse(text);
        (data.record, data.path, data.sheet)
    }

    #[test]
    fn records_and_sheets_are_optional() {
        assert_eq!(parsed("a.csv"), (None, "a.csv".into(), None));
        assert_eq!(parsed("credential=a.csv"), (Some("credential".into()), "a.csv".into(), None));
        assert_eq!(parsed("staff.xlsx#Sheet 1"), (None, "staff.xlsx".into(), Some("Sheet 1".into())));
        assert_eq!(parsed("employee=dir/Staff.XLSX#A"), (Some("employee".into()), "dir/Staff.XLSX".into(), Some("A".into())));
    }

    #[test]
    fn odd_file_names_stay_whole() {
        assert_eq!(parsed("Export #1.csv"), (None, "Export #1.csv".into(), None));
        assert_eq!(parsed("dir/a=b.csv"), (None, "dir/a=b.csv".into(), None));
    }
}
