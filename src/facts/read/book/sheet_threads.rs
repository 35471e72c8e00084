//! Rows of a sheet on their way from the thread that reads them to the one that takes them, some hundred at a time.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::notes::SheetNotes;
use super::row_maker::{RowTaker, Taken};
use super::sheet_row::SheetRow;
use super::workbook::{Problem, Rows};

/// Rows that are handed over together.
const TOGETHER: usize = 256;
/// So many such heaps may wait.
const WAITING_MOST: usize = 4;

/// What one thread hands to the other.
enum Handed {
    /// What is known of the sheet before its rows.
    Notes(SheetNotes),
    Rows(Heap),
}

/// Some rows; those behind `used` only lend their room.
struct Heap {
    rows: Vec<SheetRow>,
    used: usize,
}

impl Heap {
    fn empty() -> Heap {
        Heap { rows: std::iter::repeat_with(SheetRow::default).take(TOGETHER).collect(), used: 0 }
    }
}

/// Puts rows on the way.
struct Sender {
    full: SyncSender<Handed>,
    back: Receiver<Heap>,
    heap: Heap,
}

impl RowTaker for Sender {
    fn begin(&mut self, notes: &SheetNotes) {
        // an error means that the other thread has gone; the rows will find out
        let _gone = self.full.send(Handed::Notes(notes.clone()));
    }

    fn row(&mut self, row: &mut SheetRow) -> Taken {
        row.move_into(&mut self.heap.rows[self.heap.used]);
        self.heap.used += 1;
        if self.heap.used < TOGETHER { Taken::GoOn } else { self.send() }
    }
}

impl Sender {
    fn send(&mut self) -> Taken {
        let next = self.back.try_recv().unwrap_or_else(|_| Heap::empty());
        let full = std::mem::replace(&mut self.heap, next);
        if self.full.send(Handed::Rows(full)).is_ok() { Taken::GoOn } else { Taken::Enough }
    }
}

/// Reads on a thread of its own and hands the rows on from this one, in their order. The outer error is a panic of the reader.
pub fn in_turn(
    rows: &mut Rows<'_>,
    read: impl FnOnce(&mut dyn RowTaker) -> Result<SheetNotes, Problem> + Send,
) -> thread::Result<Result<(), Problem>> {
    let (full, filled) = sync_channel(WAITING_MOST);
    let (emptied, back) = sync_channel(WAITING_MOST + 2);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut sender = Sender { full, back, heap: Heap::empty() };
            let read = read(&mut sender);
            sender.send();
            read
        });
        while let Ok(handed) = filled.recv() {
            match handed {
                Handed::Notes(notes) => rows.notes = notes,
                Handed::Rows(mut heap) => {
                    for row in &mut heap.rows[..heap.used] {
                        rows.take(row);
                        row.clear();
                    }
                    heap.used = 0;
                    // nobody waits for it where the other thread has ended
                    let _unused = emptied.try_send(heap);
                }
            }
            if rows.is_stopped() {
                break;
            }
        }
        drop(filled);
        reader.join().map(|read| read.map(|notes| rows.notes = notes))
    })
}
