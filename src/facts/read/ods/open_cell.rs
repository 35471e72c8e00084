//! One cell of an `.ods` while its element is read: its value, or the text that stands in it.

use quick_xml::events::BytesStart;

use super::open_book::attribute;
use crate::facts::read::book::outline::unescaped;
use crate::facts::read::book::row_maker::RowMaker;
use crate::facts::read::book::sheet_row::CellKind;

#[derive(Default)]
pub struct OpenCell {
    pub column: u64,
    /// In how many columns it stands.
    pub times: u64,
    /// Rows and columns that it is merged over.
    pub span: (u32, u32),
    kind: Option<CellKind>,
    /// Whether the text in the cell is its value.
    wants_text: bool,
    value: String,
    formula: String,
    paragraphs: u32,
    in_paragraph: bool,
    /// Whether it shows something.
    is_shown: bool,
    /// Open elements that are no text of the cell: notes, pictures.
    passed_over: u32,
}

impl OpenCell {
    pub fn begin(&mut self, tag: &BytesStart<'_>, column: u64) {
        self.value.clear();
        self.formula.clear();
        (self.column, self.times, self.span, self.kind) = (column, 1, (1, 1), None);
        (self.wants_text, self.paragraphs, self.in_paragraph, self.passed_over, self.is_shown) = (false, 0, false, 0, false);
        let (mut is_text, mut is_error) = (false, false);
        for found in tag.attributes().with_checks(false).flatten() {
            let mut take = |kind| {
                if self.kind.is_none() {
                    self.kind = Some(kind);
                    self.value = unescaped(&found.value);
                }
            };
            match found.key.as_ref() {
                "office:value" => take(CellKind::Number),
                "office:string-value" => take(CellKind::Text),
                "office:date-value" | "office:time-value" => take(CellKind::Serial),
                "office:boolean-value" => take(if found.value.eq_ignore_ascii_case("true") { CellKind::Yes } else { CellKind::No }),
                "office:value-type" => is_text = *found.value == *"string",
                "calcext:value-type" => is_error = *found.value == *"error",
                "table:formula" => self.formula = unescaped(&found.value),
                "table:number-columns-repeated" => self.times = found.value.trim().parse().unwrap_or(u64::MAX),
                "table:number-rows-spanned" => self.span.0 = found.value.trim().parse().unwrap_or(u32::MAX),
                "table:number-columns-spanned" => self.span.1 = found.value.trim().parse().unwrap_or(u32::MAX),
                _ => {}
            }
        }
        if is_error {
            (self.kind, self.wants_text) = (Some(CellKind::Error), true);
            self.value.clear();
        } else if is_text && self.kind.is_none() {
            (self.kind, self.wants_text) = (Some(CellKind::Text), true);
        }
    }

    /// An element inside the cell.
    pub fn start(&mut self, tag: &BytesStart<'_>) {
        if self.passed_over > 0 || !tag.name().as_ref().starts_with("text:") {
            self.passed_over += 1;
            return;
        }
        let spaces = |count: usize| " ".repeat(count.min(1 << 21));
        match tag.local_name().as_ref() {
            "p" | "h" => {
                if self.paragraphs > 0 && self.wants_text {
                    self.value.push('\n');
                }
                (self.paragraphs, self.in_paragraph) = (self.paragraphs + 1, true);
            }
            "s" => self.text(&spaces(attribute(tag, "text:c").map_or(1, |count| count.trim().parse().unwrap_or(usize::MAX)))),
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            _ => {}
        }
    }

    /// The end of an element; true where it is the cell's own.
    pub fn end(&mut self, name: &str) -> bool {
        match name {
            _ if self.passed_over > 0 => self.passed_over -= 1,
            "table-cell" | "covered-table-cell" => return true,
            "p" | "h" => self.in_paragraph = false,
            _ => {}
        }
        false
    }

    pub fn text(&mut self, text: &str) {
        self.is_shown |= self.in_paragraph && self.passed_over == 0 && !text.trim().is_empty();
        if self.wants_text && self.in_paragraph && self.passed_over == 0 {
            self.value.push_str(text);
        }
    }

    pub fn length(&self) -> usize {
        self.value.len()
    }

    /// Whether it shows something and says no value: the attribute with it is damaged, for every program writes both.
    pub fn has_lost_its_value(&self) -> bool {
        self.is_blank() && self.is_shown
    }

    pub fn is_blank(&self) -> bool {
        self.kind.is_none() && self.formula.is_empty()
    }

    /// Fills the place that was begun in the row.
    pub fn put(&self, rows: &mut RowMaker<'_>) {
        match self.kind {
            None => rows.put(CellKind::NoResult, &self.formula),
            Some(CellKind::Number) if self.formula.is_empty() => rows.put_digits(CellKind::Number, &self.value),
            Some(CellKind::Number) => rows.put_digits(CellKind::Computed, &self.value),
            Some(kind @ (CellKind::Yes | CellKind::No)) => rows.put(kind, ""),
            Some(kind) => rows.put(kind, &self.value),
        }
    }
}
