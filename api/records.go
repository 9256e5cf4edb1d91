package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/credit"
	"hengxin/store"
)

// recordRoutes declares what concerns records.
func (s *server) recordRoutes(api huma.API) {
	roles, security := closedTo(store.RolePlatform)
	huma.Register(api, huma.Operation{OperationID: "postRecords", Method: http.MethodPost, Path: "/v1/records", Tags: []string{"records"},
		Summary: "Append records · 报送记录",
		Description: "One record a line, as datasets/FORMAT.md describes them. All are appended, in order, or none; a record that the log has already is counted and changes nothing. " +
			"A record is known from the day on which it is received, unless backfill is set: then its own known date is kept.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody, Metadata: roles, Security: security, Errors: []int{401, 403, 413}}, answered(s.postRecords))
}

type recordsInput struct {
	Backfill bool   `query:"backfill" doc:"The source's own known dates are right: history that is supplied late, not news"`
	RawBody  []byte `contentType:"application/x-ndjson"`
}

type recordsOutput struct {
	Body struct {
		Read       int             `json:"read"`
		Added      int             `json:"added"`
		Duplicates int             `json:"duplicates" doc:"In the log already, or twice in the request"`
		First      credit.Position `json:"first,omitempty" doc:"Position of the first record added"`
		Last       credit.Position `json:"last,omitempty"`
	}
}

func (s *server) postRecords(ctx context.Context, in *recordsInput) (*recordsOutput, error) {
	by := s.asking(ctx)
	records, err := s.readRecords(bytes.Clone(in.RawBody), in.Backfill, by.Day()) // the body is a buffer that is used again
	if err != nil {
		return nil, err
	}
	done, err := s.DB.AppendReceived(ctx, records, by)
	if err != nil {
		return nil, err
	}
	out := new(recordsOutput)
	out.Body.Read, out.Body.Added, out.Body.Duplicates = len(records), done.Added, done.Duplicates
	out.Body.First, out.Body.Last = done.First, done.Last
	return out, nil
}

// readRecords reads the lines, and dates each record by its receipt unless it is history: then the known date is no
// content, not even where it happens to be today, so that the same line sent again tomorrow is the same record.
func (s *server) readRecords(body []byte, backfill bool, today credit.Date) (records []credit.Record, err error) {
	err = s.Records(bytes.NewReader(body), func(r credit.Record) error {
		if len(records) == maxRecords {
			return fmt.Errorf("more than %d records; send them in parts, or ingest the file: %w", maxRecords, ErrTooLarge)
		}
		if err := r.Subject.Check(); err != nil {
			return fmt.Errorf("record %d: %w", len(records)+1, err)
		}
		if r.Known > today {
			return fmt.Errorf("record %s: known on %s, which is after today: %w", r.ID, r.Known, credit.ErrInvalid)
		}
		if !backfill {
			r.Known, r.Received = today, true
			r.Seal()
		}
		records = append(records, r)
		return nil
	})
	return records, err
}
