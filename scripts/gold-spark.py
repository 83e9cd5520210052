"""Computes the tables of Gold on Apache Spark, from the same Parquet files and by the same SQL as DuckDB does. `gavel gold spark`
writes the job and compares the rows; docs/scale.md says how a cluster runs it. Needs pyspark 4.1 and Java 17 or later.

  gold-spark.py JOB OUTPUT

JOB is the JSON file that `gavel gold spark --job` writes; OUTPUT is a folder, at any address that Spark can write to. The last
line on stdout is one JSON object: seconds, and the rows of each table.
"""

import json
import sys
import time

from pyspark.sql import SparkSession

# As the headers of sql/gold say them. Timestamps are written without a zone: all of them are UTC.
TYPES = {
    "bigint": "BIGINT",
    "date": "DATE",
    "integer": "INT",
    "numeric": "DECIMAL(38, 0)",
    "text": "STRING",
    "timestamptz": "TIMESTAMP_NTZ",
    "uuid": "STRING",
}


def session():
    builder = SparkSession.builder.appName("gavel gold")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        # An amount that does not fit ends the run.
        "spark.sql.ansi.enabled": "true",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main(job_path, output):
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    spark = session()
    spark.sparkContext.setLogLevel("ERROR")
    # Spark's own default of 200 pieces is for clusters; on few cores it is mostly waiting.
    spark.conf.set("spark.sql.shuffle.partitions", 3 * spark.sparkContext.defaultParallelism)
    started = time.monotonic()
    # One schema for all files, and no columns from the names of folders.
    spark.read.option("basePath", job["base"]).parquet(*job["files"]).drop("date", "hour").createOrReplaceTempView("bronze")
    spark.read.parquet(job["scores"]).createOrReplaceTempView("bid_scores")
    for view in job["views"]:
        frame = spark.sql(view["sql"])
        # Each input is read by several tables.
        (frame.cache() if view["isInput"] else frame).createOrReplaceTempView(view["name"])
    rows = {}
    for table in job["tables"]:
        columns = [f"CAST({name} AS {TYPES[kind]}) AS {name}" for name, kind in table["columns"]]
        frame = spark.sql(f"SELECT {', '.join(columns)} FROM (\n{table['sql']}\n)")
        frame.write.mode("overwrite").parquet(f"{output}/{table['name']}")
        rows[table["name"]] = spark.read.parquet(f"{output}/{table['name']}").count()
    seconds = round(time.monotonic() - started, 1)
    spark.stop()
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
