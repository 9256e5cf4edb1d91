package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"sort"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/store"
)

// version is of the interface: it changes when a client may notice.
const version = "1.0.0"

// schema is the description that huma fills in, without huma's own routes: its documentation page loads scripts from
// other sites, and its schema links add a field to every answer.
func schema() huma.Config {
	c := huma.DefaultConfig("Hengxin 衡信", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{nameProblem}
	c.Info.Description = "Financing credit risk scores with reasons, from public credit records. 基于公共信用记录的融资信用风险评分。"
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		securityName: {Type: "http", Scheme: "bearer", Description: "API key, made by hengxin key create"},
	}
	return c
}

// document is the OpenAPI document, indented, so that a difference reads well.
func document(api huma.API) []byte {
	doc, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		panic("api: OpenAPI document: " + err.Error())
	}
	return append(doc, '\n')
}

//go:embed docs.html
var docsText string

var docsTemplate = template.Must(template.New("docs").Parse(docsText))

// operation is one operation as the documentation page shows it.
type operation struct {
	Method, Path, Summary, Description, Roles string
	Params                                    []*huma.Param
	Body                                      []bodyField
	Statuses                                  []status
}

// bodyField is one field of a JSON body, as the page shows it.
type bodyField struct {
	Name, Type, Text string
	Required         bool
}

type status struct{ Code, Text string }

// docsPage renders the documentation: plain HTML without scripts, so that it needs nothing from elsewhere.
func docsPage(doc *huma.OpenAPI) []byte {
	var ops []operation
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "DELETE": item.Delete} {
			if op != nil {
				ops = append(ops, operationOf(doc, method, path, op))
			}
		}
	}
	sort.Slice(ops, func(i, j int) bool {
		a, b := ops[i], ops[j]
		return a.Path < b.Path || a.Path == b.Path && a.Method < b.Method
	})
	schemas, err := json.MarshalIndent(doc.Components.Schemas, "", "  ")
	if err != nil {
		panic("api: schemas: " + err.Error())
	}
	var page bytes.Buffer
	if err := docsTemplate.Execute(&page, map[string]any{"Info": doc.Info, "Ops": ops, "Schemas": string(schemas)}); err != nil {
		panic("api: documentation page: " + err.Error())
	}
	return page.Bytes()
}

func operationOf(doc *huma.OpenAPI, method, path string, op *huma.Operation) operation {
	o := operation{Method: method, Path: path, Summary: op.Summary, Description: op.Description, Params: op.Parameters, Body: bodyOf(doc, op)}
	roles, _ := op.Metadata[rolesOf].([]store.Role)
	for i, role := range roles {
		if i > 0 {
			o.Roles += ", "
		}
		o.Roles += string(role)
	}
	for code, r := range op.Responses {
		o.Statuses = append(o.Statuses, status{code, r.Description})
	}
	sort.Slice(o.Statuses, func(i, j int) bool { return o.Statuses[i].Code < o.Statuses[j].Code })
	return o
}

// bodyOf lists the fields of an operation's JSON body, the required ones first.
func bodyOf(doc *huma.OpenAPI, op *huma.Operation) (fields []bodyField) {
	if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return nil
	}
	schema := op.RequestBody.Content["application/json"].Schema
	if schema.Ref != "" {
		schema = doc.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	names := slices.Sorted(maps.Keys(schema.Properties))
	for _, required := range []bool{true, false} {
		for _, name := range names {
			if p := schema.Properties[name]; slices.Contains(schema.Required, name) == required {
				fields = append(fields, bodyField{name, p.Type, p.Description, required})
			}
		}
	}
	return fields
}
