//! Pieces formatted in parallel and written in order.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use std::thread;

/// A file that pieces are appended to.
pub struct Output {
    file: File,
    length: AtomicU64,
}

impl Output {
    pub fn create(path: &str, header: &[u8]) -> Output {
        let file = File::create(path).expect("the folder can be written");
        file.write_all_at(header, 0).expect("the disk has room");
        Output { file, length: AtomicU64::new(header.len() as u64) }
    }

    /// Appends the text of `pieces` pieces in their order. Each thread makes its own `worker`, which fills in one piece's text.
    pub fn append<W: FnMut(usize, &mut Vec<u8>)>(&self, pieces: usize, threads: usize, worker: impl Fn() -> W + Sync) {
        let (next, turn) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let (mut text, mut fill) = (Vec::new(), worker());
                    loop {
                        let piece = next.fetch_add(1, Relaxed);
                        if piece >= pieces {
                            break;
                        }
                        text.clear();
                        fill(piece, &mut text);
                        while turn.load(Acquire) != piece {
                            thread::yield_now();
                        }
                        let at = self.length.fetch_add(text.len() as u64, Relaxed);
                        turn.store(piece + 1, Release);
                        self.file.write_all_at(&text, at).expect("the disk has room");
                    }
                });
            }
        });
    }
}
