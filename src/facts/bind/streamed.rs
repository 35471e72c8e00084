//! One file into the store: read whole, or, where it is a large text, a window at a time.

use std::borrow::Cow;
use std::io::{self, Read as _};
use std::sync::Arc;

use super::file::FileBinder;
use super::plan::Setting;
use super::store::Loaded;
use super::{Begun, CROSSWALK, Hashes, Input, RESOLVED, begin};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::DataFile;
use crate::facts::badge::is_badges;
use crate::facts::mapping::{Mapping, base_name, sha256};
use crate::facts::read::{OpenWith, Opened, Windows, of_file};
use crate::policy::RecordId;

impl Input {
    /// All bytes of the file, wherever they are.
    pub fn all_bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        let Some(stream) = &self.stream else { return Ok(Cow::Borrowed(&self.bytes)) };
        let mut bytes = Vec::with_capacity(stream.length as usize);
        stream.open()?.read_to_end(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }

    /// The same file, read whole.
    pub fn whole(&self) -> Result<Input, Box<Diagnostic>> {
        let bytes = self.all_bytes().map_err(|fault| {
            let message = format!("this file cannot be read: {fault}");
            let help = "check that the file is not open elsewhere, and that nobody changes it";
            Box::new(Diagnostic::error("unreadable-file", of_file(&self.name), message).help(help))
        })?;
        Ok(Input {
            bytes: bytes.into_owned(),
            stream: None,
            name: self.name.clone(),
            sheet: self.sheet.clone(),
            record: self.record.clone(),
        })
    }

    pub fn length(&self) -> u64 {
        self.stream.as_ref().map_or(self.bytes.len() as u64, |stream| stream.length)
    }

    /// Whether two files hold the same bytes.
    pub fn is_copy_of(&self, other: &Input) -> bool {
        let start = |input: &Input| input.bytes.len().min(START);
        let same_start = self.bytes[..start(self)] == other.bytes[..start(other)];
        self.length() == other.length()
            && same_start
            && matches!((self.all_bytes(), other.all_bytes()), (Ok(one), Ok(other)) if one == other)
    }
}

/// Bytes by which most files are told apart without reading them.
const START: usize = 4096;

/// Reads whole what has to be: only plain texts of one record are read a window at a time.
pub fn read_whole(inputs: Vec<Input>, mapping: &Mapping, problems: &mut Diagnostics) -> Vec<Input> {
    let rules = || inputs.iter().flat_map(|input| mapping.rules(&input.name, input.sheet.as_deref()));
    let crosswalks: Vec<&str> = rules().filter_map(|rule| rule.crosswalk.as_ref()).map(|rule| base_name(&rule.file)).collect();
    let has_windows = |input: &Input| {
        let rules = mapping.rules(&input.name, input.sheet.as_deref());
        let is_data = !matches!(input.record.as_deref(), Some(CROSSWALK | RESOLVED)) && !crosswalks.contains(&base_name(&input.name));
        let with = OpenWith { name: &input.name, sheet: None, preferred: None, rule: rules.first().copied() };
        let head = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&input.bytes).trim_ascii_start();
        is_data && rules.len() < 2 && !is_badges(&input.bytes) && !head.starts_with(b"ey") && Opened::has_windows(&input.bytes, with)
    };
    let whole: Vec<bool> = inputs.iter().map(|input| input.stream.is_none() || has_windows(input)).collect();
    let read = |(input, stays): (Input, bool)| if stays { Ok(input) } else { input.whole() };
    inputs.into_iter().zip(whole).map(read).filter_map(|read| read.map_err(|problem| problems.push(*problem)).ok()).collect()
}

/// Reads one file into the store. None where it holds no record.
pub fn read_file(input: &Input, setting: Setting<'_>, loaded: &mut Loaded, problems: &mut Diagnostics) -> Option<usize> {
    if input.stream.is_none() {
        return read_at_once(input, setting, loaded, problems);
    }
    let file = loaded.files.len() as u16;
    let mut own = Diagnostics::new();
    if let Some(record) = read_windows(input, setting, loaded, &mut own) {
        problems.extend(own);
        return Some(record);
    }
    // something is odd about the file: what it is, is said by reading it whole
    loaded.store.tables.iter_mut().for_each(|table| table.take_back_file(file));
    match input.whole() {
        Ok(whole) => read_at_once(&whole, setting, loaded, problems),
        Err(problem) => {
            problems.push(*problem);
            None
        }
    }
}

fn read_at_once(input: &Input, setting: Setting<'_>, loaded: &mut Loaded, problems: &mut Diagnostics) -> Option<usize> {
    let file = loaded.files.len() as u16;
    let Begun { mut opened, mut binder } = begin(input, setting, (&mut loaded.store, file), problems)?;
    let hash = || (setting.hashes == Hashes::Told).then(|| sha256(&input.bytes));
    let (sha256, read) = rayon::join(hash, || opened.read_in_parts(&mut binder));
    match read {
        Ok(warnings) => warnings.into_iter().for_each(|warning| problems.push(warning)),
        Err(problem) => {
            problems.push(*problem);
            return None;
        }
    }
    let read = Read { sheet: opened.sheet(), sha256, bytes: input.bytes.len() as u64 };
    finish(binder, (input, read), &mut loaded.files, problems)
}

/// None where the file has to be read whole: nothing of it is then in the store.
fn read_windows(input: &Input, setting: Setting<'_>, loaded: &mut Loaded, problems: &mut Diagnostics) -> Option<usize> {
    let mut windows = Windows::of(input.stream.as_ref()?, setting.hashes).ok()?;
    let bytes = windows.next(Vec::new()).ok()?;
    let first = Input { bytes, stream: None, name: input.name.clone(), sheet: input.sheet.clone(), record: input.record.clone() };
    let file = loaded.files.len() as u16;
    let Begun { opened, mut binder } = begin(&first, setting, (&mut loaded.store, file), problems)?;
    let warnings = opened.read_in_windows(&mut windows, &mut binder).ok()?;
    warnings.into_iter().for_each(|warning| problems.push(warning));
    let read = Read { sheet: None, bytes: windows.length, sha256: windows.sha256() };
    finish(binder, (input, read), &mut loaded.files, problems)
}

/// A file that was read to its end.
struct Read {
    sheet: Option<Arc<str>>,
    sha256: Option<String>,
    bytes: u64,
}

fn finish(
    mut binder: FileBinder<'_>,
    (input, read): (&Input, Read),
    files: &mut Vec<DataFile>,
    problems: &mut Diagnostics,
) -> Option<usize> {
    let record = binder.finish();
    problems.extend(std::mem::take(&mut binder.problems));
    let (assumed, rows) = (std::mem::take(&mut binder.assumed), binder.rows);
    let record = record?;
    problems_of_length(&input.name, rows, problems);
    let paid = binder.store.tables.len() - 1;
    files.push(DataFile {
        name: input.name.as_str().into(),
        sheet: read.sheet,
        record: (record < paid).then_some(RecordId(record as u16)),
        sha256: read.sha256,
        bytes: read.bytes,
        rows,
        assumed,
    });
    Some(record)
}

/// Programs that cut an export short do it at such numbers of rows.
const ROUND_LENGTHS: [u32; 5] = [1_000, 5_000, 10_000, 65_535, 1_048_575];

fn problems_of_length(name: &str, rows: u32, problems: &mut Diagnostics) {
    if ROUND_LENGTHS.contains(&rows) {
        let message = format!("the file has exactly {rows} rows, as if its export had been cut off there");
        problems.push(
            Diagnostic::warning("perhaps-cut-off", of_file(name), message).help("look whether the last rows of the source are in it"),
        );
    }
}
