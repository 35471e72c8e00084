//! The policy language as text: what it reads, what it refuses, and that nothing makes it panic.

#[path = "syntax/erase.rs"]
mod erase;
#[path = "syntax/random.rs"]
mod random;

use erase::erased;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use stipend::diagnostic::Diagnostics;
use stipend::source::{Place, Source};
use stipend::syntax::ast::Ast;

const SEED: &str = r#"policy "Micro-credential base pay"
  authority    "Kettle Moraine School District"
  cite         "Base salary +$200 per micro-credential, several up to +$600, a year to finish each, two reviewers"
  effective    from 2014-07-01
  rounding     half up to the cent
  month end    last day                       -- 29 February + 1 year = 28 February

record employee
  employee         id
  base_salary      money, optional

record credential
  employee         employee
  credential_id    text
  category         text
  status           one of in_progress, earned, not_earned, revoked
  course_approved  date
  enrolled         date
  approved         date, optional             -- the day the second reviewer passed it
  reviewers        integer

award "Micro-credential" for each credential
  if    category is "micro-credential" and status is earned
  and   course_approved on or before enrolled
  and   reviewers at least 2
  and   approved within 1 year after enrolled
  once  per credential_id
  pay   $200 to base salary, not prorated
  effective on approved

limit "Micro-credential" to $600 per rolling 1 year
  excess is lost
"#;

fn parse(text: &str) -> (Ast, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let ast = stipend::syntax::parse(&Source::new("policy.pay", text), &mut diagnostics);
    let messages = diagnostics.iter().map(|found| format!("{}: {} {:?} {:?}", found.code, found.message, found.place, found.help));
    (ast, messages.collect())
}

#[test]
fn the_seed_policy_parses_without_a_diagnostic() {
    let (ast, messages) = parse(SEED);
    assert_eq!(messages, Vec::<String>::new());
    assert_eq!(ast.declarations.len(), 5);
    assert!(ast.unread.is_empty());
    let stipend::syntax::ast::Declaration::Award(award) = &ast.declarations[3] else { panic!("no award") };
    assert_eq!(award.conditions.len(), 5);
}

#[test]
fn every_block_of_the_reference_parses() {
    let mut diagnostics = Diagnostics::new();
    let ast = stipend::syntax::parse(&Source::new("language.md", include_str!("../docs/language.md")), &mut diagnostics);
    let messages: Vec<String> = diagnostics.iter().map(|found| format!("{}: {} {:?}", found.code, found.message, found.place)).collect();
    assert_eq!(messages, Vec::<String>::new());
    // every line at the margin of a block declares something
    let mut in_block = false;
    let heads = include_str!("../docs/language.md").lines().filter(|line| {
        let fence = line.starts_with("```");
        in_block = if fence { *line == "```pay" } else { in_block };
        in_block && !fence && line.starts_with(|first: char| first.is_alphabetic())
    });
    assert_eq!(ast.declarations.len(), heads.count());
}

#[test]
fn the_seed_policy_and_the_reference_are_laid_out_as_they_stand() {
    let seed = Source::new("policy.pay", SEED);
    assert_eq!(stipend::syntax::format(&seed).as_deref(), Some(SEED));
    let reference = include_str!("../docs/language.md");
    assert_eq!(stipend::syntax::format(&Source::new("language.md", reference)).as_deref(), Some(reference));
}

#[test]
fn the_seed_policy_survives_printing() {
    let (ast, _) = parse(SEED);
    let (again, messages) = parse(&stipend::syntax::print(&ast));
    assert_eq!(messages, Vec::<String>::new());
    assert_eq!(erased(&again), erased(&ast));
}

/// Words and signs that take in what follows them.
const OPENERS: [&str; 27] = [
    "(",
    "if ",
    "not ",
    "- ",
    "5 % of ",
    "start of month of ",
    "end of semester of ",
    "next July 1 after ",
    "first (",
    "latest (",
    "sum of (",
    "any a where ",
    "greatest of ",
    "a is one of (",
    "first day of month after (",
    "last day of month of (",
    "first Friday of May after ",
    "a as of ",
    "years from ",
    "if a then b else ",
    "1 + ",
    "a or ",
    "count of a where (",
    "least of (",
    "not (",
    "-(",
    "semester of ",
];

/// The test's thread has a stack of 2 MiB, less than the program's.
#[test]
fn nothing_nests_deep_enough_to_exhaust_the_stack() {
    for opener in OPENERS {
        for count in [8, 31, 62, 64, 65, 5_000] {
            let brackets = ")".repeat(opener.matches('(').count() * count);
            let (ast, messages) = parse(&format!("let x = {}b{brackets}\n", opener.repeat(count)));
            assert!(ast.declarations.len() + messages.len() > 0, "{opener}");
            assert!(count < 1_000 || !messages.is_empty(), "{opener}");
            drop(stipend::syntax::print(&ast));
            // a text that fails at its innermost place must not be tried twice at every level
            parse(&format!("let x = {}!{brackets}\n", opener.repeat(count)));
            parse(&format!("let x = {}b\n", opener.repeat(count)));
        }
    }
}

#[test]
fn indentation_line_ends_and_marks_do_not_change_what_is_read() {
    let (plain, _) = parse(SEED);
    for text in [
        SEED.replace('\n', "\r\n"),
        format!("\u{feff}{SEED}"),
        SEED.replace("\n  ", "\n\t"),
        SEED.replace("\n  ", "\n\u{a0}\u{a0}"),
        SEED.replace("  and ", "      and "),
        SEED.replace("\n", "\n\n"),
    ] {
        let (again, messages) = parse(&text);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(erased(&again), erased(&plain));
    }
}

#[test]
fn markdown_keeps_its_lines() {
    let text = "# Title\n\n```\naward not program\n```\n\n  ```pay\n  policy \"X\"\n    efective from 2024-07-01\n  ```\n";
    let source = Source::new("policy.md", text);
    let mut diagnostics = Diagnostics::new();
    let ast = stipend::syntax::parse(&source, &mut diagnostics);
    assert_eq!(ast.declarations.len(), 1);
    let found: Vec<_> = diagnostics.iter().collect();
    let [stipend::diagnostic::Diagnostic { code: "unknown-clause", place: Place::Policy(span), .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(source.slice(*span), "efective");
    assert_eq!(source.line_column(span.start), (9, 5));
}

#[test]
fn comments_survive_the_layout() {
    let untidy = "-- about\n\n\npolicy   \"X\"    -- head\n      effective from 2024-07-01 -- from the board\n    -- between\n\n\n      month end  last day\n-- margin\nlet a=( 1+2 )*3 ,\n";
    let tidy = "-- about\n\npolicy \"X\"                                    -- head\n  effective    from 2024-07-01                -- from the board\n  -- between\n\n  month end    last day\n-- margin\n";
    let source = Source::new("policy.pay", &untidy.replace("let a=( 1+2 )*3 ,\n", ""));
    assert_eq!(stipend::syntax::format(&source).as_deref(), Some(tidy));
    assert_eq!(stipend::syntax::format(&Source::new("policy.pay", untidy)), None);
}

/// Cuts `text` at characters, and puts pieces of other places in between.
fn mutated(text: &str, cuts: &[(usize, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, inserted) in cuts {
        let at = at % (characters.len() + 1);
        let end = (at + length).min(characters.len());
        characters.splice(at..end, inserted.chars());
    }
    characters.into_iter().collect()
}

fn cuts() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    let piece = prop_oneof![
        "[ -~\\n]{0,6}",
        proptest::sample::select(
            [" (", ")", " and ", " not ", "\"", "\n", "\n  ", " -- ", "- ", "1,200", "2025-02-30", "\u{202e}", "é", "\t", "| ", " of "]
                .as_slice()
        )
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec((0usize..8000, 0usize..12, piece), 1..6)
}

/// The same cases on every machine and every day; change the seed by hand to search on.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(20_140_701), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_printed_reads_back(ast in random::ast()) {
        let text = stipend::syntax::print(&ast);
        let (again, messages) = parse(&text);
        prop_assert_eq!(messages, Vec::<String>::new(), "{}", text);
        prop_assert_eq!(erased(&again), erased(&ast), "{}", text);
        let source = Source::new("policy.pay", &text);
        prop_assert_eq!(stipend::syntax::format(&source), Some(text));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,200}") {
        parse(&text);
    }
}

proptest! {
    #![proptest_config(cases(48))]

    /// A text that fails at its innermost place must not be tried twice at every level: this would not end.
    #[test]
    fn nested_text_is_read_in_linear_time(words in proptest::collection::vec(proptest::sample::select(OPENERS.to_vec()), 20..50)) {
        let opened: String = words.concat();
        let brackets = ")".repeat(opened.matches('(').count());
        for end in ["b", "!", "b c", "b to c", "b where"] {
            parse(&format!("let x = {opened}{end}{brackets}\n"));
            parse(&format!("award \"A\" for each b\n  pay {opened}{end}{brackets} as stipend\n  once per {opened}{end}{brackets}\n"));
        }
        parse(&format!("let x = {opened}b\n"));
    }

    #[test]
    fn a_damaged_policy_is_read_and_laid_out(cuts in cuts()) {
        for (name, text) in [("policy.pay", SEED), ("language.md", include_str!("../docs/language.md"))] {
            let source = Source::new(name, &mutated(text, &cuts));
            let mut diagnostics = Diagnostics::new();
            let ast = stipend::syntax::parse(&source, &mut diagnostics);
            prop_assert!(diagnostics.has_errors() || ast.unread.is_empty());
            let Some(laid_out) = stipend::syntax::format(&source) else { continue };
            let laid_out = Source::new(name, &laid_out);
            let again = stipend::syntax::parse(&laid_out, &mut diagnostics);
            prop_assert_eq!(erased(&again), erased(&ast), "{}", &laid_out.text);
            prop_assert_eq!(stipend::syntax::format(&laid_out), Some(laid_out.text.to_string()));
        }
    }
}
