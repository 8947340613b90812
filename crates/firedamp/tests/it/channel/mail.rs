//! A mail server on this machine: as much of RFC 5321 as a sender sees, with replies of choice.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

type Got = Arc<Mutex<Vec<(Vec<String>, String)>>>;

pub(crate) struct Post {
    port: u16,
    got: Got,
}

impl Post {
    /// A server that gives these replies to commands that begin so.
    pub(crate) async fn open(replies: Vec<(&'static str, &'static str)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let got = Got::default();
        let (mails, replies) = (got.clone(), Arc::new(replies));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, replies.clone(), mails.clone()));
            }
        });
        Self { port, got }
    }

    pub(crate) fn settings(&self) -> String {
        format!(
            "server = 'plain://127.0.0.1:{}'\nfrom = 'Firedamp <desk@desk.example>'\n\
             to = ['abuse@partner.example', 'noc@partner.example']",
            self.port
        )
    }

    /// Recipients and text of every mail.
    pub(crate) fn got(&self) -> Vec<(Vec<String>, String)> {
        self.got.lock().expect("a lock").clone()
    }
}

async fn talk(stream: TcpStream, replies: Arc<Vec<(&'static str, &'static str)>>, got: Got) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mail.example\r\n").await.expect("written");
    let mut to = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.get(..4).unwrap_or(&line).to_uppercase();
        let chosen = replies.iter().find(|(own, _)| *own == verb).map(|(_, reply)| *reply);
        let reply = match (chosen, verb.as_str()) {
            (Some(reply), _) => reply,
            (None, "RCPT") => {
                to.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_string());
                "250 ok"
            }
            (None, "DATA") => {
                writer.write_all(b"354 go on\r\n").await.expect("written");
                let mut mail = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push_str("\r\n");
                }
                got.lock().expect("a lock").push((std::mem::take(&mut to), mail));
                "250 taken"
            }
            (None, "QUIT") => "221 bye",
            _ => "250 ok",
        };
        writer.write_all(format!("{reply}\r\n").as_bytes()).await.expect("written");
    }
}
