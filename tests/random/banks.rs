//! Random banks, and awards that spend their units or read their balances.

use super::expressions::{Place, Words};
use super::policy_text::Block;
use crate::reference::random::Random;

/// `Units` from courses, with or without categories; `Days` for everybody each fiscal year.
pub fn banks(random: &mut Random) -> Vec<Block> {
    let mut units = Block::new("bank \"Units\" for each course", &[]);
    if random.percent(30) {
        units.push("if level is advanced or credits more than 1");
    }
    units.push(*random.pick(&["once per code every 1 year", "once per code", "once per code per school year"]));
    units.push(*random.pick(&[
        "earn credits",
        "earn credits / 3",
        "earn credits * (if level is advanced then 1.5 else 0.5)",
        "earn credits - 1",
    ]));
    units.push(*random.pick(&["credited on finished", "credited on next October 1 on or after finished"]));
    if random.percent(25) {
        for line in ["for each credential", "if status is earned", "once per credential_id", "earn hours / 4", "credited on enrolled"] {
            units.push(line);
        }
        surplus(&mut units, random);
        return vec![days_bank(random), units];
    }
    if random.percent(50) {
        units.push(format!("at most {} units per level per spending", random.pick(&["2", "most[level]", "4"])));
    }
    if random.percent(30) {
        units.push(format!("at least {} units per level per spending", random.pick(&["1", "0.5", "least[level]"])));
    }
    surplus(&mut units, random);
    let most = Block::new("table most by level", &["level | most", "basic | 3", "advanced | n/a"]);
    let least = Block::new("table least by level", &["level | least", "basic | n/a", "advanced | 1"]);
    vec![most, least, units, days_bank(random)]
}

fn days_bank(random: &mut Random) -> Block {
    let mut days = Block::new(
        format!("bank \"Days\" for each employee each {}", random.pick(&["fiscal year", "calendar year", "month"])),
        &["earn 2.5", "credited on period start"],
    );
    if random.percent(60) {
        days.push(format!("balance at most {}", random.pick(&["4", "6 * employee.step", "10"])));
    }
    surplus(&mut days, random);
    days
}

fn surplus(bank: &mut Block, random: &mut Random) {
    bank.push(*random.pick(&["surplus carries", "surplus is lost", "surplus carries up to 1.5 units"]));
    if random.percent(40) {
        bank.push(format!("expires after {}", random.pick(&["400 days", "200 days", "365 days"])));
    }
}

/// A limit on what is credited.
pub fn credit_limit(random: &mut Random, banks: &[Block]) -> Option<Block> {
    if banks.iter().any(|bank| bank.clauses.iter().any(|clause| clause == "for each credential")) {
        return None; // credits are counted in the rows of courses alone
    }
    let window = *random.pick(&["per fiscal year", "per rolling 1 year", "per 6 months from the first award", "ever"]);
    let most = random.between(2, 5);
    random.percent(30).then(|| Block::new(format!("limit \"Units\" to {most} credits {window}"), &["excess is lost"]))
}

/// Blocks of units that come as often as the bank has them; none where several records feed it.
pub fn blocks(words: &mut Words<'_>, banks: &[Block]) -> Option<(Place, String)> {
    if banks.is_empty() || words.random.percent(75) {
        return None;
    }
    let days = words.random.percent(40);
    let name = if days { "Days" } else { "Units" };
    let bank = banks.iter().find(|bank| bank.header.starts_with(&format!("bank \"{name}\"")))?;
    if bank.clauses.iter().any(|clause| clause == "for each credential") {
        return None;
    }
    let units = words.random.pick(&["1", "2", "3", "1"]);
    Some((if days { Place::Period } else { Place::Course }, format!("for every {units} units of \"{name}\"")))
}

/// What an award spends, and conditions on balances.
pub fn spends(block: &mut Block, words: &mut Words<'_>) {
    if words.random.percent(35) {
        let figure = words.random.pick(&["1", "2.5", "6"]);
        let reading = match words.random.below(4) {
            0 => format!("balance of \"Units\" at least {figure}"),
            1 => format!("earned in \"Units\" less than {figure}"),
            2 => format!("date \"Units\" reached {figure} is known"),
            _ => format!("balance of \"Days\" more than {figure}"),
        };
        let has_conditions = block.clauses.iter().any(|clause| clause.starts_with("if"));
        block.push(format!("{} ({reading})", if has_conditions { "and" } else { "if" }));
    }
    // blocks spend of their own bank already
    if !block.header.contains("units of \"Units\"") && words.random.percent(70) {
        block.push(format!("spend {} units of \"Units\"", words.random.pick(&["1", "2", "1.5", "4"])));
    }
    let for_days = if words.place == Place::Credential { "hours / 4" } else { "2" };
    if !block.header.contains("units of \"Days\"") && words.random.percent(35) {
        block.push(format!("spend {for_days} units of \"Days\""));
    }
}
