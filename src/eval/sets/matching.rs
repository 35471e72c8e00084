//! Which rows fill which lines of a set, so that as many lines as possible are filled.

use crate::syntax::ast::Overlap;

/// One line: how many it needs, and which items fit it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub need: usize,
    pub fits: Vec<bool>,
}

/// By line, the items that fill it, the oldest first; never more than the line needs.
pub fn filled(asked: &[Asked], overlap: Overlap) -> Vec<Vec<usize>> {
    let mut filled = match overlap {
        Overlap::OneLine => apart(asked),
        Overlap::EveryLine => asked.iter().map(all_that_fit).collect(),
    };
    filled.iter_mut().for_each(|items| items.sort_unstable());
    filled
}

fn all_that_fit(line: &Asked) -> Vec<usize> {
    let fitting = line.fits.iter().enumerate().filter(|(_, fits)| **fits).map(|(item, _)| item);
    fitting.take(line.need).collect()
}

/// Every item fills one line only: an item moves to another line where that makes room for one more.
fn apart(asked: &[Asked]) -> Vec<Vec<usize>> {
    let items = asked.first().map_or(0, |line| line.fits.len());
    let mut line_of: Vec<Option<usize>> = vec![None; items];
    for line in 0..asked.len() {
        for _ in 0..asked[line].need {
            let mut seen = vec![false; items];
            if !place(asked, line, (&mut line_of, &mut seen)) {
                break;
            }
        }
    }
    let of_line = |line: usize| (0..items).filter(|item| line_of[*item] == Some(line)).collect();
    (0..asked.len()).map(of_line).collect()
}

fn place(asked: &[Asked], line: usize, (line_of, seen): (&mut Vec<Option<usize>>, &mut Vec<bool>)) -> bool {
    // an item that is free is taken before one that would have to move
    let free = (0..line_of.len()).find(|item| asked[line].fits[*item] && line_of[*item].is_none() && !seen[*item]);
    if let Some(item) = free {
        line_of[item] = Some(line);
        return true;
    }
    for item in 0..line_of.len() {
        if !asked[line].fits[item] || seen[item] || line_of[item] == Some(line) {
            continue;
        }
        seen[item] = true;
        if line_of[item].is_some_and(|other| place(asked, other, (line_of, seen))) {
            line_of[item] = Some(line);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[(usize, &[bool])]) -> Vec<Asked> {
        lines.iter().map(|(need, fits)| Asked { need: *need, fits: fits.to_vec() }).collect()
    }

    #[test]
    fn an_item_makes_room_for_another() {
        // the first line takes item 0, which alone fits the second
        let lines = asked(&[(1, &[true, true]), (1, &[true, false])]);
        assert_eq!(filled(&lines, Overlap::OneLine), [vec![1], vec![0]]);
    }

    #[test]
    fn an_item_counts_for_every_line() {
        let lines = asked(&[(1, &[true]), (2, &[true])]);
        assert_eq!(filled(&lines, Overlap::EveryLine), [vec![0], vec![0]]);
        assert_eq!(filled(&lines, Overlap::OneLine), [vec![0], vec![]]);
    }
}
