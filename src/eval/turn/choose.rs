//! Choices: the candidates that compete are valued together before the first of them is limited (DESIGN 1.3, step 4).

use std::cmp::Ordering;

use super::limit::Piece;
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::history::window::Applied;
use crate::eval::outcome::{Disposition, Figures, Origin, Reason, Winner};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepId};
use crate::policy::{Award, AwardId, Choose, ChooseBy, ChooseId, Compete};
use crate::syntax::ast::{ChoiceTies, Compare};
use crate::value::{Date, Number, Value};

/// What competes: one choice, its keys, and where the period begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    choose: ChooseId,
    keys: String,
    /// From the first day up to, not including, the last; none for ever.
    days: Option<(Date, Date)>,
}

/// A candidate among those that compete.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rival {
    award: AwardId,
    origin: Origin,
    /// Of a recurring award.
    number: u32,
    figure: Number,
    /// Elected by the person, where that decides.
    elected: bool,
}

/// How a group was decided; it is decided once.
#[derive(Debug)]
pub struct Decided {
    group: Group,
    winner: Option<Rival>,
    /// An earlier run paid one of the group.
    paid: Option<Winner>,
    /// The best of the others.
    second: Option<Rival>,
    /// A held candidate might have won.
    unsure: bool,
}

impl<'a> Timeline<'a> {
    /// None: the candidate is the one that is paid, or stands in no choice.
    #[inline]
    pub(in crate::eval) fn chosen(
        &mut self,
        (candidate, award): (&Candidate<'a>, &Award),
        valued: &Piece<'a>,
        at: &Position,
    ) -> Result<Option<Box<Verdict>>, Stop> {
        match award.choose {
            Some(id) => self.compete(id, candidate, valued, at),
            None => Ok(None),
        }
    }

    #[cold]
    fn compete(
        &mut self,
        id: ChooseId,
        candidate: &Candidate<'a>,
        valued: &Piece<'a>,
        at: &Position,
    ) -> Result<Option<Box<Verdict>>, Stop> {
        let policy = self.evaluator.policy;
        let choose = policy.choose(id);
        let group = self.group(id, candidate, at)?;
        let own = self.rival(choose, candidate, valued, at)?;
        if !self.choices.iter().any(|decided| decided.group == group) {
            let decided = self.decide_group(group.clone(), (candidate, own), choose);
            self.choices.push(decided);
        }
        let Some(decided) = self.choices.iter().find(|decided| decided.group == group) else { return Ok(None) };
        let is_winner =
            decided.winner.is_some_and(|winner| (winner.award, winner.origin, winner.number) == (own.award, own.origin, own.number));
        let of_rival = |rival: Rival| Winner { award: rival.award, figure: rival.figure, paid_before: false };
        let other = if is_winner { decided.second.map(of_rival) } else { decided.paid.or(decided.winner.map(of_rival)) };
        self.unsure |= decided.unsure;
        let figure = self.evaluator.note(Op::Compared(own.award), choose.span, &[valued.step], Value::Money(own.figure));
        let against = other.map(|other| self.evaluator.note(Op::Compared(other.award), choose.span, &[], Value::Money(other.figure)));
        let inputs: Vec<StepId> = std::iter::once(figure).chain(against).collect();
        self.evaluator.note(Op::Chosen(id), choose.span, &inputs, Value::YesNo(is_winner));
        let reason = Reason::NotChosen { choose: id, figures: Box::new(Figures { own: own.figure, winner: other }) };
        Ok((!is_winner).then(|| Verdict::stopped(Disposition::NotChosen, reason)))
    }

    fn group(&mut self, id: ChooseId, candidate: &Candidate<'a>, at: &Position) -> Result<Group, Stop> {
        let choose = self.evaluator.policy.choose(id);
        let (keys, window) = match &choose.compete {
            Compete::EachDate => {
                let days = at.effective.and_then(|day| Some((day, day.plus_days(1).ok()?)));
                return Ok(Group { choose: id, keys: String::new(), days });
            }
            Compete::Within { keys, window } => (keys, window),
        };
        let mut words = Vec::new();
        for key in keys {
            let step = self.evaluator.evaluate(key, at);
            match self.evaluator.value(step) {
                Value::Missing => return Err(Stop::Missing(step)),
                value => words.push(value.to_string()),
            }
        }
        let placing = candidate.placing.unwrap_or(self.evaluator.as_of);
        let applied = self.evaluator.applied_window(window, placing, at).map_err(Stop::Missing)?;
        let days = match applied.map_err(|fault| self.fault_step(Op::Chosen(id), choose.span, fault))? {
            Applied::Period(period) => Some((period.start, period.end)),
            Applied::Ever | Applied::Rolling(_) | Applied::FromFirst(_) => None,
        };
        Ok(Group { choose: id, keys: words.join(" / "), days })
    }

    /// What the candidate stands for in the comparison.
    fn rival(&mut self, choose: &'a Choose, candidate: &Candidate<'a>, valued: &Piece<'a>, at: &Position) -> Result<Rival, Stop> {
        let (figure, elected) = match &choose.by {
            ChooseBy::Highest { compare: Compare::AfterProration, .. } | ChooseBy::FirstNamed | ChooseBy::Earliest => (valued.paid, true),
            ChooseBy::Highest { compare: Compare::BeforeProration, .. } => (valued.full, true),
            ChooseBy::Highest { compare: Compare::AnnualRate, .. } => (self.annual_rate(candidate, valued)?, true),
            ChooseBy::Elected { by, .. } => {
                let step = self.evaluator.evaluate(by, at);
                match self.evaluator.value(step) {
                    Value::Text(name) => (valued.paid, self.evaluator.policy.award(candidate.award).name == name),
                    _ => return Err(Stop::Missing(step)),
                }
            }
        };
        let number = candidate.recurrence.map_or(0, |recurrence| recurrence.number);
        Ok(Rival { award: candidate.award, origin: candidate.origin, number, figure, elected })
    }

    /// The whole amount, as often as it comes in a year.
    fn annual_rate(&mut self, candidate: &Candidate<'a>, valued: &Piece<'a>) -> Result<Number, Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        let times = award.recurs.as_ref().map_or(1, |recurs| 12 / recurs.months());
        let rate = valued.full.times(Number::from_integer(i64::from(times)));
        rate.map_err(|fault| self.fault_step(Op::Compared(candidate.award), award.span, fault.into()))
    }

    /// Values everything that competes with the first of the group, as if it stood here, and finds the one that is paid.
    fn decide_group(&mut self, group: Group, (first, own): (&Candidate<'a>, Rival), choose: &'a Choose) -> Decided {
        if let Some(paid) = self.paid_in(&group, choose) {
            return Decided { group, winner: None, paid: Some(paid), second: None, unsure: false };
        }
        let mark = self.evaluator.trace.mark();
        let mut rivals = vec![own];
        let mut unsure = self.rejected_might_win(&choose.awards);
        self.take_key(first, Ordering::Equal);
        for index in self.queue.waiting() {
            let Some(candidate) = self.queue.get(index) else { continue };
            if !choose.awards.contains(&candidate.award) || candidate.carried.is_some() || candidate.paid_group.is_some() {
                continue;
            }
            let mut candidate = candidate.clone();
            match self.stands_beside(&mut candidate, &group, choose) {
                Ok(rival) => rivals.extend(rival),
                Err(_) => unsure = true,
            }
        }
        self.book.take_back();
        self.evaluator.trace.rewind(mark);
        // who competes, and with how much, may change with a row that is held or rejected: whoever wins, now or in a later turn, is provisional
        unsure |= self.evaluator.unsure;
        let winner = best(choose, &rivals);
        let others: Vec<Rival> = rivals.iter().copied().filter(|rival| Some(*rival) != winner).collect();
        Decided { group, winner, paid: None, second: best(choose, &others).or(others.first().copied()), unsure }
    }

    /// The candidate's figure, if it qualifies, repeats no other and belongs to the group.
    fn stands_beside(&mut self, candidate: &mut Candidate<'a>, group: &Group, choose: &'a Choose) -> Result<Option<Rival>, Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        let (mut at, mut decided) = (position(candidate), 0);
        if candidate.placing.is_none() {
            return Ok(None);
        }
        if at.effective.is_none() && matches!(choose.compete, Compete::EachDate) {
            // without its date it may belong to every group: where it qualifies so far, the missing date stops it
            return self.qualify(award, candidate, (&mut at, &mut decided)).map(|_| None);
        }
        if self.group(group.choose, candidate, &at)? != *group {
            return Ok(None);
        }
        if self.qualify(award, candidate, (&mut at, &mut decided))?.is_some() {
            return Ok(None);
        }
        if self.taken((award, decided), candidate, &at)?.is_some() {
            return Ok(None);
        }
        let Ok(moving) = self.moving(award, &at)? else { return Ok(None) };
        let pays = |valued: &Piece| valued.paid.is_positive() || (!moving.is_empty() && valued.paid.is_zero());
        let Some(valued) = self.value_award(award, candidate, &at)?.filter(pays) else { return Ok(None) };
        let rival = self.rival(choose, candidate, &valued, &at)?;
        self.take_key(candidate, Ordering::Equal);
        Ok(Some(rival))
    }

    /// What an earlier run paid in the group: by its rows where they are still there, by its dates where no keys tell groups apart.
    fn paid_in(&mut self, group: &Group, choose: &'a Choose) -> Option<Winner> {
        let keyed = matches!(&choose.compete, Compete::Within { keys, .. } if !keys.is_empty());
        for index in 0..self.groups.len() {
            let paid = self.groups.get(index)?;
            let (award, net, effective, row) = (paid.award, paid.net, paid.effective, paid.row);
            if !choose.awards.contains(&award) || !net.is_positive() {
                continue;
            }
            let row = row.and_then(|number| self.queue.by_number(number)).cloned();
            let same = match row {
                Some(candidate) => {
                    let mark = self.evaluator.trace.mark();
                    let own = self.group(group.choose, &candidate, &position(&candidate));
                    self.evaluator.trace.rewind(mark);
                    own.is_ok_and(|own| own == *group)
                }
                None => !keyed && group.days.is_none_or(|(from, to)| from <= effective && effective < to),
            };
            if same {
                return Some(Winner { award, figure: net, paid_before: true });
            }
        }
        None
    }
}

/// The rivals stand in the order of the queue.
fn best(choose: &Choose, rivals: &[Rival]) -> Option<Rival> {
    let named = |rival: &Rival| choose.awards.iter().position(|award| *award == rival.award);
    match &choose.by {
        ChooseBy::Earliest => rivals.first().copied(),
        ChooseBy::FirstNamed => rivals.iter().copied().min_by_key(named),
        ChooseBy::Elected { fallback, .. } => {
            let elected = rivals.iter().find(|rival| rival.elected);
            elected.or_else(|| rivals.iter().find(|rival| Some(rival.award) == *fallback)).copied()
        }
        ChooseBy::Highest { ties, .. } => {
            let highest = rivals.iter().map(|rival| rival.figure).max()?;
            let mut equal = rivals.iter().copied().filter(|rival| rival.figure == highest);
            match ties {
                ChoiceTies::Earliest => equal.next(),
                ChoiceTies::FirstNamed => equal.min_by_key(named),
            }
        }
    }
}
