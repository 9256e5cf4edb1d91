package source

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"hengxin/credit"
)

//go:embed mappings/*.yaml
var shipped embed.FS

// Names lists the shipped mappings, ascending.
func Names() []string {
	found, err := fs.Glob(shipped, "mappings/*.yaml")
	if err != nil {
		panic("source: " + err.Error())
	}
	for i, f := range found {
		found[i] = strings.TrimSuffix(path.Base(f), ".yaml")
	}
	return found
}

// Load returns the shipped mapping of that name, or else the one in the file of that name. It returns
// [credit.ErrInvalid] where there is neither, or where the file is no mapping.
func Load(name string) (*Mapping, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	return ParseMapping(text)
}

// Text returns the YAML that Load reads.
func Text(name string) ([]byte, error) {
	text, err := shipped.ReadFile("mappings/" + name + ".yaml")
	if err == nil {
		return text, nil
	}
	if text, err = os.ReadFile(name); err != nil {
		return nil, fmt.Errorf("mapping %q: neither shipped (hengxin ingest --list) nor a file: %v: %w", name, err, credit.ErrInvalid)
	}
	return text, nil
}
