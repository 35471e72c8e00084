//! Random policies and data: the program against the reference evaluator, and what must hold of every run.
//!
//! `STIPEND_CASES=200000 cargo test --release --test properties` works more cases;
//! `STIPEND_SEED=17 cargo test --release --test properties` works one of them again and prints it.

mod random;
mod reference;

use std::collections::BTreeSet;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use random::case::Case;
use random::coverage;
use random::policies::Shape;
use random::shrink::shrink;
use random::{entitlements, guarantees, laws, laws_of_limits, laws_of_recoveries};

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The seeds to work: the one asked for, or every one of a share of all.
fn seeds(share: u64) -> std::ops::Range<u64> {
    match setting("STIPEND_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..setting("STIPEND_CASES").unwrap_or(if cfg!(debug_assertions) { 200 } else { 20_000 }) / share,
    }
}

/// Runs `check` over a fifth of the cases on every core; the first failing seed is made smaller and printed.
fn over_cases(shape: Shape, check: impl Fn(&Case) -> Result<bool, String> + Sync) {
    over_a_share(5, shape, check);
}

/// The same over one case in `share`.
fn over_a_share(share: u64, shape: Shape, check: impl Fn(&Case) -> Result<bool, String> + Sync) {
    let (next, seeds) = (AtomicU64::new(seeds(share).start), seeds(share));
    let (worked, failed) = (AtomicU64::new(0), Mutex::new(None::<u64>));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || failed.lock().is_ok_and(|failed| failed.is_some()) {
                        return;
                    }
                    match check(&Case::random(seed, shape)) {
                        Ok(compiled) => drop(worked.fetch_add(u64::from(compiled), Ordering::Relaxed)),
                        Err(_) => *failed.lock().expect("no thread has failed") = Some(seed),
                    }
                }
            });
        }
    });
    if let Some(seed) = *failed.lock().expect("no thread has failed") {
        println!("seed {seed} fails; making it smaller");
        let smallest = shrink(&Case::random(seed, shape), &|case| check(case).is_err());
        let message = check(&smallest).expect_err("the smallest case still fails");
        panic!("seed {seed}:\n{smallest}\n{message}\nagain: STIPEND_SEED={seed} cargo test --release --test properties");
    }
    let (worked, all) = (worked.into_inner(), seeds.end - seeds.start);
    println!("{worked} of {all} random cases were checked");
    assert!(all < 100 || worked * 50 > all, "only {worked} of {all} random cases had something to check");
}

/// The two evaluators say the same of every policy that compiles.
fn agrees(share: u64, shape: Shape, difference: impl Fn(&Case) -> Option<String> + Sync) {
    over_a_share(share, shape, |case| {
        if case.compile().is_err() {
            return Ok(false);
        }
        difference(case).map_or(Ok(true), Err)
    });
}

#[test]
fn the_reference_agrees_on_every_outcome_and_line() {
    agrees(1, Shape::Anything, Case::difference);
}

#[test]
fn the_reference_agrees_on_moves() {
    agrees(4, Shape::Moving, Case::difference);
}

#[test]
fn the_reference_agrees_on_banks() {
    agrees(4, Shape::Banking, Case::difference);
}

#[test]
fn the_reference_agrees_on_sets_and_roles() {
    agrees(4, Shape::Stacking, Case::difference);
}

#[test]
fn the_reference_agrees_on_pools() {
    agrees(4, Shape::Pooling, Case::difference);
}

#[test]
fn the_reference_agrees_on_limits_over_everybody() {
    agrees(2, Shape::Sharing, Case::difference);
}

#[test]
fn the_reference_agrees_on_second_runs() {
    agrees(4, Shape::Postable, Case::difference_in_a_second_run);
}

#[test]
fn the_reference_agrees_on_second_runs_under_limits_over_everybody() {
    agrees(4, Shape::PostableSharing, Case::difference_in_a_second_run);
}

#[test]
fn the_reference_agrees_on_second_runs_with_sets() {
    agrees(4, Shape::PostableStacking, Case::difference_in_a_second_run);
}

#[test]
fn the_checker_accepts_most_random_policies() {
    let refused = (0..500).filter(|seed| Case::random(*seed, Shape::Anything).compile().is_err()).count();
    assert!(refused < 100, "{refused} of 500 are refused: see what_the_checker_refuses");
}

#[test]
fn nothing_vanishes() {
    over_cases(Shape::Anything, laws::nothing_vanishes);
}

#[test]
fn the_queue_is_the_same_without_whom_it_passes_over() {
    over_cases(Shape::Anything, laws::the_queue_is_the_same_without_whom_it_passes_over);
    over_a_share(10, Shape::Stacking, laws::the_queue_is_the_same_without_whom_it_passes_over);
}

#[test]
fn strangers_do_not_matter() {
    over_cases(Shape::Anything, laws::strangers_do_not_matter);
}

#[test]
fn row_order_does_not_matter() {
    over_cases(Shape::Anything, laws::row_order_does_not_matter);
}

#[test]
fn no_window_overflows() {
    over_cases(Shape::Anything, laws_of_limits::no_window_overflows);
}

#[test]
fn a_higher_limit_never_pays_less() {
    over_cases(Shape::Anything, laws_of_limits::a_higher_limit_never_pays_less);
}

#[test]
fn centuries_do_not_matter() {
    over_cases(Shape::Anything, laws::centuries_do_not_matter);
}

#[test]
fn a_guarantee_is_what_every_stretch_says() {
    over_cases(Shape::Anything, guarantees::a_guarantee_is_what_every_stretch_says);
    over_cases(Shape::Postable, guarantees::a_guarantee_is_what_every_stretch_says);
}

#[test]
fn no_more_is_taken_back_than_was_paid() {
    for shape in [Shape::Anything, Shape::Postable] {
        over_a_share(4, shape, laws_of_recoveries::no_more_is_taken_back_than_was_paid);
    }
}

#[test]
fn what_is_paid_less_what_is_taken_back_is_the_entitlement() {
    let (mut taken, seeds) = (0, seeds(4));
    let all = seeds.end - seeds.start;
    for seed in seeds {
        let recovery = entitlements::Recovery::random(seed);
        match entitlements::what_is_kept_is_the_entitlement(&recovery) {
            Ok(takes_back) => taken += u64::from(takes_back),
            Err(message) => panic!("seed {seed}:\n{recovery}\n{message}"),
        }
    }
    println!("in {taken} of {all} random cases something was taken back");
    assert!(all < 50 || taken * 2 > all, "in only {taken} of {all} random cases something was taken back");
}

#[test]
fn shares_are_the_pool() {
    over_cases(Shape::Pooling, laws_of_limits::shares_are_the_pool);
}

#[test]
fn no_share_exceeds_its_cap() {
    over_cases(Shape::Pooling, laws_of_limits::no_share_exceeds_its_cap);
}

#[test]
fn units_are_conserved() {
    over_cases(Shape::Banking, laws_of_limits::units_are_conserved);
}

#[test]
fn nothing_vanishes_beside_banks_moves_and_sets() {
    over_a_share(10, Shape::Banking, laws::nothing_vanishes);
    over_a_share(10, Shape::Moving, laws::nothing_vanishes);
    over_a_share(10, Shape::Stacking, laws::nothing_vanishes);
}

#[test]
fn threads_do_not_matter() {
    let threads = |count| rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads");
    let (one, three) = (threads(1), threads(3));
    for shape in Shape::ALL {
        over_a_share(40, shape, |case| laws::threads_do_not_matter(case, (&one, &three)));
    }
}

#[test]
fn a_second_run_pays_nothing() {
    over_cases(Shape::Postable, laws::a_second_run_pays_nothing);
}

#[test]
fn runs_add_up() {
    over_cases(Shape::Postable, laws::runs_add_up);
}

#[test]
fn the_past_stays() {
    over_cases(Shape::Postable, laws::the_past_stays);
}

/// What no random policy draws, and where it is tested instead.
const ELSEWHERE: [(&str, &str); 9] = [
    ("Reason::CreditedBefore", "tests/cases/bank-next-year"),
    ("Reason::OpeningStateIncomplete", "tests/cases/opening-state-not-far-enough"),
    ("Op::AmountPaid", "tests/cases/guarantee-broken-by-readings"),
    ("Op::Placing", "asked only where the place is missing: the row is held by it"),
    ("Op::Credited", "the step of Reason::Credited"),
    ("Op::SurplusLost", "the step of Surplus::Lost"),
    ("Op::Constant", "everywhere"),
    ("BinaryOp::And", "a condition of its own for each part"),
    ("once, Window::Rolling", "only `every` is written after `once`"),
];

/// Every construct, by the enumerations in the source: a new one is missing here until the random policies draw it.
fn constructs() -> BTreeSet<String> {
    let listed = [
        ("eval/trace.rs", "Op", "Op"),
        ("eval/outcome.rs", "Reason", "Reason"),
        ("eval/outcome.rs", "Disposition", "Disposition"),
        ("syntax/ast/expression.rs", "BinaryOp", "BinaryOp"),
        ("syntax/ast.rs", "Excess", "Excess"),
        ("syntax/ast.rs", "LimitMeasure", "LimitMeasure"),
        ("syntax/ast.rs", "LimitBasis", "LimitBasis"),
        ("syntax/ast.rs", "PayKind", "PayKind"),
        ("syntax/ast/bank.rs", "Surplus", "Surplus"),
        ("syntax/ast/choices.rs", "ChosenBy", "ChosenBy"),
        ("syntax/ast/choices.rs", "Compare", "Compare"),
        ("syntax/ast/choices.rs", "ChoiceTies", "ChoiceTies"),
        ("syntax/ast/recurring.rs", "InstalmentDays", "InstalmentDays"),
        ("syntax/ast/recurring.rs", "RestIn", "RestIn"),
        ("syntax/ast/recurring.rs", "RecursEnd", "RecursEnd"),
        ("syntax/ast/recurring.rs", "RecursAmount", "RecursAmount"),
    ];
    let mut all: BTreeSet<String> = BTreeSet::new();
    for (file, name, prefix) in listed {
        all.extend(coverage::variants(file, name).into_iter().map(|variant| format!("{prefix}::{variant}")));
    }
    let windows = coverage::variants("policy/mod.rs", "Window");
    all.extend(windows.iter().filter(|window| *window != "Every").map(|window| format!("limit, Window::{window}")));
    let once = windows.iter().filter(|window| !["FromFirstAward", "YearFrom"].contains(&window.as_str()));
    all.extend(once.map(|window| format!("once, Window::{window}")));
    let others = ["choose at each date", "choose per period", "choose per key", "whole awards only", "limit where", "bank, expires"];
    all.extend(
        others
            .into_iter()
            .chain([
                "limit of each employee",
                "limit in total",
                "limit for each group",
                "bank, balance at most",
                "every 1 months",
                "every 12 months",
                "RecursEnd::none",
                "several blocks of one row",
            ])
            .map(String::from),
    );
    all.remove("Op::Binary"); // counted by its operators
    all
}

#[test]
fn every_construct_decides_something() {
    let mut counts = coverage::Counts::new();
    let (mut accepted, seeds) = (0, setting("STIPEND_CASES").unwrap_or(300).min(600));
    for (seed, shape) in (0..seeds).flat_map(|seed| Shape::ALL.map(|shape| (seed, shape))) {
        let case = Case::random(seed, shape);
        let Ok(compiled) = case.compile() else { continue };
        accepted += 1;
        coverage::deciding(&case, &compiled).into_iter().for_each(|construct| *counts.entry(construct).or_default() += 1);
    }
    let wanted = constructs();
    println!("{accepted} policies were accepted; in how many of them each construct decides something:");
    for construct in &wanted {
        println!("  {:>6}  {construct}", counts.get(construct).copied().unwrap_or(0));
    }
    let is_elsewhere = |construct: &&String| ELSEWHERE.iter().any(|(name, _)| name == construct);
    let missing: Vec<&String> = wanted.iter().filter(|construct| !counts.contains_key(*construct)).filter(|it| !is_elsewhere(it)).collect();
    assert!(missing.is_empty(), "no random policy has these decide anything: {missing:#?}");
    let unknown: Vec<&&str> = ELSEWHERE.iter().map(|(name, _)| name).filter(|name| !wanted.contains(**name)).collect();
    assert!(unknown.is_empty(), "no construct is called so: {unknown:?}");
}

#[test]
#[ignore = "a list for whoever changes the generator"]
fn what_the_checker_refuses() {
    let mut refused = std::collections::BTreeMap::<String, (u32, u64)>::new();
    for (seed, shape) in seeds(1)
        .flat_map(|seed| [Shape::Anything, Shape::Moving, Shape::Banking, Shape::Pooling, Shape::Stacking].map(|shape| (seed, shape)))
    {
        if let Err(message) = Case::random(seed, shape).compile() {
            refused.entry(format!("{shape:?}: {message}")).or_insert((0, seed)).0 += 1;
        }
    }
    for (message, (count, seed)) in refused {
        println!("{count} (such as {seed}): {message}");
    }
}

#[test]
#[ignore = "a list for whoever changes the meaning of something"]
fn what_goes_apart() {
    let mut shown = 0;
    for (seed, shape) in seeds(1)
        .flat_map(|seed| [Shape::Anything, Shape::Moving, Shape::Banking, Shape::Pooling, Shape::Stacking].map(|shape| (seed, shape)))
    {
        let case = Case::random(seed, shape);
        if shown < 12 && case.difference().is_some() {
            let smallest = shrink(&case, &|case| case.difference().is_some());
            println!("seed {seed}, {shape:?}:\n{smallest}\n{}\n", smallest.difference().unwrap_or_default());
            shown += 1;
        }
    }
    for seed in seeds(1).filter(|seed| Case::random(*seed, Shape::Postable).difference_in_a_second_run().is_some()).take(6) {
        let smallest = shrink(&Case::random(seed, Shape::Postable), &|case| case.difference_in_a_second_run().is_some());
        println!("seed {seed}, second run:\n{smallest}\n{}\n", smallest.difference_in_a_second_run().unwrap_or_default());
    }
}

#[test]
#[ignore = "shows one case in full"]
fn show() {
    let case = Case::random(setting("STIPEND_SEED").unwrap_or(0), Shape::Anything);
    println!("{case}");
    let Ok(compiled) = case.compile() else { return };
    println!("{:#?}", case.by_program(&compiled, &[]));
    for verdict in case.verdicts(&compiled, &[]) {
        println!("{:#?}", verdict);
    }
}
