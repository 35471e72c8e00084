//! Items of columns as numbers of 32 bits, so that columns of every kind are moved through the same room.

use crate::value::Date;

/// An item that is moved as a number of 32 bits.
pub trait Word: Copy + Send + Sync {
    fn word(self) -> u32;
    /// The item of a number that [`Word::word`] made.
    fn of_word(word: u32) -> Self;
}

impl Word for u32 {
    #[inline]
    fn word(self) -> u32 {
        self
    }

    #[inline]
    fn of_word(word: u32) -> u32 {
        word
    }
}

impl Word for i32 {
    #[inline]
    fn word(self) -> u32 {
        self.cast_unsigned()
    }

    #[inline]
    fn of_word(word: u32) -> i32 {
        word.cast_signed()
    }
}

impl Word for Option<Date> {
    #[inline]
    fn word(self) -> u32 {
        self.map_or(0, Date::ordinal)
    }

    #[inline]
    fn of_word(word: u32) -> Option<Date> {
        Date::of_ordinal(word)
    }
}

impl Word for Option<u8> {
    #[inline]
    fn word(self) -> u32 {
        from_one(self)
    }

    #[inline]
    fn of_word(word: u32) -> Option<u8> {
        word.checked_sub(1).map(|code| code as u8)
    }
}

impl Word for Option<bool> {
    #[inline]
    fn word(self) -> u32 {
        from_one(self)
    }

    #[inline]
    fn of_word(word: u32) -> Option<bool> {
        word.checked_sub(1).map(|yes| yes > 0)
    }
}

/// Few numbers counted from one: zero is none.
#[inline]
fn from_one(number: Option<impl Into<u32>>) -> u32 {
    number.map_or(0, |number| number.into() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_its_word() {
        fn same<T: Word + PartialEq + std::fmt::Debug>(items: &[T]) {
            items.iter().for_each(|item| assert_eq!(T::of_word(item.word()), *item));
        }
        same(&[0, 1, u32::MAX]);
        same(&[i32::MIN, -1, 0, 1, i32::MAX]);
        same(&[None, Some(0), Some(255u8)]);
        same(&[None, Some(false), Some(true)]);
        same(&[None, Date::new(1, 1, 1), Date::new(2025, 8, 31), Date::new(9999, 12, 31)]);
    }
}
