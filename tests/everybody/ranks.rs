//! Ranks, counts and the best of a group, counted by hand over small staffs with blanks and ties.

use super::lottery::Lottery;
use super::run::Outcomes;

pub const POLICY: &str = r#"policy "Growth"
  effective    from 2024-07-01
  school year  starts July 1

record employee
  employee  id
  school    text
  grade     integer
  growth    number, optional
  lot       integer

let teachers for each school = count of employee where grade is 3
let scored for each school = any employee where growth at least 6
let place for each school = rank of growth among employee where grade is 3, highest first, ties by lot
let shared for everybody = rank of growth among known employee where grade is 3, lowest first, ties share

award "Place" for each employee each school year
  if    grade is 3
  pay   $1 * place as stipend, not prorated
  effective on period end

award "Shared" for each employee each school year
  if    grade is 3
  and   growth is known
  pay   $1 * shared + $100 * teachers as stipend, not prorated
  effective on period end

award "Scored" for each employee each school year
  if    scored
  pay   $1 as stipend, not prorated
  effective on period end
"#;

#[derive(Clone)]
pub struct Person {
    id: String,
    school: &'static str,
    grade: i64,
    growth: Option<i64>,
    lot: i64,
}

pub fn people(seed: u64) -> Vec<Person> {
    let mut lottery = Lottery::new(seed);
    let growths = [Some(1), Some(4), Some(4), Some(6), Some(9), None];
    let known = lottery.below(2) as usize;
    let one = |index: u64, lottery: &mut Lottery| Person {
        id: format!("E{index:02}"),
        school: lottery.pick(&["North", "South", "West"]),
        grade: lottery.pick(&[3, 3, 3, 4]),
        growth: lottery.pick(&growths[..6 - known]),
        lot: lottery.below(6) as i64,
    };
    (0..1 + lottery.below(12)).map(|index| one(index, &mut lottery)).collect()
}

pub fn file(people: &[Person]) -> String {
    let mut text = "employee,school,grade,growth,lot\n".to_owned();
    for person in people {
        let growth = person.growth.map_or(String::new(), |growth| growth.to_string());
        text.push_str(&format!("{},{},{},{growth},{}\n", person.id, person.school, person.grade, person.lot));
    }
    text
}

pub fn expected(people: &[Person]) -> Outcomes {
    let mut expected = Outcomes::new();
    for person in people {
        let mut put = |award: &str, (outcome, dollars): (&str, i64)| {
            let key = (person.id.clone(), award.to_owned(), "2024-25".to_owned());
            expected.insert(key, (outcome.to_owned(), dollars * 100));
        };
        put("Place", place(person, people));
        put("Shared", shared(person, people));
        put("Scored", scored(person, people));
    }
    expected
}

fn place(person: &Person, people: &[Person]) -> (&'static str, i64) {
    if person.grade != 3 {
        return ("not eligible", 0);
    }
    let rivals: Vec<&Person> = people.iter().filter(|other| other.school == person.school && other.grade == 3).collect();
    if rivals.iter().any(|rival| rival.growth.is_none()) {
        return ("held", 0);
    }
    if rivals.iter().any(|rival| rival.id != person.id && (rival.growth, rival.lot) == (person.growth, person.lot)) {
        return ("held", 0);
    }
    let before = |rival: &&&Person| rival.growth > person.growth || (rival.growth == person.growth && rival.lot < person.lot);
    ("paid", 1 + rivals.iter().filter(before).count() as i64)
}

fn shared(person: &Person, people: &[Person]) -> (&'static str, i64) {
    if person.grade != 3 || person.growth.is_none() {
        return ("not eligible", 0);
    }
    let lower = people.iter().filter(|other| other.grade == 3 && other.growth.is_some() && other.growth < person.growth).count();
    let colleagues = people.iter().filter(|other| other.grade == 3 && other.school == person.school).count();
    ("paid", 1 + lower as i64 + 100 * colleagues as i64)
}

fn scored(person: &Person, people: &[Person]) -> (&'static str, i64) {
    let mut school = people.iter().filter(|other| other.school == person.school);
    if school.clone().any(|other| other.growth >= Some(6)) {
        return ("paid", 1);
    }
    if school.any(|other| other.growth.is_none()) { ("held", 0) } else { ("not eligible", 0) }
}
