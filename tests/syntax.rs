//! The policy language as text: what it reads, what it refuses, and that nothing makes it panic.

use stipend::diagnostic::Diagnostics;
use stipend::source::Source;
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
    assert_eq!(ast.declarations.len(), 45);
}
