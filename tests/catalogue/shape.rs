//! What makes two odd files the same: their messages and causes without the values.

/// A text without its values: every number is 9, and every word between quotation marks is a.
pub fn shape(text: &str) -> String {
    let mut shape = String::new();
    let mut quote = None;
    for letter in text.chars() {
        let piece = match letter {
            '`' | '"' if quote.is_none() => {
                quote = Some(letter);
                letter
            }
            letter if quote == Some(letter) => {
                quote = None;
                letter
            }
            letter if letter.is_numeric() => '9',
            letter if letter.is_alphabetic() && quote.is_some() => 'a',
            letter => letter,
        };
        if !(matches!(piece, '9' | 'a') && (quote.is_some() || piece == '9') && shape.ends_with(piece)) {
            shape.push(piece);
        }
    }
    shape
}

#[test]
fn values_do_not_make_a_cause() {
    assert_eq!(shape("amount: \"200 USD\""), shape("amount: \"75 dollars\""));
    assert_ne!(shape("amount: \"200 USD\""), shape("amount: \"200\""));
    assert_eq!(shape("`200 USD` is no amount in row 17"), shape("`1 euro` is no amount in row 2"));
}
