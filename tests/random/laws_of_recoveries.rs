//! What must hold of everything that is taken back, in one run and in a run after it (decision 0016).

use std::collections::BTreeMap;

use stipend::syntax::ast::PayKind;

use super::case::Case;
use super::laws::{Law, broken, day, ratio};
use crate::reference::days::Day;
use crate::reference::ratio::{Ratio, ZERO};

/// Employee, award, record key and effective date.
type Payment = (String, String, String, Day);

/// Paid less taken back is what is left: whatever is taken back names a payment, and no more of it comes back than was paid, by this run
/// and the one before it together.
pub fn no_more_is_taken_back_than_was_paid(case: &Case) -> Law {
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let earlier = Case { as_of: Day::of(2024, 3, 31), ..case.clone() };
    let first = earlier.post(&compiled, &[]);
    let second = case.post(&compiled, &first);
    let mut paid: BTreeMap<Payment, Ratio> = BTreeMap::new();
    let mut taken: BTreeMap<Payment, Ratio> = BTreeMap::new();
    for posted in first.iter().chain(&second).filter(|posted| posted.line.kind != PayKind::Move) {
        let (line, amount) = (&posted.line, ratio(posted.line.amount));
        let (sums, award, record, on) = match &line.reverses {
            Some(reverses) => (&mut taken, reverses.award.to_string(), reverses.record.to_string(), reverses.effective),
            // what a limit cut and paid as a stipend is part of the same payment
            None => {
                let record = line.record.trim_end_matches(" (excess)").to_owned();
                (&mut paid, compiled.policy.award(line.award).name.clone(), record, line.effective)
            }
        };
        if line.reverses.is_some() && amount >= ZERO {
            return broken(format!("{amount} is taken back"));
        }
        let sum = sums.entry((posted.employee.clone(), award, record, day(on))).or_insert(ZERO);
        *sum = sum.plus(amount);
    }
    for (payment, taken) in &taken {
        let was = paid.get(payment).copied().unwrap_or(ZERO);
        if was.plus(*taken) < ZERO {
            return broken(format!("{was} was paid of {payment:?}, and {taken} is taken back"));
        }
    }
    Ok(!taken.is_empty())
}
