//! The files of `src/`, by layer, with their program text told from comments and tests.

use std::path::{Path, PathBuf};

pub struct SourceFile {
    /// From the repository's root, with slashes.
    pub path: String,
    pub text: String,
    pub lines: Vec<String>,
}

/// Every Rust file of `src/`, in the order of paths.
pub fn source_files() -> Vec<SourceFile> {
    let mut paths = Vec::new();
    walk(Path::new("src"), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src/ can be listed").filter_map(|entry| entry.ok()) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> SourceFile {
    let text = std::fs::read_to_string(path).expect("a source file is text");
    let lines = text.lines().map(str::to_owned).collect();
    SourceFile { path: path.to_string_lossy().replace('\\', "/"), text, lines }
}

impl SourceFile {
    /// The place of the file's layer from the left; the two roots stand above all of them.
    pub fn layer(&self) -> Option<usize> {
        let first = self.path.strip_prefix("src/")?.split('/').next()?;
        match first {
            "lib.rs" | "main.rs" => Some(super::LAYERS.len()),
            name => super::position(name.strip_suffix(".rs").unwrap_or(name)),
        }
    }

    /// 1 for the layer's own file, 2 for the files of its folder.
    pub fn module_depth(&self) -> usize {
        let segments = self.path.split('/').filter(|segment| !matches!(*segment, "src" | "mod.rs"));
        segments.count()
    }

    pub fn first_sentence_ends(&self) -> bool {
        let said: Vec<&str> = self.lines.iter().map_while(|line| line.strip_prefix("//! ")).collect();
        said.join(" ").contains('.')
    }

    /// Lines with their numbers: without the tests at the end and without comments.
    pub fn program_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        let end = self.lines.iter().position(|line| line == "#[cfg(test)]" && !is_test_file).unwrap_or(self.lines.len());
        let end = if is_test_file { 0 } else { end };
        self.lines[..end].iter().enumerate().map(|(index, line)| (index + 1, without_comment(line)))
    }

    /// The literals given to `Diagnostic::error`, `warning` and `note`.
    pub fn diagnostic_codes(&self) -> Vec<String> {
        self.calls().into_iter().filter_map(|(_, code)| code).collect()
    }

    /// The lines on which the code is not a literal.
    pub fn calls_without_code(&self) -> Vec<usize> {
        self.calls().into_iter().filter(|(_, code)| code.is_none()).map(|(line, _)| line).collect()
    }

    fn calls(&self) -> Vec<(usize, Option<String>)> {
        let program: Vec<(usize, &str)> = self.program_lines().collect();
        let mut calls = Vec::new();
        for (index, (number, line)) in program.iter().enumerate() {
            for call in ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note("] {
                for after in line.split(call).skip(1) {
                    let next = program.get(index + 1).map_or("", |(_, next)| next.trim());
                    let argument = if after.trim().is_empty() { next } else { after };
                    let code = argument.strip_prefix('"').and_then(|text| text.split('"').next());
                    calls.push((*number, code.map(str::to_owned)));
                }
            }
        }
        calls
    }
}

/// The line up to `//`, unless that stands in a text.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            '"' if before != '\\' && before != '\'' => quoted = !quoted,
            '/' if !quoted && line[at..].starts_with("//") => return &line[..at],
            _ => {}
        }
        before = letter;
    }
    line
}
