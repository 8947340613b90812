//! Signatures of requests to AWS, version 4, after the published description: a canonical request, a
//! text to sign, a key derived by the day, the region and the service.

use firedamp_core::time::Time;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Whose keys.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The key's id.
    pub access: &'a str,
    /// The key.
    pub secret: &'a str,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The path, as it is sent.
    pub path: &'a str,
    /// The query, as it is sent: sorted and escaped.
    pub query: &'a str,
    /// Names in lower case with their values, sorted by name; `host` and `x-amz-date` among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a str,
}

/// Where and when.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// When.
    pub at: Time,
    /// In which region.
    pub region: &'a str,
    /// Of which service.
    pub service: &'a str,
}

impl Scope<'_> {
    /// `20150830T123600Z`, as the header `x-amz-date` wants it.
    #[must_use]
    pub fn stamp(&self) -> String {
        let text = self.at.to_string();
        let whole = text.split('.').next().unwrap_or_default();
        let digits: String = whole.chars().filter(|letter| !"-:Z".contains(*letter)).collect();
        format!("{digits}Z")
    }

    fn day(&self) -> String {
        self.stamp().chars().take(8).collect()
    }
}

/// The value of the header `authorization`.
#[must_use]
pub fn authorization(keys: Keys<'_>, request: &Request<'_>, scope: Scope<'_>) -> String {
    let Scope { region, service, .. } = scope;
    let day = scope.day();
    let place = format!("{day}/{region}/{service}/aws4_request");
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = canonical(request, &names);
    let hashed = hex(&Sha256::digest(canonical.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{place}\n{hashed}", scope.stamp());
    let mut key = mac(format!("AWS4{}", keys.secret).as_bytes(), &day);
    for part in [region, service, "aws4_request"] {
        key = mac(&key, part);
    }
    let signature = hex(&mac(&key, &text));
    let access = keys.access;
    format!(
        "AWS4-HMAC-SHA256 Credential={access}/{place}, SignedHeaders={names}, Signature={signature}"
    )
}

fn canonical(request: &Request<'_>, names: &str) -> String {
    let Request { method, path, query, headers, body } = request;
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let body = hex(&Sha256::digest(body.as_bytes()));
    format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{body}")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // Keys of any length are taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of AWS's published examples.
    const KEYS: Keys<'static> =
        Keys { access: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

    fn scope(service: &str) -> Scope<'_> {
        let at = Time::parse("2015-08-30T12:36:00Z").expect("a time");
        Scope { at, region: "us-east-1", service }
    }

    #[test]
    fn the_published_vector_of_a_plain_request_holds() {
        let headers = [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")];
        let request = Request { method: "GET", path: "/", query: "", headers: &headers, body: "" };
        assert_eq!(
            authorization(KEYS, &request, scope("service")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
    }

    #[test]
    fn the_published_example_of_listing_users_holds() {
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let headers = [
            ("content-type", kind),
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
        ];
        let query = "Action=ListUsers&Version=2010-05-08";
        let request = Request { method: "GET", path: "/", query, headers: &headers, body: "" };
        let signed = authorization(KEYS, &request, scope("iam"));
        let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert!(signed.ends_with(signature), "{signed}");
    }
}
