//! What Microsoft's services are asked with: a token from the environment; one from a file, which
//! another program renews; one that a registered application is given for its secret, or for what a
//! person left it when he signed in with a second factor. The last ones are renewed before they end.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use axum::http::{Method, Request, header};
use object_store::client::HttpRequestBody;
use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    channel::Secret,
    client::cloud,
    source::environment::{Endpoint, Environment},
};

/// Who gives tokens.
const AUTHORITY: &str = "https://login.microsoftonline.com/";
/// Bytes of an answer with a token.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// A token is renewed so long before it ends.
const EARLY: Duration = Duration::from_secs(300);
/// The longest time that a token is believed to last.
const LIFE_SECONDS_MAX: u64 = 86_400;

/// Names of the variables, and for what the token is.
#[derive(Debug)]
pub(crate) struct Names {
    token: &'static str,
    /// The variable that names a file with it.
    file: &'static str,
    tenant: &'static str,
    client: &'static str,
    secret: &'static str,
    /// What a person left who signed in; most services give an application alone its token.
    refresh: Option<&'static str>,
    scope: &'static str,
}

/// For Azure's management.
pub(crate) const MANAGEMENT: Names = Names {
    token: "AZURE_MANAGEMENT_TOKEN",
    file: "AZURE_MANAGEMENT_TOKEN_FILE",
    tenant: "AZURE_TENANT_ID",
    client: "AZURE_CLIENT_ID",
    secret: "AZURE_CLIENT_SECRET",
    refresh: None,
    scope: "https://management.azure.com/.default",
};

/// For Partner Center.
pub(crate) const PARTNER_CENTER: Names = Names {
    token: "PARTNER_CENTER_TOKEN",
    file: "PARTNER_CENTER_TOKEN_FILE",
    tenant: "PARTNER_CENTER_TENANT_ID",
    client: "PARTNER_CENTER_CLIENT_ID",
    secret: "PARTNER_CENTER_CLIENT_SECRET",
    refresh: Some("PARTNER_CENTER_REFRESH_TOKEN"),
    scope: "https://api.partnercenter.microsoft.com/.default",
};

/// For Graph, by the application that is registered for Partner Center.
pub(crate) const GRAPH: Names = Names {
    token: "GRAPH_TOKEN",
    file: "GRAPH_TOKEN_FILE",
    scope: "https://graph.microsoft.com/.default",
    ..PARTNER_CENTER
};

/// A token, or the means to get one.
pub(crate) struct Token {
    from: From,
    held: Option<(String, Instant)>,
}

enum From {
    Given(String),
    File(String),
    Application { authority: Endpoint, tenant: String, form: String },
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: u64,
}

impl Token {
    /// A token as the environment says.
    ///
    /// # Errors
    /// When it does not say enough.
    pub(crate) fn open(names: &Names, environment: &Environment) -> Result<Self> {
        let from = match (environment.get(names.file), environment.get(names.token)) {
            (Some(path), _) => From::File(format!("file:{path}")),
            (None, Some(token)) => From::Given(token.to_string()),
            (None, None) => application(names, environment)?,
        };
        Ok(Self { from, held: None })
    }

    /// Whether another one may be had when this one is refused.
    pub(crate) fn is_renewable(&self) -> bool {
        !matches!(self.from, From::Given(_))
    }

    /// The token, asked for when there is none that lasts.
    ///
    /// # Errors
    /// When there is none to be had, without what was sent for it.
    pub(crate) async fn bearer(&mut self, patience: Duration) -> Result<String> {
        let (authority, tenant, form) = match &self.from {
            From::Given(token) => return Ok(token.clone()),
            From::File(reference) => {
                let token = Secret::try_from(reference.clone());
                return Ok(token.map_err(anyhow::Error::msg)?.reveal().to_string());
            }
            From::Application { authority, tenant, form } => (authority, tenant, form),
        };
        if let Some((token, until)) = &self.held
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let mut url = authority.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend([tenant.as_str(), "oauth2", "v2.0", "token"]);
        }
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(HttpRequestBody::from(form.clone()))?;
        let answer = cloud::exchange(request, authority.is_plain, ANSWER_BYTES_MAX, patience).await;
        let answer = answer.map_err(|error| anyhow!("no token: {error}"))?;
        if !answer.status.is_success() {
            bail!("no token: {}", cloud::refused(&answer));
        }
        // What can't be read is not shown: it may hold the token.
        let given: Given = serde_json::from_slice(&answer.body)
            .map_err(|_| anyhow!("no token: the answer is none"))?;
        let life = Duration::from_secs(given.expires_in.min(LIFE_SECONDS_MAX));
        let until = Instant::now() + life.saturating_sub(EARLY);
        self.held = Some((given.access_token.clone(), until));
        Ok(given.access_token)
    }

    /// It was refused: the next one is a new one.
    pub(crate) fn forget(&mut self) {
        self.held = None;
    }
}

/// What an application asks for a token with.
fn application(names: &Names, environment: &Environment) -> Result<From> {
    let variable = |name: &str| {
        let value = environment.get(name);
        value.with_context(|| format!("neither {} nor {name} is set", names.token))
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    match names.refresh.and_then(|name| environment.get(name)) {
        Some(left) => {
            form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", left);
        }
        None => {
            form.append_pair("grant_type", "client_credentials");
        }
    }
    form.append_pair("client_id", variable(names.client)?)
        .append_pair("client_secret", variable(names.secret)?)
        .append_pair("scope", names.scope);
    let authority = match environment.endpoint(&["AZURE_AUTHORITY_HOST"])? {
        Some(authority) => authority,
        None => Endpoint::parse(AUTHORITY)?,
    };
    let tenant = variable(names.tenant)?.to_string();
    Ok(From::Application { authority, tenant, form: form.finish() })
}
