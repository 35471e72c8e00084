//! The catalogue's grid in each form that files come in, some bytes changed inside its parts: an answer, and no row that vanishes in silence.

#[path = "facts/binary_book.rs"]
mod binary_book;
#[path = "facts/books.rs"]
mod books;
#[path = "facts/dice.rs"]
mod dice;
#[path = "catalogue/dress.rs"]
mod dress;
#[path = "catalogue/forms.rs"]
mod forms;
#[path = "catalogue/old_file.rs"]
mod old_file;
#[path = "facts/support.rs"]
mod support;

use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use dice::{Dice, count};
use dress::Dress;
use forms::{BOOKS, Cell, Grid, TEXTS, file};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Facts, Input, Mapping, bind};
use stipend::policy::{Policy, RecordId};
use stipend::value::Value;

const ROWS: usize = 12;

/// A title that stands nowhere else in the file.
fn title(row: usize) -> String {
    format!("Workshop{:03}", row * 7)
}

fn grid() -> Grid {
    let text = |text: &str| Cell::Text(text.to_owned());
    let header = ["employee", "title", "status", "held_on", "hours"].map(text).to_vec();
    let row = |row: usize| {
        let held_on = format!("2024-10-{:02}", row + 1);
        vec![text("1042"), text(&title(row)), text("done"), text(&held_on), text(&format!("{}.5", row + 1))]
    };
    [header].into_iter().chain((0..ROWS).map(row)).collect()
}

/// The same rows as our own writer of workbooks has them: texts shared, numbers as numbers, styles.
fn written() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(grid()) {
        for (column, cell) in (0..).zip(cells) {
            let Cell::Text(text) = cell else { continue };
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("a number"),
                Err(_) => sheet.write_string(row, column, text).expect("a text"),
            };
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// A file whose parts can be changed before they are packed.
struct Seed {
    form: &'static str,
    name: String,
    whole: Vec<u8>,
    parts: Vec<(String, Vec<u8>)>,
}

impl Seed {
    fn of(form: &'static str, (name, whole): (String, Vec<u8>)) -> Seed {
        let parts = if whole.starts_with(b"PK") { unzipped(&whole) } else { Vec::new() };
        Seed { form, name, whole, parts }
    }

    /// The file with some bytes changed, and the bytes in which a reader could still find each row.
    fn changed(&self, dice: &mut Dice) -> (Vec<u8>, Vec<u8>) {
        if self.parts.is_empty() || dice.roll(8) == 0 {
            let mut bytes = self.whole.clone();
            dice.change(&mut bytes);
            let seen = if self.parts.is_empty() { bytes.clone() } else { Vec::new() };
            return (bytes, seen);
        }
        let mut parts = self.parts.clone();
        let heaviest = (0..parts.len()).max_by_key(|part| parts[*part].1.len()).expect("a part");
        let chosen = if dice.roll(3) == 0 { dice.roll(parts.len()) } else { heaviest };
        dice.change(&mut parts[chosen].1);
        let seen = parts.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        (books::zipped(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect()), seen)
    }
}

fn unzipped(whole: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).expect("our own archive");
    let mut part = |index| {
        let mut part = archive.by_index(index).expect("our own part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("our own part");
        (part.name().expect("our own name").into_owned(), bytes)
    };
    (0..part_count(whole)).map(&mut part).collect()
}

fn part_count(whole: &[u8]) -> usize {
    zip::ZipArchive::new(Cursor::new(whole)).expect("our own archive").len()
}

fn seeds() -> Vec<Seed> {
    let forms = TEXTS.iter().chain(&BOOKS);
    let mut seeds: Vec<Seed> = forms.map(|form| Seed::of(form, file(form, "workshops", &grid(), &Dress::default()))).collect();
    seeds.push(Seed::of("xlsx with shared texts", ("workshops.xlsx".to_owned(), written())));
    seeds
}

/// What the files of one form came to.
#[derive(Default)]
struct Tally {
    files: usize,
    answered: usize,
    slowest: Duration,
    longest: usize,
    time: Duration,
}

/// `FORM=xls MUTATIONS=20000` tries one form alone.
#[test]
fn changed_files_of_every_form_are_answered() {
    let policy = support::policy_of(&std::fs::read_to_string("tests/errors/workshops.pay").expect("the policy of the error cases"));
    let mut lost = Vec::new();
    let only = std::env::var("FORM").ok();
    for (number, seed) in (1..).zip(seeds()).filter(|(_, seed)| only.as_ref().is_none_or(|only| seed.form == only)) {
        let mut dice = Dice(number);
        let mut tally = Tally::default();
        for turn in 0..count() {
            let (bytes, seen) = seed.changed(&mut dice);
            keep(&format!("last-{}", seed.name), &bytes);
            let begin = Instant::now();
            let (facts, problems) = read(&policy, &seed, bytes.clone());
            let took = begin.elapsed();
            tally.files += 1;
            tally.time += took;
            tally.slowest = tally.slowest.max(took);
            let rejected = facts.iter().flat_map(|facts| &facts.rejected).flat_map(|row| &row.problems);
            tally.longest = problems.iter().chain(rejected).map(|problem| problem.message.len()).max().unwrap_or(0).max(tally.longest);
            let Some(facts) = facts else { continue };
            tally.answered += 1;
            if let Some(what) = vanished(&facts, &problems, (seed.form, &seen)) {
                keep(&format!("{}-{turn}-{}", seed.form, seed.name), &bytes);
                lost.push(format!("{} {turn}: {what}", seed.form));
            }
        }
        println!(
            "{:22} {} files, {} answered with rows, slowest {:?}, longest message {} bytes, {:?} in all",
            seed.form, tally.files, tally.answered, tally.slowest, tally.longest, tally.time
        );
    }
    assert!(lost.is_empty(), "{} files lost a row in silence:\n{}", lost.len(), lost.join("\n"));
}

/// With `MUTATED=FOLDER` what went wrong can be looked at: files that lost a row, and the last one where all ended with it.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("MUTATED") {
        std::fs::write(format!("{folder}/{name}"), bytes).expect("a file to look at");
    }
}

fn read(policy: &Policy, seed: &Seed, bytes: Vec<u8>) -> (Option<Facts>, Diagnostics) {
    let mut problems = Diagnostics::new();
    let text = if seed.form == "cp1252" { "[[file]]\nmatch = \"workshops*\"\nencoding = \"windows-1252\"\n" } else { "" };
    let mapping = Mapping::parse("mapping.toml", text, &mut problems).expect("a mapping");
    let input = |name: &str, record: &str, bytes| Input { name: name.into(), record: Some(record.into()), bytes, ..Input::default() };
    let inputs = vec![input("employees.csv", "employee", b"employee\n1042\n".to_vec()), input(&seed.name, "workshop", bytes)];
    let facts = bind(policy, inputs, &mapping, &mut problems);
    (facts, problems)
}

/// A row whose title is untouched in the file is used, or stands among the rejected and the passed over, or a warning speaks of the file.
fn vanished(facts: &Facts, problems: &Diagnostics, (form, seen): (&str, &[u8])) -> Option<String> {
    let own = |file: &u16| *file == 1;
    let table = facts.table(RecordId(1));
    let (used, other) = (
        (0..table.len() as u32).filter(|row| own(&table.position(*row).0)).count(),
        facts.rejected.iter().filter(|row| own(&row.file)).count() + facts.set_aside.iter().filter(|row| own(&row.file)).count(),
    );
    if facts.files[1].rows as usize != used + other {
        return Some(format!("{} rows counted, {used} used, {other} not used", facts.files[1].rows));
    }
    let titles: Vec<&str> = (0..table.len() as u32)
        .filter_map(|row| match table.columns[1].value(row) {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let missing = |title: &String| stands(seen, title) && !titles.iter().any(|found| found.contains(title.as_str()));
    let missing: Vec<String> = (0..ROWS).map(title).filter(missing).collect();
    // a row that is used under a changed title has not vanished, and two rows that became one line are one row that cannot be used
    let renamed = titles.iter().filter(|found| !(0..ROWS).any(|row| title(row) == **found)).count();
    let lines = if TEXTS.contains(&form) { lines_with(seen, &missing) } else { missing.len() };
    let is_said = problems.iter().next().is_some();
    (lines > other + renamed && !is_said).then(|| format!("{} not among {used} used rows, and only {other} not used", missing.join(", ")))
}

/// In how many lines of a text below its header these titles stand.
fn lines_with(seen: &[u8], titles: &[String]) -> usize {
    let text = match seen {
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode(rest).0.into_owned(),
        _ => encoding_rs::WINDOWS_1252.decode(seen).0.into_owned(),
    };
    text.split(['\n', '\r']).skip(1).filter(|line| titles.iter().any(|title| line.contains(title.as_str()))).count()
}

/// In one byte a letter or in two.
fn stands(bytes: &[u8], title: &str) -> bool {
    let wide: Vec<u8> = title.bytes().flat_map(|byte| [byte, 0]).collect();
    memchr::memmem::find(bytes, title.as_bytes()).is_some() || memchr::memmem::find(bytes, &wide).is_some()
}
