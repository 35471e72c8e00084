//! Who stands behind the codes of IDs.

use crate::facts::EmployeeId;

/// By code of IDs, the person; of a look-up record, the number of the key.
#[derive(Default)]
pub struct Whose {
    /// How many IDs there are.
    ids: usize,
    people: usize,
    /// None where the first codes are the people in their order, as where a file of people is sorted: nothing is kept of each then.
    each: Option<Vec<Option<EmployeeId>>>,
}

impl Whose {
    /// Of the first so many IDs, which stand in the order of people.
    pub fn first(people: usize, ids: usize) -> Whose {
        Whose { ids, people, each: None }
    }

    /// Of IDs with these codes, in the order of people.
    pub fn of(codes: &[u32], ids: usize) -> Whose {
        let mut each = vec![None; ids];
        for (number, code) in (0..).zip(codes) {
            each[*code as usize - 1] = Some(EmployeeId(number));
        }
        Whose { ids, people: codes.len(), each: Some(each) }
    }

    /// Whether the first IDs are the people in their order.
    pub fn are_first(&self) -> bool {
        self.each.is_none()
    }

    pub fn ids(&self) -> usize {
        self.ids
    }

    /// How many there are.
    pub fn people(&self) -> usize {
        self.people
    }

    /// Who it is; `code` is from one on.
    #[inline]
    pub fn person(&self, code: u32) -> Option<EmployeeId> {
        let at = code.checked_sub(1)?;
        match &self.each {
            None => ((at as usize) < self.people).then_some(EmployeeId(at)),
            Some(each) => each.get(at as usize).copied().flatten(),
        }
    }

    /// The codes of IDs that are nobody's.
    pub fn nobody(&self) -> impl Iterator<Item = u32> {
        let first = if self.each.is_none() { self.people + 1 } else { 1 };
        (first..=self.ids).map(|code| code as u32).filter(|code| self.person(*code).is_none())
    }

    /// By person, the code less one: none where each is the person's own number.
    pub fn codes(&self) -> Option<Vec<Option<u32>>> {
        let each = self.each.as_ref()?;
        let mut codes = vec![None; self.people];
        for (code, person) in (0u32..).zip(each) {
            person.iter().for_each(|person| codes[person.0 as usize] = Some(code));
        }
        Some(codes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ids_are_people_as_if_each_were_kept() {
        for (people, ids) in [(0, 0), (0, 3), (2, 5), (3, 3)] {
            let (first, each) = (Whose::first(people, ids), Whose::of(&(1..=people as u32).collect::<Vec<_>>(), ids));
            let all = |whose: &Whose| (0..=ids as u32 + 1).map(|code| whose.person(code)).collect::<Vec<_>>();
            assert_eq!((all(&first), first.people(), first.ids()), (all(&each), each.people(), each.ids()));
            assert!(first.nobody().eq(each.nobody()) && first.nobody().count() == ids - people);
            assert_eq!((first.codes(), each.codes()), (None, Some((0..people as u32).map(Some).collect())));
        }
        let whose = Whose::of(&[3, 1], 4);
        assert_eq!([1, 2, 3, 4].map(|code| whose.person(code)), [Some(EmployeeId(1)), None, Some(EmployeeId(0)), None]);
        assert_eq!((whose.nobody().collect::<Vec<_>>(), whose.codes()), (vec![2, 4], Some(vec![Some(2), Some(0)])));
    }
}
