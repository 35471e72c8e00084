//! `recover …` and `reopens …` as text.

use super::expression::{closed, comparison_side, expression, operand};
use super::words::quoted;
use crate::syntax::ast::{Recover, RecoverShare, Reopens};

pub fn recover(recover: &Recover) -> String {
    let share = match &recover.share {
        RecoverShare::All => "all".to_owned(),
        RecoverShare::Of(share) => closed(share),
    };
    let every = if recover.every.is_some() { "every " } else { "" };
    let awards: Vec<String> = recover.awards.iter().map(quoted).collect();
    let keys: Vec<String> = recover.keys.iter().map(operand).collect();
    let mut text = format!("recover {share} of {every}{}", awards.join(", "));
    if !keys.is_empty() {
        text.push_str(&format!(" for {}", keys.join(", ")));
    }
    if let Some(since) = &recover.since {
        text.push_str(&format!(" since {}", comparison_side(since)));
    }
    if let Some(when) = &recover.when {
        text.push_str(&format!(" when {}", expression(when)));
    }
    text
}

pub fn reopens(reopens: Reopens) -> String {
    let words = [(reopens.key, "the key"), (reopens.waiting, "what waits")];
    let words: Vec<&str> = words.into_iter().filter_map(|(open, words)| open.then_some(words)).collect();
    format!("reopens {}", if words.is_empty() { "nothing".to_owned() } else { words.join(" and ") })
}
