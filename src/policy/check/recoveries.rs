//! Recoveries: what an award takes back of which payments, and what that opens again.

use super::context::{Context, Posted};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Award, AwardId, Each, Excess, Expr, Limit, Recover, RecoverShare, Recovered};
use crate::source::Span;
use crate::syntax::ast::{self, PayKind};
use crate::value::{Number, Type};

impl Checker<'_> {
    /// The `recover` lines of one award, as far as they need no other award.
    pub(super) fn recovers(&mut self, context: &mut Context, award: &ast::Award) -> Option<Vec<Recover>> {
        if let (Some(reopens), true) = (&award.reopens, award.recovers.is_empty()) {
            let message = "nothing is taken back here, so there is nothing that could be open again";
            let help = "add a line such as `recover all of \"Reimbursement\"`, or remove this one";
            self.report_absent(Diagnostic::error("reopens-without-recovery", at(reopens.span), message).help(help));
        }
        self.check_only_recovers(award);
        let checked: Vec<Option<Recover>> = award.recovers.iter().map(|recover| self.recover(context, recover)).collect();
        checked.into_iter().collect()
    }

    /// An award that takes back does nothing else.
    fn check_only_recovers(&mut self, award: &ast::Award) {
        let Some(recover) = award.recovers.first() else { return };
        let pay = award.pays.first().map(|pay| (pay.span, "pays"));
        let moves = award.moves.first().map(|moved| (moved.span, "moves a field"));
        let grants = award.grants.first().map(|grant| (grant.span, "grants a role"));
        let spends = award.spends.first().map(|spend| (spend.span, "spends units"));
        let prorated = award.proration.as_ref().map(|proration| (proration.span, "speaks of proration"));
        let again = award.recurs.as_ref().map(|recurs| (recurs.span, "comes again"));
        for (span, what) in [pay, moves, grants, spends, prorated, again].into_iter().flatten() {
            let message = format!("`{}` takes back what was paid, and this line {what}", award.name.kind);
            let both = Diagnostic::error("recover-and-pay", at(span), message).label(recover.span, "taken back here");
            self.report(both.help("put it into an award of its own; what was paid is taken back as it was, whole or in part"));
        }
    }

    fn recover(&mut self, context: &mut Context, written: &ast::Recover) -> Option<Recover> {
        let awards: Vec<Option<AwardId>> = written.awards.iter().map(|name| self.award_named(name)).collect();
        let share = self.recovered_share(context, &written.share);
        let keys: Vec<Option<Expr>> =
            written.keys.iter().map(|key| self.expr(&mut Context { posted: Posted::NotYet, ..*context }, key)).collect();
        let since = written.since.as_ref().map(|since| {
            let since = self.expr(context, since);
            self.date(since, "the day since which payments are taken back")
        });
        let when = written.when.as_ref().map(|when| {
            let when = self.expr(context, when);
            self.condition(when)
        });
        let which = match (written.every, keys.is_empty(), since) {
            (Some(_), true, since) => Recovered::Every { since: super::pools::settled(since)? },
            (None, true, None) => Recovered::SameRow,
            (None, false, None) => Recovered::Key(keys.into_iter().collect::<Option<_>>()?),
            (every, _, _) => {
                let message = match every {
                    Some(_) => "`every` takes back all payments, and `for` names one",
                    None => "`since` picks some of all payments, and without `every` one payment is meant",
                };
                let both = Diagnostic::error("recover-which", at(written.span), message);
                self.report(both.help("write `of every \"AWARD\" since DATE`").help("or `of \"AWARD\" for KEY`"));
                return None;
            }
        };
        let (awards, when) = (awards.into_iter().collect::<Option<Vec<_>>>()?, super::pools::settled(when)?);
        Some(Recover { span: written.span, share: share?, awards, which, when })
    }

    fn recovered_share(&mut self, context: &mut Context, share: &ast::RecoverShare) -> Option<RecoverShare> {
        let ast::RecoverShare::Of(share) = share else { return Some(RecoverShare::All) };
        let share = self.expr(context, share)?;
        let constant = self.constant_amount(&share);
        let message = match share.ty {
            Type::Money if constant.is_none_or(|amount| amount.is_positive()) => return Some(RecoverShare::Money(share)),
            Type::Percent | Type::Integer | Type::Number if constant.is_none_or(|part| part.is_positive() && part <= Number::ONE) => {
                return Some(RecoverShare::Part(share));
            }
            Type::Percent | Type::Integer | Type::Number | Type::Money => {
                "a part of what was paid is above zero and at most all of it".to_owned()
            }
            Type::YesNo | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => {
                format!("what is taken back is a part or an amount, and this is {}", self.type_words(share.ty))
            }
        };
        let wrong = Diagnostic::error("recover-share", at(share.span), message);
        self.report(wrong.help("write `recover all of …`, `recover 75 % of …`, or an amount such as `recover $500 of …`"));
        None
    }

    /// What needs the other awards, once all are known.
    pub(super) fn check_recoveries(&mut self) {
        let recoveries: Vec<(usize, Award)> =
            self.awards.iter().enumerate().filter_map(|(index, award)| Some((index, award.clone()?))).collect();
        for (index, award) in recoveries.iter().filter(|(_, award)| !award.recovers.is_empty()) {
            self.check_recovery_stands_alone(*index, award);
            for recover in &award.recovers {
                let others: Vec<Award> = recover.awards.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.clone()).collect();
                others.iter().for_each(|other| self.check_recovered(award, recover, other));
                self.check_nothing_to_come(recover);
            }
            self.check_reopens(award);
        }
        for (_, recovery) in &recoveries {
            for id in recovery.recovers.iter().flat_map(|recover| &recover.awards) {
                if let Some(Some(award)) = self.awards.get_mut(usize::from(id.0)) {
                    let freed = award.recovered.get_or_insert_default();
                    freed.key |= recovery.reopens.key;
                    freed.waiting |= recovery.reopens.waiting;
                }
            }
        }
    }

    /// A recovery gives back the room of what it reverses, by itself.
    fn check_recovery_stands_alone(&mut self, index: usize, award: &Award) {
        let id = AwardId(index as u16);
        let limit = self.limits.iter().flatten().find(|limit| limit.awards.contains(&id)).map(|limit| (limit.span, "the limit"));
        let choose = self.chooses.iter().flatten().find(|choose| choose.awards.contains(&id)).map(|choose| (choose.span, "the choice"));
        for (span, words) in limit.into_iter().chain(choose) {
            let message = format!("`{}` takes back what was paid, so it uses no room and competes with nothing", award.name);
            let covered = Diagnostic::error("recovery-under-limit", at(award.span), message).label(span, words);
            self.report(covered.help("leave it out there; the limits that counted the payment get its room back by themselves"));
        }
    }

    fn check_recovered(&mut self, award: &Award, recover: &Recover, other: &Award) {
        let refused = if other.credits.is_some() {
            Some("it is a bank, and units are not paid")
        } else if !other.recovers.is_empty() {
            Some("it takes back itself, and what was taken back is not taken back")
        } else if !other.spends.is_empty() {
            Some("it spends units, and whether they come back is not said")
        } else if !other.grants.is_empty() {
            Some("it grants a role, and whether the role ends is not said")
        } else if other.pays.iter().any(|pay| pay.kind == PayKind::Recovery) {
            Some("it pays `as recovery`, and what was taken back is not taken back")
        } else {
            None
        };
        if let Some(why) = refused {
            let message = format!("`{}` cannot be taken back: {why}", other.name);
            let what = Diagnostic::error("recover-what", at(recover.span), message).label(other.span, "the award");
            self.report(what.help("name an award that pays money"));
            return;
        }
        if !other.moves.is_empty() && !matches!(recover.share, RecoverShare::All) {
            let message = format!("`{}` moves a person, and half of a move cannot be taken back", other.name);
            let part = Diagnostic::error("recover-part-of-move", at(recover.span), message).label(other.span, "moves a person");
            self.report(
                part.help("write `recover all of …`: the field goes back, with the money")
                    .help("or let another award pay the money that is taken back in part"),
            );
        }
        self.check_which(award, recover, other);
    }

    /// A part that a limit carries is the same award (decision 0017), and may be paid after the recovery.
    fn check_nothing_to_come(&mut self, recover: &Recover) {
        let carries = |limit: &&Limit| matches!(limit.excess, Excess::CarriedToNextPeriod);
        let both = |limit: &Limit| limit.awards.iter().find(|id| recover.awards.contains(id)).map(|id| (*id, limit.span));
        let Some((id, limit)) = self.limits.iter().flatten().filter(carries).find_map(both) else { return };
        let name = self.award_names.get(usize::from(id.0)).map_or("", |name| name.kind.as_str());
        let message = format!("a part of `{name}` may be carried past its recovery, and whether that part is still paid is not said");
        let carried = Diagnostic::error("recover-what-is-carried", at(recover.span), message).label(limit, "carried by this limit");
        self.report(
            carried
                .help("write `excess is lost` or `excess is paid as stipend` there: then all that is paid can be taken back")
                .help("or `excess waits`: then the whole award waits, and is asked again whether it qualifies"),
        );
    }

    /// Which payment is meant must be one thing.
    fn check_which(&mut self, award: &Award, recover: &Recover, other: &Award) {
        let keys = other.once.as_ref().map_or(&[][..], |once| &once.keys);
        let message = match &recover.which {
            Recovered::Every { .. } => return,
            Recovered::SameRow if same_rows(&award.each, &other.each) => return,
            Recovered::SameRow => {
                format!("`{}` and `{}` look at different rows, so which payment is meant is not said", award.name, other.name)
            }
            Recovered::Key(given) if !given.is_empty() && given.len() == keys.len() => return,
            Recovered::Key(given) => {
                format!("`{}` is paid under {}, and this names {}", other.name, counted(keys.len()), counted(given.len()))
            }
        };
        let mut which = Diagnostic::error("recover-which", at(recover.span), message).label(other.span, "paid for its own rows");
        if !keys.is_empty() {
            let words: Vec<&str> = keys.iter().map(|key| self.source.slice(key.span)).collect();
            which = which.help(format!("add the key: `of \"{}\" for …`, a value of this row for each of {}", other.name, words.join(", ")));
        }
        which = which.help(format!("or take back whatever it paid to the person: `of every \"{}\"`, perhaps `since` a day", other.name));
        self.report(which);
    }

    /// What a recovery opens again is said where there is something to open.
    fn check_reopens(&mut self, award: &Award) {
        let ids: Vec<AwardId> = award.recovers.iter().flat_map(|recover| recover.awards.clone()).collect();
        let others: Vec<Award> = ids.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.clone()).collect();
        let claims = others.iter().find(|other| other.pays.iter().any(|pay| matches!(pay.amount, Amount::Claim(_))));
        let Some(written) = self.written_award(&award.name) else { return };
        if let (Some(other), Some(reopens)) = (claims, written.reopens.as_ref().filter(|reopens| reopens.kind.key)) {
            let message = format!("`{}` is a share of a pool, and claims are collected before any share is known", other.name);
            let opened = Diagnostic::error("share-misplaced", at(reopens.span), message).label(other.span, "the share");
            self.report(opened.help("write `reopens nothing`"));
        }
        let once = others.iter().find_map(|other| Some((other, other.once.as_ref()?.span)));
        let covers = |id: &AwardId| ids.contains(id);
        let mut waits = self.limits.iter().flatten().filter(|limit| matches!(limit.excess, Excess::Waits { .. }));
        let waiting = waits.find(|limit| limit.awards.iter().any(covers)).map(|limit| limit.span);
        if written.reopens.is_some() || (once.is_none() && waiting.is_none()) {
            return;
        }
        self.report_absent(unsaid(award, once.map(|(other, span)| (other.name.as_str(), span)), waiting));
    }

    fn written_award(&self, name: &str) -> Option<ast::Award> {
        self.ast.declarations.iter().find_map(|it| match it {
            ast::Declaration::Award(award) if award.name.kind == name => Some(award.clone()),
            _ => None,
        })
    }
}

/// The readings of a recovery that does not say what it opens.
fn unsaid(award: &Award, once: Option<(&str, Span)>, waiting: Option<Span>) -> Diagnostic {
    let message = format!("what is open again once `{}` has taken something back is not said", award.name);
    let mut missing = Diagnostic::error("recovery-without-reopens", at(award.span), message);
    missing.labels.extend(once.map(|(_, span)| (span, "the key".to_owned())));
    missing.labels.extend(waiting.map(|span| (span, "the limit under which awards wait".to_owned())));
    missing = missing.help("write `reopens nothing`: the key stays taken, and what waits goes on waiting for its day");
    if let Some((name, _)) = once {
        missing = missing.help(format!("or `reopens the key`: `{name}` may be paid again for it, to a row that comes later"));
    }
    if waiting.is_some() {
        missing = missing.help("or `reopens what waits`: it is tried again on the day of the recovery");
    }
    missing
}

fn same_rows(own: &Each, other: &Each) -> bool {
    match (own, other) {
        (Each::Event(own), Each::Event(other)) => own == other,
        (Each::EmployeePeriod(own), Each::EmployeePeriod(other)) => own == other,
        (Each::Event(_), Each::EmployeePeriod(_)) | (Each::EmployeePeriod(_), Each::Event(_)) => false,
    }
}

fn counted(keys: usize) -> String {
    match keys {
        0 => "no key".to_owned(),
        1 => "one key".to_owned(),
        many => format!("{many} keys"),
    }
}
