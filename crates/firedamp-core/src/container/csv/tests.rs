//! The same rows as `csv-core`, which is another's work, for any bytes in any pieces.

use proptest::prelude::*;

use super::*;

type Rows = Vec<Vec<Vec<u8>>>;

fn ours(input: &[u8], sizes: &[usize]) -> (Rows, Vec<Ending>) {
    let (mut rows, mut endings) = (Vec::new(), Vec::new());
    let mut tokenizer = Tokenizer::new(b',');
    let mut give = |row: &Row<'_>, ending: Ending| {
        rows.push((0..row.len()).map(|at| row.raw(at).expect("a field").to_vec()).collect());
        endings.push(ending);
        ControlFlow::Continue(())
    };
    let mut rest = input;
    for size in sizes.iter().cycle() {
        let (piece, after) = rest.split_at((*size).min(rest.len()));
        assert_eq!(tokenizer.push(piece, &mut give), piece.len());
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    tokenizer.finish(&mut give);
    (rows, endings)
}

fn theirs(mut input: &[u8]) -> Rows {
    let mut reader = csv_core::Reader::new();
    let (mut fields, mut ends) = (vec![0; input.len() + 1], vec![0; input.len() + 2]);
    let (mut rows, mut written, mut ended) = (Vec::new(), 0, 0);
    loop {
        let (result, used, more_bytes, more_ends) =
            reader.read_record(input, &mut fields[written..], &mut ends[ended..]);
        input = &input[used..];
        written += more_bytes;
        ended += more_ends;
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let row = ends[..ended].iter().map(|end| {
                    let field = fields[start..*end].to_vec();
                    start = *end;
                    field
                });
                rows.push(row.collect());
                (written, ended) = (0, 0);
            }
            csv_core::ReadRecordResult::End => return rows,
            full => panic!("{full:?}"),
        }
    }
}

/// Text in which commas, quotes and line breaks meet in every way, at every place of a block.
fn marked() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        8 => prop::sample::select(vec![
            ",", ",,", "\"", "\"\"", "\n", "\r\n", "\r", "a", " ", "1.5", "\",\"", "\"a\"", "\"a\"\"b\"",
            ",\"\",", "\"a\nb\"", "\"a\"b", "a\"b\"",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => "[a-z]{20,90}".prop_map(String::into_bytes),
        1 => "[a-z,]{20,90}".prop_map(|text| format!("\"{text}\"").into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(fragment, 0..40).prop_map(|fragments| fragments.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_those_of_another_reader(
        input in marked(),
        sizes in prop::collection::vec(prop_oneof![1_usize..8, 1_usize..200], 1..5),
    ) {
        // The other reader takes a byte order mark away by itself.
        let input = if input.starts_with(b"\xEF") { [b"x", &*input].concat() } else { input };
        let (rows, endings) = ours(&input, &[usize::MAX]);
        prop_assert_eq!(&rows, &theirs(&input));
        prop_assert_eq!((rows, endings), ours(&input, &sizes));
    }
}

#[test]
fn rows_at_the_limit_are_given_and_longer_ones_are_told_of() {
    for (length, expected) in
        [(ROW_BYTES_MAX, Ending::Whole), (ROW_BYTES_MAX + 1, Ending::Oversized)]
    {
        let row = vec![b'a'; length];
        let input = [b"first,row\n", &*row, b"\nlast\n"].concat();
        for sizes in [&[usize::MAX][..], &[4096], &[ROW_BYTES_MAX, 3]] {
            let (rows, endings) = ours(&input, sizes);
            assert_eq!(endings, [Ending::Whole, expected, Ending::Whole], "{length} {sizes:?}");
            assert_eq!(rows.last(), Some(&vec![b"last".to_vec()]));
        }
    }
}

#[test]
fn rows_with_too_many_fields_are_told_of() {
    for (commas, expected) in [
        (COLUMNS_MAX - 1, Ending::Whole),
        (COLUMNS_MAX, Ending::Oversized),
        (100_000, Ending::Oversized),
    ] {
        let input = [&*vec![b','; commas], b"\nlast"].concat();
        for sizes in [&[usize::MAX][..], &[100]] {
            assert_eq!(ours(&input, sizes).1, [expected, Ending::Whole], "{commas}");
        }
    }
}

#[test]
fn an_open_quote_at_the_end_is_told_of() {
    assert_eq!(ours(b"a\n\"b\",\"c", &[3]).1, [Ending::Whole, Ending::CutOff]);
    assert_eq!(ours(b"a\n\"b\",\"c\"", &[3]).1, [Ending::Whole, Ending::Whole]);
    assert_eq!(ours(b"", &[3]).1, []);
}

#[test]
fn rows_are_given_until_no_more_are_wanted() {
    let mut tokenizer = Tokenizer::new(b',');
    let mut give = |_: &Row<'_>, _: Ending| ControlFlow::Break(());
    assert_eq!(tokenizer.push(b"\n\none,row\nand,another\n", &mut give), 10);
}
