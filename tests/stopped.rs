//! A run that is stopped while it writes leaves no file behind, and what it writes can be read by nobody else.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const HEADER: &str = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers";
const ROWS: usize = 60_000;

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("stipend-stopped-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("out")).unwrap();
    let rows: String =
        (0..ROWS).map(|row| format!("{},c{row},micro-credential,earned,2024-01-01,2024-02-01,2024-03-01,2\n", row % 5_000)).collect();
    fs::write(folder.join("credentials.csv"), format!("{HEADER}\n{rows}")).unwrap();
    let staff: String = (0..5_000).map(|person| format!("{person},50000\n")).collect();
    fs::write(folder.join("staff.csv"), format!("employee,base_salary\n{staff}")).unwrap();
    folder
}

/// Everything below a folder.
fn found(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries.into_iter().flat_map(|entry| [vec![entry.path()], found(&entry.path())].concat()).collect()
}

fn start(folder: &Path, outputs: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_stipend"))
        .args(["run", "rules/wi-kettle-moraine/policy.pay", "--as-of", "2025-06-30"])
        .args([
            format!("credential={}", folder.join("credentials.csv").display()),
            format!("employee={}", folder.join("staff.csv").display()),
        ])
        .args(outputs)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Whether the signal came while files stood under temporary names.
fn is_stopped_in_time(folder: &Path, outputs: &[&str], signal: &str) -> bool {
    let out = folder.join("out");
    let (mut child, begin) = (start(folder, outputs), Instant::now());
    let mut seen = Vec::new();
    while seen.is_empty() && child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_secs(120), "the run does not end");
        seen = found(&out).into_iter().filter(|path| path.is_file()).collect();
        std::thread::sleep(Duration::from_millis(1));
    }
    let modes: Vec<u32> = seen.iter().filter_map(|path| Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)).collect();
    assert!(modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
    assert!(Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().is_ok());
    let code = child.wait().unwrap().code();
    let left = found(&out);
    if code == Some(0) {
        fs::remove_dir_all(&out).unwrap();
        fs::create_dir_all(&out).unwrap();
        return false;
    }
    assert_eq!(code, Some(2), "{signal}");
    assert!(left.is_empty(), "{signal} left {left:?}");
    true
}

#[test]
fn a_run_that_is_stopped_leaves_nothing() {
    let folder = folder();
    let name = |name: &str| folder.join("out").join(name).display().to_string();
    let tables = vec!["--out".to_owned(), name("pay.csv"), "--outcomes".to_owned(), name("rows.csv")];
    let payroll = vec!["--layout".to_owned(), "plain".to_owned(), "--out".to_owned(), name("payroll")];
    for (outputs, signal) in [(&tables, "INT"), (&tables, "TERM"), (&tables, "HUP"), (&payroll, "TERM")] {
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        let stopped = (0..20).any(|_| is_stopped_in_time(&folder, &outputs, signal));
        assert!(stopped, "{signal}: no run was caught while it wrote");
    }
    fs::remove_dir_all(&folder).unwrap();
}
