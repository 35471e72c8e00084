//! What a name stands for: a field of the row at hand, of the person, a dated field, a let, or an aggregate over rows.

use stipend::syntax::ast::{AggregateKind, Expr, ExprKind, FieldKind, LetBody};

use super::days::Day;
use super::expressions::{Scope, and, extreme, gap, not};
use super::ratio::{ONE, Ratio, ZERO};
use super::world::{Row, Val};

fn read(row: &Row, field: &str) -> Val {
    row.get(field).cloned().unwrap_or(Val::Missing)
}

impl<'a> Scope<'a> {
    /// The row an aggregate looks at, then the event's, then the person's, then a let.
    pub fn named(&self, name: &str) -> Val {
        for (record, row) in [self.looked_at, self.event].into_iter().flatten() {
            if self.program.field(record, name).is_some() {
                return self.cut_or(record, name, row);
            }
        }
        if self.program.field(&self.program.people().name.kind, name).is_some() {
            return self.of_person(name);
        }
        let definition = self.program.lets.iter().find(|definition| definition.name.kind == name);
        self.defined(definition.unwrap_or_else(|| panic!("nothing is called {name}")))
    }

    /// The field at hand that leads to a look-up record, and that record.
    fn leading(&self, name: &str) -> Option<&'a str> {
        let at_hand = [self.looked_at, self.event].into_iter().flatten().map(|(record, _)| record);
        let mut records = at_hand.chain([self.program.people().name.kind.as_str()]);
        let field = records.find_map(|record| self.program.field(record, name))?;
        if let FieldKind::Reference(to) = &field.kind.kind { Some(to) } else { None }
    }

    /// The rows of a look-up record with the key that the field says.
    fn rows_led_to(&self, name: &str, to: &str) -> Result<Vec<&'a Row>, Val> {
        let key = self.named(name);
        if !key.is_known() {
            return Err(key);
        }
        let key_field = self.program.record(to).and_then(|record| record.fields.iter().find(|field| field.kind.kind == FieldKind::Key));
        let key_field = &key_field.expect("a key").name.kind;
        let rows: Vec<&Row> = self.person.rows[to].iter().map(|(_, row)| row).filter(|row| read(row, key_field) == key).collect();
        if rows.is_empty() { Err(Val::Unknown) } else { Ok(rows) }
    }

    pub fn qualified(&self, record: &str, field: &str) -> Val {
        if let Some(to) = self.leading(record) {
            return self.rows_led_to(record, to).map_or_else(|gap| gap, |rows| read(rows[0], field));
        }
        for (at_hand, row) in [self.looked_at, self.event].into_iter().flatten() {
            if at_hand == record {
                return self.cut_or(record, field, row);
            }
        }
        self.of_person(field)
    }

    fn cut_or(&self, record: &str, field: &str, row: &Row) -> Val {
        let is_own = self.looked_at.is_none() && self.event.is_some_and(|(event, _)| event == record);
        match self.cuts.iter().find(|(name, _)| is_own && name == field) {
            Some((_, quantity)) => Val::Num(*quantity),
            None => read(row, field),
        }
    }

    /// An undated field of the people's record: the same on all rows of the person.
    pub fn of_person(&self, field: &str) -> Val {
        if let Some((_, _, value)) = self.moved.iter().rfind(|(moved, ..)| moved == field) {
            return value.clone();
        }
        self.supplied(field)
    }

    fn supplied(&self, field: &str) -> Val {
        let rows = self.person.rows.get(&self.program.people().name.kind);
        rows.and_then(|rows| rows.first()).map_or(Val::Missing, |(_, row)| read(row, field))
    }

    /// A dated field on a day: the person's row whose dates hold it.
    pub fn dated(&self, name: &Expr, at: &Val) -> Val {
        let Val::Date(at) = at else { return at.clone() };
        if let ExprKind::Qualified(through, field) = &name.kind
            && let Some(to) = self.leading(&through.kind)
        {
            return match self.rows_led_to(&through.kind, to) {
                Ok(rows) => self.holding_on(rows.into_iter(), (to, &field.kind), at),
                Err(gap) => gap,
            };
        }
        let (record, field) = match &name.kind {
            ExprKind::Name(field) => (self.record_of_dated(field), field.as_str()),
            ExprKind::Qualified(record, field) => (record.kind.as_str(), field.kind.as_str()),
            _ => panic!("the checker refuses `as of` here"),
        };
        let rows = self.person.rows.get(record).into_iter().flatten().map(|(_, row)| row);
        self.holding_on(rows, (record, field), at)
    }

    fn holding_on<'r>(&self, rows: impl Iterator<Item = &'r Row>, (record, field): (&str, &str), at: &Day) -> Val {
        let declared = self.program.field(record, field).expect("a field");
        let Some((begins, ends)) = declared.dated.as_ref() else {
            let on_time = self.moved.iter().filter(|(moved, from, _)| moved == field && from <= at);
            return on_time.max_by_key(|(_, from, _)| *from).map_or_else(|| self.supplied(field), |(_, _, value)| value.clone());
        };
        let holds = |row: &Row| {
            let from = read(row, &begins.kind).date().is_none_or(|from| from <= *at);
            from && read(row, &ends.kind).date().is_none_or(|to| *at <= to)
        };
        let values: Vec<Val> = rows.filter(|row| holds(row)).map(|row| read(row, field)).collect();
        match values.split_first() {
            None => Val::Unknown,
            Some((first, others)) if others.iter().all(|other| other == first) => first.clone(),
            Some(_) => Val::Unknown,
        }
    }

    fn record_of_dated(&self, field: &str) -> &'a str {
        let has = |record: &str| self.program.field(record, field).is_some_and(|field| field.dated.is_some());
        let at_hand = [self.looked_at, self.event].into_iter().flatten().map(|(record, _)| record).find(|record| has(record));
        at_hand.unwrap_or(&self.program.people().name.kind)
    }

    /// The words of the enumeration that an expression is, where it is one.
    pub fn words(&self, expr: &'a Expr) -> Vec<String> {
        let of_field = |record: &str, field: &str| match self.program.field(record, field).map(|field| &field.kind.kind) {
            Some(FieldKind::OneOf(words)) => Some(words.iter().map(|word| word.kind.clone()).collect()),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Name(name) => {
                let at_hand = [self.looked_at, self.event].into_iter().flatten().map(|(record, _)| record);
                let records: Vec<&str> = at_hand.chain([self.program.people().name.kind.as_str()]).collect();
                if let Some(record) = records.into_iter().find(|record| self.program.field(record, name).is_some()) {
                    return of_field(record, name).unwrap_or_default();
                }
                match self.program.lets.iter().find(|definition| definition.name.kind == *name).map(|definition| &definition.body) {
                    Some(LetBody::Plain(body)) => self.words(body),
                    Some(LetBody::Dated { .. }) | None => Vec::new(),
                }
            }
            ExprKind::Qualified(through, field) if self.leading(&through.kind).is_some() => {
                of_field(self.leading(&through.kind).unwrap_or_default(), &field.kind).unwrap_or_default()
            }
            ExprKind::Qualified(record, field) => of_field(&record.kind, &field.kind).unwrap_or_default(),
            ExprKind::AsOf(name, _) => self.words(name),
            ExprKind::If { then, .. } => self.words(then),
            _ => Vec::new(),
        }
    }

    /// Over these of the person's rows of a record.
    pub fn aggregate(
        &self,
        kind: AggregateKind,
        parts: (Option<&'a Expr>, &'a str, Option<&'a Expr>),
        rows: &[&'a Row],
        of_known: bool,
    ) -> Val {
        let (value, record, condition) = parts;
        let mut verdicts = Vec::new();
        let mut values = Vec::new();
        for row in rows {
            let scope = Scope { looked_at: Some((record, row)), ..self.clone() };
            let verdict = condition.map_or(Val::YesNo(true), |condition| scope.value(condition));
            if verdict == Val::YesNo(false) && kind != AggregateKind::Every {
                continue;
            }
            if of_known && !verdict.is_known() {
                continue;
            }
            let of_row = value.map_or(Val::Num(ONE), |value| scope.value(value));
            if of_known && !of_row.is_known() {
                continue;
            }
            values.push(if verdict.is_known() { of_row } else { verdict.clone() });
            verdicts.push(verdict);
        }
        taken_together(kind, verdicts, values)
    }
}

/// What the verdicts and the values of all rows come to.
pub fn taken_together(kind: AggregateKind, verdicts: Vec<Val>, values: Vec<Val>) -> Val {
    match kind {
        AggregateKind::Any => not(verdicts.into_iter().map(not).fold(Val::YesNo(true), and)),
        AggregateKind::Every => verdicts.into_iter().fold(Val::YesNo(true), and),
        AggregateKind::Count | AggregateKind::Sum => {
            gap(&values).unwrap_or_else(|| Val::Num(values.iter().filter_map(Val::num).fold(ZERO, Ratio::plus)))
        }
        AggregateKind::Row => gap(&values).unwrap_or_else(|| match values.split_first() {
            None => Val::Missing,
            Some((first, others)) if others.iter().all(|other| other == first) => first.clone(),
            Some(_) => Val::Unknown,
        }),
        AggregateKind::Consecutive => unreachable!("tests/reference/rows.rs counts them"),
        AggregateKind::First => gap(&values).unwrap_or_else(|| extreme(values, |new, best| new < best)),
        AggregateKind::Latest => gap(&values).unwrap_or_else(|| extreme(values, |new, best| new > best)),
    }
}
