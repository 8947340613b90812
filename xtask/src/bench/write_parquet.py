"""Writes a VPC flow log in text as Parquet, with AWS's column names: write_parquet.py TEXT PARQUET"""

import sys

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 1_000_000
TYPES = {
    "version": pa.int32(),
    "account_id": pa.string(),
    "interface_id": pa.string(),
    "srcaddr": pa.string(),
    "dstaddr": pa.string(),
    "srcport": pa.int32(),
    "dstport": pa.int32(),
    "protocol": pa.int32(),
    "packets": pa.int64(),
    "bytes": pa.int64(),
    "start": pa.int64(),
    "end": pa.int64(),
    "action": pa.string(),
    "log_status": pa.string(),
}

text, parquet = sys.argv[1:]
reader = csv.open_csv(
    text,
    read_options=csv.ReadOptions(column_names=list(TYPES), skip_rows=1, block_size=64 << 20),
    parse_options=csv.ParseOptions(delimiter=" ", quote_char=False),
    # Missing numbers are null; missing strings stay "-", as AWS writes them.
    convert_options=csv.ConvertOptions(column_types=TYPES, null_values=["-"]),
)
with pq.ParquetWriter(parquet, reader.schema, compression="snappy") as writer:
    held, rows = [], 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        while rows >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(held)
            writer.write_table(table.slice(0, ROW_GROUP_ROWS), row_group_size=ROW_GROUP_ROWS)
            held = table.slice(ROW_GROUP_ROWS).to_batches()
            rows -= ROW_GROUP_ROWS
    if rows:
        writer.write_table(pa.Table.from_batches(held), row_group_size=ROW_GROUP_ROWS)
