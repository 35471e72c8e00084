//! From the arguments to what a run is computed from: reads the policy, the data and the mapping.

use std::path::{Path, PathBuf};

use super::arguments::Inputs;
use super::data::DataArgument;
use super::files;
use super::pipeline::{Bound, Materials, bind};
use super::table_files::with_table_files;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::{CROSSWALK, Hashes, Input, Mapping, RESOLVED, badge};
use crate::source::{Place, Source};
use crate::value::Date;

/// The name of a mapping that is found without being named.
pub const MAPPING: &str = "mapping.toml";

/// Files of one run: places count them in sixteen bits.
const FILES_MOST: usize = 60_000;

/// What came of loading: everything that was said, and, where nothing is an error, what a run needs.
#[derive(Debug)]
pub struct Loaded {
    pub bound: Option<Bound>,
    /// The policy's text, where it could be read: messages quote it.
    pub source: Option<Source>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Paths are read relative to `folder`; names in messages stay as they were written.
pub fn load(folder: &Path, inputs: &Inputs) -> Loaded {
    load_telling(Hashes::Told, folder, inputs)
}

/// The same where perhaps nobody is told the hashes of the files.
pub fn load_telling(hashes: Hashes, folder: &Path, inputs: &Inputs) -> Loaded {
    let mut diagnostics = Diagnostics::new();
    let (source, materials) = materials(folder, inputs, &mut diagnostics);
    let bound = match (materials, &source) {
        (Some(mut materials), _) => {
            materials.inputs.hashes = hashes;
            bind(materials, &mut diagnostics)
        }
        (None, Some(policy)) => {
            super::pipeline::compile(policy, &mut diagnostics);
            None
        }
        (None, None) => None,
    };
    Loaded { bound, source, diagnostics: diagnostics.sorted() }
}

/// What a run is computed from, and the policy's text even where the rest cannot be had.
pub fn materials(folder: &Path, inputs: &Inputs, diagnostics: &mut Diagnostics) -> (Option<Source>, Option<Materials>) {
    let source = kept(read_policy(folder, &inputs.policy), diagnostics);
    let as_of = kept(as_of(inputs), diagnostics);
    let mapping = mapping(folder, inputs, diagnostics);
    let files = read_data(folder, inputs, diagnostics);
    let mut files = files.and_then(|files| with_crosswalks(folder, files, mapping.as_ref(), diagnostics));
    let mut none = Vec::new();
    let source = source.map(|source| with_table_files(folder, source, files.as_mut().unwrap_or(&mut none), diagnostics));
    let all = source.clone().zip(as_of).zip(files).zip(mapping);
    let materials = all.map(|(((policy, as_of), inputs), (mapping, _))| Materials { policy, inputs: inputs.into(), mapping, as_of });
    (source, materials)
}

impl Loaded {
    /// Nothing was read.
    pub fn nothing() -> Loaded {
        Loaded { bound: None, source: None, diagnostics: Vec::new() }
    }
}

/// A policy under the name by which it was given.
pub fn read_policy(folder: &Path, name: &str) -> Result<Source, Diagnostic> {
    let text = files::read_text(&folder.join(name)).map_err(|problem| files::named(problem, name))?;
    Ok(Source::new(name, text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

/// The same with the files of its tables that stand beside it.
pub fn read_whole_policy(folder: &Path, name: &str, diagnostics: &mut Diagnostics) -> Result<Source, Diagnostic> {
    read_policy(folder, name).map(|source| with_table_files(folder, source, &mut Vec::new(), diagnostics))
}

fn kept<T>(result: Result<T, Diagnostic>, diagnostics: &mut Diagnostics) -> Option<T> {
    result.map_err(|problem| diagnostics.push(problem)).ok()
}

fn as_of(inputs: &Inputs) -> Result<Date, Diagnostic> {
    let place = || Place::Option("--as-of".into());
    let Some(text) = &inputs.as_of else {
        return Err(Diagnostic::error("no-as-of", place(), "the as-of date is not given, and nothing here reads the clock")
            .help("add `--as-of` and a date, such as `--as-of 2025-06-30`: what is effective later waits"));
    };
    Date::parse_iso(text).ok_or_else(|| {
        Diagnostic::error("bad-as-of", place(), format!("`{text}` is not a date"))
            .help("write year, month and day, such as `--as-of 2025-06-30`")
    })
}

pub(super) fn read_data(folder: &Path, inputs: &Inputs, diagnostics: &mut Diagnostics) -> Option<Vec<Input>> {
    let before = diagnostics.len();
    let mut read = Vec::new();
    let resolved = inputs.resolved.iter().map(|path| DataArgument { record: Some(RESOLVED.to_owned()), path: path.clone(), sheet: None });
    for data in inputs.data.iter().map(|text| DataArgument::parse(text)).chain(resolved) {
        for path in kept(paths_of(folder, &data.path), diagnostics).unwrap_or_default() {
            let bytes = files::read_or_stream(&folder.join(&path)).map_err(|problem| files::named(problem, &path));
            if let Some((bytes, stream)) = kept(bytes, diagnostics) {
                let input = Input { name: path, bytes, stream, record: data.record.clone(), sheet: data.sheet.clone() };
                read.extend(unzipped(input, diagnostics));
            }
        }
    }
    if read.len() > FILES_MOST {
        let place = Place::Option("DATA".into());
        let message = format!("there are {} files, {FILES_MOST} at most in one run", read.len());
        diagnostics
            .push(Diagnostic::error("too-many-files", place, message).help("give badges as lists in one .json file, or run in parts"));
    }
    (diagnostics.len() == before).then_some(read)
}

/// A zip of badges stands for the files in it, as a folder does.
fn unzipped(input: Input, diagnostics: &mut Diagnostics) -> Vec<Input> {
    if !badge::is_badge_zip(&input.bytes) {
        return vec![input];
    }
    let files = badge::unzip(badge::BadgeFile { name: &input.name, bytes: &input.bytes });
    let kept = files.into_iter().filter_map(|file| kept(file.map_err(|(_, problem)| problem), diagnostics));
    kept.map(|(name, bytes)| Input { name: format!("{}/{name}", input.name), bytes, record: input.record.clone(), ..Input::default() })
        .collect()
}

/// A folder stands for the files in it, a mapping excepted.
fn paths_of(folder: &Path, path: &str) -> Result<Vec<String>, Diagnostic> {
    if !folder.join(path).is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let found = files::below(&folder.join(path)).map_err(|problem| files::named(problem, path))?;
    let names = found.iter().map(|file| file.to_string_lossy().replace('\\', "/")).filter(|name| name != MAPPING);
    let base = path.trim_end_matches(['/', '\\']);
    let paths: Vec<String> = names.map(|name| format!("{base}/{name}")).collect();
    if paths.is_empty() {
        let place = Place::Cell(crate::source::Cell::of_file(path));
        return Err(
            Diagnostic::error("empty-folder", place, "there are no files in this folder").help("name the folder that the files are in")
        );
    }
    Ok(paths)
}

/// Files that the mapping translates people by stand beside it and need not be named.
fn with_crosswalks(
    folder: &Path,
    mut inputs: Vec<Input>,
    mapping: Option<&(Mapping, PathBuf)>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Input>> {
    let before = diagnostics.len();
    let Some((mapping, path)) = mapping else { return Some(inputs) };
    for named in mapping.files.iter().filter_map(|rule| rule.crosswalk.as_ref()).map(|rule| &rule.file) {
        let path = path.parent().map_or_else(|| PathBuf::from(named), |parent| parent.join(named));
        if inputs.iter().any(|input| Path::new(&input.name).file_name() == path.file_name()) {
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        let bytes = files::read(&folder.join(&path)).map_err(|problem| files::named(problem, &name));
        if let Some(bytes) = kept(bytes, diagnostics) {
            inputs.push(Input { name, bytes, record: Some(CROSSWALK.into()), ..Input::default() });
        }
    }
    (diagnostics.len() == before).then_some(inputs)
}

/// The named mapping, or mapping.toml beside the data, with its path. Two different ones are a question, not a guess.
fn mapping(folder: &Path, inputs: &Inputs, diagnostics: &mut Diagnostics) -> Option<(Mapping, PathBuf)> {
    let found = match &inputs.mapping {
        Some(named) => vec![PathBuf::from(named)],
        None => beside(folder, inputs),
    };
    match found.as_slice() {
        [] => Some((Mapping::default(), PathBuf::from(MAPPING))),
        [one] => {
            let name = one.to_string_lossy();
            let text = files::read_settings(&folder.join(one)).map_err(|problem| files::named(problem, &name));
            let beside = |file: &str| files::read(&folder.join(one).parent().unwrap_or(folder).join(file)).ok();
            let mapping = Mapping::parse_with((&name, &kept(text, diagnostics)?), &beside, diagnostics)?;
            Some((mapping, one.clone()))
        }
        [first, second, ..] => {
            let message = format!("two mappings are found, `{}` and `{}`", first.to_string_lossy(), second.to_string_lossy());
            let help = "name the one to use, such as `--mapping mapping.toml`";
            diagnostics.push(Diagnostic::error("two-mappings", Place::Option("--mapping".into()), message).help(help));
            None
        }
    }
}

fn beside(folder: &Path, inputs: &Inputs) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for data in &inputs.data {
        let path = PathBuf::from(DataArgument::parse(data).path);
        let outside = path.parent().map_or_else(|| PathBuf::from(MAPPING), |parent| parent.join(MAPPING));
        for candidate in [outside, path.join(MAPPING)] {
            if folder.join(&candidate).is_file() && !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}
