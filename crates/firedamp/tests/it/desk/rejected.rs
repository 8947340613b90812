//! Single records that can't be read: the desk keeps why, and where the first is, and not what it says.

use std::path::Path;

use firedamp::store::Rejected;

use super::{NOW, Office, settle};
use crate::program::HEADER;

const WHOLE: &str = "2 111122223333 eni-0abc 10.0.0.4 203.0.113.9 49152 443 6 8 1057 1772359200 \
                     1772359260 ACCEPT OK\n";

#[tokio::test]
async fn why_single_records_were_rejected_is_kept_and_where_the_first_is() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let cut = "2 111122223333 eni-0abc 10.0.0.4\n";
    let log = [HEADER, WHOLE, cut, WHOLE, cut].concat();
    office.receive(Path::new("flow.log"), log.as_bytes());
    office.receive(Path::new("whole.log"), [HEADER, WHOLE].concat().as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    let found = office.store.unreadable(None, 10).await.expect("objects");
    assert_eq!(found.len(), 1, "{found:?}");
    let why = Rejected { reason: "wrong number of fields".to_string(), records: 2, first: 3 };
    assert_eq!((found[0].rejects, &found[0].reasons), (2, &vec![why]));
    let own = office.store.unreadable_of("aws:111122223333", None, 10).await;
    assert_eq!(own.expect("objects"), found);
    let of_another = office.store.unreadable_of("aws:444455556666", None, 10).await;
    assert_eq!(of_another.expect("objects"), []);
}
