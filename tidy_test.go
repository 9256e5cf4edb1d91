package hengxin_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// edges is the table of imports that packages of this module may have; what is not listed is forbidden. An entry
// ending in /* allows a package's children. Tests may import more, always downward.
var edges = map[string][]string{
	"exact":               {},
	"credit":              {},
	"credit/source":       {"credit"},
	"credit/policy":       {"credit"},
	"credit/policy/cases": {"credit", "credit/policy"},
	"credit/quality":      {"credit"},
	"models":              {"exact"},
	"models/bin":          {"exact", "models"},
	"models/card":         {"exact", "models", "models/bin"},
	"models/additive":     {"exact", "models", "models/bin"},
	"models/eval":         {"exact", "models", "models/bin", "models/card"},
	"models/trees":        {"exact", "models", "models/bin"},
	"models/forest":       {"exact", "models", "models/bin"},
	"features":            {"credit", "exact"},
	"datasets":            {"credit", "exact", "features", "models"},
	"datasets/synth":      {"credit", "credit/policy", "exact", "features", "datasets"},
	"scoring":             {"credit", "exact", "features", "models", "models/*"},
	"store":               {"credit", "credit/policy", "models", "scoring"},
	"store/storetest":     {"credit", "models", "scoring", "store"},
	"api":                 {"credit", "models", "scoring", "store"},
	"cmd/hengxin":         {"*"},
}

// Limits of DESIGN.md, section style.
const (
	maxFuncLines = 70
	maxFileLines = 500
)

type source struct {
	path, pkg string
	file      *ast.File
	fset      *token.FileSet
	lines     int
	generated bool
}

func sources(t *testing.T) []source {
	var all []source
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "tools" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{path: path, pkg: filepath.ToSlash(filepath.Dir(path)), file: file, fset: fset,
			lines: bytes.Count(text, []byte("\n")), generated: ast.IsGenerated(file)})
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func allowed(from, to string) bool {
	for _, rule := range edges[from] {
		if rule == "*" || rule == to || strings.HasSuffix(rule, "/*") && strings.HasPrefix(to, strings.TrimSuffix(rule, "*")) {
			return true
		}
	}
	return false
}

// TestImportEdges fails on an import that the table of the design does not allow.
func TestImportEdges(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || s.pkg == "." || strings.HasPrefix(s.pkg, "bench/") {
			continue
		}
		_, listed := edges[s.pkg]
		require.True(t, listed, "package %s is not in the table of edges", s.pkg)
		for _, imp := range s.file.Imports {
			to, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "hengxin/")
			if ours {
				require.True(t, allowed(s.pkg, to), "%s: %s may not import %s", s.path, s.pkg, to)
			}
		}
	}
}

// TestSizes holds functions and files to the limits.
func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated || s.test() {
			continue
		}
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, %d at most", s.path, s.lines, maxFileLines)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
			if n > maxFuncLines {
				t.Errorf("%s: %s has %d lines, %d at most", s.path, f.Name.Name, n, maxFuncLines)
			}
		}
	}
}

// TestClocks fails where a package below cmd and api reads a clock: time is an argument.
func TestClocks(t *testing.T) {
	for _, s := range sources(t) {
		top := strings.SplitN(s.pkg, "/", 2)[0]
		if s.test() || top == "cmd" || top == "bench" || top == "api" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep"}, sel.Sel.Name) {
				t.Errorf("%s reads the clock: time.%s", s.fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// portable are the packages whose results outlive a process: the standard library's elementary functions differ in the
// last bit between processors, so that these packages use exact's.
var portable = []string{"credit", "credit/policy", "credit/quality", "credit/source", "features", "datasets", "datasets/synth", "models", "models/additive",
	"models/bin", "models/card", "models/eval", "models/forest", "models/trees", "scoring", "store"}

// TestPortableMath fails where such a package calls an elementary function of the standard library.
func TestPortableMath(t *testing.T) {
	forbidden := []string{"Exp", "Exp2", "Expm1", "Log", "Log2", "Log10", "Log1p", "Pow", "Erf", "Erfc", "Erfinv", "Lgamma", "Gamma", "Sin", "Cos", "Tan", "Tanh", "FMA", "Cbrt", "Hypot"}
	for _, s := range sources(t) {
		if s.test() || !slices.Contains(portable, s.pkg) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "math" && slices.Contains(forbidden, sel.Sel.Name) {
				t.Errorf("%s: math.%s differs between processors: use exact", s.fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// TestDocuments fails on a package without doc.go or an example, and on an exported name without a comment.
func TestDocuments(t *testing.T) {
	documented, example := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if filepath.Base(s.path) == "doc.go" {
			documented[s.pkg] = s.file.Doc != nil
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.test() && strings.HasPrefix(f.Name.Name, "Example") {
				example[s.pkg] = true
			}
			if !s.test() {
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no comment", s.path, name)
				}
			}
		}
	}
	for pkg := range edges {
		if _, err := os.Stat(pkg); err != nil || strings.HasPrefix(pkg, "cmd/") {
			continue
		}
		if !documented[pkg] {
			t.Errorf("%s has no doc.go", pkg)
		}
		if !example[pkg] {
			t.Errorf("%s has no example", pkg)
		}
	}
}

func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d)) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
				names = append(names, ts.Name.Name)
			}
		}
	}
	return names
}

func exportedReceiver(d *ast.FuncDecl) bool {
	name := strings.TrimLeft(fmt.Sprint(d.Recv.List[0].Type), "&{0123456789 *")
	for _, r := range name {
		return r >= 'A' && r <= 'Z'
	}
	return false
}
