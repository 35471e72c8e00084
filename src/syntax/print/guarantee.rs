//! `guarantee` as text.

use super::expression::{comparison_side, expression, operand};
use super::lines;
use super::words::{period_word, quoted};
use crate::syntax::ast::{Guarantee, GuaranteeBound, GuaranteeOver, GuaranteeWindow, Guaranteed, GuaranteedSums, LimitMeasure};

pub fn guarantee(guarantee: &Guarantee) -> String {
    let head = match &guarantee.says {
        Guaranteed::Lines { awards, condition } => {
            let awards: Vec<String> = awards.iter().map(quoted).collect();
            format!("guarantee every {} has {}", awards.join(", "), expression(condition))
        }
        Guaranteed::Sums(sums) => sentence(sums),
    };
    lines(head, guarantee.cites.iter().map(|text| format!("cite {}", quoted(text))))
}

fn sentence(sums: &GuaranteedSums) -> String {
    let over = match &sums.over {
        GuaranteeOver::Everybody => "everybody together".to_owned(),
        GuaranteeOver::Each(group) => format!("each {}", operand(group)),
    };
    let bound = match sums.bound {
        GuaranteeBound::AtMost => "at most",
        GuaranteeBound::AtLeast => "at least",
    };
    let most = match &sums.most {
        LimitMeasure::Money(most) => comparison_side(most),
        LimitMeasure::Awards(most) => format!("{} awards", most.kind),
        LimitMeasure::Quantity { most, field } => format!("{} {}", most.kind, field.kind),
    };
    let mut text = format!("guarantee {over} receives {bound} {most}");
    if !sums.awards.is_empty() {
        text.push_str(&format!(" from {}", sums.awards.iter().map(quoted).collect::<Vec<_>>().join(", ")));
    }
    if let Some(kind) = &sums.kind {
        text.push_str(&format!(" {}", super::award::kind_words(kind.kind)));
    }
    if let Some(window) = &sums.window {
        text.push_str(&match &window.kind {
            GuaranteeWindow::Ever => " ever".to_owned(),
            GuaranteeWindow::Rolling(length) => format!(" in any {length}"),
            GuaranteeWindow::Period(word) => {
                let any = if sums.bound == GuaranteeBound::AtMost { "any" } else { "every" };
                format!(" in {any} {}", period_word(word))
            }
        });
    }
    if let Some(condition) = &sums.condition {
        text.push_str(&format!(" where {}", expression(condition)));
    }
    text
}
