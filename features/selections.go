package features

import "hengxin/credit"

// selection says which records a list holds: of these kinds, with these tags and without those.
type selection struct {
	kinds         []credit.Kind
	with, without tags
	cites         bool // the last follower of each record is evidence too
	loop          bool // so are the findings about a commitment and what was done
	whole         bool // windows are left to the pick, since a record of the list counts whatever its age: the register's capital
}

func of(kinds ...credit.Kind) []credit.Kind { return kinds }

// adverseKinds are the records against a subject that regulations let it repair or have removed.
var adverseKinds = of(credit.KindPenalty, credit.KindSevereListing, credit.KindAbnormal, credit.KindEnforcement, credit.KindArrears)

// anyRecord are the kinds that stand for themselves and are dated by what happened.
var anyRecord = of(credit.KindRegistration, credit.KindChange, credit.KindPenalty, credit.KindPermit, credit.KindCommitment,
	credit.KindSevereListing, credit.KindEnforcement, credit.KindJudgment, credit.KindAbnormal, credit.KindTaxGrade, credit.KindArrears,
	credit.KindHeadcount, credit.KindQualification, credit.KindAward, credit.KindShareholding, credit.KindGuarantee, credit.KindCourtNotice,
	credit.KindEnrolment)

// selections is the table of what indicators are made of.
var selections = map[string]selection{
	"penalties":            {kinds: of(credit.KindPenalty)},
	"penalties_serious":    {kinds: of(credit.KindPenalty), with: tagSerious},
	"penalties_stopping":   {kinds: of(credit.KindPenalty), with: tagStopping},
	"penalties_key_sector": {kinds: of(credit.KindPenalty), with: tagKeySector},
	"penalties_active":     {kinds: of(credit.KindPenalty), without: tagRepaired},
	"penalties_grave":      {kinds: of(credit.KindPenalty), with: tagSerious, without: tagRepaired},
	"penalties_repaired":   {kinds: of(credit.KindPenalty), with: tagRepaired, cites: true},
	"penalties_performed":  {kinds: of(credit.KindPenalty), with: tagPerformed},

	"adverse":          {kinds: adverseKinds},
	"adverse_eligible": {kinds: adverseKinds, with: tagEligible},
	"adverse_applied":  {kinds: adverseKinds, with: tagApplied},
	"adverse_rejected": {kinds: adverseKinds, with: tagRejected},
	"adverse_banned":   {kinds: adverseKinds, with: tagBanned},
	"adverse_overdue":  {kinds: adverseKinds, with: tagOverdue},
	"adverse_objected": {kinds: adverseKinds, with: tagObjected},
	"adverse_repaired": {kinds: adverseKinds, with: tagRepaired, cites: true},

	"commitments":                 {kinds: of(credit.KindCommitment)},
	"commitments_open":            {kinds: of(credit.KindCommitment), without: tagAnswered},
	"commitments_due":             {kinds: of(credit.KindCommitment), with: tagDue, cites: true},
	"commitments_overdue":         {kinds: of(credit.KindCommitment), with: tagOverdue},
	"commitments_answered":        {kinds: of(credit.KindCommitment), with: tagAnswered, cites: true},
	"commitments_fulfilled":       {kinds: of(credit.KindCommitment), with: tagFulfilled, cites: true},
	"commitments_partly":          {kinds: of(credit.KindCommitment), with: tagPartly, cites: true},
	"commitments_breached":        {kinds: of(credit.KindCommitment), with: tagBreached, cites: true},
	"commitments_repair_breached": {kinds: of(credit.KindCommitment), with: tagBreached | tagRepairCommitment, cites: true},

	"severe":         {kinds: of(credit.KindSevereListing)},
	"severe_court":   {kinds: of(credit.KindSevereListing), with: tagCourtList},
	"severe_other":   {kinds: of(credit.KindSevereListing), without: tagCourtList},
	"severe_veto":    {kinds: of(credit.KindSevereListing), with: tagVetoList},
	"severe_active":  {kinds: of(credit.KindSevereListing), without: tagRemoved},
	"severe_removed": {kinds: of(credit.KindSevereListing), with: tagRemoved, cites: true},
	"abnormal":       {kinds: of(credit.KindAbnormal)},

	"enforcement":         {kinds: of(credit.KindEnforcement)},
	"judgments":           {kinds: of(credit.KindJudgment)},
	"judgments_defendant": {kinds: of(credit.KindJudgment), with: tagDefendant},
	"judgments_plaintiff": {kinds: of(credit.KindJudgment), with: tagPlaintiff},
	"court":               {kinds: of(credit.KindEnforcement, credit.KindJudgment, credit.KindSevereListing)},

	"tax_grades":     {kinds: of(credit.KindTaxGrade)},
	"tax_grades_d":   {kinds: of(credit.KindTaxGrade), with: tagGradeD},
	"arrears":        {kinds: of(credit.KindArrears), without: tagRemoved},
	"arrears_tax":    {kinds: of(credit.KindArrears), with: tagTax, without: tagRemoved},
	"arrears_social": {kinds: of(credit.KindArrears), with: tagSocial, without: tagRemoved},
	"headcounts":     {kinds: of(credit.KindHeadcount)},

	"registrations":     {kinds: of(credit.KindRegistration)},
	"register":          {kinds: of(credit.KindRegistration, credit.KindChange)},
	"closures":          {kinds: of(credit.KindRegistration, credit.KindChange), with: tagClosed},
	"changes":           {kinds: of(credit.KindChange)},
	"changes_legal_rep": {kinds: of(credit.KindChange), with: tagLegalRep},
	"changes_address":   {kinds: of(credit.KindChange), with: tagAddress},
	"changes_capital":   {kinds: of(credit.KindChange), with: tagCapital},

	"permits":               {kinds: of(credit.KindPermit)},
	"permits_valid":         {kinds: of(credit.KindPermit), with: tagValid},
	"permits_lapsed":        {kinds: of(credit.KindPermit), with: tagLapsed},
	"qualifications":        {kinds: of(credit.KindQualification)},
	"qualifications_valid":  {kinds: of(credit.KindQualification), with: tagValid},
	"qualifications_lapsed": {kinds: of(credit.KindQualification), with: tagLapsed},
	"qualifications_soon":   {kinds: of(credit.KindQualification), with: tagSoon},

	"holdings":          {kinds: of(credit.KindShareholding), without: tagHolder | tagEnd},
	"holdings_and_ends": {kinds: of(credit.KindShareholding), without: tagHolder},
	"holdings_ended":    {kinds: of(credit.KindShareholding), with: tagEnd, without: tagHolder},
	"holdings_majority": {kinds: of(credit.KindShareholding), with: tagMajority, without: tagHolder | tagEnd},
	"holders_and_ends":  {kinds: of(credit.KindShareholding), with: tagHolder},
	"holders":           {kinds: of(credit.KindShareholding), with: tagHolder},
	"awards":            {kinds: of(credit.KindAward)},
	"guarantees":        {kinds: of(credit.KindGuarantee), without: tagGuaranteed},
	"guarantees_valid":  {kinds: of(credit.KindGuarantee), with: tagValid, without: tagGuaranteed},
	"guarantors":        {kinds: of(credit.KindGuarantee), with: tagValid | tagGuaranteed},
	"notices":           {kinds: of(credit.KindCourtNotice)},
	"notices_defendant": {kinds: of(credit.KindCourtNotice), with: tagDefendant},
	"enrolments":        {kinds: of(credit.KindEnrolment)},

	"snapshots":                  {kinds: of(credit.KindSnapshot)},
	"snapshots_power":            {kinds: of(credit.KindSnapshot), with: tagPower},
	"snapshots_environment":      {kinds: of(credit.KindSnapshot), with: tagEnvironment},
	"snapshots_freeze":           {kinds: of(credit.KindSnapshot), with: tagFreeze},
	"snapshots_pledges":          {kinds: of(credit.KindSnapshot), with: tagPledges},
	"snapshots_penalties":        {kinds: of(credit.KindSnapshot), with: tagPenalties},
	"snapshots_defaulter":        {kinds: of(credit.KindSnapshot), with: tagDefaulter},
	"snapshots_market_defaulter": {kinds: of(credit.KindSnapshot), with: tagMarketDefaulter},
	"snapshots_abnormal":         {kinds: of(credit.KindSnapshot), with: tagAbnormal},
	"snapshots_exception":        {kinds: of(credit.KindSnapshot), with: tagException},
	"snapshots_arrears":          {kinds: of(credit.KindSnapshot), with: tagArrearsYuan},
	"snapshots_tenders":          {kinds: of(credit.KindSnapshot), with: tagTenders},
	"snapshots_patents":          {kinds: of(credit.KindSnapshot), with: tagPatents},
	"snapshots_trademarks":       {kinds: of(credit.KindSnapshot), with: tagTrademarks},
	"snapshots_copyrights":       {kinds: of(credit.KindSnapshot), with: tagCopyrights},
	"snapshots_domains":          {kinds: of(credit.KindSnapshot), with: tagDomains},
	"snapshots_branches":         {kinds: of(credit.KindSnapshot), with: tagBranches},
	"snapshots_investments":      {kinds: of(credit.KindSnapshot), with: tagInvestments},
	"snapshots_shops":            {kinds: of(credit.KindSnapshot), with: tagShops},
	"snapshots_employees":        {kinds: of(credit.KindSnapshot), with: tagEmployees},
	"snapshots_capital":          {kinds: of(credit.KindSnapshot), with: tagCapitalFen},
	"snapshots_honours":          {kinds: of(credit.KindSnapshot), with: tagHonours},
	"snapshots_specialised":      {kinds: of(credit.KindSnapshot), with: tagSpecialised},
	"snapshots_technology":       {kinds: of(credit.KindSnapshot), with: tagTechnology},
	"snapshots_city_grade":       {kinds: of(credit.KindSnapshot), with: tagCityGrade},
	"snapshots_pass_share":       {kinds: of(credit.KindSnapshot), with: tagPassShare},

	"records": {kinds: anyRecord},

	"commitments_online":  {kinds: of(credit.KindCommitment), with: tagOnline, loop: true},
	"commitments_spot":    {kinds: of(credit.KindCommitment), with: tagSpot, loop: true},
	"commitments_false":   {kinds: of(credit.KindCommitment), with: tagFalse, loop: true},
	"commitments_cured":   {kinds: of(credit.KindCommitment), with: tagCured, loop: true},
	"commitments_handled": {kinds: of(credit.KindCommitment), with: tagHandled, loop: true},
	"commitments_shown":   {kinds: of(credit.KindCommitment), with: tagShown, loop: true},
	"commitments_wanting": {kinds: of(credit.KindCommitment), with: tagWanting, loop: true},

	"penalties_and_capital":   {kinds: of(credit.KindPenalty, credit.KindRegistration), whole: true},
	"enforcement_and_capital": {kinds: of(credit.KindEnforcement, credit.KindRegistration), whole: true},
	"pledges_and_capital":     {kinds: of(credit.KindPledge, credit.KindRegistration), without: tagRemoved | tagLapsed, whole: true},
	"freezes_and_capital":     {kinds: of(credit.KindFreeze, credit.KindRegistration), without: tagRemoved | tagLapsed, whole: true},
	"tax_paid_and_capital":    {kinds: of(credit.KindTaxPaid, credit.KindRegistration), whole: true},

	"electricity":        {kinds: of(credit.KindUtility), with: tagElectricity},
	"water":              {kinds: of(credit.KindUtility), with: tagWater},
	"utilities":          {kinds: of(credit.KindUtility)},
	"utilities_unpaid":   {kinds: of(credit.KindUtility), with: tagUnpaid},
	"housing_fund":       {kinds: of(credit.KindHousingFund)},
	"tax_paid":           {kinds: of(credit.KindTaxPaid)},
	"trade":              {kinds: of(credit.KindTrade)},
	"pledges_live":       {kinds: of(credit.KindPledge), without: tagRemoved | tagLapsed},
	"equity_pledges":     {kinds: of(credit.KindPledge), with: tagEquity, without: tagRemoved | tagLapsed},
	"freezes_live":       {kinds: of(credit.KindFreeze), without: tagRemoved | tagLapsed},
	"rights":             {kinds: of(credit.KindIP), without: tagLapsed | tagUngranted},
	"inventions":         {kinds: of(credit.KindIP), with: tagInvention, without: tagLapsed | tagUngranted},
	"honours":            {kinds: of(credit.KindHonour)},
	"honours_valid":      {kinds: of(credit.KindHonour), with: tagValid},
	"annual_reports":     {kinds: of(credit.KindAnnualReport)},
	"grade_environment":  {kinds: of(credit.KindAgencyGrade), with: tagGradeEnvironment | tagValid},
	"grade_customs":      {kinds: of(credit.KindAgencyGrade), with: tagGradeCustoms | tagValid},
	"grade_labour":       {kinds: of(credit.KindAgencyGrade), with: tagGradeLabour | tagValid},
	"grade_risk":         {kinds: of(credit.KindAgencyGrade), with: tagGradeRisk | tagValid},
	"grade_public":       {kinds: of(credit.KindAgencyGrade), with: tagGradePublic | tagValid},
	"agency_grades":      {kinds: of(credit.KindAgencyGrade)},
	"inspections":        {kinds: of(credit.KindInspection)},
	"inspections_failed": {kinds: of(credit.KindInspection), with: tagFailed},
	"tax_abnormal":       {kinds: of(credit.KindTaxAbnormal)},
	"consumption":        {kinds: of(credit.KindConsumption)},
	"closure_records":    {kinds: of(credit.KindClosure)},
	"representatives":    {kinds: of(credit.KindOfficer), with: tagRepresentative, without: tagLinked},
	"same_person":        {kinds: of(credit.KindOfficer), with: tagRepresentative | tagLinked, without: tagRemoved},
	"listings":           {kinds: of(credit.KindSevereListing, credit.KindAbnormal)},
}
