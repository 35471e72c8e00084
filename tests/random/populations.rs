//! Random values over everybody: counts, sums and ranks, for all or for each group.

use super::expressions::{Place, Words};
use super::policy_text::Block;

/// One let of each kind: over everybody, for each group, and two ranks.
pub fn populations(words: &mut Words<'_>) -> Vec<Block> {
    let known = |words: &mut Words<'_>| if words.random.percent(50) { "known " } else { "" };
    let (first, second, third) = (words.inner_condition(), words.inner_condition(), words.inner_condition());
    let of_known = known(words);
    let sum = format!("let crowd for everybody = sum of hours of {of_known}credential where {first}");
    let kind = *words.random.pick(&["count of credential", "any credential", "every credential"]);
    let group = *words.random.pick(&["category", "status", "place"]);
    let peers = format!("let peers for each {group} = {kind} where {second}");
    let (among, order) = (known(words), *words.random.pick(&["highest", "lowest"]));
    let ties = *words.random.pick(&["ties share", "ties by claimed", "ties by enrolled"]);
    let rank = format!("let rank_here for each {group} = rank of claimed among {among}credential where {third}, {order} first, {ties}");
    let (among, order) = (known(words), *words.random.pick(&["highest", "lowest"]));
    let ties = *words.random.pick(&["ties share", "ties by hired"]);
    let seniority = format!("let seniority for everybody = rank of base_salary among {among}employee, {order} first, {ties}");
    let quarter = "let is_in_half for everybody = seniority at most 50 % of (count of employee)".to_string();
    words.counts_peers = kind.starts_with("count");
    [sum, peers, rank, seniority, quarter].into_iter().map(|header| Block::new(header, &[])).collect()
}

impl Words<'_> {
    /// A number over everybody.
    pub fn of_everybody(&mut self) -> String {
        match (self.place, self.random.below(4)) {
            (Place::Credential, 0) if self.counts_peers => "peers".into(),
            (Place::Credential, 0 | 1) => "rank_here".into(),
            (_, 2) => "seniority".into(),
            _ => "crowd".into(),
        }
    }

    /// A condition over everybody.
    pub fn holds_over_everybody(&mut self) -> String {
        match (self.place, self.random.below(4)) {
            (Place::Credential, 0) if !self.counts_peers => "peers".into(),
            (Place::Credential, 0 | 1) => format!("rank_here at most {}", self.random.between(1, 3)),
            (_, 2) => "is_in_half".into(),
            _ => format!("crowd at least {}", self.random.between(2, 30)),
        }
    }
}
