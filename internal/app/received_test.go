package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// What comes from a server is told in the same words as what was judged here.
func TestWhatIsReceivedIsToldAsHere(t *testing.T) {
	here, err := app.CheckOne(app.Where{Path: "../../examples/parking-permits"}, func(zone civil.Zone) (civil.Instant, error) {
		return zone.Start(civil.Date{Year: 2026, Month: 11, Day: 21}), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var sent bytes.Buffer
	if err := report.JSON(&sent, here.Postures[0]); err != nil {
		t.Fatal(err)
	}
	documents, err := app.ReadDocuments("../../examples/parking-permits")
	if err != nil {
		t.Fatal(err)
	}
	p := &assess.Posture{}
	if err := json.Unmarshal(sent.Bytes(), p); err != nil {
		t.Fatal(err)
	}
	there, err := app.Received{Files: documents.Files, Unit: documents.Service.Service.Unit, Zone: here.Zone, Posture: p}.Checked()
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(*app.Checked) (string, error){
		"text": func(c *app.Checked) (string, error) {
			var b bytes.Buffer
			err := report.Text(&b, c.Postures[0], c.Names[p.Service], c.Zone, report.Style{Width: 80, All: true})
			return b.String(), err
		},
		"json": func(c *app.Checked) (string, error) {
			var b bytes.Buffer
			err := report.JSON(&b, c.Postures[0])
			return b.String(), err
		},
		"decisions": func(c *app.Checked) (string, error) {
			var b bytes.Buffer
			err := report.Decisions(&b, c.Postures[0], c.Zone, report.Style{Width: 80})
			return b.String(), err
		},
		"junit": func(c *app.Checked) (string, error) {
			text, err := report.JUnit(c.Postures, func(ident.ID, ident.Ref) string { return "" })
			return string(text), err
		},
	} {
		a, err := write(here)
		if err != nil {
			t.Fatal(err)
		}
		b, err := write(there)
		if err != nil || a != b || a == "" {
			t.Errorf("%s: what is here and what is received are told differently, %v", name, err)
		}
	}
}

// FuzzReceived holds whatever a server gives as a posture to being told, or refused where it is none.
func FuzzReceived(f *testing.F) {
	const head = `{"bulkhead":"posture/v1","service":"portal","at":"2026-11-22T12:00:00Z"`
	f.Add(head + `}`)
	f.Add(head + `,"decisions":[{"id":"d1","kind":"acceptance","subject":["risk:r1"],"state":"lapsed","cause":{"code":"x","args":{"a":"b"},"text":"t","because":["claim:/risks/r1"]}}]}`)
	f.Add(head + `,"risks":[{"id":"r1","standing":"above","inherent":{"band":"low"}}],"controls":[{"id":"c","state":"failing"}],"actions":[{"id":"risk:r1","gain":{}}]}`)
	zone, err := civil.LoadZone(org.DefaultZone)
	if err != nil {
		f.Fatal(err)
	}
	file := schema.Source{File: "bulkhead.yaml", Text: []byte("bulkhead: v1\nservice: {id: portal, name: Benefits portal, phase: live}\n")}
	f.Fuzz(func(t *testing.T, text string) {
		p := &assess.Posture{}
		if json.Unmarshal([]byte(text), p) != nil {
			return
		}
		checked, err := app.Received{Files: []schema.Source{file}, Zone: zone, Posture: p}.Checked()
		if err != nil {
			t.Fatal(err)
		}
		for name, write := range map[string]func() error{
			"text":      func() error { return report.Text(io.Discard, p, "Portal", zone, report.Style{Width: 80, All: true}) },
			"decisions": func() error { return report.Decisions(io.Discard, p, zone, report.Style{Width: 80}) },
			"markdown":  func() error { return report.Markdown(io.Discard, checked.Postures, checked.About, zone) },
			"json":      func() error { return report.JSON(io.Discard, p) },
			"sarif":     func() error { _, err := report.SARIF(checked.Postures, checked.Place, "test"); return err },
			"junit":     func() error { _, err := report.JUnit(checked.Postures, checked.Place); return err },
		} {
			if err := write(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		_ = report.Explain(p, "r1")
		if _, _, err := app.FailOn(app.DefaultFailOn, checked.Postures, nil, nil); err != nil {
			t.Error(err)
		}
	})
}
