package synth

import "strings"

// place is a city of the province: its county-level division codes now and codes no longer in force (domain page 2.2).
type place struct {
	code, zh string
	now      string
	old      string
}

var places = [...]place{
	{"3201", "南京", "320102 320104 320105 320106 320111 320113 320114 320115 320116 320117 320118", "320103 320107"},
	{"3202", "无锡", "320205 320206 320211 320213 320214 320281 320282", "320202 320203"},
	{"3203", "徐州", "320302 320303 320305 320311 320312 320321 320322 320324 320381 320382", "320323"},
	{"3204", "常州", "320402 320404 320411 320412 320413 320481", "320405"},
	{"3205", "苏州", "320505 320506 320507 320508 320509 320581 320582 320583 320585", "320503 320502"},
	{"3206", "南通", "320612 320613 320614 320623 320681 320682 320685", "320684 320621"},
	{"3207", "连云港", "320703 320706 320707 320722 320723 320724", "320705"},
	{"3208", "淮安", "320803 320804 320812 320813 320826 320830 320831", "320802"},
	{"3209", "盐城", "320902 320903 320904 320921 320922 320923 320924 320925 320981", "320982"},
	{"3210", "扬州", "321002 321003 321012 321023 321081 321084", "321011"},
	{"3211", "镇江", "321102 321111 321112 321181 321182 321183", "321121"},
	{"3212", "泰州", "321202 321203 321204 321281 321282 321283", "321284"},
	{"3213", "宿迁", "321302 321311 321322 321323 321324", "321321"},
}

// sections are the sections of GB/T 4754-2017 that generated firms come from, with divisions they are drawn from.
var sections = [...]struct{ code, divisions string }{
	{"A", "01 03 04"}, {"C", "13 14 17 18 21 26 29 30 33 34 35 38 39"}, {"E", "47 48 49 50"}, {"F", "51 52"},
	{"G", "54 58 59"}, {"H", "61 62"}, {"I", "64 65"}, {"K", "70"}, {"L", "71 72"}, {"M", "73 74 75"}, {"N", "77 78"},
	{"O", "80 81 82"}, {"Q", "84"}, {"R", "88 90"},
}

func cityCodes() (codes []string) {
	for _, p := range places {
		codes = append(codes, p.code)
	}
	return codes
}

func sectionCodes() (codes []string) {
	for _, s := range sections {
		codes = append(codes, s.code)
	}
	return codes
}

// tertiary reports whether a section is in the tertiary industry (all but A to E).
func tertiary(section string) bool { return section > "E" }

// placeTable is places, split once.
type placeTable struct {
	now, old  [len(places)][]string
	divisions [len(sections)][]string
}

func newPlaceTable() (t placeTable) {
	for i, p := range places {
		t.now[i], t.old[i] = strings.Fields(p.now), strings.Fields(p.old)
	}
	for i, s := range sections {
		t.divisions[i] = strings.Fields(s.divisions)
	}
	return t
}
