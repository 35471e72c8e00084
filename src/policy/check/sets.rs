//! Sets: which rows count as what, how many of which complete the set, and what of it could be read two ways.

use super::context::{AwardPeriod, Context, EffectiveDate, EventRow, Posted};
use super::names::suggest;
use super::{Checker, at, dated, head, moves};
use crate::diagnostic::Diagnostic;
use crate::policy::set::{Complete, SetList};
use crate::policy::{Award, AwardId, Each, Expr, ExprKind, RecordId, Set, SetId, SetQuestion};
use crate::syntax::ast::{self, Declaration, ListAsOf, Name, Overlap, Reopens, SetReading};
use crate::value::Type;

impl<'a> Checker<'a> {
    /// Sets are named before anything is checked: any expression may ask for one.
    pub(super) fn name_sets(&mut self) {
        let ast = self.ast;
        let mut names: Vec<&Name> = Vec::new();
        for set in ast.declarations.iter().filter_map(as_set) {
            self.check_unique(&set.name, "set", &names);
            names.push(&set.name);
        }
        self.set_names = names.into_iter().cloned().collect();
    }

    /// The awards that the sets' rows are stand behind all that are named.
    pub(super) fn check_sets(&mut self) {
        let ast = self.ast;
        let first = self.award_names.len();
        for (index, set) in ast.declarations.iter().filter_map(as_set).enumerate() {
            let checked = self.set(set, (SetId(index as u16), AwardId((first + index) as u16)));
            let (award, set) = checked.map_or((None, None), |(award, set)| (Some(award), Some(set)));
            self.awards.push(award);
            self.sets.push(set);
        }
    }

    fn set(&mut self, set: &ast::Set, (id, award): (SetId, AwardId)) -> Option<(Award, Set)> {
        self.set_months(set);
        let source = as_award(set);
        let (each, mut context) = (self.each(&source), self.award_context(&source));
        let conditions = self.conditions(&mut context, &source);
        let counts = self.set_key(&mut context, set);
        let earned = self.earned_on(context, set);
        self.check_placed([earned.as_ref(), None, None]);
        let lists = self.lists(context, (set, counts.as_ref()));
        let accepts = self.accepts((set, counts.as_ref()));
        let overlap = self.overlap(set, lists.as_deref());
        let list_as_of_first = self.list_as_of(set);
        let complete = self.complete(set);
        let shares: Vec<Option<SetId>> = set.shares.iter().map(|other| self.other_set(other, id)).collect();
        let required = set.required.as_ref().map(|who| {
            let who = self.expr(&mut of_person(Posted::Known), who);
            self.condition(who)
        });
        let due = self.due(set);
        let Each::Event(record) = each? else { return None };
        let earned = earned?;
        let span = set.name.span;
        let marker = internal_award(set, (Each::Event(record), conditions?), (earned, id));
        let checked = Set {
            name: set.name.kind.clone(),
            span,
            award,
            record,
            counts: counts?,
            lists: lists?,
            accepts: accepts?,
            overlap: overlap?,
            list_as_of_first: list_as_of_first?,
            complete: all_or_none(complete)?,
            valid: set.valid.as_ref().map(|valid| valid.kind),
            shares: shares.into_iter().collect::<Option<_>>()?,
            required: all_or_none(required)?,
            due: all_or_none(due)?,
            cites: head::texts(&set.cites),
        };
        Some((marker, checked))
    }

    /// Times in months or years need the policy's rule for the ends of months.
    fn set_months(&mut self, set: &ast::Set) {
        self.month_additions.extend(set.valid.iter().filter(|valid| valid.kind.months != 0).map(|valid| valid.span));
        let Some(complete) = &set.complete else { return };
        match complete.kind {
            ast::Complete::FromFirst(time) | ast::Complete::WithinAny(time) if time.months != 0 => {
                self.month_additions.push(complete.span);
            }
            ast::Complete::FromFirst(_) | ast::Complete::WithinAny(_) | ast::Complete::Within(_) | ast::Complete::By(_) => {}
        }
    }

    fn set_key(&mut self, context: &mut Context, set: &ast::Set) -> Option<Expr> {
        let Some(counts) = &set.counts else {
            let message = format!("`{}` does not say what a row counts as", set.name.kind);
            let missing = Diagnostic::error("missing-counts", at(set.name.span), message);
            self.report_absent(missing.help("add a line such as `counts credential_id`: the field that the lists name"));
            return None;
        };
        let mut place = Context { posted: Posted::NotYet, ..*context };
        let counts = self.expr(&mut place, counts)?;
        if matches!(counts.ty, Type::Text | Type::Choice(_)) {
            return Some(counts);
        }
        let message = format!("a list names words, and this is {}", self.type_words(counts.ty));
        self.report(
            Diagnostic::error("set-counts-words", at(counts.span), message)
                .help("name a field of text or `one of …`, such as `credential_id`"),
        );
        None
    }

    fn earned_on(&mut self, context: Context, set: &ast::Set) -> Option<Expr> {
        let Some(earned) = &set.earned else {
            let message = format!("`{}` does not say from which day a row counts", set.name.kind);
            let missing = Diagnostic::error("missing-effective-date", at(set.name.span), message);
            self.report_absent(missing.help("add a line such as `earned on approved`"));
            return None;
        };
        let mut context = Context { effective_date: EffectiveDate::BeingDecided, posted: Posted::NotYet, ..context };
        let earned = self.expr(&mut context, earned);
        self.date(earned, "the day on which a row is earned")
    }

    /// The lists in the order of their dates, without a day between them on which none holds.
    fn lists(&mut self, context: Context, (set, counts): (&ast::Set, Option<&Expr>)) -> Option<Vec<SetList>> {
        if set.lists.iter().all(|list| list.lines.is_empty()) {
            let message = format!("`{}` does not say which rows complete it", set.name.kind);
            let missing = Diagnostic::error("set-without-lines", at(set.name.span), message);
            self.report_absent(
                missing.help("add lines such as `all of \"Planning\", \"Feedback\"` or `at least 2 where category is elective`"),
            );
            return None;
        }
        let known = self.diagnostics.len();
        for dates in set.lists.iter().filter(|list| list.lines.is_empty()).filter_map(|list| list.dates.as_ref()) {
            let message = format!("under this line stands nothing, so on its days `{}` would ask for nothing", set.name.kind);
            let empty = Diagnostic::error("set-without-lines", at(dates.span), message);
            self.report_absent(empty.help("write below it what completes the set on these days, or remove the line"));
        }
        let dated: Vec<dated::Case> = set.lists.iter().filter_map(|list| Some((list.dates.clone()?, set.counts.clone()?))).collect();
        if dated.len() < set.lists.len() && set.lists.len() > 1 {
            let message = "the lines above the first `from` hold on no day";
            let place = set.lists.first().and_then(|list| list.lines.first()).map_or(set.name.span, |line| line.span);
            self.report(Diagnostic::error("dates-gap", at(place), message).help("write a line `from 2024-07-01` above them"));
        }
        dated::problems(&dated, None, set.name.span).into_iter().for_each(|problem| self.report(problem));
        let lists: Vec<Option<SetList>> = set
            .lists
            .iter()
            .map(|list| {
                let lines: Vec<_> = list.lines.iter().map(|line| self.set_line(context, line, (set, counts))).collect();
                Some(SetList { dates: list.dates.as_ref().map(|dates| dates.kind), lines: lines.into_iter().collect::<Option<_>>()? })
            })
            .collect();
        if self.diagnostics.len() > known { None } else { lists.into_iter().collect() }
    }

    fn overlap(&mut self, set: &ast::Set, lists: Option<&[SetList]>) -> Option<Overlap> {
        if let Some(overlap) = &set.overlap {
            return Some(overlap.kind);
        }
        let pair = lists?.iter().find_map(|list| two_that_may_share(&list.lines));
        let Some((first, second)) = pair else { return Some(Overlap::EveryLine) };
        let message = format!("a row could meet two lines of `{}`, and it is not said whether it counts for both", set.name.kind);
        let open = Diagnostic::error("set-row-counts", at(second), message).label(first, "the other line");
        self.report_absent(
            open.help("`one row counts for one line`: each line needs rows of its own")
                .help("`one row counts for every line`: a row counts wherever it fits, so that fewer rows complete the set"),
        );
        None
    }

    fn list_as_of(&mut self, set: &ast::Set) -> Option<bool> {
        match (&set.list_as_of, set.lists.len() > 1) {
            (None, false) => Some(false),
            (Some(written), true) => Some(written.kind == ListAsOf::FirstRow),
            (Some(written), false) => {
                let message = "this set has one list, so there is nothing to choose";
                let help = "leave the line out, or write the lists with `from` lines";
                self.report(Diagnostic::error("set-list-as-of", at(written.span), message).help(help));
                None
            }
            (None, true) => {
                let message = format!("the list of `{}` changed, and it is not said which one counts for whom", set.name.kind);
                let open = Diagnostic::error("set-list-as-of", at(set.name.span), message);
                self.report_absent(
                    open.help("`list as of the first row`: who began under a list finishes under it")
                        .help("`list as of completion`: on each day the list of that day counts"),
                );
                None
            }
        }
    }

    fn complete(&mut self, set: &ast::Set) -> Option<Option<Complete>> {
        let written = set.complete.as_ref()?;
        Some(match &written.kind {
            ast::Complete::By(date) => {
                let date = self.expr(&mut of_person(Posted::NotYet), date);
                self.date(date, "the last day").map(Complete::By)
            }
            ast::Complete::FromFirst(time) => Some(Complete::FromFirst(*time)),
            ast::Complete::WithinAny(time) => Some(Complete::WithinAny(*time)),
            ast::Complete::Within(time) => {
                let message = "it is not said from when this time runs";
                let open = Diagnostic::error("set-time-unclear", at(written.span), message);
                self.report(
                    open.help(format!("`complete within {time} from the first row`: what was begun too early never completes the set"))
                        .help(format!("`complete within any {time}`: old rows drop out, and the others may still complete it"))
                        .help("`complete by 2026-06-30`: the same day for everybody, or a field of the person"),
                );
                None
            }
        })
    }

    fn due(&mut self, set: &ast::Set) -> Option<Option<Expr>> {
        let due = set.due.as_ref()?;
        if set.required.is_none() {
            let message = "this says by when the set is due, and nothing says who must hold it";
            self.report(
                Diagnostic::error("due-for-nobody", at(due.span), message).help("add a line such as `required if role is teacher`"),
            );
        }
        let due = self.expr(&mut of_person(Posted::NotYet), due);
        Some(self.date(due, "the day on which a set is due"))
    }

    fn other_set(&mut self, name: &Name, own: SetId) -> Option<SetId> {
        let found = self.set_named(name)?;
        if found == own {
            let message = format!("`{}` shares rows with itself", name.kind);
            self.report(Diagnostic::error("unknown-set", at(name.span), message).help("name the other set"));
            return None;
        }
        Some(found)
    }

    fn set_named(&mut self, name: &Name) -> Option<SetId> {
        let found = self.set_names.iter().position(|set| set.kind == name.kind);
        if found.is_none() {
            let known: Vec<String> = self.set_names.iter().map(|set| set.kind.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let unknown = Diagnostic::error("unknown-set", at(name.span), format!("there is no set `{}`", name.kind));
            let unknown = suggest(unknown, name, "set", &known);
            self.report_unknown(&name.kind, unknown);
        }
        found.map(|index| SetId(index as u16))
    }

    pub(super) fn set_reading(&mut self, context: &mut Context, reading: SetReading, name: &Name) -> Option<(ExprKind, Type)> {
        let set = self.set_named(name);
        self.check_posted_is_known(context, name.span)?;
        let set = set?;
        let (question, ty) = match reading {
            SetReading::Completed => (SetQuestion::Completed, Type::YesNo),
            SetReading::CompletedOn => (SetQuestion::CompletedOn, Type::Date),
            SetReading::Missing => (SetQuestion::Missing, Type::Integer),
            SetReading::Completes => (SetQuestion::Completes(self.completing_record(context, (set, name))?), Type::YesNo),
        };
        Some((ExprKind::Set(set, question), ty))
    }

    /// Only a row of the set's own record can complete it.
    fn completing_record(&mut self, context: &mut Context, (set, name): (SetId, &Name)) -> Option<RecordId> {
        let ast = self.ast;
        let declared = ast.declarations.iter().filter_map(as_set).nth(usize::from(set.0))?;
        let record = self.record_named(&declared.each.kind)?;
        match context.event {
            EventRow::Of(own) if own == record && context.aggregated.is_none() => return Some(record),
            EventRow::Inferred(None) if context.aggregated.is_none() => {
                context.event = EventRow::Inferred(Some(record));
                return Some(record);
            }
            EventRow::Inferred(Some(own)) if own == record && context.aggregated.is_none() => return Some(record),
            EventRow::Of(_) | EventRow::Inferred(_) | EventRow::None => {}
        }
        let message = format!("a row of `{}` completes this set, and none is at hand here", declared.each.kind);
        let elsewhere = Diagnostic::error("completes-what", at(name.span), message).label(declared.name.span, "the set");
        self.report(elsewhere.help(format!("write `completed \"{}\"`: whether the set is complete so far", name.kind)));
        None
    }
}

/// An expression about a person, without a row.
pub(super) fn of_person(posted: Posted) -> Context {
    Context { event: EventRow::None, effective_date: EffectiveDate::None, period: AwardPeriod::None, posted, ..Context::of_let() }
}

/// Two lines of one list that one row could meet.
fn two_that_may_share(lines: &[crate::policy::set::SetLine]) -> Option<(crate::source::Span, crate::source::Span)> {
    let apart = |one: &crate::policy::set::SetLine, other: &crate::policy::set::SetLine| match (&one.members, &other.members) {
        (Some(one), Some(other)) => !one.iter().any(|member| other.contains(member)),
        _ => false,
    };
    let pairs = lines.iter().enumerate().flat_map(|(index, one)| lines.iter().skip(index + 1).map(move |other| (one, other)));
    pairs.into_iter().find(|(one, other)| !apart(one, other)).map(|(one, other)| (one.span, other.span))
}

/// A set as the award that its rows are candidates of, for the checks that both share.
fn as_award(set: &ast::Set) -> ast::Award {
    ast::Award { conditions: set.conditions.clone(), ..super::banks::bare_award((&set.name, &set.each, None), set.span) }
}

fn internal_award(set: &ast::Set, (each, conditions): (Each, Vec<Expr>), (earned, id): (Expr, SetId)) -> Award {
    let source = as_award(set);
    Award {
        name: set.name.kind.clone(),
        span: set.name.span,
        each,
        rank: 0,
        conditions,
        once: None,
        placing: Expr { kind: ExprKind::EffectiveDate, ty: Type::Date, span: earned.span },
        ties: None,
        credits: None,
        counts_in: Some(id),
        blocks: false,
        spends: Vec::new(),
        wait: None,
        moves: Vec::new(),
        grants: Vec::new(),
        pays: vec![moves::without_money(&source)],
        recovers: Vec::new(),
        reopens: Reopens::default(),
        recovered: None,
        proration: None,
        rounding: None,
        effective: earned,
        paid_on: None,
        instalments: None,
        recurs: None,
        cites: head::texts(&set.cites),
        limits: Vec::new(),
        shared_limits: Vec::new(),
        choose: None,
    }
}

fn as_set(declaration: &Declaration) -> Option<&ast::Set> {
    if let Declaration::Set(it) = declaration { Some(it) } else { None }
}

/// None where an error was found; a clause that is not written is no error.
pub(super) fn all_or_none<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(Some(checked)) => Some(Some(checked)),
    }
}
