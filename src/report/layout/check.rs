//! What a layout file's types cannot say: names that nothing has, widths that are missing, forms that are none.

use std::collections::BTreeSet;

use super::amount;
use super::day;
use super::load::Layout;
use super::template::Template;
use super::written::{ColumnLayout, FileLayout, Form};
use crate::diagnostic::{Diagnostic, nearest};
use crate::value::{Date, Number};

/// What every line has.
pub const OF_LINES: [&str; 14] = [
    "employee",
    "award",
    "kind",
    "pay_code",
    "amount",
    "effective",
    "pay_date",
    "period",
    "record",
    "source",
    "reason",
    "old_base",
    "new_base",
    "line",
];
/// What every file has, for its first and last line.
pub const OF_FILES: [&str; 3] = ["lines", "employees", "total"];
/// What every run has.
pub const OF_RUNS: [&str; 2] = ["as_of", "policy"];
pub const KINDS: [&str; 4] = ["base salary", "stipend", "recovery", "move"];
/// Characters of one cell, and of one name.
const WIDEST: usize = 1000;

/// Everything that is wrong with a layout.
pub fn check(layout: &Layout) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut say = |message: String, help: &str| {
        problems.push(Diagnostic::error("layout-value", layout.place(), message).help(help.to_owned()));
    };
    if layout.files.is_empty() {
        say("the layout has no `[[file]]`".into(), "start from a layout of the program: `layout = \"plain\"`");
    }
    for file in &layout.files {
        check_file(layout, file, &mut say);
    }
    if let Some(control) = &layout.control {
        check_template(layout, (control, &[]), &mut say);
    }
    check_kinds(&layout.leaves_out, &mut say);
    check_settings(layout, &mut say);
    problems
}

/// A setting that nothing asks for is a slip of the keyboard.
fn check_settings(layout: &Layout, say: Say) {
    let templates = layout.files.iter().flat_map(|file| file.all_columns().map(|column| &column.value).chain([&file.name]));
    let templates = templates.chain(&layout.control).filter_map(|text| Template::parse(text));
    let mut used: BTreeSet<String> = templates.flat_map(|template| template.names().map(str::to_owned).collect::<Vec<_>>()).collect();
    used.extend(layout.needs.keys().cloned());
    for name in layout.settings.keys().chain(layout.people.keys()).filter(|name| !used.contains(*name)) {
        let help = match nearest(name, used.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`"),
            None => format!("the layout asks for {}", used.iter().cloned().collect::<Vec<_>>().join(", ")),
        };
        say(format!("no file of the layout has `{name}`"), &help);
    }
}

type Say<'a> = &'a mut dyn FnMut(String, &str);

fn check_file(layout: &Layout, file: &FileLayout, say: Say) {
    check_template(layout, (&file.name, &OF_LINES), say);
    check_kinds(&file.kinds, say);
    if file.form == Form::Delimited && file.delimiter != "tab" && (file.delimiter.len() != 1 || file.delimiter == "\"") {
        say(format!("the delimiter `{}` is not one character", file.delimiter), "write `delimiter = \";\"` or `delimiter = \"tab\"`");
    }
    for name in file.split_by.iter().chain(&file.one_line_per) {
        check_name(layout, (name, &OF_LINES), say);
    }
    let in_name = Template::parse(&file.name);
    for name in &file.split_by {
        if in_name.as_ref().is_some_and(|template| !template.names().any(|named| named == name)) {
            say(
                format!("the file is split by `{name}`, and its name `{}` is the same for all", file.name),
                "put the name in braces into it",
            );
        }
    }
    for column in &file.column {
        check_column(layout, (file, column, &OF_LINES), say);
    }
    for column in file.first.iter().chain(&file.last) {
        check_column(layout, (file, column, &OF_FILES), say);
    }
}

fn check_kinds(kinds: &[String], say: Say) {
    for kind in kinds.iter().filter(|kind| !KINDS.contains(&kind.as_str())) {
        say(format!("there is no kind of line `{kind}`"), "the kinds are `base salary`, `stipend`, `recovery` and `move`");
    }
}

fn check_column(layout: &Layout, (file, column, names): (&FileLayout, &ColumnLayout, &[&str]), say: Say) {
    check_template(layout, (&column.value, names), say);
    let called = if column.header.is_empty() { &column.value } else { &column.header };
    if file.form == Form::FixedWidth && column.width.is_none() {
        say(format!("column `{called}` has no width, and the file is of fixed width"), "write `width = 10`");
    }
    if column.width.max(column.most) > Some(WIDEST) {
        say(format!("column `{called}` is wider than {WIDEST} characters"), "write `width = 10`");
    }
    let a_day = Date::new(2025, 6, 30);
    if let (Some(form), Some(date)) = (&column.date, a_day)
        && day::write(date, form).is_none()
    {
        say(format!("`{form}` is not a form of dates"), "write `date = \"MM/DD/YYYY\"` with YYYY or YY, MM, M or MMM, DD or D");
    }
    let form = &column.amount;
    for bound in [&form.from, &form.to].into_iter().flatten().filter(|bound| Number::parse(bound).is_none()) {
        say(format!("`{bound}` is not an amount"), "write `to = \"9999999.99\"`");
    }
    let is_readable = amount::write(Number::ZERO, &super::written::AmountForm { from: None, to: None, ..form.clone() });
    if form.decimals > 4 || form.point.len() > 1 || is_readable.ok().and_then(|text| amount::read(&text, form)).is_none() {
        say(format!("the amounts of column `{called}` could not be read back"), "write `amount = { decimals = 2, point = \".\" }`");
    }
}

fn check_template(layout: &Layout, (text, names): (&str, &[&str]), say: Say) {
    match Template::parse(text) {
        Some(template) => template.names().for_each(|name| check_name(layout, (name, names), say)),
        None => say(format!("the braces in `{text}` do not fit"), "write names as `{employee}`"),
    }
}

fn check_name(layout: &Layout, (name, names): (&str, &[&str]), say: Say) {
    let settings = layout.needs.keys().chain(layout.settings.keys()).chain(layout.people.keys()).map(String::as_str);
    let known: Vec<&str> = names.iter().copied().chain(OF_RUNS).chain(settings).collect();
    if known.contains(&name) || (names.contains(&"employee") && name.starts_with("employee.")) {
        return;
    }
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`"),
        None => format!("there are {}, and `employee.FIELD` for a field of the policy's people", known.join(", ")),
    };
    say(format!("nothing is called `{name}` here"), &help);
}
