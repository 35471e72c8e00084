//! Whole processes, timed from outside.

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// One finished process.
#[derive(Clone, Copy)]
pub struct Measured {
    pub wall: f64,
    pub cpu: f64,
    pub peak_mb: f64,
}

/// Runs two commands in turn, the first time to warm up; the medians of each. Both write into empty folders: to replace a file costs the giving
/// back of the old one's pages, and who does it at the end waits for it where who does it at the beginning gets warm pages. What a run left to the
/// disk is on it before the next one begins: who waits for the disk would else wait for what another wrote.
pub fn in_turn(mut commands: [Command; 2], runs: usize) -> [Measured; 2] {
    let mut measured = [Vec::new(), Vec::new()];
    for round in 0..=runs {
        for (command, measured) in commands.iter_mut().zip(&mut measured) {
            each_file(command, |file| fs::remove_file(file).expect("what was written can be removed"));
            let run = measure(command);
            each_file(command, |file| fs::File::open(file).and_then(|file| file.sync_all()).expect("the disk takes what was written"));
            if round > 0 {
                measured.push(run);
            }
        }
    }
    measured.map(|runs| median(&runs))
}

/// Does something with each file in the folders `out-…` that the command writes into.
fn each_file(command: &Command, work: impl Fn(&Path)) {
    let paths = command.get_args().map(Path::new).flat_map(|path| [Some(path), path.parent()]).flatten();
    let is_written = |path: &&Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"out-"));
    for folder in paths.filter(is_written) {
        fs::read_dir(folder).expect("the folder is there").flatten().for_each(|file| work(&file.path()));
    }
}

/// Wall time, processor time and peak memory of a whole process.
fn measure(command: &mut Command) -> Measured {
    let name = command.get_program().to_owned();
    let begin = Instant::now();
    #[allow(clippy::zombie_processes)] // `wait4` below waits for it, and says what it used
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().expect("the program starts");
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

/// Compares in pieces, so that the size does not matter.
pub fn same_files(left: &Path, right: &Path) -> bool {
    let open = |path: &Path| fs::File::open(path).expect("the program wrote its file");
    let (mut left, mut right) = (open(left), open(right));
    let (mut a, mut b) = (vec![0u8; 1 << 16], vec![0u8; 1 << 16]);
    loop {
        let (read, others) = (fill(&mut left, &mut a), fill(&mut right, &mut b));
        if read != others || a[..read] != b[..others] {
            return false;
        }
        if read < a.len() {
            return true;
        }
    }
}

fn fill(file: &mut fs::File, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]).expect("the file can be read") {
            0 => break,
            read => filled += read,
        }
    }
    filled
}

pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown processor").to_owned()
}
