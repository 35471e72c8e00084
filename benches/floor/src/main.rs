//! The floor: what the two policies cost when a program is written by hand for just them, with nothing checked or explained.
//!
//! `floor w1|w2 FOLDER OUT THREADS [outcomes]`. Fixed columns in the generated order, keys of at most 16 bytes, no `""` inside the
//! fields it uses, x86-64 with AVX2 and PCLMUL. It writes the same bytes as `stipend run`.

mod adjustments;
mod credentials;
mod index;
mod outcomes;
mod output;
mod people;
mod text;

use std::fs::File;
use std::time::Instant;

use adjustments::{Job, Names, Window};
use credentials::Keep;
use outcomes::Fates;
use output::Output;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, workload, folder, out, threads, mode @ ..] = arguments.as_slice() else { panic!("floor w1|w2 FOLDER OUT THREADS [outcomes]") };
    assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("pclmulqdq") && is_x86_feature_detected!("bmi2"));
    let window = if workload == "w2" { Window::RollingYear } else { Window::FiscalYear };
    let threads: usize = threads.parse().expect("the threads are a number");
    run(window, (folder, out), threads, if mode.is_empty() { Keep::Eligible } else { Keep::All });
    // SAFETY: ends the process without giving memory back page by page.
    unsafe { libc::_exit(0) }
}

fn run(window: Window, (folder, out): (&str, &str), threads: usize, keep: Keep) {
    let begin = Instant::now();
    let lap = |what: &str| {
        if std::env::var_os("FLOOR_LAPS").is_some() {
            eprintln!("{:8.1} ms {what}", begin.elapsed().as_secs_f64() * 1e3);
        }
    };
    let open = |name: &str| File::open(format!("{folder}/{name}")).expect("the data is made by `generate`");
    let people = people::read(&open("employees.csv"), threads);
    lap("employees read");
    let file = open("credentials.csv");
    let mut parts = credentials::read(&file, &people, threads, keep);
    lap("credentials read");
    let names = Names::new(&parts);
    let count = parts.first().map_or(0, |part| part.partitions.len());
    let mut entries: Vec<Vec<Vec<_>>> =
        (0..count).map(|at| parts.iter_mut().map(|part| std::mem::take(&mut part.partitions[at])).collect()).collect();
    let fates = (keep == Keep::All).then(|| Fates::new(&parts));
    if let Some(fates) = &fates {
        let hashes: Vec<Vec<Vec<u64>>> =
            (0..count).map(|at| parts.iter_mut().map(|part| std::mem::take(&mut part.hashes[at])).collect()).collect();
        outcomes::set_aside(&mut entries, &hashes, fates, threads);
        outcomes::set_unknown_aside(parts.iter_mut().flat_map(|part| std::mem::take(&mut part.unknown)).collect(), fates);
        lap("copies set aside");
    }
    let job = Job { people: &people, entries: &entries, names: &names, window, fates: fates.as_ref() };
    adjustments::write(&job, &Output::create(&format!("{out}/adjustments.csv"), adjustments::HEADER), threads);
    lap("adjustments written");
    if let Some(fates) = &fates {
        let output = Output::create(&format!("{out}/outcomes.csv"), outcomes::HEADER);
        outcomes::write_people(&people, &output, threads);
        let pieces: Vec<_> = parts.iter().flat_map(|part| &part.pieces).copied().collect();
        outcomes::write_credentials(&file, &pieces, (fates, window), &output, threads);
        lap("outcomes written");
    }
}
