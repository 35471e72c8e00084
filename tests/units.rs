//! Banks and sets on random data: what is earned is spent, left, lost or expired, and both agree with a slow count of their own.

#[path = "units/banks.rs"]
mod banks;
#[path = "everybody/lottery.rs"]
mod lottery;
#[path = "units/run.rs"]
mod run;
#[path = "units/sets.rs"]
mod sets;

const CASES: u64 = 400;

#[test]
fn units_earned_are_spent_left_lost_or_expired() {
    let mut awards = 0;
    for seed in 0..CASES {
        let case = banks::case(seed);
        let run = run::run(&case.policy(), &case.files());
        let shown = || format!("seed {seed}:\n{}\n{:?}", case.policy(), case.files());
        assert!(run.every_credit_adds_up(), "{}", shown());
        let expected = case.expected();
        awards += expected.iter().map(|person| person.awards.len()).sum::<usize>();
        assert_eq!(run.accounts(), expected, "{}", shown());
    }
    assert!(awards > 300, "the cases spend too little to prove anything: {awards}");
}

/// Next year starts from this year's balances, and a second run over the same rows changes nothing.
#[test]
fn a_second_run_from_the_closing_balances_changes_nothing() {
    for seed in 0..CASES {
        let case = banks::case(seed);
        let first = run::run(&case.policy(), &case.files());
        let mut files = case.files();
        files.push(("balances", first.balances_csv.clone()));
        files.push(("paid", first.adjustments_csv.clone()));
        let second = run::run(&case.policy(), &files);
        let shown = || format!("seed {seed}:\n{}\n{:?}", case.policy(), case.files());
        assert_eq!(second.balances_csv, first.balances_csv, "{}", shown());
        assert_eq!(second.adjustments_csv.lines().count(), 1, "{}", shown());
    }
}

#[test]
fn sets_are_complete_on_the_day_that_counting_finds() {
    let mut completed = 0;
    for seed in 0..CASES * 2 {
        let case = sets::case(seed);
        let expected = case.expected();
        completed += expected.len();
        let run = run::run(&case.policy(), &case.files());
        assert_eq!(run.paid(), expected, "seed {seed}:\n{}\n{}", case.policy(), case.files()[1].1);
    }
    assert!(completed > 300, "the cases complete too few sets to prove anything: {completed}");
}
