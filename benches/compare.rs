//! Runs `stipend` beside the floor and beside plain readers, and prints every line of what must be reached.
//!
//! `cargo bench -p floor --bench compare -- --size S,M,L --lines w1,w2,others --runs 5`. Makes its own data in `target/bench-data`, builds
//! `stipend`, runs the programs of a line in turn, and checks that `stipend` and the floor write the same bytes.

#[path = "compare/measure.rs"]
mod measure;
#[path = "compare/rules.rs"]
mod rules;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use measure::{Measured, in_turn, same_files};

const FLOOR: &str = env!("CARGO_BIN_EXE_floor");
const GENERATE: &str = env!("CARGO_BIN_EXE_generate");
const PLAIN: &str = env!("CARGO_BIN_EXE_plain");
/// The day of the generated export.
const AS_OF: &str = "2025-08-31";
const LINES: [&str; 9] = ["w1", "w2", "growth", "others", "rules50", "constructs", "start", "xlsx", "explain"];
/// People and rows of the workbook.
const SHEET: &str = "50000x200000";

/// What is asked for on the command line.
struct Plan {
    sizes: Vec<String>,
    lines: Vec<String>,
    runs: usize,
    /// A program that is built already.
    program: Option<PathBuf>,
}

/// Everything that a line needs.
struct Bench {
    plan: Plan,
    root: PathBuf,
    stipend: PathBuf,
    /// Goals that were missed, and files that differ.
    missed: Vec<String>,
}

fn main() -> ExitCode {
    let plan = plan();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there");
    let stipend =
        plan.program.as_ref().map_or_else(|| build_stipend(&root), |program| program.canonicalize().expect("the program is there"));
    let mut bench = Bench { plan, root, stipend, missed: Vec::new() };
    println!("machine: {} ({} threads)", measure::processor(), std::thread::available_parallelism().map_or(0, usize::from));
    println!("{:58} {:>9} {:>9} {:>8}   {:>7} {:>7} {:>7}", "", "wall s", "cpu s", "peak MB", "wall", "cpu", "memory");
    bench.against_the_floor();
    bench.against_one_award();
    bench.start();
    bench.workbook();
    bench.explain();
    println!("\n{}", if bench.missed.is_empty() { "every goal of these lines is met" } else { "missed:" });
    bench.missed.iter().for_each(|line| println!("  {line}"));
    if bench.missed.iter().any(|line| line.contains("DIFFERENT")) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn plan() -> Plan {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut plan = Plan { sizes: all(&["S", "M"]), lines: all(&LINES), runs: 5, program: None };
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(option) = arguments.next() {
        let value = arguments.next().unwrap_or_else(|| panic!("`{option}` needs a value"));
        let list = || value.split(',').map(str::to_owned).collect();
        match option.as_str() {
            "--size" => plan.sizes = list(),
            "--lines" => plan.lines = list(),
            "--program" => plan.program = Some(PathBuf::from(value)),
            "--runs" => plan.runs = value.parse().expect("runs is a number"),
            _ => panic!("the options are --size S,M,L --lines {} --runs N --program FILE", LINES.join(",")),
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

impl Bench {
    fn wants(&self, line: &str) -> bool {
        self.plan.lines.iter().any(|wanted| wanted == line)
    }

    /// M where it is among the sizes, else the first.
    fn middle(&self) -> String {
        self.plan.sizes.iter().find(|size| *size == "M").unwrap_or(&self.plan.sizes[0]).clone()
    }

    fn data(&self, size: &str) -> PathBuf {
        let folder = self.root.join("target/bench-data").join(size);
        if !folder.join("credentials.csv").exists() {
            let made = Command::new(GENERATE).arg(size).arg(&folder).status();
            assert!(made.is_ok_and(|status| status.success()), "the data is made");
        }
        folder
    }

    fn floor(&self, (workload, data): (&str, &Path), threads: usize, out: Option<&str>) -> Command {
        let mut command = Command::new(FLOOR);
        command.arg(workload).arg(".").arg(folder(data, &format!("out-floor-{threads}"))).arg(threads.to_string()).args(out);
        command.current_dir(data);
        command
    }

    fn run(&self, (workload, data): (&str, &Path), threads: usize, out: Option<&str>) -> Command {
        let folder = folder(data, &format!("out-stipend-{threads}"));
        let mut command = Command::new(&self.stipend);
        command.arg("run").arg(self.policy(workload)).args(["employees.csv", "credentials.csv", "--as-of", AS_OF, "--force", "--out"]);
        command.arg(folder.join("adjustments.csv"));
        if out.is_some() {
            command.arg("--outcomes").arg(folder.join("outcomes.csv"));
        }
        command.env("RAYON_NUM_THREADS", threads.to_string()).current_dir(data);
        command
    }

    fn policy(&self, workload: &str) -> PathBuf {
        if workload != "rules50" {
            return self.root.join(format!("benches/{workload}.pay"));
        }
        let path = self.root.join("target/bench-data/rules50.pay");
        fs::write(&path, rules::rules(50)).expect("the policy can be written");
        path
    }

    /// A line with what it is measured against; the goal is the most that its wall time may be of the other's.
    fn compare(&mut self, label: &str, commands: [Command; 2], goal: f64) -> [Measured; 2] {
        let [own, other] = in_turn(commands, self.plan.runs);
        let ratio = own.wall / other.wall;
        let mark = if ratio > goal { "MISSED" } else { "" };
        println!(
            "{label:58} {:9.3} {:9.3} {:8.0}   {ratio:6.2}x {:6.2}x {:6.2}x  goal {goal} {mark}",
            own.wall,
            own.cpu,
            own.peak_mb,
            own.cpu / other.cpu,
            own.peak_mb / other.peak_mb
        );
        println!("{:58} {:9.3} {:9.3} {:8.0}", "  against", other.wall, other.cpu, other.peak_mb);
        if ratio > goal {
            self.missed.push(format!("{label}: {ratio:.2} x, goal {goal}"));
        }
        [own, other]
    }

    /// W1 and W2 in both modes on every size; one thread against two; time per row from M to L.
    fn against_the_floor(&mut self) {
        let mut per_row: Vec<(String, f64)> = Vec::new();
        for size in self.plan.sizes.clone() {
            let data = self.data(&size);
            let wanted: Vec<&str> = ["w1", "w2"].into_iter().filter(|workload| self.wants(workload)).collect();
            for workload in wanted {
                for out in [None, Some("outcomes")] {
                    let label = format!("{size} {workload} {}, two threads, against the floor", out.unwrap_or("adjustments"));
                    let commands = [self.run((workload, &data), 2, out), self.floor((workload, &data), 2, out)];
                    let [own, floor] = self.compare(&label, commands, if size == "S" { 2.0 } else { 1.5 });
                    self.same_bytes(&label, &data, out);
                    if own.peak_mb > 3.0 * floor.peak_mb && size != "S" {
                        self.missed.push(format!("{label}: {:.2} x its memory, goal 3", own.peak_mb / floor.peak_mb));
                    }
                    if workload == "w1" && out.is_none() {
                        per_row.push((size.clone(), own.wall / rows(&data)));
                    }
                }
            }
            if self.wants("w1") && size == self.middle() {
                let commands = [self.run(("w1", &data), 2, None), self.run(("w1", &data), 1, None)];
                self.compare(&format!("{size} w1, two threads against one"), commands, 1.0 / 1.7);
            }
        }
        let of = |size: &str| per_row.iter().find(|(known, _)| known == size).map(|(_, time)| *time);
        if let (true, Some(large), Some(middle)) = (self.wants("growth"), of("L"), of("M")) {
            println!("{:58} {:>37} {:6.2}x  goal 1.3", "L against M, time per row", "", large / middle);
            if large / middle > 1.3 {
                self.missed.push(format!("growth: {:.2} x per row, goal 1.3", large / middle));
            }
        }
    }

    fn same_bytes(&mut self, label: &str, data: &Path, out: Option<&str>) {
        let names = ["adjustments.csv", "outcomes.csv"];
        for name in &names[..if out.is_some() { 2 } else { 1 }] {
            if !same_files(&data.join("out-floor-2").join(name), &data.join("out-stipend-2").join(name)) {
                println!("{:58} DIFFERENT {name}", "");
                self.missed.push(format!("{label}: DIFFERENT {name}"));
            }
        }
    }

    /// Other policies against the first.
    fn against_one_award(&mut self) {
        let size = self.middle();
        let data = self.data(&size);
        let lines = [
            ("others", "other1", 1.3),
            ("others", "other2", 1.3),
            ("rules50", "rules50", 5.0),
            ("constructs", "bank", 2.0),
            ("constructs", "lookup", 2.0),
            ("constructs", "pool", 2.0),
        ];
        for (line, workload, goal) in lines {
            if self.wants(line) {
                let commands = [self.run((workload, &data), 2, None), self.run(("w1", &data), 2, None)];
                self.compare(&format!("{size} {workload}, against w1"), commands, goal);
            }
        }
    }

    /// The whole process on S, and what it takes to say a first word.
    fn start(&mut self) {
        if !self.wants("start") {
            return;
        }
        let data = self.data("S");
        let commands = [self.run(("w1", &data), 2, None), self.floor(("w1", &data), 2, None)];
        let [own, _] = self.compare("S w1, the whole process, against the floor", commands, 2.0);
        let check = || {
            let mut command = Command::new(&self.stipend);
            command.arg("check").arg(self.policy("w1"));
            command
        };
        let [check, _] = in_turn([check(), check()], self.plan.runs);
        for (label, found, goal) in [("S w1", own.wall, 0.030), ("check of w1, from start to its first words", check.wall, 0.010)] {
            println!("{label:58} {found:9.4}   goal {goal} s");
            if found > goal {
                self.missed.push(format!("{label}: {found:.4} s, goal {goal} s"));
            }
        }
    }

    /// A run over a workbook against reading its cells.
    fn workbook(&mut self) {
        if !self.wants("xlsx") {
            return;
        }
        let data = self.data(SHEET);
        let sheet = data.join("credentials.xlsx");
        if !sheet.exists() {
            let made = Command::new(PLAIN).arg("sheet").arg(data.join("credentials.csv")).arg(&sheet).status();
            assert!(made.is_ok_and(|status| status.success()), "the workbook is made");
        }
        let mut run = Command::new(&self.stipend);
        run.arg("run").arg(self.policy("w1")).args(["employees.csv", "credentials.xlsx", "--as-of", AS_OF, "--force", "--out"]);
        run.arg(folder(&data, "out-stipend-2").join("adjustments.csv")).env("RAYON_NUM_THREADS", "2").current_dir(&data);
        let mut read = Command::new(PLAIN);
        read.arg("read").arg(&sheet);
        self.compare("w1 over a workbook of 200,000 rows, against reading cells", [run, read], 1.5);
    }

    /// One employee explained against reading the file once.
    fn explain(&mut self) {
        if !self.wants("explain") {
            return;
        }
        let size = self.plan.sizes.iter().find(|size| *size == "L").cloned().unwrap_or_else(|| self.middle());
        let data = self.data(&size);
        let line = fs::read_to_string(data.join("employees.csv")).expect("the data is there");
        let employee = line.lines().nth(1).and_then(|line| line.split(',').next()).expect("somebody is employed").to_owned();
        let mut explain = Command::new(&self.stipend);
        explain.arg("explain").arg(self.policy("w1")).args(["employees.csv", "credentials.csv", "--as-of", AS_OF, "--employee", &employee]);
        explain.current_dir(&data);
        let mut read = Command::new(PLAIN);
        read.arg("read").arg(data.join("credentials.csv"));
        self.compare(&format!("{size} explain of one employee, against reading records"), [explain, read], 1.5);
    }
}

fn folder(data: &Path, name: &str) -> PathBuf {
    let folder = data.join(name);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn rows(data: &Path) -> f64 {
    fs::metadata(data.join("credentials.csv")).map_or(1.0, |file| file.len() as f64 / 125.0)
}
