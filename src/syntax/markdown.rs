//! Markdown: the fenced blocks marked `pay` are the program, the prose around them is not.

use crate::source::Source;

/// The inside of a fenced block marked `pay`, in bytes of the file.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub start: usize,
    pub end: usize,
    /// The columns by which the fence itself is indented.
    pub margin: usize,
}

/// A fence that has opened and not yet closed.
struct Fence {
    mark: char,
    length: usize,
    margin: usize,
    /// Where its inside starts, when it is marked `pay`.
    program: Option<usize>,
}

pub fn is_markdown(source: &Source) -> bool {
    let name = source.name.to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

/// Whether the line that starts at `start` belongs to the program.
pub fn is_program(source: &Source, blocks: &[Block], start: usize) -> bool {
    if !is_markdown(source) {
        return true;
    }
    let after = blocks.partition_point(|block| block.start <= start);
    after.checked_sub(1).and_then(|index| blocks.get(index)).is_some_and(|block| start < block.end)
}

/// The blocks of a Markdown file; none for a plain one.
pub fn blocks(source: &Source) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !is_markdown(source) {
        return blocks;
    }
    let mut open: Option<Fence> = None;
    let mut start = 0;
    for line in source.text.split_inclusive('\n') {
        let next = start + line.len();
        match &open {
            Some(fence) if closes(line, fence) => {
                blocks.extend(fence.program.map(|from| Block { start: from, end: start, margin: fence.margin }));
                open = None;
            }
            Some(_) => {}
            None => open = opened(line, next),
        }
        start = next;
    }
    if let Some(Fence { program: Some(from), margin, .. }) = open {
        blocks.push(Block { start: from, end: start, margin });
    }
    blocks
}

/// The fence that `line` opens: at least three backticks or tildes, at most three columns in (CommonMark 4.5).
fn opened(line: &str, inside: usize) -> Option<Fence> {
    let content = line.trim_start_matches(' ');
    let margin = line.len() - content.len();
    let mark = content.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = content.chars().take_while(|character| *character == mark).count();
    let words = content[length..].trim();
    if margin > 3 || length < 3 || (mark == '`' && words.contains('`')) {
        return None;
    }
    let is_pay = words.split([' ', '\t', ',', '{']).next() == Some("pay");
    Some(Fence { mark, length, margin, program: is_pay.then_some(inside) })
}

fn closes(line: &str, fence: &Fence) -> bool {
    let content = line.trim();
    content.len() >= fence.length && content.chars().all(|character| character == fence.mark)
}
