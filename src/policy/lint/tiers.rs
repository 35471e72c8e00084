//! Tiers that are never reached, because fewer awards than that are ever made.

use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Award, Policy};
use crate::source::{Place, Span};

use super::limits::most_awards;

pub(super) fn check(policy: &Policy, award: &Award) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pay in &award.pays {
        let Amount::Tiers { window, tiers, rest, .. } = &pay.amount else { continue };
        let Some((most, place)) = most_awards(policy, award, window) else { continue };
        let mut counted: u64 = 0;
        for tier in tiers {
            if counted >= u64::from(most) {
                found.push(unreachable(tier.amount.span, most, place));
            }
            counted += u64::from(tier.count);
        }
        if let Some(rest) = rest
            && counted >= u64::from(most)
        {
            found.push(unreachable(rest.span, most, place));
        }
    }
    found
}

fn unreachable(tier: Span, most: u32, place: Span) -> Diagnostic {
    let awards = if most == 1 { "1 award is".to_owned() } else { format!("{most} awards are") };
    Diagnostic::warning("unreachable-tier", Place::Policy(tier), format!("this tier is never reached: at most {awards} made"))
        .label(place, "this says how many")
        .help("remove the tier, or allow more awards")
}
