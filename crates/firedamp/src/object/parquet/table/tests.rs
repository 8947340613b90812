//! Bills in columns become what the same bills become in CSV.

use std::{fs::File, path::Path, sync::Arc};

use arrow_array::{
    Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, ListArray,
    StringArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    builder::{MapBuilder, StringBuilder},
    types::{Int32Type, Int64Type},
};
use arrow_schema::{DataType, Field, Schema};
use firedamp_core::{
    container::Reader,
    event::{Event, Signal},
    format,
    id::AccountRef,
    sink::{Gate, Reason},
    time::Span,
};
use parquet::{arrow::ArrowWriter, file::properties::WriterProperties};

use super::*;
use crate::object::parquet::{Opened, ParquetFeed};

/// 2026-03-01T00:00:00Z.
const MARCH: i64 = 1_772_323_200;

#[derive(Default)]
struct Notes(Vec<String>);

impl Sink for Notes {
    fn gate(&self) -> Arc<Gate> {
        Arc::new(Gate::open())
    }

    fn event(&mut self, record: u64, event: &Event<'_>) {
        self.0.push(format!("{record}: {event}"));
    }

    fn skipped(&mut self, _: AccountRef<'_>, _: Signal, _: Span, _: u64) {}

    fn gap(&mut self, _: AccountRef<'_>, _: Span, _: bool) {}

    fn reject(&mut self, record: u64, reason: Reason, _: &[u8]) {
        self.0.push(format!("{record}: reject: {reason}"));
    }
}

/// Writes columns in row groups of two rows.
fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    );
    let batch = batch.expect("columns of one length");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let file = File::create(path).expect("a file");
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("room");
    writer.close().expect("room");
}

fn read(columns: Vec<(&str, ArrayRef)>, forced: Option<&str>) -> (Vec<String>, &'static str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bill.parquet");
    write(&path, columns);
    let forced = forced.and_then(format::by_id);
    let Opened::Feed(feed) = ParquetFeed::open(path, forced).expect("a file") else {
        return (Vec::new(), "other");
    };
    let mut notes = Notes::default();
    feed.work(&mut notes);
    let (_, contents, warning) = feed.finish().expect("a file");
    assert_eq!(warning, None);
    (notes.0, contents.formats.keys().next().expect("a format"))
}

fn read_csv(csv: &str) -> Vec<String> {
    let mut notes = Notes::default();
    let mut reader = Reader::new(None);
    reader.push(csv.as_bytes(), &mut notes);
    let _contents = reader.finish(&mut notes);
    notes.0
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn same<const N: usize>(value: &str) -> ArrayRef {
    texts(&[Some(value); N])
}

fn decimals(values: &[Option<i128>]) -> ArrayRef {
    let decimals = Decimal128Array::from(values.to_vec());
    Arc::new(decimals.with_precision_and_scale(30, 15).expect("digits enough"))
}

fn map(value: &str) -> ArrayRef {
    let mut builder = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for _ in 0..3 {
        builder.keys().append_value("InstanceType");
        builder.values().append_value(value);
        builder.append(true).expect("a key for each value");
    }
    Arc::new(builder.finish())
}

fn focus() -> Vec<(&'static str, ArrayRef)> {
    const FIFTEEN: i128 = 1_000_000_000_000_000;
    let starts = [Some(MARCH * 1_000_000), None, Some(MARCH * 1_000_000)];
    let dictionary: DictionaryArray<Int32Type> = ["USD", "USD", "EUR"].into_iter().collect();
    vec![
        ("BilledCost", decimals(&[Some(3 * FIFTEEN + FIFTEEN / 2), Some(0), Some(-FIFTEEN)])),
        ("BillingCurrency", Arc::new(dictionary)),
        ("ChargeCategory", texts(&[Some("Usage"), Some("Usage"), Some("Credit")])),
        ("ChargePeriodStart", Arc::new(TimestampMicrosecondArray::from(starts.to_vec()))),
        (
            "ChargePeriodEnd",
            Arc::new(TimestampNanosecondArray::from(vec![(MARCH + 3600) * 1_000_000_000; 3])),
        ),
        ("ConsumedQuantity", Arc::new(Float64Array::from(vec![Some(1.0), Some(1e-9), None]))),
        ("ConsumedUnit", same::<3>("Hours")),
        ("ProviderName", same::<3>("AWS")),
        ("ServiceCategory", same::<3>("Compute")),
        ("ServiceName", same::<3>("Amazon Elastic Compute Cloud")),
        ("SkuPriceDetails", map("p5.48xlarge")),
        ("SubAccountId", same::<3>("111122223333")),
        ("Tags", map("x")),
    ]
}

#[test]
fn focus_in_columns_is_what_it_is_in_csv() {
    let csv = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,\
        ConsumedQuantity,ConsumedUnit,ProviderName,ServiceCategory,ServiceName,SkuPriceDetails,\
        SubAccountId\n\
        3.5,USD,Usage,2026-03-01 00:00:00,2026-03-01 01:00:00,1,Hours,AWS,Compute,\
        Amazon Elastic Compute Cloud,\"{\"\"InstanceType\"\":\"\"p5.48xlarge\"\"}\",111122223333\n\
        0,USD,Usage,,2026-03-01 01:00:00,1E-9,Hours,AWS,Compute,\
        Amazon Elastic Compute Cloud,,111122223333\n\
        -1,EUR,Credit,2026-03-01 00:00:00,2026-03-01 01:00:00,,Hours,AWS,Compute,\
        Amazon Elastic Compute Cloud,,111122223333\n";
    let (rows, id) = read(focus(), None);
    assert_eq!((rows.len(), id), (3, "focus"));
    assert!(
        rows[0].contains("Accelerator Usage 1000000u \"hours\" costs 3500000u USD"),
        "{rows:?}"
    );
    assert!(rows[0].contains("2026-03-01T00:00:00Z..2026-03-01T01:00:00Z"), "{rows:?}");
    assert_eq!(rows, read_csv(csv));
    assert_eq!(read(focus(), Some("focus")).0, rows);
}

#[test]
fn cost_and_usage_reports_are_read_from_members_and_numbers() {
    let members = vec![
        (Arc::new(Field::new("product_name", DataType::Utf8, true)), same::<2>("EC2")),
        (Arc::new(Field::new("region_code", DataType::Utf8, true)), same::<2>("us-west-2")),
    ];
    let times = |seconds: i64| -> ArrayRef {
        Arc::new(TimestampMillisecondArray::from(vec![seconds * 1000; 2]).with_timezone("UTC"))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("line_item_usage_account_id", same::<2>("111122223333")),
        ("line_item_line_item_type", same::<2>("Usage")),
        ("line_item_usage_start_date", times(MARCH)),
        ("line_item_usage_end_date", times(MARCH + 86_400)),
        ("line_item_product_code", same::<2>("AmazonEC2")),
        ("line_item_usage_type", same::<2>("USW2-BoxUsage:g5.48xlarge")),
        ("line_item_usage_amount", Arc::new(Float64Array::from(vec![24.0, f64::NAN]))),
        ("line_item_unblended_cost", Arc::new(Int64Array::from(vec![391, 0]))),
        ("product", Arc::new(StructArray::from(members))),
        ("pricing_unit", same::<2>("Hrs")),
    ];
    let (rows, id) = read(columns, None);
    assert_eq!(id, "aws_cur");
    assert_eq!(
        rows[0],
        "1: usage aws:111122223333 2026-03-01T00:00:00Z..2026-03-02T00:00:00Z \"AmazonEC2\" \
         \"USW2-BoxUsage:g5.48xlarge\" Accelerator Usage 24000000u \"hours\" costs 391000000u  \
         in us-west-2 of g5.48xlarge"
    );
    assert!(rows[1].contains("Usage 0u \"hours\" costs 0u"), "{rows:?}");
}

#[test]
fn tables_that_no_format_knows_are_others() {
    let columns = || vec![("a", same::<1>("x")), ("b", same::<1>("y"))];
    assert_eq!(read(columns(), None).1, "other");
    assert_eq!(read(columns(), Some("focus")).1, "other");
}

#[test]
fn values_of_all_types_have_texts() {
    let text = |array: ArrayRef| {
        let mut out = Vec::new();
        values::write(&array, 0, &mut out);
        String::from_utf8(out).expect("a text")
    };
    assert_eq!(text(Arc::new(Date32Array::from(vec![20_513]))), "2026-03-01T00:00:00Z");
    assert_eq!(text(Arc::new(arrow_array::BooleanArray::from(vec![true]))), "true");
    assert_eq!(text(Arc::new(Float64Array::from(vec![f64::INFINITY]))), "");
    assert_eq!(text(Arc::new(Float64Array::from(vec![2.5e-9]))), "0.0000000025");
    assert_eq!(text(decimals(&[Some(-1)])), "-0.000000000000001");
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1), None])]);
    assert_eq!(text(Arc::new(list)), "[1,null]");
    assert_eq!(text(map("a \"b\"")), r#"{"InstanceType":"a \"b\""}"#);
}

#[test]
fn columns_within_structures_have_dotted_names() {
    let inner = Field::new("id", DataType::Utf8, true);
    let outer = Field::new("project", DataType::Struct(Fields::from(vec![inner])), true);
    let schema = Schema::new(vec![Field::new("cost", DataType::Float64, true), outer]);
    let mut columns = Vec::new();
    flatten(schema.fields(), None, &mut columns);
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["cost", "project.id"]);
    assert_eq!((columns[1].root, &*columns[1].members), (1, &[0][..]));
}

/// A bill of many row groups that is large enough to be read by several threads.
fn large_bill(path: &Path) -> u64 {
    const ROWS: i64 = 9000;
    let resources = (0..ROWS).map(|row| format!("i-{row:08x}"));
    let padding = (0..ROWS).map(|row| format!("{row:01000}"));
    let end = vec![(MARCH + 3600) * 1_000_000_000; ROWS as usize];
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; ROWS as usize])) };
    let batch = RecordBatch::try_from_iter_with_nullable(
        [
            ("BilledCost", Arc::new(Float64Array::from(vec![1.0; ROWS as usize])) as ArrayRef),
            ("BillingCurrency", same("USD")),
            ("ChargeCategory", same("Usage")),
            (
                "ChargePeriodStart",
                Arc::new(TimestampMicrosecondArray::from(vec![MARCH * 1_000_000; ROWS as usize])),
            ),
            ("ChargePeriodEnd", Arc::new(TimestampNanosecondArray::from(end))),
            ("ConsumedQuantity", Arc::new(Float64Array::from(vec![1.0; ROWS as usize]))),
            ("ConsumedUnit", same("Hours")),
            ("ProviderName", same("AWS")),
            ("ResourceId", Arc::new(StringArray::from_iter_values(resources))),
            ("ServiceCategory", same("Compute")),
            ("ServiceName", same("Amazon Elastic Compute Cloud")),
            ("SubAccountId", same("111122223333")),
            ("Padding", Arc::new(StringArray::from_iter_values(padding))),
        ]
        .map(|(name, array)| (name, array, true)),
    );
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1000)).build();
    let file = File::create(path).expect("a file");
    let batch = batch.expect("columns of one length");
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("room");
    writer.close().expect("room");
    path.metadata().expect("a file").len()
}

#[test]
fn a_bill_says_the_same_to_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bill.parquet");
    let bytes = large_bill(&path);
    assert!(crate::object::is_worth_sharing(bytes), "{bytes}");
    let entry = crate::source::Entry {
        path,
        name: "bill.parquet".to_string(),
        bytes,
        changed: None,
        account: None,
    };
    let read = |threads| {
        let indicators = Arc::new(firedamp_core::indicator::IndicatorSet::empty());
        let options = firedamp_core::scan::Options::new(indicators);
        let job = crate::pipeline::Job { options, threads, advance: &|_| (), again: &|_| () };
        let read = crate::pipeline::read(std::slice::from_ref(&entry), &job);
        let account = read.accounts.0.into_values().next().expect("an account");
        let spent: i64 = account
            .bill
            .read()
            .series
            .values()
            .flatten()
            .map(|(_, amount)| amount.cost_micros)
            .sum();
        (spent, account)
    };
    let (spent, alone) = read(1);
    assert_eq!(spent, 9000 * 1_000_000);
    assert!(read(4).1 == alone, "four threads read something else");
}
