//! The standing and the posture of the customer whose account it is.

use super::{super::standing, Opened, written};
use crate::web::Problem;

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Some(customer) = &opened.file.row.customer else {
        let nobody = "<p class=\"empty\">No customer is named for this account.</p>";
        return Ok(nobody.to_string());
    };
    let standing = written(&standing::standing(opened.app, customer).await?)?;
    Ok(standing + &written(&standing::posture(opened.app, customer).await?)?)
}
