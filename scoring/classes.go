package scoring

import (
	"fmt"

	"hengxin/credit"
	"hengxin/features"
)

// restricted says what class of data the kinds of records are that are shared for financing on authorisation only
// (domain page 4.3). What is published by law needs no consent of its own; the score made of it does.
var restricted = map[credit.Kind]credit.DataClass{
	credit.KindTaxGrade:  credit.DataTax,
	credit.KindHeadcount: credit.DataSocial,
	credit.KindEnrolment: credit.DataSocial,
	credit.KindSnapshot:  credit.DataUtility,
}

// classesOf returns the classes of data that a consent must name for a model that reads the set, ascending: the score
// itself, and those of its restricted indicators. It returns [credit.ErrInvalid] where such an indicator reads a kind of
// which the table does not say the class.
func classesOf(set *features.Set) ([]credit.DataClass, error) {
	needed := [256]bool{credit.DataScore: true}
	for i := range set.Len() {
		ind := set.At(i)
		if ind.Sensitivity != "restricted" {
			continue
		}
		for _, kind := range ind.Sources {
			class, ok := restricted[kind]
			if !ok {
				return nil, fmt.Errorf("indicator %s: no class of data for restricted records of kind %s: %w", ind.ID, kind, credit.ErrInvalid)
			}
			needed[class] = true
		}
	}
	var classes []credit.DataClass
	for class, need := range needed {
		if need {
			classes = append(classes, credit.DataClass(class))
		}
	}
	return classes, nil
}
