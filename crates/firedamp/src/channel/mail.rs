//! People, by mail: SMTP with TLS from the first byte or STARTTLS that is insisted on; without TLS
//! only to this machine.

use std::{fs, net::IpAddr, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, Mailboxes, Message as Mail, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Deserialize;
use url::Url;

use super::{Channel, Failure, Kind, Message, Secret};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "mail", open };

/// How long the server may take for each step.
const STEP_SECONDS: u64 = 15;
/// How long it may take for all of them. Ten mails are sent one after the other within a lease.
const WHOLE_SECONDS: u64 = 25;
/// The ports of TLS from the first byte, and of submission (RFC 8314, section 7.3).
const TLS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// `smtps://host:465` for TLS, `smtp://host:587` for STARTTLS, `plain://127.0.0.1:25`.
    server: Url,
    from: String,
    to: Vec<String>,
    user: Option<String>,
    password: Option<Secret>,
    /// Certificates in PEM that are trusted besides those that the machine trusts.
    ca_file: Option<PathBuf>,
}

struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailboxes,
}

fn open(settings: toml::Table, _outside: &Outside) -> Result<Box<dyn Channel>> {
    let Settings { server, from, to, user, password, ca_file } = settings.try_into()?;
    let host = server.host_str().context("`server` names no host")?;
    // The crate that speaks TLS needs to be told with what; somebody may have told it before.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let to_host = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host);
    let parameters = || parameters(host, ca_file);
    let mut builder = match server.scheme() {
        "smtps" => to_host.port(TLS_PORT).tls(Tls::Wrapper(parameters()?)),
        "smtp" => to_host.port(SUBMISSION_PORT).tls(Tls::Required(parameters()?)),
        "plain" if is_this_machine(host) => to_host,
        "plain" => bail!("mail goes without TLS to this machine alone, not to `{host}`"),
        scheme => bail!("`server` begins with `smtps:`, `smtp:` or `plain:`, not `{scheme}:`"),
    };
    if let Some(port) = server.port() {
        builder = builder.port(port);
    }
    if let Some((user, password)) = user.zip(password) {
        builder = builder.credentials(Credentials::new(user, password.reveal().to_string()));
    }
    let transport = builder.timeout(Some(Duration::from_secs(STEP_SECONDS))).build();
    let mailbox = |text: &str| -> Result<Mailbox> {
        text.parse().with_context(|| format!("`{text}` is no address"))
    };
    let to: Mailboxes =
        to.iter().map(|one| mailbox(one)).collect::<Result<Vec<_>>>()?.into_iter().collect();
    if to.iter().next().is_none() {
        bail!("`to` names nobody");
    }
    Ok(Box::new(Post { transport, from: mailbox(&from)?, to }))
}

/// Whom to speak TLS with, and whose certificates are trusted.
fn parameters(host: &str, ca_file: Option<PathBuf>) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.trim_matches(['[', ']']).to_string());
    if let Some(path) = ca_file {
        let name = path.display();
        let pem = fs::read(&path).with_context(|| format!("cannot read `{name}`"))?;
        let trusted = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let trusted = trusted.with_context(|| format!("no certificate in `{name}`"))?;
        ensure!(!trusted.is_empty(), "no certificate in `{name}`");
        for certificate in trusted {
            let certificate = Certificate::from_der(certificate.to_vec());
            let certificate = certificate.with_context(|| format!("no certificate in `{name}`"))?;
            builder = builder.add_root_certificate(certificate);
        }
        let built = builder.build_rustls();
        return built.with_context(|| format!("no certificate in `{name}` that can be used"));
    }
    Ok(builder.build_rustls()?)
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[async_trait]
impl Channel for Post {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let mail =
            self.mail(message).map_err(|error| Failure::Refused { why: error.to_string() })?;
        let whole = Duration::from_secs(WHOLE_SECONDS);
        let Ok(sent) = tokio::time::timeout(whole, self.transport.send(mail)).await else {
            return Err(Failure::Retry { after: None, why: "no answer in time".to_string() });
        };
        match sent {
            Ok(_accepted) => Ok(()),
            Err(error) if error.is_permanent() => Err(Failure::Refused { why: said(&error) }),
            Err(error) => Err(Failure::Retry { after: None, why: said(&error) }),
        }
    }
}

impl Post {
    /// The mail; a repeat has the same id, by which mail programs know it.
    fn mail(&self, message: &Message) -> Result<Mail, lettre::error::Error> {
        let from: &Address = &self.from.email;
        let mut builder = Mail::builder()
            .message_id(Some(format!("<{}@{}>", message.key, from.domain())))
            .from(self.from.clone())
            .subject(message.rendered.subject.clone())
            .header(ContentType::TEXT_PLAIN);
        for to in self.to.iter() {
            builder = builder.to(to.clone());
        }
        builder.body(message.rendered.text.clone())
    }
}

fn said(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    crate::report::shown(&format!("{error}{cause}"))
}
