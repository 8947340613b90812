//! What a store promises to the programs of partners.

use firedamp::{
    store::{
        Act, Action, AlertField, AlertQuery, By, Condition, Error, Holder, Operand, Partner,
        Registration, Relation, ServiceRequest, ServiceRequestChange, Store, WebhookTest,
    },
    tree::Tree,
};
use firedamp_core::life::Status;

use super::{NOW, after, case};

pub(super) async fn alerts_are_cases_with_what_was_done(store: &dyn Store) {
    for number in 1..=3 {
        store.judge(&case(number, 0.95, 10.0), NOW).await.expect("judged");
    }
    for (action, at) in [
        (Action::Reopen(Status::Investigating), 10),
        (Action::ResolveAnyway("it was seen to stop".into()), 20),
    ] {
        let act = Act { case: 2, revision: None, actor: "bob".into(), at: after(at), action };
        store.act(&act).await.expect("done");
    }
    let resolved = Operand::Text("resolved".to_string());
    let is_resolved = Condition::Is(AlertField::Status, Relation::Equal, resolved);
    let query = AlertQuery { condition: Some(is_resolved), limit: 10, ..AlertQuery::default() };
    let alerts = store.alerts(&query).await.expect("alerts");
    assert_eq!(alerts.iter().map(|one| one.row.id).collect::<Vec<_>>(), [2]);
    assert_eq!(alerts[0].resolved, Some((after(20), "bob".to_string())));
    let kinds: Vec<&str> = alerts[0].log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "status", "resolved"]);
    let rest = AlertQuery { after: Some(1), limit: 10, ..AlertQuery::default() };
    let rest = store.alerts(&rest).await.expect("alerts");
    assert_eq!(rest.iter().map(|one| one.row.id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(store.count_alerts(&query).await.expect("a count"), 1);
    // Nobody has come to cases 1 and 3 for half an hour; somebody came to case 2 after ten seconds.
    let (cases, hours) = store.response(NOW, after(1800), None).await.expect("a response");
    let mean = (0.5 + 10.0 / 3600.0 + 0.5) / 3.0;
    assert!(cases == 3 && hours.is_some_and(|hours| (hours - mean).abs() < 1e-9), "{hours:?}");
    assert_eq!(store.response(after(1), after(2), None).await.expect("none"), (0, None));
}

pub(super) async fn a_key_has_one_registration_and_tries_are_forgotten(store: &dyn Store) {
    let mut registration = Registration {
        holder: "soar".to_string(),
        subscriber: "s-1".to_string(),
        url: "https://hooks.example/".to_string(),
        events: vec!["test-created".to_string()],
        own_header: true,
        scope: Some("a".to_string()),
        made_at: NOW,
    };
    let tree = Tree::read("account,customer\naws:123456789012,a\n").expect("a tree");
    store.plant(&tree).await.expect("planted");
    let holder = |name: &str, scope: Option<&str>| Holder {
        name: name.to_string(),
        role: "admin".to_string(),
        scope: scope.map(str::to_string),
    };
    store.add_token(&[1; 32], &holder("root", None), NOW, None).await.expect("added");
    let (soar, until) = (holder("soar", Some("a")), Some(after(100)));
    store.add_token(&[2; 32], &soar, NOW, until).await.expect("added");
    store.register(&registration).await.expect("registered");
    registration.url = "https://other.example/".to_string();
    store.register(&registration).await.expect("replaced");
    assert_eq!(store.registrations(NOW).await.expect("all"), [registration]);
    assert_eq!(store.registrations(after(100)).await.expect("none"), [], "the key has expired");
    let test = |correlation: &str, seconds: i64| WebhookTest {
        correlation: correlation.to_string(),
        holder: "soar".to_string(),
        url: "https://other.example/".to_string(),
        sent_at: after(seconds),
        error: Some("busy".to_string()),
    };
    for (correlation, seconds) in [("old", 0), ("new", 8 * 86_400)] {
        store.note_test(&test(correlation, seconds)).await.expect("noted");
    }
    let kept = store.tests("soar", NOW).await.expect("tries");
    assert_eq!(kept, [test("new", 8 * 86_400)]);
    assert_eq!(store.tests("another", NOW).await.expect("tries"), []);
    // The key is taken away; another of its name is somebody else's.
    store.end_token("soar").await.expect("ended");
    store.add_token(&[3; 32], &soar, NOW, None).await.expect("added");
    assert_eq!(store.registrations(NOW).await.expect("none"), []);
    assert_eq!(store.tests("soar", NOW).await.expect("none"), []);
}

pub(super) async fn service_requests_are_filed_noted_and_closed(store: &dyn Store) {
    let filed = ServiceRequest {
        title: "Mining".to_string(),
        description: "Which?".to_string(),
        severity: "moderate".to_string(),
        topic: 1,
        status: "open".to_string(),
        made_by: "soar".to_string(),
        made_at: NOW,
        changed_at: NOW,
        ..ServiceRequest::default()
    };
    let id = store.file_request(&filed).await.expect("filed");
    let change = |status: Option<&str>, note: Option<&str>, seconds| ServiceRequestChange {
        id,
        status: status.map(String::from),
        note: note.map(String::from),
        by: "bob".to_string(),
        at: after(seconds),
    };
    store.change_request(&change(None, Some("We look."), 1)).await.expect("noted");
    store.change_request(&change(Some("closed"), None, 2)).await.expect("closed");
    let request = store.service_request(id, None).await.expect("a request");
    assert_eq!((request.status.as_str(), request.closed_at), ("closed", Some(after(2))));
    assert_eq!(request.notes, [("bob".to_string(), after(1), "We look.".to_string())]);
    store.change_request(&change(Some("open"), None, 3)).await.expect("opened");
    assert_eq!(store.service_request(id, None).await.expect("a request").closed_at, None);
    let gone = ServiceRequestChange { id: 99, ..change(None, None, 4) };
    assert!(matches!(store.change_request(&gone).await, Err(Error::Missing("service request"))));
    assert!(store.service_request(id, Some("a")).await.is_err(), "it is nobody's part");
    assert_eq!(store.service_requests(None, 10).await.expect("all").len(), 1);
}

pub(super) async fn the_partner_is_named_and_named_anew(store: &dyn Store) {
    assert_eq!(store.partner().await.expect("nobody"), Partner::default());
    let by = By { who: "ada".to_string(), at: NOW };
    for name in ["Fabrikam", "Fabrikam Cloud"] {
        let partner = Partner {
            tenant: "00001111-2222-3333-4444-555566667777".to_string(),
            name: name.to_string(),
            contact: "Ada".to_string(),
            mail: "desk@partner.example".to_string(),
            phone: "+1 555 0100".to_string(),
        };
        store.set_partner(&partner, &by).await.expect("set");
        assert_eq!(store.partner().await.expect("the partner"), partner);
    }
}
