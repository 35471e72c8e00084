//! The two policies: a cap per fiscal year, and a cap in any year; `adjustments.csv`.

use crate::credentials::{Entry, PARTITION_BITS, Part, YEAR_ZERO};
use crate::outcomes::Fates;
use crate::output::Output;
use crate::people::People;
use crate::text::{fiscal_year, key_length, plus_year, put, put_date, put_money, put_number};

pub const HEADER: &[u8] = b"employee,award,kind,amount,effective,pay_date,period,record,source,reason\n";
pub const SOURCE: &[u8] = b"credentials.csv!";
pub const PAID: &[u8] = b"in full by `pay $200 to base salary`";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Window {
    FiscalYear,
    RollingYear,
}

impl Window {
    pub fn limit(self) -> &'static [u8] {
        match self {
            Window::FiscalYear => b" under `limit \"\"Micro-credential\"\" to $600 * fte per fiscal year, after proration`\"",
            Window::RollingYear => b" under `limit \"\"Micro-credential\"\" to $600 * fte per rolling 1 year, after proration`\"",
        }
    }
}

/// The credentials in the order of their text, which decides between awards of the same day.
pub struct Names {
    pub texts: Vec<u128>,
    /// By part, then by the part's own number: the rank.
    ranks: Vec<Vec<u32>>,
}

impl Names {
    pub fn new(parts: &[Part]) -> Names {
        let mut texts: Vec<u128> = parts.iter().flat_map(|part| part.credentials.keys.iter().map(|key| key.swap_bytes())).collect();
        texts.sort_unstable();
        texts.dedup();
        assert!(texts.len() < 1 << 15, "a rank has 15 bits");
        let rank = |key: &u128| texts.binary_search(&key.swap_bytes()).expect("every credential is listed") as u32;
        let ranks = parts.iter().map(|part| part.credentials.keys.iter().map(rank).collect()).collect();
        Names { texts: texts.iter().map(|key| key.swap_bytes()).collect(), ranks }
    }
}

pub struct Job<'a> {
    pub people: &'a People,
    /// By partition, then by part.
    pub entries: &'a [Vec<Vec<Entry>>],
    pub names: &'a Names,
    pub window: Window,
    pub fates: Option<&'a Fates>,
}

/// What a thread keeps from one partition to the next.
struct Scratch {
    starts: Vec<u32>,
    /// Date, rank and row of each entry, grouped by employee.
    sorted: Vec<u64>,
    /// The employee for whom a credential was last seen, by rank.
    seen: Vec<(u32, u32)>,
    granted: Vec<(u32, u32)>,
}

pub fn write(job: &Job, output: &Output, threads: usize) {
    output.append(job.entries.len(), threads, || {
        let seen = vec![(u32::MAX, 0); job.names.texts.len()];
        let mut scratch = Scratch { starts: Vec::new(), sorted: Vec::new(), seen, granted: Vec::new() };
        move |partition, text| job.partition(partition, &mut scratch, text)
    });
}

impl Job<'_> {
    fn partition(&self, partition: usize, scratch: &mut Scratch, text: &mut Vec<u8>) {
        let base = partition << PARTITION_BITS;
        let people = (self.people.ids.keys.len() - base).min(1 << PARTITION_BITS);
        self.group(partition, people, scratch);
        text.reserve(scratch.sorted.len() * 128 + 64);
        let mut from = 0usize;
        for person in 0..people {
            let to = scratch.starts[person] as usize;
            if from < to {
                self.person(base + person, from..to, scratch, text);
            }
            from = to;
        }
    }

    /// Groups the partition's entries by employee without sorting them; afterwards `starts[e]` is the end of employee e.
    fn group(&self, partition: usize, people: usize, scratch: &mut Scratch) {
        let Scratch { starts, sorted, .. } = scratch;
        starts.clear();
        starts.resize(people + 1, 0);
        for entry in self.entries[partition].iter().flatten() {
            starts[usize::from(entry.employee) + 1] += 1;
        }
        for person in 0..people {
            starts[person + 1] += starts[person];
        }
        sorted.clear();
        sorted.resize(starts[people] as usize, 0);
        for (entries, ranks) in self.entries[partition].iter().zip(&self.names.ranks) {
            for entry in entries {
                let order = entry.order & !0x7FFF | ranks[(entry.order & 0x7FFF) as usize];
                let slot = &mut starts[usize::from(entry.employee)];
                sorted[*slot as usize] = u64::from(order) << 32 | u64::from(entry.row);
                *slot += 1;
            }
        }
    }

    fn person(&self, person: usize, group: std::ops::Range<usize>, scratch: &mut Scratch, text: &mut Vec<u8>) {
        let Scratch { sorted, seen, granted, .. } = scratch;
        let group = &mut sorted[group];
        group.sort_unstable();
        let fte = u32::from(self.people.fte[person]);
        let (gross, cap) = (20 * fte, 60 * fte);
        let (mut used, mut year, mut left) = (0, 0, 0);
        granted.clear();
        for entry in group.iter() {
            let (date, rank, row) = ((entry >> 47) as u32 + YEAR_ZERO, (entry >> 32) as usize & 0x7FFF, *entry as u32);
            if seen[rank].0 == person as u32 {
                self.note(row, || Fates::repeated(seen[rank].1));
                continue;
            }
            seen[rank] = (person as u32, row);
            match self.window {
                Window::FiscalYear => {
                    let before = std::mem::replace(&mut year, fiscal_year(date));
                    used = if before == year { used } else { 0 };
                }
                Window::RollingYear => {
                    while left < granted.len() && plus_year(granted[left].0) <= date {
                        used -= granted[left].1;
                        left += 1;
                    }
                }
            }
            let amount = gross.min(cap - used);
            used += amount;
            if self.window == Window::RollingYear {
                granted.push((date, amount));
            }
            self.note(row, || Fates::granted(amount, gross));
            if amount > 0 {
                self.line(text, person, (date, rank, row), (amount, gross - amount));
            }
        }
    }

    #[inline(always)]
    fn note(&self, row: u32, fate: impl FnOnce() -> u64) {
        if let Some(fates) = self.fates {
            fates.set(row, fate());
        }
    }

    #[inline(always)]
    fn line(&self, text: &mut Vec<u8>, person: usize, (date, rank, row): (u32, usize, u32), (amount, cut): (u32, u32)) {
        let (id, name) = (self.people.ids.keys[person], self.names.texts[rank]);
        put(text, id, key_length(id));
        text.extend_from_slice(b",Micro-credential,base salary,");
        put_money(text, amount);
        text.push(b',');
        put_date(text, date);
        text.extend_from_slice(b",,");
        if self.window == Window::FiscalYear {
            text.extend_from_slice(b"FY");
            put_number(text, u64::from(fiscal_year(date)));
        }
        text.push(b',');
        put(text, name, key_length(name));
        text.push(b',');
        text.extend_from_slice(SOURCE);
        put_number(text, u64::from(row));
        text.push(b',');
        put_reason(text, cut, self.window);
        text.push(b'\n');
    }
}

/// `in full by …`, or `reduced by $100.00 under …` in quotes.
pub fn put_reason(text: &mut Vec<u8>, cut: u32, window: Window) {
    if cut == 0 {
        text.extend_from_slice(PAID);
    } else {
        text.extend_from_slice(b"\"reduced by $");
        put_money(text, cut);
        text.extend_from_slice(window.limit());
    }
}
