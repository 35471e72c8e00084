//! What the terminal says after a run: what needs a look first, then what was assumed, totals, control totals.

use super::excerpt;
use super::results::{Fate, Results, RowOutcome};
use super::tables::source;
use super::text::{count, grouped_digits, money, visible};
use super::totals::{Control, FileControl, Sum, Totals};
use crate::diagnostic::Diagnostic;
use crate::eval::Disposition;

/// Rows of each kind of exception that are listed; the rest are counted.
const SHOWN: usize = 5;
/// Files, and assumptions about files, that are listed.
const FILES_SHOWN: usize = 20;

/// The result in one sentence.
pub fn sentence(totals: &Totals) -> String {
    if totals.lines == 0 {
        return format!("Nothing to pay{}.", needing_a_look(totals));
    }
    let people = count(totals.employees, "employee gets|employees get");
    let paid = format!("{people} {} in {}", amount(totals.paid), count(totals.lines - totals.without_money, "adjustment"));
    let moved = count(totals.without_money, "adjustment moves somebody or grants a role|adjustments move somebody or grant a role");
    let got = match (totals.employees, totals.without_money) {
        (_, 0) => paid,
        (0, _) => moved,
        _ => format!("{paid}, and {moved}"),
    };
    format!("{got}{}.", needing_a_look(totals))
}

fn needing_a_look(totals: &Totals) -> String {
    match totals.held_or_rejected() {
        0 => String::new(),
        1 => "; 1 row needs a look".to_owned(),
        many => format!("; {} need a look", count(many, "row")),
    }
}

fn amount(sum: Sum) -> String {
    sum.map_or_else(|| "more than can be added up".to_owned(), money)
}

/// The whole summary but the next command, which only the command line knows.
pub fn summary(results: &Results, totals: &Totals) -> String {
    let mut text = String::new();
    text.push_str(&super::guarantees::exceptions(results));
    exceptions(&mut text, results);
    let context = &results.context;
    let (policy, file) = (visible(&context.policy.name), visible(&context.policy.source.name));
    text.push_str(&format!("policy: {policy} ({file})\nas of: {}\n\n", context.as_of));
    assumptions(&mut text, results);
    outcomes(&mut text, totals);
    awards(&mut text, results, totals);
    text.push_str(&super::pools::lines(results));
    text.push_str(&super::guarantees::sentence(results));
    control(&mut text, &totals.control);
    text.push_str(&sentence(totals));
    text.push('\n');
    text
}

/// Rows that somebody must look at, the gravest first.
fn exceptions(text: &mut String, results: &Results) {
    let rejected = &results.context.facts.rejected;
    if !rejected.is_empty() {
        let problems: Vec<Diagnostic> = rejected.iter().flat_map(|row| row.problems.clone()).collect();
        text.push_str(&format!("{} rejected:\n\n", count(rejected.len(), "row")));
        text.push_str(&excerpt::render_all(&problems, Some(&results.context.policy.source)));
    }
    let held: Vec<&RowOutcome> = results.outcomes.iter().filter(|outcome| outcome.fate == Fate::Decided(Disposition::Held)).collect();
    list(text, results, &held, "held");
    let provisional: Vec<&RowOutcome> = results.outcomes.iter().filter(|outcome| outcome.provisional).collect();
    list(text, results, &provisional, "provisional");
    text.push_str(&excerpt::render_all(&results.paid_again(), Some(&results.context.policy.source)));
}

fn list(text: &mut String, results: &Results, rows: &[&RowOutcome], word: &str) {
    if rows.is_empty() {
        return;
    }
    let names = results.source_names();
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| row.place);
    text.push_str(&format!("{} {word}:\n", count(rows.len(), "row")));
    for row in rows.iter().take(SHOWN) {
        let employee = results.employee(&row.who);
        let employee = if employee.is_empty() { String::new() } else { format!(", employee {}", visible(employee)) };
        text.push_str(&format!("  {}{employee}: {}\n", visible(&source(names, row.place)), visible(&row.reason)));
    }
    if rows.len() > SHOWN {
        text.push_str(&format!("  and {}; `--outcomes outcomes.csv` lists them all\n", count(rows.len() - SHOWN, "more row")));
    }
    text.push('\n');
}

fn assumptions(text: &mut String, results: &Results) {
    let mut lines = Vec::new();
    for (file, name) in results.context.facts.files.iter().zip(results.source_names()) {
        lines.extend(file.assumed.iter().map(|assumed| format!("  {}: {}\n", visible(name), visible(assumed))));
    }
    if !lines.is_empty() {
        let more = lines.len().saturating_sub(FILES_SHOWN);
        let more = if more > 0 { format!("  and {}\n", count(more, "more assumption")) } else { String::new() };
        text.push_str(&format!("assumed:\n{}{more}\n", lines.iter().take(FILES_SHOWN).cloned().collect::<String>()));
    }
}

fn outcomes(text: &mut String, totals: &Totals) {
    let words: Vec<String> = totals
        .fates
        .iter()
        .filter(|(fate, _)| matches!(fate, Fate::Decided(_)))
        .map(|(fate, number)| format!("{} {}", grouped_digits(*number), fate.word()))
        .collect();
    if !words.is_empty() {
        text.push_str(&format!("decisions: {}\n\n", words.join(", ")));
    }
}

/// Award and kind to the left, numbers right-aligned.
fn awards(text: &mut String, results: &Results, totals: &Totals) {
    let mut rows: Vec<(String, String, String)> = totals
        .by_award
        .iter()
        .map(|total| {
            let award = visible(&results.context.policy.award(total.award).name);
            (format!("{award}, {}", total.kind), count(total.lines, "line"), amount(total.sum))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    rows.push(("total".to_owned(), count(totals.lines, "line"), amount(totals.paid)));
    let width = |cell: fn(&(String, String, String)) -> &String| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0);
    let (first, second, third) = (width(|row| &row.0), width(|row| &row.1), width(|row| &row.2));
    for (name, lines, sum) in &rows {
        text.push_str(&format!("{name:<first$}  {lines:>second$}  {sum:>third$}\n"));
    }
    text.push('\n');
}

fn control(text: &mut String, control: &Control) {
    let (shown, more) = control.files.split_at(control.files.len().min(FILES_SHOWN));
    for file in shown {
        text.push_str(&format!("{}\n", rows_in(file)));
    }
    if !more.is_empty() {
        let name = format!("{} together", count(more.len(), "more file"));
        text.push_str(&format!("{}\n", rows_in(&more.iter().fold(FileControl { name, ..FileControl::default() }, FileControl::plus))));
    }
    let sums = [control.money_in_trace, control.money_in_lines, control.money_in_outcomes];
    let sign = if sums.iter().all(|sum| *sum == sums[0]) { "=" } else { "DIFFERS FROM" };
    text.push_str(&format!("money in the steps {} {sign} in the output {}\n\n", amount(sums[0]), amount(sums[1])));
}

/// `credentials.csv: 1,500 rows in = 1,488 used + 12 rejected`
fn rows_in(file: &FileControl) -> String {
    let parts = [(file.used, "used"), (file.not_used, "not used"), (file.held, "held"), (file.rejected, "rejected")];
    let parts: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{} {word}", grouped_digits(*number))).collect();
    let sign = if file.agrees() { "=" } else { "DIFFERS FROM" };
    let parts = if parts.is_empty() { "none".to_owned() } else { parts.join(" + ") };
    format!("{}: {} in {sign} {parts}", visible(&file.name), count(file.rows, "row"))
}
