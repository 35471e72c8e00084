//! Random rows: few people, few keys, and dates that cluster where windows begin and end.

use std::collections::BTreeMap;

use crate::reference::days::Day;
use crate::reference::random::Random;
use crate::reference::ratio::Ratio;
use crate::reference::world::{PaidBefore, Person, Row, Val};

/// All rows, by record name; the person of a row stands in its field `employee`.
#[derive(Clone, Debug, Default)]
pub struct Data {
    pub tables: BTreeMap<String, Vec<Row>>,
    /// Rows that cannot be read: whose, and of which record (`paid`: of what an earlier run paid).
    pub rejected: Vec<(String, String)>,
}

/// Where rules change, and the days around it.
const EDGES: [(i64, i64, i64); 16] = [
    (2023, 6, 30),
    (2023, 8, 31),
    (2023, 12, 31),
    (2024, 1, 31),
    (2024, 2, 29),
    (2024, 4, 1),
    (2024, 5, 31),
    (2024, 6, 30),
    (2024, 7, 31),
    (2024, 8, 31),
    (2024, 9, 30),
    (2024, 10, 15),
    (2024, 12, 31),
    (2025, 1, 31),
    (2025, 2, 28),
    (2025, 6, 30),
];

pub fn as_of(random: &mut Random) -> Day {
    *random.pick(&[Day::of(2025, 6, 30), Day::of(2025, 6, 30), Day::of(2024, 12, 31), Day::of(2024, 7, 1), Day::of(2026, 3, 15)])
}

fn date(random: &mut Random) -> Val {
    let (year, month, number) = *random.pick(&EDGES);
    Val::Date(Day(Day::of(year, month, number).0 + random.between(-1, 2)))
}

fn maybe(random: &mut Random, value: Val) -> Val {
    if random.percent(12) { Val::Missing } else { value }
}

fn number(random: &mut Random, choices: &[&str]) -> Val {
    let text: &str = random.pick::<&str>(choices);
    Val::Num(Ratio::read(text))
}

fn word(random: &mut Random, choices: &[&str]) -> Val {
    Val::Text((*random.pick(choices)).to_string())
}

fn row(id: &str, fields: Vec<(&str, Val)>) -> Row {
    let person = ("employee".to_string(), Val::Text(id.to_string()));
    fields.into_iter().map(|(name, value)| (name.to_string(), value)).chain([person]).collect()
}

pub fn data(random: &mut Random, dated_fte: bool) -> Data {
    let mut data = Data::default();
    for record in ["employee", "credential", "course", "site"] {
        data.tables.insert(record.into(), Vec::new());
    }
    for number in 0..1 + random.below(3) {
        let id = format!("{}", 1001 + number);
        employee(random, &id, (dated_fte, &mut data));
        for _ in 0..random.below(8) {
            let row = credential(random, &id);
            data.tables.get_mut("credential").expect("a table").push(row);
        }
        for _ in 0..random.below(4) {
            let row = course(random, &id);
            data.tables.get_mut("course").expect("a table").push(row);
        }
    }
    sites(random, &mut data);
    for rows in data.tables.values_mut() {
        shuffle(random, rows);
    }
    data
}

/// Sometimes a row that cannot be read, of a person whom it names.
pub fn rejected(random: &mut Random, data: &Data) -> Vec<(String, String)> {
    if !random.percent(12) {
        return Vec::new();
    }
    let one = |random: &mut Random| {
        let record = *random.pick(&["credential", "credential", "credential", "course", "course", "paid"]);
        (random.pick(&data.ids()).clone(), record.to_owned())
    };
    (0..1 + random.below(2)).map(|_| one(random)).collect()
}

pub fn shuffle(random: &mut Random, rows: &mut [Row]) {
    for place in (1..rows.len()).rev() {
        rows.swap(place, random.below(place + 1));
    }
}

fn employee(random: &mut Random, id: &str, (dated_fte, data): (bool, &mut Data)) {
    let salary = number(random, &["48000", "50250.50", "39999.99"]);
    let certified = date(random);
    let fields = vec![
        ("base_salary", maybe(random, salary)),
        ("hired", Val::Date(Day::of(random.between(2019, 2024), random.between(1, 12), random.between(1, 28)))),
        ("certified", maybe(random, certified)),
        ("track", word(random, &["teaching", "support"])),
        ("step", Val::Num(Ratio::whole(i128::from(id.len() as i64 + i64::from(id.ends_with('2')))))),
    ];
    let table = data.tables.get_mut("employee").expect("a table");
    if !dated_fte {
        let fte = number(random, &["1", "0.5", "0.8", "0.333"]);
        table.push(row(id, fields.into_iter().chain([("fte", fte)]).collect()));
        return;
    }
    let change = Day::of(2024, 7, 1);
    let gap = random.percent(15);
    let overlap = random.percent(10);
    for (from, to) in [(None, Some(Day(change.0 - 1))), (Some(Day(change.0 + i64::from(gap) * 20 - i64::from(overlap) * 20)), None)] {
        let fte = number(random, &["1", "0.5", "0.8"]);
        let dates = [("fte", fte), ("fte_from", from.map_or(Val::Missing, Val::Date)), ("fte_to", to.map_or(Val::Missing, Val::Date))];
        table.push(row(id, fields.clone().into_iter().chain(dates).collect()));
    }
}

fn credential(random: &mut Random, id: &str) -> Row {
    let (approved, reviewers) = (date(random), number(random, &["1", "2", "2", "3"]));
    let place = word(random, &["N", "N", "S", "S", "N", "nowhere"]);
    let (claimed, confirmed) = (number(random, &["100", "250.25", "80", "600"]), Val::YesNo(random.percent(70)));
    let fields = vec![
        ("credential_id", word(random, &["A", "B", "C", "D"])),
        ("category", word(random, &["badge", "badge", "badge", "course"])),
        ("status", word(random, &["earned", "earned", "earned", "in_progress", "revoked"])),
        ("enrolled", date(random)),
        ("approved", maybe(random, approved)),
        ("reviewers", maybe(random, reviewers)),
        ("hours", number(random, &["1", "2.5", "4", "8"])),
        ("claimed", maybe(random, claimed)),
        ("confirmed", maybe(random, confirmed)),
        ("place", maybe(random, place)),
    ];
    row(id, fields)
}

/// One place whose bonus has a row of its own for some of the time, and one that has one row.
fn sites(random: &mut Random, data: &mut Data) {
    let table = data.tables.get_mut("site").expect("a table");
    for (key, from, to) in [("N", None, Some(Day::of(2024, 6, 30))), ("N", Some(Day::of(2024, 7, 1)), None), ("S", None, None)] {
        let region = if key == "N" { "north" } else { "south" };
        let mut fields =
            vec![("site", key), ("region", region)].into_iter().map(|(name, text)| (name, Val::Text(text.into()))).collect::<Vec<_>>();
        fields.push(("size", if key == "N" { number(random, &["20"]) } else { Val::Missing }));
        fields.push(("bonus", number(random, &["60", "120.5", "300"])));
        fields.push(("bonus_from", from.map_or(Val::Missing, Val::Date)));
        fields.push(("bonus_to", to.map_or(Val::Missing, Val::Date)));
        table.push(fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect());
    }
}

fn course(random: &mut Random, id: &str) -> Row {
    let fields = vec![
        ("code", word(random, &["X", "Y", "Z"])),
        ("finished", date(random)),
        ("credits", number(random, &["1", "3", "4.5"])),
        ("level", word(random, &["basic", "advanced"])),
    ];
    row(id, fields)
}

impl Data {
    /// The people's IDs, in the order of their text.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.tables["employee"].iter().map(id_of).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    pub fn person(&self, id: &str, paid: Vec<PaidBefore>) -> Person {
        let rows = self.tables.iter().map(|(record, rows)| {
            // rows of a look-up record belong to nobody, and everybody looks at them
            let own = rows.iter().enumerate().filter(|(_, row)| !row.contains_key("employee") || id_of(row) == id);
            (record.clone(), own.map(|(number, row)| (number, row.clone())).collect())
        });
        let rejected = self.rejected.iter().filter(|(person, _)| person == id).map(|(_, record)| record.clone());
        Person { rows: rows.collect(), paid, rejected: rejected.collect() }
    }
}

/// Whose row it is; nobody's where it is looked up.
pub fn id_of(row: &Row) -> String {
    match row.get("employee") {
        Some(Val::Text(id)) => id.clone(),
        None => String::new(),
        Some(other) => panic!("{other:?} is no ID"),
    }
}

/// As tables that a person can read.
impl std::fmt::Display for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (record, rows) in &self.tables {
            let Some(first) = rows.first() else { continue };
            let names: Vec<&String> = first.keys().collect();
            writeln!(f, "{record}: {}", names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" | "))?;
            for (number, row) in rows.iter().enumerate() {
                let cells: Vec<String> =
                    row.values().map(|value| if value.is_known() { value.to_string() } else { String::new() }).collect();
                writeln!(f, "  {number}: {}", cells.join(" | "))?;
            }
        }
        for (id, record) in &self.rejected {
            writeln!(f, "a row of {record} of {id} was rejected")?;
        }
        Ok(())
    }
}
