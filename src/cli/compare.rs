//! Expected against computed: tables row by row on the columns that were typed, texts line by line.

use crate::value::Number;

/// Which computed rows must be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every computed row stands in the expected table.
    Everything,
    /// Every expected row is computed; there may be more.
    TheseRows,
}

/// A coverage, limited to some employees (to all, where none is named).
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    coverage: Coverage,
    employees: &'a [String],
}

impl Coverage {
    pub fn among(self, employees: &[String]) -> Scope<'_> {
        Scope { coverage: self, employees }
    }
}

/// A table as text cells under their headers.
struct Rows {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Differences between a typed table and a computed one. A column named `note` is for people and is not compared;
/// lines that start with `#` are comments.
pub fn compare_rows(name: &str, expected: &str, actual: &str, scope: &Scope) -> Vec<String> {
    let (expected, actual) = match (read(expected), read(actual)) {
        (Ok(expected), Ok(actual)) => (expected, actual),
        (Err(fault), _) => return vec![format!("{name}: is not a table: {fault}")],
        (_, Err(fault)) => return vec![format!("the computed table cannot be read back: {fault}")],
    };
    let columns: Vec<&String> = expected.header.iter().filter(|column| *column != "note").collect();
    if let Some(unknown) = columns.iter().find(|column| !actual.header.contains(column)) {
        return vec![format!("{name}: there is no column `{unknown}`; there are {}", actual.header.join(", "))];
    }
    let actual = actual.within(scope).columns(&columns);
    let mut left = actual;
    let mut differences = Vec::new();
    for row in expected.columns(&columns) {
        match left.iter().position(|candidate| *candidate == row) {
            Some(found) => drop(left.remove(found)),
            None => differences.push(format!("{name}: expected and not computed: {}", sentence(&columns, &row))),
        }
    }
    if scope.coverage == Coverage::Everything {
        differences.extend(left.iter().map(|row| format!("{name}: computed and not expected: {}", sentence(&columns, row))));
    }
    differences
}

/// The first line that differs, with its number.
pub fn compare_text(name: &str, expected: &str, actual: &str) -> Option<String> {
    let (expected, actual) = (expected.trim_end(), actual.trim_end());
    if expected == actual {
        return None;
    }
    let mut pairs =
        (1..).zip(expected.lines().map(Some).chain(std::iter::repeat(None)).zip(actual.lines().map(Some).chain(std::iter::repeat(None))));
    let (line, (wanted, got)) = pairs.find(|(_, (wanted, got))| wanted != got)?;
    let shown = |text: Option<&str>| text.map_or("the text ends".to_owned(), |text| format!("`{text}`"));
    Some(format!("{name}: line {line}\n  expected {}\n  computed {}\n\nThe whole text:\n{actual}", shown(wanted), shown(got)))
}

fn read(text: &str) -> Result<Rows, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers()?.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| Ok(record?.iter().map(str::to_owned).collect())).collect::<Result<_, csv::Error>>()?;
    Ok(Rows { header, rows })
}

impl Rows {
    fn within(mut self, scope: &Scope) -> Rows {
        if let Some(person) = self.header.iter().position(|column| column == "employee")
            && !scope.employees.is_empty()
        {
            self.rows.retain(|row| row.get(person).is_some_and(|id| scope.employees.contains(id)));
        }
        self
    }

    /// The cells of the named columns; amounts in one form, so that `200` and `200.00` are the same money.
    fn columns(&self, names: &[&String]) -> Vec<Vec<String>> {
        let positions: Vec<Option<usize>> = names.iter().map(|name| self.header.iter().position(|column| column == *name)).collect();
        let cell = |row: &Vec<String>, name: &str, position: Option<usize>| {
            let text = position.and_then(|position| row.get(position)).map_or("", String::as_str);
            let plain = text.replace(['$', ','], "");
            if name == "amount" { Number::parse(&plain).map_or(text.to_owned(), |amount| amount.to_string()) } else { text.to_owned() }
        };
        self.rows.iter().map(|row| names.iter().zip(&positions).map(|(name, position)| cell(row, name, *position)).collect()).collect()
    }
}

/// `employee 1042, amount 200`
fn sentence(columns: &[&String], row: &[String]) -> String {
    columns.iter().zip(row).map(|(column, cell)| format!("{column} {cell}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTUAL: &str = "employee,award,amount\n1,A,200.00\n1,A,200.00\n2,A,100.50\n";

    #[test]
    fn a_subset_of_columns_in_any_order_matches() {
        let expected = "# arithmetic: 2 x 200\namount,employee,note\n100.5,2,half\n$200,1,first\n200.00,1,second\n";
        assert!(compare_rows("expected.csv", expected, ACTUAL, &Coverage::Everything.among(&[])).is_empty());
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_said() {
        let differences = compare_rows("expected.csv", "employee,amount\n1,200\n3,5\n", ACTUAL, &Coverage::Everything.among(&["1".into()]));
        assert_eq!(
            differences,
            [
                "expected.csv: expected and not computed: employee 3, amount 5",
                "expected.csv: computed and not expected: employee 1, amount 200"
            ]
        );
    }

    #[test]
    fn texts_differ_at_a_line() {
        assert_eq!(compare_text("m", "a\nb\n", "a\nb"), None);
        let difference = compare_text("m", "a\nb", "a").unwrap();
        assert!(difference.starts_with("m: line 2\n  expected `b`\n  computed the text ends\n"), "{difference}");
    }
}
