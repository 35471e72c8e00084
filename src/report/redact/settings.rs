//! What a mapping has to say about the redacted files, so that their rows come to the same; nothing where the files say it themselves.

use super::tables::{FOOTER, POSITION, PRIMARY};
use crate::facts::Fault;
use crate::facts::as_read::{CellAsRead, FileAsRead};
use crate::policy::Field;

/// As wide as IDs are made whose zeros at the front decide.
pub const ID_WIDTH: usize = 9;

/// The columns of a crosswalk.
pub const CROSSWALK_COLUMNS: [&str; 2] = ["key", "id"];

/// `[[file]]` for one redacted file.
pub struct Settings<'a> {
    pub name: &'a str,
    pub file: &'a FileAsRead,
    /// The fields that the redacted file shows.
    pub shown: &'a [(usize, &'a Field)],
    pub has_padded_ids: bool,
    pub crosswalk: Option<&'a str>,
}

impl Settings<'_> {
    /// The lines; empty where there is nothing to say.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.has_padded_ids {
            text.push_str(&format!("id_width = {ID_WIDTH}\n"));
        }
        let is_wrong_date = |field: usize| {
            self.file.rows.iter().any(|row| matches!(row.cells.get(field), Some(CellAsRead::Faulty { fault: Fault::NotADate { .. }, .. })))
        };
        let dates =
            self.shown.iter().filter(|(field, _)| is_wrong_date(*field)).map(|(_, field)| format!("{} = \"YYYY-MM-DD\"\n", field.name));
        add(&mut text, "formats", &dates.collect::<String>());
        let Some(rule) = &self.file.rule else { return self.headed(&text) };
        let is_shown = |name: &&String| self.shown.iter().any(|(_, field)| field.name == **name);
        let most = rule.most.iter().filter(|(name, _)| is_shown(name)).map(|(name, most)| format!("{name} = \"{most}\"\n"));
        add(&mut text, "most", &most.collect::<String>());
        if let Some(footer) = &rule.footer {
            add(&mut text, "footer", &format!("first_cell = \"{FOOTER}\"\nsums = {}\n", listed(&footer.sums)));
        }
        match &rule.positions {
            Some(positions) if positions.primary.is_some() => {
                add(&mut text, "positions", &format!("primary = \"{POSITION}\"\nis = \"{PRIMARY}\"\n"));
            }
            Some(positions) => add(&mut text, "positions", &format!("add = {}\n", listed(&positions.add))),
            None => {}
        }
        if let Some(crosswalk) = self.crosswalk {
            let [from, to] = CROSSWALK_COLUMNS;
            add(&mut text, "crosswalk", &format!("file = \"{crosswalk}\"\nfrom = \"{from}\"\nto = \"{to}\"\n"));
        }
        self.headed(&text)
    }

    fn headed(&self, text: &str) -> String {
        if text.is_empty() { String::new() } else { format!("[[file]]\nmatch = \"{}\"\n{text}\n", self.name) }
    }
}

fn add(text: &mut String, part: &str, lines: &str) {
    if !lines.is_empty() {
        text.push_str(&format!("[file.{part}]\n{lines}"));
    }
}

fn listed(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
}
