//! Pools divided by hand: cent by cent, over every set of capped shares, in an order sorted by hand.

use super::lottery::Lottery;
use super::run::Outcomes;

/// One claim. Who claims stands in the ID, so that equal claims are served in the order of IDs.
#[derive(Clone, Debug)]
pub struct Claim {
    id: String,
    school: &'static str,
    points: i64,
    /// In cents.
    amount: i64,
    approved: &'static str,
    lot: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Shares by points, capped, freed money shared again or not.
    Points {
        cap: Option<i64>,
        again: bool,
    },
    /// Amounts, in proportion where they are too much.
    Amounts,
    FirstCome {
        whole: bool,
    },
}

pub struct Case {
    pub pool: i64,
    pub method: Method,
    pub claims: Vec<Claim>,
}

pub fn case(seed: u64) -> Case {
    let mut lottery = Lottery::new(seed);
    let cap = if lottery.below(2) == 0 { None } else { Some(100 + 37 * lottery.below(9) as i64) };
    let again = lottery.below(2) == 0;
    let method = match lottery.below(4) {
        0 | 1 => Method::Points { cap, again },
        2 => Method::Amounts,
        _ => Method::FirstCome { whole: lottery.below(2) == 0 },
    };
    let one = |index: u64, lottery: &mut Lottery| Claim {
        id: format!("E{index:02}"),
        school: lottery.pick(&["North", "South"]),
        points: lottery.below(5) as i64,
        amount: 1 + lottery.below(700) as i64,
        approved: lottery.pick(&["2024-09-01", "2024-10-01", "2025-02-01"]),
        lot: lottery.below(3) as i64,
    };
    let claims = (0..1 + lottery.below(8)).map(|index| one(index, &mut lottery)).collect();
    Case { pool: 1 + lottery.below(1500) as i64, method, claims }
}

impl Case {
    pub fn policy(&self) -> String {
        let (division, pay) = match self.method {
            Method::Points { cap: None, .. } => ("shares add up exactly, ties by lot".to_owned(), "share of \"P\" by points".to_owned()),
            Method::Points { cap: Some(cap), again } => {
                let freed = if again { "is shared again" } else { "stays" };
                let division = format!("shares add up exactly, ties by lot\n  freed money {freed}\n  remainder stays");
                (division, format!("share of \"P\" by points, at most {} after sharing", dollars(cap)))
            }
            Method::Amounts => ("shares add up exactly, ties by lot\n  remainder stays".to_owned(), "up to amount from \"P\"".to_owned()),
            Method::FirstCome { whole } => {
                let last = if whole { "whole claims only" } else { "the last is paid in part" };
                (format!("first come, ties by lot, {last}\n  remainder stays"), "up to amount from \"P\"".to_owned())
            }
        };
        format!(
            "policy \"P\"\n  effective    from 2024-07-01\n  school year  starts July 1\n\nrecord employee\n  employee  id\n\n\
             record claim\n  employee  employee\n  school    text\n  points    integer\n  amount    money\n  approved  date\n  lot       integer\n\n\
             pool \"P\" of {} per school year for each school\n  {division}\n\n\
             award \"A\" for each claim\n  once  ever\n  pay   {pay} as stipend, not prorated\n  effective on approved\n",
            dollars(self.pool)
        )
    }

    pub fn files(&self) -> [(&'static str, String); 2] {
        let people: String = self.claims.iter().map(|claim| format!("{}\n", claim.id)).collect();
        let mut claims = "employee,school,points,amount,approved,lot\n".to_owned();
        for claim in &self.claims {
            let amount = dollars(claim.amount).replace('$', "");
            claims.push_str(&format!("{},{},{},{amount},{},{}\n", claim.id, claim.school, claim.points, claim.approved, claim.lot));
        }
        [("employee", format!("employee\n{people}")), ("claim", claims)]
    }

    /// By ID, what it gets in cents.
    pub fn expected(&self) -> Vec<(String, i64)> {
        let mut expected: Vec<(String, i64)> = Vec::new();
        for school in ["North", "South"] {
            let claims: Vec<&Claim> = self.claims.iter().filter(|claim| claim.school == school).collect();
            let given = match self.method {
                Method::Points { cap, again } => {
                    let weights: Vec<i64> = claims.iter().map(|claim| claim.points).collect();
                    let most = vec![cap; claims.len()];
                    shares(self.pool, (&weights, &most), &claims, again)
                }
                Method::Amounts => {
                    let weights: Vec<i64> = claims.iter().map(|claim| claim.amount).collect();
                    let most = claims.iter().map(|claim| Some(claim.amount)).collect::<Vec<_>>();
                    shares(self.pool, (&weights, &most), &claims, true)
                }
                Method::FirstCome { whole } => first_come(self.pool, &claims, whole),
            };
            expected.extend(claims.iter().map(|claim| claim.id.clone()).zip(given));
        }
        expected.sort();
        expected
    }

    pub fn turned(&self) -> Case {
        let mut claims = self.claims.clone();
        claims.reverse();
        Case { claims, ..*self }
    }
}

/// What the program paid, in the form of [`Case::expected`].
pub fn paid(outcomes: &Outcomes) -> Vec<(String, i64)> {
    outcomes.iter().map(|((employee, ..), (_, cents))| (employee.clone(), *cents)).collect()
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

fn first_come(pool: i64, claims: &[&Claim], whole: bool) -> Vec<i64> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|index| (claims[*index].approved, claims[*index].lot, claims[*index].id.clone()));
    let (mut left, mut given) = (pool, vec![0; claims.len()]);
    for index in order {
        let wanted = claims[index].amount;
        given[index] = if wanted <= left {
            wanted
        } else if whole {
            0
        } else {
            left
        };
        left -= given[index];
    }
    given
}

/// Tries every set of capped claims: there is one in which exactly those are capped whose share would reach their most.
fn shares(pool: i64, (weights, most): (&[i64], &[Option<i64>]), claims: &[&Claim], again: bool) -> Vec<i64> {
    let all: i64 = weights.iter().sum();
    if !again && all > 0 {
        // everything is shared to the cent before anything is cut
        let given = cents((pool, all), (weights, most), claims, &|_| false);
        return given.iter().zip(most).map(|(share, most)| most.map_or(*share, |most| most.min(*share))).collect();
    }
    for set in 0u32..1 << weights.len() {
        let capped = |index: usize| set >> index & 1 == 1;
        let open: i64 = (0..weights.len()).filter(|index| !capped(*index)).map(|index| weights[index]).sum();
        let freed: i64 = (0..weights.len()).filter(|index| capped(*index)).map(|index| most[index].unwrap_or(0)).sum();
        // money and weight by which the share of one point is found
        let (money, weight) = if again { (pool - freed, open) } else { (pool, weights.iter().sum()) };
        let reaches = |index: usize| {
            let reached = most[index].is_some_and(|most| weights[index] * money >= most * weight);
            weights[index] > 0 && reached
        };
        let impossible = (0..weights.len()).any(|index| capped(index) && most[index].is_none());
        if money < 0 || impossible || (again && open == 0 && set != full(weights)) {
            continue;
        }
        let settled = if again && open == 0 {
            freed <= pool
        } else {
            (0..weights.len()).all(|index| weights[index] == 0 && !capped(index) || weights[index] > 0 && reaches(index) == capped(index))
        };
        if settled {
            return cents((money, weight), (weights, most), claims, &capped);
        }
    }
    panic!("no set of capped shares fits")
}

/// Every claim with a weight.
fn full(weights: &[i64]) -> u32 {
    (0..weights.len()).filter(|index| weights[*index] > 0).map(|index| 1 << index).sum()
}

/// Gives one cent after the other to whoever lacks most of the share.
fn cents(
    (money, weight): (i64, i64),
    (weights, most): (&[i64], &[Option<i64>]),
    claims: &[&Claim],
    capped: &dyn Fn(usize) -> bool,
) -> Vec<i64> {
    let mut given: Vec<i64> = (0..weights.len()).map(|index| if capped(index) { most[index].unwrap_or(0) } else { 0 }).collect();
    let open: Vec<usize> = (0..weights.len()).filter(|index| !capped(*index) && weights[*index] > 0).collect();
    if weight == 0 {
        return given;
    }
    // whole cents of what the open ones have together
    let mut left = open.iter().map(|index| weights[*index] * money).sum::<i64>() / weight;
    while left > 0 && !open.is_empty() {
        let lacks = |index: &usize| weights[*index] * money - given[*index] * weight;
        let by = |index: &usize| (-lacks(index), claims[*index].lot, claims[*index].id.clone());
        let Some(next) = open.iter().copied().min_by_key(by) else { break };
        given[next] += 1;
        left -= 1;
    }
    given
}
