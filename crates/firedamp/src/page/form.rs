//! Forms of pages, taken apart in one order: who sends it, whether they may, what it is about, and only
//! then what is in it. Whatever is wrong is a page that says so.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Path, Request},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use super::failed;
use crate::{
    authorisation::filing,
    store::{CaseFile, Filed},
    web::{App, Problem, access::Caller, extract::rejected},
};

/// What a form has in it.
pub(super) trait Fields: DeserializeOwned {
    /// Refuses those who may not send it.
    fn may(caller: &Caller) -> Result<(), Problem>;
}

/// What went wrong with a form, told as a page.
pub(super) struct Refused(Problem);

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        failed(&self.0)
    }
}

/// A form from somebody who may send it.
pub(super) struct Sent<T> {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) form: T,
}

impl<T: Fields> FromRequest<App> for Sent<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let caller = sender::<T>(&request)?;
        let form = fields(request, app).await?;
        Ok(Self { app: app.clone(), caller, form })
    }
}

/// A form of a case's page, from somebody who sees the case and may send it.
pub(super) struct OnCase<T> {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) file: CaseFile,
    pub(super) form: T,
}

impl<T: Fields> FromRequest<App> for OnCase<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let caller = sender::<T>(&request)?;
        let (mut parts, body) = request.into_parts();
        // No case has the number 0.
        let id = Path::<i64>::from_request_parts(&mut parts, app).await.map_or(0, |Path(id)| id);
        let file = app.store.case(id, caller.within()).await?;
        let form = fields(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), caller, file, form })
    }
}

/// A form of an authorisation's page, from somebody who sees it and may send the form.
pub(super) struct OnAuthorisation<T> {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) filed: Filed,
    pub(super) form: T,
}

impl<T: Fields> FromRequest<App> for OnAuthorisation<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let caller = sender::<T>(&request)?;
        let (mut parts, body) = request.into_parts();
        // No authorisation has the number 0.
        let id = Path::<i64>::from_request_parts(&mut parts, app).await.map_or(0, |Path(id)| id);
        let filed = filing::find(app, &caller, id).await?;
        let form = fields(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), caller, filed, form })
    }
}

fn sender<T: Fields>(request: &Request) -> Result<Caller, Problem> {
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.ok_or_else(Problem::unknown_caller)?;
    T::may(&caller)?;
    Ok(caller)
}

async fn fields<T: Fields>(request: Request, app: &App) -> Result<T, Problem> {
    let read = Form::from_request(request, app).await;
    read.map(|Form(form)| form).map_err(|error| rejected(error.status(), error.body_text()))
}
