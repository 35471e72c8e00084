//! What earlier runs paid: it fills windows and takes keys before anything else, and the rows it was paid for are not decided again.

use std::rc::Rc;

use stipend::syntax::ast::{LimitMeasure, Window};

use super::days::Day;
use super::limits::Piece;
use super::posted::SoFar;
use super::ratio::Ratio;
use super::timeline::{Candidate, Posted, Timeline};
use super::world::{PaidBefore, Val};

/// The lines of one award and record key.
#[derive(Clone, Debug)]
pub struct Group {
    pub award: usize,
    pub record: String,
    pub effective: Day,
    pub lines: Vec<PaidBefore>,
    /// Whether a row of this run is the one it was paid for.
    pub recognised: bool,
}

impl Group {
    pub fn net(&self) -> Ratio {
        self.lines.iter().fold(super::ratio::ZERO, |sum, line| sum.plus(line.amount))
    }
}

impl<'a> Timeline<'a> {
    /// Stands before the queue is worked.
    pub fn open(&mut self) {
        let mut lines = self.person.paid.clone();
        lines.sort_by_key(|line| line.effective);
        for line in lines {
            let award = self.program.awards.iter().position(|award| award.name.kind == line.award).expect("an award of the policy");
            let lasts = self.is_for_ever(award) || self.program.awards[award].once.is_none();
            let same =
                |group: &&mut Group| group.award == award && group.record == line.record && (lasts || group.effective == line.effective);
            match self.paid.iter_mut().find(same) {
                Some(group) => group.lines.push(line),
                None => {
                    let (record, effective) = (line.record.clone(), line.effective);
                    self.paid.push(Group { award, record, effective, lines: vec![line], recognised: false });
                }
            }
        }
        // what was paid and taken back is open again
        self.paid.retain(|group| !group.net().is_zero() || group.lines.iter().any(|line| line.kind == "role"));
        let mut queue = std::mem::take(&mut self.queue);
        queue.sort_by_key(|candidate| self.order(candidate));
        for candidate in &mut queue {
            let (record, day) = (self.record_key(candidate), self.scope(candidate).effective.date());
            let is_keyed = candidate.key.as_ref().is_some_and(|key| !key.is_empty());
            let same = |group: &Group| {
                let dated = !is_keyed || Some(group.effective) == day;
                !group.recognised && group.award == candidate.award && Some(&group.record) == record.as_ref() && dated
            };
            candidate.paid = self.paid.iter().position(same);
            if let Some(group) = candidate.paid {
                self.paid[group].recognised = true;
            }
        }
        self.rows_paid = queue.iter().filter(|candidate| candidate.paid.is_some()).cloned().collect();
        self.queue = queue;
        for group in 0..self.paid.len() {
            self.post_group(group);
        }
        self.open_recoveries();
    }

    /// The day on which the group stands: that of its row where the row has its date.
    fn post_group(&mut self, number: usize) {
        let group = self.paid[number].clone();
        let row = self.queue.iter().find(|candidate| candidate.paid == Some(number)).cloned();
        let scope = row.as_ref().map(|row| self.scope(row));
        let is_own_day = scope.as_ref().is_some_and(|scope| scope.effective == Val::Date(group.effective)) && group.lines.len() == 1;
        let placing = row.as_ref().filter(|_| is_own_day).and_then(|row| row.placing).unwrap_or(group.effective);
        let mut quantities = Vec::new();
        let mut covered = self.covering(group.award);
        for limit in covered.clone() {
            if let (LimitMeasure::Quantity { field, .. }, Some(scope)) = (&self.program.limits[limit].measure, &scope) {
                quantities.push((field.kind.clone(), scope.named(&field.kind).num().expect("a quantity")));
            }
        }
        if let Some(scope) = &scope {
            covered.retain(|limit| {
                let condition = self.program.limits[*limit].condition.as_ref();
                condition.is_none_or(|condition| scope.value(condition) != Val::YesNo(false))
            });
        }
        for line in group.lines.iter().filter(|line| line.reverses.is_none()) {
            let to_base_salary = line.kind == "base salary";
            let (award, rank) = (line.award.clone(), Some(self.ranks[group.award]));
            let line = SoFar { award, to_base_salary, placed: placing, effective: line.effective, amount: line.amount, rank };
            Rc::make_mut(&mut self.so_far).push(line);
        }
        let net = group.net();
        self.use_before_all(group.award, scope.as_ref(), (placing, net));
        let key = match (self.program.awards[group.award].recurs.is_some(), self.is_for_ever(group.award)) {
            (true, false) => group.record.rsplit_once(" / ").map_or(group.record.clone(), |(key, _)| key.to_string()),
            _ => group.record.clone(),
        };
        self.posted.push(Posted {
            award: group.award,
            is_part: false,
            key: Some(key),
            placing,
            pieces: pieces(&group),
            covered,
            quantities,
            carries: false,
            is_another: false,
            by_earlier: true,
            decided: earlier(number),
            effective: group.effective,
        });
    }

    fn is_for_ever(&self, award: usize) -> bool {
        let once = self.program.awards[award].once.as_ref();
        once.is_some_and(|once| matches!(once.window.as_ref().map(|window| &window.kind), None | Some(Window::Ever)))
    }

    /// As a line of this candidate would be named; none for rows without a key, which no random case pays before.
    pub fn record_key(&self, candidate: &Candidate) -> Option<String> {
        let declared = self.program.awards[candidate.award];
        match (&declared.once, &declared.period) {
            (Some(_), _) => match &candidate.recurrence {
                Some(recurrence) if !self.is_for_ever(candidate.award) => {
                    candidate.key.as_ref().map(|key| format!("{key} / {}", recurrence.number))
                }
                _ => candidate.key.clone(),
            },
            (None, Some(word)) => self.scope(candidate).period.and_then(|(start, _)| self.program.label(&word.kind, start)),
            (None, None) => None,
        }
    }

    /// The first row that stands for a paid line whose own date no row has.
    pub fn recognise(&mut self, candidate: &Candidate) {
        let record = self.record_key(candidate);
        let open = |group: &&mut Group| group.award == candidate.award && Some(&group.record) == record.as_ref() && !group.recognised;
        if let Some(group) = self.paid.iter_mut().find(open) {
            group.recognised = true;
        }
    }

    pub fn has_open_group(&self, candidate: &Candidate) -> bool {
        let record = self.record_key(candidate);
        self.paid.iter().any(|group| group.award == candidate.award && Some(&group.record) == record.as_ref() && !group.recognised)
    }
}

/// What stands for a group's place among what was decided.
pub fn earlier(group: usize) -> usize {
    usize::MAX - 1 - group
}

/// What was paid of each kind.
fn pieces(group: &Group) -> Vec<Piece> {
    let moves = group.lines.iter().any(|line| line.kind == "role");
    let mut pieces: Vec<Piece> = Vec::new();
    for line in group.lines.iter().filter(|line| line.reverses.is_none()) {
        let kind = if line.kind == "base salary" { line.kind } else { "stipend" };
        let piece = Piece { moves, ..Piece::new(kind, line.amount, line.amount) };
        match pieces.iter_mut().find(|piece| piece.kind == kind) {
            Some(same) => (same.amount, same.full) = (same.amount.plus(line.amount), same.full.plus(line.amount)),
            None => pieces.push(piece),
        }
    }
    pieces
}
