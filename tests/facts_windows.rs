//! Large texts are bound a window at a time: the same facts and the same words come out wherever a window ends.

#[path = "facts/dice.rs"]
mod dice;
#[path = "facts/support.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dice::Dice;
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Input, Mapping, bind};
use support::streamed;

const HEAD: &str = "employee,credential_id,category,status,course_approved,enrolled,approved,reviewers\n";

fn input(name: &str, record: &str, text: &[u8]) -> Input {
    Input { name: name.into(), record: Some(record.into()), bytes: text.to_vec(), ..Input::default() }
}

/// Binds a file of credentials whole and in windows; says how often the file was opened for these.
fn opened_for(text: &[u8], window: usize) -> usize {
    let (policy, staff) = (support::policy(), input("staff.csv", "employee", support::staff().as_bytes()));
    let credentials = input("c.csv", "credential", text);
    let bound = |credentials: Input| {
        let mut said = Diagnostics::new();
        let facts = bind(&policy, vec![staff.clone(), credentials], &Mapping::default(), &mut said);
        format!("{facts:?} {said:?}")
    };
    let opened = Arc::new(AtomicUsize::new(0));
    let (whole, read) = (bound(credentials.clone()), bound(streamed(&credentials, window, &opened)));
    let same = read.bytes().zip(whole.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(300)).take(600).collect::<String>();
    assert!(read == whole, "windows of {window}:\n{}\nand whole:\n{}", around(&read), around(&whole));
    opened.load(Ordering::Relaxed)
}

/// Sound rows, cells over several lines and with quotes in them, rejected rows, copies, blank lines, the header again.
fn rows(dice: &mut Dice, count: usize) -> String {
    let mut text = String::new();
    for row in 0..count {
        let id = match dice.roll(12) {
            0 => "\"two\nlines\"".to_owned(),
            1 => "\"say \"\"hi\"\"\"".to_owned(),
            2 => "\"a\r\n\r\nb, c\"".to_owned(),
            3 => "Jos\u{e9} \u{1f393}".to_owned(),
            _ => format!("C{}", row % 40),
        };
        match dice.roll(40) {
            0 => text.push('\n'),
            1 => text.push_str(HEAD),
            2 => text.push_str("9999,x,micro-credential,earned,2024-08-12,2024-08-19,,2\n"),
            3 => text.push_str(&format!("1042,{id},micro-credential,earned,12/2024,2024-08-19,,many\r\n")),
            4 => text.push_str("1042,too,few\n"),
            _ => {
                let day = 1 + row % 28;
                text.push_str(&format!("1042,{id},micro-credential,earned,2024-08-{day:02},2024-08-29,2024-10-14,{}\n", row % 4));
            }
        }
    }
    text
}

#[test]
fn windows_may_end_anywhere() {
    let mut dice = Dice(7);
    for round in 0..24 {
        let text = format!("{}{HEAD}{}", if round % 3 == 0 { "\u{feff}" } else { "" }, rows(&mut dice, 120));
        for window in [90, 200, 1_000, 3_001, 1 << 20] {
            assert_eq!(opened_for(text.as_bytes(), window), 1, "round {round}, {window}: it was not read in windows");
        }
    }
    // the first windows grow
    let longer = format!("{HEAD}{}", rows(&mut dice, 2_000));
    for window in [5_000, 1 << 15, 1 << 16] {
        assert_eq!(opened_for(longer.as_bytes(), window), 1, "{window}");
    }
    let unended = format!("{HEAD}1042,C,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2");
    assert_eq!(opened_for(unended.as_bytes(), 100), 1);
    assert_eq!(opened_for(format!("sep=,\n{unended}\r\n").as_bytes(), 100), 1);
    // the file ends where a window does
    assert_eq!((0..200).map(|window| opened_for(unended.as_bytes(), 90 + window)).max(), Some(1));
}

#[test]
fn what_is_odd_is_said_as_of_the_whole_file() {
    let mut dice = Dice(8);
    let sound = format!("{HEAD}{}", rows(&mut dice, 60));
    let odd: [&[u8]; 7] = [
        b"1042,\"never closed,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n",
        b"1042,\"closed\" too early,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n",
        b"1042,\"C\n1042,D,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n1\",x,earned,2024-08-01,2024-08-29,,2\n",
        b"1042,\xe9,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n",
        b"1042,\0,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n",
        b"1042,\xc3\x83\xc2\xa9,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\n",
        b"\r1042,C,micro-credential,earned,2024-08-01,2024-08-29,2024-10-14,2\r",
    ];
    for window in [100, 700, 4_000, 1 << 20] {
        for line in odd {
            for behind in [0, 1, 30] {
                let more = rows(&mut dice, behind);
                opened_for(&[sound.as_bytes(), line, more.as_bytes()].concat(), window);
            }
        }
        opened_for(b"", window);
        opened_for(b"a,b\n1,2\n", window);
        opened_for(format!("\n\n{sound}").as_bytes(), window);
        opened_for(format!("a report\n\n{sound}").as_bytes(), window);
        opened_for(sound.replace(',', ";").as_bytes(), window);
    }
}

#[test]
fn the_same_bytes_twice_are_refused() {
    let text = format!("{HEAD}{}", rows(&mut Dice(9), 30));
    let opened = Arc::default();
    let once = |name: &str| streamed(&input(name, "credential", text.as_bytes()), 500, &opened);
    let inputs = vec![input("staff.csv", "employee", support::staff().as_bytes()), once("a.csv"), once("b.csv")];
    let mut said = Diagnostics::new();
    assert!(bind(&support::policy(), inputs, &Mapping::default(), &mut said).is_none());
    assert_eq!(support::codes(&said), ["file-twice"]);
}
