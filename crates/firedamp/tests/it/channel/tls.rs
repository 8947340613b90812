//! Mail over TLS, to a mail server that is not ours (`aiosmtpd`), and to servers that hang; webhooks over
//! TLS to a server with a certificate of its own.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use firedamp::{
    channel::Failure,
    store::Sqlite,
    web::{App, serve_over, tls::Tls},
};
use firedamp_core::time::Time;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

use super::{SECRET, is_refused, mail::Post, message, open, secret};
use crate::{outside, program::Folder};

/// A mail server with a certificate of its own, and where it puts what it takes.
struct Office {
    folder: Folder,
    server: outside::Server,
}

impl Office {
    /// Speaks TLS from the first byte, or after STARTTLS, which it insists on.
    fn open(is_implicit: bool) -> Option<Self> {
        let program = outside::python("aiosmtpd")?;
        let folder = Folder::new();
        let names = vec!["localhost".to_string(), "127.0.0.1".to_string()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = folder.write("certificate.pem", made.cert.pem());
        let key = folder.write("key.pem", made.signing_key.serialize_pem());
        let port = outside::free_port();
        let (takes_certificate, takes_key) =
            if is_implicit { ("--smtpscert", "--smtpskey") } else { ("--tlscert", "--tlskey") };
        let mut command = Command::new(program);
        command.arg("-n").args(["-l", &format!("127.0.0.1:{port}")]);
        command.arg(takes_certificate).arg(certificate).arg(takes_key).arg(key);
        command.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(folder.path("mail"));
        let server = outside::Server::start(&mut command, port);
        Some(Self { folder, server })
    }

    fn settings(&self, scheme: &str, trusted: Option<PathBuf>) -> String {
        let port = self.server.address.port();
        let trusted = trusted.map(|path| format!("ca_file = '{}'\n", path.display()));
        format!(
            "server = '{scheme}://localhost:{port}'\nfrom = 'desk@desk.example'\n\
             to = ['abuse@partner.example']\n{}",
            trusted.unwrap_or_default()
        )
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path("certificate.pem")
    }

    fn taken(&self) -> Vec<String> {
        let new = fs::read_dir(self.folder.path("mail/new"));
        let files = new.into_iter().flatten().filter_map(Result::ok);
        files.map(|file| fs::read_to_string(file.path()).expect("a mail")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_tls_to_a_server_whose_certificate_is_trusted() {
    for (is_implicit, scheme) in [(true, "smtps"), (false, "smtp")] {
        let Some(office) = Office::open(is_implicit) else { return };
        let stranger = open("mail", &office.settings(scheme, None)).expect("a channel");
        let sent = stranger.send(&message("k")).await;
        let Err(Failure::Retry { why, .. }) = &sent else { panic!("{scheme}: {sent:?}") };
        assert!(why.contains("certificate"), "{scheme}: {why}");
        assert_eq!(office.taken(), Vec::<String>::new(), "{scheme}: nothing for a stranger");
        let settings = office.settings(scheme, Some(office.certificate()));
        let known = open("mail", &settings).expect("a channel");
        assert_eq!(known.send(&message("case-7-1")).await, Ok(()), "{scheme}");
        let mails = office.taken();
        assert_eq!(mails.len(), 1, "{scheme}");
        assert!(mails[0].contains("Message-ID: <case-7-1@desk.example>"), "{}", mails[0]);
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_has_no_starttls() {
    let server = Post::open(Vec::new()).await;
    let settings = server.settings().replace("plain:", "smtp:");
    let sent = open("mail", &settings).expect("a channel").send(&message("k")).await;
    assert!(sent.is_err(), "{sent:?}");
    assert_eq!(server.got(), Vec::new());
}

#[tokio::test]
async fn a_file_of_certificates_that_is_none_is_named() {
    let folder = Folder::new();
    let junk = folder.write("junk.pem", "no certificate");
    let path = junk.display();
    for file in ["/nowhere.pem".to_string(), path.to_string()] {
        let settings = format!(
            "server = 'smtps://mail.example'\nfrom = 'a@a.example'\nto = ['b@b.example']\n\
             ca_file = '{file}'"
        );
        let error = open("mail", &settings).err().expect("an error");
        assert!(format!("{error:#}").contains(&file), "{error:#}");
    }
}

/// Whoever knows the certificate is answered, if only that there is nothing.
#[tokio::test]
async fn a_webhook_goes_to_a_server_whose_certificate_is_trusted() {
    let folder = Folder::new();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_string()]);
    let made = made.expect("a certificate");
    let certificate = folder.write("certificate.pem", made.cert.pem());
    let key = folder.write("key.pem", made.signing_key.serialize_pem());
    let tls = Tls::read(&certificate, &key).expect("both fit");
    let store = Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
    let app = App::new(store, folder.path("pushed"), || Time::from_seconds(1_775_000_000));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let address = (std::net::Ipv4Addr::LOCALHOST, 0).into();
    let served = serve_over(app, address, Some(&tls), stopping).await.expect("served");
    let url = format!("https://{}/nothing", served.address);
    let trusted = format!("\nca_file = '{}'", certificate.display());
    for id in super::OVER_HTTP {
        let settings = match id {
            "webhook" => format!("url = '{url}'\nsecret = '{}'", secret(&folder, SECRET)),
            "pagerduty" => format!("url = '{url}'\nrouting_key = '{}'", secret(&folder, "R0UT1NG")),
            _ => format!("url = '{}'", secret(&folder, &url)),
        };
        let sent = open(id, &settings).expect("a channel").send(&message("k")).await;
        let Err(Failure::Retry { why, .. }) = &sent else { panic!("{id}: {sent:?}") };
        assert!(why.contains("certificate"), "{id}: {why}");
        let known = open(id, &(settings + &trusted)).expect("a channel");
        let Err(failure) = known.send(&message("k")).await else { panic!("{id}: taken") };
        assert!(failure.to_string().contains("answered "), "{id}: {failure}");
    }
    stop.send(true).expect("a server");
    served.stopped().await.expect("stopped");
}

/// A server that says so much each second, and never what it should.
async fn dripping(words: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(drip(stream, words));
        }
    });
    port
}

async fn drip(mut stream: TcpStream, words: &'static str) {
    while stream.write_all(words.as_bytes()).await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn a_mail_server_that_hangs_is_left_in_time() {
    let attempts = ["", "220-wait\r\n", "2"].map(|words| async move {
        let port = dripping(words).await;
        let settings = format!(
            "server = 'plain://127.0.0.1:{port}'\nfrom = 'a@a.example'\nto = ['b@b.example']"
        );
        let began = Instant::now();
        let sent = open("mail", &settings).expect("a channel").send(&message("k")).await;
        assert!(sent.is_err() && !is_refused(&sent), "{words:?}: {sent:?}");
        assert!(began.elapsed() < Duration::from_secs(30), "{words:?}: {:?}", began.elapsed());
    });
    futures_util::future::join_all(attempts).await;
}
