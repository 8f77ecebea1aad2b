package registry_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/examples"
)

func TestTheDepartmentIsJudged(t *testing.T) {
	d := bare(t)
	dir, err := fs.Sub(examples.Department, "department")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.LoadExample(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	rounds := 0
	for {
		n, err := d.JudgeDirty(t.Context(), "test", 2)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		if rounds += n; rounds > 50 {
			t.Fatal("the postures never come to rest")
		}
	}
	t.Log(rounds)
	who := d.terminal()
	lines, err := d.Services(t.Context(), who, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.At == 0 || l.Dirty {
			t.Errorf("%s has no posture; judging it fails since %q", l.ID, l.Failing)
		}
		p, err := d.store.Posture(t.Context(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		var posture assess.Posture
		if err := json.Unmarshal(p.Judged.Posture, &posture); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(&posture)
		if err != nil || !bytes.Equal(again, p.Judged.Posture) {
			t.Errorf("the posture of %s is another when it was read back, %v", l.ID, err)
		}
		t.Log(l.ID, len(p.Judged.Posture), len(p.Judged.Rests), len(p.Judged.Items))
	}
}
