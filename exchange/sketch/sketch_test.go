package sketch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func TestIDsAreFree(t *testing.T) {
	s := sketch.New("test", foreign.Default())
	long := strings.Repeat("x", 80)
	var got []string
	for _, name := range []string{"Web App", "web-app", "web-app-2", "web-app", "", "日本", long, long} {
		got = append(got, string(s.Component(name, "api").ID))
	}
	want := "[web-app web-app-2 web-app-2-2 web-app-3 component component-2 " + long[:64] + " " + long[:52] + "-2]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v", got)
	}
	d, err := s.Design()
	if err != nil {
		t.Fatal(err)
	}
	text, err := model.Write(d.Service)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := model.Read(schema.Source{Text: text}); err != nil {
		t.Error(err)
	}
	if d.Service.Service.ID != "untitled" || d.Service.Service.Phase != "discovery" {
		t.Errorf("%+v", d.Service.Service)
	}
}

func TestLimit(t *testing.T) {
	s := sketch.New("test", foreign.Limits{Items: 2})
	a, b := s.Component("a", "api"), s.Component("b", "api")
	if _, err := s.Design(); err != nil {
		t.Error(err)
	}
	s.Flow(a, b, "https")
	if _, err := s.Design(); fault.KindOf(err) != fault.TooLarge {
		t.Error(err)
	}
}

func TestFlowsThatAreOne(t *testing.T) {
	s := sketch.New("test", foreign.Default())
	a, b := s.Component("a", "api"), s.Component("b", "api")
	first, fresh := s.Flow(a, b, "")
	if !fresh || first == nil {
		t.Fatal("no flow")
	}
	if f, fresh := s.Flow(a, b, "https"); f != first || fresh || f.Protocol != "https" {
		t.Error("what was not known before is another flow")
	}
	if f, fresh := s.Flow(a, b, ""); f != first || fresh {
		t.Error("what is not known is another flow")
	}
	if f, fresh := s.Flow(a, b, "http"); f == first || !fresh {
		t.Error("another protocol is the same flow")
	}
	if f, _ := s.Flow(a, a, "http"); f != nil {
		t.Error("a flow to itself")
	}
}

func TestParseImage(t *testing.T) {
	for ref, want := range map[string]sketch.Image{
		"postgres":                              {Name: "postgres", Type: "datastore", Technology: "PostgreSQL", Own: model.No},
		"docker.io/library/postgres:16-alpine":  {Name: "postgres", Version: "16", Type: "datastore", Technology: "PostgreSQL", Own: model.No},
		"postgres:16.3@sha256:abcd":             {Name: "postgres", Version: "16.3", Type: "datastore", Technology: "PostgreSQL", Own: model.No},
		"registry.example:5000/team/postgres:1": {Name: "postgres", Version: "1", Type: "datastore", Technology: "PostgreSQL"},
		"somebody/redis":                        {Name: "redis", Type: "datastore", Technology: "Redis"},
		"nginx:1.27":                            {Name: "nginx", Version: "1.27", Type: "gateway", Technology: "nginx"},
		"python:3.12-slim":                      {Name: "python", Version: "3.12", Technology: "Python"},
		"ghcr.io/example/app:v2.0.1-rc1":        {Name: "app", Version: "2.0.1"},
		"registry.example:5000/app":             {Name: "app"},
		"app:latest":                            {Name: "app"},
		"postgres:${TAG:-16}":                   {Name: "postgres", Type: "datastore", Technology: "PostgreSQL", Own: model.No},
		"${IMAGE}":                              {},
		"${REGISTRY:-x}/app:1":                  {},
		"":                                      {},
	} {
		if got := sketch.ParseImage(ref); got != want {
			t.Errorf("%s: %+v", ref, got)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add("DB_URL", "postgres://u:secret@db:5432/x?sslmode=require, http://[::1]/ ${A}")
	f.Fuzz(func(t *testing.T, name, value string) {
		for _, a := range sketch.Addresses(name, value) {
			if strings.ContainsAny(a.Host, "@:/?# $") {
				t.Errorf("the host is %q", a.Host)
			}
		}
		_ = sketch.ParseImage(value)
	})
}

func TestProduct(t *testing.T) {
	for text, want := range map[string]string{
		"Postgres 16 on RDS": "PostgreSQL", "postgres16": "PostgreSQL", "PostgreSQL": "PostgreSQL", "Aurora PostgreSQL": "PostgreSQL", "Redis, Kafka": "", "our own": "", "": "", "Node.js": "Node.js",
	} {
		if got := sketch.Product(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}
