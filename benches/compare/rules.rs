//! The policy of many awards.

/// The first workload's records with many awards, each with conditions, an amount and a date of its own, under three limits.
pub fn rules(count: usize) -> String {
    let base = include_str!("../w1.pay");
    let records = base.split("award ").next().expect("the records come first");
    let mut text = records.to_owned();
    let categories = ["micro-credential", "course", "workshop", "conference"];
    for rule in 0..count {
        let category = categories[rule % categories.len()];
        let (reviewers, days, amount) = (1 + rule % 3, 60 + 6 * rule, 20 + rule);
        text.push_str(&format!("award \"Rule {rule}\" for each credential\n"));
        text.push_str(&format!("  if category is \"{category}\" and status is approved and reviewers_approved is {reviewers}\n"));
        text.push_str(&format!("  and approved_on is known and completed_on within {days} days after enrolled_on\n"));
        text.push_str(&format!("  once per credential_id\n  pay ${amount} as stipend\n  prorate by fte\n  effective on approved_on\n\n"));
    }
    for (limit, window) in ["fiscal year", "calendar year", "rolling 1 year"].iter().enumerate() {
        let names: Vec<String> = (limit..count).step_by(3).map(|rule| format!("\"Rule {rule}\"")).collect();
        text.push_str(&format!("limit {} to $150 per {window}, after proration\n  excess is lost\n\n", names.join(", ")));
    }
    text
}
