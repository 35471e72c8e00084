//! Lines of fixed places whose last blanks are gone: editors strip them, and a line that was cut off looks the same but for a few signs.

/// What the lines of a text show about their ends.
#[derive(Clone, Debug)]
pub struct LineEnds<'a> {
    widths: &'a [usize],
    /// No line ends with a blank: an editor has taken them away, or there were none.
    are_bare: bool,
    /// By column: whether any line has a letter at its last place, so that what ends earlier may be cut off.
    filled: Vec<bool>,
    /// By column: whether every whole line has a blank in front of it.
    parted: Vec<bool>,
    /// A line at the end of the text without a line end may have been cut off.
    open: Option<u32>,
}

impl<'a> LineEnds<'a> {
    pub fn of<'t>(lines: impl Iterator<Item = (u32, &'t str)>, widths: &'a [usize], ends_open: impl FnOnce() -> bool) -> LineEnds<'a> {
        let total: usize = widths.iter().sum();
        let mut ends = LineEnds { widths, are_bare: true, filled: vec![false; widths.len()], parted: vec![true; widths.len()], open: None };
        let mut last = None;
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            last = Some(number);
            ends.are_bare &= !line.ends_with(' ');
            let letters: Vec<char> = line.chars().collect();
            let mut start = 0;
            for (column, width) in widths.iter().enumerate() {
                let end = start + width;
                ends.filled[column] |= letters.get(end - 1).is_some_and(|letter| *letter != ' ');
                ends.parted[column] &= start == 0 || letters.len() != total || letters[start - 1] == ' ';
                start = end;
            }
        }
        ends.open = last.filter(|_| ends_open());
        ends
    }

    /// Whether a line that is too short has lost nothing but blanks.
    pub fn are_lost_blanks(&self, (number, line): (u32, &str)) -> bool {
        let letters: Vec<char> = line.chars().collect();
        if !self.are_bare || self.open == Some(number) || letters.contains(&'\t') {
            return false;
        }
        let mut start = 0;
        for (column, width) in self.widths.iter().enumerate() {
            if start >= letters.len() {
                return true; // the columns that are lacking are empty
            }
            // a letter lost on the way moves everything behind it into the wrong column
            if start > 0 && self.parted[column] && letters[start - 1] != ' ' {
                return false;
            }
            let end = start + width;
            if end > letters.len() {
                // half a number is another number, and half an ID somebody else's
                let is_word = !letters[start..].iter().any(char::is_ascii_digit);
                return is_word || !self.filled[column];
            }
            start = end;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(text: &str, widths: &[usize]) -> Vec<bool> {
        let lines = || (1..).zip(text.lines());
        let ends = LineEnds::of(lines(), widths, || !text.ends_with('\n'));
        lines().map(|line| ends.are_lost_blanks(line)).collect()
    }

    #[test]
    fn blanks_are_lost_where_no_line_has_any_and_nothing_is_cut() {
        let widths = [5, 7, 6];
        assert_eq!(lost("1042 Ada    earned\n1043 Bo\n1044 Cy     done\n", &widths), [false, true, true]);
        // no line reaches the end of the last column
        assert_eq!(lost("1042 Ada    12.5\n1043 Bo     7\n", &widths), [true, true]);
    }

    #[test]
    fn what_may_be_cut_off_or_moved_is_not() {
        let widths = [5, 7, 6];
        // one amount fills its column: the other may be half of one
        assert_eq!(lost("1042 Ada    120.50\n1043 Bo     120.\n", &widths), [false, false]);
        // one line has its blanks
        assert_eq!(lost("1042 Ada    done  \n1043 Bo     done\n", &widths), [false, false]);
        // a letter is lacking on the way
        assert_eq!(lost("1042 Ada    earned\n1043 Bo    earned\n", &widths), [false, false]);
        // the end of the file may be cut off
        assert_eq!(lost("1042 Ada    earned\n1043 Bo     ear", &widths), [false, false]);
    }
}
