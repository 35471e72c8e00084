//! `published.csv` of a rule: every figure that its source prints, and where it comes out again, or why it does not.

use std::collections::BTreeMap;
use std::path::Path;

use stipend::cli::case::Case;
use stipend::cli::example;

use super::compile;

const COLUMNS: [&str; 5] = ["figure", "what", "label", "where", "why"];

/// What was run for an earlier figure: one example often shows a whole table.
type Shown = BTreeMap<String, bool>;

/// One sentence for each figure that is not accounted for.
pub fn problems(folder: &Path) -> Vec<String> {
    let path = folder.join("published.csv");
    let place = path.display();
    let Ok(text) = std::fs::read_to_string(&path) else { return vec![format!("{place} is missing")] };
    if !folder.join("README.md").is_file() {
        return vec![format!("{}: README.md is missing: where the rule comes from, and what is uncertain", folder.display())];
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    if reader.headers().ok().is_none_or(|headers| headers != COLUMNS.as_slice()) {
        return vec![format!("{place}: the columns are {}", COLUMNS.join(", "))];
    }
    let rows: Vec<csv::StringRecord> = match reader.records().collect() {
        Ok(rows) => rows,
        Err(problem) => return vec![format!("{place}: a row that cannot be read: {problem}")],
    };
    if rows.is_empty() {
        return vec![format!("{place}: no figure")];
    }
    let mut shown = Shown::new();
    rows.iter()
        .filter_map(|row| problem(folder, row, &mut shown).map(|problem| format!("{place}: {} ({}): {problem}", &row[0], &row[1])))
        .collect()
}

fn problem(folder: &Path, row: &csv::StringRecord, shown: &mut Shown) -> Option<String> {
    match (&row[2], &row[3], &row[4]) {
        ("reproduced", place, _) => {
            let comes_out = *shown.entry(place.to_owned()).or_insert_with(|| comes_out(folder, place));
            (!comes_out).then(|| format!("`{place}` is no example or case that comes out"))
        }
        ("contradicted" | "not a computation", "", why) if !why.is_empty() => None,
        ("contradicted" | "not a computation", _, _) => Some("say why, and leave `where` empty".to_owned()),
        (label, _, _) => Some(format!("`{label}` is none of reproduced, contradicted, not a computation")),
    }
}

/// `policy.pay: NAME OF THE EXAMPLE`, or the folder of a case.
fn comes_out(folder: &Path, place: &str) -> bool {
    match place.split_once(": ") {
        Some((file, name)) => example_holds(&folder.join(file), name),
        None => Case::read(&folder.join(place)).is_ok_and(|case| case.differences(&case.perform()).is_empty()),
    }
}

fn example_holds(path: &Path, name: &str) -> bool {
    let Some((_, policy)) = compile(path) else { return false };
    policy.examples.iter().any(|example| example.name == name && example::differences(&policy, example).is_empty())
}
