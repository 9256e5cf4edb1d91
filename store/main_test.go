package store_test

import (
	"testing"

	"hengxin/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
