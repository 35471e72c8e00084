//! Tables that a policy keeps in files: found beside the policy, or among the data, and put behind its text.

use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::data::DataArgument;
use super::files;
use super::load::read_policy;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::{Input, base_name, printed_table};
use crate::source::{Place, Source, Span};
use crate::syntax;
use crate::syntax::ast::{Declaration, Name};

/// A table and the file of one of its versions.
struct Named {
    table: String,
    file: Name,
}

/// The policy with the cells of its tables' files. What of `inputs` is such a file is taken out of them.
pub fn with_table_files(folder: &Path, source: Source, inputs: &mut Vec<Input>, diagnostics: &mut Diagnostics) -> Source {
    let mut source = source;
    for named in named_files(&source) {
        if source.beside.files.iter().any(|known| known.name == named.file.kind) {
            continue;
        }
        let found = found(folder, (&source, &named), inputs, diagnostics);
        let (rows, bytes) = found.unwrap_or_default();
        source = source.with_file((&named.file.kind, &hash(&bytes), &bytes), rows);
    }
    let is_used = |input: &Input| source.beside.files.iter().any(|file| is_file(input, &file.name));
    let tables: Vec<String> = named_files(&source).into_iter().map(|named| named.table).collect();
    inputs
        .retain(|input| !(is_used(input) && input.record.is_none() || input.record.as_ref().is_some_and(|record| tables.contains(record))));
    source
}

/// The files beside the policy that its tables name, as they are found: no result is written over one.
pub fn paths(folder: &Path, policy: &str) -> Vec<PathBuf> {
    let Ok(source) = read_policy(folder, policy) else { return Vec::new() };
    let beside = |named: Named| folder.join(Path::new(policy).with_file_name(DataArgument::parse(&named.file.kind).path));
    named_files(&source).into_iter().map(beside).collect()
}

/// Problems of the policy itself are said when it is compiled.
fn named_files(source: &Source) -> Vec<Named> {
    if !source.text.contains(" in \"") {
        return Vec::new();
    }
    let ast = syntax::parse(source, &mut Diagnostics::new());
    let tables = ast.declarations.into_iter().filter_map(|declaration| match declaration {
        Declaration::Table(table) => Some(table),
        _ => None,
    });
    let of_table = |table: syntax::ast::Table| {
        let name = table.name.kind;
        table.versions.into_iter().filter_map(|version| version.file).map(move |file| Named { table: name.clone(), file: file.name })
    };
    tables.flat_map(of_table).collect()
}

fn is_file(input: &Input, name: &str) -> bool {
    base_name(&input.name) == base_name(&DataArgument::parse(name).path)
}

/// The rows and the bytes: of a file among the data that has the table's or the file's name, otherwise beside the policy.
fn found(
    folder: &Path,
    (source, named): (&Source, &Named),
    inputs: &[Input],
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Vec<crate::source::Cell>>, Vec<u8>)> {
    let written = DataArgument::parse(&named.file.kind);
    let given = inputs.iter().find(|input| input.record.as_deref() == Some(&named.table));
    let given = given.or_else(|| inputs.iter().find(|input| input.record.is_none() && is_file(input, &named.file.kind)));
    if let Some(input) = given {
        let sheet = input.sheet.as_deref().or(written.sheet.as_deref());
        let input = input.whole().map_err(|problem| diagnostics.push(*problem)).ok()?;
        let rows = printed_table((&input.name, &input.bytes), sheet, diagnostics)?;
        return Some((rows, input.bytes));
    }
    if !Path::new(&written.path).components().all(|part| matches!(part, Component::Normal(_))) {
        let message = "the file of a table stands beside the policy, or in a folder below it";
        diagnostics.push(problem(named.file.span, message).help("write its name alone, such as `\"salary.csv\"`"));
        return None;
    }
    let path = Path::new(&*source.name).with_file_name(&written.path);
    let bytes = match files::read(&folder.join(path)) {
        Ok(bytes) => bytes,
        Err(fault) => {
            let message = format!("`{}` cannot be read beside the policy: {}", written.path, fault.message);
            let help = format!("put the file beside the policy, or give it among the data, as `{}=FILE`", named.table);
            diagnostics.push(problem(named.file.span, &message).help(help));
            return None;
        }
    };
    let rows = printed_table((&written.path, &bytes), written.sheet.as_deref(), diagnostics)?;
    Some((rows, bytes))
}

fn problem(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error("table-file", Place::Policy(span), message)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
