//! Random awards that move the person's step.

use super::expressions::{Place, Words};
use super::policy_text::Block;

/// A `move` line and perhaps pay lines that read the step before and after.
pub fn moves(block: &mut Block, words: &mut Words<'_>) {
    let condition = words.condition(1);
    let to = match words.random.below(8) {
        0 => format!("if {condition} then step + 1 else step + 2"),
        1 => "greatest of step, 5".into(),
        2 => "step - 1".into(),
        3 if words.place == Place::Credential => "if (step as of enrolled) less than step then step else step + 1".into(),
        4 => "step 1 after step in grid".into(),
        5 => "step 1 before step in grid".into(),
        _ => "step + 1".to_string(),
    };
    let pays = words.random.percent(80);
    let stay = if pays && words.random.percent(25) { " or stay" } else { "" };
    block.push(format!("move step to {to}{stay}"));
    if words.random.percent(25) {
        block.push("and step less than 9");
    }
    if pays && words.random.percent(30) {
        block.push(format!("pay $60 * new step to base salary when new step more than {}", words.random.between(4, 8)));
    }
    if pays {
        let other = words.money(1);
        block.push(*words.random.pick(&["pay $100 * (new step - old step) to base salary", "pay $33.33 * old step as stipend"]));
        if words.random.percent(20) {
            block.push(format!("pay {other} as stipend"));
        }
    }
}
