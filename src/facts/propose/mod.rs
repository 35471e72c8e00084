//! From what files show to a mapping: a line for each thing that has to be said, its evidence, and open questions.

mod columns;
mod forms;
mod known;
mod lines;
mod names;
mod person;
mod roles;
mod words;
mod write;

use self::columns::Ground;
use self::known::Known;
use self::roles::Role;
use super::survey::Survey;
use crate::policy::Policy;

pub use self::forms::is_share;
pub use self::known::{TEXTS as SHIPPED, is_shipped_header};
pub use self::write::{OPEN, quoted, text};

/// A mapping as it is proposed.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    pub files: Vec<FileProposal>,
}

/// What is proposed for one file or sheet.
#[derive(Clone, Debug, Default)]
pub struct FileProposal {
    pub title: String,
    /// The file's name without folders, as `match` has it.
    pub pattern: String,
    pub remarks: Vec<String>,
    /// It only says whose an address is.
    pub is_crosswalk: bool,
    /// Whether anything has to be said of it.
    pub is_mapped: bool,
    pub lines: Vec<Line>,
}

/// The tables of a mapping in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    File,
    Columns,
    Formats,
    TimeZones,
    /// Of this field.
    Words(String),
    Footer,
    Crosswalk,
}

/// One line of a mapping.
#[derive(Clone, Debug)]
pub struct Line {
    pub section: Section,
    pub key: String,
    /// As TOML writes it; none where a person has to say.
    pub value: Option<String>,
    pub evidence: Vec<String>,
    /// What it could be.
    pub choices: Vec<Choice>,
    /// Without an answer the line is left out, and rows are rejected; other open lines keep the mapping from being used.
    pub may_be_left_out: bool,
}

/// A possible answer.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As TOML writes it.
    pub literal: String,
    pub words: String,
}

/// What a person answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The file's title.
    pub file: String,
    pub section: Section,
    pub key: String,
    pub choice: Choice,
}

impl Choice {
    /// The text itself, where it is one.
    pub fn as_text(&self) -> Option<String> {
        let table: toml::Table = toml::from_str(&format!("x = {}", self.literal)).ok()?;
        table.get("x")?.as_str().map(str::to_owned)
    }

    pub fn text(text: &str, words: &str) -> Choice {
        Choice { literal: write::quoted(text), words: words.to_owned() }
    }

    pub fn literal(literal: &str, words: &str) -> Choice {
        Choice { literal: literal.to_owned(), words: words.to_owned() }
    }
}

impl Line {
    /// A line whose value is a text.
    pub fn new(section: Section, key: &str, text: &str) -> Line {
        Line::literal(section, key, &write::quoted(text))
    }

    pub fn literal(section: Section, key: &str, literal: &str) -> Line {
        let value = Some(literal.to_owned());
        Line { section, key: key.to_owned(), value, evidence: Vec::new(), choices: Vec::new(), may_be_left_out: false }
    }

    /// A line that a person has to fill.
    pub fn open(section: Section, key: &str, choices: Vec<Choice>) -> Line {
        Line { value: None, choices, ..Line::literal(section, key, "") }
    }

    pub fn because(self, evidence: Vec<String>) -> Line {
        Line { evidence, ..self }
    }
}

impl Proposal {
    /// The lines that nobody has answered yet.
    pub fn open(&self) -> impl Iterator<Item = (&FileProposal, &Line)> {
        self.files.iter().flat_map(|file| file.lines.iter().filter(|line| line.value.is_none()).map(move |line| (file, line)))
    }

    /// Puts an answer into the line that it is for.
    fn answer(&mut self, answer: &Answer) {
        let files = self.files.iter_mut().filter(|file| file.title == answer.file);
        let lines = files.flat_map(|file| &mut file.lines).filter(|line| line.section == answer.section && line.key == answer.key);
        lines.for_each(|line| {
            line.value = Some(answer.choice.literal.clone());
            line.evidence = vec!["answered when the mapping was made".to_owned()];
        });
    }
}

/// Proposes a mapping for files that were looked at, given what was answered so far.
pub fn propose(policy: &Policy, surveys: &[Survey], answers: &[Answer]) -> Proposal {
    let roles = roles::find(policy, surveys, answers);
    let files = surveys.iter().zip(&roles).map(|(survey, role)| {
        let known = Known::fitting(survey);
        let mut file =
            FileProposal { title: survey.title(), pattern: super::mapping::base_name(&survey.name).to_owned(), ..FileProposal::default() };
        file.remarks.push(lines::size(survey));
        if let Some(known) = known {
            file.remarks.push(format!("its columns are those of {} ({})", known.name, known.source));
            file.remarks.extend(known.gaps.iter().map(|gap| format!("not said by this export: {gap}")));
        }
        match role {
            Role::Record(record) | Role::Left(record) => {
                file.is_mapped = true;
                let ground =
                    Ground { policy, record: *record, survey, known, answers, is_left: matches!(role, Role::Left(_)), person: None };
                file.lines = lines::of_record(ground, (surveys, &roles));
            }
            Role::Crosswalk => {
                file.remarks.push("it says whose an e-mail address is; other files name it".to_owned());
                file.lines = lines::of_crosswalk(survey);
                (file.is_crosswalk, file.is_mapped) = (true, !file.lines.is_empty());
            }
            Role::Unknown => {
                file.is_mapped = true;
                file.lines = lines::of_unknown(policy, survey);
            }
        }
        file
    });
    let mut proposal = Proposal { files: files.collect() };
    answers.iter().for_each(|answer| proposal.answer(answer));
    proposal
}
