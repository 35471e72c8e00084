//! A column of decimals as whole numbers of one unit, with the few that do not fit kept beside it.

use rayon::prelude::*;

use super::column::{NO_NUMBER, retain_from};
use super::grouping::Order;
use crate::value::number::POWERS;
use crate::value::{Number, Small};

/// Decimals by row: four or eight bytes a row, exact.
#[derive(Clone, Debug, Default)]
pub struct NumberColumn {
    /// Digits behind the point that every mantissa has.
    scale: u32,
    mantissas: Mantissas,
    /// The numbers that no mantissa holds, in the order of rows.
    large: Vec<(u32, Number)>,
}

const MISSING: i64 = i64::MIN;
const LARGE: i64 = i64::MIN + 1;
/// A column never takes more digits behind the point than this; a number with more is kept beside it.
const SCALE_MOST: u32 = 9;

/// Whole numbers or one of the two marks, by row: in half the room until one of them needs more.
#[derive(Clone, Debug)]
enum Mantissas {
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
}

impl Default for Mantissas {
    fn default() -> Mantissas {
        Mantissas::Narrow(Vec::new())
    }
}

impl Mantissas {
    fn len(&self) -> usize {
        match self {
            Mantissas::Narrow(narrow) => narrow.len(),
            Mantissas::Wide(wide) => wide.len(),
        }
    }

    #[inline]
    fn get(&self, row: u32) -> i64 {
        match self {
            Mantissas::Narrow(narrow) => widened(narrow[row as usize]),
            Mantissas::Wide(wide) => wide[row as usize],
        }
    }

    #[inline]
    fn push(&mut self, mantissa: i64) {
        match (&mut *self, narrowed(mantissa)) {
            (Mantissas::Narrow(narrow), Some(mantissa)) => narrow.push(mantissa),
            (Mantissas::Wide(wide), _) => wide.push(mantissa),
            (Mantissas::Narrow(_), None) => self.extend_wide([mantissa].into_iter()),
        }
    }

    #[cold]
    fn extend_wide(&mut self, more: impl Iterator<Item = i64>) {
        let mut wide = match std::mem::take(self) {
            Mantissas::Narrow(narrow) => narrow.into_iter().map(widened).collect(),
            Mantissas::Wide(wide) => wide,
        };
        wide.extend(more);
        *self = Mantissas::Wide(wide);
    }

    fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len() as u32).map(|row| self.get(row))
    }
}

/// The code of a mantissa; the one that says that there is none has the code zero.
#[inline]
fn code_of(mantissa: i64, missing: i64) -> usize {
    if mantissa >= 0 {
        mantissa as usize + 1
    } else if mantissa == missing {
        0
    } else {
        NO_NUMBER
    }
}

/// The two marks are the two least numbers, however wide they are.
#[inline]
fn widened(mantissa: i32) -> i64 {
    if mantissa > i32::MIN + 1 { i64::from(mantissa) } else { MISSING + i64::from(mantissa.wrapping_sub(i32::MIN)) }
}

#[inline]
fn narrowed(mantissa: i64) -> Option<i32> {
    match mantissa {
        MISSING => Some(i32::MIN),
        LARGE => Some(i32::MIN + 1),
        mantissa => i32::try_from(mantissa).ok().filter(|mantissa| *mantissa > i32::MIN + 1),
    }
}

impl NumberColumn {
    pub fn len(&self) -> usize {
        self.mantissas.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn get(&self, row: u32) -> Option<Number> {
        match self.mantissas.get(row) {
            MISSING => None,
            LARGE => self.large_at(row),
            mantissa => Some(Number::from_scaled(mantissa, self.scale)),
        }
    }

    /// True where two rows have the same number, missing included.
    #[inline]
    pub fn same(&self, left: u32, right: u32) -> bool {
        match (self.mantissas.get(left), self.mantissas.get(right)) {
            (LARGE, _) | (_, LARGE) => self.get(left) == self.get(right),
            (one, other) => one == other,
        }
    }

    /// The number where it is one of the column's unit, which it nearly always is.
    #[inline]
    pub fn small(&self, row: u32) -> Option<Small> {
        let mantissa = self.mantissas.get(row);
        if mantissa > LARGE { Some(Small::from_scaled(mantissa, self.scale)) } else { None }
    }

    /// Another number for each number of the column, zero for missing; [`NO_NUMBER`] for what is below zero or large.
    #[inline]
    pub fn code(&self, row: u32) -> usize {
        match &self.mantissas {
            Mantissas::Narrow(narrow) => code_of(i64::from(narrow[row as usize]), i64::from(i32::MIN)),
            Mantissas::Wide(wide) => code_of(wide[row as usize], MISSING),
        }
    }

    pub fn push(&mut self, value: Option<Number>) {
        let Some(number) = value else { return self.mantissas.push(MISSING) };
        if let Some((mantissa, scale)) = number.to_scaled()
            && scale <= SCALE_MOST
        {
            self.raise_to(scale);
            if let Some(mantissa) = raised(mantissa, self.scale - scale) {
                return self.mantissas.push(mantissa);
            }
        }
        self.large.push((self.mantissas.len() as u32, number));
        self.mantissas.push(LARGE);
    }

    /// Adds a decimal without zeros at its end.
    #[inline]
    pub fn push_scaled(&mut self, mantissa: i64, scale: u32) {
        match self.scale.checked_sub(scale).and_then(|zeros| raised(mantissa, zeros)) {
            Some(mantissa) => self.mantissas.push(mantissa),
            None => self.push(Some(Number::from_scaled(mantissa, scale))),
        }
    }

    /// The same of several, which mostly are narrow and of the column's unit.
    #[inline]
    pub fn push_all(&mut self, decimals: impl Iterator<Item = (i64, u32)> + Clone) {
        let unlike = |(mantissa, scale)| u64::from(scale ^ self.scale) | (mantissa as u64 & !(i32::MAX as u64));
        let is_alike = decimals.clone().fold(0, |odd, decimal| odd | unlike(decimal)) == 0;
        match &mut self.mantissas {
            Mantissas::Narrow(narrow) if is_alike => narrow.extend(decimals.map(|(mantissa, _)| mantissa as i32)),
            _ => decimals.for_each(|(mantissa, scale)| self.push_scaled(mantissa, scale)),
        }
    }

    pub fn reserve(&mut self, rows: usize) {
        match &mut self.mantissas {
            Mantissas::Narrow(narrow) => narrow.reserve(rows),
            Mantissas::Wide(wide) => wide.reserve(rows),
        }
    }

    /// Adds the rows of another column.
    pub fn append(&mut self, other: NumberColumn) {
        if self.is_empty() {
            *self = other;
        } else if other.scale == self.scale && other.large.is_empty() {
            match (&mut self.mantissas, other.mantissas) {
                (Mantissas::Narrow(narrow), Mantissas::Narrow(more)) => narrow.extend(more),
                (mantissas, more) => mantissas.extend_wide(more.iter()),
            }
        } else {
            (0..other.len() as u32).for_each(|row| self.push(other.get(row)));
        }
    }

    pub(super) fn reorder(&mut self, order: &mut Order) {
        if !self.large.is_empty() {
            let large = |(to, from): (usize, u32)| self.large_at(from).map(|number| (to as u32, number));
            self.large = order.rows().enumerate().filter_map(large).collect();
        }
        match &mut self.mantissas {
            Mantissas::Narrow(narrow) => order.put(narrow),
            Mantissas::Wide(wide) => {
                let (mut lower, mut upper): (Vec<u32>, Vec<i32>) =
                    wide.iter().map(|mantissa| (*mantissa as u32, (*mantissa >> 32) as i32)).unzip();
                order.put(&mut lower);
                order.put(&mut upper);
                *wide = lower.into_iter().zip(upper).map(|(lower, upper)| i64::from(upper) << 32 | i64::from(lower)).collect();
            }
        }
    }

    #[cold]
    fn large_at(&self, row: u32) -> Option<Number> {
        if self.large.is_empty() {
            return None;
        }
        let at = self.large.binary_search_by_key(&row, |(at, _)| *at).ok()?;
        self.large.get(at).map(|(_, number)| *number)
    }

    pub fn truncate(&mut self, length: usize) {
        match &mut self.mantissas {
            Mantissas::Narrow(narrow) => narrow.truncate(length),
            Mantissas::Wide(wide) => wide.truncate(length),
        }
        self.large.retain(|(row, _)| (*row as usize) < length);
    }

    /// Keeps the rows from `from` on that are marked.
    pub fn retain(&mut self, from: usize, keep: &[bool]) {
        match &mut self.mantissas {
            Mantissas::Narrow(narrow) => retain_from(narrow, from, keep),
            Mantissas::Wide(wide) => retain_from(wide, from, keep),
        }
        if self.large.is_empty() {
            return;
        }
        let is_kept = |row: &u32| (*row as usize).checked_sub(from).and_then(|at| keep.get(at)).copied().unwrap_or(true);
        let kept = self.large.iter().filter(|(row, _)| is_kept(row)).map(|(_, number)| *number);
        let rows = (0u32..).zip(self.mantissas.iter()).filter(|(_, mantissa)| *mantissa == LARGE).map(|(row, _)| row);
        self.large = rows.zip(kept).collect();
    }

    /// Gives every mantissa more digits behind the point; those that no longer fit move beside the column.
    fn raise_to(&mut self, scale: u32) {
        if scale <= self.scale {
            return;
        }
        let more = scale - self.scale;
        let (mut moved, mut larger) = (Vec::new(), Mantissas::default());
        for (row, mantissa) in (0u32..).zip(self.mantissas.iter()) {
            match raised(mantissa, more) {
                _ if mantissa == MISSING || mantissa == LARGE => larger.push(mantissa),
                Some(mantissa) => larger.push(mantissa),
                None => {
                    moved.push((row, Number::from_scaled(mantissa, self.scale)));
                    larger.push(LARGE);
                }
            }
        }
        self.mantissas = larger;
        self.scale = scale;
        if !moved.is_empty() {
            self.large.extend(moved);
            self.large.sort_by_key(|(row, _)| *row);
        }
    }
}

/// The mantissa with so many zeros more, where it fits and is neither of the two marks.
fn raised(mantissa: i64, zeros: u32) -> Option<i64> {
    mantissa.checked_mul(*POWERS.get(zeros as usize)?).filter(|mantissa| *mantissa > LARGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::grouping::Grouping;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn every_number_comes_back_exactly() {
        let texts = ["200", "0.5", "-3.25", "9223372036854775807", "0.1234567890123456789", "-9223372036854775807", "7.000000001"];
        let mut column = NumberColumn::default();
        column.push(None);
        for text in texts {
            column.push(Some(number(text)));
        }
        assert_eq!(column.get(0), None);
        for (row, text) in (1u32..).zip(texts) {
            assert_eq!(column.get(row), Some(number(text)), "{text}");
        }
    }

    #[test]
    fn narrow_numbers_make_room_for_wide_ones() {
        let edges = [i32::MAX, i32::MIN + 3, i32::MIN + 2, i32::MIN + 1, i32::MIN, 0];
        let all: Vec<i64> = edges.into_iter().map(i64::from).chain([i64::from(i32::MAX) + 1, i64::MAX, i64::MIN + 2]).collect();
        for last in 0..all.len() {
            let (mut column, mut other) = (NumberColumn::default(), NumberColumn::default());
            column.push(None);
            all[..last].iter().for_each(|mantissa| column.push_scaled(*mantissa, 0));
            other.push(None);
            other.append(column);
            other.push_scaled(7, 0);
            let read: Vec<Option<Number>> = (0..other.len() as u32).map(|row| other.get(row)).collect();
            let numbers = all[..last].iter().map(|mantissa| Some(Number::from_scaled(*mantissa, 0)));
            let expected = [None, None].into_iter().chain(numbers).chain([Some(number("7"))]);
            assert_eq!(read, expected.collect::<Vec<_>>());
            other.push(Some(number("0.5")));
            assert!(read.into_iter().eq((0..other.len() as u32 - 1).map(|row| other.get(row))), "also with more digits");
        }
    }

    #[test]
    fn narrow_and_wide_numbers_are_put_into_another_order() {
        for last in ["7", "-5000000000", "9223372036854775807.5"] {
            let mut column = NumberColumn::default();
            ["1", "-2", last].into_iter().for_each(|text| column.push(Some(number(text))));
            column.push(None);
            let (_, mut order) =
                Grouping::of((&[1, 0, 1, 0], 0), 2).order((2, Some(&[Some(1), Some(0)])), (&[1], |row| row == 0), Vec::new());
            column.reorder(&mut order);
            assert_eq!([0, 1, 2].map(|row| column.get(row)), [Some(number(last)), Some(number("-2")), None]);
            assert_eq!(column.len(), 3);
        }
    }

    #[test]
    fn rows_can_be_taken_out() {
        let mut column = NumberColumn::default();
        for text in ["1", "9223372036854775807.5", "2.5", "79228162514264337593543950335"] {
            column.push(Some(number(text)));
        }
        column.retain(0, &[true, false, true, true]);
        assert_eq!(column.get(0), Some(number("1")));
        assert_eq!(column.get(1), Some(number("2.5")));
        assert_eq!(column.get(2), Some(number("79228162514264337593543950335")));
        column.retain(1, &[false, true]);
        assert_eq!((column.len(), column.get(1)), (2, Some(number("79228162514264337593543950335"))));
        column.truncate(1);
        assert_eq!(column.len(), 1);
    }
}
