//! How much room a dictionary makes: for the texts that are there, and for those that a file is likely to bring.

/// By which the number of texts is guessed that a file has, once some of it was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outlook {
    /// Texts that there were before the file.
    before: usize,
    /// Bytes of it that were read, of so many in all; nothing is guessed where none were.
    read: u64,
    all: u64,
}

impl Outlook {
    /// A file begins, where there are so many texts already.
    pub fn of(before: usize) -> Outlook {
        Outlook { before, ..Outlook::default() }
    }

    pub fn was_read(&mut self, read: u64, all: u64) {
        (self.read, self.all) = (read, all);
    }

    /// As many texts as there will be when the file is read, if the rest of it has as many new ones as what was read.
    fn guess(&self, texts: usize) -> usize {
        let own = texts.saturating_sub(self.before) as u128;
        let all = own * u128::from(self.all.max(self.read)) / u128::from(self.read.max(1));
        if self.read == 0 { texts } else { self.before + usize::try_from(all).unwrap_or(usize::MAX / 64) }
    }

    /// How many slots are made in place of so many that do not hold so many texts.
    pub fn slots(&self, own: usize, wanted: usize) -> usize {
        let least = slots_of(wanted).max(own / 2 * if own < MANY { 4 } else { 3 }).max(16);
        let guess = slots_of(self.guess(wanted) / 32 * 33);
        let most = own.saturating_mul(MORE_MOST);
        // where it takes several steps, the last is the largest
        let ahead = if guess <= most { guess } else { (most / 4 * 3).min(guess / 3) };
        least.max(ahead)
    }
}

/// So many slots are made half as many again, and not twice as many, where they are not enough, and filled further.
const MANY: usize = 1 << 20;
/// Fewer than so many are filled less far: they take little, and a text stands nearly always where it is looked for first.
const FEW: usize = 1 << 18;

/// So many times as many slots are made at once, where as many texts are guessed: a file whose rest has no new ones wastes no more.
const MORE_MOST: usize = 4;

/// How many texts so many slots hold: three of four are taken, seven of eight where there are many, and half of few.
#[inline]
pub fn filled(slots: usize) -> usize {
    match slots {
        ..FEW => slots / 2,
        FEW..MANY => slots / 4 * 3,
        MANY.. => slots / 8 * 7,
    }
}

/// The fewest slots that hold so many texts.
fn slots_of(texts: usize) -> usize {
    let ways = [(texts / 7 + 1) * 8, (texts / 3 + 1) * 4];
    ways.into_iter().find(|slots| texts <= filled(*slots)).unwrap_or((texts + 1) * 2)
}
