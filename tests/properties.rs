//! Random policies and data: the program against the reference evaluator, and what must hold of every run.
//!
//! `STIPEND_CASES=200000 cargo test --release --test properties` works more cases;
//! `STIPEND_SEED=17 cargo test --release --test properties` works one of them again and prints it.

mod random;
mod reference;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use random::case::Case;
use random::laws;
use random::policies::Shape;
use random::shrink::shrink;

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

#[test]
fn the_reference_agrees_on_every_outcome_and_line() {
    over_a_share(1, Shape::Anything, |case| {
        if case.compile().is_err() {
            return Ok(false);
        }
        case.difference().map_or(Ok(true), Err)
    });
}

#[test]
fn the_reference_agrees_on_moves() {
    over_a_share(2, Shape::Moving, |case| {
        if case.compile().is_err() {
            return Ok(false);
        }
        case.difference().map_or(Ok(true), Err)
    });
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
    over_cases(Shape::Anything, laws::no_window_overflows);
}

#[test]
fn a_higher_limit_never_pays_less() {
    over_cases(Shape::Anything, laws::a_higher_limit_never_pays_less);
}

#[test]
fn centuries_do_not_matter() {
    over_cases(Shape::Anything, laws::centuries_do_not_matter);
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

#[test]
#[ignore = "a list for whoever changes the generator"]
fn what_the_checker_refuses() {
    let mut refused = std::collections::BTreeMap::<String, (u32, u64)>::new();
    for seed in seeds(1) {
        if let Err(message) = Case::random(seed, Shape::Anything).compile() {
            refused.entry(message).or_insert((0, seed)).0 += 1;
        }
    }
    for (message, (count, seed)) in refused {
        println!("{count} (such as {seed}): {message}");
    }
}

#[test]
#[ignore = "shows one case in full"]
fn show() {
    let case = Case::random(setting("STIPEND_SEED").unwrap_or(0), Shape::Anything);
    println!("{case}");
    let Ok(compiled) = case.compile() else { return };
    println!("{:#?}", case.by_program(&compiled, &[]));
    for verdict in case.verdicts(&compiled) {
        println!("{:#?}", verdict);
    }
}
