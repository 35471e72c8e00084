//! The exports whose columns somebody printed: data files of the repository, each with its source and what it does not say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::parse::key;
use crate::facts::survey::{SeenColumn, Survey};

/// One file of `mappings/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub name: String,
    /// Where the columns are printed.
    pub source: String,
    /// The headers that a file of this kind has, all of them.
    #[serde(default)]
    pub fits: Vec<String>,
    /// Where no columns are printed: the words that its status can have.
    #[serde(default)]
    pub status_words: Vec<String>,
    /// Header to what it holds, in the words that policies use.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// What the export does not say, or what is not known about it.
    #[serde(default)]
    pub gaps: Vec<String>,
}

/// Their texts, in the order in which they are tried.
pub const TEXTS: [(&str, &str); 15] = [
    ("credly-issued", include_str!("../../../mappings/credly-issued.toml")),
    ("credly-api", include_str!("../../../mappings/credly-api.toml")),
    ("credly-fivetran", include_str!("../../../mappings/credly-fivetran.toml")),
    ("canvas-credentials", include_str!("../../../mappings/canvas-credentials.toml")),
    ("accredible", include_str!("../../../mappings/accredible.toml")),
    ("open-badges-csv", include_str!("../../../mappings/open-badges-csv.toml")),
    ("ed-fi-credential", include_str!("../../../mappings/ed-fi-credential.toml")),
    ("ed-fi-employment", include_str!("../../../mappings/ed-fi-employment.toml")),
    ("ed-fi-assignment", include_str!("../../../mappings/ed-fi-assignment.toml")),
    ("alchemy", include_str!("../../../mappings/alchemy.toml")),
    ("infinite-campus-mt", include_str!("../../../mappings/infinite-campus-mt.toml")),
    ("frontline-absence", include_str!("../../../mappings/frontline-absence.toml")),
    ("skyward-certification", include_str!("../../../mappings/skyward-certification.toml")),
    ("aeries-staff", include_str!("../../../mappings/aeries-staff.toml")),
    ("bloomboard", include_str!("../../../mappings/bloomboard.toml")),
];

static ALL: LazyLock<Vec<Known>> = LazyLock::new(|| {
    TEXTS.iter().map(|(name, text)| toml::from_str(text).unwrap_or_else(|fault| unreachable!("mappings/{name}.toml: {fault}"))).collect()
});

/// Whether a printed export has this header.
pub fn is_shipped_header(header: &str) -> bool {
    let wanted = key::fold(header);
    ALL.iter().any(|known| known.columns.keys().any(|other| key::fold(other) == wanted))
}

impl Known {
    /// The kind of export that a file is: the one of which it has all columns, and the most.
    pub fn fitting(survey: &Survey) -> Option<&'static Known> {
        let has = |header: &String| survey.column(header).is_some();
        // where two exports differ in capitals only, the spelling decides
        let spelled = |header: &&String| survey.columns.iter().any(|column| column.header == **header);
        let nearness = |known: &&Known| (known.fits.len(), known.columns.keys().filter(spelled).count());
        let by_columns = ALL.iter().filter(|known| !known.fits.is_empty() && known.fits.iter().all(has)).max_by_key(nearness);
        by_columns.or_else(|| ALL.iter().find(|known| survey.columns.iter().any(|column| known.speaks(column))))
    }

    /// Whether a column holds only the platform's words for a status, and enough of them to tell.
    fn speaks(&self, column: &SeenColumn) -> bool {
        let (known, all) = column.share(|seen| self.status_words.iter().any(|word| word.eq_ignore_ascii_case(seen.text())));
        known == all && all >= 3
    }

    /// What a header of this export holds.
    pub fn meanings(&self, header: &str) -> Option<&[String]> {
        let wanted = key::fold(header);
        self.columns.iter().find(|(known, _)| key::fold(known) == wanted).map(|(_, meanings)| meanings.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_can_be_read_and_says_its_source() {
        assert_eq!(ALL.len(), TEXTS.len());
        for known in ALL.iter() {
            assert!(!known.source.is_empty() && known.columns.is_empty() == known.fits.is_empty(), "{}", known.name);
            let unnamed = known.fits.iter().filter(|header| known.meanings(header).is_none());
            assert_eq!(unnamed.collect::<Vec<_>>(), Vec::<&String>::new(), "{}", known.name);
        }
    }
}
