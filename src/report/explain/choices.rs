//! Which of several awards is paid, told with both figures.

use crate::eval::{Figures, Op, PersonRun, StepId, Winner};
use crate::policy::ChooseId;
use crate::report::quote::{heading, line_of, value};
use crate::report::text::money;
use crate::report::words::Context;
use crate::source::Span;
use crate::value::Value;

impl Context<'_> {
    /// `chosen under … (line 40): $500.00, and $300.00 for Coach`
    pub fn chosen_words(&self, run: &PersonRun, id: StepId, span: Span) -> String {
        let verdict = if run.trace.step(id).value == Value::YesNo(true) { "chosen" } else { "not chosen" };
        let figure = |step: &StepId| match run.trace.step(*step).op {
            Op::Compared(award) => format!("{} for {}", value(run.trace.step(*step).value), self.policy.award(award).name),
            _ => value(run.trace.step(*step).value),
        };
        let figures: Vec<String> = run.trace.inputs_of(id).iter().map(figure).collect();
        let alone = if figures.len() > 1 { "" } else { ", and nothing else competes" };
        format!("{verdict} under `{}` ({}): {}{alone}", heading(self.policy, span), line_of(self.policy, span), figures.join(", "))
    }

    /// The reason of what is not chosen: the winner and both figures.
    pub fn not_chosen(&self, choose: ChooseId, Figures { own, winner }: &Figures) -> String {
        let rule = format!("`{}`", heading(self.policy, self.policy.choose(choose).span));
        match winner {
            Some(winner) if winner.paid_before => {
                format!(
                    "an earlier run paid {} for {}, this is {}; under {rule}",
                    money(winner.figure),
                    self.award_name(*winner),
                    money(*own)
                )
            }
            Some(winner) => {
                format!("chosen is {} with {}, this is {}; under {rule}", self.award_name(*winner), money(winner.figure), money(*own))
            }
            None => format!("none of the awards was elected, this is {}; under {rule}", money(*own)),
        }
    }

    fn award_name(&self, winner: Winner) -> &str {
        &self.policy.award(winner.award).name
    }
}
