package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"hengxin/credit"
)

// decoded reads the whole of b as the mapping key encoding says, in reads of one byte.
func decoded(b []byte, enc string) (string, error) {
	packed, err := unpack(iotest.OneByteReader(bytes.NewReader(b)))
	if err != nil {
		return "", err
	}
	r, err := utf8Text(packed, enc)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}

func encode(t require.TestingT, e encoding.Encoding, s string) []byte {
	b, err := e.NewEncoder().Bytes([]byte(s))
	require.NoError(t, err)
	return b
}

func zipped(t require.TestingT, b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return z.Bytes()
}

// TestEncodings reads one text in every encoding, packed and not.
func TestEncodings(t *testing.T) {
	text := "编号,名称\n1,严重违法失信企业名单㐀𠀀\n"
	gbkText := "编号,名称\n1,严重违法失信企业名单\n"
	for _, c := range []struct {
		name, enc, want string
		bytes           []byte
	}{
		{"utf-8", "utf-8", text, []byte(text)}, {"utf-8 with a mark", "utf-8", text, []byte("\ufeff" + text)},
		{"auto utf-8", "auto", text, []byte(text)}, {"auto with a mark", "auto", text, []byte("\ufeff" + text)},
		{"gb18030", "gb18030", text, encode(t, simplifiedchinese.GB18030, text)}, {"auto gb18030", "auto", text, encode(t, simplifiedchinese.GB18030, text)},
		{"gbk", "gbk", gbkText, encode(t, simplifiedchinese.GBK, gbkText)}, {"auto gbk", "auto", gbkText, encode(t, simplifiedchinese.GBK, gbkText)},
		{"ascii", "auto", "a,b\n", []byte("a,b\n")}, {"nothing", "auto", "", nil},
	} {
		for _, b := range [][]byte{c.bytes, zipped(t, c.bytes)} {
			got, err := decoded(b, c.enc)
			require.NoError(t, err, c.name)
			require.Equal(t, c.want, got, c.name)
		}
	}
	for name, b := range map[string][]byte{"UTF-16": []byte("\xff\xfea\x00"), "workbook": []byte("PK\x03\x04....")} {
		_, err := decoded(b, "auto")
		require.ErrorContains(t, err, name)
	}
	_, err := decoded([]byte("\ufeffa"), "gbk")
	require.ErrorIs(t, err, credit.ErrInvalid)
}

// TestChooser: where the first characters lie in a file does not change the choice.
func TestChooser(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		head := strings.Repeat("a,b\n", rapid.SampledFrom([]int{0, 1, windowSize/4 - 1, windowSize / 4, windowSize}).Draw(t, "head"))
		body := strings.Repeat("企业名称统一社会信用代码", rapid.IntRange(1, 3000).Draw(t, "length"))
		for _, e := range []encoding.Encoding{encoding.Nop, simplifiedchinese.GB18030} {
			r, err := utf8Text(mustUnpack(t, encode(t, e, head+body)), "auto")
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			require.True(t, string(got) == head+body)
		}
	})
}

func mustUnpack(t require.TestingT, b []byte) *bufio.Reader {
	r, err := unpack(bytes.NewReader(b))
	require.NoError(t, err)
	return r
}

// TestBadBytes: bytes outside the encoding cost their own row only, as do NUL bytes.
func TestBadBytes(t *testing.T) {
	head := "EID,TYPECODE,DJDATE,IFHOME\n"
	good := "s1,7,2014-02,1\n"
	for name, c := range map[string]struct{ enc, bad, reason string }{
		"utf-8":       {"utf-8", "s1,\xff8,2014-02,1\n", "not UTF-8"},
		"gbk":         {"gbk", "s1,\xff8,2014-02,1\n", "not text in the file's encoding"},
		"lost before": {"utf-8", "s1,\ufffd,2014-02,1\n", "lost before"},
		"NUL":         {"utf-8", "s1,\x00,2014-02,1\n", "NUL"},
	} {
		m := loadAs(t, "bdci-project", "encoding: "+c.enc)
		rows, err := readAll(m, strings.NewReader(head+good+c.bad+good), Options{})
		require.NoError(t, err, name)
		require.Len(t, rows, 3, name)
		require.Nil(t, rows[0].Bad, name)
		require.Contains(t, rows[1].Bad.Reason, c.reason, name)
		require.Equal(t, 3, rows[1].Bad.Line)
		require.Nil(t, rows[2].Bad, name)
	}
}

// loadAs loads a shipped mapping with lines added at its top.
func loadAs(t testing.TB, name, more string) *Mapping {
	text, err := Text(name)
	require.NoError(t, err)
	m, err := ParseMapping([]byte(more + "\n" + string(text)))
	require.NoError(t, err)
	return m
}

// readAll reads every row; the rows' slices are copies.
func readAll(m *Mapping, in io.Reader, o Options) ([]Row, error) {
	r, err := Open(m, in, o)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows, r.Close()
		}
		if err != nil {
			return rows, errors.Join(err, r.Close())
		}
		row.Records = append([]credit.Record{}, row.Records...)
		rows = append(rows, row)
	}
}

// TestTruncatedGzip: a file cut short gives its whole rows and then an error with the line, never a row cut in two.
func TestTruncatedGzip(t *testing.T) {
	m := loadAs(t, "bdci-project", "")
	var text strings.Builder
	text.WriteString("EID,TYPECODE,DJDATE,IFHOME\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "s%d,%d,2014-02,1\n", i*7919%100003, i*104729%9999991)
	}
	whole := zipped(t, []byte(text.String()))
	for _, cut := range []int{1, 8, 1000, len(whole) / 2} {
		rows, err := readAll(m, bytes.NewReader(whole[:len(whole)-cut]), Options{})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.NotEmpty(t, rows)
		require.ErrorContains(t, err, fmt.Sprintf("after line %d:", len(rows)+1))
		for _, row := range rows {
			require.Nil(t, row.Bad, "a row cut in two")
		}
	}
	_, err := readAll(m, bytes.NewReader(whole[:5]), Options{})
	require.Error(t, err)
}
