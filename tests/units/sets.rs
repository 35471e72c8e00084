//! Random sets, and the day of their completion by trying every way of giving rows to lines.

use crate::lottery::Lottery;

const NAMES: [&str; 5] = ["A", "B", "C", "D", "E"];

#[derive(Clone)]
struct Row {
    person: usize,
    name: usize,
    core: bool,
    day: i64,
}

#[derive(Clone, PartialEq)]
enum Line {
    AllOf(Vec<usize>),
    LeastOf(usize, Vec<usize>),
    Core(usize),
    Any(usize),
}

#[derive(Clone, Copy, PartialEq)]
enum Time {
    Ever,
    FromFirst(i64),
    Any(i64),
    By(i64),
}

struct Set {
    lines: Vec<Line>,
    one_line: bool,
    time: Time,
}

pub struct Case {
    people: usize,
    rows: Vec<Row>,
    sets: Vec<Set>,
    shares: bool,
}

pub fn case(seed: u64) -> Case {
    let mut lottery = Lottery::new(seed + 7);
    let people = 1 + lottery.below(3) as usize;
    let rows = (0..3 + lottery.below(14)).map(|_| Row {
        person: lottery.below(people as u64) as usize,
        name: lottery.below(5) as usize,
        core: lottery.below(2) == 0,
        day: 1 + lottery.below(28) as i64,
    });
    let rows = rows.collect();
    let shares = lottery.below(2) == 0;
    let number = 1 + lottery.below(2);
    let sets = (0..number).map(|_| set(&mut lottery, shares)).collect();
    Case { people, rows, sets, shares }
}

fn set(lottery: &mut Lottery, shares: bool) -> Set {
    let lines = (0..1 + lottery.below(2)).map(|_| match lottery.below(4) {
        0 => Line::AllOf(some(lottery)),
        1 => {
            let names = some(lottery);
            Line::LeastOf(1 + lottery.below(names.len() as u64) as usize, names)
        }
        2 => Line::Core(1 + lottery.below(2) as usize),
        _ => Line::Any(1 + lottery.below(3) as usize),
    });
    let lines = lines.collect();
    let time = match lottery.below(4) {
        0 => Time::FromFirst(3 + lottery.below(15) as i64),
        1 => Time::Any(3 + lottery.below(15) as i64),
        2 => Time::By(10 + lottery.below(18) as i64),
        _ => Time::Ever,
    };
    // which rows a set of lines with rows of their own uses up, where there are more than it needs, is the program's choice
    Set { lines, one_line: shares && lottery.below(2) == 0, time }
}

fn some(lottery: &mut Lottery) -> Vec<usize> {
    let first = lottery.below(5) as usize;
    (first..first + 1 + lottery.below(3) as usize).map(|name| name % 5).collect()
}

impl Line {
    fn need(&self) -> usize {
        match self {
            Line::AllOf(names) => names.len(),
            Line::LeastOf(need, _) | Line::Core(need) | Line::Any(need) => *need,
        }
    }

    fn fits(&self, row: &Row) -> bool {
        match self {
            Line::AllOf(names) | Line::LeastOf(_, names) => names.contains(&row.name),
            Line::Core(_) => row.core,
            Line::Any(_) => true,
        }
    }

    fn text(&self) -> String {
        let list = |names: &[usize]| names.iter().map(|name| format!("\"{}\"", NAMES[*name])).collect::<Vec<_>>().join(", ");
        match self {
            Line::AllOf(names) => format!("  all of {}\n", list(names)),
            Line::LeastOf(need, names) => format!("  at least {need} of {}\n", list(names)),
            Line::Core(need) => format!("  at least {need} where core is yes\n"),
            Line::Any(need) => format!("  at least {need}\n"),
        }
    }
}

impl Case {
    pub fn policy(&self) -> String {
        let mut text = "policy \"Sets\"\n  effective from 2024-01-01\n\nrecord employee\n  employee id\n\n\
            record badge\n  employee employee\n  name text\n  core yes/no\n  earned date\n\n"
            .to_owned();
        for (index, set) in self.sets.iter().enumerate() {
            let lines: String = set.lines.iter().map(Line::text).collect();
            let overlap = if set.one_line { "one" } else { "every" };
            let time = match set.time {
                Time::Ever => String::new(),
                Time::FromFirst(days) => format!("  complete within {days} days from the first row\n"),
                Time::Any(days) => format!("  complete within any {days} days\n"),
                Time::By(day) => format!("  complete by 2024-01-{day:02}\n"),
            };
            let shares = if self.shares && index == 0 && self.sets.len() > 1 { "  shares with \"S1\"\n" } else { "" };
            text.push_str(&format!(
                "set \"S{index}\" for each badge\n  counts name\n  earned on earned\n{lines}  one row counts for {overlap} line\n{time}{shares}\n\
                 award \"Pay {index}\" on completing \"S{index}\"\n  pay $1 as stipend, not prorated\n  effective on earned\n\n"
            ));
        }
        text
    }

    pub fn files(&self) -> Vec<(&'static str, String)> {
        let people: String = (0..self.people).map(|person| format!("P{person}\n")).collect();
        let rows = self.rows.iter().map(|row| {
            let core = if row.core { "yes" } else { "no" };
            format!("P{},{},{core},2024-01-{:02}\n", row.person, NAMES[row.name], row.day)
        });
        vec![("employee", format!("employee\n{people}")), ("badge", format!("employee,name,core,earned\n{}", rows.collect::<String>()))]
    }

    /// Employee, award, day.
    pub fn expected(&self) -> Vec<(String, String, String)> {
        let mut paid = Vec::new();
        for person in 0..self.people {
            // by set, the names that it has used up
            let mut used: Vec<Option<Vec<usize>>> = vec![None; self.sets.len()];
            for day in 1..=28 {
                for set in 0..self.sets.len() {
                    if let (None, Some(names)) = (&used[set], self.completed((person, set), day, &used)) {
                        paid.push((format!("P{person}"), format!("Pay {set}"), format!("2024-01-{day:02}")));
                        used[set] = Some(names);
                    }
                }
            }
        }
        paid.sort();
        paid
    }

    /// The names that complete the set on the day, if a row of that day does.
    fn completed(&self, (person, index): (usize, usize), day: i64, used: &[Option<Vec<usize>>]) -> Option<Vec<usize>> {
        let set = &self.sets[index];
        let of_set = |row: &&Row| row.person == person && set.lines.iter().any(|line| line.fits(row));
        let elsewhere = |row: &Row| {
            let other = used.iter().enumerate().filter(|(other, _)| *other != index).filter_map(|(_, names)| names.as_ref());
            !self.shares && other.flatten().any(|name| *name == row.name)
        };
        let mut first: Option<i64> = None;
        let mut rows: Vec<&Row> = Vec::new();
        let mut all: Vec<&Row> = self.rows.iter().filter(of_set).filter(|row| row.day <= day && !elsewhere(row)).collect();
        all.sort_by_key(|row| row.day);
        for row in all {
            let begun = *first.get_or_insert(row.day);
            let counts = match set.time {
                Time::Ever => true,
                Time::FromFirst(days) => row.day <= begun + days,
                Time::Any(days) => row.day + days > day,
                Time::By(last) => row.day <= last,
            };
            if counts {
                rows.push(row);
            }
        }
        if !rows.iter().any(|row| row.day == day) {
            return None;
        }
        // rows of the day come one after the other; the first that completes the set ends it
        let before: Vec<&Row> = rows.iter().copied().filter(|row| row.day < day).collect();
        let today: Vec<&Row> = rows.iter().copied().filter(|row| row.day == day).collect();
        (1..=today.len()).find_map(|count| {
            let so_far: Vec<&Row> = before.iter().chain(today.iter().take(count)).copied().collect();
            set.names(&so_far)
        })
    }
}

impl Set {
    /// The names that fill the lines, if they are all filled.
    fn names(&self, rows: &[&Row]) -> Option<Vec<usize>> {
        let mut names: Vec<usize> = Vec::new();
        for row in rows {
            if !names.contains(&row.name) {
                names.push(row.name);
            }
        }
        let fits = |line: &Line, name: usize| rows.iter().any(|row| row.name == name && line.fits(row));
        if self.one_line {
            let slots: Vec<&Line> = self.lines.iter().flat_map(|line| std::iter::repeat_n(line, line.need())).collect();
            return can_fill(&slots, &names, &fits).then(|| names.clone());
        }
        let mut taken = Vec::new();
        for line in &self.lines {
            let fitting: Vec<usize> = names.iter().copied().filter(|name| fits(line, *name)).take(line.need()).collect();
            if fitting.len() < line.need() {
                return None;
            }
            taken.extend(fitting);
        }
        Some(taken)
    }
}

/// Tries every name for the first slot, and the others for the rest.
fn can_fill(slots: &[&Line], names: &[usize], fits: &dyn Fn(&Line, usize) -> bool) -> bool {
    let Some((first, rest)) = slots.split_first() else { return true };
    names.iter().filter(|name| fits(first, **name)).any(|name| {
        let others: Vec<usize> = names.iter().copied().filter(|other| other != name).collect();
        can_fill(rest, &others, fits)
    })
}
