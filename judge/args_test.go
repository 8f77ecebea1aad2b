package judge_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

// TestLawArgumentsComeBack: whatever they say, they are written as JSON writes them, and read back.
func TestLawArgumentsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,20}`), rapid.SampledFrom([]string{"<&>", `"\`, "\u2028", "\x7f", "\x00"}))
		value := text.Draw(t, "value")
		written, err := json.Marshal(judge.Args{{Name: "n", Value: value}, {Name: "m", Value: "x"}})
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := json.Marshal(value)
		if want := `{"n":` + string(plain) + `,"m":"x"}`; string(written) != want {
			t.Fatalf("written %s, want %s", written, want)
		}
		var back judge.Args
		if err := json.Unmarshal(written, &back); err != nil || len(back) != 2 {
			t.Fatalf("read back %v, %v", back, err)
		}
	})
}
