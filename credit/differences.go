package credit

import "bytes"

// Differences names in what two records of one decision differ (rulings 7), nil where they agree: "amount", "event" (the
// day or its precision), "severity", and the names of values of their bodies in canonical order. A value that only one of
// them states is a difference: the other does not confirm it. What a source says of its own row is none: source_ref,
// supplied, and columns outside the vocabulary that the other source does not have. The order of a and b is irrelevant.
func Differences(a, b *Record) []string {
	var names []string
	if a.Amount != b.Amount {
		names = append(names, "amount")
	}
	if a.Event != b.Event || a.Precision != b.Precision {
		names = append(names, "event")
	}
	if a.Severity != b.Severity {
		names = append(names, "severity")
	}
	return differentValues(names, a.Body, b.Body)
}

// differentValues walks two bodies side by side.
func differentValues(names []string, a, b Body) []string {
	for len(a) > 0 || len(b) > 0 {
		var f, g Field
		var x, y []byte
		var restA, restB Body
		if len(a) > 0 {
			f, x, restA = a.Next()
		}
		if len(b) > 0 {
			g, y, restB = b.Next()
		}
		order := 0
		switch {
		case len(a) == 0:
			order = 1
		case len(b) == 0:
			order = -1
		default:
			order = compareValues(f, x, g, y)
		}
		switch {
		case order == 0 && !bytes.Equal(x, y) && f == fieldOther:
			names = append(names, string(columnName(x)))
		case order == 0 && !bytes.Equal(x, y) && !ofOwnRow(f), order < 0 && !ofOwnRow(f):
			names = append(names, f.String())
		case order > 0 && !ofOwnRow(g):
			names = append(names, g.String())
		}
		if order <= 0 {
			a = restA
		}
		if order >= 0 {
			b = restB
		}
	}
	return names
}

// ofOwnRow reports whether a value that one source states alone speaks of its own row and not of the decision.
func ofOwnRow(f Field) bool {
	return f == FieldSourceRef || f == FieldSupplied || f == fieldOther
}
