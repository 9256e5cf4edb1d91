package scoring

import "hengxin/credit"

// restricted says what class of data the kinds of records are that are shared for financing on authorisation only
// (domain page 4.3); every other kind is published by law. A commitment is published, how it is kept is not always.
var restricted = map[credit.Kind]credit.DataClass{
	credit.KindTaxGrade:   credit.DataTax,
	credit.KindArrears:    credit.DataTax,
	credit.KindHeadcount:  credit.DataSocial,
	credit.KindCommitment: credit.DataCommitment,
	credit.KindFulfilment: credit.DataCommitment,
}

// classOf is the class of data that an indicator takes from records of the kind; sensitivity is the catalogue's.
func classOf(kind credit.Kind, sensitivity string) credit.DataClass {
	if class, ok := restricted[kind]; ok && sensitivity == "restricted" {
		return class
	}
	return credit.DataPublic
}
