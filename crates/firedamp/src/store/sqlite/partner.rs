//! Who the partner is: one row at most.

use async_trait::async_trait;
use sqlx::Row;

use super::{
    super::{By, Partner, Partners, Result},
    Sqlite,
};

#[async_trait]
impl Partners for Sqlite {
    async fn partner(&self) -> Result<Partner> {
        let query = "SELECT tenant, name, contact, mail, phone FROM partner";
        let Some(row) = sqlx::query(query).fetch_optional(&self.readers).await? else {
            return Ok(Partner::default());
        };
        Ok(Partner {
            tenant: row.try_get("tenant")?,
            name: row.try_get("name")?,
            contact: row.try_get("contact")?,
            mail: row.try_get("mail")?,
            phone: row.try_get("phone")?,
        })
    }

    async fn set_partner(&self, partner: &Partner, by: &By) -> Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO partner
             (id, tenant, name, contact, mail, phone, changed_by, changed_at)
             VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&partner.tenant)
        .bind(&partner.name)
        .bind(&partner.contact)
        .bind(&partner.mail)
        .bind(&partner.phone)
        .bind(&by.who)
        .bind(by.at.millis())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
