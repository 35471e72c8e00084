//! Open Badges 2.0 and 3.0 as a source: files, images and zips to rows of text cells, offline.

mod base58;
mod book;
mod credential;
mod day;
mod integrity;
mod json;
mod jws;
mod key;
mod limits;
mod png;
mod read;
mod recipient;
mod row;
mod rules;
mod svg;
mod unbaked;
mod unpack;
mod verify;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;

pub use book::{BadgeBook, is_badge_zip, is_badges, told_once};
pub use day::{DayFault, Reading, Zone, day as day_of};
pub use key::{Algorithm, PinnedKey, PublicKey};
pub use recipient::{KnownEmails, NO_EMAILS};
pub use row::{BadgeRow, Column};
pub use rules::{BadgeRules, Files, NO_RULES, PinnedContext, Signatures, Written, WrittenContext, WrittenKey, WrittenRules};
pub use unpack::{BadgeFile, Spot, unzip};

/// All badges of some files: one row each, in the order of the files, those that cannot be used among them.
#[derive(Clone, Debug, Default)]
pub struct BadgeSheet {
    pub rows: Vec<BadgeRow>,
    /// What has to be settled before any row may be used.
    pub asked: Vec<Diagnostic>,
}

/// Reads badges. Every file, every file of a zip and every entry of a list becomes exactly one row.
pub fn read_badges(files: &[BadgeFile<'_>], rules: &BadgeRules, known: &KnownEmails) -> BadgeSheet {
    let of_file = |file: &BadgeFile<'_>| unpack::unpack(*file);
    let unpacked: Vec<_> = files.par_iter().flat_map_iter(of_file).collect();
    // each hash begins with its algorithm and a `$`; what is signed shows nothing and counts as one
    let hashes = |text: &str| 1 + text.bytes().filter(|byte| *byte == b'$').count();
    let recipients = unpacked.iter().flatten().map(|text| hashes(&text.text)).sum();
    let with = read::ReadWith { rules, known, tried: if known.can_be_tried(recipients) { known } else { &NO_EMAILS } };
    let of_text = |found: Result<unpack::Unpacked, (Spot, Diagnostic)>| match found {
        Ok(text) => read::rows(&text, with),
        Err((spot, problem)) => vec![BadgeRow::rejected(spot, problem)],
    };
    let mut rows: Vec<BadgeRow> = unpacked.into_par_iter().flat_map_iter(of_text).collect();
    let asked = take_questions(&mut rows);
    BadgeSheet { rows, asked }
}

/// A missing time zone is a question about all badges, not a reason against one.
fn take_questions(rows: &mut [BadgeRow]) -> Vec<Diagnostic> {
    let mut asked = Vec::new();
    for row in rows {
        let (questions, said): (Vec<Diagnostic>, Vec<Diagnostic>) =
            std::mem::take(&mut row.said).into_iter().partition(|problem| problem.code == "badge-time-zone");
        row.said = said;
        asked.extend(questions);
    }
    asked
}
