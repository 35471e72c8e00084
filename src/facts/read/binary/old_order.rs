//! Whether the records of an `.xls` follow each other as a whole book has them; a reader passes over what it does not know.

/// A record that goes on in another is cut here.
const RECORD_MOST: u16 = 8224;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;

/// What was seen of the order of the records so far.
#[derive(Default)]
pub struct Order {
    /// Parts that are open: the book's own or a sheet, and in a sheet its charts.
    depth: u32,
    begun: usize,
    /// Where sheets and the book's own part begin that have an end.
    whole: Vec<usize>,
    has_cells: bool,
    /// A record that belongs in no table of cells was seen behind the first cell.
    has_stranger: bool,
    is_torn: bool,
}

impl Order {
    /// A record at this place of the stream; false where there is no use in going on.
    pub fn note(&mut self, at: usize, kind: u16, length: u16) -> bool {
        let is_known = kind != 0 && matches!(kind >> 8, 0x00..=0x02 | 0x04 | 0x08 | 0x10);
        self.is_torn |= !is_known || length > RECORD_MOST || (self.depth == 0 && kind != BEGIN);
        match kind {
            BEGIN => {
                self.depth += 1;
                if self.depth == 1 {
                    (self.begun, self.has_cells, self.has_stranger) = (at, false, false);
                }
            }
            END if self.depth == 1 => {
                self.depth = 0;
                self.whole.push(self.begun);
            }
            END => self.depth = self.depth.saturating_sub(1),
            _ if self.depth == 1 => self.note_in_sheet(kind),
            _ => {}
        }
        !self.is_torn
    }

    /// Whether nothing more than padding may follow.
    pub fn is_between(&self) -> bool {
        self.depth == 0
    }

    /// Whether the record at hand belongs to a chart in a sheet, whose cells are not the sheet's.
    pub fn is_in_chart(&self) -> bool {
        self.depth > 1
    }

    /// Where the sheet at hand begins, or the book's own part.
    pub fn begun(&self) -> usize {
        self.begun
    }

    /// Whether all that was begun had its end, and so the sheets that begin at these places.
    pub fn is_sound(&self, sheets: &[usize]) -> bool {
        !self.is_torn && self.depth == 0 && sheets.iter().all(|sheet| self.whole.contains(sheet))
    }

    fn note_in_sheet(&mut self, kind: u16) {
        match kind {
            // cells
            0x0006 | 0x00bd | 0x00d6 | 0x00fd | 0x0203..=0x0205 | 0x027e => {
                self.is_torn |= self.has_cells && self.has_stranger;
                self.has_cells = true;
            }
            // rows, blank cells, formulas that cells share, their texts
            0x0208 | 0x0201 | 0x00be | 0x0207 | 0x0221 | 0x0236 | 0x04bc | 0x003c | 0x00d7 | 0x01c2 | 0x005e | 0x020b => {}
            // notes, links, merged areas, filters, rules for cells, and what later versions added
            0x001c | 0x005d | 0x00e5 | 0x00eb..=0x00ef | 0x009b..=0x009e | 0x01b0..=0x01be | 0x0800..=0x08ff => {}
            // how the sheet is shown, printed and calculated; some programs write it among the cells
            0x000c..=0x0015 | 0x0019..=0x001b | 0x001d | 0x0026..=0x002b | 0x0041 | 0x0055 | 0x005f | 0x0063 => {}
            0x007d | 0x0080..=0x0084 | 0x0090 | 0x0099 | 0x00a0..=0x00ab | 0x00dd | 0x0200 | 0x0225 | 0x023e | 0x0293 => {}
            _ => self.has_stranger |= self.has_cells,
        }
    }
}
