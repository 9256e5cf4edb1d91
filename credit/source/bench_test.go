package source

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hengxin/credit"
)

// BenchmarkRead reads made-up rows; the figure to look at is rows/s.
func BenchmarkRead(b *testing.B) {
	var cases, penalties bytes.Buffer
	cases.WriteString("EID,TYPECODE,LAWDATE,LAWAMOUNT\n")
	penalties.WriteString("CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,CF_CFJG,CF_CFJGDM\n")
	const rows = 100_000
	for i := range rows {
		fmt.Fprintf(&cases, "p%d,%d,201%d年0%d月,%d\n", i*7919%500_000, 10_000_000+i, i%5, i%9+1, i*31%1_000_000)
		fmt.Fprintf(&penalties, "甲公司,法人及非法人组织,91320500MA1TE5T0X4,苏市监罚〔2026〕%d号,食品,超过保质期,食品安全法第一条,罚款;警告,罚款5000元,0.5,2026-0%d-1%d,某市市场监督管理局,\n", i, i%9+1, i%9)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(cases.Bytes())
	require.NoError(b, err)
	for _, c := range []struct {
		name, mapping string
		in            []byte
	}{{"four-columns", "bdci-lawsuit", cases.Bytes()}, {"gbk", "bdci-lawsuit", gbk}, {"gzip", "bdci-lawsuit", zipped(b, cases.Bytes())},
		{"penalties", "shuanggongshi-penalty", penalties.Bytes()}} {
		b.Run(c.name, func(b *testing.B) {
			m, err := Load(c.mapping)
			require.NoError(b, err)
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				r, err := Open(m, bytes.NewReader(c.in), Options{Received: credit.NewDate(2026, 11, 20)})
				require.NoError(b, err)
				for err == nil {
					_, err = r.Next()
				}
				require.Equal(b, io.EOF, err)
				require.Zero(b, r.Stats().Quarantined)
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
