package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// spoken gives arguments as they are said to a person: a stage by the name of its phase, an order of magnitude by its bound,
// and a long list of what was and what is by what differs. The arguments themselves stay as they are, for programs.
func spoken(v org.Vocabulary, code string, args judge.Args) judge.Args {
	out := slices.Clone(args)
	for i := range out {
		if name := out[i].Name; strings.HasPrefix(code, "activity.") && (name == "phase" || name == "by") {
			out[i].Value = phaseSpoken(v, out[i].Value)
		}
	}
	field := args.Get("field")
	for i := range out {
		if name := out[i].Name; name != "was" && name != "now" {
			continue
		}
		switch {
		case field == "phase":
			out[i].Value = stageSpoken(v, out[i].Value)
		case recordsOf(field) != "":
			out[i].Value = magnitudeSpoken(out[i].Value)
		}
	}
	for i := range out {
		if words := recordsOf(field); words != "" && out[i].Name == "field" {
			out[i].Value = words
		}
	}
	return difference(out)
}

// recordsOf says what a field counts that is an order of magnitude; empty for any other field.
func recordsOf(field string) string {
	of, is := strings.CutPrefix(field, "magnitude/")
	switch {
	case is:
		return "the number of records of " + of
	case field == "records":
		return "the number of records"
	}
	return ""
}

// lifecycles are the phases of the digital and of the defence lifecycle, each pair of one stage.
func lifecycles() [][2]model.Phase {
	return [][2]model.Phase{
		{model.Discovery, model.Concept},
		{model.Alpha, model.Assessment},
		{model.PrivateBeta, model.Demonstration},
		{model.PublicBeta, model.Manufacture},
		{model.Live, model.InService},
		{model.Retiring, model.Disposal},
	}
}

// phaseSpoken gives a phase of the digital lifecycle by the name that a defence reader has for the phase of that stage.
func phaseSpoken(v org.Vocabulary, phase string) string {
	for _, pair := range lifecycles() {
		if v == org.Defence && string(pair[0]) == phase {
			return string(pair[1])
		}
	}
	return phase
}

// stageOf gives the number of the stage that a phase is of; 0 for what is no phase.
func stageOf(phase string) int {
	return 1 + slices.IndexFunc(lifecycles(), func(pair [2]model.Phase) bool { return string(pair[0]) == phase || string(pair[1]) == phase })
}

func stageSpoken(v org.Vocabulary, stage string) string {
	n, err := strconv.Atoi(stage)
	if all := lifecycles(); err == nil && n >= 1 && n <= len(all) {
		return phaseSpoken(v, string(all[n-1][0]))
	}
	return stage
}

// magnitudeSpoken gives a number of digits by the least number that has more.
func magnitudeSpoken(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 18 {
		return digits
	}
	bound := strings.Repeat("0", n)
	for i := len(bound) - 3; i > 0; i -= 3 {
		bound = bound[:i] + "," + bound[i:]
	}
	if n%3 == 0 {
		return "fewer than 1," + bound
	}
	return "fewer than 1" + bound
}

const longList = 4 // things in a list of which it is said what differs, rather than all of them twice

// difference adds, where what was and what is are long lists with something in common, what came and what went.
func difference(args judge.Args) judge.Args {
	was, now := strings.Split(args.Get("was"), ", "), strings.Split(args.Get("now"), ", ")
	if min(len(was), len(now)) < longList {
		return args
	}
	came, went := less(now, was), less(was, now)
	if len(came) == len(now) || len(came)+len(went) == 0 {
		return args
	}
	return append(args, judge.Arg{Name: "came", Value: strings.Join(came, ", ")}, judge.Arg{Name: "went", Value: strings.Join(went, ", ")}, judge.Arg{Name: "told-by", Value: "difference"})
}

// less gives what of some things is not among others.
func less(some, others []string) (out []string) {
	for _, s := range some {
		if !slices.Contains(others, s) {
			out = append(out, s)
		}
	}
	return out
}
