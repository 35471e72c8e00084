//! What is computed over everybody: against a slow check of its own, in any order of rows, on any number of threads.

#[path = "everybody/lottery.rs"]
mod lottery;
#[path = "everybody/pools.rs"]
mod pools;
#[path = "everybody/ranks.rs"]
mod ranks;
#[path = "everybody/run.rs"]
mod run;

/// Random data, each worked in two orders and on one and on several threads.
const CASES: u64 = 60;

#[test]
fn ranks_and_counts_agree_with_counting_by_hand() {
    for seed in 0..CASES {
        let people = ranks::people(seed);
        let expected = ranks::expected(&people);
        let computed = run::outcomes(ranks::POLICY, &[("employee", ranks::file(&people))]);
        assert_eq!(computed, expected, "seed {seed}:\n{}", ranks::file(&people));
        let mut turned = people.clone();
        turned.reverse();
        assert_eq!(run::outcomes_on_threads(ranks::POLICY, &[("employee", ranks::file(&turned))], 3), expected, "seed {seed}, turned");
    }
}

#[test]
fn pools_agree_with_sharing_cent_by_cent() {
    for seed in 0..CASES {
        let case = pools::case(seed);
        let expected = case.expected();
        let computed = run::outcomes(&case.policy(), &case.files());
        let shown = || format!("seed {seed}:\n{}\n{}", case.policy(), case.files()[1].1);
        assert_eq!(pools::paid(&computed), expected, "{}", shown());
        let turned = run::outcomes_on_threads(&case.policy(), &case.turned().files(), 3);
        assert_eq!(pools::paid(&turned), expected, "turned, {}", shown());
        run::add_up(&case.policy(), &case.files());
    }
}
