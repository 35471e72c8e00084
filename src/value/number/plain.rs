//! How a number is written: plain digits, or a fraction.

use std::fmt;

use super::Number;
use super::compact::Form;

/// Plain digits, no separators, no zeros at the end; a fraction as `2/3`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reduced().form() {
            Form::Decimal { mantissa, scale } => write_decimal(f, mantissa, scale as usize),
            Form::Fraction { numerator, denominator } => write!(f, "{numerator}/{denominator}"),
        }
    }
}

fn write_decimal(f: &mut fmt::Formatter<'_>, mantissa: i128, scale: usize) -> fmt::Result {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = mantissa.unsigned_abs();
    if scale == 0 {
        return write!(f, "{sign}{digits}");
    }
    if let (Ok(digits), Some(power)) = (u64::try_from(digits), 10u64.checked_pow(scale as u32)) {
        return write!(f, "{sign}{}.{:0scale$}", digits / power, digits % power);
    }
    let power = 10u128.pow(scale as u32);
    write!(f, "{sign}{}.{:0scale$}", digits / power, digits % power)
}
