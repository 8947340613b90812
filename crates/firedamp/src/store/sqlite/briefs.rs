//! Briefs, beside the states that they are made from.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::id::Account;
use sqlx::Row;

use super::{
    super::{Result, brief::Briefs},
    Sqlite,
};

#[async_trait]
impl Briefs for Sqlite {
    async fn briefs(&self, version: &str) -> Result<BTreeMap<Account, Vec<u8>>> {
        let query = "SELECT account, body FROM brief JOIN account USING (account)
                     WHERE version = ? AND changed = 0";
        let rows = sqlx::query(query).bind(version).fetch_all(&self.readers).await?;
        let mut briefs = BTreeMap::new();
        for row in &rows {
            let account: String = row.try_get(0)?;
            if let Some(account) = Account::parse(&account) {
                briefs.insert(account, row.try_get(1)?);
            }
        }
        Ok(briefs)
    }

    async fn keep_briefs(&self, version: &str, briefs: &[(Account, Vec<u8>)]) -> Result<()> {
        let mut transaction = self.begin().await?;
        for (account, body) in briefs {
            sqlx::query(
                "INSERT INTO brief (account, version, body) VALUES (?, ?, ?)
                 ON CONFLICT (account) DO UPDATE SET version = excluded.version,
                 body = excluded.body",
            )
            .bind(account.to_string())
            .bind(version)
            .bind(body)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
