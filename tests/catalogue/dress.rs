//! What a workbook has beside its cells, and how each form writes that down.
#![allow(dead_code, reason = "shared by several test programs")]

/// Read from words such as `hides 3`, `hides column 3`, `narrows column 3`, `flattens 3`, `folds 3`, `filters 3`, `merges 2 3`, `counts from 1904`, `sheet Archive`, `hidden sheet Archive`.
#[derive(Clone, Debug, Default)]
pub struct Dress {
    /// As a spreadsheet numbers them.
    pub hidden: Vec<u32>,
    /// Rows without height, which are not said to be hidden.
    pub flat: Vec<u32>,
    /// Rows of a group that is folded away.
    pub folded: Vec<u32>,
    /// From 1.
    pub hidden_columns: Vec<u32>,
    /// Columns without width, which are not said to be hidden. From 1.
    pub narrow_columns: Vec<u32>,
    pub is_filtered: bool,
    /// The first and the last row of merged areas in column B.
    pub merged: Vec<(u32, u32)>,
    pub from_1904: bool,
    /// Further sheets with the same rows, and whether each is hidden.
    pub sheets: Vec<(String, bool)>,
    pub has_password: bool,
    /// Whether B2 is written twice.
    pub has_twice: bool,
}

impl Dress {
    pub fn of(words: &[String]) -> Dress {
        let mut dress = Dress::default();
        for word in words {
            let (what, rest) = word.split_once(' ').unwrap_or((word, ""));
            let rows: Vec<u32> = rest.split(' ').filter_map(|row| row.parse().ok()).collect();
            match what {
                "hides" if rest.starts_with("column ") => dress.hidden_columns.extend(rows),
                "folds" => dress.folded.extend(rows),
                "flattens" => dress.flat.extend(rows),
                "narrows" => dress.narrow_columns.extend(rows),
                "hides" => dress.hidden.extend(rows),
                "filters" => {
                    dress.is_filtered = true;
                    dress.hidden.extend(rows);
                }
                "merges" => dress.merged.push((rows[0], rows[1])),
                "counts" => dress.from_1904 = true,
                "sheet" => dress.sheets.push((rest.to_owned(), false)),
                "hidden" => dress.sheets.push((rest.trim_start_matches("sheet ").to_owned(), true)),
                "password" => dress.has_password = true,
                "twice" => dress.has_twice = true,
                other => panic!("no workbook wears `{other}`"),
            }
        }
        dress
    }

    pub fn is_plain(&self) -> bool {
        self.hidden.is_empty()
            && self.hidden_columns.is_empty()
            && self.narrow_columns.is_empty()
            && self.flat.is_empty()
            && self.folded.is_empty()
            && self.merged.is_empty()
            && self.sheets.is_empty()
            && !(self.is_filtered || self.from_1904 || self.has_password || self.has_twice)
    }

    /// What stands behind the rows of an `.xlsx` sheet.
    pub fn xlsx_tail(&self) -> String {
        let merged: String = self.merged.iter().map(|(first, last)| format!(r#"<mergeCell ref="B{first}:B{last}"/>"#)).collect();
        let filter =
            r#"<autoFilter ref="A1:I9"><filterColumn colId="2"><filters><filter val="done"/></filters></filterColumn></autoFilter>"#;
        let merged = if merged.is_empty() { merged } else { format!("<mergeCells>{merged}</mergeCells>") };
        format!("<!--after-->{}{merged}", if self.is_filtered { filter } else { "" })
    }

    /// Rows from 0, as binary forms count them.
    pub fn hidden_from_0(&self) -> Vec<u32> {
        self.hidden.iter().map(|row| row - 1).collect()
    }

    pub fn merged_from_0(&self) -> Vec<(u32, u32)> {
        self.merged.iter().map(|(first, last)| (first - 1, last - 1)).collect()
    }

    /// What stands before the rows of an `.xlsx` sheet.
    pub fn xlsx_columns(&self) -> String {
        let one = |column: &u32| format!(r#"<col min="{column}" max="{column}" width="9" hidden="1"/>"#);
        let narrow = |column: &u32| format!(r#"<col min="{column}" max="{column}" width="0" customWidth="1"/>"#);
        let columns: String = self.hidden_columns.iter().map(one).chain(self.narrow_columns.iter().map(narrow)).collect();
        if columns.is_empty() { columns } else { format!("<cols>{columns}</cols><!--before-->") }
    }

    /// The same of an `.ods`, which describes one column after the other.
    pub fn open_columns(&self) -> String {
        let one = |column: u32| match (self.hidden_columns.contains(&column), self.narrow_columns.contains(&column)) {
            (true, _) => r#"<table:table-column table:visibility="collapse"/>"#,
            (false, true) => r#"<table:table-column table:style-name="narrow"/>"#,
            (false, false) => r#"<table:table-column table:style-name="wide"/>"#,
        };
        let described = self.hidden_columns.iter().chain(&self.narrow_columns).copied().max().unwrap_or(0);
        (1..=described).map(one).collect()
    }

    /// Columns from 0, as binary forms count them.
    pub fn hidden_columns_from_0(&self) -> Vec<u32> {
        self.hidden_columns.iter().map(|column| column - 1).collect()
    }

    pub fn narrow_columns_from_0(&self) -> Vec<u32> {
        self.narrow_columns.iter().map(|column| column - 1).collect()
    }

    /// The attributes of a row of an `.ods`.
    pub fn open_row(&self, number: u32) -> &'static str {
        if self.flat.contains(&number) {
            return r#" table:style-name="flat""#;
        }
        match (self.hidden.contains(&number), self.is_filtered) {
            (false, _) => "",
            (true, false) => r#" table:visibility="collapse""#,
            (true, true) => r#" table:visibility="filter""#,
        }
    }

    /// The attributes of a cell of column B of an `.ods`.
    pub fn open_cell(&self, number: u32) -> String {
        let area = self.merged.iter().find(|(first, _)| *first == number);
        area.map_or(String::new(), |(first, last)| format!(r#" table:number-rows-spanned="{}""#, last - first + 1))
    }
}

/// A workbook whose contents are encrypted, as Office saves .xlsx, .xlsm and .xlsb with a password.
pub fn encrypted_package() -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    bytes.extend("EncryptedPackage".bytes().flat_map(|byte| [byte, 0]));
    bytes.resize(4096, 0);
    bytes
}
