//! A badge's text to its row: taken apart, its signature checked, its fields put into columns.

use super::credential::{Credential, Standard};
use super::day::{DayFault, Reading, day, seconds, stamp_of};
use super::json::Json;
use super::jws::Jws;
use super::limits::ENTRIES_MOST;
use super::recipient::{KnownEmails, Person, person};
use super::row::{BadgeRow, Column};
use super::rules::{BadgeRules, Signatures};
use super::unpack::{Form, Spot, Unpacked};
use super::verify::{Refused, Signed, Signer, check_jws, check_proofs};
use crate::diagnostic::Diagnostic;

/// What every badge of a run is read with.
#[derive(Clone, Copy)]
pub struct ReadWith<'a> {
    pub rules: &'a BadgeRules,
    pub known: &'a KnownEmails,
    /// Those that hashes of recipients are compared with: none where both are so many that it would take long.
    pub tried: &'a KnownEmails,
}

/// The rows of a text: one, or those of a list of badges.
pub fn rows(unpacked: &Unpacked, with: ReadWith<'_>) -> Vec<BadgeRow> {
    match unpacked.form {
        Form::Jws => vec![signed_row(unpacked.spot.clone(), &unpacked.text, with)],
        Form::Json => match Json::parse(&unpacked.text) {
            Err(fault) => vec![unreadable(&unpacked.spot, &format!("this is not sound JSON: {fault}"))],
            Ok(Json::List(list)) if list.len() > ENTRIES_MOST || list.is_empty() => {
                vec![unreadable(&unpacked.spot, &format!("the list has {} entries, 1 to {ENTRIES_MOST} are read", list.len()))]
            }
            Ok(Json::List(list)) => {
                let spots = (1..).map(|number| Spot { number, ..unpacked.spot.clone() });
                list.iter().zip(spots).map(|(item, spot)| plain_row(spot, item, with)).collect()
            }
            Ok(json) => vec![plain_row(unpacked.spot.clone(), &json, with)],
        },
    }
}

fn unreadable(spot: &Spot, message: &str) -> BadgeRow {
    let mut row = BadgeRow::new(spot.clone());
    row.said.push(Diagnostic::error("badge-unreadable", spot.place(), message).help("download the badge again from where it was issued"));
    row
}

fn signed_row(spot: Spot, text: &str, with: ReadWith<'_>) -> BadgeRow {
    let jws = match Jws::parse(text) {
        Ok(jws) => jws,
        Err(why) => return unreadable(&spot, &format!("the signature cannot be taken apart: {why}")),
    };
    // the first generation of 3.0 puts the credential into a claim of its own
    let json = jws.payload.get("vc").unwrap_or(&jws.payload);
    let mut row = BadgeRow::new(spot);
    let Some(credential) = recognise(&mut row, json) else { return row };
    let signer = Signer { issuer: credential.issuer(), keys: [jws.key_id.as_deref(), credential.creator()] };
    let outcome = check_jws(&jws, signer, with.rules);
    say_signature(&mut row, outcome, with.rules);
    compare_claims(&mut row, &jws.payload, credential);
    fill(&mut row, credential, with);
    if let (Some(stamp), None) = (number_claim(&jws.payload, "exp").and_then(stamp_of), credential.expires()) {
        put_day(&mut row, Column::ExpiresOn, ("exp", &stamp), with);
    }
    row
}

fn plain_row(spot: Spot, json: &Json, with: ReadWith<'_>) -> BadgeRow {
    // a list may also hold signatures
    if let Some(text) = json.text().filter(|text| Jws::is_like(text)) {
        return signed_row(spot, text, with);
    }
    let mut row = BadgeRow::new(spot);
    let Some(credential) = recognise(&mut row, json) else { return row };
    let outcome = check_proofs(json, credential.issuer(), with.rules);
    say_signature(&mut row, outcome, with.rules);
    fill(&mut row, credential, with);
    row
}

fn recognise<'a>(row: &mut BadgeRow, json: &'a Json) -> Option<Credential<'a>> {
    let kind = match Credential::of(json) {
        Ok(credential) => return Some(credential),
        Err(kind) => kind,
    };
    let message = format!("this is {kind}, not an Open Badge of 2.0 or 3.0");
    let help = "give the badges themselves: assertions (2.0) or OpenBadgeCredentials (3.0), one by one or as a list";
    row.said.push(Diagnostic::error("badge-kind", row.spot.place(), message).help(help));
    None
}

/// Puts the state of the signature on the row.
fn say_signature(row: &mut BadgeRow, outcome: Result<Signed, Refused>, rules: &BadgeRules) {
    let place = row.spot.place();
    let signed = match outcome {
        Ok(signed) => signed,
        Err(Refused::Wrong { by }) => {
            let message = format!("the signature does not fit the key of `{by}`: the badge was changed, or somebody else signed it");
            let help = "pay nothing on it before the issuer confirms it; if the issuer has a new key, pin that one too";
            row.said.push(Diagnostic::error("badge-signature-wrong", place, message).help(help));
            return;
        }
        Err(Refused::Algorithm { claimed, pinned }) => {
            let message = match pinned {
                Some(pinned) => format!("the signature claims the algorithm `{claimed}`, the key of its issuer is for `{}`", pinned.name()),
                None => format!("the signature claims the algorithm `{claimed}`, which proves nothing"),
            };
            let help = "pay nothing on it before the issuer confirms it";
            row.said.push(Diagnostic::error("badge-algorithm", place, message).help(help));
            return;
        }
    };
    row.put(Column::Signature, signed.word());
    let (message, help) = match &signed {
        Signed::Verified { .. } => return,
        Signed::Unsigned => {
            ("nobody has signed the badge".to_owned(), "ask the issuer for the signed badge, or look it up at the issuer".to_owned())
        }
        Signed::NotPinned => {
            let help = "get the issuer's public key and pin it: `[[badge_key]]` with `issuer`, `algorithm` and `key`";
            ("the signature was not checked: no key of its issuer is pinned in the mapping".to_owned(), help.to_owned())
        }
        Signed::NotChecked { why } => (format!("the signature was not checked: {why}"), "look the badge up at the issuer".to_owned()),
    };
    let diagnostic = match rules.signatures {
        Signatures::Wanted => Diagnostic::warning("badge-not-verified", place, message),
        Signatures::Required => Diagnostic::error("badge-not-verified", place, message),
    };
    row.said.push(diagnostic.help(help));
}

/// Claims around a credential repeat what it says; where they differ, one of the two was changed (3.0, Verify a Credential).
fn compare_claims(row: &mut BadgeRow, claims: &Json, credential: Credential<'_>) {
    if credential.standard == Standard::OpenBadges2 {
        return;
    }
    let valid_from = credential.json.text_at("validFrom").or(credential.json.text_at("issuanceDate")).and_then(seconds);
    let start = number_claim(claims, "nbf").and_then(|digits| digits.parse::<i64>().ok());
    let differs = |claim: &str, field: Option<&str>| match (claims.text_at(claim), field) {
        (Some(claim), Some(field)) => claim != field,
        _ => false,
    };
    let wrong = [
        ("iss", differs("iss", credential.issuer())),
        ("jti", differs("jti", credential.json.text_at("id"))),
        ("sub", differs("sub", credential.json.text_at("credentialSubject.id"))),
        ("nbf", matches!((start, valid_from), (Some(claim), Some(field)) if claim != field)),
    ];
    for (claim, _) in wrong.into_iter().filter(|(_, wrong)| *wrong) {
        let message = format!("the claim `{claim}` around the badge says something else than the badge itself");
        row.said.push(Diagnostic::error("badge-claims-differ", row.spot.place(), message).help("ask the issuer for a sound copy"));
    }
}

fn number_claim<'a>(claims: &'a Json, name: &str) -> Option<&'a str> {
    if let Some(Json::Number(digits)) = claims.get(name) { Some(digits) } else { None }
}

fn fill(row: &mut BadgeRow, badge: Credential<'_>, with: ReadWith<'_>) {
    let texts = [
        (Column::CredentialId, badge.credential_id()),
        (Column::CredentialTitle, badge.title()),
        (Column::CredentialCode, badge.code()),
        (Column::AchievementType, badge.achievement_type()),
        (Column::Issuer, badge.issuer()),
        (Column::IssuerName, badge.issuer_name()),
        (Column::AwardId, badge.award_id()),
        (Column::RevokedReason, badge.revoked_reason()),
    ];
    for (column, text) in texts {
        row.put(column, text.unwrap_or("").trim());
    }
    row.put(Column::Status, if badge.says_revoked() { "revoked" } else { "earned" });
    row.put(Column::EvidenceUrl, badge.evidence().join(" "));
    row.put(Column::OpenBadges, if badge.standard == Standard::OpenBadges2 { "2.0" } else { "3.0" });
    row.put(Column::NotChecked, badge.not_checked().join("; "));
    let message = "whether the badge was revoked or replaced since was not checked, because that needs the network";
    let help = "the column `not_checked` says where each badge would be looked up";
    row.said.push(Diagnostic::note("badge-not-checked", row.spot.place(), message).help(help));
    put_credits(row, badge.credits());
    put_person(row, badge, with);
    put_dates(row, badge, with);
    if badge.title().is_none() && badge.standard == Standard::OpenBadges2 && !badge.says_revoked() {
        let message = "the badge names what was earned by its address only, which is not fetched: its title and issuer are not known";
        let place = row.place("badge", badge.credential_id().unwrap_or(""));
        row.said.push(Diagnostic::warning("badge-class-elsewhere", place, message).help("compare `credential_id`, which is that address"));
    }
}

fn put_credits(row: &mut BadgeRow, credits: Option<&Json>) {
    let (Some(Json::Number(text)) | Some(Json::Text(text))) = credits else { return };
    row.put(Column::CreditsEarned, text.as_str());
}

fn put_person(row: &mut BadgeRow, badge: Credential<'_>, with: ReadWith<'_>) {
    let path = match badge.standard {
        Standard::OpenBadges2 => "recipient",
        Standard::OpenBadges3 => "credentialSubject",
    };
    match person(&badge.identities(), (with.known, with.tried)) {
        Person::Email(email) => {
            row.put(Column::PersonKey, email.as_str());
            row.put(Column::PersonKeyKind, "email");
            row.put(Column::Email, email);
        }
        Person::Other { kind, value } => {
            row.put(Column::PersonKey, value);
            row.put(Column::PersonKeyKind, kind);
        }
        Person::Unmatched { hash } => {
            let (message, help) = match with.known.len() {
                count if count > with.tried.len() => {
                    let message =
                        format!("the recipient is a hash, and so are others: trying each of {count} known addresses would take long");
                    (message, "give fewer badges at a time, or a crosswalk of the people whose badges these are")
                }
                0 => {
                    let message = "the recipient is a hash, and no e-mail addresses of staff are known to try".to_owned();
                    (
                        message,
                        "name a file of them in the mapping: `crosswalk = { file = \"emails.csv\", from = \"email\", to = \"employee\" }`",
                    )
                }
                count => {
                    let message = format!("the recipient is a hash that none of the {count} known e-mail addresses has");
                    (message, "add the address that the person uses with this issuer to the crosswalk file")
                }
            };
            let place = row.place(path, &hash);
            row.said.push(Diagnostic::error("badge-recipient-unknown", place, message).help(help));
        }
        Person::Nobody => {
            let message = "the badge does not say whom it was awarded to";
            let place = row.place(path, "");
            row.said.push(Diagnostic::error("badge-recipient-missing", place, message).help("ask the issuer for the whole badge"));
        }
    }
}

fn put_dates(row: &mut BadgeRow, badge: Credential<'_>, with: ReadWith<'_>) {
    if let Some((path, value)) = badge.expires() {
        put_day(row, Column::ExpiresOn, (path, value.text().unwrap_or("")), with);
    }
    let Some((path, value)) = badge.earned() else {
        if !badge.says_revoked() {
            let message = "the badge does not say when it was earned";
            row.said.push(Diagnostic::warning("badge-date-missing", row.spot.place(), message).help("ask the issuer for the whole badge"));
        }
        return;
    };
    row.put(Column::EarnedOnFrom, path);
    put_day(row, Column::EarnedOn, (path, value.text().unwrap_or("")), with);
    if matches!(path, "validFrom" | "issuanceDate") {
        let message = format!("the day is taken from `{path}`, which changes with every update of the badge");
        let help = "compare it with the issuer's records, or ask for badges with `awardedDate`";
        let place = row.place(path, value.text().unwrap_or(""));
        row.said.push(Diagnostic::warning("badge-date-from-validity", place, message).help(help));
    }
}

/// Puts the day of a time stamp into a column and says what had to be decided for it.
fn put_day(row: &mut BadgeRow, column: Column, (path, text): (&str, &str), with: ReadWith<'_>) {
    let zone = with.rules.zone.as_ref();
    let place = row.place(path, text);
    let (date, reading) = match day(text, zone) {
        Ok(read) => read,
        Err(DayFault::NotADate) => {
            let message = "this is not a date as badges write it";
            row.said.push(Diagnostic::error("badge-date", place, message).help("badges write 2024-06-30 or 2024-06-30T23:59:59Z"));
            return;
        }
        Err(DayFault::NeedsZone) => {
            let message = "which day this moment was depends on the district's time zone";
            let help = "write into the mapping, under `[badges]`: `time_zone = \"America/Chicago\"` (or where the district is)";
            row.said.push(Diagnostic::error("badge-time-zone", place, message).help(help));
            return;
        }
    };
    row.put(column, date.to_string());
    let zone = zone.map_or("", |zone| zone.name.as_str());
    row.said.push(match reading {
        Reading::AsWritten => return,
        Reading::WithoutZone => {
            Diagnostic::note("badge-day-taken", place, format!("{date}: the time has no zone, its day is taken as the district's"))
        }
        Reading::Moved => Diagnostic::note("badge-day-taken", place, format!("{date}: the day that it was in `{zone}`")),
        Reading::MovedFromMidnight => {
            let message = format!("{date}: the day that it was in `{zone}`; issuers who mean only a day often write midnight UTC");
            Diagnostic::warning("badge-midnight", place, message).help("compare it with the issuer's records")
        }
    });
}
