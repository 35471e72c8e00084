//! Open Badges 2.0 and 3.0 as a source: files, images and zips to rows of text cells, offline.

mod base58;
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

pub use day::Zone;
pub use key::{Algorithm, PinnedKey, PublicKey};
pub use recipient::KnownEmails;
pub use row::{BadgeRow, Column};
pub use rules::{BadgeRules, PinnedContext, Signatures, Written, WrittenContext, WrittenKey, WrittenRules};
pub use unpack::{BadgeFile, Spot};

/// All badges of some files: one row each, in the order of the files, those that cannot be used among them.
#[derive(Clone, Debug, Default)]
pub struct BadgeSheet {
    pub rows: Vec<BadgeRow>,
    /// What has to be settled before any row may be used.
    pub asked: Vec<Diagnostic>,
    /// What holds for all of them, one sentence each.
    pub assumed: Vec<String>,
}

/// Reads badges. Every file, every file of a zip and every entry of a list becomes exactly one row.
pub fn read_badges(files: &[BadgeFile<'_>], rules: &BadgeRules, known: &KnownEmails) -> BadgeSheet {
    let with = read::ReadWith { rules, known };
    let of_file = |file: &BadgeFile<'_>| unpack::unpack(*file);
    let unpacked: Vec<_> = files.par_iter().flat_map_iter(of_file).collect();
    let of_text = |found: Result<unpack::Unpacked, (Spot, Diagnostic)>| match found {
        Ok(text) => read::rows(&text, with),
        Err((spot, problem)) => vec![BadgeRow::rejected(spot, problem)],
    };
    let mut rows: Vec<BadgeRow> = unpacked.into_par_iter().flat_map_iter(of_text).collect();
    let asked = ask_once(&mut rows);
    let mut assumed = Vec::new();
    let used = rows.iter().filter(|row| !row.is_rejected()).count();
    if used > 0 {
        assumed.push(format!("whether {used} badges were revoked or replaced since was not checked, because that needs the network"));
    }
    BadgeSheet { rows, asked, assumed }
}

/// A missing time zone is one question, not one for each badge.
fn ask_once(rows: &mut [BadgeRow]) -> Vec<Diagnostic> {
    let mut asked = Vec::new();
    for row in rows {
        let (questions, said) =
            std::mem::take(&mut row.said).into_iter().partition(|problem: &Diagnostic| problem.code == "badge-time-zone");
        row.said = said;
        asked.extend::<Vec<Diagnostic>>(questions);
    }
    let count = asked.len();
    asked.truncate(1);
    for question in &mut asked {
        question.message = format!("{} ({count} time stamps)", question.message);
    }
    asked
}
