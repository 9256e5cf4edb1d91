package credit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestClosing: which records say that a firm is no more, or has moved.
func TestClosing(t *testing.T) {
	for _, x := range []struct {
		kind   credit.Kind
		fields map[string]string
		want   credit.Closing
	}{
		{credit.KindClosure, map[string]string{"status": "吊销"}, credit.ClosingStruck},
		{credit.KindClosure, map[string]string{"status": "moved"}, credit.ClosingMoved},
		{credit.KindClosure, map[string]string{"status": "asleep"}, credit.NotClosing},
		{credit.KindRegistration, map[string]string{"status": "revoked"}, credit.ClosingStruck},
		{credit.KindRegistration, nil, credit.NotClosing},
		{credit.KindChange, map[string]string{"item": "注销"}, credit.ClosingStruck},
		{credit.KindChange, map[string]string{"item": "status", "after": "迁出"}, credit.ClosingMoved},
		{credit.KindChange, map[string]string{"item": "address", "after": "cancelled"}, credit.NotClosing},
		{credit.KindPenalty, map[string]string{"status": "cancelled"}, credit.NotClosing},
	} {
		body, err := credit.BodyOf(x.fields)
		require.NoError(t, err)
		r := credit.Record{Kind: x.kind, Body: body}
		require.Equal(t, x.want, r.Closing(), "%s %v", x.kind, x.fields)
	}
}
