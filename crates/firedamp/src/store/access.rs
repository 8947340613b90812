//! Who may come in: programs with a token, people with a password, and the sessions of both.

use async_trait::async_trait;
use firedamp_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::Result;
use crate::language::Language;

/// A person or a program that came in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// Its role, by its text id.
    pub role: String,
    /// The customer or reseller whose part of the tree it may see; all of it where none is named.
    pub scope: Option<String>,
}

/// A token as those who let others in see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenRow {
    /// The name that is written down for what it does.
    pub name: String,
    /// Its role, by its text id.
    pub role: String,
    /// The customer or reseller whose part of the tree it opens.
    pub scope: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Time,
    /// When it stops opening anything, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
}

/// Somebody who is to be let in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewUser {
    /// Who, what they may do, and where.
    pub holder: Holder,
    /// The language of what they are written.
    pub language: Language,
}

/// A person who may come in, without the secrets.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserRow {
    /// The name that they sign in with, and that is written down for what they do.
    pub name: String,
    /// Their role, by its text id.
    pub role: String,
    /// The customer or reseller whose part of the tree they see.
    pub scope: Option<String>,
    /// The language of what they are written.
    #[schema(schema_with = crate::schema::language)]
    pub language: Language,
    /// Whether they are kept out.
    pub is_disabled: bool,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// When they were let in first, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Time,
    /// When they last did something, to the minute, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Time>,
    /// Until when a one-time key lets them choose a password, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub invited_until: Option<Time>,
}

/// What is changed of a person; what is not named stays.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UserChange {
    /// Another role, by its text id.
    pub role: Option<String>,
    /// Another part of the tree; `Some(None)` is all of it.
    pub scope: Option<Option<String>>,
    /// Another language.
    pub language: Option<Language>,
    /// Kept out, or let in again.
    pub is_disabled: Option<bool>,
}

/// Whose session is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Owner<'a> {
    /// A person's, by name.
    User(&'a str),
    /// Of whoever holds the token of this name.
    Token(&'a str),
}

/// A session that begins.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Of its key.
    pub hash: [u8; 32],
    /// Whose.
    pub owner: Owner<'a>,
    /// When.
    pub at: Time,
    /// Until when at most.
    pub until: Time,
    /// The address that it comes from.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
}

/// A session that goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// Whose, with the role and the part of the tree that they have at this moment.
    pub holder: Holder,
    /// The person's language; nothing for a token.
    pub language: Option<Language>,
    /// When something was done in it last.
    pub seen_at: Time,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// When it was opened, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    pub opened_at: Time,
    /// When something was done in it last, to the minute, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    pub seen_at: Time,
    /// The address that it came from.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
}

/// How long a key to choose a password with is good.
pub const INVITED_SECONDS: i64 = 86_400;
/// So far may clocks be apart that are right. What was done later than this from now was done by a clock
/// that ran ahead and was set back since.
pub const AHEAD_SECONDS: i64 = 300;

/// Who may come in. Hashes alone are kept: who reads the file gets no key to the door.
#[async_trait]
pub trait Access: Send + Sync {
    /// Lets a program in, by the hash of its token, until `until`.
    async fn add_token(
        &self,
        hash: &[u8; 32],
        holder: &Holder,
        at: Time,
        until: Option<Time>,
    ) -> Result<()>;
    /// Whether anybody was ever let in.
    async fn is_claimed(&self) -> Result<bool>;
    /// Whose token it is.
    async fn token(&self, hash: &[u8; 32], at: Time) -> Result<Option<Holder>>;
    /// Every token, by name.
    async fn tokens(&self) -> Result<Vec<TokenRow>>;
    /// Ends a token, with the sessions that it opened.
    async fn end_token(&self, name: &str) -> Result<()>;
    /// Tokens that a clock made which ran ahead, and was set back, live as long as if they were made at
    /// `at`; how many there were.
    async fn set_back_tokens(&self, at: Time) -> Result<u64>;

    /// Lets a person in, who has no password yet.
    async fn add_user(&self, user: &NewUser, at: Time) -> Result<()>;
    /// Everybody, by name.
    async fn users(&self) -> Result<Vec<UserRow>>;
    /// Changes what a person may do. Refused when nobody would be left to let others in.
    async fn change_user(&self, name: &str, change: &UserChange) -> Result<()>;
    /// The hash of a person's password; nothing when there is none, no such person, or they are
    /// kept out.
    async fn password(&self, name: &str) -> Result<Option<String>>;
    /// Gives a person another password and ends their sessions, but not the one numbered `but`.
    async fn set_password(&self, name: &str, password: &str, but: Option<i64>) -> Result<()>;
    /// Lets a person choose a password once, with the key of this hash; the old one still counts. A key
    /// that a clock gave which ran ahead is none when it was set back.
    async fn invite(&self, name: &str, hash: &[u8; 32], until: Time) -> Result<()>;
    /// Takes an invitation: the password counts, sessions end, and the key opens nothing any more.
    /// Whose it was; nothing when nobody is invited with it.
    async fn accept(&self, hash: &[u8; 32], password: &str, at: Time) -> Result<Option<String>>;

    /// Opens a session.
    async fn open_session(&self, session: &NewSession<'_>) -> Result<()>;
    /// The session of this key, if something was done in it since `idle_since`. One in which something
    /// was done by a clock that ran ahead, and was set back, is none: nobody knows how old it is.
    async fn session(&self, hash: &[u8; 32], at: Time, idle_since: Time)
    -> Result<Option<Session>>;
    /// Something is done in a session, by a person who is seen.
    async fn touch_session(&self, id: i64, at: Time) -> Result<()>;
    /// What a person has open, the latest first.
    async fn sessions(&self, user: &str, at: Time, idle_since: Time) -> Result<Vec<SessionRow>>;
    /// Ends a session.
    async fn end_session(&self, hash: &[u8; 32]) -> Result<()>;
    /// Ends one of a person's sessions.
    async fn end_session_of(&self, user: &str, id: i64) -> Result<()>;
    /// Forgets sessions that ended before `at`, in which nothing was done since `idle_since`, or of which
    /// nobody knows how old they are.
    async fn forget_sessions(&self, at: Time, idle_since: Time) -> Result<u64>;
}
