package store

import (
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestAuditBytes pins the form that AUDIT.md describes: the hashes were computed from that page by another program
// (Python's hashlib and struct).
func TestAuditBytes(t *testing.T) {
	e := AuditEntry{Seq: 1, At: time.Date(2024, 6, 30, 4, 0, 0, 0, time.UTC), Actor: "cli:test", Action: "score", Object: "x", Subject: "t:firm", Detail: "{}"}
	first := e.hashAfter([32]byte{})
	require.Equal(t, "45c3dbc96d03fcac54937d0de4b6c3dc8eb12a8580cdafa11de56907e8b12077", hex.EncodeToString(first[:]))
	e.Seq = 2
	second := e.hashAfter(first)
	require.Equal(t, "9613641c9b68503a12e1de5ac7c96dbd816a86cdd9abcdf5521687dd58302c39", hex.EncodeToString(second[:]))
}

func TestAuditHeadText(t *testing.T) {
	h := AuditHead{Seq: 12, Hash: [32]byte{0xab, 31: 1}}
	back, err := ParseAuditHead(h.String())
	require.NoError(t, err)
	require.Equal(t, h, back)
	for _, bad := range []string{"", "12", "12:", "x:" + strings.Repeat("0", 64), "-1:" + strings.Repeat("0", 64), "1:" + strings.Repeat("0", 63)} {
		_, err := ParseAuditHead(bad)
		require.ErrorIs(t, err, credit.ErrInvalid, bad)
	}
}

// TestActionsAreDescribed holds the table of actions in AUDIT.md to the constants.
func TestActionsAreDescribed(t *testing.T) {
	page, err := os.ReadFile("AUDIT.md")
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), "audit.go", nil, 0)
	require.NoError(t, err)
	count := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(v.Names[0].Name, "Action") {
			return true
		}
		text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		require.Contains(t, string(page), "`"+text+"`")
		count++
		return true
	})
	require.Equal(t, 13, count)
}

func TestDetailIsOneObject(t *testing.T) {
	require.Equal(t, `{"bank":"a\"b","day":"2024-06-30"}`, detail("bank", `a"b`, "day", "2024-06-30"))
	require.Equal(t, `{}`, detail())
}
