//! The stages one by one: read and bind, evaluate, write. `cargo bench --bench stages` after the comparison has made the data.

use std::path::Path;
use std::time::Instant;

use stipend::cli::pipeline::{Materials, bind};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Hashes, Input, Inputs, Mapping};
use stipend::report::results::Detail;
use stipend::source::Source;
use stipend::value::Date;

/// Each stage is run so often; the shortest counts.
const RUNS: usize = 5;

fn main() {
    let size = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_else(|| "M".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench-data").join(&size);
    if !folder.join("credentials.csv").exists() {
        println!("no data yet: cargo bench -p floor --bench compare -- --size {size}");
        return;
    }
    for workload in ["w1", "w2", "other1", "other2"] {
        let text = std::fs::read_to_string(root.join(format!("benches/{workload}.pay"))).expect("the policy is there");
        let mut best = [f64::MAX; 4];
        for _ in 0..RUNS {
            for (best, now) in best.iter_mut().zip(stages(&Source::new(workload, &text), &folder)) {
                *best = best.min(now);
            }
        }
        let [open, bound, evaluated, written] = best;
        println!("{size} {workload:7} open {open:7.3} s  read and bind {bound:7.3} s  evaluate {evaluated:7.3} s  write {written:7.3} s");
    }
}

/// Seconds of opening the files, reading and binding them, evaluating, and making the table.
fn stages(policy: &Source, folder: &Path) -> [f64; 4] {
    let begin = Instant::now();
    let input = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).expect("the data is there");
        Input { name: name.to_owned(), bytes, ..Input::default() }
    };
    let inputs = vec![input("employees.csv"), input("credentials.csv")];
    let opened = begin.elapsed();
    let as_of = Date::new(2025, 8, 31).expect("a day of the calendar");
    let mut problems = Diagnostics::new();
    let materials =
        Materials { policy: policy.clone(), inputs: Inputs { files: inputs, hashes: Hashes::NotTold }, mapping: Mapping::default(), as_of };
    let bound = bind(materials, &mut problems).expect("the policy and the data fit");
    let read = begin.elapsed();
    let results = bound.results_in(Detail::Exceptions, &|_| {});
    let evaluated = begin.elapsed();
    let pieces = results.adjustment_pieces(&mut problems);
    let written = begin.elapsed();
    assert!(pieces.len() > 1, "something is paid");
    [opened, read - opened, evaluated - read, written - evaluated].map(|time| time.as_secs_f64())
}
