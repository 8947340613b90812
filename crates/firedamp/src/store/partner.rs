//! Who the partner is, for whom the desk speaks to providers.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{By, NAME_MAX, Result};

/// Letters of an address of mail (RFC 5321, 4.5.3.1.3).
const MAIL_MAX: usize = 254;
/// Letters of a telephone number, with an extension.
const PHONE_MAX: usize = 40;
/// Letters of each group of a GUID.
const GUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// The partner, and who answers there. What is not known is empty.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Partner {
    /// The tenant at Microsoft, a GUID.
    pub tenant: String,
    /// What the partner is called.
    pub name: String,
    /// Who answers questions about requests.
    pub contact: String,
    /// Their mail.
    pub mail: String,
    /// Their telephone.
    pub phone: String,
}

impl Partner {
    /// The same without spaces around, the tenant in lower case.
    ///
    /// # Errors
    /// What can't be meant.
    pub fn checked(&self) -> std::result::Result<Self, &'static str> {
        let partner = Self {
            tenant: self.tenant.trim().to_ascii_lowercase(),
            name: self.name.trim().to_string(),
            contact: self.contact.trim().to_string(),
            mail: self.mail.trim().to_string(),
            phone: self.phone.trim().to_string(),
        };
        let is_at_most = |text: &str, most: usize| {
            text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        if !partner.tenant.is_empty() && !is_guid(&partner.tenant) {
            return Err("a tenant is a GUID, such as 00001111-2222-3333-4444-555566667777");
        }
        if !is_at_most(&partner.name, NAME_MAX) || !is_at_most(&partner.contact, NAME_MAX) {
            return Err("a name has 80 letters at most, in one line");
        }
        if !is_at_most(&partner.phone, PHONE_MAX) {
            return Err("a telephone number has 40 letters at most, in one line");
        }
        let mail = partner.mail.as_str();
        let is_fine = mail.is_empty() || is_at_most(mail, MAIL_MAX) && is_mail(mail);
        if !is_fine {
            return Err("an address of mail has one `@` with something before and after it");
        }
        Ok(partner)
    }

    /// Who answers and how, in a line; empty where nobody is named.
    #[must_use]
    pub fn reached(&self) -> String {
        let parts = [&self.contact, &self.mail, &self.phone];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// Whether a request says all of the partner that its form asks for.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        let has_way = !self.mail.is_empty() || !self.phone.is_empty();
        !self.tenant.is_empty() && !self.contact.is_empty() && has_way
    }
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq(GUID_GROUPS) && groups.iter().all(is_hex)
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    let fits = |part: &str| !part.is_empty() && !part.contains(['@', ' ', '<', '>', ',']);
    parts.is_some_and(|(person, host)| fits(person) && fits(host))
}

/// The partner.
#[async_trait]
pub trait Partners: Send + Sync {
    /// Who it is; everything empty before somebody said so.
    async fn partner(&self) -> Result<Partner>;
    /// Says who it is, in place of what was said before.
    async fn set_partner(&self, partner: &Partner, by: &By) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "00001111-2222-3333-4444-AAAABBBBCCCC";

    #[test]
    fn a_partner_is_what_can_be_meant() {
        let partner = Partner {
            tenant: format!(" {TENANT} "),
            contact: "Ada".to_string(),
            mail: "desk@partner.example".to_string(),
            ..Partner::default()
        };
        let checked = partner.checked().expect("a partner");
        assert_eq!(checked.tenant, TENANT.to_ascii_lowercase());
        assert!(checked.is_complete() && !Partner::default().is_complete());
        assert_eq!(checked.reached(), "Ada, desk@partner.example");
        assert_eq!(Partner::default().checked(), Ok(Partner::default()), "it may be taken back");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let of = |tenant: &str, mail: &str, name: &str| Partner {
            tenant: tenant.to_string(),
            mail: mail.to_string(),
            name: name.to_string(),
            ..Partner::default()
        };
        let long = "n".repeat(NAME_MAX + 1);
        for wrong in [
            of("contoso", "", ""),
            of("0000111122223333444455556666777788889", "", ""),
            of("00001111-2222-3333-4444-55556666777g", "", ""),
            of("", "desk", ""),
            of("", "@partner.example", ""),
            of("", "a@b@c.example", ""),
            of("", "", &long),
            of("", "", "two\nlines"),
        ] {
            assert!(wrong.checked().is_err(), "{wrong:?}");
        }
    }
}
