//! The queue of one person: candidates stay where they were put, and their numbers stand in the order in which they are worked.

use super::candidate::Candidate;

/// Used again for the next person.
#[derive(Debug, Default)]
pub struct Queue<'a> {
    candidates: Vec<Candidate<'a>>,
    /// Indices of candidates: first those worked, then those that wait.
    order: Vec<u32>,
    /// The next to work.
    front: usize,
    /// Where the candidate at hand put others.
    enqueued: Vec<usize>,
}

impl<'a> Queue<'a> {
    pub fn clear(&mut self) {
        self.candidates.clear();
        self.order.clear();
        self.enqueued.clear();
        self.front = 0;
    }

    /// Adds a candidate before the queue is sorted.
    #[inline]
    pub fn push(&mut self, candidate: Candidate<'a>) {
        self.order.push(self.candidates.len() as u32);
        self.candidates.push(candidate);
    }

    #[inline]
    pub fn sort(&mut self) {
        let Queue { candidates, order, .. } = self;
        if order.len() > 1 {
            order.sort_by(|left, right| candidates[*left as usize].order(&candidates[*right as usize]));
        }
    }

    /// The number of the next to work.
    #[inline]
    pub fn next(&mut self) -> Option<u32> {
        let number = *self.order.get(self.front)?;
        self.front += 1;
        self.enqueued.clear();
        Some(number)
    }

    /// A copy to work with: others may look at the candidate meanwhile.
    #[inline]
    pub fn copy_of(&self, number: u32) -> Candidate<'a> {
        self.candidates[number as usize].clone()
    }

    /// Puts a candidate behind what is worked already.
    pub fn enqueue(&mut self, candidate: Candidate<'a>) {
        let waiting = self.order.get(self.front..).unwrap_or(&[]);
        let at = self.front + waiting.partition_point(|other| self.candidates[*other as usize].order(&candidate).is_le());
        self.order.insert(at, self.candidates.len() as u32);
        self.candidates.push(candidate);
        self.enqueued.push(at);
    }

    /// Takes out what the candidate at hand put in.
    pub fn take_back(&mut self) {
        while let Some(at) = self.enqueued.pop() {
            self.order.remove(at);
        }
    }

    /// Takes out those that are not worked yet and meet the test.
    pub fn take_waiting(&mut self, is_meant: &dyn Fn(&Candidate<'a>) -> bool) -> Vec<Candidate<'a>> {
        let waiting = self.order.split_off(self.front);
        let (taken, left): (Vec<u32>, Vec<u32>) = waiting.into_iter().partition(|index| is_meant(&self.candidates[*index as usize]));
        self.order.extend(left);
        taken.into_iter().map(|index| self.candidates[index as usize].clone()).collect()
    }

    /// The places of those that are not worked yet.
    pub fn waiting(&self) -> std::ops::Range<usize> {
        self.front..self.order.len()
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The candidate in a place of the queue.
    pub fn get(&self, at: usize) -> Option<&Candidate<'a>> {
        self.order.get(at).and_then(|index| self.candidates.get(*index as usize))
    }

    /// The number of the candidate in a place, by which it is found wherever it stands later.
    pub fn number(&self, at: usize) -> Option<u32> {
        self.order.get(at).copied()
    }

    pub fn by_number(&self, number: u32) -> Option<&Candidate<'a>> {
        self.candidates.get(number as usize)
    }

    pub fn get_mut(&mut self, at: usize) -> Option<&mut Candidate<'a>> {
        self.order.get(at).and_then(|index| self.candidates.get_mut(*index as usize))
    }
}
