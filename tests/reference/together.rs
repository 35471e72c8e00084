//! Limits over everybody or a group: the queues are worked for what they ask, all of it is cut in one sequence, and the queues are worked
//! again with what is given (decision 0020).

use stipend::syntax::ast::{Expr, Limit, LimitBasis, LimitMeasure, LimitOver, PoolTies, Window};
use stipend::value::Rounding;

use super::days::Day;
use super::expressions::Scope;
use super::limits::{Piece, Settled};
use super::periods::holds;
use super::program::{Program, ratio, rounded};
use super::ratio::{Mode, ONE, Ratio, ZERO};
use super::timeline::{Candidate, Stop, Timeline, held};
use super::world::Val;
use super::worth::Valued;

/// What one candidate asks, when its own limits are done with it.
#[derive(Clone, Debug)]
pub struct Asked {
    own: usize,
    /// Which of the person's, in the order of the queue.
    number: usize,
    rank: usize,
    placing: Day,
    tie: Val,
    piece: Piece,
    proration: Ratio,
    rounding: Option<Rounding>,
    under: Vec<Under>,
}

/// One limit as it applies to what is asked.
#[derive(Clone, Debug)]
struct Under {
    limit: usize,
    group: String,
    most: Ratio,
    /// Of a limit on a quantity: what the row has, and what the person's own limits left of it.
    quantity: (Ratio, Ratio),
}

/// Somebody held, who might have come first.
#[derive(Clone, Debug)]
pub struct HeldBefore {
    limit: usize,
    group: Option<String>,
    placing: Option<Day>,
}

/// What is used of a limit; without a group where it is not known any more, which counts in every group.
#[derive(Clone, Debug)]
pub struct Use {
    limit: usize,
    group: Option<String>,
    placing: Day,
    amount: Ratio,
}

#[derive(Clone, Debug)]
pub struct Grant {
    own: usize,
    number: usize,
    amount: Ratio,
    /// What is left of a quantity, where that was cut.
    quantity: Option<(String, Ratio)>,
    pub provisional: bool,
}

#[derive(Clone, Debug, Default)]
pub struct AskedOfAll {
    pub asked: Vec<Asked>,
    pub held: Vec<HeldBefore>,
    pub used: Vec<Use>,
}

pub fn is_shared(limit: &Limit) -> bool {
    !matches!(limit.over, LimitOver::Employee)
}

impl<'a> Timeline<'a> {
    /// The limits over several people that name the award, in the order written.
    fn sharing(&self, award: usize) -> Vec<usize> {
        let name = &self.award(award).name.kind;
        let names_it = |limit: &Limit| is_shared(limit) && limit.awards.iter().any(|award| award.kind == *name);
        (0..self.program.limits.len()).filter(|limit| names_it(self.program.limits[*limit])).collect()
    }

    /// Asks, or, the second time round, takes what is given. The person's own limits go on counting what they left.
    pub fn ask_of_all(
        &mut self,
        candidate: &Candidate,
        scope: &Scope<'a>,
        (settled, valued): (&mut Settled, &Valued<'a>),
    ) -> Result<(), Stop> {
        let limits = self.sharing(candidate.award);
        let asks = settled.pieces[0].amount.is_positive() && settled.pieces[0].kind != "recovery";
        if limits.is_empty() || !asks {
            return Ok(());
        }
        assert!(settled.pieces.len() == 1 && settled.carried.is_empty(), "beside these no random policy draws parts");
        let mut under = Vec::new();
        for limit in limits {
            under.extend(self.under(limit, scope, (candidate, settled))?);
        }
        let number = self.asks;
        self.asks += 1;
        let Some(grants) = self.given.map(|given| &given.grants) else {
            let ties = self.sharing(candidate.award).first().and_then(|limit| self.program.limits[*limit].ties.as_ref());
            let tie = match ties {
                Some(PoolTies::By(by)) => scope.value(by),
                _ => Val::Missing,
            };
            self.verdict.asked.asked.push(Asked {
                own: self.own,
                number,
                rank: self.ranks[candidate.award],
                placing: candidate.placing.expect("a placing date"),
                tie,
                piece: settled.pieces[0].clone(),
                proration: valued.proration,
                rounding: valued.rounding,
                under,
            });
            return Ok(());
        };
        let grant = grants.iter().find(|grant| (grant.own, grant.number) == (self.own, number)).expect("an answer");
        let mut amount = grant.amount;
        if let Some(cut) = &grant.quantity {
            let mut anew = valued.clone();
            let mut cuts = settled.quantities.clone();
            cuts.retain(|(name, _)| *name != cut.0);
            cuts.push(cut.clone());
            self.price(&mut anew, &Scope { cuts, ..scope.clone() })?;
            amount = amount.min(anew.piece.amount.max(ZERO));
        }
        settled.given = Some((amount, grant.provisional));
        Ok(())
    }

    /// How the limit applies; not at all where its `where` is false. What it hangs on and is missing holds the row.
    fn under(&self, limit: usize, scope: &Scope<'a>, (candidate, settled): (&Candidate, &Settled)) -> Result<Option<Under>, Stop> {
        let declared = self.program.limits[limit];
        match declared.condition.as_ref().map_or(Val::YesNo(true), |condition| scope.value(condition)) {
            Val::YesNo(true) => {}
            Val::YesNo(false) => return Ok(None),
            _ => return Err(held("a limit's `where` is missing")),
        }
        let mut quantity = (ZERO, ZERO);
        let most = match &declared.measure {
            LimitMeasure::Money(most) => scope.value(most).num().ok_or_else(|| held("a limit is missing"))?,
            LimitMeasure::Awards(most) => ratio(most.kind),
            LimitMeasure::Quantity { most, field } => {
                let whole = scope.named(&field.kind).num().ok_or_else(|| held("the quantity is missing"))?;
                let left = settled.quantities.iter().find(|(name, _)| *name == field.kind).map_or(whole, |(_, left)| *left);
                quantity = (whole, left);
                ratio(most.kind)
            }
        };
        if let Some(Window::Period(word)) = declared.window.as_ref().map(|window| &window.kind) {
            let placing = candidate.placing.expect("a placing date");
            self.program.period_of(word, placing).ok_or_else(|| held(format!("{placing} is in no period")))?;
        }
        let group = group_of(declared, scope).ok_or_else(|| held("the group is missing"))?;
        Ok(Some(Under { limit, group, most, quantity }))
    }

    /// A held candidate might have used any of the limits that name its award.
    pub fn hold_before_all(&mut self, candidate: &Candidate) {
        let scope = self.scope(candidate);
        self.hold_before_all_in(candidate, &scope);
    }

    pub fn hold_before_all_in(&mut self, candidate: &Candidate, scope: &Scope<'a>) {
        for limit in self.sharing(candidate.award) {
            let group = group_of(self.program.limits[limit], scope);
            self.verdict.asked.held.push(HeldBefore { limit, group, placing: candidate.placing });
        }
    }

    /// What an earlier run paid has been used.
    pub fn use_before_all(&mut self, award: usize, row: Option<&Scope<'a>>, (placing, net): (Day, Ratio)) {
        let bare = Scope::of_facts(self.program, self.people, self.person);
        let scope = row.unwrap_or(&bare);
        for limit in self.sharing(award) {
            let declared = self.program.limits[limit];
            let is_out = |condition: &'a Expr| row.is_some_and(|row| row.value(condition) == Val::YesNo(false));
            if declared.condition.as_ref().is_some_and(is_out) || !net.is_positive() {
                continue;
            }
            let amount = match &declared.measure {
                LimitMeasure::Money(_) => net,
                LimitMeasure::Awards(_) => ONE,
                LimitMeasure::Quantity { field, .. } => row.and_then(|row| row.named(&field.kind).num()).unwrap_or(ZERO),
            };
            self.verdict.asked.used.push(Use { limit, group: group_of(declared, scope), placing, amount });
        }
    }
}

fn group_of<'a>(limit: &'a Limit, scope: &Scope<'a>) -> Option<String> {
    match &limit.over {
        LimitOver::Employee | LimitOver::Everybody(_) => Some(String::new()),
        LimitOver::Group(group) => Some(scope.value(group)).filter(Val::is_known).map(|group| group.to_string()),
    }
}

/// All that is asked, one after the other: placing date, award as written, ties (missing ones last), ID, queue.
pub fn grants(program: &Program, all: AskedOfAll) -> Vec<Grant> {
    let AskedOfAll { mut asked, held, mut used } = all;
    let ties = |tie: &Val| match tie {
        Val::Num(number) => (false, *number, String::new()),
        Val::Date(day) => (false, Ratio::whole(day.0.into()), String::new()),
        Val::Text(text) => (false, ZERO, text.clone()),
        _ => (true, ZERO, String::new()),
    };
    asked.sort_by_key(|asked| (asked.placing, asked.rank, ties(&asked.tie), asked.own, asked.number));
    asked.iter().map(|asked| grant(program, asked, (&held, &mut used))).collect()
}

fn grant(program: &Program, asked: &Asked, (held, used): (&[HeldBefore], &mut Vec<Use>)) -> Grant {
    let stands_before = |under: &Under, held: &HeldBefore| {
        let is_same = held.limit == under.limit && held.group.as_ref().is_none_or(|group| *group == under.group);
        is_same && held.placing.is_none_or(|day| day <= asked.placing)
    };
    let provisional = asked.under.iter().any(|under| held.iter().any(|held| stands_before(under, held)));
    let (mut piece, mut quantity) = (asked.piece.clone(), None);
    for under in &asked.under {
        let limit = program.limits[under.limit];
        let room = room(program, (under, asked.placing), used);
        let is_whole = limit.whole_awards_only.is_some();
        if piece.amount.is_zero() || need(limit, &piece, under) <= room {
            continue;
        }
        match &limit.measure {
            LimitMeasure::Quantity { field, .. } if room.is_positive() && !is_whole => quantity = Some((field.kind.clone(), room)),
            LimitMeasure::Money(_) if !is_whole => cut(limit, &mut piece, (room, asked)),
            _ => (piece.amount, piece.full) = (ZERO, ZERO),
        }
    }
    for under in &asked.under {
        let amount = match &program.limits[under.limit].measure {
            _ if piece.amount.is_zero() => ZERO,
            LimitMeasure::Awards(_) => ONE,
            LimitMeasure::Quantity { .. } => quantity.as_ref().map_or(under.quantity.1, |(_, left)| *left),
            LimitMeasure::Money(_) if is_before_proration(program.limits[under.limit]) => piece.full,
            LimitMeasure::Money(_) => piece.amount,
        };
        used.push(Use { limit: under.limit, group: Some(under.group.clone()), placing: asked.placing, amount });
    }
    Grant { own: asked.own, number: asked.number, amount: piece.amount, quantity, provisional }
}

/// What must fit; `whole awards only` asks for the award as it is before any limit.
fn need(limit: &Limit, piece: &Piece, under: &Under) -> Ratio {
    let is_whole = limit.whole_awards_only.is_some();
    let (amount, full) = if is_whole { piece.whole } else { (piece.amount, piece.full) };
    match &limit.measure {
        LimitMeasure::Awards(_) => ONE,
        LimitMeasure::Quantity { .. } if is_whole => under.quantity.0,
        LimitMeasure::Quantity { .. } => under.quantity.1,
        LimitMeasure::Money(_) if is_before_proration(limit) => full,
        LimitMeasure::Money(_) => amount,
    }
}

fn cut(limit: &Limit, piece: &mut Piece, (room, asked): (Ratio, &Asked)) {
    if is_before_proration(limit) {
        let prorated = room.times(asked.proration);
        piece.full = room;
        piece.amount = piece.amount.min(asked.rounding.map_or(prorated, |rounding| rounded(prorated, rounding)));
    } else {
        piece.amount = asked.rounding.map_or(room, |rounding| room.rounded(Mode::Down, ratio(rounding.unit)));
        piece.full = piece.full.min(piece.amount.over(asked.proration));
    }
}

fn is_before_proration(limit: &Limit) -> bool {
    limit.proration.as_ref().is_some_and(|basis| basis.kind == LimitBasis::BeforeProration)
}

fn room(program: &Program, (under, at): (&Under, Day), used: &[Use]) -> Ratio {
    let is_here = |used: &&Use| used.limit == under.limit && used.group.as_ref().is_none_or(|group| *group == under.group);
    let uses: Vec<(Day, Ratio)> =
        used.iter().filter(is_here).filter(|used| !used.amount.is_zero()).map(|used| (used.placing, used.amount)).collect();
    let sum = |counts: &dyn Fn(Day) -> bool| uses.iter().filter(|(day, _)| counts(*day)).fold(ZERO, |sum, (_, amount)| sum.plus(*amount));
    let later = |day: Day, length: stipend::value::Duration| {
        day.plus(length.months.into(), length.days.into(), program.month_end()).expect("the checker refuses days that are not there")
    };
    let most_used = match &program.limits[under.limit].window.as_ref().expect("a window").kind {
        Window::Ever => sum(&|_| true),
        Window::Period(word) => {
            let period = program.period_of(word, at).expect("a period");
            sum(&|day| holds(period, day))
        }
        Window::Rolling(length) => {
            // every day on which what is asked still counts, as the last of a stretch that long
            let days = uses.iter().map(|(day, _)| *day).filter(|day| at < *day && *day < later(at, *length)).chain([at]);
            days.map(|last| sum(&|day| day <= last && last < later(day, *length))).max().expect("a day")
        }
        Window::FromFirstAward(length) => {
            let mut days: Vec<Day> = uses.iter().map(|(day, _)| *day).chain([at]).collect();
            days.sort();
            let mut first = days[0];
            for day in days.into_iter().filter(|day| *day <= at) {
                first = if day >= later(first, *length) { day } else { first };
            }
            sum(&|day| first <= day && day < later(first, *length))
        }
        Window::YearFrom(_) | Window::Every(_) => panic!("refused by the checker"),
    };
    under.most.minus(most_used).max(ZERO)
}
