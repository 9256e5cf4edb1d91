package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/credit"
)

// healthRoutes declares the two questions of whoever runs the server, and of load balancers.
func (s *server) healthRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "healthz", Method: http.MethodGet, Path: "/healthz", Tags: []string{"health"},
		Summary: "The process answers"}, answered(s.healthz))
	huma.Register(api, huma.Operation{OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Tags: []string{"health"},
		Summary: "It can score: the database answers and a model is promoted", Errors: []int{503}}, answered(s.readyz))
}

type healthOutput struct {
	Body struct {
		Status string `json:"status" enum:"ok"`
	}
}

func (s *server) healthz(context.Context, *struct{}) (*healthOutput, error) {
	out := new(healthOutput)
	out.Body.Status = "ok"
	return out, nil
}

type readyOutput struct {
	Body struct {
		Status   string          `json:"status" enum:"ok"`
		Position credit.Position `json:"position" doc:"Of the last record"`
		Artifact string          `json:"artifact" doc:"Digest of the model that decides"`
	}
}

func (s *server) readyz(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	head, err := s.DB.Head(ctx)
	if err != nil {
		return nil, err
	}
	deciding, err := s.DB.Deciding(ctx, s.Scorer.Segment)
	if err != nil {
		return nil, err
	}
	out := new(readyOutput)
	out.Body.Status, out.Body.Position, out.Body.Artifact = "ok", head, deciding.Artifact
	return out, nil
}
