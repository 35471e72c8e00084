//! What the values of a date column say about its form: enough to suggest one, never enough to take it.

use super::day::DayFormat;

/// What the values of a column without a declared form say about their order.
#[derive(Clone, Debug, Default)]
pub struct OrderEvidence {
    /// How many are ISO dates.
    pub iso: u32,
    /// How many look like dates of another form.
    pub other: u32,
    /// A value whose first number cannot be a month.
    pub day_first: Option<String>,
    /// A value whose second number cannot be a month.
    pub month_first: Option<String>,
    /// The first of the others.
    pub sample: Option<String>,
    /// The forms that the sample can have.
    forms: Vec<String>,
    /// The different lists of forms that single values have, in the order of the file.
    seen: Vec<Vec<String>>,
}

/// Serves to try a form with two-digit years; which century they mean is asked for.
const TRIAL_PIVOT: u32 = 69;

impl OrderEvidence {
    /// Notes a text that is no ISO date.
    pub fn note(&mut self, text: &str) {
        let forms = forms(text);
        if forms.is_empty() {
            return;
        }
        self.other += 1;
        let fits = |year_last: &str| forms.iter().any(|form| form.starts_with(year_last));
        match (fits("MM"), fits("DD")) {
            (true, false) if self.month_first.is_none() => self.month_first = Some(text.into()),
            (false, true) if self.day_first.is_none() => self.day_first = Some(text.into()),
            _ => {}
        }
        if self.sample.is_none() {
            self.sample = Some(text.into());
        }
        self.narrow(forms);
    }

    /// Keeps the forms that one more value can have, where there are any. Forms only become fewer, so what a list of them
    /// does to the others it does when it is first seen.
    fn narrow(&mut self, forms: Vec<String>) {
        if self.seen.contains(&forms) {
            return;
        }
        if self.seen.is_empty() {
            self.forms.clone_from(&forms);
        } else if forms.iter().any(|form| self.forms.contains(form)) {
            self.forms.retain(|form| forms.contains(form));
        }
        self.seen.push(forms);
    }

    /// Adds what values further down have shown, as if they had been noted here.
    pub fn join(&mut self, other: OrderEvidence) {
        self.iso += other.iso;
        self.other += other.other;
        self.sample = self.sample.take().or(other.sample);
        self.day_first = self.day_first.take().or(other.day_first);
        self.month_first = self.month_first.take().or(other.month_first);
        other.seen.into_iter().for_each(|forms| self.narrow(forms));
    }

    /// The forms that the values allow: one where a value decides, two where none does.
    pub fn candidates(&self) -> &[String] {
        &self.forms
    }

    pub fn needs_pivot(&self) -> bool {
        self.forms.first().is_some_and(|form| !form.contains("YYYY"))
    }
}

/// Whether a text is an ISO date with a time of day and the zone that it was read in.
pub fn is_zoned(text: &str) -> bool {
    crate::facts::badge::day_of(text, None).is_err_and(|fault| fault == crate::facts::badge::DayFault::NeedsZone)
}

/// The forms under which a text is a date.
fn forms(text: &str) -> Vec<String> {
    let (date, time) = split_time(text);
    let Some(time) = time_form(time) else { return Vec::new() };
    let tried = date_forms(date).into_iter().map(|form| form + &time);
    tried.filter(|form| DayFormat::parse(form, Some(TRIAL_PIVOT)).is_ok_and(|format| format.read(text).is_some())).collect()
}

/// The date, and what stands behind it from the sign before the time on.
fn split_time(text: &str) -> (&str, &str) {
    let colon = text.find(':').unwrap_or(text.len());
    let before = text.get(..colon).unwrap_or("").rfind([' ', 'T']);
    match before.filter(|_| colon < text.len()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    }
}

/// `hh:mm` or `hh:mm:ss` with the sign before it; None where there is more, such as a time zone.
fn time_form(time: &str) -> Option<String> {
    let Some(sign) = time.chars().next() else { return Some(String::new()) };
    match time.split(':').count() {
        2 => Some(format!("{sign}hh:mm")),
        3 => Some(format!("{sign}hh:mm:ss")),
        _ => None,
    }
}

/// The forms that a date could have by its shape.
fn date_forms(date: &str) -> Vec<String> {
    let month = if date.split(|letter: char| !letter.is_alphabetic()).any(|word| word.len() > 3) { "MMMM" } else { "MMM" };
    let year = if date.ends_with(|last: char| last.is_ascii_digit()) && has_long_number(date) { "YYYY" } else { "YY" };
    let Some(sign) = date.chars().find(|character| !character.is_alphanumeric()) else { return Vec::new() };
    if date.contains(char::is_alphabetic) {
        return vec![format!("DD{sign}{month}{sign}{year}"), format!("{month} DD, {year}"), format!("{month}{sign}DD{sign}{year}")];
    }
    vec![format!("MM{sign}DD{sign}{year}"), format!("DD{sign}MM{sign}{year}"), format!("YYYY{sign}MM{sign}DD")]
}

fn has_long_number(date: &str) -> bool {
    date.split(|digit: char| !digit.is_ascii_digit()).any(|number| number.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(texts: &[&str]) -> Vec<String> {
        let mut evidence = OrderEvidence::default();
        texts.iter().for_each(|text| evidence.note(text));
        evidence.candidates().to_vec()
    }

    #[test]
    fn the_values_decide_the_order_or_do_not() {
        assert_eq!(candidates(&["01/02/2020"]), ["MM/DD/YYYY", "DD/MM/YYYY"]);
        assert_eq!(candidates(&["01/02/2020", "01/13/2020"]), ["MM/DD/YYYY"]);
        assert_eq!(candidates(&["31.12.20"]), ["DD.MM.YY"]);
        assert_eq!(candidates(&["2020/12/31"]), ["YYYY/MM/DD"]);
        assert_eq!(candidates(&["1-Jul-2024"]), ["DD-MMM-YYYY"]);
        assert_eq!(candidates(&["July 1, 2024"]), ["MMMM DD, YYYY"]);
        assert_eq!(candidates(&["7/31/2024 14:05"]), ["MM/DD/YYYY hh:mm"]);
    }

    #[test]
    fn what_is_no_date_suggests_nothing() {
        for text in ["soon", "2024-02-30", "13/13/2024", "2014-04-01 09:41:00 -0500", "1.5", "", "10:30"] {
            assert!(candidates(&[text]).is_empty(), "{text}");
        }
    }
}
