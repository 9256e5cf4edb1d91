package source

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"hengxin/credit"
)

const dictionaryText = `序号,表格名称,表格含义,字段,字段含义,备注
1,ENTERPRISE_BRANCH ,企业分支机构信息,ENTNAME,企业名称,
,,,BRANCHNUM,"
分支机构数 ",
,,,CITY,所在城市,
2,BUSINESS_RISK__QUALITY_CHECK,产品抽查,ENTNAME,企业名称,
,,,parent,合格率,
`

func TestDictionary(t *testing.T) {
	d, err := ReadDictionary(strings.NewReader(dictionaryText))
	require.NoError(t, err)
	branch, err := Load("jinan-ent-branch")
	require.NoError(t, err)
	table := d.Table(branch, "somewhere/ent_branch.csv.gz")
	require.NotNil(t, table, "by the mapping's name of the table")
	require.Equal(t, "分支机构数", table.Label(branch, "branchnum"))
	require.Equal(t, "", table.Label(branch, "nosuch"))
	require.Equal(t, []string{"CITY"}, table.Absent(branch, []string{"entname", "branchnum"}))
	check, err := Load("jinan-product-checkinfo-connect")
	require.NoError(t, err)
	table = d.Table(check, "product_checkinfo_connect.csv")
	require.Equal(t, "合格率", table.Label(check, "passpercent"), "by another header for the column")
	require.Empty(t, table.Absent(check, []string{"entname", "passpercent"}))
	patent, err := Load("jinan-intangible-patent")
	require.NoError(t, err)
	require.Nil(t, d.Table(patent, "intangible_patent.csv"))
	var none *Dictionary
	require.Nil(t, none.Table(patent, "x"))
}

func TestDictionaryOfAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"表格名称", "字段", "字段含义"}, {"WEB_RECORD_INFO", "idom_num", "域名"}} {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow("Sheet1", at, &row))
	}
	var b bytes.Buffer
	require.NoError(t, book.Write(&b))
	d, err := ReadDictionary(&b)
	require.NoError(t, err)
	m, err := Load("jinan-web-record-info")
	require.NoError(t, err)
	require.Equal(t, "域名", d.Table(m, "full/web_record_info.csv.gz").Label(m, "idom_num"))
}

func TestDictionaryFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":               "empty",
		"a,b\n1,2\n":     "want columns",
		"表格名称,字段,字段含义\n": "no table",
		"表格名称,字段,字段含义\n,x,y\n":                      "before any table",
		"table,column,label\nt,x,y\n,X,z\n":         "a second time",
		"table,column,label\nt,x,y\nu,x,z\nt,v,z\n": "a second time",
	} {
		_, err := ReadDictionary(strings.NewReader(text))
		require.ErrorContains(t, err, want, text)
	}
}

// TestReasonsInChinese: every reason that a case gives has Chinese words.
func TestReasonsInChinese(t *testing.T) {
	for _, reason := range caseReasons(t) {
		zh, ok := ReasonZh(reason)
		require.True(t, ok, "reasons.csv has no row for: %s", reason)
		require.NotEqual(t, reason, zh)
	}
	zh, ok := ReasonZh("is not a day written as iso or zh")
	require.True(t, ok)
	require.Equal(t, "不是日期，或历法上没有这一天（可用写法 iso or zh）", zh)
	zh, ok = ReasonZh(`penalty record: penalty_types "a;b": the policy knows no such type`)
	require.True(t, ok)
	require.Contains(t, zh, `"a;b"`)
	_, ok = ReasonZh("a mapping's own words")
	require.False(t, ok)
}

func TestQuarantineFile(t *testing.T) {
	var b bytes.Buffer
	head := QuarantineHead{File: "a.csv", SHA256: credit.Digest{1}, Mapping: "m", Received: credit.NewDate(2026, 1, 2)}
	_, err := head.WriteTo(&b)
	require.NoError(t, err)
	_, _, err = ReadQuarantine(bytes.NewReader(b.Bytes()))
	require.ErrorContains(t, err, "no quarantined row")
	for _, n := range []int{3, 5} {
		_, err = (&Quarantine{Line: n, Reason: "is not stated"}).WriteTo(&b)
		require.NoError(t, err)
	}
	require.Contains(t, b.String(), `"reason_zh":"未填写"`)
	got, lines, err := ReadQuarantine(&b)
	require.NoError(t, err)
	require.Equal(t, head, got)
	require.Equal(t, map[int]bool{3: true, 5: true}, lines)
	_, _, err = ReadQuarantine(strings.NewReader("{\"line\":3}\n"))
	require.ErrorContains(t, err, "not a quarantine file")
}
