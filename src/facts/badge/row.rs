//! A badge as a row of text cells, and the columns that such rows have.

use super::unpack::Spot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Cell, Place};

/// What a badge offers as a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The address, or whatever else names the recipient.
    PersonKey,
    PersonKeyKind,
    Email,
    CredentialId,
    CredentialTitle,
    CredentialCode,
    AchievementType,
    Issuer,
    IssuerName,
    AwardId,
    Status,
    EarnedOn,
    /// The field of the badge that the day comes from.
    EarnedOnFrom,
    ExpiresOn,
    RevokedReason,
    CreditsEarned,
    EvidenceUrl,
    OpenBadges,
    Signature,
    NotChecked,
}

impl Column {
    /// In the order of the columns.
    pub const ALL: [Column; 20] = [
        Column::PersonKey,
        Column::PersonKeyKind,
        Column::Email,
        Column::CredentialId,
        Column::CredentialTitle,
        Column::CredentialCode,
        Column::AchievementType,
        Column::Issuer,
        Column::IssuerName,
        Column::AwardId,
        Column::Status,
        Column::EarnedOn,
        Column::EarnedOnFrom,
        Column::ExpiresOn,
        Column::RevokedReason,
        Column::CreditsEarned,
        Column::EvidenceUrl,
        Column::OpenBadges,
        Column::Signature,
        Column::NotChecked,
    ];

    /// The header of the column.
    pub fn name(self) -> &'static str {
        match self {
            Column::PersonKey => "person_key",
            Column::PersonKeyKind => "person_key_kind",
            Column::Email => "email",
            Column::CredentialId => "credential_id",
            Column::CredentialTitle => "credential_title",
            Column::CredentialCode => "credential_code",
            Column::AchievementType => "achievement_type",
            Column::Issuer => "issuer",
            Column::IssuerName => "issuer_name",
            Column::AwardId => "award_id",
            Column::Status => "status",
            Column::EarnedOn => "earned_on",
            Column::EarnedOnFrom => "earned_on_from",
            Column::ExpiresOn => "expires_on",
            Column::RevokedReason => "revoked_reason",
            Column::CreditsEarned => "credits_earned",
            Column::EvidenceUrl => "evidence_url",
            Column::OpenBadges => "open_badges",
            Column::Signature => "signature",
            Column::NotChecked => "not_checked",
        }
    }
}

/// One badge.
#[derive(Clone, Debug)]
pub struct BadgeRow {
    pub spot: Spot,
    /// By [`Column::ALL`]; blank where the badge says nothing.
    cells: [String; Column::ALL.len()],
    /// What is wrong with it, was assumed or was not checked. One error keeps the row from being used.
    pub said: Vec<Diagnostic>,
}

impl BadgeRow {
    pub fn new(spot: Spot) -> BadgeRow {
        BadgeRow { spot, cells: Default::default(), said: Vec::new() }
    }

    /// A row that is nothing but a problem.
    pub fn rejected(spot: Spot, problem: Diagnostic) -> BadgeRow {
        BadgeRow { said: vec![problem], ..BadgeRow::new(spot) }
    }

    pub fn cell(&self, column: Column) -> &str {
        &self.cells[column as usize]
    }

    /// The cells in the order of [`Column::ALL`].
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    pub fn put(&mut self, column: Column, text: impl Into<String>) {
        self.cells[column as usize] = text.into();
    }

    /// The place of a field: its path in the badge stands for the header.
    pub fn place(&self, path: &str, raw: &str) -> Place {
        let short: String = raw.chars().take(200).collect();
        Place::Cell(Cell { header: Some(path.into()), raw: Some(short.into()), ..self.spot.cell() })
    }

    pub fn is_rejected(&self) -> bool {
        self.said.iter().any(|problem| problem.severity == Severity::Error)
    }
}
