//! A list whose items leave their room to those of the next person: an item can be written where it stays.

use std::ops::{Deref, DerefMut};

#[derive(Debug)]
pub struct Reused<T> {
    items: Vec<T>,
    /// So many of the first are there, never more than there are; the others are room.
    count: usize,
}

impl<T> Default for Reused<T> {
    fn default() -> Reused<T> {
        Reused { items: Vec::new(), count: 0 }
    }
}

impl<T> Reused<T> {
    #[inline]
    pub fn clear(&mut self) {
        self.count = 0;
    }

    #[inline]
    pub fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    pub fn push(&mut self, item: T) {
        self.items.truncate(self.count);
        self.items.push(item);
        self.count += 1;
    }

    /// Adds an item, all of which is to be written: what stands there is of another person, or `blank`.
    #[inline(always)]
    pub fn add(&mut self, blank: impl FnOnce() -> T) -> Option<&mut T> {
        let at = self.count;
        if at < self.items.len() {
            self.count = at + 1;
            return self.items.get_mut(at);
        }
        self.grow(blank)
    }

    #[cold]
    fn grow(&mut self, blank: impl FnOnce() -> T) -> Option<&mut T> {
        self.items.push(blank());
        self.count = self.items.len();
        self.items.last_mut()
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.count
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<T> Deref for Reused<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items[..self.count]
    }
}

impl<T> DerefMut for Reused<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_another_person_are_not_there() {
        let mut list: Reused<u32> = Reused::default();
        list.push(1);
        list.push(2);
        *list.add(|| 0).unwrap() = 3;
        assert_eq!(*list, [1, 2, 3]);
        list.clear();
        assert!(list.is_empty());
        *list.add(|| 0).unwrap() = 4;
        list.push(5);
        list[0] += 1;
        assert_eq!(*list, [5, 5]);
        list.truncate(1);
        list.truncate(9);
        assert_eq!(*list, [5]);
    }
}
