//! A receiver of webhooks on this machine, that answers as it is told.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// How it answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Status(u16),
    /// Busy, for so many seconds.
    Wait(u32),
    Redirect(String),
    /// More than anybody wants to read, with this status.
    Flood(u16),
    /// Never.
    Silence,
}

type Got = Arc<Mutex<Vec<(HeaderMap, String)>>>;

pub(crate) struct Receiver {
    port: u16,
    got: Got,
    answer: Arc<Mutex<Answer>>,
    served: tokio::task::JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn open(answer: Answer) -> Self {
        let got = Got::default();
        let answer = Arc::new(Mutex::new(answer));
        let routes = Router::new().fallback(take).with_state((got.clone(), answer.clone()));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let served = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("served");
        });
        Self { port, got, answer, served }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Headers and body of everything that came.
    pub(crate) fn got(&self) -> Vec<(HeaderMap, String)> {
        self.got.lock().expect("a lock").clone()
    }

    pub(crate) fn answer(&self, answer: Answer) {
        *self.answer.lock().expect("a lock") = answer;
    }

    pub(crate) async fn close(self) {
        self.served.abort();
        let _aborted = self.served.await;
    }
}

async fn take(
    State((got, answer)): State<(Got, Arc<Mutex<Answer>>)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    got.lock().expect("a lock").push((headers, body));
    let answer = answer.lock().expect("a lock").clone();
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Answer::Wait(seconds) => {
            let headers = [("retry-after", seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
        }
        Answer::Redirect(to) => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response()
        }
        Answer::Flood(status) => {
            let pieces = (0..200).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1 << 20]));
            let body = Body::from_stream(futures_util::stream::iter(pieces));
            (StatusCode::from_u16(status).expect("a status"), body).into_response()
        }
        Answer::Silence => std::future::pending().await,
    }
}
