//! Folders on the command line: their files in order, nothing hidden, nothing lost.

use std::fs;
use std::path::{Path, PathBuf};

use stipend::cli::arguments::Inputs;
use stipend::cli::load::load;

const POLICY: &str = "policy \"Badges\"\n  effective from 2014-07-01\nrecord employee\n  employee id\nrecord credential\n  employee employee\n  \
    award_id text\naward \"Badge\" for each credential\n  once per award_id\n  pay $200 as stipend, not prorated\n  effective on 2024-10-01\n";

/// A new folder with a policy and an employee.
fn workplace(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("badges")).expect("a folder can be made");
    fs::write(folder.join("policy.pay"), POLICY).expect("a file can be written");
    fs::write(folder.join("staff.csv"), "employee\nada.berg@example.org\n").expect("a file can be written");
    folder
}

fn inputs() -> Inputs {
    let data = ["employee=staff.csv", "credential=badges/"].map(str::to_owned).to_vec();
    Inputs { policy: "policy.pay".into(), data, as_of: Some("2025-06-30".into()), mapping: None, resolved: Vec::new() }
}

#[test]
fn an_empty_folder_is_named() {
    let loaded = load(&workplace("empty"), &inputs());
    assert_eq!(loaded.diagnostics.iter().map(|problem| problem.code).collect::<Vec<&str>>(), ["empty-folder"]);
}

#[test]
fn every_file_of_a_folder_is_read_once() {
    let folder = workplace("full");
    let badge = |id: &str| super::make::credential().replace("urn:uuid:7b1f0a52-0002", id);
    fs::create_dir_all(folder.join("badges/later")).expect("a folder can be made");
    for (name, text) in [("b.json", badge("urn:b")), ("a.json", badge("urn:a")), ("later/c.json", badge("urn:c")), (".hidden", "x".into())]
    {
        fs::write(folder.join("badges").join(name), text).expect("a file can be written");
    }
    let mapping = "[badges]\ntime_zone = \"-06:00\"\n[[file]]\nmatch = \"*.json\"\ncolumns = { employee = \"person_key\" }\n";
    fs::write(folder.join("badges/mapping.toml"), mapping).expect("a file can be written");
    let loaded = load(&folder, &inputs());
    let facts = loaded.bound.expect("everything can be read").facts;
    let names: Vec<&str> = facts.files.iter().map(|file| &*file.name).collect();
    assert_eq!(names, ["staff.csv", "badges/a.json", "badges/b.json", "badges/later/c.json"]);
    let said: Vec<&str> = loaded.diagnostics.iter().map(|problem| problem.code).collect();
    assert_eq!(said, ["badge-not-verified", "badge-not-checked"]);
    assert!(facts.rejected.is_empty(), "{:?}", facts.rejected);
}

#[test]
fn a_zip_is_like_a_folder() {
    let folder = workplace("zipped");
    let badge = |id: &str| super::make::credential().replace("urn:uuid:7b1f0a52-0002", id);
    let (a, b) = (badge("urn:a"), badge("urn:b"));
    let entries = [("b.json", b.as_bytes()), ("x/a.json", a.as_bytes()), ("__MACOSX/._a.json", &b"x"[..]), (".DS_Store", b"x")];
    fs::write(folder.join("badges/all.zip"), super::make::zip(&entries)).expect("a file can be written");
    let mapping = "[badges]\ntime_zone = \"-06:00\"\n[[file]]\nmatch = \"*.json\"\ncolumns = { employee = \"person_key\" }\n";
    fs::write(folder.join("mapping.toml"), mapping).expect("a file can be written");
    let facts = load(&folder, &inputs()).bound.expect("everything can be read").facts;
    let names: Vec<&str> = facts.files.iter().map(|file| &*file.name).collect();
    assert_eq!(names, ["staff.csv", "badges/all.zip/b.json", "badges/all.zip/x/a.json"]);
    assert!(facts.rejected.is_empty(), "{:?}", facts.rejected);
}

#[test]
#[ignore = "makes 60,001 files"]
fn too_many_files_are_refused() {
    let folder = workplace("many");
    for part in 0..4 {
        fs::create_dir_all(folder.join(format!("badges{part}"))).expect("a folder can be made");
        for number in 0..15_001 {
            fs::write(folder.join(format!("badges{part}/{number}.json")), "{}").expect("a file can be written");
        }
    }
    let data = ["badges0", "badges1", "badges2", "badges3"].map(str::to_owned).to_vec();
    let loaded = load(&folder, &Inputs { data, ..inputs() });
    assert_eq!(loaded.diagnostics.iter().map(|problem| problem.code).collect::<Vec<&str>>(), ["too-many-files"]);
}
