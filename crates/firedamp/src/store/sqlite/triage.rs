//! The store's promises about triage, each a call of the module that keeps them.

use async_trait::async_trait;
use firedamp_core::{
    authorisation::{Authorisation, Verdict},
    checklist::Mark,
    time::Time,
};
use sqlx::SqliteConnection;

use super::{
    super::{
        Answered, AuthorisationFilter, Authorisations, By, Casework, Contact, Decision, Fact,
        Filed, Knowledge, Letter, Question, Result, Sending, Taken, Topic,
    },
    Sqlite, authorisations, casework, knowledge, reminders,
};

#[async_trait]
impl Authorisations for Sqlite {
    async fn propose(&self, one: &Authorisation, by: &By) -> Result<i64> {
        writing!(self, |connection| authorisations::propose(connection, one, by).await?)
    }

    async fn decide(&self, number: i64, decision: Decision, by: &By) -> Result<Filed> {
        writing!(self, |connection| authorisations::decide(connection, number, decision, by)
            .await?)
    }

    async fn authorisations(&self, filter: &AuthorisationFilter) -> Result<Vec<Filed>> {
        authorisations::list(&self.readers, filter).await
    }

    async fn verdict(&self, case: i64) -> Result<Verdict> {
        authorisations::verdict_of(&self.readers, case).await
    }

    async fn remind(&self, now: Time) -> Result<u64> {
        reminders::remind(self, now).await
    }
}

#[async_trait]
impl Knowledge for Sqlite {
    async fn learn(&self, subject: Topic, facts: &[Fact]) -> Result<u64> {
        writing!(self, |connection| knowledge::learn(connection, subject, facts).await?)
    }

    async fn strangers(&self, parties: &[String]) -> Result<Vec<String>> {
        knowledge::strangers(&self.readers, parties).await
    }

    async fn known(&self, subject: Topic, party: &str) -> Result<Vec<Fact>> {
        knowledge::known(&self.readers, subject, party).await
    }
}

#[async_trait]
impl Casework for Sqlite {
    async fn ask_customer(&self, question: &Question, by: &By) -> Result<i64> {
        writing!(self, |connection| casework::ask(connection, question, by).await?)
    }

    async fn letters(&self, now: Time) -> Result<Vec<Letter>> {
        casework::letters(&self.readers, now).await
    }

    async fn sent(&self, contact: i64, sending: &Sending, at: Time) -> Result<()> {
        writing!(self, |connection| casework::sent(connection, contact, sending, at).await?)
    }

    async fn answered(&self, contact: i64, answered: &Answered) -> Result<()> {
        writing!(self, |connection| casework::answered(connection, contact, answered).await?)
    }

    async fn contacts(&self, case: i64) -> Result<Vec<Contact>> {
        casework::contacts(&self.readers, case).await
    }

    async fn take_step(
        &self,
        case: i64,
        step: &str,
        result: Option<(Mark, &str)>,
        by: &By,
    ) -> Result<()> {
        writing!(self, |connection| casework::take_step(connection, case, step, result, by).await?)
    }

    async fn steps(&self, case: i64) -> Result<Vec<Taken>> {
        casework::steps(&self.readers, case).await
    }
}
