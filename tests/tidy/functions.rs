//! Functions by their indentation, which rustfmt keeps: name, parameters, and the lines that count.

use super::source_file::SourceFile;

pub struct Function {
    pub name: String,
    pub line: usize,
    /// Without `self`.
    pub parameters: Vec<String>,
    /// Lines of the whole function; an arm of a match on one line does not count.
    pub counted_lines: usize,
}

pub fn functions(file: &SourceFile) -> Vec<Function> {
    let starts = file.lines.iter().enumerate().filter(|(_, line)| is_function(line));
    starts.map(|(index, _)| function(&file.lines, index)).collect()
}

fn is_function(line: &str) -> bool {
    let mut words = line.trim_start();
    for qualifier in ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "] {
        words = words.strip_prefix(qualifier).unwrap_or(words);
    }
    words.starts_with("fn ")
}

fn function(lines: &[String], start: usize) -> Function {
    let indent = lines[start].len() - lines[start].trim_start().len();
    let closes = |line: &String| line.starts_with(&format!("{}}}", " ".repeat(indent)));
    let one_line = lines[start].ends_with('}') || lines[start].ends_with(';');
    let length = if one_line { 1 } else { lines[start..].iter().position(closes).map_or(1, |last| last + 1) };
    let body = &lines[start..start + length];
    Function {
        name: name(&lines[start]),
        line: start + 1,
        parameters: parameters(body),
        counted_lines: body.iter().filter(|line| !is_short_arm(line)).count(),
    }
}

fn name(line: &str) -> String {
    let after = line.split("fn ").nth(1).unwrap_or("");
    after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn is_short_arm(line: &str) -> bool {
    line.contains(" => ") && line.ends_with(',')
}

/// Splits what stands between the function's own parentheses at its outer commas.
fn parameters(body: &[String]) -> Vec<String> {
    let text = body.join(" ");
    let Some(open) = opening(&text) else { return Vec::new() };
    let mut depth = 0i32;
    let mut current = String::new();
    let mut found = Vec::new();
    for letter in text[open + 1..].replace("->", "  ").chars() {
        match letter {
            ')' if depth == 0 => break,
            ',' if depth == 0 => found.push(std::mem::take(&mut current)),
            _ => {
                depth += match letter {
                    '(' | '<' | '[' => 1,
                    ')' | '>' | ']' => -1,
                    _ => 0,
                };
                current.push(letter);
            }
        }
    }
    found.push(current);
    let trimmed = found.into_iter().map(|parameter| parameter.trim().to_owned());
    trimmed.filter(|parameter| !parameter.is_empty() && !is_self(parameter)).collect()
}

/// The parenthesis after the name and its generics.
fn opening(text: &str) -> Option<usize> {
    let name = text.find("fn ")?;
    let mut depth = 0i32;
    for (at, letter) in text[name..].char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if !text[..name + at].ends_with('-') => depth -= 1,
            '(' if depth == 0 => return Some(name + at),
            _ => {}
        }
    }
    None
}

fn is_self(parameter: &str) -> bool {
    matches!(parameter, "self" | "mut self" | "&self" | "&mut self") || (parameter.starts_with("&'") && parameter.ends_with("self"))
}
