//! What Microsoft's services are asked with: a token from the environment, or one that a registered
//! application is given for its secret and that is renewed before it ends.

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
struct Names {
    token: &'static str,
    tenant: &'static str,
    client: &'static str,
    secret: &'static str,
    scope: &'static str,
}

const MANAGEMENT: Names = Names {
    token: "AZURE_MANAGEMENT_TOKEN",
    tenant: "AZURE_TENANT_ID",
    client: "AZURE_CLIENT_ID",
    secret: "AZURE_CLIENT_SECRET",
    scope: "https://management.azure.com/.default",
};

const PARTNER_CENTER: Names = Names {
    token: "PARTNER_CENTER_TOKEN",
    tenant: "PARTNER_CENTER_TENANT_ID",
    client: "PARTNER_CENTER_CLIENT_ID",
    secret: "PARTNER_CENTER_CLIENT_SECRET",
    scope: "https://api.partnercenter.microsoft.com/.default",
};

/// A token, or the means to get one.
pub(super) struct Token {
    from: From,
    held: Option<(String, Instant)>,
}

enum From {
    Given(String),
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
    /// The token for Azure's management, or for Partner Center.
    pub(super) fn open(for_management: bool, environment: &Environment) -> Result<Self> {
        let names = if for_management { &MANAGEMENT } else { &PARTNER_CENTER };
        if let Some(token) = environment.get(names.token) {
            return Ok(Self { from: From::Given(token.to_string()), held: None });
        }
        let variable = |name: &str| {
            let value = environment.get(name);
            value.with_context(|| format!("neither {} nor {name} is set", names.token))
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", variable(names.client)?)
            .append_pair("client_secret", variable(names.secret)?)
            .append_pair("scope", names.scope)
            .finish();
        let authority = match environment.endpoint(&["AZURE_AUTHORITY_HOST"])? {
            Some(authority) => authority,
            None => Endpoint::parse(AUTHORITY)?,
        };
        let tenant = variable(names.tenant)?.to_string();
        Ok(Self { from: From::Application { authority, tenant, form }, held: None })
    }

    /// The token, asked for when there is none that lasts.
    pub(super) async fn bearer(&mut self, patience: Duration) -> Result<String> {
        let (authority, tenant, form) = match &self.from {
            From::Given(token) => return Ok(token.clone()),
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
    pub(super) fn forget(&mut self) {
        self.held = None;
    }
}
