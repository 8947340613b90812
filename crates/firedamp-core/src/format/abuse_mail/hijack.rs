//! Whether a mail says that somebody else has taken an account or a machine over, in English, French and
//! German. Such a notice need not name mining: it is kept with the day an answer is due, and accuses nobody
//! of mining.

/// How words begin that say it by themselves.
const STARTS: [&str; 8] = [
    "compromis",
    "gehackt",
    "hijack",
    "kompromitt",
    "piraté",
    "unauthori",
    "unautorisiert",
    "unbefugt",
];
/// How two words begin that say it together: `non autorisée`, `nicht autorisierte`.
const PAIRS: [[&str; 2]; 3] = [["non", "autorisé"], ["nicht", "autorisiert"], ["not", "authori"]];

/// Whether a text says that something was taken over, or done by somebody who had no right to.
pub(super) fn is_told(text: &str) -> bool {
    let small = text.to_lowercase();
    let mut before = "";
    small.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).any(
        |word| {
            let last = std::mem::replace(&mut before, word);
            STARTS.iter().any(|start| word.starts_with(start))
                || PAIRS.iter().any(|[first, start]| last == *first && word.starts_with(start))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hijack_is_told_in_three_languages() {
        for told in [
            "your account may be compromised",
            "Unauthorized activity in your AWS account",
            "unauthorised access",
            "access that was not authorized",
            "votre compte a été compromis",
            "une activité non autorisée",
            "Ihr Konto wurde kompromittiert",
            "unbefugter Zugriff",
            "nicht autorisierte Zugriffe",
        ] {
            assert!(is_told(told), "{told}");
        }
    }

    #[test]
    fn other_mails_tell_of_no_hijack() {
        for other in [
            "your server sends spam",
            "you are authorized to use it",
            "it is not. Authors of mails",
            "autorisé par vous",
            "Your bill is ready",
            "",
        ] {
            assert!(!is_told(other), "{other}");
        }
    }
}
