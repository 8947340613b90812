use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

/// A notice of AWS about an account, that says nothing of by when.
fn notice(account: &str) -> String {
    format!(
        "From: <abuse@aws.example>\r\nSubject: Your Amazon EC2 Abuse Report\r\n\
         Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <n{account}@aws.example>\r\n\
         Authentication-Results: mx.partner.example; dkim=pass header.d=aws.example\r\n\r\n\
         AWS Account ID: {account}\r\nInstance Id: i-0abc0abc0abc0abc0 takes part in cryptomining.\r\n"
    )
}

/// Somebody's own words with what they forward: headers and content of each part.
fn forwarded(boundary: &str, words: &str, parts: &[(&str, &str)]) -> String {
    let mut mail = format!(
        "From: Ana <ana@partner.example>\r\nSubject: Fwd: please look\r\n\
         Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <f1@partner.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain\r\n\r\n{words}\r\n"
    );
    for (head, content) in parts {
        mail += &format!("--{boundary}\r\n{head}\r\n\r\n{content}\r\n");
    }
    mail + &format!("--{boundary}--\r\n")
}

const AS_MAIL: &str = "Content-Type: message/rfc822";
const ACCOUNT: &str = "111122223333";

fn told(mail: &str) -> Vec<(String, String)> {
    let found = notices(mail.as_bytes()).unwrap_or_default();
    found.into_iter().map(|draft| (draft.account, draft.id)).collect()
}

fn of(account: &str) -> (String, String) {
    (account.to_string(), format!("n{account}@aws.example"))
}

#[test]
fn what_is_forwarded_is_the_notice_itself_and_verified_by_nobody() {
    let packed = STANDARD.encode(notice(ACCOUNT));
    let base64 = format!("{AS_MAIL}\r\nContent-Transfer-Encoding: base64");
    let file = "Content-Type: application/octet-stream; name=\"notice.EML\"\r\n\
                Content-Transfer-Encoding: base64";
    let plain = notice(ACCOUNT);
    for (head, content) in [
        (AS_MAIL, plain.as_str()),
        ("content-type : MESSAGE/Global; name=\"a mail\"", plain.as_str()),
        (base64.as_str(), packed.as_str()),
        (file, packed.as_str()),
    ] {
        let mail = forwarded("outer", "Can somebody look at this?", &[(head, content)]);
        let found = notices(mail.as_bytes()).expect("a notice");
        assert_eq!(found.len(), 1, "{head}: {found:?}");
        let draft = &found[0];
        assert_eq!((draft.account.clone(), draft.id.clone()), of(ACCOUNT), "{head}");
        assert_eq!((draft.product, draft.confidence), ("abuse_mail", Level::Low));
        let title = "Your Amazon EC2 Abuse Report (a forwarded mail that nobody verified)";
        assert_eq!(draft.title, title);
        assert_eq!(Some(draft.updated), Time::parse("2026-03-01T12:00:00Z"), "its own date");
    }
}

#[test]
fn a_notice_that_names_no_time_has_what_its_provider_gives() {
    let found = notices(notice(ACCOUNT).as_bytes()).expect("a notice");
    assert_eq!(found[0].due, Time::parse("2026-03-06T12:00:00Z"), "five days at AWS");
    assert!(found[0].title.ends_with("(a mail that nobody verified)"), "{}", found[0].title);
}

#[test]
fn the_subject_is_a_sentence_of_its_own() {
    let mail = notice(ACCOUNT).replace("Your Amazon EC2 Abuse Report", "Policy violation of AWS");
    assert_eq!(told(&mail), [of(ACCOUNT)], "the rule is not in the body's sentence");
    let rule = "Our policy prohibits spam and cryptomining.";
    let spam = notice(ACCOUNT).replace("takes part in cryptomining.", &format!("spams. {rule}"));
    assert_eq!(notices(spam.as_bytes()).err(), Some(NOT_MINING));
}

#[test]
fn a_hijack_keeps_its_due_date_without_a_word_on_mining() {
    let told = |words: &str| notice(ACCOUNT).replace("takes part in cryptomining.", words);
    let found = |words: &str| notices(told(words).as_bytes());
    for words in ["may be compromised.", "est compromise.", "ist kompromittiert."] {
        let found = found(words).expect("a notice");
        assert_eq!((found[0].kind, found[0].confidence), (AlertKind::Other, Level::Low), "{words}");
        assert_eq!(found[0].due, Time::parse("2026-03-06T12:00:00Z"), "five days at AWS");
    }
    let said = found("may be compromised. Please reply within 24 hours.").expect("a notice");
    assert_eq!(said[0].due, Time::parse("2026-03-02T12:00:00Z"));
    let both = found("is compromised and takes part in cryptomining.").expect("a notice");
    assert_eq!(both[0].kind, AlertKind::Mining);
    assert_eq!(found("sends spam.").err(), Some(NOT_MINING));
}

#[test]
fn the_words_around_a_notice_are_not_a_second_one() {
    let own = "AWS account 111122223333 mines, see below.";
    let (first, second) = (notice(ACCOUNT), notice("444455556666"));
    let (first, second) = ((AS_MAIL, first.as_str()), (AS_MAIL, second.as_str()));
    assert_eq!(told(&forwarded("outer", own, &[first])), [of(ACCOUNT)]);
    // A notice with a complaint attached that speaks of somebody else is no less a notice.
    let outer = (ACCOUNT.to_string(), "f1@partner.example".to_string());
    assert_eq!(told(&forwarded("outer", own, &[second])), [outer, of("444455556666")]);
    let two = told(&forwarded("outer", "Two.", &[first, second]));
    assert_eq!(two, [of(ACCOUNT), of("444455556666")]);
    let lunch = "From: <a@b.example>\r\nSubject: Lunch\r\nDate: nonsense\r\n\r\nShall we?";
    let nothing = forwarded("outer", "See below.", &[(AS_MAIL, lunch)]);
    assert_eq!(notices(nothing.as_bytes()).err(), Some(NOT_ABUSE));
    let undated = notice(ACCOUNT).replace("Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n", "");
    let undated = forwarded("outer", "See below.", &[(AS_MAIL, undated.as_str())]);
    assert_eq!(notices(undated.as_bytes()).err(), Some(NO_TIME), "the telling reason");
}

#[test]
fn mails_are_read_some_levels_deep_and_some_of_them() {
    let mut mail = notice(ACCOUNT);
    for level in 1..=4 {
        mail = forwarded(&format!("n{level}n"), "See below.", &[(AS_MAIL, mail.as_str())]);
        let wanted = if level <= 3 { vec![of(ACCOUNT)] } else { Vec::new() };
        assert_eq!(told(&mail), wanted, "{level} levels");
    }
    let many: Vec<String> =
        (0..30).map(|number| notice(&(111_122_223_333_u64 + number).to_string())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|mail| (AS_MAIL, mail.as_str())).collect();
    assert_eq!(told(&forwarded("outer", "All of these.", &many)).len(), 15, "and the outer one");
}

/// Deeper than any stack, if the parser took them apart by itself.
#[test]
fn mails_that_are_nothing_but_beginnings_are_passed_over() {
    let head = "From: a\nSubject: b\nDate: Sun, 01 Mar 2026 12:00:00 +0000\n";
    for level in [
        "Content-Type: message/rfc822\n\n",
        "C ontent-Type: (;) message/global\n\n",
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--bContent-Type: message/rfc822\n\n",
    ] {
        let deep = head.to_string() + &level.repeat((1 << 18) / level.len());
        assert_eq!(notices(deep.as_bytes()).err(), Some(NOT_ABUSE), "{level}");
        let packed = STANDARD.encode(deep);
        let encoded = format!("{AS_MAIL}\r\nContent-Transfer-Encoding: base64");
        let mail = forwarded("outer", "See below.", &[(encoded.as_str(), packed.as_str())]);
        assert_eq!(notices(mail.as_bytes()).err(), Some(NOT_ABUSE), "packed: {level}");
    }
}
