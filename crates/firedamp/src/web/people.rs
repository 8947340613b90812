//! Letting people and programs in, and keeping them out: what the page and the API share.

use super::{
    App, Problem,
    access::{self, Caller, Role},
};
use serde_json::json;

pub use crate::store::INVITED_SECONDS;
use crate::store::{Action, By, Error, Holder, NAME_MAX, NewUser, OwnNotice, Partner, UserChange};

/// The longest life of a token that has an end.
pub const TOKEN_DAYS_MAX: u32 = 3650;

/// Refuses those who may not let others in.
///
/// # Errors
/// When the caller is no administrator of the whole desk.
pub fn may_let_in(caller: &Caller) -> Result<(), Problem> {
    caller.must_be(Role::Admin)?;
    caller.must_see_all()
}

/// A role by its text id.
///
/// # Errors
/// When there is no such role.
pub fn role(id: &str) -> Result<String, Problem> {
    let role = Role::from_id(id).map(|role| role.id().to_string());
    role.ok_or_else(|| Problem::invalid(format!("there is no role `{id}`")))
}

impl App {
    /// Refuses to give a case to somebody who can't come in.
    pub(crate) async fn must_be_known(
        &self,
        caller: &Caller,
        action: &Action,
    ) -> Result<(), Problem> {
        let Action::Assign(Some(person)) = action else { return Ok(()) };
        let person = person.trim();
        let is_meant = |name: &str| name.eq_ignore_ascii_case(person);
        // That nothing is no name, the store says.
        if person.is_empty() || is_meant(&caller.name) {
            return Ok(());
        }
        let users = self.store.users().await?;
        let is_person = users.iter().any(|user| !user.is_disabled && is_meant(&user.name));
        if is_person || self.store.tokens().await?.iter().any(|token| is_meant(&token.name)) {
            return Ok(());
        }
        let name: String = person.chars().take(NAME_MAX).collect();
        Err(Error::Refused(format!("nobody here is called `{name}`")).into())
    }

    /// Lets a person in; the key to choose a password with, for their eyes.
    pub(crate) async fn let_in(&self, caller: &Caller, user: &NewUser) -> Result<String, Problem> {
        self.store.add_user(user, (self.clock)()).await?;
        let (who, role) = (&user.holder.name, &user.holder.role);
        tracing::info!(by = %caller.name, who, role, "a person was let in");
        self.invite(caller, who).await
    }

    /// Gives a person another key to choose a password with.
    pub(crate) async fn invite(&self, caller: &Caller, who: &str) -> Result<String, Problem> {
        let (key, hash) = new_key()?;
        let until = (self.clock)().plus_seconds(INVITED_SECONDS);
        self.store.invite(who, &hash, until).await?;
        tracing::info!(by = %caller.name, who, "a person may choose a password");
        Ok(key)
    }

    /// Changes what a person may do.
    pub(crate) async fn change_user(
        &self,
        caller: &Caller,
        who: &str,
        change: &UserChange,
    ) -> Result<(), Problem> {
        self.store.change_user(who, change).await?;
        tracing::info!(by = %caller.name, who, ?change, "a person was changed");
        Ok(())
    }

    /// Lets a program in; its token.
    pub(crate) async fn make_token(
        &self,
        caller: &Caller,
        holder: &Holder,
        days: Option<u32>,
    ) -> Result<String, Problem> {
        let now = (self.clock)();
        let days = days.map(|days| match days {
            1..=TOKEN_DAYS_MAX => Ok(i64::from(days)),
            _ => Err(Problem::invalid(format!("a token lives 1 to {TOKEN_DAYS_MAX} days"))),
        });
        let until = days.transpose()?.map(|days| now.plus_seconds(days * 86_400));
        let name = holder.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(Problem::invalid("a token needs a short name"));
        }
        let holder = Holder { name: crate::report::shown(name), ..holder.clone() };
        let (key, hash) = new_key()?;
        self.store.add_token(&hash, &holder, now, until).await?;
        tracing::info!(by = %caller.name, who = holder.name, role = holder.role, "a token was made");
        Ok(key)
    }

    /// Says who the partner is.
    pub(crate) async fn set_partner(
        &self,
        caller: &Caller,
        partner: &Partner,
    ) -> Result<(), Problem> {
        let partner = partner.checked().map_err(Problem::invalid)?;
        let by = By { who: caller.name.clone(), at: (self.clock)() };
        self.store.set_partner(&partner, &by).await?;
        tracing::info!(by = %caller.name, "it was said who the partner is");
        Ok(())
    }

    /// Sends a receiver or a rotation of the book a test.
    pub(crate) async fn send_test(&self, caller: &Caller, to: &str) -> Result<(), Problem> {
        let now = (self.clock)();
        self.about.book.receiver(to, now).ok_or(Error::Missing("receiver"))?;
        let number = getrandom::u64().map_err(|error| Error::Refused(error.to_string()))?;
        let letter = OwnNotice {
            key: format!("test-{number:016x}"),
            kind: "test".to_string(),
            case: None,
            recipient: Some(to.to_string()),
            body: json!({"person": caller.name}).to_string(),
        };
        self.store.post(&letter, now).await?;
        tracing::info!(by = %caller.name, to, "a test is on its way");
        Ok(())
    }

    /// Ends a token.
    pub(crate) async fn end_token(&self, caller: &Caller, who: &str) -> Result<(), Problem> {
        self.store.end_token(who).await?;
        tracing::info!(by = %caller.name, who, "a token was ended");
        Ok(())
    }
}

fn new_key() -> Result<(String, [u8; 32]), Problem> {
    access::new_key().map_err(|error| Error::Refused(error.to_string()).into())
}
