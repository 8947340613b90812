"""Grouping a bill in DuckDB: group_duckdb.py focus|aws_cur INPUT

Sums quantity and cost by account, region, meter and hour, of the columns that this needs.
"""

import sys

import duckdb

COLUMNS = {
    "focus": (
        "SubAccountId", "RegionId", "ServiceName", "ChargePeriodStart", "ConsumedQuantity", "EffectiveCost",
    ),
    "aws_cur": (
        "lineItem/UsageAccountId", "product/region", "lineItem/UsageType", "lineItem/UsageStartDate",
        "lineItem/UsageAmount", "lineItem/UnblendedCost",
    ),
}

kind, place = sys.argv[1:]
keys = ", ".join(f'"{name}"' for name in COLUMNS[kind][:4])
quantity, cost = COLUMNS[kind][4:]
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
rows = connection.execute(
    f"""
    select {keys}, sum(cast("{quantity}" as double)), sum(cast("{cost}" as double))
    from read_csv('{place}', header=true, all_varchar=true, strict_mode=false) group by all
    """
).fetchall()
print(len(rows))
