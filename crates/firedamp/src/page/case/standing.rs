//! The standing and the posture of the customer whose account it is.

use super::{
    super::{standing, view::say},
    Opened, written,
};
use crate::web::Problem;

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Some(customer) = &opened.file.row.customer else {
        let nobody = say().say("standing-none", &[]);
        return Ok(format!("<p class=\"empty\">{nobody}</p>"));
    };
    let standing = written(&standing::standing(opened.app, customer).await?)?;
    Ok(standing + &written(&standing::posture(opened.app, customer).await?)?)
}
