//! A proposal as the text of mapping.toml: one line each, its evidence behind it or above it, open lines marked.

use super::{FileProposal, Line, Proposal, Section};

/// What stands where a person has to say something; a run refuses it.
pub const OPEN: &str = "???";

pub fn text(proposal: &Proposal, made_from: &str) -> String {
    let mut out = format!("# Proposed by `{}`. Read each line with its evidence, and change what is wrong.\n", plain(made_from));
    let open = proposal.open().filter(|(_, line)| !line.may_be_left_out).count();
    if open > 0 {
        out.push_str(&format!("# {open} open: write something instead of each \"{OPEN}\"; until then a run refuses this file.\n"));
    }
    for file in &proposal.files {
        out.push_str(&of_file(file));
    }
    out
}

fn of_file(file: &FileProposal) -> String {
    let mut out = format!("\n# {}\n", plain(&file.title));
    for remark in &file.remarks {
        out.push_str(&format!("#   {}\n", plain(remark)));
    }
    if !file.is_mapped {
        return out;
    }
    out.push_str(&format!("[[file]]\nmatch = {}\n", quoted(&file.pattern)));
    let mut sections: Vec<&Section> = file.lines.iter().map(|line| &line.section).collect();
    sections.sort();
    sections.dedup();
    for section in sections {
        out.push_str(&heading(section));
        file.lines.iter().filter(|line| line.section == *section).for_each(|line| out.push_str(&of_line(line)));
    }
    out
}

fn heading(section: &Section) -> String {
    match section {
        Section::File => String::new(),
        Section::Columns => "\n[file.columns]\n".to_owned(),
        Section::Formats => "\n[file.formats]\n".to_owned(),
        Section::TimeZones => "\n[file.time_zones]\n".to_owned(),
        Section::Words(field) => format!("\n[file.words.{field}]\n"),
        Section::Footer => "\n[file.footer]\n".to_owned(),
        Section::Crosswalk => "\n[file.crosswalk]\n".to_owned(),
    }
}

fn of_line(line: &Line) -> String {
    let key = if line.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !line.key.is_empty() {
        line.key.clone()
    } else {
        quoted(&line.key)
    };
    let mut out = String::new();
    let (shown, rest) = match line.evidence.split_first() {
        Some((first, rest)) => (format!("   # {}", plain(first)), rest),
        None => (String::new(), [].as_slice()),
    };
    for more in rest {
        out.push_str(&format!("# {}\n", plain(more)));
    }
    match &line.value {
        Some(value) if value.is_empty() => out.push_str(&format!("# no {key}{shown}\n")),
        Some(value) => out.push_str(&format!("{key} = {value}{shown}\n")),
        None => {
            let mark = if line.may_be_left_out { "# " } else { "" };
            out.push_str(&format!("{mark}{key} = \"{OPEN}\"{shown}\n"));
            for choice in line.choices.iter().filter(|choice| !choice.literal.is_empty()) {
                let words = if choice.words.is_empty() { String::new() } else { format!("   {}", plain(&choice.words)) };
                out.push_str(&format!("#   perhaps {key} = {}{words}\n", choice.literal));
            }
        }
    }
    out
}

/// A text of a file in a comment: one line, nothing that a terminal or TOML would obey.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_headers_stay_text() {
        let header = "a\"b\\c\nd\u{1b}[2J";
        let table: toml::Table = toml::from_str(&format!("x = {}", quoted(header))).unwrap();
        assert_eq!(table["x"].as_str(), Some(header));
        assert!(!plain("a\u{1b}[2J\nb").contains(['\u{1b}', '\n']));
    }
}
