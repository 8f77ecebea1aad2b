package assess_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestStat(t *testing.T) {
	count := map[string]int{}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		p := posture(t, s, now)
		n++
		for _, d := range p.Decisions {
			k := "dec " + d.Kind + " " + d.State
			if d.Cause != nil {
				k += " " + d.Cause.Code + " " + d.Cause.Args.Get("field") + d.Cause.Args.Get("missing")
			}
			count[k]++
			if d.Attested {
				count["attested"]++
			}
		}
		for _, c := range p.Controls {
			count["control "+string(c.Weight)+" "+string(c.State)]++
		}
		for _, r := range p.Risks {
			count["risk "+string(r.Standing)]++
		}
		for _, c := range p.Context.Components {
			count["exposure "+string(c.Exposure)]++
		}
		count["tier "+p.Context.Tier.Value+p.Context.Tier.State]++
		count[fmt.Sprint("findings ", p.Findings.Counts.Open > 0)]++
		count["level "+string(p.Profiles[0].Level)]++
		count["exact "+fmt.Sprint(p.Exact, p.NextChange != 0)]++
	})
	for k, v := range count {
		fmt.Println("STAT", k, v)
	}
	fmt.Println("N", n)
}
