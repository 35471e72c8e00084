//! Texts by number, one behind the other: a million IDs are two pieces of memory and not a million.

use std::ops::Index;

/// The IDs of the people, or the keys of a look-up record: sorted, each once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    /// By number: where the text ends.
    ends: Vec<usize>,
}

impl Names {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| &self[number])
    }

    /// The number of a text, where the texts are sorted by their bytes.
    pub fn number_of(&self, text: &str) -> Option<usize> {
        let mut before = 0..self.len();
        while !before.is_empty() {
            let middle = before.start + before.len() / 2;
            match self[middle].cmp(text) {
                std::cmp::Ordering::Less => before.start = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => before.end = middle,
            }
        }
        None
    }
}

impl Index<usize> for Names {
    type Output = str;

    fn index(&self, number: usize) -> &str {
        self.get(number).unwrap_or_default()
    }
}

impl<T: AsRef<str>> FromIterator<T> for Names {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Names {
        let texts = texts.into_iter();
        let mut names = Names { text: String::new(), ends: Vec::with_capacity(texts.size_hint().0) };
        for text in texts {
            names.text.push_str(text.as_ref());
            names.ends.push(names.text.len());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_no_other() {
        let all = ["", "1", "10", "1042", "9", "ä"];
        let names: Names = all.into_iter().collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), all);
        for (number, text) in all.into_iter().enumerate() {
            assert_eq!((&names[number], names.number_of(text)), (text, Some(number)));
        }
        assert!(["0", "104", "10425", "8", "z", "ö"].into_iter().all(|text| names.number_of(text).is_none()));
        assert_eq!(Names::default().number_of(""), None);
    }
}
