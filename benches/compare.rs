//! Runs `stipend` and the floor side by side and prints the ratios: `cargo bench -p floor --bench compare -- --size S,M`.
//!
//! Makes its own data in `target/bench-data`, builds `stipend`, runs the two programs in turn, checks that they write the same bytes.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

const FLOOR: &str = env!("CARGO_BIN_EXE_floor");
const GENERATE: &str = env!("CARGO_BIN_EXE_generate");
/// The day of the generated export.
const AS_OF: &str = "2025-08-31";
/// Policies that the floor does not know: two of the same size, which must not cost much more than the first, and one of fifty awards.
const OTHERS: [&str; 3] = ["other1", "other2", "rules50"];

/// What is asked for on the command line.
struct Plan {
    sizes: Vec<String>,
    workloads: Vec<String>,
    modes: Vec<String>,
    runs: usize,
}

/// One program with its threads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Floor(usize),
    Stipend(usize),
}

/// One finished process.
#[derive(Clone, Copy)]
struct Measured {
    wall: f64,
    cpu: f64,
    peak_mb: f64,
}

struct Job<'a> {
    workload: &'a str,
    mode: &'a str,
    data: &'a Path,
}

fn main() -> ExitCode {
    let plan = plan();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there");
    let stipend = build_stipend(&root);
    println!("machine: {} ({} threads)", processor(), std::thread::available_parallelism().map_or(0, usize::from));
    println!("{:28} {:>9} {:>9} {:>8} {:>9}   wall / floor, memory / floor", "", "wall s", "cpu s", "peak MB", "bytes");
    let mut same = true;
    for size in &plan.sizes {
        let data = data(&root, size);
        for workload in &plan.workloads {
            for mode in &plan.modes {
                same &= compare(&Job { workload, mode, data: &data }, &root, &stipend, plan.runs);
            }
        }
    }
    if same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plan() -> Plan {
    let mut plan = Plan {
        sizes: vec!["S".into(), "M".into()],
        workloads: vec!["w1".into(), "w2".into()],
        modes: vec!["adjustments".into(), "outcomes".into()],
        runs: 5,
    };
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(option) = arguments.next() {
        let value = arguments.next().unwrap_or_else(|| panic!("`{option}` needs a value"));
        let list = || value.split(',').map(str::to_owned).collect();
        match option.as_str() {
            "--size" => plan.sizes = list(),
            "--policy" => plan.workloads = list(),
            "--mode" => plan.modes = list(),
            "--runs" => plan.runs = value.parse().expect("runs is a number"),
            _ => panic!("the options are --size S,M,L --policy w1,w2,{} --mode adjustments,outcomes --runs N", OTHERS.join(",")),
        }
    }
    plan
}

fn build_stipend(root: &Path) -> PathBuf {
    let built = Command::new(env!("CARGO")).args(["build", "--release", "--quiet", "-p", "stipend"]).current_dir(root).status();
    assert!(built.is_ok_and(|status| status.success()), "stipend is built");
    // the benchmark itself stands in <target>/release/deps
    let bench = std::env::current_exe().expect("this program has a path");
    bench.ancestors().nth(2).expect("two folders up").join("stipend")
}

fn data(root: &Path, size: &str) -> PathBuf {
    let folder = root.join("target/bench-data").join(size);
    if !folder.join("credentials.csv").exists() {
        let made = Command::new(GENERATE).arg(size).arg(&folder).status();
        assert!(made.is_ok_and(|status| status.success()), "the data is made");
    }
    folder
}

/// Runs all engines in turn and prints a line for each. False where they do not write the same bytes.
fn compare(job: &Job, root: &Path, stipend: &Path, runs: usize) -> bool {
    let mut engines = vec![Engine::Floor(2), Engine::Floor(1), Engine::Stipend(2), Engine::Stipend(1)];
    if OTHERS.contains(&job.workload) {
        engines.retain(|engine| matches!(engine, Engine::Stipend(_)));
    }
    let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); engines.len()];
    for round in 0..=runs {
        for (engine, measured) in engines.iter().zip(&mut measured) {
            let run = run(*engine, job, root, stipend);
            if round > 0 {
                measured.push(run); // the first round warms up
            }
        }
    }
    let written: Vec<u64> = engines.iter().map(|engine| hash_of(&job.out(*engine), job.mode)).collect();
    let base = median(&measured[0]);
    for ((engine, measured), hash) in engines.iter().zip(&measured).zip(&written) {
        let now = median(measured);
        println!(
            "{:28} {:9.3} {:9.3} {:8.0} {:>9}   {:5.2} x {:5.2} x",
            job.label(*engine),
            now.wall,
            now.cpu,
            now.peak_mb,
            if *hash == written[0] { "same" } else { "DIFFERENT" },
            now.wall / base.wall,
            now.peak_mb / base.peak_mb,
        );
    }
    written.iter().all(|hash| *hash == written[0])
}

impl Job<'_> {
    fn out(&self, engine: Engine) -> PathBuf {
        let (name, threads) = engine.parts();
        self.data.join(format!("out-{name}-{threads}"))
    }

    fn label(&self, engine: Engine) -> String {
        let (name, threads) = engine.parts();
        let size = self.data.file_name().map_or("", |name| name.to_str().unwrap_or(""));
        let mode = if self.mode == "outcomes" { " +outcomes" } else { "" };
        format!("{size} {} {name} {threads}t{mode}", self.workload)
    }
}

impl Engine {
    fn parts(self) -> (&'static str, usize) {
        match self {
            Engine::Floor(threads) => ("floor", threads),
            Engine::Stipend(threads) => ("stipend", threads),
        }
    }
}

fn run(engine: Engine, job: &Job, root: &Path, stipend: &Path) -> Measured {
    let out = job.out(engine);
    fs::create_dir_all(&out).expect("the folder can be made");
    let outcomes = job.mode == "outcomes";
    let mut command = match engine {
        Engine::Floor(threads) => {
            let mut command = Command::new(FLOOR);
            command.arg(job.workload).arg(".").arg(&out).arg(threads.to_string());
            command.args(outcomes.then_some("outcomes"));
            command
        }
        Engine::Stipend(threads) => {
            let mut command = Command::new(stipend);
            command.arg("run").arg(policy(root, job.workload)).args(["employees.csv", "credentials.csv"]);
            command.args(["--as-of", AS_OF, "--force", "--out"]).arg(out.join("adjustments.csv"));
            if outcomes {
                command.arg("--outcomes").arg(out.join("outcomes.csv"));
            }
            command.env("RAYON_NUM_THREADS", threads.to_string());
            command
        }
    };
    measure(command.current_dir(job.data).stdout(Stdio::null()).stderr(Stdio::null()))
}

fn policy(root: &Path, workload: &str) -> PathBuf {
    if workload != "rules50" {
        return root.join(format!("benches/{workload}.pay"));
    }
    let path = root.join("target/bench-data/rules50.pay");
    fs::write(&path, rules(50)).expect("the policy can be written");
    path
}

/// The first workload's records with many awards, each with conditions, an amount and a date of its own, under three limits.
fn rules(count: usize) -> String {
    let base = include_str!("w1.pay");
    let records = base.split("award ").next().expect("the records come first");
    let mut text = records.to_owned();
    let categories = ["micro-credential", "course", "workshop", "conference"];
    for rule in 0..count {
        let category = categories[rule % categories.len()];
        let (reviewers, days, amount) = (1 + rule % 3, 60 + 6 * rule, 20 + rule);
        text.push_str(&format!("award \"Rule {rule}\" for each credential\n"));
        text.push_str(&format!("  if category is \"{category}\" and status is approved and reviewers_approved is {reviewers}\n"));
        text.push_str(&format!("  and approved_on is known and completed_on within {days} days after enrolled_on\n"));
        text.push_str(&format!("  once per credential_id\n  pay ${amount} as stipend\n  prorate by fte\n  effective on approved_on\n\n"));
    }
    for (limit, window) in ["fiscal year", "calendar year", "rolling 1 year"].iter().enumerate() {
        let names: Vec<String> = (limit..count).step_by(3).map(|rule| format!("\"Rule {rule}\"")).collect();
        text.push_str(&format!("limit {} to $150 per {window}, after proration\n  excess is lost\n\n", names.join(", ")));
    }
    text
}

/// Wall time, processor time and peak memory of a whole process.
fn measure(command: &mut Command) -> Measured {
    let name = command.get_program().to_owned();
    let begin = Instant::now();
    #[allow(clippy::zombie_processes)] // `wait4` below waits for it, and says what it used
    let child = command.process_group(0).spawn().expect("the program starts");
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: waits for our own child; both places are ours and live.
    let waited = unsafe { libc::wait4(child.id() as i32, &mut status, 0, usage.as_mut_ptr()) };
    let wall = begin.elapsed().as_secs_f64();
    assert!(waited == child.id() as i32 && status == 0, "{} ends without an error", name.display());
    // SAFETY: `wait4` has filled it in.
    let usage = unsafe { usage.assume_init() };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Measured { wall, cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), peak_mb: usage.ru_maxrss as f64 / 1024.0 }
}

fn median(runs: &[Measured]) -> Measured {
    let middle = |of: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Measured { wall: middle(|run| run.wall), cpu: middle(|run| run.cpu), peak_mb: middle(|run| run.peak_mb) }
}

/// One hash over the files of a run; read in pieces, so that the size does not matter.
fn hash_of(out: &Path, mode: &str) -> u64 {
    use std::hash::Hasher;
    use std::io::Read;
    let names: &[&str] = if mode == "outcomes" { &["adjustments.csv", "outcomes.csv"] } else { &["adjustments.csv"] };
    let mut hasher = std::hash::DefaultHasher::new();
    let mut buffer = vec![0u8; 1 << 16];
    for name in names {
        let mut file = fs::File::open(out.join(name)).expect("the program wrote its file");
        loop {
            let mut filled = 0;
            while filled < buffer.len() {
                match file.read(&mut buffer[filled..]).expect("the file can be read") {
                    0 => break,
                    read => filled += read,
                }
            }
            hasher.write(&buffer[..filled]);
            if filled < buffer.len() {
                break;
            }
        }
    }
    hasher.finish()
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown processor").to_owned()
}
