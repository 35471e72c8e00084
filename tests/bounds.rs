//! Files made to be dear: each is answered or refused by name, and its rows are counted by how it was made.

#[path = "facts/large_book.rs"]
mod large_book;
#[path = "facts/support.rs"]
mod support;

use std::time::Instant;

use large_book::{LargeCell, large_book};
use stipend::diagnostic::Diagnostic;
use support::bind_bytes;

const HEADER: &str = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers";
/// Good for employee 1042, whoever else there is.
const ROW: &str = "c1,micro-credential,earned,2024-01-01,2024-02-01,2024-03-01,2";
const PROBLEMS_MOST: usize = 100_000;
const SET_ASIDE_MOST: usize = 1_100_000;

/// What becomes of a file.
#[derive(Debug, PartialEq)]
enum Answer {
    Rows { used: usize, rejected: usize, set_aside: usize },
    Refused(&'static str),
}
use Answer::{Refused, Rows};

struct Shape {
    name: &'static str,
    credentials: Vec<u8>,
    staff: Option<String>,
    /// Whether the credentials are a workbook.
    is_book: bool,
    answer: Answer,
}

/// Rows that have so many problems each.
fn rejected(rows: usize, problems: usize) -> Answer {
    if rows * problems > PROBLEMS_MOST { Refused("too-many-rejected") } else { Rows { used: 0, rejected: rows, set_aside: 0 } }
}

fn set_aside(rows: usize) -> Answer {
    if rows > SET_ASIDE_MOST { Refused("too-many-rejected") } else { Rows { used: 0, rejected: 0, set_aside: rows } }
}

fn one(used: usize) -> Answer {
    Rows { used, rejected: 0, set_aside: 0 }
}

fn shape(name: &'static str, body: String, answer: Answer) -> Shape {
    Shape { name, credentials: format!("{HEADER}\n{body}").into_bytes(), staff: None, is_book: false, answer }
}

/// The same in UTF-16 with tabs, as Excel's "Unicode Text".
fn wide(name: &'static str, shape: &Shape) -> Shape {
    let text = std::str::from_utf8(&shape.credentials).expect("text").replace(',', "\t");
    let credentials = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let answer = match &shape.answer {
        Rows { used, rejected, set_aside } => Rows { used: *used, rejected: *rejected, set_aside: *set_aside },
        Refused(code) => Refused(code),
    };
    Shape { name, credentials, staff: None, is_book: false, answer }
}

fn people(name: &'static str, ids: impl Iterator<Item = String>) -> Shape {
    let staff = ids.fold("employee,base_salary\n1042,50000\n".to_owned(), |staff, id| staff + &id + ",1\n");
    Shape { staff: Some(staff), ..shape(name, format!("1042,{ROW}\n"), one(1)) }
}

/// Files of about so many bytes.
fn shapes(size: usize) -> Vec<Shape> {
    let unknown = size / 80;
    let plain = [
        shape("rows of two bytes", "x\n".repeat(size / 2), rejected(size / 2, 1)),
        shape("blank lines", "\n".repeat(size), set_aside(size)),
        shape("blank lines of two bytes", "\r\n".repeat(size / 2), set_aside(size / 2)),
        shape("rows of nothing but delimiters", ",,,,,,,\n".repeat(size / 8), set_aside(size / 8)),
        shape("rows of nothing but quotes", "\"\",,,,,,,\n".repeat(size / 10), set_aside(size / 10)),
        shape("one quoted cell", format!("1042,\"{}\",{}\n", "a".repeat(size), &ROW[3..]), one(1)),
        shape("one quoted cell of many lines", format!("1042,\"{}\",{}\n", "a\n".repeat(size / 2), &ROW[3..]), one(1)),
        shape("every row rejected", "1042,c1,c,x,x,x,x,x\n".repeat(size / 20), rejected(size / 20, 5)),
        shape("delimiters", ",".repeat(size), set_aside(1)),
        shape("quotes", "\"".repeat(size / 2 * 2), rejected(1, 1)),
        shape("an odd number of quotes", "\"".repeat(size / 2 * 2 + 1), Refused("unclosed-cell-quote")),
        shape("zeros", "\0".repeat(size), Refused("null-byte")),
        shape(
            "one row again and again",
            format!("1042,{ROW}\n").repeat(size / 67),
            Rows { used: 1, rejected: 0, set_aside: size / 67 - 1 },
        ),
        shape("headers again and again", format!("{HEADER}\n").repeat(size / 84), set_aside(size / 84)),
        shape(
            "quotes written twice",
            format!("1042,\"a \"\"b\"\"\",{}\n", &ROW[3..]).repeat(2),
            Rows { used: 1, rejected: 0, set_aside: 1 },
        ),
        shape("nobody known", (0..unknown).map(|row| format!("u{row:06},{ROW}\n")).collect(), rejected(unknown, 1)),
    ];
    let mut all: Vec<Shape> = Vec::new();
    for (shape, name) in plain.iter().zip(["two bytes, UTF-16", "blank lines, UTF-16"]) {
        all.push(wide(name, shape));
    }
    all.extend([wide("one cell, UTF-16", &plain[5]), wide("quotes, UTF-16", &plain[9])]);
    all.extend(plain);
    let headers: Vec<String> = (0..size / 10).map(|number| format!("h{number:08}")).collect();
    let columns = if size > 163_840 { "too-many-columns" } else { "missing-column" };
    all.push(Shape { credentials: headers.join(",").into_bytes(), ..shape("headers", String::new(), Refused(columns)) });
    let long = if size > 32_767 { "header-too-long" } else { "missing-column" };
    all.push(Shape { credentials: vec![b'['; size], ..shape("one header", String::new(), Refused(long)) });
    let letters = "x".repeat(size);
    all.push(shape(
        "a day of many letters",
        format!("1042,c1,micro-credential,earned,{letters},2024-02-01,2024-03-01,2\n"),
        rejected(1, 1),
    ));
    all.push(shape(
        "a word of many letters",
        format!("1042,c1,micro-credential,{letters},2024-01-01,2024-02-01,2024-03-01,2\n"),
        rejected(1, 1),
    ));
    all.push(shape("a number of many digits", format!("1042,{}{}\n", &ROW[..ROW.len() - 1], "9".repeat(size)), rejected(1, 1)));
    all.push(shape("an ID of many letters", format!("{letters},{ROW}\n"), rejected(1, 1)));
    all.push(people("distinct IDs of digits", (0..size / 10).map(|number| format!("{:07}", 2_000_000 + number))));
    all.push(people("distinct long IDs", (0..size / 30).map(|number| format!("employee-number-of-{number:08}"))));
    all
}

/// A message is a few lines, whatever the cell is that it quotes.
fn expect_short(problem: &Diagnostic, shape: &str) {
    let said = stipend::report::excerpt::render(problem, None);
    assert!(said.len() < 6_000, "{shape}: a message of {} bytes", said.len());
}

/// Workbooks of so many rows, those of nobody known half as many: at a million, the first has 25 MB.
fn books(rows: usize) -> Vec<Shape> {
    let header: Vec<&str> = HEADER.split(',').collect();
    let cells: Vec<&str> = ["1042"].into_iter().chain(ROW.split(',')).collect();
    let own = |cells: &[&'static str]| cells.iter().map(|cell| LargeCell::Own(cell)).collect::<Vec<_>>();
    let ids: Vec<String> = (0..rows / 2).map(|row| format!("u{row:06}")).collect();
    let with = |id: LargeCell<'static>| [id].into_iter().chain(own(&cells[1..])).collect::<Vec<_>>();
    let copies = large_book([own(&header)].into_iter().chain((0..rows).map(|_| own(&cells))), &[]);
    let unknown = {
        let row = |id| [LargeCell::Own(id)].into_iter().chain(cells[1..].iter().map(|cell| LargeCell::Own(cell))).collect();
        let header = header.iter().map(|header| LargeCell::Own(header)).collect();
        large_book([header].into_iter().chain(ids.iter().map(|id| row(id))), &[])
    };
    let shared = large_book([own(&header)].into_iter().chain((0..ids.len()).map(|id| with(LargeCell::Shared(id)))), &ids);
    let book = |name, credentials, answer| Shape { name, credentials, staff: None, is_book: true, answer };
    let known = ids.iter().fold("employee,base_salary\n1042,1\n".to_owned(), |staff, id| staff + id + ",1\n");
    vec![
        book("one row of a sheet again and again", copies, Rows { used: 1, rejected: 0, set_aside: rows - 1 }),
        book("nobody known in a sheet", unknown.clone(), rejected(ids.len(), 1)),
        book("nobody known in a sheet with shared texts", shared, rejected(ids.len(), 1)),
        Shape { staff: Some(known), ..book("everybody known in a sheet", unknown, one(ids.len())) },
    ]
}

fn check(shape: Shape) {
    let staff = shape.staff.unwrap_or_else(support::staff);
    let name = if shape.is_book { "credential=credentials.xlsx" } else { "credential=credentials.csv" };
    let bound = bind_bytes(vec![("employee=staff.csv", staff.into_bytes()), (name, shape.credentials)], "");
    let answer = match bound {
        Ok(facts) => {
            let of_file = |file: &u16| *file == 1;
            facts.rejected.iter().flat_map(|row| &row.problems).for_each(|problem| expect_short(problem, shape.name));
            let rejected = facts.rejected.iter().filter(|row| of_file(&row.file)).count();
            let set_aside = facts.set_aside.iter().filter(|row| of_file(&row.file)).count();
            let used = facts.table(support::record("credential")).len();
            assert_eq!(facts.files[1].rows as usize, used + rejected + set_aside, "{}", shape.name);
            Rows { used, rejected, set_aside }
        }
        Err(problems) => {
            problems.iter().for_each(|problem| expect_short(problem, shape.name));
            Refused(problems.iter().next().expect("a problem").code)
        }
    };
    assert_eq!(answer, shape.answer, "{}", shape.name);
}

#[test]
fn hostile_files_are_answered() {
    for size in [100, 10_000, 200_000] {
        shapes(size).into_iter().for_each(check);
    }
    for rows in [10, 1_000, 3_001] {
        books(rows).into_iter().for_each(check);
    }
}

/// Where the parts that are read side by side are cut is a guess; what a wrong guess finds is not wrong with the file.
#[test]
fn a_long_cell_is_no_hundred_thousand_problems() {
    let cell = format!("1042,\"{}\",{}\n", "a\n".repeat(1_500_000), &ROW[3..]);
    check(shape("one quoted cell of many lines", cell.clone(), one(1)));
    let behind: String = (0..2_000).map(|row| format!("1042,c{row},{}\n", &ROW[3..])).collect();
    check(shape("the same with rows behind it", cell.clone() + &behind, one(2_001)));
    // and one row in that part that is wrong itself
    let rejected = format!("{cell}{behind}1042,d,x,x,x,x,x,x\n{}", behind.replace(",c", ",e"));
    check(shape("the same with a wrong row", rejected, Rows { used: 4_001, rejected: 1, set_aside: 0 }));
}

/// What the kernel says of this process: processor seconds so far, and in megabytes the most memory since it was last asked and what is there now.
#[cfg(target_os = "linux")]
fn spent() -> (f64, usize, usize) {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("a process");
    let ticks: Vec<f64> = stat[stat.rfind(')').expect("a name")..].split(' ').filter_map(|field| field.parse().ok()).collect();
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
    };
    std::fs::write("/proc/self/clear_refs", "5").expect("the peak can be forgotten");
    ((ticks[10] + ticks[11]) / 100.0, megabytes("VmHWM:"), megabytes("VmRSS:"))
}

/// `cargo test --profile ci --test bounds -- --ignored --nocapture`
#[test]
#[ignore = "takes a minute and prints what each file cost"]
#[cfg(target_os = "linux")]
fn files_of_25_megabytes_cost_little() {
    for shape in shapes(25_000_000).into_iter().chain(books(980_000)) {
        let (name, bytes) = (shape.name, (shape.credentials.len() + shape.staff.as_ref().map_or(0, String::len)) >> 20);
        // the files of all shapes are in memory already, this one too
        let ((before, _, held), begin) = (spent(), Instant::now());
        check(shape);
        let (after, peak, _) = spent();
        println!(
            "{name:34} {bytes:3} MB: {:5.2} s of a processor, {:5.2} s, {:4} MB at most besides the file",
            after - before,
            begin.elapsed().as_secs_f64(),
            peak.saturating_sub(held) // less where memory was given back meanwhile
        );
    }
}
