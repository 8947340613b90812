//! What a service said instead of what was asked for, in words that help whoever operates the desk.

use serde_json::Value;

use crate::{channel::Failure, client::Answer};

/// What Graph says of tokens that no person with a second factor asked for. It says so of every token
/// of an application, although its documentation grants them access.
const MISSING_MFA: &str = "Unauthorized_MissingMFA";
/// What Partner Center says of tokens of applications.
const APPLICATION_ALONE: &str = "900329";
/// Letters of what a service said.
const SAID_MAX: usize = 200;

/// Why an answer is not what was asked for.
pub(crate) fn explained(answer: &Answer) -> Failure {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&body);
    let text = |key: &str| match error.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let code = text("code");
    let said = [text("message"), text("description")].concat();
    let said: String = crate::report::shown(&said).chars().take(SAID_MAX).collect();
    let status = answer.status.as_u16();
    let why = match (status, code.as_str()) {
        (403, MISSING_MFA) => "the service wants a token that a person with a second factor asked \
             for (403 Unauthorized_MissingMFA). Tokens of applications are refused, whatever \
             permission they have: sign in as a person of the role Admin agent with a second \
             factor (the secure application model keeps a refresh token of that), and put the \
             token where the settings say"
            .to_string(),
        (403, APPLICATION_ALONE) => "this is given to tokens of an application and a \
             person together alone (403, 900329): sign in as a person with a second factor"
            .to_string(),
        (204, _) => "what was asked for is not ready (204)".to_string(),
        (401, _) => format!("the token is not taken, most likely it has ended (401): {said}"),
        (403, _) => format!("whoever has the token may not read this (403 {code}): {said}"),
        (404, _) => format!("there is no such list; Graph has alerts in /beta alone (404): {said}"),
        (429, _) => "the service asks for patience (429)".to_string(),
        _ => format!("answered {status} {code}: {said}"),
    };
    // A token that has ended is renewed by others, soon.
    let passes = matches!(status, 204 | 401 | 408 | 429) || status >= 500;
    match passes {
        true => Failure::Retry { after: answer.wait(), why },
        false => Failure::Refused { why },
    }
}
