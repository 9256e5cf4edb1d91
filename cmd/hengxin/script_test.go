package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hengxin/models/forest"
)

// TestMain lets the test binary stand in for hengxin inside the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hengxin": func() { os.Exit(run(os.Args[1:])) }})
}

// TestScripts runs the commands as a user types them.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", Condition: func(c string) (bool, error) {
		if c != "cgo" {
			return false, fmt.Errorf("unknown condition %s", c)
		}
		return forest.Built, nil
	}})
}
