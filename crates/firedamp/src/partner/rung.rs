//! Partner Center rings here when it has an alert. Who rings is verified: the signature over the
//! body, by a certificate that is fetched from an allowed host alone, leads to a root that the operator
//! trusts, and was issued by Microsoft. Whatever the message says is not followed: the services that
//! are asked anyway are asked now. So a message that is sent again does no harm, and is told apart.

use std::{
    collections::{BTreeSet, VecDeque},
    num::NonZeroU32,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime, pem::PemObject};
use tokio::sync::watch;
use url::Url;
use webpki::{EndEntityCert, KeyUsage, ring};

use crate::{client::Outside, source::environment::Environment, web::App};

/// Where Partner Center rings, below the desk's address.
pub const PATH: &str = "/webhooks/v1/partner-center";

/// Rings a minute that are looked at.
const PER_MINUTE: u32 = 60;
/// The variables that say whom to trust.
const HOSTS: &str = "PARTNER_CENTER_CERTIFICATE_HOSTS";
const ROOTS: &str = "PARTNER_CENTER_CERTIFICATE_ROOTS";
/// Bytes of a certificate.
const CERTIFICATE_BYTES_MAX: usize = 16 << 10;
/// How long a certificate is not fetched again.
const FETCHED: Duration = Duration::from_secs(3600);
/// Hosts that certificates may come from, and messages that are known again.
const HOSTS_MAX: usize = 20;
const HEARD_MAX: usize = 10_000;
/// What a certificate's issuer is called.
const ISSUER: &[u8] = b"Microsoft Corporation";
/// Before an organisation's name in a certificate (OID 2.5.4.10).
const ORGANISATION: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x0a];
/// How a signature in a chain may be made.
const ALGORITHMS: &[&dyn rustls::pki_types::SignatureVerificationAlgorithm] = &[
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P384_SHA384,
];

/// Whom to trust.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Hosts that certificates may come from.
    pub certificate_hosts: Vec<String>,
    /// Certificates of those that issue them, PEM.
    pub roots: PathBuf,
}

impl Trust {
    /// What the environment says, if it says anything.
    ///
    /// # Errors
    /// When it says half.
    pub fn of(environment: &Environment) -> Result<Option<Self>> {
        let (hosts, roots) = (environment.get(HOSTS), environment.get(ROOTS));
        let Some((hosts, roots)) = hosts.zip(roots) else {
            ensure!(hosts.or(roots).is_none(), "{HOSTS} and {ROOTS} are set together");
            return Ok(None);
        };
        let hosts = hosts.split([',', ' ']).filter(|host| !host.is_empty());
        let certificate_hosts = hosts.map(str::to_string).collect();
        Ok(Some(Self { certificate_hosts, roots: PathBuf::from(roots) }))
    }
}

/// What listens.
pub struct Ear {
    outside: Outside,
    hosts: Vec<String>,
    roots: Vec<TrustAnchor<'static>>,
    rate: DefaultDirectRateLimiter,
    wake: watch::Sender<()>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    certificate: Option<(Url, Instant, Vec<u8>)>,
    heard: BTreeSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Memory {
    /// Whether a message is new.
    fn hear(&mut self, body: &[u8]) -> bool {
        let hash = *blake3::hash(body).as_bytes();
        if !self.heard.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > HEARD_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.heard.remove(&oldest);
        }
        true
    }
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Doubt {
    /// A header is missing or says what can't be.
    Shape(&'static str),
    /// It is not signed by whom it must be.
    Signature(&'static str),
    /// The certificate can't be had now.
    Later(&'static str),
}

impl std::fmt::Debug for Ear {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ear").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl Ear {
    /// Listens for those whom `trust` names; wakes whoever watches `wake`.
    ///
    /// # Errors
    /// When a host or a root can't be used.
    pub fn new(trust: Trust, outside: Outside, wake: watch::Sender<()>) -> Result<Self> {
        let Trust { certificate_hosts: hosts, roots } = trust;
        ensure!(!hosts.is_empty() && hosts.len() <= HOSTS_MAX, "1 to {HOSTS_MAX} hosts are named");
        let name = roots.display();
        let roots = CertificateDer::pem_file_iter(&roots)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("no certificates in `{name}`"))?;
        let anchor = |root: &CertificateDer<'_>| -> Result<TrustAnchor<'static>> {
            Ok(webpki::anchor_from_trusted_cert(root)?.to_owned())
        };
        let roots: Vec<TrustAnchor<'static>> = roots.iter().map(anchor).collect::<Result<_>>()?;
        ensure!(!roots.is_empty(), "no certificates in `{name}`");
        let most = NonZeroU32::new(PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        let rate = RateLimiter::direct(Quota::per_minute(most));
        Ok(Self { outside, hosts, roots, rate, wake, memory: Mutex::default() })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn hear(&self, headers: &HeaderMap, body: &[u8]) -> Result<bool, Doubt> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let signed = text("x-ms-signature").or_else(|| text("authorization"));
        let signature = signed.and_then(|value| value.strip_prefix("Signature "));
        let signature = signature.and_then(|value| STANDARD.decode(value.trim()).ok());
        let signature = signature.ok_or(Doubt::Signature("it is not signed"))?;
        let algorithm = text("x-ms-signature-algorithm").ok_or(Doubt::Shape("no algorithm"))?;
        if !algorithm.eq_ignore_ascii_case("rsa-sha256") {
            return Err(Doubt::Shape("the algorithm is not rsa-sha256"));
        }
        let url = text("x-ms-certificate-url").and_then(|url| Url::parse(url).ok());
        let certificate = self.certificate(url.ok_or(Doubt::Shape("no certificate"))?).await?;
        self.verify(&certificate, body, &signature)?;
        Ok(self.memory().hear(body))
    }

    /// The certificate at a URL of an allowed host.
    async fn certificate(&self, url: Url) -> Result<Vec<u8>, Doubt> {
        let host = url.host_str().unwrap_or_default();
        if !self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)) {
            return Err(Doubt::Shape("certificates of that host are not trusted"));
        }
        if let Some((known, at, certificate)) = &self.memory().certificate
            && *known == url
            && at.elapsed() < FETCHED
        {
            return Ok(certificate.clone());
        }
        let answer = self.outside.get(&url, CERTIFICATE_BYTES_MAX).await;
        let answer = answer.map_err(|_| Doubt::Later("the certificate can't be fetched"))?;
        if !answer.status.is_success() {
            return Err(Doubt::Later("the certificate is not there"));
        }
        let certificate = answer.body.to_vec();
        self.memory().certificate = Some((url, Instant::now(), certificate.clone()));
        Ok(certificate)
    }

    fn verify(&self, certificate: &[u8], body: &[u8], signature: &[u8]) -> Result<(), Doubt> {
        let der = CertificateDer::from(certificate);
        let wrong = |_| Doubt::Signature("the certificate is none");
        let certificate = EndEntityCert::try_from(&der).map_err(wrong)?;
        if !is_microsofts(certificate.issuer()) {
            return Err(Doubt::Signature("the certificate was not issued by Microsoft"));
        }
        let leads = [KeyUsage::server_auth(), KeyUsage::client_auth()].into_iter().any(|usage| {
            let now = UnixTime::now();
            let roots = &self.roots;
            certificate.verify_for_usage(ALGORITHMS, roots, &[], now, usage, None, None).is_ok()
        });
        if !leads {
            return Err(Doubt::Signature("the certificate leads to no root that is trusted"));
        }
        certificate
            .verify_signature(ring::RSA_PKCS1_2048_8192_SHA256, body, signature)
            .map_err(|_| Doubt::Signature("the signature does not hold"))
    }
}

/// Whether a name's organisation is Microsoft.
fn is_microsofts(name: &[u8]) -> bool {
    let mut rest = name;
    while let Some(at) = memchr::memmem::find(rest, ORGANISATION) {
        rest = rest.get(at + ORGANISATION.len()..).unwrap_or_default();
        // The kind of text, its length, and the text.
        if rest.get(1).is_some_and(|length| usize::from(*length) == ISSUER.len())
            && rest.get(2..2 + ISSUER.len()) == Some(ISSUER)
        {
            return true;
        }
    }
    false
}

/// Takes a message: 200 where it is believed, as Partner Center wants it.
pub async fn receive(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(ear) = app.ear.as_deref() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if ear.rate.check().is_err() {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    let Ok(body) = body else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match ear.hear(&headers, &body).await {
        Ok(is_new) => {
            if is_new {
                tracing::info!("Partner Center rang; its alerts are asked for");
                ear.wake.send_replace(());
            }
            StatusCode::OK.into_response()
        }
        Err(doubt) => {
            tracing::warn!(?doubt, "somebody rang who is not believed");
            let (status, why) = match doubt {
                Doubt::Shape(why) => (StatusCode::BAD_REQUEST, why),
                Doubt::Signature(why) => (StatusCode::UNAUTHORIZED, why),
                Doubt::Later(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
            };
            (status, why).into_response()
        }
    }
}
