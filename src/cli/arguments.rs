//! What several commands share: the policy, the data, the as-of date, the mapping.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::data::DataArgument;
use super::load::MAPPING;
use super::table_files;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Sentences for people
    Human,
    /// One JSON document on stdout
    Json,
}

#[derive(Args, Clone, Debug)]
pub struct Inputs {
    /// The policy, .pay or Markdown with fenced `pay` blocks
    #[arg(value_name = "POLICY")]
    pub policy: String,
    /// Data files: FILE or RECORD=FILE, with #SHEET behind a workbook; `paid=FILE` for earlier adjustments
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<String>,
    /// The day as of which to compute, such as 2025-06-30; nothing reads the clock
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// The mapping to use, instead of mapping.toml in the data's folder
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<String>,
    /// The exceptions that somebody worked through; may be given several times
    #[arg(long, value_name = "FILE")]
    pub resolved: Vec<String>,
}

impl Inputs {
    /// Everything that is read, as it is found; a mapping beside the data may be.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        let data: Vec<PathBuf> = self.data.iter().map(|data| folder.join(DataArgument::parse(data).path)).collect();
        let mappings = data.iter().map(|path| path.with_file_name(MAPPING));
        let named = [&self.policy].into_iter().chain(&self.mapping).chain(&self.resolved).map(|name| folder.join(name));
        let tables = table_files::paths(folder, &self.policy);
        data.iter().cloned().chain(mappings).chain(named).chain(tables).collect()
    }
}
