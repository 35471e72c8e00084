//! Work that is done side by side and handed on in order, each piece as soon as all before it are there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is left to do of a result that was given, which nobody waits for: the thread that gave it does it when others may give theirs.
pub type Later = Option<Box<dyn FnOnce() + Send>>;

/// Does the pieces `0..count`, each thread with tools of its own, and gives each result to `give` in the order of the pieces.
///
/// The threads take the pieces in their order, so that few results wait for one before them. What `give` sees is the same for
/// any number of threads; while it takes long the other threads wait for it, and what waits stays little. It must not share out work of its own
/// among the threads: one that it waits for could be waiting for it.
pub fn each_in_order<W, T: Send>(
    count: u32,
    make_tools: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u32) -> T + Sync,
    give: &mut (dyn FnMut(T) -> Later + Send),
) {
    let next = AtomicU32::new(0);
    let waiting = Mutex::new(Waiting { first: 0, results: BTreeMap::new(), give });
    rayon::broadcast(|_| {
        let mut tools = None;
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed); // one step past the end for each thread, far from the largest number
            if piece >= count {
                break;
            }
            let result = work(tools.get_or_insert_with(&make_tools), piece);
            let later = waiting.lock().unwrap_or_else(PoisonError::into_inner).put(piece, result);
            later.into_iter().for_each(|work| work());
        }
    });
}

/// Results whose turn has not come.
struct Waiting<'g, T> {
    /// The piece whose result is given next.
    first: u32,
    results: BTreeMap<u32, T>,
    give: &'g mut (dyn FnMut(T) -> Later + Send),
}

impl<T> Waiting<'_, T> {
    /// Takes in a result, gives those whose turn it is, and says what is left to do of them.
    fn put(&mut self, piece: u32, result: T) -> Vec<Box<dyn FnOnce() + Send>> {
        self.results.insert(piece, result);
        let mut later = Vec::new();
        while let Some(result) = self.results.remove(&self.first) {
            self.first += 1;
            later.extend((self.give)(result));
        }
        later
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn everything_comes_once_and_in_order() {
        for count in [0, 1, 2, 1000] {
            let (mut given, left) = (Vec::new(), Arc::new(AtomicU32::new(0)));
            each_in_order(
                count,
                || 0u64,
                |done, piece| {
                    *done += 1;
                    (0..u64::from(piece % 7) * 1000).for_each(|number| *done = std::hint::black_box(*done + number % 2));
                    piece
                },
                &mut |piece| {
                    given.push(piece);
                    let left = Arc::clone(&left);
                    (piece % 3 > 0).then(|| -> Box<dyn FnOnce() + Send> { Box::new(move || _ = left.fetch_add(piece, Ordering::Relaxed)) })
                },
            );
            assert_eq!(left.load(Ordering::Relaxed), (0..count).filter(|piece| piece % 3 > 0).sum::<u32>(), "{count}");
            assert!(given.iter().copied().eq(0..count), "{count}");
        }
    }
}
