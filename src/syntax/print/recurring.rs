//! Instalments, and awards that come again, as text.

use super::expression::item;
use crate::syntax::ast::{Every, InstalmentDays, Instalments, Recurs, RecursAmount, RecursEnd, RestIn};

pub fn instalments(written: &Instalments) -> String {
    let days = match &written.days {
        InstalmentDays::On(days) => format!("instalments on {}", days.iter().map(item).collect::<Vec<_>>().join(", ")),
        InstalmentDays::Monthly(first) => format!("monthly instalments from {}", item(first)),
    };
    let remainder = match written.remainder {
        Some(RestIn::Last) => ", remainder in the last",
        Some(RestIn::First) => ", remainder in the first",
        None => "",
    };
    format!("paid in {} {days}{remainder}", written.count.kind)
}

pub fn recurs(written: &Recurs) -> String {
    let every = match written.every {
        Every::Month => "monthly",
        Every::Year => "yearly",
    };
    let end = match &written.end {
        Some(RecursEnd::For(length)) => format!(" for {length}"),
        Some(RecursEnd::Until { last, if_known: true }) => format!(" until {} if known", item(last)),
        Some(RecursEnd::Until { last, if_known: false }) => format!(" until {}", item(last)),
        None => String::new(),
    };
    let amount = match written.amount {
        Some(RecursAmount::Fixed) => ", fixed",
        Some(RecursAmount::Recalculated) => ", recalculated",
        None => "",
    };
    format!("{every}{end}{amount}")
}
