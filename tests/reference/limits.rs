//! What the limits leave of a candidate, and what becomes of the rest.

use stipend::syntax::ast::{Excess, Limit, LimitBasis, LimitMeasure, PeriodWord, Window};

use super::days::Day;
use super::expressions::Scope;
use super::program::{ratio, rounded};
use super::ratio::{Mode, ONE, Ratio, ZERO};
use super::timeline::{Candidate, Carried, Posted, Stop, Timeline, held, stop};
use super::world::{Became, Val};
use super::worth::Valued;

/// A part of what is paid: the award itself, or the excess that a limit turned into a stipend.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub kind: &'static str,
    pub amount: Ratio,
    /// Before proration.
    pub full: Ratio,
    /// Both before any limit: what `whole awards only` asks for.
    pub whole: (Ratio, Ratio),
    /// The proration of its award, which a part keeps.
    pub share: Ratio,
    /// The limit that made it; only limits further down count it.
    pub since: Option<usize>,
    /// The award moves a field of the person: it counts as an award even where it pays nothing.
    pub moves: bool,
}

impl Piece {
    /// The whole of an award.
    pub fn new(kind: &'static str, amount: Ratio, full: Ratio) -> Piece {
        Piece { kind, amount, full, whole: (amount, full), share: ONE, since: None, moves: false }
    }

    /// Whether it counts under one of the limits that cover its award: only under those further down than the one that made it.
    pub fn counts_under(&self, limit: usize, covered: &[usize]) -> bool {
        let place = |limit: usize| covered.iter().position(|covering| *covering == limit);
        self.since.is_none_or(|since| place(since) < place(limit))
    }
}

/// What the limits left.
#[derive(Debug)]
pub struct Settled {
    pub pieces: Vec<Piece>,
    pub covered: Vec<usize>,
    pub quantities: Vec<(String, Ratio)>,
    pub carried: Vec<(Day, Piece)>,
    /// A part of an award of which something was paid: it is no award of its own.
    pub is_another: bool,
    pub worth: Ratio,
    pub why: String,
    /// The share of a pool.
    pub is_share: bool,
    /// The pool is held: the claim keeps its key, and is not decided.
    pub is_held: bool,
    /// What the limits over several people leave, and whether somebody held might change it.
    pub given: Option<(Ratio, bool)>,
}

impl Settled {
    /// What a pool gives, beside all limits; nothing of a claim is a reduction too.
    pub fn share(amount: Ratio, worth: Ratio) -> Settled {
        let why = if amount.is_zero() { "the pool is short".to_string() } else { String::new() };
        let pieces = vec![Piece::new("stipend", amount, amount)];
        let (covered, quantities, carried) = (Vec::new(), Vec::new(), Vec::new());
        Settled { pieces, covered, quantities, carried, is_another: false, worth, why, is_share: true, is_held: false, given: None }
    }

    /// Whether lines come of it.
    pub fn pays(&self) -> bool {
        moves(&self.pieces) || self.pieces.iter().any(|piece| !piece.amount.is_zero())
    }
}

impl<'a> Timeline<'a> {
    /// The award through every covering limit in the order written, until nothing is left; then each stipend made of its excess, in the
    /// order made, through the limits further down. None: it waits and stands in the queue again.
    pub fn limit(&mut self, candidate: &mut Candidate, scope: &Scope<'a>, valued: Valued<'a>) -> Result<Option<Settled>, Stop> {
        let mut settled = Settled {
            pieces: vec![valued.piece.clone()],
            covered: Vec::new(),
            quantities: Vec::new(),
            carried: Vec::new(),
            is_another: candidate.carried.as_ref().is_some_and(|part| self.verdict.decided[part.decided].amount.is_positive()),
            worth: valued.piece.amount,
            why: String::new(),
            is_share: false,
            is_held: false,
            given: None,
        };
        // the quantity is cut before the amount is computed
        let mut limits = self.covering(candidate.award);
        limits.sort_by_key(|limit| !matches!(self.program.limits[*limit].measure, LimitMeasure::Quantity { .. }));
        let recovery = valued.piece.kind == "recovery";
        let mut at = 0;
        while at < settled.pieces.len() {
            let made_by = settled.pieces[at].since.filter(|_| at > 0);
            let first = made_by.map_or(0, |made_by| limits.iter().position(|limit| *limit == made_by).expect("its limit") + 1);
            for limit in limits.iter().skip(first).copied() {
                if !self.covers(limit, scope)? {
                    continue;
                }
                if at == 0 {
                    settled.covered.push(limit);
                }
                let has_nothing_left = settled.pieces[at].amount.is_zero() && !settled.pieces[at].moves;
                if !recovery && !has_nothing_left && !self.apply(candidate, scope, (limit, &mut settled, at), &valued)? {
                    return Ok(None);
                }
            }
            at += 1;
        }
        if recovery {
            for piece in &mut settled.pieces {
                (piece.amount, piece.full) = (piece.amount.negative(), piece.full.negative());
            }
        }
        Ok(Some(settled))
    }

    /// One limit and one part. False: the candidate waits.
    fn apply(
        &mut self,
        candidate: &mut Candidate,
        scope: &Scope<'a>,
        (limit, settled, at): (usize, &mut Settled, usize),
        valued: &Valued<'a>,
    ) -> Result<bool, Stop> {
        let declared = self.program.limits[limit];
        if let LimitMeasure::Quantity { field, .. } = &declared.measure {
            if candidate.carried.is_some() || at > 0 {
                return Ok(true); // its hours were counted where its row stands
            }
            let quantity = scope.named(&field.kind).num().ok_or_else(|| held("the quantity is missing"))?;
            if !settled.quantities.iter().any(|(name, _)| *name == field.kind) {
                settled.quantities.push((field.kind.clone(), quantity));
            }
        }
        let (most, placing) = (self.most(declared, scope)?, candidate.placing.expect("a placing date"));
        // what the parts before it left of the room
        let room = self.room(limit, scope, (most, placing))?.minus(used_before(declared, limit, settled, at)).max(ZERO);
        let is_paid_before = settled.is_another || settled.pieces[..at].iter().any(|piece| piece.amount.is_positive());
        let counts_again = is_paid_before && matches!(declared.measure, LimitMeasure::Awards(_));
        let quantity = self.asked_quantity(declared, scope, &settled.quantities);
        let need = need_of(declared, &settled.pieces[at], quantity);
        if need <= room || counts_again {
            return Ok(true);
        }
        // a part cannot wait, nor can what would not fit into an empty window: they are cut to the room
        let excess = declared.excess.as_ref().map(|excess| &excess.kind);
        if matches!(excess, Some(Excess::Waits { .. })) && candidate.carried.is_none() && at == 0 && need <= most {
            candidate.waits_for = Some(limit);
            if self.wait(candidate, scope, limit)? {
                return Ok(false);
            }
            candidate.waits_for = None;
            // the whole candidate waited, so the parts that other limits would have carried or turned into a stipend end with it
            settled.pieces.truncate(1);
            settled.carried.clear();
            let main = &mut settled.pieces[0];
            (main.amount, main.full, main.moves) = (ZERO, ZERO, false);
            settled.why = "it waited too long".into();
            return Ok(true);
        }
        self.cut(settled, scope, ((limit, at), room, placing), valued)?;
        Ok(true)
    }

    /// The hours asked of a limit on hours; `whole awards only` asks for all of the row.
    fn asked_quantity(&self, limit: &'a Limit, scope: &Scope<'a>, quantities: &[(String, Ratio)]) -> Ratio {
        let LimitMeasure::Quantity { field, .. } = &limit.measure else { return ZERO };
        if limit.whole_awards_only.is_some() {
            return scope.named(&field.kind).num().expect("a quantity");
        }
        quantities.iter().find(|(name, _)| *name == field.kind).map_or(ZERO, |(_, quantity)| *quantity)
    }

    /// Whether the limit's `where` holds.
    fn covers(&self, limit: usize, scope: &Scope<'a>) -> Result<bool, Stop> {
        match self.program.limits[limit].condition.as_ref().map_or(Val::YesNo(true), |condition| scope.value(condition)) {
            Val::YesNo(yes) => Ok(yes),
            _ => Err(held("a limit's `where` is missing")),
        }
    }

    fn most(&self, limit: &'a Limit, scope: &Scope<'a>) -> Result<Ratio, Stop> {
        match &limit.measure {
            LimitMeasure::Money(expr) => scope.value(expr).num().ok_or_else(|| held("a limit is missing")),
            LimitMeasure::Awards(count) => Ok(ratio(count.kind)),
            LimitMeasure::Quantity { most, .. } => Ok(ratio(most.kind)),
        }
    }

    fn cut(
        &self,
        settled: &mut Settled,
        scope: &Scope<'a>,
        ((limit, at), room, placing): ((usize, usize), Ratio, Day),
        valued: &Valued<'a>,
    ) -> Result<(), Stop> {
        let declared = self.program.limits[limit];
        let before = settled.pieces[at].clone();
        match &declared.measure {
            LimitMeasure::Awards(_) => {
                let piece = &mut settled.pieces[at];
                (piece.amount, piece.full, piece.moves) = (ZERO, ZERO, false);
            }
            LimitMeasure::Quantity { field, .. } => {
                let left = if declared.whole_awards_only.is_some() { ZERO } else { room };
                self.cut_quantity(settled, scope, (&field.kind, left), valued)?;
            }
            LimitMeasure::Money(_) => self.cut_piece(&mut settled.pieces[at], (declared, room), valued),
        }
        settled.why = format!("limit {limit} cut it");
        let after = &mut settled.pieces[at];
        if after.amount.is_zero() {
            after.full = ZERO;
        }
        let amount = before.amount.minus(after.amount);
        if amount.is_zero() {
            return Ok(());
        }
        let full = amount.over(valued.proration);
        let cut = Piece { amount, full, whole: (amount, full), moves: false, ..before };
        match declared.excess.as_ref().map(|excess| &excess.kind) {
            Some(Excess::PaidAsStipend) => settled.pieces.push(Piece { kind: "stipend", since: Some(limit), ..cut }),
            Some(Excess::CarriedToNextPeriod) => {
                let next = self.next_period(limit, scope, placing)?;
                settled.carried.extend(next.map(|day| (day, Piece { since: None, ..cut })));
            }
            Some(Excess::Lost | Excess::Waits { .. }) | None => {}
        }
        Ok(())
    }

    /// Cuts one part to the room.
    fn cut_piece(&self, piece: &mut Piece, (limit, room): (&Limit, Ratio), valued: &Valued<'a>) {
        let before_proration = limit.proration.as_ref().map(|basis| basis.kind) == Some(LimitBasis::BeforeProration);
        let wanted = wanted(limit, piece);
        if limit.whole_awards_only.is_some() && wanted > room {
            (piece.amount, piece.full) = (ZERO, ZERO);
            return;
        }
        let policy = self.program.head.rounding.as_ref().map(|rounding| rounding.kind).or(valued.rounding);
        let rounding = if piece.since.is_some() { policy } else { valued.rounding };
        if before_proration {
            if piece.full > room {
                piece.full = room;
                let prorated = room.times(valued.proration);
                piece.amount = piece.amount.min(rounding.map_or(prorated, |rounding| rounded(prorated, rounding)));
            }
            return;
        }
        if piece.amount > room {
            piece.amount = rounding.map_or(room, |rounding| room.rounded(Mode::Down, ratio(rounding.unit)));
            // a limit before proration counts what is paid, as it was before
            piece.full = piece.full.min(piece.amount.over(valued.proration));
        }
    }

    fn cut_quantity(
        &self,
        settled: &mut Settled,
        scope: &Scope<'a>,
        (field, room): (&'a str, Ratio),
        valued: &Valued<'a>,
    ) -> Result<(), Stop> {
        for (name, quantity) in &mut settled.quantities {
            if name == field {
                *quantity = room;
            }
        }
        let mut anew = valued.clone();
        let cuts = settled.quantities.clone();
        self.price(&mut anew, &Scope { cuts, ..scope.clone() })?;
        let priced = if room.is_zero() { ZERO } else { anew.piece.amount.max(ZERO) };
        let main = &mut settled.pieces[0];
        (main.amount, main.full) = (main.amount.min(priced), main.full.min(anew.piece.full.max(ZERO)));
        Ok(())
    }

    /// The first day of the period after the one that holds the day; none where no period follows.
    fn next_period(&self, limit: usize, scope: &Scope<'a>, at: Day) -> Result<Option<Day>, Stop> {
        let window = &self.program.limits[limit].window.as_ref().expect("a window").kind;
        match window {
            Window::Period(word @ PeriodWord::Named(_)) => Ok(self.program.period_after(word, at).map(|(start, _)| start)),
            Window::Period(_) | Window::YearFrom(_) => self.stretch(window, scope, at).map(|(_, end)| Some(end)),
            Window::FromFirstAward(duration) => self.anchored(limit, *duration, at).map(|(_, end)| Some(end)),
            Window::Rolling(_) | Window::Every(_) | Window::Ever => panic!("no next period"),
        }
    }

    /// Re-dates a candidate to the next day on which time gives room back. False: it no longer waits.
    fn wait(&mut self, candidate: &Candidate, scope: &Scope<'a>, limit: usize) -> Result<bool, Stop> {
        let placing = candidate.placing.expect("a placing date");
        let bound = self.waits_until(candidate, scope, limit)?;
        match self.next_change(limit, scope, placing)? {
            Some(day) if bound.is_some_and(|bound| day > bound) => Ok(false),
            Some(day) if day <= self.as_of => {
                self.queue.push(Candidate { placing: Some(day), redated: Some(day), ..candidate.clone() });
                Ok(true)
            }
            Some(_) => Err(stop(Became::Waiting, "for room after the as-of date")),
            None => Err(stop(Became::Waiting, "for a period that is not known yet")),
        }
    }

    /// The next day on which the room changes by the passing of time alone.
    fn next_change(&self, limit: usize, scope: &Scope<'a>, at: Day) -> Result<Option<Day>, Stop> {
        let window = &self.program.limits[limit].window.as_ref().expect("a window").kind;
        let Window::Rolling(duration) = window else { return self.next_period(limit, scope, at) };
        let mut next: Option<Day> = None;
        for posted in self.posted.iter().filter(|posted| posted.covered.contains(&limit) && self.measure(limit, posted).is_positive()) {
            let leaves = self.later(posted.placing, *duration)?;
            if leaves > at {
                next = Some(next.map_or(leaves, |next| next.min(leaves)));
            }
        }
        Ok(next)
    }

    /// The last day for which it may wait.
    fn waits_until(&self, candidate: &Candidate, scope: &Scope<'a>, limit: usize) -> Result<Option<Day>, Stop> {
        let excess = self.program.limits[limit].excess.as_ref().map(|excess| &excess.kind);
        let Some(Excess::Waits { until, expires }) = excess else { return Ok(None) };
        let until = match until {
            Some(until) => Some(scope.value(until).date().ok_or_else(|| held("`until` is missing"))?),
            None => None,
        };
        let expires = match expires {
            Some(duration) => Some(self.later(candidate.first_placing.expect("a placing date"), *duration)?),
            None => None,
        };
        Ok(until.into_iter().chain(expires).min())
    }

    /// Moves the windows and writes the lines of the candidate that was decided last.
    pub fn post(&mut self, candidate: &Candidate, scope: &Scope<'a>, settled: Settled) {
        let position = self.verdict.decided.len() - 1;
        let before = sum(&settled.pieces, |piece| piece.amount);
        let paid = settled.given.map_or(before, |(given, _)| given);
        let worth = if paid < ZERO { settled.worth.negative() } else { settled.worth };
        let decided = &mut self.verdict.decided[position];
        (decided.amount, decided.why) = (paid, settled.why.clone());
        if let Some((given, provisional)) = settled.given {
            decided.provisional = provisional || decided.provisional && !given.is_zero();
            decided.is_share = true;
        }
        decided.became = match () {
            () if settled.is_held => Became::Held,
            () if !settled.carried.is_empty() => Became::Carried,
            () if paid == worth && settled.why.is_empty() => Became::Paid,
            () => Became::Reduced,
        };
        self.settle(candidate, scope, settled, position);
    }

    fn settle(&mut self, candidate: &Candidate, scope: &Scope<'a>, settled: Settled, position: usize) {
        if moves(&settled.pieces) {
            self.post_moves(candidate, scope);
            self.post_roles(candidate, scope);
        }
        for piece in &settled.pieces {
            let amount = settled.given.map_or(piece.amount, |(given, _)| given);
            if amount.is_zero() {
                continue;
            }
            self.add_line(candidate, scope, &Piece { amount, ..piece.clone() });
        }
        for (day, piece) in settled.carried.clone() {
            let carried = Some(Carried { piece, decided: position });
            self.queue.push(Candidate { placing: Some(day), redated: Some(day), carried, ..candidate.clone() });
        }
        if candidate.carried.is_some() && settled.pieces.iter().all(|piece| piece.amount.is_zero()) {
            // nothing of the part was left: it moves nothing
            return;
        }
        self.book(candidate, settled);
    }

    /// Moves the windows.
    pub fn book(&mut self, candidate: &Candidate, settled: Settled) {
        let key = if candidate.carried.is_some() { None } else { candidate.key.clone() };
        let decided = candidate.carried.as_ref().map_or(self.verdict.decided.len().saturating_sub(1), |carried| carried.decided);
        let effective = self.scope(candidate).effective.date().or(candidate.placing).expect("a day");
        self.posted.push(Posted {
            award: candidate.award,
            is_part: candidate.carried.is_some(),
            key,
            placing: candidate.placing.expect("a placing date"),
            pieces: settled.pieces,
            covered: settled.covered,
            quantities: settled.quantities,
            carries: !settled.carried.is_empty(),
            is_another: settled.is_another,
            by_earlier: false,
            decided,
            effective,
        });
    }

    /// A carried part: not qualified or valued again, only limited.
    pub fn work_carried(&mut self, candidate: &Candidate, carried: Carried) {
        let scope = self.scope(candidate);
        if candidate.placing.is_none_or(|placing| placing > self.as_of) {
            return;
        }
        let whole = self.program.awards[candidate.award];
        // by the policy's rounding, as for every part
        let rounding = [&self.program.head.rounding, &whole.round].into_iter().flatten().next().map(|rounding| rounding.kind);
        let valued = Valued { proration: carried.piece.share, piece: carried.piece, pay: None, rounding, ordinal: 1 };
        let provisional = self.covering(candidate.award).iter().any(|limit| self.held_limits.contains(limit));
        let settled = self.limit(&mut candidate.clone(), &scope, valued).and_then(|settled| {
            let pays = settled.as_ref().is_some_and(Settled::pays);
            if pays { self.payment_days(whole, &scope).map(|_| settled) } else { Ok(settled) }
        });
        if settled.is_err() {
            self.hold(candidate.award);
        }
        if let Ok(Some(settled)) = settled {
            let pays = settled.pieces.iter().any(|piece| !piece.amount.is_zero());
            self.verdict.decided[carried.decided].provisional |= provisional && pays;
            let decided = &mut self.verdict.decided[carried.decided];
            decided.amount = decided.amount.plus(sum(&settled.pieces, |piece| piece.amount));
            self.settle(candidate, &scope, settled, carried.decided);
        }
    }
}

/// What the parts before this one leave used of a limit on money that counts them: one made by a limit further down is not counted.
fn used_before(declared: &Limit, limit: usize, settled: &Settled, at: usize) -> Ratio {
    if !matches!(declared.measure, LimitMeasure::Money(_)) {
        return ZERO;
    }
    let counted = settled.pieces[..at].iter().filter(|piece| piece.counts_under(limit, &settled.covered));
    let before_proration = declared.proration.as_ref().map(|basis| basis.kind) == Some(LimitBasis::BeforeProration);
    counted.fold(ZERO, |sum, piece| sum.plus(if before_proration { piece.full } else { piece.amount }))
}

/// How much of the limit the part would use.
fn need_of(limit: &Limit, piece: &Piece, quantity: Ratio) -> Ratio {
    match &limit.measure {
        LimitMeasure::Awards(_) => ONE,
        LimitMeasure::Quantity { .. } => quantity,
        LimitMeasure::Money(_) => wanted(limit, piece),
    }
}

/// What of one piece a limit on money asks to fit.
fn wanted(limit: &Limit, piece: &Piece) -> Ratio {
    let (amount, full) =
        if limit.whole_awards_only.is_some() && !piece.amount.is_zero() { piece.whole } else { (piece.amount, piece.full) };
    match limit.proration.as_ref().map(|basis| basis.kind) {
        Some(LimitBasis::BeforeProration) => full,
        Some(LimitBasis::AfterProration) | None => amount,
    }
}

pub fn moves(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| piece.moves)
}

fn sum(pieces: &[Piece], of: impl Fn(&Piece) -> Ratio) -> Ratio {
    pieces.iter().fold(ZERO, |sum, piece| sum.plus(of(piece)))
}
