//! Which of the candidates that compete is paid: all of them are valued before the first is limited.

use stipend::syntax::ast::{ChoiceTies, Choose, ChosenBy, Compare, Every, Expr, ExprKind, Node, PeriodWord};

use super::days::Day;
use super::expressions::Scope;
use super::ratio::{Ratio, ZERO};
use super::timeline::{Candidate, Posted, Stop, Timeline, held, stop};
use super::world::{Became, Origin, Val};
use super::worth::Valued;

/// A choice made once: its number, its keys, its days, and who is paid.
#[derive(Clone, Debug)]
pub struct Made {
    choose: usize,
    keys: Vec<String>,
    days: (Day, Day),
    winner: Option<Winner>,
    pub unsure: bool,
}

/// The award, its row, and the number of the payment.
type Winner = (usize, Origin, Option<i64>);

struct Rival {
    award: usize,
    origin: Origin,
    number: Option<i64>,
    figure: Ratio,
    elected: bool,
}

impl<'a> Timeline<'a> {
    /// Whether a held candidate might have won; an error where another is paid.
    pub fn choose(&mut self, candidate: &Candidate, scope: &Scope<'a>, valued: &Valued<'a>) -> Result<bool, Stop> {
        let name = &self.program.awards[candidate.award].name.kind;
        let standing = |choose: &&Choose| choose.awards.iter().any(|award| award.kind == *name);
        let Some(choose) = self.program.chooses.iter().position(standing) else { return Ok(false) };
        let (keys, days) = self.group(choose, candidate, scope)?;
        let own = self.rival(choose, candidate, scope, valued)?;
        let known = self.choices.iter().find(|made| made.choose == choose && made.keys == keys && made.days == days).cloned();
        let made = match known {
            Some(made) => made,
            None => {
                let (winner, unsure) = self.decide_group(choose, (&keys, days), (candidate, own));
                let unsure = unsure || scope.asked_unsure.get() && winner.is_some();
                let made = Made { choose, keys, days, winner, unsure };
                self.choices.push(made.clone());
                made
            }
        };
        if made.winner == Some((candidate.award, candidate.origin.clone(), number(candidate))) {
            return Ok(made.unsure);
        }
        Err(stop(Became::NotChosen, "another is paid"))
    }

    fn group(&self, choose: usize, candidate: &Candidate, scope: &Scope<'a>) -> Result<(Vec<String>, (Day, Day)), Stop> {
        let declared = self.program.chooses[choose];
        let Some(per) = &declared.per else {
            let day = scope.effective.date().ok_or_else(|| held("the effective date is missing"))?;
            return Ok((Vec::new(), (day, day)));
        };
        let placing = candidate.placing.ok_or_else(|| held("the placing date is missing"))?;
        let days = match (&per.window, per.keys.as_slice()) {
            (Some(window), _) => self.stretch(&window.kind, scope, placing)?,
            (None, [Node { kind: ExprKind::Name(calendar), .. }])
                if self.program.calendars.iter().any(|known| known.name.kind == *calendar)
                    && self.program.field(&self.program.awards[candidate.award].each.kind, calendar).is_none() =>
            {
                let word = PeriodWord::Named(calendar.clone());
                self.program.period_of(&word, placing).ok_or_else(|| held("no period holds the day"))?
            }
            // keys without a window: for ever
            (None, _) => return Ok((self.choice_keys(&per.keys, scope)?, (Day(i64::MIN), Day(i64::MAX)))),
        };
        let keys = if per.window.is_some() { self.choice_keys(&per.keys, scope)? } else { Vec::new() };
        Ok((keys, days))
    }

    fn choice_keys(&self, keys: &'a [Expr], scope: &Scope<'a>) -> Result<Vec<String>, Stop> {
        let word = |key| match scope.value(key) {
            value if value.is_known() => Ok(value.to_string()),
            _ => Err(held("a key of the choice is missing")),
        };
        keys.iter().map(word).collect()
    }

    fn rival(&self, choose: usize, candidate: &Candidate, scope: &Scope<'a>, valued: &Valued<'a>) -> Result<Rival, Stop> {
        let declared = self.program.chooses[choose];
        let figure = match declared.compare.as_ref().map(|compare| compare.kind) {
            Some(Compare::BeforeProration) => valued.piece.full,
            Some(Compare::AnnualRate) => {
                let monthly = self.program.awards[candidate.award].recurs.as_ref().is_some_and(|recurs| recurs.every == Every::Month);
                valued.piece.full.times(Ratio::whole(if monthly { 12 } else { 1 }))
            }
            Some(Compare::AfterProration) | None => valued.piece.amount,
        };
        let elected = match &declared.elected {
            None => true,
            Some(elected) => match scope.value(elected) {
                Val::Text(name) => name == self.program.awards[candidate.award].name.kind,
                _ => return Err(held("the election is missing")),
            },
        };
        Ok(Rival { award: candidate.award, origin: candidate.origin.clone(), number: number(candidate), figure, elected })
    }

    fn decide_group(
        &mut self,
        choose: usize,
        (keys, days): (&[String], (Day, Day)),
        (first, own): (&Candidate, Rival),
    ) -> (Option<Winner>, bool) {
        if self.paid_in(choose, (keys, days)) {
            return (None, false);
        }
        let (mut rivals, mut unsure, posted) = (vec![own], self.rejected_might_win(choose), self.posted.len());
        self.take_key_only(first);
        let mut others = self.queue.clone();
        others.sort_by_key(|other| self.order(other));
        let names = &self.program.chooses[choose].awards;
        for other in others {
            let covered = names.iter().any(|name| name.kind == self.program.awards[other.award].name.kind);
            if !covered || other.paid.is_some() || other.carried.is_some() || other.placing.is_none() {
                continue;
            }
            let scope = self.scope(&other);
            let rival = self.stands_beside(choose, (keys, days), (&other, &scope));
            // who competes, and with how much, may hang on what is not settled
            unsure |= scope.asked_unsure.get();
            match rival {
                Ok(Some(rival)) => {
                    rivals.push(rival);
                    self.take_key_only(&other);
                }
                Ok(None) => {}
                Err(stop) => unsure |= stop.became == Became::Held,
            }
        }
        self.posted.truncate(posted);
        (self.best(choose, &rivals), unsure)
    }

    /// Whether an earlier run paid one of the group.
    fn paid_in(&self, choose: usize, (keys, days): (&[String], (Day, Day))) -> bool {
        let names = &self.program.chooses[choose].awards;
        let stands_here = |(number, group): (usize, &super::opening::Group)| {
            let is_named = names.iter().any(|name| name.kind == self.program.awards[group.award].name.kind);
            if !is_named || !group.net().is_positive() {
                return false;
            }
            match self.rows_paid.iter().find(|row| row.paid == Some(number)) {
                Some(row) => self.group(choose, row, &self.scope(row)).is_ok_and(|own| own.0 == keys && own.1 == days),
                None => keys.is_empty() && days.0 <= group.effective && group.effective < days.1,
            }
        };
        self.paid.iter().enumerate().any(stands_here)
    }

    fn stands_beside(
        &mut self,
        choose: usize,
        (keys, days): (&[String], (Day, Day)),
        (other, scope): (&Candidate, &Scope<'a>),
    ) -> Result<Option<Rival>, Stop> {
        if self.program.chooses[choose].per.is_none() && scope.effective.date().is_none() {
            // without its date it may belong to every group; a condition that fails settles it all the same
            return self.qualified(other, scope).map(|_| None);
        }
        let (own_keys, own_days) = self.group(choose, other, scope)?;
        if own_keys != keys || own_days != days {
            return Ok(None);
        }
        let placing = self.qualified(other, scope)?;
        self.has_something_to_move(other, scope)?;
        let valued = self.value(other, scope, placing)?;
        self.rival(choose, other, scope, &valued).map(Some)
    }

    /// The key alone, without money and without being counted.
    fn take_key_only(&mut self, candidate: &Candidate) {
        let piece = super::limits::Piece::new("stipend", ZERO, ZERO);
        self.posted.push(Posted {
            award: candidate.award,
            is_part: false,
            key: candidate.key.clone(),
            placing: candidate.placing.expect("a placing date"),
            pieces: vec![piece],
            covered: Vec::new(),
            quantities: Vec::new(),
            carries: false,
            is_another: false,
            by_earlier: false,
            decided: usize::MAX,
            effective: candidate.placing.expect("a placing date"),
        });
    }

    /// The rivals stand in the order of the queue; of equals the first wins.
    fn best(&self, choose: usize, rivals: &[Rival]) -> Option<Winner> {
        let declared = self.program.chooses[choose];
        let place = |rival: &Rival| {
            let name = &self.program.awards[rival.award].name.kind;
            declared.awards.iter().position(|award| award.kind == *name).expect("it is covered")
        };
        let by_ties = |rival: &Rival| match declared.ties.as_ref().map(|ties| ties.kind) {
            Some(ChoiceTies::FirstNamed) => place(rival),
            Some(ChoiceTies::Earliest) | None => 0,
        };
        let winner = match declared.by.kind {
            ChosenBy::Highest => rivals.iter().min_by_key(|rival| (rival.figure.negative(), by_ties(rival))),
            ChosenBy::FirstNamed => rivals.iter().min_by_key(|rival| place(rival)),
            ChosenBy::Earliest => rivals.first(),
            ChosenBy::Elected => {
                let back = declared.fallback.as_ref().map(|name| name.kind.clone());
                let falls = |rival: &&Rival| back.as_ref() == Some(&self.program.awards[rival.award].name.kind);
                rivals.iter().find(|rival| rival.elected).or_else(|| rivals.iter().find(falls))
            }
        };
        winner.map(|rival| (rival.award, rival.origin.clone(), rival.number))
    }
}

fn number(candidate: &Candidate) -> Option<i64> {
    candidate.recurrence.as_ref().map(|recurrence| recurrence.number)
}
