//! A policy and files worked by the program: what became of each award, with its amount.

use std::collections::BTreeMap;

use stipend::cli::pipeline::{Bound, Materials, bind};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Input, Mapping};
use stipend::report::excerpt;
use stipend::source::Source;
use stipend::value::Number;

/// By employee, award and record key: the outcome, and the amount in cents.
pub type Outcomes = BTreeMap<(String, String, String), (String, i64)>;

pub fn outcomes(policy: &str, files: &[(&str, String)]) -> Outcomes {
    let bound = bound(policy, files);
    let results = bound.results(&|_| {});
    let cells: Vec<[String; 7]> = results.outcome_cells().collect();
    let decided = cells.into_iter().filter(|cells| !cells[4].is_empty());
    decided.map(|cells| ((cells[2].clone(), cells[4].clone(), cells[1].clone()), (cells[3].clone(), cents(&cells[5])))).collect()
}

pub fn outcomes_on_threads(policy: &str, files: &[(&str, String)], threads: usize) -> Outcomes {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| outcomes(policy, files))
}

/// Conservation: what was there is what was shared and what is left; and the lines are what was shared.
pub fn add_up(policy: &str, files: &[(&str, String)]) {
    let bound = bound(policy, files);
    let results = bound.results(&|_| {});
    let mut shared = Number::ZERO;
    for pool in &results.pools {
        assert_eq!(pool.shared.plus(pool.remainder), Ok(pool.amount), "{policy}");
        assert!(pool.remainder >= Number::ZERO, "{policy}");
        shared = shared.plus(pool.shared).expect("small amounts");
    }
    let paid = results.adjustments.iter().map(|line| line.amount).try_fold(Number::ZERO, Number::plus);
    assert_eq!(paid, Ok(shared), "{policy}");
}

fn bound(policy: &str, files: &[(&str, String)]) -> Bound {
    let source = Source::new("policy.pay", policy);
    let mut diagnostics = Diagnostics::new();
    let inputs = files.iter().map(|(record, text)| Input {
        name: format!("{record}.csv"),
        sheet: None,
        record: Some((*record).to_owned()),
        bytes: text.clone().into_bytes(),
        stream: None,
    });
    let as_of = stipend::value::Date::parse_iso("2025-06-30").expect("a day");
    let mapping = Mapping::default();
    let bound = bind(Materials { policy: source.clone(), inputs: inputs.collect::<Vec<_>>().into(), mapping, as_of }, &mut diagnostics);
    bound.unwrap_or_else(|| panic!("{}", excerpt::render_all(&diagnostics.sorted(), Some(&source))))
}

fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().expect("an amount with two decimals")
}
