//! The credential that is baked into an SVG image, as text.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::limits::{PIECES_MOST, TEXT_BYTES_MOST};
use super::unbaked::{Baked, Fault};

/// Where the names `openbadges:assertion` and `openbadges:credential` come from, in 2.0 and 3.0.
const SPACES: [(&str, &str); 2] = [("http://openbadges.org", "assertion"), ("https://purl.imsglobal.org/ob/v3p0", "credential")];

/// Walks the image once: what is found, and the badge that is open.
#[derive(Default)]
struct Walk {
    found: Option<Baked>,
    /// The badge whose end has not come yet, with its `verify` and its text so far.
    open: Option<(String, String)>,
}

/// The one element of the image that holds a badge.
pub fn unbake(text: &str) -> Result<Baked, Fault> {
    let mut reader = NsReader::from_str(text);
    let mut walk = Walk::default();
    for _ in 0..PIECES_MOST {
        let (space, event) = match reader.read_resolved_event() {
            Ok(read) => read,
            // what comes after the badge may be discarded (docformat, Extracting)
            Err(fault) => return walk.found.ok_or_else(|| Fault::damaged(&format!("it is not well-formed: {fault}"))),
        };
        match event {
            Event::Eof => return walk.found.ok_or(Fault::Nothing),
            Event::DocType(_) if walk.found.is_none() => return Err(Fault::damaged("it declares a document type; images need none")),
            Event::Start(tag) if is_badge(&space, &tag) => walk.begin(&tag)?,
            Event::Empty(tag) if is_badge(&space, &tag) => {
                walk.begin(&tag)?;
                walk.end()?;
            }
            Event::Text(piece) => walk.add(&piece)?,
            Event::CData(piece) => walk.add(&piece)?,
            Event::End(_) if walk.open.is_some() => walk.end()?,
            Event::Start(_) if walk.open.is_some() => return Err(Fault::damaged("there are elements inside the badge")),
            Event::GeneralRef(_) if walk.open.is_some() => return Err(Fault::damaged("the badge is not wrapped in CDATA")),
            _ => {}
        }
    }
    Err(Fault::damaged("it has too many elements"))
}

fn is_badge(space: &ResolveResult<'_>, tag: &BytesStart<'_>) -> bool {
    let ResolveResult::Bound(space) = space else { return false };
    let name = tag.local_name();
    SPACES.iter().any(|(known, local)| space.as_ref() == *known && name.as_ref() == *local)
}

impl Walk {
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        if self.found.is_some() || self.open.is_some() {
            return Err(Fault::Twice);
        }
        let unreadable = || Fault::damaged("the attributes of the badge cannot be read");
        let attribute = tag.try_get_attribute("verify").map_err(|_| unreadable())?;
        let verify = attribute
            .map(|found| found.normalized_value(XmlVersion::Implicit1_0).map(|text| text.trim().to_owned()).map_err(|_| unreadable()));
        let verify = verify.transpose()?.unwrap_or_default();
        if verify.len() > TEXT_BYTES_MOST {
            return Err(Fault::TooLong);
        }
        self.open = Some((verify, String::new()));
        Ok(())
    }

    fn add(&mut self, piece: &str) -> Result<(), Fault> {
        let Some((_, text)) = &mut self.open else { return Ok(()) };
        if text.len() + piece.len() > TEXT_BYTES_MOST {
            return Err(Fault::TooLong);
        }
        text.push_str(piece);
        Ok(())
    }

    /// A body is the credential; without one, `verify` is (2.0 baking, Extracting).
    fn end(&mut self) -> Result<(), Fault> {
        let Some((verify, body)) = self.open.take() else { return Ok(()) };
        let (text, place) = match body.trim() {
            "" => (verify, "attribute verify"),
            body => (body.to_owned(), "body of the badge element"),
        };
        self.found = Some(Baked { text, place: place.to_owned() });
        Ok(())
    }
}
