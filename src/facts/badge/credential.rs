//! The fields of a badge, found under the names of Open Badges 2.0 and of both generations of 3.0.

use super::json::Json;
use super::limits::VALUES_MOST;
use super::recipient::{Identity, of_assertion, of_subject};

/// Which standard a badge follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    OpenBadges2,
    OpenBadges3,
}

/// A badge whose standard is known.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    pub standard: Standard,
    pub json: &'a Json,
}

/// A value and the path that it was found under.
pub type Found<'a> = Option<(&'static str, &'a Json)>;

impl<'a> Credential<'a> {
    /// Recognises a badge; otherwise what the thing says it is.
    pub fn of(json: &'a Json) -> Result<Credential<'a>, String> {
        let types = json.get("type");
        let is = |name: &str| types.is_some_and(|types| types.names(name));
        if is("OpenBadgeCredential") || is("AchievementCredential") {
            return Ok(Credential { standard: Standard::OpenBadges3, json });
        }
        let looks_like_2 = json.get("badge").is_some() && json.get("recipient").is_some();
        if is("Assertion") || (types.is_none() && looks_like_2) {
            return Ok(Credential { standard: Standard::OpenBadges2, json });
        }
        let named: Vec<&str> = types.map_or(&[][..], Json::items).iter().take(5).filter_map(Json::text).collect();
        Err(if named.is_empty() { "an object without a type".to_owned() } else { format!("`{}`", named.join(", ")) })
    }

    /// The first of these paths under which something stands.
    fn first(&self, paths: &[&'static str]) -> Found<'a> {
        paths.iter().find_map(|path| self.json.at(path).map(|value| (*path, value)))
    }

    fn first_text(&self, paths: &[&'static str]) -> Option<&'a str> {
        self.first(paths).and_then(|(_, value)| value.text())
    }

    fn by_standard(&self, second: &[&'static str], third: &[&'static str]) -> Found<'a> {
        match self.standard {
            Standard::OpenBadges2 => self.first(second),
            Standard::OpenBadges3 => self.first(third),
        }
    }

    pub fn identities(&self) -> Vec<Identity> {
        match self.standard {
            Standard::OpenBadges2 => of_assertion(self.json),
            Standard::OpenBadges3 => self.json.at("credentialSubject").map_or_else(Vec::new, of_subject),
        }
    }

    /// The issuer's address, where the badge itself says it.
    pub fn issuer(&self) -> Option<&'a str> {
        match self.standard {
            Standard::OpenBadges2 => self.first_text(&["badge.issuer.id", "badge.issuer"]),
            Standard::OpenBadges3 => self.first_text(&["issuer.id", "issuer"]),
        }
    }

    pub fn issuer_name(&self) -> Option<&'a str> {
        self.by_standard(&["badge.issuer.name"], &["issuer.name"]).and_then(|(_, name)| name.text())
    }

    pub fn award_id(&self) -> Option<&'a str> {
        self.first_text(&["id", "uid"])
    }

    pub fn credential_id(&self) -> Option<&'a str> {
        self.by_standard(&["badge.id", "badge"], &["credentialSubject.achievement.id"]).and_then(|(_, id)| id.text())
    }

    pub fn title(&self) -> Option<&'a str> {
        let name = self.by_standard(&["badge.name"], &["credentialSubject.achievement.name", "name"]);
        name.and_then(|(_, name)| name.text())
    }

    pub fn code(&self) -> Option<&'a str> {
        self.json.text_at("credentialSubject.achievement.humanCode")
    }

    pub fn achievement_type(&self) -> Option<&'a str> {
        self.json.text_at("credentialSubject.achievement.achievementType")
    }

    pub fn credits(&self) -> Option<&'a Json> {
        self.json.at("credentialSubject.creditsEarned")
    }

    /// The day that counts: `awardedDate`, then the end of the activity. `validFrom` is overwritten by every update
    /// (3.0, AchievementCredential), so it comes last and with a warning.
    pub fn earned(&self) -> Found<'a> {
        self.by_standard(&["issuedOn"], &["awardedDate", "credentialSubject.activityEndDate", "validFrom", "issuanceDate"])
    }

    pub fn expires(&self) -> Found<'a> {
        self.by_standard(&["expires"], &["validUntil", "expirationDate"])
    }

    /// Only where the badge itself says so; lists of revoked badges are elsewhere.
    pub fn says_revoked(&self) -> bool {
        self.json.get("revoked") == Some(&Json::YesNo(true))
    }

    pub fn revoked_reason(&self) -> Option<&'a str> {
        self.json.text_at("revocationReason")
    }

    /// Addresses of the work, never the work itself.
    pub fn evidence(&self) -> Vec<&'a str> {
        let listed = self.json.get("evidence").map_or(&[][..], Json::items);
        let addresses = listed.iter().take(VALUES_MOST).filter_map(|one| one.text().or_else(|| one.text_at("id")));
        addresses.filter(|address| address.contains(':') && !address.starts_with("data:")).collect()
    }

    /// The key that a signed 2.0 assertion names.
    pub fn creator(&self) -> Option<&'a str> {
        self.first_text(&["verification.creator", "verify.creator", "verify.url"])
    }

    /// What only the network could tell, each with the address it would be asked at.
    pub fn not_checked(&self) -> Vec<String> {
        let hosted = match self.standard {
            Standard::OpenBadges2 => ["verification.type", "verify.type"]
                .iter()
                .any(|path| self.json.at(path).is_some_and(|kind| kind.names("hosted") || kind.names("HostedBadge"))),
            Standard::OpenBadges3 => false,
        };
        let named = |what: &str, address: Option<&str>| match address {
            Some(address) => format!("{what} ({address})"),
            None => what.to_owned(),
        };
        let status = self.first_text(&["credentialStatus.id", "badge.issuer.revocationList"]);
        let mut list = vec![named("revocation", status)];
        if self.json.get("refreshService").is_some() {
            list.push(named("refresh", self.json.text_at("refreshService.id")));
        }
        if hosted {
            list.push(named("hosted copy", self.award_id()));
        }
        list
    }
}
