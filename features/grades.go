package features

import "hengxin/credit"

// Grades and findings of departments, honours, rights and officers.

// gradeTypes are the departments' grades that indicators read, by the type of the record.
var gradeTypes = map[string]tags{
	"environment": tagGradeEnvironment, "customs": tagGradeCustoms, "labour": tagGradeLabour, "risk": tagGradeRisk, "public_credit": tagGradePublic,
}

// colours are the environmental grades of Jiangsu (domain page 2.9), customsWords those of customs (1.5); higher is
// better.
var (
	colours      = map[string]float64{"green": 5, "blue": 4, "yellow": 3, "red": 2, "black": 1}
	customsWords = map[string]float64{"advanced": 3, "regular": 2, "dishonest": 1}
)

// gradeOf reads a colour, or a letter from A to D, which is 1; ok is false for any other text.
func gradeOf(text []byte) (x float64, ok bool) {
	if x, ok = colours[string(text)]; ok {
		return x, true
	}
	if len(text) == 1 && text[0] >= 'A' && text[0] <= 'D' {
		return float64('D'-text[0]) + 1, true
	}
	return 0, false
}

func readAgencyGrade(f *fact, field credit.Field, text []byte, _ *names) {
	switch field {
	case credit.FieldType:
		f.tags |= gradeTypes[string(text)]
	case credit.FieldGrade:
		if x, ok := gradeOf(text); ok {
			f.number = x
		} else if x, ok := customsWords[string(text)]; ok {
			f.number = x
		}
	case credit.FieldValidTo:
		f.end = dayOf(text)
	}
}

func readInspection(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
	case credit.FieldStatus:
		switch string(text) {
		case "passed":
			f.tags |= tagPassed
		case "failed":
			f.tags |= tagFailed
		}
	}
}

// levels rank who awards an honour.
var levels = map[string]float64{"national": 4, "provincial": 3, "municipal": 2, "county": 1}

func readHonour(f *fact, field credit.Field, text []byte, names *names) {
	readValidity(f, field, text, names)
	if x, ok := levels[string(text)]; ok && field == credit.FieldLevel {
		f.number = x
	}
}

func readIP(f *fact, field credit.Field, text []byte, names *names) {
	readValidity(f, field, text, names)
	switch field {
	case credit.FieldType:
		if string(text) == "invention" {
			f.tags |= tagInvention
		}
	case credit.FieldStatus:
		if string(text) != "granted" {
			f.tags |= tagUngranted
		}
	}
}

// readOfficer takes the person as the type, or the other firm of the same person where the record names one.
func readOfficer(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldRole:
		if string(text) == "legal_representative" {
			f.tags |= tagRepresentative
		}
	case credit.FieldCounterpart:
		f.typ = names.number(text)
		f.tags |= tagLinked
	case credit.FieldPerson: // comes after the counterpart
		if f.tags&tagLinked == 0 {
			f.typ = names.number(text)
		}
	}
}

func readGuarantee(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldCounterpart:
		f.typ = names.number(text)
	case credit.FieldRole:
		if string(text) == "guaranteed" {
			f.tags |= tagGuaranteed
		}
	case credit.FieldValidFrom:
		f.start = dayOf(text)
	case credit.FieldValidTo:
		f.end = dayOf(text)
	}
}

var gradeValues = map[string]valueFunc{
	"share_passed": share2(tagPassed, tagFailed),
}
