//go:build pins

package hengxin

import (
	_ "github.com/alecthomas/kong"
	_ "github.com/danielgtaylor/huma/v2/adapters/humafiber"
	_ "github.com/gofiber/fiber/v2"
	_ "github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/klauspost/compress/zstd"
	_ "github.com/parquet-go/parquet-go"
	_ "github.com/pressly/goose/v3"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/schollz/progressbar/v3"
	_ "github.com/stretchr/testify/require"
	_ "github.com/xuri/excelize/v2"
	_ "go.uber.org/goleak"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/term"
	_ "golang.org/x/text/encoding/simplifiedchinese"
	_ "gonum.org/v1/gonum/mat"
	_ "gonum.org/v1/gonum/optimize"
	_ "github.com/goccy/go-yaml"
	_ "modernc.org/sqlite"
	_ "pgregory.net/rapid"
	_ "github.com/fergusstrange/embedded-postgres"
	_ "github.com/knadh/koanf/v2"
)
