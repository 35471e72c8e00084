//! Our reader of sheets beside calamine's: what both can read gives the same cells, and what we alone refuse is listed.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{Cursor, Write};

    use calamine::{DataRef, Reader, Xlsx, XlsxFormulaMetadata};

    use crate::diagnostic::{Diagnostic, Diagnostics};
    use crate::facts::dice::Dice;
    use crate::facts::read::{Flow, OpenWith, Opened, Raw, Row, RowSink};

    /// Row and column from 1 and 0, and what stands there.
    type Cells = BTreeMap<(u32, usize), String>;

    #[derive(Default)]
    struct Seen(Cells);

    impl RowSink for Seen {
        fn row(&mut self, row: Row<'_>) -> Flow {
            for column in 0..row.cells.width() {
                let cell = row.cells.cell(column);
                if cell != Raw::Blank {
                    self.0.insert((row.number, column), format!("{cell:?}"));
                }
            }
            Flow::GoOn
        }
    }

    fn ours(bytes: &[u8], sheet: Option<&str>) -> Result<Cells, String> {
        let mut problems = Diagnostics::new();
        let said = |problem: &Diagnostic| format!("{}: {}", problem.code, problem.message);
        let with = OpenWith { name: "a.xlsx", sheet, preferred: None, rule: None };
        let Some(mut opened) = Opened::open(bytes, with, &mut problems) else { return Err(problems.iter().map(said).collect()) };
        let mut seen = Seen::default();
        opened.read(&mut seen).map(|_| seen.0).map_err(|problem| said(&problem))
    }

    #[expect(clippy::disallowed_types, reason = "spreadsheets store numbers as floats")]
    fn shortest(number: f64) -> String {
        match number.is_finite() {
            true if number == 0.0 => "0".to_owned(),
            true => number.to_string(),
            false => "not a number".to_owned(),
        }
    }

    /// As this program read before it had a reader of its own; cells without a place and cells twice are refused.
    fn calamines(bytes: &[u8], sheet: &str) -> Result<Cells, String> {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
        let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
        let (mut seen, mut last) = (Cells::new(), None);
        loop {
            let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| error.to_string())? else { return Ok(seen) };
            if last.is_some_and(|last| last >= cell.pos) {
                return Err("misplaced".to_owned());
            }
            last = Some(cell.pos);
            let raw = match (&cell.value, &cell.formula) {
                (DataRef::Empty, None) => continue,
                (DataRef::Empty, Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. })) => {
                    format!("{:?}", Raw::NoResult(formula))
                }
                (DataRef::Empty, Some(_)) => format!("{:?}", Raw::NoResult("the formula of the cells above")),
                (DataRef::Float(number), _) if !number.is_finite() => format!("{:?}", Raw::Error("not a number")),
                (DataRef::Float(number), Some(_)) => format!("{:?}", Raw::Computed(&shortest(*number))),
                (DataRef::Float(number), None) => format!("{:?}", Raw::Number(&shortest(*number))),
                (DataRef::DateTime(date), _) if !date.as_f64().is_finite() => format!("{:?}", Raw::Error("not a number")),
                (DataRef::DateTime(date), _) => format!("{:?}", Raw::Serial(&shortest(date.as_f64()))),
                (DataRef::String(text), _) if text.is_empty() => continue,
                (DataRef::SharedString(""), _) => continue,
                (DataRef::String(text), _) => format!("{:?}", Raw::Text(text)),
                (DataRef::SharedString(text), _) => format!("{:?}", Raw::Text(text)),
                (DataRef::Bool(yes), _) => format!("{:?}", Raw::YesNo(*yes)),
                (DataRef::DateTimeIso(text), _) => format!("{:?}", Raw::Serial(text)),
                (DataRef::Error(error), _) => format!("{:?}", Raw::Error(&error.to_string())),
                (other, _) => format!("{other:?}"),
            };
            seen.insert((cell.pos.0 + 1, cell.pos.1 as usize), raw);
        }
    }

    const TEXTS: [&str; 22] = [
        "Reading",
        "a &amp; b",
        "&lt;x&gt; &quot;q&quot; &apos;",
        "&#233;t&#xE9;",
        "Caf\u{e9} \u{1f600}",
        "line\none",
        "line\r\ntwo\rthree",
        "_x000D_",
        "a_x000d_b",
        "_x005F_x0041_",
        "_xD83D__xDCF7_",
        "_xD83D_",
        "_x00zz_ _x",
        "  spaces  ",
        "\u{a0}no break\u{a0}",
        "",
        " ",
        "<!-- note -->kept<!-- note -->",
        "a<?go on?>b",
        "]]&gt;",
        "#N/A",
        "1042",
    ];
    const NUMBERS: [&str; 24] = [
        "0",
        "1",
        "-1",
        "1042",
        "0.1",
        "200.00000000000003",
        "1E3",
        "1.5e-7",
        "5.0000000000000001E4",
        "007",
        "1.50",
        "-0",
        "-0.0",
        "1.",
        ".5",
        "123456789012345",
        "1234567890123456",
        "12345678901234567890",
        "0.000001",
        "1e400",
        "45567",
        "45567.25",
        "abc",
        "1,5",
    ];
    const FORMATS: [&str; 10] =
        ["0.00", "yyyy-mm-dd", "[h]:mm", "General", "&quot;day&quot; 0", "[Red]0;[Blue]d", "h:mm AM/PM", "#,##0*y", "\\d0", "0_)"];

    fn text_element(dice: &mut Dice, prefix: &str) -> String {
        let space = dice.of(&["", " xml:space=\"preserve\"", " xml:space='preserve'", " xml:space=\"default\""]);
        let text = dice.of(&TEXTS);
        match dice.roll(12) {
            0 => format!("<{prefix}t{space}/>"),
            1 => format!("<{prefix}t{space}><![CDATA[a < b & c]]>{text}</{prefix}t>"),
            _ => format!("<{prefix}t{space}>{text}</{prefix}t{}>", dice.of(&["", "", " "])),
        }
    }

    fn text(dice: &mut Dice, prefix: &str) -> String {
        let plain = text_element(dice, prefix);
        match dice.roll(8) {
            0 => String::new(),
            1 | 2 => {
                let (one, two) = (text_element(dice, prefix), text_element(dice, prefix));
                format!("<{prefix}r><{prefix}rPr><{prefix}b/></{prefix}rPr>{one}</{prefix}r>\n<{prefix}r>{two}</{prefix}r>")
            }
            3 => format!(
                "{plain}<{prefix}rPh sb=\"0\" eb=\"1\">{}</{prefix}rPh><{prefix}phoneticPr fontId=\"1\"/>",
                text_element(dice, prefix)
            ),
            _ => plain,
        }
    }

    fn formula(dice: &mut Dice, prefix: &str) -> String {
        match dice.roll(9) {
            0 => format!("<{prefix}f>A1*2 &amp; \"x\"</{prefix}f>"),
            1 => format!("<{prefix}f t=\"shared\" si=\"3\" ref=\"B2:B9\">A1</{prefix}f>"),
            2 => format!("<{prefix}f t=\"shared\" si=\"3\"/>"),
            3 => format!("<{prefix}f t=\"array\" ref=\"A1:A3\">SUM(A1:A3)</{prefix}f>"),
            _ => String::new(),
        }
    }

    fn cell(dice: &mut Dice, (prefix, place): (&str, &str), texts: usize) -> String {
        let style = ["", " s=\"1\"", " s=\"2\"", " s='3'", " s=\"4\"", " s=\"99\""][dice.roll(6)];
        let formula = formula(dice, prefix);
        let number = |dice: &mut Dice| dice.of(&NUMBERS).to_owned();
        let (kind, value) = match dice.roll(12) {
            0 => return format!("<{prefix}c {place}{style}/>"),
            1 => ("", String::new()),
            2 => (" t=\"s\"", format!("<{prefix}v>{}</{prefix}v>", dice.roll(texts))),
            3 => (" t=\"str\"", format!("<{prefix}v>{}</{prefix}v>", dice.of(&TEXTS))),
            4 => (" t=\"b\"", format!("<{prefix}v>{}</{prefix}v>", dice.of(&["0", "1", "true", "FALSE", " 1 ", ""]))),
            5 => (
                " t=\"e\"",
                format!("<{prefix}v>{}</{prefix}v>", dice.of(&["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"])),
            ),
            6 => (" t=\"d\"", format!("<{prefix}v>{}</{prefix}v>", dice.of(&["2024-10-01", "2024-10-01T12:30:00"]))),
            7 => (" t=\"n\"", format!("<{prefix}v>{}</{prefix}v>", NUMBERS[dice.roll(NUMBERS.len() - 2)])),
            8 => (
                dice.of(&[" t='inlineStr'", " t=\"inlineStr\""]),
                format!("<{prefix}is>{}</{prefix}is>{}", text(dice, prefix), dice.of(&["", "\n"])),
            ),
            9 => (" t=\"inlineStr\"", format!("<{prefix}v>1</{prefix}v><{prefix}is>{}</{prefix}is>", text(dice, prefix))),
            10 => ("", format!("<{prefix}v/>")),
            _ => ("", format!("<{prefix}v>{}</{prefix}v>", number(dice))),
        };
        let space = if place.is_empty() { "" } else { " " };
        format!("<{prefix}c{space}{place}{style}{kind}>{formula}{value}</{prefix}c>")
    }

    fn sheet(dice: &mut Dice, prefix: &str, texts: usize) -> String {
        let mut rows = String::new();
        let mut number = 0;
        for _ in 0..dice.roll(6) + 1 {
            let says_it = dice.roll(4) > 0;
            number += if says_it { dice.roll(3) + 1 } else { 1 };
            let place = if says_it { format!(" r=\"{number}\" spans='1:9' ht=\"15.5\"") } else { " x:dyDescent=\"0.25\"".to_owned() };
            let mut cells = String::new();
            let mut column = 0;
            for _ in 0..dice.roll(7) {
                let says_it = dice.roll(4) > 0;
                column += if says_it { dice.roll(2) + 1 } else { 1 };
                let letters = if column > 9 { "AB".to_owned() } else { char::from(b'@' + column as u8).to_string() };
                let place =
                    if says_it { format!("{}\"{letters}{number}\"", dice.of(&["r=", "r=", "r=", "cm = '1' r = "])) } else { String::new() };
                cells += &cell(dice, (prefix, &place), texts);
                column = if column > 9 { 28 } else { column };
                cells += dice.of(&["", "", "\n", "<!-- <c r='Z9'/> -->"]);
            }
            rows += &format!("<{prefix}row{place}>{cells}</{prefix}row>");
            rows += dice.of(&["", "\r\n", &format!("<{prefix}row/>")]);
            number += usize::from(rows.ends_with("row/>"));
        }
        format!(
            "<?xml version=\"1.0\"?>\n<{prefix}worksheet><{prefix}dimension ref=\"A1:B2\"/><{prefix}cols><{prefix}col min=\"1\" max=\"2\" width=\"9\"/></{prefix}cols><{prefix}sheetData>{rows}</{prefix}sheetData><{prefix}mergeCells><{prefix}mergeCell ref=\"A1:A2\"/></{prefix}mergeCells></{prefix}worksheet>"
        )
    }

    /// The parts of a book: the sheet first.
    fn parts(dice: &mut Dice) -> Vec<(&'static str, String)> {
        let prefix = dice.of(&["", "", "x:", "main:"]);
        let texts = dice.roll(9) + 1;
        let shared: String = (0..texts).map(|_| format!("<{prefix}si>{}</{prefix}si>", text(dice, prefix))).collect();
        let formats: String =
            (0..4).map(|id| format!("<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", 164 + id, dice.of(&FORMATS))).collect();
        let ids: Vec<String> =
            (0..4).map(|_| dice.of(&["0", "14", "20", "46", "164", "165", "166", "167", "30", "49"]).to_owned()).collect();
        let forms: String = ids.iter().map(|id| format!("<xf fontId=\"0\" numFmtId=\"{id}\"><alignment/></xf>")).collect();
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |id: &str, kind: &str, target: &str| {
            format!("<Relationships><Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>")
        };
        let target = dice.of(&["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "worksheets/Sheet1.xml"]);
        vec![
            ("xl/worksheets/sheet1.xml", sheet(dice, prefix, texts)),
            ("xl/sharedStrings.xml", format!("<{prefix}sst uniqueCount=\"{texts}\">{shared}</{prefix}sst>")),
            (
                "xl/styles.xml",
                format!(
                    "<styleSheet><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>{forms}</cellXfs><dxfs><dxf><numFmt numFmtId=\"0\" formatCode=\"d\"/></dxf></dxfs></styleSheet>"
                ),
            ),
            (
                "xl/workbook.xml",
                "<workbook><workbookPr/><sheets><sheet name=\"S &amp; T\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned(),
            ),
            ("xl/_rels/workbook.xml.rels", relation("r1", "worksheet", target)),
            ("_rels/.rels", relation("r1", "officeDocument", "xl/workbook.xml")),
        ]
    }

    fn zipped(parts: &[(&'static str, String)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part can be begun");
            writer.write_all(text.as_bytes()).expect("a part can be written");
        }
        writer.finish().expect("the archive can be finished").into_inner()
    }

    #[test]
    fn random_sheets_have_the_same_cells() {
        let (mut cells, mut refused) = (0, 0);
        for seed in 0..1_000 {
            let mut dice = Dice(seed);
            let parts = parts(&mut dice);
            let bytes = zipped(&parts);
            match (ours(&bytes, None), calamines(&bytes, "S & T")) {
                (Ok(own), Ok(other)) => {
                    cells += own.len();
                    assert_eq!(own, other, "seed {seed}: {parts:#?}");
                }
                (Err(_), Err(_)) => refused += 1,
                (own, other) => panic!("seed {seed}: ours {own:?}, calamine's {other:?}: {parts:#?}"),
            }
        }
        assert!(cells > 5_000 && refused < 300, "{cells} cells, {refused} files refused");
    }

    /// Some bytes of a part are changed: another sign, some left out, some written twice.
    fn change(dice: &mut Dice, text: &mut String) {
        const ODD: [&str; 14] = ["\"", "'", "<", ">", "/", "=", "&", ";", " ", "\n", "0", "A", "x", ":"];
        let mut bytes = std::mem::take(text).into_bytes();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(bytes.len());
            let end = (at + 1 + dice.roll(20)).min(bytes.len());
            match dice.roll(3) {
                0 => bytes[at] = dice.of(&ODD).as_bytes()[0],
                1 => drop(bytes.drain(at..end)),
                _ => {
                    let (piece, to) = (bytes[at..end].to_vec(), dice.roll(bytes.len()));
                    bytes.splice(to..to, piece);
                }
            }
        }
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }

    /// What calamine minds and does not matter for the cells: how large the sheet says it is, which cells share a formula, errors younger than calamine.
    const HARMLESS: [&str; 6] = ["dimension", "alphanumeric", "row component", "column component", "cell error value", "panic"];

    #[test]
    fn changed_sheets_have_the_same_cells_or_are_refused() {
        let (mut same, mut refused) = (0, 0);
        for seed in 1_000_000..1_001_000 {
            let mut dice = Dice(seed);
            let mut parts = parts(&mut dice);
            let part = [0, 0, 0, 1, 2][dice.roll(5)];
            change(&mut dice, &mut parts[part].1);
            let bytes = zipped(&parts);
            let others = std::panic::catch_unwind(|| calamines(&bytes, "S & T")).unwrap_or_else(|_| Err("panic".to_owned()));
            match (ours(&bytes, None), others) {
                (Ok(own), Ok(other)) => {
                    assert_eq!(own, other, "seed {seed}: {}", parts[part].1);
                    same += 1;
                }
                (Ok(_), Err(other)) => {
                    assert!(HARMLESS.iter().any(|harmless| other.contains(harmless)), "seed {seed}: {other}: {}", parts[part].1);
                }
                (Err(_), _) => refused += 1,
            }
        }
        assert!(same > 50 && refused > 500, "{same} the same, {refused} refused");
    }

    /// What other programs wrote.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "files of the tests")]
    fn files_of_other_programs_have_the_same_cells() {
        let mut cells = 0;
        for path in ["tests/facts/libreoffice/hidden-column.xlsx", "tests/cases/table-from-file/salary.xlsx", "samples/lakeland/staff.xlsx"]
        {
            let bytes = std::fs::read(path).expect("a file of the tests");
            let names = Xlsx::new(Cursor::new(&bytes)).expect("calamine reads it").sheet_names();
            for name in names {
                let own = ours(&bytes, Some(&name)).expect("we read it");
                assert_eq!(own, calamines(&bytes, &name).expect("calamine reads it"), "{path} {name}");
                cells += own.len();
            }
        }
        assert!(cells > 1_000, "{cells} cells");
    }
}
