//! Random trees of everything the language can say.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;
use stipend::value::{Date, Duration, MonthEnd, Number, Rounding, RoundingMode, YearStart};

#[path = "random/choices.rs"]
mod choices;
#[path = "random/pools.rs"]
mod pools;
#[path = "random/recoveries.rs"]
mod recoveries;
#[path = "random/recurring.rs"]
mod recurring;
#[path = "random/rows.rs"]
mod rows;
#[path = "random/expressions.rs"]
mod expressions;

#[path = "random/banks.rs"]
mod banks;
#[path = "random/sets.rs"]
mod sets;

use expressions::expr;

pub fn ast() -> impl Strategy<Value = Ast> {
    vec(declaration(), 1..5).prop_map(|declarations| Ast { declarations, unread: Vec::new() })
}

fn node<T>(kind: T) -> Node<T> {
    Node { kind, span: Span::default() }
}

fn nodes<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Node<T>> {
    strategy.prop_map(node)
}

/// Names, among them words that also begin phrases.
fn name() -> impl Strategy<Value = Name> {
    let words = [
        "status",
        "first",
        "latest",
        "count",
        "sum",
        "any",
        "every",
        "known",
        "missing",
        "one",
        "period",
        "effective",
        "start",
        "month",
        "year",
        "days",
        "hours",
        "employee",
        "credential",
        "_a1",
        "fiscal",
        "rolling",
        "expires",
        "proration",
        "stipend",
        "awards",
        "last",
        "andy",
        "original",
        "iffy",
        "greatest",
        "percent",
        "dated",
        "optional",
        "rate_2",
        "the",
        "dollar",
        "ever",
        "for",
        "each",
        "pays",
    ];
    select(words.to_vec()).prop_map(|word| node(word.to_owned()))
}

/// Names that may stand where a calendar's name does.
fn calendar_name() -> impl Strategy<Value = String> {
    select(["semester", "quarter", "filing", "iffy"].to_vec()).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = Name> {
    "[A-Za-zäö0-9 ,.|()'$–-]{0,12}[A-Za-z.]".prop_map(node)
}

fn number() -> impl Strategy<Value = Number> {
    (0i64..2_000_000, 0u32..4).prop_map(|(mantissa, scale)| Number::from_scaled(mantissa, scale))
}

fn count() -> impl Strategy<Value = Node<Number>> {
    nodes((1i64..30).prop_map(Number::from_integer))
}

fn date() -> impl Strategy<Value = Date> {
    (1i32..=9999, 1u32..=12, 1u32..=28).prop_map(|(year, month, day)| Date::new(year, month, day).expect("every month has 28 days"))
}

fn duration() -> impl Strategy<Value = Duration> {
    (0i32..40, 0i32..100).prop_map(|(months, days)| Duration { months, days: days.max(i32::from(months == 0)) })
}

fn range() -> impl Strategy<Value = Node<DateRange>> {
    (date(), option::of(date())).prop_map(|(from, to)| node(DateRange { from, to: to.map(|to| to.max(from)) }))
}

fn rounding() -> impl Strategy<Value = Rounding> {
    let modes = [RoundingMode::HalfUp, RoundingMode::HalfDown, RoundingMode::HalfEven, RoundingMode::Up, RoundingMode::Down];
    let units = [Number::CENT, Number::ONE, Number::from_scaled(5, 2), Number::from_integer(1000)];
    (select(modes.to_vec()), select(units.to_vec())).prop_map(|(mode, unit)| Rounding { mode, unit })
}

fn period_word() -> impl Strategy<Value = PeriodWord> {
    prop_oneof![
        Just(PeriodWord::FiscalYear),
        Just(PeriodWord::SchoolYear),
        Just(PeriodWord::CalendarYear),
        Just(PeriodWord::Month),
        Just(PeriodWord::Year),
        calendar_name().prop_map(PeriodWord::Named),
    ]
}

fn month_day() -> impl Strategy<Value = YearStart> {
    (1u32..=12, 1u32..=28).prop_map(|(month, day)| YearStart { month, day })
}

fn entry() -> impl Strategy<Value = Entry> {
    let number = || number().prop_map(|number| (number.to_string(), node(ExprKind::Number(number))));
    let date = date().prop_map(|date| (date.to_string(), node(ExprKind::Date(date))));
    let text = prop_oneof!["[A-Za-z+ ]{1,8}", "[0-9]{1,3}", Just("otherwise".to_owned()), Just("10 or more".to_owned())]
        .prop_map(|text| (text.clone(), node(ExprKind::Text(text))));
    let value = prop_oneof![2 => number(), 1 => date, 2 => text];
    let end = |at: &(String, Expr), included| Some(EntryEnd { at: at.1.clone(), included });
    let bracket = (number(), number(), 0..6u8).prop_map(move |(low, high, shape)| {
        let (text, from, to) = match shape {
            0 => (format!("{} to under {}", low.0, high.0), end(&low, true), end(&high, false)),
            1 => (format!("{} to {}", low.0, high.0), end(&low, true), end(&high, true)),
            2 => (format!("{} or more", low.0), end(&low, true), None),
            3 => (format!("more than {}", low.0), end(&low, false), None),
            4 => (format!("under {}", low.0), None, end(&low, false)),
            _ => (format!("up to {}", low.0), None, end(&low, true)),
        };
        (text, EntryKind::Bracket { from, to })
    });
    prop_oneof![
        4 => value.prop_map(|(text, value)| (text, EntryKind::Value(value))),
        2 => bracket,
        1 => Just(("otherwise".to_owned(), EntryKind::Otherwise)),
        1 => Just(("n/a".to_owned(), EntryKind::NotApplicable)),
        1 => Just((String::new(), EntryKind::Blank)),
    ]
    .prop_map(|(text, kind)| Entry { span: Span::default(), text, kind })
}

fn table() -> impl Strategy<Value = Table> {
    let grid = (2usize..4, 1usize..4).prop_flat_map(|(columns, rows)| (vec(entry(), columns), vec(vec(entry(), columns), rows)));
    let cells = prop::sample::select(vec![FieldKind::Money, FieldKind::Number, FieldKind::Percent, FieldKind::Date, FieldKind::Text]);
    let file = (cells, text()).prop_map(|(cells, name)| TableFile { span: Span::default(), cells: node(cells), name });
    let versions = vec((range(), option::weighted(0.2, file), grid), 1..3);
    (name(), vec(name(), 1..3), versions, any::<bool>(), option::of(expr())).prop_map(|(name, keys, versions, is_dated, check)| {
        let is_dated = is_dated || versions.len() > 1;
        let version = |(dates, file, (header, rows)): (Node<DateRange>, Option<TableFile>, (Vec<Entry>, Vec<Vec<Entry>>))| {
            // what stands in a file is not in the text
            let (header, rows) = if file.is_some() { (Vec::new(), Vec::new()) } else { (header, rows) };
            TableVersion { span: Span::default(), dates: is_dated.then_some(dates), file, header, rows }
        };
        Table { span: Span::default(), name, keys, versions: versions.into_iter().map(version).collect(), check }
    })
}

fn declaration() -> impl Strategy<Value = Declaration> {
    prop_oneof![
        1 => policy().prop_map(Declaration::Policy),
        1 => calendar().prop_map(Declaration::Calendar),
        2 => record().prop_map(Declaration::Record),
        2 => table().prop_map(Declaration::Table),
        3 => let_declaration().prop_map(Declaration::Let),
        4 => award().prop_map(Declaration::Award),
        4 => limit().prop_map(Declaration::Limit),
        2 => choices::choose().prop_map(Declaration::Choose),
        1 => pools::pool().prop_map(Declaration::Pool),
        2 => banks::bank().prop_map(Declaration::Bank),
        2 => sets::set().prop_map(Declaration::Set),
        2 => recoveries::guarantee().prop_map(Declaration::Guarantee),
        1 => example().prop_map(Declaration::Example),
    ]
}

fn policy() -> impl Strategy<Value = PolicyHead> {
    let month_end = select([MonthEnd::LastDay, MonthEnd::NextDay, MonthEnd::Refuse].to_vec());
    let first = (text(), option::of(text()), vec(text(), 0..3), option::of(range()), option::of(nodes(rounding())));
    let second = (option::of(nodes(month_end)), option::of(nodes(month_day())), option::of(nodes(month_day())), any::<bool>());
    (first, second).prop_map(|((name, authority, cites, effective, rounding), (month_end, fiscal_year, school_year, held))| PolicyHead {
        span: Span::default(),
        name,
        authority,
        cites,
        effective,
        rounding,
        month_end,
        fiscal_year,
        school_year,
        held_rows_hold_person: held.then(Span::default),
    })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let closed = (date(), date()).prop_map(|(a, b)| LineSpan::Dates(DateRange { from: a.min(b), to: Some(a.max(b)) }));
    let yearly = (month_day(), month_day()).prop_map(|(first, last)| LineSpan::EveryYear(first, last));
    let day = prop_oneof![date().prop_map(LineDay::On), month_day().prop_map(LineDay::Next), month_day().prop_map(LineDay::Last)];
    let dates = (name(), nodes(day)).prop_map(|(name, day)| LineDate { name, day });
    let line = (text(), nodes(prop_oneof![closed, yearly]), vec(dates, 0..3));
    let line = line.prop_map(|(label, when, dates)| CalendarLine { label, when, dates });
    (name(), vec(line, 0..4)).prop_map(|(name, periods)| Calendar { span: Span::default(), name, periods })
}

fn record() -> impl Strategy<Value = Record> {
    let plain = [
        FieldKind::Id,
        FieldKind::Employee,
        FieldKind::Key,
        FieldKind::Text,
        FieldKind::YesNo,
        FieldKind::Integer,
        FieldKind::Number,
        FieldKind::Percent,
        FieldKind::Money,
        FieldKind::Date,
    ];
    let one_of = vec(prop_oneof![name(), text()], 1..5).prop_map(FieldKind::OneOf);
    let types = ["id", "employee", "key", "text", "integer", "number", "percent", "money", "date"];
    let reference =
        name().prop_filter("a type", move |name| !types.contains(&name.kind.as_str())).prop_map(|name| FieldKind::Reference(name.kind));
    let kind = prop_oneof![3 => select(plain.to_vec()), 1 => one_of, 1 => reference];
    let field = (name(), nodes(kind), any::<bool>(), option::of((name(), name())));
    let field = field.prop_map(|(name, kind, optional, dated)| Field { span: Span::default(), name, kind, optional, dated });
    (name(), vec(field, 0..6)).prop_map(|(name, fields)| Record { span: Span::default(), name, fields })
}

fn let_declaration() -> impl Strategy<Value = Let> {
    let dated = (expr(), vec((range(), expr()), 1..4)).prop_map(|(by, cases)| LetBody::Dated { by, cases });
    let body = prop_oneof![2 => expr().prop_map(LetBody::Plain), 1 => dated];
    let over = prop_oneof![1 => Just(Over::Everybody), 1 => expr().prop_map(Over::Group), 2 => Just(Over::Person)];
    (name(), over, body).prop_map(|(name, over, body)| {
        let over = if matches!(body, LetBody::Plain(_)) { over } else { Over::Person };
        Let { span: Span::default(), name, over, body }
    })
}

fn window() -> impl Strategy<Value = Node<Window>> {
    nodes(prop_oneof![
        period_word().prop_map(Window::Period),
        duration().prop_map(Window::Rolling),
        duration().prop_map(Window::FromFirstAward),
        expr().prop_map(|date| Window::YearFrom(Box::new(date))),
        Just(Window::Ever),
    ])
}

fn once() -> impl Strategy<Value = Once> {
    let every = nodes(duration().prop_map(Window::Every));
    let window = prop_oneof![3 => window(), 1 => every];
    // one calendar alone reads as a key, which the checker settles
    let keys = vec(nodes(select(["id", "category"].to_vec()).prop_map(|key| ExprKind::Name(key.to_owned()))), 0..3);
    (keys, option::of(window.clone()), window).prop_map(|(keys, wanted, needed)| {
        let is_alone = keys.is_empty();
        let window = if is_alone { Some(needed) } else { wanted };
        let calendar_alone = is_alone && matches!(&window, Some(Node { kind: Window::Period(PeriodWord::Named(_)), .. }));
        Once { span: Span::default(), keys, window: if calendar_alone { Some(node(Window::Ever)) } else { window } }
    })
}

fn pay() -> impl Strategy<Value = Pay> {
    let tier = (count(), expr()).prop_map(|(count, amount)| Tier { count, amount });
    let tiers = (option::of(window()), vec(tier, 1..4), option::of(expr())).prop_map(|(window, tiers, rest)| Amount::Tiers {
        span: Span::default(),
        window,
        tiers,
        rest,
    });
    let amount = prop_oneof![4 => expr().prop_map(Amount::Plain), 2 => tiers, 1 => pools::claim().prop_map(Amount::Claim)];
    let kind = nodes(select([PayKind::BaseSalary, PayKind::Stipend, PayKind::Recovery].to_vec()));
    (amount, kind, option::of(nodes(rounding())), option::of(expr())).prop_map(|(amount, kind, round, when)| Pay {
        span: Span::default(),
        amount,
        kind,
        round,
        when,
    })
}

fn moved() -> impl Strategy<Value = Move> {
    (name(), expr(), any::<bool>()).prop_map(|(field, to, stays)| Move {
        span: Span::default(),
        field,
        to,
        or_stay: stays.then(Span::default),
    })
}

fn award() -> impl Strategy<Value = Award> {
    let condition = expr().prop_filter("conjuncts are split", |expr| !matches!(expr.kind, ExprKind::Binary(BinaryOp::And, ..)));
    let proration = prop_oneof![Just(Proration::Not), expr().prop_map(Proration::By)];
    let head = (text(), name(), option::of(nodes(period_word())), sets::trigger());
    let first = (head, (vec(condition, 0..3), vec(choices::needs(), 0..2)), option::of(once()));
    let second = (
        option::of(expr()),
        option::of(expr()),
        (
            (vec(banks::spend(), 0..2), vec(moved(), 0..2), option::of(sets::wait()), vec(sets::grant(), 0..2)),
            (vec(pay(), 0..3), vec(recoveries::recover(), 0..2), option::of(recoveries::reopens())),
        ),
        option::of(nodes(proration)),
    );
    let third = (
        option::of(nodes(rounding())),
        option::of(expr()),
        (option::of(expr()), option::of(recurring::instalments()), option::of(recurring::recurs())),
        vec(text(), 0..2),
    );
    (first, second, third).prop_map(
        |(
            first,
            (by, ties, ((spends, moves, wait, grants), (pays, recovers, reopens)), proration),
            (round, effective, (paid_on, instalments, recurs), cites),
        )| {
            let ((name, each, period, trigger), (conditions, needs), once) = first;
            let (each, period) = if trigger == Trigger::Rows { (each, period) } else { (sets::nobody(), None) };
            let span = Span::default();
            Award {
                span,
                name,
                each,
                period,
                trigger,
                conditions,
                needs,
                once,
                by,
                ties,
                spends,
                wait,
                moves,
                grants,
                pays,
                recovers,
                reopens,
                proration,
                round,
                effective,
                paid_on,
                instalments,
                recurs,
                cites,
            }
        },
    )
}

fn limit() -> impl Strategy<Value = Limit> {
    let field = select(["hours", "units", "points"].to_vec()).prop_map(|word| node(word.to_owned()));
    let measure = prop_oneof![
        expr().prop_map(LimitMeasure::Money),
        count().prop_map(LimitMeasure::Awards),
        (nodes(number()), field).prop_map(|(most, field)| LimitMeasure::Quantity { most, field }),
    ];
    let waits = (option::of(expr()), option::of(duration())).prop_map(|(until, expires)| Excess::Waits { until, expires });
    let excess = prop_oneof![Just(Excess::Lost), Just(Excess::PaidAsStipend), Just(Excess::CarriedToNextPeriod), waits];
    let basis = select([LimitBasis::BeforeProration, LimitBasis::AfterProration].to_vec());
    let over = prop_oneof![
        3 => Just(LimitOver::Employee),
        1 => Just(LimitOver::Everybody(Span::default())),
        1 => expr().prop_map(LimitOver::Group),
    ];
    let first = (vec(text(), 1..3), option::of(expr()), (measure, over), option::of(window()), option::of(nodes(basis)));
    (first, option::of(nodes(excess)), (any::<bool>(), pools::ties()), vec(text(), 0..2)).prop_map(
        |(first, excess, (whole, ties), cites)| {
            let (awards, condition, (measure, over), window, proration) = first;
            let whole_awards_only = whole.then(Span::default);
            Limit { span: Span::default(), awards, condition, measure, over, window, proration, excess, whole_awards_only, ties, cites }
        },
    )
}

fn grid(word: Name) -> impl Strategy<Value = Grid> {
    let cell = || "[A-Za-z0-9$|(-]{0,6}".prop_map(node);
    (1usize..4, 0usize..4).prop_flat_map(move |(columns, rows)| {
        let word = word.clone();
        (vec(cell(), columns), vec(vec(cell(), columns), rows)).prop_map(move |(header, rows)| Grid {
            span: Span::default(),
            name: word.clone(),
            header,
            rows,
        })
    })
}

fn example() -> impl Strategy<Value = Example> {
    let nothing = Grid { span: Span::default(), name: node("pays".to_owned()), header: Vec::new(), rows: Vec::new() };
    let pays = prop_oneof![Just(nothing), grid(node("pays".to_owned()))];
    (text(), option::of(nodes(date())), vec(grid(node("credential".to_owned())), 0..3), option::of(pays))
        .prop_map(|(name, as_of, given, pays)| Example { span: Span::default(), name, as_of, given, pays })
}
