//! Programs of partners, rung as Partner Center rings them: a signed message that says where there is
//! something new, and nothing of what it is. Where to is registered over the API, not in settings.

use std::sync::Arc;

use anyhow::{Context, Result};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use firedamp_core::time::Time;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::SigningKey,
};
use serde_json::{Value, json};
use url::Url;

use super::{Channel, Failure, Message, Secret};
use crate::{client::Outside, store::Registration};

/// What is rung for a case.
pub const FRAUD_EVENT: &str = "azure-fraud-event-detected";
/// What is rung for a try.
pub const TEST_EVENT: &str = "test-created";
/// Where the certificate is, below the desk's address.
const CERTIFICATE_PATH: &str = "/webhooks/v1/certificate.cer";

/// What rings.
pub struct Doorbell {
    outside: Outside,
    desk: Url,
    key: Arc<dyn SigningKey>,
    certificate: Vec<u8>,
}

impl Doorbell {
    /// Rings for the desk at `desk`, signed with an RSA key (PEM, PKCS#8); its certificate is made.
    ///
    /// # Errors
    /// When there is no such key in it.
    pub fn new(key: &Secret, desk: &Url, outside: &Outside) -> Result<Self> {
        let pem = key.reveal();
        let pair = KeyPair::from_pkcs8_pem_and_sign_algo(pem, &PKCS_RSA_SHA256)
            .context("the key of the doorbell is no RSA key (PEM, PKCS#8)")?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, "Firedamp doorbell");
        let certificate = params.self_signed(&pair)?.der().to_vec();
        let key = any_supported_type(&PrivateKeyDer::from_pem_slice(pem.as_bytes())?)?;
        Ok(Self { outside: outside.clone(), desk: desk.clone(), key, certificate })
    }

    /// The certificate by which receivers check signatures, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Whether anything is sent there.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn check(&self, url: &Url) -> std::result::Result<(), String> {
        self.outside.check(url)
    }

    /// Rings once.
    ///
    /// # Errors
    /// Whether it is worth trying again, and why it failed.
    pub async fn ring(
        &self,
        to: &Registration,
        event: &str,
        resource: &str,
        at: Time,
    ) -> std::result::Result<(), Failure> {
        let refused = |why: &str| Failure::Refused { why: why.to_string() };
        let url = Url::parse(&to.url).map_err(|_| refused("the registered URL is none"))?;
        let resource = self.address(resource);
        let body = json!({
            "EventName": event,
            "ResourceUri": resource,
            "AuditUri": Value::Null,
            "ResourceChangeUtcDate": at.to_string(),
        });
        let body = body.to_string();
        let headers = self.headers(to, body.as_bytes()).ok_or_else(|| refused("no signature"))?;
        self.outside.post(&url, headers, body).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.desk.as_str().trim_end_matches('/'))
    }

    fn headers(&self, to: &Registration, body: &[u8]) -> Option<HeaderMap> {
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])?;
        let signature = format!("Signature {}", STANDARD.encode(signer.sign(body).ok()?));
        let name = if to.own_header { "x-ms-signature" } else { "authorization" };
        let mut headers = HeaderMap::new();
        let mut add = |name: &'static str, value: &str| {
            let value = HeaderValue::from_str(value).ok()?;
            headers.insert(HeaderName::from_static(name), value);
            Some(())
        };
        add(name, &signature)?;
        add("x-ms-certificate-url", &self.address(CERTIFICATE_PATH))?;
        add("x-ms-signature-algorithm", "rsa-sha256")?;
        Some(headers)
    }
}

/// One registration, as a receiver.
pub(crate) struct Bell {
    pub(crate) doorbell: Arc<Doorbell>,
    pub(crate) to: Registration,
}

#[async_trait]
impl Channel for Bell {
    async fn send(&self, message: &Message) -> std::result::Result<(), Failure> {
        let resource = events_of(message.account.as_deref());
        self.doorbell.ring(&self.to, FRAUD_EVENT, &resource, message.at).await
    }
}

/// Where the active events of an account are, or of all.
fn events_of(account: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some((_, id)) = account.and_then(|account| account.split_once(':')) {
        query.append_pair("SubscriptionId", id);
    }
    format!("/v1/fraudEvents?{}", query.append_pair("EventStatus", "Active").finish())
}
