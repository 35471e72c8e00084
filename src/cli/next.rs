//! The next command to type, ready to be copied.

use super::arguments::Inputs;
use crate::eval::Disposition;
use crate::report::Results;
use crate::report::results::Fate;

pub fn to_write(inputs: &Inputs) -> String {
    format!("next: stipend run {} --out adjustments.xlsx\n", common(inputs))
}

/// Somebody held, else somebody cut, else the first who is paid; nothing where there is nobody to explain.
pub fn to_explain(inputs: &Inputs, results: &Results) -> String {
    let employee = |id| results.context.facts.employee(id).to_owned();
    let with = |wanted: Disposition| results.counted.first(Fate::Decided(wanted)).map(employee);
    let paid = || results.paid.first().map(employee);
    let somebody = with(Disposition::Held).or_else(|| with(Disposition::Reduced)).or_else(paid);
    somebody.map_or_else(String::new, |employee| format!("next: stipend explain {} --employee {}\n", common(inputs), quoted(&employee)))
}

fn common(inputs: &Inputs) -> String {
    let mut words = vec![quoted(&inputs.policy)];
    words.extend(inputs.data.iter().map(|data| quoted(data)));
    for (option, value) in [("--as-of", &inputs.as_of), ("--mapping", &inputs.mapping)] {
        if let Some(value) = value {
            words.push(format!("{option} {}", quoted(value)));
        }
    }
    words.extend(inputs.resolved.iter().map(|path| format!("--resolved {}", quoted(path))));
    words.join(" ")
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./=:,+@%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quoted("a/b.csv"), "a/b.csv");
        assert_eq!(quoted("staff.xlsx#Sheet 1"), "'staff.xlsx#Sheet 1'");
        assert_eq!(quoted("o'neil.csv"), "'o'\\''neil.csv'");
    }
}
