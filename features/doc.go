// Package features turns a subject's ordered history into indicator rows for given days: the fold. There is one fold,
// and every caller uses it: a score online, a dataset, a batch, a replay (decision 1 of DESIGN.md).
//
// # Nouns
//
// An indicator is one number about a subject on one day. The catalogue (catalogue.csv) is the one table of them: what an
// indicator is called and means, and how it is computed, in four words: of (which records: a row of the table of
// selections), window (how old they may be), pick (which of them count, where not all do) and value (the function that
// turns them into the number). A new indicator is one row, and one small function in one file where no function of the
// table does. A set is an ordered list of indicators under one digest.
//
// # One path
//
// [Fold.Load] resolves a history once ([credit.Policy.Resolve]) and reads the values of its records once. Each day then
// builds a view from it: the records known on that day, as they read and stood on it, latest event first. A selection is
// a list out of the view, a window a prefix of that list. The value and the evidence of an indicator come from the same
// list, so that an explanation cannot name other records than those that were counted.
//
// # Laws
//
// Nothing known after the day changes a row. One day at a time equals all days at once. The order in which records
// arrive is irrelevant. A repaired record stops counting on the day on which its repair is known, and rows of earlier
// days do not change. Every sum runs in the order of the list, so that equal histories give equal bits.
//
// # Missing
//
// A missing value is NaN, and [Fold.Missing] says why: no source covers the kind on that day, the source is switched
// off, there is no record where the indicator needs one, the records do not state what it needs, the neighbours of the
// subject are not at hand, there is no table of peers, or too few peers in it. Where a source covers and has no record,
// counts and sums are zero. Coverage is asked for the day itself: a window that begins before the source did counts what there is, and [Fold.CutShort] says so.
//
// # Reads
//
// Indicators that read counted see only records whose standing on the day counts: publicised and not repaired, expired
// or revoked. A lending model reads only those. Indicators that read all serve supervision and the benchmark; they see
// every record that is not withdrawn.
//
// # Peers
//
// Indicators whose value is percentile:ID or less_median:ID compare a firm with the firms of its industry section and band
// of registered capital in a frozen table ([Peers], made by hengxin indicators peers from a dataset). The table has editions
// by day and a row sees the latest that is not after its own day, so that comparing does not peek. A set with a table
// ([Set.WithPeers]) has a digest of its own; manifest and artifact name the table's.
//
// # Neighbours
//
// One hop goes through shares held, holders, guarantees and shared legal representatives, each a record of the subject that
// names the firm on the other side; of that firm only severe and abnormal listings and
// enforcement are read ([Neighbours]). [Relations] makes the records of shared representatives from those of officers.
//
// # Approvals
//
// Indicators over restricted or personal data have rows in approvals.csv: by whom, for what, until when. [Set.Approved]
// refuses a set without them, and no model is promoted with such a set.
//
// # Texts in bodies that indicators read
//
//   - penalty: penalty_types of domain page 2.5 joined by ';' (revoke_licence, suspend_business, close,
//     restrict_operation, restrict_employment, suspend_licence ...); sector food, drug, special_equipment, work_safety,
//     fire. performance: any status but not_performed, partial and their like says performed
//   - commitment: type repair marks 信用修复型; fulfilment: status fulfilled, partly, breached; status_source declared,
//     checked_online, random_check, complaint
//   - severe_listing: list codes of domain page 2.7; judgment: role plaintiff, defendant, third_party; court_notice: role
//     defendant, both
//   - tax_grade: grade A, B, M, C, D; arrears: type beginning with tax or social, any other is a fee
//   - registration: status cancelled, revoked, moved; change: item legal_representative, address, capital, cancelled,
//     revoked ..., or item status with after cancelled, revoked, moved
//   - award, shareholding: home 1 or 0; shareholding: role investor or none where the subject holds the counterpart,
//     investee or shareholder where it is held; status ended for the end of a holding
//   - snapshot: a metric of the table metrics, value a number, a grade A to D or a colour
//   - check and handling of a commitment: words of the policy ([credit.Policy.Stages])
//   - utility: type electricity, water, gas; usage; overdue periods or balance above 0 is unpaid. housing_fund: count.
//     tax_paid, trade: period, amount
//   - pledge: type equity or any other; pledge, freeze: live until removed or past valid_to
//   - intellectual_property: type invention, any other; status granted or none, any other is no right. honour: level
//     national, provincial, municipal, county
//   - annual_report: period (its year), assets, liabilities, revenue, net_profit, taxes, count
//   - agency_grade: type environment, customs, labour, risk, public_credit; grade a letter A to D, a colour, or advanced,
//     regular, dishonest. inspection: status passed, failed
//   - officer: role legal_representative; with a counterpart the record names another firm of the same person.
//     guarantee: counterpart the guaranteed firm, or with role guaranteed the firm that guarantees for the subject
package features
