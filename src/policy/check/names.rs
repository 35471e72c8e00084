//! Names: declared once, found by every use, and suggested where a use is nearly right.

use super::{Checker, at};
use crate::diagnostic::{Diagnostic, nearest};
use crate::policy::{FieldId, RecordId};
use crate::syntax::ast::Name;

/// Words for periods, which no calendar can take.
const PERIOD_WORDS: [&str; 4] = ["ever", "month", "rolling", "year"];

impl Checker<'_> {
    pub(super) fn check_calendar_name(&mut self, name: &Name, earlier: &[&Name]) {
        if PERIOD_WORDS.contains(&name.kind.as_str()) {
            let message = format!("`{}` already has a meaning after `per`", name.kind);
            let help = format!("choose another name, such as `pay_{}`", name.kind);
            self.report(Diagnostic::error("reserved-word", at(name.span), message).help(help));
        }
        self.check_unique(name, "calendar", earlier);
    }

    pub(super) fn check_unique(&mut self, name: &Name, what: &str, earlier: &[&Name]) {
        if let Some(first) = earlier.iter().find(|first| first.kind == name.kind) {
            self.report(
                Diagnostic::error("declared-twice", at(name.span), format!("there is already {} {what} `{}`", article(what), name.kind))
                    .label(first.span, "declared here")
                    .help("give one of them another name, or remove the one that is not meant"),
            );
        }
    }

    pub(super) fn record_named(&self, name: &str) -> Option<RecordId> {
        self.records.iter().position(|record| record.name == name).map(|index| RecordId(index as u16))
    }

    pub(super) fn field_named(&self, record: RecordId, name: &str) -> Option<FieldId> {
        let fields = &self.records.get(usize::from(record.0))?.fields;
        fields.iter().position(|field| field.name == name).map(|index| FieldId(index as u16))
    }

    /// The record, or a message that suggests the one that was probably meant.
    pub(super) fn known_record(&mut self, name: &Name) -> Option<RecordId> {
        let found = self.record_named(&name.kind);
        if found.is_none() {
            let records: Vec<&str> = self.records.iter().map(|record| record.name.as_str()).collect();
            let unknown = Diagnostic::error("unknown-record", at(name.span), format!("there is no record `{}`", name.kind));
            let unknown = suggest(unknown, name, "record", &records);
            self.report_unknown(&name.kind, unknown);
        }
        found
    }
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// A field that the record `of` does not have; `what` is `field`, or `number` where only numbers are asked for.
pub(super) fn unknown_field(name: &Name, what: &str, known: &[&str]) -> Diagnostic {
    let message = format!("there is no {what} `{}`", name.kind);
    suggest(Diagnostic::error("unknown-field", at(name.span), message), name, what, known)
}

/// `diagnostic`, which says that `name` is unknown, with the nearest of what is known.
pub(super) fn suggest(diagnostic: Diagnostic, name: &Name, what: &str, known: &[&str]) -> Diagnostic {
    match nearest(&name.kind, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(listed(what, known)),
    }
}

/// What there is to choose from, as one line.
pub(super) fn listed(what: &str, known: &[&str]) -> String {
    const SHOWN: usize = 12;
    if known.is_empty() {
        return format!("declare the {what} first");
    }
    // two records may have a field of one name
    let mut names: Vec<&str> = Vec::new();
    known.iter().for_each(|name| {
        if !names.contains(name) {
            names.push(name)
        }
    });
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("there is {}{more}", shown.join(", "))
}
