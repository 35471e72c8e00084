//! Tests: a file that changes between its writing and its reading is noticed by every command that writes, and nothing is left as done.

#[cfg(test)]
pub use tests::befall;

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::path::{Path, PathBuf};

    use crate::cli::{Exit, run_in};

    thread_local! {
        /// What happens to a file of this name once it is written.
        static NEXT: Cell<Option<Damage>> = const { Cell::new(None) };
    }

    #[derive(Clone, Copy)]
    struct Damage {
        /// How the file's name begins.
        file: &'static str,
        work: fn(&mut Vec<u8>),
    }

    /// Damages what was just written under a temporary name, where a test asks for it.
    pub fn befall(temporary: &Path) {
        let Some(damage) = NEXT.get() else { return };
        let name = temporary.file_name().unwrap().to_string_lossy().into_owned();
        if name.trim_start_matches('.').starts_with(damage.file) {
            let mut bytes = fs::read(temporary).unwrap();
            (damage.work)(&mut bytes);
            fs::write(temporary, bytes).unwrap();
        }
    }

    /// One bit that the disk turned, the end that it lost, and one letter too many.
    const DAMAGES: [fn(&mut Vec<u8>); 3] = [
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        },
        |bytes| bytes.truncate(bytes.len() - 1),
        |bytes| bytes.push(b'0'),
    ];

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("stipend-damaged-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        /// Everything in it, with its bytes.
        fn found(&self) -> Vec<(String, Vec<u8>)> {
            let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
            let mut found: Vec<(String, Vec<u8>)> =
                entries.map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).unwrap_or_default())).collect();
            found.sort();
            found
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Runs a command whose file of this name is damaged; it says so, and the folder is as it was.
    fn expect_noticed(folder: &Folder, line: &str, file: &'static str) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let before = folder.found();
        for work in DAMAGES {
            NEXT.set(Some(Damage { file, work }));
            let (exit, said) = run_in(&folder.0, &words);
            NEXT.set(None);
            let named = said.stderr.contains("[output-differs]") && said.stderr.contains(file);
            assert!(exit == Exit::CouldNotRun && named, "{line}: {}", said.stderr);
            assert!(!said.stderr.contains("written: ") && !said.stderr.contains(": formatted"), "{line}: {}", said.stderr);
            assert_eq!(folder.found(), before, "{line}");
        }
    }

    const DATA: &str = "policy.pay credentials.csv staff.csv --as-of 2025-06-30";

    fn started(name: &str) -> Folder {
        let folder = Folder::new(name);
        assert_eq!(run_in(&folder.0, &["new".to_owned(), ".".to_owned()]).0, Exit::Done);
        folder
    }

    #[test]
    fn a_damaged_file_of_a_run_is_noticed() {
        let folder = started("run");
        for (outputs, file) in [
            ("--out paid.csv --outcomes rows.csv", "paid.csv"),
            ("--out paid.csv --outcomes rows.csv", "rows.csv"),
            ("--out paid.csv --outcomes rows.json", "rows.json"),
            ("--out paid.json", "paid.json"),
            ("--out paid.xlsx", "paid.xlsx"),
            ("--out paid.csv --exceptions look.xlsx", "look.xlsx"),
            ("--out paid.csv --out payroll --layout plain", "base-salary-changes.csv"),
            ("--out payroll --layout plain", "control.csv"),
        ] {
            expect_noticed(&folder, &format!("run {DATA} {outputs}"), file);
        }
    }

    #[test]
    fn a_damaged_file_of_other_commands_is_noticed() {
        let folder = started("others");
        expect_noticed(&folder, &format!("redact {DATA} --out shared"), "credential.csv");
        expect_noticed(&folder, &format!("redact {DATA} --out shared"), "policy.pay");
        expect_noticed(&folder, "map credentials.csv staff.csv --policy policy.pay --out mapping.toml", "mapping.toml");
        fs::copy(folder.0.join("policy.pay"), folder.0.join("other.pay")).unwrap();
        expect_noticed(&folder, "diff policy.pay other.pay credentials.csv staff.csv --as-of 2025-06-30 --out people.csv", "people.csv");
        expect_noticed(&folder, "new more", "policy.pay");
        let text = fs::read_to_string(folder.0.join("policy.pay")).unwrap();
        fs::write(folder.0.join("loose.pay"), text.replacen("record employee", "record   employee", 1)).unwrap();
        expect_noticed(&folder, "fmt loose.pay", "loose.pay");
    }
}
