//! The suite that every channel passes, against servers on this machine: what arrives, what is tried
//! again, what is given up, and what stays secret.

pub(crate) mod mail;
pub(crate) mod receiver;
mod tls;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use firedamp::{
    channel::{CHANNELS, Channel, Failure, Message},
    client::Outside,
    notice::Rendered,
};
use firedamp_core::time::Time;
use hmac::{Hmac, KeyInit, Mac};
use mail::Post;
use receiver::{Answer, Receiver};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::program::Folder;

const SECRET: &str = "whsec_c2VjcmV0IG9mIHRlc3Rz";

pub(crate) fn message(key: &str) -> Message {
    Message {
        key: key.to_string(),
        kind: "case_opened".to_string(),
        at: Time::from_seconds(1_775_000_000),
        account: Some("aws:111122223333".to_string()),
        case: Some(7),
        severity: "high".to_string(),
        rendered: Rendered {
            subject: "Mining, > 99%: <b>[x](http://evil.example) &amp;".to_string(),
            text: "Something.\n\nWhy: `*bold*` <http://evil.example|click>\n".to_string(),
        },
        link: "https://desk.example/cases/7".to_string(),
        data: json!({"probability": 0.99}),
    }
}

/// A file that holds a secret, for its owner alone.
pub(crate) fn secret(folder: &Folder, text: &str) -> String {
    format!("file:{}", folder.secret("secret", text))
}

fn this_machine() -> Outside {
    Outside::new(vec!["127.0.0.0/8".parse().expect("a network")]).expect("a client")
}

fn open(id: &str, settings: &str) -> anyhow::Result<Box<dyn Channel>> {
    let kind = CHANNELS.iter().find(|kind| kind.id == id).expect("a channel");
    (kind.open)(toml::from_str(settings).expect("TOML"), &this_machine())
}

/// A channel of a kind that speaks HTTP, to `url`.
fn to(id: &str, url: &str, folder: &Folder) -> Box<dyn Channel> {
    let settings = match id {
        "webhook" => format!("url = '{url}'\nsecret = '{}'", secret(folder, SECRET)),
        "pagerduty" => format!("url = '{url}'\nrouting_key = '{}'", secret(folder, "R0UT1NG")),
        _ => format!("url = '{}'", secret(folder, url)),
    };
    open(id, &settings).expect("a channel")
}

const OVER_HTTP: [&str; 4] = ["pagerduty", "slack", "teams", "webhook"];

fn is_refused(sent: &Result<(), Failure>) -> bool {
    matches!(sent, Err(Failure::Refused { .. }))
}

#[test]
fn channels_are_sorted_and_all_are_tested() {
    let ids: Vec<&str> = CHANNELS.iter().map(|kind| kind.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert!(ids.iter().all(|id| *id == "mail" || OVER_HTTP.contains(id)), "{ids:?}");
}

#[tokio::test]
async fn what_is_accepted_has_arrived_once_with_its_key() {
    for id in OVER_HTTP {
        let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Status(202)).await);
        let channel = to(id, &receiver.url(), &folder);
        assert_eq!(channel.send(&message("case-7-1")).await, Ok(()), "{id}");
        assert_eq!(channel.send(&message("case-7-1")).await, Ok(()), "{id}");
        let got = receiver.got();
        assert_eq!(got.len(), 2, "{id}");
        let [first, second] = [&got[0], &got[1]].map(|(_, body)| body);
        assert_eq!(first, second, "a repeat says the same: {id}");
        assert!(first.contains("desk.example/cases/7"), "{id}: {first}");
    }
}

#[tokio::test]
async fn busy_receivers_are_tried_again_and_others_are_not() {
    for id in OVER_HTTP {
        for (status, again) in [
            (500, true),
            (503, true),
            (429, true),
            (408, true),
            (400, false),
            (404, false),
            (410, false),
        ] {
            let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Status(status)).await);
            let sent = to(id, &receiver.url(), &folder).send(&message("k")).await;
            assert!(sent.is_err(), "{id} {status}");
            assert_eq!(!is_refused(&sent), again, "{id} {status}: {sent:?}");
        }
        let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Wait(7)).await);
        let sent = to(id, &receiver.url(), &folder).send(&message("k")).await;
        let Err(Failure::Retry { after, .. }) = sent else { panic!("{id}: {sent:?}") };
        assert_eq!(after, Some(Duration::from_secs(7)), "{id}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_flood_is_read() {
    for id in OVER_HTTP {
        let inside = Receiver::open(Answer::Status(200)).await;
        let (folder, receiver) =
            (Folder::new(), Receiver::open(Answer::Redirect(inside.url())).await);
        let sent = to(id, &receiver.url(), &folder).send(&message("k")).await;
        assert!(is_refused(&sent), "{id}: {sent:?}");
        assert_eq!(inside.got().len(), 0, "{id}");
        let (folder, flood) = (Folder::new(), Receiver::open(Answer::Flood(500)).await);
        let sent = to(id, &flood.url(), &folder).send(&message("k")).await;
        let Err(failure) = sent else { panic!("{id}: {sent:?}") };
        assert!(failure.to_string().len() < 1000, "{id}: {failure}");
        flood.answer(Answer::Flood(200));
        let began = std::time::Instant::now();
        let sent = to(id, &flood.url(), &folder).send(&message("k")).await;
        assert_eq!(sent, Ok(()), "{id}: what it says after that is not read");
        assert!(began.elapsed() < Duration::from_secs(10), "{id}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn who_says_nothing_is_given_up_in_time() {
    let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Silence).await);
    let channel = to("webhook", &receiver.url(), &folder);
    let began = std::time::Instant::now();
    let sent = channel.send(&message("k")).await;
    assert!(matches!(sent, Err(Failure::Retry { .. })), "{sent:?}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test]
async fn nothing_is_sent_inside_unless_it_is_allowed() {
    let receiver = Receiver::open(Answer::Status(200)).await;
    let outside = Outside::new(Vec::new()).expect("a client");
    let port = receiver.url().rsplit(':').next().expect("a port").to_string();
    let folder = Folder::new();
    // A name that leads inside is found out when it is looked up, an address before.
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}");
            let settings = format!("url = '{url}'\nsecret = '{}'", secret(&folder, SECRET));
            let kind = CHANNELS.iter().find(|kind| kind.id == "webhook").expect("a channel");
            let opened = (kind.open)(toml::from_str(&settings).expect("TOML"), &outside);
            if let Ok(channel) = opened {
                let sent = channel.send(&message("k")).await;
                assert!(is_refused(&sent), "{url}: {sent:?}");
            }
        }
    }
    assert_eq!(receiver.got().len(), 0);
}

#[tokio::test]
async fn a_webhook_is_signed_as_the_standard_says() {
    let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Status(200)).await);
    to("webhook", &receiver.url(), &folder).send(&message("case-7-1")).await.expect("sent");
    let (headers, body) = receiver.got().remove(0);
    let header = |name: &str| headers[name].to_str().expect("text").to_string();
    let key = STANDARD.decode(&SECRET["whsec_".len()..]).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    mac.update(
        format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp")).as_bytes(),
    );
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header("webhook-signature"), expected);
    assert_eq!(header("webhook-id"), "case-7-1");
    let event: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["type"], "firedamp.case_opened.v1");
    assert_eq!(event["data"]["judgement"]["probability"], 0.99);
}

#[tokio::test]
async fn what_attackers_write_is_no_markup() {
    for id in ["slack", "teams"] {
        let (folder, receiver) = (Folder::new(), Receiver::open(Answer::Status(200)).await);
        to(id, &receiver.url(), &folder).send(&message("k")).await.expect("sent");
        let body: Value = serde_json::from_str(&receiver.got()[0].1).expect("JSON");
        let text = body.to_string();
        assert!(!text.contains("mrkdwn") && !text.contains("\"TextBlock\""), "{id}: {text}");
        if id == "slack" {
            assert!(!body["text"].as_str().expect("a text").contains('<'), "{text}");
        }
    }
}

#[tokio::test]
async fn secrets_are_named_and_never_shown() {
    let folder = Folder::new();
    let named = secret(&folder, "https://hooks.example/T0P53CR3T");
    for (settings, said) in [
        ("url = 'https://hooks.example/T0P53CR3T'".to_string(), "never written here"),
        ("url = 'env:FIREDAMP_NO_SUCH_SECRET'".to_string(), "FIREDAMP_NO_SUCH_SECRET"),
        ("url = 'file:/nowhere'".to_string(), "/nowhere"),
        (format!("url = '{named}'\nwrong = 1"), "wrong"),
    ] {
        let error = open("slack", &settings).err().expect("an error");
        assert!(format!("{error:#}").contains(said), "{error:#}");
        assert!(
            !format!("{error:?}").contains("T0P53CR3T") || settings.contains("T0P"),
            "{error:?}"
        );
    }
    std::fs::set_permissions(
        named.trim_start_matches("file:"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .expect("opened");
    let error = open("slack", &format!("url = '{named}'")).err().expect("an error");
    assert!(format!("{error:#}").contains("others can read"), "{error:#}");
}

#[tokio::test]
async fn an_unreachable_receiver_keeps_its_secret() {
    let folder = Folder::new();
    let receiver = Receiver::open(Answer::Status(200)).await;
    let url = format!("{}/T0P53CR3T", receiver.url());
    let channel = to("slack", &url, &folder);
    receiver.close().await;
    let Err(failure) = channel.send(&message("k")).await else { panic!("sent to nobody") };
    assert!(!failure.to_string().contains("T0P53CR3T"), "{failure}");
}

#[tokio::test]
async fn mail_arrives_with_its_id_and_bends_no_header() {
    let server = Post::open(Vec::new()).await;
    let channel = open("mail", &server.settings()).expect("a channel");
    let mut forged = message("case-7-1");
    forged.rendered.subject = "x\r\nBcc: all@victim.example".to_string();
    forged.rendered.text = "first\r\n.\r\nQUIT\r\n".to_string();
    assert_eq!(channel.send(&forged).await, Ok(()));
    let mails = server.got();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (to, mail) = &mails[0];
    assert_eq!(to, &["abuse@partner.example", "noc@partner.example"]);
    let head = mail.split("\r\n\r\n").next().expect("a head");
    assert!(head.contains("Message-ID: <case-7-1@desk.example>"), "{head}");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
}

#[tokio::test]
async fn mail_that_is_refused_is_given_up_and_busy_servers_are_not() {
    for (reply, again) in [("451 later", true), ("550 nobody here", false)] {
        let server = Post::open(vec![("RCPT", reply)]).await;
        let channel = open("mail", &server.settings()).expect("a channel");
        let sent = channel.send(&message("k")).await;
        assert_eq!(matches!(sent, Err(Failure::Retry { .. })), again, "{reply}: {sent:?}");
        assert_eq!(is_refused(&sent), !again, "{reply}: {sent:?}");
    }
    let gone = Post::open(Vec::new()).await.settings();
    for settings in
        [gone.replace("plain://127.0.0.1", "plain://mail.example"), gone.replace("plain:", "http:")]
    {
        assert!(open("mail", &settings).is_err(), "{settings}");
    }
}
