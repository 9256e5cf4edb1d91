package scoring

import (
	"hengxin/credit"
	"hengxin/features"
)

// classesOf returns the classes of data that a consent must name for a model that reads the set, ascending: the score
// itself, and those of the kinds that its indicators read which are not public (domain page 4.3): the table of kinds says
// what class each kind is of. What is published by law needs no consent of its own; the score made of it does.
func classesOf(set *features.Set) []credit.DataClass {
	needed := [256]bool{credit.DataScore: true}
	for i := range set.Len() {
		ind := set.At(i)
		if ind.Sensitivity == "public" {
			continue
		}
		for _, kind := range ind.Sources {
			info, _ := kind.Info()
			for _, class := range info.Classes() {
				needed[class] = true
			}
		}
	}
	var classes []credit.DataClass
	for class, need := range needed {
		if need {
			classes = append(classes, credit.DataClass(class))
		}
	}
	return classes
}
