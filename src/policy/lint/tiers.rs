//! Tiers that are never reached, because fewer awards than that are ever made.

use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Award, LimitMeasure, Policy, Window};
use crate::source::{Place, Span};

use super::limits::holds;

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

/// How many awards the tiers' window can hold at most, and which words say so.
fn most_awards(policy: &Policy, award: &Award, window: &Window) -> Option<(u32, Span)> {
    let once = award.once.as_ref().filter(|once| once.keys.is_empty() && holds(&once.window, window)).map(|once| (1, once.span));
    let limits = award.limits.iter().map(|id| policy.limit(*id)).filter_map(|limit| match limit.measure {
        LimitMeasure::Awards(most) if limit.condition.is_none() && holds(&limit.window, window) => Some((most, limit.span)),
        LimitMeasure::Awards(_) | LimitMeasure::Money(_) | LimitMeasure::Quantity { .. } => None,
    });
    once.into_iter().chain(limits).min()
}

fn unreachable(tier: Span, most: u32, place: Span) -> Diagnostic {
    let awards = if most == 1 { "1 award is".to_owned() } else { format!("{most} awards are") };
    Diagnostic::warning("unreachable-tier", Place::Policy(tier), format!("this tier is never reached: at most {awards} made"))
        .label(place, "this says how many")
        .help("remove the tier, or allow more awards")
}
