//! A list of which what a candidate changed can be taken back.

use std::ops::Deref;

/// Only what is changed is kept as it was: nearly every candidate changes nothing, and who has many rows has many items.
#[derive(Debug)]
pub struct Restorable<T> {
    items: Vec<T>,
    /// So many stood here at the mark.
    marked: usize,
    /// Of those, what was changed since, as it was before, in the order changed.
    before: Vec<(usize, T)>,
}

impl<T> Default for Restorable<T> {
    fn default() -> Restorable<T> {
        Restorable { items: Vec::new(), marked: 0, before: Vec::new() }
    }
}

impl<T> Deref for Restorable<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T: Clone> Restorable<T> {
    pub fn clear(&mut self) {
        self.items.clear();
        self.mark();
    }

    /// From here on changes can be taken back.
    #[inline]
    pub fn mark(&mut self) {
        if !self.before.is_empty() {
            self.before.clear();
        }
        self.marked = self.items.len();
    }

    /// Everything stands as it did at the mark.
    pub fn take_back(&mut self) {
        self.items.truncate(self.marked);
        while let Some((at, item)) = self.before.pop() {
            self.items[at] = item;
        }
    }

    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The item, to be changed.
    pub fn change(&mut self, at: usize) -> Option<&mut T> {
        let item = self.items.get_mut(at)?;
        if at < self.marked {
            self.before.push((at, item.clone()));
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_and_added_since_the_mark_is_taken_back() {
        let mut list = Restorable::default();
        list.push(1);
        list.push(2);
        list.mark();
        list.push(3);
        for (at, value) in [(0, 10), (2, 30), (0, 11), (1, 20)] {
            *list.change(at).unwrap() = value;
        }
        assert_eq!(*list, [11, 20, 30]);
        assert_eq!(list.change(3), None);
        list.take_back();
        assert_eq!(*list, [1, 2]);
        *list.change(1).unwrap() = 5;
        list.mark();
        list.take_back();
        assert_eq!(*list, [1, 5]);
    }
}
