//! Writes the sample district: what its HR system, its badge platform and its e-mail list export on July 3, 2025.
//!
//! `cargo run --example lakeland` writes the three files again, byte for byte. The ten people of `hand-computed.md` are
//! literal rows; everybody else comes from a small generator with a fixed seed.
#![allow(clippy::disallowed_methods, reason = "a program that writes files")]

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use stipend::value::Date;

const STAFF_COUNT: u32 = 400;
const CREDENTIAL_COUNT: usize = 1_500;
const EXPORTED: (i32, u32, u32) = (2025, 7, 3);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/lakeland");
    for (name, bytes) in files()? {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// The three exports: name and content.
pub fn files() -> Result<Vec<(&'static str, Vec<u8>)>, Box<dyn std::error::Error>> {
    let mut random = Random(20_250_703);
    let staff = staff(&mut random);
    let rows = credentials(&staff, &mut random);
    Ok(vec![("staff.xlsx", staff_workbook(&staff)?), ("credentials.csv", credentials_csv(&rows)?), ("emails.csv", emails_csv(&staff)?)])
}

// ---------------------------------------------------------------- the ten people of hand-computed.md

/// Number, first name, last name, salary in whole dollars, the platform's e-mail.
type Named = (u32, &'static str, &'static str, u32, &'static str);

const NAMED: [Named; 10] = [
    (1007, "Amelia", "Ostrowski", 47_250, "amelia.ostrowski@lakeland.k12.wi.us"),
    (1042, "Hannah", "Lindqvist", 52_340, "hannah.lindqvist@lakeland.k12.wi.us"),
    (1113, "Trevor", "Nakamura", 49_875, "tnakamura.teaches@gmail.com"),
    (1126, "Rosa", "Delgado-Pike", 61_020, "rosa.delgado-pike@lakeland.k12.wi.us"),
    (1158, "Peter", "Vang", 45_110, "peter.vang@lakeland.k12.wi.us"),
    (1171, "Siobhan", "O'Neil", 57_600, "siobhan.oneil@lakeland.k12.wi.us"),
    (1204, "Gregory", "Zielinski", 66_480, "greg.z.1204@outlook.com"),
    (1233, "Leah", "Abernathy", 50_905, "leah.abernathy@lakeland.k12.wi.us"),
    (1290, "José", "Santamaría", 54_300, "jose.santamaria@lakeland.k12.wi.us"),
    (1361, "Marcus", "Oyelaran", 58_215, "marcus.oyelaran@lakeland.k12.wi.us"),
];

/// A second e-mail under which the platform knows one of the ten.
const SECOND_EMAIL: (u32, &str) = (1290, "pepe.santamaria@gmail.com");

/// Number, badge, type, status, plan approved, enrolled, awarded, reviews passed.
type Planned = (u32, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str, u32);

const PLANNED: [Planned; 45] = [
    // 1007: one earned, two that are not
    (1007, "MC-104", MICRO, "Earned", "10/7/2024", "10/14/2024", "3/10/2025", 2),
    (1007, "MC-118", MICRO, "In Progress", "1/13/2025", "1/20/2025", "", 0),
    (1007, "MC-123", MICRO, "Not Earned", "8/19/2024", "8/26/2024", "2/3/2025", 0),
    // 1042: four within a year
    (1042, "MC-101", MICRO, "Earned", "8/12/2024", "8/19/2024", "10/14/2024", 2),
    (1042, "MC-114", MICRO, "Earned", "9/3/2024", "9/9/2024", "12/2/2024", 2),
    (1042, "MC-122", MICRO, "Earned", "11/18/2024", "12/2/2024", "2/24/2025", 3),
    (1042, "MC-131", MICRO, "Earned", "1/13/2025", "1/20/2025", "5/19/2025", 2),
    // 1113: four around June 30
    (1113, "MC-102", MICRO, "Earned", "1/8/2024", "1/15/2024", "5/6/2024", 2),
    (1113, "MC-109", MICRO, "Earned", "1/8/2024", "1/22/2024", "6/3/2024", 2),
    (1113, "MC-116", MICRO, "Earned", "2/5/2024", "2/12/2024", "6/17/2024", 2),
    (1113, "MC-125", MICRO, "Earned", "2/5/2024", "2/19/2024", "7/15/2024", 2),
    // 1126: room again, to the day
    (1126, "MC-101", MICRO, "Earned", "5/1/2023", "5/8/2023", "10/2/2023", 2),
    (1126, "MC-106", MICRO, "Earned", "5/1/2023", "6/12/2023", "11/13/2023", 2),
    (1126, "MC-111", MICRO, "Earned", "8/7/2023", "8/14/2023", "1/22/2024", 2),
    (1126, "MC-117", MICRO, "Earned", "2/5/2024", "2/12/2024", "10/2/2024", 2),
    (1126, "MC-120", MICRO, "Earned", "2/5/2024", "2/19/2024", "11/12/2024", 2),
    (1126, "MC-132", MICRO, "Earned", "2/5/2024", "2/26/2024", "11/13/2024", 2),
    // 1158: one reviewer only
    (1158, "MC-107", MICRO, "Earned", "9/3/2024", "9/9/2024", "12/9/2024", 1),
    (1158, "MC-110", MICRO, "Earned", "9/3/2024", "9/16/2024", "1/27/2025", 2),
    // 1171: the plan approved a week after the course began, and on the day it began
    (1171, "MC-112", MICRO, "Earned", "9/16/2024", "9/9/2024", "12/16/2024", 2),
    (1171, "MC-113", MICRO, "Earned", "1/6/2025", "1/6/2025", "4/7/2025", 2),
    // 1204: on the anniversary, and a day after it
    (1204, "MC-103", MICRO, "Earned", "10/30/2023", "11/4/2023", "11/4/2024", 2),
    (1204, "MC-105", MICRO, "Earned", "10/30/2023", "11/4/2023", "11/5/2024", 2),
    // 1233: enrolled on 29 February
    (1233, "MC-108", MICRO, "Earned", "2/26/2024", "2/29/2024", "2/28/2025", 2),
    (1233, "MC-115", MICRO, "Earned", "2/26/2024", "2/29/2024", "3/1/2025", 2),
    // 1290: revoked and awarded again; earned twice (the second row stands under the other e-mail)
    (1290, "MC-140", MICRO, "Revoked", "8/12/2024", "8/19/2024", "10/21/2024", 2),
    (1290, "MC-140", MICRO, "Earned", "8/12/2024", "8/19/2024", "11/4/2024", 2),
    (1290, "MC-105", MICRO, "Earned", "8/12/2024", "8/26/2024", "1/13/2025", 2),
    (1290, "MC-105", MICRO, "Earned", "1/20/2025", "1/27/2025", "4/14/2025", 2),
    // 1361: the longest list
    (1361, "MC-103", MICRO, "Earned", "8/14/2023", "8/21/2023", "11/6/2023", 2),
    (1361, "MC-108", MICRO, "Earned", "8/14/2023", "9/5/2023", "1/15/2024", 2),
    (1361, "WS-02", "workshop", "Earned", "1/29/2024", "2/2/2024", "2/2/2024", 0),
    (1361, "MC-115", MICRO, "Earned", "1/8/2024", "1/15/2024", "4/22/2024", 3),
    (1361, "MC-119", MICRO, "Earned", "2/5/2024", "2/12/2024", "6/10/2024", 2),
    (1361, "MC-121", MICRO, "Earned", "6/3/2024", "6/10/2024", "11/5/2024", 2),
    (1361, "MC-124", MICRO, "Earned", "6/3/2024", "6/17/2024", "11/6/2024", 2),
    (1361, "MC-127", MICRO, "Not Earned", "6/3/2024", "6/24/2024", "12/9/2024", 1),
    (1361, "MC-128", MICRO, "Earned", "9/3/2024", "9/9/2024", "1/14/2025", 2),
    (1361, "MC-129", MICRO, "Earned", "9/3/2024", "9/16/2024", "1/15/2025", 2),
    (1361, "MC-130", MICRO, "Earned", "10/7/2024", "10/7/2024", "3/3/2025", 1),
    (1361, "MC-133", MICRO, "Earned", "1/6/2025", "1/13/2025", "4/22/2025", 2),
    (1361, "MC-135", MICRO, "Earned", "1/6/2025", "1/20/2025", "6/9/2025", 2),
    (1361, "MC-137", MICRO, "Earned", "2/3/2025", "2/10/2025", "", 2),
    (1361, "MC-126", MICRO, "In Progress", "3/3/2025", "3/10/2025", "", 0),
    (1361, "MC-139", MICRO, "Earned", "3/3/2025", "3/10/2025", "7/1/2025", 2),
];

const MICRO: &str = "micro-credential";

// ---------------------------------------------------------------- everybody

struct Person {
    number: u32,
    first: String,
    last: String,
    salary_usd: u32,
    fte: &'static str,
    hired: Date,
    building: &'static str,
    position: &'static str,
    platform_email: String,
}

fn staff(random: &mut Random) -> Vec<Person> {
    (0..STAFF_COUNT).map(|index| person(1001 + index, random)).collect()
}

fn person(number: u32, random: &mut Random) -> Person {
    let first = random.one_of(&FIRST_NAMES);
    let last = random.one_of(&LAST_NAMES);
    let mut person = Person {
        number,
        first: first.to_owned(),
        last: last.to_owned(),
        salary_usd: 41_000 + 5 * random.below(6_000),
        fte: random.one_of(&["1.0", "1.0", "1.0", "1.0", "1.0", "1.0", "0.8", "0.6", "0.5"]),
        hired: date(1996 + random.below(28) as i32, 8, 1 + random.below(28)),
        building: random.one_of(&BUILDINGS),
        position: random.one_of(&POSITIONS),
        platform_email: platform_email(number, first, last, random),
    };
    if let Some((_, first, last, salary_usd, email)) = NAMED.iter().find(|named| named.0 == number) {
        person.first = (*first).to_owned();
        person.last = (*last).to_owned();
        person.salary_usd = *salary_usd;
        person.platform_email = (*email).to_owned();
        person.fte = "1.0";
    }
    person
}

/// Two of three registered with the district's address, the others with one of their own.
fn platform_email(number: u32, first: &str, last: &str, random: &mut Random) -> String {
    let plain: String = last.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    match random.below(9) {
        0 => format!("{}{plain}{}@gmail.com", &first[..1].to_lowercase(), number % 1000),
        1 => format!("{plain}.{}@yahoo.com", number),
        2 => format!("ms.{plain}.{}@outlook.com", number % 1000),
        _ => format!("{}.{plain}{}@lakeland.k12.wi.us", first.to_lowercase().replace(' ', "-"), number % 1000),
    }
}

struct Credential {
    badge: String,
    kind: &'static str,
    email: String,
    first: String,
    last: String,
    status: &'static str,
    plan_approved: String,
    enrolled: String,
    awarded: String,
    reviews: u32,
}

fn credentials(staff: &[Person], random: &mut Random) -> Vec<Credential> {
    let mut rows: Vec<Credential> = PLANNED.iter().map(|planned| planned_row(planned, staff)).collect();
    second_email(&mut rows);
    let duplicated = rows.iter().position(|row| row.badge == "MC-124").expect("1361 has one");
    rows.push(copy(&rows[duplicated]));
    rows.extend(odd_rows());
    while rows.len() < CREDENTIAL_COUNT {
        let person = &staff[random.below(STAFF_COUNT) as usize];
        if NAMED.iter().any(|named| named.0 == person.number) {
            continue;
        }
        rows.extend(random_rows(person, random));
    }
    rows.truncate(CREDENTIAL_COUNT);
    random.shuffle(&mut rows);
    rows
}

fn planned_row(planned: &Planned, staff: &[Person]) -> Credential {
    let (number, badge, kind, status, plan_approved, enrolled, awarded, reviews) = *planned;
    let person = &staff[(number - 1001) as usize];
    Credential {
        badge: badge.to_owned(),
        kind,
        email: person.platform_email.clone(),
        first: person.first.clone(),
        last: person.last.clone(),
        status,
        plan_approved: plan_approved.to_owned(),
        enrolled: enrolled.to_owned(),
        awarded: awarded.to_owned(),
        reviews,
    }
}

fn second_email(rows: &mut [Credential]) {
    for row in rows.iter_mut().filter(|row| row.awarded == "4/14/2025" && row.last == "Santamaría") {
        row.email = SECOND_EMAIL.1.to_owned();
        row.first = "Pepe".to_owned();
    }
}

/// Two rows with a status that nobody told the district about, and three of somebody who left.
fn odd_rows() -> Vec<Credential> {
    let odd = |badge: &str, email: &str, last: &str, status, awarded: &str| Credential {
        badge: badge.to_owned(),
        kind: MICRO,
        email: email.to_owned(),
        first: "Dana".to_owned(),
        last: last.to_owned(),
        status,
        plan_approved: "9/3/2024".to_owned(),
        enrolled: "9/9/2024".to_owned(),
        awarded: awarded.to_owned(),
        reviews: 2,
    };
    vec![
        odd("MC-104", "leah.abernathy@lakeland.k12.wi.us", "Abernathy", "Pending Review", ""),
        odd("MC-106", "peter.vang@lakeland.k12.wi.us", "Vang", "Pending Review", ""),
        odd("MC-101", "dana.whitcomb@lakeland.k12.wi.us", "Whitcomb", "Earned", "11/18/2024"),
        odd("MC-102", "dana.whitcomb@lakeland.k12.wi.us", "Whitcomb", "Earned", "1/27/2025"),
        odd("MC-103", "dana.whitcomb@lakeland.k12.wi.us", "Whitcomb", "In Progress", ""),
    ]
}

/// One row, or what a correction or a double export makes of it.
fn random_rows(person: &Person, random: &mut Random) -> Vec<Credential> {
    let enrolled = date(2022, 8, 1).plus_days(random.below(1_030) as i32).expect("in the calendar");
    let plan_days = if random.below(33) == 0 { 1 + random.below(14) as i32 } else { -(random.below(22) as i32) };
    let work_days = if random.below(25) == 0 { 366 + random.below(60) } else { 30 + random.below(320) };
    let awarded = enrolled.plus_days(work_days as i32).expect("in the calendar");
    let finished = awarded <= date(EXPORTED.0, EXPORTED.1, EXPORTED.2);
    let status = if finished { random.one_of(&STATUSES) } else { "In Progress" };
    let pending = status == "In Progress";
    let kind = random.one_of(&KINDS);
    let row = Credential {
        badge: badge(kind, random),
        kind,
        email: untidy(&person.platform_email, random),
        first: nickname(&person.first, random),
        last: person.last.clone(),
        status,
        plan_approved: us(enrolled.plus_days(plan_days).expect("in the calendar")),
        enrolled: us(enrolled),
        awarded: if pending { String::new() } else { us(awarded) },
        reviews: if pending { 0 } else { random.one_of(&[2, 2, 2, 2, 2, 2, 2, 3, 3, 1]) },
    };
    match (status, random.below(120)) {
        ("Revoked", 0..60) => {
            let again = Credential { status: "Earned", awarded: us(awarded.plus_days(14).expect("in the calendar")), ..copy(&row) };
            vec![row, again]
        }
        (_, 0) => vec![copy(&row), row],
        _ => vec![row],
    }
}

fn copy(row: &Credential) -> Credential {
    Credential {
        badge: row.badge.clone(),
        email: row.email.clone(),
        first: row.first.clone(),
        last: row.last.clone(),
        plan_approved: row.plan_approved.clone(),
        enrolled: row.enrolled.clone(),
        awarded: row.awarded.clone(),
        ..*row
    }
}

fn badge(kind: &str, random: &mut Random) -> String {
    match kind {
        MICRO => format!("MC-{}", 101 + random.below(40)),
        "workshop" => format!("WS-0{}", 1 + random.below(8)),
        _ => format!("CO-0{}", 1 + random.below(5)),
    }
}

/// Addresses as people type them: now and then with a capital or a space behind.
fn untidy(email: &str, random: &mut Random) -> String {
    match random.below(40) {
        0 => format!("{email} "),
        1 => format!("{}{}", email[..1].to_uppercase(), &email[1..]),
        _ => email.to_owned(),
    }
}

fn nickname(first: &str, random: &mut Random) -> String {
    let short = match first {
        "Elizabeth" => "Liz",
        "Katherine" => "Katie",
        "Michael" => "Mike",
        "Robert" => "Bob",
        "Jennifer" => "Jen",
        other => other,
    };
    if random.below(3) == 0 { short.to_owned() } else { first.to_owned() }
}

// ---------------------------------------------------------------- the files

fn credentials_csv(rows: &[Credential]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "Badge ID",
        "Badge Name",
        "Badge Type",
        "Recipient Email",
        "First Name",
        "Last Name",
        "Status",
        "Plan Approved",
        "Enrolled",
        "Awarded",
        "Reviews Passed",
    ])?;
    for row in rows {
        let reviews = row.reviews.to_string();
        let (badge, title) = (row.badge.as_str(), title(&row.badge));
        let (email, first, last) = (row.email.as_str(), row.first.as_str(), row.last.as_str());
        let dates = (row.plan_approved.as_str(), row.enrolled.as_str(), row.awarded.as_str());
        writer.write_record([badge, title, row.kind, email, first, last, row.status, dates.0, dates.1, dates.2, &reviews])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn emails_csv(staff: &[Person]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["Email", "Employee #"])?;
    for person in staff {
        writer.write_record([person.platform_email.as_str(), &person.number.to_string()])?;
        if person.number == SECOND_EMAIL.0 {
            writer.write_record([SECOND_EMAIL.1, &person.number.to_string()])?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn staff_workbook(staff: &[Person]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(EXPORTED.0 as u16, EXPORTED.1 as u8, EXPORTED.2 as u8)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = workbook.add_worksheet().set_name("Roster")?;
    sheet.write(0, 0, "Lakeland Area School District")?;
    sheet.write(1, 0, "Staff roster   Run: 07/03/2025 06:15 AM   Filter: active")?;
    for (column, header) in STAFF_HEADERS.iter().enumerate() {
        sheet.write_with_format(3, column as u16, *header, &Format::new().set_bold())?;
    }
    for (index, person) in staff.iter().enumerate() {
        staff_row(sheet, 4 + index as u32, person)?;
    }
    workbook.save_to_buffer()
}

/// Most numbers are numbers; some IDs and salaries were typed as text, and a few salaries are not there.
fn staff_row(sheet: &mut Worksheet, row: u32, person: &Person) -> Result<(), XlsxError> {
    let dollars = Format::new().set_num_format("$#,##0.00");
    let day = Format::new().set_num_format("m/d/yyyy");
    if person.number.is_multiple_of(37) {
        sheet.write(row, 0, format!("{} ", person.number))?;
    } else {
        sheet.write(row, 0, person.number)?;
    }
    sheet.write(row, 1, &person.last)?.write(row, 2, &person.first)?;
    sheet.write(row, 3, person.building)?.write(row, 4, person.position)?;
    sheet.write(row, 5, person.fte)?;
    match person.number % 50 {
        29 => sheet.write(row, 6, thousands(person.salary_usd))?,
        31 => sheet,
        _ => sheet.write_with_format(row, 6, person.salary_usd, &dollars)?,
    };
    let hired = ExcelDateTime::from_ymd(person.hired.year() as u16, person.hired.month() as u8, person.hired.day() as u8)?;
    sheet.write_with_format(row, 7, &hired, &day)?;
    Ok(())
}

fn thousands(salary_usd: u32) -> String {
    format!("${},{:03}.00", salary_usd / 1000, salary_usd % 1000)
}

const STAFF_HEADERS: [&str; 8] = ["Employee #", "Last Name", "First Name", "Building", "Position", "FTE", "Annual Salary", "Hire Date"];

fn date(year: i32, month: u32, day: u32) -> Date {
    Date::new(year, month, day).expect("a day of the calendar")
}

/// As an American platform writes it: 3/9/2025.
fn us(date: Date) -> String {
    format!("{}/{}/{}", date.month(), date.day(), date.year())
}

// ---------------------------------------------------------------- chance, the same every time

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        (self.next() % u64::from(limit)) as u32
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u32) as usize]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}

// ---------------------------------------------------------------- words

fn title(badge: &str) -> &'static str {
    let number: usize = badge[3..].parse().unwrap_or(0);
    TITLES[number % TITLES.len()]
}

const STATUSES: [&str; 12] =
    ["Earned", "Earned", "Earned", "Earned", "Earned", "Earned", "Earned", "Earned", "Earned", "Not Earned", "Not Yet Earned", "Revoked"];

const KINDS: [&str; 10] = [MICRO, MICRO, MICRO, MICRO, MICRO, MICRO, MICRO, MICRO, "workshop", "course"];

const TITLES: [&str; 14] = [
    "Formative Assessment",
    "Project-Based Learning",
    "Data Literacy, Level 1",
    "Data Literacy, Level 2",
    "Culturally Responsive Teaching",
    "Close Reading",
    "Number Talks",
    "Student-Led Conferences",
    "Co-Teaching",
    "Trauma-Aware Classrooms",
    "Design Thinking",
    "Academic Language for All",
    "Feedback That Moves Learning",
    "Computational Thinking",
];

const BUILDINGS: [&str; 6] =
    ["Lakeland High", "Cedar Middle", "Minocqua Elementary", "Arbor Elementary", "North Elementary", "District Office"];

const POSITIONS: [&str; 7] =
    ["Teacher", "Teacher", "Teacher", "Teacher", "Special Education Teacher", "School Counselor", "Library Media Specialist"];

const FIRST_NAMES: [&str; 30] = [
    "Elizabeth",
    "Katherine",
    "Michael",
    "Robert",
    "Jennifer",
    "Maria",
    "James",
    "Linda",
    "David",
    "Susan",
    "Daniel",
    "Karen",
    "Mai",
    "Paul",
    "Nancy",
    "Mark",
    "Lisa",
    "Steven",
    "Betty",
    "Kevin",
    "Emily",
    "Brian",
    "Pa Houa",
    "Sarah",
    "Jason",
    "Laura",
    "Eric",
    "Anna",
    "Ryan",
    "Grace",
];

const LAST_NAMES: [&str; 36] = [
    "Anderson",
    "Johnson",
    "Larson",
    "Nelson",
    "Olson",
    "Peterson",
    "Schmidt",
    "Schultz",
    "Krueger",
    "Meyer",
    "Weber",
    "Novak",
    "Kowalski",
    "Vang",
    "Xiong",
    "Yang",
    "Lor",
    "Garcia",
    "Hernandez",
    "Ramirez",
    "Begay",
    "White",
    "Thompson",
    "Martin, Jr.",
    "O'Brien",
    "McCarthy",
    "Van Dyke",
    "De la Cruz",
    "Müller",
    "Fournier",
    "Washington",
    "Jefferson",
    "Patel",
    "Nguyen",
    "Kim",
    "Cohen",
];
