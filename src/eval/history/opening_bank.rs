//! Opening balances: credits of earlier runs, with what is left of them.

use std::borrow::Cow;

use super::bank::{Lot, Opened};
use super::posted::PostedAward;
use crate::eval::evaluator::Evaluator;
use crate::eval::outcome::{Disposition, Reason};
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::eval::turn::verdict::Verdict;
use crate::policy::{AwardId, Bank, BankField, BankId, Each, LimitMeasure, Policy, RecordId, Window, read_units};
use crate::value::{Number, Value};

impl<'a> Evaluator<'a> {
    fn lot_of_row(&self, record: RecordId, row: u32) -> Option<Lot<'a>> {
        let cell = |field: BankField| self.cell_value(record, row, field.id());
        let text = |field: BankField| match cell(field) {
            Value::Text(text) => Some(text),
            _ => None,
        };
        let units = |field: BankField| text(field).map_or(Some(Number::ZERO), read_units);
        let Value::Date(credited) = cell(BankField::Credited) else { return None };
        let bank = self.policy.banks.iter().position(|bank| Some(bank.name.as_str()) == text(BankField::Bank))?;
        let mut lot = Lot {
            bank: BankId(bank as u16),
            record: Cow::Borrowed(text(BankField::Record).unwrap_or("")),
            category: cell(BankField::Category),
            credited,
            earned: units(BankField::Earned)?,
            spent: units(BankField::Spent)?,
            lost: units(BankField::Lost)?,
            expired: units(BankField::Expired)?,
            opening: Some(row),
            opened: None,
        };
        lot.opened = Some(Box::new(Opened { spent: lot.spent, lost: lot.lost, expired: lot.expired, left: lot.left().ok()? }));
        Some(lot)
    }
}

impl<'a> Timeline<'a> {
    /// Opens the person's balances: their keys are taken, and they fill the limits on what a bank is credited.
    pub(in crate::eval) fn open_balances(&mut self) {
        self.evaluator.lots.clear();
        self.evaluator.held_banks.clear();
        let Some(record) = self.evaluator.policy.balances else { return };
        let facts = self.evaluator.facts;
        let Some(table) = facts.tables.get(usize::from(record.0)) else { return };
        for row in table.rows_of(self.evaluator.employee) {
            if let Some(lot) = self.evaluator.lot_of_row(record, row) {
                self.open_lot(&lot);
                self.evaluator.lots.push(lot);
            }
        }
    }

    fn open_lot(&mut self, lot: &Lot<'a>) {
        let policy = self.evaluator.policy;
        let (award, own) = credited_by(policy, lot);
        if let Some(record) = own {
            let posted = PostedAward { date: lot.credited, paid: true, stands: true, freed: false, outcome: None };
            let key = Key::Paid(record);
            self.book.post(award, posted, (&key, key.mark()));
        }
        for limit in &policy.award(award).limits {
            let amount = match policy.limit(*limit).measure {
                LimitMeasure::Money(_) => Number::ZERO,
                LimitMeasure::Awards(_) => Number::ONE,
                LimitMeasure::Quantity { .. } => lot.earned,
            };
            self.book.use_limit(*limit, (lot.credited, &amount));
        }
    }

    /// A row whose credit stands in the opening balances is not credited again.
    #[cold]
    pub(in crate::eval) fn credited_before(&self, bank: BankId, candidate: &Candidate<'a>) -> Option<Verdict> {
        // those of the opening balances stand before all others
        self.evaluator.lots.first().filter(|lot| lot.opening.is_some())?;
        let award = self.evaluator.policy.award(candidate.award);
        let record = self.credit_key(self.evaluator.policy.bank(bank), candidate);
        // under `once … every 5 years` the same key may be credited again, on another day
        let repeats = award.once.as_ref().is_some_and(|once| !matches!(once.window, Window::Ever));
        let same = |lot: &&Lot| lot.bank == bank && lot.record == record && (!repeats || Some(lot.credited) == candidate.placing);
        let row = self.evaluator.lots.iter().filter(|lot| lot.opening.is_some()).find(same)?.opening?;
        Some(Verdict::without_money(Disposition::AlreadyPaid, Reason::CreditedBefore { bank, row }))
    }

    /// The key of a credit in the balances. Where several records feed the bank, the name of a further record stands before the key,
    /// because a course and an activity may have the same.
    pub(in crate::eval) fn credit_key(&self, bank: &Bank, candidate: &Candidate<'a>) -> Cow<'a, str> {
        let own = self.evaluator.record_key(candidate);
        match (bank.awards.first() == Some(&candidate.award), &self.evaluator.policy.award(candidate.award).each) {
            (false, Each::Event(record)) => format!("{} {own}", self.evaluator.policy.record(*record).name).into(),
            _ => own,
        }
    }

    /// Whether there are opening balances: then they know what was spent.
    pub(in crate::eval) fn has_opening(&self) -> bool {
        let Some(record) = self.evaluator.policy.balances else { return false };
        self.evaluator.facts.files.iter().any(|file| file.record == Some(record))
    }
}

/// The award whose credit it is, and the key under which the award knows it.
fn credited_by<'a>(policy: &Policy, lot: &Lot<'a>) -> (AwardId, Option<&'a str>) {
    let awards = &policy.bank(lot.bank).awards;
    let Cow::Borrowed(record) = lot.record else { return (awards[0], None) };
    let further = awards.iter().skip(1).find_map(|award| match policy.award(*award).each {
        Each::Event(of) => Some((*award, record.strip_prefix(&policy.record(of).name)?.strip_prefix(' ')?)),
        Each::EmployeePeriod(_) => None,
    });
    further.map_or((awards[0], Some(record)), |(award, own)| (award, Some(own)))
}
