package scoring

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"hengxin/credit"
	"hengxin/features"
	"hengxin/models"
)

// Method is the set of rules under which a score is made, opened and ready. It does not change and is for any number of
// goroutines.
type Method struct {
	provenance Provenance // but for the consent
	artifact   *models.Artifact
	model      explainer
	set        *features.Set
	policy     *credit.Policy
	coverage   *credit.Coverage // nil where none is stated
	classes    []credit.DataClass
	near       bool      // reads the neighbours of the subject
	folds      sync.Pool // of *features.Fold without neighbours
}

// PolicyReader reads the canonical bytes of a policy; package credit/policy has it.
type PolicyReader func(canonical []byte) (*credit.Policy, error)

// OpenMethod reads the artifact, policy and coverage that d names and opens them together. It returns
// [ErrUnknownDigest] for what is not stored, and for a model that reads an indicator this program does not have or may
// not give to a lending model.
func OpenMethod(ctx context.Context, rules Rules, read PolicyReader, d Deciding) (*Method, error) {
	m := &Method{provenance: Provenance{Artifact: d.Artifact, Policy: d.Policy, Coverage: d.Coverage, Code: formats}}
	if err := m.openModel(ctx, rules, d.Artifact); err != nil {
		return nil, fmt.Errorf("artifact %s: %w", d.Artifact, err)
	}
	b, err := rules.Rule(ctx, d.Policy)
	if err == nil {
		m.policy, err = read(b)
	}
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", d.Policy, err)
	}
	if d.Coverage != "" {
		if b, err = rules.Rule(ctx, d.Coverage); err == nil {
			m.coverage, err = credit.ReadCoverage(bytes.NewReader(b))
		}
		if err != nil {
			return nil, fmt.Errorf("coverage %s: %w", d.Coverage, err)
		}
	}
	return m, m.prepare()
}

func (m *Method) openModel(ctx context.Context, rules Rules, digest string) error {
	b, err := rules.Rule(ctx, digest)
	if err != nil {
		return err
	}
	if m.artifact, err = models.Decode(b); err != nil {
		return err
	}
	open, ok := kinds[m.artifact.Kind]
	if !ok {
		return fmt.Errorf("a model of kind %q: %w", m.artifact.Kind, ErrUnknownDigest)
	}
	if m.model, err = open(m.artifact); err != nil {
		return err
	}
	ids := make([]string, len(m.artifact.Columns))
	for i, c := range m.artifact.Columns {
		ids[i] = c.Name
	}
	if m.set, err = features.NewSet(ids...); err != nil {
		return fmt.Errorf("%v: %w", err, ErrUnknownDigest)
	}
	if err := m.openPeers(ctx, rules); err != nil {
		return err
	}
	for i := range m.set.Len() {
		if ind := m.set.At(i); ind.Reads != features.ReadsCounted {
			return fmt.Errorf("indicator %s is for supervision, no lending model may read it: %w", ind.ID, credit.ErrInvalid)
		}
	}
	m.provenance.Set, m.provenance.Catalogue = m.set.Digest().String(), m.artifact.Provenance.Catalogue
	return nil
}

// openPeers reads the table that the model's peer-relative columns were made with.
func (m *Method) openPeers(ctx context.Context, rules Rules) error {
	if !m.set.ReadsPeers() {
		return nil
	}
	digest := m.artifact.Provenance.Peers
	if digest == "" {
		return fmt.Errorf("a column is relative to peers and the artifact names no table of peers: %w", ErrUnknownDigest)
	}
	b, err := rules.Rule(ctx, digest)
	if err != nil {
		return fmt.Errorf("peers %s: %w", digest, err)
	}
	peers, err := features.ReadPeers(b)
	if err == nil {
		m.set, err = m.set.WithPeers(peers)
	}
	if err != nil {
		return fmt.Errorf("peers %s: %v: %w", digest, err, ErrUnknownDigest)
	}
	return nil
}

// prepare finds what a score under the method needs, and makes the first fold.
func (m *Method) prepare() (err error) {
	m.classes = classesOf(m.set)
	m.near = m.set.ReadsNeighbours()
	f, err := m.newFold(features.NewNeighbours(m.policy))
	if err != nil {
		return err
	}
	m.folds.Put(f)
	return nil
}

func (m *Method) newFold(n *features.Neighbours) (*features.Fold, error) {
	return features.NewFold(m.set, m.policy, m.coverage, n)
}

// fold lends a fold; done gives it back. A fold with neighbours is made for one question and thrown away.
func (m *Method) fold(n *features.Neighbours) (f *features.Fold, done func(), err error) {
	if n != nil {
		f, err = m.newFold(n)
		return f, func() {}, err
	}
	f, ok := m.folds.Get().(*features.Fold)
	if !ok {
		if f, err = m.newFold(features.NewNeighbours(m.policy)); err != nil {
			return nil, nil, err
		}
	}
	return f, func() { m.folds.Put(f) }, nil
}

// Classes returns the classes of data that a consent must name for a score under the method.
func (m *Method) Classes() []credit.DataClass { return m.classes }
