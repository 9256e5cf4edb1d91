// Package datasets reads and writes files: records in our own format (Parquet and NDJSON), datasets of indicator rows
// with their labels and manifest, and flat tables that others wrote.
//
// # Records
//
// [WriteRecords] writes a Parquet file of records and [OpenRecords] reads one; [AppendJSON] and [NDJSON] are the same for
// lines of JSON. Every record read is checked and its id computed anew: one whose id or form is wrong is refused with
// its place. A file that is sorted by subject, known date and id says so, and can be read as histories.
//
// # Datasets
//
// [NewPlan] cuts the subjects into parts, and [Build] makes the parts that a shard owns and, once every part is there, the
// manifest. A part rests only on the plan and on the records, so that
// the bytes are the same for any number of shards and threads, and on any machine. What a row means is the business of
// package features: this package only carries the numbers.
//
// Labels carry their definition, horizon and the day up to which outcomes were observed; a label whose horizon had not
// passed on that day is refused. Splits are pure functions of a row's key.
//
// The formats are described in FORMAT.md.
package datasets
