//! Receivers that behave badly: others are told all the same, and nobody reads what nobody asked for.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use firedamp::{
    delivery::{Book, Carrier},
    store::{Sqlite, Store},
};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    channel::{
        mail::Post,
        receiver::{Answer, Receiver},
        secret,
    },
    program::Folder,
    store::case,
    web::NOW,
};

/// What a webhook answers with.
const FLOOD_BYTES: u64 = 200 << 20;
/// What sockets of both sides hold at most while nobody reads.
const BUFFERED_BYTES_MAX: u64 = 16 << 20;
/// Longer than any wait between two attempts.
const LATER: i64 = 3700;

/// A desk with a case that is told to these receivers.
struct Story {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Story {
    async fn open() -> Self {
        let folder = Folder::new();
        let store: Arc<dyn Store> =
            Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
        store.judge(&case(1, 0.95, 10.0), NOW).await.expect("judged");
        Self { folder, store }
    }

    fn webhook(&self, name: &str, url: &str) -> String {
        let secret = secret(&self.folder, "a secret");
        format!(
            "[[receiver]]\nname = '{name}'\nchannel = 'webhook'\nurl = '{url}'\n\
             secret = '{secret}'\n"
        )
    }

    fn carrier(&self, receivers: &str) -> Carrier<Pcg64> {
        let book =
            format!("desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n{receivers}");
        let book = Arc::new(Book::parse(&book).expect("settings"));
        Carrier::new(self.store.clone(), book, Pcg64::seed_from_u64(1))
    }

    async fn states(&self) -> Vec<(String, String)> {
        let all = self.store.deliveries(None, 10).await.expect("deliveries");
        let mut states: Vec<_> = all.into_iter().map(|sent| (sent.recipient, sent.state)).collect();
        states.sort();
        states
    }
}

fn states(expected: [(&str, &str); 2]) -> Vec<(String, String)> {
    expected.map(|(name, state)| (name.to_string(), state.to_string())).into()
}

/// A server that takes connections, and says nothing.
async fn silent() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    port
}

fn mail(settings: &str) -> String {
    format!("[[receiver]]\nname = 'mail'\nchannel = 'mail'\n{settings}\n")
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_up_no_other_receiver_and_is_tried_again() {
    let story = Story::open().await;
    let quick = Receiver::open(Answer::Status(200)).await;
    let webhook = story.webhook("webhook", &quick.url());
    let hanging = format!(
        "server = 'plain://127.0.0.1:{}'\nfrom = 'desk@desk.example'\nto = ['a@a.example']",
        silent().await
    );
    let mut carrier = story.carrier(&format!("{}{webhook}", mail(&hanging)));
    let began = Instant::now();
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 2);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(story.states().await, states([("mail", "waiting"), ("webhook", "delivered")]));
    // The mail server is well again.
    let well = Post::open(Vec::new()).await;
    let mut carrier = story.carrier(&format!("{}{webhook}", mail(&well.settings())));
    assert_eq!(carrier.turn(NOW.plus_seconds(LATER)).await.expect("a turn"), 1);
    assert_eq!(story.states().await, states([("mail", "delivered"), ("webhook", "delivered")]));
    assert_eq!((well.got().len(), quick.got().len()), (1, 1));
}

/// A webhook that answers `status` with 200 MB, and how many of them were taken from it.
async fn flood(status: &'static str) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let taken = Arc::new(AtomicU64::new(0));
    let counted = taken.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pour(stream, status, counted.clone()));
        }
    });
    (port, taken)
}

async fn pour(mut stream: TcpStream, status: &str, taken: Arc<AtomicU64>) {
    let mut asked = [0; 16 << 10];
    // All of the question comes at once, or nearly.
    let _read = stream.read(&mut asked).await;
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {FLOOD_BYTES}\r\n\r\n");
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let piece = vec![b'x'; 64 << 10];
    while taken.load(Ordering::Relaxed) < FLOOD_BYTES {
        let Ok(written) = stream.write(&piece).await else { return };
        taken.fetch_add(written as u64, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn of_two_hundred_megabytes_of_an_answer_next_to_nothing_is_read() {
    for (status, state) in
        [("200 OK", "delivered"), ("400 Bad Request", "dead"), ("500 Oh", "waiting")]
    {
        let story = Story::open().await;
        let (port, taken) = flood(status).await;
        let mut carrier =
            story.carrier(&story.webhook("webhook", &format!("http://127.0.0.1:{port}")));
        let began = Instant::now();
        assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1);
        assert!(began.elapsed() < Duration::from_secs(10), "{status}: {:?}", began.elapsed());
        let sent = story.store.deliveries(None, 10).await.expect("deliveries");
        assert_eq!(sent[0].state, state, "{status}: {:?}", sent[0].error);
        let said = sent[0].error.as_ref().map_or(0, String::len);
        assert!(said < 1000, "{said} bytes of it were kept");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < BUFFERED_BYTES_MAX, "{status}: {taken} bytes were taken");
    }
}
