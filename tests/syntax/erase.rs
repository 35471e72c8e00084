//! A tree as text without its places, and with numbers in lowest terms, so that two trees can be compared.

use stipend::syntax::ast::Ast;

pub fn erased(ast: &Ast) -> String {
    let text = format!("{:#?}", ast.declarations);
    let mut result = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_end().ends_with("Span {") {
            lines.nth(2);
        } else if line.trim_end().ends_with("Decimal {") {
            let mut value = |name: &str| -> i128 {
                let line = lines.next().expect("a decimal has two lines").trim();
                line.trim_start_matches(name).trim_end_matches(',').parse().expect("a whole number")
            };
            let (mut mantissa, mut scale) = (value("mantissa: "), value("scale: "));
            while scale > 0 && mantissa % 10 == 0 {
                (mantissa, scale) = (mantissa / 10, scale - 1);
            }
            result.push_str(&format!("{mantissa}e-{scale}\n"));
        } else {
            result.push_str(line);
            result.push('\n');
        }
    }
    result
}
