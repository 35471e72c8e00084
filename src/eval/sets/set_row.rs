//! One row of a set in its turn of the queue: whether it counts, and whether it completes the set.

use super::set::{Completed, SetRow, Standing};
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::truth;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Origin, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::Op;
use crate::eval::turn::verdict::Verdict;
use crate::policy::SetId;
use crate::value::{Date, Value};

impl<'a> Timeline<'a> {
    #[cold]
    pub(in crate::eval) fn count_in_set(&mut self, id: SetId, candidate: &Candidate<'a>, at: &Position) -> Result<Verdict, Stop> {
        let (Origin::Event { row, .. }, Some(date)) = (candidate.origin, at.effective) else {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NotInSet { set: id }));
        };
        let row = self.set_row(id, (row, date), at)?;
        let not_eligible = |reason| Ok(Verdict::without_money(Disposition::NotEligible, reason));
        if !row.meets_any() {
            return not_eligible(Reason::NotInSet { set: id });
        }
        if self.evaluator.counts_elsewhere(id, &row) {
            return not_eligible(Reason::UsedInAnotherSet { set: id });
        }
        if let Some(done) = &self.evaluator.sets[usize::from(id.0)].completed {
            let since = done.date;
            self.evaluator.sets[usize::from(id.0)].rows.push(row); // it may renew what is too old
            return not_eligible(Reason::AfterSet { set: id, since });
        }
        let number = row.row;
        let repeats = self.evaluator.sets[usize::from(id.0)].rows.iter().any(|earlier| earlier.item == row.item);
        let counts = if repeats { Disposition::Repeated } else { Disposition::Counted };
        self.evaluator.sets[usize::from(id.0)].rows.push(row);
        let standing = match self.evaluator.standing(id, date) {
            Ok(standing) => standing,
            Err(step) => {
                self.evaluator.sets[usize::from(id.0)].rows.pop();
                return Err(Stop::Missing(step));
            }
        };
        let Some(standing) = standing else { return not_eligible(Reason::NotInSet { set: id }) };
        self.evaluator.note_standing(id, &standing);
        if let Some(row) = self.evaluator.sets[usize::from(id.0)].rows.last_mut() {
            row.missing = standing.missing;
        }
        Ok(self.counted((id, number, date), &standing, counts))
    }

    fn set_row(&mut self, id: SetId, (row, date): (u32, Date), at: &Position) -> Result<SetRow<'a>, Stop> {
        let policy = self.evaluator.policy;
        let set = policy.set(id);
        let step = self.evaluator.decide(Op::Key, &set.counts, at);
        let Value::Text(written) = self.evaluator.value(step) else { return Err(Stop::Missing(step)) };
        let accepted = set.accepts.iter().find(|(given, _)| given == written);
        let item = accepted.map_or(written, |(_, wanted)| wanted.as_str());
        let step = self.evaluator.note(Op::SetItem, set.counts.span, &[step], Value::Text(item));
        let mut meets = Vec::new();
        for list in &set.lists {
            let mut lines = Vec::new();
            for line in &list.lines {
                let listed = line.members.as_ref().is_none_or(|members| members.iter().any(|member| member == item));
                let holds = match &line.condition {
                    Some(condition) if listed => {
                        let step = self.evaluator.evaluate(condition, at);
                        truth(self.evaluator.value(step)).ok_or(Stop::Missing(step))?
                    }
                    _ => true,
                };
                lines.push(listed && holds);
            }
            meets.push(lines);
        }
        Ok(SetRow { row, date, item, written, meets, step, missing: u32::MAX })
    }

    fn counted(&mut self, (set, row, date): (SetId, u32, Date), standing: &Standing, counts: Disposition) -> Verdict {
        let index = self.evaluator.sets[usize::from(set.0)].rows.len() - 1;
        if !standing.usable.contains(&index) {
            let reason = match standing.last {
                Some(last) if last < date => Reason::SetTooLate { set, last },
                _ => Reason::NotInSet { set },
            };
            return Verdict::without_money(Disposition::NotEligible, reason);
        }
        if standing.missing > 0 {
            return Verdict::without_money(counts, Reason::CountedInSet { set, missing: standing.missing });
        }
        let state = &mut self.evaluator.sets[usize::from(set.0)];
        let named: Vec<&str> = standing.lines.iter().flatten().map(|row| state.rows[*row].item).collect();
        let used = state.rows.iter().filter(|row| named.contains(&row.item)).map(|row| (row.row, row.written)).collect();
        state.completed = Some(Completed { date, row, used });
        Verdict::without_money(Disposition::Counted, Reason::CompletesSet { set })
    }
}
