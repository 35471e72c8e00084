//! Values over everybody as text.

use super::expression::{expression, operand, value_operand};
use crate::syntax::ast::{Over, Rank, RankOrder};

/// What stands between a let's name and its value.
pub fn over(over: &Over) -> String {
    match over {
        Over::Person => String::new(),
        Over::Everybody => " for everybody".to_owned(),
        Over::Group(group) => format!(" for each {}", operand(group)),
    }
}

pub fn rank(rank: &Rank) -> String {
    let among = if rank.of_known { "among known" } else { "among" };
    let condition = rank.condition.as_ref().map(|condition| format!(" where {}", expression(condition)));
    let order = match rank.order {
        RankOrder::HighestFirst => "highest first",
        RankOrder::LowestFirst => "lowest first",
    };
    let ties = rank.ties.as_ref().map_or("ties share".to_owned(), |ties| format!("ties by {}", operand(ties)));
    let (value, record) = (value_operand(&rank.value), &rank.record.kind);
    format!("rank of {value} {among} {record}{}, {order}, {ties}", condition.unwrap_or_default())
}
