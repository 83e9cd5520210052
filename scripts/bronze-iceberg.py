"""Registers the files of Bronze as an Apache Iceberg table, for Spark, Trino and Athena. Nothing is rewritten, and the table
can be thrown away: the truth are the manifests (docs/lake.md). Needs pyiceberg 0.12 with pyarrow and sql-sqlite.

  bronze-iceberg.py LAKE WAREHOUSE [--restricted]

LAKE is the directory of the lake, or s3://bucket/folder with the credentials that AWS tools find; WAREHOUSE a directory for
the catalog (SQLite) and the table's metadata. Run again, it adds what was archived since. The last line is one JSON object.
"""

import argparse
import hashlib
import json
import pathlib
import sys

import pyarrow.fs
import pyarrow.parquet
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError

FORMAT = "gavel-bronze/1"


class Lake:
    """Objects of the lake, by their keys."""

    def __init__(self, url):
        self.url = url if "://" in url else pathlib.Path(url).resolve().as_uri()
        self.files, self.root = pyarrow.fs.FileSystem.from_uri(self.url)

    def read(self, key):
        """Bytes of an object; None if there is none."""
        try:
            with self.files.open_input_stream(f"{self.root}/{key}") as stream:
                return stream.read()
        except FileNotFoundError:
            return None

    def schema(self, key):
        return pyarrow.parquet.read_schema(f"{self.root}/{key}", filesystem=self.files)

    def uri(self, key):
        return f"{self.url}/{key}"


def manifests(lake):
    """The manifests of events, from the first on, each compared with the hash that the next one has of it."""
    before, part = None, 0
    while True:
        part += 1
        key = f"bronze/manifests/events/{part:012d}.json"
        text = lake.read(key)
        if text is None:
            return
        manifest = json.loads(text)
        if manifest["format"] != FORMAT:
            sys.exit(f"{key} has the format {manifest['format']}, and this program knows {FORMAT}")
        if manifest["previous"] != before:
            sys.exit(f"{key} does not follow the manifest before it: run gavel bronze verify")
        before = hashlib.sha256(text).hexdigest()
        yield manifest


def table_of(catalog, name, schema):
    try:
        return catalog.load_table(name)
    except NoSuchTableError:
        catalog.create_namespace_if_not_exists("bronze")
        return catalog.create_table(name, schema=schema)


def main():
    parser = argparse.ArgumentParser(description="Register the files of Bronze as an Iceberg table.")
    parser.add_argument("lake")
    parser.add_argument("warehouse")
    parser.add_argument("--restricted", action="store_true", help="the restricted files instead of the events")
    wanted = parser.parse_args()
    kind, name = (
        ("events-restricted", "bronze.events_restricted") if wanted.restricted else ("events", "bronze.events")
    )
    lake = Lake(wanted.lake)
    keys = [file["key"] for manifest in manifests(lake) for file in manifest["files"] if file["kind"] == kind]
    if not keys:
        sys.exit(f"{lake.url} has no {kind} in Bronze yet")
    warehouse = pathlib.Path(wanted.warehouse).resolve()
    warehouse.mkdir(parents=True, exist_ok=True)
    catalog = SqlCatalog("gavel", uri=f"sqlite:///{warehouse}/catalog.db", warehouse=warehouse.as_uri())
    table = table_of(catalog, name, lake.schema(keys[0]))
    known = set(table.inspect.files()["file_path"].to_pylist())
    missing = [uri for uri in map(lake.uri, keys) if uri not in known]
    if missing:
        table.add_files(missing, check_duplicate_files=False)
    rows = sum(table.inspect.files()["record_count"].to_pylist())
    print(json.dumps({"table": name, "files": len(keys), "added": len(missing), "rows": rows, "metadata": table.metadata_location}))


main()
