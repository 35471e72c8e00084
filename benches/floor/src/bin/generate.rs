//! Makes `credentials.csv` and `employees.csv`, the same bytes every time: `generate S|M|L|PEOPLExROWS FOLDER`.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};

/// Splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn percent(&mut self, percent: f64) -> bool {
        self.share() * 100.0 < percent
    }
}

fn hash(number: u64) -> u64 {
    Random(number).next()
}

#[rustfmt::skip]
const FIRST: [&str; 30] = ["Maria","James","Ana","Wei","Fatima","John","Linda","Carlos","Aisha","Robert","Emily","Diego","Priya","Michael","Sofia","David","Grace","Omar","Hannah","Luis","Nia","Peter","Rosa","Kevin","Mei","Samuel","Olivia","Jorge","Amara","Daniel"];
#[rustfmt::skip]
const LAST: [&str; 30] = ["Garcia","Smith","Nguyen","Johnson","Patel","O'Brien","Lopez","Kim","Brown","Hernandez","Davis","Chen","Miller","Wilson","Okafor","Martinez","Anderson","Taylor","Thomas","Moore","Jackson","Martin","Lee","Perez","Thompson","White","Harris","Sanchez","Clark","Ramirez"];
#[rustfmt::skip]
const TOPIC: [&str; 12] = ["Classroom","Family","Culturally Responsive","Data-Driven","Trauma-Informed","Inclusive","Project-Based","Early Literacy","STEM","Restorative","Digital","Formative"];
#[rustfmt::skip]
const SKILL: [&str; 10] = ["Assessment","Engagement","Management","Instruction","Practices","Coaching","Feedback","Design","Leadership","Supports"];
const ISSUER: [&str; 6] = ["NEA", "Digital Promise", "BloomBoard", "State DOE", "District PD", "University Ext."];
const CATEGORY: [&str; 4] = ["micro-credential", "course", "workshop", "conference"];
const PREFIX: [&str; 4] = ["MC", "CR", "WS", "CF"];
const ROLE: [&str; 6] = ["Teacher", "Counselor", "Librarian", "Nurse", "Paraprofessional", "Administrator"];
const STATUS: [&str; 4] = ["approved", "pending", "denied", "enrolled"];
const CREDENTIALS: u64 = 600;

/// Days since 1970-01-01: 2019-07-01, the first day of a row, and 2025-08-31, the day of the export.
const START: u64 = 18078;
const EXPORT: u64 = 20331;
/// Each 1 July, and 29 February 2020 and 2024.
const YEARS: [u64; 6] = [18078, 18444, 18809, 19174, 19539, 19905];
const LEAP: [u64; 2] = [18321, 19782];

/// Days since 1970-01-01 to year, month, day.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let civil_month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(civil_month <= 2), civil_month, of_year - (153 * month + 2) / 5 + 1)
}

/// One credential row; days, 0 is blank.
#[derive(Clone, Copy)]
struct Row {
    employee: u32,
    credential: u16,
    enrolled: u16,
    completed: u16,
    approved: u16,
    reviewers: u8,
    status: u8,
}

struct Size {
    people: u64,
    rows: u64,
}

fn size_of(name: &str) -> Size {
    match name {
        "S" => Size { people: 5_000, rows: 20_000 },
        "M" => Size { people: 100_000, rows: 1_000_000 },
        "L" => Size { people: 3_200_000, rows: 10_000_000 },
        other => {
            let (people, rows) = other.split_once('x').expect("a size is S, M, L or PEOPLExROWS");
            Size { people: people.parse().expect("people is a number"), rows: rows.parse().expect("rows is a number") }
        }
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, folder] = arguments.as_slice() else { panic!("generate S|M|L|PEOPLExROWS FOLDER") };
    let size = size_of(size);
    fs::create_dir_all(folder)?;
    write_employees(&size, BufWriter::with_capacity(1 << 20, File::create(format!("{folder}/employees.csv"))?))?;
    write_credentials(&size, &shuffled_rows(&size), BufWriter::with_capacity(1 << 20, File::create(format!("{folder}/credentials.csv"))?))
}

/// The ID's number; beyond the people it is somebody the employees' file does not know.
fn employee_number(size: &Size, employee: u64) -> u64 {
    if employee < size.people { 100_000 + employee * 3 + hash(employee ^ 0xE1D) % 3 } else { 9_900_000 + employee % 90_000 }
}

fn name(employee: u64) -> (&'static str, &'static str) {
    let mixed = hash(employee ^ 0xABCD);
    (LAST[(mixed % 30) as usize], FIRST[(mixed / 30 % 30) as usize])
}

fn write_employees(size: &Size, mut file: impl Write) -> Result<()> {
    file.write_all(b"employee_id,name,role,school,hire_date,fte,base_salary,step,lane,status\n")?;
    for employee in 0..size.people {
        let mixed = hash(employee ^ 0x5A1A);
        let (last, first) = name(employee);
        let role = match mixed % 100 {
            0..=79 => 0,
            80..=84 => 1,
            85..=87 => 2,
            88..=90 => 3,
            91..=97 => 4,
            _ => 5,
        };
        let (year, month, day) = civil(10_000 + (mixed >> 8) as i64 % 9_000);
        let (step, lane) = ((mixed >> 24) % 20, (mixed >> 32) % 5);
        let fte = if (mixed >> 16).is_multiple_of(10) { "0.5" } else { "1.0" };
        let status = match (mixed >> 12) % 50 {
            0 => "terminated",
            1 => "leave",
            _ => "active",
        };
        writeln!(
            file,
            "E{:07},\"{last}, {first}\",{},School {:04},{year:04}-{month:02}-{day:02},{fte},{}.{:02},{},{},{status}",
            employee_number(size, employee),
            ROLE[role],
            (mixed >> 40) % (size.people / 40 + 1),
            41_000 + step * 1_350 + lane * 2_900,
            (mixed >> 20) % 100,
            step + 1,
            ["BA", "BA+15", "MA", "MA+30", "PhD"][lane as usize],
        )?;
    }
    file.flush()
}

fn shuffled_rows(size: &Size) -> Vec<Row> {
    let mut random = Random(20_240_601 + size.people);
    let mut rows: Vec<Row> = Vec::with_capacity(size.rows as usize);
    while (rows.len() as u64) < size.rows {
        let row = if !rows.is_empty() && random.percent(3.0) { repeated(&rows, &mut random) } else { new_row(size, &mut random) };
        rows.push(row);
    }
    for last in (1..rows.len()).rev() {
        let other = random.below(last as u64 + 1) as usize;
        rows.swap(last, other);
    }
    rows
}

/// An exact copy of an earlier row, or the same credential approved on another day.
fn repeated(rows: &[Row], random: &mut Random) -> Row {
    let mut row = rows[random.below(rows.len() as u64) as usize];
    if row.approved != 0 && random.percent(70.0) {
        row.approved = (u64::from(row.approved) + random.below(400)).min(EXPORT) as u16;
    }
    row
}

fn new_row(size: &Size, random: &mut Random) -> Row {
    let employee = if random.percent(0.1) {
        size.people + random.below(90_000)
    } else if random.percent(70.0) {
        random.below(size.people)
    } else {
        let share = random.share();
        ((share * share.sqrt() * size.people as f64) as u64).min(size.people - 1) * 2_654_435_761 % size.people
    };
    let enrolled = if random.percent(0.3) {
        LEAP[random.below(2) as usize]
    } else if random.percent(60.0) {
        YEARS[(hash(employee ^ 0xF0C5) % 6) as usize] + random.below(365) // the employee's busy year
    } else {
        START + random.below(2190)
    };
    let days = match random.below(100) {
        0..=89 => 14 + random.below(347),
        90 => 365,
        91 => 366,
        _ => 367 + random.below(354),
    };
    let (mut completed, mut approved, mut status, mut reviewers) = (enrolled + days, 0, 0u8, 2u8);
    if completed > EXPORT || random.percent(1.0) {
        (completed, status, reviewers) = (0, 3, 0);
    } else {
        match random.below(100) {
            0..=84 => {}
            85..=92 => (status, reviewers) = (1, random.below(2) as u8),
            _ => (status, reviewers) = (2, random.below(3) as u8),
        }
        if status == 0 {
            approved = completed + random.below(91);
            if approved > EXPORT {
                (approved, status, reviewers) = (0, 1, 1);
            } else {
                match random.below(100) {
                    0..=4 => reviewers = 1,
                    5..=14 => reviewers = 3,
                    _ => {}
                }
            }
        }
    }
    let credential = random.below(CREDENTIALS) as u16;
    let (employee, enrolled) = (employee as u32, enrolled as u16);
    Row { employee, credential, enrolled, completed: completed as u16, approved: approved as u16, reviewers, status }
}

fn category_of(credential: u64) -> usize {
    match hash(credential ^ 0x00C0_FFEE) % 100 {
        0..=79 => 0,
        80..=89 => 1,
        90..=95 => 2,
        _ => 3,
    }
}

/// `MC-1007,"Family Coaching, Level 2",micro-credential,NEA`: titles with a comma are quoted.
fn credential_cells(credential: u64) -> String {
    let mixed = hash(credential ^ 0x7171);
    let category = category_of(credential);
    let (topic, skill) = (TOPIC[(mixed % 12) as usize], SKILL[(mixed / 12 % 10) as usize]);
    let title = if mixed >> 20 & 3 == 0 { format!("\"{topic} {skill}, Level {}\"", mixed >> 24 & 3) } else { format!("{topic} {skill}") };
    let issuer = ISSUER[(mixed >> 30) as usize % 6];
    format!("{}-{:04},{title},{},{issuer}", PREFIX[category], 1000 + credential * 7, CATEGORY[category])
}

fn write_credentials(size: &Size, rows: &[Row], mut file: impl Write) -> Result<()> {
    let dates: Vec<String> = (0..3000)
        .map(|day| {
            let (year, month, day) = civil(START as i64 + day - 400);
            format!("{year:04}-{month:02}-{day:02}")
        })
        .collect();
    let date = |day: u16| if day == 0 { "" } else { dates[(u64::from(day) + 400 - START) as usize].as_str() };
    let credentials: Vec<String> = (0..CREDENTIALS).map(credential_cells).collect();
    file.write_all(b"employee_id,name,credential_id,credential_title,category,issuer,")?;
    file.write_all(b"enrolled_on,completed_on,approved_on,reviewers_approved,status\n")?;
    for row in rows {
        let (last, first) = name(u64::from(row.employee));
        writeln!(
            file,
            "E{:07},\"{last}, {first}\",{},{},{},{},{},{}",
            employee_number(size, u64::from(row.employee)),
            credentials[usize::from(row.credential)],
            date(row.enrolled),
            date(row.completed),
            date(row.approved),
            row.reviewers,
            STATUS[usize::from(row.status)],
        )?;
    }
    file.flush()
}
