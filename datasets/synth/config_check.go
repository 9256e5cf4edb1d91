package synth

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"hengxin/credit"
)

func (r *Rates) check() error {
	mixes := []struct {
		name string
		mix  map[string]float64
		know []string
	}{
		{"population.cities", r.Population.Cities, cityCodes()},
		{"population.enterprise_industries", r.Population.EnterpriseIndustries, sectionCodes()},
		{"population.individual_industries", r.Population.IndividualIndustries, sectionCodes()},
		{"population.sizes", r.Population.Sizes, sizeNames[:4]},
		{"penalties.ordinary_mix", r.Penalties.OrdinaryMix, mixNames[:]},
		{"commitments.types", r.Commitments.Types, nil},
		{"spells.severe_lists", r.Spells.SevereLists, nil},
		{"activity.tax_grades", r.Activity.TaxGrades, gradeNames[:]},
		{"activity.environment_grades", r.Activity.EnvironmentGrades, nil},
		{"blocks.pledge_kinds", r.Blocks.PledgeKinds, nil},
		{"blocks.right_kinds", r.Blocks.RightKinds, nil},
		{"blocks.risk_grades", r.Blocks.RiskGrades, nil},
		{"blocks.credit_grades", r.Blocks.CreditGrades, nil},
		{"blocks.labour_grades", r.Blocks.LabourGrades, nil},
		{"blocks.customs_grades", r.Blocks.CustomsGrades, nil},
		{"loans.terms", r.Loans.Terms, []string{"12", "24", "36"}},
	}
	for _, m := range mixes {
		if err := checkMix(m.mix, m.know); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	for i, d := range r.Penalties.Departments {
		if i > int(srcCulture) || d.Name != sourceNames[i] || len(d.Acts) == 0 {
			return fmt.Errorf("penalties.departments: want %s in this order, each with acts: %w", strings.Join(sourceNames[:srcCulture+1], ", "), credit.ErrInvalid)
		}
	}
	for i, s := range r.Spells.Rows {
		if i >= len(spellNames) || s.Name != spellNames[i] {
			return fmt.Errorf("spells.rows: want %s in this order: %w", strings.Join(spellNames[:], ", "), credit.ErrInvalid)
		}
	}
	for _, f := range factorNames {
		if !(r.Loans.Odds[f] > 0) {
			return fmt.Errorf("loans.odds: %s is missing or not positive: %w", f, credit.ErrInvalid)
		}
	}
	for _, n := range sizeNames {
		if r.Loans.Intercept[n] == 0 || !(r.Loans.BadRate[n] > 0) {
			return fmt.Errorf("loans: intercept or bad_rate of %s is missing: %w", n, credit.ErrInvalid)
		}
	}
	if err := r.checkProfiles(); err != nil {
		return err
	}
	switch {
	case len(r.Spells.Rows) != len(spellNames):
		return fmt.Errorf("spells.rows: %d, want %d: %w", len(r.Spells.Rows), len(spellNames), credit.ErrInvalid)
	case len(r.Loans.Odds) != len(factorNames):
		return fmt.Errorf("loans.odds: %d factors, want %d: %w", len(r.Loans.Odds), len(factorNames), credit.ErrInvalid)
	case r.Loans.CohortMonths != 1 && r.Loans.CohortMonths != 3:
		return fmt.Errorf("loans.cohort_months %d: want 1 or 3: %w", r.Loans.CohortMonths, credit.ErrInvalid)
	case len(r.Penalties.Departments) == 0 || len(r.Banks.Rows) == 0 || len(r.Repairs.Minimum) == 0:
		return fmt.Errorf("no departments, banks or minimum periods: %w", credit.ErrInvalid)
	}
	return nil
}

func checkMix(mix map[string]float64, know []string) error {
	sum := 0.0
	for _, name := range sortedKeys(mix) {
		if mix[name] < 0 {
			return fmt.Errorf("%s is negative: %w", name, credit.ErrInvalid)
		}
		if know != nil && indexOf(know, name) < 0 {
			return fmt.Errorf("%q is not one of %s: %w", name, strings.Join(know, " "), credit.ErrInvalid)
		}
		sum += mix[name]
	}
	if math.Abs(sum-1) > 1e-6 {
		return fmt.Errorf("adds up to %.6f, want 1: %w", sum, credit.ErrInvalid)
	}
	return nil
}

// checkProfiles holds the months of every profile to divisors of a year.
func (r *Rates) checkProfiles() error {
	for _, name := range slices.Sorted(maps.Keys(r.Profiles)) {
		p := r.Profiles[name]
		for _, months := range [...]int{p.HeadcountMonths, p.PowerMonths, p.BillMonths, p.FundMonths} {
			if months < 1 || 12%months != 0 {
				return fmt.Errorf("profiles.%s: every %d months: want a divisor of 12: %w", name, months, credit.ErrInvalid)
			}
		}
	}
	return nil
}
