//! Mails about abuse, from a mailbox of their own: opened to be read alone, each mail fetched once
//! without marking it, and kept as it came.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use firedamp_core::time::Time;
use percent_encoding::percent_decode_str;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{
    Around, Ask, PULLED,
    imap::{Credentials, Opened, Session},
    keep,
};
use crate::{channel::Secret, observe, source::environment::Environment};

/// The wait between two rounds.
const PAUSE: Duration = Duration::from_secs(300);
/// How long one round may take; what came until then is kept.
const ROUND: Duration = Duration::from_secs(900);
/// Mails that came longer ago are not fetched.
const SINCE_DAYS: i64 = 30;
/// Bytes of a mail that are fetched: what is written comes first, attachments after it.
const MAIL_BYTES_MAX: usize = 1 << 20;
/// Numbers of mails that are searched at once, so that the answer is no longer than a line may be.
const SEARCHED: u32 = 50_000;
/// Letters of an address.
const ADDRESS_MAX: usize = 500;
/// Ports of TLS from the first byte, and of none.
const TLS_PORT: u16 = 993;
const PLAIN_PORT: u16 = 143;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where a mailbox is: `imaps://user@host/INBOX`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Address {
    user: String,
    host: String,
    port: u16,
    mailbox: String,
    /// Plain, which stays on this machine.
    is_plain: bool,
}

impl Address {
    /// Whether this may be one.
    pub(super) fn begins(text: &str) -> bool {
        text.starts_with("imap")
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        ensure!(text.len() <= ADDRESS_MAX, "is longer than {ADDRESS_MAX} letters");
        let url = Url::parse(text).context("is no URL like imaps://user@host/INBOX")?;
        ensure!(
            url.password().is_none(),
            "the password stands in IMAP_PASSWORD or IMAP_PASSWORD_FILE, never here"
        );
        let host = url.host_str().context("names no host")?.trim_matches(['[', ']']).to_string();
        // Of a scheme that is no web's, the host is not read as an address.
        let is_here = host == "localhost"
            || matches!(Host::parse(&host), Ok(Host::Ipv4(address)) if address.is_loopback())
            || host == "::1";
        let is_plain = match url.scheme() {
            "imaps" => false,
            "imap" if is_here => true,
            "imap" => bail!("mailboxes elsewhere are read over TLS alone: imaps://"),
            _ => bail!("begins with imaps://"),
        };
        let decoded = |text: &str| -> Result<String> {
            let text = percent_decode_str(text).decode_utf8().context("is no UTF-8")?;
            ensure!(!text.contains(char::is_control), "holds what no name can");
            Ok(text.into_owned())
        };
        let user = decoded(url.username())?;
        ensure!(!user.is_empty(), "names no user: imaps://user@host/INBOX");
        let mailbox = decoded(url.path().trim_start_matches('/'))?;
        let mailbox = if mailbox.is_empty() { "INBOX".to_string() } else { mailbox };
        let usual = if is_plain { PLAIN_PORT } else { TLS_PORT };
        Ok(Self { user, host, port: url.port().unwrap_or(usual), mailbox, is_plain })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_plain { "imap" } else { "imaps" };
        let Self { user, host, port, mailbox, .. } = self;
        write!(formatter, "{scheme}://{}@{host}:{port}/{mailbox}", user.replace('@', "%40"))
    }
}

/// One mailbox.
pub(super) struct Mailbox {
    address: Address,
    tls: Option<TlsConnector>,
    shows: Shows,
    folder: PathBuf,
}

/// What is shown for the right to read.
enum Shows {
    Password(Secret),
    /// Where the token is, read anew each time.
    Token(String),
}

impl Mailbox {
    pub(super) fn open(
        address: Address,
        data: &std::path::Path,
        environment: &Environment,
    ) -> Result<Self> {
        let shows = match (environment.get("IMAP_TOKEN_FILE"), environment.get("IMAP_PASSWORD")) {
            (Some(path), _) => Shows::Token(format!("file:{path}")),
            (None, Some(password)) => Shows::Password(Secret::given(password)),
            (None, None) => {
                bail!("none of IMAP_PASSWORD, IMAP_PASSWORD_FILE and IMAP_TOKEN_FILE is set")
            }
        };
        let roots = environment.get("IMAP_CA_FILE");
        let tls = (!address.is_plain).then(|| connector(roots)).transpose()?;
        Ok(Self { address, tls, shows, folder: data.join(PULLED).join("mail") })
    }

    async fn connected(&self) -> Result<Box<dyn Stream>> {
        let Address { host, port, .. } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await.context("not reached")?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(host.clone()).context("the host's name")?;
        Ok(Box::new(tls.connect(name, stream).await.context("TLS with the mailbox")?))
    }

    /// All mails that are new; how many were not as they are known.
    async fn read(&self, around: &Around, now: Time) -> Result<u64> {
        let connected = tokio::time::timeout(around.patience, self.connected()).await;
        let stream = connected.context("no answer in time")??;
        let mut session = Session::greeted(stream, around.patience, MAIL_BYTES_MAX).await?;
        self.authenticate(&mut session).await?;
        let opened = session.examine(&self.address.mailbox).await?;
        let known = around.store.position(&around.name).await?;
        let last = known.and_then(|known| last_of(&known, opened.validity)).unwrap_or_default();
        let written = self.new_ones(around, &mut session, opened, last, now).await?;
        session.leave().await;
        Ok(written)
    }

    async fn authenticate(&self, session: &mut Session<Box<dyn Stream>>) -> Result<()> {
        let user = &self.address.user;
        match &self.shows {
            Shows::Password(secret) => {
                session.authenticate(user, &Credentials::Password(secret.reveal())).await
            }
            Shows::Token(reference) => {
                let token = Secret::try_from(reference.clone()).map_err(anyhow::Error::msg)?;
                session.authenticate(user, &Credentials::Token(token.reveal())).await
            }
        }
    }

    async fn new_ones(
        &self,
        around: &Around,
        session: &mut Session<Box<dyn Stream>>,
        opened: Opened,
        last: u32,
        now: Time,
    ) -> Result<u64> {
        let since = day(now.plus_seconds(-SINCE_DAYS * 86_400));
        let (mut from, mut written, mut fetched) = (last.saturating_add(1), 0, 0);
        while opened.next.is_none_or(|next| from < next) {
            let until = opened.next.map(|next| (next - 1).min(from.saturating_add(SEARCHED)));
            for number in session.search(from, until, &since).await? {
                if let Some(mail) = session.fetch(number).await? {
                    written += u64::from(self.keep(around, mail).await?);
                    fetched += 1;
                }
                note(around, opened.validity, number).await?;
            }
            let Some(until) = until else { break };
            note(around, opened.validity, until).await?;
            from = until.saturating_add(1);
        }
        observe::source(&around.name, "mails", fetched);
        Ok(written)
    }

    /// A mail is called by what it is: numbers change when a mailbox is made anew.
    async fn keep(&self, around: &Around, mail: Vec<u8>) -> Result<bool> {
        let name = blake3::hash(&mail).to_hex()[..32].to_string();
        let (data, path) = (around.data.clone(), self.folder.join(format!("{name}.eml")));
        let kept = tokio::task::spawn_blocking(move || keep(&data, &path, &mail)).await?;
        kept.context("cannot keep a mail")
    }
}

/// A connection, over TLS or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

#[async_trait]
impl Ask for Mailbox {
    fn pause(&self) -> Duration {
        PAUSE
    }

    async fn round(&mut self, around: &Around, now: Time) -> Result<u64> {
        let read = tokio::time::timeout(ROUND, self.read(around, now)).await;
        read.context("the mailbox takes too long; the rest is fetched next time")?
    }
}

/// Remembers how far a mailbox was read.
async fn note(around: &Around, validity: u32, number: u32) -> Result<()> {
    Ok(around.store.set_position(&around.name, &format!("{validity}:{number}")).await?)
}

/// The last mail that was read, if its number still means what it meant.
fn last_of(known: &str, validity: u32) -> Option<u32> {
    let (under, last) = known.split_once(':')?;
    (under.parse() == Ok(validity)).then(|| last.parse().ok())?
}

/// A day as IMAP writes it: `1-Mar-2026`.
fn day(time: Time) -> String {
    let (year, month, day) = time.date();
    let month = MONTHS.get(usize::from(month).saturating_sub(1)).unwrap_or(&MONTHS[0]);
    format!("{day}-{month}-{year:04}")
}

/// Speaks TLS with servers that this machine trusts, or with those alone that `roots` names.
fn connector(roots: Option<&str>) -> Result<TlsConnector> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    let Some(path) = roots else {
        let config = builder.with_platform_verifier().context("this machine's certificates")?;
        return Ok(TlsConnector::from(Arc::new(config.with_no_client_auth())));
    };
    let mut store = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<CertificateDer<'static>> =
        certificates.with_context(|| format!("no certificates in `{path}`"))?;
    for certificate in certificates {
        store.add(certificate).with_context(|| format!("a certificate in `{path}`"))?;
    }
    ensure!(!store.is_empty(), "no certificates in `{path}`");
    let config = builder.with_root_certificates(store).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_no_password_and_speak_plainly_here_alone() {
        let read = |text: &str| Address::parse(text).map(|address| address.to_string());
        for (text, shown) in [
            ("imaps://desk@mail.example", "imaps://desk@mail.example:993/INBOX"),
            (
                "imaps://a%40b.example@mail.example:1993/Abuse%20in",
                "imaps://a%40b.example@mail.example:1993/Abuse in",
            ),
            ("imap://desk@127.0.0.1:2143/INBOX", "imap://desk@127.0.0.1:2143/INBOX"),
        ] {
            assert_eq!(read(text).expect(text), shown);
        }
        for text in [
            "imap://desk@mail.example/INBOX",
            "imap://desk@192.0.2.1/INBOX",
            "imaps://desk:secret@mail.example/INBOX",
            "imaps://mail.example/INBOX",
            "imaps://desk@mail.example/a%0d%0ab",
            "imapx://desk@mail.example",
            "imaps://",
        ] {
            let error = format!("{:#}", Address::parse(text).expect_err(text));
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_position_holds_as_long_as_the_mailbox_does() {
        assert_eq!(last_of("7:12", 7), Some(12));
        for known in ["8:12", "7", "", "7:x", "7:99999999999"] {
            assert_eq!(last_of(known, 7), None, "{known}");
        }
        assert_eq!(day(Time::from_seconds(1_772_323_200)), "1-Mar-2026");
    }
}
