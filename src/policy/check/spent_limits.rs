//! Limits on a quantity over awards that spend units: what is cut would be the money alone.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::LimitMeasure;
use crate::value::Number;

impl Checker<'_> {
    /// A limit on money or on awards leaves what is spent as it is (decision 0009); one on a quantity of the row could mean the units too.
    pub(super) fn check_limits_on_what_is_spent(&mut self) {
        let mut refused = Vec::new();
        for limit in self.limits.iter().flatten().filter(|limit| !limit.whole_awards_only) {
            let LimitMeasure::Quantity { most, field } = limit.measure else { continue };
            for award in limit.awards.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.as_ref()) {
                let Some(spend) = award.spends.first() else { continue };
                let bank = self.bank_names.get(usize::from(spend.bank.0)).map_or("", |bank| bank.kind.as_str());
                let record = self.common_record(&limit.awards).map(|record| &self.records[usize::from(record.0)]);
                let quantity = record.map_or("units", |record| record.field(field).name.as_str());
                let name = &award.name;
                let message =
                    format!("`{name}` spends units, and this limit would cut the {quantity} that are paid, but not what is spent");
                let refused_here = Diagnostic::error("limit-on-what-is-spent", at(limit.span), message).label(spend.span, "spends here");
                let refused_here = if award.blocks {
                    refused_here
                        .help(format!("limit the {quantity} that come into the bank, `limit \"{bank}\" to …`, or the number of awards"))
                } else {
                    readings(refused_here, bank, &format!("`least of {quantity}, balance of \"Allowed\"`"), most)
                };
                refused.push(refused_here.help("`whole awards only`: an award that does not fit pays nothing and spends nothing"));
            }
        }
        refused.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }
}

/// What is over stays, or is spent: both are said with a second bank.
fn readings(refused: Diagnostic, bank: &str, paid: &str, most: Number) -> Diagnostic {
    let other = "`bank \"Allowed\" for each employee …`";
    refused
        .help(format!(
            "what is over stays in `{bank}`: write {other} with `earn {most}` and `credited on period start`, spend {paid} from both, and pay that"
        ))
        .help(format!("what is over is spent and not paid: write that bank too, spend all from `{bank}` and {paid} from `Allowed`, and pay that"))
}
