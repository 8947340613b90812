//! Promises about requests that must not be done twice.

use firedamp::store::{Asked, KeptAnswer, Store};

use super::{NOW, after};

pub(super) async fn a_key_is_taken_once_and_gives_its_answer_for_a_while(store: &dyn Store) {
    let old = after(-86_400);
    let ask = |key: u8, request: u8| async move {
        store.ask_once(&[key; 32], &[request; 32], NOW, old).await.expect("asked")
    };
    assert_eq!(ask(1, 1).await, Asked::First);
    assert_eq!(ask(1, 1).await, Asked::Unknown, "it goes on");
    assert_eq!(ask(1, 2).await, Asked::Other);
    assert_eq!(ask(2, 1).await, Asked::First);
    let answer = KeptAnswer { status: 200, headers: "etag: \"1\"\n".into(), body: b"{}".to_vec() };
    store.keep_answer(&[1; 32], &answer).await.expect("kept");
    assert_eq!(ask(1, 1).await, Asked::Before(answer.clone()));
    assert_eq!(ask(1, 2).await, Asked::Other);
    store.drop_key(&[2; 32]).await.expect("dropped");
    assert_eq!(ask(2, 7).await, Asked::First, "a key that was given back is nobody's");
    let tomorrow = store.ask_once(&[1; 32], &[1; 32], after(86_400), after(1)).await;
    assert_eq!(tomorrow.expect("asked"), Asked::First, "what is old is forgotten");
}
