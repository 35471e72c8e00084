//! Dates as payroll systems write them: `YYYYMMDD`, `MM/DD/YYYY`, `D-MMM-YY`.

use crate::value::Date;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// None where the form has a letter that stands for nothing, or lacks the year, the month or the day.
pub fn write(date: Date, form: &str) -> Option<String> {
    let (mut text, mut rest) = (String::new(), form);
    let (mut year, mut month, mut day) = (0, 0, 0);
    while let Some(first) = rest.chars().next() {
        let run = rest.chars().take_while(|letter| *letter == first).count();
        let piece = match (first, run) {
            ('Y', 4) => format!("{:04}", date.year()),
            ('Y', 2) => format!("{:02}", date.year().rem_euclid(100)),
            ('M', 3) => (*MONTHS.get(date.month() as usize - 1)?).to_owned(),
            ('M', 2) => format!("{:02}", date.month()),
            ('M', 1) => date.month().to_string(),
            ('D', 2) => format!("{:02}", date.day()),
            ('D', 1) => date.day().to_string(),
            (letter, _) if letter.is_alphanumeric() => return None,
            (sign, run) => sign.to_string().repeat(run),
        };
        match first {
            'Y' => year += 1,
            'M' => month += 1,
            'D' => day += 1,
            _ => {}
        }
        text.push_str(&piece);
        rest = rest.get(run * first.len_utf8()..).unwrap_or("");
    }
    ((year, month, day) == (1, 1, 1)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_form_that_is_asked_for() {
        let date = Date::new(2025, 6, 3).unwrap();
        for (form, text) in [
            ("YYYYMMDD", "20250603"),
            ("MM/DD/YYYY", "06/03/2025"),
            ("M/D/YY", "6/3/25"),
            ("D-MMM-YYYY", "3-Jun-2025"),
            ("YYYY-MM-DD", "2025-06-03"),
        ] {
            assert_eq!(write(date, form).as_deref(), Some(text));
        }
        for wrong in ["YYYY", "YYYYMMDDHH", "YYY-MM-DD", "MM/DD/MM YYYY"] {
            assert_eq!(write(date, wrong), None, "{wrong}");
        }
    }
}
