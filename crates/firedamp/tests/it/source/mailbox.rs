//! Mails about abuse in a mailbox: of a server that is not ours (`pymap`), plainly and over TLS, and of
//! servers that say what no server should.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    process::Command,
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use firedamp::{
    channel::Failure,
    source::{
        environment::Environment,
        pull::{PULLED, Pull, Puller},
    },
    store::{Sqlite, Store},
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};

use crate::{desk::NOW, outside, program::Folder};

const SECRET: &str = "a-secret-that-nobody-sees";
const NOTICE: &str = "From: <abuse@aws.example>\r\nSubject: Your Amazon EC2 Abuse Report\r\n\
    Date: Sun, 29 Mar 2026 12:00:00 +0000\r\nMessage-ID: <a1@aws.example>\r\n\r\n\
    AWS has received a report that your resources take part in cryptomining.\r\n\
    AWS Account ID: 111122223333\r\nInstance Id: i-0abc0abc0abc0abc0\r\n\
    Please reply within 24 hours.\r\n";

struct Rig {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Rig {
    async fn new() -> Self {
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        Self { folder, store: Arc::new(store) }
    }

    fn puller(&self, address: &str, more: &[(&str, &str)]) -> Puller {
        let password = self.folder.secret("password", SECRET);
        let known = [("IMAP_PASSWORD_FILE", password.as_str())];
        let variables = more.iter().chain(&known);
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        let environment = Environment::of(variables).expect("an environment");
        let pull: Pull = address.parse().expect("a mailbox");
        let opened = Puller::open(pull, self.folder.root(), self.store.clone(), &environment);
        opened.expect("a puller").with_patience(Duration::from_secs(2))
    }

    fn mails(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path(PULLED).join("mail"));
        let files = files.into_iter().flatten().filter_map(Result::ok);
        files.map(|file| std::fs::read_to_string(file.path()).expect("a mail")).collect()
    }
}

/// A server that is not ours, and somebody who puts mails into it.
struct Office {
    server: outside::Server,
    client: BufReader<TcpStream>,
}

impl Office {
    fn open() -> Option<Self> {
        let program = outside::python("pymap")?;
        let port = outside::free_port();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--no-tls", "dict"]);
        command.args(["--demo-data", "--demo-user", "desk", "--demo-password", SECRET]);
        let server = outside::Server::start(&mut command, port);
        let client = BufReader::new(TcpStream::connect(server.address).expect("reached"));
        let mut office = Self { server, client };
        office.line();
        let login = STANDARD.encode(format!("\0desk\0{SECRET}"));
        office.say(&format!("t AUTHENTICATE PLAIN\r\n{login}\r\n"));
        Some(office)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.client.read_line(&mut line).expect("a line");
        line
    }

    /// Says a command whose tag is `t`; everything that is answered.
    fn say(&mut self, command: &str) -> String {
        self.client.get_mut().write_all(command.as_bytes()).expect("written");
        let mut all = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "it hung up: {all}");
            let literal = line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once('{'));
            if let Some(length) = literal.and_then(|(_, length)| length.parse().ok()) {
                let mut bytes = vec![0; length];
                self.client.read_exact(&mut bytes).expect("a literal");
            }
            let is_end = line.starts_with("t ");
            all.push_str(&line);
            if is_end {
                assert!(all.contains("t OK"), "{all}");
                return all;
            }
        }
    }

    fn put(&mut self, mail: &str) {
        let at = "29-Mar-2026 12:00:00 +0000";
        self.say(&format!("t APPEND INBOX \"{at}\" {{{}+}}\r\n{mail}\r\n", mail.len()));
    }

    fn address(&self) -> String {
        format!("imap://desk@{}/INBOX", self.server.address)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mail_of_a_real_server_is_fetched_once_and_left_as_it_was() {
    let Some(mut office) = Office::open() else { return };
    let rig = Rig::new().await;
    office.say("t SELECT INBOX\r\n");
    let before = office.say("t FETCH 1:* FLAGS\r\n");
    office.put(NOTICE);
    let mut puller = rig.puller(&office.address(), &[]);
    assert_eq!(puller.round(NOW).await.expect("read"), 1, "older mails are not fetched");
    assert_eq!(rig.mails(), [NOTICE]);
    assert_eq!(puller.round(NOW).await.expect("read"), 0);
    office.put(&NOTICE.replace("a1@", "a2@"));
    assert_eq!(puller.round(NOW).await.expect("read"), 1);
    let mut again = rig.puller(&office.address(), &[]);
    assert_eq!(again.round(NOW).await.expect("read"), 0, "it goes on where it was");
    let after = office.say("t FETCH 1:* FLAGS\r\n");
    let seen = |text: &str| text.matches("\\Seen").count();
    assert_eq!(seen(&before), seen(&after), "nothing is marked: {after}");
    let pulled = rig.folder.path(PULLED);
    let run = crate::program::scan(&[&pulled]);
    assert_eq!(run.cases[0]["id"], "aws:111122223333", "{}", run.err);
}

/// Takes TLS off what comes and hands it on; where it listens.
async fn with_tls(folder: &Folder, behind: std::net::SocketAddr) -> u16 {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_string()]);
    let made = made.expect("a certificate");
    folder.write("certificate.pem", made.cert.pem());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a server");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut behind = tokio::net::TcpStream::connect(behind).await.expect("reached");
            // Whichever side ends it.
            let _ended = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_wrong_passwords_are_told_apart_and_no_secret_is_seen() {
    let Some(mut office) = Office::open() else { return };
    office.put(NOTICE);
    let rig = Rig::new().await;
    let port = with_tls(&rig.folder, office.server.address).await;
    let address = format!("imaps://desk@localhost:{port}/INBOX");
    let stranger = rig.puller(&address, &[]).round(NOW).await.expect_err("a stranger");
    assert!(format!("{stranger:#}").contains("certificate"), "{stranger:#}");
    let certificate = rig.folder.path("certificate.pem").display().to_string();
    let trusted = [("IMAP_CA_FILE", certificate.as_str())];
    let wrong = address.replace("desk@", "somebody@");
    let refused = rig.puller(&wrong, &trusted).round(NOW).await.expect_err("nobody");
    let said = format!("{refused:#} {refused:?}");
    let refused = refused.downcast::<Failure>().expect("a failure");
    assert!(matches!(refused, Failure::Refused { .. }), "it is not tried again at once");
    assert!(!said.contains(SECRET) && !said.contains(&STANDARD.encode(SECRET)[..16]), "{said}");
    assert_eq!(rig.puller(&address, &trusted).round(NOW).await.expect("read"), 1);
    assert_eq!(rig.mails(), [NOTICE]);
}

/// What is answered to a command, `TAG` in place of its tag; nothing hangs up.
type Script = fn(&str) -> Option<String>;

/// A server of one mail under number 7.
fn good(command: &str) -> Option<String> {
    let verb = command.split(' ').next().unwrap_or_default();
    Some(match (verb, command) {
        ("AUTHENTICATE", _) => "+ \r\n".to_string(),
        ("EXAMINE", _) => "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 8] ok\r\n\
                           TAG OK [READ-ONLY] open\r\n"
            .to_string(),
        (_, command) if command.starts_with("UID SEARCH") => {
            "* SEARCH 7\r\nTAG OK found\r\n".to_string()
        }
        (_, command) if command.starts_with("UID FETCH 7 ") => {
            let length = NOTICE.len();
            format!("* 1 FETCH (UID 7 BODY[]<0> {{{length}}}\r\n{NOTICE})\r\nTAG OK fetched\r\n")
        }
        _ => "TAG OK done\r\n".to_string(),
    })
}

async fn play(script: Script) -> String {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, script));
        }
    });
    format!("imap://desk@127.0.0.1:{port}/INBOX")
}

async fn talk(stream: tokio::net::TcpStream, script: Script) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = tokio::io::BufReader::new(reader).lines();
    let mut waiting = None;
    let mut say = script("GREET").unwrap_or_default().replace("TAG OK done", "* OK hello");
    loop {
        if writer.write_all(say.as_bytes()).await.is_err() {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else { return };
        let (tag, answer) = match waiting.take() {
            Some(tag) => (tag, Some("TAG OK known\r\n".to_string())),
            None => {
                let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
                (tag.to_string(), script(command))
            }
        };
        let Some(answer) = answer else { return };
        if answer.starts_with('+') {
            waiting = Some(tag.clone());
        }
        say = answer.replace("TAG", &tag);
    }
}

fn at(command: &str, verb: &str, answer: String) -> Option<String> {
    if command.starts_with(verb) { Some(answer) } else { good(command) }
}

/// How a server answers, and what is said of it.
const HOSTILE: [(Script, &str); 12] = [
    (|command| at(command, "GREET", "* BYE busy\r\n".into()), "does not greet"),
    (|command| at(command, "GREET", "* ".to_string() + &"x".repeat(2 << 20)), "to an end"),
    (|command| at(command, "EXAMINE", "TAG NO no such mailbox\r\n".into()), "no such mailbox"),
    (|command| at(command, "EXAMINE", "TAG OK open\r\n".into()), "numbers no mails"),
    (|command| at(command, "UID SEARCH", "* BYE tired\r\n".into()), "hung up"),
    (|command| at(command, "UID SEARCH", "* 1 EXISTS\r\n".repeat(10_001)), "to an end"),
    (|command| at(command, "UID SEARCH", String::new()), "no answer in time"),
    (|command| at(command, "UID FETCH", fetched("99999999999999999999")), "more than was asked"),
    (|command| at(command, "UID FETCH", fetched("1048577")), "more than was asked"),
    (|command| at(command, "UID FETCH", fetched("-1")), "more than was asked"),
    (|command| at(command, "UID FETCH", "* 1 X {1}\r\nx".repeat(99)), "too many parts"),
    (|command| (!command.starts_with("UID FETCH")).then(|| good(command))?, "in the middle"),
];

fn fetched(length: &str) -> String {
    format!("* 1 FETCH (UID 7 BODY[]<0> {{{length}}}\r\nFrom")
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_servers_end_the_round_and_nothing_is_kept_of_them() {
    for (script, words) in HOSTILE {
        let rig = Rig::new().await;
        let address = play(script).await;
        let error = rig.puller(&address, &[]).round(NOW).await.expect_err(words);
        let error = format!("{error:#}");
        assert!(error.contains(words), "{words}: {error}");
        assert!(!error.contains(SECRET) && error.len() < 400, "{words}: {error}");
        assert_eq!(rig.mails(), Vec::<String>::new(), "{words}");
        assert_eq!(rig.store.position(&address).await.expect("readable"), None, "{words}");
    }
}

/// The same mails in a mailbox that was made anew: its numbers mean nothing any more.
fn renewed(command: &str) -> Option<String> {
    Some(good(command)?.replace("UIDVALIDITY 5", "UIDVALIDITY 6").replace(" 7", " 3"))
        .filter(|_| !command.starts_with("UID FETCH"))
        .or_else(|| Some(good("UID FETCH 7 ")?.replace("UID 7", "UID 3")))
}

/// Mails that nobody asked for, and one that is gone.
fn confused(command: &str) -> Option<String> {
    at(command, "UID FETCH", "* 2 FETCH (UID 9 BODY[]<0> {4}\r\nFrom)\r\nTAG OK\r\n".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_made_anew_is_read_anew_and_doubles_nothing() {
    let rig = Rig::new().await;
    let first = play(good).await;
    assert_eq!(rig.puller(&first, &[]).round(NOW).await.expect("read"), 1);
    assert_eq!(rig.store.position(&first).await.expect("readable").as_deref(), Some("5:7"));
    let second = play(renewed).await;
    rig.store.set_position(&second, "5:7").await.expect("written");
    assert_eq!(rig.puller(&second, &[]).round(NOW).await.expect("read"), 0, "it is known");
    assert_eq!(rig.store.position(&second).await.expect("readable").as_deref(), Some("6:7"));
    assert_eq!(rig.mails(), [NOTICE]);
    let third = play(confused).await;
    assert_eq!(rig.puller(&third, &[]).round(NOW).await.expect("read"), 0);
    assert_eq!(rig.mails(), [NOTICE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_where_there_is_one() {
    let rig = Rig::new().await;
    let token = rig.folder.secret("token", "a token");
    let address = play(|command| match command {
        "AUTHENTICATE XOAUTH2" => Some("+ \r\n".to_string()),
        "AUTHENTICATE PLAIN" => None,
        command => good(command),
    });
    let address = address.await;
    let mut puller = rig.puller(&address, &[("IMAP_TOKEN_FILE", &token)]);
    assert_eq!(puller.round(NOW).await.expect("read"), 1);
}
