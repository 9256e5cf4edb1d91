package source

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"hengxin/credit"
)

// unpack returns the file's own bytes where they are packed with gzip.
func unpack(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, _ := b.Peek(4)
	if !bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("gzip header: %w", err)
	}
	return bufio.NewReaderSize(z, 1<<16), nil
}

// utf8Text returns the text in UTF-8 without a byte order mark. Bytes that the encoding does not have come out as
// U+FFFD, or stay as they are where the encoding is UTF-8; rows that hold either are quarantined.
func utf8Text(b *bufio.Reader, encoding string) (io.Reader, error) {
	head, _ := b.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if encoding == "gbk" || encoding == "gb18030" {
			return nil, fmt.Errorf("the file begins as UTF-8, its mapping says %s: %w", encoding, credit.ErrInvalid)
		}
		_, err := b.Discard(3)
		return b, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, fmt.Errorf("the file is UTF-16: save it as UTF-8: %w", credit.ErrInvalid)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, fmt.Errorf("the file is a workbook or a zip archive, not text: %w", credit.ErrInvalid)
	}
	switch encoding {
	case "gbk":
		return transform.NewReader(b, simplifiedchinese.GBK.NewDecoder()), nil
	case "gb18030":
		return transform.NewReader(b, simplifiedchinese.GB18030.NewDecoder()), nil
	case "utf-8":
		return b, nil
	}
	return &chooser{src: bufio.NewReaderSize(b, windowSize)}, nil
}

// chooser passes ASCII through, which is the same in every encoding, and chooses at the first other byte: strict UTF-8
// where the window from there is that, else GB18030. One choice holds for the whole file: a short GBK text may look like
// UTF-8, a long one does not.
type chooser struct {
	src *bufio.Reader
	out io.Reader
}

func (c *chooser) Read(p []byte) (int, error) {
	if c.out != nil {
		return c.out.Read(p)
	}
	if _, err := c.src.Peek(1); err != nil {
		return 0, err
	}
	have, _ := c.src.Peek(c.src.Buffered())
	n := 0
	for n < len(have) && n < len(p) && have[n] < utf8.RuneSelf {
		n++
	}
	if n > 0 || len(p) == 0 {
		n = copy(p, have[:n])
		_, err := c.src.Discard(n)
		return n, err
	}
	window, _ := c.src.Peek(windowSize)
	c.out = c.src
	if !utf8Prefix(window) {
		c.out = transform.NewReader(c.src, simplifiedchinese.GB18030.NewDecoder())
	}
	return c.out.Read(p)
}

// utf8Prefix reports whether b is UTF-8 that may be cut within its last character.
func utf8Prefix(b []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return cut == 0 || !utf8.FullRune(b[len(b)-cut:])
		}
	}
	return false
}
