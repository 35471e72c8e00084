//! What a cell looks like before anybody says what it should be: a value, or a word such as headers are.

use super::day::MONTHS;
use super::key;

/// Whether a cell is an ID of digits, an amount, a date or an address: headers are not.
pub fn is_value(text: &str) -> bool {
    let text = key::clean(text);
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_address = text.split_once('@').is_some_and(|(name, place)| !name.is_empty() && place.contains('.') && !text.contains(' '));
    is_address || has_digit && text.split(|letter: char| !letter.is_alphabetic()).all(is_of_a_date)
}

/// Letters that stand in dates and amounts: a month, `T` and `Z` of a time stamp, a currency, debit and credit.
fn is_of_a_date(word: &str) -> bool {
    let word = word.to_lowercase();
    matches!(word.as_str(), "" | "t" | "z" | "am" | "pm" | "cr" | "dr" | "usd" | "sept")
        || MONTHS.iter().any(|month| word == *month || word == month[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_headers() {
        for value in ["1042", "00123", "$1,200.00", "(200.00)", "2025-01-20", "1/2/25", "5 %", "20-Jan-25", "March 3, 2024"] {
            assert!(is_value(value), "{value}");
        }
        for value in ["2014-04-01T09:41:00Z", "2025-01-02 9:00 AM", "a.ruiz@example.org", "0.5", "200.00 CR", "45567"] {
            assert!(is_value(value), "{value}");
        }
        for word in ["", "Employee #", "2024 Salary", "Address 1", "Award @ school", "earned", "B-102", "#", "Hours (3 codes)", "Q1"] {
            assert!(!is_value(word), "{word}");
        }
    }
}
