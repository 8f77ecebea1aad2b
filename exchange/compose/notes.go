package compose

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over.
var (
	included = foreign.Note{
		One:  "1 file that is included was not opened; give the output of `docker compose config` to have it in",
		Many: "%d files that are included were not opened; give the output of `docker compose config` to have them in",
	}
	extended = foreign.Note{
		One:  "1 service extends another, which was not looked up; give the output of `docker compose config` to have it in",
		Many: "%d services extend others, which were not looked up; give the output of `docker compose config` to have them in",
	}
	settings  = foreign.Note{One: "1 service has settings in a file that was not opened", Many: "%d services have settings in files that were not opened"}
	variables = foreign.Note{One: "1 value has a variable in it that was not filled in", Many: "%d values have variables in them that were not filled in"}
	several   = foreign.Note{
		One:  "1 service is on several networks, so it is in no zone: say in which",
		Many: "%d services are on several networks, so they are in no zone: say in which",
	}
	outside  = foreign.Note{One: "1 network is made elsewhere, and who else is on it is not known", Many: "%d networks are made elsewhere, and who else is on them is not known"}
	volume   = foreign.Note{One: "1 volume was left out", Many: "%d volumes were left out"}
	profiled = foreign.Note{One: "1 service is there in some profiles only, and is in the draft all the same", Many: "%d services are there in some profiles only, and are in the draft all the same"}
	other    = foreign.Note{One: "1 setting that says nothing of the design was left out", Many: "%d settings that say nothing of the design were left out"}
)
