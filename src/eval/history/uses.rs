//! What was posted under a limit, by date, with running sums: what a window holds is found without walking through all of it.

use super::window::Use;
use crate::eval::expression::operators::Result;
use crate::value::{Date, Number, Period, Small};

/// Uses sorted by date; of one day in the order posted.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    list: Vec<Use>,
    /// By use, where there are more than a few: the sum of all up to it, itself included. There are none from the first on that has more digits
    /// than the program keeps.
    sums: Vec<Number>,
}

/// So many are looked at, and added up, one by one.
const FEW: usize = 8;

impl Uses {
    /// Sorts what comes in any order.
    pub fn of(mut list: Vec<Use>) -> Uses {
        list.sort_by_key(|used| used.date);
        let mut uses = Uses { list, sums: Vec::new() };
        uses.add_up(0);
        uses
    }

    #[inline]
    pub fn clear(&mut self) {
        self.list.clear();
        self.sums.clear();
    }

    /// Puts it behind those of the same day, and says where.
    #[inline(always)]
    pub fn insert(&mut self, (date, amount): (Date, &Number)) -> usize {
        if self.is_up_to(date) {
            return self.push((date, amount));
        }
        self.insert_before(Use { date, amount: *amount })
    }

    /// Puts it behind all others, where nearly everything belongs.
    #[inline(always)]
    fn push(&mut self, (date, amount): (Date, &Number)) -> usize {
        let at = self.list.len();
        self.list.push(Use { date, amount: *amount });
        if at >= FEW {
            self.add_up(self.sums.len());
        }
        at
    }

    #[cold]
    fn insert_before(&mut self, used: Use) -> usize {
        let at = self.up_to(used.date);
        self.list.insert(at, used);
        self.add_up(at);
        at
    }

    pub fn remove(&mut self, at: usize) {
        self.list.remove(at);
        self.add_up(at);
    }

    pub fn list(&self) -> &[Use] {
        &self.list
    }

    /// How many stand before the day.
    #[inline]
    pub fn before(&self, day: Date) -> usize {
        self.first_not(|used| used.date < day)
    }

    /// How many stand on the day or before it.
    #[inline]
    pub fn up_to(&self, day: Date) -> usize {
        self.first_not(|used| used.date <= day)
    }

    /// Whether none stands behind the day.
    #[inline]
    pub fn is_up_to(&self, day: Date) -> bool {
        self.list.last().is_none_or(|last| last.date <= day)
    }

    /// How many there are of which something is true, as it is of those at the front and of no others.
    #[inline(always)]
    fn first_not(&self, is_such: impl Fn(&Use) -> bool) -> usize {
        // nearly always it is of all but the last few
        let (mut at, few) = (self.list.len(), self.list.len().saturating_sub(FEW));
        while at > few && !is_such(&self.list[at - 1]) {
            at -= 1;
        }
        if at == few && few > 0 { self.first_not_of_many(&is_such) } else { at }
    }

    #[cold]
    fn first_not_of_many(&self, is_such: &dyn Fn(&Use) -> bool) -> usize {
        self.list.partition_point(is_such)
    }

    /// The sum of the uses in the period.
    #[inline]
    pub fn within(&self, period: Period) -> Result<Number> {
        let (from, to) = self.places(period);
        self.sum(from, to)
    }

    /// The same where it is a decimal of one machine word; none says nothing.
    #[inline(always)]
    pub fn small_within(&self, period: Period) -> Option<Small> {
        self.small_sum(self.places(period))
    }

    /// The sum of the uses from one to (not including) another, where it is a decimal of one machine word; none says nothing.
    #[inline(always)]
    pub fn small_sum(&self, (from, to): (usize, usize)) -> Option<Small> {
        match self.sums.get(to.wrapping_sub(1)) {
            Some(_) => self.sum(from, to).ok()?.to_small(),
            None => self.list.get(from..to)?.iter().try_fold(Small::ZERO, |sum, used| sum.plus(used.amount.to_small()?)),
        }
    }

    /// Those in the period: from one to (not including) another.
    #[inline(always)]
    fn places(&self, period: Period) -> (usize, usize) {
        let Some(last) = self.list.last() else { return (0, 0) };
        let to = if last.date < period.end { self.list.len() } else { self.before(period.end) };
        (self.before(period.start), to)
    }

    /// The sum of the uses from one to (not including) another.
    pub fn sum(&self, from: usize, to: usize) -> Result<Number> {
        if from >= to {
            return Ok(Number::ZERO);
        }
        match (self.sum_before(from), self.sum_before(to)) {
            (Some(_), Some(all)) if from == 0 => Ok(all),
            (Some(before), Some(all)) => Ok(all.minus(before)?),
            _ => self.list[from..to].iter().try_fold(Number::ZERO, |total, used| Ok(total.plus(used.amount)?)),
        }
    }

    #[inline]
    fn sum_before(&self, at: usize) -> Option<Number> {
        if at == 0 { Some(Number::ZERO) } else { self.sums.get(at - 1).copied() }
    }

    /// Computes the running sums anew from one use on. A few uses are as quickly added up where somebody asks.
    #[inline(never)]
    fn add_up(&mut self, from: usize) {
        self.sums.truncate(from);
        if self.list.len() <= FEW {
            return;
        }
        while let Some(used) = self.list.get(self.sums.len()) {
            let Some(Ok(sum)) = self.sum_before(self.sums.len()).map(|sum| sum.plus(used.amount)) else { return };
            self.sums.push(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(day: u32, amount: i64) -> Use {
        Use { date: Date::new(2025, 1, day).unwrap(), amount: Number::from_integer(amount) }
    }

    #[test]
    fn sums_follow_what_comes_and_goes_in_any_order() {
        let mut uses = Uses::default();
        let places: Vec<usize> = [(5, 10), (1, 20), (5, 30), (3, -5)]
            .map(|(day, amount)| uses.insert((used(day, 0).date, &Number::from_integer(amount))))
            .into();
        assert_eq!(places, [0, 0, 2, 1]);
        let sum = |uses: &Uses, from, to| uses.sum(from, to).unwrap().to_integer();
        assert_eq!((sum(&uses, 0, 4), sum(&uses, 1, 3), sum(&uses, 2, 2)), (Some(55), Some(5), Some(0)));
        uses.remove(1);
        assert_eq!((sum(&uses, 0, 3), sum(&uses, 1, 3)), (Some(60), Some(40)));
    }

    #[test]
    fn so_many_stand_before_a_day() {
        let uses = Uses::of((1..=30).map(|number| used(number / 2 + 1, 1)).collect());
        for day in 1..=31 {
            let day = Date::new(2025, 1, day).unwrap();
            assert_eq!(uses.before(day), uses.list().iter().filter(|used| used.date < day).count(), "{day}");
        }
    }

    #[test]
    fn a_window_has_its_sum_where_the_whole_has_none() {
        let most = Number::parse("79228162514264337593543950335").unwrap();
        let large = |day| Use { amount: most, ..used(day, 0) };
        let uses = Uses::of(vec![large(1), large(2), used(3, 7)]);
        assert_eq!(uses.sum(2, 3), Ok(Number::from_integer(7)));
        assert_eq!(uses.sum(1, 2), Ok(most));
        assert!(uses.sum(0, 2).is_err());
    }
}
