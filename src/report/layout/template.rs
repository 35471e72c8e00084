//! Values of columns and names of files: constant text with names in braces, such as `PR{company_code:3_}EPI.csv`.

/// A template in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Name {
        name: String,
        /// Filled up behind to so many characters with this one.
        fill: Option<(usize, char)>,
    },
}

impl Template {
    /// None where a brace has no partner or a filling is not a number and a character.
    pub fn parse(text: &str) -> Option<Template> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(open);
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (inside, behind) = after.strip_prefix('{')?.split_once('}')?;
            pieces.push(name(inside)?);
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Some(Template { pieces })
    }

    /// The names in braces.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }
}

/// `employee`, `company_code:3_`
fn name(text: &str) -> Option<Piece> {
    let Some((name, fill)) = text.split_once(':') else { return Some(Piece::Name { name: text.to_owned(), fill: None }) };
    let (last, character) = fill.char_indices().next_back()?;
    let width = fill.get(..last)?.parse().ok().filter(|width| *width <= 100)?;
    Some(Piece::Name { name: name.to_owned(), fill: Some((width, character)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_braces() {
        let template = Template::parse("PR{company_code:3_}EPI{batch}.csv").unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["company_code", "batch"]);
        assert_eq!(Template::parse("AA").unwrap().pieces, [Piece::Text("AA".into())]);
        for wrong in ["{", "a}b", "{a:x_}", "{a:3"] {
            assert!(Template::parse(wrong).is_none(), "{wrong}");
        }
    }
}
