//! `set` and what names one, as text.

use super::expression::{comparison_side, expression};
use super::lines;
use super::words::{date_range, quoted};
use crate::syntax::ast::{Complete, Grant, ListAsOf, Name, Overlap, Set, SetLine, SetReading, Trigger, Wait};

pub fn set(set: &Set) -> String {
    let mut clauses = Vec::new();
    for (index, condition) in set.conditions.iter().enumerate() {
        clauses.push(format!("{} {}", if index == 0 { "if" } else { "and" }, expression(condition)));
    }
    clauses.extend(set.counts.iter().map(|key| format!("counts {}", expression(key))));
    clauses.extend(set.earned.iter().map(|date| format!("earned on {}", expression(date))));
    for list in &set.lists {
        clauses.extend(list.dates.iter().map(|dates| date_range(dates.kind)));
        clauses.extend(list.lines.iter().map(line));
    }
    clauses.extend(set.accepts.iter().map(|accept| format!("accept {} for {}", quoted(&accept.given), quoted(&accept.wanted))));
    clauses.extend(set.overlap.iter().map(|overlap| match overlap.kind {
        Overlap::OneLine => "one row counts for one line".to_owned(),
        Overlap::EveryLine => "one row counts for every line".to_owned(),
    }));
    clauses.extend(set.valid.iter().map(|time| format!("each row counts for {}", time.kind)));
    clauses.extend(set.complete.iter().map(|complete| match &complete.kind {
        Complete::By(date) => format!("complete by {}", expression(date)),
        Complete::FromFirst(time) => format!("complete within {time} from the first row"),
        Complete::WithinAny(time) => format!("complete within any {time}"),
        Complete::Within(time) => format!("complete within {time}"),
    }));
    clauses.extend(set.list_as_of.iter().map(|list| match list.kind {
        ListAsOf::FirstRow => "list as of the first row".to_owned(),
        ListAsOf::Completion => "list as of completion".to_owned(),
    }));
    clauses.extend(set.shares.iter().map(|other| format!("shares with {}", quoted(other))));
    clauses.extend(set.required.iter().map(|who| format!("required if {}", expression(who))));
    clauses.extend(set.due.iter().map(|date| format!("due {}", expression(date))));
    clauses.extend(set.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(format!("set {} for each {}", quoted(&set.name), set.each.kind), clauses)
}

fn line(line: &SetLine) -> String {
    let members = line.members.as_ref().map(|members| members.iter().map(quoted).collect::<Vec<_>>().join(", "));
    let count = line.count.as_ref().map(|count| format!("at least {}", count.kind));
    match (count, members, &line.condition) {
        (None, members, _) => format!("all of {}", members.unwrap_or_default()),
        (Some(count), Some(members), _) => format!("{count} of {members}"),
        (Some(count), None, Some(condition)) => format!("{count} where {}", expression(condition)),
        (Some(count), None, None) => count,
    }
}

pub fn trigger(trigger: &Trigger) -> Option<String> {
    match trigger {
        Trigger::Rows => None,
        Trigger::Completing(set) => Some(format!("on completing {}", quoted(set))),
        Trigger::Every { units, bank } => Some(format!("for every {} units of {}", units.kind, quoted(bank))),
    }
}

pub fn wait(wait: &Wait) -> String {
    let times: Vec<String> = wait.times.iter().map(|time| time.kind.to_string()).collect();
    format!("wait {} between", times.join(", then "))
}

pub fn grant(grant: &Grant) -> String {
    let known = if grant.if_known { " if known" } else { "" };
    let until = grant.until.as_ref().map(|until| format!(" until {}{known}", comparison_side(until))).unwrap_or_default();
    format!("grants {}{until}", quoted(&grant.role))
}

pub fn reading(reading: SetReading, set: &Name) -> String {
    match reading {
        SetReading::Completes => format!("completes {}", quoted(set)),
        SetReading::Completed => format!("completed {}", quoted(set)),
        SetReading::CompletedOn => format!("date {} was completed", quoted(set)),
        SetReading::Missing => format!("missing from {}", quoted(set)),
    }
}
