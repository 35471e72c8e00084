//! Working days, counted one after the other.

use stipend::syntax::ast::{PeriodWord, WorkingDay};

use super::days::Day;
use super::expressions::Scope;

impl Scope<'_> {
    pub fn working_day(&self, which: WorkingDay, day: Day, except: Option<&str>) -> Day {
        let works = |day: &Day| self.program.works(*day, except);
        let after = || (day.0 + 1..).map(Day).filter(works);
        let before = |last: i64| (0..).map(move |back| Day(last - back)).filter(works);
        let found = match which {
            WorkingDay::After(days) => after().nth(days as usize - 1),
            WorkingDay::Before(days) => before(day.0 - 1).nth(days as usize - 1),
            WorkingDay::FirstOnOrAfter => (day.0..).map(Day).find(works),
            WorkingDay::LastOnOrBefore => before(day.0).next(),
            WorkingDay::LastOfMonth => {
                let (_, end) = self.program.period_of(&PeriodWord::Month, day).expect("a month");
                before(end.0 - 1).next()
            }
        };
        found.expect("a working day")
    }
}
