package app

import (
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Shared judges the services at a place, and gives what follows across them when something that they share is in an
// attacker's hands.
func Shared(where Where, at When) (*Checked, *report.SharedList, error) {
	estate, checked, err := gather(where)
	if err != nil {
		return nil, nil, err
	}
	if err := checked.judge(estate, at); err != nil {
		return nil, nil, err
	}
	spreads, err := estate.Spreads(checked.moment)
	if err != nil {
		return nil, nil, err
	}
	return checked, &report.SharedList{Bulkhead: "shared/v1", At: checked.moment, Marking: report.Markings(checked.Postures), Shared: spreads, Services: len(checked.Postures)}, nil
}
