//! The way to the clouds' own services: object storage, queues, management. Where it leads is said
//! by the operator's environment, never by telemetry. No redirect is followed, no proxy asked.

use std::{sync::LazyLock, time::Duration};

use futures_util::StreamExt;
use object_store::{
    ClientConfigKey, ClientOptions, Error, Result,
    client::{HttpClient, HttpConnector, HttpRequest},
};
use reqwest::{Client, redirect};

pub use super::Answer;
use super::CONNECT_SECONDS;

/// How long a service may be silent while it answers; objects as a whole may take longer.
const SILENCE_SECONDS: u64 = 30;
/// How long one exchange with a service that is no object storage may take.
pub const EXCHANGE: Duration = Duration::from_secs(60);
/// How much of a refusal is told.
const REFUSAL_LETTERS_MAX: usize = 300;

/// Connects over HTTPS; over plain HTTP where the options allow it, which are for endpoints of this
/// machine and for the addresses at which clouds give their machines credentials.
#[derive(Clone, Copy, Debug)]
pub struct Cloud;

static SECURE: LazyLock<Option<Client>> = LazyLock::new(|| client(false));
static PLAIN: LazyLock<Option<Client>> = LazyLock::new(|| client(true));

fn client(allows_plain: bool) -> Option<Client> {
    // Somebody else in this process may have chosen already, and then chose the same.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .no_proxy()
        .https_only(!allows_plain)
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .read_timeout(Duration::from_secs(SILENCE_SECONDS))
        .user_agent(concat!("firedamp/", env!("CARGO_PKG_VERSION")));
    client.build().inspect_err(|error| tracing::error!(%error, "no client can be made")).ok()
}

fn chosen(allows_plain: bool) -> Result<HttpClient> {
    let client = if allows_plain { &*PLAIN } else { &*SECURE };
    let client = client.clone().ok_or_else(|| Error::NotSupported {
        source: "this machine's certificates can't be read".into(),
    })?;
    Ok(HttpClient::new(client))
}

impl HttpConnector for Cloud {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        chosen(options.get_config_value(&ClientConfigKey::AllowHttp).as_deref() == Some("true"))
    }
}

/// Sends one request, and reads an answer of at most `bytes_max`.
///
/// # Errors
/// When there is no answer in time, or too much of it; in a sentence without the URL.
pub async fn exchange(
    request: HttpRequest,
    allows_plain: bool,
    bytes_max: usize,
    patience: Duration,
) -> std::result::Result<Answer, String> {
    let client = chosen(allows_plain).map_err(|error| error.to_string())?;
    let answered = async {
        let response = client.execute(request).await.map_err(|error| innermost(&error))?;
        let (parts, body) = response.into_parts();
        let (mut pieces, mut read) = (body.bytes_stream(), Vec::new());
        while let Some(piece) = pieces.next().await {
            read.extend_from_slice(&piece.map_err(|error| innermost(&error))?);
            if read.len() > bytes_max {
                return Err(format!("answered more than {bytes_max} bytes"));
            }
        }
        Ok(Answer { status: parts.status, headers: parts.headers, body: read.into() })
    };
    tokio::time::timeout(patience, answered).await.map_err(|_| "no answer in time".to_string())?
}

/// A refusal in one line.
#[must_use]
pub fn refused(answer: &Answer) -> String {
    let said = String::from_utf8_lossy(&answer.body);
    let said: String = said.chars().take(REFUSAL_LETTERS_MAX).collect();
    format!("answered {}: {}", answer.status, crate::report::shown(&said))
}

/// The innermost cause, which names no URL.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
