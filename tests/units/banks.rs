//! Random banks with one kind of spending, and a count of them in sixths of a unit, day by day.

use crate::lottery::Lottery;
use crate::run::Account;

#[derive(Clone, Copy, PartialEq)]
enum Surplus {
    Carries,
    Lost,
    UpTo(i64),
}

/// Day of 2024 from 0, units.
#[derive(Clone)]
struct Row {
    person: usize,
    id: u64,
    day: i64,
    units: i64,
}

pub struct Case {
    people: usize,
    rows: Vec<Row>,
    /// Person, day.
    requests: Vec<(usize, i64)>,
    /// Units of a row, in sixths: units times this.
    rate: i64,
    cost: i64,
    expires: Option<i64>,
    most: Option<i64>,
    surplus: Surplus,
    /// Spent by blocks, not on request.
    blocks: bool,
}

pub fn case(seed: u64) -> Case {
    let mut lottery = Lottery::new(seed + 1);
    let people = 1 + lottery.below(3) as usize;
    let rows = (0..lottery.below(14)).map(|_| Row {
        person: lottery.below(people as u64) as usize,
        id: lottery.below(12),
        day: lottery.below(120) as i64,
        units: 1 + lottery.below(20) as i64,
    });
    let rows = rows.collect();
    let requests = (0..lottery.below(6)).map(|_| (lottery.below(people as u64) as usize, lottery.below(140) as i64)).collect();
    Case {
        people,
        rows,
        requests,
        rate: lottery.pick(&[6, 2, 3]),
        cost: 1 + lottery.below(12) as i64,
        expires: lottery.pick(&[None, None, Some(10), Some(40)]),
        most: lottery.pick(&[None, None, Some(15), Some(25)]),
        surplus: lottery.pick(&[Surplus::Carries, Surplus::Lost, Surplus::UpTo(3)]),
        blocks: lottery.below(2) == 0,
    }
}

impl Case {
    pub fn policy(&self) -> String {
        let rate = match self.rate {
            6 => "units".to_owned(),
            rate => format!("units / {}", 6 / rate),
        };
        let expires = self.expires.map_or(String::new(), |days| format!("  expires after {days} days\n"));
        let most = self.most.map_or(String::new(), |most| format!("  balance at most {most}\n"));
        let surplus = match self.surplus {
            Surplus::Carries => "carries".to_owned(),
            Surplus::Lost => "is lost".to_owned(),
            Surplus::UpTo(units) => format!("carries up to {units} units"),
        };
        let head = "policy \"Units\"\n  effective from 2023-07-01\n\nrecord employee\n  employee id\n\n\
            record activity\n  employee employee\n  activity_id text\n  units number\n  completed date\n\n\
            record request\n  employee employee\n  requested date\n\n";
        let bank = format!(
            "bank \"Bank\" for each activity\n  once per activity_id\n  earn {rate}\n  credited on completed\n{most}  surplus {surplus}\n{expires}\n"
        );
        let award = if self.blocks {
            format!(
                "award \"Block\" for every {} units of \"Bank\"\n  pay $1 as stipend, not prorated\n  effective on completed\n",
                self.cost
            )
        } else {
            let cost = self.cost;
            format!(
                "award \"Asked\" for each request\n  spend {cost} units of \"Bank\"\n  pay $1 as stipend, not prorated\n  effective on requested\n"
            )
        };
        format!("{head}{bank}{award}")
    }

    pub fn files(&self) -> Vec<(&'static str, String)> {
        let people: String = (0..self.people).map(|person| format!("P{person}\n")).collect();
        let rows = self.rows.iter().map(|row| format!("P{},A{},{},{}\n", row.person, row.id, row.units, date(row.day)));
        let requests = self.requests.iter().map(|(person, day)| format!("P{person},{}\n", date(*day)));
        vec![
            ("employee", format!("employee\n{people}")),
            ("activity", format!("employee,activity_id,units,completed\n{}", rows.collect::<String>())),
            ("request", format!("employee,requested\n{}", requests.collect::<String>())),
        ]
    }

    /// Those who ever earned something.
    pub fn expected(&self) -> Vec<Account> {
        let accounts = (0..self.people).map(|person| self.account(person));
        accounts.filter(|account| account.earned > 0).collect()
    }

    fn account(&self, person: usize) -> Account {
        let mut account = Account { employee: format!("P{person}"), ..Account::default() };
        let mut lots: Vec<(i64, i64)> = Vec::new();
        let mut seen: Vec<u64> = Vec::new();
        for day in 0..=181 + 365 {
            if let Some(expires) = self.expires {
                account.expired += lots.iter().filter(|(from, _)| from + expires <= day).map(|(_, left)| left).sum::<i64>();
                lots.retain(|(from, _)| from + expires > day);
            }
            let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.person == person && row.day == day).collect();
            rows.sort_by_key(|row| format!("A{}", row.id));
            for row in &rows {
                if seen.contains(&row.id) {
                    continue;
                }
                seen.push(row.id);
                let units = row.units * self.rate;
                let balance: i64 = lots.iter().map(|(_, left)| left).sum();
                let lost = self.most.map_or(0, |most| (balance + units - most * 6).clamp(0, units));
                account.earned += units;
                account.lost += lost;
                lots.push((day, units - lost));
            }
            let asked = if self.blocks {
                usize::from(!rows.is_empty()) * 1000
            } else {
                self.requests.iter().filter(|request| **request == (person, day)).count()
            };
            for _ in 0..asked {
                self.spend(&mut lots, (&mut account, day));
            }
        }
        account.left = lots.iter().map(|(_, left)| left).sum();
        account
    }

    fn spend(&self, lots: &mut [(i64, i64)], (account, day): (&mut Account, i64)) {
        if lots.iter().map(|(_, left)| left).sum::<i64>() < self.cost * 6 {
            return;
        }
        take(lots, self.cost * 6);
        account.spent += self.cost * 6;
        account.awards.push(date(day));
        let kept = match self.surplus {
            Surplus::Carries => return,
            Surplus::Lost => 0,
            Surplus::UpTo(units) => units * 6,
        };
        let above = (lots.iter().map(|(_, left)| left).sum::<i64>() - kept).max(0);
        take(lots, above);
        account.lost += above;
    }
}

/// Oldest first.
fn take(lots: &mut [(i64, i64)], mut units: i64) {
    for (_, left) in lots {
        let taken = units.min(*left);
        *left -= taken;
        units -= taken;
    }
}

/// A day of 2024, counted from its first.
fn date(day: i64) -> String {
    let mut left = day;
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in (1..).zip(lengths) {
        if left < length {
            return format!("2024-{month:02}-{:02}", left + 1);
        }
        left -= length;
    }
    panic!("the rows lie in 2024");
}
