//! Reads the cells of one field of one file: the mapping's words first, then the grammar of the field's type.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::amount::{self, NumberRefusal};
use super::day::{self, DayFormat, Epoch};
use super::fault::Fault;
use super::key;
use super::order::is_zoned;
use super::tally::Tally;
use crate::facts::badge::{self, Reading, Zone};
use crate::facts::bind::Crosswalk;
use crate::facts::mapping::DecimalStyle;
use crate::facts::read::Raw;
use crate::value::{Date, Number};

/// A cell's value in the field's type. Text is borrowed from the file where that is possible.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed<'a> {
    Missing,
    Text(Cow<'a, str>),
    YesNo(bool),
    Choice(u8),
    Number(Number),
    Date(Date),
}

/// What kind of value a field has, for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Person,
    /// Of a look-up record, or one that leads to it.
    Key,
    Text,
    YesNo,
    Integer,
    Number,
    Percent,
    Money,
    Date,
    Choice(Vec<String>),
}

/// Whether the file writes five percent as 5 or as 0.05.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentForm {
    Percent,
    Fraction,
}

/// How to read one field of one file.
#[derive(Clone)]
pub struct FieldReader<'a> {
    pub kind: FieldKind,
    pub optional: bool,
    pub words: Option<&'a BTreeMap<String, String>>,
    pub day: Option<(DayFormat, &'a str)>,
    pub percent: Option<PercentForm>,
    pub id_width: Option<usize>,
    pub crosswalk: Option<&'a Crosswalk>,
    pub epoch: Epoch,
    pub decimal: DecimalStyle,
    /// The district's, where the mapping says it.
    pub zone: Option<Zone>,
    /// What a share may be at most; none where the field is no share.
    pub most: Option<Number>,
}

impl<'a> FieldReader<'a> {
    pub fn read(&self, raw: Raw<'a>, tally: &mut Tally) -> Result<Parsed<'a>, Fault> {
        if let (Raw::Text(text), None) = (raw, self.words)
            && !text.starts_with(['#', 'E', '=', '\''])
            && let Some(parsed) = self.plain(text, tally)
        {
            return Ok(parsed);
        }
        let raw = match self.word(self.unwrapped(raw, tally))? {
            Raw::Blank if self.optional => return Ok(Parsed::Missing),
            Raw::Blank => return Err(Fault::Blank),
            Raw::Error(_) => return Err(Fault::ErrorCell),
            Raw::Text(text) if key::is_error(text) => return Err(Fault::ErrorCell),
            Raw::NoResult(formula) => return Err(Fault::NoResult { formula: formula.to_string() }),
            Raw::Text(text) if self.kind != FieldKind::Text && key::has_line_break(text) => return Err(Fault::LineBreak { lines: None }),
            raw => raw,
        };
        match &self.kind {
            FieldKind::Person => self.person(raw, tally).map(Parsed::Text),
            FieldKind::Key => id(raw, tally).map(Parsed::Text),
            FieldKind::Text => text(raw).map(Parsed::Text),
            FieldKind::YesNo => yes_no(raw).map(Parsed::YesNo),
            FieldKind::Choice(words) => choice(raw, words).map(Parsed::Choice),
            FieldKind::Integer => self.integer(raw, tally).map(Parsed::Number),
            FieldKind::Number => self.number(raw, tally).and_then(|number| self.share(number, raw, tally)).map(Parsed::Number),
            FieldKind::Percent => self.percentage(raw, tally).and_then(|number| self.share(number, raw, tally)).map(Parsed::Number),
            FieldKind::Money => self.money(raw, tally).map(Parsed::Number),
            FieldKind::Date => self.date(raw, tally).map(Parsed::Date),
        }
    }

    /// The value of a cell as a program writes it, which needs no cleaning and no mapping; none says nothing about the cell.
    fn plain(&self, text: &'a str, tally: &mut Tally) -> Option<Parsed<'a>> {
        match &self.kind {
            FieldKind::Date if self.day.is_none() => {
                let date = Date::parse_iso(text)?;
                tally.order.iso += 1;
                Some(Parsed::Date(date))
            }
            FieldKind::Choice(words) => {
                let index = words.iter().position(|word| **word == *text)?;
                Some(Parsed::Choice(u8::try_from(index).ok()?))
            }
            FieldKind::Text if key::is_plain(text) => Some(Parsed::Text(Cow::Borrowed(text))),
            FieldKind::Key => (key::is_plain(text) && !text.ends_with(".0")).then_some(Parsed::Text(Cow::Borrowed(text))),
            FieldKind::Person if self.crosswalk.is_none() && self.id_width.is_none() => {
                (key::is_plain(text) && !text.ends_with(".0")).then_some(Parsed::Text(Cow::Borrowed(text)))
            }
            FieldKind::Person | FieldKind::Text | FieldKind::YesNo | FieldKind::Integer | FieldKind::Number => None,
            FieldKind::Percent | FieldKind::Money | FieldKind::Date => None,
        }
    }

    /// The cell without what only keeps a spreadsheet from taking it for a number.
    fn unwrapped(&self, raw: Raw<'a>, tally: &mut Tally) -> Raw<'a> {
        let Raw::Text(text) = raw else { return raw };
        let inner = match self.kind {
            FieldKind::Person | FieldKind::Key => key::unwrapped_id(text),
            _ => key::unwrapped(text),
        };
        tally.wrapped += u32::from(inner.is_some());
        inner.map_or(raw, Raw::Text)
    }

    /// The cell after the mapping's words; a text of nothing visible is blank.
    fn word(&self, raw: Raw<'a>) -> Result<Raw<'a>, Fault> {
        let text = raw.as_written();
        if let Some(words) = self.words
            && !matches!(raw, Raw::Error(_) | Raw::NoResult(_))
            && let Some(meaning) = words.get(text).or_else(|| words.get(key::clean(text).as_ref()))
        {
            return Ok(if meaning.is_empty() { Raw::Blank } else { Raw::Text(meaning) });
        }
        Ok(if raw.is_blank() { Raw::Blank } else { raw })
    }

    fn person(&self, raw: Raw<'a>, tally: &mut Tally) -> Result<Cow<'a, str>, Fault> {
        if let Some(crosswalk) = self.crosswalk {
            let id = crosswalk.employee(raw.as_written())?;
            return Ok(Cow::Borrowed(id));
        }
        let id = id(raw, tally)?;
        if self.id_width.is_none() {
            return Ok(id);
        }
        let padded = key::padded(&id, self.id_width).into_owned();
        let first = tally.padded.entry(padded.clone()).or_insert_with(|| id.to_string());
        if **first != *id {
            tally.collisions.push((first.clone(), id.into_owned(), padded.clone()));
        }
        Ok(Cow::Owned(padded))
    }

    fn number(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<Number, Fault> {
        let (number, signed) = self.plain_number(raw, tally)?;
        match self.percent {
            Some(PercentForm::Percent) if !signed => amount::hundredth(number).ok_or(Fault::NotANumber { decimal_comma: false }),
            Some(_) => Ok(number),
            None if signed => Err(Fault::NotANumber { decimal_comma: false }),
            None => Ok(number),
        }
    }

    fn percentage(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<Number, Fault> {
        let (number, signed) = self.plain_number(raw, tally)?;
        match self.percent {
            _ if signed => Ok(number),
            Some(PercentForm::Percent) => amount::hundredth(number).ok_or(Fault::NotANumber { decimal_comma: false }),
            Some(PercentForm::Fraction) => Ok(number),
            None => {
                tally.percent_unknown += 1;
                Err(Fault::PercentForm)
            }
        }
    }

    fn date(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<Date, Fault> {
        let declared = self.day.as_ref().map(|(_, form)| (*form).to_string());
        let text = match raw {
            Raw::Serial(serial) | Raw::Number(serial) | Raw::Computed(serial) => {
                tally.times += u32::from(day::has_time(serial));
                tally.zero_results += u32::from(matches!(raw, Raw::Computed("0")));
                let date = day::serial(serial, self.epoch);
                // `YYYYMMDD` and its like are numbers to a spreadsheet
                let written = self.day.as_ref().and_then(|(form, _)| form.read(serial));
                return written.or(date).ok_or(Fault::NotADate { declared });
            }
            raw => key::clean(raw.as_written()),
        };
        if let Some(zone) = &self.zone
            && let Ok((date, reading)) = badge::day_of(&text, Some(zone))
        {
            tally.order.iso += 1;
            tally.moved += u32::from(matches!(reading, Reading::Moved | Reading::MovedFromMidnight));
            return Ok(date);
        }
        if let Some((form, _)) = &self.day {
            return form.read(&text).ok_or(Fault::NotADate { declared });
        }
        if let Some((date, timed)) = day::iso(&text) {
            tally.order.iso += 1;
            tally.times += u32::from(timed);
            return Ok(date);
        }
        if tally.zoned.is_none() && is_zoned(&text) {
            tally.zoned = Some(text.to_string());
        }
        tally.order.note(&text);
        Err(Fault::NotADate { declared: None })
    }

    /// A share within its bounds.
    fn share(&self, number: Number, raw: Raw<'_>, tally: &mut Tally) -> Result<Number, Fault> {
        let Some(most) = self.most else { return Ok(number) };
        if self.percent.is_none() && matches!(self.kind, FieldKind::Number) && number > Number::from_integer(2) && tally.above_two.is_none()
        {
            tally.above_two = Some(key::clean(raw.as_written()).into_owned());
        }
        if number < Number::ZERO || number > most { Err(Fault::ShareOutOfRange { most: most.to_string() }) } else { Ok(number) }
    }

    /// The number of a cell; the flag says that it had its percent sign.
    fn plain_number(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<(Number, bool), Fault> {
        if let (Raw::Text(text), DecimalStyle::Point) = (raw, self.decimal)
            && let Some(number) = Number::parse(text)
        {
            tally.points += u32::from(text.contains('.'));
            return Ok((number, false)); // what a program writes needs no cleaning
        }
        match raw {
            Raw::Number(text) | Raw::Computed(text) => Ok((Number::parse(text).ok_or(Fault::NotANumber { decimal_comma: false })?, false)),
            Raw::Serial(_) => Err(Fault::DateInNumber),
            raw => {
                let text = self.pointed(raw, tally).ok_or(Fault::NotANumber { decimal_comma: false })?;
                let refused = |refusal: NumberRefusal| Fault::NotANumber { decimal_comma: refusal == NumberRefusal::DecimalComma };
                match amount::percent(&text) {
                    Some(percent) => Ok((percent.map_err(refused).map_err(|fault| noted(fault, &text, tally))?, true)),
                    None => Ok((amount::number(&text).map_err(refused).map_err(|fault| noted(fault, &text, tally))?, false)),
                }
            }
        }
    }

    /// The text with a point before its decimals; none where it cannot be of the file's style.
    fn pointed<'t>(&self, raw: Raw<'t>, tally: &mut Tally) -> Option<Cow<'t, str>> {
        let text = key::clean(raw.as_written());
        tally.points += u32::from(text.contains('.'));
        match self.decimal {
            DecimalStyle::Point => Some(text),
            DecimalStyle::Comma => amount::decimal_point(&text).map(|pointed| Cow::Owned(pointed.into_owned())),
        }
    }

    fn integer(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<Number, Fault> {
        let (number, signed) = self.plain_number(raw, tally)?;
        if signed || number.floor() != number { Err(Fault::NotAnInteger) } else { Ok(number) }
    }

    fn money(&self, raw: Raw<'_>, tally: &mut Tally) -> Result<Number, Fault> {
        let amount = match raw {
            Raw::Number(text) | Raw::Computed(text) => {
                tally.zero_results += u32::from(matches!(raw, Raw::Computed("0")));
                let exact = Number::parse(text);
                tally.to_cent += u32::from(exact.is_none());
                exact.or_else(|| Number::parse(shortened(text))).ok_or(Fault::NotAnAmount { decimal_comma: false })?
            }
            Raw::Serial(_) => return Err(Fault::DateInNumber),
            raw => {
                let text = self.pointed(raw, tally).ok_or(Fault::NotAnAmount { decimal_comma: false })?;
                let refused = |refusal: NumberRefusal| Fault::NotAnAmount { decimal_comma: refusal == NumberRefusal::DecimalComma };
                amount::money(&text).map_err(refused).map_err(|fault| noted(fault, &text, tally))?
            }
        };
        let (amount, moved) = amount::to_cent(amount).ok_or(Fault::FractionOfACent)?;
        tally.to_cent += u32::from(moved);
        Ok(amount)
    }
}

/// Remembers the first text with a decimal comma.
fn noted(fault: Fault, text: &str, tally: &mut Tally) -> Fault {
    let comma = matches!(fault, Fault::NotAnAmount { decimal_comma: true } | Fault::NotANumber { decimal_comma: true });
    tally.no_numbers += u32::from(!comma);
    if comma && tally.comma.is_none() {
        tally.comma = Some(text.to_owned());
    }
    fault
}

/// More digits than a decimal holds are a binary number's noise: twelve decide whether it is near a cent.
fn shortened(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, part)) if part.len() > 12 && part.is_char_boundary(12) => &text[..whole.len() + 13],
        _ => text,
    }
}

/// An ID as text: exactly as written, or the whole number that a spreadsheet made of it.
fn id<'a>(raw: Raw<'a>, tally: &mut Tally) -> Result<Cow<'a, str>, Fault> {
    let text = text(raw)?;
    let point_zero = text.strip_suffix(".0").is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    match (point_zero, raw) {
        (true, _) => {
            tally.point_zero += 1;
            Ok(Cow::Owned(text[..text.len() - 2].to_string()))
        }
        (false, Raw::Number(number) | Raw::Computed(number)) if number.contains('.') => Err(Fault::IdDamaged),
        _ => Ok(text),
    }
}

fn text(raw: Raw<'_>) -> Result<Cow<'_, str>, Fault> {
    match raw {
        Raw::Serial(_) => Err(Fault::DateInText),
        Raw::Number(text) | Raw::Computed(text) => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if digits > 15 { Err(Fault::IdDamaged) } else { Ok(Cow::Borrowed(text)) }
        }
        raw => {
            let text = key::clean(raw.as_written());
            if key::is_scientific(&text) { Err(Fault::IdDamaged) } else { Ok(text) }
        }
    }
}

fn yes_no(raw: Raw<'_>) -> Result<bool, Fault> {
    match raw {
        Raw::YesNo(yes) => Ok(yes),
        raw => match key::clean(raw.as_written()).to_ascii_lowercase().as_str() {
            "yes" | "true" | "y" => Ok(true),
            "no" | "false" | "n" => Ok(false),
            _ => Err(Fault::NotYesOrNo),
        },
    }
}

fn choice(raw: Raw<'_>, words: &[String]) -> Result<u8, Fault> {
    let text = match raw {
        Raw::Serial(_) => return Err(Fault::DateInText),
        raw => key::clean(raw.as_written()),
    };
    let found = words.iter().position(|word| **word == *text).and_then(|index| u8::try_from(index).ok());
    found.ok_or_else(|| Fault::UnknownWord { words: words.to_vec() })
}
