// Package source reads the tables of departments into records.
//
// A [Mapping] is a declaration, one YAML file a table: the columns and how their texts are read (encodings, date
// styles, units, code lists), and which records a row makes of them. MAPPING.md beside this file explains every key.
// Shipped mappings are embedded ([Names], [Load]); anybody's own is a file of the same form. [Open] reads a table under
// a mapping, row by row and in bounded memory, whether it is CSV, a workbook or JSON lines, packed or not.
//
// # Nothing is guessed, nothing is lost
//
// Every row is either read, and makes one record or more (rulings 21), or it is a [Quarantine] with its line, field,
// value and reason. A text that two readings fit (a date style, a unit, an encoding) is refused. A column that a mapping
// does not name is kept under its own name, and named in [Stats]; to leave one out, a mapping lists it under ignored.
// Values that can be read but look wrong are kept, and the record carries a flag: a fine in a column of 万元 that looks
// like yuan, a decision after its supply, a late supply, a failing check character, a division that is not in force or that
// nobody knows, a number or a day out of reach. A name without a code names no subject: such a row is quarantined, unless
// whoever opens the table can say whose name it is ([Options.Resolve]). What may not be kept, by the law that the caller
// knows ([Options.Refuse]), is quarantined too; a retry reads such rows again ([ReadQuarantine], [Options.Only]).
//
// # People
//
// Names and numbers of natural persons are left out, or kept under a keyed pseudonym ([Options.PersonKey]): never as they
// are, neither in a record nor in the quarantine.
//
// # Days
//
// Every record has an event date and a known date (rulings 1 to 3). A month or a year is its first day, known by its
// last, or by the cut: the day up to which the file was drawn. A delivered history (backfill) keeps the source's own
// known date; where it states none, the kind's row says what follows from the event. Of a live source nothing is known
// before the day on which it was received: that day is the known date and is no content, so that the same row received
// again tomorrow is the same record; what the source says of publication or supply stays in the body. A count or grade
// without a day is a snapshot as of the day that its mapping, or whoever reads it, states (rulings 22).
//
// # Failure
//
// A file that is not of its mapping's format, lacks a column or names one twice is refused as a whole
// ([hengxin/credit.ErrInvalid]). A file that is cut short gives its whole rows and then an error with the line. A row or
// line beyond the limits of limits.go is quarantined. No input makes the package panic: the fuzz targets try.
package source
