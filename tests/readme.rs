//! Executes the commands of README.md in a folder that holds nothing but the samples and the rules, and compares what they print.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of the README, and the lines below it.
struct Shown {
    line: usize,
    command: String,
    output: String,
}

/// Commands that are this test run itself, or that only a person can do.
const NOT_RUN: [&str; 3] = ["git clone", "cd ", "cargo test"];

#[test]
fn the_commands_print_what_the_readme_shows() {
    let folder = fresh_folder();
    let shown = shown(&std::fs::read_to_string("README.md").expect("there is a README"));
    assert!(shown.len() >= 4, "the README shows {} commands", shown.len());
    let wrong: Vec<String> = shown
        .iter()
        .filter(|shown| !NOT_RUN.iter().any(|start| shown.command.starts_with(start)))
        .filter_map(|shown| {
            let printed = run(&shown.command, &folder);
            (!matches(&printed, &shown.output)).then(|| format!("README.md:{}: $ {}\n{printed}", shown.line, shown.command))
        })
        .collect();
    assert!(wrong.is_empty(), "the README shows something else than these print:\n\n{}", wrong.join("\n\n"));
}

/// The policy on the first screen is the one that is run.
#[test]
fn the_policy_shown_is_the_policy() {
    let readme = std::fs::read_to_string("README.md").expect("there is a README");
    let policy = std::fs::read_to_string("rules/wi-kettle-moraine/policy.pay").expect("there is the first policy");
    let words = |line: &str| line.split("--").next().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
    let known: Vec<String> = policy.lines().map(words).collect();
    let shown = readme.split("```pay\n").nth(1).and_then(|after| after.split("```").next()).expect("the README shows a policy");
    let foreign: Vec<&str> = shown.lines().filter(|line| !known.contains(&words(line))).collect();
    assert!(foreign.is_empty(), "the policy has no such lines: {foreign:?}");
}

/// Line by line; a shown line `...` stands for any number of printed ones.
fn matches(printed: &str, shown: &str) -> bool {
    fn from(printed: &[&str], shown: &[&str]) -> bool {
        match shown.split_first() {
            None => printed.is_empty(),
            Some((&"...", rest)) => (0..=printed.len()).any(|left_out| from(&printed[left_out..], rest)),
            Some((line, rest)) => printed.first() == Some(line) && from(&printed[1..], rest),
        }
    }
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let shown: Vec<&str> = shown.trim_end().lines().map(str::trim_end).collect();
    from(&printed, &shown)
}

/// `$ ` starts a command in a block marked `console`; the lines up to the next are its output.
fn shown(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut is_console = false;
    for (index, line) in readme.lines().enumerate() {
        match line {
            "```console" => is_console = true,
            "```" => is_console = false,
            _ if !is_console => {}
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push(Shown { line: index + 1, command: command.to_owned(), output: String::new() }),
                (None, Some(last)) if last.command.ends_with('\\') => {
                    last.command.pop();
                    last.command.push_str(line.trim_start());
                }
                (None, Some(last)) => last.output.push_str(&format!("{line}\n")),
                (None, None) => {}
            },
        }
    }
    found
}

fn run(command: &str, folder: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_stipend");
    let command = command.replace("cargo run --release --", program);
    let command = command.strip_prefix("stipend ").map_or(command.clone(), |rest| format!("{program} {rest}"));
    let output = Command::new("sh").arg("-c").arg(format!("{command} 2>&1")).current_dir(folder).env("COLUMNS", "100").output();
    let output = output.expect("a shell can be started");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A new folder under the build's own, with `rules/` and `samples/` in it.
fn fresh_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder of an earlier run can go");
    }
    for shelf in ["rules", "samples"] {
        copy(Path::new(shelf), &folder.join(shelf));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("a shelf can be listed").filter_map(|entry| entry.ok()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
