package store_test

import (
	"testing"

	"hengxin/store/storetest"
)

func TestDecisions(t *testing.T) { storetest.Each(t, storetest.Decisions) }
