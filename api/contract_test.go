package api_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchemaIsCommitted holds openapi.json to what the program serves. UPDATE_OPENAPI=1 writes it anew.
func TestSchemaIsCommitted(t *testing.T) {
	s := newService(t, open(t))
	a := s.call("GET", "/openapi.json", "", "")
	require.Equal(t, 200, a.status)
	if os.Getenv("UPDATE_OPENAPI") != "" {
		require.NoError(t, os.WriteFile("openapi.json", a.body, 0o644))
	}
	committed, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.True(t, string(committed) == string(a.body), "openapi.json is not what the program serves; UPDATE_OPENAPI=1 go test ./api -run TestSchemaIsCommitted writes it")
}

// TestSchemaSaysWhatIsServed reads the committed document: version, security of every closed route, problem documents
// for every error.
func TestSchemaSaysWhatIsServed(t *testing.T) {
	b, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
			Responses   map[string]struct {
				Content map[string]json.RawMessage
			}
		}
	}
	require.NoError(t, json.Unmarshal(b, &doc))
	require.True(t, strings.HasPrefix(doc.OpenAPI, "3.1"))
	operations := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			operations++
			require.NotEmpty(t, op.OperationID, "%s %s", method, path)
			require.Equal(t, strings.HasPrefix(path, "/v1/"), len(op.Security) > 0, "%s %s", method, path)
			for status, r := range op.Responses {
				if status >= "400" && status != "default" {
					require.Contains(t, r.Content, "application/problem+json", "%s %s: %s", method, path, status)
				}
			}
		}
	}
	require.Equal(t, 8, operations)
}

// TestEveryErrorHasAnAnswer finds the exported errors of the packages that handlers call, and wants each in the table of
// problems, or wrapping one that is.
func TestEveryErrorHasAnAnswer(t *testing.T) {
	inTable := map[string]bool{}
	file, err := parser.ParseFile(token.NewFileSet(), "problem.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if pkg, ok := n.X.(*ast.Ident); ok {
				inTable[pkg.Name+"."+n.Sel.Name] = true
			}
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if name, ok := e.(*ast.Ident); ok {
					inTable["api."+name.Name] = true
				}
			}
		}
		return true
	})
	count := 0
	for _, pkg := range []string{"credit", "models", "scoring", "store", "api"} {
		for name, wraps := range exportedErrors(t, filepath.Join("..", pkg)) {
			count++
			if !inTable[pkg+"."+name] && (wraps == "" || !inTable[pkg+"."+wraps]) {
				t.Errorf("%s.%s is in no row of the table of problems", pkg, name)
			}
		}
	}
	require.Greater(t, count, 15, "the search finds them")
}

// exportedErrors returns the package's error variables, each with the error of the same package that it wraps.
func exportedErrors(t *testing.T, dir string) map[string]string {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	found := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				v := s.(*ast.ValueSpec)
				for i, id := range v.Names {
					if strings.HasPrefix(id.Name, "Err") && i < len(v.Values) {
						found[id.Name] = wrapped(v.Values[i])
					}
				}
			}
		}
	}
	return found
}

// wrapped is the error that a call such as fmt.Errorf("...: %w", ErrInvalid) wraps.
func wrapped(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return ""
	}
	if id, ok := call.Args[len(call.Args)-1].(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// FuzzScoreRequest sends any body as a question. Whatever it is, the answer is a score or a problem that is the client's.
func FuzzScoreRequest(f *testing.F) {
	s := newService(f, open(f))
	s.ready()
	for _, seed := range []string{scoreJSON, `{}`, `[]`, `null`, `{"subject":1}`, `{"subject":"\u0000","purpose":"pre_loan_review"}`,
		`{"subject":"` + firm + `","purpose":"pre_loan_review","day":"9999-12-31"}`, `{"subject":"~0","purpose":"post_loan"}`,
		`{"subject":"a:b","purpose":"application","day":""}`, "\xff", `{"subject":"１２３","purpose":"post_loan"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := &service{t: t, app: s.app, keys: s.keys}
		if body == "" {
			return
		}
		a := s.call("POST", "/v1/scores", "bank-a", body)
		if a.status != 201 && (a.status < 400 || a.status >= 500) {
			t.Fatalf("body %q: status %d: %s", body, a.status, a.body)
		}
	})
}

// FuzzRecordsRequest sends any body as records.
func FuzzRecordsRequest(f *testing.F) {
	s := newService(f, open(f))
	for _, seed := range []string{registered, penalised, "{}", "\n\n", registered + "\n" + penalised, "\x00", strings.Repeat("[", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := &service{t: t, app: s.app, keys: s.keys}
		a := s.call("POST", "/v1/records", "platform", body)
		if a.status != 201 && (a.status < 400 || a.status >= 500) {
			t.Fatalf("body %q: status %d: %s", body, a.status, a.body)
		}
	})
}
