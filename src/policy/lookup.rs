//! A policy's declarations by their ids.

use super::{
    Award, AwardId, Bank, BankId, Choose, ChooseId, Field, FieldId, Limit, LimitId, Policy, Record, RecordId, Set, SetId, Table, TableId,
};
use crate::value::ChoiceId;

impl Policy {
    #[inline]
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[usize::from(id.0)]
    }

    #[inline]
    pub fn award(&self, id: AwardId) -> &Award {
        &self.awards[usize::from(id.0)]
    }

    pub fn choose(&self, id: ChooseId) -> &Choose {
        &self.chooses[usize::from(id.0)]
    }

    #[inline]
    pub fn limit(&self, id: LimitId) -> &Limit {
        &self.limits[usize::from(id.0)]
    }

    pub fn bank(&self, id: BankId) -> &Bank {
        &self.banks[usize::from(id.0)]
    }

    pub fn set(&self, id: SetId) -> &Set {
        &self.sets[usize::from(id.0)]
    }

    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[usize::from(id.0)]
    }

    pub fn choice_words(&self, id: ChoiceId) -> &[String] {
        &self.choices[usize::from(id.0)]
    }
}

impl Record {
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[usize::from(id.0)]
    }
}
