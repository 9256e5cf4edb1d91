// Command synth judges a card of a generated province by the truth that the province was made with: how near its AUC comes
// to that of the true log odds without what no lender may see, and whether each factor of the true odds came out with the
// right sign. See run.sh.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/datasets/synth"
	"hengxin/models"
	"hengxin/models/eval"
)

func main() {
	log.SetFlags(0)
	province := flag.String("province", "", "directory of the generated province")
	dataset := flag.String("dataset", "", "directory of its dataset")
	card := flag.String("card", "", "directory of the fit")
	peer := flag.String("peer", "", "scores of LightGBM: subject, as_of, probability; may be left out")
	split := flag.String("split", "", "the split of the fit")
	within := flag.Float64("within", 0.02, "largest shortfall of the card's AUC")
	flag.Parse()
	c := &check{}
	if err := c.load(*province, *dataset, *card, *peer, *split); err != nil {
		log.Fatal("bench/synth: ", err)
	}
	short, err := c.areas()
	if err != nil {
		log.Fatal("bench/synth: ", err)
	}
	wrong, err := c.signs()
	if err != nil {
		log.Fatal("bench/synth: ", err)
	}
	if short > *within || wrong > 0 {
		log.Fatalf("bench/synth: the card falls %.4f short of the visible logit (at most %.2f), %d factors came out wrong", short, *within, wrong)
	}
}

// truth is what the generator knows of one observation.
type truth struct {
	logit, visible, probability float64
	factors                     []float64
	bad                         bool
}

type check struct {
	rates  *synth.Rates
	frame  *models.Frame
	sides  []datasets.Side
	truths []*truth  // by row of the frame
	card   []float64 // probability, by row of the frame
	peer   []float64 // NaN where the peer has no score
}

func key(subject, day string) string { return subject + "@" + day }

func (c *check) load(province, dataset, card, peer, split string) error {
	text, err := os.ReadFile(filepath.Join(province, synth.FileRates))
	if err != nil {
		return err
	}
	if c.rates, err = synth.ParseRates(text); err != nil {
		return err
	}
	shows, err := readFactors()
	if err != nil {
		return err
	}
	d, err := datasets.LoadFrame(context.Background(), dataset, c.columns(dataset, shows)...)
	if err != nil {
		return err
	}
	c.frame = &d.Frame
	truths, err := readTruth(filepath.Join(province, synth.FileTruth))
	if err != nil {
		return err
	}
	side, err := datasets.ParseSplit(split)
	if err != nil {
		return err
	}
	scores, err := readScores(filepath.Join(card, "predictions.csv"), "key")
	if err != nil {
		return err
	}
	peers := map[string]float64{}
	if peer != "" {
		if peers, err = readScores(peer, "subject"); err != nil {
			return err
		}
	}
	for _, k := range d.Keys {
		name := key(string(k.Subject), k.AsOf.String())
		t, ok := truths[name]
		if !ok {
			return fmt.Errorf("row %s of the dataset is not among the observations: %w", name, credit.ErrInvalid)
		}
		c.truths, c.sides = append(c.truths, t), append(c.sides, side(k))
		c.card = append(c.card, orNaN(scores, name))
		c.peer = append(c.peer, orNaN(peers, name))
	}
	return nil
}

// columns are the indicators that the factors ask for and the dataset has.
func (c *check) columns(dir string, shows []shown) (names []string) {
	m, err := datasets.ReadManifest(dir)
	if err != nil {
		return nil // LoadFrame says why
	}
	has := map[string]bool{}
	for _, id := range m.Indicators {
		has[id] = true
	}
	for _, s := range shows {
		for _, k := range append(append([]clause{}, s.shows...), s.reference...) {
			for _, name := range k.columns {
				if has[name] {
					names, has[name] = append(names, name), false
				}
			}
		}
	}
	return names
}

func orNaN(m map[string]float64, k string) float64 {
	if x, ok := m[k]; ok {
		return x
	}
	return math.NaN()
}

func readTruth(path string) (map[string]*truth, error) {
	t, err := datasets.OpenTable(path, datasets.TableOptions{})
	if err != nil {
		return nil, err
	}
	subject, day := t.Column("subject"), t.Column("as_of")
	numbers := func(name string) []float64 { return t.Column(name).Numbers }
	logit, visible, probability, outcome := numbers("true_logit"), numbers("visible_logit"), numbers("true_probability"), numbers("outcome")
	var factors [][]float64
	for _, f := range synth.FactorNames() {
		factors = append(factors, numbers("factor_"+f))
	}
	all := make(map[string]*truth, t.Rows)
	for i := range t.Rows {
		x := &truth{logit: logit[i], visible: visible[i], probability: probability[i], bad: outcome[i] == 1}
		for _, f := range factors {
			x.factors = append(x.factors, f[i])
		}
		all[key(subject.Texts[i], day.Texts[i])] = x
	}
	return all, nil
}

// readScores reads probabilities by subject@day; by names the column that has the key, or the subject.
func readScores(path, by string) (map[string]float64, error) {
	t, err := datasets.OpenTable(path, datasets.TableOptions{})
	if err != nil {
		return nil, err
	}
	names, p := t.Column(by), t.Column("probability")
	if names == nil || p == nil {
		return nil, fmt.Errorf("%s: want columns %s and probability: %w", path, by, credit.ErrInvalid)
	}
	all := make(map[string]float64, t.Rows)
	for i := range t.Rows {
		name := names.Texts[i]
		if by == "subject" {
			name = key(name, t.Column("as_of").Texts[i])
		}
		all[name] = p.Numbers[i]
	}
	return all, nil
}

// area is the AUC of a score over the rows of one side in which it has a value.
func (c *check) area(side datasets.Side, score func(i int) float64) (eval.Interval, error) {
	var target, scores []float64
	for i, t := range c.truths {
		if s := score(i); c.sides[i] == side && !math.IsNaN(s) {
			bad := 0.0
			if t.bad {
				bad = 1
			}
			target, scores = append(target, bad), append(scores, s)
		}
	}
	if len(target) == 0 {
		return eval.Interval{Value: math.NaN()}, nil
	}
	return eval.AUC(target, scores)
}

// areas prints the AUCs and returns how far the card falls short of the visible logit on the test rows.
func (c *check) areas() (short float64, err error) {
	fmt.Println("| AUC | train | test | 95 % |")
	fmt.Println("|---|---|---|---|")
	var test [4]float64
	for k, row := range []struct {
		name  string
		score func(i int) float64
	}{
		{"true logit, the unseen factor of the firm included", func(i int) float64 { return c.truths[i].logit }},
		{"visible logit: without it, and without what the law hides or nobody reports", func(i int) float64 { return c.truths[i].visible }},
		{"card", func(i int) float64 { return c.card[i] }},
		{"LightGBM", func(i int) float64 { return c.peer[i] }},
	} {
		train, err := c.area(datasets.Train, row.score)
		if err != nil {
			return 0, fmt.Errorf("AUC of the %s: %w", row.name, err)
		}
		out, err := c.area(datasets.Test, row.score)
		if err != nil {
			return 0, fmt.Errorf("AUC of the %s: %w", row.name, err)
		}
		if test[k] = out.Value; math.IsNaN(out.Value) {
			continue
		}
		fmt.Printf("| %s | %s | %.4f | %.4f to %.4f |\n", row.name, orDash(train.Value), out.Value, out.Low, out.High)
	}
	fmt.Printf("\nThe card falls %.4f short of the visible logit.\n\n", test[1]-test[2])
	return test[1] - test[2], nil
}

func orDash(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.4f", x)
}
