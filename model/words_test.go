package model_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// vocabularies gives every closed vocabulary that a service file uses.
func vocabularies() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	walkTypes(reflect.TypeFor[model.Service](), func(st reflect.Type) {
		for i := range st.NumField() {
			t := st.Field(i).Type
			if t.Kind() == reflect.Slice {
				t = t.Elem()
			}
			if t.Implements(reflect.TypeFor[schema.Vocabulary]()) {
				found[t.Name()] = t
			}
		}
	})
	return found
}

// TestWords: every spelling of every word, as it is, in capitals and with other separators, is read as that word and as
// no other.
func TestWords(t *testing.T) {
	all := vocabularies()
	if len(all) < 20 {
		t.Fatalf("only %d vocabularies were found", len(all))
	}
	for name, vocabulary := range all {
		meant := map[string]string{} // folded spelling -> word
		for _, w := range reflect.Zero(vocabulary).Interface().(schema.Vocabulary).Words() {
			for i, spelling := range append([]string{w.Name}, w.Old...) {
				folded := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(spelling))
				if other, twice := meant[folded]; twice && (other != w.Name || i > 0) {
					t.Errorf("%s: %q stands for %q and for %q", name, spelling, other, w.Name)
				}
				meant[folded] = w.Name
				for _, written := range []string{spelling, strings.ToUpper(spelling), strings.ReplaceAll(spelling, "-", " "), strings.ReplaceAll(spelling, " ", "_")} {
					readsAs(t, vocabulary, written, w)
				}
			}
		}
	}
}

func readsAs(t *testing.T, vocabulary reflect.Type, written string, w schema.Word) {
	t.Helper()
	v := reflect.New(vocabulary)
	err := schema.ReadWord(written, v.Interface())
	want := w.Name
	if w.Absent || w.Not != "" {
		want = ""
	}
	if v.Elem().String() != want || (err == nil) != (w.Not == "") || err != nil && fault.KindOf(err) != fault.Invalid {
		t.Errorf("%s: %q is read as %q, %v; want %q", vocabulary.Name(), written, v.Elem(), err, want)
	}
}

// TestOfficialWords: the words of the official templates are read. Each is written as it stands there.
func TestOfficialWords(t *testing.T) {
	for _, c := range []struct {
		words string
		into  any
	}{
		{"Not Started|In Progress|In Progesss|Completed|Green|Amber|Red", new(model.Progress)},
		{"Very High|High|Medium|Low|Very Low|Unrated", new(model.Band)},
		{"Spoofing|Tampering|Repudiation|Information Disclosure|Denial of Service|Escalation of Privilege|Elevation of Privilege", new(model.Stride)},
		{"Yes|No", new(model.Attribute)},
		{"Yes|No", new(model.Applicability)},
		{"Not achieved|Partially achieved|Achieved|Assessed-Met|Assessed-Partially Met|Assessed-Not Met", new(model.Met)},
		{"N/A|Very Low|Low|Moderate|High|0|1|2|3", new(model.CyberProfile)},
		{"Met|Not met", new(model.MetOrNot)},
		{"OFFICIAL|SECRET|TOP SECRET", new(model.Classification)},
		{"discovery|alpha|private beta|public beta|live|retirement|Concept|Assessment|Demonstration|Manufacture|Migration|In-Service|Disposal|Termination", new(model.Phase)},
	} {
		for word := range strings.SplitSeq(c.words, "|") {
			if err := schema.ReadWord(word, c.into); err != nil {
				t.Errorf("%T: %v", c.into, err)
			}
		}
	}
}

func TestRanks(t *testing.T) {
	type ranked interface{ Rank() int }
	for _, c := range []struct {
		order []ranked
	}{
		{[]ranked{model.Classification(""), model.Official, model.Secret, model.TopSecret}},
		{[]ranked{model.Band(""), model.VeryLow, model.Low, model.Medium, model.High, model.VeryHigh}},
		{[]ranked{model.Trust(""), model.Isolated, model.Internal, model.Partner, model.Public}},
		{[]ranked{model.Criticality(""), model.Criticality("low"), model.Criticality("medium"), model.Criticality("high"), model.Criticality("critical")}},
	} {
		for i, r := range c.order {
			if r.Rank() != i {
				t.Errorf("%T %v has rank %d, want %d", r, r, r.Rank(), i)
			}
		}
	}
}

func TestLevel(t *testing.T) {
	for text, want := range map[string]model.Level{
		"1": 1, "5": 5, " 3 ": 3, "Possible": 3, "almost certain": 5, "Almost-Certain": 5, "very_unlikely": 1, "critical": 5, "unknown": 0,
	} {
		l := model.Level(0)
		if err := l.UnmarshalText([]byte(text)); err != nil || l != want {
			t.Errorf("%q is %d, %v; want %d", text, l, err, want)
		}
	}
	for _, text := range []string{"", "0", "6", "-1", "2.5", "huge", "99999999999999999999"} {
		l := model.Level(4)
		if err := l.UnmarshalText([]byte(text)); fault.KindOf(err) != fault.Invalid || l != 4 {
			t.Errorf("%q became %d, %v", text, l, err)
		}
	}
}
