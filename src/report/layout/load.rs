//! From a layout's name or file to the layout: those of the program, and the district's lines on top of them.

use std::collections::BTreeMap;

use super::check::check;
use super::written::{Codes, FileLayout, Written};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::settings_file::unreadable;
use crate::source::{Cell, Place};

/// The layouts that come with the program, as data.
const SHIPPED: [(&str, &str); 6] = [
    ("plain", include_str!("../../../layouts/plain.toml")),
    ("adp", include_str!("../../../layouts/adp.toml")),
    ("powerschool", include_str!("../../../layouts/powerschool.toml")),
    ("paychex", include_str!("../../../layouts/paychex.toml")),
    ("usps-r", include_str!("../../../layouts/usps-r.toml")),
    ("workday", include_str!("../../../layouts/workday.toml")),
];

/// How deep layouts may stand on layouts.
const DEEPEST: usize = 4;

/// A layout with everything that the district says about it.
#[derive(Clone, Debug)]
pub struct Layout {
    /// As it was asked for: `adp`, `payroll.toml`.
    pub name: String,
    pub(super) needs: BTreeMap<String, String>,
    pub(super) settings: BTreeMap<String, String>,
    pub(super) people: BTreeMap<String, String>,
    pub(super) codes: BTreeMap<String, Codes>,
    pub(super) control: Option<String>,
    pub(super) leaves_out: Vec<String>,
    pub(super) files: Vec<FileLayout>,
}

/// Gives the text of a layout file by its name.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<String, Diagnostic>;

pub fn shipped_names() -> Vec<&'static str> {
    SHIPPED.iter().map(|(name, _)| *name).collect()
}

fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
}

impl Layout {
    /// A layout of the program, or a file whose name ends in `.toml`; `settings` overrule what it says.
    pub fn load(name: &str, settings: &[(String, String)], files: Files) -> Result<Layout, Vec<Diagnostic>> {
        let mut written = Written::default();
        let mut next = Some(name.to_owned());
        for _ in 0..DEEPEST {
            let Some(asked) = next.take() else { break };
            let below = parse(&asked, &text_of(&asked, files).map_err(|problem| vec![problem])?).map_err(|problem| vec![problem])?;
            next = below.layout.clone();
            written = on_top(written, below);
        }
        let mut layout = Layout {
            name: name.to_owned(),
            needs: written.needs,
            settings: written.settings,
            people: written.people,
            codes: written.codes,
            control: written.control,
            leaves_out: written.leaves_out,
            files: written.file,
        };
        layout.settings.extend(settings.iter().cloned());
        let problems = check(&layout);
        if problems.is_empty() { Ok(layout) } else { Err(problems) }
    }

    pub(super) fn place(&self) -> Place {
        Place::Cell(Cell::of_file(&self.name))
    }
}

/// What the upper layout says, and behind it what the lower one says.
fn on_top(upper: Written, lower: Written) -> Written {
    let both = |mut lower: BTreeMap<String, String>, upper: BTreeMap<String, String>| {
        lower.extend(upper);
        lower
    };
    let mut codes = lower.codes;
    codes.extend(upper.codes);
    Written {
        layout: lower.layout,
        about: upper.about,
        needs: both(lower.needs, upper.needs),
        settings: both(lower.settings, upper.settings),
        people: both(lower.people, upper.people),
        codes,
        control: upper.control.or(lower.control),
        leaves_out: [upper.leaves_out, lower.leaves_out].concat(),
        file: if upper.file.is_empty() { lower.file } else { upper.file },
    }
}

fn text_of(name: &str, files: Files) -> Result<String, Diagnostic> {
    if name.to_lowercase().ends_with(".toml") {
        return files(name);
    }
    shipped(name).map(str::to_owned).ok_or_else(|| {
        let known = shipped_names();
        let unknown = Diagnostic::error("unknown-layout", Place::Option("--layout".into()), format!("there is no layout `{name}`"));
        let unknown = match nearest(name, known.iter().copied()) {
            Some(near) => unknown.help(format!("did you mean `{near}`")),
            None => unknown,
        };
        unknown.help(format!("the program has {}; a layout of your own is a file that ends in .toml", known.join(", ")))
    })
}

fn parse(name: &str, text: &str) -> Result<Written, Diagnostic> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| {
        let fault = unreadable(text, &error);
        let message = format!("the layout cannot be read: {}", fault.message);
        let problem = Diagnostic::error("layout-unreadable", fault.place(name), message);
        fault.helped(problem).help("docs/layouts.md has a whole layout")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_layout_loads() {
        for name in shipped_names() {
            Layout::load(name, &[], &|_| unreachable!("a shipped layout stands on nothing")).unwrap();
        }
    }

    #[test]
    fn the_district_stands_on_top() {
        let files = |_: &str| Ok("layout = \"adp\"\n[settings]\ncompany_code = \"ABC\"\n".to_owned());
        let layout = Layout::load("payroll.toml", &[("company_code".into(), "XYZ".into())], &files).unwrap();
        assert_eq!(layout.settings["company_code"], "XYZ");
        assert_eq!(layout.files.len(), 3);
    }
}
