package source

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMappingPage: the page's example is a mapping, and the page has every key and every date style.
func TestMappingPage(t *testing.T) {
	page, err := os.ReadFile("MAPPING.md")
	require.NoError(t, err)
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, example)
	_, err = ParseMapping(example[1])
	require.NoError(t, err)
	names, _ := DateStyles()
	for _, v := range []any{Mapping{}, Column{}, Template{}, Subject{}, Coverage{}} {
		for i := range reflect.TypeOf(v).NumField() {
			if key := reflect.TypeOf(v).Field(i).Tag.Get("yaml"); key != "" {
				names = append(names, key)
			}
		}
	}
	for _, name := range names {
		require.Regexp(t, "[`\\s{,]"+name+"[`:\\s},]", strings.ReplaceAll(string(page), "\n", " "), "the page says nothing of %s", name)
	}
}
