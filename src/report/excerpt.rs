//! A diagnostic as plain text: the sentence, the line of the policy or the cell of the spreadsheet, and what to do next.

use std::collections::BTreeMap;

use super::text::{cell_place, count, visible};
use crate::diagnostic::{Diagnostic, Severity, quoted};
use crate::source::{Cell, Place, Source, Span, column_letters};

/// Problems of the same code in data files that are shown in full; the rest are counted.
const SHOWN_PER_CODE: usize = 10;

/// All problems, one after the other. Problems of the policy are all shown, those of data files at most ten of each code;
/// what is the same in several cells is said once.
pub fn render_all(diagnostics: &[Diagnostic], source: Option<&Source>) -> String {
    let mut text = String::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    for (diagnostic, same) in grouped(diagnostics) {
        let number = numbers.entry(diagnostic.code).or_default();
        *number += usize::from(cell_of(diagnostic).is_some());
        if *number <= SHOWN_PER_CODE {
            text.push_str(&render(diagnostic, source));
            text.push_str(&also(&same));
            text.push('\n');
        } else {
            *left_out.entry(diagnostic.code).or_default() += 1 + same.len();
        }
    }
    for (code, number) in left_out {
        text.push_str(&format!("and {} like this [{code}]\n\n", count(number, "more place")));
    }
    text
}

/// Each problem once, with the further cells of the same file that have it too.
fn grouped(diagnostics: &[Diagnostic]) -> Vec<(&Diagnostic, Vec<&Cell>)> {
    let mut groups: Vec<(&Diagnostic, Vec<&Cell>)> = Vec::new();
    let mut known: BTreeMap<(&str, &str, &str, Option<&str>), usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Some(cell) = cell_of(diagnostic).filter(|cell| cell.row.is_some()) {
            let key = (diagnostic.code, diagnostic.message.as_str(), &*cell.file, cell.sheet.as_deref());
            if let Some((_, cells)) = known.get(&key).and_then(|group| groups.get_mut(*group)) {
                cells.push(cell);
                continue;
            }
            known.insert(key, groups.len());
        }
        groups.push((diagnostic, Vec::new()));
    }
    groups
}

fn cell_of(diagnostic: &Diagnostic) -> Option<&Cell> {
    match &diagnostic.place {
        Place::Cell(cell) => Some(cell),
        Place::Policy(_) | Place::Option(_) => None,
    }
}

/// `  also in cells D872, D1496 and 7 more`
fn also(cells: &[&Cell]) -> String {
    if cells.is_empty() {
        return String::new();
    }
    let name = |cell: &&Cell| match (cell.row, cell.column) {
        (Some(row), Some(column)) => format!("{}{row}", column_letters(column)),
        (Some(row), None) => format!("row {row}"),
        (None, _) => String::new(),
    };
    let names: Vec<String> = cells.iter().take(SHOWN_PER_CODE).map(name).collect();
    let more = cells.len().saturating_sub(SHOWN_PER_CODE);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("  also in {}{more}\n", names.join(", "))
}

/// One problem. Colour is not needed to read it, and a screen reader meets one fact per line.
pub fn render(diagnostic: &Diagnostic, source: Option<&Source>) -> String {
    let mut text = format!("{}: {} [{}]\n", severity_word(diagnostic.severity), visible(&diagnostic.message), diagnostic.code);
    match (&diagnostic.place, source) {
        (Place::Policy(span), Some(source)) => {
            let mut marks = vec![(*span, String::new())];
            marks.extend(diagnostic.labels.iter().cloned());
            text.push_str(&policy_lines(source, &marks));
        }
        (Place::Policy(span), None) => text.push_str(&format!("  policy, byte {}\n", span.start)),
        (Place::Cell(cell), _) => {
            text.push_str(&cell_line(cell));
            if let Some(source) = source
                && !diagnostic.labels.is_empty()
            {
                text.push_str(&policy_lines(source, &diagnostic.labels));
            }
        }
        (Place::Option(option), _) => text.push_str(&format!("  {}\n", visible(option))),
    }
    for help in &diagnostic.help {
        text.push_str(&format!("  help: {}\n", indented(help)));
    }
    text
}

pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `  credentials.csv, cell F12, under "Approved": 13/45/2024`
fn cell_line(cell: &Cell) -> String {
    let mut line = format!("  {}", cell_place(cell));
    if let Some(header) = &cell.header {
        line.push_str(&format!(", under `{}`", visible(&quoted(header))));
    }
    match &cell.raw {
        Some(raw) if raw.is_empty() => line.push_str(": blank"),
        Some(raw) => line.push_str(&format!(": `{}`", visible(&quoted(raw)))),
        None => {}
    }
    line.push('\n');
    line
}

/// The place of the first mark, then each marked line once with its marks below it, in the order of the file.
fn policy_lines(source: &Source, marks: &[(Span, String)]) -> String {
    let mut text = String::new();
    if let Some((span, _)) = marks.first() {
        let (line, column) = source.line_column(span.start);
        text.push_str(&format!("  {}:{line}:{column}\n", visible(&source.name)));
    }
    let mut lines: BTreeMap<usize, Vec<(usize, &(Span, String))>> = BTreeMap::new();
    for (order, mark) in marks.iter().enumerate() {
        lines.entry(source.line_column(mark.0.start).0).or_default().push((order, mark));
    }
    let width = lines.keys().last().map_or(1, |line| line.to_string().len());
    for (line, marks) in lines {
        let (start, written) = line_at(source, line);
        text.push_str(&format!("  {line:>width$} | {}\n", visible(&written.replace('\t', "    "))));
        for (order, (span, words)) in marks {
            let sign = if order == 0 { "^" } else { "-" };
            let underline = underline(&written, span.start as usize - start, span.end as usize - start, sign);
            text.push_str(format!("  {:>width$} | {underline} {}", "", visible(words)).trim_end());
            text.push('\n');
        }
    }
    text
}

/// The byte at which a line (from 1) starts, and its text.
fn line_at(source: &Source, line: usize) -> (usize, String) {
    let mut start = 0;
    for (index, text) in source.text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            return (start, text.trim_end_matches(['\n', '\r']).to_owned());
        }
        start += text.len();
    }
    (start, String::new())
}

/// Spaces up to the span, then one sign per character of it; a span that runs over the line's end stops there.
fn underline(line: &str, start: usize, end: usize, sign: &str) -> String {
    let shown_width = |piece: &str| visible(&piece.replace('\t', "    ")).chars().count();
    let start = start.min(line.len());
    let end = end.clamp(start, line.trim_end().len().max(start));
    let before = line.get(..start).map_or(0, shown_width);
    let marked = line.get(start..end).map_or(1, shown_width).max(1);
    format!("{}{}", " ".repeat(before), sign.repeat(marked))
}

/// Further lines of a help text stand under the first.
fn indented(help: &str) -> String {
    help.split('\n').map(visible).collect::<Vec<_>>().join("\n        ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &Source, text: &str) -> Span {
        let start = source.text.find(text).unwrap();
        Span::new(start, start + text.len())
    }

    #[test]
    fn a_policy_line_is_shown_with_its_marks() {
        let source = Source::new("policy.pay", "award \"A\"\n\tpay $200 to base salary\nlimit \"A\" to $100 ever\n");
        let diagnostic =
            Diagnostic::warning("limit-below-award", Place::Policy(at(&source, "$100")), "the limit is smaller than one award")
                .label(at(&source, "$200"), "one award")
                .help("raise the limit to at least $200");
        insta::assert_snapshot!(render(&diagnostic, Some(&source)), @r#"
        warning: the limit is smaller than one award [limit-below-award]
          policy.pay:3:14
          2 |     pay $200 to base salary
            |         ---- one award
          3 | limit "A" to $100 ever
            |              ^^^^
          help: raise the limit to at least $200
        "#);
    }

    #[test]
    fn a_cell_is_shown_with_its_raw_text() {
        let cell = Cell {
            file: "staff.xlsx".into(),
            sheet: Some("Staff".into()),
            row: Some(12),
            column: Some(6),
            header: Some("Hired".into()),
            raw: Some("13/45\u{202e}/2024".into()),
        };
        let diagnostic = Diagnostic::error("bad-date", Place::Cell(cell), "this is not a date").help("write dates as 2024-06-30");
        insta::assert_snapshot!(render(&diagnostic, None), @r"
        error: this is not a date [bad-date]
          staff.xlsx, sheet Staff, cell F12, under `Hired`: `13/45\u{202e}/2024`
          help: write dates as 2024-06-30
        ");
    }

    #[test]
    fn repeated_data_problems_are_counted() {
        let problem = |row: u32, words: &str| {
            let cell = Cell { row: Some(row), column: Some(2), ..Cell::of_file("a.csv") };
            Diagnostic::error("bad-date", Place::Cell(cell), words)
        };
        let different: Vec<Diagnostic> = (1..=12).map(|row| problem(row, &format!("`{row}` is not a date"))).collect();
        let text = render_all(&different, None);
        assert_eq!(text.matches("error:").count(), 10);
        assert!(text.ends_with("and 2 more places like this [bad-date]\n\n"), "{text}");
        let alike: Vec<Diagnostic> = (1..=12).map(|row| problem(row, "`x` is not a date")).collect();
        let text = render_all(&alike, None);
        assert_eq!(
            text,
            "error: `x` is not a date [bad-date]\n  a.csv, cell B1\n  also in B2, B3, B4, B5, B6, B7, B8, B9, B10, B11 and 1 more\n\n"
        );
    }

    #[test]
    fn a_span_past_the_end_of_the_file_is_no_crash() {
        let source = Source::new("policy.pay", "award");
        let diagnostic = Diagnostic::error("unexpected-end", Place::Policy(Span::new(5, 5)), "the file ends here");
        assert!(render(&diagnostic, Some(&source)).contains("1 | award\n    |      ^\n"));
    }
}
